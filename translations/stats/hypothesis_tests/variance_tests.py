"""Tests of equal variances: R's `var.test`, `bartlett.test` and `fligner.test`."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arguments import as_number, require_choice, require_level
from ..calls import called
from ..distributions import pchisq, pf, qf, qnorm
from ..linear.linear_model import Lm
from .htest import TAILS, HTest, groups_of, two_samples, vector
from .rank_scores import midranks


def var_test(x: Any, y: Any = None, ratio: float = 1.0, alternative: str = "two.sided", conf_level: float = 0.95,
             data: Any = None, subset: Any = None) -> HTest:
    """F test of two variances. R: stats::var.test.

    x, y: samples (n,), two linear models, or x a formula "response ~ group" with two groups. ratio: of the variances
    under the hypothesis. alternative: "two.sided", "less" or "greater". conf_level: of the interval of the ratio. data,
    subset: of a formula.

    Returns the test: `str()` is R's text.

    Raises ValueError for a sample of fewer than two observations, or a ratio that is not above 0.

    >>> d = r.sleepstudy()
    >>> first, last = (d["Reaction"][d["Days"] == day].to_numpy() for day in (0, 9))
    >>> print(r.var_test(first, last))
    <BLANKLINE>
        F test to compare two variances
    <BLANKLINE>
    data:  first and last
    F = 0.23006, num df = 17, denom df = 17, p-value = 0.004146
    alternative hypothesis: true ratio of variances is not equal to 1
    95 percent confidence interval:
     0.0860575 0.6150130
    sample estimates:
    ratio of variances
             0.2300576
    <BLANKLINE>
    """
    require_choice(alternative, TAILS, "alternative")
    require_level(conf_level, "conf_level")
    if not 0 < (ratio := as_number(ratio, "ratio")) < np.inf:
        raise ValueError(f"ratio must be a number above 0, not {ratio}")
    if isinstance(x, Lm) and isinstance(y, Lm):
        parts = [(float(np.square(m.residuals).sum()), m.df_residual) for m in (x, y)]
        name = f"{called(x, 'x', 'var_test', 0, 'x')} and {called(y, 'y', 'var_test', 1, 'y')}"
    else:
        asked = two_samples(x, y, data, subset, "var_test")
        if asked.second is None:
            raise ValueError("var_test needs two samples: y, or a formula with two groups")
        finite = [one[np.isfinite(one)] for one in (asked.first, asked.second)]
        for label, one in zip("xy", finite, strict=True):
            if len(one) < 2:
                raise ValueError(f"not enough {label} observations")
        parts, name = [(float(np.square(one - one.mean()).sum()), len(one) - 1) for one in finite], asked.data_name
    (first, n), (second, m) = parts
    estimate = (first / n) / (second / m)
    f = estimate / ratio
    below = float(pf(f, n, m))
    if alternative == "two.sided":
        beta = (1.0 - conf_level) / 2.0
        p, interval = 2.0 * min(below, 1.0 - below), (estimate / qf(1.0 - beta, n, m), estimate / qf(beta, n, m))
    elif alternative == "greater":
        p, interval = 1.0 - below, (estimate / qf(conf_level, n, m), np.inf)
    else:
        p, interval = below, (0.0, estimate / qf(1.0 - conf_level, n, m))
    what = "ratio of variances"
    return HTest(
        statistic=vector(["F"], [f]), parameter=vector(["num df", "denom df"], [n, m]), p_value=p,
        alternative=alternative, null_value=vector([what], [ratio]), conf_int=np.array(interval),
        conf_level=conf_level, estimate=vector([what], [estimate]), method="F test to compare two variances",
        data_name=name,
    )


def bartlett_test(x: Any, g: Any = None, data: Any = None, subset: Any = None) -> HTest:
    """Bartlett's test of equal variances in several groups. R: stats::bartlett.test.

    x: numbers (n,), a list or mapping of samples or of linear models, or a formula "response ~ group". g: the groups
    (n,). data, subset: of a formula.

    Returns the test: `str()` is R's text.

    Raises ValueError for fewer than two groups, or a group of fewer than two observations. Source: Bartlett (1937).

    >>> print(r.bartlett_test("Reaction ~ Days", data=r.sleepstudy()))
    <BLANKLINE>
        Bartlett test of homogeneity of variances
    <BLANKLINE>
    data:  Reaction by Days
    Bartlett's K-squared = 25.18, df = 9, p-value = 0.002778
    <BLANKLINE>
    """
    models = list(x.values() if isinstance(x, Mapping) else x) if isinstance(x, Mapping | list | tuple) else []
    if models and all(isinstance(m, Lm) for m in models):
        name = called(x, "x", "bartlett_test", 0, "x")
        squares, sizes = [float(np.square(m.residuals).sum()) for m in models], [m.df_residual for m in models]
    else:
        asked = groups_of(x, g, data, subset, "bartlett_test")
        finite = [one[np.isfinite(one)] for one in asked.values.values()]
        name = asked.data_name
        squares, sizes = [float(np.square(one - one.mean()).sum()) for one in finite if len(one)], [
            len(one) - 1 for one in finite]
    n = np.array(sizes, dtype=float)
    if (n <= 0).any():
        raise ValueError("there must be at least 2 observations in each group")
    v, total = np.array(squares) / n, n.sum()
    with np.errstate(divide="ignore"):
        spread = total * np.log((n * v).sum() / total) - (n * np.log(v)).sum()
    k2, df = spread / (1 + ((1 / n).sum() - 1 / total) / (3 * (len(n) - 1))), len(n) - 1
    return HTest(
        statistic=vector(["Bartlett's K-squared"], [k2]), parameter=vector(["df"], [df]),
        p_value=float(pchisq(k2, df, lower_tail=False)), method="Bartlett test of homogeneity of variances",
        data_name=name,
    )


def fligner_test(x: Any, g: Any = None, data: Any = None, subset: Any = None) -> HTest:
    """Fligner and Killeen's test of equal variances in several groups, by ranks of distances from the groups' medians.
    R: stats::fligner.test.

    x: numbers (n,), a list or mapping of samples, or a formula "response ~ group". g: the groups (n,). data, subset: of
    a formula.

    Returns the test: `str()` is R's text.

    Raises ValueError for fewer than two groups, or one without observations. Source: Conover, Johnson & Johnson (1981),
    Technometrics 23, 351.

    >>> print(r.fligner_test("Reaction ~ Days", data=r.sleepstudy()))
    <BLANKLINE>
        Fligner-Killeen test of homogeneity of variances
    <BLANKLINE>
    data:  Reaction by Days
    Fligner-Killeen:med chi-squared = 9.0467, df = 9, p-value = 0.433
    <BLANKLINE>
    """
    asked = groups_of(x, g, data, subset, "fligner_test")
    samples = list(asked.values.values())
    if not all(map(len, samples)):
        raise ValueError("all groups must contain data")
    away = np.concatenate([np.abs(one - np.median(one)) for one in samples])
    n = len(away)
    a = np.asarray(qnorm((1.0 + midranks(away) / (n + 1)) / 2.0))
    a = a - a.mean()
    parts = np.split(a, np.cumsum([len(one) for one in samples])[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        q = float(np.float64(sum(len(one) * one.mean() ** 2 for one in parts)) / (np.square(a).sum() / (n - 1)))
    return HTest(
        statistic=vector(["Fligner-Killeen:med chi-squared"], [q]), parameter=vector(["df"], [len(parts) - 1]),
        p_value=float(pchisq(q, len(parts) - 1, lower_tail=False)), data_name=asked.data_name,
        method="Fligner-Killeen test of homogeneity of variances",
    )
