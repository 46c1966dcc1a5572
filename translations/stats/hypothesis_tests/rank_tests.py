"""Wilcoxon's and Kruskal and Wallis's tests: R's `wilcox.test` and `kruskal.test`."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from translations.settings import since

from ..arguments import as_number, require_choice, require_level
from ..distributions import pchisq, pnorm
from .htest import TAILS, HTest, groups_of, tail, two_samples, vector
from .rank_distributions import Counted, rank_sum, signed_rank
from .rank_intervals import Interval, approximate, counted_interval
from .rank_scores import Ranked, midranks, one_sample, rank_sums, tie_sum

FEW = 50  # observations below which p-values are counted


def wilcox_test(
    x: Any, y: Any = None, alternative: str = "two.sided", mu: float = 0.0, paired: bool = False,
    exact: bool | None = None, correct: bool = True, conf_int: bool = False, conf_level: float = 0.95,
    tol_root: float = 1e-4, digits_rank: float = np.inf, data: Any = None, subset: Any = None,
) -> HTest:
    """Wilcoxon's rank sum test (Mann and Whitney's), or his signed rank test of one sample or of pairs. R:
    stats::wilcox.test.

    x, y:         samples (n,), whose missing values are left out; or x a formula, "response ~ group" with two groups,
                  with `data` and perhaps `subset`
    alternative:  "two.sided", "less" or "greater"
    mu:           the location, or the shift of x from y, under the hypothesis, in x's units
    paired:       whether x and y are pairs
    exact:        whether the p-value is counted; None: below 50 observations. Before R 4.6 only without ties or zeroes,
                  where R warns; from then on with them too
    correct:      whether the normal approximation is corrected for continuity
    conf_int, conf_level: whether an interval of the location, and an estimate, are computed, and at which level
    tol_root:     to what an approximate interval is computed
    digits_rank:  significant digits in which values must differ to have ranks of their own: 7 makes ties of numbers
                  that differ by rounding alone
    data, subset: of a formula: a frame, and a boolean array or a condition as text

    Returns the test, `.statistic`, `.p_value`, ...: `str()` is R's text.

    Raises ValueError for samples without observations, any but two groups, pairs of unequal length.
    Source: Wilcoxon (1945), Mann & Whitney (1947).

    >>> d = r.sleepstudy()
    >>> first, last = (d["Reaction"][d["Days"] == day].to_numpy() for day in (0, 9))
    >>> print(r.wilcox_test(first, last))
    <BLANKLINE>
        Wilcoxon rank sum exact test
    <BLANKLINE>
    data:  first and last
    W = 44, p-value = 8.135e-05
    alternative hypothesis: true location shift is not equal to 0
    <BLANKLINE>
    """
    require_choice(alternative, TAILS, "alternative")
    require_level(conf_level, "conf_level")
    mu = as_number(mu, "mu")
    if isinstance(x, str) and paired and since("1.1-37"):
        raise ValueError("R 4.4 and later cannot use paired in a formula: give x and y, the pairs in order")
    asked = two_samples(x, y, data, subset, "wilcox_test")
    first, second = _observed(asked.first, asked.second, paired)
    counted = max(len(first), 0 if second is None else len(second)) < FEW if exact is None else bool(exact)
    digits = as_number(digits_rank, "digits_rank")
    found = _asked(first, second, mu, counted and since("2.1"), digits)
    exactly = counted and (since("2.1") or not (found.ties or found.zeroes))
    kind = "signed rank" if second is None else "rank sum"
    method = f"Wilcoxon {kind} {'exact ' * exactly}test" + " with continuity correction" * (correct and not exactly)
    if exactly:
        p = _counted_p(found, alternative, signed_rank(found.scores) if second is None
                       else rank_sum(found.scores, len(first)))
    else:
        z = found.z(alternative, correct)
        p = tail(alternative, pnorm(z), pnorm(z, lower_tail=False))
    interval, level, estimate = None, conf_level, None
    if conf_int:
        of = first if second is not None or since("2.1") else first[first != mu]  # R 4.5 has lost the zeroes by now
        limits: Interval = (counted_interval(of, second, alternative, conf_level) if exactly else
                            approximate(of, second, alternative, conf_level, correct, tol_root, digits))
        interval, level, estimate = np.array(limits.bounds), limits.level, vector([limits.name], [limits.estimate])
    if counted and not exactly:
        _warn(found, conf_int, paired=second is None)
    location = "location" if second is None and not paired else "location shift"
    return HTest(
        statistic=vector(["V" if second is None else "W"], [found.statistic]), p_value=p, alternative=alternative,
        method=method, data_name=asked.data_name, null_value=vector([location], [mu]), conf_int=interval,
        conf_level=level, estimate=estimate,
    )


def _observed(first: np.ndarray, second: np.ndarray | None, paired: bool) -> tuple[np.ndarray, np.ndarray | None]:
    """The samples without missing values; of pairs the differences. Raises ValueError where nothing is left."""
    if paired:
        if second is None:
            raise ValueError("a paired test needs y, or a formula with two groups")
        if len(first) != len(second):
            raise ValueError(f"a paired test needs samples of one length, not {len(first)} and {len(second)}")
        first, second = first - second, None
    first = first[~np.isnan(first)]
    second = None if second is None else second[~np.isnan(second)]
    for name, one in (("x", first), ("y", second)):
        if one is not None and not len(one):
            raise ValueError(f"not enough (non-missing) {name} observations")
    return first, second


def _asked(first: np.ndarray, second: np.ndarray | None, mu: float, conditional: bool, digits: float) -> Ranked:
    return one_sample(first - mu, conditional, digits) if second is None else rank_sums(first - mu, second, digits)


def _counted_p(found: Ranked, alternative: str, null: Counted) -> float:
    """The p-value by counting; P(X ≥ q) is P(X > q - a quarter), for the values are multiples of a half."""
    return tail(alternative, null.lower(found.statistic), null.upper(found.statistic - 0.25))


def _warn(found: Ranked, conf_int: bool, paired: bool) -> None:
    for there, what in ((found.ties, "ties"), (found.zeroes, "zeroes")):
        if there:
            warnings.warn(f"cannot compute exact p-value with {what}", stacklevel=3)
            if conf_int:
                plural = "" if paired else "s"
                warnings.warn(f"cannot compute exact confidence interval{plural} with {what}", stacklevel=3)


def kruskal_test(x: Any, g: Any = None, data: Any = None, subset: Any = None) -> HTest:
    """Kruskal and Wallis's rank sum test of several groups. R: stats::kruskal.test.

    x: numbers (n,), a list or mapping of samples, or a formula "response ~ group". g: the groups (n,). data, subset: of
    a formula.

    Returns the test: `str()` is R's text.

    Raises ValueError for x and g of unequal length, or fewer than two groups. Source: Kruskal & Wallis (1952).

    >>> print(r.kruskal_test("Reaction ~ Days", data=r.sleepstudy()))
    <BLANKLINE>
        Kruskal-Wallis rank sum test
    <BLANKLINE>
    data:  Reaction by Days
    Kruskal-Wallis chi-squared = 49.839, df = 9, p-value = 1.155e-07
    <BLANKLINE>
    """
    asked = groups_of(x, g, data, subset, "kruskal_test")
    samples = list(asked.values.values())
    if not all(map(len, samples)):
        raise ValueError("all groups must contain data")
    r = midranks(np.concatenate(samples))
    n = float(len(r))
    parts = np.split(r, np.cumsum([len(one) for one in samples])[:-1])
    between = sum(part.sum() ** 2 / len(part) for part in parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        h = (12 * between / (n * (n + 1)) - 3 * (n + 1)) / (1 - np.float64(tie_sum(r)) / (n**3 - n))
    df = len(samples) - 1
    return HTest(
        statistic=vector(["Kruskal-Wallis chi-squared"], [h]), parameter=vector(["df"], [df]),
        p_value=float(pchisq(h, df, lower_tail=False)), method="Kruskal-Wallis rank sum test",
        data_name=asked.data_name,
    )
