"""`ar1()`: correlations that fall with the distance of the effects in their order, as those of equally spaced times."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .base import Correlated, Floats
from .templates import Autoregressive


class AR1(Correlated):
    """Correlations rho^|i - j|, of one variance unless `hom = FALSE`. SAS: AR(1), ARH(1). R: Covariance.ar1."""

    NAME: ClassVar[str] = "ar1"
    DEFAULT_HOM: ClassVar[bool | None] = True
    COMPILED: ClassVar[type] = Autoregressive
    MARKOV: ClassVar[bool] = True

    @property
    def matrix_class(self) -> str:
        return "ar1" if self.hom else "hetar1"

    def correlation(self, rho: Floats) -> tuple[Floats, Floats, Floats]:
        lag, m = np.abs(np.subtract.outer(np.arange(self.k), np.arange(self.k))).astype(float), self.n_rho
        r = float(rho[0]) if m else 0.0
        first = lag * r ** np.maximum(lag - 1.0, 0.0)
        second = lag * (lag - 1.0) * r ** np.maximum(lag - 2.0, 0.0)
        return r**lag, first[None][:m], second[None, None][:m, :m]

    def theta(self, par: Floats, effects: list[str]) -> tuple[list[str], Floats]:
        names, values = super().theta(par, effects)
        distinct = slice(0, 2 * self.k - 1) if self.hom else slice(None)
        return names[distinct], values[distinct]

