"""Tests by ranks: of random samples against R live, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import translations as r

from ..samples import SIDES, UNHURRIED, VALUES, WHOLE, agree, grouped, quietly

x, y = [1.1, 2.2, 3.4, 4.1, 5.5], [0.2, 2.1, 1.4, 0.9, 1.5]


@settings(max_examples=40, **UNHURRIED)
@given(first=WHOLE, second=WHOLE, side=SIDES, exact=st.sampled_from([None, False]), steps=st.booleans())
def test_wilcoxon(live_r: Any, first: list[int], second: list[int], side: str, exact: bool | None, steps: bool) -> None:
    # Distinct where `steps` adds a part to each.
    shifted = [np.asarray(one) + np.arange(len(one)) * 0.013 * steps for one in (first, second)]
    shifted[1] = shifted[1] + 0.0071 * steps
    for name, one in zip("xy", shifted, strict=True):
        live_r.assign(name, one.tolist())
    said = "NULL" if exact is None else "FALSE"
    ours = quietly(r.wilcox_test, *shifted, alternative=side, exact=exact)
    agree(live_r, f"wilcox.test(x, y, alternative = '{side}', exact = {said})", ours, "c(statistic, p.value)")
    if any(first):
        ours = quietly(r.wilcox_test, shifted[0], alternative=side, exact=exact)
        agree(live_r, f"wilcox.test(x, alternative = '{side}', exact = {said})", ours, "c(statistic, p.value)")


@settings(max_examples=30, **UNHURRIED)
@given(values=VALUES, ties=st.booleans())
def test_kruskal(live_r: Any, values: list[int], ties: bool) -> None:
    ours = r.kruskal_test(*grouped(live_r, values, ties))
    agree(live_r, "kruskal.test(x, g)", ours, "c(statistic, parameter, p.value)")


def test_a_text_s_groups_and_what_is_missing() -> None:
    assert r.kruskal_test([1.0, 2.0, np.nan, 4.0], ["a", "b", "a", "b"]).parameter["df"] == 1
    gap = r.wilcox_test([*x, np.nan], [np.nan, *y])
    assert gap.p_value == r.wilcox_test(x, y).p_value


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: r.wilcox_test(x, alternative="more"), "'two.sided', 'less', 'greater', not 'more'"),
        (lambda: r.wilcox_test([np.nan]), "not enough .*x observations"),
        (lambda: r.wilcox_test(x, y[:3], paired=True), "5 and 3"),
        (lambda: r.wilcox_test("Reaction ~ Days", data=r.sleepstudy()), "factor Days .* 2 levels, not 10: 0, 1"),
        (lambda: r.wilcox_test("Reaction ~ Days"), "needs data"),
        (lambda: r.kruskal_test(x), "needs groups g"),
        (lambda: r.kruskal_test(["a", "b"], [1, 2]), "x must be numbers"),
    ],
)
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()
