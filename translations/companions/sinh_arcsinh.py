"""How much the pinball loss is smoothed: by a sinh-arcsinh distribution of the residuals.

Sources: Jones & Pewsey (2009), the distribution; Fasiolo, Wood, Zaffran, Nedellec & Goude (2021), section 3.3.
"""
from __future__ import annotations

import numpy as np

from translations.optim.univariate import local_minimum
from translations.optim.variable_metric import variable_metric
from translations.stats.distributions import pnorm, qnorm

Floats = np.ndarray
TOLERANCE = np.finfo(float).eps ** 0.25 / 3.0  # of the mode, as R's optimize has it


def smoothing(quantile: float, z: Floats, df: float) -> float:
    """How much the loss is smoothed, 0 to 1: by the density of standardized residuals z (n,) at the quantile, of a
    sinh-arcsinh distribution fitted to them; df: of the curve. Source: Fasiolo et al. (2021), section 3.3.
    """
    mu, tau, eps, phi = par = _sinh_arcsinh(z)
    scale, tail = np.exp(tau + phi), np.exp(phi)

    def at(p: float) -> float:
        return float(mu + scale * np.sinh(np.arcsinh(qnorm(p)) / tail + eps / tail))

    mode = local_minimum(lambda x: _minus_log(par, np.array([x]))[0], at(0.001), at(0.999), TOLERANCE)
    p = float(pnorm(np.sinh((np.arcsinh((mode - mu) / scale) - eps / tail) * tail)))
    if abs(quantile - p) < 0.05:
        quantile = max(min(p + np.sign(quantile - p) * 0.05, 0.99), 0.01)
    value, slope = _minus_log(par, np.array([at(quantile)]))
    log_slope = np.log(abs(slope[0])) - value
    width = (df * 9.0 / (len(z) * np.pi**4)) ** (1.0 / 3.0) * np.exp(-value / 3.0 - 2.0 * log_slope / 3.0)
    return float(min(width * 2.0 * np.log(2.0) / np.sqrt(2.0 * np.pi), 1.0))


def _minus_log(par: Floats, x: Floats) -> tuple[float, Floats]:
    """Minus the sinh-arcsinh log-density of x (n,), summed, and its gradient in (mu, log sigma, epsilon, log delta)."""
    mu, tau, eps, phi = par
    scale, tail = np.exp(tau + phi), np.exp(phi)
    z = (x - mu) / scale
    turned = np.arcsinh(z)
    g = tail * turned - eps
    value = -tau - 0.5 * np.log(2.0 * np.pi) + np.log(np.cosh(g)) - 0.5 * np.log1p(z**2) - 0.5 * np.sinh(g) ** 2
    by_eps = -(np.tanh(g) - 0.5 * np.sinh(2.0 * g))
    root = np.sqrt(z**2 + 1.0)
    by_mu = (tail * by_eps + z / root) / (scale * root)
    by_tau = (x - mu) * by_mu - 1.0
    by_phi = by_tau + 1.0 - tail * turned * by_eps
    return -float(value.sum()), -np.array([by_mu.sum(), by_tau.sum(), by_eps.sum(), by_phi.sum()])


def _sinh_arcsinh(x: Floats) -> Floats:
    """Its parameters (mu, log sigma, epsilon, log delta), where R's optim(method = "BFGS") stops: likelihoods of light
    tails have a ridge, along which another search would stop elsewhere.
    """
    with np.errstate(all="ignore"):
        start = np.array([x.mean(), np.log(x.std(ddof=1)), 0.0, 0.0])
        found, _ = variable_metric(lambda b: _minus_log(b, x)[0], lambda b: _minus_log(b, x)[1], start)
        return found
