"""Ranks, and the rank statistics whose null distribution is known."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def midranks(x: np.ndarray, digits: float = np.inf) -> np.ndarray:
    """Ranks from 1, (n,), of which equal values share the mean; equal are those with the same significant `digits`."""
    from scipy.stats import rankdata

    ranks: np.ndarray = rankdata(rounded(x, digits))
    return ranks


def rounded(x: np.ndarray, digits: float) -> np.ndarray:
    """Numbers to so many significant digits. R: base::signif."""
    if not np.isfinite(digits):
        return x
    return np.array([float(f"{value:.{max(int(digits), 1) - 1}e}") for value in x])


def tie_sum(x: np.ndarray) -> float:
    """The sum of t³ - t over the groups of t equal values."""
    counts = np.unique(x, return_counts=True)[1].astype(float)
    return float((counts**3 - counts).sum())


@dataclass(frozen=True, eq=False)
class Ranked:
    """A rank statistic, what it is expected to be, and its standard deviation, where the hypothesis holds.

    scores: (n,) of the ranks what the statistic is a sum of;  ties, zeroes: whether there are any
    """

    statistic: float
    mean: float
    sd: float
    scores: np.ndarray
    ties: bool
    zeroes: bool = False

    def z(self, alternative: str, correct: bool) -> float:
        """The statistic, standardized; with `correct` half a step towards its mean."""
        away = self.statistic - self.mean
        half = {"two.sided": np.sign(away) * 0.5, "greater": 0.5, "less": -0.5}[alternative] if correct else 0.0
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.float64(away - half) / self.sd)


def one_sample(x: np.ndarray, conditional: bool = False, digits: float = np.inf) -> Ranked:
    """Wilcoxon's V of differences x (n,). Zeroes are left out before they are ranked; after it, where `conditional`.
    digits: significant ones in which values differ.
    """
    zero = x == 0
    ranked = x if conditional else x[~zero]
    r = midranks(np.abs(ranked), digits)
    n = float(len(r))
    sd = np.sqrt(n * (n + 1) * (2 * n + 1) / 24 - tie_sum(r) / 48)
    ties = len(np.unique(r)) < len(r)
    scores = r[~zero] if conditional else r
    return Ranked(float(r[ranked > 0].sum()), n * (n + 1) / 4, float(sd), scores, ties, bool(zero.any()))


def rank_sums(x: np.ndarray, y: np.ndarray, digits: float = np.inf) -> Ranked:
    """Wilcoxon's W, Mann and Whitney's U, of samples x (n,) and y (m,). digits: as `one_sample`."""
    r = midranks(np.concatenate([x, y]), digits)
    n, m = float(len(x)), float(len(y))
    tied = tie_sum(r) / ((n + m) * (n + m - 1)) if n + m > 1 else np.nan
    sd = np.sqrt(n * m / 12 * ((n + m + 1) - tied))
    ties = len(np.unique(r)) < len(r)
    return Ranked(float(r[:len(x)].sum() - n * (n + 1) / 2), n * m / 2, float(sd), r, ties)
