"""Distributions of ranks by their definition."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r


@pytest.mark.parametrize("m", [1, 4, 49])
def test_counts_of_ranks_are_a_distribution(m: int) -> None:
    """Without ties the rank sum's distribution is scipy's; with them its mean and variance are those of a drawn sum."""
    from scipy.stats import mannwhitneyu

    from translations.stats.hypothesis_tests.rank_distributions import rank_sum

    first = np.arange(m) * 1.7
    second = np.arange(7) * 2.3 + 0.1
    expected = mannwhitneyu(first, second, method="exact").pvalue
    assert r.wilcox_test(first, second).p_value == pytest.approx(expected, rel=1e-12)
    scores = np.sort(np.concatenate([np.full(4, 2.5), np.arange(5.0, 5 + m + 3)]))
    null = rank_sum(scores, m)
    values = null.step * np.arange(len(null.probabilities)) + m * (m + 1) / 2
    n = len(scores) - m
    assert null.probabilities.sum() == pytest.approx(1.0, rel=1e-13)
    assert values @ null.probabilities == pytest.approx(m * scores.mean(), rel=1e-12)
    spread = m * n / (m + n) * scores.var(ddof=1)
    assert (values - m * scores.mean()) ** 2 @ null.probabilities == pytest.approx(spread, rel=1e-9)
