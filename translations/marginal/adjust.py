"""Families of tests and intervals: adjusted p-values and critical values. R: emmeans' .adj.p.value and .adj.critval."""
from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from translations.printing.rounding import zapsmall
from translations.settings import since
from translations.stats.distributions import pf, pt, qt
from translations.stats.hypothesis_tests.multiplicity import METHODS as P_ADJUST
from translations.stats.hypothesis_tests.multiplicity import p_adjust

from .basis import EmmeansNote, Floats

OWN = ("sidak", "tukey", "scheffe", "dunnettx", "mvt")
INTERVALS = ("sidak", "tukey", "scheffe", "dunnettx", "mvt", "bonferroni", "none")


def method_named(adjust: Any) -> str:
    """An adjustment by its name or the beginning of it. Raises ValueError listing those there are."""
    known = (*OWN, *P_ADJUST)
    if isinstance(adjust, str):
        asked = adjust.upper() if adjust.lower() in ("bh", "by") else adjust.lower()
        if asked in known:
            return asked
        found = [name for name in known if asked and name.startswith(asked)]
        if len(found) == 1:
            return found[0]
    raise ValueError(f"adjust must be one of {', '.join(map(repr, known))}, not {adjust!r:.60}")


@dataclass(frozen=True)
class Family:
    """What an adjustment must know: the size of a family of means, tests in each group, whether the estimates are pairs
    (`kind`), the groups' rows, and the estimates' correlations and ranks.

    size: 0 where groups differ in their number of rows
    """

    size: float
    tests: float
    kind: str
    groups: list[Floats]
    correlation: Callable[[], Floats]
    rank: Callable[[], list[int]]

    def means_of(self, tests: float) -> float:
        """How many means have so many differences."""
        return float((1.0 + np.sqrt(1.0 + 8.0 * tests)) / 2.0)

    def fit(self, adjust: str, side: int) -> str:
        """The adjustment that is made, where the one asked for does not fit; it says so."""
        changed = adjust
        if side and changed in ("tukey", "scheffe", "dunnettx"):
            changed = _changed(changed, "not appropriate for one-sided inferences")
        if self.kind != "pairs" and changed == "tukey":
            changed = _changed(changed, "only appropriate for one set of pairwise comparisons")
        return changed


def _changed(adjust: str, reason: str) -> str:
    warnings.warn(f'Note: adjust = "{adjust}" was changed to "sidak"\nbecause "{adjust}" is {reason}', EmmeansNote,
                  stacklevel=6)
    return "sidak"


def p_values(t: Floats, df: Floats, adjust: str, side: int, family: Family) -> tuple[Floats, str]:
    """Adjusted p-values (c,) of statistics t (c,), and the note on them. side: 0, or -1 and 1 for one-sided tests."""
    if family.size and family.tests == 1 and adjust != "scheffe":
        adjust = "none"
    gaps = bool(np.isnan(t).any())
    adaptive = since("1.1-37") and adjust != "none" and gaps
    adjust = family.fit(adjust, side)
    by_group = not family.size or adaptive or adjust in ("mvt", *P_ADJUST)
    if since("1.1-37") and adjust == "none" and family.size:
        by_group = False
    df = np.where(np.isnan(df), np.inf, df)
    raw = 2.0 * pt(np.abs(t), df, lower_tail=False) if side == 0 else pt(t, df, lower_tail=side < 0)
    out, tests, size = np.empty(len(t)), family.tests, family.size
    for at, rows in enumerate(family.groups if by_group else [np.arange(len(t))]):
        if by_group:
            tests = float(max((~np.isnan(raw[rows])).sum(), 1)) if since("1.1-37") else float(len(rows))
            size = family.means_of(tests)
        if adjust in P_ADJUST:
            out[rows] = p_adjust(raw[rows], adjust, None if since("1.1-37") else len(rows))
        else:
            out[rows] = _own(adjust, t[rows], raw[rows], df[rows], tests, size, side, family, at, rows)
    return out, _note("P value", "tests", adjust, tests, size, by_group, adaptive, family)


def _own(adjust: str, t: Floats, raw: Floats, df: Floats, tests: float, size: float, side: int, family: Family, at: int,
         rows: Floats) -> Floats:
    from . import mvt, tukey

    size_of_t = np.abs(t)
    if adjust == "sidak":
        return 1.0 - (1.0 - raw) ** tests
    if adjust == "tukey":
        return tukey.ptukey(np.sqrt(2.0) * size_of_t, size, zapsmall(df), lower_tail=False)
    if adjust == "scheffe":
        rank = family.rank()[at]
        return np.asarray(pf(t**2 / rank, rank, df, lower_tail=False))
    if adjust == "dunnettx":
        return 1.0 - tukey.pdunnx(size_of_t, tests, df)
    return 1.0 - mvt.inside(t, df, family.correlation()[np.ix_(rows, rows)], -side)


def critical_values(estimate: Floats, level: float, df: Floats, adjust: str, side: int, family: Family
                    ) -> tuple[Floats, str]:
    """Multipliers (c,) of the standard errors for intervals that hold together, and the note on them."""
    if family.size and family.tests == 1 and adjust != "scheffe":
        adjust = "none"
    if adjust not in INTERVALS:
        adjust = "bonferroni"
    gaps = bool(np.isnan(estimate).any())
    adaptive = since("1.1-37") and gaps
    adjust = family.fit(adjust, side)
    by_group = not family.size or adaptive or (since("1.1-37") and adjust == "mvt")
    df = np.where(np.isnan(df), np.inf, df)
    one_family = not by_group and len(np.unique(df)) == 1 and (since("1.1-37") or adjust != "mvt")
    out, tests, size = np.empty(len(df)), family.tests, family.size
    for at, rows in enumerate([np.arange(len(df))] if one_family else family.groups):
        if by_group:
            tests = float(max((~np.isnan(estimate[rows])).sum(), 1)) if since("1.1-37") else float(len(rows))
            size = family.means_of(tests)
        out[rows] = _critical(adjust, level, df[rows], tests, size, side, family, at, rows)
    told = not since("1.1-37") and not family.size  # before the groups are counted, where the p-values' note is after
    return out, _note("Conf-level", "estimates", adjust, tests, size, by_group, adaptive, family, told)


def _critical(adjust: str, level: float, df: Floats, tests: float, size: float, side: int, family: Family, at: int,
              rows: Floats) -> Floats:
    from . import mvt, tukey

    sides = 2.0 if side == 0 else 1.0
    if adjust in ("none", "sidak", "bonferroni"):
        tail = {"none": 1.0 - level, "sidak": 1.0 - level ** (1.0 / tests), "bonferroni": (1.0 - level) / tests}[adjust]
        return -np.asarray(qt(tail / sides, df))
    if adjust == "tukey":
        return tukey.qtukey(level, size, df) / np.sqrt(2.0)
    if adjust == "scheffe":
        from scipy.special import fdtri

        rank = family.rank()[at]
        return np.sqrt(rank * fdtri(rank, np.minimum(df, 1e12), level))
    if adjust == "dunnettx":
        return tukey.qdunnx(level, tests, df)
    return mvt.critical(level, df, family.correlation()[np.ix_(rows, rows)], side)


def _note(what: str, of: str, adjust: str, tests: float, size: float, by_group: bool, adaptive: bool, family: Family,
          uncounted: bool = False) -> str:
    """The note on an adjustment, "" where there is none to make. uncounted: sizes are "(varies)"."""
    most = max(len(rows) for rows in family.groups)
    if adjust == "none" or (adjust in ("tukey", "scheffe") and (family.means_of(most) if by_group else size) < 3):
        return ""
    varies = adaptive and len(family.groups) > 1
    among, number = ("(varies)", "(varies)") if uncounted else (f"{size:.15g}", f"{tests:.15g}")
    if adjust == "tukey":
        detail = "for varying family sizes" if varies else f"for comparing a family of {among} estimates"
    elif adjust == "scheffe":
        rank = "(varies)" if by_group else str(family.rank()[0])
        detail = "with varying rank" if varies else f"with rank {rank}"
    else:
        detail = f"for varying numbers of {of}" if varies else f"for {number} {of}"
    return f"{what} adjustment: {adjust} method {detail}"
