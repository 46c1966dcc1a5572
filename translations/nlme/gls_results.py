"""What a `gls` fit is asked for: R's extractor functions, and its summary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Matrix, Vector
from translations.printing.dispatch import console
from translations.printing.frames import quantiles
from translations.stats import generics
from translations.stats.arguments import as_labels, require_choice, require_level
from translations.stats.distributions import pt, qnorm
from translations.stats.formulas.frame import as_frame
from translations.stats.likelihood import criterion
from translations.stats.linear.linear_model import row_names
from translations.stats.log_likelihood import LogLik

from .gls import Gls

TYPES = ("response", "pearson", "normalized")
FIVE = ("Min", "Q1", "Med", "Q3", "Max")


@generics.coef.register(Gls)
def _coef(m: Gls) -> Vector:
    return m.coefficients


@generics.fitted.register(Gls)
def _fitted(m: Gls) -> Vector:
    return m.padded(m.fitted)


@generics.residuals.register(Gls)
def _residuals(m: Gls, type: str | None = None) -> Vector:
    """Residuals (n,): "response"; "pearson", over their standard deviations; "normalized", without correlation too."""
    kind = "response" if type is None else type
    require_choice(kind, TYPES, "type of residuals")
    if kind == "response":
        return m.padded(m.residuals)
    standardized = m.residuals * m.weights / m.sigma
    return m.padded(standardized if kind == "pearson" else m.whitened(standardized))


@generics.vcov.register(Gls)
def _vcov(m: Gls) -> Matrix:
    return Matrix(m.covariance, index=m.X.names, columns=m.X.names)


@generics.sigma.register(Gls)
def _sigma(m: Gls) -> float:
    return m.sigma


@generics.nobs.register(Gls)
def _nobs(m: Gls) -> int:
    return m.n


@generics.df_residual.register(Gls)
def _df_residual(m: Gls) -> int:
    return m.df_residual


@generics.formula.register(Gls)
def _formula(m: Gls) -> str:
    return m.frame.formula.text


@generics.logLik.register(Gls)
def _logLik(m: Gls, REML: bool | None = None) -> LogLik:  # noqa: N803
    """At the estimates, restricted or not; None: whichever was maximized. R: logLik.gls."""
    restricted = m.problem.REML if REML is None else REML
    value, n, p = m.solution.log_likelihood, m.n, m.p
    if restricted is not m.problem.REML:
        volume = 2.0 * float(np.log(np.abs(np.diagonal(m.root))).sum())
        scaled = (n - p) * np.log(1.0 - p / n) if restricted else n * np.log(1.0 - p / n)
        value += (0.5 if restricted else -0.5) * (p * (np.log(2.0 * np.pi) + 1.0) + scaled + volume)
    return LogLik(value, p + len(m.free) + 1, n - p * restricted)


@generics.AIC.register(Gls)
def _AIC(m: Gls, *more: Any, k: float = 2.0) -> float | pd.DataFrame:
    return criterion("AIC", m, more, k)


@generics.BIC.register(Gls)
def _BIC(m: Gls, *more: Any) -> float | pd.DataFrame:
    return criterion("BIC", m, more, None)


@generics.model_matrix.register(Gls)
def _model_matrix(m: Gls) -> Matrix:
    return Matrix(m.X.values, index=row_names(m.frame.index), columns=m.X.names)


@generics.predict.register(Gls)
def _predict(m: Gls, newdata: Any = None) -> Vector:
    """Predictions by the coefficients alone, as R's: an error's correlation with those seen is not used."""
    if newdata is None:
        return m.padded(m.fitted)
    frame = as_frame(newdata)
    return Vector(m.X.for_newdata(frame).values @ m.solution.beta, index=row_names(frame.index))


@generics.confint.register(Gls)
def _confint(m: Gls, parm: Any = None, level: float = 0.95) -> Matrix:
    """Intervals by the normal distribution, as R's default method makes them. R: stats::confint.default."""
    require_level(level)
    names = m.X.names if parm is None else as_labels(parm, "parm")
    for one in names:
        if one not in m.X.names:
            raise KeyError(f"the model has no coefficient {one}; it has {', '.join(m.X.names)}")
    tail = (1.0 - level) / 2.0
    at = [m.X.names.index(one) for one in names]
    error = np.sqrt(np.diagonal(m.covariance))
    bounds = m.solution.beta[:, None] + error[:, None] * np.array([qnorm(tail), qnorm(1.0 - tail)])
    heads = [f"{100.0 * share:.3g} %" for share in (tail, 1.0 - tail)]
    return Matrix(bounds[at], index=names, columns=heads)


@dataclass(frozen=True, eq=False, repr=False)
class GlsSummary:
    """The summary of a fit by generalized least squares (R: class summary.gls). `str()` is R's printed text."""

    model: Gls

    @cached_property
    def coefficients(self) -> Matrix:
        """Value, Std.Error, t-value, p-value, (p, 4). R: tTable."""
        m = self.model
        error = np.sqrt(np.diagonal(m.covariance))
        t = m.solution.beta / error
        p = 2.0 * pt(-np.abs(t), m.df_residual)
        columns = ["Value", "Std.Error", "t-value", "p-value"]
        return Matrix(np.column_stack([m.solution.beta, error, t, p]), index=m.X.names, columns=columns)

    @property
    def tTable(self) -> Matrix:  # noqa: N802
        """`coefficients`, by R's name."""
        return self.coefficients

    @cached_property
    def correlation(self) -> Matrix:
        """Of the coefficients, (p, p)."""
        error = np.sqrt(np.diagonal(self.model.covariance))
        return Matrix(
            self.model.covariance / np.outer(error, error), index=self.model.X.names, columns=self.model.X.names
        )

    @property
    def sigma(self) -> float:
        """Residual standard error."""
        return self.model.sigma

    @cached_property
    def residuals(self) -> Vector:
        """Quartiles and extremes of the standardized residuals, (5,); all of up to five."""
        each = np.asarray(generics.residuals(self.model, "pearson"), float)
        each = each[~np.isnan(each)]
        return Vector(quantiles(each), index=FIVE) if len(each) > 5 else Vector(each)

    @property
    def AIC(self) -> float:  # noqa: N802
        """Akaike's criterion."""
        value: Any = generics.AIC(self.model)
        return float(value)

    @property
    def BIC(self) -> float:  # noqa: N802
        """Schwarz's criterion."""
        value: Any = generics.BIC(self.model)
        return float(value)

    def __str__(self) -> str:
        return console(self)

    def _repr_html_(self) -> str:
        from translations.printing import html

        title = f"Generalized least squares {self.model.frame.formula.text}"
        return html.page(title, [html.table(self.coefficients)], [f"Residual standard error {html.cell(self.sigma)}"])

    def __repr__(self) -> str:
        return f"<summary of {self.model!r}>"


@generics.summary.register(Gls)
def _summary(m: Gls) -> GlsSummary:
    return GlsSummary(m)


@generics.coef.register(GlsSummary)
def _coefficients(s: GlsSummary) -> Matrix:
    return s.coefficients


@generics.sigma.register(GlsSummary)
def _sigma_of_summary(s: GlsSummary) -> float:
    return s.sigma
