# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Inverse links, their slopes, variances and deviances of single observations, guarded at the ends as lme4 guards them.

(R's own families have other guards: `translations/generalized/links.py`.) R: lme4's glmFamily.cpp.
"""

from __future__ import annotations

import cython
from cython.cimports.libc.math import NAN, atan, erfc, exp, expm1, fabs, fmax, fmin, log, sqrt

LINKS = {"logit": 0, "log": 1, "probit": 2, "cloglog": 3, "cauchit": 4, "identity": 5, "inverse": 6, "sqrt": 7,
         "1/mu^2": 8}
FAMILIES = {"binomial": 0, "poisson": 1, "Gamma": 2, "gaussian": 3, "inverse.gaussian": 4, "negative binomial": 5}

EPSILON = cython.declare(cython.double, 2.220446049250313e-16)
PI = cython.declare(cython.double, 3.141592653589793)
ROOT_2 = cython.declare(cython.double, 1.4142135623730951)
ROOT_2PI = cython.declare(cython.double, 2.5066282746310002)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def mean(link: cython.Py_ssize_t, eta: cython.double) -> cython.double:
    """The mean at a linear predictor."""
    e: cython.double
    if link == 0:
        e = exp(-fabs(eta))
        e = 1.0 / (1.0 + e) if eta >= 0.0 else e / (1.0 + e)
        return fmax(EPSILON, fmin(1.0 - EPSILON, e))
    if link == 1:
        return fmax(EPSILON, exp(fmin(eta, 709.0)))
    if link == 2:
        return fmin(1.0 - EPSILON, 0.5 * erfc(-eta / ROOT_2))
    if link == 3:
        return fmax(EPSILON, fmin(1.0 - EPSILON, -expm1(-exp(fmin(eta, 700.0)))))
    if link == 4:
        if fabs(eta) > 1.0:
            e = atan(1.0 / eta) / PI
            e = 1.0 - e if eta > 0.0 else -e
        else:
            e = 0.5 + atan(eta) / PI
        return fmin(1.0 - EPSILON, e)
    if link == 5:
        return eta
    if link == 6:
        return 1.0 / eta if eta != 0.0 else 1.0 / EPSILON
    if link == 7:
        return eta * eta
    return 1.0 / sqrt(eta) if eta > 0.0 else EPSILON


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def slope(link: cython.Py_ssize_t, eta: cython.double) -> cython.double:
    """The mean's derivative at a linear predictor."""
    e: cython.double
    if link == 0:
        e = exp(-fabs(eta))
        return fmax(EPSILON, e / ((1.0 + e) * (1.0 + e)))
    if link == 1:
        return fmax(EPSILON, exp(fmin(eta, 709.0)))
    if link == 2:
        return exp(-0.5 * eta * eta) / ROOT_2PI
    if link == 3:
        eta = fmin(eta, 700.0)
        return fmax(EPSILON, exp(eta - exp(eta)))
    if link == 4:
        return 1.0 / (PI * (1.0 + eta * eta))
    if link == 5:
        return 1.0
    if link == 6:
        return -1.0 / (eta * eta) if eta != 0.0 else -1.0 / EPSILON
    if link == 7:
        return 2.0 * eta
    return -0.5 / (eta * sqrt(eta)) if eta > 0.0 else -EPSILON


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def second(link: cython.Py_ssize_t, eta: cython.double, mu: cython.double, slope: cython.double) -> cython.double:
    """The mean's second derivative by the linear predictor."""
    if link == 0:
        return slope * (1.0 - 2.0 * mu)
    if link == 1:
        return slope
    if link == 2:
        return -eta * slope
    if link == 3:
        return slope * (1.0 - exp(eta))
    if link == 4:
        return -2.0 * eta * slope / (1.0 + eta * eta)
    if link == 5:
        return 0.0
    if link == 6:
        return 2.0 / (eta * eta * eta)
    return 2.0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def third(link: cython.Py_ssize_t, eta: cython.double, mu: cython.double, slope: cython.double) -> cython.double:
    """The mean's third derivative by the linear predictor."""
    x: cython.double
    if link == 0:
        return slope * (1.0 - 6.0 * slope)
    if link == 1:
        return slope
    if link == 2:
        return (eta * eta - 1.0) * slope
    if link == 3:
        x = exp(eta)
        return slope * ((1.0 - x) * (1.0 - x) - x)
    if link == 4:
        x = 1.0 + eta * eta
        return slope * (6.0 * eta * eta - 2.0) / (x * x)
    if link == 6:
        return -6.0 / (eta * eta * eta * eta)
    return 0.0


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def variance(family: cython.Py_ssize_t, mu: cython.double, theta: cython.double) -> cython.double:
    """The variance at a mean, over the dispersion; theta: the negative binomial's."""
    if family == 0:
        return fmax(EPSILON, mu * (1.0 - mu))
    if family == 1:
        return mu
    if family == 2:
        return mu * mu
    if family == 3:
        return 1.0
    if family == 4:
        return mu * mu * mu
    return mu + mu * mu / theta


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def _y_log(y: cython.double, mu: cython.double) -> cython.double:
    ratio: cython.double = y / mu
    if ratio > 0.0:
        return y * log(ratio)
    return 0.0 if ratio == 0.0 else NAN


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def deviance(
    family: cython.Py_ssize_t, y: cython.double, mu: cython.double, w: cython.double, theta: cython.double
) -> cython.double:
    """What an observation adds to the deviance; theta: the negative binomial's."""
    if family == 0:
        return 2.0 * w * (_y_log(y, mu) + _y_log(1.0 - y, 1.0 - mu))
    if family == 1:
        return 2.0 * w * (_y_log(y, mu) - (y - mu))
    if family == 2:
        if not mu > 0.0:
            return (mu - mu) / (mu - mu)
        return -2.0 * w * ((log(y / mu) if y > 0.0 else 0.0) - (y - mu) / mu)
    if family == 3:
        return w * (y - mu) * (y - mu)
    if family == 4:
        return w * (y - mu) * (y - mu) / (y * mu * mu)
    return 2.0 * w * (_y_log(y, mu) - (y + theta) * log((y + theta) / (mu + theta)))
