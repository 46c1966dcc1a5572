"""Printed text against printed text: equal in every character, else the first number or line that differs."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from itertools import zip_longest

_NUMBER = re.compile(r"(?<![\w.\[])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w])")
_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "×": "x"})


@dataclass(frozen=True)
class TextMatch:
    """What came of comparing two texts.

    numbers   how many numbers the expected text prints
    equal     how many of them, in order, are printed the same
    digits    the fewest significant digits that one of those numbers prints
    first     where the texts part: None when they are equal
    """

    numbers: int
    equal: int
    digits: int
    first: str | None


def as_chapter(text: str) -> list[str]:
    """Lines after the three normalisations that a transcript has been through.

    Tabs are blanks up to the next fourth column (counted behind the transcript's `## `), and blanks at the end of a
    line are gone; quotes are straight; a times sign is an x.
    """
    lines = [f"## {line}".expandtabs(4)[3:].rstrip() for line in text.translate(_STRAIGHT).splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def as_printed(text: str) -> list[str]:
    """Lines as they are."""
    return text.splitlines()


def match_lines(got: list[str], expected: list[str]) -> TextMatch:
    """Compare two texts, line by line and number by number."""
    want, have = _numbers(expected), _numbers(got)
    equal = 0
    for (_, number), (_, other) in zip(want, have, strict=False):
        if number != other:
            break
        equal += 1
    return TextMatch(len(want), equal, min((_significant(number) for _, number in want), default=0),
                     _parting(got, expected, want, have, equal))


def beside(got: list[str], expected: list[str], around: int = 2, most: int = 40) -> tuple[tuple[str, str, str], ...]:
    """Two texts side by side where they part: R's line, a mark ("" the same, "|" other, "<" R's alone, ">" ours alone),
    our line; `around` equal lines beside, "..." for those left out.
    """
    found: list[tuple[str, str, str]] = []
    matcher = SequenceMatcher(None, expected, got, autojunk=False)
    for group in matcher.get_grouped_opcodes(around):
        if found or group[0][1] or group[0][3]:
            found.append(("...", "", "..."))
        for kind, a, b, c, d in group:
            for left, right in zip_longest(expected[a:b], got[c:d]):
                mark = "" if kind == "equal" else "<" if right is None else ">" if left is None else "|"
                found.append(((left or "").expandtabs(), mark, (right or "").expandtabs()))
    return tuple(found[:most]) + ((("...", "", "..."),) if len(found) > most else ())


def columns(lines: Sequence[tuple[str, str, str]], width: int = 78) -> list[str]:
    """Lines of `beside` as text, R's at the left; long ones are cut where both would not fit into twice `width`."""
    if not lines:
        return []
    column = min(max(len(left) for left, _, _ in lines), width)
    head = f"{'R':{column}}   Python"
    return [head, *(f"{left[:column]:{column}} {mark or ' '} {right[:width]}".rstrip() for left, mark, right in lines)]


def _parting(got: list[str], expected: list[str], want: list[tuple[int, str]], have: list[tuple[int, str]],
             equal: int) -> str | None:
    if got == expected:
        return None
    if equal < len(want):
        line, number = want[equal]
        other = have[equal][1] if equal < len(have) else "nothing"
        return f"line {line}, number {equal + 1} of {len(want)}: {other} where {number} is printed"
    if len(have) > equal:
        return f"line {have[equal][0]}: {have[equal][1]} where nothing is printed"
    for line, (ours, theirs) in enumerate(zip(got, expected, strict=False), 1):
        if ours != theirs:
            return f"line {line}: {ours!r} where {theirs!r} is printed"
    return f"{len(got)} lines where {len(expected)} are printed"


def _numbers(lines: list[str]) -> list[tuple[int, str]]:
    return [(line, found) for line, text in enumerate(lines, 1) for found in _in_line(text)]


@lru_cache(maxsize=4096)
def _in_line(text: str) -> tuple[str, ...]:
    """The numbers of one line: what is compared more than once is read once."""
    return tuple(_NUMBER.findall(text))


@cache
def _significant(number: str) -> int:
    mantissa = re.split("[eE]", number)[0]
    return len(str(int(re.sub(r"\D", "", mantissa))))
