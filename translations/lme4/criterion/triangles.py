# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""Triangular systems in the order of CHOLMOD's simplicial solver, for the triangles of a factor's levels.

It takes up to three columns at a time where they are filled alike: what they contribute to a row further down is summed
first, and unknowns further up are found together. `together[0]` (designs, k) has how many go together from a column on
the way down, `together[1]` how many up to a column on the way back (see `columns_together`). k effects of a level;
`base` is the number of the level's first column in the whole factor.
"""

from __future__ import annotations

import numpy as np

try:
    import cython
except ModuleNotFoundError:
    from translations import cython_stand_in as cython

if not cython.compiled:
    from translations.compiled import runs_as_python

    runs_as_python(__name__)

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


def forward(
    L: cython.double[:, :, ::1], d: cython.Py_ssize_t, B: cython.double[:, :, ::1], g: cython.Py_ssize_t,
    together: cython.Py_ssize_t[:, :, ::1],
) -> cython.void:
    """L[d]^-1 B[g] in place of B[g] (k, p)."""
    k = L.shape[1]
    for c in range(B.shape[2]):
        for a in range(k):
            s: cython.double = B[g, a, c]
            e: cython.Py_ssize_t = 0
            while e < a:
                if together[0, d, e] == 3 and e + 3 <= a:
                    s -= L[d, a, e] * B[g, e, c] + L[d, a, e + 1] * B[g, e + 1, c] + L[d, a, e + 2] * B[g, e + 2, c]
                    e += 3
                elif together[0, d, e] == 2 and e + 2 <= a:
                    s -= L[d, a, e] * B[g, e, c] + L[d, a, e + 1] * B[g, e + 1, c]
                    e += 2
                elif together[0, d, e] == 1:
                    s -= L[d, a, e] * B[g, e, c]
                    e += 1
                else:  # the row is one of those taken together
                    while e < a:
                        s -= L[d, a, e] * B[g, e, c]
                        e += 1
            B[g, a, c] = s / L[d, a, a]


def backward_row(
    L: cython.double[:, :, ::1], d: cython.Py_ssize_t, u: cython.double[:, ::1], g: cython.Py_ssize_t,
    together: cython.Py_ssize_t[:, :, ::1], base: cython.Py_ssize_t,
) -> cython.void:
    """L[d]^-T u[g] in place of u[g] (k,): but the first four columns of all go one by one."""
    k = L.shape[1]
    high: cython.Py_ssize_t = k - 1
    while high >= 0:
        many: cython.Py_ssize_t = together[1, d, high] if base + high >= LEAST else 1
        for a in range(high, high - many, -1):
            s: cython.double = u[g, a]
            for c in range(high + 1, k):
                s -= L[d, c, a] * u[g, c]
            for c in range(high, a, -1):
                s -= L[d, c, a] * u[g, c]
            u[g, a] = s / L[d, a, a]
        high -= many
