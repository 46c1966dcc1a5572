"""Levene's test: beside scipy's, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import translations as r

BREAKS = r.load("warpbreaks").assign(number=range(54))


@pytest.mark.parametrize("center", ["median", "mean"])
def test_scipy_has_the_same(center: str) -> None:
    found = r.leveneTest("breaks ~ tension", BREAKS, center=center)
    theirs = stats.levene(*(one["breaks"] for _, one in BREAKS.groupby("tension")), center=center)
    np.testing.assert_allclose(found.iloc[0, 1:].tolist(), theirs, rtol=1e-12)


def test_the_data_may_stand_second_as_in_r() -> None:
    second, named = r.leveneTest("breaks ~ tension", BREAKS), r.leveneTest("breaks ~ tension", data=BREAKS)
    pd.testing.assert_frame_equal(second, named)


def test_groups_that_are_no_factor_are_made_one_with_r_s_warning() -> None:
    with pytest.warns(UserWarning, match="group coerced to factor"):
        found = r.leveneTest(BREAKS["breaks"], BREAKS["tension"].astype(str))
    assert found["Df"].tolist() == [2, 51]


@pytest.mark.parametrize("call, message", [
    (lambda: r.leveneTest("breaks ~ wool + tension", BREAKS), r"completely crossed formula only: write a \* b"),
    (lambda: r.leveneTest("breaks ~ wool:tension", BREAKS), "completely crossed"),
    (lambda: r.leveneTest("breaks ~ number", BREAKS), r"quantitative .*: number; factor\(number\)"),
    (lambda: r.leveneTest("breaks ~ 1", BREAKS), "needs groups"),
    (lambda: r.leveneTest([1.0, 2.0]), "needs the groups beside the numbers"),
    (lambda: r.leveneTest([1.0, 2.0], pd.Categorical(["a"])), "group must have 2 values, .* not 1"),
    (lambda: r.leveneTest([1.0, 2.0], pd.Categorical(["a", "a"])), "two groups or more"),
    (lambda: r.leveneTest("breaks ~ tension", BREAKS, center="mode"), "'median', 'mean', not 'mode'"),
    (lambda: r.leveneTest("breaks ~ tension", BREAKS, trim=0.1), "trim is of the mean"),
    (lambda: r.leveneTest("breaks ~ tension", BREAKS, center="mean", trim=0.7), "between 0 and 0.5, not 0.7"),
])
def test_what_is_asked_wrongly_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
