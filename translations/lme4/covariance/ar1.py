"""`ar1()`: correlations that fall with the distance of the effects in their order, as those of equally spaced times."""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .base import Correlated, Floats


class AR1(Correlated):
    """Correlations rho^|i - j|, of one variance unless `hom = FALSE`. SAS: AR(1), ARH(1). R: Covariance.ar1."""

    NAME: ClassVar[str] = "ar1"
    DEFAULT_HOM: ClassVar[bool | None] = True
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

    def factor(self, rho: Floats) -> Floats:
        if not self.n_rho:
            return np.ones((1, 1))
        r = float(rho[0])
        T = np.array(_powers(r, self.k)).take(_places(self.k))
        T[:, 1:] *= sqrt(max(1.0 - r * r, 0.0))
        return T

    def theta(self, par: Floats, effects: list[str]) -> tuple[list[str], Floats]:
        names, values = super().theta(par, effects)
        distinct = slice(0, 2 * self.k - 1) if self.hom else slice(None)
        return names[distinct], values[distinct]


@cache
def _places(k: int) -> NDArray[np.int64]:
    """One more than the distance of row and column in a lower triangle (k, k), 0 above it."""
    return np.maximum(np.subtract.outer(np.arange(k), np.arange(k)) + 1, 0)


def _powers(x: float, k: int) -> list[float]:
    """0, then x^0, ..., x^(k - 1) as R 4.6 computes them: products up to the fourth power, then C's pow. BOBYQA's way
    depends on the last bit."""
    square, cube = x * x, x * x * x
    return [0.0, 1.0, x, square, cube, cube * x, *[x**n for n in range(5, k)]][: k + 1]
