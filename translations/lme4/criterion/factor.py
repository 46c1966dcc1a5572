"""The penalized least squares problem factored at one theta (Bates et al. 2015, JSS 67(1), sections 3.4-3.6).

With V = I + Z Lambda Lambda' Z' everything follows from one Cholesky factor of the augmented cross-product

    [ Lambda'Z'Z Lambda + I   .       .   ]      [ L            ]
    [ X'Z Lambda              X'X     .   ]  ->  [ RZX'  RX'    ]
    [ y'Z Lambda              y'X     y'y ]      [ .     .    r ]

where log|V| = 2 log|L|, X'V^{-1}X = RX'RX and pwrss = r^2 (`paper.py` has it in the paper's own words). The grouping
factor with most levels is eliminated level by level (its diagonal block is block diagonal); what remains is dense.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from translations.arrays import Floats
from translations.later import Later

from . import derivatives, loops
from .tail import LAPACK_FROM, symmetric

if TYPE_CHECKING:
    from scipy import linalg
    from scipy.linalg import blas, lapack

    from .pls import PLS
else:
    linalg, lapack, blas = Later("scipy.linalg"), Later("scipy.linalg.lapack"), Later("scipy.linalg.blas")

# pwrss is y'y less what the effects explain. Below this part of y'y it is taken from residuals, which keep the digits
# that the difference loses: of the generated crossed data sets the criterion at lme4's start then has at most 4e-16 of
# rounding in nine of ten, as R's has, where it had up to 8e-15; and BOBYQA stops where rounding tells it to.
SMALL = 0.5
LOST = 1e-3  # the same for one factor's compiled criterion, whose models lme4's own order of summation mostly covers


class Criterion(NamedTuple):
    """The parts of the profiled criterion: log|L|^2, log|RX|^2 and the penalized weighted residual sum of squares."""

    ldL2: float  # noqa: N815
    ldRX2: float  # noqa: N815
    pwrss: float


@dataclass(frozen=True)
class Solution:
    """Penalized least squares at one theta.

    beta (p,), RX (p, p) upper with X'V^{-1}X = RX'RX, u: spherical random effects, one (levels, k) array a block,
    G: Z'V^{-1}[Q, y] one (levels, k, p + 1) array a block, where it was asked for.
    """

    criterion: Criterion
    beta: Floats
    RX: Floats
    u: tuple[Floats, ...]
    G: tuple[Floats, ...] = ()


class Evaluated:
    """What follows from a factor at theta (m,), however it was made."""

    products: PLS
    theta: Floats
    S: Any  # the factor of the last columns, lower triangle, and the part of log|L|^2 that it has not
    ldL2_first: float
    precision: Any
    _U_and_G: Any

    @cached_property
    def corner(self) -> Floats:
        """The factor (w, w), lower, of [Q, y]'V^{-1}[Q, y]: RX' on the basis of X, and the root of pwrss."""
        out = np.zeros((self.products.p + 1, self.products.p + 1))
        loops.lower_corner(self.S, out)
        return out

    @cached_property
    def criterion(self) -> Criterion:
        """log|L|^2, log|RX|^2 and pwrss."""
        d, w = np.diagonal(self.S), self.products.p + 1
        ldL2 = self.ldL2_first + 2.0 * float(np.log(d[:-w]).sum())
        return Criterion(ldL2, 2.0 * float(np.log(d[-w:-1]).sum()) + self.products.log_det_R, float(d[-1]) ** 2)

    def deviance(self, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """The profiled deviance (eq. 35) or REML criterion (eq. 42); `df` other than n or n - p is lme4's refit's."""
        return self.products.value(self.criterion, REML, df)

    @cached_property
    def U(self) -> tuple[Floats, ...]:  # noqa: N802
        """Lambda'Z'V^{-1}[Q, y], one (levels, k, w) array a block."""
        return self._U_and_G[0]

    @cached_property
    def G(self) -> tuple[Floats, ...]:  # noqa: N802
        """Z'V^{-1}[Q, y], one (levels, k, w) array a block; by way of U where a scalar template is not small, which
        spares a subtraction.
        """
        T = [b.template(self.theta) for b in self.products.blocks]
        each = zip(T, *self._U_and_G, strict=True)
        return tuple(U / T if T.size == 1 and abs(T[0, 0]) > derivatives.CLEAR else G for T, U, G in each)

    def gradient(self, REML: bool, df: int | None = None) -> Floats:  # noqa: N803
        """The criterion's exact derivatives (m,) with respect to theta; `df` as in `deviance`."""
        return derivatives.gradient(self, REML, df or self.products.df(REML))

    @cached_property
    def information(self) -> Floats:
        """The criterion's expected second derivatives (m, m), from the diagonal level-blocks of Z'V^{-1}Z alone."""
        return derivatives.information(self)


@dataclass(frozen=True)
class Factor(Evaluated):
    """The factor of `products` at theta (m,): nothing that is asked of it changes it.

    T (k, k): block 1's template; L (levels, k, k): the Cholesky factors of T'A_gT + I; B (nnz, k), BD (levels, k, w):
    L_g^{-1}T'[C_g, D_g], block 1's rows of RZX' and of the tail; ldL2_first: log|L|^2 of block 1. `room` (m, m + 1)
    holds in its lower triangle S, the factor of the tail's m = q2 + w columns, and above it, once that is asked for,
    the inverse of the part of the random effects.
    """

    products: PLS
    theta: Floats
    T: Floats
    L: Floats
    B: Floats
    BD: Floats
    ldL2_first: float
    room: Floats

    @classmethod
    def of(cls, products: PLS, theta: Floats) -> Factor:
        """Raises `numpy.linalg.LinAlgError` where the penalized cross-product is not positive definite."""
        (levels, k, w), m = products.D.shape, products.bottom.shape[1]
        theta, T = np.array(theta, dtype=float), products.blocks[0].template(theta)
        L, B, BD = np.zeros((levels, k, k)), np.empty_like(products.cross.C), np.empty((levels, k, w))
        room = np.empty((m, m + 1), order="F")
        S, explained = room[:, :-1], float(products.bottom[-1, -1])
        for raised in (0.0, explained):  # where rounding has left nothing of pwrss, y'y is raised to have all but that
            ldL2_first = eliminated(products, theta, T, S, L, B, BD, raised)
            small = m < LAPACK_FROM
            positive = loops.cholesky(S) if small else not lapack.dpotrf(S, lower=1, overwrite_a=1, clean=0)[1]
            if positive:
                break
        if positive and (raised or S[-1, -1] ** 2 < (SMALL if products.tail.q else LOST) * explained):
            pwrss = cls(products, theta, T, L, B, BD, ldL2_first, room)._squares()
            S[-1, -1], positive = math.sqrt(pwrss), pwrss > 0.0
        if not positive:
            raise np.linalg.LinAlgError(f"the penalized cross-product is not positive definite at theta {theta}")
        return cls(products, theta, T, L, B, BD, ldL2_first, room)

    @property
    def S(self) -> Floats:  # noqa: N802
        """The tail's factor (m, m): q2 random columns, p of the basis of X, y; only the lower triangle is valid."""
        return self.room[:, :-1]

    @cached_property
    def _U_and_G(self) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:  # noqa: N802
        of, tail, cross, q2 = self.products, self.products.tail, self.products.cross, self.products.tail.q
        U1, G1, U2 = np.empty_like(of.D), np.empty_like(of.D), np.zeros((q2, of.p + 1))
        V2, G2 = U2, U2
        if q2:
            # L22'U2 = L32' is part of the whole factor's L'[U2; -I] = [0; -Lw'], which needs no copy of L22.
            U2 = blas.dtrsm(1.0, self.S, np.vstack([U2, -self.corner.T]), lower=1, trans_a=1)[:q2]
            V2 = tail.times_lambda(U2, self.theta)
            G2 = np.ascontiguousarray(of.bottom[:, :q2].T - cross.ZZ @ V2)
        loops.back_substitute(self.T, of.A, of.D, cross.ptr, cross.idx, cross.C, self.L, V2, U1, G1, G2)
        return (U1, *tail.by_level(U2)), (G1, *tail.by_level(G2))

    @cached_property
    def solution(self) -> Solution:
        """beta, RX, u and Z'V^{-1}[Q, y]."""
        of, p, (beta, u) = self.products, self.products.p, self._effects
        return Solution(self.criterion, beta, self.corner[:p, :p].T @ of.R, u, self.G)

    @cached_property
    def _effects(self) -> tuple[Floats, tuple[Floats, ...]]:
        """beta and u."""
        of, Lw, p = self.products, self.corner, self.products.p
        beta_q = np.linalg.solve(Lw[:p, :p].T, Lw[p, :p])
        u = tuple(U @ np.append(-beta_q, 1.0) for U in self.U)
        return of.beta0 + np.linalg.solve(of.R, beta_q), u

    def _squares(self) -> float:
        """pwrss from the basis' coefficients and u: weighted residuals and u, squared and summed."""
        of, q2 = self.products, self.products.tail.q
        x, u = np.empty(len(self.S) - 1), np.empty(self.BD.shape[:2])
        loops.tail_effects(self.S, x)
        v = of.tail.times_lambda(x[:q2, None], self.theta)
        loops.level_effects(self.L, self.B, self.BD, of.cross.ptr, of.cross.idx, v[:, 0].copy(), x[q2:], u)
        residuals = of.reduced - of.Q @ x[q2:]
        modes = [u @ self.T.T, *(part[..., 0] for part in of.tail.by_level(v))]
        for block, b in zip(of.blocks, modes, strict=True):
            loops.subtract_modes(block.codes, block.Z, np.ascontiguousarray(b), residuals)
        return float(residuals @ residuals) + float(np.vdot(u, u)) + float(x[:q2] @ x[:q2])

    @cached_property
    def schur(self) -> Floats:
        """S22 = Z2'V1^{-1}Z2 (q2, q2), V1 being V with block 1 alone."""
        of, q2, m = self.products, self.products.tail.q, len(self.S)
        S = np.empty((m, m), order="F")
        of.cross.random_columns(of.bottom, self.B, self.BD, S)
        return symmetric(S[:q2, :q2])

    @cached_property
    def inverse(self) -> Floats:
        """(L22 L22')^{-1} (q2, q2) of the tail's random effects in the first rows and columns of an array; only the
        lower triangle is valid.
        """
        q2 = self.products.tail.q
        if q2 < LAPACK_FROM:
            # However small the matrix, OpenBLAS's dpotri wakes all its threads, and waits for them where others work.
            half, _ = lapack.dtrtri(np.tril(self.S[:q2, :q2]), lower=1)
            return np.ascontiguousarray(half.T @ half)
        above = self.room[:, 1:]  # an array of its own would be the largest of a fit
        loops.transpose(self.S, above)
        for i in range(q2, len(above)):
            above[:i, i], above[i, i] = 0.0, 1.0
        return np.transpose(lapack.dpotri(above, lower=0, overwrite_c=1)[0])

    @cached_property
    def precision(self) -> list[Floats]:
        """The diagonal level-blocks (levels, k, k) of Z'V^{-1}Z, one array a block."""
        return derivatives.precision(self)


def eliminated(
    products: PLS, theta: Floats, T: Floats, S: Floats, L: Floats, B: Floats, BD: Floats, raised: float = 0.0
) -> float:
    """What block 1 leaves of the tail's penalized cross-products into S (m, m), lower triangle, y'y being `raised`; its
    own factor into L, B and BD, see `Factor`; and log|L1|^2.
    """
    tail, cross, q2 = products.tail, products.cross, products.tail.q
    S[q2:, q2:] = products.bottom[:, q2:]
    S[-1, -1] += raised
    ldL2_first = loops.eliminate(T, products.A, products.D, cross.ptr, cross.C, S, L, B, BD)
    if q2:
        cross.random_columns(products.bottom, B, BD, S)
        templates = tail.templates(theta)
        loops.scale_tail(S, q2, tail.level_size, tail.level_start, templates, np.empty(templates.shape[1:]))
    return float(ldL2_first)
