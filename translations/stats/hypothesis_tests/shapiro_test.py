"""Shapiro and Wilk's test of normality: R's `shapiro.test`. scipy's is the same algorithm with less exact quantiles: 9
digits of W and 6 of p agree with R at 1000 observations.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from ..calls import called
from ..distributions import pnorm, qnorm
from .htest import HTest, sample, vector

# Royston's polynomials, lowest power first: of the two largest weights in 1/sqrt(n); of the mean and log standard
# deviation of -log(gamma - log(1 - W)) in n up to 11 observations, of log(1 - W) in log(n) above.
LARGEST = (0.0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056)
SECOND = (0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633)
GAMMA = (-2.273, 0.459)
FEW = (0.544, -0.39978, 0.025054, -6.714e-4), (1.3822, -0.77857, 0.062767, -0.0020322)
MANY = (-1.5861, -0.31082, -0.083751, 0.0038915), (-0.4803, -0.082676, 0.0030302)


def shapiro_test(x: Any) -> HTest:
    """Shapiro and Wilk's test of normality. R: stats::shapiro.test.

    x: numbers (n,), 3 to 5000 that are not missing.

    Returns the test: `str()` is R's text.

    Raises ValueError for fewer or more numbers, or where all are equal. Source: Royston (1995), algorithm AS R94.

    >>> residuals = r.residuals(r.lm("Reaction ~ Days", r.sleepstudy()))
    >>> print(r.shapiro_test(residuals))
    <BLANKLINE>
        Shapiro-Wilk normality test
    <BLANKLINE>
    data:  residuals
    W = 0.98382, p-value = 0.03539
    <BLANKLINE>
    """
    name = called(x, "x", "shapiro_test", 0, "x")
    values = sample(x, "x")
    values = np.sort(values[~np.isnan(values)])
    n = len(values)
    if not 3 <= n <= 5000:
        raise ValueError(f"sample size must be between 3 and 5000, not {n}")
    spread = values[-1] - values[0]
    if spread == 0:
        raise ValueError("all x values are identical")
    w, rest = _statistic(values / spread)
    p = _p_value(w, rest, n)
    return HTest(statistic=vector(["W"], [w]), p_value=p, method="Shapiro-Wilk normality test", data_name=name)


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    return float(np.polynomial.polynomial.polyval(x, coefficients))


def _weights(n: int) -> np.ndarray:
    """The weights of the ordered sample, (n,), antisymmetric."""
    half = n // 2
    if n == 3:
        upper = np.array([np.sqrt(0.5)])
    else:
        m = -qnorm((np.arange(1, half + 1) - 0.375) / (n + 0.25))
        squares = 2.0 * float(m @ m)
        root = 1.0 / np.sqrt(n)
        known = [m[0] / np.sqrt(squares) + _polynomial(LARGEST, root)]
        if n > 5:
            known.append(m[1] / np.sqrt(squares) + _polynomial(SECOND, root))
        k = len(known)
        left = (squares - 2.0 * np.square(m[:k]).sum()) / (1.0 - 2.0 * np.square(known).sum())
        upper = np.append(known, m[k:] / np.sqrt(left))
    return np.concatenate([-upper, np.zeros(n % 2), upper[::-1]])


def _statistic(x: np.ndarray) -> tuple[float, float]:
    """W of an ordered sample (n,), and 1 - W, which has more digits where W is near 1."""
    a, u = _weights(len(x)), x - x.mean()
    a = a - a.mean()
    aa, uu, au = a @ a, u @ u, a @ u
    root = np.sqrt(aa * uu)
    rest = float((root - au) * (root + au) / (aa * uu))
    return 1.0 - rest, rest


def _p_value(w: float, rest: float, n: int) -> float:
    if n == 3:
        return float(max(6.0 / np.pi * (np.arcsin(np.sqrt(w)) - np.arcsin(np.sqrt(0.75))), 0.0))
    y = np.log(rest)
    if n <= 11:
        gamma = _polynomial(GAMMA, n)
        if y >= gamma:
            return 1e-99
        y, place = -np.log(gamma - y), float(n)
    else:
        place = float(np.log(n))
    mean, log_sd = (_polynomial(one, place) for one in (FEW if n <= 11 else MANY))
    return float(pnorm(y, mean, np.exp(log_sd), lower_tail=False))
