"""`toep()`: one correlation for each distance of the effects in their order. Ours: lme4 2.1 has none."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .base import Correlated, Floats


class Toeplitz(Correlated):
    """Correlations rho_|i - j|, as far as they are those of a matrix. SAS: TOEP, TOEPH; glmmTMB: toep.

    Their bounds depend on one another, so that `control="newton"` alone fits them.
    """

    NAME: ClassVar[str] = "toep"
    DEFAULT_HOM: ClassVar[bool | None] = True
    NEWTON_ALONE: ClassVar[bool] = True

    @property
    def n_rho(self) -> int:
        return self.k - 1

    def names(self, effects: list[str]) -> list[str]:
        return [*(["*"] if self.hom else effects), *(f"rho{lag}" for lag in range(1, self.k))]

    def correlation(self, rho: Floats) -> tuple[Floats, Floats, Floats]:
        lag, m = np.abs(np.subtract.outer(np.arange(self.k), np.arange(self.k))), self.n_rho
        first = np.array([lag == i + 1 for i in range(m)], dtype=float).reshape(m, self.k, self.k)
        return np.append(1.0, rho)[lag], first, np.zeros((m, m, self.k, self.k))

    def template(self, par: Floats) -> Floats:
        R = self.correlation(par[self.n_sd :])[0]
        return np.asarray(par[: self.n_sd, None] * np.linalg.cholesky(R), dtype=float)

    def elsewhere(self, part: float) -> Floats:
        lag = np.arange(1.0, self.k)
        return np.append(np.ones(self.n_sd), np.full(len(lag), part) if part > 0 else part**lag)
