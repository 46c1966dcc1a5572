"""Counts of rows against R's stored answers."""
from __future__ import annotations

from typing import Any

import pytest

from translations.stats.data_frames import count

from .designs import mixture, stored

R_SIDE = stored("vectors.json")
DATA = mixture()
COUNTS: dict[str, Any] = {
    "f": lambda: count(DATA, "f"), "f g": lambda: count(DATA, "f", "g"), "k l": lambda: count(DATA, "k", "l"),
    "s sorted": lambda: count(DATA, "s", sort=True), "gaps": lambda: count(mixture("gaps"), "f", "k"),
}


@pytest.mark.parametrize("name", R_SIDE["counts"])
def test_count(name: str) -> None:
    ours = COUNTS[name]().astype(object)
    assert ours.where(ours.notna(), "NA").to_numpy().tolist() == R_SIDE["counts"][name]


def test_count_errors() -> None:
    with pytest.raises(KeyError, match="'q'"):
        count(DATA, "q")
    with pytest.raises(ValueError, match="'f'"):
        count(DATA, "f", name="f")
    assert count(DATA)["n"].tolist() == [24]
