"""Reference grids: a model's linear functions at every combination of its variables' levels. R: emmeans::ref_grid."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from translations.stats.language.evaluate import Variable
from translations.stats.language.expressions import Name, symbols
from translations.stats.language.factors import Factor, make_factor
from translations.stats.language.poly import Columns

from . import correlated as _correlated  # noqa: F401  (which registers methods)
from . import strata as _strata  # noqa: F401  (which registers a method)
from . import text as _text  # noqa: F401  (which registers what is printed)
from .basis import LIMIT, STATIC_OFFSET, WHOLE_OFFSET, Basis, EmmeansNote, Floats, with_vcov
from .grid import EmmGrid, Level, categorical, expanded, level_text
from .nesting import find_nests, nests_text, parse_nests, seen
from .regrid import regrid as taken_to
from .summary import type_of

KEPT = 2  # a covariate of so few values keeps them. R: emm_options("cov.keep")
GRID_LIMIT = 10_000  # R: emm_options("rg.limit")


def ref_grid(m: Any, at: Mapping[str, Any] | None = None, cov_reduce: Any = None, *,
             cov_keep: int | Sequence[str] = KEPT, lmer_df: str = "kenward-roger", type: str = "link",
             nesting: str | Mapping[str, Any] | None = None, offset: float | None = None, rg_limit: int = GRID_LIMIT,
             pbkrtest_limit: int = LIMIT, lmerTest_limit: int = LIMIT, vcov_: Any = None,  # noqa: N803
             mode: str | None = None, regrid: str | None = None) -> EmmGrid:
    """The reference grid: predictions at every combination of the factors' levels, covariates at their means. R:
    emmeans::ref_grid; Searle, Speed & Milliken (1980).

    m: a model. at: levels or values of some variables, {"Days": [0, 9]}. cov_reduce: what a covariate is reduced to: a
    function of its values (mean unless given), one by name, or False to keep all. cov_keep: covariates, or how few
    values they must have, to keep their values. lmer_df: of a mixed model "kenward-roger", "satterthwaite" or
    "asymptotic". type: "response" for a transformed one. nesting: factors within others, "b %in% a", where that is not
    seen from the model. offset: its value. rg_limit: the most rows. pbkrtest_limit, lmerTest_limit: the observations
    beyond which degrees of freedom are not computed. vcov_: a covariance matrix of the coefficients, or a function of
    the model, in place of the model's own. mode: how degrees of freedom are counted: of a model by `lme`
    "containment", which is the default, "appx-satterthwaite" or "asymptotic"; by `gls` "satterthwaite", "df.error",
    "appx-satterthwaite", or "asymptotic". regrid: a scale that predictions are taken to before any is averaged, as
    `regrid` takes it, "response", "log", ...

    Returns an EmmGrid: `.as_data_frame()` has the predictions, and `emmeans` and `joint_tests` take it.

    Raises KeyError for a variable in `at` that the model does not have, ValueError for an unknown level, method or
    type, and for a grid of more rows than rg_limit.

    >>> print(r.ref_grid(r.lm("Reaction ~ Days + Subject", r.sleepstudy()), at={"Days": [0, 9]}))
    'emmGrid' object with variables:
        Days = 0, 9
        Subject = 308, 309, 310, 330, 331, 332, 333, 334, 335, ..., 372
    """
    basis = with_vcov(m, vcov_, lmer_df=lmer_df, pbkrtest_limit=pbkrtest_limit, lmerTest_limit=lmerTest_limit,
                      mode=mode)
    grid = grid_of(basis, at, cov_reduce, cov_keep, type, nesting, offset, rg_limit)
    return grid if regrid is None else taken_to(grid, regrid)


def grid_of(basis: Basis, at: Mapping[str, Any] | None = None, cov_reduce: Any = None,
            cov_keep: int | Sequence[str] = KEPT, type: str = "link", nesting: Any = None, offset: float | None = None,
            rg_limit: int = GRID_LIMIT, step: tuple[str, float] | None = None) -> EmmGrid:
    """The reference grid of a basis; `step` (variable, distance) moves it along a variable, as `emtrends` needs."""
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
    if basis.check is not None:
        basis.check(L)
    weight = _weights(basis, levels, codes, kept, size)
    shift = _offset(basis, values, size, offset)
    grid = EmmGrid(basis, L, {name: tuple(own) for name, own in levels.items()}, codes, weight, shift,
                   type=type_of(type), family=size, primary=tuple(levels), transformation=basis.transformation,
                   said=basis.said, is_grid=True)
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
    from translations.stats.linear.lm import lm

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
    shift = np.asarray(values.get(WHOLE_OFFSET, values.get(STATIC_OFFSET, np.zeros(size))), dtype=float)
    if basis.terms.offsets and WHOLE_OFFSET not in values:
        own = basis.X.offset_for(_frame_of(values, size))
        shift = shift if own is None else shift + own
    return shift if shift.any() else None
