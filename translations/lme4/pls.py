"""The cross-products of a linear mixed model's design and response: all that its criterion needs, at any theta.

X enters as an orthonormal basis of its columns and y as its residual on X, an exact one where y's mean is large, so
that neither scale nor location of the data costs digits; beta is turned back at the end. Prior weights enter as rows
multiplied by their square roots.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .criterion import cross_sums
from .criterion.factor import LOST, Criterion, Factor, Solution
from .criterion.one_factor import OneFactor
from .criterion.sparse_head import SparseHead
from .extended import Products
from .residual import CANCELS, exact_residual
from .sequential import Sequential
from .structure import Block, Floats, RandomStructure
from .tail import Cross, Tail

__all__ = ["PLS", "Criterion", "Factor", "Solution"]


@dataclass(frozen=True)
class PLS:
    """The cross-products of one design and response; `at(theta)` is their factor.

    n observations, p columns of X, w = p + 1. X = QR (n, p); offset, response (n,); blocks: the structure's, rows
    weighted; tail: all blocks but the first; A (levels, k, k), D (levels, k, w): products of block 1's levels with
    themselves and with [Q, y]; cross: with the tail's random columns;
    sparse_head: which of these are eliminated one by one; bottom (w, q2 + w): those of [Q, y] with the tail
    and themselves; beta0 (p,): the fixed effects of least squares; sequential: the same in lme4's order of summation,
    for the models that has. Build with `PLS.of`; `with_response` shares all but what depends on y.
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
    sparse_head: SparseHead | None
    A: Floats
    D: Floats
    bottom: Floats
    beta0: Floats
    sequential: Sequential | None

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
        cross_sums.level_products(first.codes, first.Z, Q, A, D, tail.compensated(n))
        bottom = np.zeros((p + 1, tail.q + p + 1), order="F")
        bottom[range(p), range(tail.q, tail.q + p)] = 1.0
        for i in range(p):
            bottom[i, : tail.q] = tail.cross(Q[:, i])
        log_weights = 0.0 if weights is None else float(np.log(weights).sum())
        data = (structure, n, p, weights, log_weights, root, X, Q, R, offset, y)
        cross = Cross.of(first, tail)
        design = cls(*data, blocks, tail, cross, SparseHead.of(tail, cross), A, D, bottom, np.zeros(p), None)
        return replace(design.with_response(y), sequential=Sequential.of(structure, X, y, weights, offset))

    def with_response(self, y: Floats) -> PLS:
        """The same design with another response y (n,)."""
        given, D, bottom, q2 = y, self.D.copy(), self.bottom.copy(order="F"), self.tail.q
        y = y if self.offset is None else y - self.offset
        y = y if self.root_weights is None else y * self.root_weights
        effects, size = self.Q.T @ y, float(np.abs(y).max())
        y = y - self.Q @ effects
        beta0 = np.asarray(np.linalg.solve(self.R, effects), np.float64)
        if size > CANCELS * float(np.abs(y).max()):
            y = exact_residual(given, self.X, beta0, self.offset)
            y = y if self.root_weights is None else y * self.root_weights
        first, compensated = self.blocks[0], self.tail.compensated(self.n)
        cross_sums.response_products(first.codes, first.Z, y, D, compensated)
        bottom[-1, :q2] = self.tail.cross(y)
        if compensated:
            cross_sums.column_products(self.Q, y, bottom[-1, q2 : q2 + self.p])
        else:
            bottom[-1, q2 : q2 + self.p] = self.Q.T @ y
        bottom[-1, -1] = y @ y
        exact = None if self.sequential is None else self.sequential.with_response(given)
        return replace(self, response=given, D=D, bottom=bottom, beta0=beta0, sequential=exact)

    @cached_property
    def reduced(self) -> Floats:
        """The response's weighted residual on X beta0 (n,), rounded once."""
        y = exact_residual(self.response, self.X, self.beta0, self.offset)
        return y if self.root_weights is None else y * self.root_weights

    @cached_property
    def products(self) -> Products | None:
        """The cross-products in extended precision; None where the model is too large for it."""
        return Products.of(self)

    @cached_property
    def one_factor(self) -> OneFactor:
        """The same for compiled code, where there is one block."""
        least = LOST * float(self.bottom[-1, -1])
        return OneFactor(self.A, self.D, self.bottom, self.blocks[0].place, self.log_det_R, self.log_weights, least)

    @cached_property
    def log_det_R(self) -> float:  # noqa: N802
        """log|R|^2."""
        return 2.0 * float(np.log(np.abs(np.diagonal(self.R))).sum())

    def df(self, REML: bool) -> int:  # noqa: N803
        """The denominator of sigma²: n - p for REML, n for maximum likelihood."""
        return self.n - self.p if REML else self.n

    def at(self, theta: Floats) -> Factor:
        """The factor at theta (m,). Raises `numpy.linalg.LinAlgError` where there is none."""
        return Factor.of(self, theta)

    def solve(self, theta: Floats) -> Solution:
        """Penalized least squares at theta (m,): beta, RX, u and Z'V^{-1}[Q, y]."""
        return self.at(theta).solution

    def deviance(self, theta: Floats, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """The profiled deviance (Bates et al. 2015, eq. 35) or REML criterion (eq. 42) at theta (m,); `df` other than n
        or n - p is lme4's refit's.
        """
        if self.tail.q:
            parts = None if self.sparse_head is None else self.sparse_head.criterion(self, theta)
            return self.at(theta).deviance(REML, df) if parts is None else self.value(parts, REML, df)
        value = self.one_factor.value(theta, df or self.df(REML), REML)
        return value if value < math.inf else self.at(theta).deviance(REML, df)  # which says why there is none

    def value(self, parts: Criterion, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """`deviance` of its parts."""
        (ldL2, ldRX2, pwrss), df = parts, df or self.df(REML)
        log_pwrss = math.log(2.0 * math.pi * pwrss / df)
        return ldL2 + (ldRX2 if REML else 0.0) + df * (1.0 + log_pwrss) - self.log_weights

    def gradient(self, theta: Floats, REML: bool, df: int | None = None) -> tuple[float, Floats]:  # noqa: N803
        """The criterion and its exact gradient (m,) at theta (m,); `df` as in `deviance`."""
        if not self.tail.q:
            out = np.empty(len(theta))
            value = self.one_factor.gradient(theta, df or self.df(REML), REML, out)
            if value < math.inf:
                return value, out
        at = self.at(theta)
        return at.deviance(REML, df), at.gradient(REML, df)

    def hessian(self, theta: Floats, REML: bool, df: int | None = None, at: Floats | None = None) -> Floats:  # noqa: N803
        """Second derivatives (m, m) of the criterion at theta (m,): central differences of the exact gradient, or
        forward ones from the gradient `at` (m,) theta.
        """
        m, step = len(theta), 1e-5
        H = np.empty((m, m))
        if not self.tail.q and self.one_factor.hessian(theta, step, df or self.df(REML), REML, H):
            return (H + H.T) / 2.0
        for i in range(m):
            e = step * max(1.0, abs(theta[i])) * (np.arange(m) == i)
            behind, width = (self.gradient(theta - e, REML, df)[1], 2.0 * e[i]) if at is None else (at, e[i])
            H[i] = (self.gradient(theta + e, REML, df)[1] - behind) / width
        return (H + H.T) / 2.0

    def lme4_deviance(self, theta: Floats, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """`deviance` as lme4 computes it, to the bit where `sequential.py` covers the model: it decides where BOBYQA
        stops.
        """
        exact = self.sequential
        return self.deviance(theta, REML, df) if exact is None else exact.criterion(theta, REML, df)

    def lme4_criterion(self, REML: bool, df: int | None = None) -> Callable[[Floats], float]:  # noqa: N803
        """`lme4_deviance` as a function of theta alone, prepared for an optimizer's many calls."""
        exact = self.sequential
        return (lambda theta: self.deviance(theta, REML, df)) if exact is None else exact.objective(REML, df)


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
