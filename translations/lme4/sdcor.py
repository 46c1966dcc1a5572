"""Covariance parameters as standard deviations and correlations: the scale on which profiles and intervals live.

x (m + 1,): for each term, in theta's order (the lower triangle column by column), standard deviations on the diagonal
and correlations below it; last sigma.  R: lme4's Cv_to_Sv, Sv_to_Cv, profnames.
"""
from __future__ import annotations

import math

import numpy as np
from numba import njit

from .structure import Floats, Ints, RandomStructure, lower_triangle

ROUNDING = 1e-12  # of a pivot that should be 0, relative to the variance


def from_theta(structure: RandomStructure, theta: Floats, sigma: float) -> Floats:
    """x (m + 1,) of theta (m,) and sigma; the correlation with an effect whose variance is 0 is 0."""
    x = np.empty(len(theta) + 1)
    _sdcor_of(theta, sigma, sizes(structure), x)
    return x


def to_theta(structure: RandomStructure, x: Floats, as_lme4: bool = True) -> Floats:
    """theta (m,) of x (m + 1,); where the correlations are those of no matrix, what lme4 puts in its place
    (`_pivoted`)."""
    theta = np.empty(len(x) - 1)
    theta_of(x, sizes(structure), theta, as_lme4)
    return theta


def sizes(structure: RandomStructure) -> Ints:
    """The number of effects of each term, (terms,)."""
    return np.array([term.k for term in structure.terms])


@njit(cache=True, error_model="numpy")
def _sdcor_of(theta, sigma, sizes, x):  # noqa: N803
    """`from_theta`, operation by operation as R does it: profiles start here, and their optimizer follows the last
    digit."""
    x[-1] = sigma
    at = 0
    for k in sizes:
        T = np.zeros((k, k))
        free = at
        for c in range(k):
            for r in range(c, k):
                T[r, c] = theta[free]
                free += 1
        S = np.zeros((k, k))
        for r in range(k):
            for c in range(k):
                for e in range(k):
                    S[r, c] += T[r, e] * T[c, e]
                S[r, c] *= sigma * sigma
        for c in range(k):
            for r in range(c, k):
                sd, inverse = math.sqrt(S[c, c]), 1.0 / math.sqrt(S[r, r])
                x[at] = sd if r == c else 1.0 / sd * S[r, c] * inverse
                if math.isnan(x[at]):
                    x[at] = 0.0
                at += 1


@njit(cache=True, error_model="numpy")
def theta_of(x, sizes, theta, as_lme4):  # noqa: N803
    """`to_theta` into `theta`, operation by operation as R does it.

    as_lme4: False for the factor of lower rank where there is one, and NaN where there is none, instead of `_pivoted`.
    """
    s2 = x[-1] * x[-1]
    at = 0
    for k in sizes:
        if k == 1:
            theta[at] = math.sqrt(x[at] * x[at] / s2)
            at += 1
            continue
        sd = np.empty(k)
        first = at
        for c in range(k):
            sd[c] = x[first]
            first += k - c
        S = np.empty((k, k))
        free, diagonal = at, True
        for c in range(k):
            for r in range(c, k):
                S[r, c] = (1.0 if r == c else x[free]) * (sd[r] * sd[c]) / s2
                S[c, r] = S[r, c]
                diagonal &= r == c or S[r, c] == 0.0
                free += 1
        T = np.sqrt(S) if diagonal else S.copy()
        if not diagonal and not _cholesky(T):
            T = _pivoted(S) if as_lme4 else _semidefinite(S)
        for c in range(k):
            for r in range(c, k):
                theta[at] = T[r, c]
                at += 1


@njit(cache=True, error_model="numpy")
def _cholesky(S):  # noqa: N803
    """The lower factor of S (k, k) in its lower triangle, in place; False when S is not positive definite."""
    k = len(S)
    for c in range(k):
        if not S[c, c] > 0.0:
            return False
        S[c, c] = math.sqrt(S[c, c])
        for r in range(c + 1, k):
            S[r, c] /= S[c, c]
        for e in range(c + 1, k):
            for r in range(e, k):
                S[r, e] -= S[r, c] * S[e, c]
    return True


@njit(cache=True, error_model="numpy")
def _semidefinite(S):  # noqa: N803
    """The lower factor of a positive semidefinite S (k, k): columns whose pivot vanishes are 0; NaN where S is not."""
    T = S.copy()
    for c in range(len(T)):
        vanishes = abs(T[c, c]) <= ROUNDING * S[c, c]
        T[c, c] = 0.0 if vanishes else math.sqrt(T[c, c])
        for r in range(c + 1, len(T)):
            T[r, c] = 0.0 if vanishes else T[r, c] / T[c, c]
        for e in range(c + 1, len(T)):
            for r in range(e, len(T)):
                T[r, e] -= T[r, c] * T[e, c]
    return T


@njit(cache=True, error_model="numpy")
def _pivoted(S):  # noqa: N803
    """What lme4 takes for the lower factor of an S (k, k) that is not positive definite: its pivoted factor, unpivoted.

    The remainder beyond S's rank, which should be 0, stays in (LAPACK's dpstf2 leaves it). When pivoting has changed
    the order, that puts a rounding error above the diagonal, lme4 takes the matrix for an upper triangle, and an effect
    is lost: at correlations of exactly 1 or -1 its deviance is then too high by hundreds. Kept, because profiles that
    pass there depend on it; `exact=True` knows no such thing.
    """
    k = len(S)
    R, order, used = S.copy(), np.arange(k), np.zeros(k)
    tolerance = 0.0
    for j in range(k):
        pivot = j
        for i in range(j, k):
            if j > 0:
                used[i] += R[j - 1, i] * R[j - 1, i]
            if R[i, i] - used[i] > R[pivot, pivot] - used[pivot]:
                pivot = i
        d = R[pivot, pivot] - used[pivot]
        if j == 0:
            tolerance = k * 2.0**-53 * d
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
        R[j, j] = math.sqrt(d)
        for i in range(j + 1, k):
            s = 0.0
            for e in range(j):
                s += R[e, i] * R[e, j]
            R[j, i] = (R[j, i] - s) * (1.0 / R[j, j])
    T = np.zeros((k, k))
    for c in range(k):
        for r in range(c + 1):
            T[r, order[c]] = R[r, c]
    for c in range(k):
        for r in range(c + 1, k):
            if T[r, c] != 0.0:
                return T
    return T.T.copy()


def bounds(structure: RandomStructure) -> tuple[Floats, Floats]:
    """Lower and upper bounds (m + 1,): 0 and infinity for standard deviations, -1 and 1 for correlations."""
    diagonal = np.append(structure.diagonal, True)
    return np.where(diagonal, 0.0, -1.0), np.where(diagonal, np.inf, 1.0)


def names(structure: RandomStructure, old: bool = True) -> list[str]:
    """lme4's names of x: `.sig01`, ..., `.sigma`, or, by meaning, `sd_(Intercept)|Subject`,
    `cor_x.(Intercept)|Subject`, `sigma`."""
    if old:
        return [f".sig{i + 1:02d}" for i in range(structure.n_theta)] + [".sigma"]
    out = []
    for term in structure.terms:
        for row, col in zip(*lower_triangle(term.k), strict=True):
            a, b = term.names[row], term.names[col]
            out.append(f"sd_{a}|{term.group}" if row == col else f"cor_{a}.{b}|{term.group}")
    return [*out, "sigma"]
