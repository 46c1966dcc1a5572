"""Evaluate R expressions over the columns of a data frame.

Values are numpy arrays (float64, int64, bool or text), `Factor`s and `Columns`. The functions known are those that model formulas use;
the others raise `ValueError` naming them.
"""
from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Union

import numpy as np
import pandas as pd

from .expressions import Call, Constant, Name, Node, deparse
from .factors import Factor, as_text, make_factor
from .poly import Columns, poly, scale

Variable = Union[np.ndarray, Factor, Columns]
CONSTANTS: dict[str, Any] = {"T": True, "F": False, "pi": np.pi}
REMEMBERS: dict[str, Callable[..., Columns]] = {"poly": poly, "scale": scale}


def column(data: Mapping[str, Any], name: str) -> Any:
    """Column `name` as an array or `Factor`. Raises `KeyError` naming near matches when there is none."""
    try:
        series = data[name]
    except KeyError:
        if name in CONSTANTS:
            return CONSTANTS[name]
        near = get_close_matches(name, [str(key) for key in data.keys()], n=3)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else f"; it has {', '.join(map(str, data.keys()))}"
        raise KeyError(f"the data has no column {name!r}{hint}") from None
    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind in "fiub":
            return series.to_numpy() if hasattr(series, "to_numpy") else series
        if dtype.kind in "OU":
            return _from_objects(np.asarray(series, dtype=object), name)
        raise ValueError(f"column {name!r} has type {dtype}: make it a number, text, or a factor")
    if isinstance(dtype, pd.CategoricalDtype):
        levels = as_text(dtype.categories.to_numpy())
        return Factor(series.cat.codes.to_numpy().astype(np.int64), levels, bool(dtype.ordered))
    if pd.api.types.is_bool_dtype(dtype):
        return _from_objects(series.to_numpy(dtype=object, na_value=None), name)
    if pd.api.types.is_numeric_dtype(dtype):
        return series.to_numpy(dtype=float, na_value=np.nan) if series.hasnans else series.to_numpy()
    return _from_objects(series.to_numpy(dtype=object), name)


def _from_objects(values: np.ndarray, name: str) -> Any:
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind == "boolean":
        codes = np.array([-1 if pd.isna(value) else int(value) for value in values], dtype=np.int64)
        return Factor(codes, ["FALSE", "TRUE"], logical=True)
    if kind in ("integer", "floating", "mixed-integer-float", "decimal"):
        return np.array([np.nan if pd.isna(value) else float(value) for value in values])
    if kind in ("string", "empty"):
        return values
    raise ValueError(f"column {name!r} mixes types ({kind}): make it all numbers or all text")


def number(x: Any) -> Any:
    """`x` as float64 for arithmetic; a logical counts as 0 and 1. Raises `ValueError` for factors and text."""
    if isinstance(x, Factor):
        if not x.logical:
            raise ValueError("arithmetic is not meaningful for factors")
        return np.where(x.codes < 0, np.nan, x.codes.astype(float))
    if isinstance(x, Columns):
        return x.values[:, 0] if x.values.shape[1] == 1 else x.values
    x = np.asarray(x)
    if x.dtype.kind in "OU":
        raise ValueError("non-numeric argument")
    return x.astype(float, copy=False)


def _arithmetic(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(*args: Any) -> Any:
        with np.errstate(divide="ignore"):
            return function(*(number(arg) for arg in args))

    return apply


def text(x: Any) -> np.ndarray:
    """Each element as text (R: as.character); a missing element stays None."""
    if isinstance(x, Factor):
        return np.array([*x.levels, None], dtype=object)[x.codes]
    return np.array(as_text(np.atleast_1d(np.asarray(x))), dtype=object)


def _comparison(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(a: Any, b: Any) -> Any:
        if isinstance(a, Factor) and a.ordered and function not in (operator.eq, operator.ne):
            return function(a.codes, a.levels.index(str(b)))
        textual = any(isinstance(v, (Factor, str)) and not getattr(v, "logical", False) or np.asarray(v).dtype.kind in "OU"
                      for v in (a, b) if not isinstance(v, Columns))
        return function(*((text(v) if np.ndim(v) or isinstance(v, Factor) else str(v)) for v in (a, b))) if textual \
            else function(number(a), number(b))

    return apply


def _log(x: Any, base: Any = None) -> Any:
    return np.log(x) if base is None else np.log(x) / np.log(base)


def _as_numeric(x: Any) -> Any:
    if isinstance(x, Factor) and not x.logical:
        return np.where(x.codes < 0, np.nan, x.codes + 1.0)
    if not isinstance(x, (Factor, Columns)) and np.asarray(x).dtype.kind in "OU":
        return np.array([float(value) for value in x])
    return number(x)


def _within(a: Any, b: Any) -> np.ndarray:
    if isinstance(a, Factor) or np.asarray(a).dtype.kind in "OU":
        return np.isin(text(a), text(b))
    return np.isin(number(a), number(b))


def _combine(*args: Any) -> np.ndarray:
    return np.concatenate([np.atleast_1d(np.asarray(arg)) for arg in args])


def _colon(a: Any, b: Any) -> Any:
    if isinstance(a, Factor) and isinstance(b, Factor):
        return a.cross(b)
    return np.arange(float(a), float(b) + 1)


def _interaction(*args: Any, sep: str = ".") -> Factor:
    crossed = make_factor(args[0])
    for other in map(make_factor, args[1:]):
        reached = crossed.cross(other)
        # R's interaction() lets the first factor vary fastest, unlike `:`.
        at = np.arange(len(reached.levels)).reshape(len(crossed.levels), -1).T.ravel()
        place = np.append(np.argsort(at), -1)
        levels = [f"{a}{sep}{b}" for b in other.levels for a in crossed.levels]
        crossed = Factor(place[reached.codes], levels)
    return crossed


def cut(x: Any, breaks: Any, labels: Any = None, include_lowest: bool = False, right: bool = True, dig_lab: int = 3,
        ordered_result: bool = False) -> Factor:
    """Intervals of `x` as a factor, labelled "(a,b]" (R: base::cut). `breaks` are cut points or a number of equal intervals."""
    x, points = number(x), np.sort(np.atleast_1d(number(breaks)))
    if len(points) == 1:
        low, high = np.nanmin(x), np.nanmax(x)
        points = np.linspace(low, high, int(points[0]) + 1)
        points[[0, -1]] = low - (high - low) / 1000, high + (high - low) / 1000
    codes = np.searchsorted(points, x, side="left" if right else "right") - 1
    if include_lowest:
        codes = np.where(x == points[0 if right else -1], 0 if right else len(points) - 2, codes)
    codes = np.where(np.isnan(x) | (codes < 0) | (codes > len(points) - 2), -1, codes)
    if labels is None:
        shown = next(s for digits in range(dig_lab, 17) if len(set(s := [f"{p:.{digits}g}" for p in points])) == len(points) or digits == 16)
        names = [f"{'(' if right else '['}{a},{b}{']' if right else ')'}" for a, b in zip(shown, shown[1:])]
        if include_lowest:
            names[0 if right else -1] = f"[{shown[0]},{shown[1]}]" if right else f"[{shown[-2]},{shown[-1]}]"
    else:
        names = as_text(np.atleast_1d(np.asarray(labels)))
    return Factor(codes.astype(np.int64), names, ordered_result)


def _summary(function: Callable[[np.ndarray], Any]) -> Callable[..., float]:
    def apply(x: Any, na_rm: bool = False) -> float:
        x = number(x)
        return float(function(x[~np.isnan(x)] if na_rm else x))

    return apply


def _elementwise(names: str, *functions: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    return {name: _arithmetic(function) for name, function in zip(names.split(), functions, strict=True)}


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **_elementwise("+ - * / ^ %% %/%", lambda a, b=None: +a if b is None else a + b, lambda a, b=None: -a if b is None else a - b,
                   operator.mul, operator.truediv, np.power, np.mod, np.floor_divide),
    **_elementwise("log log2 log10 log1p exp expm1 sqrt abs sign floor ceiling trunc round", _log, np.log2, np.log10, np.log1p, np.exp,
                   np.expm1, np.sqrt, np.abs, np.sign, np.floor, np.ceil, np.trunc, lambda x, digits=0: np.round(x, int(digits))),
    **_elementwise("sin cos tan asin acos atan sinh cosh tanh", np.sin, np.cos, np.tan, np.arcsin, np.arccos, np.arctan, np.sinh,
                   np.cosh, np.tanh),
    **_elementwise("pmin pmax cumsum rev", lambda *x: np.minimum.reduce(x), lambda *x: np.maximum.reduce(x), np.cumsum,
                   lambda x: x[::-1]),
    **{name: _summary(function) for name, function in {
        "mean": np.mean, "median": np.median, "min": np.min, "max": np.max, "sum": np.sum,
        "sd": lambda x: np.std(x, ddof=1), "var": lambda x: np.var(x, ddof=1)}.items()},
    **{sign: _comparison(function) for sign, function in {
        "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}.items()},
    "(": lambda x: x, "I": lambda x: x, "offset": number, "c": _combine, ":": _colon, "%in%": _within,
    "&": lambda a, b: (number(a) != 0) & (number(b) != 0), "|": lambda a, b: (number(a) != 0) | (number(b) != 0),
    "&&": lambda a, b: bool(a) and bool(b), "||": lambda a, b: bool(a) or bool(b), "!": lambda a: number(a) == 0,
    "factor": make_factor, "as.factor": lambda x: x if isinstance(x, Factor) and not x.logical else make_factor(x),
    "ordered": lambda x, levels=None, labels=None: make_factor(x, levels, labels, ordered=True),
    "as.ordered": lambda x: make_factor(x, ordered=True), "droplevels": make_factor, "interaction": _interaction, "cut": cut,
    "as.numeric": _as_numeric, "as_numeric": _as_numeric, "as.double": _as_numeric, "as.character": text,
    "as.integer": lambda x: np.trunc(_as_numeric(x)), "as.logical": lambda x: number(x) != 0, "as.vector": lambda x: number(x),
    "ifelse": lambda test, yes, no: np.where(number(test) != 0, yes, no), "is.na": pd.isna, "length": len, "poly": poly, "scale": scale,
}


def evaluate(node: Node, data: Mapping[str, Any], memory: dict[str, np.ndarray] | None = None) -> Any:
    """The value of `node` with names looked up in the columns of `data`.

    `memory` is what an earlier evaluation of the same `poly()` or `scale()` call learnt; R gives it only to a call that is a whole
    variable, not to one inside another call.  Raises `KeyError` for a missing column, `ValueError` naming the call that failed.
    """
    if isinstance(node, Name):
        return column(data, node.id)
    if isinstance(node, Constant):
        return node.value
    function = FUNCTIONS.get(node.function)
    if function is None:
        near = get_close_matches(node.function, FUNCTIONS, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ": compute the column beforehand"
        raise ValueError(f"unknown function {node.function}() in a formula{hint}")
    args = [evaluate(arg, data) for arg, name in zip(node.args, node.names) if name is None]
    named = {name.replace(".", "_"): evaluate(arg, data) for arg, name in zip(node.args, node.names) if name is not None}
    if memory is not None and node.function in REMEMBERS:
        named["memory"] = memory
    try:
        return function(*args, **named)
    except (TypeError, ValueError) as error:
        raise ValueError(f"cannot evaluate {deparse(node)}: {error}") from error


def as_variable(value: Any, n: int, label: str) -> Variable:
    """`value` as a model frame holds it: float64 (n,), `Factor` or `Columns`; text and logicals become factors.

    Raises `ValueError` naming `label` when its length is not `n` or it holds infinite values.
    """
    if not isinstance(value, (Factor, Columns)):
        value = np.asarray(value)
        kind = value.dtype.kind
        if kind in "OU" and value.ndim == 1:
            value = make_factor(value)
        elif kind == "b":
            value = Factor(value.astype(np.int64), ["FALSE", "TRUE"], logical=True)
        elif value.ndim == 2:
            value = Columns(value.astype(float), tuple(str(i + 1) for i in range(value.shape[1])) if value.shape[1] > 1 else ("",))
        else:
            value = value.astype(float, copy=False)
    if np.ndim(value) == 0 and isinstance(value, np.ndarray) or len(value) != n:
        raise ValueError(f"variable lengths differ: {label} has {np.size(value)} value(s), the data {n} rows")
    return value


def gaps(value: Variable) -> np.ndarray | None:
    """Which elements are missing, or None when none is."""
    if not isinstance(value, np.ndarray):
        return value.missing
    missing = np.isnan(value)
    return missing if missing.any() else None
