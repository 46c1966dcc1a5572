"""The bounds between one likely cause and the next, and what the digits of a comparison are relative to."""
from __future__ import annotations

import pytest

from translations.parity import tolerances as tol
from translations.parity.causes import likely_cause
from translations.parity.compare import Match, match


def cause(got: dict, expected: dict, against: str = "R") -> str:
    return likely_cause(match(got, expected, tol.EXACT, "default").short, got, expected, against)


@pytest.mark.parametrize(("got", "expected", "said"), [
    ({"a": "u"}, {"a": "v"},
     "text, a boolean or a missing value: the order of factor levels, or how missing values are treated"),
    ({"a": True, "b": 1.5}, {"a": 1.0, "b": 1.0},
     "text, a boolean or a missing value: the order of factor levels, or how missing values are treated"),
    ({"a": True}, {"a": False},
     "text, a boolean or a missing value: the order of factor levels, or how missing values are treated"),
    ({"a": 1.0, "b": 1.5}, {"a": 1.0, "b": "NA"},
     "text, a boolean or a missing value: the order of factor levels, or how missing values are treated"),
    ({"a": 1.5, "b": 3.75}, {"a": 3.75, "b": 1.5}, "the same values under other labels: the order of factor levels"),
    ({"a": "u", "b": 1.5, "c": 2.5}, {"a": "u", "b": 2.5, "c": 1.5},
     "the same values under other labels: the order of factor levels"),
    ({"a": -1.5}, {"a": 1.5}, "signs are flipped: contrasts, or the order of factor levels"),
    ({"a": 1.5}, {"a": 1.4567}, "one side is the other rounded: print rounding"),
    ({"a": 1.23456}, {"a": 1.11111}, "ML against REML, or a divisor n against n - p"),
    ({"a": 5.23456}, {"a": 1.11111}, "contrasts, or another model than R's")])
def test_a_cause_in_one_sentence(got: dict, expected: dict, said: str) -> None:
    assert cause(got, expected) == said


def test_nothing_short_has_no_cause() -> None:
    assert likely_cause((), {"a": 1.0}, {"a": 1.0}, "R") == ""


@pytest.mark.parametrize(("against", "said"), [
    ("R", "optimizer noise"), ("live R", "optimizer noise"), ("R tight", "an optimizer that stopped early"),
    ("live R tight", "an optimizer that stopped early")])
def test_noise_against_a_tight_fit_is_an_early_stop(against: str, said: str) -> None:
    assert cause({"a": 1.23456799123}, {"a": 1.23456789123}, against) == said


@pytest.mark.parametrize(("factor", "said"), [
    (1 + 0.99e-4, "optimizer noise"), (1 + 1.01e-4, "ML against REML"), (1.199, "ML against REML"),
    (1.201, "contrasts, or another model"), (0.801, "ML against REML"), (0.799, "contrasts, or another model")])
def test_how_far_apart(factor: float, said: str) -> None:
    values = {"a": 1.23456789123, "b": 2.34567891234}
    assert said in cause({label: value * factor for label, value in values.items()}, values)


def test_a_divisor_moves_everything_one_way() -> None:
    expected = {"a": 1.23456789123, "b": 2.34567891234}
    assert "n - p" in cause({label: value * 1.1 for label, value in expected.items()}, expected)
    assert "another model" in cause({"a": expected["a"] * 1.1, "b": expected["b"] / 1.1}, expected)
    assert "another model" in cause({"a": 2.0, "b": 0.0}, {"a": 1.23456789, "b": 0.5})


def test_zero_is_compared_absolutely() -> None:
    assert cause({"a": 1.23456e-5, "b": 0.0}, {"a": 0.0, "b": 0.0}) == "optimizer noise"
    assert "ML against REML" in cause({"a": 1.23456e-2}, {"a": 0.0})


def test_signs_and_order_of_values() -> None:
    expected = {"x[a]": 1.23456789123, "x[b]": -2.34567891234}
    flipped = {label: -value for label, value in expected.items()}
    assert "signs are flipped" in cause(flipped, expected)
    assert "signs are flipped" in cause({label: value * (1 + 5e-7) for label, value in flipped.items()}, expected)
    assert "signs" not in cause({label: value * (1 + 2e-6) for label, value in flipped.items()}, expected)
    assert "the same values under other labels" in cause({"x[a]": -2.34567891234, "x[b]": 1.23456789123}, expected)
    near = {"x[a]": 1.2345, "x[b]": 1.2346}                     # exchanged, but as near as noise is
    assert "other labels" not in cause({"x[a]": 1.2346, "x[b]": 1.2345}, near)


@pytest.mark.parametrize(("rounded", "says_so"), [
    (1.2, True), (1.23, True), (1.2345679, True), (1.23456789, False), (1.0, False)])
def test_two_to_eight_digits_are_a_print(rounded: float, says_so: bool) -> None:
    exact = {"a": 1.234567891234}
    assert ("print rounding" in cause({"a": rounded}, exact)) == says_so
    assert ("print rounding" in cause(exact, {"a": rounded})) == says_so


def test_labels_of_one_side_or_of_both() -> None:
    assert cause({"a": 1.0, "x": 1.0}, {"a": 1.0, "y": 1.0}) == (
        "labels differ (x here, y there): contrasts, or the order of factor levels")
    assert cause({"a": 1.0, "x": 1.0}, {"a": 1.0}) == "only one side has x: version drift, or an incomplete answer"
    assert cause({"a": 1.0}, {"a": 1.0, "y": 1.0}) == "only one side has y: version drift, or an incomplete answer"
    assert "missing value" in cause({"a": "NA", "b": 1.1}, {"a": 2.0, "b": 1.0})


def test_the_worst_come_first_and_an_empty_comparison_is_none() -> None:
    found = match({"a": 1.1, "b": 1.001, "c": 3.0}, {"a": 1.0, "b": 1.0, "c": 3.0}, 12, "default")
    assert [one.label for one in found.short] == ["a", "b"] and found.worst == "a" and found.compared == 3
    assert str(found.short[0]) == "a: 1.1000000000000001 where 1 is expected (1.0 digits of 12)"
    assert match({}, {}, 12, "default") == Match(0, 0.0, "", ())


def test_demanded_digits_are_met_when_reached_exactly() -> None:
    got, expected = {"a": 1.001}, {"a": 1.0}
    reached = match(got, expected, 12, "default").fewest
    assert not match(got, expected, 12, "default", demanded=reached).short
    assert match(got, expected, 0, "default", demanded=reached + 1e-9).short
    assert not match(got, expected, reached, "default").short


@pytest.mark.parametrize(("sigma", "other", "said"), [
    (3.1e-7, 1.0, "lmerTest's numerical derivatives"), (3.1e-5, 1.0, "another model"), (3.1e-7, 2.0, "another model")])
def test_degrees_of_freedom_where_sigma_is_smaller_than_lmertests_steps(sigma: float, other: float, said: str) -> None:
    expected = {"coef[Days, df]": 0.456, "coef[Days, Pr(>|t|)]": 0.2, "estimate": 1.0, "sigma": sigma}
    got = {**expected, "coef[Days, df]": 161.0, "coef[Days, Pr(>|t|)]": 1e-9, "estimate": other}
    assert said in cause(got, expected)
