"""Numbers, text and three-valued truth as R makes them of each other: coercion, comparison, and, or, not, ifelse.

A logical is a boolean array or, when some of it is missing, a logical `Factor`.
"""
from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .collation import ranks
from .factors import TEXT_KINDS, Factor, Moment, as_text
from .poly import Columns


def number(x: Any) -> Any:
    """`x` as float64 for arithmetic; a logical counts as 0 and 1. Raises `ValueError` for factors and text."""
    if isinstance(x, Factor):
        if not x.logical:
            raise ValueError("arithmetic is not meaningful for factors")
        return np.where(x.codes < 0, np.nan, x.codes.astype(float))
    if isinstance(x, Columns):
        return x.values[:, 0] if x.values.shape[1] == 1 else x.values
    x = np.asarray(x)
    if x.dtype.kind in TEXT_KINDS:
        raise ValueError("non-numeric argument")
    return np.asarray(x, float)


def stored(x: Any) -> Any:
    """A factor's codes from 1, NaN where missing: what R stores; anything else as it is."""
    return np.where(x.codes < 0, np.nan, x.codes + 1.0) if isinstance(x, Factor) and not x.logical else x


def text(x: Any) -> np.ndarray:
    """Each element as text (R: as.character); a missing element stays None."""
    if isinstance(x, Factor):
        return np.array([*x.levels, None], dtype=object)[x.codes]
    values = x if isinstance(x, Moment) else np.atleast_1d(np.asarray(x))
    texts = np.array(as_text(values), dtype=object)
    texts[pd.isna(values)] = None
    return texts


def textual(x: Any) -> bool:
    """Whether `x` compares as text: a factor that is no logical, or text."""
    if isinstance(x, Factor):
        return not x.logical
    return not isinstance(x, Columns) and np.asarray(x).dtype.kind in TEXT_KINDS


def logical(truth: Any) -> Any:
    """A logical of 1, 0 and NaN."""
    missing = np.isnan(truth)
    if not np.any(missing):
        return truth == 1
    return Factor(np.where(missing, -1, truth).astype(np.int64), ["FALSE", "TRUE"], logical=True)


def is_logical(x: Any) -> bool:
    """Whether `x` is R's logical."""
    return x.logical if isinstance(x, Factor) else not isinstance(x, Columns) and np.asarray(x).dtype.kind == "b"


def truth(x: Any) -> Any:
    """1 where `x` is true or not 0, 0 where it is false or 0, NaN where it is missing."""
    x = number(x)
    return np.where(np.isnan(x), np.nan, x != 0)


def comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """R's comparison that `compare`, a function of the `operator` module, is for numbers, text and levels."""

    def apply(a: Any, b: Any) -> Any:
        factors = [x for x in (a, b) if isinstance(x, Factor) and not x.logical]
        if len({frozenset(x.levels) for x in factors}) > 1:
            raise ValueError("the factors have different levels")
        if factors and compare not in (operator.eq, operator.ne):
            first, *others = factors
            if not all(x.ordered for x in factors) or any(x.levels != first.levels for x in others):
                raise ValueError("only levels of ordered factors are larger or smaller, of two with the same order")
            place = {level: i for i, level in enumerate(first.levels)}
            left, right = (np.array([place.get(one, np.nan) for one in text(x)]) for x in (a, b))
        elif textual(a) or textual(b):
            left, right = text(a), text(b)
            if compare not in (operator.eq, operator.ne):
                place = ranks(one for one in {*left, *right} if one is not None)
                left, right = (np.array([place.get(one, np.nan) for one in side]) for side in (left, right))
        else:
            left, right = number(a), number(b)
        missing = pd.isna(left) | pd.isna(right)
        if np.asarray(left).dtype == object:
            left, right = left.astype(str), right.astype(str)
        return logical(np.where(missing, np.nan, compare(left, right)))

    return apply


def both(a: Any, b: Any) -> Any:
    """R's `&`: false as soon as one side is, otherwise missing when one side is."""
    a, b = truth(a), truth(b)
    return logical(np.where((a == 0) | (b == 0), 0.0, a * b))


def either(a: Any, b: Any) -> Any:
    """R's `|`: true as soon as one side is, otherwise missing when one side is."""
    a, b = truth(a), truth(b)
    return logical(np.where((a == 1) | (b == 1), 1.0, a + b))


def negation(a: Any) -> Any:
    """R's `!`."""
    return logical(1.0 - truth(a))


def if_else(test: Any, yes: Any, no: Any) -> Any:
    """`yes` where `test` is true, `no` where it is false, missing where that is; factors are codes (R: ifelse)."""
    test, yes, no = np.atleast_1d(truth(test)), stored(yes), stored(no)
    as_words = textual(yes) or textual(no)
    sides: tuple[Any, ...] = (text(yes), text(no)) if as_words else (number(yes), number(no))
    if test.ndim == 1:
        sides = tuple(np.resize(side, test.shape) if np.size(side) > 1 else side for side in sides)
    chosen = np.where(test == 1, *sides)
    chosen[np.isnan(test)] = None if as_words else np.nan
    truths = (not (test == 1).any() or is_logical(yes)) and (not (test == 0).any() or is_logical(no))
    return logical(chosen) if truths and not as_words else chosen


def is_missing(x: Any) -> Any:
    """R's is.na."""
    if isinstance(x, Factor):
        return x.codes < 0
    return pd.isna(number(x) if isinstance(x, Columns) else x)


def within(a: Any, b: Any) -> np.ndarray:
    """R's %in%, which is never missing."""
    as_words = textual(a) or textual(b)
    left, right = (text(x) if as_words else np.atleast_1d(number(x)) for x in (a, b))
    return pd.Series(left).isin(right).to_numpy()


LOGIC: dict[str, Callable[..., Any]] = {
    "==": comparison(operator.eq), "!=": comparison(operator.ne), "<": comparison(operator.lt),
    "<=": comparison(operator.le), ">": comparison(operator.gt), ">=": comparison(operator.ge),
    "&": both, "|": either, "!": negation, "ifelse": if_else, "is.na": is_missing, "%in%": within,
}
