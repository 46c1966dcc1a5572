"""The likelihood of a linear model whose errors are correlated and of unequal variance, at given parameters.

Source: Pinheiro & Bates (2000), section 5.1.2: what makes the errors independent and alike is applied to the response
and the design, and coefficients and sigma are profiled out by least squares.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np

from .correlation import Correlation
from .rows import Block
from .variance import Variance


class Profiled(ABC):
    """A likelihood of parameters without bounds, (k,), profiled over the coefficients and sigma.

    function: R's that maximizes it
    """

    function: ClassVar[str]

    @abstractmethod
    def at(self, free: np.ndarray) -> Solution:
        """The least-squares fit at these parameters; LinAlgError where there is none."""

    @property
    @abstractmethod
    def of_fit(self) -> bool:
        """Whether variances are a function of the fitted values of the fit before."""

    @abstractmethod
    def after(self, free: np.ndarray) -> Self:
        """The problem with the fitted values at these parameters."""

    @abstractmethod
    def settling(self, free: np.ndarray) -> np.ndarray:
        """What no longer changes where the fits, each with weights by the one before, have come to an end."""

    def likelihood(self, free: np.ndarray) -> float:
        """The log-likelihood; minus infinity where there is none."""
        try:
            with np.errstate(all="ignore"):
                value = self.at(free).log_likelihood
        except np.linalg.LinAlgError:
            return -np.inf
        return value if np.isfinite(value) else -np.inf

    def profile(self, free: np.ndarray) -> float:
        """The log-likelihood without its constants, which is what R's searches see."""
        with np.errstate(all="ignore"):
            try:
                return self.at(free).profile
            except np.linalg.LinAlgError:
                return -np.inf


@dataclass(frozen=True)
class Problem(Profiled):
    """What is fitted: rows in the order of their groups.

    X, y:        (n, p), (n,);  blocks: the groups
    correlation, variance: the structures, bound to the data, or None
    REML:        whether the likelihood is restricted
    fitted:      (n,) those of the fit before, of which a variance can be a function
    """

    X: np.ndarray
    y: np.ndarray
    blocks: list[Block]
    correlation: Correlation | None
    variance: Variance | None
    REML: bool
    fitted: np.ndarray

    function = "gls"

    @property
    def names(self) -> list[str]:
        """The free parameters', the correlations' first."""
        held = self.correlation is None or self.correlation.fixed
        kept = [] if held or self.correlation is None else self.correlation.names
        return kept + ([] if self.variance is None else self.variance.names)

    @property
    def split(self) -> int:
        """How many of the free parameters are the correlations'."""
        return len(self.names) - (0 if self.variance is None else len(self.variance.names))

    @property
    def start(self) -> np.ndarray:
        """Where the search begins, (k,), without bounds."""
        parts = [np.zeros(0)]
        if self.correlation is not None and self.split:
            parts.append(self.correlation.free(np.array(self.correlation.start)))
        if self.variance is not None:
            parts.append(self.variance.begins)
        return np.concatenate(parts)

    def natural(self, free: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """R's parameters of the correlations, held ones too, and of the variances."""
        correlations, variances = free[: self.split], free[self.split :]
        if self.correlation is None:
            first = np.zeros(0)
        elif self.correlation.fixed:
            first = np.array(self.correlation.start)
        else:
            first = self.correlation.natural(correlations)
        return first, np.zeros(0) if self.variance is None else self.variance.natural(variances)

    def at(self, free: np.ndarray) -> Solution:
        """The least-squares fit at parameters without bounds, (k,)."""
        return self.at_natural(*self.natural(free))

    def at_natural(self, correlations: np.ndarray, variances: np.ndarray) -> Solution:
        """The least-squares fit at R's parameters."""
        columns, log = self.whitened(np.column_stack([self.X, self.y]), correlations, variances)
        return Solution(triangle(columns), log, len(self.y), self.REML)

    def whitened(self, columns: np.ndarray, correlations: np.ndarray, variances: np.ndarray
                 ) -> tuple[np.ndarray, float]:
        """`columns` (n, c) with errors independent and alike, and the logarithm of what that multiplies."""
        log = 0.0
        if self.variance is not None:
            w = self.variance.weights(variances, self.fitted)
            columns, log = columns * w[:, None], float(np.log(w).sum())
        if self.correlation is not None:
            columns, more = self.correlation.whiten(correlations, self.blocks, columns)
            log += more
        return columns, log

    @property
    def of_fit(self) -> bool:
        """Whether variances are a function of the fitted values of the fit before."""
        return self.variance is not None and self.variance.of_fit

    def after(self, free: np.ndarray) -> Self:
        """The problem with the fitted values at these parameters."""
        return replace(self, fitted=self.X @ self.at(free).beta)

    def settling(self, free: np.ndarray) -> np.ndarray:
        """Coefficients and parameters. R: gls."""
        return np.concatenate([self.at(free).beta, free])


def triangle(A: np.ndarray) -> np.ndarray:
    """R of the QR decomposition of a matrix, or of each of a stack."""
    return np.asarray(np.linalg.qr(A, mode="r"))


@dataclass(frozen=True)
class Solution:
    """A least-squares fit by the triangular factor (p + 1, p + 1) of the whitened design and response.

    log: the logarithm of the determinant of what whitened them
    """

    factor: np.ndarray
    log: float
    n: int
    REML: bool

    @property
    def _p(self) -> int:
        return self.factor.shape[0] - 1

    @property
    def divisor(self) -> int:
        """What the squares are divided by."""
        return self.n - self._p * self.REML

    @cached_property
    def rss(self) -> float:
        """Residual sum of squares."""
        return float(self.factor[-1, -1] ** 2)

    @property
    def profile(self) -> float:
        """The log-likelihood, profiled over the coefficients and sigma, without its constants."""
        logs = np.log(np.abs(np.diagonal(self.factor)))
        return float(self.log - self.divisor * logs[-1] - self.REML * logs[:-1].sum())

    @property
    def log_likelihood(self) -> float:
        """Profiled over the coefficients and sigma."""
        return self.log_likelihood_at(np.sqrt(self.rss / self.divisor))

    def log_likelihood_at(self, sigma: float) -> float:
        """Profiled over the coefficients alone."""
        N = self.divisor
        volume = float(np.log(np.abs(np.diagonal(self.factor)[:-1])).sum()) if self.REML else 0.0
        return -0.5 * N * np.log(2.0 * np.pi) - N * np.log(sigma) - 0.5 * self.rss / sigma**2 + self.log - volume

    @property
    def sigma(self) -> float:
        """Residual standard error."""
        return float(np.sqrt(self.rss / self.divisor))

    @cached_property
    def beta(self) -> np.ndarray:
        """Coefficients (p,)."""
        from scipy.linalg import solve_triangular

        return np.asarray(solve_triangular(self.factor[:-1, :-1], self.factor[:-1, -1]))

    @cached_property
    def root(self) -> np.ndarray:
        """(p, p): this times its transpose is (XᵀV⁻¹X)⁻¹."""
        from scipy.linalg import solve_triangular

        return np.asarray(solve_triangular(self.factor[:-1, :-1], np.eye(self._p)))
