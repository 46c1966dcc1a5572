"""The criterion of models whose effects are a Markov chain in their order, `ar1()` and `diag()`, in time that grows
with the observations alone: 200 times of 500 subjects are no matrices of 200 x 200.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..criterion.cross_products import Criterion
from ..criterion.factor import Solution
from ..criterion.pls import PLS
from .base import Covariance, Floats
from .criterion import OnParameters
from .filter import filtered, filtered_along, smoothed


@dataclass(frozen=True)
class Chain:
    """One term, of which each observation has one effect at most, on `pls`, rows in the order of levels and effects.

    W (n, p + 1): orthonormal columns of X, and y's residual on them, weighted; z (n,), time (n,): the effect's
    covariate and number; start (levels + 1,): where each level's rows begin; effects (p,): those of y on X's columns.
    """

    pls: PLS
    covariance: Covariance
    W: Floats
    z: Floats
    time: NDArray[np.int64]
    start: NDArray[np.int64]
    effects: Floats

    @classmethod
    def of(cls, pls: PLS) -> Chain | None:
        """None for other models."""
        terms = pls.structure.terms
        if len(terms) != 1 or terms[0].covariance.chain(terms[0].covariance.start) is None:
            return None
        Z, codes = pls.blocks[0].Z, terms[0].codes
        time = np.argmax(Z != 0.0, axis=1)
        z = np.take_along_axis(Z, time[:, None], axis=1)[:, 0]
        if np.count_nonzero(Z) != np.count_nonzero(z):
            return None
        order = np.lexsort((time, codes))
        start = np.cumsum([0, *np.bincount(codes, minlength=len(terms[0].levels))])
        y = pls.response if pls.offset is None else pls.response - pls.offset
        y = pls.design.weighted(y)
        effects = pls.Q.T @ y
        W = np.column_stack([pls.Q, y - pls.Q @ effects])[order]
        return cls(pls, terms[0].covariance, W, z[order], time[order], start, effects)

    def criterion(self, REML: bool, df: int | None = None) -> Callable[[Floats], float]:  # noqa: N803
        """The criterion as a function of par (npar,)."""
        return lambda par: self.pls.value(self._parts(par)[0], REML, df)

    def gradient(self, par: Floats, REML: bool, df: int | None = None) -> tuple[float, Floats]:  # noqa: N803
        """The criterion and its derivatives (npar,)."""
        criterion, d_log_det, d_ldRX2, d_pwrss = self.slopes(par)
        out = d_log_det + (df or self.pls.df(REML)) * d_pwrss / criterion.pwrss
        return self.pls.value(criterion, REML, df), out + d_ldRX2 if REML else out

    def slopes(self, par: Floats) -> tuple[Criterion, Floats, Floats, Floats]:
        """The criterion's parts and their derivatives (npar,): of log|V|, of log|Q'V^{-1}Q|, and of the penalized sum
        of squares, which is v'Gv with v = (-effects, 1) at its least."""
        criterion, effects, R = self._parts(par)
        (sd, step), width = self._chain(par), self.W.shape[1]
        v, inverse = np.append(-effects, 1.0), np.linalg.inv(R)
        out, work, d_G = np.empty((3, len(par))), np.empty((4, width)), np.zeros((width, width))
        for i, unit in enumerate(np.eye(len(par))):  # the chain is linear in par: along a parameter, it is the unit's
            out[0, i] = filtered_along(self.W, self.z, self.time, self.start, sd, step, *self._chain(unit), work, d_G)
            full = np.triu(d_G) + np.triu(d_G, 1).T
            out[1, i] = np.einsum("ij,ik,kj->", inverse, full[:-1, :-1], inverse)
            out[2, i] = v @ full @ v
        return criterion, *out

    def solve(self, par: Floats) -> Solution:
        """Penalized least squares at par (npar,)."""
        criterion, effects, R = self._parts(par)
        RX = R @ self.pls.R
        RX *= np.where(np.diagonal(RX) < 0.0, -1.0, 1.0)[:, None]
        r = self.W[:, -1] - self.W[:, :-1] @ effects
        sd, step = self._chain(par)
        u = np.empty((len(self.start) - 1, len(sd)))
        smoothed(r, self.z, self.time, self.start, sd, step, np.empty(len(sd)), u)
        return Solution(criterion, np.linalg.solve(self.pls.R, self.effects + effects), RX, (u,))

    def _chain(self, par: Floats) -> tuple[Floats, Floats]:
        found = self.covariance.chain(par)
        assert found is not None
        return found

    def _parts(self, par: Floats) -> tuple[Criterion, Floats, Floats]:
        """log|L|^2, log|RX|^2 and the penalized sum of squares; effects (p,) of Q's columns, beside those of y on them;
        the factor (p, p) of Q'V^{-1}Q. Raises `numpy.linalg.LinAlgError` where that has none."""
        sd, step = self._chain(par)
        width = self.W.shape[1]
        G = np.zeros((width, width))
        log_det = filtered(self.W, self.z, self.time, self.start, sd, step, np.empty(width), G)
        R = np.linalg.cholesky(np.triu(G[:-1, :-1]) + np.triu(G[:-1, :-1], 1).T).T
        half = np.linalg.solve(R.T, G[:-1, -1])
        ldRX2 = 2.0 * float(np.log(np.diagonal(R)).sum()) + self.pls.log_det_R
        return Criterion(log_det, ldRX2, float(G[-1, -1] - half @ half)), np.linalg.solve(R, half), R  # type: ignore[return-value]


def chain_of(pls: PLS) -> Chain | None:
    """What is used where lme4's own order of sums is not kept, and would be far too slow."""
    return Chain.of(pls) if pls.lme4_order is None else None


@dataclass(frozen=True)
class OnChain(OnParameters):
    """The same function by the filter, which needs no matrices of all effects."""

    chain: Chain | None = None

    def __call__(self, par: Floats) -> tuple[float, Floats]:
        assert self.chain is not None
        return self.chain.gradient(par, self.REML, self.df)


def on_parameters(pls: PLS, REML: bool, df: int | None = None) -> OnParameters:  # noqa: N803
    """The criterion and its gradient as a function of par, by the way that the model allows."""
    chain = chain_of(pls)
    return OnParameters(pls, REML, df) if chain is None else OnChain(pls, REML, df, chain)
