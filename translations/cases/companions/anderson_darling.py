"""Anderson and Darling's test of normality, in each range of its p-value.

statsmodels' `normal_ad` has the same statistic and p-values, to rounding, but for values that are missing, which it
does not leave out; where A is 10 or more nortest says 3.7e-24, whatever it is, and statsmodels goes on to A of 153.
"""
import numpy as np
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def grid(n, k):
    i = np.arange(1, n + 1)
    return (i / (n + 1)) ** k + np.sin(i) / 50


def normal(n):
    return r.qnorm((np.arange(1, n + 1) - 0.5) / n)


SAMPLES = {
    "eight": lambda: grid(8, 1.5), "few": lambda: grid(12, 2), "normal": lambda: normal(100),
    "near": lambda: grid(30, 1), "hundred": lambda: grid(100, 3), "more": lambda: grid(300, 1),
    "far": lambda: np.exp(3 * normal(200)),
}  # fmt: skip


@case(order=34, tolerance=tol.PVALUE)
def anderson_darling():
    sleep = r.load("sleepstudy")
    residual = r.residuals(r.lm("Reaction ~ Days", sleep))
    print(r.ad_test(residual))
    reaction = sleep["Reaction"].to_numpy(float).copy()
    reaction[2] = np.nan
    print(r.ad_test(reaction))
    samples = {"residual": residual, "missing": reaction, **{name: x() for name, x in SAMPLES.items()}}
    tests = {name: r.ad_test(x) for name, x in samples.items()}
    return {name: pd.Series({"A": test.statistic["A"], "p": test.p_value}) for name, test in tests.items()}


@anderson_darling.by("statsmodels")
def with_statsmodels():
    from statsmodels.stats.diagnostic import normal_ad

    tests = {name: normal_ad(np.asarray(x())) for name, x in SAMPLES.items() if name != "far"}
    return {name: pd.Series({"A": A, "p": p}) for name, (A, p) in tests.items()}
