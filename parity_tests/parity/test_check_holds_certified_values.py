"""Certified values and printed texts are held to as R's values are: each one that is changed is found, and no other.

`test_references.py` moves every value of R's answers; here are the other two kinds of reference, of every suite.
"""
from __future__ import annotations

import re

import pytest

from translations.parity import reference, text
from translations.parity.cases import Case, Suite, suites
from translations.parity.check import CERTIFIED, CHAPTER, PRINTED, answer, comparisons
from translations.parity.compare import match

from .test_check_holds_references import mutated

CASES = [(suite, case) for suite in suites() if not suite.lacks for case in suite.cases()]


def compared_with(*kinds: str) -> pytest.MarkDecorator:
    chosen = [(suite, case, kind) for suite, case in CASES for kind in kinds if kind in comparisons(suite, case)]
    return pytest.mark.parametrize(
        ("suite", "case", "kind"), [pytest.param(*one, id=f"{one[0].name}/{one[1].name}[{one[2]}]") for one in chosen])


@compared_with(CERTIFIED)
def test_every_certified_value_is_held_to_its_tolerance(suite: Suite, case: Case, kind: str) -> None:
    certified = reference.certified(suite, case.name)
    got = {label: value for label, value in answer(case, "newton").values.items() if label in certified}
    found = match(got, mutated(certified, case, "certified"), case.tolerance, "certified")
    assert {one.label for one in found.short} == set(certified)


@compared_with(CHAPTER, PRINTED)
def test_every_printed_number_and_every_line_is_held(suite: Suite, case: Case, kind: str) -> None:
    """The last digit of each number is changed, one after the other, and each line is lengthened."""
    printed = reference.transcript(suite, case.name) if kind == CHAPTER else None
    stored = text.as_chapter(printed) if printed is not None else list(
        reference.load(suite, case.name).fits[case.text_at].printed)
    assert text.match_lines(stored, stored).first is None
    for at, line in enumerate(stored):
        longer = [*stored[:at], line + ".", *stored[at + 1:]]
        assert text.match_lines(longer, stored).first is not None
        for number in re.finditer(r"\d+", line):
            last = str((int(number.group()[-1]) + 1) % 10)
            changed = [*stored[:at], line[:number.end() - 1] + last + line[number.end():], *stored[at + 1:]]
            assert text.match_lines(changed, stored).first is not None
