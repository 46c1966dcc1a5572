"""A root of a function in an interval, by the steps of R's `uniroot`."""
from __future__ import annotations

from collections.abc import Callable

EPSILON = 2.0**-52


def uniroot(f: Callable[[float], float], lower: float, upper: float, tol: float, f_lower: float | None = None,
            f_upper: float | None = None, most: int = 1000) -> float:
    """Where f changes its sign between `lower` and `upper`, to within `tol`. R: stats::uniroot.

    Of a step function the answer depends on the steps that are taken; these are R's: Brent's, of which scipy's differ.
    Raises ValueError where the ends have one sign. Source: Brent (1973), chapter 4.
    """
    a, b = lower, upper
    fa = f(a) if f_lower is None else f_lower
    fb = f(b) if f_upper is None else f_upper
    if fa == 0:
        return a
    if fb == 0:
        return b
    if (fa > 0) == (fb > 0):
        raise ValueError("f() values at end points not of opposite sign")
    c, fc = a, fa
    for _ in range(most):
        before = b - a
        if abs(fc) < abs(fb):  # b is the best so far, c the other side
            a, b, c, fa, fb, fc = b, c, b, fb, fc, fb
        near = 2.0 * EPSILON * abs(b) + tol / 2.0
        step = (c - b) / 2.0
        if abs(step) <= near or fb == 0:
            return b
        if abs(before) >= near and abs(fa) > abs(fb):
            p, q = _interpolated(a, b, c, fa, fb, fc)
            if p < 0.75 * (c - b) * q - abs(near * q) / 2.0 and p < abs(before * q / 2.0):
                step = p / q
        if abs(step) < near:
            step = near if step > 0 else -near
        a, fa = b, fb
        b += step
        fb = f(b)
        if (fb > 0) == (fc > 0) or (fb < 0) == (fc < 0):
            c, fc = a, fa
    return b


def _interpolated(a: float, b: float, c: float, fa: float, fb: float, fc: float) -> tuple[float, float]:
    """The step p / q from b by inverse quadratic interpolation, linear where only two points differ; p ≥ 0."""
    if a == c:
        ratio = fb / fa
        p, q = (c - b) * ratio, 1.0 - ratio
    else:
        q, r, s = fa / fc, fb / fc, fb / fa
        p = s * ((c - b) * q * (q - r) - (b - a) * (r - 1.0))
        q = (q - 1.0) * (r - 1.0) * (s - 1.0)
    return (p, -q) if p > 0 else (-p, q)
