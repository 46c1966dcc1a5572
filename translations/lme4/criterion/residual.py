"""The response's residual on the fixed effects, rounded once however large the mean is."""

from __future__ import annotations

import numpy as np

from translations.arrays import Floats

CANCELS = 100.0  # a response so many times its residual loses two digits to y - QQ'y


def exact_residual(y: Floats, X: Floats, beta: Floats, offset: Floats | None = None) -> Floats:
    """y - offset - X beta (n,) for y (n,), X (n, p), beta (p,): as if in twice the precision, then rounded.

    Products and sums carry their rounding errors along (Dekker 1971, Numer. Math. 18, 224-242; Ogita, Rump & Oishi
    2005, SIAM J. Sci. Comput. 26, 1955-1988).
    """
    total, lost = y.astype(float), np.zeros(len(y))
    if offset is not None:
        total, lost = _sum(total, -offset)
    for x, b in zip(X.T, beta, strict=True):
        product, error = _product(x, -b)
        total, rounding = _sum(total, product)
        lost = lost + (rounding + error)
    return total + lost


def _sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a + b and what rounding takes from it."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _product(a: Floats, b: float) -> tuple[Floats, Floats]:
    """a b and what rounding takes from it, by halves of 26 bits."""
    product = a * b
    a_high, b_high = _high(a), _high(np.float64(b))
    a_low, b_low = a - a_high, b - b_high
    return product, a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def _high(a: Floats | np.float64) -> Floats | np.float64:
    moved = a * 134217729.0  # 2^27 + 1
    return moved - (moved - a)
