"""Penalized least squares and the profiled criterion (Bates et al. 2015, JSS 67(1), sections 3.4-3.6 and eqs. 33-42).

With V = I + Z Lambda Lambda' Z' everything follows from one Cholesky factor of the augmented cross-product

    [ Lambda'Z'Z Lambda + I   .       .   ]      [ L            ]
    [ X'Z Lambda              X'X     .   ]  ->  [ RZX'  RX'    ]
    [ y'Z Lambda              y'X     y'y ]      [ .     .    r ]

where log|V| = 2 log|L|, X'V^{-1}X = RX'RX and pwrss = r^2.

The grouping factor with most levels is eliminated level by level (its diagonal block is block diagonal); what remains
is dense. X enters as an orthonormal basis of its columns and y as its residual on X, an exact one where y's mean is
large, so that neither scale nor location of the data costs digits; beta is turned back at the end. Prior weights enter
as rows multiplied by their square roots.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.linalg import lapack, solve_triangular

from . import kernels, work_space
from .residual import CANCELS, exact_residual
from .sequential import Sequential
from .structure import Block, Floats, Ints, RandomStructure

LAPACK_FROM = 48  # columns of the tail from which LAPACK's Cholesky beats the compiled loop


class Criterion(NamedTuple):
    """The parts of the profiled criterion: log|L|^2, log|RX|^2 and the penalized weighted residual sum of squares."""

    ldL2: float  # noqa: N815
    ldRX2: float  # noqa: N815
    pwrss: float


@dataclass(frozen=True)
class Solution:
    """Penalized least squares at one theta.

    beta (p,), RX (p, p) upper with X'V^{-1}X = RX'RX, u: spherical random effects, one (levels, k) array a block,
    G: Z'V^{-1}[Q, y] one (levels, k, p + 1) array a block.
    """

    criterion: Criterion
    beta: Floats
    RX: Floats
    u: tuple[Floats, ...]
    G: tuple[Floats, ...]


@dataclass(frozen=True)
class Tail:
    """Where the columns of blocks 2, 3, ... lie in the dense tail: first column and size of every level-block, block
    by block.
    """

    blocks: tuple[Block, ...]
    starts: tuple[int, ...]
    q: int
    level_start: Ints
    level_size: Ints

    @classmethod
    def of(cls, blocks: tuple[Block, ...]) -> Tail:
        widths = [b.n_levels * b.k for b in blocks]
        starts = np.concatenate([[0], np.cumsum(widths)]).astype(int)
        empty = np.zeros(0, dtype=np.int64)
        level_start = [s + b.k * np.arange(b.n_levels) for s, b in zip(starts, blocks, strict=False)]
        level_size = [np.full(b.n_levels, b.k) for b in blocks]
        return cls(
            blocks,
            tuple(int(s) for s in starts[:-1]),
            int(starts[-1]),
            np.concatenate([empty, *level_start]),
            np.concatenate([empty, *level_size]),
        )

    def templates(self, theta: Floats) -> Floats:
        kmax = max((b.k for b in self.blocks), default=1)
        T = np.zeros((len(self.level_start), kmax, kmax))
        first = 0
        for b in self.blocks:
            T[first : first + b.n_levels, : b.k, : b.k] = b.template(theta)
            first += b.n_levels
        return T

    def times_lambda(self, M: Floats, theta: Floats, transpose: bool = False) -> Floats:
        """Lambda2 M (or Lambda2' M), M (q2, c)."""
        out = np.empty_like(M)
        for b, s in zip(self.blocks, self.starts, strict=True):
            rows = slice(s, s + b.n_levels * b.k)
            T = b.template(theta)
            if b.k == 1:
                np.multiply(M[rows], T[0, 0], out=out[rows])
                continue
            part = M[rows].reshape(b.n_levels, b.k, -1)
            out[rows] = np.matmul(T.T if transpose else T, part).reshape(-1, M.shape[1])
        return out


@dataclass
class PLS:
    """The cross-products of one design and response, and the work space for its factorization.

    n observations, p columns of X, w = p + 1. Build with `PLS.of`; `with_response` shares all but what depends on y.
    """

    structure: RandomStructure
    n: int
    p: int
    log_weights: float
    root_weights: Floats | None
    X: Floats
    Q: Floats
    R: Floats
    offset: Floats | None
    beta0: Floats
    tail: Tail
    ptr: Ints
    idx: Ints
    A: Floats
    C: Floats
    D: Floats
    S0: Floats

    @classmethod
    def of(
        cls,
        structure: RandomStructure,
        X: Floats,
        y: Floats,
        weights: Floats | None = None,
        offset: Floats | None = None,
    ) -> PLS:
        """Cross-products for X (n, p) of full column rank, y (n,), prior weights (n,) > 0 and offset (n,)."""
        n, p = X.shape
        root = None if weights is None else np.sqrt(weights)
        Q, R = np.linalg.qr(X if root is None else X * root[:, None])
        blocks = tuple(b if root is None else replace(b, Z=b.Z * root[:, None]) for b in structure.blocks)
        first, tail = blocks[0], Tail.of(blocks[1:])
        W = np.hstack([Q, np.zeros((n, 1))])
        A = np.empty((first.n_levels, first.k, first.k))
        D = np.empty((first.n_levels, first.k, p + 1))
        kernels.cross_level(first.codes, first.Z, W, A, D)
        S0 = np.zeros((tail.q + p + 1, tail.q + p + 1), order="F")
        S0[range(tail.q, tail.q + p), range(tail.q, tail.q + p)] = 1.0
        ptr, idx, C = _tail_cross_products(first, tail, Q, S0)
        log_weights = 0.0 if weights is None else float(np.log(weights).sum())
        pls = cls(structure, n, p, log_weights, root, X, Q, R, offset, np.zeros(p), tail, ptr, idx, A, C, D, S0)
        pls._blocks = blocks
        pls.sequential = Sequential.of(structure, X, y, weights, offset)
        return pls.with_response(y)

    def __post_init__(self) -> None:
        self._blocks: tuple[Block, ...] = ()
        self.sequential: Sequential | None = None
        self._work_spaces: dict[tuple[bool, int], Floats] = {}  # by REML and df, shared by all responses
        levels, k, w = self.D.shape
        m = self.S0.shape[0]
        self._S = np.empty((m, m), order="F")
        self._L = np.zeros((levels, k, k))
        self._T = np.zeros((k, k))
        self._B = np.empty_like(self.C)
        self._BD = np.empty((levels, k, w))
        self._S1 = np.empty((0, 0))
        self._out = np.empty(3)
        self._scratch = (
            np.empty((0, w)),
            np.empty((0, 0)),
            np.empty((levels, k, w)),
            np.empty((levels, k, w)),
            np.empty((levels, k, k)),
            np.empty((w, w)),
            np.empty((k, k)),
        )
        self._log_det_R = 2.0 * float(np.log(np.abs(np.diagonal(self.R))).sum())

    def with_response(self, y: Floats) -> PLS:
        """The same design with another response y (n,)."""
        sequential = None if self.sequential is None else self.sequential.with_response(y)
        response = y
        y = y if self.offset is None else y - self.offset
        y = y if self.root_weights is None else y * self.root_weights
        effects, size = self.Q.T @ y, float(np.abs(y).max())
        y = y - self.Q @ effects
        beta0 = solve_triangular(self.R, effects) if self.p else effects
        if size > CANCELS * float(np.abs(y).max()):
            y = exact_residual(response, self.X, beta0, self.offset)
            y = y if self.root_weights is None else y * self.root_weights
        D, S0, q2 = self.D.copy(), self.S0.copy(order="F"), self.tail.q
        kernels.cross_response(self._blocks[0].codes, self._blocks[0].Z, y, D)
        for b, s in zip(self.tail.blocks, self.tail.starts, strict=True):
            for a in range(b.k):
                S0[-1, s + a : s + b.n_levels * b.k : b.k] = np.bincount(b.codes, b.Z[:, a] * y, b.n_levels)
        kernels.cross_vector(self.Q, y, S0[-1, q2 : q2 + self.p])
        S0[-1, -1] = y @ y
        pls = replace(self, beta0=beta0, D=D, S0=S0)
        pls._blocks, pls._work_spaces = self._blocks, self._work_spaces
        pls.sequential = sequential
        return pls

    def criterion(self, theta: Floats) -> Criterion:
        """log|L|^2, log|RX|^2 and pwrss at theta (m,). Raises `numpy.linalg.LinAlgError` when the factorization
        fails.
        """
        if self.tail.q:
            self._factor(theta)
            d = np.diagonal(self._S)
            ldL2 = self._ldL2_first + 2.0 * float(np.log(d[: self.tail.q]).sum())
            ldRX2, r = 2.0 * float(np.log(d[self.tail.q : -1]).sum()), float(d[-1])
            parts = Criterion(ldL2, ldRX2, r * r)
        else:
            b = self._blocks[0]
            if not kernels.single_block(
                theta,
                b.rows,
                b.cols,
                self._T,
                self.A,
                self.D,
                self.ptr,
                self.idx,
                self.C,
                self.S0,
                self._S,
                self._L,
                self._B,
                self._BD,
                self._out,
            ):
                raise np.linalg.LinAlgError(f"Downdated X'V^{{-1}}X is not positive definite at theta {theta}")
            parts = Criterion(float(self._out[0]), float(self._out[1]), float(self._out[2]))
        return parts if self.p == 0 else parts._replace(ldRX2=parts.ldRX2 + self._log_det_R)

    def deviance(self, theta: Floats, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """The profiled deviance (eq. 35) or REML criterion (eq. 42) at theta (m,); `df` other than n or n - p is
        lme4's refit's.
        """
        return self._value(self.criterion(theta), REML, df)

    def lme4_deviance(self, theta: Floats, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """`deviance` as lme4 computes it, to the bit where `sequential.py` covers the model: it decides where BOBYQA
        stops.
        """
        exact = self.sequential
        return self.deviance(theta, REML, df) if exact is None else exact.criterion(theta, REML, df)

    def lme4_criterion(self, REML: bool, df: int | None = None) -> Callable[[Floats], float]:  # noqa: N803
        """`lme4_deviance` as a function of theta alone, prepared for an optimizer's many calls."""
        exact = self.sequential
        if exact is None or len(self.structure.blocks) > 1:
            return lambda theta: self.lme4_deviance(theta, REML, df)
        key = (REML, df or (self.n - self.p if REML else self.n))
        if key not in self._work_spaces:
            self._work_spaces[key] = work_space.work_space(exact, *key)
        work = self._work_spaces[key].copy()
        work_space.load(work, exact.y)
        return lambda theta: work_space.value_at(theta, work)

    def _value(self, parts: Criterion, REML: bool, df: int | None = None) -> float:  # noqa: N803
        ldL2, ldRX2, pwrss = parts
        df = df or (self.n - self.p if REML else self.n)
        return ldL2 + (ldRX2 if REML else 0.0) + df * (1.0 + math.log(2.0 * math.pi * pwrss / df)) - self.log_weights

    def _factor(self, theta: Floats) -> None:
        """Factor the tail at theta; leaves the Cholesky factor in `_S` and the tail before scaling in `_S1`."""
        S, q2 = self._S, self.tail.q
        np.copyto(S, self.S0)
        self._T = self._blocks[0].template(theta)
        self._ldL2_first = kernels.eliminate(
            self._T, self.A, self.D, self.ptr, self.idx, self.C, S, self._L, self._B, self._BD
        )
        if self._keep:
            self._S1 = S[:, :q2].copy(order="F")
        if q2:
            kernels.scale_tail(S, q2, self.tail.level_size, self.tail.level_start, self.tail.templates(theta))
        if S.shape[0] < LAPACK_FROM:
            ok = kernels.cholesky(S)
        else:
            _, info = lapack.dpotrf(S, lower=1, overwrite_a=1, clean=0)
            ok = info == 0
        if not ok:
            raise np.linalg.LinAlgError(f"the penalized cross-product is not positive definite at theta {theta}")

    _keep = False

    def solve(self, theta: Floats) -> Solution:
        """Penalized least squares at theta (m,): beta, RX, u and Z'V^{-1}[Q, y]."""
        self._keep = True
        self._factor(theta)
        self._keep = False
        S, q2, p = self._S, self.tail.q, self.p
        Lw = np.tril(S[q2:, q2:])
        U2 = solve_triangular(S[:q2, :q2], S[q2:, :q2].T, lower=True, trans="T") if q2 else np.zeros((0, p + 1))
        V2 = self.tail.times_lambda(U2, theta)
        levels, k, w = self.D.shape
        U1, G1 = np.empty((levels, k, w)), np.empty((levels, k, w))
        kernels.back_substitute(self._T, self.A, self.D, self.ptr, self.idx, self.C, self._L, V2, q2, U1, G1)
        beta_q = solve_triangular(Lw[:p, :p], Lw[p, :p], lower=True, trans="T") if p else np.zeros(0)
        c = np.append(-beta_q, 1.0)
        G2 = self._S1[q2:, :q2].T - _symmetric(self._S1[:q2]) @ V2 if q2 else np.zeros((0, w))
        u = [
            U1 @ c,
            *(self._by_level(U2 @ c, b, s)[..., 0] for b, s in zip(self.tail.blocks, self.tail.starts, strict=True)),
        ]
        G = [G1, *(self._by_level(G2, b, s) for b, s in zip(self.tail.blocks, self.tail.starts, strict=True))]
        beta = self.beta0 + (solve_triangular(self.R, beta_q) if p else 0.0)
        d = np.diagonal(S)
        ldL2 = self._ldL2_first + 2.0 * float(np.log(d[:q2]).sum())
        ldRX2 = 2.0 * float(np.log(d[q2:-1]).sum()) + self._log_det_R
        self._Lw = Lw
        return Solution(Criterion(ldL2, ldRX2, float(d[-1]) ** 2), beta, Lw[:p, :p].T @ self.R, tuple(u), tuple(G))

    @staticmethod
    def _by_level(M: Floats, block: Block, start: int) -> Floats:
        return M[start : start + block.n_levels * block.k].reshape(block.n_levels, block.k, -1)

    def precision_blocks(self, theta: Floats) -> list[Floats]:
        """The diagonal level-blocks (levels, k, k) of Z'V^{-1}Z, one array a block; call after `solve` at the same
        theta.
        """
        q2, S = self.tail.q, self._S
        out = []
        Omega = np.zeros((q2, q2))
        if q2:
            inverse = inverse_of_factor(S[:q2, :q2])
            for b, s in zip(self.tail.blocks, self.tail.starts, strict=True):
                out.append(self._tail_precision(b, s, inverse, theta))
            if len(self.idx):
                Omega = self.tail.times_lambda(self.tail.times_lambda(inverse, theta).T, theta)
        P = np.empty_like(self.A)
        kernels.level_precision(self._T, self.A, self.ptr, self.idx, self.C, self._L, Omega, P)
        return [P, *out]

    def _tail_precision(self, b: Block, start: int, inverse: Floats, theta: Floats) -> Floats:
        """The level-blocks of Z'V^{-1}Z of tail block b, whose columns begin at `start`.

        For a scalar template that is not small they are (1 - Omega^{-1}_gg) / T^2, without a second triangular solve;
        elsewhere that loses digits and S22 - S22 Lambda2 Omega^{-1} Lambda2' S22 is formed.
        """
        stop, T = start + b.n_levels * b.k, b.template(theta)
        if b.k == 1 and abs(T[0, 0]) > 1e-2:
            return (1.0 - level_blocks(inverse, start, b)) / T**2
        S22 = _symmetric(self._S1[: self.tail.q])
        X = solve_triangular(
            self._S[: self.tail.q, : self.tail.q],
            self.tail.times_lambda(S22[:, start:stop], theta, transpose=True),
            lower=True,
        )
        cols = X.reshape(-1, b.n_levels, b.k)
        return level_blocks(S22, start, b) - np.einsum("qga,qgb->gab", cols, cols)

    def gradient(self, theta: Floats, REML: bool, df: int | None = None) -> tuple[float, Floats]:  # noqa: N803
        """The criterion and its exact gradient (m,) at theta (m,); `df` as in `deviance`.

        With F_b = sum_g [ (Z'V^{-1}Z)_gg - G_g K G_g' ] and K = (df / pwrss) cc' (+ (Q'V^{-1}Q)^{-1} for REML), c =
        (-beta_Q, 1), the derivative with respect to a template is 2 F_b T_b: log|V|, log|X'V^{-1}X| and pwrss all
        depend on theta through T_b T_b' alone.
        """
        df = df or (self.n - self.p if REML else self.n)
        gradient = np.zeros(len(theta))
        if not self.tail.q:
            parts, b = self.criterion(theta), self._blocks[0]
            kernels.single_gradient(
                self._T,
                self.A,
                self.D,
                self.ptr,
                self.idx,
                self.C,
                self._L,
                self._S,
                df,
                REML,
                *self._scratch,
                b.rows,
                b.cols,
                b.theta,
                gradient,
            )
            return self._value(parts, REML, df), gradient
        solution, K = self.solve(theta), np.empty((self.p + 1, self.p + 1))
        kernels.residual_weights(self._S[self.tail.q :, self.tail.q :], df, REML, K)
        self._precision = self.precision_blocks(theta)
        for b, P, G in zip(self._blocks, self._precision, solution.G, strict=True):
            F = np.empty((b.k, b.k))
            kernels.level_sum(P, np.ascontiguousarray(G), K, F)
            gradient[b.theta] += 2.0 * (F @ b.template(theta))[b.rows, b.cols]
        return self._value(solution.criterion, REML, df), gradient

    def information(self, theta: Floats) -> Floats:
        """The criterion's expected second derivatives (m, m) at theta (m,), from what `gradient` left behind there.

        tr(Phi S_i Phi S_j) - tr(Phi S_i) tr(Phi S_j) / n with Phi = Z'V^{-1}Z, of which only the diagonal
        level-blocks are at hand; S_i is the derivative of TT'. Off the blocks Phi is small where factors are crossed.
        """
        products, traces = [np.zeros((0, 0))] * len(theta), np.zeros(len(theta))
        H = np.zeros((len(theta), len(theta)))
        for b, P in zip(self._blocks, self._precision, strict=True):
            T = b.template(theta)
            for row, col, i in zip(b.rows, b.cols, b.theta, strict=True):
                S = np.zeros((b.k, b.k))
                S[row] = T[:, col]
                products[i] = P @ (S + S.T)
                traces[i] = np.trace(products[i].sum(axis=0))
            for i in b.theta:
                for j in b.theta:
                    H[i, j] = np.einsum("gab,gba->", products[i], products[j])
        return H - np.outer(traces, traces) / self.n


def inverse_of_factor(L: Floats) -> Floats:
    """(L L')^{-1}, symmetric and in full, of a lower Cholesky factor L (q, q)."""
    inverse, _ = lapack.dpotri(L, lower=1)
    kernels.mirror(inverse)
    return inverse


def level_blocks(M: Floats, start: int, block: Block) -> Floats:
    """The diagonal level-blocks (levels, k, k) of a block whose columns begin at `start` of M."""
    at = start + block.k * np.arange(block.n_levels)[:, None] + np.arange(block.k)
    return M[at[:, :, None], at[:, None, :]]


def _symmetric(M: Floats) -> Floats:
    """The full symmetric matrix of a lower triangle."""
    full = np.array(M, order="F")
    kernels.mirror(full)
    return full


def _tail_cross_products(first: Block, tail: Tail, Q: Floats, S0: Floats) -> tuple[Ints, Ints, Floats]:
    """Fill S0's random part; return block 1's cross-products with the tail's random columns: ptr, idx, C (nnz, k)."""
    n, k = first.Z.shape
    if not tail.q:
        return np.zeros(first.n_levels + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros((0, k))
    Z2 = sparse.hstack([_sparse(b) for b in tail.blocks], format="csr")
    S0[: tail.q, : tail.q] = (Z2.T @ Z2).toarray()
    S0[tail.q : tail.q + Q.shape[1], : tail.q] = (Z2.T @ Q).T
    pattern = Z2.copy()
    pattern.data[:] = 1.0
    level = sparse.csr_matrix((np.ones(n), (first.codes, np.arange(n))), shape=(first.n_levels, n))
    touched = (level @ pattern).tocsr()
    touched.sort_indices()
    ptr, idx = touched.indptr.astype(np.int64), touched.indices.astype(np.int64)
    C = np.zeros((len(idx), k))
    for b, s in zip(tail.blocks, tail.starts, strict=True):
        kernels.cross_sparse(first.codes, first.Z, b.codes, b.Z, s, ptr, idx, C)
    return ptr, idx, C


def _sparse(block: Block) -> sparse.csr_matrix:
    """Z of a block (n, levels * k), with every slot of a level stored even where a value is 0."""
    n, k = block.Z.shape
    columns = (block.codes[:, None] * k + np.arange(k)).ravel()
    return sparse.csr_matrix((block.Z.ravel(), columns, np.arange(n + 1) * k), shape=(n, block.n_levels * k))
