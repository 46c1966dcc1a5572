"""Summaries and tables of linear models: `summary`, `anova`, `drop1`, printed as R prints them."""
from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import NAN, Matrix, Vector, html, tables
from translations.printing.deparse import deparse
from translations.printing.dispatch import render
from translations.printing.numbers import format_number
from translations.printing.objects import ResultFrame
from translations.printing.style import Style
from translations.settings import since

from .. import generics
from ..additions import Fit, additions, deletions
from ..distributions import pchisq, pf, pt
from ..formulas.rank import drop_aliased
from .linear_model import Lm


class Table(ResultFrame):
    """An analysis-of-variance or deletion table: a frame that prints under its `heading` (R: class anova)."""

    _metadata = ["heading"]
    heading: tuple[str, ...] = ()

    @property
    def text(self) -> tables.AnovaTable:
        """What R prints for the table."""
        return tables.AnovaTable(self.heading, pd.DataFrame(self))

    def __str__(self) -> str:
        return str(self.text)

    def _repr_html_(self) -> str:
        return html.headed(self.heading, pd.DataFrame(self))


def table(columns: dict[str, Any], rows: list[str], *heading: str) -> Table:
    """A `Table` of `columns` with the row names `rows`."""
    made = Table(columns, index=rows)
    made.heading = heading
    return made


@dataclass(frozen=True, eq=False, repr=False)
class LmSummary:
    """The summary of a linear model (R: class summary.lm). `str()` is R's printed text."""

    model: Lm
    with_correlation: bool = False

    @property
    def correlation(self) -> Matrix | None:
        """Correlations of the coefficients, (r, r), where they were asked for."""
        if not self.with_correlation:
            return None
        se = np.sqrt(np.diagonal(self.model.unscaled))
        return Matrix(self.cov_unscaled / np.outer(se, se))

    @cached_property
    def coefficients(self) -> Matrix:
        """Estimate, Std. Error, t value, Pr(>|t|) of the columns that are not aliased, (r, 4)."""
        m = self.model
        estimate = m.coefficients[m.kept]
        error = m.sigma * np.sqrt(np.diagonal(m.unscaled))
        with np.errstate(divide="ignore", invalid="ignore"):
            t = estimate / error
        p = 2.0 * pt(np.abs(t), m.df_residual, lower_tail=False) if m.df_residual else np.full(m.rank, NAN)
        values = np.column_stack([estimate, error, t, p])
        names = [m.X.names[j] for j in m.kept]
        return Matrix(values, index=names, columns=["Estimate", "Std. Error", "t value", "Pr(>|t|)"])

    @property
    def residuals(self) -> Vector:
        """Weighted residuals, (n,)."""
        return Vector(self.model.weighted_residuals, index=self.model.labels)

    @property
    def sigma(self) -> float:
        """Residual standard error."""
        return self.model.sigma

    @property
    def df(self) -> tuple[int, int, int]:
        """Rank, residual degrees of freedom, number of columns."""
        return self.model.rank, self.model.df_residual, len(self.model.X.names)

    @property
    def cov_unscaled(self) -> Matrix:
        """(XᵀWX)⁻¹, (r, r)."""
        return Matrix(self.model.unscaled, index=self.coefficients.index, columns=self.coefficients.index)

    @cached_property
    def _model_ss(self) -> float:
        """Sum of squares of the fitted values about their mean, or about 0 without an intercept.

        R 4.2 leaves an offset in the fitted values and counts it as explained; R 4.5 does not.
        """
        m = self.model
        fitted = m.fitted - m.frame.offset if m.frame.offset is not None and since("1.1-37") else m.fitted
        w = np.ones(m.frame.n) if m.weights is None else m.weights
        centre = np.average(fitted, weights=w) if m.frame.formula.intercept else 0.0
        return float(w @ (fitted - centre) ** 2)

    @property
    def _df_model(self) -> int:
        return self.model.rank - self.model.frame.formula.intercept

    @property
    def r_squared(self) -> float:
        """Share of the variation that the model explains."""
        whole = self._model_ss + self.model.rss
        return (self._model_ss / whole if whole else float("nan")) if self._df_model else 0.0

    @property
    def adj_r_squared(self) -> float:
        """`r_squared` adjusted for degrees of freedom."""
        m = self.model
        if not self._df_model or not m.df_residual:
            return 0.0 if not self._df_model else float("nan")
        return 1.0 - (1.0 - self.r_squared) * ((int(m.used.sum()) - m.frame.formula.intercept) / m.df_residual)

    @property
    def fstatistic(self) -> Vector | None:
        """F of all terms but the intercept, with its degrees of freedom; None when there are none."""
        m = self.model
        if not self._df_model:
            return None
        with np.errstate(divide="ignore", invalid="ignore"):
            f = float(np.float64(self._model_ss / self._df_model) / np.float64(m.sigma**2))
        return Vector({"value": f, "numdf": float(self._df_model), "dendf": float(m.df_residual)})

    @property
    def p_value(self) -> float:
        """Upper tail area of `fstatistic`, NaN when there is none."""
        f = self.fstatistic
        return float("nan") if f is None else pf(f["value"], f["numdf"], f["dendf"], lower_tail=False)

    @property
    def text(self) -> tables.LmSummary:
        """What R prints for the summary."""
        m, f = self.model, self.fstatistic
        w = m.weights
        return tables.LmSummary(
            m.call, self.residuals, self.coefficients.reindex(m.X.names), self.sigma, m.df_residual, self.r_squared,
            self.adj_r_squared, None if f is None else (f["value"], f["numdf"], f["dendf"]), self.p_value,
            w is not None and bool(np.ptp(w)), len(m.frame.omitted),
            self.correlation,
        )

    def __str__(self) -> str:
        return str(self.text)

    def _repr_html_(self) -> str:
        fit = f"Residual standard error {html.cell(self.sigma)}, multiple R-squared {html.cell(self.r_squared)}"
        return html.page(f"Linear model {self.model.frame.formula.text}", [html.table(self.coefficients)], [fit])

    def __repr__(self) -> str:
        return f"<summary of {self.model!r}>"


@render.register(Table)
@render.register(LmSummary)
def _lines(x: Table | LmSummary, style: Style) -> list[str]:
    return render(x.text, style)


@generics.summary.register(Lm)
def _summary(m: Lm, correlation: bool | None = None) -> LmSummary:
    """The summary, with `correlation` the correlations of the coefficients too. Warns where the fit is as good as
    perfect, in R's words. R: summary.lm.
    """
    w = 1.0 if m.weights is None else m.weights
    variance = float(np.sum(w * m.residuals**2)) / m.df_residual if m.df_residual else np.nan
    if m.rank and variance < (np.mean(m.fitted) ** 2 + np.var(m.fitted, ddof=1)) * 1e-30:
        warnings.warn("essentially perfect fit: summary may be unreliable", stacklevel=3)
    return LmSummary(m, bool(correlation))


@generics.coef.register(LmSummary)
def _coefficients(s: LmSummary) -> Matrix:
    return s.coefficients


@generics.sigma.register(LmSummary)
def _sigma(s: LmSummary) -> float:
    return s.sigma


@generics.residuals.register(LmSummary)
def _residuals(s: LmSummary) -> Vector:
    return s.model.padded(s.model.weighted_residuals)


@generics.anova.register(Lm)
def _anova(m: Lm, *more: Lm, test: str | None = "default", scale: float = 0.0) -> Table:
    """Sequential sums of squares of one model's terms, or F tests between several models (R: anova.lm, anova.lmlist).

    `test` is "F", "Chisq" (several models) or None; `scale` replaces the residual variance of the largest model.
    Raises `ValueError` when the models do not share a response of one length.
    """
    return _compare((m, *more), "F" if test == "default" else test, scale) if more else _sequential(m)


def _sequential(m: Lm) -> Table:
    if _perfect(m):
        warnings.warn("ANOVA F-tests on an essentially perfect fit are unreliable", stacklevel=4)
    assign = m.X.assign[m.kept]
    present = [k for k in np.unique(assign) if k > 0]
    ss = np.array([*(np.square(m.effects[assign == k]).sum() for k in present), m.rss])
    df = np.array([*(int((assign == k).sum()) for k in present), m.df_residual])
    with np.errstate(divide="ignore", invalid="ignore"):
        ms = ss / df
        f = ms / ms[-1]
    p = pf(f, df, m.df_residual, lower_tail=False)
    for each in (ms, f, p):
        each[np.isnan(each)] = NAN  # 0 / 0, which R prints, where it leaves out what is missing
    f[-1] = p[-1] = np.nan
    rows = [m.frame.formula.terms[k - 1].label for k in present] + ["Residuals"]
    columns = {"Df": df, "Sum Sq": ss, "Mean Sq": ms, "F value": f, "Pr(>F)": p}
    return table(columns, rows, "Analysis of Variance Table\n", f"Response: {m.frame.formula.response_name}")


def _perfect(m: Lm) -> bool:
    """Whether nothing but rounding is left of the response. R: anova.lm, check_exact."""
    w = 1.0 if m.weights is None else m.weights
    return m.rss < 1e-10 * float(np.sum(w * m.fitted**2))


def _compare(models: tuple[Lm, ...], test: str | None, scale: float) -> Table:
    for one in models:
        if not isinstance(one, Lm):
            mixed = "" if one is None else "; with a mixed model, put that first: anova(mixed, m)"
            raise ValueError(f"anova compares models by lm, and {type(one).__name__} is none{mixed}")
    if len({(m.frame.formula.response, m.frame.n) for m in models}) > 1:
        raise ValueError("the models have different responses or were fitted to different numbers of rows")
    df, rss = np.array([m.df_residual for m in models]), np.array([m.rss for m in models])
    largest = models[int(np.argmin(df))]
    scale = scale or largest.sigma**2
    gain_df, gain = np.append(np.nan, -np.diff(df)), np.append(np.nan, -np.diff(rss))
    columns: dict[str, Any] = {"Res.Df": df, "RSS": rss, "Df": gain_df, "Sum of Sq": gain}
    if test == "F":
        with np.errstate(divide="ignore", invalid="ignore"):
            f = gain / gain_df / scale
        f[(gain_df == 0) | (f < 0)] = np.nan
        columns |= {"F": f, "Pr(>F)": pf(f, np.abs(gain_df), largest.df_residual, lower_tail=False)}
    elif test == "Chisq":
        signed = gain / scale * np.sign(gain_df)
        signed[(gain_df == 0) | (signed < 0)] = np.nan
        columns["Pr(>Chi)"] = pchisq(signed, np.abs(gain_df), lower_tail=False)
    elif test is not None:
        raise ValueError(f"test must be 'F', 'Chisq' or None, not {test!r}")
    rows = [str(i + 1) for i in range(len(models))]
    widest = len(rows[-1])  # R pads the numbers of ten and more models
    shown = ["\n".join(deparse(m.frame.formula.text)) for m in models]
    note = "\n".join(f"Model {row:>{widest}}: {text}" for row, text in zip(rows, shown, strict=True))
    return table(columns, rows, "Analysis of Variance Table\n", note)


def _within(m: Lm, there: np.ndarray) -> tuple[int, float]:
    """Rank and residual sum of squares over the same rows with some of the columns, a mask."""
    root = np.ones(m.frame.n) if m.weights is None else np.sqrt(m.weights)
    X = (m.X.values * root[:, None])[:, there]
    y = m.frame.response - (0.0 if m.frame.offset is None else m.frame.offset)
    kept = drop_aliased(X)
    Q, _ = np.linalg.qr(X[:, kept])
    left = root * y - Q @ (Q.T @ (root * y))
    return len(kept), float(left @ left)


@generics.drop1.register(Lm)
def _drop1(
    m: Lm, scope: Sequence[str] | None = None, test: str | None = None, scale: float = 0.0, k: float = 2.0
) -> Table:
    """Each single-term deletion with its sum of squares and AIC (R: drop1.lm). `test` is None, "F" or "Chisq".

    `scope` lists terms to try, by default those not marginal to another. Raises `ValueError` for one not in the model.
    """
    if _perfect(m):
        warnings.warn("attempting model selection on an essentially perfect fit is nonsense", stacklevel=3)
    labels, tried = [t.label for t in m.frame.formula.terms], deletions(m, scope)
    fits = [(m.rank, m.rss), *(_within(m, m.X.assign != labels.index(label) + 1) for label in tried)]
    df, columns = _changes(fits, m.frame.n, scale, k, 1.0)
    if test == "F":
        f = columns["Sum of Sq"] / np.where(df > 0, df, np.nan) / (m.rss / m.df_residual)
        columns |= {"F value": f, "Pr(>F)": pf(f, df, m.df_residual, lower_tail=False)}
    else:
        columns |= _chisq(columns, df, m.frame.n, test, scale)
    return _changed("Single term deletions", m, tried, columns, scale)


@generics.add1.register(Lm)
def _add1(
    m: Lm, scope: Sequence[str] | str, test: str | None = None, scale: float = 0.0, k: float = 2.0
) -> Table:
    """Each single-term addition with its sum of squares and AIC (R: add1.lm). `test` is None, "F" or "Chisq".

    Raises `ValueError` where nothing can be added.
    """
    if _perfect(m):
        warnings.warn("attempting model selection on an essentially perfect fit is nonsense", stacklevel=3)
    tried, fits = additions(m, scope, lambda whole, there: (*_within(whole, there), whole.frame.n))
    n = fits[0][2]
    df, columns = _changes([one[:2] for one in fits], n, scale, k, -1.0)
    if test == "F":
        left = m.df_residual - df
        with np.errstate(divide="ignore", invalid="ignore"):
            f = columns["Sum of Sq"] / np.where(df > 0, df, np.nan) / (columns["RSS"] / left)
        columns |= {"F value": f, "Pr(>F)": pf(f, df, left, lower_tail=False)}
    else:
        columns |= _chisq(columns, df, n, test, scale)
    return _changed("Single term additions", m, tried, columns, scale)


def _changes(fits: Sequence[Fit], n: int, scale: float, k: float, sign: float) -> tuple[np.ndarray, dict[str, Any]]:
    """Degrees of freedom of each change, and the table's first columns. The first fit is the model's own; sign: 1 for
    terms left out, -1 for terms added.
    """
    rank, rss = np.array([f[0] for f in fits], dtype=float), np.array([f[1] for f in fits])
    with np.errstate(divide="ignore"):  # nothing is left of a perfect fit
        fit_term = rss / scale - n if scale else n * np.log(rss / n)
    df, ss = sign * (rank[0] - rank), sign * (rss - rss[0])
    df[0] = ss[0] = np.nan
    return df, {"Df": df, "Sum of Sq": ss, "RSS": rss, "Cp" if scale else "AIC": fit_term + k * rank}


def _chisq(columns: dict[str, Any], df: np.ndarray, n: int, test: str | None, scale: float) -> dict[str, Any]:
    if test in (None, "none"):
        return {}
    if test != "Chisq":
        raise ValueError(f"test must be 'F', 'Chisq' or None, not {test!r}")
    rss = columns["RSS"]
    change = columns["Sum of Sq"] / scale if scale else np.abs(n * np.log(rss / n) - n * np.log(rss[0] / n))
    return {"Pr(>Chi)": pchisq(np.where(df > 0, change, np.nan), df, lower_tail=False)}


def _changed(title: str, m: Lm, tried: list[str], columns: dict[str, Any], scale: float) -> Table:
    heading = [title, "\nModel:", *deparse(m.frame.formula.text)]
    return table(columns, ["<none>", *tried], *heading, *([f"\nscale:  {format_number(scale)} \n"] if scale else []))
