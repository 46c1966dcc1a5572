"""Tests of all pairs of groups: of random samples against R live, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import translations as r

from ..samples import UNHURRIED, VALUES, grouped

x = [1.1, 2.2, 3.4, 4.1, 5.5]


@settings(max_examples=30, **UNHURRIED)
@given(values=VALUES, ties=st.booleans())
def test_random_groups(live_r: Any, values: list[int], ties: bool) -> None:
    ours = r.pairwise_t_test(*grouped(live_r, values, ties), "hommel").p_value.to_numpy().ravel(order="F")
    theirs = live_r.numbers("c(pairwise.t.test(x, g, 'hommel')$p.value)")
    known = ~np.isnan(ours)
    np.testing.assert_allclose(ours[known], theirs[known], rtol=1e-9)


@pytest.mark.parametrize(("ask", "message"), [
    (lambda: r.p_adjust([0.1, 0.2], "tukey"), "'holm', 'hochberg'.*not 'tukey'"),
    (lambda: r.p_adjust([0.1, 0.2], n=1), "at least the number of p-values, 2"),
    (lambda: r.pairwise_t_test(x, list("aabb")), "same length, not 5 and 4"),
    (lambda: r.pairwise_t_test(x, list("aaaaa")), "same group"),
    (lambda: r.pairwise_t_test(x, list("aabbb"), paired=True, pool_sd=True), "paired"),
])
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()
