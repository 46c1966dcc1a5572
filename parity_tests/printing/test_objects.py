"""Vectors, matrices, frames, summaries and tibbles print as R printed them into fixtures/console/objects.json."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from translations.printing import NA, Matrix, Style, Tibble, Vector, console, summary_frame, tables, tibble
from translations.printing.layout import matrix, vector
from translations.printing.values import as_values

from .stored import corpus


def column(x: dict) -> Any:
    items = x["values"]
    if x["kind"] == "double":
        return np.array([NA if t == "NA" else float(t) for t in items], float)
    if x["kind"] == "factor":
        codes = [-1 if code is None else code - 1 for code in items]
        return pd.Categorical.from_codes(codes, x["levels"], ordered=x["ordered"])
    return pd.array(items, dtype={"integer": "Int64", "logical": "boolean", "character": object}[x["kind"]])


def style(x: dict) -> Style:
    return Style(x["digits"], x["width"])


def quote(x: Any) -> str:
    return "" if as_values(x).numeric else '"'


def text_of_vector(x: dict) -> str:
    values = column(x["column"])
    if x["names"] is None:
        return console(values, x["digits"], x["width"])
    return "\n".join(vector(as_values(values), style(x), x["names"], quote(values)))


def text_of_matrix(x: dict) -> str:
    columns = [column(c) for c in x["columns"]]
    return "\n".join(matrix([as_values(c) for c in columns], style(x), x["rows"], x["heads"], quote(columns[0])))


def frame(x: dict) -> pd.DataFrame:
    return pd.DataFrame({name: column(c) for name, c in zip(x["heads"], x["columns"], strict=True)})


TEXT = {
    "vector": text_of_vector,
    "matrix": text_of_matrix,
    "frame": lambda x: console(frame(x), x["digits"], x["width"]),
    "summary": lambda x: console(summary_frame(frame(x)), x["digits"], x["width"]),
    "tibble": lambda x: console(tibble(frame(x), x["groups"]), x["digits"], x["width"]),
}


@pytest.mark.parametrize("what", TEXT)
def test_prints_what_r_printed(what):
    entries = [entry for entry in corpus("objects") if entry["what"] == what]
    assert len(entries) >= 150
    for entry in entries:
        assert TEXT[what](entry) == "\n".join(entry["text"])


def test_slices_keep_their_class():
    m = Matrix({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index=["x", "y"])
    assert type(m.loc[["x"]]) is Matrix and type(m["a"]) is Vector and type(m.loc["x"]) is Vector
    assert type(m["a"].iloc[:1]) is Vector and type(m * 2) is Matrix
    t = tibble(pd.DataFrame({"g": ["u", "v"], "x": [1, 2]}), "g")
    assert type(t.head(1)) is Tibble and t.head(1).groups == ("g",)


@pytest.mark.parametrize("x, short", [
    (Vector([1.5], index=["a"]), "Vector({'a': 1.5})"),
    (Vector(range(9)), "<Vector of 9>"),
    (Matrix({"a": [1.0]}, index=["x"]), "<Matrix 1 x 1: a>"),
    (tibble(pd.DataFrame({c: [1] for c in "abcdefgh"})), "<Tibble 1 x 8: a, b, c, d, e, f, ...>"),
    (tibble(pd.DataFrame({c: [1] for c in "abcdefg"})), "<Tibble 1 x 7: a, b, c, d, e, f, ...>"),
    (tibble(pd.DataFrame({c: [1] for c in "abcdef"})), "<Tibble 1 x 6: a, b, c, d, e, f>"),
    (tables.Call("lm", {}), "<Call>")])
def test_repr_is_short_and_html_is_there(x, short):
    assert repr(x) == short
    assert "<" in x._repr_html_()
