"""Labelled values: the rule, in Python and in R."""
from __future__ import annotations

import math
from collections import UserDict
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from translations.parity.flatten import flatten, item_of, scalar
from translations.parity.live import R
from translations.printing import NA, NAN

INF = math.inf


@pytest.mark.parametrize(("answer", "values"), [
    ({"x": 1.5}, {"x": 1.5}),
    ({"x": np.float64(2), "y": np.int64(3), "z": np.bool_(True)}, {"x": 2.0, "y": 3, "z": True}),
    ({"x": [1, 2]}, {"x[1]": 1, "x[2]": 2}),
    ({"x": [7]}, {"x": 7}),
    ({"x": []}, {"x": "empty"}),
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
    ({"x": [math.nan, INF, -INF, None]}, {"x[1]": "NaN", "x[2]": "Inf", "x[3]": "-Inf", "x[4]": "NA"}),
    ({"x": math.nan, "y": pd.NA, "z": pd.NaT, "w": NA}, {"x": "NaN", "y": "NA", "z": "NA", "w": "NA"}),
    ({"x": np.array([math.nan, NA, 1.0])}, {"x[1]": "NaN", "x[2]": "NA", "x[3]": 1.0}),
    ({"x": pd.Series([math.nan, NAN, None, 1.0])}, {"x[1]": "NA", "x[2]": "NaN", "x[3]": "NA", "x[4]": 1.0}),
    ({"x": pd.DataFrame({"a": [math.nan, NAN], "b": [None, "u"]})},
     {"x[1, a]": "NA", "x[1, b]": "NA", "x[2, a]": "NaN", "x[2, b]": "u"}),
    ({"x": pd.Series(pd.arrays.FloatingArray(np.array([math.nan, 1.0]), np.array([False, True])))},
     {"x[1]": "NaN", "x[2]": "NA"}),
    ({"x": pd.Index([1.5, math.nan])}, {"x[1]": 1.5, "x[2]": "NA"}),
    ({"x": None, "y": {"a": None, "b": {}}, "z": [[1], None]}, {"x": "NULL", "y$a": "NULL", "y$b": "empty", "z[[1]]": 1,
                                                                  "z[[2]]": "NULL"}),
    ({"x": np.empty((0, 2)), "y": pd.Series(dtype=float), "z": pd.DataFrame()},
     {"x": "empty", "y": "empty", "z": "empty"}),
    ({"x": ["NA", "NaN", "Inf", "-Inf", "NULL", "empty", '"NA"', "NAN", ""]},
     {f"x[{i}]": text for i, text in enumerate(
         ['"NA"', '"NaN"', '"Inf"', '"-Inf"', '"NULL"', '"empty"', '""NA""', "NAN", ""], 1)}),
    ({"f": pd.Categorical(["NA", None])}, {"f[1]": '"NA"', "f[2]": "NA"}),
    ({"x": date(2020, 1, 31), "y": datetime(2020, 1, 31, 10, 20, 30, 500000), "z": datetime(2020, 1, 31)},
     {"x": "2020-01-31", "y": "2020-01-31T10:20:30.5Z", "z": "2020-01-31"}),
    ({"x": pd.Timestamp("2020-01-31 00:00", tz="America/New_York"), "y": pd.Timestamp("2020-01-31 10:20:30.123456789")},
     {"x": "2020-01-31T05:00:00Z", "y": "2020-01-31T10:20:30.123457Z"}),
    ({"x": np.array(["2020-01-31", "NaT"], "datetime64[D]"), "y": np.datetime64("2020-01-31T10:20:30.123456789")},
     {"x[1]": "2020-01-31", "x[2]": "NA", "y": "2020-01-31T10:20:30.123457Z"}),
    ({"x": pd.Series(pd.to_datetime(["2020-01-31 00:00", None, "2020-01-31 10:20"]), index=["a", "b", "c"])},
     {"x[a]": "2020-01-31", "x[b]": "NA", "x[c]": "2020-01-31T10:20:00Z"}),
    ({"x": pd.Series([1.0], index=pd.to_datetime(["2020-01-31"]))}, {"x[2020-01-31]": 1.0}),
    ({"x": timedelta(days=1.5), "y": -timedelta(seconds=90), "z": timedelta(0)},
     {"x": "PT129600S", "y": "-PT90S", "z": "PT0S"}),
    ({"x": pd.Timedelta("500ms"), "y": np.array([1500, "NaT"], "timedelta64[ns]"), "z": np.timedelta64(1, "D")},
     {"x": "PT0.5S", "y[1]": "PT0.000002S", "y[2]": "NA", "z": "PT86400S"}),
])
def test_labels(answer: dict, values: dict) -> None:
    flat = flatten(answer)
    assert flat == values
    assert {label: type(value) for label, value in flat.items()} == {label: type(v) for label, v in values.items()}


@pytest.mark.parametrize(("answer", "message"), [
    ([1, 2], "a case returns a dict"),
    ({"x": object()}, r'x: cannot label a value of type object; return its fields, such as \{"n": x.n\}'),
    ({"x": range(3)}, r"x: cannot label a value of type range; return a list of it, list\(x\)"),
    ({"x": len}, r"of type builtin_function_or_method; return what it gives, such as f\(1\)"),
    ({"x": bytearray(b"a")}, r"of type bytearray; return its bytes as numbers, list\(x\)"),
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
    ("list(x = c(NA, NaN, Inf, -Inf), y = NA, n = NULL, e = numeric(), s = character(), l = list(), z = NaN)",
     {"x": [None, math.nan, INF, -INF], "y": pd.NA, "n": None, "e": [], "s": [], "l": {}, "z": math.nan}),
    ("list(d = data.frame(a = c(NA, NaN, 1), b = c(NA, 'NA', 'u')), e = data.frame(a = 1)[0, ], m = matrix(0, 0, 2))",
     {"d": pd.DataFrame({"a": [math.nan, NAN, 1.0], "b": [None, "NA", "u"]}), "e": pd.DataFrame({"a": []}),
      "m": np.empty((0, 2))}),
    ("list(i = c(1L, NA), b = c(TRUE, NA), f = factor(c('NA', NA, '\"Inf\"')), l = list(NULL, 1:2, list(a = NULL)))",
     {"i": [1, None], "b": [True, None], "f": pd.Categorical(["NA", None, '"Inf"']), "l": [None, [1, 2], {"a": None}]}),
    ("list(d = as.Date(c('2020-01-31', NA, '1969-07-20')), s = as.difftime(c(1.5, -2, NA, 0), units = 'days'), "
     "h = as.difftime(1/3, units = 'hours'), f = data.frame(a = as.Date('2020-01-01') + 0:1))",
     {"d": [date(2020, 1, 31), None, date(1969, 7, 20)], "s": pd.to_timedelta([36, -48, None, 0], unit="h"),
      "h": timedelta(minutes=20), "f": pd.DataFrame({"a": pd.to_datetime(["2020-01-01", "2020-01-02"])})}),
    ("list(p = as.POSIXct(c('2020-01-31 10:20:30', '2020-01-31 00:00:00', NA), tz = 'UTC') + c(0.5, 0, 0), "
     "n = c(a = as.POSIXct('2020-01-31', tz = 'America/New_York')), l = as.POSIXlt('2020-01-31 23:59:59', tz = 'UTC'))",
     {"p": pd.to_datetime(pd.Series(["2020-01-31 10:20:30.5", "2020-01-31", None]), format="ISO8601"),
      "n": pd.Series([pd.Timestamp("2020-01-31", tz="America/New_York")], index=["a"]),
      "l": datetime(2020, 1, 31, 23, 59, 59)}),
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


@pytest.mark.parametrize(("label", "item"), [("[x", "[x"), ("x[a$b]", "x"), ("x$a[b]", "x"), ("$x", "$x"), ("x$", "x"),
                                             ("$x[1]", "$x"), ("ab$c", "ab")])
def test_an_item_ends_at_the_first_bracket_or_dollar_behind_its_first_letter(label: str, item: str) -> None:
    assert item_of(label) == item


class Odd(UserDict):
    """A mapping that is no dict."""


@pytest.mark.parametrize(("answer", "values"), [
    ({"x": pd.Series([7.0])}, {"x": 7.0}),
    ({"x": pd.Series([1, 2], index=pd.RangeIndex(1, 3))}, {"x[1]": 1, "x[2]": 2}),
    ({"x": pd.Series([1, 2], index=pd.RangeIndex(5, 7))}, {"x[5]": 1, "x[6]": 2}),
    ({"x": pd.Series([1, 2], index=pd.RangeIndex(0, 4, 2))}, {"x[0]": 1, "x[2]": 2}),
    ({"x": pd.Series([1, 2], index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]))}, {"x[a:1]": 1, "x[b:2]": 2}),
    ({"x": pd.DataFrame([[1, 2.5]], columns=["a", "b"])}, {"x[1, a]": 1, "x[1, b]": 2.5}),
    ({"x": pd.DataFrame(columns=["a"])}, {"x": "empty"}),
    ({"x": pd.Series(["u", "v"], dtype="category")}, {"x[1]": "u", "x[2]": "v"}),
    ({"x": pd.Categorical(["u", None])}, {"x[1]": "u", "x[2]": "NA"}),
    ({"x": pd.Categorical(["u"])}, {"x": "u"}),
    ({"x": np.array(2.5), "y": np.array([2.5]), "z": np.array([[2.5]])}, {"x": 2.5, "y": 2.5, "z[1, 1]": 2.5}),
    ({"x": np.arange(8).reshape(2, 2, 2)},
     {f"x[{i + 1}, {j + 1}, {k + 1}]": 4 * i + 2 * j + k for i in (0, 1) for j in (0, 1) for k in (0, 1)}),
    ({"x": (1, "a")}, {"x[1]": 1, "x[2]": "a"}),
    ({"x": ([1], 2)}, {"x[[1]]": 1, "x[[2]]": 2}),
    ({"x": [{"a": 1}, np.array([1, 2])]}, {"x[[1]]$a": 1, "x[[2]][1]": 1, "x[[2]][2]": 2}),
    ({"x": Odd({"a": [1, 2]})}, {"x$a[1]": 1, "x$a[2]": 2}),
    (Odd({"x": 1}), {"x": 1}),
    ({1: 2}, {"1": 2}),
    ({"x": [pd.NA, pd.NaT, np.float64("nan"), np.float64("-inf"), math.inf]},
     {"x[1]": "NA", "x[2]": "NA", "x[3]": "NaN", "x[4]": "-Inf", "x[5]": "Inf"})])
def test_labels_of_rarer_values(answer: dict, values: dict) -> None:
    assert flatten(answer) == values and list(flatten(answer)) == list(values)


@pytest.mark.parametrize(("answer", "message"), [
    ([1], "a case returns a dict of labelled values, not list"),
    ({"x": {"y": [[1], [object()]]}}, r"x\$y\[\[2\]\]: cannot label a value of type object; return its fields, .*"),
    ({"x": pd.Period("2020")}, r"x: cannot label a value of type Period; return its day, x.to_timestamp\(\)"),
    ({"x": [1, object()]}, r"x\[2\]: cannot label a value of type object; return its fields, .*"),
    ({"x": pd.DataFrame({"a": [1], "b": [1j]}, index=["r"])},
     r"x\[r, b\]: cannot label a value of type complex; return its parts, .*")])
def test_where_there_is_no_label_is_said_in_full(answer: object, message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}$"):
        flatten(answer)  # type: ignore[arg-type]


def test_two_values_under_one_label_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^two values are labelled x\$a$"):
        flatten({"x": {"a": 1}, "x$a": 2})


def test_numpy_s_scalars_become_python_s_own() -> None:
    for value in (np.float32(0.5), np.int8(3), np.bool_(False), np.str_("a"), np.array(2)):
        assert type(scalar(value)) in (float, int, bool, str) and scalar(value) == value
