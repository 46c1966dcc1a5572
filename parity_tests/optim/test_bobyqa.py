"""BOBYQA against minqa's own, evaluation by evaluation and to the last bit, on functions that are hard for it: narrow
valleys, bounds that are met, saddles, kinks, steps, plains (`fixtures/lme4/_minqa.R`)."""
from __future__ import annotations

import inspect
import json
from typing import Any

import numpy as np
import pytest

from translations.data import fixtures_path
from translations.optim.bobyqa import bobyqa

from .hard_functions import recorded

RUNS = json.loads((fixtures_path() / "lme4" / "minqa.json").read_text())["runs"]

@pytest.mark.parametrize("run", RUNS, ids=[f"{i} {run['name']} {run['control']}" for i, run in enumerate(RUNS)])
def test_every_evaluation_is_minqas(run: dict[str, Any]) -> None:
    objective, values = recorded(run["name"])
    control = {name: int(value) if name in ("npt", "maxfun") else value for name, value in run["control"].items()}
    found = bobyqa(objective, np.array(run["start"], ndmin=1), np.array(run["lower"], ndmin=1),
                   np.array(run["upper"], ndmin=1), **control)
    assert values == run["values"]
    assert (found.x.tolist(), found.value) == (np.atleast_1d(run["x"]).tolist(), run["value"])
    assert (found.evaluations, found.code, found.message) == (run["evaluations"], run["code"], run["message"])


def test_the_most_evaluations_unless_told_are_minqa_s() -> None:
    assert inspect.signature(bobyqa).parameters["maxfun"].default == 10_000
