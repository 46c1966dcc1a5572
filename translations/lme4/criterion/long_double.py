"""The criterion, its gradient and all effects in extended precision: what makes "newton" right to a double's last bits.

What separates a double-precision optimum from the true one is the rounding of cross-products and of the criterion made
of them. Here both are evaluated with the long double's 64 bits, from the data, and cost little once the cross-products
are there. Where a platform's long double is a double, nothing is gained or lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from translations.arrays import Floats

from ..structure import Block
from .cross_products import CrossProducts
from .cross_sums import exact_residual

Long = NDArray[np.longdouble]

WORK_UP_TO = 5_000_000  # products of a long double, which no BLAS speeds up: about 30 ms
TWO_PI = 2 * np.longdouble("3.14159265358979323846264338327950288")


@dataclass(frozen=True)
class LongDoubleProducts:
    """Cross-products of a design and response, the rows weighted.

    As in `pls.PLS`, but for `rest` = [Z of the other blocks (q2 columns), an orthonormal basis of X (p), the residual
    of y (1)]: Z1tZ1 (levels, k, k), Z1t_rest (levels, k, q2 + p + 1): those of block 1's levels with themselves and
    with `rest`; rest_t_rest (q2 + p + 1, q2 + p + 1): those of `rest`. R (p, p): X is the basis times R.
    """

    n: int
    blocks: tuple[Block, ...]
    R: Long
    beta0: Long
    log_weights: np.longdouble
    Z1tZ1: Long
    Z1t_rest: Long
    rest_t_rest: Long

    @classmethod
    def of(cls, pls: CrossProducts) -> LongDoubleProducts | None:
        """None where the model is too large."""
        first, *others = pls.structure.blocks
        q2 = sum(block.n_levels * block.k for block in others)
        if pls.n * max(first.k, q2 + pls.p + 1) ** 2 > WORK_UP_TO:
            return None
        X, R, weights = _long(pls.X), _long(pls.R), np.ones(pls.n) if pls.weights is None else pls.weights
        root = np.sqrt(_long(weights))[:, None]
        basis = _solve(R.T, (X * root).T).T
        residual = _long(exact_residual(pls.response, pls.X, pls.beta0, pls.offset))[:, None]
        rest = np.concatenate([*(_indicators(block) * root for block in others), basis, residual * root], axis=1)
        Z, order = _long(first.Z) * root, np.argsort(first.codes, kind="stable")
        starts = np.searchsorted(first.codes[order], np.arange(first.n_levels))
        A = _sums((Z[:, :, None] * Z[:, None, :])[order], starts)
        D = _sums((Z[:, :, None] * rest[:, None, :])[order], starts)
        S = np.concatenate([_sums(rest * column[:, None], np.array([0])) for column in rest.T])
        return cls(pls.n, pls.structure.blocks, R, _long(pls.beta0), 2 * np.log(root).sum(), A, D, S)

    @property
    def p(self) -> int:
        return len(self.R)

    @property
    def q2(self) -> int:
        return len(self.rest_t_rest) - self.p - 1

    def at(self, theta: Floats) -> LongDoubleFactor | None:
        """Factor at theta (m,); None where the model fits perfectly."""
        T, *others = (_long(block.template(theta)) for block in self.blocks)
        trailing = np.zeros((self.q2, self.q2), np.longdouble)
        for here, template in zip(self.places, others, strict=True):
            for level in here:
                trailing[np.ix_(level, level)] = template
        scale = np.eye(len(self.rest_t_rest), dtype=np.longdouble)
        scale[: self.q2, : self.q2] = trailing
        L = _cholesky(T.T @ self.Z1tZ1 @ T + np.eye(len(T), dtype=np.longdouble))
        raw = _solve(L, T.T @ self.Z1t_rest)
        schur = self.rest_t_rest - np.tensordot(raw, raw, ((0, 1), (0, 1)))
        whole = scale.T @ schur @ scale
        whole[range(self.q2), range(self.q2)] += 1
        with np.errstate(invalid="ignore", divide="ignore"):
            factor = _cholesky(whole)
        if not np.isfinite(factor[-1, -1]) or factor[-1, -1] == 0:
            return None
        return LongDoubleFactor(self, T, others, scale, L, raw, schur, factor)

    @property
    def places(self) -> list[NDArray[np.int64]]:
        """Of each block but the first: its levels' columns in `rest` (levels, k)."""
        sizes = [block.n_levels * block.k for block in self.blocks[1:]]
        ends = np.cumsum([0, *sizes])
        return [np.arange(start, start + size).reshape(block.n_levels, block.k)
                for block, start, size in zip(self.blocks[1:], ends, sizes, strict=False)]


@dataclass(frozen=True)
class LongDoubleFactor:
    """`LongDoubleProducts` factored at one theta.

    template, others: the blocks' templates; scale: what multiplies `rest` to make the trailing block spherical;
    L11 (levels, k, k): the factor of block 1's levels; raw: L11^{-1} template' Z1t_rest; schur: the products of `rest`
    with V1^{-1} between, V1 being V with block 1 alone; factor: lower, of scale' schur scale + I.
    """

    products: LongDoubleProducts
    template: Long
    others: list[Long]
    scale: Long
    L11: Long
    raw: Long
    schur: Long
    factor: Long

    @property
    def ldL2(self) -> np.longdouble:  # noqa: N802
        """log|L|^2 of the penalized cross-product of all random effects."""
        levels = np.log(np.diagonal(self.L11, axis1=1, axis2=2)).sum()
        return 2 * levels + 2 * np.log(np.diagonal(self.factor)[: self.products.q2]).sum()

    @property
    def ldRX2(self) -> np.longdouble:  # noqa: N802
        """log|X'V^{-1}X|."""
        fixed = np.diagonal(self.factor)[self.products.q2 : -1]
        return 2 * np.log(fixed).sum() + 2 * np.log(np.abs(np.diagonal(self.products.R))).sum()

    @property
    def pwrss(self) -> np.longdouble:
        """The penalized weighted residual sum of squares."""
        return self.factor[-1, -1] ** 2

    @cached_property
    def _effects(self) -> Long:
        """The trailing block's spherical effects (q2,), then the basis' (p,)."""
        return _solve_transposed(self.factor[:-1, :-1], self.factor[-1, :-1])

    @property
    def beta(self) -> Floats:
        """Fixed effects (p,), rounded."""
        rise = _solve_transposed(self.products.R.T, self._effects[self.products.q2 :])
        return (self.products.beta0 + rise).astype(float)

    @cached_property
    def _inverse_RX(self) -> Long:  # noqa: N802
        """The transpose of the inverse of RX (p, p)."""
        of = self.products
        back = _solve(of.R.T, np.eye(of.p, dtype=np.longdouble))
        return _solve(self.factor[of.q2 : -1, of.q2 : -1], back)

    @property
    def RX(self) -> Floats:  # noqa: N802
        """RX (p, p), upper with X'V^{-1}X = RX'RX, rounded."""
        q2 = self.products.q2
        return (self.factor[q2:-1, q2:-1].T @ self.products.R).astype(float)

    @property
    def unscaled_vcov(self) -> Floats:
        """(X'V^{-1}X)^{-1} (p, p), rounded."""
        return (self._inverse_RX.T @ self._inverse_RX).astype(float)

    @property
    def u(self) -> tuple[Floats, ...]:
        """Spherical random effects, one (levels, k) array a block, rounded."""
        return tuple(u.astype(float) for u in self._modes)

    @property
    def _modes(self) -> list[Long]:
        B = self.raw @ self.scale
        first = _solve_transposed(self.L11, B[..., -1] - B[..., :-1] @ self._effects)
        return [first, *(self._effects[here] for here in self.products.places)]

    def deviance(self, REML: bool) -> float:  # noqa: N803
        """The profiled deviance (Bates et al. 2015, eq. 35) or REML criterion (eq. 42)."""
        df = self.products.n - self.products.p if REML else self.products.n
        return float(
            self.ldL2 + (self.ldRX2 if REML else 0) + df * (1 + np.log(TWO_PI * self.pwrss / df))
            - self.products.log_weights
        )

    def deviance_at(self, sigma: float, fixed: int = -1, rise: float = 0.0) -> np.longdouble:
        """The deviance at sigma, fixed effect number `fixed`, if any, held at beta0 + `rise`.

        pwrss then grows by (b - beta_j)² / [(X'V^{-1}X)^{-1}]_jj.
        """
        of, pwrss = self.products, self.pwrss
        if fixed >= 0:
            held, estimate = self._inverse_RX[:, fixed], _solve_transposed(of.R.T, self._effects[of.q2 :])[fixed]
            pwrss = pwrss + (rise - estimate) ** 2 / (held @ held)
        square = np.longdouble(sigma) ** 2
        return self.ldL2 - of.log_weights + pwrss / square + of.n * np.log(TWO_PI * square)

    def gradient(self, REML: bool) -> Floats:  # noqa: N803
        """The criterion's derivatives (m,) with respect to theta, as in `PLS.gradient`.

        (Z'V^{-1}Z) Lambda = Z'Z Lambda Omega^{-1} with Omega = Lambda'Z'Z Lambda + I, so that nothing is subtracted.
        """
        of, q2 = self.products, self.products.q2
        df = of.n - of.p if REML else of.n
        trailing, lower = self.scale[:q2, :q2], _solve(self.factor, np.eye(len(self.factor), dtype=np.longdouble))
        N, fixed = lower[:q2, :q2].T @ lower[:q2, :q2], lower[q2:-1, q2:-1]
        c = np.append(-self._effects[q2:], 1)
        K = df / self.pwrss * np.outer(c, c)
        if REML:
            K[:-1, :-1] += fixed.T @ fixed

        S22, both = self.schur[:q2, :q2] @ trailing, trailing @ N @ trailing.T
        U2 = N @ trailing.T @ self.schur[:q2, q2:]
        G2, PT = self.schur[:q2, q2:] - S22 @ U2, S22 @ N
        inverse = _solve(self.L11, np.broadcast_to(np.eye(len(self.template), dtype=np.longdouble), self.L11.shape))
        E = inverse.swapaxes(1, 2) @ self.raw  # Lambda1'Z1'V1^{-1} `rest`
        H = of.Z1t_rest - of.Z1tZ1 @ (self.template @ E)  # Z1'V1^{-1} `rest`
        U1, G1 = (M[..., q2:] - M[..., :q2] @ (trailing @ U2) for M in (E, H))
        PT1 = of.Z1tZ1 @ self.template @ (inverse.swapaxes(1, 2) @ inverse)
        PT1 = PT1 - H[..., :q2] @ both @ E[..., :q2].swapaxes(1, 2)
        halves = [(PT1 - G1 @ K @ U1.swapaxes(1, 2)).sum(axis=0)]
        for here in of.places:
            halves.append(sum(PT[np.ix_(level, level)] - G2[level] @ K @ U2[level].T for level in here))
        gradient = np.zeros(1 + max(int(block.theta.max()) for block in of.blocks))
        for block, half in zip(of.blocks, halves, strict=True):
            gradient[block.theta] = 2 * half[block.rows, block.cols]
        return gradient


def _long(a: Any) -> Long:
    return np.asarray(a, dtype=np.longdouble)


def _sums(rows: Long, starts: NDArray[np.int64]) -> Long:
    """Sums of the runs of rows that begin at `starts`, by way of pieces of 64: equal numbers, added one by one, are
    rounded the same way each time.
    """
    pieces = np.union1d(starts, np.arange(0, len(rows), 64))
    return np.add.reduceat(np.add.reduceat(rows, pieces), np.searchsorted(pieces, starts))


def _indicators(block: Block) -> Long:
    """A block's Z as a dense matrix (n, levels k)."""
    Z = np.zeros((len(block.codes), block.n_levels, block.k), np.longdouble)
    Z[np.arange(len(Z)), block.codes] = block.Z
    return Z.reshape(len(Z), -1)


def _cholesky(S: Long) -> Long:
    """The lower factors of matrices (..., m, m)."""
    L = S.copy()
    for j in range(S.shape[-1]):
        L[..., j, j] = np.sqrt(L[..., j, j])
        below = L[..., j + 1 :, j] = L[..., j + 1 :, j] / L[..., j, j, None]
        L[..., j + 1 :, j + 1 :] -= below[..., :, None] * below[..., None, :]
    return np.tril(L)


def _solve(L: Long, B: Long) -> Long:
    """L^{-1}B for lower triangular L (..., m, m) and B (..., m, c)."""
    out = B.copy()
    for j in range(L.shape[-1]):
        out[..., j, :] /= L[..., j, j, None]
        out[..., j + 1 :, :] -= L[..., j + 1 :, j, None] * out[..., j, None, :]
    return out


def _solve_transposed(L: Long, b: Long) -> Long:
    """L'^{-1}b for lower triangular L (..., m, m) and b (..., m)."""
    out = b.copy()
    for j in reversed(range(b.shape[-1])):
        out[..., j] /= L[..., j, j]
        out[..., :j] -= L[..., j, :j] * out[..., j, None]
    return out
