"""Tables of tests and variance inflation. R: car."""
from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from translations.generalized.model import Glm
from translations.generalized.tables import refit
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.inference.kenward_roger import kenward_roger
from translations.lme4.model import LmerMod
from translations.nlme.fit import NlmeFit
from translations.nlme.lme import Lme
from translations.printing import Matrix, Vector
from translations.stats import generics
from translations.stats.arguments import require_choice
from translations.stats.distributions import pchisq, pf
from translations.stats.formulas.terms import Formula
from translations.stats.linear.linear_model import Lm
from translations.stats.linear.lm_tables import Table, table

from .robust import KINDS, given, hccm

Floats = np.ndarray
TYPES = {"2": "II", "II": "II", "3": "III", "III": "III"}


class CarNote(UserWarning):
    """What car says beside its answer; the text is R's message."""

    r_message = True  # R says it with message()


class Coefficients(NamedTuple):
    """The r fitted coefficients of a model: beta (r,), V (r, r), the term of each (r,), from 0 for the intercept."""

    beta: Floats
    V: Floats
    assign: Floats
    formula: Formula
    aliased: bool

    @property
    def terms(self) -> list[str]:
        """Labels of the terms, the intercept first where there is one."""
        return ["(Intercept)"] * self.formula.intercept + [term.label for term in self.formula.terms]

    def of(self, term: str) -> Floats:
        """Positions of a term's coefficients."""
        return np.flatnonzero(self.assign == _place(self, term))


def Anova(m: Any, type: int | str = 2, test_statistic: str | None = None, *, vcov_: Any = None,  # noqa: N802
          white_adjust: bool | str = False, error: Any = None, error_estimate: str = "pearson",
          test: str | None = None) -> Table:
    """Tests of every term after all others (type II: but those that contain it). R: car::Anova; Fox & Weisberg (2019).

    m: a model by `lm`, `glm`, `lmer`, `glmer`, `gls` or `lme`. type: 2, 3, "II" or "III". test_statistic: of a mixed
    one "Chisq", for Wald's test, the default, or, by `lmer`, "F" with Kenward and Roger's degrees of freedom; of a
    linear one "F"; of a generalized one "LR" (likelihood ratios, the default), "Wald" or "F". Type III depends on how
    factors are coded: contrasts must sum to zero (contr.sum, contr.poly) for its tests to be of main effects. vcov_: a
    covariance matrix of the coefficients, or a function of the model, for Wald's tests in its place, F of a linear
    model. white_adjust: of a linear one, True or a type of `hccm`, which allows for unequal variances. error: a model
    whose residuals the F tests of a linear or generalized linear model are against. error_estimate: of F of a
    generalized linear one "pearson", "dispersion" or "deviance". test: test_statistic, as analyses shorten it in R.

    Returns a frame, a row a term; `str()` is R's text.

    Raises ValueError for an unknown type or test, for two of them, for "F" of a fit by maximum likelihood, for type III
    of a model with aliased coefficients, and for what a model's kind does not take.

    >>> print(r.Anova(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))
    Analysis of Deviance Table (Type II Wald chisquare tests)
    <BLANKLINE>
    Response: Reaction
          Chisq Df Pr(>Chisq)
    Days 45.853  1  1.275e-11 ***
    ---
    Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1
    """
    require_choice(str(type), TYPES, "type")
    chosen = TYPES[str(type)]
    _fits(m, white_adjust, error, error_estimate)
    if test is not None and test_statistic is not None:
        raise ValueError(f"test is short for test_statistic: give {test!r} or {test_statistic!r}, not both")
    test_statistic = test_statistic if test is None else test
    if isinstance(m, Lm):
        require_choice(test_statistic or "F", ["F"], "test_statistic of a linear model")
        if white_adjust is not False or vcov_ is not None:
            return _of_lm_by(m, chosen, vcov_, white_adjust)
        return _of_lm(m, chosen, error)
    if isinstance(m, Glm):
        require_choice(test_statistic or "LR", ["LR", "Wald", "F"], "test_statistic of a generalized linear model")
        asked = test_statistic or "LR"
        if vcov_ is not None and asked != "Wald":
            warnings.warn(f'test.statistic="{asked}"; vcov. argument ignored', stacklevel=2)
        return _of_glm(m, chosen, asked, vcov_, error, error_estimate)
    if isinstance(m, GlmerMod):
        require_choice(test_statistic or "Chisq", ["Chisq"], "test_statistic of a generalized linear mixed model")
        return _of_lmer(m, chosen, False, vcov_)
    if isinstance(m, LmerMod):
        require_choice(test_statistic or "Chisq", ["Chisq", "F"], "test_statistic of a mixed model")
        if vcov_ is not None and test_statistic == "F":
            warnings.warn('test.statistic="F"; vcov. argument ignored', stacklevel=2)
        return _of_lmer(m, chosen, test_statistic == "F", vcov_)
    if isinstance(m, NlmeFit):
        require_choice(test_statistic or "Chisq", ["Chisq", "F"], "test_statistic of a model by gls or lme")
        return _of_nlme(m, chosen, test_statistic == "F", vcov_)
    raise ValueError(f"Anova() needs a model by lm, glm, lmer, glmer, gls or lme, not {m!r:.60}: "
                     "Anova(lmer('y ~ x + (1 | g)', data))")


def _fits(m: Any, white_adjust: bool | str, error: Any, error_estimate: str) -> None:
    """Raise ValueError for arguments that this kind of model does not take."""
    require_choice(error_estimate, ["pearson", "dispersion", "deviance"], "error_estimate")
    if white_adjust is not False and not isinstance(m, Lm):
        raise ValueError("white_adjust is for linear models: give vcov_= a covariance matrix of the coefficients")
    if error is not None and (not isinstance(m, Lm | Glm) or not isinstance(error, type(m))):
        raise ValueError(f"error must be a model by {'glm' if isinstance(m, Glm) else 'lm'}, and so must be the model "
                         f"that is tested; not {error!r:.60}")
    if isinstance(white_adjust, str):
        require_choice(white_adjust, KINDS, "white_adjust")


def coefficients(m: Any) -> Coefficients:
    """What the tests need of a model. Raises ValueError for what is none."""
    if isinstance(m, Lm):
        kept = m.kept
        return Coefficients(m.coefficients[kept], m.sigma**2 * m.unscaled, m.X.assign[kept], m.X.formula,
                            m.rank < len(m.X.names))
    if isinstance(m, Glm):
        return Coefficients(m.coefficients[m.kept], m.dispersion * m.unscaled, m.X.assign[m.kept], m.X.formula,
                            m.rank < len(m.X.names))
    if isinstance(m, LmerMod):
        V = generics.vcov(m).to_numpy() if isinstance(m, GlmerMod) else m.sigma**2 * m.unscaled_vcov
        return Coefficients(m.beta, V, m.design.X.assign[m.design.kept], m.design.X.formula,
                            False)
    if isinstance(m, NlmeFit):
        return Coefficients(m.solution.beta, m.covariance, m.X.assign, m.X.formula, False)
    raise ValueError(f"a model by lm, glm, lmer, glmer, gls or lme is needed, not {m!r:.60}")


def hypotheses(c: Coefficients, type: str, V: Floats) -> dict[str, Floats]:
    """By term, the rows L (df, r) whose product with the coefficients it tests; of type II what of the term's
    coefficients V does not tie to those of the terms that contain it. R: car's ConjComp.
    """
    names = c.terms if type == "III" else [name for name in c.terms if name != "(Intercept)"]
    out, identity = {}, np.eye(len(c.beta))
    for name in names:
        own = c.of(name)
        L = identity[own]
        if type == "II":
            above = np.concatenate([np.array([], dtype=int), *(c.of(one) for one in _containing(c.formula, name))])
            if len(above) and len(own):
                L = L - np.linalg.solve(V[np.ix_(above, above)], V[np.ix_(above, own)]).T @ identity[above]
        out[name] = L
    return out


def _containing(formula: Formula, label: str) -> list[str]:
    """The terms that have all variables of a term, and more. R: car:::relatives."""
    variables = {term.label: set(term.variables) for term in formula.terms}
    return [other for other, own in variables.items() if other != label and variables[label] <= own]


def _of_lmer(m: LmerMod, type: str, by_f: bool, vcov_: Any = None) -> Table:
    c = coefficients(m)
    if vcov_ is not None and not by_f:
        c = c._replace(V=given(vcov_, m, len(c.beta)))
    response = m.design.X.formula.response_name or m.design.frame.formula.response_name
    if not by_f:
        found = {name: (wald(c, L), float(len(L))) for name, L in hypotheses(c, type, c.V).items()}
        chi = np.array([one[0] for one in found.values()])
        df = np.array([one[1] for one in found.values()])
        columns = {"Chisq": chi, "Df": df, "Pr(>Chisq)": pchisq(chi, df, lower_tail=False)}
        heading = f"Analysis of Deviance Table (Type {type} Wald chisquare tests)\n"
        return table(columns, list(found), heading, f"Response: {response}")
    if not m.REML:
        raise ValueError("F test available only for linear mixed model fit by REML: refit the model with REML=True")
    kr = kenward_roger(m)
    tests = {name: kr.f_test(L) if len(L) else None for name, L in hypotheses(c, type, kr.adjusted).items()}
    rows = [(one.F, one.q, one.ddf, one.p) if one else (np.nan, 0, np.nan, np.nan) for one in tests.values()]
    values = np.array(rows, dtype=float).reshape(len(rows), 4).T
    columns = dict(zip(["F", "Df", "Df.res", "Pr(>F)"], values, strict=True))
    heading = f"Analysis of Deviance Table (Type {type} Wald F tests with Kenward-Roger df)\n"
    return table(columns, list(tests), heading, f"Response: {response}")


def _of_nlme(m: NlmeFit, type: str, by_f: bool, vcov_: Any = None) -> Table:
    """R has no F test of either: it says so of a model by `gls`, whose table has its columns in another order."""
    if by_f and not isinstance(m, Lme):
        warnings.warn("residual df unavailable, test.statistic set to 'Chisq'", CarNote, stacklevel=3)
    c = coefficients(m)
    if vcov_ is not None:
        c = c._replace(V=given(vcov_, m, len(c.beta)))
    L = hypotheses(c, type, c.V)
    df = np.array([float(len(one)) for one in L.values()])
    chi = np.array([wald(c, one) for one in L.values()])
    columns = {"Chisq": chi, "Df": df} if isinstance(m, Lme) else {"Df": df, "Chisq": chi}
    columns["Pr(>Chisq)"] = pchisq(chi, df, lower_tail=False)
    return table(columns, list(L), f"Analysis of Deviance Table (Type {type} tests)\n",
                 f"Response: {m.frame.formula.response_name}")


def wald(c: Coefficients, L: Floats) -> float:
    """Wald's chi-squared of L beta = 0, NaN without rows."""
    if not len(L):
        return float("nan")
    gap = L @ c.beta
    return float(gap @ np.linalg.solve(L @ c.V @ L.T, gap))


def _checked(m: Lm) -> None:
    if m.df_residual == 0:
        raise ValueError("residual df = 0: there is no variance to test against")
    if m.rss < float(np.sqrt(np.finfo(float).eps)):
        raise ValueError("residual sum of squares is 0 (within rounding error)")


def _of_lm_by(m: Lm, type: str, vcov_: Any, white_adjust: bool | str) -> Table:
    """R: Anova.default by F: Wald's tests with another covariance matrix, over the residual degrees of freedom."""
    _checked(m)
    c = coefficients(m)
    if c.aliased:
        raise ValueError("non-standard coefficient covariance matrix may not be used for model with aliased "
                         "coefficients: take the terms out that others determine")
    if white_adjust is not False:
        warnings.warn("Coefficient covariances computed by hccm()", CarNote, stacklevel=3)
        V = hccm(m, "hc3" if white_adjust is True else str(white_adjust)).to_numpy()
    else:
        V = given(vcov_, m, len(c.beta))
    c = c._replace(V=V)
    found = {name: (wald(c, L) / len(L), float(len(L))) for name, L in hypotheses(c, type, V).items()}
    F, df = (np.array([one[at] for one in found.values()]) for at in (0, 1))
    columns = {"Df": np.append(df, m.df_residual), "F": np.append(F, np.nan),
               "Pr(>F)": np.append(pf(F, df, float(m.df_residual), lower_tail=False), np.nan)}
    return table(columns, [*found, "Residuals"], f"Analysis of Deviance Table (Type {type} tests)\n",
                 f"Response: {m.frame.formula.response_name}")


def _of_lm(m: Lm, type: str, error: Lm | None = None) -> Table:
    _checked(m)
    c = coefficients(m)
    if type == "II" and c.terms == ["(Intercept)"]:
        warnings.warn("the model contains only an intercept: Type III test substituted", stacklevel=3)
        type = "III"
    against = m if error is None else error
    heading = [f"Anova Table (Type {type} tests)\n"]
    if c.aliased and type == "III":
        raise ValueError("there are aliased coefficients in the model")
    if c.aliased:
        warnings.warn("Note: model has aliased coefficients\n      sums of squares computed by model comparison",
                      CarNote, stacklevel=3)
        heading = [f"Anova Table (Type {type} tests)", ""]
        found = {name: _by_comparison(m, c, name) for name in c.terms if name != "(Intercept)"}
    else:
        scale = m.sigma**2
        found = {name: (wald(c, L) * scale, len(L)) for name, L in hypotheses(c, type, c.V).items()}
    ss = np.array([*(one[0] for one in found.values()), against.rss])
    df = np.array([*(one[1] for one in found.values()), against.df_residual], dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        F = (ss / df) / (against.rss / against.df_residual)
    p = pf(F, df, float(against.df_residual), lower_tail=False)
    F[-1] = p[-1] = np.nan
    columns = {"Sum Sq": ss, "Df": df, "F value": F, "Pr(>F)": p}
    return table(columns, [*found, "Residuals"], *heading, f"Response: {m.frame.formula.response_name}")


def _of_glm(m: Glm, type: str, test: str, vcov_: Any = None, error: Glm | None = None,
            error_estimate: str = "pearson") -> Table:
    """R: Anova.glm: terms by likelihood ratios, or F on an estimate of the dispersion, of models fitted without them;
    or Wald's.
    """
    c = coefficients(m)
    if vcov_ is not None and test == "Wald":
        c = c._replace(V=given(vcov_, m, len(c.beta)))
    if type == "II" and c.terms == ["(Intercept)"]:
        warnings.warn("the model contains only an intercept: Type III test substituted", stacklevel=3)
        type = "III"
    if c.aliased and type == "III":
        raise ValueError("there are aliased coefficients in the model")
    heading = [f"Analysis of Deviance Table (Type {type} tests)\n", f"Response: {m.frame.formula.response_name}"]
    if test == "Wald":
        tests = {name: (wald(c, L), float(len(L))) for name, L in hypotheses(c, type, c.V).items() if len(L)}
        chi, df = (np.array([one[at] for one in tests.values()]) for at in (0, 1))
        columns = {"Df": df, "Chisq": chi, "Pr(>Chisq)": pchisq(chi, df, lower_tail=False)}
        return table(columns, list(tests), *heading)
    found = {name: _deviance_of(m, c, name, type) for name in c.terms if name != "(Intercept)"}
    gap, df = (np.array([float(one[at]) for one in found.values()]) for at in (0, 1))
    if test == "LR":
        columns = {"LR Chisq": gap / m.dispersion, "Df": df}
        columns["Pr(>Chisq)"] = pchisq(columns["LR Chisq"], df, lower_tail=False)
        return table(columns, list(found), *heading)
    against = m if error is None else error
    rest = float(against.fit.df_residual)
    left, named = _error_of(against, error_estimate, rest)
    F = gap / df / (left / rest)
    columns = {"Sum Sq": np.append(gap, left), "Df": np.append(df, rest), "F value": np.append(F, np.nan),
               "Pr(>F)": np.append(pf(F, df, rest, lower_tail=False), np.nan)}
    heading.append(f"Error estimate based on {named} \n")
    return table(columns, [*found, "Residuals"], *heading)


def _error_of(m: Glm, estimate: str, df: float) -> tuple[float, str]:
    """The sum of squares that F tests are against, and what R calls it."""
    if estimate == "dispersion" and m.family.name in ("binomial", "poisson"):
        warnings.warn("dispersion parameter estimated from the Pearson residuals, not taken as 1", stacklevel=4)
        estimate = "pearson"
    if estimate == "deviance":
        return float(m.fit.deviance), "deviance"
    if estimate == "dispersion":
        return df * m.dispersion, "estimated dispersion"
    return float(np.nansum(generics.residuals(m, "pearson").to_numpy() ** 2)), "Pearson residuals"


def _deviance_of(m: Glm, c: Coefficients, term: str, type: str) -> tuple[float, int]:
    """What the deviance rises by without a term, and the term's df; of type II both without its relatives too."""
    above = [_place(c, one) for one in _containing(c.formula, term)] if type == "II" else []
    large = refit(m, ~np.isin(m.X.assign, above)) if above else m.fit
    small = refit(m, ~np.isin(m.X.assign, [*above, _place(c, term)]))
    df = large.rank - small.rank
    return (small.deviance - large.deviance if df else np.nan), df


def _place(c: Coefficients, term: str) -> int:
    """What `assign` calls a term."""
    return c.terms.index(term) + (not c.formula.intercept)


def _by_comparison(m: Lm, c: Coefficients, term: str) -> tuple[float, int]:
    """Sum of squares and df of a term: what leaving it out of the model without its relatives costs."""
    out = [_place(c, one) for one in _containing(c.formula, term)]
    large, small = (_residual(m, ~np.isin(m.X.assign, gone)) for gone in (out, [*out, _place(c, term)]))
    df = large[1] - small[1]
    return (small[0] - large[0] if df else np.nan), df


def _residual(m: Lm, columns: Floats) -> tuple[float, int]:
    """Weighted residual sum of squares and rank with some of the columns alone."""
    from translations.stats.formulas.rank import drop_aliased

    root = np.ones(m.frame.n) if m.weights is None else np.sqrt(m.weights)
    y = (m.frame.response - (0.0 if m.frame.offset is None else m.frame.offset)) * root
    X = (m.X.values * root[:, None])[:, columns]
    Q = np.linalg.qr(X[:, drop_aliased(X)])[0] if X.shape[1] else np.zeros((len(y), 0))
    left = y - Q @ (Q.T @ y)
    return float(left @ left), Q.shape[1]


def vif(m: Any) -> Vector | Matrix:
    """Variance inflation factors, generalized for terms of several columns. R: car::vif; Fox & Monette (1992), JASA 87.

    m: a model by `lm`, `glm`, `lmer`, `glmer`, `gls` or `lme` with an intercept and two terms or more.

    Returns a Vector, one a term; a Matrix (terms, 3) where a term has several columns: GVIF, Df, GVIF^(1/(2*Df)).

    Raises ValueError for aliased coefficients, fewer than two terms, or what is no model.

    >>> print(r.vif(r.lmer("Reaction ~ Days + I(Days^2) + (1 | Subject)", r.sleepstudy())))
         Days I(Days^2)
     13.65625  13.65625
    """
    c = coefficients(m)
    if c.aliased:
        raise ValueError("there are aliased coefficients in the model")
    V, assign = c.V, c.assign
    if c.formula.intercept:
        V, assign = V[1:, 1:], assign[1:]
    else:
        warnings.warn("No intercept: vifs may not be sensible.", stacklevel=2)
    labels = [term.label for term in c.formula.terms]
    if len(labels) < 2:
        raise ValueError("model contains fewer than 2 terms")
    if isinstance(m, Lm | Glm) and any(len(term.variables) > 1 for term in c.formula.terms):
        warnings.warn("there are higher-order terms (interactions) in this model\nconsider setting type = 'predictor'; "
                      "see ?vif", CarNote, stacklevel=2)
    root = np.sqrt(np.diag(V))
    R = V / np.outer(root, root)
    det: Callable[[Floats], float] = lambda M: float(np.linalg.det(M))  # noqa: E731
    whole, rows = det(R), []
    for at in range(1, len(labels) + 1):
        own = assign == at
        gvif = det(R[np.ix_(own, own)]) * det(R[np.ix_(~own, ~own)]) / whole
        rows.append([gvif, float(own.sum()), gvif ** (1.0 / (2.0 * own.sum()))])
    values = np.array(rows)
    if (values[:, 1] == 1).all():
        return Vector(values[:, 0], index=labels)
    return Matrix(values, index=labels, columns=["GVIF", "Df", "GVIF^(1/(2*Df))"])
