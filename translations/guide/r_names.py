"""Which names are functions of R's packages: those on the machines where `scripts/r_names.R` was run."""
from __future__ import annotations

from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_suffix(".txt")
_FIRST = ("base", "stats", "utils", "graphics", "lme4", "nlme", "dplyr", "tidyr", "ggplot2")  # of several that have it


@cache
def _table() -> dict[str, list[str]]:
    return {words[0]: words[1:] for words in map(str.split, TABLE.read_text(encoding="utf-8").splitlines())}


def of(package: str) -> list[str]:
    """A package's functions; none of one that is not known."""
    return _table().get(package, [])


def all_packages() -> list[str]:
    """The packages whose functions are known."""
    return list(_table())


@cache
def packages() -> dict[str, str]:
    """A package of each function's."""
    table = _table()
    order = [*_FIRST, *(one for one in table if one not in _FIRST)]
    return {name: package for package in reversed(order) for name in table[package]}
