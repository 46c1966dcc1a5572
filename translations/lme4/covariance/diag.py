"""`diag()`: effects that are independent of one another."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .base import Correlated, Floats
from .templates import Independent


class Diagonal(Correlated):
    """A diagonal matrix; parameters: standard deviations. SAS: UN(1), with `hom` VC. R: Covariance.diag."""

    NAME: ClassVar[str] = "diag"
    FULL: ClassVar[bool] = False
    COMPILED: ClassVar[type] = Independent
    MARKOV: ClassVar[bool] = True
    RHO: ClassVar[tuple[str, ...]] = ()

    def correlation(self, rho: Floats) -> tuple[Floats, Floats, Floats]:
        k = self.k
        return np.eye(k), np.zeros((0, k, k)), np.zeros((0, 0, k, k))

    def theta(self, par: Floats, effects: list[str]) -> tuple[list[str], Floats]:
        return self.names(effects), par
