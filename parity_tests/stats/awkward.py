"""What is asked of the functions that formulas know: a grid of calls, and awkward.txt, over awkward columns."""
from __future__ import annotations

import math
from itertools import product
from typing import Any

from .designs import HERE

# Halves and what is nearly one, signed zeros, the ends of the numbers; whole numbers up to the ends of 32 bits.
COLUMNS: dict[str, tuple[Any, ...]] = {
    "d": (0.15, 0.35, -0.95, 2.675, 0.285, 1.005, -2.5, 0.5, 1.5, 0.0, math.nan, math.inf, -math.inf, 0.1 + 0.2,
          1e15 + 0.5, 123456.789, -1e-5, 5e-324, 1.7e308, 2.0**53, -7.0, 1000.0, 8.0, 1 / 3, 0.045, 5.015),
    "e": (0.1, -0.1, 3.0, 0.0, math.nan, -3.0, 0.3, 2.0, -math.inf, 1e-300, math.inf, 0.1, 1.0, 0.3, 7.0, 0.01, 1e-6,
          2.0, 10.0, 3.0, 3.0, 10.0, 2.0, 1 / 3, 0.005, 0.01),
    "i": (-7, 7, 0, 2147483647, -2147483647, 46341, 46340, 1, 2, -1, 3, 5, 100000, 65536, 12, -12, 9, 10, 11, 4, -4, 6,
          8, 50, -50, 1000000),
    "j": (2, -2, 3, 1, 1, 46341, 46341, 0, -3, 5, 0, 2, 100000, 32768, 5, 5, 2, 3, -4, -1, 7, 4, 3, 25, 3, 0),
    "s": ("10", "9", "B", "a", "", None, "1e3", " 7 ", "TRUE", "T", "0x1A", "Inf", "é", "a b", "NaN", "1_000", "b", "A",
          "-.5", "5.", "1e", "false", "_x", "NA ", "10", "B"),
    "l": (True, False, None, True) * 6 + (True, False),
}
ROUNDED = (-3, -2, -1, 0, 1, 2, 3, 4, 5, 10, 14, 15, 16, 20, 310, 324, -400, 1.5, "NA", "-Inf")
SIGNIFICANT = (-1, 0, 1, 2, 3, 4, 5, 6, 10, 15, 16, 17, 22, 23, "Inf", "NA")
OPERATORS = ("+", "-", "*", "/", "^", "%%", "%/%", "<", "==", "!=", ">=", "%in%")
PAIRS = ("de", "ed", "ij", "ji", "id", "di", "il", "ll", "dl", "ii")
WHOLE = "round floor ceiling trunc sign abs - !".split()
NUMERIC = (
    "log log2 log10 log1p exp expm1 sqrt sin cos tan atan tanh gamma lgamma plogis qlogis pnorm qnorm is.finite cumsum "
    "cumprod cummax cummin diff range sum mean var sd max min prod any all"
).split()
GENERAL = "is.na as.integer as.numeric as.character as.logical factor rank rev nchar length".split()


def asked() -> dict[str, Any]:
    """The columns, doubles as C writes them in base 16, and the expressions over them."""
    texts = [f"{f}({x})" for f, x in (*product(WHOLE + NUMERIC, "deijl"), *product(GENERAL, "deisltfo"))]
    texts += [f"round(d, {n})" for n in ROUNDED] + [f"signif(d, {n})" for n in SIGNIFICANT]
    texts += [f"{x} {operator} {y}" for operator, (x, y) in product(OPERATORS, PAIRS)]
    texts += [f"{x} {operator} {n}" for operator, x, n in product(
        ("%%", "%/%", "*", "^", "+"), "di", ("2L", "2", "0.1", "-3L", "0", "0L"))]
    texts += [f"{f}({x})" for f, x in product(("log", "exp", "sqrt", "sum"), "sf")]
    texts += (HERE / "awkward.txt").read_text(encoding="utf-8").splitlines()
    columns = {name: [x.hex() for x in values] if name in "de" else list(values) for name, values in COLUMNS.items()}
    return {"columns": columns, "texts": list(dict.fromkeys(texts))}
