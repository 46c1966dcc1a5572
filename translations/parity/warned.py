"""Warnings against warnings: what one side says and the other does not, with R's noise masked by rule.

Noise is what the same R says otherwise of the same model, in another session or with its rows in another order. Each
rule names it and its cause. A masked warning counts once, however often it is said: whether one of many refits stays
beyond a bound is noise as well. Any other warning counts as often as it is said.
"""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Noise:
    """A part of R's messages that is noise: what it looks like, what stands for it, and why it is not steady."""

    name: str
    pattern: re.Pattern[str]
    mask: str
    why: str


def _noise(name: str, pattern: str, mask: str, why: str) -> Noise:
    return Noise(name, re.compile(pattern), mask, why)


NOISE = (
    _noise("GRADIENT", r"max\|grad\| = [-+.\de]+", "max|grad| = #",
           "lme4 takes the gradient by differences, at the point where its optimizer happened to stop"),
    _noise("COMPONENT", r"(max\|grad\| = # \(tol = [-+.\de]+, component) [\d,]+", r"\1 #",
           "which of the gradient's components is the largest, likewise"),
    _noise("EIGENVALUE", r"(eigenvalues?(?: close to zero)?:)[ \d.e+-]+", r"\1 #",
           "eigenvalues near zero of a Hessian by differences (lmerTest, lme4) are rounding in all their digits"),
)

# Python's words about code and arithmetic, of which R has none: the answer's own numbers show what they are about.
PYTHONS_OWN = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, RuntimeWarning, ImportWarning,
               ResourceWarning, BytesWarning, UnicodeWarning, SyntaxWarning)


def masked(text: str) -> str:
    """A message with what is noise in it masked."""
    for noise in NOISE:
        text = noise.pattern.sub(noise.mask, text)
    return text


def differences(got: Iterable[str], expected: Iterable[str]) -> tuple[str, ...]:
    """A sentence for each warning that is given by one side only, or more often."""
    ours, theirs = _counted(got), _counted(expected)
    missing, extra = theirs - ours, ours - theirs
    return (*(f"{_times(count)}not warned here: {text}" for text, count in missing.items()),
            *(f"{_times(count)}warned only here: {text}" for text, count in extra.items()))


def _counted(said: Iterable[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for text in said:
        put = masked(text.strip())
        counted[put] = 1 if put != text.strip() else counted[put] + 1
    return counted


def _times(count: int) -> str:
    return f"{count} times " if count > 1 else ""
