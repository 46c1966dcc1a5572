"""Tukey's comparisons: of two groups they are the t-test, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import translations as r

CAKE = r.cake()


def test_of_two_groups_it_is_the_t_test() -> None:
    two = CAKE[CAKE["recipe"].isin(["A", "B"])]
    found = r.TukeyHSD(r.aov("angle ~ recipe", two))["recipe"].loc["B-A"]
    t = r.t_test("angle ~ recipe", data=two, var_equal=True)
    assert found["p adj"] == pytest.approx(t.p_value, rel=1e-7)
    assert found["lwr"] == pytest.approx(-t.conf_int[1], rel=1e-4)  # R's quantile is iterated to four decimals


def test_numbers_are_left_out_with_r_s_warnings() -> None:
    with pytest.warns(UserWarning, match="non-factors ignored: temp|which will be dropped"):
        assert list(r.TukeyHSD(r.aov("angle ~ recipe + temp", CAKE))) == ["recipe"]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: r.TukeyHSD(r.lm("angle ~ recipe", CAKE)), "an aov without Error.., not Lm"),
        (lambda: r.TukeyHSD(r.aov("angle ~ recipe", CAKE), "recipes"), "no term 'recipes' .* there are recipe"),
        (lambda: r.TukeyHSD(r.aov("angle ~ temp", CAKE)), "specified no factors"),
        (lambda: r.TukeyHSD(r.aov("angle ~ recipe", CAKE, weights="temp")), "no weights"),
    ],
)
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()
