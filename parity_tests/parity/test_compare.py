"""Values compared by label: digits shared, what falls short, what only one side has."""
from __future__ import annotations

import math

import pytest

from translations.parity import tolerances as tol
from translations.parity.compare import DOUBLE, Difference, Match, digits, match, show
from translations.stats.distributions import pnorm


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


def test_lme4_s_criterion_is_one_label() -> None:
    for got, expected in (("deviance", "-2*log(L)"), ("-2*log(L)", "deviance"), ("-2*log(L)", "-2*log(L)")):
        found = match({f"lrt[m, {got}]": 1.0}, {f"lrt[m, {expected}]": 1.0}, 12, "default")
        assert (found.compared, found.short) == (1, ())
    assert match({"lrt[m, deviance]": 2.0}, {"lrt[m, -2*log(L)]": 1.0}, 12, "default").short


@pytest.mark.parametrize(("got", "expected", "scale", "shared"), [
    (1.5, 1.0, None, 0.301029995663981), (1.5, 1.0, 5.0, 1.0), (0.01, 0.0, None, 2.0), (0.01, 0.0, 10.0, 3.0),
    (5e-324, 0.0, 1e300, DOUBLE), (1 + 2**-52, 1.0, 1e5, DOUBLE), (-2.0, -1.99, 2.0, 2.301029995663981),
    (True, 1.0, None, 0.0), (1.0, True, None, 0.0), (False, False, None, DOUBLE), (True, False, None, 0.0),
    ("NaN", "NA", None, 0.0), ("NaN", "NaN", None, DOUBLE), ("NA", "NA", None, DOUBLE),
    (None, "NA", None, 0.0), ("1", 1, None, 0.0)])
def test_digits_to_a_scale(got: object, expected: object, scale: float | None, shared: float) -> None:
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


@pytest.mark.parametrize("label", ["table[a, Pr(>F)]", "table[a, Pr(>Chisq)]", "table[3, p.value]", "tidy p.value[2]",
                                   "table[b-a, p adj]", "test$p.value"])
def test_a_small_p_value_is_not_hidden_by_what_is_large_beside_it(label: str) -> None:
    large = label.replace("Pr(>F)", "F value").replace("p.value[2]", "p.value[1]")
    expected = {large: 250.0, label: 3e-12} if large != label else {"table[a, F value]": 250.0, label: 3e-12}
    assert match(expected | {label: 3.001e-12}, expected, tol.FITTED, "default").short
    assert not match(expected | {label: 3e-12 * (1 + 2e-8)}, expected, tol.FITTED, "default").short


def test_a_p_value_is_known_less_than_its_statistic_by_the_slope_of_its_tail() -> None:
    """Of a normal statistic known to nine digits: what its tail differs by is what is allowed."""
    for z in (1.0, 3.0, 6.0, 9.0):
        p, moved = (2.0 * pnorm(-z * (1.0 + e)) for e in (0.0, 0.9e-9))
        expected = {"table[a, z value]": z, "table[a, Pr(>|z|)]": p}
        assert not match(expected | {"table[a, Pr(>|z|)]": moved}, expected, tol.FITTED, "default").short
        twice = 2.0 * pnorm(-z * (1.0 + 1e-8))
        assert match(expected | {"table[a, Pr(>|z|)]": twice}, expected, tol.FITTED, "default").short
