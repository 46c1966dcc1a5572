"""How R writes numbers: the fewest digits that show every element, common decimals, fixed or scientific by width.

R scales a number by a power of ten in 80-bit long double before it counts digits (src/main/format.c, scientific()),
which now and then differs from correct rounding: 0.15 with one digit prints as 0.1, for the double lies below 0.15 but
its scaled value rounds to 1.5 and then to even. The same arithmetic is done here: by numpy's longdouble where that is
the 80-bit type, by exact rationals rounded to 64 bits elsewhere.
"""
from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from translations.settings import option

NA = float(np.array([0x7FF80000000007A2], np.uint64).view(np.float64)[0])
"""R's NA_real_: a (quiet) NaN whose low word is 1954. In an array any other NaN is R's NaN."""

NAN = float(np.array([0x7FF8000000000002], np.uint64).view(np.float64)[0])
"""R's NaN inside a pandas object, whose ordinary NaN means missing, which is NA: a NaN whose low word is 2."""

_EXTENDED = np.finfo(np.longdouble).nmant == 63
_LARGEST_EXACT = 27          # 10^27 is the last power of ten that a 64-bit mantissa holds
_TENS = np.array([np.longdouble(10) ** k for k in range(_LARGEST_EXACT + 1)])

_ROUNDED_TENS = _TENS.astype(float).astype(np.longdouble)      # as R's table has them, for its constants are doubles
_HALVES = 0.5 / _TENS.astype(float)


def _low_word(x: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(x, float).view(np.uint64) & 0xFFFFFFFF


def is_na(x: np.ndarray) -> np.ndarray:
    """Which elements of the float array `x` are R's NA (not NaN)."""
    return np.isnan(x) & (_low_word(x) == 1954)


def from_pandas(x: np.ndarray) -> np.ndarray:
    """`x` out of a pandas object as R would hold it: NaN becomes NA, and `NAN` stays NaN."""
    return np.where(np.isnan(x) & (_low_word(x) != 2), NA, x)


def log10(x: np.ndarray) -> np.ndarray:
    """Decimal logarithms of positive numbers by the C library, as R takes them: numpy's may be an ulp away."""
    return np.array([math.log10(v) for v in x.tolist()])


class Format(NamedTuple):
    """Field width, decimals (of the mantissa when scientific), and the exponent's digits less one (0: fixed)."""
    width: int
    decimals: int
    exponent: int


def _scale_extended(r: np.ndarray, kp: np.ndarray, digits: int) -> tuple[np.ndarray, np.ndarray]:
    """r / 10^kp rounded to an integer of `digits` digits, and kp corrected; 80-bit arithmetic as in R."""
    down, up = (np.minimum(np.maximum(k, 0), _LARGEST_EXACT) for k in (kp, -kp))
    scaled = r.astype(np.longdouble) * _ROUNDED_TENS[up] / _ROUNDED_TENS[down]      # one of the two is 1
    beyond = np.flatnonzero(np.abs(kp) > _LARGEST_EXACT)
    if len(beyond):
        scaled[beyond] = r[beyond] / np.power(np.longdouble(10), kp[beyond].astype(np.longdouble))
    short = scaled < _TENS[digits - 1]
    scaled[short] *= 10
    return np.rint(scaled).astype(np.int64), kp - short


def _round64(q: Fraction) -> Fraction:
    """`q` > 0 rounded half to even to a 64-bit mantissa."""
    shift = q.numerator.bit_length() - q.denominator.bit_length() - 64
    shift += q >= Fraction(2) ** (shift + 64)
    return round(q / Fraction(2) ** shift) * Fraction(2) ** shift


def _scale_rational(r: np.ndarray, kp: np.ndarray, digits: int) -> tuple[np.ndarray, np.ndarray]:
    """As `_scale_extended`, for machines whose long double is not the 80-bit type."""
    alpha, power = np.empty(len(r), np.int64), kp.copy()
    for i, (value, k) in enumerate(zip(r.tolist(), kp.tolist(), strict=True)):
        known = Fraction(float(10 ** min(abs(k), _LARGEST_EXACT)))
        ten = _round64(Fraction(10) ** k) if abs(k) > _LARGEST_EXACT else known if k > 0 else 1 / known
        scaled = _round64(Fraction(value) / ten)
        if scaled < 10 ** (digits - 1):
            scaled = _round64(scaled * 10)
            power[i] -= 1
        alpha[i] = round(scaled)
    return alpha, power


_scale = _scale_extended if _EXTENDED else _scale_rational


def significant(x: np.ndarray, digits: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Decimal exponent, significant digits needed (≤ `digits`), and whether rounding would widen the fixed form.

    `x` is finite. R: scientific() in src/main/format.c.
    """
    exponent, needed, widens = np.zeros(len(x), int), np.ones(len(x), int), np.zeros(len(x), bool)
    nonzero = x != 0
    r = np.abs(x[nonzero])
    if not len(r):
        return exponent, needed, widens
    if digits > 15:
        for i, value in zip(np.flatnonzero(nonzero), r.tolist(), strict=True):
            mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
            exponent[i], needed[i] = int(power), max(1, len(mantissa.rstrip("0").replace(".", "")))
        return exponent, needed, widens
    alpha, kp = _scale(r, np.floor(log10(r)).astype(int) - digits + 1, digits)
    shown = np.array([len(str(a).rstrip("0")) for a in alpha.tolist()])
    kp += digits - 1
    kp[alpha == 10**digits] += 1         # rounded up to the next power of ten
    inside = np.flatnonzero((kp > 0) & (kp <= _LARGEST_EXACT))
    whole = kp[inside]
    limit = _ROUNDED_TENS[whole] - _HALVES[np.maximum(digits - whole, 0)]
    at = np.flatnonzero(nonzero)
    exponent[at], needed[at], widens[at[inside]] = kp, shown, r[inside] < limit
    return exponent, needed, widens


def format_real(x: np.ndarray, digits: int, nsmall: int, scipen: int) -> Format:
    """The common format of the float array `x`. R: formatReal."""
    finite = np.isfinite(x)
    known = x if finite.all() else x[finite]
    width = decimals = exponent_digits = 0
    if len(known):
        power, needed, widens = significant(known, digits)
        negative = known < 0
        left = power + 1 - widens
        sign = int(negative.any())
        right = max(0, int((needed - left).max()))
        most = int(left.max())
        whole = int((negative + np.maximum(left, 1)).max()) if most >= 0 else 1 + sign
        fixed = whole + right + (right > 0)
        exponent_digits = 2 if most > 100 or left.min() <= -99 else 1
        decimals = int(needed.max()) - 1
        width = sign + (decimals > 0) + decimals + 4 + exponent_digits
        if fixed <= width + scipen:
            right = max(right, nsmall)
            width, decimals, exponent_digits = whole + right + (right > 0), right, 0
    if len(known) < len(x):
        special = x[~finite]
        missing = is_na(special)
        three = (np.isnan(special) & ~missing) | (special == np.inf)
        width = max(width, 2 * missing.any(), 3 * three.any(), 4 * (special == -np.inf).any())
    return Format(width, decimals, exponent_digits)


def encode_real(x: np.ndarray, form: Format) -> list[str]:
    """The elements of `x` in the format `form`, padded on the left to its width. R: EncodeReal0."""
    width, decimals, exponent = form
    pattern = f"%{width}.{decimals}{'e' if exponent else 'f'}"
    values = np.where(x == 0, 0.0, x).tolist()          # no negative zero
    finite = np.isfinite(x)
    if finite.all():
        return [pattern % v for v in values]
    infinite = {math.inf: "Inf", -math.inf: "-Inf"}
    triples = zip(values, finite.tolist(), is_na(x).tolist(), strict=True)
    return [pattern % v if ok else ("NA" if gone else infinite.get(v, "NaN")).rjust(width) for v, ok, gone in triples]


def format_numbers(x: Sequence[float] | np.ndarray, digits: int | None = None, nsmall: int = 0,
                   scipen: int | None = None) -> list[str]:
    """The elements of `x` as R's `format` writes them: one common format, one width; with the options in force."""
    values = np.atleast_1d(np.asarray(x, float))
    digits = option("digits") if digits is None else digits
    return encode_real(values, format_real(values, digits, nsmall, option("scipen") if scipen is None else scipen))


def format_number(x: float, digits: int | None = None, nsmall: int = 0, scipen: int | None = None) -> str:
    """One number as `format(x)` or `cat(x)` writes it."""
    return format_numbers([x], digits, nsmall, scipen).pop()


def format_c(x: float, digits: int) -> str:
    """`formatC(x, digits = digits)`: C's %g, at least `digits` + 1 characters wide. R: base::formatC."""
    text = f"{x:.{digits}g}" if np.isfinite(x) else encode_real(np.array([x]), Format(0, 0, 0)).pop()
    return text.rjust(digits + 1)
