"""Cross-products in the order of Eigen's sums, which changed between the releases: lme4's optima to the last bit."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import translations as r
from translations.lme4.criterion.gram import add_gram, block_of

# print(c(REMLcrit(m), getME(m, "theta")), digits = 17) of R 4.2.2 with lme4 1.1-31 and, the same, of R 4.5.0 and 4.6.1.
MODELS = {
    "four columns": ("distance ~ age * Sex + (age | Subject)", "Orthodont"),
    "nested": ("yield ~ nitro * Variety + (1 | Block / Variety)", "Oats"),
    "two blocks of rows": ('as.integer(use == "Y") ~ age * urban + livch + (1 | district)', "Contraception"),
    "a flat way": ("weight ~ Time * Diet + (Time | Rat)", "BodyWeight"),
}
BEFORE = {
    "four columns": [432.58166706460077, 1.8340830561091599, -0.091695217356527914, 0.10245139917007585],
    "nested": [563.23719733263101, 0.80053872249714342, 1.1273720458815129],
    "two blocks of rows": [2586.8383973874929, 0.21272509891220953],
    "a flat way": [1151.719799570225, 8.3006869135950243, -0.0083196525950224778, 0.055272910854045357],
}
SINCE = {
    "four columns": [432.58166706460065, 1.8340830561044208, -0.091695217357515194, 0.10245139917113436],
    "nested": [563.23719733263101, 0.80053872248253033, 1.127372046065737],
    "two blocks of rows": [2586.8383973874916, 0.21272509893508132],
    "a flat way": [1151.7197494553882, 8.3115315524802824, -0.0083340260782623701, 0.055276149361586688],
}


@pytest.mark.parametrize(("release", "values"), [("1.1-31", BEFORE), ("1.1-37", SINCE), ("2.1", SINCE)])
@pytest.mark.parametrize("model", MODELS)
def test_each_release_to_the_last_bit(model: str, release: str, values: dict[str, list[float]]) -> None:
    formula, data = MODELS[model]
    with r.options(lme4=release), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer(formula, r.load(data))
    assert [r.REMLcrit(m), *m.theta] == values[model]


@pytest.mark.parametrize("n", [0, 5, 8, 21, 816, 817, 1900])
@pytest.mark.parametrize("fours", [0, 4])
def test_what_is_added_is_the_product(n: int, fours: int) -> None:
    """Of integers, whose sums hang on no order: rows in another order than the matrix has them, and some twice."""
    rng = np.random.default_rng(n)
    V, rows = rng.integers(-9, 9, (40, 6)).astype(float), rng.integers(0, 40, n)
    out, sums = np.triu(np.ones((6, 6))), np.empty((2, 6, 6))
    add_gram(V, rows, fours, block_of(n), sums, -1.0, out)
    np.testing.assert_array_equal(out, np.triu(1.0 - V[rows].T @ V[rows]))


def test_blocks_are_even_and_of_eights() -> None:
    """Of 816 rows at most, which Eigen makes as even as eights allow: `evaluateProductBlockingSizesHeuristic`."""
    assert [block_of(n) for n in (1, 816, 817, 1632, 1633, 1934, 2600)] == [1, 816, 416, 816, 552, 648, 656]
