"""Model matrices against R's, formula by formula: names, values, terms, rows, aliased columns, new data."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from translations.stats.formulas.design import design
from translations.stats.formulas.frame import model_frame
from translations.stats.formulas.rank import drop_aliased

from ..designs import matrix, mixture, stored

DESIGNS = stored("designs.json")
ANSWERS = stored("model_matrix.json")["answers"]

# R orthogonalises poly() and contr.poly() by LINPACK's QR, we by LAPACK's; measured: at most 3e-15 over the corpus.
QR = 1e-13


def close(ours: np.ndarray, theirs: np.ndarray) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=QR, atol=QR * max(1.0, np.nanmax(np.abs(theirs), initial=0.0)))


def fit(one: dict[str, Any]) -> Any:
    frame = model_frame(one["formula"], mixture(one["data"]), subset=one.get("subset"))
    contrasts = {k: v if isinstance(v, str) else np.array(v) for k, v in one.get("contrasts", {}).items()}
    return frame, design(frame.formula, frame, contrasts)


@pytest.mark.filterwarnings("ignore:NaNs produced", "ignore:some 'x' values beyond", "ignore:contrasts dropped")
@pytest.mark.parametrize("one", DESIGNS, ids=[f"{one['id']}-{one['formula']}" for one in DESIGNS])
class TestDesign:
    def test_terms(self, one: dict[str, Any]) -> None:
        frame, _ = fit(one)
        theirs = ANSWERS[one["id"]]
        assert [term.label for term in frame.formula.terms] == theirs["labels"]
        assert frame.formula.intercept == bool(theirs["intercept"])

    def test_rows(self, one: dict[str, Any]) -> None:
        frame, _ = fit(one)
        assert [str(row + 1) for row in frame.rows] == ANSWERS[one["id"]]["rows"]

    def test_response(self, one: dict[str, Any]) -> None:
        frame, _ = fit(one)
        theirs = ANSWERS[one["id"]]["response"]
        assert (frame.formula.response is None) == (not theirs)
        if theirs:
            close(frame.response, np.array(theirs, dtype=float))

    def test_columns(self, one: dict[str, Any]) -> None:
        _, X = fit(one)
        names, values = matrix(ANSWERS[one["id"]]["X"])
        assert X.names == names
        assert X.assign.tolist() == ANSWERS[one["id"]]["assign"]
        close(X.values, values)

    def test_columns_kept(self, one: dict[str, Any]) -> None:
        _, X = fit(one)
        assert [int(j) + 1 for j in drop_aliased(X.values)] == ANSWERS[one["id"]]["kept"]

    def test_offset(self, one: dict[str, Any]) -> None:
        frame, _ = fit(one)
        theirs = ANSWERS[one["id"]]["offset"]
        assert (frame.offset is None) == (not theirs)
        if theirs:
            close(frame.offset, np.array(theirs, dtype=float))

    def test_new_data(self, one: dict[str, Any]) -> None:
        frame, X = fit(one)
        new = mixture(one["data"]).iloc[frame.rows[::-1]]
        if ANSWERS[one["id"]]["moved"]:
            new = new.assign(x=new["x"] * 1.5 + 0.25, z=new["z"] - 0.125)
        names, values = matrix(ANSWERS[one["id"]]["newX"])
        again = X.for_newdata(new)
        assert again.names == names
        close(again.values, values)
