"""Formulas of mixed models taken apart, as lme4 does it."""

from __future__ import annotations

import re

import pytest

from translations.lme4.formula import split

from .stored_parts import STORED, listed


@pytest.mark.parametrize(("formula", "words"), [
    ("y ~ x + (1 | 3)", "3 is not a grouping factor"), ("y ~ x + (0 || g)", r"\(0 \|\| g\) has no effects"),
    ("y ~ x || g", r"parentheses: \(x \|\| g\)"), ("y", "'y' must be two-sided"), ("~ x + (1 | g)", "two-sided"),
    ("y ~ x", "No random effects terms specified in formula 'y ~ x'")])
def test_formulas_without_their_parts(formula: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        split(formula)


def test_a_slash_in_parentheses_is_read() -> None:
    """lme4 1.1-31 cannot parse it."""
    assert [bar.label for bar in split("y ~ x + (1 | (g/h))").bars] == ["1 | h:g", "1 | g"]
    assert split("y ~ (1 | g)").fixed == "y ~ 1"


@pytest.mark.parametrize("formula", STORED["formulas"])
def test_formulas_are_taken_apart_as_lme4_takes_them(formula: str) -> None:
    ours, theirs = split(formula), STORED["formulas"][formula]
    fixed = ours.fixed if re.search(r"~.*[^\s(]", theirs["fixed"]) else theirs["fixed"]
    assert [bar.label for bar in ours.bars] == listed(theirs["bars"])
    assert ours.text == theirs["text"] and fixed == theirs["fixed"]
    assert ours.written == formula
