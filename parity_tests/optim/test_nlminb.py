"""`nlminb` against R's own, evaluation by evaluation and to the last bit, on functions that are hard for it
(`fixtures/lme4/_nlminb.R`)."""
from __future__ import annotations

import json
from typing import Any

import pytest

from translations.data import fixtures_path
from translations.optim.nlminb import nlminb

from .hard_functions import FUNCTIONS

RUNS = json.loads((fixtures_path() / "lme4" / "nlminb.json").read_text())["runs"]


@pytest.mark.parametrize("run", RUNS, ids=[f"{i} {run['name']}" for i, run in enumerate(RUNS)])
def test_every_evaluation_is_r_s(run: dict[str, Any]) -> None:
    values: list[float] = []

    def objective(x: list[float]) -> float:
        values.append(FUNCTIONS[run["name"]](x))
        return values[-1]

    control = {name.replace(".", "_"): given[0] for name, given in run["control"].items()}
    found = nlminb(objective, run["start"], run["lower"], run["upper"], control=control)
    assert [*values, FUNCTIONS[run["name"]](found.x)] == run["values"]  # R asks once more, at the end
    assert (found.x, found.value) == (run["x"], run["value"])
    assert (found.iterations, [found.calls, found.gradient_calls]) == (run["iterations"], run["evaluations"])
    assert (found.code, found.message) == (run["code"], run["message"])
