# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""Cross-products V'V in the order of Eigen's sums: one row after the other up to 3.3, by halves from 3.4 on.

From 3.4 on, of four columns at a time the even and the odd rows of each block are added up apart, eight rows at a time;
the rows that are left over follow the sum of both. Columns in no whole group of four go row by row, as all do before.
R: lme4's `selfadjointView().rankUpdate()`, which Eigen's GeneralBlockPanelKernel.h computes.
"""

from __future__ import annotations

import cython

LONGEST = 816  # rows of a block: what a cache of 32 KiB takes of one and of four columns
PEELED = cython.declare(cython.Py_ssize_t, 8)


def block_of(rows):
    """How many rows each of the blocks has, all but the last, into which Eigen cuts what is longer than `LONGEST`."""
    if rows <= LONGEST:
        return max(rows, 1)
    rest = rows % LONGEST
    return LONGEST - (8 * ((LONGEST - 1 - rest) // (8 * (rows // LONGEST + 1))) if rest else 0)


def add_gram(V, rows, fours, block, sums, sign, out):
    """Add sign V'V, of the `rows` (n,) of V (N, p) in their order, to the upper triangle of out (p, p).

    fours: how many columns are added up by halves, the first ones; block: how many rows are added up before their sum
    goes to `out`; sums (2, p, p) is workspace: the lower triangles of
    even rows, or all, and of odd ones.
    """
    n = rows.shape[0]
    p = V.shape[1]
    start: cython.Py_ssize_t = 0
    while start < n:
        end: cython.Py_ssize_t = start + block if start + block < n else n
        peeled: cython.Py_ssize_t = start + (end - start) // PEELED * PEELED
        for c in range(p):
            for e in range(c + 1):
                sums[0, c, e] = 0.0
                sums[1, c, e] = 0.0
        for i in range(start, end):
            if i == peeled:
                _join(sums, fours)
            odd: cython.Py_ssize_t = (i - start) % 2 if i < peeled else 0
            j = rows[i]
            for c in range(p):
                half: cython.Py_ssize_t = odd if c < fours else 0
                v: cython.double = V[j, c]
                for e in range(c + 1):
                    sums[half, c, e] += V[j, e] * v
        if peeled == end:
            _join(sums, fours)
        for c in range(p):
            for e in range(c + 1):
                out[e, c] += sign * sums[0, c, e]
        start = end


def _join(sums, fours):
    for c in range(fours):
        for e in range(c + 1):
            sums[0, c, e] += sums[1, c, e]
