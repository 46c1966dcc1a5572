"""C's functions and constants (`libc.math`) as the compiled modules use them, for where these run as Python.

Where Python's own functions raise, these return what C's do: NaN, an infinity. The numbers are those of `math`, which
calls C's library but for lgamma; numpy's may differ in the last bit.
"""

from __future__ import annotations

import ctypes
import math
import os
from math import atan, copysign, erfc, expm1, fabs, isfinite, isinf, isnan

import numpy as np

__all__ = ["INFINITY", "M_PI", "NAN", "atan", "ceil", "copysign", "erfc", "exp", "expm1", "fabs", "floor", "fmax",
           "fmin", "isfinite", "isinf", "isnan", "lgamma", "log", "log2", "pow", "sqrt"]
INFINITY, NAN, M_PI = math.inf, math.nan, math.pi
fmax, fmin = max, min
_library = ctypes.CDLL("ucrtbase" if os.name == "nt" else None)
lgamma = _library.lgamma  # Python has its own, which differs in the last bits
lgamma.argtypes, lgamma.restype = [ctypes.c_double], ctypes.c_double


def sqrt(x: float) -> float:
    """The square root; NaN of a negative number."""
    return NAN if x < 0.0 else math.sqrt(x)


def log(x: float) -> float:
    """The natural logarithm; minus infinity of 0, NaN of a negative number."""
    return math.log(x) if x > 0.0 else -INFINITY if x == 0.0 else NAN


def log2(x: float) -> float:
    """The logarithm to base 2; minus infinity of 0, NaN of a negative number."""
    return math.log2(x) if x > 0.0 else -INFINITY if x == 0.0 else NAN


def exp(x: float) -> float:
    """The exponential; infinity where it overflows."""
    try:
        return math.exp(x)
    except OverflowError:
        return INFINITY


def pow(x: float, y: float) -> float:
    """x to the power of y, of x >= 0; infinity where it overflows and of 0 to a negative power."""
    try:
        return math.pow(x, y)
    except (OverflowError, ValueError):
        return INFINITY


def floor(x: float) -> float:
    """The integer at or below, as a float."""
    return float(np.floor(x))


def ceil(x: float) -> float:
    """The integer at or above, as a float."""
    return float(np.ceil(x))
