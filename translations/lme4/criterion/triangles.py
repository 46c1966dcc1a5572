# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""Triangular systems in the order of CHOLMOD's simplicial solver, for the triangles of a factor's levels.

It takes up to three columns at a time where they are filled alike: what they contribute to a row further down is summed
first, and unknowns further up are found together. `together[0]` (designs, k) has how many go together from a column on
the way down, `together[1]` how many up to a column on the way back (see `columns_together`). k effects of a level;
`base` is the number of the level's first column in the whole factor.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, log, sqrt

# Entries of a column, itself included, from which CHOLMOD looks at the next ones; and its columns that go one by one.
LEAST = cython.declare(cython.Py_ssize_t, 4)


def columns_together(present):
    """(2, designs, k) for the columns that a design fills, (designs, k) of booleans: those form a dense triangle."""
    filled = np.asarray(present)
    designs, k = filled.shape
    length = np.where(filled, filled[:, ::-1].cumsum(axis=1)[:, ::-1], 1)
    alike = np.zeros((designs, k + 3), dtype=bool)  # of a column and the one before it; the first has number 1
    alike[:, 2 : k + 1] = length[:, 1:] == length[:, :-1] - 1
    down = alike[:, 2 : k + 2] & (length >= LEAST)
    up = alike[:, 1 : k + 1]
    return 1 + np.array([down.astype(np.int64) + (down & alike[:, 3:]), up.astype(np.int64) + (up & alike[:, :k])])


def forward(L, d, B, first, end, together):
    """L[d]^-1 B in place of the columns from `first` to `end` of B (k, p)."""
    for a in range(L.shape[1]):
        e: cython.Py_ssize_t = 0
        while e < a:
            many: cython.Py_ssize_t = together[0, d, e]
            if e + many > a:  # the row is one of those taken together
                many = 1
            own: cython.double = L[d, a, e]
            if many == 1:
                for c in range(first, end):
                    B[a, c] -= own * B[e, c]
            elif many == 2:
                second: cython.double = L[d, a, e + 1]
                for c in range(first, end):
                    B[a, c] -= own * B[e, c] + second * B[e + 1, c]
            else:
                second = L[d, a, e + 1]
                third: cython.double = L[d, a, e + 2]
                for c in range(first, end):
                    B[a, c] -= own * B[e, c] + second * B[e + 1, c] + third * B[e + 2, c]
            e += many
        own = L[d, a, a]
        for c in range(first, end):
            B[a, c] /= own


def backward(L, d, u, first, end, together, base):
    """L[d]^-T u in place of the columns from `first` to `end` of u (k, p): but the first four columns of L go one by
    one."""
    k = L.shape[1]
    high: cython.Py_ssize_t = k - 1
    while high >= 0:
        many: cython.Py_ssize_t = together[1, d, high] if base + high >= LEAST else 1
        for a in range(high, high - many, -1):
            for c in range(high + 1, k):
                own: cython.double = L[d, c, a]
                for g in range(first, end):
                    u[a, g] -= own * u[c, g]
            for c in range(high, a, -1):
                own = L[d, c, a]
                for g in range(first, end):
                    u[a, g] -= own * u[c, g]
            own = L[d, a, a]
            for g in range(first, end):
                u[a, g] /= own
        high -= many


def solved(R, b, products, summed):
    """The upper factor R of a matrix (p, p) in place of its upper triangle, and the solution in place of the right side
    b (p,), in Eigen's order; log|R|^2, infinite where there is no factor. summed: whether products are summed before
    they are subtracted, as from Eigen 3.4 on where there are four columns and more; products (p,) is workspace.
    """
    p = R.shape[0]
    log_det: cython.double = 0.0
    for e in range(p):  # by rows, whose entries the processor takes together
        for c in range(e, p):
            products[c] = 0.0
        for a in range(e):
            v: cython.double = R[a, e]
            for c in range(e, p if summed else e + 1):
                products[c] += v * R[a, c]
            for c in range(e + 1, 0 if summed else p):
                R[e, c] -= v * R[a, c]
            b[e] -= v * b[a]
        s: cython.double = R[e, e] - products[e]
        if not s > 0.0:
            return INFINITY
        R[e, e] = sqrt(s)
        log_det += log(R[e, e])
        for c in range(e + 1, p):
            R[e, c] = (R[e, c] - products[c]) / R[e, e]
        b[e] /= R[e, e]
    for c in range(p - 1, -1, -1):
        t: cython.double = 0.0
        for e in range(c + 1, p):
            t += R[c, e] * b[e]
        b[c] = (b[c] - t) / R[c, c]
    return 2.0 * log_det
