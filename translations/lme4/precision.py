"""Conditional covariance blocks of the random effects, from the factor that the fit leaves behind."""
from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular

from .pls import PLS
from .structure import Floats


def unscaled_conditional_blocks(pls: PLS, theta: Floats) -> list[Floats]:
    """Level-blocks (levels, k, k) of Lambda (Lambda'Z'WZ Lambda + I)^{-1} Lambda', one array a block.

    With Phi = Z'V^{-1}Z and Sigma = Lambda Lambda' this is Sigma - Sigma Phi Sigma, but subtracting would cost digits where the data say
    much about a level; the inverse of the factor does not.
    """
    pls.solve(theta)
    q2 = pls.tail.q
    T = pls._blocks[0].template(theta)
    levels, k = pls.A.shape[:2]
    Linv = np.linalg.inv(pls._L) if levels else pls._L
    first = np.einsum("gca,gcb->gab", Linv, Linv)
    if not q2:
        return [T @ first @ T.T]
    S = np.tril(pls._S[:q2, :q2])
    inverse_factor = solve_triangular(S, np.eye(q2), lower=True)
    for g in range(levels):
        rows = slice(pls.ptr[g], pls.ptr[g + 1])
        # (L_g^{-T} B_g Lambda2) L2^{-T}: what the tail adds to the inverse's block of level g
        half = Linv[g].T @ pls._B[rows].T
        scaled = _columns_times_lambda(pls, half, pls.idx[rows], theta)
        first[g] += scaled @ (inverse_factor.T @ (inverse_factor @ scaled.T)) if k else 0.0
    out = [T @ first @ T.T]
    for b, start in zip(pls.tail.blocks, pls.tail.starts, strict=True):
        Tb = b.template(theta)
        part = inverse_factor[:, start : start + b.n_levels * b.k].reshape(q2, b.n_levels, b.k)
        out.append(Tb @ np.einsum("qga,qgb->gab", part, part) @ Tb.T)
    return out


def _columns_times_lambda(pls: PLS, half: Floats, columns: np.ndarray, theta: Floats) -> Floats:
    """`half` (k, c) spread over the tail's columns `columns`, times Lambda2: shape (k, q2)."""
    spread = np.zeros((pls.tail.q, half.shape[0]))
    spread[columns] = half.T
    return pls.tail.times_lambda(spread, theta, transpose=True).T
