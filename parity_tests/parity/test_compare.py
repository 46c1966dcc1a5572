"""Digits, tolerances, printed text and the causes that a failure names."""
from __future__ import annotations

import math

import pytest

from translations.parity import tolerances as tol
from translations.parity.compare import DOUBLE, digits, match
from translations.parity.text import as_chapter, match_lines


@pytest.mark.parametrize(("got", "expected", "shared"), [
    (1.0, 1.0, DOUBLE),
    (1.001, 1.0, 3.0),
    (-1.0, 1.0, 0.0),
    (1000.0, 1.0, 0.0),
    (1e-7, 0.0, 7.0),
    (0.0, 0, DOUBLE),
    (3, 3.0, DOUBLE),
    (True, True, DOUBLE),
    (1, True, 0.0),
    ("a", "a", DOUBLE),
    ("a", "b", 0.0),
    ("NA", "NaN", 0.0),
    ("NA", 1.0, 0.0),
    ("Inf", "-Inf", 0.0),
    (None, 1.0, 0.0),
])
def test_digits(got: object, expected: object, shared: float) -> None:
    assert digits(got, expected) == pytest.approx(shared, abs=1e-9)  # type: ignore[arg-type]


def test_neighbouring_doubles_share_what_doubles_can() -> None:
    assert digits(math.nextafter(1.0, 2), 1.0) == pytest.approx(15.65, abs=0.01)


def test_match_is_by_label() -> None:
    found = match({"b": 2.0, "a": 1.0}, {"a": 1.0, "b": 2.0}, 12, "default")
    assert (found.compared, found.short) == (2, ())


@pytest.mark.parametrize(("got", "label"), [({"a": 1.0}, "b"), ({"a": 1.0, "b": 2.0, "c": 3.0}, "c")])
def test_a_label_on_one_side_only_falls_short_whatever_the_tolerance(got: dict, label: str) -> None:
    assert [one.label for one in match(got, {"a": 1.0, "b": 2.0}, 0, "default").short] == [label]


def test_a_library_may_know_fewer_labels_but_no_others() -> None:
    assert not match({"a": 1.0}, {"a": 1.0, "b": 2.0}, 12, "library", subset=True).short
    assert match({"c": 1.0}, {"a": 1.0}, 0, "library", subset=True).short


def test_tolerance_by_item() -> None:
    expected = {"x[1]": 1.0, "n": 2.0}
    found = match({"x[1]": 1.0 + 1e-8, "n": 2.0 + 1e-8}, expected, {"x": 7, "n": tol.EXACT}, "default")
    assert [one.label for one in found.short] == ["n"]
    with pytest.raises(KeyError, match="'n'"):
        match(expected, expected, {"x": 7}, "default")


def test_differences_of_large_values_are_measured_by_their_item() -> None:
    expected, got = {"r[1]": 300.0, "r[2]": 1e-6}, {"r[1]": 300.0, "r[2]": 1e-6 + 1e-12}
    assert match(got, expected, tol.OPTIMISER, "default").fewest == pytest.approx(6, abs=0.01)
    assert match(got, expected, tol.FITTED, "default").fewest == pytest.approx(14.5, abs=0.1)


@pytest.mark.parametrize("tolerance", [one for one in vars(tol).values() if isinstance(one, tol.Tolerance)],
                         ids=lambda one: one.name)
def test_every_tolerance_says_why(tolerance: tol.Tolerance) -> None:
    assert len(tolerance.why) > 20
    assert vars(tol)[tolerance.name] is tolerance
    assert all(0 < tolerance.digits(kind) <= DOUBLE for kind in ("default", "tight", "certified", "library"))


@pytest.mark.parametrize(("got", "expected", "first"), [
    (["a 1.50", "b 2"], ["a 1.50", "b 2"], None),
    (["a 1.51", "b 2"], ["a 1.50", "b 2"], "line 1, number 1 of 2: 1.51 where 1.50 is printed"),
    (["a 1.5", "b 2"], ["a 1.50", "b 2"], "line 1, number 1 of 2: 1.5 where 1.50 is printed"),
    (["a 1.50"], ["a 1.50", "b 2"], "line 2, number 2 of 2: nothing where 2 is printed"),
    (["a 1.50", "b 2", "3"], ["a 1.50", "b 2"], "line 3: 3 where nothing is printed"),
    (["a  1.50", "b 2"], ["a 1.50", "b 2"], "line 1: 'a  1.50' where 'a 1.50' is printed"),
    (["-1e-05", "x2"], ["-1e-05", "x2"], None),
])
def test_text(got: list[str], expected: list[str], first: str | None) -> None:
    assert match_lines(got, expected).first == first


def test_the_three_normalisations() -> None:
    printed = "Multiple R-squared:  0.849,\tAdjusted R-squared:  0.8001 \n‘a’ “b” 2 × 3\n\n"
    assert as_chapter(printed) == ["Multiple R-squared:  0.849,  Adjusted R-squared:  0.8001", "'a' \"b\" 2 x 3"]


def test_lme4_s_criterion_is_one_label() -> None:
    for got, expected in (("deviance", "-2*log(L)"), ("-2*log(L)", "deviance"), ("-2*log(L)", "-2*log(L)")):
        found = match({f"lrt[m, {got}]": 1.0}, {f"lrt[m, {expected}]": 1.0}, 12, "default")
        assert (found.compared, found.short) == (1, ())
    assert match({"lrt[m, deviance]": 2.0}, {"lrt[m, -2*log(L)]": 1.0}, 12, "default").short
