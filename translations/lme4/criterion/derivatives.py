"""The derivatives of the criterion and what they are made of: the level-blocks of Z'V^{-1}Z, and what they weigh."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.later import lapack, linalg

from . import loops
from .cross_products import CrossProducts
from .trailing_block import LAPACK_FROM, OffDiagonalBlocks, symmetric

CLEAR = 1e-2  # a scalar template above it may be divided by


class AtTheta:
    """The derivatives of a factor of `products` at theta (m,), however it was made (`factor.Evaluated`).

    template (k, k), L11 (levels, k, k): block 1's template, the factors of its levels; L22: the last columns' factor,
    lower triangle; precision: the diagonal level-blocks (levels, k, k) of Z'V^{-1}Z, one array a block.
    """

    products: CrossProducts
    theta: Floats
    template: Floats
    L11: Floats
    L22: Any
    precision: Any
    _by_levels: Any  # LtZtViXy and ZtViXy

    @cached_property
    def corner(self) -> Floats:
        """The factor (w, w), lower, of [Q, y]'V^{-1}[Q, y]: RX' on the basis of X, and the root of pwrss."""
        w = self.products.p + 1
        return np.tril(np.ascontiguousarray(self.L22[-w:, -w:]))

    @cached_property
    def LtZtViXy(self) -> tuple[Floats, ...]:  # noqa: N802
        """Lambda'Z'V^{-1}[Q, y], one (levels, k, w) array a block."""
        return self._by_levels[0]

    @cached_property
    def ZtViXy(self) -> tuple[Floats, ...]:  # noqa: N802
        """Z'V^{-1}[Q, y], one (levels, k, w) array a block; by way of `LtZtViXy` where a scalar template is not small,
        which spares a subtraction.
        """
        T = [b.template(self.theta) for b in self.products.blocks]
        each = zip(T, *self._by_levels, strict=True)
        return tuple(by_U / T if T.size == 1 and abs(T[0, 0]) > CLEAR else own for T, by_U, own in each)

    def gradient(self, REML: bool, df: int | None = None) -> Floats:  # noqa: N803
        """The criterion's exact derivatives (m,) with respect to theta: 2 F T of each template, F as `template_weights`
        has it; `df` as in `deviance`.
        """
        out, df = np.zeros(len(self.theta)), df or self.products.df(REML)
        for b, F in zip(self.products.blocks, template_weights(self, REML, df), strict=True):
            out[b.theta] += 2.0 * (F @ b.template(self.theta))[b.rows, b.cols]
        return out

    @cached_property
    def information(self) -> Floats:
        """The criterion's expected second derivatives (m, m).

        tr(Phi S_i Phi S_j) - tr(Phi S_i) tr(Phi S_j) / n with Phi = Z'V^{-1}Z, of which only the diagonal level-blocks
        are at hand; S_i is the derivative of TT'. Off the blocks Phi is small where factors are crossed.
        """
        m = len(self.theta)
        traces, H = np.zeros(m), np.zeros((m, m))
        for b, P in zip(self.products.blocks, self.precision, strict=True):
            T, products = b.template(self.theta), {}
            for row, col, i in zip(b.rows, b.cols, b.theta, strict=True):
                S = np.zeros((b.k, b.k))
                S[row] = T[:, col]
                products[i] = P @ (S + S.T)
                traces[i] = np.trace(products[i].sum(axis=0))
            for i in b.theta:
                for j in b.theta:
                    H[i, j] = np.einsum("gab,gba->", products[i], products[j])
        return H - np.outer(traces, traces) / self.products.n


class Dense(AtTheta):
    """What they are made of where the trailing block is dense: `factor.Factor`'s."""

    L21: Floats
    storage: Floats

    @property
    def L22(self) -> Floats:  # noqa: N802
        """The trailing block's factor (m, m): q2 random columns, p of the basis of X, y; lower triangle valid."""
        return self.storage[:, :-1]

    @cached_property
    def schur(self) -> Floats:
        """S22 = Z2'V1^{-1}Z2 (q2, q2), V1 being V with block 1 alone."""
        q2 = self.products.trailing.q
        S = np.empty((q2, q2), order="F")
        self.products.off_diagonal.random_columns(self.L21, S)
        return symmetric(S)

    @cached_property
    def inverse(self) -> Floats:
        """(L22 L22')^{-1} (q2, q2) of the trailing block's random effects, in the first rows and columns of an array,
        in the other triangle of the storage where that is large; lower triangle valid.
        """
        q2 = self.products.trailing.q
        if q2 < LAPACK_FROM:
            # However small the matrix, OpenBLAS's dpotri wakes all its threads, and waits for them where others work.
            half, _ = lapack.dtrtri(np.tril(self.L22[:q2, :q2]), lower=1)
            return np.ascontiguousarray(half.T @ half)
        above = self.storage[:, 1:]  # an array of its own would be the largest of a fit
        loops.transpose(self.L22, above)
        for i in range(q2, len(above)):
            above[:i, i], above[i, i] = 0.0, 1.0
        return np.transpose(lapack.dpotri(above, lower=0, overwrite_c=1)[0])

    @cached_property
    def precision(self) -> list[Floats]:
        """As in `AtTheta`."""
        trailing, off_diagonal = self.products.trailing, self.products.off_diagonal
        P, K = level_precision(self, off_diagonal)
        if not trailing.q:
            return [P]
        P -= off_diagonal.quadratic(off_diagonal.times_lambda(K, trailing, self.theta), self.inverse)
        return [P, *(self._trailing_precision(i) for i in range(len(trailing.blocks)))]

    def _trailing_precision(self, i: int) -> Floats:
        """The level-blocks of block i of the trailing block, Z'V^{-1}Z = S22 - S22 Lambda2 Omega^{-1} Lambda2' S22."""
        trailing, b, start = self.products.trailing, self.products.trailing.blocks[i], self.products.trailing.starts[i]
        T = b.template(self.theta)
        if T.size == 1 and abs(T[0, 0]) > CLEAR:  # then it is (1 - Omega^{-1}_gg) / T^2; elsewhere that loses digits
            return (1.0 - trailing.level_blocks(self.inverse)[i]) / T**2
        X = trailing.times_lambda(self.schur[:, start : start + b.n_levels * b.k], self.theta, transpose=True)
        X = linalg.solve_triangular(self.L22[: trailing.q, : trailing.q], X, lower=True, check_finite=False)
        X = X.reshape(-1, b.n_levels, b.k)
        return trailing.level_blocks(self.schur)[i] - np.einsum("qga,qgb->gab", X, X)


def back_substituted(at: AtTheta, off_diagonal: OffDiagonalBlocks, V2: Floats, G2: Floats) -> tuple[Floats, Floats]:
    """Block 1's part of `LtZtViXy` and of `ZtViXy`, given the trailing block's V2 (q2, w) = Lambda2 U2; G2 (q2, w)
    becomes its part.
    """
    of = at.products
    U1, G1 = np.empty_like(of.Z1tXy), np.empty_like(of.Z1tXy)
    loops.back_substitute(at.template, of.Z1tZ1, of.Z1tXy, off_diagonal.ptr, off_diagonal.idx, off_diagonal.Z1tZ2,
                          at.L11, V2, U1, G1, G2)
    return U1, G1


def level_precision(at: AtTheta, off_diagonal: OffDiagonalBlocks) -> tuple[Floats, Floats]:
    """With block 1 alone: the diagonal blocks (levels, k, k) of Z1'V1^{-1}Z1, and the rows (nnz, k) of Z2'V1^{-1}Z1."""
    of = at.products
    P, K = np.empty_like(of.Z1tZ1), np.empty_like(off_diagonal.Z1tZ2)
    loops.level_precision(at.template, of.Z1tZ1, off_diagonal.ptr, off_diagonal.Z1tZ2, at.L11, P, K,
                          *np.empty((2, *P.shape[1:])))
    return P, K


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
