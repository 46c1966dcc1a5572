"""Iteratively reweighted least squares, with R's start, steps, warnings and stopping rule. R: stats::glm.fit.

Source: McCullagh & Nelder (1989), 2.5. The working weights, and so the triangular factor from which standard errors
come, are those of the last step's beginning, as in R.
"""
from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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
        unknown = {*(given or {})} - {"epsilon", "maxit"}
        if unknown:
            raise ValueError(f"control takes epsilon and maxit, not {', '.join(sorted(map(str, unknown)))}")
        epsilon = as_number((given or {}).get("epsilon", 1e-8), "epsilon")
        if not epsilon > 0.0:
            raise ValueError(f"epsilon must be above 0, not {epsilon}")
        return Control(epsilon, as_count((given or {}).get("maxit", 25), "maxit"))


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
        return float(np.sum(family.dev_resids(y, mu, prior)))

    with np.errstate(all="ignore"):
        if p:
            state = _iterate(X, start, family, shift, control, coefficients, etastart, mustart, deviance)
        else:
            state = _empty(start, family, shift, deviance)
        eta, mu, step, beta, dev, steps, converged, boundary = state
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


State = tuple[Floats, Floats, "_Step | None", Floats, float, int, bool, bool]


def _empty(start: Start, family: Family, shift: Floats, deviance: Callable[[Floats], float]) -> State:
    eta = shift.astype(float)
    mu = family.link.linkinv(eta)
    if not family.link.valideta(eta):
        raise ValueError("invalid linear predictor values in empty model")
    if not family.validmu(mu):
        raise ValueError("invalid fitted means in empty model")
    return eta, mu, None, np.empty(0), deviance(mu), 0, True, True


def _iterate(
    X: Floats, start: Start, family: Family, shift: Floats, control: Control, coefficients: Floats | None,
    etastart: Floats | None, mustart: Floats | None, deviance: Callable[[Floats], float],
) -> State:
    link, y, prior, p = family.link, start.y, start.weights, X.shape[1]
    old: Floats | None = None
    if etastart is not None:
        eta = etastart
    elif coefficients is not None:
        if coefficients.shape != (p,):
            raise ValueError(f"length of 'start' should equal {p}, one for each coefficient, not {coefficients.shape}")
        old = coefficients
        eta = shift + X @ coefficients
    else:
        eta = link.linkfun(start.mustart if mustart is None else mustart)
    mu = link.linkinv(eta)
    if not (family.validmu(mu) and link.valideta(eta)):
        raise ValueError("cannot find valid starting values: please specify some")
    beta, dev_old, step, boundary = np.zeros(p) if old is None else old, deviance(mu), None, False
    for steps in range(1, control.maxit + 1):
        slope = link.mu_eta(eta)
        _require_weights(family.variance(mu)[prior > 0.0], slope[prior > 0.0])
        good = (prior > 0.0) & (slope != 0.0)
        if not good.any():
            warn(f"no observations informative at iteration {steps}")
            return eta, mu, step, beta, dev_old, steps, False, boundary
        z = (eta - shift)[good] + (y - mu)[good] / slope[good]
        root = np.sqrt(prior[good] * slope[good] ** 2 / family.variance(mu)[good])
        step = _solve(X, good, root, z, min(1e-7, control.epsilon / 1000.0))
        if not np.isfinite(step.coefficients).all():
            warn(f"non-finite coefficients at iteration {steps}")
            return eta, mu, step, beta, dev_old, steps, False, boundary
        if len(y) < len(step.kept):
            raise ValueError(f"X matrix has rank {len(step.kept)}, but only {len(y)} observations")
        beta = step.coefficients
        eta = X @ beta + shift
        mu = link.linkinv(eta)
        dev, boundary = deviance(mu), False
        for invalid, said, halved in (
            (lambda d, e, m: not np.isfinite(d), "step size truncated due to divergence", "inner loop 1"),
            (lambda d, e, m: not (link.valideta(e) and family.validmu(m)), "step size truncated: out of bounds",
             "inner loop 2"),
        ):
            if not invalid(dev, eta, mu):
                continue
            if old is None:
                raise ValueError("no valid set of coefficients has been found: please supply starting values")
            warnings.warn(said, stacklevel=5)
            for _ in range(control.maxit):
                beta = (beta + old) / 2.0
                eta = X @ beta + shift
                mu = link.linkinv(eta)
                dev = deviance(mu)
                if not invalid(dev, eta, mu):
                    break
            else:
                raise ValueError(f"{halved}; cannot correct step size")
            boundary = True
        if abs(dev - dev_old) / (0.1 + abs(dev)) < control.epsilon:
            return eta, mu, step, beta, dev, steps, True, boundary
        dev_old, old = dev, beta
    return eta, mu, step, beta, dev_old, control.maxit, False, boundary


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
