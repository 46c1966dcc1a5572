"""Answers of several releases of R in one text: the first stands whole, each other as what differs from one before it.

A layer is one fit's answer as it differs from another's:

    {"same": HASH}                       it is the other's
    {"printed": ["@@ 12", "-old", "+new"], "warnings": [...],
     "renamed": {"old label": "new label"}, "gone": [...], "added": {...}, "changed": {"label": [old, new]},
     "order": ["label", ["first", "last"], ...], "sha256": HASH}

where only what there is of it is told. Printed lines differ from line 12 on; those labels stand for each other that go
and come in the same places; "order" takes the labels, where they stand otherwise, in runs from a first to a last one.

HASH is the SHA-256 of the answer, so that a change to what a layer builds on is found.
"""
from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .compare import DOUBLE, digits, held_to, scales
from .documents import dumped
from .flatten import Scalar, Values, item_of
from .tolerances import EXACT, Tolerance, Tolerances, tolerance_for
from .warned import differences, masked


@dataclass(frozen=True)
class RAnswer:
    """R's answer with one optimizer: labelled values, printed lines, warnings."""

    values: Values
    printed: tuple[str, ...]
    warnings: tuple[str, ...]


class BrokenLayer(ValueError):
    """What a layer says of the answer below it does not fit that answer: one of them was changed by hand."""


def layer(before: RAnswer, now: RAnswer) -> dict[str, Any]:
    """What of `now` differs from `before`."""
    if sha256(before) == sha256(now):
        return {"same": sha256(now)}
    told: dict[str, Any] = {}
    if before.printed != now.printed:
        told["printed"] = _hunks(before.printed, now.printed)
    if before.warnings != now.warnings:
        told["warnings"] = list(now.warnings)
    renamed = renames(before.values, now.values)
    old: Values = {renamed.get(label, label): value for label, value in before.values.items()}
    told |= {name: what for name, what in {
        "renamed": renamed,
        "gone": [label for label in old if label not in now.values],
        "added": {label: value for label, value in now.values.items() if label not in old},
        "changed": {label: (old[label], value) for label, value in now.values.items()
                    if label in old and not _same(old[label], value)},
    }.items() if what}
    placed = [*_placed(before.values, told)]
    if placed != [*now.values]:
        told["order"] = _order(placed, [*now.values])
    return {**told, "sha256": sha256(now)}


def lay(before: RAnswer, told: Mapping[str, Any]) -> RAnswer:
    """The answer that a layer makes of the one before. Raises BrokenLayer."""
    if "same" in told:
        now = before
    else:
        try:
            values = _placed(before.values, told)
            values |= {label: _checked(values[label], old, new) for label, (old, new)
                       in told.get("changed", {}).items()}
            values = {label: values[label] for label in _reordered([*values], told.get("order", []))}
        except KeyError as error:
            raise BrokenLayer(f"there is no {error.args[0]} for it to change") from None
        now = RAnswer(values, _patched(before.printed, told.get("printed", [])),
                      tuple(told.get("warnings", before.warnings)))
    if sha256(now) != told.get("same", told.get("sha256")):
        raise BrokenLayer("it makes another answer than the one that it was made of")
    return now


def sha256(answer: RAnswer) -> str:
    """An answer's hash."""
    plain = {"printed": list(answer.printed), "warnings": list(answer.warnings), "values": dict(answer.values)}
    return hashlib.sha256(dumped(plain).encode()).hexdigest()


def without_noise(fresh: RAnswer, before: RAnswer, tolerance: Tolerances, kind: str) -> RAnswer:
    """`fresh` with R's noise taken out: what it shares with `before` but for noise is as it stands there.

    A number is noise where it shares one digit more with that before than its tolerance demands (all of a double's
    where the tolerance leaves no digit over), so that what stands in for it costs a comparison a tenth of what it
    allows. Text and warnings are noise where the masks of `warned` leave no difference.
    """
    old, names = before.values, {new: old for old, new in renames(before.values, fresh.values).items()}
    sizes = scales(old)

    def kept(label: str, value: Scalar) -> Scalar:
        name = names.get(label, label)
        if name not in old:
            return value
        allowed = _allowed(label, name, tolerance)
        size, needed = held_to(name, old[name], allowed, allowed.digits(kind), sizes)
        return old[name] if digits(value, old[name], size) >= min(needed + 1.0, DOUBLE) else value

    printed = fresh.printed
    if len(printed) == len(before.printed):
        printed = tuple(then if masked(then) == masked(line) else line
                        for line, then in zip(printed, before.printed, strict=True))
    warnings = fresh.warnings if differences(fresh.warnings, before.warnings) else before.warnings
    return RAnswer({label: kept(label, value) for label, value in fresh.values.items()}, printed, warnings)


def renames(before: Iterable[str], now: Iterable[str]) -> dict[str, str]:
    """Old labels and the new ones that stand for them: as many come as go, in each item, in the same order."""
    old, new = [*before], [*now]
    then, there = set(old), set(new)
    gone, come = [label for label in old if label not in there], [label for label in new if label not in then]
    if [*map(item_of, gone)] != [*map(item_of, come)]:
        return {}
    return dict(zip(gone, come, strict=True))


def _allowed(label: str, before: str, tolerance: Tolerances) -> Tolerance:
    """The tolerance of a label, or of the one that it had before; nothing is allowed where a case speaks of neither."""
    for name in (label, before):
        with suppress(KeyError):
            return tolerance_for(name, tolerance)
    return EXACT


def _same(one: Scalar, other: Scalar) -> bool:
    return dumped(one) == dumped(other)


def _checked(value: Scalar, old: Scalar, new: Scalar) -> Scalar:
    if value != old:
        raise BrokenLayer(f"it changes {old!r}, where {value!r} stands")
    return new


def _placed(before: Values, told: Mapping[str, Any]) -> Values:
    """The labels of the one before, renamed, without those gone, and those added at the end."""
    renamed, gone = told.get("renamed", {}), set(told.get("gone", []))
    values = {renamed.get(label, label): value for label, value in before.items()}
    return {label: value for label, value in values.items() if label not in gone} | told.get("added", {})


def _order(placed: list[str], wanted: list[str]) -> list[Any]:
    """The wanted order as runs of the one that is there: a run's first and last label, or its only one."""
    at = {label: number for number, label in enumerate(placed)}
    runs: list[list[str]] = []
    for label in wanted:
        if runs and at[runs[-1][-1]] + 1 == at[label]:
            runs[-1].append(label)
        else:
            runs.append([label])
    return [(run[0], run[-1]) if len(run) > 1 else run[0] for run in runs]


def _reordered(labels: list[str], runs: list[Any]) -> list[str]:
    at = {label: number for number, label in enumerate(labels)}
    ends = [(run, run) if isinstance(run, str) else run for run in runs]
    return [label for first, last in ends for label in labels[at[first]:at[last] + 1]] if runs else labels


def _hunks(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    told: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            told += [f"@@ {i1 + 1}", *(f"-{line}" for line in old[i1:i2]), *(f"+{line}" for line in new[j1:j2])]
    return told


def _patched(lines: tuple[str, ...], hunks: list[str]) -> tuple[str, ...]:
    found: list[str] = []
    at = 0
    for told in hunks:
        mark, text = told[:1], told[1:]
        if mark == "@":
            start = int(told.split()[1]) - 1
            found += lines[at:start]
            at = start
        elif mark == "-":
            if at >= len(lines) or lines[at] != text:
                raise BrokenLayer(f"it changes the printed line {text!r}, where "
                                  f"{lines[at] if at < len(lines) else 'nothing'!r} stands")
            at += 1
        else:
            found.append(text)
    return (*found, *lines[at:])
