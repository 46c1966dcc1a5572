"""Why releases of R answer otherwise: `causes.toml`, as rules that a difference fits or does not."""
from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from . import version

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Cause:
    """One rule. A difference fits it where its kind is one of `kinds`, its package came to `since` (or `until`) between
    the two releases, and all patterns of the rule are found: in the label, the older and newer text, the R script.

    `digits` is the fewest that numbers must share. A rule with `replace` fits a text that these replacements make equal
    to the other, but for blanks. `right` says which numbers are right, `names` which functions here answer otherwise.
    """

    cause: str
    kinds: tuple[str, ...]
    package: str
    since: tuple[int, ...]
    until: tuple[int, ...] | None = None
    patterns: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    replace: tuple[tuple[re.Pattern[str], str], ...] = ()
    digits: float = 0.0
    right: str = ""
    names: tuple[str, ...] = ()

    def came(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
        """Whether what the rule tells of lies between two releases, in either direction."""
        key = self.package if self.package == "R" else f"package {self.package}"
        if key not in before or key not in now:
            return False
        ends = sorted((version(before[key]), version(now[key])))
        edges = [edge for edge in (self.since, self.until) if edge is not None]
        return self.since == (0,) or any(ends[0] < edge <= ends[1] for edge in edges)

    def fits(self, kind: str, told: Mapping[str, str], digits: float) -> bool:
        """Whether a difference of some kind fits."""
        return kind in self.kinds and digits >= self.digits and all(
            _found(pattern, told[name]) for name, pattern in self.patterns.items())


@lru_cache(maxsize=100_000)
def _found(pattern: re.Pattern[str], text: str) -> bool:
    """Remembered, since one script stands behind hundreds of values."""
    return pattern.search(text) is not None


@dataclass(frozen=True)
class Known:
    """The rules that tell of what lies between two releases."""

    rules: tuple[Cause, ...]

    def of(self, kind: str, label: str, old: str, new: str, script: str, digits: float = 0.0,
           fit: str = "default", elsewhere: bool = False) -> str:
        """The cause of a difference, several joined by "; ", or "unknown".

        script: of a value, what it comes of. elsewhere: whether the older value stands under another label now.
        """
        told = {"label": label, "old": old, "new": new, "either": f"{old}\n{new}", "script": script, "fit": fit,
                "blanks": "only" if old.split() == new.split() else "", "elsewhere": "yes" if elsewhere else ""}
        used = [rule for rule in self.rules if rule.replace and rule.fits(kind, told, digits)
                and any(pattern.search(old) or pattern.search(new) for pattern, _ in rule.replace)]
        if used and _replaced(old, used) == _replaced(new, used):
            return "; ".join(rule.cause for rule in used)
        return next((rule.cause for rule in self.rules if not rule.replace and rule.fits(kind, told, digits)), UNKNOWN)


def between(before: Mapping[str, Any], now: Mapping[str, Any]) -> Known:
    """The rules that tell of what lies between the releases of two provenances."""
    return Known(tuple(rule for rule in rules() if rule.came(before, now)))


@cache
def rules() -> tuple[Cause, ...]:
    """All rules, in order: the first that fits counts."""
    table = tomllib.loads((Path(__file__).parent / "causes.toml").read_text(encoding="utf-8"))["cause"]
    return tuple(_rule(**one) for one in table)


def _rule(cause: str, kinds: list[str], package: str, since: str, until: str | None = None,
          replace: Iterable[tuple[str, str]] = (), digits: float = 0.0, right: str = "", names: Iterable[str] = (),
          **patterns: str) -> Cause:
    return Cause(cause, tuple(kinds), package, version(since), version(until) if until else None,
                 {name: re.compile(pattern, re.MULTILINE) for name, pattern in patterns.items()},
                 tuple((re.compile(pattern, re.MULTILINE), by) for pattern, by in replace), digits, right, tuple(names))


def _replaced(text: str, used: list[Cause]) -> list[str]:
    for rule in used:
        for pattern, by in rule.replace:
            text = pattern.sub(by, text)
    return sorted(text.split())  # wider columns may be printed in other blocks
