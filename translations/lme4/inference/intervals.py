"""What intervals of all kinds share: their frame, the warning of a bad profile, and quantiles, without scipy, whose
import takes longer than most profiles."""

from __future__ import annotations

import math

import numpy as np

from translations.arrays import Floats
from translations.printing import Matrix
from translations.stats.linear.lm_predict import percent_labels

LOWER_DEVIANCE = 1e-9  # a profile that finds a deviance lower by more than this shows that the fit was not optimal
STEPS = 50  # of Newton's method, which takes some five


class ProfileWarning(UserWarning):
    """A profile that cannot be used as it is; the text is R's and names the parameter."""


def normal_quantiles(level: float) -> Floats:
    """The two standard normal quantiles between which lies `level`. Wichura (1988), algorithm AS 241, as R's qnorm."""
    from statistics import NormalDist

    a = (1.0 - level) / 2.0
    return np.array([NormalDist().inv_cdf(a), NormalDist().inv_cdf(1.0 - a)])


def chi2_quantile(p: float, df: int) -> float:
    """The quantile of chi-squared on a whole number df of degrees of freedom, by Newton's method on the logarithm of
    the upper tail, 1 - p. Infinite where p is 1."""
    if p >= 1.0:
        return math.inf
    x = float(df)
    for _ in range(STEPS):
        tail = chi2_tail(x, df)
        density = math.exp(-x / 2.0 + (df / 2.0 - 1.0) * math.log(x / 2.0) - math.lgamma(df / 2.0)) / 2.0
        step = math.log(tail / (1.0 - p)) * tail / density
        x = max(x / 10.0, x + step)
        if abs(step) < 1e-15 * x:
            break
    return x


def chi2_tail(x: float, df: int) -> float:
    """The probability that chi-squared on df degrees of freedom exceeds x. Abramowitz & Stegun (1964), 26.4.4, 26.4.5.
    """
    half, odd = x / 2.0, df % 2
    tail = math.erfc(math.sqrt(half)) if odd else 0.0
    term = math.exp(-half) * (2.0 * math.sqrt(half / math.pi) if odd else 1.0)
    for i in range(df // 2):
        tail += term
        term *= half / (i + (1.5 if odd else 1.0))
    return tail


def interval_matrix(intervals: dict[str, Floats], level: float) -> Matrix:
    """Rows of intervals with R's column names (R: format.perc)."""
    ends = np.array(list(intervals.values())).reshape(-1, 2)
    return Matrix(ends, index=list(intervals), columns=percent_labels(level))
