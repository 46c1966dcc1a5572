"""Ends of profile intervals of models with covariance structures, solved for directly."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from translations.arrays import Floats

from ...covariance.intervals import end, fixed_deviance, variance_deviance
from .objective import ProfileObjective

READ_WRONG = 0.02  # of zeta at an end that lme4 reads off a profile in disorder too: the deviance's takes its place


@dataclass(frozen=True)
class StructuredEnds:
    """What `Solved` is, for models with covariance structures: a parameter's ends, by its number, about `base`."""

    base: ProfileObjective
    number: int
    since_2_1: bool = True
    touches_zero: bool = False
    value: Callable[[Floats], Floats] = np.asarray
    inverse: Callable[[Floats], Floats] = np.asarray

    def ends(self, zeta: Floats) -> Floats:
        """Where the deviance's zeta is `zeta` (2,)."""
        base, w = self.base, self.number
        at, least = float(base.optimum[w]), base.deviance
        step = 0.1 * max(abs(at), 1e-3) if w < base.n_variance else float(base.stderr[w - base.n_variance])
        bounds = (base.lower[w], base.upper[w]) if w < base.n_variance else (-math.inf, math.inf)
        return np.array([end(self._deviance(), least, at, way * step, z, bound)
                         for way, z, bound in zip((-1.0, 1.0), zeta, bounds, strict=True)])

    def _deviance(self) -> Callable[[float], float]:
        pls, n = self.base.m.pls, self.base.n_variance
        if self.number < n:
            return variance_deviance(pls, self.number, self.base.optimum[:n])
        return fixed_deviance(pls, self.number - n, self.base.theta)

    def missed(self, found: Floats, zeta: Floats) -> str:
        """Which of the ends (2,) are not where the deviance's zeta is `zeta` (2,), but for `READ_WRONG`."""
        found = self.inverse(found)
        right, wide = self.ends(zeta), abs(found[1] - found[0])
        with np.errstate(invalid="ignore"):
            return called(~(np.abs(found - right) <= READ_WRONG * wide))


def called(ends: npt.NDArray[np.bool_]) -> str:
    """Which of two ends these (2,) are."""
    return "both ends" if ends.all() else "lower end" if ends[0] else "upper end" if ends[1] else ""
