"""`us()`: no structure. Its parameters are the entries of T themselves, as for a plain bar."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .base import Covariance, Floats, correlations, lower, pairs
from .templates import Entries, Independent, Template


class Unstructured(Covariance):
    """Any covariance matrix; parameters: the lower triangle of T, column by column. R: Covariance.us."""

    NAME: ClassVar[str] = "us"
    DEFAULT_HOM: ClassVar[bool | None] = None
    TAKES_HOM: ClassVar[bool] = False

    @property
    def size(self) -> int:
        return self.k * (self.k + 1) // 2

    @property
    def n_sd(self) -> int:
        return self.k

    @property
    def start(self) -> Floats:
        return np.equal(*lower(self.k)).astype(float)

    @property
    def lower(self) -> Floats:
        return np.where(np.equal(*lower(self.k)), 0.0, -np.inf)

    def names(self, effects: list[str]) -> list[str]:
        return self.theta(self.start, effects)[0]

    def template(self, par: Floats) -> Floats:
        T = np.zeros((self.k, self.k))
        T[lower(self.k)] = par
        return T

    def compiled(self, of_scales: bool) -> Template | None:
        return Entries(self.k, self.k, self.size) if not of_scales else Independent(1, 1, 1) if self.k == 1 else None

    def first(self, par: Floats) -> Floats:
        half = self._units @ self.template(par).T
        return half + half.transpose(0, 2, 1)

    def second(self, par: Floats) -> Floats:
        half = np.einsum("iac,jbc->ijab", self._units, self._units)
        return half + half.transpose(1, 0, 2, 3)

    @property
    def _units(self) -> Floats:
        """The derivatives of T, (size, k, k)."""
        units = np.zeros((self.size, self.k, self.k))
        units[(np.arange(self.size), *lower(self.k))] = 1.0
        return units

    def scales(self, par: Floats) -> tuple[Floats, Floats]:
        T = self.template(par)
        sd = np.sqrt(np.diagonal(S := T @ T.T))
        with np.errstate(invalid="ignore", divide="ignore"):
            return sd, (S / sd[:, None] / sd)[pairs(self.k)]

    def of_scales(self, sd: Floats, cor: Floats) -> Floats:
        try:
            return (sd[:, None] * np.linalg.cholesky(correlations(self.k, cor)))[lower(self.k)]
        except np.linalg.LinAlgError:
            return np.full(self.size, np.nan)

    def scale_first(self, sd: Floats, cor: Floats) -> Floats:
        (rows, cols), out = pairs(self.k), np.zeros((self.size, self.k, self.k))
        by_sd = np.einsum("ia,ab,b->iab", np.eye(self.k), correlations(self.k, cor), sd)
        out[: self.k] = by_sd + by_sd.transpose(0, 2, 1)
        at = np.arange(self.k, self.size)
        out[at, rows, cols] = out[at, cols, rows] = sd[rows] * sd[cols]
        return out

    @property
    def scale_bounds(self) -> tuple[Floats, Floats]:
        counts = [self.k, self.size - self.k]
        return np.repeat([0.0, -1.0], counts), np.repeat([np.inf, 1.0], counts)

    def scale_names(self, effects: list[str]) -> tuple[list[str], list[str]]:
        return effects, [f"{effects[r]}.{effects[c]}" for r, c in zip(*pairs(self.k), strict=True)]

    def singular(self, par: Floats, tol: float) -> bool:
        return bool((par[np.equal(*lower(self.k))] < tol).any())
