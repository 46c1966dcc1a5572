"""Tests of nested models over imputed data sets: R's `testModels` of the package mitml."""
from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.lme4.results.varcorr import VarCorr
from translations.printing import Matrix, Style, Vector, html, render
from translations.printing.models import call_lines
from translations.printing.numbers import format_number
from translations.printing.objects import Textual
from translations.printing.tables import Call
from translations.stats import generics
from translations.stats.arguments import as_number, require_choice
from translations.stats.calls import called
from translations.stats.distributions import pf
from translations.stats.linear.linear_model import Lm

from .pooling import coefficients, fits_of, fixed_points, of_all, said_of_df, scatter

Floats = np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class PooledTest(Textual):
    """A test of nested models, pooled (R: class mitml.testModels). `str()` is R's text.

    test    Vector: F.value, df1, df2, P(>F), RIV, the relative increase of the variance for what was not observed
    method, use, reml, refit    what was compared, and whether fits by REML were made over by ML for it
    m, df_com   how many data sets; the degrees of freedom of complete data, or None
    """

    test: Vector
    method: str
    use: str
    m: int
    df_com: float | None
    reml: bool
    refit: bool
    call: Call

    @property
    def p_value(self) -> float:
        """P(>F)."""
        return float(self.test["P(>F)"])

    def __repr__(self) -> str:
        F, df1, df2, p, _ = self.test
        return f"<testModels {self.method}: F({df1:.0f}, {df2:.1f}) = {F:.3f}, p = {p:.3g}>"

    def _repr_html_(self) -> str:
        return html.page(f"Test of nested models over {self.m} imputed data sets ({self.method})",
                         [html.table(_row(self), rows=False)])


def _row(x: PooledTest) -> Matrix:
    return Matrix(x.test.to_numpy(float)[None], index=[""], columns=list(x.test.index))


@render.register(PooledTest)
def _lines(x: PooledTest, style: Style) -> list[str]:
    used = f" ({x.use})" if x.method == "D2" else ""
    table = [f"   {line}" for line in fixed_points(_row(x), whole=["df1"], named=False)]
    lines = ["", "Call:", "", *call_lines(x.call), "", f"Model comparison calculated from {x.m} imputed data sets.",
             f"Combination method: {x.method}{used}", "", *table, ""]
    footer = said_of_df(x.df_com) if x.method == "D1" else []
    if x.reml:
        footer.append("Models originally fitted with REML were refitted using ML." if x.refit else
                      "Models fitted with REML were used as is.")
    return [*lines, *footer, *[""] * bool(footer)]


class Pooled(NamedTuple):
    """F, its degrees of freedom k and v, and the relative increase r of the variance."""

    F: float
    k: int
    v: float
    r: float


def testModels(model: Sequence[Any], null_model: Sequence[Any], method: str = "D1", use: str = "wald",  # noqa: N802
               ariv: str = "default", df_com: float | None = None) -> PooledTest:
    """Do the coefficients that a model has beyond a smaller one matter, over imputed data sets? R: mitml::testModels.

    model, null_model: lists of nested fits by `lm`, `glm`, `lmer` or `glmer`, one of each imputed data set. method:
    "D1", Wald's test of the pooled coefficients (Li, Raghunathan & Rubin, 1991); "D2", the data sets' own tests pooled,
    `use` "wald" or "likelihood" (Li, Meng, Raghunathan & Rubin, 1991); "D3", likelihood ratios at the pooled estimates
    (Meng & Rubin, 1992), of `lm` and `lmer`. Likelihoods are of fits by ML, which fits by REML are made over to.
    ariv: "positive" keeps the relative increase of the variance from being negative in D2 and D3. df_com: the degrees
    of freedom that complete data would have, for D1 in small samples (Reiter, 2007).

    Returns a PooledTest; its `str()` is R's text.

    Raises ValueError for anything but two lists of as many fits, fits that are not nested, an unknown method, and what
    D3 has no likelihood of: generalized models, offsets, weighted linear models.

    >>> sleep = r.sleepstudy()
    >>> data = [sleep.assign(y=sleep["Reaction"] + i * sleep["Days"]) for i in (0, 1, 2)]
    >>> larger, smaller = ([r.lm(formula, one) for one in data] for formula in ("y ~ Days", "y ~ 1"))
    >>> r.testModels(larger, smaller, method="D3")
    <testModels D3: F(1, 6.7) = 31.970, p = 0.000886>
    """
    require_choice(method, ["D1", "D2", "D3"], "method")
    require_choice(use, ["wald", "likelihood"], "use")
    require_choice(ariv, ["default", "positive"], "ariv")
    df_com = None if df_com is None else as_number(df_com, "df_com")
    large, small = fits_of(model, "model"), fits_of(null_model, "null_model")
    if len(large) != len(small):
        raise ValueError(f"model has {len(large)} fits and null_model {len(small)}: both need one of each data set")
    _say_what_is_ignored(large, small, method, use, ariv, df_com)
    reml = any(isinstance(m, LmerMod) and m.REML for m in [*large, *small])
    refit = reml and (method == "D3" or (method == "D2" and use == "likelihood"))
    if refit:
        large, small = (list(map(_by_ml, fits)) for fits in (large, small))
    found = {"D1": lambda: _D1(large, small, df_com), "D2": lambda: _D2(large, small, use, ariv),
             "D3": lambda: _D3(large, small, ariv)}[method]()
    call = {"model": called(model, "model", "testModels", 0, "model"),
            "null.model": called(null_model, "null.model", "testModels", 1, "null_model")}
    call |= {name: f'"{value}"' for name, value, default in
             (("method", method, "D1"), ("use", use, "wald"), ("ariv", ariv, "default")) if value != default}
    call |= {} if df_com is None else {"df.com": format_number(df_com)}
    p = float(pf(found.F, found.k, found.v, lower_tail=False))
    test = Vector([found.F, found.k, found.v, p, found.r], index=["F.value", "df1", "df2", "P(>F)", "RIV"])
    return PooledTest(test, method, use if method == "D2" else "likelihood" if method == "D3" else "wald", len(large),
                      df_com, reml, refit, Call("testModels", call))


def _say_what_is_ignored(large: Sequence[Any], small: Sequence[Any], method: str, use: str, ariv: str,
                         df_com: float | None) -> None:
    said = []
    if df_com is not None and method != "D1":
        said.append(f"Complete-data degrees of freedom are not available for use with '{method}' and were ignored.")
    if use == "likelihood" and method != "D2":
        said.append(f"The 'likelihood' option is not available with method '{method}' and was ignored.")
    if ariv == "positive" and method == "D1":
        said.append("The 'positive' option is not available with method 'D1' and was ignored.")
    if type(large[0]) is not type(small[0]):
        said.append("The 'model' and 'null.model' arguments appear to include objects of different classes. Results "
                    "may not be trustworthy.")
    for one in said:
        warnings.warn(one, stacklevel=3)


def _by_ml(m: Any) -> Any:
    return generics.update(m, REML=False) if isinstance(m, LmerMod) and m.REML else m


def _tested(large: Sequence[Any], small: Sequence[Any]) -> tuple[Floats, Floats]:
    """The coefficients that only the larger fits have (m, k), and their covariance matrices (m, k, k)."""
    kept = [*coefficients(small[0]).index]
    own = [i for i, name in enumerate(coefficients(large[0]).index) if name not in kept]
    if not own:
        raise ValueError("model and null_model have the same coefficients: D1, and D2 by Wald's test, are of further "
                         'ones; method="D3" compares likelihoods')
    Q, U = of_all(large)
    return Q[:, own], U[:, own][:, :, own]


def _D1(large: Sequence[Any], small: Sequence[Any], df_com: float | None) -> Pooled:  # noqa: N802
    """Source: Li, Raghunathan & Rubin (1991), JASA 86, eq. 1.15; Reiter (2007), Biometrika 94, 502."""
    Q, U = _tested(large, small)
    m, k = Q.shape
    mean, within = Q.mean(axis=0), U.mean(axis=0)
    between = scatter(Q)
    r = (1 + 1 / m) * np.trace(np.linalg.solve(within, between)) / k
    F = float(mean @ np.linalg.solve((1 + r) * within, mean)) / k
    return Pooled(F, k, _denominator(k, m, r) if df_com is None else _reiter(k, m, r, df_com), r)


def _denominator(k: int, m: int, r: float) -> float:
    """Denominator degrees of freedom of D1 and D3. Source: Li, Raghunathan & Rubin (1991), eq. 1.17."""
    t = k * (m - 1)
    with np.errstate(divide="ignore"):
        inverse = np.divide(1.0, r)
    return float(4 + (t - 4) * (1 + (1 - 2 / t) * inverse) ** 2 if t > 4 else t * (1 + 1 / k) * (1 + inverse) ** 2 / 2)


def _reiter(k: int, m: int, r: float, df_com: float) -> float:
    """The same in small samples. Source: Reiter (2007), Biometrika 94, 502, section 3."""
    t = k * (m - 1)
    if t <= 4:
        raise ValueError(f"df_com takes more than 4 = k (m - 1), not {t} of {k} coefficients and {m} data sets: impute "
                         "more often")
    a = r * t / (t - 2)
    v = (df_com + 1) / (df_com + 3) * df_com
    c0, c1, c2 = 1 / (t - 4), v - 2 * (1 + a), v - 4 * (1 + a)
    z = 1 / c2 + c0 * (a**2 * c1 / ((1 + a) ** 2 * c2) + 8 * a**2 * c1 / ((1 + a) * c2**2)
                       + 4 * a**2 / ((1 + a) * c2) + 4 * a**2 / (c2 * c1) + 16 * a**2 * c1 / c2**3 + 8 * a**2 / c2**2)
    return float(4 + 1 / z)


def _D2(large: Sequence[Any], small: Sequence[Any], use: str, ariv: str) -> Pooled:  # noqa: N802
    """Source: Li, Meng, Raghunathan & Rubin (1991), Statistica Sinica 1, 65."""
    if use == "wald":
        Q, U = _tested(large, small)
        d, k = np.array([q @ np.linalg.solve(u, q) for q, u in zip(Q, U, strict=True)]), Q.shape[1]
    else:
        (own, k), (null, _) = _likelihoods(large, small)
        d = 2 * (own - null)
    m = len(d)
    r = (1 + 1 / m) * float(np.var(np.sqrt(d), ddof=1))
    r = max(0.0, r) if ariv == "positive" else r
    with np.errstate(divide="ignore"):
        v = float(k ** (-3 / m) * (m - 1) * (1 + np.divide(1.0, r)) ** 2)
    return Pooled(float((d.mean() / k - (m + 1) / (m - 1) * r) / (1 + r)), k, v, r)


def _likelihoods(large: Sequence[Any], small: Sequence[Any]) -> tuple[tuple[Floats, int], tuple[Floats, int]]:
    """Log-likelihoods (m,) of both, equal where they differ by rounding, and how many parameters more the first has."""
    own, null = ([generics.logLik(m) for m in fits] for fits in (large, small))
    k = own[0].df - null[0].df
    if k <= 0:
        raise ValueError(f"null_model has {null[0].df} parameters and model {own[0].df}: null_model must be the "
                         "smaller")
    values, others = (np.array(one, dtype=float) for one in (own, null))
    values = np.where(np.abs(values - others) < 1.5e-8 * np.abs(values), others, values)
    return (values, k), (others, 0)


def _D3(large: Sequence[Any], small: Sequence[Any], ariv: str) -> Pooled:  # noqa: N802
    """Source: Meng & Rubin (1992), Biometrika 79, 103."""
    (own, k), (null, _) = _likelihoods(large, small)
    m = len(own)
    apart = float(np.mean(2 * (own - null)))
    together = float(np.mean(2 * (_at_the_mean(large) - _at_the_mean(small))))
    r = (m + 1) / (k * (m - 1)) * (apart - together)
    r = max(0.0, r) if ariv == "positive" else r
    return Pooled(together / (k * (1 + r)), k, _denominator(k, m, r), r)


def _at_the_mean(fits: Sequence[Any]) -> Floats:
    """Every data set's log-likelihood at the means of the estimates over the data sets, (m,)."""
    first = fits[0]
    if isinstance(first, Lm):
        return _linear(fits)
    if not isinstance(first, LmerMod) or isinstance(first, GlmerMod):
        raise ValueError(f"D3 has the likelihood of lm and lmer, not of {type(first).__name__}: take method=\"D1\", or "
                         '"D2" with use="likelihood"')
    beta = np.mean([m.beta for m in fits], axis=0)
    components = [VarCorr(m) for m in fits]
    spread = [np.mean([one[name].to_numpy(float) for one in components], axis=0) for name in components[0]]
    return np.array([mixed_loglik(m, beta, spread, float(np.mean([one.sigma**2 for one in fits]))) for m in fits])


def _linear(fits: Sequence[Lm]) -> Floats:
    if any(m.weights is not None or m.frame.offset is not None for m in fits):
        raise ValueError('D3 of linear models takes no weights and no offset: take method="D1"')
    beta = np.mean([m.coefficients for m in fits], axis=0)
    variance = float(np.mean([m.rss / m.frame.n for m in fits]))
    rss = np.array([np.sum((m.frame.response - m.X.values @ beta) ** 2) for m in fits])
    return np.array([-m.frame.n / 2 * np.log(2 * np.pi * variance) for m in fits]) - rss / (2 * variance)


def mixed_loglik(m: LmerMod, beta: Floats, spread: Sequence[Floats], variance: float) -> float:
    """The log-likelihood of a linear mixed model at any parameters. Source: Bates et al. (2015), eq. 34.

    beta: fixed effects (p,). spread: the random-effects terms' covariance matrices. variance: of the residuals.
    Raises ValueError for a model with an offset.
    """
    from scipy import sparse
    from scipy.sparse.linalg import splu

    if m.pls.offset is not None:
        raise ValueError("D3 takes no models with an offset, as in R: subtract it from the response")
    roots = (_root(S / variance) for S in spread)
    Lambda = sparse.block_diag([sparse.kron(sparse.eye(len(term.levels)), root)
                                for term, root in zip(m.design.random.terms, roots, strict=True)])
    weights = np.ones(m.n) if m.weights is None else np.asarray(m.weights, dtype=float)
    ZL = sparse.diags(np.sqrt(weights)) @ _Z(m) @ Lambda
    left = np.sqrt(weights) * (m.y - m.design.X_fitted @ beta)
    A = sparse.csc_matrix(ZL.T @ ZL + sparse.eye(ZL.shape[1]))
    factor = splu(A, diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    c = ZL.T @ left
    squares = float(left @ left - c @ factor.solve(c))
    log_det = float(np.log(np.abs(factor.U.diagonal())).sum())
    return -(log_det + m.n * np.log(2 * np.pi * variance) + squares / variance - np.log(weights).sum()) / 2


def _Z(m: LmerMod) -> Any:  # noqa: N802
    from translations.lme4.results.getme import getME

    return getME(m, "Z")


def _root(S: Floats) -> Floats:
    """A square root of a covariance matrix, also of a singular one."""
    values, vectors = np.linalg.eigh(S)
    return vectors * np.sqrt(np.maximum(values, 0.0))


