"""The records that R's side writes (`r/runner.R`), read into answers."""
from __future__ import annotations

import re
from collections.abc import Iterable

from .flatten import Labelled, Scalar, Values
from .layers import RAnswer

Row = tuple[str, str, str, str]


class RError(RuntimeError):
    """R's own error, in R's words."""


class ScriptError(RError):
    """A script stopped: R's error with its script and line; `provenance` holds the versions that it stopped under."""

    def __init__(self, said: str, provenance: dict[str, str]) -> None:
        super().__init__(said)
        self.provenance = provenance


def rows(text: str) -> list[Row]:
    """The rows of a record file: section, label, kind, value."""
    return [tuple(_unescape(part) for part in line.split("\t")) for line in text.splitlines() if line]  # type: ignore[misc]


def answers(records: Iterable[Row]) -> tuple[dict[str, RAnswer], dict[str, str]]:
    """The answers by name of the fit, and the provenance. Raises ScriptError when R reported an error."""
    sections: dict[str, list[Row]] = {}
    for row in records:
        sections.setdefault(row[0], []).append(row)
    provenance = {label: value for _, label, _, value in sections.get("provenance", [])}
    if "error" in sections:
        raise ScriptError(sections["error"][0][3], provenance)
    fits: dict[str, RAnswer] = {
        name: RAnswer(values(sections[name]), _lines(sections, f"{name} printed"), _lines(sections, f"{name} warnings"))
        for name in ("default", "tight") if name in sections
    }
    return fits, provenance


def values(records: Iterable[Row]) -> Values:
    """Labelled values of some rows."""
    return Labelled({label: _value(kind, value) for _, label, kind, value in records})


def _value(kind: str, value: str) -> Scalar:
    if kind == "bool":
        return value == "true"
    if kind == "text":
        return value
    return int(value) if re.fullmatch(r"-?\d{1,15}", value) else float(value)


def _lines(sections: dict[str, list[Row]], name: str) -> tuple[str, ...]:
    return tuple(row[3] for row in sections.get(name, []))


def _unescape(text: str) -> str:
    return re.sub(r"\\([\\tn])", lambda found: {"\\": "\\", "t": "\t", "n": "\n"}[found[1]], text)
