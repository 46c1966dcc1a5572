"""What the derivatives of the criterion are made of: the level-blocks of Z'V^{-1}Z, and what they weigh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from translations.arrays import Floats
from translations.later import Later

from . import loops
from .protocols import AtTheta, Dense
from .trailing_block import LAPACK_FROM, OffDiagonalBlocks

if TYPE_CHECKING:
    from scipy import linalg
    from scipy.linalg import lapack
else:
    linalg, lapack = Later("scipy.linalg"), Later("scipy.linalg.lapack")

CLEAR = 1e-2  # a scalar template above it may be divided by


def back_substituted(at: AtTheta, off_diagonal: OffDiagonalBlocks, V2: Floats, G2: Floats) -> tuple[Floats, Floats]:
    """Block 1's part of `LtZtViXy` and of `ZtViXy`, given the trailing block's V2 (q2, w) = Lambda2 U2; G2 (q2, w)
    becomes its part.
    """
    of = at.products
    U1, G1 = np.empty_like(of.Z1tXy), np.empty_like(of.Z1tXy)
    loops.back_substitute(at.template, of.Z1tZ1, of.Z1tXy, off_diagonal.ptr, off_diagonal.idx, off_diagonal.Z1tZ2,
                          at.L11, V2, U1, G1, G2)
    return U1, G1


def trailing_inverse(at: Dense) -> Floats:
    """`Factor.inverse`, in the other triangle of its storage where that is large."""
    q2 = at.products.trailing.q
    if q2 < LAPACK_FROM:
        # However small the matrix, OpenBLAS's dpotri wakes all its threads, and waits for them where others work.
        half, _ = lapack.dtrtri(np.tril(at.L22[:q2, :q2]), lower=1)
        return np.ascontiguousarray(half.T @ half)
    above = at.storage[:, 1:]  # an array of its own would be the largest of a fit
    loops.transpose(at.L22, above)
    for i in range(q2, len(above)):
        above[:i, i], above[i, i] = 0.0, 1.0
    return np.transpose(lapack.dpotri(above, lower=0, overwrite_c=1)[0])


def level_precision(at: AtTheta, off_diagonal: OffDiagonalBlocks) -> tuple[Floats, Floats]:
    """With block 1 alone: the diagonal blocks (levels, k, k) of Z1'V1^{-1}Z1, and the rows (nnz, k) of Z2'V1^{-1}Z1."""
    of = at.products
    P, K = np.empty_like(of.Z1tZ1), np.empty_like(off_diagonal.Z1tZ2)
    loops.level_precision(at.template, of.Z1tZ1, off_diagonal.ptr, off_diagonal.Z1tZ2, at.L11, P, K,
                          *np.empty((2, *P.shape[1:])))
    return P, K


def precision(at: Dense) -> list[Floats]:
    """The diagonal level-blocks (levels, k, k) of Z'V^{-1}Z, one array a block."""
    trailing, off_diagonal = at.products.trailing, at.products.off_diagonal
    P, K = level_precision(at, off_diagonal)
    if not trailing.q:
        return [P]
    P -= off_diagonal.quadratic(off_diagonal.times_lambda(K, trailing, at.theta), at.inverse)
    return [P, *(_trailing_precision(at, i) for i in range(len(trailing.blocks)))]


def _trailing_precision(at: Dense, i: int) -> Floats:
    """The level-blocks of block i of the trailing block, of Z'V^{-1}Z = S22 - S22 Lambda2 Omega^{-1} Lambda2' S22."""
    trailing, b, start = at.products.trailing, at.products.trailing.blocks[i], at.products.trailing.starts[i]
    T = b.template(at.theta)
    if T.size == 1 and abs(T[0, 0]) > CLEAR:  # then it is (1 - Omega^{-1}_gg) / T^2; elsewhere that loses digits
        return (1.0 - trailing.level_blocks(at.inverse)[i]) / T**2
    X = trailing.times_lambda(at.schur[:, start : start + b.n_levels * b.k], at.theta, transpose=True)
    X = linalg.solve_triangular(at.L22[: trailing.q, : trailing.q], X, lower=True, check_finite=False)
    X = X.reshape(-1, b.n_levels, b.k)
    return trailing.level_blocks(at.schur)[i] - np.einsum("qga,qgb->gab", X, X)


def template_weights(at: AtTheta, REML: bool, df: float) -> list[Floats]:  # noqa: N803
    """The criterion's derivatives with respect to TT', one matrix F (k, k) a block.

    F_b = sum_g [ (Z'V^{-1}Z)_gg - G_g K G_g' ] and K = (df / pwrss) cc' (+ (Q'V^{-1}Q)^{-1} for REML), c =
    (-beta_Q, 1): log|V|, log|X'V^{-1}X| and pwrss all depend on theta through T_b T_b' alone.
    """
    K, out = np.empty_like(at.corner), [np.empty((b.k, b.k)) for b in at.products.blocks]
    loops.residual_weights(at.corner, df, REML, np.empty_like(K), K)
    for F, P, G in zip(out, at.precision, at.ZtViXy, strict=True):
        loops.level_sum(P, np.ascontiguousarray(G), K, F)
    return out


def gradient(at: AtTheta, REML: bool, df: int) -> Floats:  # noqa: N803
    """The criterion's exact derivatives (m,) with respect to theta: 2 F T of each template."""
    out = np.zeros(len(at.theta))
    for b, F in zip(at.products.blocks, template_weights(at, REML, df), strict=True):
        out[b.theta] += 2.0 * (F @ b.template(at.theta))[b.rows, b.cols]
    return out


def information(at: AtTheta) -> Floats:
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
