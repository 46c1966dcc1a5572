# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: infer_types=True
"""Loops over the trailing block's columns in the order of their elimination (`sparse_head.py`), h of them sparse.

Notation as in `loops.py`, but that columns are numbered in that order. The sparse ones stand in panels of up to four
with the same rows: panel p has the columns start[p] : start[p + 1] and, below these, rows[ptr[p] : ptr[p + 1]],
ascending, those of [X, y] among them. V (nnz, 4) are the factor's entries there, top (panels, 4, 4) those within the
panel, lower triangle.
"""

from __future__ import annotations

import cython
from cython.cimports.libc.math import INFINITY, log, sqrt
from cython.cimports.translations.lme4.criterion.loops import random_column


def join(joined, ptr, idx):
    """Set joined (q, q) for every two columns that a level of block 1, idx[ptr[g] : ptr[g + 1]], has in common."""
    for g in range(ptr.shape[0] - 1):
        for i in range(ptr[g], ptr[g + 1]):
            for j in range(ptr[g], ptr[g + 1]):
                joined[idx[i], idx[j]] = 1


def eliminate_next(joined, degree, own, v):
    """Eliminate column v: join all that it is joined with, which `own` (q,) then names; returns how many these are.

    joined (q, q), symmetric with its diagonal set, and degree (q,), the sums of its rows, are brought up to date.
    """
    n: cython.Py_ssize_t = 0
    joined[v, v] = 0
    for i in range(degree.shape[0]):
        if joined[v, i]:
            own[n] = i
            n += 1
    for i in range(n):
        row = own[i]
        many: cython.int = 0
        joined[row, v] = 0
        for j in range(degree.shape[0]):
            joined[row, j] |= joined[v, j]
            many += joined[row, j]
        degree[row] = many
    degree[v] = 2 * degree.shape[0]
    return n


def factor_columns(zz_ptr, zz_idx, zz, bottom, by_column, order, ends, idx, B, scale, start, ptr, rows, by_row,
                   row_order, row_ends, V, top, core, x):  # noqa: N803
    """The panels' factor into top (panels, 4, 4) and V (nnz, 4), what they leave of the other columns into the lower
    triangle of core (m - h, m - h); returns log|L|^2 of the panels, infinite where these are not positive definite.

    Column by column: cross-products less the part of block 1 (`loops.random_column`; bottom (w, m): the rows of [Q, y],
    as `loops.eliminate` left them), scaled by the templates `scale` (q2,), plus 1, less the part of the panels
    before it: those with row j are by_row[j] : by_row[j + 1] of row_order (nnz,), and row_ends where their rows end.
    x (m,) is workspace, 0.
    """
    log_det: cython.double = 0.0
    q2, w, panels = scale.shape[0], bottom.shape[0], top.shape[0]
    h = start[panels]
    panel: cython.Py_ssize_t = 0
    for col in range(q2 + w):
        if col < h and col == start[panel + 1]:
            panel += 1
        if col < q2:
            random_column(col, zz_ptr, zz_idx, zz, by_column, order, ends, idx, B, x)
            for i in range(w):
                x[q2 + i] = bottom[i, col]
            if col < h:
                for i in range(ptr[panel], ptr[panel + 1] - w):
                    x[rows[i]] *= scale[col] * scale[rows[i]]
                for i in range(col, start[panel + 1]):
                    x[i] *= scale[col] * scale[i]
            else:
                for i in range(col, q2):
                    x[i] *= scale[col] * scale[i]
            for i in range(q2, q2 + w):
                x[i] *= scale[col]
            x[col] += 1.0
        else:
            for i in range(col, q2 + w):
                x[i] = bottom[i - q2, col]
        for at in range(by_row[col], by_row[col + 1]):
            j = row_order[at]
            v0, v1, v2, v3 = V[j, 0], V[j, 1], V[j, 2], V[j, 3]
            for i in range(j, row_ends[at]):
                x[rows[i]] -= V[i, 0] * v0 + V[i, 1] * v1 + V[i, 2] * v2 + V[i, 3] * v3
        if col < h:
            own = col - start[panel]
            for a in range(own):
                s: cython.double = top[panel, own, a]
                for i in range(own, start[panel + 1] - start[panel]):
                    x[start[panel] + i] -= top[panel, i, a] * s
                for i in range(ptr[panel], ptr[panel + 1]):
                    x[rows[i]] -= V[i, a] * s
            s = x[col]
            if not s > 0.0:
                return INFINITY
            log_det += log(s)
            s = sqrt(s)
            top[panel, own, own] = s
            x[col] = 0.0
            for i in range(own + 1, start[panel + 1] - start[panel]):
                top[panel, i, own] = x[start[panel] + i] / s
                x[start[panel] + i] = 0.0
            for i in range(ptr[panel], ptr[panel + 1]):
                V[i, own] = x[rows[i]] / s
                x[rows[i]] = 0.0
        else:
            for i in range(col, q2 + w):
                core[i - h, col - h] = x[i]
                x[i] = 0.0
    return log_det


def solve_columns(start, ptr, rows, V, top, U):  # noqa: N803
    """The panels' rows of U (m, w), of which L'U = 0 in these rows, from the others."""
    for panel in range(top.shape[0] - 1, -1, -1):
        for a in range(start[panel + 1] - start[panel] - 1, -1, -1):
            for c in range(U.shape[1]):
                s: cython.double = 0.0
                for i in range(ptr[panel], ptr[panel + 1]):
                    s -= V[i, a] * U[rows[i], c]
                for i in range(a + 1, start[panel + 1] - start[panel]):
                    s -= top[panel, i, a] * U[start[panel] + i, c]
                U[start[panel] + a, c] = s / top[panel, a, a]


def weigh(inverse, work, h, q2, rows, first, end, V, Y):
    """Y (nnz, 4) = Omega V of one panel, at its rows[first:end]: Omega is symmetric, its first h columns stand in the
    rows of `work` (h, q2), the others in `inverse`, lower triangle.
    """
    Y[: end - first, :] = 0.0
    for j in range(first, end):
        r = rows[j]
        v0, v1, v2, v3 = V[j, 0], V[j, 1], V[j, 2], V[j, 3]
        t: cython.double = work[r, r] if r < h else inverse[r - h, r - h]
        y0: cython.double = t * v0
        y1: cython.double = t * v1
        y2: cython.double = t * v2
        y3: cython.double = t * v3
        for i in range(j + 1, end):
            t = work[r, rows[i]] if r < h else inverse[rows[i] - h, r - h]
            y0 += t * V[i, 0]
            y1 += t * V[i, 1]
            y2 += t * V[i, 2]
            y3 += t * V[i, 3]
            Y[i - first, 0] += t * v0
            Y[i - first, 1] += t * v1
            Y[i - first, 2] += t * v2
            Y[i - first, 3] += t * v3
        Y[j - first, 0] += y0
        Y[j - first, 1] += y1
        Y[j - first, 2] += y2
        Y[j - first, 3] += y3


def invert_columns(by_column, order, ends, idx, owner, K, start, ptr, rows, V, top, inverse, work, x, Y, out, P):  # noqa: N803
    """The diagonal of Omega = (L22 L22')^{-1} into out (q2,); K_g'Omega K_g is subtracted from each P (levels, k, k).

    Where L22 is not 0, Omega follows column by column, last first, from what it is in the columns behind (Takahashi,
    Fagan & Chen 1973): inverse (q2 - h, q2 - h) holds the core's, lower triangle. work (h, q2), x (q2,) and Y (q2, 4)
    are workspace.
    """
    q2, k, panels = out.shape[0], K.shape[1], top.shape[0]
    h = start[panels]
    panel: cython.Py_ssize_t = panels
    end: cython.Py_ssize_t = 0
    for col in range(q2 - 1, -1, -1):
        if col >= h:
            for i in range(col, q2):
                x[i] = inverse[i - h, col - h]
        else:
            if col < start[panel] or panel == panels:
                panel -= 1
                end = ptr[panel + 1]
                while rows[end - 1] >= q2:
                    end -= 1
                weigh(inverse, work, h, q2, rows, ptr[panel], end, V, Y)
            first, last, own = start[panel], start[panel + 1], col - start[panel]
            s: cython.double = 1.0 / top[panel, own, own]
            for i in range(ptr[panel], end):
                t: cython.double = Y[i - ptr[panel], own]
                for r in range(col + 1, last):
                    t += work[r, rows[i]] * top[panel, r - first, own]
                x[rows[i]] = work[col, rows[i]] = -t / top[panel, own, own]
            for i in range(col + 1, last):
                t = 0.0
                for r in range(col + 1, last):
                    t += work[min(r, i), max(r, i)] * top[panel, r - first, own]
                for j in range(ptr[panel], end):
                    t += work[i, rows[j]] * V[j, own]
                x[i] = work[col, i] = -t / top[panel, own, own]
            for i in range(col + 1, last):
                s -= x[i] * top[panel, i - first, own]
            for i in range(ptr[panel], end):
                s -= x[rows[i]] * V[i, own]
            x[col] = work[col, col] = s / top[panel, own, own]
        out[col] = x[col]
        for at in range(by_column[col], by_column[col + 1]):
            j: cython.Py_ssize_t = order[at]
            for a in range(k):
                s = 0.5 * x[col] * K[j, a]
                for i in range(j + 1, ends[at]):
                    s += x[idx[i]] * K[i, a]
                for b in range(k):
                    P[owner[at], a, b] -= s * K[j, b]
                    P[owner[at], b, a] -= s * K[j, b]
