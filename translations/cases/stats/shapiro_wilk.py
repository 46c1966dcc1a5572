"""Normality: from 3 observations to thousands.

scipy's `shapiro` is the same algorithm with quantiles of the normal distribution of 9 digits: of 1000 observations its
W agrees with R's in 7 digits, its p-value in 5.
"""
import numpy as np
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def grid(n):
    i = np.arange(1, n + 1)
    return (i / (n + 1)) ** 3 + np.sin(i) / 50


def normal(n):
    a = 3 / 8 if n <= 10 else 1 / 2
    return r.qnorm((np.arange(1, n + 1) - a) / (n + 1 - 2 * a))


SAMPLES = {
    "three": lambda: [1.2, 3.4, 2.2], "four": lambda: grid(4), "five": lambda: grid(5), "six": lambda: grid(6),
    "eleven": lambda: grid(11), "twelve": lambda: grid(12), "thirty": lambda: normal(30) + grid(30) / 9,
    "hundred": lambda: grid(100), "thousand": lambda: np.sqrt(grid(1000) + 1),
    "most": lambda: normal(5000) + grid(5000) / 3,
}


@case(order=15, tolerance=tol.PVALUE)
def shapiro_wilk():
    residual = r.residuals(r.lm("Reaction ~ Days", r.sleepstudy()))
    print(r.shapiro_test(residual))
    few = [1.2, 3.4, 2.2]
    print(r.shapiro_test(few))
    tests = {"residual": r.shapiro_test(residual), **{name: r.shapiro_test(x()) for name, x in SAMPLES.items()}}
    return {name: {"statistic": h.statistic, "p.value": h.p_value} for name, h in tests.items()}


@shapiro_wilk.by("scipy", digits=5)
def with_scipy():
    from scipy import stats

    tests = {name: stats.shapiro(x()) for name, x in SAMPLES.items()}
    return {name: {"statistic": pd.Series({"W": h.statistic}), "p.value": h.pvalue} for name, h in tests.items()}
