"""Covariance parameters as standard deviations and correlations: the scale on which profiles and intervals live.

x (m + 1,): for each term, in theta's order (the lower triangle column by column), standard deviations on the diagonal and correlations
below it; last sigma.  R: lme4's Cv_to_Sv, Sv_to_Cv, profnames.
"""
from __future__ import annotations

import numpy as np

from .structure import Floats, RandomStructure, lower_triangle


def from_theta(structure: RandomStructure, theta: Floats, sigma: float) -> Floats:
    """x (m + 1,) of theta (m,) and sigma."""
    parts = []
    for T in structure.templates(theta):
        S = T @ T.T
        sd = np.sqrt(np.diagonal(S))
        with np.errstate(invalid="ignore", divide="ignore"):
            R = S / sd[:, None] / sd
        np.fill_diagonal(R, sd * sigma)
        parts.append(R[lower_triangle(len(T))])
    return np.concatenate([*parts, [sigma]])


def to_theta(structure: RandomStructure, x: Floats) -> Floats:
    """theta (m,) of x (m + 1,). Raises `numpy.linalg.LinAlgError` where the correlations are not those of any matrix."""
    sigma = x[-1]
    parts = [relative_factor(S / sigma**2)[lower_triangle(len(S))] for S in covariances(structure, x)]
    return np.concatenate(parts)


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


def relative_factor(S: Floats) -> Floats:
    """The lower Cholesky factor of a positive semidefinite S (k, k): columns whose pivot vanishes are zero."""
    if S.shape == (1, 1):
        return np.sqrt(S)
    k = len(S)
    T = np.zeros((k, k))
    tolerance = 1e-14 * np.diagonal(S)
    for j in range(k):
        pivot = S[j, j] - T[j, :j] @ T[j, :j]
        if pivot < -1e-8 * max(S[j, j], 1e-300):
            raise np.linalg.LinAlgError("not a covariance matrix")
        if pivot > tolerance[j]:
            T[j, j] = np.sqrt(pivot)
            T[j + 1 :, j] = (S[j + 1 :, j] - T[j + 1 :, :j] @ T[j, :j]) / T[j, j]
    return T


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
