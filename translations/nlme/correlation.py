"""Correlations of the errors within a group. Source: Pinheiro & Bates (2000), section 5.3.

A structure knows its parameters on three scales: R's own, on which they are told; one without bounds, on which the
likelihood is maximized; and one on which their intervals are symmetric, which is the second but for `corSymm`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from .rows import Block, Form

Whitened = tuple[np.ndarray, float]


@dataclass(frozen=True)
class Correlation(ABC):
    """A correlation structure (R: class corStruct).

    form:  what orders and groups the rows;  start: R's own parameters where the search begins, None for R's choice
    fixed: whether they are kept as they are
    """

    form: Form
    start: tuple[float, ...] | None = None
    fixed: bool = False

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """Pieces of formula that a model frame must hold."""
        return self.form.variables

    def bound(self, blocks: Sequence[Block]) -> Correlation:
        """The structure for the data, with a start. Raises ValueError for covariates that it cannot have."""
        return self

    @property
    @abstractmethod
    def names(self) -> list[str]:
        """The parameters' names."""

    @abstractmethod
    def free(self, natural: np.ndarray) -> np.ndarray:
        """Parameters without bounds, (k,), of R's."""

    @abstractmethod
    def natural(self, free: np.ndarray) -> np.ndarray:
        """R's parameters, (k,), of those without bounds."""

    def symmetric(self, natural: np.ndarray) -> np.ndarray:
        """Parameters on the scale of their intervals, (k,)."""
        return self.free(natural)

    def from_symmetric(self, x: np.ndarray) -> np.ndarray:
        """R's parameters of those on the scale of intervals."""
        return self.natural(x)

    @abstractmethod
    def matrix(self, natural: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Correlations (m, m) of rows whose covariates are `at` (m, k)."""

    def whitener(self, natural: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, float]:
        """F (m, m) with F C Fᵀ = I, and the logarithm of its determinant."""
        from scipy.linalg import solve_triangular

        L = np.linalg.cholesky(self.matrix(natural, at))
        return solve_triangular(L, np.eye(len(L)), lower=True), -float(np.log(np.diagonal(L)).sum())

    def whiten(self, natural: np.ndarray, blocks: Sequence[Block], values: np.ndarray) -> Whitened:
        """Columns (n, k) whose correlation within groups is taken out, and the logarithm of what that multiplies."""
        made, log = np.empty_like(values), 0.0
        for block in blocks:
            F, of_one = self.whitener(natural, block.covariates)
            made[block.rows] = F @ values[block.rows]
            log += len(block.rows) * of_one
        return made, log


def distinct(blocks: Sequence[Block], name: str) -> None:
    """Raise ValueError where a covariate has one value twice in a group."""
    for block in blocks:
        if len(np.unique(block.covariates, axis=0)) < len(block.covariates):
            raise ValueError(
                f"the covariate of {name} must have unique values within groups: two rows of one group have the same"
            )


class _Chain(Correlation):
    """Correlation phi^d of rows at a distance d in time: each row depends on the one before it alone."""

    @property
    def names(self) -> list[str]:
        """One parameter."""
        return ["Phi"]

    def matrix(self, natural: np.ndarray, at: np.ndarray) -> np.ndarray:
        """phi to the power of the distances."""
        return np.asarray(natural[0] ** np.abs(at - at.T))

    def whiten(self, natural: np.ndarray, blocks: Sequence[Block], values: np.ndarray) -> Whitened:
        """A row less what the one before tells of it, over the standard deviation of the rest; rows that do not stand
        in the order of time by their matrix.
        """
        made, log = np.empty_like(values), 0.0
        for block in blocks:
            steps = np.diff(block.covariates[:, 0])
            if (steps < 0.0).any():
                made_here, of_one = super().whiten(natural, [block], values)
                made[block.rows] = made_here[block.rows]
                log += of_one
                continue
            carried = natural[0] ** steps
            spread = np.sqrt(1.0 - carried**2)
            now = values[block.rows]
            now[:, 1:] = (now[:, 1:] - carried[:, None] * now[:, :-1]) / spread[:, None]
            made[block.rows] = now
            log -= len(block.rows) * float(np.log(spread).sum())
        return made, log


@dataclass(frozen=True)
class AR1(_Chain):
    """Autoregression of order 1 in whole steps of time."""

    stepped: bool = True

    name: ClassVar[str] = "corAR1"

    @property
    def title(self) -> str:  # type: ignore[override]
        """R's word: other steps than 1 make it take another class."""
        return "AR(1)" if self.stepped else "ARMA(1,0)"

    @property
    def names(self) -> list[str]:
        """One parameter."""
        return ["Phi" if self.stepped else "Phi1"]

    def bound(self, blocks: Sequence[Block]) -> Correlation:
        """Times are whole numbers, each once in a group."""
        distinct(blocks, self.name)
        if any((block.covariates != np.round(block.covariates)).any() for block in blocks):
            raise ValueError("the covariate of corAR1 must be whole numbers, as times in steps; corCAR1 takes others")
        even = all((np.diff(block.covariates[:, 0]) == 1).all() for block in blocks)
        return replace(self, stepped=even, start=self.start or (0.0,))

    def free(self, natural: np.ndarray) -> np.ndarray:
        """Twice Fisher's z."""
        return 2.0 * np.arctanh(natural)

    def natural(self, free: np.ndarray) -> np.ndarray:
        """Between -1 and 1."""
        return np.tanh(0.5 * free)


class CAR1(_Chain):
    """Autoregression of order 1 in continuous time."""

    name = "corCAR1"
    title = "Continuous AR(1)"

    def bound(self, blocks: Sequence[Block]) -> Correlation:
        """Times are each once in a group."""
        distinct(blocks, self.name)
        return replace(self, start=self.start or (0.2,))

    def free(self, natural: np.ndarray) -> np.ndarray:
        """The logit."""
        return np.asarray(np.log(natural / (1.0 - natural)))

    def natural(self, free: np.ndarray) -> np.ndarray:
        """Between 0 and 1."""
        return np.asarray(1.0 / (1.0 + np.exp(-free)))


@dataclass(frozen=True)
class CompSymm(Correlation):
    """One correlation between any two rows of a group."""

    least: float = -1.0

    name: ClassVar[str] = "corCompSymm"
    title: ClassVar[str] = "Compound symmetry"

    @property
    def names(self) -> list[str]:
        """One parameter."""
        return ["Rho"]

    def bound(self, blocks: Sequence[Block]) -> Correlation:
        """The largest group says how negative the correlation can be."""
        longest = max(len(block.covariates) for block in blocks)
        if longest < 2:
            raise ValueError("corCompSymm needs groups of two rows and more: every group has one")
        least, start = -1.0 / (longest - 1), self.start or (0.0,)
        if start[0] <= least:
            raise ValueError(f"the value of corCompSymm must be greater than {least:.4g}, for groups of {longest} rows")
        return replace(self, least=least, start=start)

    def free(self, natural: np.ndarray) -> np.ndarray:
        """The logit, between the least and 1."""
        return np.asarray(np.log((natural - self.least) / (1.0 - natural)))

    def natural(self, free: np.ndarray) -> np.ndarray:
        """Between the least and 1."""
        share = np.exp(-free)
        return np.asarray((1.0 + self.least * share) / (1.0 + share))

    def whitener(self, natural: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, float]:
        """Helmert's rotation: the mean of a group and what is orthogonal to it have two variances."""
        m, rho = len(at), float(natural[0])
        one, rest = 1.0 + (m - 1) * rho, 1.0 - rho
        F = np.zeros((m, m))
        F[0] = 1.0 / np.sqrt(m * one)
        for i in range(1, m):
            F[i, :i], F[i, i] = -1.0, i
            F[i] /= np.sqrt(i * (i + 1) * rest)
        return F, -0.5 * float(np.log(one) + (m - 1) * np.log(rest))

    def matrix(self, natural: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Ones on the diagonal."""
        return np.asarray(natural[0] + (1.0 - natural[0]) * np.eye(len(at)))


@dataclass(frozen=True)
class Symm(Correlation):
    """A correlation for each pair of occasions. Source: Pinheiro & Bates (1996), spherical parametrization."""

    occasions: int = 0

    name: ClassVar[str] = "corSymm"
    title: ClassVar[str] = "General"

    @property
    def _pairs(self) -> list[tuple[int, int]]:
        return [(i, j) for i in range(self.occasions) for j in range(i + 1, self.occasions)]

    @property
    def names(self) -> list[str]:
        """A parameter a pair."""
        return [f"cor({i + 1},{j + 1})" for i, j in self._pairs]

    def bound(self, blocks: Sequence[Block]) -> Correlation:
        """Occasions are the whole numbers from 1, each once in a group."""
        distinct(blocks, self.name)
        seen = np.unique(np.concatenate([block.covariates[:, 0] for block in blocks]))
        if not np.array_equal(seen, np.arange(1.0, len(seen) + 1.0)):
            raise ValueError(
                "the covariate of corSymm must number the occasions 1, 2, ...: it has "
                f"{', '.join(f'{one:g}' for one in seen[:8])}"
            )
        pairs = len(seen) * (len(seen) - 1) // 2
        start = self.start or (0.0,) * pairs
        if len(start) != pairs:
            raise ValueError(
                f"value of corSymm has {len(start)} correlations, where {len(seen)} occasions have {pairs}"
            )
        made = replace(self, occasions=len(seen), start=start)
        if np.linalg.eigvalsh(made.whole(np.array(start))).min() <= 0.0:
            raise ValueError("value of corSymm is no positive-definite matrix of correlations")
        return made

    def whole(self, natural: np.ndarray) -> np.ndarray:
        """The matrix of all occasions' correlations, (occasions, occasions)."""
        C = np.eye(self.occasions)
        for (i, j), one in zip(self._pairs, natural, strict=True):
            C[i, j] = C[j, i] = one
        return C

    def free(self, natural: np.ndarray) -> np.ndarray:
        """Angles of the rows of the Cholesky factor, by their logits."""
        L = np.linalg.cholesky(self.whole(natural))
        lengths = np.sqrt(np.cumsum(L[:, ::-1] ** 2, axis=1)[:, ::-1])
        angles = [np.arccos(L[i, j] / lengths[i, j]) for i in range(1, self.occasions) for j in range(i)]
        return np.array([np.log(one / (np.pi - one)) for one in angles])

    def natural(self, free: np.ndarray) -> np.ndarray:
        """Products of the rows of the factor that the angles make."""
        L, k = np.eye(self.occasions), 0
        for i in range(1, self.occasions):
            angles = np.pi / (1.0 + np.exp(-free[k : k + i]))
            beyond = np.concatenate([[1.0], np.cumprod(np.sin(angles))])
            L[i, :i], L[i, i] = np.cos(angles) * beyond[:-1], beyond[-1]
            k += i
        C = L @ L.T
        return np.array([C[i, j] for i, j in self._pairs])

    def symmetric(self, natural: np.ndarray) -> np.ndarray:
        """Twice Fisher's z of each correlation."""
        return 2.0 * np.arctanh(natural)

    def from_symmetric(self, x: np.ndarray) -> np.ndarray:
        """Each between -1 and 1."""
        return np.tanh(0.5 * x)

    def matrix(self, natural: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Those of the occasions that the rows are of."""
        there = at[:, 0].astype(int) - 1
        return self.whole(natural)[np.ix_(there, there)]
