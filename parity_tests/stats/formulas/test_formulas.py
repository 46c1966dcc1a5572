"""Generated formulas: terms, designs and updates as R has them; and which columns of generated matrices R keeps."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from translations import coef, lm
from translations.stats.formulas.design import design
from translations.stats.formulas.frame import model_frame
from translations.stats.formulas.rank import drop_aliased
from translations.stats.formulas.terms import parse, update_formula

from ..designs import mixture, stored

R_SIDE = stored("formulas_r.json")
DATA = mixture()
QR = 1e-12  # polynomials by two QR routines, summed over up to 70 columns


def close(ours: np.ndarray, theirs: list[Any]) -> None:
    theirs = np.array(theirs, dtype=float)
    np.testing.assert_allclose(ours, theirs, rtol=QR, atol=QR * np.abs(theirs).max(initial=1.0))


@pytest.mark.parametrize("one", R_SIDE["designs"], ids=lambda one: one["side"])
def test_design(one: dict[str, Any]) -> None:
    if one.get("refused"):
        with pytest.raises(ValueError):
            parse(f"y ~ {one['side']}")
        return
    parsed = parse(f"y ~ {one['side']}")
    assert [term.label for term in parsed.terms] == one["labels"]
    assert [[1 if contrasts else 2 for contrasts in term.coding] for term in parsed.terms] == one["coding"]
    assert (parsed.text, int(parsed.intercept), len(parsed.offsets)) == (one["text"], one["intercept"], one["offsets"])
    if "names" not in one:
        return
    frame = model_frame(parsed, DATA)
    X = design(parsed, frame)
    assert X.names == one["names"] and X.assign.tolist() == one["assign"]
    close(X.values @ np.sqrt(np.arange(1, len(X.names) + 1)), one["across"])
    close(np.sqrt(np.arange(1, frame.n + 1)) @ X.values, one["down"])
    assert [int(j) + 1 for j in drop_aliased(X.values)] == one["kept"]
    close(np.zeros(0) if frame.offset is None else frame.offset, one["offset"])


@pytest.mark.parametrize("one", R_SIDE["updates"], ids=lambda one: f"{one['old']} by {one['new']}")
def test_update(one: dict[str, Any]) -> None:
    assert update_formula(one["old"], one["new"]) == one["updated"]


@pytest.mark.parametrize("one", R_SIDE["dotted"], ids=lambda one: f"{one['formula']} of {len(one['columns'])}")
def test_dot(one: dict[str, Any]) -> None:
    found = parse(one["formula"], one["columns"])
    assert (found.written, found.text) == (one["written"], one["text"])
    assert [term.label for term in found.terms] == one["labels"] and found.intercept == bool(one["intercept"])


@pytest.mark.parametrize("at", range(len(R_SIDE["kept"])))
def test_columns_kept(at: int) -> None:
    assert (drop_aliased(np.array(stored("matrices.json")[at], float)) + 1).tolist() == R_SIDE["kept"][at]


@pytest.mark.parametrize("side, expected", [  # what R 4.2, 4.5 and 4.6 answer to these six rows
    ("factor(x/0)", {"(Intercept)": 5.5, "factor(x/0)Inf": -2.5, "factor(x/0)NaN": -3.5}),
    ("interaction(x/0, x)", {"(Intercept)": 5.5, "interaction(x/0, x)NaN.0": -3.5, "interaction(x/0, x)Inf.1": -2.5}),
    ("factor(ifelse(x > 0, NA, x))", {"(Intercept)": 5.5, "factor(ifelse(x > 0, NA, x))0": -3.5}),
    ("factor(x/0 + z)", {"(Intercept)": 5.5, "factor(x/0 + z)Inf": -2.5, "factor(x/0 + z)NaN": -2.5}),
])
def test_a_computed_nan_is_a_level_and_a_gap_is_none(side: str, expected: dict[str, float]) -> None:
    data = pd.DataFrame({"x": [0, 1, 0, 1, -1, -1], "y": range(1, 7), "z": [np.nan, 0, 0, 0, 0, 0]})
    found = coef(lm(f"y ~ {side}", data))
    assert list(found.index) == list(expected)
    np.testing.assert_allclose(found.to_numpy(), list(expected.values()), rtol=QR)
