"""The rules of labelling, of digits, of tolerances and of printed text, each at its bounds."""
from __future__ import annotations

import math
from collections import UserDict

import numpy as np
import pandas as pd
import pytest

from translations.parity import tolerances as tol
from translations.parity.compare import DOUBLE, Difference, Match, digits, match, show
from translations.parity.flatten import flatten, item_of, scalar
from translations.parity.text import TextMatch, as_chapter, as_printed, match_lines

# Digits against R's default fit, its tight fit, certified values and other packages: the guide's table promises them.
PROMISED = {
    "EXACT": (15, 15, 15, 15), "LINALG": (12, 12, 12, 12), "PVALUE": (10, 10, 10, 10), "AT_THETA": (9, 9, 12, 9),
    "OPTIMISER": (9, 11, 12, 4), "CRITERION": (12, 13, 13, 7), "FITTED": (9, 10, 12, 4), "THETA": (7, 8, 12, 4),
    "COVARIANCE": (9, 11, 12, 4), "FIXEF": (10, 10, 12, 6), "MODES": (8, 8, 12, 4), "PROFILE": (7, 7, 9, 3),
    "CURVE": (7, 6, 9, 3), "IRLS": (12, 12, 12, 7), "GLMM_CRITERION": (8, 8, 12, 4), "GLMM_THETA": (5, 5, 10, 4),
    "GLMM_FIXEF": (6, 6, 10, 4), "GLMM_MODES": (5, 5, 10, 4), "GLMM_SE": (4, 4, 8, 4),
    "GLMM_VARIANCE": (3.5, 3.5, 8, 4), "PRINTED": (7, 7, 7, 4), "STRUCTURED": (12, 4, 12, 4),
    "STRUCTURED_VARIANCE": (11.7, 3.7, 12, 4),
    "STRUCTURED_CRITERION": (13, 9, 13, 7), "STRUCTURED_FIXEF": (12, 5, 12, 4), "STRUCTURED_MODES": (12, 4, 12, 4),
    "NLME": (7, 7, 12, 4)}
WHY = {
    "EXACT": "counts", "LINALG": "one well-conditioned least-squares solve",
    "PVALUE": "tail areas multiply a statistic's relative error by its log-slope",
    "AT_THETA": "generated models at one theta", "OPTIMISER": "default",
    "CRITERION": "the criterion is flat at its optimum", "FITTED": "as OPTIMISER",
    "COVARIANCE": "as OPTIMISER",
    "THETA": "any model's theta", "FIXEF": "fixed effects feel theta's noise at second order only", "MODES": "as THETA",
    "PROFILE": "profile intervals are read off a spline through points that an optimizer placed with noise of its own",
    "CURVE": "as PROFILE", "IRLS": "as LINALG",
    "GLMM_CRITERION": "the criterion is flat at its optimum",
    "GLMM_THETA": "lme4's simplex stops 1e-5 from the optimum", "GLMM_FIXEF": "as GLMM_THETA",
    "GLMM_MODES": "as GLMM_THETA", "GLMM_SE": "second differences at steps of 1e-4 of a criterion that holds 13 digits",
    "STRUCTURED": "default", "STRUCTURED_VARIANCE": "as STRUCTURED",
    "STRUCTURED_CRITERION": "as STRUCTURED", "STRUCTURED_FIXEF": "as STRUCTURED",
    "STRUCTURED_MODES": "as STRUCTURED", "NLME": "nlme's optimizers stop 1e-7 from the optimum",
    "GLMM_VARIANCE": "as GLMM_SE", "PRINTED": "values that R rounded before they were stored"}
BY_ITEM = {"AT_THETA", "COVARIANCE", "FITTED", "FIXEF", "MODES", "CURVE", "IRLS", "GLMM_THETA", "GLMM_FIXEF",
           "GLMM_MODES", "GLMM_SE", "GLMM_VARIANCE", "STRUCTURED_FIXEF", "STRUCTURED_MODES", "NLME"}


def test_no_tolerance_is_loosened_in_silence() -> None:
    named = {one.name: one for one in vars(tol).values() if isinstance(one, tol.Tolerance)}
    kinds = ("default", "tight", "certified", "library")
    assert {name: tuple(one.digits(kind) for kind in kinds) for name, one in named.items()} == PROMISED
    assert {name for name, one in named.items() if one.relative_to == "item"} == BY_ITEM
    assert {one.relative_to for one in named.values()} == {"item", "value"}
    assert {name: one.why.split(":")[0].split(",")[0] for name, one in named.items()} == WHY


def test_a_number_of_digits_is_a_tolerance_for_every_reference() -> None:
    assert tol.digits_only(9.5) == tol.Tolerance("9.5 digits", 9.5, 9.5, 9.5, 9.5, "asked for by the case")
    assert isinstance(tol.EXACT.digits("tight"), float)


def test_the_tolerance_of_a_label_is_that_of_its_longest_match() -> None:
    given = {"x": 7, "x[b]": tol.EXACT, "l": {"l$a": 3, "l": 4}}
    labels = {"x": 7, "x[a]": 7, "x[b]": 15, "l$a": 3, "l$b": 4}
    assert {label: tol.tolerance_for(label, given).default for label in labels} == labels
    with pytest.raises(KeyError) as unnamed:
        tol.tolerance_for("y[1]", given)
    assert unnamed.value.args == ("no tolerance for 'y'; the case names ['l', 'x', 'x[b]']",)


@pytest.mark.parametrize(("label", "item"), [("[x", "[x"), ("x[a$b]", "x"), ("x$a[b]", "x"), ("$x", "$x"), ("x$", "x"),
                                             ("$x[1]", "$x"), ("ab$c", "ab")])
def test_an_item_ends_at_the_first_bracket_or_dollar_behind_its_first_letter(label: str, item: str) -> None:
    assert item_of(label) == item


@pytest.mark.parametrize(("got", "expected", "scale", "shared"), [
    (1.5, 1.0, None, 0.301029995663981), (1.5, 1.0, 5.0, 1.0), (0.01, 0.0, None, 2.0), (0.01, 0.0, 10.0, 3.0),
    (5e-324, 0.0, 1e300, DOUBLE), (1 + 2**-52, 1.0, 1e5, DOUBLE), (-2.0, -1.99, 2.0, 2.301029995663981),
    (True, 1.0, None, 0.0), (1.0, True, None, 0.0), (False, False, None, DOUBLE), (True, False, None, 0.0),
    ("NaN", "NA", None, 0.0), ("NaN", "NaN", None, DOUBLE), ("NA", "NA", None, DOUBLE),
    (None, "NA", None, 0.0), ("1", 1, None, 0.0)])
def test_digits(got: object, expected: object, scale: float | None, shared: float) -> None:
    assert digits(got, expected, scale) == pytest.approx(shared, abs=1e-12)  # type: ignore[arg-type]


def test_no_digits_are_none_and_not_minus_none() -> None:
    assert str(digits(2.0, 1.0)) == "0.0"


def test_two_doubles_share_at_most_their_53_bits() -> None:
    assert DOUBLE == 53 * math.log10(2)


@pytest.mark.parametrize(("value", "text"), [
    (None, "nothing"), (0.1, "0.10000000000000001"), (3, "3"), (True, "True"), ("a", "'a'"),
    (1e300, "1.0000000000000001e+300")])
def test_a_value_is_shown_with_all_its_digits(value: object, text: str) -> None:
    assert show(value) == text  # type: ignore[arg-type]


def test_an_error_is_relative_to_the_largest_of_its_own_item() -> None:
    expected = {"a[1]": 1.0, "b[1]": -1000.0, "b[2]": 1.0, "b[3]": "NA", "c": True, "d": 5.0}
    got = expected | {"a[1]": 1.001, "b[2]": 1.001, "d": 5.0005}
    by_item = tol.Tolerance("T", 5, 7, 1, 1, "", "item")
    found = match(got, expected, by_item, "default")
    assert [(one.label, round(one.digits, 6), one.demanded) for one in found.short] == [("a[1]", 3.0, 5), ("d", 4.0, 5)]
    assert [one.label for one in match(got, expected, by_item, "tight").short] == ["a[1]", "d", "b[2]"]
    assert (found.compared, found.worst, round(found.fewest, 6)) == (6, "a[1]", 3.0)
    extra = match({"d": 5.0, "e": 1.0}, {"d": 5.0}, by_item, "default")
    assert extra.short == (Difference("e", 1.0, None, 0.0, 5.0),)
    assert str(extra.short[0]) == "e: 1 where nothing is expected (0.0 digits of 5)"


def test_labels_that_only_one_side_has() -> None:
    found = match({"z": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}, 3, "default")
    assert found == Match(3, 0.0, "a", (Difference("a", None, 1.0, 0.0, 3.0), Difference("z", 1.0, None, 0.0, 3.0)))
    assert match({"b": 2.0}, {"b": 2.0, "a": 1.0}, 3, "default", subset=True) == Match(1, DOUBLE, "b", ())
    assert match({"a": None}, {"a": 1.0}, 0, "default", demanded=0).short == ()  # type: ignore[dict-item]


@pytest.mark.parametrize(("got", "expected", "found"), [
    (["a 1.50 -2e-3"], ["a 1.50 -2e-3"], TextMatch(2, 2, 1, None)),
    (["1.50 0.0020"], ["1.50 0.0020"], TextMatch(2, 2, 2, None)),
    (["+12.5E+3 .25"], ["+12.5E+3 .25"], TextMatch(2, 2, 2, None)),
    (["no number"], ["no number"], TextMatch(0, 0, 0, None)),
    (["0 10"], ["0 10"], TextMatch(2, 2, 1, None)),
    (["100 -0.001230"], ["100 -0.001230"], TextMatch(2, 2, 3, None)),
    (["[1] x3 3x a.5"], ["[1] x3 3x a.5"], TextMatch(0, 0, 0, None)),
    (["(7) 1:2, -3%"], ["(7) 1:2, -3%"], TextMatch(4, 4, 1, None)),
    (["1 2", "3"], ["1 2", "4"], TextMatch(3, 2, 1, "line 2, number 3 of 3: 3 where 4 is printed")),
    (["5 2", "4"], ["1 2", "4"], TextMatch(3, 0, 1, "line 1, number 1 of 3: 5 where 1 is printed")),
    (["1"], ["1", "22"], TextMatch(2, 1, 1, "line 2, number 2 of 2: nothing where 22 is printed")),
    (["1", "", "22"], ["1"], TextMatch(1, 1, 1, "line 3: 22 where nothing is printed")),
    (["1", "b"], ["1", "a"], TextMatch(1, 1, 1, "line 2: 'b' where 'a' is printed")),
    (["1", "a", ""], ["1", "a"], TextMatch(1, 1, 1, "3 lines where 2 are printed")),
    ([], ["a", "b"], TextMatch(0, 0, 0, "0 lines where 2 are printed"))])
def test_text(got: list[str], expected: list[str], found: TextMatch) -> None:
    assert match_lines(got, expected) == found


def test_a_text_as_the_chapter_and_as_r_has_it() -> None:
    assert as_chapter("a\tb\n\tc  \n\n‘x’ ’ “y”\n \n\n") == ["a    b", " c", "", "'x' ' \"y\""]
    assert as_chapter("abcdefgh\tj") == ["abcdefgh j"] and as_chapter("") == []
    assert as_printed("a \n\n b\n\n") == ["a ", "", " b", ""]


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
def test_labels(answer: dict, values: dict) -> None:
    assert flatten(answer) == values and list(flatten(answer)) == list(values)


@pytest.mark.parametrize(("answer", "message"), [
    ([1], "a case returns a dict of labelled values, not list"),
    ({"x": {"y": [[1], [object()]]}}, r"x\$y\[\[2\]\]: cannot label a value of type object"),
    ({"x": pd.Period("2020")}, r"x: cannot label a value of type Period; return its day, x.to_timestamp\(\)"),
    ({"x": [1, object()]}, r"x\[2\]: cannot label a value of type object"),
    ({"x": pd.DataFrame({"a": [1], "b": [1j]}, index=["r"])},
     r"x\[r, b\]: cannot label a value of type complex; return its parts, .*")])
def test_what_has_no_label_is_named(answer: object, message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}$"):
        flatten(answer)  # type: ignore[arg-type]


def test_two_values_under_one_label_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^two values are labelled x\$a$"):
        flatten({"x": {"a": 1}, "x$a": 2})


def test_numpy_s_scalars_become_python_s_own() -> None:
    for value in (np.float32(0.5), np.int8(3), np.bool_(False), np.str_("a"), np.array(2)):
        assert type(scalar(value)) in (float, int, bool, str) and scalar(value) == value
