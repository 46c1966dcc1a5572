"""Compact letter displays."""
from __future__ import annotations

import numpy as np
import pytest

from translations.marginal.letters import display


@pytest.mark.parametrize("seed", range(30))
def test_means_share_a_letter_where_they_do_not_differ(seed: int) -> None:
    """By definition; and no letter can be left out. Differences are those of numbers on a line, as tests give them."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 9))
    x = np.sort(rng.normal(0.0, 2.0, k))
    apart = {(i, j): bool(abs(x[i] - x[j]) > rng.uniform(1.0, 2.0)) for j in range(k) for i in range(j)}
    marks = display(np.array([apart[i, j] for j in range(1, k) for i in range(j)]), k)
    shared = {pair: bool(set(marks[pair[0]]) & set(marks[pair[1]]) - {" "}) for pair in apart}
    assert shared == {pair: not differ for pair, differ in apart.items()}
    assert all(text.strip() for text in marks)
