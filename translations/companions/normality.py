"""Anderson and Darling's test of normality: R's `ad.test` of the package nortest."""
from __future__ import annotations

from typing import Any

import numpy as np

from translations.stats.calls import called
from translations.stats.hypothesis_tests.htest import HTest, sample, vector

# Stephens's exponents of a statistic up to each bound, lowest power first; those of the first two are of 1 - p.
EXPONENTS = ((0.2, (-13.436, 101.14, -223.73)), (0.34, (-8.318, 42.796, -59.938)), (0.6, (0.9177, -4.279, -1.38)),
             (10.0, (1.2937, -5.709, 0.0186)))


def ad_test(x: Any) -> HTest:
    """Anderson and Darling's test of normality, mean and standard deviation estimated. R: nortest::ad.test.

    x: numbers (n,), 8 or more that are not missing.

    Returns the test, A and its p-value: `str()` is R's text. A weighs the tails more than Shapiro and Wilk's W does.

    Raises ValueError for fewer numbers, or where all are equal. Source: Stephens (1986), in D'Agostino & Stephens,
    Goodness-of-Fit Techniques, table 4.9.

    >>> residuals = r.residuals(r.lm("Reaction ~ Days", r.sleepstudy()))
    >>> print(r.ad_test(residuals))
    <BLANKLINE>
        Anderson-Darling normality test
    <BLANKLINE>
    data:  residuals
    A = 0.89778, p-value = 0.02153
    <BLANKLINE>
    """
    from scipy.special import log_ndtr

    name = called(x, "x", "ad_test", 0, "x")
    values = sample(x, "x")
    values = np.sort(values[~np.isnan(values)])
    n = len(values)
    if n < 8:
        raise ValueError(f"sample size must be greater than 7, not {n}")
    if values[0] == values[-1]:
        raise ValueError("all x values are identical")
    z = (values - values.mean()) / values.std(ddof=1)
    below, above = log_ndtr(z), log_ndtr(-z)
    A = float(-n - np.mean((2 * np.arange(1, n + 1) - 1) * (below + above[::-1])))
    return HTest(statistic=vector(["A"], [A]), p_value=_p_value((1 + 0.75 / n + 2.25 / n**2) * A),
                 method="Anderson-Darling normality test", data_name=name)


def _p_value(A: float) -> float:
    for bound, powers in EXPONENTS:
        if A < bound:
            tail = float(np.exp(np.polynomial.polynomial.polyval(A, powers)))
            return 1.0 - tail if bound < 0.5 else tail
    return 3.7e-24
