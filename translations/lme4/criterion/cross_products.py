"""The cross-products of a linear mixed model's design and response: all that its criterion needs, at any theta.

X enters as an orthonormal basis of its columns and y as its residual on X, an exact one where y's mean is large, so
that neither scale nor location of the data costs digits; beta is turned back at the end. Prior weights enter as rows
multiplied by their square roots.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from translations.arrays import Floats
from translations.stats.formulas.rank import orthonormal

from ..structure import Block, RandomStructure
from . import cross_sums
from .cross_sums import exact_residual
from .trailing_block import OffDiagonalBlocks, TrailingBlock

CANCELS = 100.0  # a response so many times its residual loses two digits to y - QQ'y


class Criterion(NamedTuple):
    """The parts of the profiled criterion: log|L|^2, log|RX|^2 and the penalized weighted residual sum of squares."""

    ldL2: float  # noqa: N815
    ldRX2: float  # noqa: N815
    pwrss: float


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
    def first(self) -> tuple[Floats, Floats, Floats]:
        """Z1tZ1, Z1tXy and XytZ2, see `CrossProducts`; the response's column is free."""
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
class CrossProducts:
    """The cross-products of one design and response, computed when they are first asked for.

    n observations, p columns of X, w = p + 1. X = QR (n, p); offset, response (n,); blocks: the structure's, rows
    weighted; trailing: all blocks but the first. Cross-products, in which X stands for Q and y for its residual on X:
    Z1tZ1 (levels, k, k), Z1tXy (levels, k, w): block 1's levels with themselves and with [X, y]; off_diagonal: with the
    trailing block's random columns; XytZ2 (w, q2 + w): [X, y] with the trailing block and themselves; beta0 (p,): the
    fixed effects of least squares.
    """

    design: DesignProducts
    response: Floats

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

    def df(self, REML: bool) -> int:  # noqa: N803
        """The denominator of sigma²: n - p for REML, n for maximum likelihood."""
        return self.n - self.p if REML else self.n

    def value(self, parts: Criterion, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """`deviance` of its parts."""
        (ldL2, ldRX2, pwrss), df = parts, df or self.df(REML)
        log_pwrss = math.log(2.0 * math.pi * pwrss / df)
        return ldL2 + (ldRX2 if REML else 0.0) + df * (1.0 + log_pwrss) - self.log_weights


def _largest(y: Floats) -> float:
    """The largest absolute value of y (n,), without a copy."""
    return max(float(y.max()), -float(y.min()))
