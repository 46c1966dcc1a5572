"""Covariance parameters as standard deviations and correlations: the scale on which profiles and intervals live.

x (m + 1,): for each term, in theta's order (the lower triangle column by column), standard deviations on the diagonal and correlations
below it; last sigma.  R: lme4's Cv_to_Sv, Sv_to_Cv, profnames.
"""
from __future__ import annotations

import math

import numpy as np
from numba import njit
from scipy.linalg import lapack

from .structure import Floats, Ints, RandomStructure, lower_triangle


def from_theta(structure: RandomStructure, theta: Floats, sigma: float) -> Floats:
    """x (m + 1,) of theta (m,) and sigma; the correlation with an effect whose variance is 0 is 0."""
    x = np.empty(len(theta) + 1)
    _sdcor_of(theta, sigma, _sizes(structure), x)
    return x


def to_theta(structure: RandomStructure, x: Floats) -> Floats:
    """theta (m,) of x (m + 1,); where the correlations are those of no matrix, of the nearest that lme4 would put in its place."""
    theta = np.empty(len(x) - 1)
    if not _theta_of(x, _sizes(structure), theta):
        parts = [_pivoted(S / (x[-1] * x[-1]))[lower_triangle(len(S))] for S in covariances(structure, x)]
        theta = np.concatenate(parts)
    return theta


def _sizes(structure: RandomStructure) -> Ints:
    return np.array([term.k for term in structure.terms])


def covariances(structure: RandomStructure, x: Floats) -> list[Floats]:
    """The covariance matrix (k, k) of each term at x."""
    out = []
    for term, start in zip(structure.terms, structure.theta_offsets, strict=False):
        rows, cols = lower_triangle(term.k)
        R = np.eye(term.k)
        values = x[start : start + term.n_theta]
        sd = values[rows == cols]
        off = rows != cols
        R[rows[off], cols[off]] = R[cols[off], rows[off]] = values[off]
        out.append(R * np.outer(sd, sd))
    return out


@njit(cache=True, error_model="numpy")
def _sdcor_of(theta, sigma, sizes, x):  # noqa: N803
    """`from_theta`, operation by operation as R does it: profiles start here, and their optimizer follows the last digit."""
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
def _theta_of(x, sizes, theta):  # noqa: N803
    """`to_theta` by Cholesky factors, as R does it; False where a correlation matrix is not positive definite."""
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
                diagonal &= r == c or S[r, c] == 0.0
                free += 1
        for c in range(k):
            if not (S[c, c] > 0.0 or diagonal):
                return False
            S[c, c] = math.sqrt(S[c, c])
            if not diagonal:
                for r in range(c + 1, k):
                    S[r, c] /= S[c, c]
                for e in range(c + 1, k):
                    for r in range(e, k):
                        S[r, e] -= S[r, c] * S[e, c]
            for r in range(c, k):
                theta[at] = S[r, c]
                at += 1
    return True


def _pivoted(S: Floats) -> Floats:
    """What lme4 takes for the lower factor of an S (k, k) that is not positive definite: its pivoted factor, unpivoted.

    The remainder beyond S's rank, which should be 0, stays in. When pivoting has changed the order, that puts a rounding
    error above the diagonal, lme4 takes the matrix for an upper triangle, and an effect is lost: at correlations of exactly
    1 or -1 its deviance is then too high by hundreds. Kept, because profiles that pass there depend on it.
    """
    if not S.any():
        return S
    if (S == np.diag(np.diagonal(S))).all():
        return np.sqrt(S)
    factor, pivots, _, _ = lapack.dpstrf(S)
    unpivoted = np.empty_like(factor)
    unpivoted[:, pivots - 1] = np.triu(factor)
    return unpivoted if np.tril(unpivoted, -1).any() else unpivoted.T


def bounds(structure: RandomStructure) -> tuple[Floats, Floats]:
    """Lower and upper bounds (m + 1,): 0 and infinity for standard deviations, -1 and 1 for correlations."""
    diagonal = np.append(structure.diagonal, True)
    return np.where(diagonal, 0.0, -1.0), np.where(diagonal, np.inf, 1.0)


def names(structure: RandomStructure, old: bool = True) -> list[str]:
    """lme4's names of x: `.sig01`, ..., `.sigma`, or, by meaning, `sd_(Intercept)|Subject`, `cor_x.(Intercept)|Subject`, `sigma`."""
    if old:
        return [f".sig{i + 1:02d}" for i in range(structure.n_theta)] + [".sigma"]
    out = []
    for term in structure.terms:
        for row, col in zip(*lower_triangle(term.k), strict=True):
            a, b = term.names[row], term.names[col]
            out.append(f"sd_{a}|{term.group}" if row == col else f"cor_{a}.{b}|{term.group}")
    return [*out, "sigma"]
