"""The variable metric method: R's `optim(method = "BFGS")`, evaluation by evaluation and to the last bit
(`fixtures/lme4/_optim.R`)."""
from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from translations.data import fixtures_path
from translations.optim.variable_metric import variable_metric

from .hard_functions import FUNCTIONS

RUNS = json.loads((fixtures_path() / "lme4" / "optim.json").read_text())["runs"]


def rosenbrock(x: np.ndarray) -> np.ndarray:
    g = np.zeros(len(x))
    g[0] = 2 * (x[0] - 0.3)
    for i in range(len(x) - 1):
        a = x[i + 1] - x[i] * x[i]
        g[i] = g[i] - 400 * a * x[i] - 2 * (1 - x[i])
        g[i + 1] = g[i + 1] + 200 * a
    return g


def saddle(x: np.ndarray) -> np.ndarray:
    i = np.arange(len(x))
    return np.where(i % 2, 2.0, -2.0) * (i + 1) * x + 0.1 + 0.3 * np.roll(x, -1) + 0.3 * np.roll(x, 1)


def line(x: np.ndarray) -> np.ndarray:
    i = np.arange(len(x))
    return (-1.0) ** i * (i + 1)


GRADIENTS = {f.__name__: f for f in (rosenbrock, saddle, line)}


@pytest.mark.parametrize("run", RUNS, ids=[f"{i} {run['name']}" for i, run in enumerate(RUNS)])
def test_every_evaluation_is_r_s(run: dict[str, Any]) -> None:
    values: list[float] = []

    def value(x: np.ndarray) -> float:
        values.append(FUNCTIONS[run["name"]](x.tolist()))
        return values[-1]

    names = {"reltol": "close", "maxit": "most"}
    control = {names[name]: given[0] for name, given in run["control"].items()}
    found, count = variable_metric(value, GRADIENTS[run["name"]], np.array(run["start"], dtype=float), **control)
    assert values == run["values"]
    assert found.tolist() == run["x"]
    assert [len(values), count] == run["evaluations"]
    assert (count >= control.get("most", 100)) == run["code"]
