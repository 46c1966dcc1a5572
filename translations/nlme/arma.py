"""Errors that are an autoregression and a moving average of a noise: R's corARMA.

Source: Pinheiro & Bates (2000), section 5.3.1; Box, Jenkins & Reinsel (1994), section 3.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from .correlation import Correlation, distinct
from .rows import Block


@dataclass(frozen=True)
class ARMA(Correlation):
    """p coefficients of the errors before, Phi, and q of the noise before, Theta, in whole steps of time."""

    p: int = 0
    q: int = 0

    name: ClassVar[str] = "corARMA"

    @property
    def title(self) -> str:  # type: ignore[override]
        """R's word."""
        return f"ARMA({self.p},{self.q})"

    @property
    def names(self) -> list[str]:
        """The autoregression's, then the moving average's."""
        return [f"Phi{k + 1}" for k in range(self.p)] + [f"Theta{k + 1}" for k in range(self.q)]

    def bound(self, blocks: Sequence[Block]) -> Correlation:
        """Times are whole numbers, each once in a group. Raises ValueError for a start that is not stationary."""
        distinct(blocks, self.name)
        if any((block.covariates != np.round(block.covariates)).any() for block in blocks):
            raise ValueError("the covariate of corARMA must be whole numbers, as times in steps")
        start = self.start or (0.0,) * (self.p + self.q)
        with np.errstate(all="ignore"):
            if not np.isfinite(self.free(np.array(start))).all():
                raise ValueError("value of corARMA is of no stationary autoregression, or no invertible moving average")
        return replace(self, start=start)

    def free(self, natural: np.ndarray) -> np.ndarray:
        """Twice Fisher's z of the partial autocorrelations, of the moving average of those of its inverse."""
        partial = np.concatenate([_partial(natural[: self.p]), -_partial(-natural[self.p :])])
        return 2.0 * np.arctanh(partial)

    def natural(self, free: np.ndarray) -> np.ndarray:
        """Coefficients of a stationary and invertible process."""
        partial = np.tanh(0.5 * free)
        return np.concatenate([_coefficients(partial[: self.p]), -_coefficients(-partial[self.p :])])

    def matrix(self, natural: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Autocorrelations at the distances."""
        apart = np.abs(at - at.T).astype(int)
        return autocorrelations(natural[: self.p], natural[self.p :], int(apart.max(initial=0)))[apart]


def _partial(coefficients: np.ndarray) -> np.ndarray:
    """Partial autocorrelations (k,) of an autoregression, by the recursion of Durbin and Levinson backwards."""
    phi, partial = coefficients, np.empty(len(coefficients))
    for k in range(len(phi), 0, -1):
        partial[k - 1] = last = phi[k - 1]
        phi = (phi[: k - 1] + last * phi[: k - 1][::-1]) / (1.0 - last**2)
    return partial


def _coefficients(partial: np.ndarray) -> np.ndarray:
    """An autoregression (k,) by its partial autocorrelations."""
    phi = np.empty(0)
    for last in partial:
        phi = np.append(phi - last * phi[::-1], last)
    return phi


def autocorrelations(phi: np.ndarray, theta: np.ndarray, most: int) -> np.ndarray:
    """Of an ARMA process at distances 0 to `most`, (most + 1,). Source: Brockwell & Davis (1991), section 3.3.

    Covariances at distances up to p and q solve the equations that are got by multiplying the process with itself some
    steps before; further ones are carried on by the autoregression.
    """
    p, q = len(phi), len(theta)
    moving, psi = np.concatenate([[1.0], theta]), np.zeros(q + 1)
    for j in range(q + 1):  # what a noise j steps ago adds
        psi[j] = moving[j] + phi[: min(j, p)] @ psi[j - 1 :: -1][: min(j, p)] if j else 1.0
    m = max(p, q)
    A, b = np.eye(m + 1), np.zeros(m + 1)
    for k in range(m + 1):
        for i in range(p):
            A[k, abs(k - i - 1)] -= phi[i]
        b[k] = moving[k:] @ psi[: q + 1 - k] if k <= q else 0.0
    covariances = list(np.linalg.solve(A, b))
    for k in range(m + 1, most + 1):
        covariances.append(sum(phi[i] * covariances[k - i - 1] for i in range(p)))
    return np.array(covariances[: most + 1]) / covariances[0]
