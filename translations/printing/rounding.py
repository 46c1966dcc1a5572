"""R's rounding: `round`, `signif`, `zapsmall`, element by element in double precision as R ≥ 4.0 does it."""
from __future__ import annotations

import math

import numpy as np

from translations.settings import option

_MAX_EXPONENT = 308          # of ten, in a double
_DOUBLE_DIGITS = 15


def round_half_even(x: np.ndarray, digits: float = 0) -> np.ndarray:
    """`x` rounded to `digits` decimals (negative: tens, hundreds, ...). R: round(), src/nmath/fround.c.

    Of the two neighbours ⌊x·10^d⌋/10^d and ⌈x·10^d⌉/10^d the closer one in double precision, the even one in a tie; `x`
    itself when it has no more than 15 digits to keep.
    """
    x = np.asarray(x, float)
    if digits > _MAX_EXPONENT + _DOUBLE_DIGITS:
        return x
    if digits == 0:
        return np.rint(x)
    if digits < -_MAX_EXPONENT:
        return np.where(np.isfinite(x), 0.0, x)
    digits = int(np.floor(digits + 0.5))
    result = x.copy()
    magnitude = np.log10(2) * (np.frexp(np.abs(x))[1] - 0.5)         # about log10 |x|
    todo = np.isfinite(x) & (x != 0) & (magnitude + digits <= _DOUBLE_DIGITS)
    r = np.abs(x[todo])
    first, second = _power_of_ten(min(digits, _MAX_EXPONENT)), _power_of_ten(max(0, digits - _MAX_EXPONENT))
    scaled = r * first * second
    low, high = np.floor(scaled) / first / second, np.ceil(scaled) / first / second
    up, down = high - r, r - low
    odd = np.floor(scaled) % 2 == 1
    result[todo] = np.copysign(np.where((up < down) | (odd & (up == down)), high, low), x[todo])
    return result


def _power_of_ten(n: int) -> float:
    """10^n by repeated squaring, as R_pow_di multiplies it: beyond 10^22 it is rounded, and its rounding is R's."""
    result, base, left = 1.0, 10.0, abs(n)
    while left:
        if left & 1:
            result *= base
        left >>= 1
        base *= base if left else 1.0
    return 1.0 / result if n < 0 else result


def signif(x: np.ndarray | float, digits: int = 6) -> np.ndarray:
    """`x` rounded to `digits` ≥ 1 significant digits, untouched for more than 22. R: signif(), src/nmath/fprec.c."""
    x = np.asarray(x, float)
    if digits > 22:
        return x
    digits, size, known = max(1, digits), np.abs(x), np.isfinite(x) & (x != 0)
    logs = np.log10(np.where(known, size, 1.0))
    powers = np.where(known, digits - 1 - np.floor(logs), 0.0).astype(int)
    extreme = np.abs(logs) >= _MAX_EXPONENT - 2
    result = x.copy()
    for i in np.flatnonzero(known & extreme):
        result.flat[i] = _signif_of_extreme(size.flat[i], digits, logs.flat[i], int(powers.flat[i]))
    for power in np.unique(powers[known & ~extreme]).tolist():
        at = (powers == power) & known & ~extreme
        first, second = _power_of_ten(min(abs(power), _MAX_EXPONENT)), _power_of_ten(max(0, power - _MAX_EXPONENT))
        near = np.rint(size[at] * first * second) / first / second if power > 0 else np.rint(size[at] / first) * first
        result[at] = near
    return np.where(known, np.copysign(result, x), x)


def _signif_of_extreme(size: float, digits: int, log: float, power: int) -> float:
    """Near the largest or smallest number: scaled in two steps, lest a power of ten over- or underflow."""
    step = digits + (22 if power > 0 else -22)
    first, second = _power_of_ten(step), _power_of_ten(power - step)
    half = 0.5 if _MAX_EXPONENT - log >= _power_of_ten(-digits) else 0.0
    return math.floor(size * first * second + half) / first / second


def signif_one(x: float, digits: int) -> float:
    """`signif` of one number."""
    return float(signif(x, digits))


def zapsmall(x: np.ndarray, digits: int | None = None) -> np.ndarray:
    """`x` rounded to `digits`, by default the option's, of its largest element, so that what is negligible beside that
    becomes 0. R 4.2: base::zapsmall.
    """
    x = np.asarray(x, float)
    digits = option("digits") if digits is None else digits
    known = np.abs(x[~np.isnan(x)])
    largest = known.max() if len(known) else 0.0
    keep = max(0.0, digits - math.log10(largest)) if largest > 0 else digits
    return round_half_even(x, keep)
