"""Shapiro and Wilk's test: of random samples against R live, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import translations as r

from ..samples import UNHURRIED, VALUES, agree, grouped


@settings(max_examples=30, **UNHURRIED)
@given(values=VALUES, ties=st.booleans())
def test_random_samples(live_r: Any, values: list[int], ties: bool) -> None:
    numbers, _ = grouped(live_r, values, ties)
    agree(live_r, "shapiro.test(x)", r.shapiro_test(numbers), "c(statistic, p.value)")


@pytest.mark.parametrize(("ask", "message"), [
    (lambda: r.shapiro_test([1.0, 2.0]), "between 3 and 5000, not 2"),
    (lambda: r.shapiro_test([2.0] * 5), "identical"),
])
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()
