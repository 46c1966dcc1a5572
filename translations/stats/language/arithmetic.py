"""R's arithmetic on numbers: integers apart from doubles, vectors recycled, and R's own `%%`, `%/%`, round and signif.

R's integers have 32 bits: a sum or product beyond 2147483647 is NA, with a warning, where a double goes on. Columns of
whole numbers, logicals and constants such as `2L` are integers here, as they are in R; a column of floats is not. Whole
numbers too large for 32 bits are doubles, as `read.csv` makes them.
"""
from __future__ import annotations

import operator
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from translations.printing.rounding import round_half_even
from translations.printing.rounding import signif as signif_to_whole

from .factors import Factor, Moment
from .logic import number
from .poly import Columns

LARGEST_INTEGER = 2**31 - 1
MISSING = -(2**31)  # R's NA among integers


def integer(x: Any) -> np.ndarray | None:
    """`x` as int64, `MISSING` where it is, when R has an integer or a logical there; otherwise None."""
    if isinstance(x, Factor):
        return np.where(x.codes < 0, MISSING, x.codes) if x.logical else None
    if isinstance(x, Columns):
        return None
    x = np.asarray(x)
    if x.dtype.kind not in "iub" or x.size and np.abs(x.astype(float)).max() > LARGEST_INTEGER:
        return None
    return x.astype(np.int64)


def limited(values: np.ndarray, missing: Any = False) -> np.ndarray:
    """int64 `values`, or float64 with NaN where they are `missing` or, with a warning, too large for R."""
    beyond = (np.abs(values) > LARGEST_INTEGER) & ~np.asarray(missing)
    if beyond.any():
        warnings.warn("NAs produced by integer overflow: a column of floats has none", stacklevel=2)
    lost = beyond | missing
    return np.where(lost, np.nan, values.astype(float)) if lost.any() else values


def recycled(*values: Any) -> tuple[Any, ...]:
    """Arrays of one length, the shorter repeated as R repeats them; a vector beside a matrix goes down its columns."""
    values = tuple(map(np.asarray, values))
    if any(value.ndim == 2 for value in values):
        return tuple(value[:, None] if value.ndim == 1 and len(value) > 1 else value for value in values)
    longest = max((value.size for value in values if value.ndim), default=1)
    if any(value.ndim and value.size and longest % value.size for value in values):
        warnings.warn("longer object length is not a multiple of shorter object length", stacklevel=2)
    return tuple(np.resize(v, longest) if v.ndim and 1 < v.size < longest else v for v in values)


def operation(doubles: Callable[..., Any], integers: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """R's operator that is `doubles` on numbers and, where both sides are integers, `integers`."""

    def apply(*args: Any) -> Any:
        if not 1 <= len(args) <= 2:
            raise ValueError("operator needs one or two arguments")
        whole = [integer(arg) for arg in args] if integers is not None else [None]
        with np.errstate(all="ignore"):
            if integers is not None and all(one is not None for one in whole):
                sides = recycled(*whole)
                result = np.asarray(integers(*sides))
                missing = np.logical_or.reduce(np.broadcast_arrays(*(side == MISSING for side in sides)))
                return limited(result, missing)[()]
            return doubles(*recycled(*map(number, args)))

    return apply


def mathematical(function: Callable[..., Any]) -> Callable[..., Any]:
    """R's mathematical function that is `function` on float64; warns of each NaN that was none before."""

    def apply(*args: Any, **named: Any) -> Any:
        dates = [arg.kind for arg in args if isinstance(arg, Moment) and arg.kind != "difftime"]
        if dates:
            raise ValueError(f"not defined for {dates[0]}: as.numeric() makes it a number")
        values = recycled(*map(number, (*args, *named.values())))
        with np.errstate(all="ignore"):
            result = function(*values[:len(args)], **dict(zip(named, values[len(args):], strict=True)))
        if (fresh := np.isnan(result)).any():
            if (fresh & ~np.logical_or.reduce(np.broadcast_arrays(*map(np.isnan, values)))).any():
                warnings.warn("NaNs produced", stacklevel=2)
        return result

    return apply


def power(x: Any, y: Any) -> Any:
    """R's `^`: squares by multiplication, 1 to any power and any number to the power 0 are 1."""
    no_power = np.isneginf(x) & ((np.floor(y) != y) | np.isinf(y))
    return np.where(y == 2.0, x * x, np.where(no_power, np.nan, np.power(x, y)))


def quotient(x: Any, y: Any) -> Any:
    """R's `%/%` of doubles: the floor of the quotient, of its remainder too where the first one was rounded.

    Source: R's arithmetic.c, myfloor, which takes the remainder in extended precision where there is one.
    """
    q = np.divide(x, y)
    whole = np.floor(q)
    rest = np.longdouble(x) - np.longdouble(whole) * np.longdouble(y)
    exact = np.asarray(whole + np.floor(rest / y), float)
    below = np.where((q < 0) | ((x < 0) & (y > 0)) | ((x > 0) & (y < 0)), -1.0, 0.0)
    lost = (np.asarray(y) == 0) | ~np.isfinite(q) | (np.abs(q) * np.finfo(np.longdouble).eps > 1)
    return np.where(lost, q, np.where(np.abs(q) < 1, below, exact))


def modulus(x: Any, y: Any) -> Any:
    """R's `%%` of doubles, with the sign of `y`; NaN for `y` = 0.  Source: R's arithmetic.c, myfmod."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    q = x / y
    rest = np.longdouble(x) - np.longdouble(np.floor(q)) * np.longdouble(y)
    usual = np.asarray(rest - np.floor(rest / y) * y, float)
    opposite = ((x < 0) & (y > 0)) | ((y < 0) & (x > 0))
    large = (np.abs(y) * np.finfo(np.longdouble).eps > 1) & np.isfinite(x) & (np.abs(x) <= np.abs(y))
    small = np.where(np.abs(x) == np.abs(y), 0.0, np.where(opposite, x + y, x))
    return np.where(y == 0, np.nan, np.where(large, small, usual))


def _whole_quotient(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.where(y == 0, np.nan, np.floor(x / y)) if (y == 0).any() else x // y


def _whole_modulus(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.where(y == 0, np.nan, x - np.floor(x / y) * y) if (y == 0).any() else x % y


def _by_digits(rounding: Callable[[np.ndarray, float], np.ndarray]) -> Callable[[Any, Any], Any]:
    """`rounding`, which takes one number of digits, for as many as there are."""

    def apply(x: Any, digits: Any) -> Any:
        x, digits = np.broadcast_arrays(np.asarray(x, float), np.asarray(digits, float))
        result = np.where(np.isnan(digits), np.nan, x)
        for one in np.unique(digits[~np.isnan(digits)]):
            result[digits == one] = rounding(x[digits == one], float(one))
        return result[()]

    return apply


def _significant(x: np.ndarray, digits: float) -> np.ndarray:
    if np.isfinite(digits):
        return signif_to_whole(x, int(np.floor(digits + 0.5)))
    return x if digits > 0 else np.where(np.isfinite(x), 0.0, x)


round_to, signif_to = _by_digits(round_half_even), _by_digits(_significant)


def rounded(x: Any, digits: Any = 0.0) -> Any:
    """`x` to `digits` decimals, n of either: of the two neighbours the nearer, of two as near the even (R: round).

    The neighbours are the doubles nearest to the decimals beside x, and their distances are taken in doubles: 0.15 is
    nearer to 0.1, so it is 0.1.  Source: R 4.0.0's fround.c; https://CRAN.R-project.org/package=round, "r3d.C".
    """
    return round_to(*recycled(number(x), number(digits)))


def signif(x: Any, digits: Any = 6.0) -> Any:
    """`x` to `digits` significant digits, 1 to 22 (R: signif).  Source: R's fprec.c."""
    return signif_to(*recycled(number(x), number(digits)))


def logarithm(x: Any, base: Any = None) -> Any:
    """log(x), or to `base`, with the exact functions for 2 and 10 (R: log)."""
    if base is None:
        return np.log(x)
    return np.where(base == 10.0, np.log10(x), np.where(base == 2.0, np.log2(x), np.log(x) / np.log(base)))


OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operation(lambda *x: x[0] if len(x) == 1 else x[0] + x[1], lambda *x: x[0] if len(x) == 1 else x[0] + x[1]),
    "-": operation(lambda *x: -x[0] if len(x) == 1 else x[0] - x[1], lambda *x: -x[0] if len(x) == 1 else x[0] - x[1]),
    "*": operation(operator.mul, operator.mul), "/": operation(operator.truediv), "^": operation(power),
    "%%": operation(modulus, _whole_modulus), "%/%": operation(quotient, _whole_quotient),
}
