"""`cs()`: compound symmetry, one correlation for every pair of effects."""

from __future__ import annotations

from math import sqrt
from typing import ClassVar

import numpy as np

from .base import Correlated, Floats


class CompoundSymmetry(Correlated):
    """Correlations rho; it is at least -1 / (k - 1). SAS: CSH, with `hom` CS. R: Covariance.cs."""

    NAME: ClassVar[str] = "cs"

    @property
    def matrix_class(self) -> str:
        return "homcs" if self.hom else "cs"

    @property
    def bounds(self) -> tuple[float, float]:
        return -1.0 / (self.k - 1.0) if self.k > 1 else -1.0, 1.0

    def breaks_lme4(self, par: Floats) -> bool:
        return self.k > 2 and par[-1] in self.bounds  # 0 / 0 in the factor's third column

    def correlation(self, rho: Floats) -> tuple[Floats, Floats, Floats]:
        off, m = 1.0 - np.eye(self.k), self.n_rho
        return np.eye(self.k) + (rho[0] if m else 0.0) * off, off[None][:m], np.zeros((m, m, self.k, self.k))

    def factor(self, rho: Floats) -> Floats:
        T = np.zeros((self.k, self.k))
        for j, (own, below) in enumerate(self._columns(rho)):
            T[j, j], T[j + 1 :, j] = own, below
        return T

    def _columns(self, rho: Floats) -> list[tuple[float, float]]:
        """The diagonal entry of each column of R's factor, and the one that all below it share."""
        r, a, out = float(rho[0]) if self.n_rho else 0.0, 0.0, []
        for _ in range(self.k):
            own = sqrt(max(1.0 - r * r * a, 0.0))
            out.append((own, (r - r * r * a) / own if own > 0.0 else 0.0))
            a += (1.0 - r * a) ** 2 / (1.0 - r * r * a) if own > 0.0 else 0.0
        return out

    def theta(self, par: Floats, effects: list[str]) -> tuple[list[str], Floats]:
        if not self.hom:
            return super().theta(par, effects)
        names = [text for effect in effects for text in (effect, f"*.{effect}")][: 2 * self.k - 1]
        values = np.array(self._columns(par[1:])).ravel()[: 2 * self.k - 1]
        return names, par[0] * values
