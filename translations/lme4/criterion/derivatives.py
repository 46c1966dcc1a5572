"""What the derivatives of the criterion are made of: the level-blocks of Z'V^{-1}Z, and what they weigh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from translations.arrays import Floats
from translations.later import Later

from . import loops

if TYPE_CHECKING:
    from scipy import linalg

    from .factor import Evaluated, Factor
else:
    linalg = Later("scipy.linalg")

CLEAR = 1e-2  # a scalar template above it may be divided by


def precision(at: Factor) -> list[Floats]:
    """The diagonal level-blocks (levels, k, k) of Z'V^{-1}Z, one array a block."""
    of, tail, cross = at.products, at.products.tail, at.products.cross
    P, K = np.empty_like(of.A), np.empty_like(cross.C)
    loops.level_precision(at.T, of.A, cross.ptr, cross.C, at.L, P, K, *np.empty((2, *P.shape[1:])))
    if not tail.q:
        return [P]
    P -= cross.quadratic(cross.times_lambda(K, tail, at.theta), at.inverse)
    return [P, *(_tail_precision(at, i) for i in range(len(tail.blocks)))]


def _tail_precision(at: Factor, i: int) -> Floats:
    """The level-blocks of block i of the tail, of Z'V^{-1}Z = S22 - S22 Lambda2 Omega^{-1} Lambda2' S22."""
    tail, b, start = at.products.tail, at.products.tail.blocks[i], at.products.tail.starts[i]
    T = b.template(at.theta)
    if T.size == 1 and abs(T[0, 0]) > CLEAR:  # then it is (1 - Omega^{-1}_gg) / T^2; elsewhere that loses digits
        return (1.0 - tail.level_blocks(at.inverse)[i]) / T**2
    X = tail.times_lambda(at.schur[:, start : start + b.n_levels * b.k], at.theta, transpose=True)
    X = linalg.solve_triangular(at.S[: tail.q, : tail.q], X, lower=True, check_finite=False)
    X = X.reshape(-1, b.n_levels, b.k)
    return tail.level_blocks(at.schur)[i] - np.einsum("qga,qgb->gab", X, X)


def template_weights(at: Evaluated, REML: bool, df: float) -> list[Floats]:  # noqa: N803
    """The criterion's derivatives with respect to TT', one matrix F (k, k) a block.

    F_b = sum_g [ (Z'V^{-1}Z)_gg - G_g K G_g' ] and K = (df / pwrss) cc' (+ (Q'V^{-1}Q)^{-1} for REML), c =
    (-beta_Q, 1): log|V|, log|X'V^{-1}X| and pwrss all depend on theta through T_b T_b' alone.
    """
    K, out = np.empty_like(at.corner), [np.empty((b.k, b.k)) for b in at.products.blocks]
    loops.residual_weights(at.corner, df, REML, np.empty_like(K), K)
    for F, P, G in zip(out, at.precision, at.G, strict=True):
        loops.level_sum(P, np.ascontiguousarray(G), K, F)
    return out


def gradient(at: Evaluated, REML: bool, df: int) -> Floats:  # noqa: N803
    """The criterion's exact derivatives (m,) with respect to theta: 2 F T of each template."""
    out = np.zeros(len(at.theta))
    for b, F in zip(at.products.blocks, template_weights(at, REML, df), strict=True):
        out[b.theta] += 2.0 * (F @ b.template(at.theta))[b.rows, b.cols]
    return out


def information(at: Evaluated) -> Floats:
    """The criterion's expected second derivatives (m, m).

    tr(Phi S_i Phi S_j) - tr(Phi S_i) tr(Phi S_j) / n with Phi = Z'V^{-1}Z, of which only the diagonal level-blocks are
    at hand; S_i is the derivative of TT'. Off the blocks Phi is small where factors are crossed.
    """
    m = len(at.theta)
    traces, H = np.zeros(m), np.zeros((m, m))
    for b, P in zip(at.products.blocks, at.precision, strict=True):
        T, products = b.template(at.theta), {}
        for row, col, i in zip(b.rows, b.cols, b.theta, strict=True):
            S = np.zeros((b.k, b.k))
            S[row] = T[:, col]
            products[i] = P @ (S + S.T)
            traces[i] = np.trace(products[i].sum(axis=0))
        for i in b.theta:
            for j in b.theta:
                H[i, j] = np.einsum("gab,gba->", products[i], products[j])
    return H - np.outer(traces, traces) / at.products.n
