"""Kolmogorov and Smirnov's tests: by counting, against R live, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import translations as r

from ..samples import SIDES, UNHURRIED, WHOLE, agree, quietly

TIED = np.array([1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 5.0])


def _distance(first: np.ndarray, second: np.ndarray, side: str) -> float:
    at = np.unique(np.concatenate([first, second]))
    apart = (first[:, None] <= at).mean(axis=0) - (second[:, None] <= at).mean(axis=0)
    return float({"two.sided": np.abs(apart), "less": -apart, "greater": apart}[side].max())


@pytest.mark.parametrize("side", ["two.sided", "less", "greater"])
def test_with_ties_every_way_to_share_the_values_is_counted(side: str) -> None:
    ways = []
    for chosen in combinations(range(7), 3):
        taken = np.isin(np.arange(7), chosen)
        ways.append(_distance(TIED[taken], TIED[~taken], side))
    for chosen in ((0, 1, 2), (4, 5, 6), (0, 3, 6)):
        taken = np.isin(np.arange(7), chosen)
        with r.options(lme4="2.1"):
            found = r.ks_test(TIED[taken], TIED[~taken], alternative=side)
        far = _distance(TIED[taken], TIED[~taken], side)
        assert found.statistic.iloc[0] == pytest.approx(far, abs=1e-15)
        assert found.p_value == pytest.approx(np.mean(np.array(ways) > far - 1e-9), rel=1e-14)


@settings(max_examples=40, **UNHURRIED)
@given(first=WHOLE, second=WHOLE, side=SIDES)
def test_two_samples_and_one(live_r: Any, first: list[int], second: list[int], side: str) -> None:
    live_r.assign("x", [float(one) for one in first])
    live_r.assign("y", [float(one) for one in second])
    for exact in ("NULL", "FALSE"):
        ours = quietly(r.ks_test, first, second, alternative=side, exact=None if exact == "NULL" else False)
        agree(live_r, f"ks.test(x, y, alternative = '{side}', exact = {exact})", ours, "c(statistic, p.value)")
    ours = quietly(r.ks_test, first, "pnorm", alternative=side, mean=1, sd=5)
    agree(live_r, f"ks.test(x, 'pnorm', mean = 1, sd = 5, alternative = '{side}')", ours, "c(statistic, p.value)")


def test_a_distribution_is_a_name_or_a_function() -> None:
    x = [0.1, 0.35, 0.8, 0.95]
    named = r.ks_test(x, "punif")
    given_ = r.ks_test(x, lambda q: q)
    assert named.p_value == given_.p_value
    with pytest.warns(UserWarning, match="ties should not be present"):
        r.ks_test([0.1, 0.1, 0.5], "punif")
    with pytest.warns(UserWarning, match="approximate in the presence of ties"):
        r.ks_test(TIED, TIED[:3], exact=False)


@pytest.mark.parametrize(("ask", "message"), [
    (lambda: r.ks_test([1.0, 2.0]), "needs y"),
    (lambda: r.ks_test([1.0, 2.0], "norm"), "pnorm"),
    (lambda: r.ks_test([np.nan], [1.0]), "not enough x data"),
    (lambda: r.ks_test([1.0], ["a"]), "y must be numbers"),
    (lambda: r.ks_test([1.0], [2.0], alternative="more"), "two.sided"),
    (lambda: r.ks_test("Reaction ~ Days", data=r.sleepstudy()), "exactly 2 levels"),
    (lambda: r.ks_test("Reaction ~ 1", data=r.sleepstudy()), "response ~ group"),
])  # fmt: skip
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()


def test_two_samples_take_no_parameters() -> None:
    with pytest.raises(TypeError, match="mean"):
        r.ks_test([1.0], [2.0], mean=3)
