# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""Triangular systems in the order of CHOLMOD's simplicial solver, for dense triangles of more than three rows.

It takes three columns at a time where it can: what they contribute to a row further down is summed first, and three
unknowns further up are found together. For three rows or fewer that is the plain order. k effects of a level; `base` is
the number of the level's first column in the whole factor.
"""

from __future__ import annotations

try:
    import cython
except ModuleNotFoundError:
    from translations import cython_stand_in as cython

if not cython.compiled:
    from translations.compiled import runs_as_python

    runs_as_python(__name__)


@cython.ccall
@cython.nogil
@cython.exceptval(check=False)
def forward(
    L: cython.double[:, :, ::1], d: cython.Py_ssize_t, B: cython.double[:, :, ::1], g: cython.Py_ssize_t
) -> cython.void:
    """L[d]^-1 B[g] in place of B[g] (k, p)."""
    k = L.shape[1]
    for c in range(B.shape[2]):
        for a in range(k):
            s: cython.double = B[g, a, c]
            e: cython.Py_ssize_t = 0
            while e + 3 <= a and k - e >= 4:
                s -= L[d, a, e] * B[g, e, c] + L[d, a, e + 1] * B[g, e + 1, c] + L[d, a, e + 2] * B[g, e + 2, c]
                e += 3
            while e < a:
                s -= L[d, a, e] * B[g, e, c]
                e += 1
            B[g, a, c] = s / L[d, a, a]


@cython.ccall
@cython.nogil
@cython.exceptval(check=False)
def forward_row(
    L: cython.double[:, :, ::1], d: cython.Py_ssize_t, u: cython.double[:, ::1], g: cython.Py_ssize_t
) -> cython.void:
    """The same for one right side, u[g] (k,)."""
    k = L.shape[1]
    for a in range(k):
        s: cython.double = u[g, a]
        e: cython.Py_ssize_t = 0
        while e + 3 <= a and k - e >= 4:
            s -= L[d, a, e] * u[g, e] + L[d, a, e + 1] * u[g, e + 1] + L[d, a, e + 2] * u[g, e + 2]
            e += 3
        while e < a:
            s -= L[d, a, e] * u[g, e]
            e += 1
        u[g, a] = s / L[d, a, a]


@cython.ccall
@cython.nogil
@cython.exceptval(check=False)
def backward_row(
    L: cython.double[:, :, ::1], d: cython.Py_ssize_t, u: cython.double[:, ::1], g: cython.Py_ssize_t,
    base: cython.Py_ssize_t,
) -> cython.void:
    """L[d]^-T u[g] in place of u[g] (k,): the last columns together, up to three, but not the first four of all."""
    k = L.shape[1]
    high: cython.Py_ssize_t = k - 1
    while high >= 0:
        together: cython.Py_ssize_t = min(3, high + 1) if base + high >= 4 else 1
        for a in range(high, high - together, -1):
            s: cython.double = u[g, a]
            for c in range(high + 1, k):
                s -= L[d, c, a] * u[g, c]
            for c in range(high, a, -1):
                s -= L[d, c, a] * u[g, c]
            u[g, a] = s / L[d, a, a]
        high -= together
