"""What a `gls` fit is asked for: R's extractor functions, and its summary."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from translations.printing import Matrix, Vector
from translations.stats import generics
from translations.stats.arguments import as_labels, require_choice, require_level
from translations.stats.distributions import pt, qnorm
from translations.stats.formulas.frame import as_frame
from translations.stats.linear.linear_model import row_names

from .fit import NlmeSummary
from .gls import Gls

TYPES = ("response", "pearson", "normalized")


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


@generics.df_residual.register(Gls)
def _df_residual(m: Gls) -> int:
    return m.df_residual


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


class GlsSummary(NlmeSummary):
    """The summary of a fit by generalized least squares (R: class summary.gls). `str()` is R's printed text."""

    @cached_property
    def coefficients(self) -> Matrix:
        """Value, Std.Error, t-value, p-value, (p, 4). R: tTable."""
        m = self.model
        error = np.sqrt(np.diagonal(m.covariance))
        t = m.solution.beta / error
        p = 2.0 * pt(-np.abs(t), m.df_residual)
        columns = ["Value", "Std.Error", "t-value", "p-value"]
        return Matrix(np.column_stack([m.solution.beta, error, t, p]), index=m.X.names, columns=columns)


@generics.summary.register(Gls)
def _summary(m: Gls) -> GlsSummary:
    return GlsSummary(m)
