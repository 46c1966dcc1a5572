"""Models, tests and tables at every width from 20 to 110 and with 1 to 8 digits: lines break and digits end as in R.

The objects are those of models.json; what R printed is kept as one sum for each sweep of one object
(fixtures/console/sweep.R), for only a sweep finds a line that is one column too long.
"""
from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from translations.printing import console, numbers

from .stored import corpus
from .test_models import BUILD

FIXTURE = Path(__file__).parents[2] / "fixtures" / "console" / "sweep.json"
SWEEP: list[dict[str, Any]] = json.loads(FIXTURE.read_text(encoding="utf-8"))["sweep"]


def sum_of(texts: list[str]) -> str:
    return hashlib.md5("\f".join(texts).encode()).hexdigest()[:16]


@pytest.fixture(autouse=True)
def formats(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number's format does not depend on the width, so that of each vector is found once, not at all 91 widths."""
    known: dict[Any, numbers.Format] = {}

    def format_real(x: np.ndarray, digits: int, nsmall: int, scipen: int) -> numbers.Format:
        asked = (x.tobytes(), digits, nsmall, scipen)
        if asked not in known:
            known[asked] = original(x, digits, nsmall, scipen)
        return known[asked]

    original = numbers.format_real
    monkeypatch.setattr(numbers, "format_real", format_real)


@pytest.mark.parametrize("one", SWEEP, ids=[f"{one['kind']}-{one['at']}" for one in SWEEP])
def test_prints_as_r_does_at_every_width_and_with_any_digits(one):
    entry = corpus("models")[one["at"] - 1]
    assert entry["kind"] == one["kind"]
    shown = BUILD[one["kind"]](entry["fields"])
    assert sum_of([console(shown, width=width) for width in range(20, 111)]) == one["widths"]
    assert sum_of([console(shown, digits=digits) for digits in range(1, 9)]) == one["digits"]


def test_every_kind_is_swept():
    assert {one["kind"] for one in SWEEP} == set(BUILD)
