"""The penalized least squares problem factored at one theta (Bates et al. 2015, JSS 67(1), sections 3.4-3.6).

With V = I + Z Lambda Lambda' Z' everything follows from one Cholesky factor of the augmented cross-product

    [ Lambda'Z'Z Lambda + I   .       .   ]      [ L            ]
    [ X'Z Lambda              X'X     .   ]  ->  [ RZX'  RX'    ]
    [ y'Z Lambda              y'X     y'y ]      [ .     .    r ]

where log|V| = 2 log|L|, X'V^{-1}X = RX'RX and pwrss = r^2 (`paper.py` has it in the paper's own words). The grouping
factor with most levels is eliminated level by level (its diagonal block is block diagonal); what remains is dense.

Words of this folder: a block is a grouping factor with all of its terms, k columns of Z a level; its template is the
(k, k) block of Lambda that its levels share. Block 1 is the factor eliminated; the trailing block is what remains: the
q2 columns Z2 of the others, then the w = p + 1 of Q and y. The columns of Q are an orthonormal basis of X's, Q R = X,
and y is what X beta0 leaves of it, which keeps digits: beta = beta0 + R^{-1} beta_q (`PLS`). An optimizer asks for the
factor at one theta after another (`optimize.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from translations.arrays import Floats
from translations.later import blas, lapack

from . import derivatives, loops
from .cross_products import Criterion, CrossProducts
from .derivatives import AtTheta, Dense
from .trailing_block import LAPACK_FROM

# pwrss is y'y less what the effects explain. Below this part of y'y it is taken from residuals, which keep the digits
# that the difference loses: of the generated crossed data sets the criterion at lme4's start then has at most 4e-16 of
# rounding in nine of ten, as R's has, where it had up to 8e-15; and BOBYQA stops where rounding tells it to.
SMALL = 0.5
LOST = 1e-3  # the same for one factor's compiled criterion, whose models lme4's own order of summation mostly covers


@dataclass(frozen=True)
class Solution:
    """Penalized least squares at one theta.

    beta (p,), RX (p, p) upper with X'V^{-1}X = RX'RX, u: spherical random effects, one (levels, k) array a block,
    ZtViXy: Z'V^{-1}[Q, y], one (levels, k, p + 1) array a block, where it was asked for.
    """

    criterion: Criterion
    beta: Floats
    RX: Floats
    u: tuple[Floats, ...]
    ZtViXy: tuple[Floats, ...] = ()


class Evaluated(AtTheta):
    """What follows from a factor at theta (m,), however it was made."""

    ldL2_first: float  # the part of log|L|^2 that is not L22's

    @cached_property
    def criterion(self) -> Criterion:
        """log|L|^2, log|RX|^2 and pwrss."""
        d, w = np.diagonal(self.L22), self.products.p + 1
        ldL2 = self.ldL2_first + 2.0 * float(np.log(d[:-w]).sum())
        return Criterion(ldL2, 2.0 * float(np.log(d[-w:-1]).sum()) + self.products.log_det_R, float(d[-1]) ** 2)

    def deviance(self, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """The profiled deviance (eq. 35) or REML criterion (eq. 42); `df` other than n or n - p is lme4's refit's."""
        return self.products.value(self.criterion, REML, df)


@dataclass(frozen=True)
class Factor(Evaluated, Dense):
    """The factor of `products` at theta (m,): nothing that is asked of it changes it.

    template (k, k): block 1's; L11 (levels, k, k): the factors of its levels; L21 (nnz, k): the rows of the trailing
    block below them; RZXy (levels, k, w): RZX and RZX's continuation for y; ldL2_first: log|L|^2 of block 1. `storage`
    (m, m + 1) holds in its lower triangle L22, the factor of the trailing block's m = q2 + w columns, and above it,
    once that is asked for, the inverse of the part of the random effects.
    """

    products: CrossProducts
    theta: Floats
    template: Floats
    L11: Floats
    L21: Floats
    RZXy: Floats
    ldL2_first: float
    storage: Floats

    @classmethod
    def of(cls, products: CrossProducts, theta: Floats) -> Factor:
        """Raises `numpy.linalg.LinAlgError` where the penalized cross-product is not positive definite."""
        (levels, k, w), m = products.Z1tXy.shape, products.XytZ2.shape[1]
        theta, T = np.array(theta, dtype=float), products.blocks[0].template(theta)
        L11, L21 = np.zeros((levels, k, k)), np.empty_like(products.off_diagonal.Z1tZ2)
        RZXy, storage = np.empty((levels, k, w)), np.empty((m, m + 1), order="F")
        S, explained = storage[:, :-1], float(products.XytZ2[-1, -1])
        for raised in (0.0, explained):  # where rounding has left nothing of pwrss, y'y is raised to have all but that
            ldL2_first = eliminated(products, theta, T, S, L11, L21, RZXy, raised)
            small = m < LAPACK_FROM
            positive = loops.cholesky(S) if small else not lapack.dpotrf(S, lower=1, overwrite_a=1, clean=0)[1]
            if positive:
                break
        found = cls(products, theta, T, L11, L21, RZXy, ldL2_first, storage)
        if positive and (raised or S[-1, -1] ** 2 < (SMALL if products.trailing.q else LOST) * explained):
            pwrss = found._squares()
            S[-1, -1], positive = math.sqrt(pwrss), pwrss > 0.0
        if not positive:
            raise np.linalg.LinAlgError(f"the penalized cross-product is not positive definite at theta {theta}")
        return found

    @cached_property
    def _by_levels(self) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
        of, trailing, q2 = self.products, self.products.trailing, self.products.trailing.q
        U2 = V2 = G2 = np.zeros((q2, of.p + 1))
        if q2:
            # L22'U2 = L32' is part of the whole factor's L'[U2; -I] = [0; -Lw'], which needs no copy of L22.
            U2 = blas.dtrsm(1.0, self.L22, np.vstack([U2, -self.corner.T]), lower=1, trans_a=1)[:q2]
            V2 = trailing.times_lambda(U2, self.theta)
            G2 = np.ascontiguousarray(of.XytZ2[:, :q2].T - of.off_diagonal.Z2tZ2 @ V2)
        U1, G1 = derivatives.back_substituted(self, of.off_diagonal, V2, G2)
        return (U1, *trailing.by_level(U2)), (G1, *trailing.by_level(G2))

    @cached_property
    def solution(self) -> Solution:
        """beta, RX, u and Z'V^{-1}[Q, y]."""
        of, p, Lw = self.products, self.products.p, self.corner
        beta_q = np.linalg.solve(Lw[:p, :p].T, Lw[p, :p])
        beta = of.beta0 + np.linalg.solve(of.R, beta_q)
        u = tuple(U @ np.append(-beta_q, 1.0) for U in self.LtZtViXy)
        return Solution(self.criterion, beta, Lw[:p, :p].T @ of.R, u, self.ZtViXy)

    def _squares(self) -> float:
        """pwrss from the basis' coefficients and u: weighted residuals and u, squared and summed."""
        of, q2, Z1tZ2 = self.products, self.products.trailing.q, self.products.off_diagonal
        x, u = np.empty(len(self.L22) - 1), np.empty(self.RZXy.shape[:2])
        loops.trailing_effects(self.L22, x)
        v = of.trailing.times_lambda(x[:q2, None], self.theta)
        loops.level_effects(self.L11, self.L21, self.RZXy, Z1tZ2.ptr, Z1tZ2.idx, v[:, 0].copy(), x[q2:], u)
        residuals = of.reduced - of.Q @ x[q2:]
        modes = [u @ self.template.T, *(part[..., 0] for part in of.trailing.by_level(v))]
        for block, b in zip(of.blocks, modes, strict=True):
            loops.subtract_modes(block.codes, block.Z, np.ascontiguousarray(b), residuals)
        return float(residuals @ residuals) + float(np.vdot(u, u)) + float(x[:q2] @ x[:q2])


def eliminated(
    products: CrossProducts, theta: Floats, T: Floats, L22: Floats, L11: Floats, L21: Floats, RZXy: Floats,
    raised: float,
) -> float:
    """What block 1 leaves of the trailing block's penalized cross-products into L22 (m, m), lower triangle, y'y being
    `raised`; its own factor into L11, L21 and RZXy, see `Factor`; and log|L11|^2.
    """
    trailing, off_diagonal, q2 = products.trailing, products.off_diagonal, products.trailing.q
    L22[q2:] = products.XytZ2
    L22[-1, -1] += raised
    ldL2_first = loops.eliminate(T, products.Z1tZ1, products.Z1tXy, off_diagonal.ptr, off_diagonal.idx,
                                 off_diagonal.Z1tZ2, L22[q2:], L11, L21, RZXy)
    if q2:
        off_diagonal.random_columns(L21, L22)
        templates = trailing.templates(theta)
        loops.scale_trailing(
            L22, q2, trailing.level_size, trailing.level_start, templates, np.empty(templates.shape[1:]))
    return float(ldL2_first)
