"""Linear models without one observation each: residuals in their own units, and how far the coefficients move.

Source: Belsley, Kuh & Welsch (1980), Regression Diagnostics, chapter 2, whose formulas take no refits; Cook & Weisberg
(1982).
"""
from __future__ import annotations

from typing import Any

import numpy as np

from translations.printing import NAN, Matrix, Vector

from .. import deletion_generics, generics
from .deletion_measures import Deletions, InfluenceMeasures, measures
from .linear_model import Lm

EPSILON = float(np.finfo(float).eps)


@generics.influence.register(Lm)
def _influence(m: Lm) -> dict[str, Any]:
    """What leaving out each observation does: `hat` (n,) leverages, `coefficients` (n, r) the change of the
    coefficients, `sigma` (n,) the residual standard deviation without it, `wt.res` (n,) the weighted residuals.

    Observations of zero weight have none; rows left out by na.exclude have 0, and the model's own sigma. R:
    lm.influence.
    """
    e, h = _residuals(m), _leverages(m)
    left = e / np.where(h < 1.0, 1.0 - h, np.inf)
    X = m.X.values[:, m.kept] * (1.0 if m.weights is None else np.sqrt(m.weights)[:, None])
    change = (X @ m.unscaled) * left[:, None]
    columns = {m.X.names[j]: _of_used(m, change[:, at]).fillna(0.0) for at, j in enumerate(m.kept)}
    sigma = _of_used(m, _deleted_sigma(m, e, h)).fillna(m.sigma)
    coefficients = Matrix(columns, index=sigma.index)
    return {"hat": generics.hatvalues(m), "coefficients": coefficients, "sigma": sigma, "wt.res": _of_used(m, e)}


@generics.rstandard.register(Lm)
def _rstandard(m: Lm, type: str | None = None) -> Vector:
    """Residuals over their standard errors, (n,), NaN where the leverage is 1. R: rstandard.lm."""
    if type is not None:
        raise ValueError(f"the standardized residuals of an lm have no type: {type!r} is of a glm's")
    return _scaled(m, m.sigma)


@generics.rstudent.register(Lm)
def _rstudent(m: Lm) -> Vector:
    """Residuals over their standard errors, each from the fit without it, (n,), NaN where the leverage is 1. R:
    rstudent.lm.
    """
    return _scaled(m, _deleted_sigma(m, _residuals(m), _leverages(m)))


@generics.dfbeta.register(Lm)
def _dfbeta(m: Lm) -> Matrix:
    """Change of the coefficients (n, r) when each observation is left out. R: dfbeta.lm."""
    return generics.influence(m)["coefficients"]  # type: ignore[no-any-return]


@generics.dfbetas.register(Lm)
def _dfbetas(m: Lm) -> Matrix:
    """`dfbeta` in units of the coefficients' standard errors without the observation, (n, r). R: dfbetas.lm."""
    without = generics.influence(m)
    scale = np.outer(without["sigma"], np.sqrt(np.diagonal(m.unscaled)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return Matrix(without["coefficients"] / scale)


def _deletions(m: Lm) -> Deletions:
    dfbetas = generics.dfbetas(m)
    at = dfbetas.index.isin(m.labels[m.used])
    e, h = _residuals(m), _leverages(m)
    cook = generics.cooks_distance(m)
    return Deletions(m.weighted_residuals[m.used], h[m.used], _deleted_sigma(m, e, h)[m.used], m.labels[m.used],
                     dfbetas.to_numpy()[at], cook.to_numpy()[cook.index.isin(m.labels[m.used])],
                     [m.X.names[j] for j in m.kept], m.df_residual)


@deletion_generics.dffits.register(Lm)
def _dffits(m: Lm) -> Vector:
    return _of_deletions(m, _deletions(m).dffits())


@deletion_generics.covratio.register(Lm)
def _covratio(m: Lm) -> Vector:
    return _of_deletions(m, _deletions(m).covratio())


@deletion_generics.influence_measures.register(Lm)
def _influence_measures(m: Lm) -> InfluenceMeasures:
    return measures(_deletions(m), m.call)


@generics.extractAIC.register(Lm)
def _extract_aic(m: Lm, scale: float = 0.0, k: float = 2.0) -> np.ndarray:
    """The rank and AIC up to a constant, (2,): n log(RSS / n) + k rank, or Mallows' Cp where `scale` is the residual
    variance. R: extractAIC.lm.
    """
    n = m.frame.n
    edf = n - m.df_residual
    fit = m.rss / scale - n if scale > 0 else n * np.log(m.rss / n)
    return np.array([edf, fit + k * edf])


def _residuals(m: Lm) -> np.ndarray:
    """Weighted residuals (n,), those of nothing but rounding as 0."""
    e = m.weighted_residuals
    return np.where(np.abs(e) < 100.0 * EPSILON * np.median(np.abs(e[m.used])), 0.0, e)


def _leverages(m: Lm) -> np.ndarray:
    return np.where(m.leverages > 1.0 - 10.0 * EPSILON, 1.0, m.leverages)


def _deleted_sigma(m: Lm, e: np.ndarray, h: np.ndarray) -> np.ndarray:
    """Residual standard deviation (n,) of the fit without each observation."""
    with np.errstate(divide="ignore", invalid="ignore"):
        without = m.rss - np.where(h < 1.0, e**2 / (1.0 - h), 0.0)
        return np.sqrt(without / (m.df_residual - 1.0))


def _scaled(m: Lm, sigma: Any) -> Vector:
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = _residuals(m) / (sigma * np.sqrt(1.0 - _leverages(m)))
    return _of_used(m, np.where(np.isfinite(scaled), scaled, NAN))


def _of_deletions(m: Lm, values: np.ndarray) -> Vector:
    """`values` of the rows whose weight is not zero, by row, NaN where na.exclude left one out."""
    full = np.full(len(m.used), np.nan)
    full[m.used] = values
    return _of_used(m, full)


def _of_used(m: Lm, values: np.ndarray) -> Vector:
    """`values` (n,) by row, without the rows of zero weight."""
    full = m.padded(values)
    return Vector(full[~full.index.isin(m.labels[~m.used])])
