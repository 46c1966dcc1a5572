"""Printed text: how much of it is equal, and where it first differs."""
from __future__ import annotations

import pytest

from translations.parity.text import TextMatch, as_chapter, as_printed, match_lines


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
def test_how_much_of_a_text_is_equal(got: list[str], expected: list[str], found: TextMatch) -> None:
    assert match_lines(got, expected) == found


def test_a_text_as_the_chapter_and_as_r_has_it() -> None:
    assert as_chapter("a\tb\n\tc  \n\n‘x’ ’ “y”\n \n\n") == ["a    b", " c", "", "'x' ' \"y\""]
    assert as_chapter("abcdefgh\tj") == ["abcdefgh j"] and as_chapter("") == []
    assert as_printed("a \n\n b\n\n") == ["a ", "", " b", ""]


@pytest.mark.parametrize(("got", "expected", "first"), [
    (["a 1.50", "b 2"], ["a 1.50", "b 2"], None),
    (["a 1.51", "b 2"], ["a 1.50", "b 2"], "line 1, number 1 of 2: 1.51 where 1.50 is printed"),
    (["a 1.5", "b 2"], ["a 1.50", "b 2"], "line 1, number 1 of 2: 1.5 where 1.50 is printed"),
    (["a 1.50"], ["a 1.50", "b 2"], "line 2, number 2 of 2: nothing where 2 is printed"),
    (["a 1.50", "b 2", "3"], ["a 1.50", "b 2"], "line 3: 3 where nothing is printed"),
    (["a  1.50", "b 2"], ["a 1.50", "b 2"], "line 1: 'a  1.50' where 'a 1.50' is printed"),
    (["-1e-05", "x2"], ["-1e-05", "x2"], None),
])
def test_the_first_difference_is_shown(got: list[str], expected: list[str], first: str | None) -> None:
    assert match_lines(got, expected).first == first


def test_the_three_normalisations() -> None:
    printed = "Multiple R-squared:  0.849,\tAdjusted R-squared:  0.8001 \n‘a’ “b” 2 × 3\n\n"
    assert as_chapter(printed) == ["Multiple R-squared:  0.849,  Adjusted R-squared:  0.8001", "'a' \"b\" 2 x 3"]
