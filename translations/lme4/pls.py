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
import os
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.linalg import lapack, solve_triangular
from scipy.linalg.blas import dtrsm

from . import kernels
from .extended import Products
from .nlopt_c import Compiled
from .residual import CANCELS, exact_residual
from .sequential import Sequential
from .structure import Block, Floats, RandomStructure
from .tail import LAPACK_FROM, Cross, Tail, inverse_of_factor, symmetric
from .work_space import compiled_criterion, load

CLEAR = 1e-2  # a scalar template above it may be divided by


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


@dataclass
class PLS:
    """The cross-products of one design and response, and the work space for its factorization.

    n observations, p columns of X, w = p + 1. blocks: the structure's, rows weighted; A (levels, k, k), D (levels, k,
    w): products of block 1's levels with themselves and with [Q, y]; bottom (w, q2 + w): those of [Q, y] with the tail
    and themselves. Build with `PLS.of`; `with_response` shares all but what depends on y.
    """

    structure: RandomStructure
    n: int
    p: int
    weights: Floats | None
    log_weights: float
    root_weights: Floats | None
    X: Floats
    Q: Floats
    R: Floats
    offset: Floats | None
    response: Floats
    blocks: tuple[Block, ...]
    tail: Tail
    cross: Cross
    A: Floats
    D: Floats
    bottom: Floats
    beta0: Floats
    sequential: Sequential | None
    _compiled: dict[tuple[bool, int], Compiled] = field(default_factory=dict)  # by REML and df, shared by all responses

    @classmethod
    def of(
        cls,
        structure: RandomStructure,
        X: Floats,
        y: Floats,
        weights: Floats | None = None,
        offset: Floats | None = None,
    ) -> PLS:
        """Cross-products for X (n, p) of full column rank, y (n,), prior weights (n,) > 0 and offset (n,).

        Raises ValueError naming the grouping factors whose dense part is larger than this machine's memory.
        """
        n, p = X.shape
        root = None if weights is None else np.sqrt(weights)
        Q, R = np.linalg.qr(X if root is None else X * root[:, None])
        blocks = tuple(b if root is None else replace(b, Z=b.Z * root[:, None]) for b in structure.blocks)
        first, tail = blocks[0], Tail.of(blocks[1:])
        _check_memory(structure, tail.q + p + 1)
        A = np.empty((first.n_levels, first.k, first.k))
        D = np.empty((first.n_levels, first.k, p + 1))
        kernels.cross_level(first.codes, first.Z, Q, A, D, tail.compensated(n))
        bottom = np.zeros((p + 1, tail.q + p + 1), order="F")
        bottom[range(p), range(tail.q, tail.q + p)] = 1.0
        for i in range(p):
            bottom[i, : tail.q] = tail.cross(Q[:, i])
        log_weights = 0.0 if weights is None else float(np.log(weights).sum())
        cross, exact = Cross.of(first, tail), Sequential.of(structure, X, y, weights, offset)
        beta0 = np.zeros(p)
        data = (structure, n, p, weights, log_weights, root, X, Q, R, offset, y)
        return cls(*data, blocks, tail, cross, A, D, bottom, beta0, exact)._filled(y)

    def __post_init__(self) -> None:
        """Room for a factorization."""
        levels, k, w = self.D.shape
        m = self.bottom.shape[1]
        self._blocks = self.blocks
        self.ptr, self.idx, self.C = self.cross.ptr, self.cross.idx, self.cross.C
        self._L = np.zeros((levels, k, k))
        self._T = np.zeros((k, k))
        self._B = np.empty_like(self.C)
        self._BD = np.empty((levels, k, w))
        self._S = np.empty((0, 0))
        if not self.tail.q:
            self._S = np.empty((m, m), order="F")
            b = self.blocks[0]
            # Transposed, bottom and S are of the same type to numba whether they have one column or more.
            self._one = (
                *(b.rows, b.cols, b.theta, np.empty(3), self._T, self.A, self.D, self.ptr, self.idx, self.C),
                *(self.bottom.T, self._S.T, self._L, self._B, self._BD, np.empty((0, w)), np.empty((levels, k, w))),
                *(np.empty((levels, k, w)), np.empty((levels, k, k)), np.empty((w, w)), np.empty((k, k))),
            )
        self.__dict__.pop("products", None)
        self._log_det_R = 2.0 * float(np.log(np.abs(np.diagonal(self.R))).sum())

    @cached_property
    def products(self) -> Products | None:
        """The cross-products in extended precision; None where the model is too large for it."""
        return Products.of(self)

    def with_response(self, y: Floats) -> PLS:
        """The same design with another response y (n,)."""
        pls = copy(self)
        pls.D, pls.bottom = self.D.copy(), self.bottom.copy(order="F")
        if self.sequential is not None:
            pls.sequential = self.sequential.with_response(y)
        pls.__post_init__()
        return pls._filled(y)

    def _filled(self, y: Floats) -> PLS:
        """Itself, with the products of y (n,) put in."""
        self.response = y
        y = y if self.offset is None else y - self.offset
        y = y if self.root_weights is None else y * self.root_weights
        effects, size = self.Q.T @ y, float(np.abs(y).max())
        y = y - self.Q @ effects
        self.beta0 = lapack.dtrtrs(self.R, effects)[0] if self.p else effects
        if size > CANCELS * float(np.abs(y).max()):
            y = exact_residual(self.response, self.X, self.beta0, self.offset)
            y = y if self.root_weights is None else y * self.root_weights
        first, q2 = self.blocks[0], self.tail.q
        compensated = self.tail.compensated(self.n)
        kernels.cross_response(first.codes, first.Z, y, self.D, compensated)
        self.bottom[-1, :q2] = self.tail.cross(y)
        if compensated:
            kernels.cross_vector(self.Q, y, self.bottom[-1, q2 : q2 + self.p])
        else:
            self.bottom[-1, q2 : q2 + self.p] = self.Q.T @ y
        self.bottom[-1, -1] = y @ y
        return self

    def criterion(self, theta: Floats) -> Criterion:
        """log|L|^2, log|RX|^2 and pwrss at theta (m,). Raises `numpy.linalg.LinAlgError` when the factorization
        fails.
        """
        if self.tail.q:
            self._factor(theta)
            return self._parts()
        if not kernels.single_block(theta, self._one):
            raise np.linalg.LinAlgError(f"Downdated X'V^{{-1}}X is not positive definite at theta {theta}")
        ldL2, ldRX2, pwrss = self._one[3].tolist()
        return Criterion(ldL2, ldRX2 + self._log_det_R, pwrss)

    def _parts(self) -> Criterion:
        d, q2 = np.diagonal(self._S), self.tail.q
        ldL2 = self._ldL2_first + 2.0 * float(np.log(d[:q2]).sum())
        return Criterion(ldL2, 2.0 * float(np.log(d[q2:-1]).sum()) + self._log_det_R, float(d[-1]) ** 2)

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
        if exact is None or len(self.blocks) > 1:
            return lambda theta: self.lme4_deviance(theta, REML, df)
        key = (REML, df or (self.n - self.p if REML else self.n))
        if key not in self._compiled:
            self._compiled[key] = compiled_criterion(exact, *key)
        prepared = self._compiled[key]
        own = prepared.with_work(prepared.work.copy())
        load(own.work, exact.y)
        return own

    def _value(self, parts: Criterion, REML: bool, df: int | None = None) -> float:  # noqa: N803
        ldL2, ldRX2, pwrss = parts
        df = df or (self.n - self.p if REML else self.n)
        return ldL2 + (ldRX2 if REML else 0.0) + df * (1.0 + math.log(2.0 * math.pi * pwrss / df)) - self.log_weights

    def _factor(self, theta: Floats) -> None:
        """Factor the tail at theta; leaves the Cholesky factor in `_S`, lower triangle."""
        q2, m = self.tail.q, self.bottom.shape[1]
        if not self._S.size:
            self._S = np.empty((m, m), order="F")
        S = self._S
        self._T[:] = self.blocks[0].template(theta)
        S[q2:, q2:] = self.bottom[:, q2:]
        self._ldL2_first = kernels.eliminate(self._T, self.A, self.D, self.ptr, self.C, S, self._L, self._B, self._BD)
        if q2:
            self.cross.random_columns(self.bottom, self._B, self._BD, S)
            kernels.scale_tail(S, q2, self.tail.level_size, self.tail.level_start, self.tail.templates(theta))
        if S.shape[0] < LAPACK_FROM:
            ok = kernels.cholesky(S)
        else:
            _, info = lapack.dpotrf(S, lower=1, overwrite_a=1, clean=0)
            ok = info == 0
        if not ok:
            raise np.linalg.LinAlgError(f"the penalized cross-product is not positive definite at theta {theta}")

    def release(self) -> None:
        """Give the tail's memory back; the next factorization takes it again."""
        if self.tail.q:
            self._S = np.empty((0, 0))

    def schur(self) -> Floats:
        """S22 = Z2'V1^{-1}Z2 (q2, q2), V1 being V with block 1 alone; call after `solve`."""
        S = np.empty_like(self._S, order="F")
        self.cross.random_columns(self.bottom, self._B, self._BD, S)
        return symmetric(S[: self.tail.q, : self.tail.q])

    def solve(self, theta: Floats) -> Solution:
        """Penalized least squares at theta (m,): beta, RX, u and Z'V^{-1}[Q, y]."""
        self._factor(theta)
        S, q2, p, tail = self._S, self.tail.q, self.p, self.tail
        levels, k, w = self.D.shape
        Lw = np.tril(S[q2:, q2:])
        # L22'U2 = L32' is part of the whole factor's L'[U2; -I] = [0; -Lw'], which needs no copy of L22.
        U2 = dtrsm(1.0, S, np.vstack([np.zeros((q2, w)), -Lw.T]), lower=1, trans_a=1)[:q2]
        V2 = tail.times_lambda(U2, theta)
        G2 = np.ascontiguousarray(self.bottom[:, :q2].T - self.cross.ZZ @ V2)
        U1, G1 = np.empty((levels, k, w)), np.empty((levels, k, w))
        kernels.back_substitute(self._T, self.A, self.D, self.ptr, self.idx, self.C, self._L, V2, U1, G1, G2)
        beta_q = solve_triangular(Lw[:p, :p], Lw[p, :p], lower=True, trans="T") if p else np.zeros(0)
        c = np.append(-beta_q, 1.0)
        u = (U1 @ c, *(each[..., 0] for each in tail.by_level((U2 @ c)[:, None])))
        beta = self.beta0 + (solve_triangular(self.R, beta_q) if p else 0.0)
        self._Lw = Lw
        # Lambda'Z'V^{-1}W = U, which spares a scalar template that is not small the subtraction in G.
        each = zip(self.blocks, (G1, *tail.by_level(G2)), (U1, *tail.by_level(U2)), strict=True)
        G = tuple(UW / T if (T := b.template(theta)).size == 1 and abs(T[0, 0]) > CLEAR else GW for b, GW, UW in each)
        return Solution(self._parts(), beta, Lw[:p, :p].T @ self.R, u, G)

    def precision_blocks(self, theta: Floats) -> list[Floats]:
        """The diagonal level-blocks (levels, k, k) of Z'V^{-1}Z, one array a block; call after `solve` at the same
        theta, whose factor it uses up: a copy would be the largest array of a fit.
        """
        P, K, tail = np.empty_like(self.A), np.empty_like(self.C), self.tail
        kernels.level_precision(self._T, self.A, self.ptr, self.C, self._L, P, K)
        if not tail.q:
            return [P]
        # For a scalar template that is not small Z'V^{-1}Z is (1 - Omega^{-1}_gg) / T^2; elsewhere that loses digits.
        T = [b.template(theta) for b in tail.blocks]
        plain = [len(each) == 1 and abs(each[0, 0]) > CLEAR for each in T]
        S22 = np.zeros((0, 0)) if all(plain) else self.schur()
        others = [None if plain[i] else self._tail_precision(i, S22, theta) for i in range(len(T))]
        S = self._S
        S[tail.q :] = 0.0
        S[range(tail.q, len(S)), range(tail.q, len(S))] = 1.0
        inverse = inverse_of_factor(S, in_place=True)
        P -= self.cross.quadratic(self.cross.times_lambda(K, tail, theta), inverse)
        own = tail.level_blocks(inverse)
        return [P, *((1.0 - own[i]) / T[i] ** 2 if each is None else each for i, each in enumerate(others))]

    def _tail_precision(self, i: int, S22: Floats, theta: Floats) -> Floats:
        """The level-blocks of Z'V^{-1}Z = S22 - S22 Lambda2 Omega^{-1} Lambda2' S22 of block i of the tail."""
        b, start, tail = self.tail.blocks[i], self.tail.starts[i], self.tail
        X = tail.times_lambda(S22[:, start : start + b.n_levels * b.k], theta, transpose=True)
        X = solve_triangular(self._S[: tail.q, : tail.q], X, lower=True, check_finite=False)
        X = X.reshape(-1, b.n_levels, b.k)
        return tail.level_blocks(S22)[i] - np.einsum("qga,qgb->gab", X, X)

    def gradient(self, theta: Floats, REML: bool, df: int | None = None) -> tuple[float, Floats]:  # noqa: N803
        """The criterion and its exact gradient (m,) at theta (m,); `df` as in `deviance`.

        With F_b = sum_g [ (Z'V^{-1}Z)_gg - G_g K G_g' ] and K = (df / pwrss) cc' (+ (Q'V^{-1}Q)^{-1} for REML), c =
        (-beta_Q, 1), the derivative with respect to a template is 2 F_b T_b: log|V|, log|X'V^{-1}X| and pwrss all
        depend on theta through T_b T_b' alone.
        """
        df = df or (self.n - self.p if REML else self.n)
        gradient = np.zeros(len(theta))
        if not self.tail.q:
            parts = self.criterion(theta)
            kernels.single_gradient(df, REML, self._one, gradient)
            return self._value(parts, REML, df), gradient
        solution, K = self.solve(theta), np.empty((self.p + 1, self.p + 1))
        kernels.residual_weights(self._S[self.tail.q :, self.tail.q :], df, REML, K)
        self._precision = self.precision_blocks(theta)
        for b, P, G in zip(self.blocks, self._precision, solution.G, strict=True):
            F = np.empty((b.k, b.k))
            kernels.level_sum(P, np.ascontiguousarray(G), K, F)
            gradient[b.theta] += 2.0 * (F @ b.template(theta))[b.rows, b.cols]
        return self._value(solution.criterion, REML, df), gradient

    def hessian(self, theta: Floats, REML: bool, df: int | None = None, at: Floats | None = None) -> Floats:  # noqa: N803
        """Second derivatives (m, m) of the criterion at theta (m,): central differences of the exact gradient, or
        forward ones from the gradient `at` (m,) theta.
        """
        m, step = len(theta), 1e-5
        H = np.empty((m, m))
        if not self.tail.q:
            df = df or (self.n - self.p if REML else self.n)
            if not kernels.single_hessian(theta, step, df, REML, self._one, H):
                raise np.linalg.LinAlgError(f"Downdated X'V^{{-1}}X is not positive definite around theta {theta}")
            return (H + H.T) / 2.0
        for i in range(m):
            e = step * max(1.0, abs(theta[i])) * (np.arange(m) == i)
            behind, width = (self.gradient(theta - e, REML, df)[1], 2.0 * e[i]) if at is None else (at, e[i])
            H[i] = (self.gradient(theta + e, REML, df)[1] - behind) / width
        return (H + H.T) / 2.0

    def information(self, theta: Floats) -> Floats:
        """The criterion's expected second derivatives (m, m) at theta (m,), from what `gradient` left behind there.

        tr(Phi S_i Phi S_j) - tr(Phi S_i) tr(Phi S_j) / n with Phi = Z'V^{-1}Z, of which only the diagonal
        level-blocks are at hand; S_i is the derivative of TT'. Off the blocks Phi is small where factors are crossed.
        """
        products, traces = [np.zeros((0, 0))] * len(theta), np.zeros(len(theta))
        H = np.zeros((len(theta), len(theta)))
        precision = self._precision if self.tail.q else self.precision_blocks(theta)
        for b, P in zip(self.blocks, precision, strict=True):
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


def _check_memory(structure: RandomStructure, m: int) -> None:
    """Raises ValueError where the tail's m columns cannot fit: before hours of swapping, not after."""
    needed, there = 8 * m * m, math.inf
    if hasattr(os, "sysconf"):
        there = float(os.sysconf("SC_PAGE_SIZE")) * float(os.sysconf("SC_PHYS_PAGES"))
    if needed > there:
        sparse, *dense = (structure.terms[indices[0]] for indices in structure.members)
        named = " and ".join(f"{term.group} ({len(term.levels)} levels)" for term in dense)
        raise ValueError(
            f"the random effects of {named} need a dense matrix of {m} columns, {needed / 2**30:.1f} GiB, and this "
            f"machine has {there / 2**30:.1f} GiB; only {sparse.group}, which has most levels, is treated as sparse: "
            "leave a factor out or merge its levels"
        )
