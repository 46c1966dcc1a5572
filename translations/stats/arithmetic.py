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

from .factors import Factor, Moment
from .logic import number
from .poly import Columns

LARGEST_INTEGER = 2**31 - 1
MISSING = -(2**31)  # R's NA among integers
LOG10_2 = np.log10(2.0)
MOST_DIGITS = 15  # decimal digits that a double always keeps


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


def _power_of_ten(n: int) -> float:
    """10^n by squaring, as R multiplies it: beyond 10^22 it is rounded, and its rounding is R's."""
    base, result, left = 10.0, 1.0, abs(n)
    while left:
        if left & 1:
            result *= base
        left >>= 1
        if left:
            base *= base
    return 1.0 / result if n < 0 else result


def _by_digits(rounding: Callable[[np.ndarray, float], np.ndarray]) -> Callable[[Any, Any], Any]:
    """`rounding`, which takes one number of digits, for as many as there are."""

    def apply(x: Any, digits: Any) -> Any:
        x, digits = np.broadcast_arrays(np.asarray(x, float), np.asarray(digits, float))
        result = np.where(np.isnan(digits), np.nan, x)
        for one in np.unique(digits[~np.isnan(digits)]):
            result[digits == one] = rounding(x[digits == one], float(one))
        return result[()]

    return apply


def _rounded(x: np.ndarray, digits: float) -> np.ndarray:
    if digits > 308 + MOST_DIGITS or digits == 0:
        return np.rint(x) if digits == 0 else x
    if digits < -308:
        return np.where(np.isfinite(x), 0.0, x)
    places, size = int(np.floor(digits + 0.5)), np.abs(x)
    ten, more = _power_of_ten(min(places, 308)), _power_of_ten(max(places - 308, 0))
    scaled = size * ten * more
    low = np.floor(scaled)
    below, above = low / ten / more, np.ceil(scaled) / ten / more
    to_above, to_below = above - size, size - below
    up = (to_above < to_below) | ((to_above == to_below) & (low % 2 == 1))
    # About log10 of x, from its exponent: beyond 15 digits there is nothing to round.
    enough = LOG10_2 * (np.frexp(size)[1] - 0.5) + places > MOST_DIGITS
    return np.where(~np.isfinite(x) | (x == 0) | enough, x, np.copysign(np.where(up, above, below), x))


def _significant(x: np.ndarray, digits: float) -> np.ndarray:
    places = max(int(np.floor(digits + 0.5)), 1) if np.isfinite(digits) else 23 if digits > 0 else 0
    if places > 22 or places == 0:
        return x if places else np.where(np.isfinite(x), 0.0, x)
    size = np.abs(x)
    known = np.isfinite(x) & (x != 0)
    logs = np.log10(np.where(known, size, 1.0))
    exponents = places - 1 - np.floor(logs)
    result = x.copy()
    for i in np.flatnonzero(known & (np.abs(logs) >= 306)):
        result[i] = np.copysign(_at_the_ends(float(size[i]), places, float(logs[i]), int(exponents[i])), x[i])
    for one in np.unique(exponents).astype(int).tolist():
        at = (exponents == one) & known & (np.abs(logs) < 306)
        ten, more = _power_of_ten(min(abs(one), 308)), _power_of_ten(max(one - 308, 0))
        near = np.rint(size[at] * ten * more) / ten / more if one > 0 else np.rint(size[at] / ten) * ten
        result[at] = np.copysign(near, x[at])
    return result


def _at_the_ends(size: float, places: int, log: float, exponent: int) -> float:
    """`size` near the largest or smallest number to `places` digits; R moves it there by two powers of ten."""
    first = places + (22 if exponent > 0 else -22)
    ten, more = _power_of_ten(first), _power_of_ten(exponent - first)
    half = 0.5 if 308 - log >= _power_of_ten(-places) else 0.0
    return float(np.floor(size * ten * more + half) / ten / more)


round_to, signif_to = _by_digits(_rounded), _by_digits(_significant)


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
