"""Evaluate R expressions over the columns of a data frame.

Values are numpy arrays (float64, int64, bool or text), `Factor`s and `Columns`. The functions known are those that
model formulas use; the others raise `ValueError` naming them.
"""
from __future__ import annotations

import operator
from collections.abc import Callable
from difflib import get_close_matches
from functools import partial, reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from .expressions import Constant, Name, Node, deparse
from .factors import NUMBER_KINDS, TEXT_KINDS, Factor, as_text, make_factor
from .logic import LOGIC, logical, number, stored, text, textual, truth
from .poly import Columns, numbered, poly, scale

Variable = np.ndarray | Factor | Columns
CONSTANTS: dict[str, Any] = {"T": True, "F": False, "pi": np.pi}
REMEMBERS: dict[str, Callable[..., Columns]] = {"poly": poly, "scale": scale}


def column(data: pd.DataFrame, name: str) -> Any:
    """Column `name` as an array or `Factor`. Raises `KeyError` naming near matches when there is none."""
    try:
        series = data[name]
    except KeyError:
        if name in CONSTANTS:
            return CONSTANTS[name]
        known = [str(key) for key in data.keys()]
        near = get_close_matches(name, known, n=3)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else f"; it has {', '.join(known)}"
        raise KeyError(f"the data has no column {name!r}{hint}") from None
    if series.ndim != 1:
        raise ValueError(f"the data has {series.shape[1]} columns called {name!r}")
    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind in NUMBER_KINDS:
            return series.to_numpy()
        if dtype.kind in TEXT_KINDS:
            return _from_objects(np.asarray(series, dtype=object), name)
        raise ValueError(f"column {name!r} has type {dtype}: make it a number, text, or a factor")
    if isinstance(dtype, pd.CategoricalDtype):
        levels = as_text(dtype.categories.to_numpy())
        return Factor(series.cat.codes.to_numpy().astype(np.int64), levels, bool(dtype.ordered))
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
    raise ValueError(f"column {name!r} mixes types ({kind}): make it all numbers or all text")


def _arithmetic(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(*args: Any, **named: Any) -> Any:
        with np.errstate(divide="ignore"):
            return function(*map(number, args), **{name: number(arg) for name, arg in named.items()})

    return apply


def _log(x: Any, base: Any = None) -> Any:
    return np.log(x) if base is None else np.log(x) / np.log(base)


def _as_numeric(x: Any) -> Any:
    x = stored(x)
    return pd.to_numeric(text(x), errors="coerce").astype(float) if textual(x) else number(x)


def _combine(*args: Any) -> np.ndarray:
    return np.concatenate([np.atleast_1d(np.asarray(arg)) for arg in args])


def _colon(a: Any, b: Any) -> Any:
    if isinstance(a, Factor) and isinstance(b, Factor):
        return a.cross(b)
    step = 1.0 if a <= b else -1.0
    return np.arange(float(a), float(b) + step, step)


def _as_factor(x: Any) -> Factor:
    return x if isinstance(x, Factor) and not x.logical else make_factor(x)


def _interaction(*args: Any, sep: str = ".") -> Factor:
    crossed, *others = map(_as_factor, args)
    for other in others:
        reached = crossed.cross(other)
        # R's interaction() lets the first factor vary fastest, unlike `:`.
        at = np.arange(len(reached.levels)).reshape(len(crossed.levels), len(other.levels)).T.ravel()
        place = np.append(np.argsort(at), -1)
        levels = [f"{a}{sep}{b}" for b in other.levels for a in crossed.levels]
        crossed = Factor(place[reached.codes], levels)
    return crossed


def cut(
    x: Any, breaks: Any, labels: Any = None, include_lowest: bool = False, right: bool = True, dig_lab: int = 3,
    ordered_result: bool = False,
) -> Factor | np.ndarray:
    """Intervals of `x` as a factor labelled "(a,b]"; `breaks` are cut points or their number (R: base::cut).

    Without labels (False) their numbers from 1, NaN outside.
    """
    x, points = number(x), np.sort(np.atleast_1d(number(breaks)))
    if len(points) == 1:
        low, high = np.nanmin(x), np.nanmax(x)
        points = np.linspace(low, high, int(points[0]) + 1)
        points[[0, -1]] = low - (high - low) / 1000, high + (high - low) / 1000
    codes = np.searchsorted(points, x, side="left" if right else "right") - 1
    if include_lowest:
        codes = np.where(x == points[0 if right else -1], 0 if right else len(points) - 2, codes)
    codes = np.where(np.isnan(x) | (codes < 0) | (codes > len(points) - 2), -1, codes)
    if labels is False:
        return np.where(codes < 0, np.nan, codes + 1.0)
    names = as_text(np.atleast_1d(labels)) if labels is not None else _intervals(
        points, int(dig_lab), right, include_lowest)
    return Factor(codes.astype(np.int64), names, ordered_result)


def _intervals(points: np.ndarray, digits: int, right: bool, include_lowest: bool) -> list[str]:
    """Texts of the intervals, with as few significant digits, from `digits` to 12, as tell neighbours apart."""
    infinite = {-np.inf: "-Inf", np.inf: " Inf" if points[0] == -np.inf else "Inf"}
    shown = [infinite.get(point, f"{point:.{digits}g}") for point in points]
    if any(a == b for a, b in pairwise(shown)):
        if digits >= 12:
            return [f"Range_{i + 1}" for i in range(len(points) - 1)]
        return _intervals(points, digits + 1, right, include_lowest)
    names = [f"({a},{b}]" if right else f"[{a},{b})" for a, b in pairwise(shown)]
    if include_lowest:
        names[0 if right else -1] = f"[{shown[0]},{shown[1]}]" if right else f"[{shown[-2]},{shown[-1]}]"
    return names


def _summary(function: Callable[[np.ndarray], Any]) -> Callable[..., float]:
    def apply(x: Any, na_rm: bool = False) -> float:
        x = number(x)
        return float(function(x[~np.isnan(x)] if na_rm else x))

    return apply


def _itself(x: Any) -> Any:
    return x


def _of_number(function: Callable[..., Columns]) -> Callable[..., Columns]:
    return lambda x, *more, **named: function(np.atleast_1d(number(x)), *more, **named)


def _elementwise(names: str, *functions: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    return {name: _arithmetic(function) for name, function in zip(names.split(), functions, strict=True)}


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **_elementwise("+ - * / ^ %% %/%", lambda *x: sum(x), lambda *x: -x[0] if len(x) == 1 else x[0] - x[1],
                   operator.mul, operator.truediv, np.power, np.mod,
                   lambda x, y: np.where(np.isinf(x), x / y, np.floor_divide(x, y))),
    **_elementwise("log log2 log10 log1p exp expm1 sqrt abs", _log, np.log2, np.log10, np.log1p, np.exp, np.expm1,
                   np.sqrt, np.abs),
    **_elementwise("sign floor ceiling trunc round", np.sign, np.floor, np.ceil, np.trunc,
                   lambda x, digits=0: np.round(x, int(digits))),
    **_elementwise("sin cos tan asin acos atan sinh cosh tanh", np.sin, np.cos, np.tan, np.arcsin, np.arccos, np.arctan,
                   np.sinh, np.cosh, np.tanh),
    **_elementwise("pmin pmax cumsum rev", lambda *x: reduce(np.minimum, x), lambda *x: reduce(np.maximum, x),
                   np.cumsum, lambda x: x[::-1]),
    "mean": _summary(np.mean), "median": _summary(np.median), "min": _summary(np.min), "max": _summary(np.max),
    "sum": _summary(np.sum), "sd": _summary(partial(np.std, ddof=1)), "var": _summary(partial(np.var, ddof=1)),
    **LOGIC,
    "(": _itself, "I": _itself, "offset": number, "c": _combine, ":": _colon, "factor": make_factor,
    "as.factor": _as_factor,
    "ordered": lambda x, levels=None, labels=None: make_factor(x, levels, labels, ordered=True),
    "as.ordered": partial(make_factor, ordered=True), "droplevels": make_factor,
    "interaction": _interaction, "cut": cut,
    "as.numeric": _as_numeric, "as_numeric": _as_numeric, "as.double": _as_numeric, "as.character": text,
    "as.integer": lambda x: np.trunc(_as_numeric(x)),
    "as.logical": lambda x: logical(truth(x)),
    "as.vector": number, "length": len, **{name: _of_number(function) for name, function in REMEMBERS.items()},
}


# What R's modelling functions do that formulas here do not, and what to do instead.
INSTEAD = {
    "C": "name the contrasts in the model's argument, contrasts={'f': 'contr_sum'}",
    "bs": "compute the columns beforehand (scipy.interpolate.BSpline.design_matrix), or use poly(x, degree)",
    "ns": "compute the columns beforehand, or use poly(x, degree)",
}


def evaluate(node: Node, data: pd.DataFrame, memory: dict[str, np.ndarray] | None = None) -> Any:
    """The value of `node` with names looked up in the columns of `data`.

    `memory` is what an earlier evaluation of the same `poly()` or `scale()` call learnt; R gives it only to a call
    that is a whole variable, not to one inside another call.  Raises `KeyError` for a missing column, `ValueError`
    naming the call that failed.
    """
    if isinstance(node, Name):
        return column(data, node.id)
    if isinstance(node, Constant):
        return node.value
    function = FUNCTIONS.get(node.function)
    if function is None:
        near = get_close_matches(node.function, FUNCTIONS, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ": compute the column beforehand"
        if node.function in INSTEAD:
            hint = f": {INSTEAD[node.function]}"
        raise ValueError(f"unknown function {node.function}() in a formula{hint}")
    args = [evaluate(arg, data) for arg, name in zip(node.args, node.names, strict=True) if name is None]
    named = {k.replace(".", "_"): evaluate(arg, data) for arg, k in zip(node.args, node.names, strict=True) if k}
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
        if kind in TEXT_KINDS and value.ndim == 1:
            value = make_factor(value)
        elif kind == "b":
            value = Factor(value.astype(np.int64), ["FALSE", "TRUE"], logical=True)
        elif value.ndim == 2:
            value = Columns(value.astype(float), numbered(value.shape[1]))
        else:
            value = np.asarray(value, float)
    if np.ndim(value) == 0 and isinstance(value, np.ndarray) or len(value) != n:
        raise ValueError(f"variable lengths differ: {label} has {np.size(value)} value(s), the data {n} rows")
    return value


def gaps(value: Variable) -> np.ndarray | None:
    """Which elements are missing, or None when none is."""
    if not isinstance(value, np.ndarray):
        return value.missing
    missing = np.isnan(value)
    return missing if missing.any() else None
