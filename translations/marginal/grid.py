"""The reference grid, and the object that grids, means and contrasts all are. R: emmeans::ref_grid, class emmGrid."""
from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from translations.printing.objects import Printed
from translations.stats.evaluate import Variable
from translations.stats.expressions import Name, number_text, symbols
from translations.stats.factors import Factor, make_factor
from translations.stats.poly import Columns

from .basis import LIMIT, Basis, EmmeansNote, Floats, basis_of
from .links import Transformation

Level = str | float | bool
KEPT = 2  # a covariate of so few values keeps them. R: emm_options("cov.keep")
GRID_LIMIT = 10_000  # R: emm_options("rg.limit")


@dataclass(frozen=True, repr=False)
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
        from .summary import summarize

        return pd.DataFrame(summarize(self))

    def __str__(self) -> str:
        from .summary import summarize
        from .text import grid_text

        return grid_text(self) if self.is_grid else str(summarize(self))

    def __repr__(self) -> str:
        kind = "reference grid" if self.is_grid else f"{self.estimate}s"
        return f"<EmmGrid: {len(self)} {kind} by {', '.join(self.levels)}>"


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


def ref_grid(m: Any, at: Mapping[str, Any] | None = None, cov_reduce: Any = None, *,
             cov_keep: int | Sequence[str] = KEPT, lmer_df: str = "kenward-roger", type: str = "link",
             nesting: str | Mapping[str, Any] | None = None, offset: float | None = None, rg_limit: int = GRID_LIMIT,
             pbkrtest_limit: int = LIMIT, lmerTest_limit: int = LIMIT) -> EmmGrid:  # noqa: N803
    """The reference grid: predictions at every combination of the factors' levels, covariates at their means. R:
    emmeans::ref_grid; Searle, Speed & Milliken (1980).

    m: a model. at: levels or values of some variables, {"Days": [0, 9]}. cov_reduce: what a covariate is reduced to: a
    function of its values (mean unless given), one by name, or False to keep all. cov_keep: covariates, or how few
    values they must have, to keep their values. lmer_df: of a mixed model "kenward-roger", "satterthwaite" or
    "asymptotic". type: "response" for a transformed one. nesting: factors within others, "b %in% a", where that is not
    seen from the model. offset: its value. rg_limit: the most rows. pbkrtest_limit, lmerTest_limit: the observations
    beyond which degrees of freedom are not computed.

    Returns an EmmGrid: `.as_data_frame()` has the predictions, and `emmeans` and `joint_tests` take it.

    Raises KeyError for a variable in `at` that the model does not have, ValueError for an unknown level, method or
    type, and for a grid of more rows than rg_limit.

    >>> print(r.ref_grid(r.lm("Reaction ~ Days + Subject", r.sleepstudy()), at={"Days": [0, 9]}))
    'emmGrid' object with variables:
        Days = 0, 9
        Subject = 308, 309, 310, 330, 331, 332, 333, 334, 335, ..., 372
    """
    basis = basis_of(m, lmer_df=lmer_df, pbkrtest_limit=pbkrtest_limit, lmerTest_limit=lmerTest_limit)
    return grid_of(basis, at, cov_reduce, cov_keep, type, nesting, offset, rg_limit)


def grid_of(basis: Basis, at: Mapping[str, Any] | None = None, cov_reduce: Any = None,
            cov_keep: int | Sequence[str] = KEPT, type: str = "link", nesting: Any = None, offset: float | None = None,
            rg_limit: int = GRID_LIMIT, step: tuple[str, float] | None = None) -> EmmGrid:
    """The reference grid of a basis; `step` (variable, distance) moves it along a variable, as `emtrends` needs."""
    from .nesting import find_nests, nests_text, parse_nests, seen
    from .summary import type_of

    levels, kept = _levels(basis, dict(at or {}), cov_reduce, cov_keep)
    size = int(np.prod([float(len(own)) for own in levels.values()])) if levels else 1
    if size > rg_limit:
        raise ValueError(f"The rows of your requested reference grid would be {size}, which exceeds the limit of "
                         f"{rg_limit}: name fewer values in at=, or give rg_limit={size}")
    codes = expanded(levels)
    dependent = _dependent(basis, cov_reduce, at)
    values = {name: _values(basis.data[name], own, codes[name]) for name, own in levels.items()}
    levels, codes = dict(levels), dict(codes)
    for name, formula in dependent.items():
        values[name] = _predicted(basis, formula, _frame_of(values, size))
        levels.pop(name), codes.pop(name)
    if step is not None:
        values[step[0]] = np.asarray(values[step[0]], dtype=float) + step[1]
    L = _rows(basis, values, size)
    weight = _weights(basis, levels, codes, kept, size)
    shift = _offset(basis, values, size, offset)
    grid = EmmGrid(basis, L, {name: tuple(own) for name, own in levels.items()}, codes, weight, shift,
                   type=type_of(type), family=size, primary=tuple(levels), transformation=basis.transformation,
                   is_grid=True)
    nests = find_nests(grid) if nesting is None else parse_nests(nesting, grid)
    if not nests:
        return grid
    names = None if nesting is None else {*nests, *(one for own in nests.values() for one in own)}
    if nesting is None:
        warnings.warn(f"NOTE: A nesting structure was detected in the fitted model:\n    {nests_text(nests)}",
                      EmmeansNote, stacklevel=4)
    grid = replace(grid, nesting=nests)
    return replace(grid, display=seen(grid, names, nests))


def _levels(basis: Basis, at: dict[str, Any], cov_reduce: Any, cov_keep: int | Sequence[str]
            ) -> tuple[dict[str, list[Level]], set[str]]:
    """The levels of each variable in the grid, and the covariates that keep theirs."""
    for name in at:
        if name not in basis.data:
            raise KeyError(f"at= has {name!r}, which is no variable of the model; it has {', '.join(basis.data)}")
    few = cov_keep if isinstance(cov_keep, int) else 1
    named = set() if isinstance(cov_keep, int) else {cov_keep} if isinstance(cov_keep, str) else set(cov_keep)
    if cov_reduce is False:
        few = 99
    coerced = coerced_factors(basis)
    levels: dict[str, list[Level]] = {}
    kept: set[str] = set()
    for name, value in basis.data.items():
        if isinstance(value, Columns):
            raise ValueError(f"{name} has several columns: give each of them a name")
        given = None if name not in at else list(np.atleast_1d(np.asarray(at[name], dtype=object)))
        if isinstance(value, Factor):
            own: list[Level] = [one == "TRUE" for one in value.levels] if value.logical else list(value.levels)
            levels[name] = own if given is None else _among(name, given, own)
            continue
        unique = np.unique(np.asarray(value, dtype=float)).tolist()
        if name in coerced:
            levels[name] = unique if given is None else _among(name, given, unique)
        elif given is not None:
            levels[name] = [_number(one, name) for one in given]
        elif len(unique) > max(few, 1) and name not in named:
            reduced = _reduce(cov_reduce, name)(np.asarray(value, dtype=float))
            levels[name] = np.atleast_1d(reduced).astype(float).tolist()
        else:
            levels[name] = unique
            kept.add(name)
    return levels, kept


def _among(name: str, given: list[Any], known: list[Level]) -> list[Level]:
    words = {level_text(one): one for one in known}
    out = []
    for one in given:
        text = level_text(one.item() if isinstance(one, np.generic) else one)
        if text not in words:
            raise ValueError(f"{name} has no level {text!r}; it has {', '.join(words)}")
        out.append(words[text])
    return out


def _number(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"at= must give numbers for {name}, not {value!r:.60}") from None


def _reduce(cov_reduce: Any, name: str) -> Callable[[Floats], Any]:
    """What reduces covariate `name` to the values that it has in the grid."""
    chosen = cov_reduce.get(name) if isinstance(cov_reduce, Mapping) else cov_reduce
    if chosen is None or isinstance(chosen, bool | str):
        return np.mean
    if not callable(chosen):
        raise ValueError(f"cov_reduce must be a function, a formula such as 'x ~ f', or one of these by name, not "
                         f"{chosen!r:.60}")
    return chosen  # type: ignore[no-any-return]


def coerced_factors(basis: Basis) -> set[str]:
    """Numeric variables that the formula makes factors, as in factor(x)."""
    out = set()
    for label, node in basis.terms.variables.items():
        if label in basis.X.xlevels and not isinstance(node, Name):
            out |= {name for name in symbols(node) if not isinstance(basis.data.get(name), Factor)}
    return out & set(basis.data)


def _dependent(basis: Basis, cov_reduce: Any, at: Mapping[str, Any] | None) -> dict[str, str]:
    """Covariates that are predicted from others: {"x": "x ~ f"}."""
    given = cov_reduce.values() if isinstance(cov_reduce, Mapping) else [cov_reduce]
    found = {text.split("~")[0].strip(): text for text in given if isinstance(text, str)}
    for name, text in found.items():
        if "~" not in text or not name:
            raise ValueError(f"a formula in cov_reduce must be two-sided, 'x ~ f', not {text!r}")
        if name not in basis.data:
            raise KeyError(f"cov_reduce predicts {name!r}, which is no variable of the model; it has "
                           f"{', '.join(basis.data)}")
    return {name: text for name, text in found.items() if name not in (at or {})}


def _frame_of(variables: Mapping[str, Variable], size: int) -> pd.DataFrame:
    columns = {}
    for name, value in variables.items():
        if isinstance(value, Factor) and value.logical:
            columns[name] = pd.Series(value.codes.astype(bool))
        elif isinstance(value, Factor):
            columns[name] = pd.Series(categorical(value.codes, value.levels, value.ordered))
        else:
            columns[name] = pd.Series(np.asarray(value))
    return pd.DataFrame(columns, index=range(size))


def _predicted(basis: Basis, formula: str, table: pd.DataFrame) -> Floats:
    from translations.stats.generics import predict
    from translations.stats.lm import lm

    return np.asarray(predict(lm(formula, _frame_of(basis.data, len(basis.weights))), table), dtype=float)


def _values(variable: Variable, levels: Sequence[Level], codes: Floats) -> Variable:
    """A variable of the data at the levels that it has in the grid."""
    if not isinstance(variable, Factor):
        return np.array(levels, dtype=float)[codes]
    if variable.logical:
        return replace(variable, codes=np.array(levels, dtype=np.int64)[codes])
    place = {text: at for at, text in enumerate(variable.levels)}
    return replace(variable, codes=np.array([place[str(one)] for one in levels], dtype=np.int64)[codes])


def _rows(basis: Basis, values: Mapping[str, Variable], size: int) -> Floats:
    """The design (rows, q) of the grid; only what the formula computes of its variables goes through a frame."""
    variables: dict[str, Variable] = {}
    frame: pd.DataFrame | None = None
    for label in basis.terms.predictors:
        own = values.get(label)
        if isinstance(own, Factor) and not own.logical:
            variables[label] = own.relevel_to(basis.X.xlevels[label], label)
        elif isinstance(own, np.ndarray) and label not in basis.X.xlevels and label not in basis.X.units:
            variables[label] = own
        else:
            frame = _frame_of(values, size) if frame is None else frame
            variables[label] = basis.X.again(label, frame)
    return basis.X.of(variables, size).values


def _weights(basis: Basis, levels: Mapping[str, list[Level]], codes: Mapping[str, Floats], kept: set[str], size: int
             ) -> Floats:
    """Observations (or their prior weights) in each cell of the factors, (c,)."""
    names = [name for name in levels
             if isinstance(basis.data[name], Factor) or name in kept or name in coerced_factors(basis)]
    if not names:
        return np.ones(size)
    cell, row = np.zeros(size, dtype=np.int64), np.zeros(len(basis.weights), dtype=np.int64)
    inside = np.ones(len(basis.weights), dtype=bool)
    for name in names:
        value = basis.data[name]
        factor = value if isinstance(value, Factor) else make_factor(np.asarray(value, dtype=float))
        place = {text: at for at, text in enumerate(map(level_text, levels[name]))}
        position = np.array([place.get(text, -1) for text in factor.levels] + [-1])[factor.codes]
        inside &= position >= 0
        cell, row = cell * len(place) + codes[name], row * len(place) + position
    total = int(np.prod([len(levels[name]) for name in names]))
    counts = np.bincount(row[inside], weights=basis.weights[inside], minlength=total)
    return counts[cell].astype(float)


def _offset(basis: Basis, values: Mapping[str, Variable], size: int, given: float | None) -> Floats | None:
    if given is not None:
        return np.full(size, float(given)) if given else None
    own = basis.X.offset_for(_frame_of(values, size)) if basis.terms.offsets else None
    shift = np.full(size, basis.shift) + (0.0 if own is None else own)
    return shift if shift.any() else None
