"""`nlminb` against R's own, evaluation by evaluation and to the last bit, on functions that are hard for it
(`fixtures/lme4/_nlminb.R`)."""
from __future__ import annotations

import json
from typing import Any

import pytest

from translations.data import fixtures_path
from translations.optim.nlminb import nlminb

from .hard_functions import FUNCTIONS, recorded

RUNS = json.loads((fixtures_path() / "lme4" / "nlminb.json").read_text())["runs"]


@pytest.mark.parametrize("run", RUNS, ids=[f"{i} {run['name']}" for i, run in enumerate(RUNS)])
def test_every_evaluation_is_r_s(run: dict[str, Any]) -> None:
    objective, values = recorded(run["name"])
    control = {name.replace(".", "_"): given[0] for name, given in run["control"].items()}
    found = nlminb(objective, run["start"], run["lower"], run["upper"], control=control)
    assert [*values, FUNCTIONS[run["name"]](found.x)] == run["values"]  # R asks once more, at the end
    assert (found.x, found.value) == (run["x"], run["value"])
    assert (found.iterations, [found.calls, found.gradient_calls]) == (run["iterations"], run["evaluations"])
    assert (found.code, found.message) == (run["code"], run["message"])


def test_a_scale_changes_the_steps() -> None:
    """R's answer: `nlminb(c(-0.5, 0.1, 0), rosenbrock, scale = c(2, 0.1, 1))`; without the scale it takes 28 steps."""
    found = nlminb(FUNCTIONS["rosenbrock"], [-0.5, 0.1, 0.0], scale=[2.0, 0.1, 1.0])
    assert found.x == [0.86528171231573681, 0.75120043710534512, 0.56430209624576644]
    assert (found.iterations, found.calls, found.gradient_calls) == (36, 53, 123)


def test_bounds_that_leave_no_room() -> None:
    """R's codes: `nlminb(c(1, 1), f, lower = c(2, 0), upper = c(1, 1))`, and bounds 1e-15 apart."""
    def far_off(x: list[float]) -> float:
        return sum((a - 3.0) * (a - 3.0) for a in x)

    crossed = nlminb(far_off, [1.0, 1.0], [2.0, 0.0], [1.0, 1.0])
    assert (crossed.code, crossed.message) == (1, "See PORT documentation.  Code (82)")
    narrow = nlminb(far_off, [1.0, 1.0], [1.0, 0.0], [1.0 + 1e-15, 5.0])
    assert (narrow.code, narrow.value, narrow.calls, narrow.gradient_calls) == (1, 8.0, 1, 0)
    assert narrow.message == "gr cannot be computed at initial par (65)"


def test_a_function_that_is_nowhere_a_number() -> None:
    """R's answer: `nlminb(c(1, 1), function(x) NaN)`."""
    with pytest.warns(UserWarning, match="NA/NaN function evaluation"):
        found = nlminb(lambda x: float("nan"), [1.0, 1.0])
    assert (found.x, found.value, found.code, found.message) == ([1.0, 1.0], float("inf"), 0, "X-convergence (3)")
    assert (found.calls, found.gradient_calls, found.iterations) == (2, 2, 1)
