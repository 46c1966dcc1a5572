"""Formulas without a response, or without a tilde, and what `update` makes of them (R: terms, update.formula)."""
from __future__ import annotations

import pytest

from translations.stats.formulas.terms import leaves, parse, update_formula


@pytest.mark.parametrize("right", ["x", "x + z", "log(x)", "0 + x:z", "offset(z) + x"])
def test_a_right_hand_side_is_read_with_and_without_its_tilde(right):
    bare, written = parse(right), parse(f"~ {right}")
    assert (bare.terms, bare.intercept, bare.offsets, bare.text) == (
        written.terms, written.intercept, written.offsets, written.text)
    assert written.response is None and bare.response is None


# R 4.2.2: deparse(update(old, new))
@pytest.mark.parametrize(("old", "new", "updated"), [
    ("y ~ x", ". ~ . + z", "y ~ x + z"),
    ("y ~ x + z", ". ~ . - z", "y ~ x"),
    ("y ~ x", "~ . + z", "y ~ x + z"),
    ("y ~ x", "log(.) ~ .", "log(y) ~ x"),
    ("y ~ x * z", ". ~ . - x:z - 1", "y ~ x + z - 1"),
    ("y ~ x", ". ~ 1", "y ~ 1"),
    ("y ~ x", ". ~ 0", "y ~ 1 - 1"),
    ("~x", "~ 0", "~1 - 1"),
    ("~x", "~ . + z", "~x + z"),
    ("~x", "y ~ .", "y ~ x"),
    ("y ~ x + offset(w)", ". ~ . + z", "y ~ x + z + offset(w)"),
    ("y ~ (x + z)^2", ". ~ . - x", "y ~ z + x:z"),
])
def test_update_writes_what_r_writes(old, new, updated):
    assert update_formula(old, new) == updated


def test_a_dot_for_too_many_columns() -> None:
    with pytest.raises(ValueError, match="too many terms"):
        parse("y ~ .", ["y", *(f"x{i}" for i in range(4000))])


@pytest.mark.parametrize(("piece", "variables"), [
    ("1 + x", ["x"]), ("(a | b:c)", ["a", "b", "c"]), ("0 + x || g", ["x", "g"]), ("~ x + log(z)", ["x", "log(z)"]),
    ("y ~ a %in% b", ["y", "a", "b"]), ("(x + z)^2 - x", ["x", "z"]), ("a / b * c", ["a", "b", "c"]), ("1", []),
    ("log(x):f + x - 1", ["log(x)", "f", "x"]),
])
def test_variables_of_a_piece(piece: str, variables: list[str]) -> None:
    assert list(leaves(piece)) == variables
