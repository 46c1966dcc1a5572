"""The penalized least-squares problem solved at one theta: what a profile is told of the fixed effects there."""
from __future__ import annotations

import numpy as np

from translations.arrays import Floats

from ...criterion.pls import PLS


def solved(pls: PLS, theta: Floats) -> tuple[float, Floats, Floats]:
    """pwrss, beta (p,) and its variances / sigma^2 (p,) at theta, to lme4's last bit where `lme4_order` can."""
    theta = pls.structure.parameters.theta(theta)
    if pls.lme4_order is not None:
        parts = pls.lme4_order.parts(theta)
        return parts.pwrss, parts.beta, _unscaled_variances(parts.RX)
    _, pwrss, beta, unscaled = with_covariance(pls, theta)
    return pwrss, beta, np.diagonal(unscaled)


def _unscaled_variances(RX: Floats) -> Floats:  # noqa: N803
    """The diagonal (p,) of (RX'RX)^{-1} in the order of Eigen's operations; it sets the first step of a profile."""
    inverse = np.eye(len(RX))
    for i in range(len(RX) - 1, -1, -1):
        inverse[i] *= 1.0 / RX[i, i]
        inverse[:i] -= RX[:i, i, None] * inverse[i]
    total = np.zeros(len(RX))
    for column in inverse.T:
        total += column * column
    return total


def with_covariance(pls: PLS, theta: Floats) -> tuple[float, float, Floats, Floats]:
    """log|L|^2, pwrss, beta (p,) and (X'V^{-1}X)^{-1} (p, p) at theta, from the corner of `criterion`'s factor."""
    at, p = pls.at(theta), pls.p
    inverse = np.linalg.solve(pls.R, np.linalg.inv(at.corner[:p, :p]).T)
    return at.criterion.ldL2, at.criterion.pwrss, pls.beta0 + inverse @ at.corner[p, :p], inverse @ inverse.T
