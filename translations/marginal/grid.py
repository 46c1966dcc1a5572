"""The reference grid, and the object that grids, means and contrasts all are. R: emmeans::ref_grid, class emmGrid."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from translations.printing import html
from translations.printing.objects import Printed
from translations.stats import generics
from translations.stats.arguments import as_labels
from translations.stats.language.expressions import name_text, number_text

from .basis import Basis, Floats
from .links import Transformation

Level = str | float | bool
Told = TypeVar("Told", bound=Any)


@dataclass(frozen=True, repr=False, eq=False)
class EmmGrid(Printed):
    """Linear functions of a model's coefficients, one a row: a reference grid, means, contrasts. R: class emmGrid.

    basis: what they are functions of; L (c, q): their rows, NaN where there is none
    levels: of each variable that tells rows apart, in order; codes (c,): which each row has
    weight (c,): observations behind a row; offset (c,) or None: what is added to L bhat
    nesting: factors within others, {"replicate": ("recipe",)}; display (c,) or None: rows that are shown
    what: of what kind an estimate is ("prediction", "contrast", "pairs"); estimate: the name of its column
    infer: whether intervals and tests are shown; level, adjust, type, null, side, delta: as `summary` takes them
    family: how many estimates were compared; by, primary: variables whose levels part the table, and the others
    averaged: over what was averaged, some: over some levels of it only; said: notes that come first
    transformation: of the response; ratios: whether the estimates are logarithms of ratios; trend: of `emtrends`
    contrasted: the variables of the means that contrasts are of
    """

    basis: Basis = field(repr=False)
    L: Floats  # noqa: N815
    levels: Mapping[str, tuple[Level, ...]]
    codes: Mapping[str, Floats]
    weight: Floats
    offset: Floats | None = None
    nesting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    display: Floats | None = None
    what: str = "prediction"
    estimate: str = "prediction"
    infer: tuple[bool, bool] = (False, False)
    level: float = 0.95
    adjust: str = "none"
    type: str = "link"
    null: float = 0.0
    side: int = 0
    delta: float = 0.0
    family: int = 0
    by: tuple[str, ...] = ()
    primary: tuple[str, ...] = ()
    averaged: tuple[str, ...] = ()
    some: bool = False
    said: tuple[str, ...] = ()
    transformation: Transformation | None = None
    ratios: bool = False
    trend: str = ""
    pairs_by: tuple[str, ...] | None = None
    is_grid: bool = False
    contrasted: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.L)

    def column(self, name: str) -> pd.Series:
        """The level of variable `name` in each row, (c,): a categorical where levels are text."""
        levels, codes = self.levels[name], self.codes[name]
        if all(isinstance(one, str) for one in levels):
            return pd.Series(categorical(codes, [str(one) for one in levels]), name=name)
        return pd.Series(np.array(levels)[codes], name=name)

    def texts_of(self, name: str) -> list[str]:
        """The levels of a variable as text."""
        return [level_text(one) for one in self.levels[name]]

    def texts(self, name: str, named: bool = False) -> list[str]:
        """The level of each row as text; `named`, after the variable's name where all levels read as numbers."""
        words = self.texts_of(name)
        used = [words[code] for code in self.codes[name].tolist()]
        return [name + text for text in used] if named and all(map(is_number, set(used))) else used

    def groups(self, names: Iterable[str]) -> list[Floats]:
        """The rows of each combination of levels of `names`, in order of occurrence. R: emmeans:::.find.by.rows."""
        names = list(names)
        if not names:
            return [np.arange(len(self))]
        ids = np.zeros(len(self), dtype=np.int64)
        for name in names:
            self.require(name)
            ids = ids * len(self.levels[name]) + self.codes[name]
        _, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
        return [np.flatnonzero(inverse == at) for at in np.argsort(first)]

    def within(self, by: Any) -> tuple[str, ...]:
        """The by-variables that `by` asks for: `...` is those that it has, None and [] none. Raises KeyError."""
        names = self.by if by is ... else tuple(as_labels([] if by is None else by, "by"))
        for name in names:
            self.require(name, "by-variable")
        return names

    def require(self, name: str, what: str = "variable") -> None:
        """Raise KeyError, listing what there is, unless `name` is one of the variables."""
        if name not in self.levels:
            known = ", ".join(one for one in self.levels if not one.startswith("."))
            raise KeyError(f"no {what} {name!r} in the reference grid; it has {known or 'none'}")

    def take(self, rows: Floats, drop: bool = True) -> EmmGrid:
        """Some of its rows, levels that are left over dropped. R: `[.emmGrid`."""
        rows = np.asarray(rows)
        codes, levels = {}, dict(self.levels)
        for name, own in self.codes.items():
            codes[name] = own[rows]
            if drop:
                seen, first = np.unique(codes[name], return_index=True)
                seen = seen[np.argsort(first)]
                place = np.full(len(levels[name]), -1)
                place[seen] = np.arange(len(seen))
                codes[name], levels[name] = place[codes[name]], tuple(self.levels[name][at] for at in seen)
        return replace(
            self, L=self.L[rows], levels=levels, codes=codes, weight=self.weight[rows],
            offset=None if self.offset is None else self.offset[rows],
            display=None if self.display is None else self.display[rows], what="[", family=len(rows), by=(),
            primary=tuple(levels), pairs_by=None,
        )

    @property
    def shown(self) -> Floats:
        """Positions of the rows that are shown."""
        return np.arange(len(self)) if self.display is None else np.flatnonzero(self.display)

    def as_data_frame(self) -> pd.DataFrame:
        """The table with R's columns, one row an estimate: levels, estimate, SE, df, and what is inferred."""
        return pd.DataFrame(generics.summary(self))

    def __repr__(self) -> str:
        kind = "reference grid" if self.is_grid else f"{self.estimate}s"
        return f"<EmmGrid: {len(self)} {kind} by {', '.join(self.levels)}>"


class Named(dict[str, Told], Printed):
    """Tables by name, which print as R's list does."""

    def __str__(self) -> str:
        return "\n".join(f"${name_text(name)}\n{one}\n" for name, one in self.items())

    def _repr_html_(self) -> str:
        return html.page("", [html.page(name, [one._repr_html_()]) for name, one in self.items()])

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(self)}>"


class EmmList(Named[EmmGrid]):
    """Means and their contrasts, or several sets of contrasts, by name. R: class emm_list."""


def first_of(e: Any) -> Any:
    """The means of a list of means and their contrasts, else `e` itself. R: the argument `which` of these methods."""
    return next(iter(e.values())) if isinstance(e, EmmList) and e else e


def categorical(codes: Floats, levels: Sequence[str], ordered: bool = False) -> Any:
    """Codes over levels that are text."""
    return pd.Categorical.from_codes(codes, dtype=_dtype(tuple(levels), ordered))


@lru_cache(maxsize=256)
def _dtype(levels: tuple[str, ...], ordered: bool) -> Any:
    """A type whose levels were looked at already: that takes pandas longer than all else."""
    texts: Any = np.array(levels, dtype=object)
    return pd.CategoricalDtype(texts, ordered)


def level_text(level: Level) -> str:
    """A level as R pastes it."""
    if isinstance(level, str):
        return level
    return ("TRUE" if level else "FALSE") if isinstance(level, bool) else number_text(float(level))


def is_number(text: str) -> bool:
    """Whether R reads a text as a number."""
    try:
        return not np.isnan(float(text))
    except ValueError:
        return False


def expanded(levels: Mapping[str, Sequence[Level]]) -> dict[str, Floats]:
    """The codes of every combination of `levels`, the first variable's varying fastest. R: expand.grid."""
    total = int(np.prod([len(own) for own in levels.values()])) if levels else 1
    codes, step = {}, 1
    for name, own in levels.items():
        codes[name] = (np.arange(total) // step) % max(len(own), 1)
        step *= max(len(own), 1)
    return codes
