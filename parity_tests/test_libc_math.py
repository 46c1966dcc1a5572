"""What stands for C's mathematical functions where the compiled modules run as Python, beside the C library's own."""
from __future__ import annotations

import ctypes
import ctypes.util
import math

import pytest

from translations import libc_math

C = ctypes.CDLL(ctypes.util.find_library("m"))
NUMBERS = [0.0, 0.5, 1.0, 2.0 / 3.0, 1.5, 16.0, 64.5, 170.3, 1e-300, 1e300, math.inf, math.nan]
SIGNED = NUMBERS + [-x for x in NUMBERS]
OF_ONE = {"sqrt": SIGNED, "log": SIGNED, "log2": SIGNED, "exp": SIGNED, "erfc": SIGNED, "atan": SIGNED, "fabs": SIGNED,
          "floor": SIGNED, "ceil": SIGNED, "expm1": [x for x in SIGNED if x < 700.0], "lgamma": [0.5, 1.0, 7.25, 1e5]}
OF_TWO = {"pow": [(x, y) for x in NUMBERS if x < math.inf for y in (-2.0, -0.5, 0.0, 0.5, 2.0, 9.0)],
          "copysign": [(x, y) for x in NUMBERS for y in (-1.0, 2.0)], "fmax": [(1.0, 2.0)], "fmin": [(1.0, 2.0)]}
CASES = [(name, (x,)) for name, values in OF_ONE.items() for x in values]
CASES += [(name, pair) for name, pairs in OF_TWO.items() for pair in pairs]


@pytest.mark.parametrize("name, arguments", CASES)
def test_as_in_c(name: str, arguments: tuple[float, ...]) -> None:
    """The same bits, where C returns NaN or an infinity too."""
    function = getattr(C, name)
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * len(arguments)
    ours, theirs = getattr(libc_math, name)(*arguments), function(*arguments)
    assert isinstance(ours, float)
    assert ours.hex() == theirs.hex() or math.isnan(ours) and math.isnan(theirs)


def test_every_name_is_tested() -> None:
    of_floats = {"isfinite", "isinf", "isnan", "INFINITY", "M_PI", "NAN"}
    assert set(libc_math.__all__) == {*OF_ONE, *OF_TWO, *of_floats}
