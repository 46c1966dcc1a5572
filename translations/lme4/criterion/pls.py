"""Penalized least squares: the criterion of a design and response at any theta, by the route that suits the model."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from translations.arrays import Floats

from ..covariance.parameters import OfParameters
from ..structure import RandomStructure
from .cross_products import Criterion, CrossProducts, DesignProducts
from .factor import LOST, Evaluated, Factor, Solution
from .lme4_order import Lme4Order, Parts
from .long_double import LongDoubleProducts
from .one_factor import OneFactor
from .small.several_factors import SeveralFactors
from .sparse_head import SparseHead
from .trailing_block import COMPENSATED_UP_TO, LAPACK_FROM

__all__ = ["PLS", "Criterion", "Factor", "Solution"]


@dataclass(frozen=True)
class DesignInTwoParts(DesignProducts):
    """With the part of the trailing block that is sparse."""

    @cached_property
    def sparse_head(self) -> SparseHead | None:
        """Which of the trailing block's columns are eliminated one by one."""
        return SparseHead.of(self.trailing, self.off_diagonal, self.X.shape[1] + 1)


@dataclass(frozen=True)
class PLS(CrossProducts):
    """The cross-products of one design and response, of which `at(theta)` is the factor. A fit in lme4's own order of
    summation, `lme4_order`, for the models that has one, asks for none of them.

    sparse_head: which random columns are eliminated one by one. Build with `PLS.of`; `with_response` shares all but
    what depends on y.
    """

    design: DesignInTwoParts
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
        return cls(DesignInTwoParts(structure, X, weights, offset), y, own)

    def with_response(self, y: Floats) -> PLS:
        """The same design with another response y (n,)."""
        return PLS(self.design, y, None if self.lme4_order is None else self.lme4_order.with_response(y))

    sparse_head = property(lambda self: self.design.sparse_head)

    @cached_property
    def long_double(self) -> LongDoubleProducts | None:
        """The cross-products in extended precision; None where the model is too large for it."""
        return LongDoubleProducts.of(self)

    @cached_property
    def one_factor(self) -> OneFactor:
        """The same for compiled code, where there is one block."""
        place, least = self.blocks[0].place, LOST * float(self.XytZ2[-1, -1])
        return OneFactor(self.Z1tZ1, self.Z1tXy, self.XytZ2, place, self.log_det_R, self.log_weights, least)

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
        return self._as_compiled(REML, df)(theta) if exact is None else exact.criterion(theta, REML, df)

    def _as_compiled(self, REML: bool, df: int | None) -> Callable[[Floats], float]:  # noqa: N803
        """`deviance` as a function of theta (m,): of a small model of several factors with no Python within."""
        if self.trailing.q and self.n <= COMPENSATED_UP_TO and self.XytZ2.shape[1] < LAPACK_FROM:
            return SeveralFactors(self, REML, df)
        return lambda theta: self.deviance(theta, REML, df)

    def lme4_parts(self) -> Callable[[Floats], Criterion | Parts]:
        """The parts of `lme4_deviance` as a function of theta (m,), prepared for many calls."""
        if (exact := self.lme4_order) is None:
            return lambda theta: self.at(theta).criterion
        again = exact.objective(False)
        return lambda theta: exact.parts(theta, again)

    def lme4_criterion(self, REML: bool, df: int | None = None) -> Callable[[Floats], float]:  # noqa: N803
        """`lme4_deviance` as a function of what an optimizer moves, prepared for many calls: theta, or the parameters
        of covariance structures."""
        exact, parameters = self.lme4_order, self.structure.parameters
        template = parameters.template()
        if exact is not None and (template is not None or not parameters.structured):
            return exact.objective(REML, df).of_parameters(template)
        of_theta = self._as_compiled(REML, df) if exact is None else exact.objective(REML, df)
        return OfParameters(of_theta, parameters, template) if parameters.structured else of_theta


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
