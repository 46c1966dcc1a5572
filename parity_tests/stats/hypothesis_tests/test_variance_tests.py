"""Tests of variances: of random samples against R live, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import translations as r

from ..samples import UNHURRIED, VALUES, agree, grouped

x, y = [1.1, 2.2, 3.4, 4.1, 5.5], [0.2, 2.1, 1.4, 0.9, 1.5]


@settings(max_examples=30, **UNHURRIED)
@given(values=VALUES, ties=st.booleans())
def test_random_groups(live_r: Any, values: list[int], ties: bool) -> None:
    samples = grouped(live_r, values, ties)
    agree(live_r, "bartlett.test(x, g)", r.bartlett_test(*samples), "c(statistic, parameter, p.value)")
    agree(live_r, "fligner.test(x, g)", r.fligner_test(*samples), "c(statistic, parameter, p.value)")


@pytest.mark.parametrize(("ask", "message"), [
    (lambda: r.var_test(x, [1.0]), "not enough y observations"),
    (lambda: r.var_test(x, y, ratio=0), "ratio must be a number above 0"),
    (lambda: r.bartlett_test(x, list("aaaab")), "at least 2 observations in each group"),
    (lambda: r.fligner_test([[1.0, 2.0], [float("nan")]]), "all groups must contain data"),
    (lambda: r.fligner_test(x), "needs groups g"),
])
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()
