"""The stored references are what the R of this machine answers: live R = fixture, the third side of the triangle."""
from __future__ import annotations

import json
import math
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .ask import ask_all
from .designs import HERE, stored

# The same R on another processor or BLAS may round otherwise; measured 0 on the machine that wrote the references.
ROUNDING = 1e-11
# Residuals of exact fits, contrasts that are 0 but for rounding, and the like.
NOISE = 1e-9


def scalars(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every leaf of a JSON value with its path."""
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from scalars(inner, (*path, key))
    else:
        yield path, value


@pytest.mark.usefixtures("live_r")
@pytest.mark.parametrize(
    ("script", "answer"),
    [("_designs.R", "model_matrix.json"), ("_linear_models.R", "linear_models_r.json"), ("_vectors.R", "vectors.json"),
     ("_expressions.R", "expressions_r.json"), ("_formulas.R", "formulas_r.json"),
     ("_collation.R", "texts_r.json"), ("_awkward.R", "awkward_r.json"), ("_dates.R", "dates_r.json")],
)
def test_stored_answers_are_live_answers(script: str, answer: str, tmp_path: Path) -> None:
    environment = os.environ | {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
    subprocess.run(
        ["Rscript", "--vanilla", str(HERE / script), str(tmp_path)], env=environment, check=True, capture_output=True
    )
    fresh = json.loads((tmp_path / answer).read_text(encoding="utf-8"))
    old, new = dict(scalars(stored(answer))), dict(scalars(fresh))
    assert old["provenance", "sha256", "mixture.csv"] == new["provenance", "sha256", "mixture.csv"]
    assert old.keys() - {("provenance", "BLAS")} == new.keys() - {("provenance", "BLAS")}
    for path, value in old.items():
        if path[0] == "provenance" or "printed" in path:
            continue
        if isinstance(value, float) and isinstance(new[path], (int, float)):
            assert math.isclose(value, new[path], rel_tol=ROUNDING, abs_tol=NOISE), path
        else:
            assert value == new[path] or math.isclose(float(value), float(new[path]), abs_tol=NOISE), path


@pytest.mark.usefixtures("live_r")
def test_stored_questions_are_live_answers(tmp_path: Path) -> None:
    ask_all(tmp_path)
    for name in ("questions.json", "generated_questions.json"):
        old, new = (dict(scalars(value)) for value in (stored(name), json.loads((tmp_path / name).read_text())))
        # What is empty or NULL had no label when these were stored.
        new = {path: value for path, value in new.items() if value not in ("empty", "NULL") or path in old}
        assert old.keys() == new.keys()
        for path, value in old.items():
            if isinstance(value, float) and isinstance(new[path], (int, float)):
                assert math.isclose(value, new[path], rel_tol=ROUNDING, abs_tol=NOISE), path
            else:
                assert value == new[path], path
