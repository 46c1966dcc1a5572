"""Intervals of a location, or of a shift, that Wilcoxon's tests do not reject: counted, and by normal approximation."""
from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from translations.settings import since

from ..distributions import qnorm
from ..roots import uniroot
from .rank_distributions import FUZZ, Counted, rank_sum, signed_rank
from .rank_scores import Ranked, midranks, one_sample, rank_sums


@dataclass(frozen=True)
class Interval:
    """Bounds, the level that they have, and an estimate with its name."""

    bounds: tuple[float, float]
    level: float
    name: str
    estimate: float


def _differences(x: np.ndarray, y: np.ndarray | None) -> np.ndarray:
    """All differences x - y, or Walsh's averages of x, in their order. Source: Hodges & Lehmann (1963)."""
    if y is not None:
        return np.sort(np.subtract.outer(x, y).ravel())
    upper = np.triu_indices(len(x))
    return np.sort(np.add.outer(x, x)[upper]) / 2.0


def counted_interval(x: np.ndarray, y: np.ndarray | None, alternative: str, level: float) -> Interval:
    """The exact interval, between two of the differences, and their median. Source: Bauer (1972)."""
    sorted_ = _differences(x, y)
    name = "(pseudo)median" if y is None else "difference in location"
    estimate = float(np.median(sorted_))
    alpha = 1.0 - level
    share = alpha / 2.0 if alternative == "two.sided" else alpha
    if since("2.1"):
        found = one_sample(x, conditional=True) if y is None else rank_sums(x, y)
        tied = found.ties or found.zeroes
        bounds, achieved = _by_tails(x, y, sorted_, alternative, share) if tied else \
            _by_counts(x, y, sorted_, alternative, share, conservative=True)
        return Interval(bounds, 1.0 - achieved, name, estimate)
    bounds, achieved = _by_counts(x, y, sorted_, alternative, share, conservative=False)
    if achieved - alpha > alpha / 2.0:
        if y is None:
            warnings.warn("requested conf.level not achievable", stacklevel=4)
            achieved = float(f"{achieved:.1e}")
        else:
            warnings.warn("Requested conf.level not achievable", stacklevel=4)
        level = 1.0 - achieved
    return Interval(bounds, level, name, estimate)


def _null(x: np.ndarray, y: np.ndarray | None) -> Counted:
    """The statistic's distribution without ties."""
    if y is None:
        return signed_rank(np.arange(1.0, len(x) + 1))
    return rank_sum(np.arange(1.0, len(x) + len(y) + 1), len(x))


def _by_counts(x: np.ndarray, y: np.ndarray | None, sorted_: np.ndarray, alternative: str, share: float,
               conservative: bool) -> tuple[tuple[float, float], float]:
    """The bounds, and the chance that they miss. `conservative`: as R from 4.6 on, never more than `share` a side."""
    null = _null(x, y)
    at = int(null.quantile(share))
    if conservative and null.lower(at) <= share + FUZZ:
        at += 1
    if conservative and at == 0:
        return (-np.inf, np.inf), 0.0
    at = max(at, 1)
    missed = null.lower(at - 1)
    low, high = float(sorted_[at - 1]), float(sorted_[len(sorted_) - at])
    if alternative == "two.sided":
        return (low, high), 2.0 * missed
    return ((low, np.inf) if alternative == "greater" else (-np.inf, high)), missed


def _by_tails(x: np.ndarray, y: np.ndarray | None, sorted_: np.ndarray, alternative: str, share: float
              ) -> tuple[tuple[float, float], float]:
    """The bounds where there are ties, whose distribution changes with each shift: shifts that are not rejected."""
    between = (sorted_[:-1] + sorted_[1:]) / 2.0
    places = np.concatenate([[sorted_[0] - 1.0], between, [sorted_[-1] + 1.0]])

    def area(shift: float, lower: bool) -> float:
        if y is None:
            moved = x - shift
            ranks = midranks(np.abs(moved))
            null, value = signed_rank(ranks), float(ranks[moved > 0].sum())
            return null.lower(value) if lower else null.upper(value)
        ranks = midranks(np.concatenate([x - shift, y]))
        null = rank_sum(ranks, len(x))
        value = float(ranks[:len(x)].sum() - len(x) * (len(x) + 1) / 2)
        return null.lower(value) if lower else null.upper(value - 0.25)

    def bound(lower: bool) -> tuple[float, float]:
        """Going inwards from one end: the first shift that is not rejected, and the area at the one before."""
        order = list(places[:-1]) if lower else list(places[:0:-1])
        ends = sorted_ if lower else sorted_[::-1]
        missed = 0.0
        for k, shift in enumerate(order):
            p = area(shift, lower=not lower)
            if p > share + FUZZ:
                if k == 0:
                    return (-np.inf if lower else np.inf), 0.0
                return float(ends[k - 1]), missed
            missed = p if k else 0.0
        return float(ends[-1]), missed

    low = bound(True) if alternative != "less" else (-np.inf, 0.0)
    high = bound(False) if alternative != "greater" else (np.inf, 0.0)
    return (low[0], high[0]), low[1] + high[1]


def approximate(x: np.ndarray, y: np.ndarray | None, alternative: str, level: float, correct: bool, tol: float,
                digits: float) -> Interval:
    """The interval of the shifts whose standardized statistic is not too far out. R: wilcox.test, not exact."""
    if y is None:
        return _one_sample(x, alternative, level, correct, tol, digits) if len(x) else _nothing(alternative)

    def z(shift: float, corrected: bool = correct) -> float:
        found = rank_sums(x - shift, y, digits)
        if found.sd == 0:
            warnings.warn("cannot compute confidence interval when all observations are tied", stacklevel=5)
        return found.z(alternative, corrected)

    least, most = float(x.min() - y.max()), float(x.max() - y.min())
    ends = z(least), z(most)

    def root(quantile: float) -> float:
        if ends[0] - quantile <= 0:
            return least
        if ends[1] - quantile >= 0:
            return most
        return uniroot(lambda d: z(d) - quantile, least, most, tol, ends[0] - quantile, ends[1] - quantile)

    bounds = _roots(root, alternative, 1.0 - level)
    estimate = uniroot(lambda d: z(d, False), least, most, tol)
    return Interval(bounds, level, "difference in location", estimate)


def _roots(root: Callable[[float], float], alternative: str, alpha: float) -> tuple[float, float]:
    """The roots at the normal quantiles of an alternative's interval."""
    share = alpha / 2.0 if alternative == "two.sided" else alpha
    low = root(qnorm(share, lower_tail=False)) if alternative != "less" else -np.inf
    high = root(qnorm(share)) if alternative != "greater" else np.inf
    return low, high


def _nothing(alternative: str) -> Interval:
    """The interval where all differences are zero."""
    bounds = (-np.inf if alternative == "less" else np.nan, np.inf if alternative == "greater" else np.nan)
    return Interval(bounds, 0.0, "", np.nan)


def _one_sample(x: np.ndarray, alternative: str, level: float, correct: bool, tol: float, digits: float) -> Interval:
    least, most = float(x.min()), float(x.max())

    def z(place: float, corrected: bool = correct) -> float:
        found: Ranked = one_sample(x - place, digits=digits)
        if found.sd == 0:
            warnings.warn("cannot compute confidence interval when all observations are zero or tied", stacklevel=5)
        return found.z(alternative, corrected)

    first = z(least)
    last = z(most) if np.isfinite(first) else np.nan
    if not np.isfinite(last):
        return replace(_nothing(alternative), name="midrange", estimate=(least + most) / 2.0)
    alpha = 1.0 - level
    sides = 2.0 if alternative == "two.sided" else 1.0
    while ((alternative != "less" and first < qnorm(alpha / sides, lower_tail=False))
           or (alternative != "greater" and last > qnorm(alpha / 2.0))):
        alpha *= 2.0
        if alpha >= 2.0:
            break
    if alpha >= 1.0 or 1.0 - level < alpha * 0.75:
        level = 1.0 - min(1.0, alpha)
        warnings.warn("requested conf.level not achievable", stacklevel=5)

    def root(quantile: float) -> float:
        return uniroot(lambda d: z(d) - quantile, least, most, tol, first - quantile, last - quantile)

    middle = float(np.median(x))
    if alpha < 1.0:
        bounds = _roots(root, alternative, alpha)
    else:
        bounds = (middle if alternative != "less" else -np.inf, middle if alternative != "greater" else np.inf)
    return Interval(bounds, level, "(pseudo)median", uniroot(lambda d: z(d, False), least, most, tol))
