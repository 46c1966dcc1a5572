"""Fits of imputed data sets, pooled by Rubin's rules: R's `testEstimates` of the package mitml."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.lme4.results.extract import fixef
from translations.lme4.results.varcorr import VarCorr
from translations.printing import Matrix, Style, Vector, html, render
from translations.printing.models import call_lines
from translations.printing.numbers import format_number
from translations.printing.objects import Textual
from translations.printing.tables import Call
from translations.stats import generics
from translations.stats.arguments import as_number, require_level
from translations.stats.calls import called
from translations.stats.distributions import pt, qt
from translations.stats.linear.linear_model import Lm

Floats = np.ndarray
LARGE = "Unadjusted hypothesis test as appropriate in larger samples."


@dataclass(frozen=True, eq=False, repr=False)
class PooledEstimates(Textual):
    """Pooled estimates (R: class mitml.testEstimates). `str()` is R's text; `coef`, `vcov` and `confint` take it.

    estimates   Matrix (p, 7): Estimate, Std.Error, t.value, df, P(>|t|), RIV, the relative increase of the variance for
                what was not observed, FMI, the fraction of information that is missing
    extra_pars  Matrix (q, 1) of variance components' means, or None
    covariance  Matrix (p, p): within the data sets, and between them
    m, df_com   how many data sets; the degrees of freedom of complete data, or None
    """

    estimates: Matrix
    extra_pars: Matrix | None
    covariance: Matrix
    m: int
    df_com: float | None
    call: Call

    def __repr__(self) -> str:
        return f"<testEstimates: {len(self.estimates)} coefficients of {self.m} data sets>"

    def _repr_html_(self) -> str:
        tables = [html.table(one) for one in (self.estimates, self.extra_pars) if one is not None]
        return html.page(f"Estimates pooled over {self.m} imputed data sets", tables)


@render.register(PooledEstimates)
def _lines(x: PooledEstimates, style: Style) -> list[str]:
    lines = ["", "Call:", "", *call_lines(x.call), "",
             f"Final parameter estimates and inferences obtained from {x.m} imputed data sets.", "",
             *fixed_points(x.estimates)]
    if x.extra_pars is not None:
        lines += ["", *fixed_points(x.extra_pars)]
    return [*lines, "", *said_of_df(x.df_com), ""]


def said_of_df(df_com: float | None) -> list[str]:
    """Whether a test allows for small samples."""
    if df_com is None:
        return [LARGE]
    return [f"Hypothesis test adjusted for small samples with df=[{format_number(df_com)}]",
            "complete-data degrees of freedom."]


def fixed_points(table: Matrix, whole: Sequence[str] = (), named: bool = True) -> list[str]:
    """Numbers to three decimals, those of `whole` columns to none; a column with one from 1e5 on by powers of ten."""
    columns = {}
    for name in table.columns:
        values = table[name].to_numpy(float)
        kind = "e" if (values[~np.isnan(values)] >= 1e5).any() else "f"
        texts = [f"{one + 0.0:.{0 if name in whole else 3}{kind}}" for one in values]
        columns[name] = [{"nan": "NaN", "inf": "Inf", "-inf": "-Inf"}.get(text, text) for text in texts]
    width = max(len(text) for name, cells in columns.items() for text in [name, *cells])
    label = max(map(len, table.index)) if named else 0
    rows = [["", *columns], *([row if named else "", *cells] for row, *cells in
                              zip(table.index, *columns.values(), strict=True))]
    return [" ".join([first.ljust(label), *(cell.rjust(width) for cell in rest)]) + " " for first, *rest in rows]


def fits_of(models: Any, what: str) -> list[Any]:
    """The models as a list. Raises ValueError where they are no two fits or more of one kind and one set of
    coefficients.
    """
    if isinstance(models, Lm | Glm | LmerMod | str) or not hasattr(models, "__iter__"):
        raise ValueError(f"{what} must be a list of models, one of each imputed data set, not {type(models).__name__}")
    found = list(models)
    if len(found) < 2:
        raise ValueError(f"{what} must hold the fits of two imputed data sets or more, not {len(found)}")
    for i, m in enumerate(found, 1):
        if not isinstance(m, Lm | Glm | LmerMod):
            raise ValueError(f"{what}: number {i} is no model by lm, glm, lmer or glmer, but {type(m).__name__}")
        if type(m) is not type(found[0]):
            raise ValueError(f"{what}: number {i} is by {_fitted_by(m)}, and number 1 by {_fitted_by(found[0])}")
        if list(coefficients(m).index) != list(coefficients(found[0]).index):
            raise ValueError(f"{what}: number {i} has other coefficients than number 1 "
                             f"({', '.join(coefficients(m).index)}; {', '.join(coefficients(found[0]).index)})")
    return found


def _fitted_by(m: Any) -> str:
    """The function that fits such models."""
    return {Lm: "lm", Glm: "glm", LmerMod: "lmer", GlmerMod: "glmer"}[type(m)]


def coefficients(m: Any) -> Vector:
    """Fixed effects of a mixed model, coefficients of another. Raises ValueError for aliased ones."""
    beta = fixef(m) if isinstance(m, LmerMod) else generics.coef(m)
    assert isinstance(beta, Vector)
    if aliased := [str(name) for name, value in beta.items() if np.isnan(value)]:
        raise ValueError(f"{', '.join(aliased)} is determined by others: leave it out of the formula")
    return beta


def of_all(models: Sequence[Any]) -> tuple[Floats, Floats]:
    """Coefficients (m, p) and their covariance matrices (m, p, p), those of a generalized mixed model as R's vcov."""
    return (np.array([coefficients(m).to_numpy(float) for m in models]),
            np.array([generics.vcov(m).to_numpy(float) for m in models]))


def testEstimates(model: Sequence[Any], extra_pars: bool = False, df_com: float | None = None) -> PooledEstimates:  # noqa: N802
    """Estimates pooled over imputed data sets, each with its test. R: mitml::testEstimates; Rubin (1987).

    model: a list of fits of one formula by `lm`, `glm`, `lmer` or `glmer`, one of each imputed data set. extra_pars:
    means of the variance components too, and of one factor's intraclass correlation. df_com: the degrees of freedom
    that complete data would have, for small samples (Barnard & Rubin, 1999).

    Returns PooledEstimates; its `str()` is R's text. A p-value is 2 (1 - P), as in R, so that below 1e-16 it is 0.

    Raises ValueError for anything but a list of two such fits or more, for fits of other coefficients, and for aliased
    ones.

    >>> sleep = r.sleepstudy()
    >>> fits = [r.lm("y ~ Days", sleep.assign(y=sleep["Reaction"] + i * sleep["Days"])) for i in (0, 1, 2)]
    >>> print(r.testEstimates(fits).estimates.loc[["Days"], ["Estimate", "Std.Error", "df"]])
         Estimate Std.Error       df
    Days 11.46729  1.693063 9.243673
    """
    fits = fits_of(model, "model")
    df_com = None if df_com is None else as_number(df_com, "df_com")
    Q, U = of_all(fits)
    names = list(coefficients(fits[0]).index)
    table, T = pooled(Q, U, df_com)
    call = {"model": called(model, "model", "testEstimates", 0, "model")}
    call |= {"extra.pars": "TRUE"} if extra_pars else {}
    call |= {} if df_com is None else {"df.com": format_number(df_com)}
    columns = ["Estimate", "Std.Error", "t.value", "df", "P(>|t|)", "RIV", "FMI"]
    return PooledEstimates(Matrix(table, index=names, columns=columns), _components(fits) if extra_pars else None,
                           Matrix(T, index=names, columns=names), len(fits), df_com, Call("testEstimates", call))


def pooled(Q: Floats, U: Floats, df_com: float | None = None) -> tuple[Floats, Floats]:
    """Rubin's rules: of estimates Q (m, p) with covariance matrices U (m, p, p) the columns of `estimates` (p, 7), and
    the total covariance matrix (p, p). Source: Rubin (1987), eq. 3.1; Barnard & Rubin (1999), Biometrika 86, 948.
    """
    m = len(Q)
    mean, within = Q.mean(axis=0), U.mean(axis=0)
    between = scatter(Q)
    total = within + (1 + 1 / m) * between
    se = np.sqrt(np.diag(total))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = mean / se
        increase = (1 + 1 / m) * np.diag(between) / np.diag(within)
        df = (m - 1) * (1 + 1 / increase) ** 2
        if df_com is not None:
            observed = (1 - increase / (increase + 1)) * (df_com + 1) / (df_com + 3) * df_com
            df = 1 / (1 / df + 1 / observed)
        missing = (increase + 2 / (df + 3)) / (increase + 1)
    p = 2 * (1 - np.asarray(pt(np.abs(t), df)))
    return np.column_stack([mean, se, t, df, p, increase, missing]), total


def scatter(Q: Floats) -> Floats:
    """The covariance matrix (p, p) of estimates (m, p) between data sets; 0 where these are alike."""
    return np.atleast_2d(np.cov((Q - Q[0]).T))


def _components(fits: Sequence[Any]) -> Matrix | None:
    """Means of variances, covariances and a sole grouping factor's intraclass correlation. R: mitml:::.getMisc."""
    if isinstance(fits[0], Glm):
        return None
    values = [_components_of(m) for m in fits]
    return Matrix(np.array([[np.mean([one[name] for one in values])] for name in values[0]]), index=list(values[0]),
                  columns=["Estimate"])


def _components_of(m: Any) -> dict[str, float]:
    if isinstance(m, Lm):
        left = np.asarray(generics.residuals(m), dtype=float)
        return {"Residual~~Residual": float(left @ left / m.df_residual)}
    out: dict[str, float] = {}
    components = VarCorr(m)
    for group, S in components.items():
        names = ["Intercept" if name == "(Intercept)" else name for name in S.index]
        pairs = [(i, i) for i in range(len(names))] + [(i, j) for j in range(len(names)) for i in range(j)]
        out |= {f"{names[i]}~~{names[j]}|{group}": float(S.to_numpy()[i, j]) for i, j in pairs}
    if isinstance(m, GlmerMod):
        return out
    out["Residual~~Residual"] = float(m.sigma**2)
    if len(components) == 1 and "(Intercept)" in S.index:
        variance = out[f"Intercept~~Intercept|{group}"]
        out[f"ICC|{group}"] = variance / (variance + float(m.sigma**2))
    return out


@generics.coef.register(PooledEstimates)
def _coef(x: PooledEstimates) -> Vector:
    """The pooled estimates. R: coef.mitml.testEstimates."""
    return Vector(x.estimates["Estimate"].to_numpy(float), index=x.estimates.index)


@generics.vcov.register(PooledEstimates)
def _vcov(x: PooledEstimates) -> Matrix:
    """The total covariance matrix. R: vcov.mitml.testEstimates."""
    return x.covariance


@generics.confint.register(PooledEstimates)
def _confint(x: PooledEstimates, parm: Any = None, level: float = 0.95) -> Matrix:
    """Intervals by t with each estimate's degrees of freedom. R: confint.mitml.testEstimates. Raises KeyError for an
    estimate that there is not.
    """
    require_level(level)
    names = list(x.estimates.index)
    given = names if parm is None else [parm] if isinstance(parm, str | int) else list(parm)
    asked = [names[one - 1] if isinstance(one, int) and 0 < one <= len(names) else one for one in given]
    if wrong := [one for one in asked if one not in names]:
        raise KeyError(f"no estimate {', '.join(map(str, wrong))}; there are {', '.join(names)}")
    rows = x.estimates.loc[asked]
    half = np.asarray(qt((1 + level) / 2, rows["df"].to_numpy(float))) * rows["Std.Error"].to_numpy(float)
    heads = [f"{100 * end:.3g} %" for end in ((1 - level) / 2, (1 + level) / 2)]
    middle = rows["Estimate"].to_numpy(float)
    return Matrix(np.column_stack([middle - half, middle + half]), index=asked, columns=heads)
