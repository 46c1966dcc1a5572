"""Evaluate R expressions over the columns of a data frame.

Values are numpy arrays (float64, int64, bool or text), `Factor`s and `Columns`. The functions known are those that
model formulas use; the others raise `ValueError` naming them.
"""
from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from .dates import moments
from .expressions import Call, Constant, Name, Node, deparse, symbols
from .factors import NUMBER_KINDS, TEXT_KINDS, Factor, Moment, as_text, make_factor
from .functions import FUNCTIONS, REMEMBERS
from .logic import number
from .poly import Columns, numbered

Variable = np.ndarray | Factor | Columns
CONSTANTS: dict[str, Any] = {"T": True, "F": False, "pi": np.pi, "NaN": np.nan}
MISSING = Factor(np.array([-1]), ["FALSE", "TRUE"], logical=True)  # R's NA is a logical


OF_LEVELS = frozenset("factor as.factor ordered as.ordered interaction".split())
ARITHMETIC = frozenset(
    "+ - * / ^ ( I log log2 log10 log1p sqrt exp expm1 abs sin cos tan asin acos gamma lgamma".split())

Units = dict[str, Moment]


def column(data: pd.DataFrame, name: str, units: Units | None = None) -> Any:
    """Column `name` as an array, `Moment` or `Factor`. Raises `KeyError` naming near matches when there is none.

    `units` has, by column, what dates and times are counted in; those that it lacks are added.
    """
    try:
        series = data[name]
    except KeyError:
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in getattr(getattr(data, "index", None), "names", ()):
            raise KeyError(f"{name!r} is a level of the data's index: data.reset_index() makes it a column") from None
        known = [str(key) for key in data.keys()]
        near = get_close_matches(name, known, n=3)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else f"; it has {', '.join(known)}"
        raise KeyError(f"the data has no column {name!r}{hint}") from None
    if series.ndim != 1:
        raise ValueError(f"the data has {series.shape[1]} columns called {name!r}")
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in NUMBER_KINDS:
        return series.to_numpy()
    if isinstance(dtype, pd.CategoricalDtype):
        levels = as_text(dtype.categories.to_numpy())
        codes = np.asarray(series.array.codes)  # the accessor `cat` takes forty times as long
        return Factor(codes.astype(np.int64), levels, bool(dtype.ordered))
    if (times := moments(series, name, (units or {}).get(name))) is not None:
        if units is not None:
            units.setdefault(name, Moment.of([], times.kind, times.unit, times.zone))
        return times
    if isinstance(dtype, np.dtype):
        if dtype.kind in TEXT_KINDS:
            return _from_objects(np.asarray(series, dtype=object), name)
        raise ValueError(f"column {name!r} has type {dtype}: make it a number, text, or a factor")
    if isinstance(dtype, pd.StringDtype):  # text and gaps, nothing else: the values need no look
        return series.array.to_numpy(dtype=object)
    if pd.api.types.is_bool_dtype(dtype):
        return _from_objects(series.astype(object).to_numpy(), name)
    if pd.api.types.is_numeric_dtype(dtype):
        return series.to_numpy(dtype=float, na_value=np.nan) if series.hasnans else series.to_numpy()
    return _from_objects(series.astype(object).to_numpy(), name)


def _from_objects(values: np.ndarray, name: str) -> Any:
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind == "boolean":
        codes = np.array([-1 if pd.isna(value) else int(value) for value in values], dtype=np.int64)
        return Factor(codes, ["FALSE", "TRUE"], logical=True)
    if kind in ("integer", "floating", "mixed-integer-float", "decimal"):
        return np.array([np.nan if pd.isna(value) else float(value) for value in values])
    if kind in ("string", "empty"):
        return values
    has = "mixes types" if "mixed" in kind else "has values of a type"
    raise ValueError(f"column {name!r} {has} ({kind}): make it all numbers or all text")


def evaluate(
    node: Node, data: pd.DataFrame, memory: dict[str, np.ndarray] | None = None, units: Units | None = None
) -> Any:
    """The value of `node` with names looked up in the columns of `data`.

    `memory` is what an earlier evaluation of the same `poly()` or `scale()` call learnt; R gives it only to a call
    that is a whole variable, not to one inside another call. `units`: as in `column`.  Raises `KeyError` for a missing
    column, `ValueError` naming the call that failed.
    """
    if isinstance(node, Name):
        return column(data, node.id, units)
    if isinstance(node, Constant):
        if isinstance(node.value, float) and np.isnan(node.value):
            return MISSING
        return int(node.value) if node.integer and isinstance(node.value, float) else node.value
    function = FUNCTIONS.get(node.function)
    if node.function == "cbind":
        return _bound(node, data, units)
    if function is None:
        near = get_close_matches(node.function, FUNCTIONS, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ": compute the column beforehand"
        raise ValueError(f"unknown function {node.function}() in a formula{hint}")
    values = (_argument(arg, data, node.function, units) for arg in node.args)
    given = list(zip(node.names, values, strict=True))
    args = [value for name, value in given if name is None]
    if node.function in OF_LEVELS and args and node.names[0] is None:
        args[0] = _with_nan_level(args[0], node.args[0], data)
    named = {name.replace(".", "_"): value for name, value in given if name is not None}
    if memory is not None and node.function in REMEMBERS:
        named["memory"] = memory
    if node.function == "rcs":
        named["name"] = next(iter(symbols(node.args[0])), "")
    try:
        return function(*args, **named)
    except (TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        raise ValueError(f"cannot evaluate {deparse(node)}: {error}") from error


def _with_nan_level(value: Any, node: Node, data: pd.DataFrame) -> Any:
    """`value` as a factor with R's level NaN, the last, where arithmetic made one; as it is where there is none.

    R tells NaN, a result, from NA, a gap. An array of floats cannot, so a NaN counts as a result where `node` is
    arithmetic alone and none of its columns has a gap in that row.
    """
    if not (isinstance(node, Call) and isinstance(value, np.ndarray) and value.dtype.kind == "f" and _arithmetic(node)):
        return value
    made = make_factor(value)
    computed = np.isnan(value)
    for name in set(symbols(node)) & set(data.columns):
        computed &= ~np.asarray(pd.isna(data[name]))
    if not computed.any():
        return value
    return replace(made, codes=np.where(computed, len(made.levels), made.codes), levels=[*made.levels, "NaN"])


def _arithmetic(node: Node) -> bool:
    """Whether `node` is made of numbers, columns and functions that answer NaN, never NA, when they have no value."""
    if isinstance(node, Call):
        return node.function in ARITHMETIC and all(map(_arithmetic, node.args))
    return isinstance(node, Name) or isinstance(node, Constant) and not (
        isinstance(node.value, float) and np.isnan(node.value))


def _bound(node: Call, data: pd.DataFrame, units: Units | None) -> Columns:
    """R's cbind: columns called by the names of variables or arguments; matrices keep their own."""
    values: list[np.ndarray] = []
    labels: list[str] = []
    for name, arg in zip(node.names, node.args, strict=True):
        value = evaluate(arg, data, units=units)
        block = value.values if isinstance(value, Columns) else np.atleast_1d(number(value))[:, None]
        values.append(block)
        own = value.labels if isinstance(value, Columns) and block.shape[1] > 1 else None
        labels += list(own) if own else [name or (arg.id if isinstance(arg, Name) else "")]
    if not values:
        raise ValueError("cbind() needs columns")
    rows = max(map(len, values))
    values = [np.repeat(block, rows, axis=0) if len(block) == 1 else block for block in values]
    return Columns(np.hstack(values), tuple(labels) if any(labels) else numbered(len(labels)))


def _argument(node: Node, data: pd.DataFrame, caller: str, units: Units | None) -> Any:
    """The value of an argument: a function where its name is one's and no column's, as in C(f, contr.sum)."""
    if isinstance(node, Name) and node.id not in data.columns and node.id not in CONSTANTS:
        if caller == "C" and f"contr.{node.id}" in FUNCTIONS:
            return f"contr.{node.id}"
        if node.id in FUNCTIONS:
            return FUNCTIONS[node.id]
    return evaluate(node, data, units=units)


def as_variable(value: Any, n: int, label: str) -> Variable:
    """`value` as a model frame holds it: float64 (n,), `Factor` or `Columns`; text and logicals become factors.

    Raises `ValueError` naming `label` when its length is not `n` or it holds infinite values.
    """
    if not isinstance(value, (Factor, Columns)):
        value = value if isinstance(value, Moment) else np.atleast_1d(np.asarray(value))
        kind = value.dtype.kind
        if kind in TEXT_KINDS and value.ndim == 1:
            value = make_factor(value)
        elif kind == "b":
            value = Factor(value.astype(np.int64), ["FALSE", "TRUE"], logical=True)
        elif value.ndim == 2:
            value = Columns(value.astype(float), numbered(value.shape[1]))
        elif not isinstance(value, Moment):
            value = np.asarray(value, float)
    if np.ndim(value) == 0 and isinstance(value, np.ndarray) or len(value) != n:
        raise ValueError(f"variable lengths differ: {label} has {np.size(value)} value(s), the data {n} rows")
    return value


def gaps(value: Variable) -> np.ndarray | None:
    """Which elements are missing, or None when none is."""
    if not isinstance(value, np.ndarray):
        return value.missing
    return np.isnan(value) if value.size and np.isnan(value.min()) else None
