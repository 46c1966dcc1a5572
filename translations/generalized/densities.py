"""Logarithms of densities, to the last digits. R: dbinom, dpois, dgamma, dnbinom.

Source: Loader (2000), Fast and accurate computation of binomial probabilities: saddle-point form, in which what cancels
is never formed.
"""
from __future__ import annotations

import numpy as np

Floats = np.ndarray
LOG_2PI = float(np.log(2.0 * np.pi))
SERIES = (1 / 12, 1 / 360, 1 / 1260, 1 / 1680, 1 / 1188)


def stirling_error(n: Floats) -> Floats:
    """log(n!) less Stirling's formula, (n,); n above 0."""
    from scipy.special import gammaln

    n = np.asarray(n, float)
    big = np.maximum(n, 15.0)
    square = big * big
    tail = (SERIES[0] - (SERIES[1] - (SERIES[2] - (SERIES[3] - SERIES[4] / square) / square) / square) / square) / big
    small = np.where(n > 15.0, 1.0, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        direct = gammaln(small + 1.0) - (small + 0.5) * np.log(small) + small - 0.5 * LOG_2PI
    return np.where(n > 15.0, tail, direct)


def deviance_part(x: Floats, mean: Floats) -> Floats:
    """x log(x / mean) + mean - x, (n,), by a series where the two are close."""
    x, mean = np.broadcast_arrays(np.asarray(x, float), np.asarray(mean, float))
    with np.errstate(divide="ignore", invalid="ignore"):
        v = (x - mean) / (x + mean)
        close = np.abs(x - mean) < 0.1 * (x + mean)
        far = np.where(x > 0.0, x * np.log(np.where(x > 0.0, x, 1.0) / mean), 0.0) + mean - x
    v = np.where(close, v, 0.0)
    total, term = (x - mean) * v, 2.0 * x * v
    for j in range(1, 12):
        term = term * v * v
        total = total + term / (2 * j + 1)
    return np.where(close, total, far)


def log_binomial(x: Floats, n: Floats, p: Floats) -> Floats:
    """log P(X = x) of n trials with probability p, each (rows,)."""
    x, n, p = np.broadcast_arrays(np.asarray(x, float), np.asarray(n, float), np.asarray(p, float))
    q = 1.0 - p
    with np.errstate(divide="ignore", invalid="ignore"):
        none = np.where(n == 0.0, 0.0, np.where(p < 0.1, -deviance_part(n, n * q) - n * p, n * np.log(q)))
        every = np.where(q < 0.1, -deviance_part(n, n * p) - n * q, n * np.log(p))
        if ((x == 0.0) | (x == n)).all():  # single trials
            return np.where(x == 0.0, none, every)
        inner = (stirling_error(n) - stirling_error(x) - stirling_error(n - x) - deviance_part(x, n * p)
                 - deviance_part(n - x, n * q) - 0.5 * (LOG_2PI + np.log(x) + np.log1p(-x / n)))
    return np.where(x == 0.0, none, np.where(x == n, every, inner))


def log_binomial_at_most(x: Floats, n: Floats) -> Floats:
    """`log_binomial` at the probability that makes x likeliest, x / n, where the deviances are 0, each (...,)."""
    inside = (x > 0.0) & (x < n)
    if not inside.any():  # single trials
        return np.zeros(x.shape)
    x, n = np.where(inside, x, 1.0), np.where(inside, n, 2.0)
    of_n, of_x, of_rest = stirling_error(np.array([n, x, n - x]))
    return np.where(inside, of_n - of_x - of_rest - 0.5 * (LOG_2PI + np.log(x) + np.log1p(-x / n)), 0.0)


def log_poisson_at_most(x: Floats) -> Floats:
    """`log_poisson` at the mean that makes x likeliest, x itself, (...,)."""
    some = np.where(x > 0.0, x, 1.0)
    return np.where(x > 0.0, -stirling_error(some) - 0.5 * (LOG_2PI + np.log(some)), 0.0)


def log_poisson(x: Floats, mean: Floats) -> Floats:
    """log P(X = x) of a Poisson variable, x any number not below 0, (n,)."""
    x, mean = np.broadcast_arrays(np.asarray(x, float), np.asarray(mean, float))
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = -stirling_error(x) - deviance_part(x, mean) - 0.5 * (LOG_2PI + np.log(x))
    return np.where(x == 0.0, -mean, inner)


def log_gamma(x: Floats, shape: Floats, scale: Floats) -> Floats:
    """Log density of a gamma variable, (n,)."""
    x, shape, scale = np.broadcast_arrays(np.asarray(x, float), np.asarray(shape, float), np.asarray(scale, float))
    with np.errstate(divide="ignore", invalid="ignore"):
        low = log_poisson(shape, x / scale) + np.log(shape / x)
        high = log_poisson(shape - 1.0, x / scale) - np.log(scale)
    return np.where(shape < 1.0, low, high)
