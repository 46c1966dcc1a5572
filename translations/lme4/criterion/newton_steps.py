# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: infer_types=True
"""Where Newton's method steps to next, by the eigenvalues of a small Hessian."""

from __future__ import annotations

try:
    import cython
except ModuleNotFoundError:
    from translations import cython_stand_in as cython

if cython.compiled:
    from cython.cimports.libc.math import expm1, fabs, sqrt
else:
    from math import expm1, fabs, sqrt

    from translations.compiled import runs_as_python

    runs_as_python(__name__)


def largest(v):
    """max |v_i|."""
    found: cython.double = 0.0
    for i in range(v.shape[0]):
        found = max(found, fabs(v[i]))
    return found


def step_of(way, H, x, g, across, values, vectors, other, step):  # noqa: N803
    """One of the steps of `optimize._descents`, in the order in which they are tried; False where it has none."""
    m = x.shape[0]
    if way == 2:
        s: cython.double = max(1.0, largest(g))
        for i in range(m):
            step[i] = -g[i] / s
        return True
    for i in range(m):
        for j in range(m):
            other[i, j] = H[i, j]
    eigen(other, values, vectors)
    least = values[0]
    for i in range(m):
        least = min(least, values[i])
    positive: cython.bint = least > 1e-10 * largest(values)
    logs: cython.bint = way == 0 and not positive
    if logs:
        for i in range(m):
            for j in range(m):
                other[i, j] = H[i, j]
            if across[i] == i and x[i] > 0.0:
                other[i, i] += max(g[i] / x[i], 0.0)
        eigen(other, values, vectors)
    least = 0.0 if way == 0 and positive else max(1e-10 * largest(values), 1e-300)
    for i in range(m):
        step[i] = 0.0
    for c in range(m):
        s = 0.0
        for i in range(m):
            s += vectors[i, c] * g[i]
        s /= values[c] if way == 0 and positive else max(fabs(values[c]), least)
        for i in range(m):
            step[i] -= vectors[i, c] * s
    if way == 0 and positive:
        return True
    if logs:
        s = 0.0
        for i in range(m):
            if across[i] == i and x[i] > 0.0 and step[i] < 0.0:
                step[i] = x[i] * expm1(max(step[i] / x[i], -1.6))
            else:
                step[i] = min(max(step[i], -1.0), 1.0)
            s += step[i] * g[i]
        return s < 0.0
    s = max(1.0, largest(step))
    for i in range(m):
        step[i] /= s
    return True


def update(H, s, y, Hs):  # noqa: N803
    """The BFGS update of H (m, m) for a step s (m,) and the change y (m,) of the gradient (Nocedal & Wright 2006, eq.
    6.19); False, and H as it was, where the curvature along s is not positive. Hs (m,) is workspace.
    """
    m = s.shape[0]
    curvature: cython.double = 0.0
    bent: cython.double = 0.0
    for i in range(m):
        Hs[i] = 0.0
        for j in range(m):
            Hs[i] += H[i, j] * s[j]
        curvature += s[i] * y[i]
        bent += s[i] * Hs[i]
    if not (curvature > 1e-12 * largest(s) * largest(y) and bent > 0.0):
        return False
    for i in range(m):
        for j in range(m):
            H[i, j] += y[i] * y[j] / curvature - Hs[i] * Hs[j] / bent
    return True


def eigen(A, values, vectors):
    """Eigenvalues (m,) and eigenvectors (m, m), in columns, of the symmetric A (m, m), which is used up, by Jacobi's
    rotations (Golub & Van Loan 2013, Matrix Computations, section 8.5).
    """
    m = A.shape[0]
    for i in range(m):
        for j in range(m):
            vectors[i, j] = 1.0 if i == j else 0.0
    for _ in range(60):
        off: cython.double = 0.0
        whole: cython.double = 0.0
        for i in range(m):
            for j in range(m):
                whole += A[i, j] * A[i, j]
                if i != j:
                    off += A[i, j] * A[i, j]
        if off <= 1e-28 * whole:
            break
        for i in range(m):
            for j in range(i + 1, m):
                if A[i, j] == 0.0:
                    continue
                tau = (A[j, j] - A[i, i]) / (2.0 * A[i, j])
                t = (1.0 if tau >= 0.0 else -1.0) / (fabs(tau) + sqrt(1.0 + tau * tau))
                c = 1.0 / sqrt(1.0 + t * t)
                s = t * c
                for a in range(m):
                    p, q = A[a, i], A[a, j]
                    A[a, i], A[a, j] = c * p - s * q, s * p + c * q
                for a in range(m):
                    p, q = A[i, a], A[j, a]
                    A[i, a], A[j, a] = c * p - s * q, s * p + c * q
                    p, q = vectors[a, i], vectors[a, j]
                    vectors[a, i], vectors[a, j] = c * p - s * q, s * p + c * q
    for i in range(m):
        values[i] = A[i, i]
