# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""theta as standard deviations and correlations, and back, operation by operation as R does it.

Profiles start from the one, and their optimizer follows the last digit of the other. x (m + 1,) is described in
`sdcor.py`, whose loops these are; `scratch` (4, k, k), of doubles, is workspace for the terms' matrices.
"""

from __future__ import annotations

import cython
from cython.cimports.libc.math import NAN, fabs, sqrt
from cython.cimports.translations.lme4.criterion.loops import cholesky
from cython.cimports.translations.lme4.criterion.newton_steps import eigen

ROUNDING = cython.declare(cython.double, 1e-12)  # of a pivot that should be 0, relative to the variance
LEFT = cython.declare(cython.double, 3e-14)  # of a covariance beside a variance of 0, its square over the variances
COLLINEAR = cython.declare(cython.double, 1e-7)  # R's qr: of a column that depends on those before it, the length left
HALF_ULP = cython.declare(cython.double, 2.0**-53)


def sdcor_of(theta, sigma, sizes, x, scratch, way):
    """x (m + 1,) of theta (m,) and sigma; the correlation with an effect whose variance is 0 is 0. R: Cv_to_Sv, or
    (`way` 2, see `theta_of`) getProfPar.
    """
    T, S = scratch[0], scratch[1]
    at: cython.Py_ssize_t = 0
    x[x.shape[0] - 1] = sigma
    for term in range(sizes.shape[0]):
        k = sizes[term]
        _template(theta, at, k, T)
        for r in range(k):
            for c in range(k):
                S[r, c] = 0.0
                for e in range(k):
                    S[r, c] += T[r, e] * T[c, e]
                if way != 2:
                    S[r, c] *= sigma * sigma
        for c in range(k):
            for r in range(c, k):
                if S[c, c] > 0.0 and S[r, r] > 0.0:
                    sd = sqrt(S[c, c])
                    if way == 2:
                        x[at] = sd * sigma if r == c else S[r, c] / sqrt(S[r, r]) / sd
                    else:
                        x[at] = sd if r == c else 1.0 / sd * S[r, c] * (1.0 / sqrt(S[r, r]))
                else:
                    x[at] = 0.0
                at += 1


def _template(theta, at, k, T):
    """The lower triangular T (k, k) whose columns are theta's entries from `at` on."""
    T[:, :] = 0.0
    for c in range(k):
        for r in range(c, k):
            T[r, c] = theta[at]
            at += 1


def theta_of(x, sizes, theta, way, scratch):
    """theta (m,) of x (m + 1,). R: Sv_to_Cv, and since lme4 2.0 setProfPar.

    way: 1, lme4's before 2.0, with what it puts in the place of correlations that are those of no matrix (`_pivoted`);
    0, the same but there, with the factor of lower rank where there is one, and NaN where there is none; 2, the same by
    way of the correlations' factor, as since lme4 2.0.
    """
    S, T = scratch[0], scratch[1]
    s2: cython.double = x[x.shape[0] - 1] * x[x.shape[0] - 1]
    at: cython.Py_ssize_t = 0
    for term in range(sizes.shape[0]):
        k = sizes[term]
        if k == 1:
            theta[at] = x[at] / x[x.shape[0] - 1] if way == 2 else sqrt(x[at] * x[at] / s2)
            at += 1
            continue
        sd = scratch[2, 0]
        first: cython.Py_ssize_t = at
        for c in range(k):
            sd[c] = x[first]
            first += k - c
        free: cython.Py_ssize_t = at
        diagonal: cython.bint = True
        for c in range(k):
            for r in range(c, k):
                S[r, c] = 1.0 if r == c else x[free]
                if way != 2:
                    S[r, c] = S[r, c] * (sd[r] * sd[c]) / s2
                S[c, r] = S[r, c]
                if r != c and S[r, c] != 0.0:
                    diagonal = False
                free += 1
        for c in range(k):
            for r in range(k):
                T[r, c] = sqrt(S[r, c]) if diagonal else S[r, c]
        if not diagonal and not cholesky(T[:k, :k]):
            if way == 2:
                _of_lower_rank(S, k, T, scratch[3], scratch[2, 1])
            elif way == 1:
                _pivoted(S, k, T, scratch[2], scratch[3])
            else:
                _semidefinite(S, k, T)
        for c in range(k):
            for r in range(c, k):
                theta[at] = T[r, c] * (sd[r] / x[x.shape[0] - 1]) if way == 2 else T[r, c]
                at += 1


def _semidefinite(S, k, T):
    """T, the lower factor of a positive semidefinite S (k, k): 0 below pivots that vanish; NaN where S is not, or where
    more than rounding is left below such a pivot."""
    for c in range(k):
        for r in range(k):
            T[r, c] = S[r, c]
    for c in range(k):
        vanishes: cython.bint = fabs(T[c, c]) <= ROUNDING * S[c, c]
        if vanishes:
            T[c, c] = 0.0
        else:
            T[c, c] = sqrt(T[c, c]) if T[c, c] >= 0.0 else NAN
        for r in range(c + 1, k):
            if not vanishes:
                T[r, c] /= T[c, c]
            else:
                T[r, c] = 0.0 if T[r, c] * T[r, c] <= LEFT * S[c, c] * S[r, r] else NAN
        for e in range(c + 1, k):
            for r in range(e, k):
                T[r, e] -= T[r, c] * T[e, c]


def _of_lower_rank(S, k, T, V, values):
    """T, what lme4 since 2.0 takes for the lower factor of correlations S (k, k) without a Cholesky factor: from their
    eigenvalues, NaN where one is less than rounding leaves of zero. R: semichol.

    It is R's `qr` that makes it a triangle, which moves a column that depends on those before it to the end, and nobody
    moves it back. Kept, because profiles pass there.
    """
    K = T.shape[0]
    for r in range(K):
        for c in range(K):
            T[r, c] = S[r, c] if r < k and c < k else (1.0 if r == c else 0.0)
    eigen(T, values, V)
    least: cython.double = values[0]
    most: cython.double = values[0]
    for i in range(K):
        least, most = min(least, values[i]), max(most, values[i])
    T[:, :] = 0.0
    if least < -256.0 * HALF_ULP * most:
        T[:, 0] = NAN
        return
    for i in range(K):
        root: cython.double = sqrt(values[i]) if values[i] > 0.0 else 0.0
        for j in range(k):
            S[i, j] = root * V[j, i]
    for j in range(k):
        V[0, j] = _length(S, j)
    last: cython.Py_ssize_t = k
    for a in range(k):
        while a < last and _length(S, a) < COLLINEAR * (V[0, a] if V[0, a] > 0.0 else 1.0):
            for j in range(a, k - 1):
                V[0, j], V[0, j + 1] = V[0, j + 1], V[0, j]
                for i in range(K):
                    S[i, j], S[i, j + 1] = S[i, j + 1], S[i, j]
                for i in range(a):
                    T[j, i], T[j + 1, i] = T[j + 1, i], T[j, i]
            last -= 1
        T[a, a] = _length(S, a)
        for j in range(a + 1, k):
            if T[a, a] > 0.0:
                s: cython.double = 0.0
                for i in range(K):
                    s += S[i, a] * S[i, j]
                T[j, a] = s / T[a, a]
                for i in range(K):
                    S[i, j] -= S[i, a] * (T[j, a] / T[a, a])


def _length(S, j):
    s: cython.double = 0.0
    for i in range(S.shape[0]):
        s += S[i, j] * S[i, j]
    return sqrt(s)


def _pivoted(S, k, T, R, work):
    """T, what lme4 takes for the lower factor of an S (k, k) that is not positive definite: its pivoted one, unpivoted.

    The remainder beyond S's rank, which should be 0, stays in (LAPACK's dpstf2 leaves it). When pivoting has changed
    the order, that puts a rounding error above the diagonal, lme4 takes the matrix for an upper triangle, and an effect
    is lost: at correlations of exactly 1 or -1 its deviance is then too high by hundreds. Kept, because profiles that
    pass there depend on it; `exact=True` knows no such thing.
    """
    used, order = work[0], work[1]
    tolerance: cython.double = 0.0
    for i in range(k):
        used[i], order[i] = 0.0, i
        for j in range(k):
            R[i, j] = S[i, j]
    for j in range(k):
        pivot = j
        for i in range(j, k):
            if j > 0:
                used[i] += R[j - 1, i] * R[j - 1, i]
            if R[i, i] - used[i] > R[pivot, pivot] - used[pivot]:
                pivot = i
        d = R[pivot, pivot] - used[pivot]
        if j == 0:
            tolerance = k * HALF_ULP * d
        elif not d > tolerance:
            R[j, j] = d
            break
        if pivot != j:
            R[pivot, pivot] = R[j, j]
            for i in range(j):
                R[i, j], R[i, pivot] = R[i, pivot], R[i, j]
            for i in range(pivot + 1, k):
                R[j, i], R[pivot, i] = R[pivot, i], R[j, i]
            for i in range(j + 1, pivot):
                R[j, i], R[i, pivot] = R[i, pivot], R[j, i]
            used[j], used[pivot] = used[pivot], used[j]
            order[j], order[pivot] = order[pivot], order[j]
        R[j, j] = sqrt(d) if d >= 0.0 else NAN
        for i in range(j + 1, k):
            s: cython.double = 0.0
            for e in range(j):
                s += R[e, i] * R[e, j]
            R[j, i] = (R[j, i] - s) * (1.0 / R[j, j])
    T[:, :] = 0.0
    for c in range(k):
        place: cython.Py_ssize_t = int(order[c])
        for r in range(c + 1):
            T[r, place] = R[r, c]
    lower: cython.bint = False
    for c in range(k):
        for r in range(c + 1, k):
            lower = lower or T[r, c] != 0.0
    if not lower:
        for c in range(k):
            for r in range(c):
                T[c, r], T[r, c] = T[r, c], 0.0
