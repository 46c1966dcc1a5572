"""`newton` against the certified values, on the data as they are: 12 digits, and no fewer than lme4 at its optimum."""
from __future__ import annotations

import importlib
import json
from types import ModuleType
from typing import Any

import pytest

from translations.data import fixtures_path

BOARD = json.loads((fixtures_path() / "certified" / "scoreboard.json").read_text(encoding="utf-8"))
MODELS = [model["key"] for model in BOARD["models"]]
LEAST = 12


def test_the_stored_scoreboard_has_every_model(models: dict[str, Any]) -> None:
    assert set(models) == set(MODELS)
    assert {model["suite"] for model in BOARD["models"]} == {"chapter5", "lme4", "nist"}


@pytest.mark.parametrize("key", MODELS)
def test_newton_has_12_digits_and_no_fewer_than_lme4_at_its_optimum(
    scoreboard: ModuleType, models: dict[str, Any], key: str
) -> None:
    adapters = importlib.import_module("scoring.adapters")
    answer = adapters.run(adapters.ours("newton"), models[key].task)
    assert answer["status"] == "ok", answer["reason"]
    found = {q: d for q, d in scoreboard.score(models[key], answer)["digits"].items() if d is not None}
    assert set(found) == set(models[key].certified)
    assert min(found.values()) >= LEAST, found
    tight = next(one for one in BOARD["scores"] if (one["program"], one["model"]) == ("lme4-tight", key))
    fewer = {q: (d, found[q]) for q, d in tight["digits"].items() if d is not None and found[q] < d}
    assert not fewer
