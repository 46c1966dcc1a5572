"""Iteratively reweighted least squares, with R's start, steps, warnings and stopping rule. R: stats::glm.fit.

Source: McCullagh & Nelder (1989), 2.5. The working weights, and so the triangular factor from which standard errors
come, are those of the last step's beginning, as in R.
"""
from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from translations.stats.arguments import as_count, as_number
from translations.stats.formulas.rank import drop_aliased

from .begin import Start
from .families import Family
from .links import EPSILON, Floats


@dataclass(frozen=True)
class Control:
    """epsilon: relative change of the deviance at which the fit stops;  maxit: most steps. R: stats::glm.control."""

    epsilon: float = 1e-8
    maxit: int = 25

    @staticmethod
    def of(given: Mapping[str, Any] | None) -> Control:
        """The control of a mapping. Raises ValueError for another setting, or one out of its range."""
        asked = given or {}
        unknown = {*asked} - {"epsilon", "maxit"}
        if unknown:
            raise ValueError(f"control takes epsilon and maxit, not {', '.join(sorted(map(str, unknown)))}")
        epsilon = as_number(asked.get("epsilon", Control.epsilon), "epsilon")
        if not epsilon > 0.0:
            raise ValueError(f"epsilon must be above 0, not {epsilon}")
        return Control(epsilon, as_count(asked.get("maxit", Control.maxit), "maxit"))


@dataclass(frozen=True)
class Fit:
    """A fit of n observations to p columns, r of them not aliased.

    coefficients: (p,), NaN where aliased;  kept: (r,) positions of the others
    eta, mu:      (n,) linear predictors and means;  y, prior: (n,) response and prior weights
    working:      (n,) residuals on the scale of eta;  weights: (n,) working weights of the last step
    R:            (r, r) triangular factor of the weighted columns;  leverages: (n,)
    adjusted:     (n,) the last step's working response, less the offset
    deviance, null_deviance, aic;  df_residual, df_null, steps;  converged, boundary
    """

    coefficients: Floats
    kept: np.ndarray
    eta: Floats
    mu: Floats
    y: Floats
    prior: Floats
    working: Floats
    weights: Floats
    R: Floats
    leverages: Floats
    adjusted: Floats
    deviance: float
    null_deviance: float
    aic: float
    df_residual: int
    df_null: int
    steps: int
    converged: bool
    boundary: bool

    @property
    def rank(self) -> int:
        """Number of columns that are not aliased."""
        return len(self.kept)


class StartWarning(UserWarning):
    """R's iteration went astray from its start, of which R says nothing; the text says what does not."""

    ours = True  # comparisons with R's warnings leave it out


def warn(message: str) -> None:
    """Warn as from the line that called `glm`."""
    warnings.warn(message, stacklevel=5)


@dataclass(frozen=True)
class _Step:
    """One weighted least-squares solution: coefficients (p,), 0 where aliased, and its factors."""

    coefficients: Floats
    kept: np.ndarray
    Q: Floats
    R: Floats
    good: np.ndarray
    root: Floats
    z: Floats


class _Place(NamedTuple):
    """Where the iteration stands: coefficients (p,), linear predictors and means (n,), and their deviance."""

    beta: Floats
    eta: Floats
    mu: Floats
    deviance: float


class _End(NamedTuple):
    """Where it ended, the last step, how many there were, and whether the deviance rests and a step was halved."""

    place: _Place
    step: _Step | None
    steps: int
    converged: bool
    boundary: bool


def fit(
    X: Floats, start: Start, family: Family, offset: Floats | None = None, control: Control | None = None, *,
    intercept: bool = True, coefficients: Floats | None = None, etastart: Floats | None = None,
    mustart: Floats | None = None,
) -> Fit:
    """Maximum likelihood for the columns of X (n, p).

    start: the response and where the means begin, unless `etastart`, `coefficients` or `mustart` say otherwise.
    intercept: whether the null model has one. Raises ValueError where no step can be made. Warns in R's words.
    """
    control = control or Control()
    n, p = X.shape
    y, prior = start.y, start.weights
    shift = np.zeros(n) if offset is None else offset
    link = family.link

    def deviance(mu: Floats) -> float:
        parts = family.dev_resids(y, mu, prior)
        if (mu < 0.0).any() and np.isnan(parts).any() and "binomial" not in family.name:  # for which R asks C
            warn("NaNs produced")
        return float(np.sum(parts))

    def at(beta: Floats) -> _Place:
        eta = X @ beta + shift
        mu = link.linkinv(eta)
        return _Place(beta, eta, mu, deviance(mu))

    with np.errstate(all="ignore"):
        if p:
            first = _first(X, start, family, shift, coefficients, etastart, mustart)
            old = None if etastart is not None else coefficients
            place = _Place(np.zeros(p) if old is None else old, *first, deviance(first[1]))
            end = _iterate(X, start, family, shift, control, place, old, at)
        else:
            end = _empty(family, shift, deviance)
        (beta, eta, mu, dev), step, steps, converged, boundary = end
        _warn_of_ends(family, mu, converged, boundary, p)
        working = (y - mu) / link.mu_eta(eta)
        weights = np.zeros(n)
        leverages, adjusted = np.zeros(n), np.zeros(n)
        if step is None:
            weights = prior * link.mu_eta(eta) ** 2 / family.variance(mu)
            kept, R = np.empty(0, int), np.empty((0, 0))
        else:
            weights[step.good] = step.root**2
            adjusted[step.good] = step.z
            leverages[step.good] = np.einsum("ij,ij->i", step.Q, step.Q)
            kept, R = step.kept, step.R
        null_mu = np.full(n, np.sum(prior * y) / np.sum(prior)) if intercept else link.linkinv(shift)
        usable = n - int((prior == 0.0).sum())
        aic = family.aic(y, start.n, mu, prior, dev) + 2.0 * len(kept)
        aliased = np.full(p, np.nan)
        aliased[kept] = beta[kept]
        return Fit(aliased, kept, eta, mu, y, prior, working, weights, R, leverages, adjusted, dev,
                   deviance(null_mu), aic, usable - len(kept), usable - int(intercept), steps, converged, boundary)


def _empty(family: Family, shift: Floats, deviance: Callable[[Floats], float]) -> _End:
    eta = shift.astype(float)
    mu = family.link.linkinv(eta)
    if not family.link.valideta(eta):
        raise ValueError("invalid linear predictor values in empty model")
    if not family.validmu(mu):
        raise ValueError("invalid fitted means in empty model")
    return _End(_Place(np.empty(0), eta, mu, deviance(mu)), None, 0, True, True)


def _first(X: Floats, start: Start, family: Family, shift: Floats, coefficients: Floats | None,
           etastart: Floats | None, mustart: Floats | None) -> tuple[Floats, Floats]:
    """The linear predictors and means (n,) to begin from. Raises ValueError where they are none of the family's."""
    link, p = family.link, X.shape[1]
    if etastart is not None:
        eta = etastart
    elif coefficients is not None:
        if coefficients.shape != (p,):
            raise ValueError(f"length of 'start' should equal {p}, one for each coefficient, not {coefficients.shape}")
        eta = shift + X @ coefficients
    else:
        eta = link.linkfun(start.mustart if mustart is None else mustart)
    mu = link.linkinv(eta)
    if not (family.validmu(mu) and link.valideta(eta)):
        raise ValueError("cannot find valid starting values: please specify some")
    return eta, mu


def _iterate(
    X: Floats, start: Start, family: Family, shift: Floats, control: Control, place: _Place, old: Floats | None,
    at: Callable[[Floats], _Place],
) -> _End:
    """Steps from a place, to which coefficients `old` belong where there are some, until the deviance rests."""
    y, prior, step, boundary = start.y, start.weights, None, False
    for steps in range(1, control.maxit + 1):
        slope, variance = family.link.mu_eta(place.eta), family.variance(place.mu)
        _require_weights(variance[prior > 0.0], slope[prior > 0.0])
        good = (prior > 0.0) & (slope != 0.0)
        if not good.any():
            warn(f"no observations informative at iteration {steps}")
            return _End(place, step, steps, False, boundary)
        z = (place.eta - shift)[good] + (y - place.mu)[good] / slope[good]
        root = np.sqrt(prior[good] * slope[good] ** 2 / variance[good])
        step = _solve(X, good, root, z, min(1e-7, control.epsilon / 1000.0))
        if not np.isfinite(step.coefficients).all():
            warn(f"non-finite coefficients at iteration {steps}")
            return _End(place, step, steps, False, boundary)
        if len(y) < len(step.kept):
            raise ValueError(f"X matrix has rank {len(step.kept)}, but only {len(y)} observations")
        before = place.deviance
        place, boundary = _halved(at(step.coefficients), old, at, family, control.maxit)
        if abs(place.deviance - before) / (0.1 + abs(place.deviance)) < control.epsilon:
            return _End(place, step, steps, True, boundary)
        old = place.beta
    return _End(place, step, control.maxit, False, boundary)


def _halved(place: _Place, old: Floats | None, at: Callable[[Floats], _Place], family: Family, most: int
            ) -> tuple[_Place, bool]:
    """The place itself, or where its deviance or means cannot be, the first on the way back to the coefficients `old`,
    halving by halving, where they can; and whether any was needed. Raises ValueError where there is none.
    """
    def finite(one: _Place) -> bool:
        return bool(np.isfinite(one.deviance))

    def within(one: _Place) -> bool:
        return family.link.valideta(one.eta) and family.validmu(one.mu)

    boundary = False
    for valid, said, loop in ((finite, "step size truncated due to divergence", "inner loop 1"),
                              (within, "step size truncated: out of bounds", "inner loop 2")):
        if valid(place):
            continue
        if old is None:
            raise ValueError("no valid set of coefficients has been found: please supply starting values")
        warnings.warn(said, stacklevel=5)
        for _ in range(most):
            place = at((place.beta + old) / 2.0)
            if valid(place):
                break
        else:
            raise ValueError(f"{loop}; cannot correct step size")
        boundary = True
    return place, boundary


def _require_weights(variance: Floats, slope: Floats) -> None:
    for bad, said in ((np.isnan(variance), "NAs in V(mu)"), (variance == 0.0, "0s in V(mu)"),
                      (np.isnan(slope), "NAs in d(mu)/d(eta)")):
        if bad.any():
            raise ValueError(said)


def _solve(X: Floats, good: np.ndarray, root: Floats, z: Floats, tol: float) -> _Step:
    from scipy.linalg import solve_triangular

    columns = X[good] * root[:, None]
    beta = np.zeros(X.shape[1])
    if not np.isfinite(columns).all() or not np.isfinite(z).all():
        return _Step(beta + np.nan, np.arange(len(beta)), columns, np.eye(len(beta)), good, root, z)
    kept = drop_aliased(columns, tol)
    Q, R = np.linalg.qr(columns[:, kept])
    beta[kept] = solve_triangular(R, Q.T @ (z * root), check_finite=False)
    return _Step(beta, kept, Q, R, good, root, z)


def _warn_of_ends(family: Family, mu: Floats, converged: bool, boundary: bool, p: int) -> None:
    if not p:
        return
    if not converged:
        warn("glm.fit: algorithm did not converge")
    if boundary:
        warn("glm.fit: algorithm stopped at boundary value")
    near = 10.0 * EPSILON
    if family.name == "binomial" and ((mu > 1.0 - near) | (mu < near)).any():
        warn("glm.fit: fitted probabilities numerically 0 or 1 occurred")
    if family.name == "poisson" and (mu < near).any():
        warn("glm.fit: fitted rates numerically 0 occurred")
    if family.of == "mu(1-mu)" and ((mu > 1.0 - near) | (mu < near)).any():
        warnings.warn("R begins quasi(variance='mu(1-mu)') at the answers, which may lead it, and led here, to means "
                      "of 0 and 1, where it says that it converged: family=quasibinomial begins between", StartWarning,
                      stacklevel=6)
