"""What the tests of suites share."""
from __future__ import annotations

from pathlib import Path

import pytest

from translations.parity.cases import Suite, directory_suite

from .made_up import answered, store

GOOD = '''\
"""A mean."""
import math

from translations.parity import case


@case(tolerance=9)
def {name}():
    x = [1.0, 2.0, 3.0]
    answer = math.fsum(x) / len(x)
    return {{"mean": answer}}
'''


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """Two cases that are right: `one`, and `spare`, which stays so."""
    place = tmp_path / "mine"
    place.mkdir()
    made = directory_suite(place)
    for name in ("one", "spare"):
        (place / f"{name}.py").write_text(GOOD.format(name=name))
        (place / f"{name}.R").write_text("list(mean = mean(c(1, 2, 3)))\n")
        store(made, name, default=answered(mean=2.0))
    return made
