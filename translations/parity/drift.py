"""What an upgrade of R moves in a suite: every value, label, line and warning that two releases answer otherwise.

Each has its cause, by the rules of `translations/releases/causes.toml`, or none, and is then "unknown".
"""
from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from translations.releases import causes

from . import reference
from .cases import Suite
from .check import NotInRelease
from .compare import is_number, match, show
from .flatten import item_of
from .layers import RAnswer, renames
from .reference import Reference
from .regenerate import case_of, tolerance_of
from .slices import slice_of
from .warned import differences, masked

KINDS = ("number", "label", "order", "text", "warning", "error")
UNKNOWN = "unknown"
MOVED = 4.0  # digits by which a number is known again: chance gives them to one pair in ten thousand
_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Move:
    """One thing that two releases answer otherwise.

    kind     "number", "label", "order", "text", "warning" or "error"
    where    the label, the item, or the line of the older text
    old, new what stands there, "" where nothing does
    digits   how many digits two numbers share
    cause    why, or "unknown"
    """

    suite: str
    case: str
    fit: str
    kind: str
    where: str
    old: str
    new: str
    cause: str = UNKNOWN
    digits: float | None = None

    def __str__(self) -> str:
        told = f"{self.old or 'nothing'} -> {self.new or 'nothing'}"
        if self.kind == "text":
            told = "\n".join(["", *(f"      - {line}" for line in self.old.splitlines()),
                              *(f"      + {line}" for line in self.new.splitlines())])
        shared = f" ({self.digits:.1f} digits)" if self.digits is not None else ""
        return f"{self.suite}/{self.case} ({self.fit}) {self.kind} {self.where}: {told}{shared}"


def moves(suite: Suite, case: str, old: str, new: str) -> Iterator[Move]:
    """All that moves in a case from one release to another.

    Raises NotInRelease where one of them has not what the case computes, MissingReference where a release has no
    answer of it, and what else `reference.load` raises.
    """
    if (declared := case_of(suite, case)) and (why := declared.lacks(old) or declared.lacks(new)):
        raise NotInRelease(why)
    before, now = (reference.load(suite, case, name) for name in (old, new))
    script = (suite.references / f"{case}.R").read_text(encoding="utf-8", errors="replace")
    known = causes.between(before.provenance, now.provenance)
    if before.error or now.error:
        if before.error != now.error:
            found = Move(suite.name, case, "default", "error", "", before.error, now.error)
            yield replace(found, cause=known.of("error", "", found.old, found.new, script))
        return
    for fit in [name for name in ("default", "tight") if name in before.fits and name in now.fits]:
        blank = Move(suite.name, case, fit, "", "", "", "")
        moved = [*_values(blank, suite, before, now, known, script)]
        yield from moved
        yield from _texts(blank, before.fits[fit], now.fits[fit], known, script, moved)
        for said in differences(now.fits[fit].warnings, before.fits[fit].warnings):
            gone, text = said.startswith("not") or " not warned" in said, said.split(": ", 1)[1]
            was, is_now = (text, "") if gone else ("", text)
            yield replace(blank, kind="warning", old=was, new=is_now,
                          cause=known.of("warning", "", was, is_now, script))


def _values(blank: Move, suite: Suite, before: Reference, now: Reference, known: causes.Known,
            script: str) -> Iterator[Move]:
    then, here = before.fits[blank.fit].values, now.fits[blank.fit].values
    renamed = renames(then, here)
    for old, new in renamed.items():
        yield replace(blank, kind="label", where=item_of(old), old=old, new=new,
                      cause=known.of("label", old, old, new, slice_of(script, item_of(old))))
    named = {renamed.get(label, label): value for label, value in then.items()}
    numbers: dict[str, list[float]] = {}
    for label, value in here.items():
        if is_number(value):
            numbers.setdefault(item_of(label), []).append(float(value))
    short = {one.label: one for one in match(here, named, tolerance_of(suite, blank.case), blank.fit).short}
    for label in [label for label in [*named, *here] if label in short]:
        one = short.pop(label, None)
        if one is None:
            continue
        kind = "number" if is_number(one.expected) and is_number(one.got) else "text"
        was, is_now = show(one.expected), show(one.got)
        if label not in named or label not in here:
            kind, was, is_now = "label", label if label in named else "", label if label in here else ""
        shared = one.digits if kind == "number" else None
        elsewhere = shared is not None and shared < MOVED and any(
            math.isclose(other, float(was), rel_tol=10.0**-MOVED) for other in numbers[item_of(label)])
        yield replace(blank, kind=kind, where=label, old=was, new=is_now, digits=shared,
                      cause=known.of(kind, label, was, is_now, slice_of(script, item_of(label)), shared or 0.0,
                                     blank.fit, elsewhere))
    before_of, now_of = (_by_item(side, named.keys() & here.keys()) for side in (named, here))
    for item in now_of:
        order = before_of[item], now_of[item]
        if order[0] != order[1]:
            first = next(at for at, labels in enumerate(zip(*order, strict=True)) if labels[0] != labels[1])
            yield replace(blank, kind="order", where=item, old=order[0][first], new=order[1][first],
                          cause=known.of("order", item, "\n".join(order[0]), "\n".join(order[1]),
                                         slice_of(script, item)))


def _by_item(labels: Iterable[str], common: Set[str]) -> dict[str, list[str]]:
    """Those of the labels that are common to both sides, by the item that they belong to, in their order."""
    found: dict[str, list[str]] = {}
    for label in labels:
        if label in common:
            found.setdefault(item_of(label), []).append(label)
    return found


def _texts(blank: Move, before: RAnswer, now: RAnswer, known: causes.Known, script: str,
           moved: list[Move]) -> Iterator[Move]:
    old, new = [*map(masked, before.printed)], [*map(masked, now.printed)]
    follows = next((one.cause for one in moved if one.kind in ("number", "order") and one.cause != UNKNOWN), "")
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        sides = "\n".join(old[i1:i2]), "\n".join(new[j1:j2])
        cause = known.of("text", "", *sides, script)
        squeezed = [" ".join(side.split()) for side in sides]
        if cause == UNKNOWN and squeezed[0] != squeezed[1] and len({_NUMBER.sub("#", side) for side in squeezed}) == 1:
            cause = follows or _rounding(*sides)
        yield replace(blank, kind="text", where=f"line {i1 + 1}", old=sides[0], new=sides[1], cause=cause)


def _rounding(old: str, new: str) -> str:
    """The cause where printed numbers differ by one in their last digit and nothing moves beyond a tolerance."""
    pairs = zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=False)
    for one, other in pairs:
        places = max(len(part.split("e")[0].partition(".")[2]) for part in (one, other))
        if abs(float(one) - float(other)) > 1.01 * 10.0 ** -places and max(abs(float(one)), abs(float(other))) > 1e-12:
            return UNKNOWN
    return "a last printed digit, of values that share all the digits that the case demands"
