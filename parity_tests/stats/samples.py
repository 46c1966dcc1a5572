"""Drawn samples, and tests of them asked of R."""
from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume
from hypothesis import strategies as st

UNHURRIED: dict[str, Any] = {
    "deadline": None, "derandomize": True, "suppress_health_check": [HealthCheck.function_scoped_fixture],
}
SIDES = st.sampled_from(["two.sided", "less", "greater"])
VALUES = st.lists(st.integers(-30, 30), min_size=9, max_size=40)
WHOLE = st.lists(st.integers(-9, 9), min_size=4, max_size=25)


def quietly(test: Callable[..., Any], *samples: Any, **asked: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return test(*samples, **asked)


def agree(live_r: Any, code: str, ours: Any, parts: str = "c(statistic, parameter, p.value, estimate)") -> None:
    theirs = live_r.numbers(f"suppressWarnings(with({code}, {parts}))")
    found = [ours.statistic, ours.parameter, [ours.p_value], ours.estimate]
    values = np.concatenate([np.asarray(one, float) for one in found if one is not None])
    np.testing.assert_allclose(values, theirs, rtol=1e-9, atol=1e-12, err_msg=code)


def grouped(live_r: Any, values: list[int], ties: bool) -> tuple[np.ndarray, list[str]]:
    """Numbers in three groups by turns, distinct unless `ties`; R has them as x and g. Groups without spread
    are no example.
    """
    numbers = np.asarray(values) + np.arange(len(values)) * 0.0113 * (not ties)
    groups = [f"g{i % 3}" for i in range(len(values))]
    assume(np.ptp(numbers) > 0 and all(np.ptp(numbers[i::3]) > 0 for i in range(3)))
    live_r.assign("x", numbers.tolist())
    live_r.assign("g", groups)
    return numbers, groups
