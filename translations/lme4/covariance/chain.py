"""The criterion of models whose effects are a Markov chain in their order, `ar1()` and `diag()`, in time that grows
with the observations alone: 200 times of 500 subjects are no matrices of 200 x 200.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..criterion.factor import Solution
from ..criterion.pls import PLS
from ..criterion.protocols import Criterion
from .base import Covariance, Floats
from .filter import filtered, smoothed


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
