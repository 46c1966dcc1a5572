# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""The pieces of a profile's splines (see `splines.py`): loops over some twenty knots, for each of a model's parameters.

x, y (k,): knots, and values there; pieces (k-1, 4) or more: on [x[i], x[i+1]] the coefficients of powers of x - x[i].
"""

from __future__ import annotations

import cython
import numpy as np


def natural_slopes(x: cython.const[cython.double][:], y: cython.const[cython.double][:]):
    """Slopes (k,) at the knots that make the second derivative continuous, and 0 at the ends: a tridiagonal system."""
    k = x.shape[0]
    slope: cython.double[::1] = np.empty(k)
    above: cython.double[::1] = np.empty(k)
    last: cython.double = 0.0
    for i in range(k):
        before: cython.double = x[i] - x[i - 1] if i > 0 else 0.0
        after: cython.double = x[i + 1] - x[i] if i < k - 1 else 0.0
        right: cython.double = 0.0
        if i == 0:
            below: cython.double = 0.0
            middle: cython.double = 2.0 * after
            upper: cython.double = after
            right = y[1] - y[0]
        elif i == k - 1:
            below, middle, upper = before, 2.0 * before, 0.0
            right = y[i] - y[i - 1]
        else:
            below, middle, upper = after, 2.0 * (before + after), before
            right = before * ((y[i + 1] - y[i]) / after) + after * ((y[i] - y[i - 1]) / before)
        middle -= below * last
        last = upper / middle
        above[i] = last
        slope[i] = (3.0 * right - (below * slope[i - 1] if i > 0 else 0.0)) / middle
    for i in range(k - 2, -1, -1):
        slope[i] -= above[i] * slope[i + 1]
    return np.asarray(slope)


def hermite(x: cython.const[cython.double][:], y: cython.const[cython.double][:],
            slope: cython.const[cython.double][:], ending: cython.bint):
    """The pieces with these values and slopes (k,) at the knots; `ending`: and the last knot's value and slope."""
    k = x.shape[0]
    out: cython.double[:, ::1] = np.zeros((k if ending else k - 1, 4))
    for i in range(out.shape[0]):
        out[i, 0], out[i, 1] = y[i], slope[i]
        if i < k - 1:
            h: cython.double = x[i + 1] - x[i]
            s: cython.double = (y[i + 1] - y[i]) / h
            bend: cython.double = (slope[i] + slope[i + 1] - 2.0 * s) / h
            out[i, 2], out[i, 3] = (s - slope[i]) / h - bend, bend / h
    return np.asarray(out)


def is_monotone(x: cython.const[cython.double][:], pieces: cython.const[cython.double][:, :]) -> bool:
    """Whether the pieces rise all along the knots, or fall: the slope at their ends, and where it turns between."""
    rises: cython.bint = True
    falls: cython.bint = True
    for i in range(x.shape[0] - 1):
        h: cython.double = x[i + 1] - x[i]
        b: cython.double = pieces[i, 1]
        c: cython.double = pieces[i, 2]
        d: cython.double = pieces[i, 3]
        end: cython.double = b + 2.0 * c * h + 3.0 * d * h * h
        between: cython.double = b
        if d != 0.0 and 0.0 < -c / (3.0 * d) < h:
            between = b - c * c / (3.0 * d)
        rises = rises and b >= 0.0 and end >= 0.0 and between >= 0.0
        falls = falls and b <= 0.0 and end <= 0.0 and between <= 0.0
    return rises or falls
