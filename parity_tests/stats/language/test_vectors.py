"""Factors, groupings and deparsed expressions against R's stored answers."""
from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from translations.stats.formulas.frame import factor_of, model_frame
from translations.stats.language.expressions import deparse, read
from translations.stats.language.vectors import factor, is_factor, is_ordered, levels

from ..designs import mixture, stored

R_SIDE = stored("vectors.json")
DATA = mixture()
FACTORS: dict[str, Any] = {
    "text": lambda: factor(DATA["s"]), "number": lambda: factor(DATA["x"]), "integer": lambda: factor(DATA["k"]),
    "dropped": lambda: factor(DATA["f"]), "logical": lambda: factor(DATA["l"]),
    "levels": lambda: factor(DATA["k"], levels=[3, 1]),
    "labels": lambda: factor(DATA["k"], labels=["zero", "one", "two", "three"]),
    "prefix": lambda: factor(DATA["k"], labels=["k"]), "ordered": lambda: factor(DATA["s"], ordered=True),
    "kept_order": lambda: factor(DATA["o"]), "missing": lambda: factor(mixture("gaps")["k"]),
    "large": lambda: factor([100000.0, 1e-5, 123456789.5, 0.1 + 0.2, 1e15, 1 / 3]),
}


@pytest.mark.parametrize("name", R_SIDE["factors"])
def test_factor(name: str) -> None:
    ours, theirs = pd.Series(FACTORS[name]()), R_SIDE["factors"][name]
    assert is_factor(ours) and is_ordered(ours) == theirs["ordered"]
    assert levels(ours) == theirs["levels"]
    assert [code + 1 if code >= 0 else "NA" for code in ours.cat.codes] == theirs["codes"]


def test_is_factor_of_other_things() -> None:
    assert not is_factor(DATA["x"]) and levels(DATA["x"]) is None and not is_factor([1, 2])
    with pytest.raises(ValueError, match="invalid labels: 2 for 4 levels"):
        factor(DATA["k"], labels=["a", "b"])


@pytest.mark.parametrize("expression", R_SIDE["groupings"])
def test_factor_of(expression: str) -> None:
    codes, names = factor_of(expression, model_frame("y ~ 1", DATA, extra=[expression]))
    theirs = R_SIDE["groupings"][expression]
    assert names == theirs["levels"]
    assert (codes + 1).tolist() == theirs["codes"]


@pytest.mark.parametrize("one", R_SIDE["deparsed"], ids=lambda one: one["text"])
def test_deparse(one: dict[str, str]) -> None:
    assert deparse(read(one["text"])) == one["deparsed"]


@pytest.mark.parametrize("text", ["y ~", "y ~ x +", "y ~ (x", "y ~ x)", "f(x", "y ~ x $ z", "a b"])
def test_unreadable(text: str) -> None:
    with pytest.raises(ValueError, match="unexpected|cannot read"):
        read(text)
