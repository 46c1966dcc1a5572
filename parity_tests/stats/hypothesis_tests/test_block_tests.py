"""Friedman's and Quade's tests: of random designs against R live, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import translations as r

from ..samples import UNHURRIED, agree, quietly

SLEEP = r.sleepstudy()
TABLE = SLEEP["Reaction"].to_numpy().reshape(18, 10)


@settings(max_examples=40, **UNHURRIED)
@given(values=st.lists(st.integers(-9, 9), min_size=6, max_size=48), treatments=st.integers(2, 5))
def test_matrices(live_r: Any, values: list[int], treatments: int) -> None:
    blocks = len(values) // treatments
    assume(blocks > 1)
    table = np.array(values[:blocks * treatments], float).reshape(blocks, treatments)
    assume(np.ptp(table, axis=1).any())
    live_r.assign("v", table.ravel().tolist())
    matrix = f"matrix(v, {blocks}, byrow = TRUE)"
    agree(live_r, f"friedman.test({matrix})", quietly(r.friedman_test, table), "c(statistic, parameter, p.value)")
    agree(live_r, f"quade.test({matrix})", quietly(r.quade_test, table), "c(statistic, parameter, p.value)")


def test_formula_vectors_and_matrix_are_one_design() -> None:
    mixed = SLEEP.sample(frac=1.0, random_state=3)
    for test in (r.friedman_test, r.quade_test):
        ways = [test(TABLE), test("Reaction ~ Days | Subject", mixed),
                test(mixed["Reaction"], mixed["Days"], mixed["Subject"])]
        assert [one.p_value for one in ways] == pytest.approx([ways[0].p_value] * 3, rel=1e-12)


def test_blocks_of_one_order_have_no_f() -> None:
    found = r.quade_test(np.arange(12.0).reshape(4, 3))
    assert np.isnan(found.statistic.iloc[0])
    assert found.p_value == pytest.approx(6.0**-3)


@pytest.mark.parametrize(("ask", "message"), [
    (lambda: r.friedman_test([1.0, 2.0]), "matrix of blocks by treatments"),
    (lambda: r.friedman_test([1.0, 2.0], [1, 2]), "both groups and blocks"),
    (lambda: r.friedman_test([1.0, 2.0], [1, 2], [1]), "2, 2 and 1"),
    (lambda: r.friedman_test([1.0, 2.0, 3.0], [1, 2, 2], [1, 1, 2]), "block 2 has treatment 1 0 times"),
    (lambda: r.friedman_test("Reaction ~ Days", SLEEP), "treatment | block"),
    (lambda: r.friedman_test("Reaction ~ Days | Subject"), "needs data"),
    (lambda: r.quade_test([[1.0, np.nan], [2.0, 3.0]]), "1 whole blocks"),
])  # fmt: skip
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()
