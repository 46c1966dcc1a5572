"""Exact distributions of rank statistics where the hypothesis holds, by counting. Only positive numbers are summed, so
that every probability keeps its digits.
"""
from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np

FUZZ = 10 * np.finfo(float).eps
SMALL = 9  # numbers whose orders are all looked at

# Coefficients of the Edgeworth series, from Best & Roberts (1975).
EDGEWORTH = (0.2274, 0.2531, 0.1745, 0.0758, 0.1033, 0.3932, 0.0879, 0.0151, 0.0072, 0.0831, 0.0131, 4.6e-4)


@dataclass(frozen=True)
class Counted:
    """A statistic that takes the values 0, step, 2 step, ... with these probabilities."""

    probabilities: np.ndarray
    step: float = 1.0

    def lower(self, q: float) -> float:
        """P(X ≤ q)."""
        last = int(np.floor(q / self.step + 1e-7)) + 1
        return float(min(self.probabilities[:max(last, 0)].sum(), 1.0))

    def upper(self, q: float) -> float:
        """P(X > q)."""
        last = int(np.floor(q / self.step + 1e-7)) + 1
        return float(min(self.probabilities[max(last, 0):][::-1].sum(), 1.0))

    def quantile(self, p: float) -> float:
        """The smallest value whose P(X ≤ value) reaches p."""
        return float(np.searchsorted(np.cumsum(self.probabilities), p - FUZZ) * self.step)


def _whole(scores: np.ndarray) -> tuple[np.ndarray, float]:
    """Scores as whole numbers of a step: midranks are halves."""
    halves = bool(np.any(scores != np.floor(scores)))
    return np.rint(scores * (2 if halves else 1)).astype(int), 0.5 if halves else 1.0


def signed_rank(scores: np.ndarray) -> Counted:
    """The sum of those of the scores (n,) whose sign is positive, each with probability a half. R: psignrank."""
    whole, step = _whole(scores)
    p = np.zeros(int(whole.sum()) + 1)
    p[0] = 1.0
    for one in whole:
        p = 0.5 * p + 0.5 * np.append(np.zeros(one), p[:len(p) - one])
    return Counted(p, step)


def rank_sum(scores: np.ndarray, m: int) -> Counted:
    """The sum of m of the scores (m + n,) drawn without replacement, less its smallest for ranks, m(m+1)/2. R: pwilcox.
    """
    whole, step = _whole(scores)
    ways = np.zeros((m + 1, int(np.sort(whole)[::-1][:m].sum()) + 1))
    ways[0, 0] = 1.0
    for one in whole:
        ways[1:, one:] += ways[:-1, :ways.shape[1] - one]
    least = round(m * (m + 1) / 2 / step)
    return Counted(ways[m, least:] / ways[m].sum(), step)


@lru_cache(maxsize=16)
def kendall(n: int) -> Counted:
    """The number of concordant pairs among n. R: cor.test's own. Source: Kendall (1938)."""
    p = np.ones(1)
    for k in range(2, n + 1):
        p = np.convolve(p, np.full(k, 1.0 / k))
    return Counted(p)


@lru_cache(maxsize=16)
def _spearman_counts(n: int) -> np.ndarray:
    """How many orders of n have each sum of squared differences."""
    orders = np.array(list(permutations(range(n))), dtype=np.int16)
    return np.bincount(np.square(orders - np.arange(n)).sum(axis=1))


def spearman(s: float, n: int, lower: bool) -> float:
    """P(S < s), or P(S ≥ s), of the sum S of squared differences between two orders of n: counted up to n = 9, and by
    an Edgeworth series above. R: cor.test's own. Source: Best & Roberts (1975), Applied Statistics 24, 377.
    """
    from ..distributions import pnorm

    if n <= 1 or s <= 0:
        return 0.0 if lower else 1.0
    if s > n * (n * n - 1.0) / 3.0:
        return 1.0 if lower else 0.0
    if n <= SMALL:
        counts = _spearman_counts(n)
        above = int(counts[int(np.ceil(s)):].sum())
        total = int(counts.sum())
        return (total - above if lower else above) / total
    b = 1.0 / n
    x = (6.0 * (s - 1.0) * b / (n * n - 1.0) - 1.0) * np.sqrt(n - 1.0)
    y = x * x
    c = EDGEWORTH
    inner = c[8] - c[9] * b + y * b * (c[10] - c[11] * y)
    u = x * b * (c[0] + b * (c[1] + c[2] * b) + y * (-c[3] + b * (c[4] + c[5] * b)
                                                     - y * b * (c[6] + c[7] * b - y * inner)))
    return float(np.clip((-u if lower else u) / np.exp(y / 2.0) + pnorm(x, lower_tail=lower), 0.0, 1.0))
