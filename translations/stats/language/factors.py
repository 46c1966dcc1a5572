"""Factors: R's categorical vectors as integer codes and level texts."""
from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from translations.settings import option

from .collation import CollationWarning, collated
from .expressions import number_text
from .limits import MOST_LEVELS, require_size

NUMBER_KINDS, TEXT_KINDS = "fiub", "OU"  # of numpy's dtypes


@dataclass(frozen=True, slots=True)
class Factor:
    """`codes` (n,) int64 index `levels` from 0, -1 where missing; `logical` marks R's logicals, coded like factors.

    `sorted_text`: the levels are text in the order of `options(collate=)`, which nobody gave.
    `contrasts`: the coding that `C()` chose, None where nobody chose one.
    """

    codes: np.ndarray
    levels: list[str]
    ordered: bool = False
    logical: bool = False
    sorted_text: bool = False
    contrasts: Any = None

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def missing(self) -> np.ndarray | None:
        """Which elements are NA, or None when none is."""
        return self.codes < 0 if self.codes.size and self.codes.min() < 0 else None

    def take(self, rows: Any) -> Factor:
        """The elements at `rows`, all levels kept."""
        return replace(self, codes=self.codes[rows])

    def drop_unused(self) -> Factor:
        """Without the levels that do not occur, the others in their order (R: droplevels)."""
        known = self.codes if self.missing is None else self.codes[self.codes >= 0]
        counts = np.bincount(known, minlength=len(self.levels))
        if counts.all() or self.logical:
            return self
        used = counts > 0
        position = np.cumsum(used) - 1
        codes = np.where(self.codes >= 0, position[self.codes], -1)
        levels = [level for level, keep in zip(self.levels, used, strict=True) if keep]
        return replace(self, codes=codes, levels=levels, contrasts=None)

    def with_contrasts(self, contrasts: Any) -> Factor:
        """The same factor, coded by `contrasts` in a model."""
        return replace(self, contrasts=contrasts)

    def relevel_to(self, levels: list[str], name: str) -> Factor:
        """The same elements over `levels`. Raises `ValueError` naming levels of `name` that are not among them."""
        new = [level for level in self.drop_unused().levels if level not in set(levels)]
        if new:
            raise ValueError(f"factor {name} has new level{'s' * (len(new) > 1)} {', '.join(map(repr, new))}")
        return self.matched(levels)

    def matched(self, levels: list[str]) -> Factor:
        """The same elements over `levels`, missing where theirs is not among them."""
        place = {level: i for i, level in enumerate(levels)}
        position = np.array([place.get(level, -1) for level in self.levels] + [-1], dtype=np.int64)
        return replace(self, codes=position[self.codes], levels=levels, sorted_text=False)

    def cross(self, other: Factor) -> Factor:
        """Each combination `a:b` that could occur, the levels of `other` varying fastest (R: `:` between factors)."""
        gaps = (self.codes < 0) | (other.codes < 0)
        require_size(len(self.levels) * len(other.levels), "the combinations of two factors", MOST_LEVELS)
        codes = np.where(gaps, -1, self.codes * len(other.levels) + other.codes)
        return Factor(codes, [f"{a}:{b}" for a in self.levels for b in other.levels])

    def cross_seen(self, other: Factor) -> Factor:
        """`cross` without the combinations that do not occur: of factors with many levels there are too many."""
        gaps, k = (self.codes < 0) | (other.codes < 0), len(other.levels)
        pairs, codes = np.unique(np.where(gaps, -1, self.codes * k + other.codes), return_inverse=True)
        missing = int(gaps.any())
        levels = [f"{self.levels[pair // k]}:{other.levels[pair % k]}" for pair in pairs[missing:].tolist()]
        return Factor(codes - missing, levels)


class Moment(np.ndarray):
    """float64 numbers that are dates, times or time differences: `kind` is R's class, `unit` what is counted.

    `zone` is the time zone in which times are written, None for UTC. Arithmetic takes it as the numbers it holds.
    """

    kind: str
    unit: str
    zone: Any

    @classmethod
    def of(cls, values: Any, kind: str, unit: str, zone: Any = None) -> Moment:
        """`values` as such numbers."""
        made = np.atleast_1d(np.array(values, dtype=float)).view(cls)
        made.kind, made.unit, made.zone = kind, unit, zone
        return made

    def __array_finalize__(self, made_of: Any) -> None:
        for name in ("kind", "unit", "zone"):
            setattr(self, name, getattr(made_of, name, None))

    def __reduce__(self) -> Any:
        return Moment.of, (np.asarray(self), self.kind, self.unit, self.zone)

    def texts(self) -> list[str]:
        """Each element as R writes it: a date, a time to the second unless all are midnights, or a number."""
        numbers = np.asarray(self)
        if self.kind == "difftime":
            return [number_text(one) for one in numbers.tolist()]
        times = [None if np.isnan(one) else datetime.fromtimestamp(one, self.zone or UTC)
                 for one in (numbers * (86400.0 if self.kind == "Date" else 1.0)).tolist()]
        clock = self.kind != "Date" and any(one is not None and (one.hour or one.minute or one.second) for one in times)
        form = "%Y-%m-%d" + " %H:%M:%S" * clock
        return ["NA" if one is None else one.strftime(form) for one in times]


def as_text(values: np.ndarray) -> list[str]:
    """Each element as R's `as.character` writes it: numbers with up to 15 significant digits, integers whole."""
    if isinstance(values, Moment):
        return values.texts()
    if values.dtype.kind == "f":
        plain = (np.abs(values) < 1e5) & (values == np.floor(values))  # never shorter in scientific notation
        if plain.all():
            return list(map(str, values.astype(np.int64).tolist()))
        return [str(int(one)) if whole else number_text(one)
                for one, whole in zip(values.tolist(), plain.tolist(), strict=True)]
    if values.dtype.kind == "b":
        return ["TRUE" if value else "FALSE" for value in values]
    return list(map(str, values.tolist()))


def make_factor(
    x: Any, levels: Sequence[Any] | None = None, labels: Sequence[Any] | None = None, ordered: bool | None = None
) -> Factor:
    """A factor of `x` (R: factor). Unused levels of a factor are dropped; new levels are sorted, text as
    `options(collate=)` says.
    """
    if isinstance(x, Factor):
        made = replace(x, logical=False, contrasts=None).drop_unused()
    else:
        made = _from_array(x if isinstance(x, Moment) else np.atleast_1d(np.asarray(x)))
    if levels is not None:
        names = as_text(np.atleast_1d(levels))
        if twice := next((i for i, name in enumerate(names) if name in names[:i]), None):
            raise ValueError(f"factor level [{twice + 1}] is duplicated: {names[twice]!r}")
        made = made.matched(names)
    if ordered is not None:
        made = replace(made, ordered=ordered)
    return made if labels is None else labelled(made, as_text(np.atleast_1d(labels)))


def _from_array(values: np.ndarray) -> Factor:
    if values.dtype.kind in TEXT_KINDS:
        codes, unique = pd.factorize(values)
        texts = as_text(np.asarray(unique))
        levels = collated(dict.fromkeys(texts))
        place = {text: i for i, text in enumerate(levels)}
        order = np.array([place[text] for text in texts] + [-1], dtype=np.int64)
        return Factor(order[codes], levels, sorted_text=True)
    codes, unique = _ranked(np.asarray(values))
    texts = as_text(Moment.of(unique, values.kind, values.unit, values.zone) if isinstance(values, Moment) else unique)
    apart = not isinstance(values, Moment) and bool((np.diff(unique) > 1e-13 * np.abs(unique[1:])).all())
    levels = texts if apart else list(dict.fromkeys(texts))
    if len(levels) < len(texts):  # what differs in the 16th digit is one level
        place = {text: i for i, text in enumerate(levels)}
        codes = np.array([place[text] for text in texts] + [-1], dtype=np.int64)[codes]
    return Factor(codes, levels)


def _ranked(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The place of each of the numbers among those that occur, in order, -1 for NaN, and the numbers that occur."""
    least, most = (values.min(), values.max()) if values.size and values.dtype == float else (0.0, np.inf)
    if not most - least < 4 * len(values) or (values != np.floor(values)).any():
        return pd.factorize(values, sort=True)
    above = (values - least).astype(np.int64)  # whole numbers that lie close are counted, not sorted
    seen = np.zeros(int(most - least) + 1, dtype=bool)
    seen[above] = True
    return (np.cumsum(seen) - 1)[above], np.flatnonzero(seen) + least


def labelled(made: Factor, labels: list[str]) -> Factor:
    """`made` with other names for its levels, in their order; levels of one name are one level."""
    if len(labels) == 1 and len(made.levels) > 1:
        labels = [f"{labels[0]}{i + 1}" for i in range(len(made.levels))]
    if len(labels) != len(made.levels):
        raise ValueError(f"invalid labels: {len(labels)} for {len(made.levels)} levels")
    place = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    codes = np.array([place[label] for label in labels] + [-1], dtype=np.int64)[made.codes]
    return replace(made, codes=codes, levels=list(place), sorted_text=False)


def warn_of_order(factors: Mapping[str, Factor]) -> None:
    """Warn of each factor made from text whose first level is another one by code point, pandas' order."""
    for label, factor in factors.items():
        if not factor.sorted_text or not factor.levels or option("collate") == "C":
            continue
        if (first := min(factor.levels)) != factor.levels[0]:
            shown = ", ".join(factor.levels[:3]) + ", ..." * (len(factor.levels) > 3)
            message = (
                f"the text {label} has the levels {shown} in R's order, so {factor.levels[0]!r} comes first; by code "
                f"point it would be {first!r}, with other coefficients: options(collate='C')")
            warnings.warn(message, CollationWarning, stacklevel=5)
