"""Tests of correlations: of random samples against R live, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import translations as r

from ..samples import SIDES, UNHURRIED, agree, quietly

x, y = [1.1, 2.2, 3.4, 4.1, 5.5], [0.2, 2.1, 1.4, 0.9, 1.5]


@settings(max_examples=40, **UNHURRIED)
@given(pairs=st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=5, max_size=25), side=SIDES,
       method=st.sampled_from(["pearson", "kendall", "spearman"]), steps=st.booleans())
def test_correlation(live_r: Any, pairs: list[tuple[int, int]], side: str, method: str, steps: bool) -> None:
    first, second = np.array(pairs).T + np.outer([0.013, 0.0171], np.arange(len(pairs))) * steps
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return
    live_r.assign("x", first.tolist())
    live_r.assign("y", second.tolist())
    ours = quietly(r.cor_test, first, second, alternative=side, method=method)
    if method == "pearson" and abs(abs(ours.estimate.iloc[0]) - 1) < 1e-9:
        return  # t is the reciprocal of rounding
    agree(live_r, f"cor.test(x, y, alternative = '{side}', method = '{method}')", ours)


def test_pairs_with_a_gap_are_left_out() -> None:
    assert r.cor_test([*x, np.nan], [*y, 1.0]).parameter["df"] == 3


@pytest.mark.parametrize(("ask", "message"), [
    (lambda: r.cor_test(x, y, method="tau"), "'pearson', 'kendall', 'spearman'"),
    (lambda: r.cor_test(x, y[:2]), "same length"),
    (lambda: r.cor_test("Reaction ~ Days", data=r.sleepstudy()), "~ x . y"),
])
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()
