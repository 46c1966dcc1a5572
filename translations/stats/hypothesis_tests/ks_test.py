"""Kolmogorov's and Smirnov's tests of distribution functions: R's `ks.test`."""
from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from translations.settings import since

from ..arguments import require_choice
from ..calls import called
from ..distributions import pchisq, pf, pnorm, pt
from .htest import TAILS, HTest, by_formula, sample, two_groups, vector

Floats = np.ndarray
NAMES = {"two.sided": "D", "less": "D^-", "greater": "D^+"}
SIDES = {"two.sided": "two-sided", "less": "the CDF of x lies below {}", "greater": "the CDF of x lies above {}"}
KNOWN: dict[str, Callable[..., Any]] = {
    "pnorm": pnorm, "pt": pt, "pf": pf, "pchisq": pchisq,
    "punif": lambda q, min=0.0, max=1.0: np.clip((q - min) / (max - min), 0.0, 1.0),
    "pexp": lambda q, rate=1.0: -np.expm1(-rate * np.maximum(q, 0.0)),
}  # fmt: skip
FEW, PAIRS = 100, 10_000  # observations, and pairs of them, below which p-values are exact


def ks_test(x: Any, y: Any = None, alternative: str = "two.sided", exact: bool | None = None, data: Any = None,
            subset: Any = None, **parameters: float) -> HTest:
    """Test of a sample against a distribution, or of two samples against each other. R: stats::ks.test.

    x: numbers (n,), or a formula "response ~ group" with two groups. y: numbers (m,), a distribution function, or its
    name in R: "pnorm", "pt", "pf", "pchisq", "punif", "pexp". parameters: of that, mean=, sd=, df=, ... alternative:
    "two.sided", or whether x's distribution function lies "less" high or "greater" than the other. exact: whether the
    p-value is; None for fewer than 100 observations without ties, or n m below 10,000. data, subset: of a formula.

    Returns the test: `str()` is R's text. Parameters that were estimated from x make its p-value far too large, here
    as in R: `shapiro_test` is for normality.

    Raises ValueError for an empty sample, an unknown distribution or no second sample. Source: Schröer & Trenkler
    (1995), Computational Statistics & Data Analysis 20, 185, of two samples with ties.

    >>> print(r.ks_test([0.61, 0.29, -1.73, -0.74, 0.51, 1.64], "pnorm"))
    <BLANKLINE>
        Exact one-sample Kolmogorov-Smirnov test
    <BLANKLINE>
    data:  [0.61, 0.29, -1.73, -0.74, 0.51, 1.64]
    D = 0.28076, p-value = 0.6385
    alternative hypothesis: two-sided
    <BLANKLINE>
    """
    require_choice(alternative, TAILS, "alternative")
    if isinstance(x, str):
        data = y if data is None else data
        values, groups, name = by_formula(x, data, subset, "ks_test")
        if groups is None:
            raise ValueError(f"{x!r} must be 'response ~ group'")
        first, second = two_groups(values, groups, name)
        found = _two_samples(first, second, alternative, exact, name)
        said = str(found.alternative)
        for letter, level in zip("xy", groups.levels, strict=True):
            said = said.replace(letter, level)  # each letter of the sentence, as in R
        return HTest(statistic=found.statistic, p_value=found.p_value, method=found.method, data_name=name,
                     alternative=said)
    name = called(x, "x", "ks_test", 0, "x")
    first = _known(x, "x")
    if isinstance(y, str) or callable(y):
        if isinstance(y, str):
            require_choice(y, tuple(KNOWN), "y")
            y = KNOWN[y]
        if len(np.unique(first)) < len(first):
            warnings.warn("ties should not be present for the Kolmogorov-Smirnov test", stacklevel=2)
        return of_distribution(first, lambda q: y(q, **parameters), alternative, exact, name)
    if y is None:
        raise ValueError("ks_test needs y: a second sample, or a distribution such as 'pnorm'")
    if parameters:
        raise TypeError(f"ks_test() of two samples has no argument {', '.join(parameters)}")
    return _two_samples(first, _known(y, "y"), alternative, exact, f"{name} and {called(y, 'y', 'ks_test', 1, 'y')}")


def _known(x: Any, name: str) -> Floats:
    values = sample(x, name)
    values = values[~np.isnan(values)]
    if not len(values):
        raise ValueError(f"not enough {name} data")
    return values


def of_distribution(x: Floats, cdf: Callable[[Floats], Any], alternative: str, exact: bool | None, name: str) -> HTest:
    """The test of a sample (n,) without gaps against a distribution function."""
    from scipy import stats

    n, ties = len(x), len(np.unique(x)) < len(x)
    counted = n < FEW and not ties if exact is None else exact
    above = np.asarray(cdf(np.sort(x)), dtype=float) - np.arange(n) / n
    distances = {"two.sided": np.maximum(above, 1.0 / n - above), "less": above, "greater": 1.0 / n - above}
    d = float(distances[alternative].max())
    if alternative == "two.sided":
        p = float(stats.kstwo.sf(d, n)) if counted else _beyond(float(np.sqrt(n)) * d)
    else:
        p = float(stats.ksone.sf(d, n)) if counted else float(np.exp(-2.0 * n * d**2))
    return _answer(d, p, alternative, counted, "one-sample", "the null hypothesis", name)


def _two_samples(x: Floats, y: Floats, alternative: str, exact: bool | None, name: str) -> HTest:
    n, m = len(x), len(y)
    both = np.concatenate([x, y])
    order = np.argsort(both, kind="stable")
    last = np.append(np.diff(both[order]) != 0, True)  # of equal values
    steps = np.cumsum(np.where(order < n, 1.0 / n, -1.0 / m))[last]
    d = float({"two.sided": np.abs(steps), "less": -steps, "greater": steps}[alternative].max())
    counted = n * m < PAIRS if exact is None else exact
    if counted:
        # R 4.2 counts the orders of the other side, which are as many unless there are ties.
        side = alternative if alternative != "less" or since("1.1-37") else "greater"
        p = _paths_outside(d, n, m, last, side)
    else:
        if not last.all():
            warnings.warn("p-value will be approximate in the presence of ties", stacklevel=3)
        size = n * m / (n + m)
        p = _beyond(float(np.sqrt(size)) * d) if alternative == "two.sided" else float(np.exp(-2.0 * size * d**2))
    return _answer(d, p, alternative, counted, "two-sample", "that of y", name)


def _answer(d: float, p: float, alternative: str, exact: bool, what: str, other: str, name: str) -> HTest:
    return HTest(statistic=vector([NAMES[alternative]], [d]), p_value=min(max(p, 0.0), 1.0), data_name=name,
                 alternative=SIDES[alternative].format(other),
                 method=f"{'Exact' if exact else 'Asymptotic'} {what} Kolmogorov-Smirnov test")


def _paths_outside(d: float, n: int, m: int, last: np.ndarray, alternative: str) -> float:
    """The share of orders of n and m values in which the distance reaches d, where it is looked at after the `last` of
    equal values, (n + m,): probabilities that a path has reached it, values taken one by one.
    """
    least = (0.5 + np.floor(d * n * m - 1e-7)) / (n * m)
    inside, outside = np.zeros(n + 1), 0.0  # by how many of the n are taken
    inside[0] = 1.0
    taken = np.arange(n + 1)
    for k in range(n + m):
        others = k - taken
        share = np.clip((n - taken) / (n + m - k), 0.0, 1.0)
        inside = inside * (1.0 - share) + np.append(0.0, (inside * share)[:-1])
        if last[k]:
            distance = taken / n - (others + 1) / m
            distance = {"two.sided": np.abs(distance), "less": -distance, "greater": distance}[alternative]
            beyond = distance >= least
            outside += float(inside[beyond].sum())
            inside[beyond] = 0.0
    return outside


def _beyond(x: float, close: float = 1e-6) -> float:
    """P(Kolmogorov's limiting statistic > x), its series ended where R ends it. R: stats:::pkolmogorov_two_limit."""
    if x <= 0.0:
        return 1.0
    if x < 1.0:
        terms = np.arange(1, int(np.sqrt(2.0 - np.log(close))), 2)
        below = np.exp(-(terms**2) * np.pi**2 / (8.0 * x**2) - np.log(x)).sum() * np.sqrt(2.0 * np.pi)
        return float(1.0 - below)
    total, last, k = 0.0, -1.0, 1
    while abs(total - last) > close:
        last = total
        total -= 2.0 * (-1.0) ** k * np.exp(-2.0 * x**2 * k**2)
        k += 1
    return float(total)
