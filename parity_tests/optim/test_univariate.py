"""A minimum between two ends: R's `optimize`, evaluation by evaluation and to the last bit
(`fixtures/lme4/_optimize.R`)."""
from __future__ import annotations

import json
from typing import Any

import pytest

from translations.data import fixtures_path
from translations.optim.univariate import local_minimum

from .hard_functions import FUNCTIONS

RUNS = json.loads((fixtures_path() / "lme4" / "optimize.json").read_text())["runs"]
OWN = {"cubic": lambda x: (x - 0.3) * (x - 0.3) + abs(x) * x * x, "wells": lambda x: x * x * (x * x - 6 * x + 4) / 50}


@pytest.mark.parametrize("run", RUNS, ids=[f"{i} {run['name']}" for i, run in enumerate(RUNS)])
def test_every_evaluation_is_r_s(run: dict[str, Any]) -> None:
    values: list[float] = []

    def objective(x: float) -> float:
        values.append(OWN[run["name"]](x) if run["name"] in OWN else FUNCTIONS[run["name"]]([x]))
        return values[-1]

    found = local_minimum(objective, run["lower"][0], run["upper"][0], run["control"]["tol"][0] / 3.0)
    assert values == run["values"][:-1]  # R asks once more, at the end
    assert [found] == run["x"]


def test_near_an_end_it_is_given_back_at_once() -> None:
    """qgam's own bracketing: nothing is asked that the next bracket asks again."""
    asked: list[float] = []

    def falling(x: float) -> float:
        asked.append(x)
        return -x

    found = local_minimum(falling, 0.0, 1.0, 1e-9, 0.05)
    assert found == asked[-1] > 0.95 >= max(asked[:-1])
