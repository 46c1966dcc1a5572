"""Minimum of a function of one variable between two ends, by the steps of R's `optimize`."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np

GOLDEN = 0.5 * (3.0 - np.sqrt(5.0))
CLOSE = np.sqrt(np.finfo(float).eps)


def local_minimum(f: Callable[[float], float], a: float, b: float, t: float, edge: float = 0.0) -> float:
    """Minimum of f between a and b, to t. Source: Brent (1973), localmin.

    edge: where the best point is within this share of an end, it is given back at once.
    """
    low, high = a, b
    x = w = v = a + GOLDEN * (b - a)
    fx = fw = fv = f(x)
    d = e = 0.0
    while True:
        middle, tol = 0.5 * (low + high), CLOSE * abs(x) + t
        if abs(x - middle) <= 2.0 * tol - 0.5 * (high - low) or min(abs(x - a), abs(x - b)) < edge * (b - a):
            return float(x)
        p = q = r = 0.0
        if tol < abs(e):
            r, q = (x - w) * (fx - fv), (x - v) * (fx - fw)
            p, q = (x - v) * q - (x - w) * r, 2.0 * (q - r)
            p, q = (-p if q > 0.0 else p), abs(q)
            r, e = e, d
        if abs(p) < abs(0.5 * q * r) and q * (low - x) < p < q * (high - x):
            d = p / q
            if min(x + d - low, high - x - d) < 2.0 * tol:
                d = tol if x < middle else -tol
        else:
            e = high - x if x < middle else low - x
            d = GOLDEN * e
        u = x + (d if tol <= abs(d) else tol if d > 0.0 else -tol)
        fu = f(u)
        if fu <= fx:
            low, high = (low, x) if u < x else (x, high)
            v, fv, w, fw, x, fx = w, fw, x, fx, u, fu
        else:
            low, high = (u, high) if u < x else (low, u)
            if fu <= fw or w == x:
                v, fv, w, fw = w, fw, u, fu
            elif fu <= fv or v in (x, w):
                v, fv = u, fu
