"""Generalized linear models without one observation each, to first order: no refits.

Leverages and changes of the coefficients are those of the last step's weighted least squares. Before 4.6 R took the
deviance residuals for its errors, since then its own: working residuals times the roots of the working weights, which
are Pearson's. Source: Williams (1987), Applied Statistics 36, 181; R: influence.glm, lm.influence.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from translations.printing import NAN, Matrix, Vector
from translations.settings import since
from translations.stats import deletion_generics, generics
from translations.stats.arguments import require_choice
from translations.stats.linear.deletion_measures import Deletions, InfluenceMeasures, measures

from .links import Floats
from .model import Glm

EPSILON = float(np.finfo(float).eps)


@generics.hatvalues.register(Glm)
def _hatvalues(m: Glm) -> Vector:
    """(n,), 0 for rows that na.exclude left out. R: lm.influence."""
    return Vector(_of_used(m, _leverages(m)).fillna(0.0))


@generics.influence.register(Glm)
def _influence(m: Glm) -> dict[str, Any]:
    """`hat` (n,) leverages, `coefficients` (n, r) the change of the coefficients, `sigma` (n,) the root of what is left
    of the deviance, over its degrees of freedom, without the observation, `dev.res` and `pear.res` (n,) residuals, and
    since R 4.6 `wt.res`, the least squares' own.
    """
    from scipy.linalg import solve_triangular

    e, h = _errors(m), _leverages(m)
    X = m.X.values[:, m.kept] * np.sqrt(m.fit.weights)[:, None]
    Q = solve_triangular(m.R, X.T, trans="T").T
    change = solve_triangular(m.R, Q.T).T * np.where(h < 1.0, e / np.where(h < 1.0, 1.0 - h, 1.0), 0.0)[:, None]
    columns = {m.X.names[j]: _of_used(m, change[:, at]).fillna(0.0) for at, j in enumerate(m.kept)}
    left = np.sum(e[_used(m)] ** 2) if since("2.1") else m.fit.deviance
    fallback = np.sqrt(left / m.fit.df_residual) if m.fit.df_residual else NAN
    sigma = _of_used(m, _sigma(m, e, h) if m.rank else np.full(len(e), fallback)).fillna(fallback)
    found = {"hat": generics.hatvalues(m), "coefficients": Matrix(columns, index=sigma.index), "sigma": sigma}
    deviances, pearson = _of_used(m, m.deviance_residuals if since("2.1") else e), _of_used(m, _pearson(m))
    if since("2.1"):
        return {**found, "wt.res": _of_used(m, e), "pear.res": pearson, "dev.res": deviances}
    return {**found, "dev.res": deviances, "pear.res": pearson}


@generics.rstandard.register(Glm)
def _rstandard(m: Glm, type: str | None = None) -> Vector:
    """Residuals of type "deviance" (the default before R 4.6) or "pearson" (since then) over their standard errors,
    (n,), NaN where the leverage is 1. R: rstandard.glm.
    """
    kind = ("pearson" if since("2.1") else "deviance") if type is None else type
    require_choice(kind, ("deviance", "pearson"), "type of standardized residuals")
    with np.errstate(divide="ignore", invalid="ignore"):
        own = _pearson(m) if kind == "pearson" else m.deviance_residuals if since("2.1") else _errors(m)
        return _finite(m, own / np.sqrt(m.dispersion * (1.0 - _leverages(m))))


@generics.rstudent.register(Glm)
def _rstudent(m: Glm) -> Vector:
    """What leaving the observation out would take from the deviance, its signed root, (n,), over `influence`'s sigma
    where the dispersion is not known; since R 4.6 the Pearson residual over its standard error without it. R:
    rstudent.glm.
    """
    e, h, pearson = _errors(m), _leverages(m), _pearson(m)
    with np.errstate(divide="ignore", invalid="ignore"):
        if since("2.1"):
            scale = _sigma(m, e, h) if m.estimates_dispersion else np.sqrt(m.dispersion)
            return _finite(m, pearson / (scale * np.sqrt(1.0 - h)))
        root = np.sign(e) * np.sqrt(e**2 + h * pearson**2 / (1.0 - h))
        return _finite(m, root if m.family.name in ("binomial", "poisson") else root / _sigma(m, e, h))


@generics.cooks_distance.register(Glm)
def _cooks_distance(m: Glm) -> Vector:
    """From Pearson residuals, (n,), NaN where the leverage is 1. R: cooks.distance.glm."""
    h = _leverages(m)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _finite(m, (_pearson(m) / (1.0 - h)) ** 2 * h / (m.dispersion * m.rank))


@generics.dfbeta.register(Glm)
def _dfbeta(m: Glm) -> Matrix:
    """Change of the coefficients (n, r) when each observation is left out, to first order. R: dfbeta.lm."""
    return generics.influence(m)["coefficients"]  # type: ignore[no-any-return]


@generics.dfbetas.register(Glm)
def _dfbetas(m: Glm) -> Matrix:
    """`dfbeta` over roots of the diagonal of (X'WX)^-1 times `influence`'s sigma, or since R 4.6 times 1 where the
    dispersion is known, (n, r). R: dfbetas.lm, dfbetas.glm.
    """
    without = generics.influence(m)
    known = since("2.1") and not m.estimates_dispersion
    scale = np.ones(len(without["sigma"])) if known else without["sigma"]
    with np.errstate(divide="ignore", invalid="ignore"):
        return Matrix(without["coefficients"] / np.outer(scale, np.sqrt(np.diagonal(m.unscaled))))


def _deletions(m: Glm) -> Deletions:
    """What R's measures begin from; its errors are others since 4.6, as in `_errors`, but not set to 0."""
    used, without = _used(m), generics.influence(m)
    at = without["sigma"].index.isin(m.labels[used])
    sigma, change = without["sigma"].to_numpy()[at], without["coefficients"].to_numpy()[at]
    e = m.fit.working * np.sqrt(m.fit.weights) if since("2.1") else m.deviance_residuals
    cook = generics.cooks_distance(m)
    with np.errstate(divide="ignore", invalid="ignore"):
        dfbetas = change / np.outer(sigma, np.sqrt(np.diagonal(m.unscaled)))
    return Deletions(e[used], _leverages(m)[used], sigma, m.labels[used], dfbetas,
                     cook.to_numpy()[cook.index.isin(m.labels[used])], [m.X.names[j] for j in m.kept],
                     m.fit.df_residual)


def _known_sigma(m: Glm) -> float | None:
    """1 where the dispersion is known, which R takes for `influence`'s sigma since 4.6."""
    return 1.0 if since("2.1") and m.family.name in ("binomial", "poisson") else None


@deletion_generics.dffits.register(Glm)
def _dffits(m: Glm) -> Vector:
    """R: dffits.glm."""
    return _of_deletions(m, _deletions(m).dffits(_known_sigma(m)))


@deletion_generics.covratio.register(Glm)
def _covratio(m: Glm) -> Vector:
    return _of_deletions(m, _deletions(m).covratio(_known_sigma(m)))


@deletion_generics.influence_measures.register(Glm)
def _influence_measures(m: Glm) -> InfluenceMeasures:
    return measures(_deletions(m), m.call)


def _errors(m: Glm) -> Floats:
    """The least squares' errors (n,) as the release has them, those of nothing but rounding as 0."""
    e = m.fit.working * np.sqrt(m.fit.weights) if since("2.1") else m.deviance_residuals
    return np.where(np.abs(e) < 100.0 * EPSILON * np.median(np.abs(e[_used(m)])), 0.0, e)


def _pearson(m: Glm) -> Floats:
    fit = m.fit
    with np.errstate(divide="ignore", invalid="ignore"):
        return (fit.y - fit.mu) * np.sqrt(fit.prior) / np.sqrt(m.family.variance(fit.mu))


def _leverages(m: Glm) -> Floats:
    return np.where(m.fit.leverages > 1.0 - 10.0 * EPSILON, 1.0, m.fit.leverages)


def _sigma(m: Glm, e: Floats, h: Floats) -> Floats:
    """Root of the sum of squared errors without each observation over n - r - 1, (n,)."""
    n = int(_used(m).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        without = np.sum(e[_used(m)] ** 2) - np.where(h < 1.0, e**2 / (1.0 - h), 0.0)
        return np.sqrt(without / (n - m.rank - 1.0))


def _used(m: Glm) -> np.ndarray:
    return m.fit.prior != 0.0


def _finite(m: Glm, values: Floats) -> Vector:
    return _of_used(m, np.where(np.isfinite(values), values, NAN))


def _of_deletions(m: Glm, values: Floats) -> Vector:
    """`values` of the rows whose weight is not zero, by row, NaN where na.exclude left one out."""
    used = _used(m)
    full = np.full(len(used), np.nan)
    full[used] = values
    return _of_used(m, full)


def _of_used(m: Glm, values: Floats) -> Vector:
    """`values` (n,) by row, without the rows of zero weight."""
    full = m.padded(values)
    return Vector(full[~full.index.isin(m.labels[~_used(m)])])
