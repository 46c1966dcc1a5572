# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Sums taken term by term from the left, as Powell's Fortran takes them and BLAS does not; the loops of BOBYQA's model.

Notation as in `quadratic_model.Model`: X (npt, n), Z (npt, npt - n - 1), B (npt, n), U and Hess (n, n), pq (npt,).
"""

from __future__ import annotations

import numpy as np

try:
    import cython
except ModuleNotFoundError:
    from translations import cython_stand_in as cython

if cython.compiled:
    from cython.cimports.libc.math import fabs, sqrt
else:
    from math import fabs, sqrt

    from translations.compiled import runs_as_python

    runs_as_python(__name__)


@cython.ccall
def dot(a: cython.double[:], b: cython.double[:], start: cython.double = 0.0) -> cython.double:
    """start + a_1 b_1 + a_2 b_2 + ..., from the left."""
    i: cython.Py_ssize_t
    s: cython.double = start
    for i in range(a.shape[0]):
        s += a[i] * b[i]
    return s


def rows_times(M: cython.double[:, :], v: cython.double[:]):
    """M v: the dot product of every row of M (k, n) with v (n,)."""
    out = np.zeros(M.shape[0])
    total: cython.double[::1] = out
    k: cython.Py_ssize_t
    i: cython.Py_ssize_t
    for k in range(M.shape[0]):
        for i in range(M.shape[1]):
            total[k] += M[k, i] * v[i]
    return out


def times_rows(v: cython.double[:], M: cython.double[:, :], start):
    """start (n,) + v_1 M_1 + v_2 M_2 + ..., with v (k,) and the rows of M (k, n), from the left."""
    out = start.copy()
    total: cython.double[::1] = out
    k: cython.Py_ssize_t
    i: cython.Py_ssize_t
    for k in range(M.shape[0]):
        for i in range(M.shape[1]):
            total[i] += v[k] * M[k, i]
    return out


def squares(M: cython.double[:, :]):
    """Sums of squares (k,) of the rows of M (k, n)."""
    out = np.zeros(M.shape[0])
    total: cython.double[::1] = out
    k: cython.Py_ssize_t
    i: cython.Py_ssize_t
    for k in range(M.shape[0]):
        for i in range(M.shape[1]):
            total[k] += M[k, i] * M[k, i]
    return out


@cython.ccall
def mirror(M: cython.double[:, :]) -> cython.void:
    """Copy the upper triangle of M (n, n) to the lower one."""
    j: cython.Py_ssize_t
    i: cython.Py_ssize_t
    for j in range(M.shape[0]):
        for i in range(j):
            M[j, i] = M[i, j]


def add_both(M: cython.double[:, :], a: cython.double[:], b: cython.double[:]):
    """The upper triangle of M (n, n) plus a b' + b a', entry by entry."""
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    for i in range(a.shape[0]):
        for j in range(i + 1):
            M[j, i] = M[j, i] + a[i] * b[j] + b[i] * a[j]


def change_of_model(
    d: cython.double[:], g: cython.double[:], Hess: cython.double[:, :], pq: cython.double[:], X: cython.double[:, :]
) -> cython.double:
    """The change of the model (gradient g, second derivatives Hess and pq) over the step d (n,)."""
    change: cython.double = 0.0
    along: cython.double
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    k: cython.Py_ssize_t
    for j in range(d.shape[0]):
        change += d[j] * g[j]
        for i in range(j + 1):
            change += Hess[i, j] * (0.5 * (d[i] * d[j]) if i == j else d[i] * d[j])
    for k in range(X.shape[0]):
        along = dot(X[k], d)
        change += 0.5 * pq[k] * (along * along)
    return change


def update_inverse(
    j: cython.Py_ssize_t, values: cython.double[:], rest: cython.double[:], beta: cython.double,
    denominator: cython.double, Z: cython.double[:, :], B: cython.double[:, :], U: cython.double[:, :],
):
    """H after point j was replaced by the one of `Model.lagrange`'s values (npt,), rest (n,) and beta, in place."""
    npt: cython.Py_ssize_t = Z.shape[0]
    n: cython.Py_ssize_t = B.shape[1]
    h: cython.Py_ssize_t
    i: cython.Py_ssize_t
    c: cython.Py_ssize_t
    largest: cython.double = 0.0
    for h in range(npt):
        for c in range(Z.shape[1]):
            largest = max(largest, fabs(Z[h, c]))
    negligible: cython.double = 1e-20 * largest
    for c in range(1, Z.shape[1]):
        if fabs(Z[j, c]) > negligible:
            length: cython.double = sqrt(Z[j, 0] * Z[j, 0] + Z[j, c] * Z[j, c])
            cos: cython.double = Z[j, 0] / length
            sin: cython.double = Z[j, c] / length
            for i in range(npt):
                first: cython.double = cos * Z[i, 0] + sin * Z[i, c]
                Z[i, c] = cos * Z[i, c] - sin * Z[i, 0]
                Z[i, 0] = first
        Z[j, c] = 0.0
    column: cython.double[::1] = np.empty(npt)
    own: cython.double[::1] = np.array(B[j])
    changed: cython.double[::1] = np.array(values)
    for h in range(npt):
        column[h] = Z[j, 0] * Z[h, 0]
    alpha: cython.double = column[j]
    tau: cython.double = values[j]
    changed[j] -= 1.0
    root: cython.double = sqrt(denominator)
    kept: cython.double = tau / root
    added: cython.double = Z[j, 0] / root
    for h in range(npt):
        Z[h, 0] = kept * Z[h, 0] - added * changed[h]
    for i in range(n):
        a: cython.double = (alpha * rest[i] - tau * own[i]) / denominator
        b: cython.double = (-beta * own[i] - tau * rest[i]) / denominator
        for h in range(npt):
            B[h, i] = B[h, i] + a * changed[h] + b * column[h]
        for h in range(i + 1):
            U[h, i] = U[h, i] + a * rest[h] + b * own[h]
    mirror(U)
