"""`cs()`: compound symmetry, one correlation for every pair of effects."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .base import Correlated, Floats
from .templates import Symmetric


class CompoundSymmetry(Correlated):
    """Correlations rho; it is at least -1 / (k - 1). SAS: CSH, with `hom` CS. R: Covariance.cs."""

    NAME: ClassVar[str] = "cs"
    COMPILED: ClassVar[type] = Symmetric

    @property
    def matrix_class(self) -> str:
        return "homcs" if self.hom else "cs"

    @property
    def bounds(self) -> tuple[float, float]:
        return -1.0 / (self.k - 1.0) if self.k > 1 else -1.0, 1.0

    def correlation(self, rho: Floats) -> tuple[Floats, Floats, Floats]:
        off, m = 1.0 - np.eye(self.k), self.n_rho
        return np.eye(self.k) + (rho[0] if m else 0.0) * off, off[None][:m], np.zeros((m, m, self.k, self.k))

    def theta(self, par: Floats, effects: list[str]) -> tuple[list[str], Floats]:
        if not self.hom:
            return super().theta(par, effects)
        names = [text for effect in effects for text in (effect, f"*.{effect}")][: 2 * self.k - 1]
        T = self.template(par)
        return names, np.array([T[j + below, j] for j in range(self.k) for below in (0, 1)[: self.k - j]])
