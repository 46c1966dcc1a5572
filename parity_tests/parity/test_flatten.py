"""Labelled values: the rule, in Python and in R."""
from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from translations.parity.flatten import flatten, item_of
from translations.parity.live import R

INF = math.inf


@pytest.mark.parametrize(("answer", "values"), [
    ({"x": 1.5}, {"x": 1.5}),
    ({"x": np.float64(2), "y": np.int64(3), "z": np.bool_(True)}, {"x": 2.0, "y": 3, "z": True}),
    ({"x": [1, 2]}, {"x[1]": 1, "x[2]": 2}),
    ({"x": [7]}, {"x": 7}),
    ({"x": []}, {}),
    ({"x": np.array([[1.0, 2.0], [3.0, 4.0]])},
     {"x[1, 1]": 1.0, "x[1, 2]": 2.0, "x[2, 1]": 3.0, "x[2, 2]": 4.0}),
    ({"x": pd.Series([1.0, 2.0], index=["a", "b"])}, {"x[a]": 1.0, "x[b]": 2.0}),
    ({"x": pd.Series([1.0], index=["a"])}, {"x[a]": 1.0}),
    ({"x": pd.Series([1.0, 2.0])}, {"x[1]": 1.0, "x[2]": 2.0}),
    ({"x": pd.Series([1.0, 2.0], index=[3, 5])}, {"x[3]": 1.0, "x[5]": 2.0}),
    ({"x": pd.DataFrame({"a": [1, 2], "b": ["u", None]})},
     {"x[1, a]": 1, "x[1, b]": "u", "x[2, a]": 2, "x[2, b]": "NA"}),
    ({"x": pd.DataFrame({"a": [1.0]}, index=["row"])}, {"x[row, a]": 1.0}),
    ({"f": pd.Categorical(["v", "u"], categories=["v", "u"])}, {"f[1]": "v", "f[2]": "u"}),
    ({"l": {"a": 1, "b": {"c": [1, 2]}}}, {"l$a": 1, "l$b$c[1]": 1, "l$b$c[2]": 2}),
    ({"l": [[1, 2], [3]]}, {"l[[1]][1]": 1, "l[[1]][2]": 2, "l[[2]]": 3}),
    ({"x": [math.nan, INF, -INF, None]}, {"x[1]": "NA", "x[2]": "Inf", "x[3]": "-Inf", "x[4]": "NA"}),
])
def test_labels(answer: dict, values: dict) -> None:
    flat = flatten(answer)
    assert flat == values
    assert {label: type(value) for label, value in flat.items()} == {label: type(v) for label, v in values.items()}


@pytest.mark.parametrize(("answer", "message"), [
    ([1, 2], "a case returns a dict"),
    ({"x": object()}, "x: cannot label a value of type object"),
    ({"x": pd.Series([1.0, object()], index=["a", "b"])}, r"x\[b\]: cannot label"),
])
def test_what_has_no_label_is_named(answer: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        flatten(answer)  # type: ignore[arg-type]


def test_one_label_for_two_values_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"x\[a\]"):
        flatten({"x": pd.Series([1.0, 2.0], index=["a", "a"])})


@pytest.mark.parametrize(("label", "item"), [("x", "x"), ("ci[sd_(Intercept)|g, 2.5 %]", "ci"), ("l$b$c[1]", "l")])
def test_item(label: str, item: str) -> None:
    assert item_of(label) == item


BOTH = [
    ("list(x = 1.5, n = 3L, s = 'text', b = TRUE)", {"x": 1.5, "n": 3, "s": "text", "b": True}),
    ("list(x = c(1/3, 2), y = c(a = 1, b = 2))", {"x": [1 / 3, 2.0], "y": pd.Series([1.0, 2.0], index=["a", "b"])}),
    ("list(m = matrix(1:4 / 7, 2), d = matrix(1:2, 1, dimnames = list('r', c('a', 'b'))))",
     {"m": np.array([[1, 3], [2, 4]]) / 7, "d": pd.DataFrame([[1, 2]], index=["r"], columns=["a", "b"])}),
    ("list(d = data.frame(a = c(1.5, NA), g = factor(c('v', 'u'), levels = c('v', 'u'))))",
     {"d": pd.DataFrame({"a": [1.5, math.nan], "g": pd.Categorical(["v", "u"], categories=["v", "u"])})}),
    ("list(l = list(a = 1, b = list(c = 1:2)), u = list(1:2, 3))",
     {"l": {"a": 1, "b": {"c": [1, 2]}}, "u": [[1, 2], [3]]}),
    ("list(x = c(NA, Inf, -Inf), y = NA, n = NULL, e = numeric())", {"x": [None, INF, -INF], "y": None, "e": []}),
    ("list(a = array(1:8, c(2, 2, 2)))", {"a": np.arange(1, 9).reshape(2, 2, 2, order="F")}),
    ("list(t = table(c('a', 'b', 'a')))", {"t": pd.Series([2, 1], index=["a", "b"])}),
]


@pytest.mark.parametrize(("code", "answer"), BOTH)
def test_python_and_r_label_alike(code: str, answer: dict, live_r: R) -> None:
    assert live_r.values(code) == flatten(answer)


def test_numbers_cross_with_every_bit(live_r: R) -> None:
    numbers = np.random.default_rng(1).normal(size=500) * 10.0 ** np.random.default_rng(2).integers(-300, 300, 500)
    live_r.assign("x", numbers)
    labelled = live_r.values("x")
    assert [labelled[f"x[{i}]"] for i in range(1, 501)] == list(numbers)
    assert (live_r.numbers("x") == numbers).all()
