"""Random tables: their margins, how often each comes, and where the stream stands after them."""
from __future__ import annotations

from math import comb

import numpy as np
import pytest

from translations.random import set_seed
from translations.random.tables import random_tables


@pytest.mark.parametrize(("rows", "columns"), [([15, 19], [20, 8, 6]), ([4, 0, 7], [5, 6]), ([900, 1100], [700, 1300])])
def test_margins_are_those_asked_for(rows: list[int], columns: list[int]) -> None:
    tables = random_tables(50, rows, columns, set_seed(3))
    assert (tables >= 0).all()
    np.testing.assert_array_equal(tables.sum(axis=2), np.tile(rows, (50, 1)))
    np.testing.assert_array_equal(tables.sum(axis=1), np.tile(columns, (50, 1)))


def test_tables_of_two_by_two_are_hypergeometric() -> None:
    counts = random_tables(20_000, [6, 4], [5, 5], set_seed(11))[:, 0, 0]
    for k in range(1, 6):
        share = comb(5, k) * comb(5, 6 - k) / comb(10, 6)
        assert abs((counts == k).mean() - share) < 4.5 * np.sqrt(share * (1 - share) / 20_000)


def test_the_stream_goes_on_after_the_numbers_used() -> None:
    """A table of r by c takes (r - 1)(c - 1) of them where no row is full before its end."""
    one, other = set_seed(5), set_seed(5)
    random_tables(2500, [30, 40], [20, 25, 25], one)
    other.runif(5000)
    assert one.runif(1)[0] == other.runif(1)[0]
