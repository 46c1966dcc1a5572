"""`cut` against R 4.2.2, beside and on every cut point: x <- c(0, 0.5, 1, 2, 3, 4, NA, 5, -1); code 0 is NA."""
from __future__ import annotations

import numpy as np
import pytest

from translations.stats.language.cutting import cut

X = np.array([0, 0.5, 1, 2, 3, 4, np.nan, 5, -1])
FOUR = [0, 1, 2, 4]


@pytest.mark.parametrize(("breaks", "options", "levels", "codes"), [
    (FOUR, {}, ["(0,1]", "(1,2]", "(2,4]"], [0, 1, 1, 2, 3, 3, 0, 0, 0]),
    (FOUR, {"include_lowest": True}, ["[0,1]", "(1,2]", "(2,4]"], [1, 1, 1, 2, 3, 3, 0, 0, 0]),
    (FOUR, {"right": False}, ["[0,1)", "[1,2)", "[2,4)"], [1, 1, 2, 3, 3, 0, 0, 0, 0]),
    (FOUR, {"right": False, "include_lowest": True}, ["[0,1)", "[1,2)", "[2,4]"], [1, 1, 2, 3, 3, 3, 0, 0, 0]),
    (FOUR, {"labels": ["u", "v", "w"], "ordered_result": True}, ["u", "v", "w"], [0, 1, 1, 2, 3, 3, 0, 0, 0]),
    (3, {}, ["(-1.01,1]", "(1,3]", "(3,5.01]"], [1, 1, 1, 2, 2, 3, 0, 3, 1]),
    (2, {"dig_lab": 5}, ["(-1.006,2]", "(2,5.006]"], [1, 1, 1, 1, 2, 2, 0, 2, 1]),
    ([0, 1.00001, 1.00002, 4], {}, ["(0,1.00001]", "(1.00001,1.00002]", "(1.00002,4]"], [0, 1, 1, 3, 3, 3, 0, 0, 0]),
    ([0, 1 / 3, 4], {"dig_lab": 2}, ["(0,0.33]", "(0.33,4]"], [0, 2, 2, 2, 2, 2, 0, 0, 0]),
    ([4, 0, 2], {}, ["(0,2]", "(2,4]"], [0, 1, 1, 1, 2, 2, 0, 0, 0]),
])
def test_intervals_are_r_s(breaks, options, levels, codes):
    factor = cut(X, breaks, **options)
    assert list(factor.levels) == levels
    assert (factor.codes + 1).tolist() == codes
    assert factor.ordered == options.get("ordered_result", False)
