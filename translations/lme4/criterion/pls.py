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

from translations.arrays import Floats
from translations.stats.formulas.rank import orthonormal

from ..covariance.parameters import OfParameters
from ..structure import Block, RandomStructure
from . import cross_sums
from .cross_sums import exact_residual
from .factor import LOST, Evaluated, Factor, Solution
from .lme4_order import Lme4Order
from .long_double import LongDoubleProducts
from .one_factor import OneFactor
from .protocols import Criterion
from .sparse_head import SparseHead
from .trailing_block import OffDiagonalBlocks, TrailingBlock

__all__ = ["PLS", "Criterion", "Factor", "Solution"]

CANCELS = 100.0  # a response so many times its residual loses two digits to y - QQ'y


@dataclass(frozen=True)
class DesignProducts:
    """What of the cross-products does not depend on the response: each computed when it is first asked for.

    X (n, p), prior weights and offset (n,) or None, as given.
    """

    structure: RandomStructure
    X: Floats
    weights: Floats | None
    offset: Floats | None

    @cached_property
    def log_weights(self) -> float:
        """The sum of the weights' logarithms."""
        return 0.0 if self.weights is None else float(np.log(self.weights).sum())

    @cached_property
    def root_weights(self) -> Floats | None:
        """Square roots of the weights (n,)."""
        return None if self.weights is None else np.sqrt(self.weights)

    def weighted(self, M: Floats) -> Floats:
        """M (n, ...) times the square roots of the weights."""
        return M if self.root_weights is None else (M.T * self.root_weights).T

    @cached_property
    def QR(self) -> tuple[Floats, Floats]:  # noqa: N802
        """Q (n, p), orthonormal, and R (p, p), upper, of the weighted X."""
        return orthonormal(self.weighted(self.X))

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The structure's, rows weighted."""
        blocks, root = self.structure.blocks, self.root_weights
        return blocks if root is None else tuple(replace(b, Z=b.Z * root[:, None]) for b in blocks)

    @cached_property
    def trailing(self) -> TrailingBlock:
        """All blocks but the first."""
        return TrailingBlock.of(self.blocks[1:])

    @cached_property
    def off_diagonal(self) -> OffDiagonalBlocks:
        """The products of block 1's levels with the trailing block's random columns."""
        return OffDiagonalBlocks.of(self.blocks[0], self.trailing)

    @cached_property
    def sparse_head(self) -> SparseHead | None:
        """Which of the trailing block's columns are eliminated one by one."""
        return SparseHead.of(self.trailing, self.off_diagonal, self.X.shape[1] + 1)

    @cached_property
    def first(self) -> tuple[Floats, Floats, Floats]:
        """Z1tZ1, Z1tXy and XytZ2, see `PLS`; the response's column is free."""
        (n, p), block, trailing, (Q, _) = self.X.shape, self.blocks[0], self.trailing, self.QR
        Z1tZ1 = np.empty((block.n_levels, block.k, block.k))
        Z1tXy = np.empty((block.n_levels, block.k, p + 1))
        for W, out in ((block.Z, Z1tZ1), (Q, Z1tXy[:, :, :p])):
            cross_sums.level_products(block.codes, block.Z, W, out, trailing.compensated(n))
        XytZ2 = np.zeros((p + 1, trailing.q + p + 1), order="F")
        XytZ2[range(p), range(trailing.q, trailing.q + p)] = 1.0
        for i in range(p):
            XytZ2[i, : trailing.q] = trailing.products(Q[:, i])
        return Z1tZ1, Z1tXy, XytZ2

    @cached_property
    def log_det_R(self) -> float:  # noqa: N802
        """log|R|^2."""
        return 2.0 * float(np.log(np.abs(np.diagonal(self.QR[1]))).sum())


@dataclass(frozen=True)
class PLS:
    """The cross-products of one design and response; `at(theta)` is their factor. Computed when they are first asked
    for: a fit in lme4's own order of summation, `lme4_order`, for the models that has one, needs none.

    n observations, p columns of X, w = p + 1. X = QR (n, p); offset, response (n,); blocks: the structure's, rows
    weighted; trailing: all blocks but the first. Cross-products, in which X stands for Q and y for its residual on X:
    Z1tZ1 (levels, k, k), Z1tXy (levels, k, w): block 1's levels with themselves and with [X, y]; off_diagonal: with the
    trailing block's random columns; XytZ2 (w, q2 + w): [X, y] with the trailing block and themselves. sparse_head:
    which random columns are eliminated one by one; beta0 (p,): the fixed effects of least squares. Build with
    `PLS.of`; `with_response` shares all but what depends on y.
    """

    design: DesignProducts
    response: Floats
    lme4_order: Lme4Order | None

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
        _check_memory(structure, sum(b.k * b.n_levels for b in structure.blocks[1:]) + X.shape[1] + 1)
        own = Lme4Order.of(structure, X, y, weights, offset)
        return cls(DesignProducts(structure, X, weights, offset), y, own)

    def with_response(self, y: Floats) -> PLS:
        """The same design with another response y (n,)."""
        return PLS(self.design, y, None if self.lme4_order is None else self.lme4_order.with_response(y))

    structure = property(lambda self: self.design.structure)
    X = property(lambda self: self.design.X)
    weights = property(lambda self: self.design.weights)
    offset = property(lambda self: self.design.offset)
    n = property(lambda self: len(self.design.X))
    p = property(lambda self: self.design.X.shape[1])
    log_weights = property(lambda self: self.design.log_weights)
    root_weights = property(lambda self: self.design.root_weights)
    Q = property(lambda self: self.design.QR[0])
    R = property(lambda self: self.design.QR[1])
    log_det_R = property(lambda self: self.design.log_det_R)  # noqa: N815
    blocks = property(lambda self: self.design.blocks)
    trailing = property(lambda self: self.design.trailing)
    off_diagonal = property(lambda self: self.design.off_diagonal)
    sparse_head = property(lambda self: self.design.sparse_head)
    Z1tZ1 = property(lambda self: self.design.first[0])
    Z1tXy = property(lambda self: self._of_response[0])
    XytZ2 = property(lambda self: self._of_response[1])
    beta0 = property(lambda self: self._of_response[2])

    @cached_property
    def _of_response(self) -> tuple[Floats, Floats, Floats]:
        """Z1tXy, XytZ2 and beta0."""
        design, trailing, (Q, R) = self.design, self.design.trailing, self.design.QR
        Z1tXy, XytZ2, q2 = design.first[1].copy(), design.first[2].copy(order="F"), trailing.q
        y = self.response if self.offset is None else self.response - self.offset
        y = design.weighted(y)
        effects, size = Q.T @ y, _largest(y)
        y = y - Q @ effects
        beta0 = np.asarray(np.linalg.solve(R, effects), np.float64)
        if size > CANCELS * _largest(y):
            y = design.weighted(exact_residual(self.response, self.X, beta0, self.offset))
        first, compensated = design.blocks[0], trailing.compensated(self.n)
        cross_sums.level_products(first.codes, first.Z, y[:, None], Z1tXy[:, :, self.p :], compensated)
        XytZ2[-1, :q2] = trailing.products(y)
        Qty = XytZ2[-1, q2 : q2 + self.p]
        if compensated:  # what is left of these sums may be small
            one_level = np.broadcast_to(np.int64(0), self.n)
            cross_sums.level_products(one_level, Q, y[:, None], Qty[None, :, None], True)
        else:
            Qty[:] = Q.T @ y
        XytZ2[-1, -1] = y @ y
        return Z1tXy, XytZ2, beta0

    @cached_property
    def reduced(self) -> Floats:
        """The response's weighted residual on X beta0 (n,), rounded once."""
        return self.design.weighted(exact_residual(self.response, self.X, self.beta0, self.offset))

    @cached_property
    def long_double(self) -> LongDoubleProducts | None:
        """The cross-products in extended precision; None where the model is too large for it."""
        return LongDoubleProducts.of(self)

    @cached_property
    def one_factor(self) -> OneFactor:
        """The same for compiled code, where there is one block."""
        place, least = self.blocks[0].place, LOST * float(self.XytZ2[-1, -1])
        return OneFactor(self.Z1tZ1, self.Z1tXy, self.XytZ2, place, self.log_det_R, self.log_weights, least)

    def df(self, REML: bool) -> int:  # noqa: N803
        """The denominator of sigma²: n - p for REML, n for maximum likelihood."""
        return self.n - self.p if REML else self.n

    def at(self, theta: Floats) -> Factor:
        """The factor at theta (m,). Raises `numpy.linalg.LinAlgError` where there is none."""
        return Factor.of(self, theta)

    def evaluated(self, theta: Floats) -> Evaluated:
        """`at` theta (m,) for the criterion and its derivatives alone: sooner where the trailing block is sparse."""
        found = None if self.sparse_head is None else self.sparse_head.at(self, theta)
        return self.at(theta) if found is None else found

    def solve(self, theta: Floats) -> Solution:
        """Penalized least squares at theta (m,): beta, RX, u and Z'V^{-1}[Q, y]."""
        return self.at(theta).solution

    def deviance(self, theta: Floats, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """The profiled deviance (Bates et al. 2015, eq. 35) or REML criterion (eq. 42) at theta (m,); `df` other than n
        or n - p is lme4's refit's.
        """
        if self.trailing.q:
            return self.evaluated(theta).deviance(REML, df)
        value = self.one_factor.value(theta, df or self.df(REML), REML)
        return value if value < math.inf else self.at(theta).deviance(REML, df)  # which says why there is none

    def value(self, parts: Criterion, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """`deviance` of its parts."""
        (ldL2, ldRX2, pwrss), df = parts, df or self.df(REML)
        log_pwrss = math.log(2.0 * math.pi * pwrss / df)
        return ldL2 + (ldRX2 if REML else 0.0) + df * (1.0 + log_pwrss) - self.log_weights

    def gradient(self, theta: Floats, REML: bool, df: int | None = None) -> tuple[float, Floats]:  # noqa: N803
        """The criterion and its exact gradient (m,) at theta (m,); `df` as in `deviance`."""
        if not self.trailing.q:
            out = np.empty(len(theta))
            value = self.one_factor.gradient(theta, df or self.df(REML), REML, out)
            if value < math.inf:
                return value, out
        at = self.evaluated(theta)
        return at.deviance(REML, df), at.gradient(REML, df)

    def hessian(self, theta: Floats, REML: bool, df: int | None = None, at: Floats | None = None) -> Floats:  # noqa: N803
        """Second derivatives (m, m) of the criterion at theta (m,): central differences of the exact gradient, or
        forward ones from the gradient `at` (m,) theta.
        """
        m, step = len(theta), 1e-5
        H = np.empty((m, m))
        if not self.trailing.q and self.one_factor.hessian(theta, step, df or self.df(REML), REML, H):
            return (H + H.T) / 2.0
        for i in range(m):
            e = step * max(1.0, abs(theta[i])) * (np.arange(m) == i)
            behind, width = (self.gradient(theta - e, REML, df)[1], 2.0 * e[i]) if at is None else (at, e[i])
            H[i] = (self.gradient(theta + e, REML, df)[1] - behind) / width
        return (H + H.T) / 2.0

    def lme4_deviance(self, theta: Floats, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """`deviance` as lme4 computes it, to the bit where `lme4_order.py` covers the model: it decides where BOBYQA
        stops.
        """
        exact = self.lme4_order
        return self.deviance(theta, REML, df) if exact is None else exact.criterion(theta, REML, df)

    def lme4_parts(self) -> Callable[[Floats], Criterion]:
        """The parts of `lme4_deviance` as a function of theta (m,), prepared for many calls."""
        if self.lme4_order is None:
            return lambda theta: self.at(theta).criterion
        exact = self.lme4_order.objective(False)

        def parts(theta: Floats) -> Criterion:
            exact(theta)
            if exact.failed:
                raise np.linalg.LinAlgError(f"the downdated X'X is not positive definite at theta {theta}")
            ldL2, ldRX2, wrss, sqrL = exact.parts()[:4]
            return Criterion(ldL2, ldRX2, wrss + sqrL)

        return parts

    def lme4_criterion(self, REML: bool, df: int | None = None) -> Callable[[Floats], float]:  # noqa: N803
        """`lme4_deviance` as a function of what an optimizer moves, prepared for many calls: theta, or the parameters
        of covariance structures."""
        exact, parameters = self.lme4_order, self.structure.parameters
        template = parameters.template()
        if exact is not None and (template is not None or not parameters.structured):
            return exact.objective(REML, df).of_parameters(template)
        of_theta = (lambda theta: self.deviance(theta, REML, df)) if exact is None else exact.objective(REML, df)
        return OfParameters(of_theta, parameters, template) if parameters.structured else of_theta


def _largest(y: Floats) -> float:
    """The largest absolute value of y (n,), without a copy."""
    return max(float(y.max()), -float(y.min()))


def _check_memory(structure: RandomStructure, m: int) -> None:
    """Raises ValueError where the trailing block's m columns cannot fit: before hours of swapping, not after."""
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
