"""Structures of random effects' covariances, a class each: R's pdMat classes.

Each has three sets of parameters without bounds. R's searches move those of a root R (q, q) of the relative precision
R'R, which is in units of sigma; the search for the maximum those of the relative covariance factor, for there variances
can be zero; intervals are symmetric in logarithms of standard deviations and what correlations are transformed to.
Source: Pinheiro & Bates (2000), sections 2.2.7 and 4.2.2.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np


@dataclass(frozen=True)
class Pd(ABC):
    """A structure of covariances (R: a pdMat class, by its name and in R's words), and the effects that it is of, a
    formula.
    """

    form: str
    kind: ClassVar[str]
    words: ClassVar[str]

    @property
    def title(self) -> str:
        """As R prints it."""
        return f"{self.kind}({self.form.removeprefix('~')})"

    def deviations(self, q: int) -> int:
        """Standard deviations among the parameters of q effects."""
        return q

    def correlations(self, q: int) -> int:
        """Correlations among them."""
        return 0

    def root(self, q: int, x: np.ndarray) -> np.ndarray:
        """A root (q, q) of the precision, of R's parameters. R: pdFactor."""
        return np.diag(np.broadcast_to(np.exp(x[: self.deviations(q)]), q))

    def parameters(self, P: np.ndarray) -> np.ndarray:
        """R's parameters of a precision (q, q)."""
        return np.asarray(0.5 * np.log(np.diagonal(P)[: self.deviations(len(P))]))

    def factor(self, q: int, x: np.ndarray) -> np.ndarray:
        """The relative covariance factor (q, q), lower triangular, of its own parameters."""
        return self.root(q, x).T

    def of_factor(self, S: np.ndarray) -> np.ndarray:
        """The factor's parameters, of a relative covariance matrix (q, q)."""
        return self.parameters(S)

    @abstractmethod
    def precision(self, S: np.ndarray) -> np.ndarray:
        """The precision (q, q) whose inverse is nearest the mean squares S (q, q), as R's EM has it."""

    def correlation(self, q: int, z: np.ndarray) -> np.ndarray:
        """Correlations (q, q) of their transformed parameters."""
        return np.eye(q)

    def transformed(self, upper: np.ndarray, q: int) -> np.ndarray:
        """The parameters of correlations above the diagonal."""
        return upper[:0]

    def natural(self, q: int, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard deviations (q,) and correlations (q, q) of the parameters for intervals."""
        ends = self.deviations(q)
        return np.broadcast_to(np.exp(x[:ends]), q), self.correlation(q, x[ends:])

    def symmetric(self, S: np.ndarray) -> np.ndarray:
        """The parameters for intervals, of a covariance matrix (q, q)."""
        q, sd = len(S), np.sqrt(np.diagonal(S))
        upper = (S / np.outer(sd, sd))[np.triu_indices(q, 1)][: self.correlations(q)]
        return np.concatenate([np.log(sd[: self.deviations(q)]), self.transformed(upper, q)])

    def shown(self, sd: np.ndarray, C: np.ndarray) -> np.ndarray:
        """The parameters as `names` calls them, of standard deviations (q,) and correlations (q, q)."""
        q = len(sd)
        return np.concatenate([sd[: self.deviations(q)], C[np.triu_indices(q, 1)][: self.correlations(q)]])

    def names(self, effects: Sequence[str]) -> list[str]:
        """Of the parameters, as R's intervals have them."""
        return [f"sd({effect})" for effect in effects]


class Diag(Pd):
    """No correlations."""

    kind = "pdDiag"
    words = "Diagonal"

    def precision(self, S: np.ndarray) -> np.ndarray:
        """Of the diagonal alone."""
        return np.diag(1.0 / np.diagonal(S))


class Ident(Pd):
    """One standard deviation, no correlations."""

    kind = "pdIdent"
    words = "Multiple of an Identity"

    def deviations(self, q: int) -> int:
        """One."""
        return 1

    def precision(self, S: np.ndarray) -> np.ndarray:
        """Of the mean of the diagonal."""
        return np.eye(len(S)) * (len(S) / float(np.trace(S)))

    def names(self, effects: Sequence[str]) -> list[str]:
        """The formula's."""
        return [f"sd({self.form.removeprefix('~')})"]


class CompSymm(Pd):
    """One standard deviation, and one correlation above -1 / (q - 1)."""

    kind = "pdCompSymm"
    words = "Compound Symmetry"

    def deviations(self, q: int) -> int:
        """One."""
        return 1

    def correlations(self, q: int) -> int:
        """One, of several effects."""
        return int(q > 1)

    def root(self, q: int, x: np.ndarray) -> np.ndarray:
        """Cholesky's."""
        return np.asarray(np.exp(x[0]) * np.linalg.cholesky(self.correlation(q, x[1:])).T)

    def parameters(self, P: np.ndarray) -> np.ndarray:
        """The logarithm of a deviation, and the transformed correlation."""
        return np.append(super().parameters(P), self.transformed(P[0, 1:2] / P[0, 0], len(P)))

    def precision(self, S: np.ndarray) -> np.ndarray:
        """Of the sums of the diagonal and of the rest."""
        q, trace, total = len(S), float(np.trace(S)), float(S.sum())
        if q == 1:
            return 1.0 / S
        apart = (q - 1.0) / (q * trace - total)
        return np.full((q, q), 1.0 / total - apart) + np.eye(q) * (q * apart)

    def correlation(self, q: int, z: np.ndarray) -> np.ndarray:
        """(q, q), of a parameter without bounds."""
        if q == 1:
            return np.eye(1)
        rho = (np.exp(z[0]) - 1.0 / (q - 1.0)) / (np.exp(z[0]) + 1.0)
        return np.asarray(np.full((q, q), rho) + (1.0 - rho) * np.eye(q))

    def transformed(self, upper: np.ndarray, q: int) -> np.ndarray:
        """The parameter of the one correlation."""
        return np.asarray(np.log((upper + 1.0 / max(q - 1.0, 1.0)) / (1.0 - upper)))

    def names(self, effects: Sequence[str]) -> list[str]:
        """R's two words."""
        return ["std. dev", "corr."][: 1 + self.correlations(len(effects))]


class LogChol(Pd):
    """Any standard deviations and correlations: logarithms of the root's diagonal, and what stands above it."""

    kind = "pdLogChol"
    words = "General positive-definite, Log-Cholesky parametrization"

    def correlations(self, q: int) -> int:
        """One a pair."""
        return q * (q - 1) // 2

    def root(self, q: int, x: np.ndarray) -> np.ndarray:
        """Upper triangular, above the diagonal column after column."""
        R = np.diag(np.exp(x[:q]))
        R.T[np.tril_indices(q, -1)] = x[q:]
        return R

    def parameters(self, P: np.ndarray) -> np.ndarray:
        """Of Cholesky's root."""
        L = np.linalg.cholesky(P)
        return np.concatenate([np.log(np.diagonal(L)), L[np.tril_indices(len(P), -1)]])

    def precision(self, S: np.ndarray) -> np.ndarray:
        """The inverse."""
        return np.asarray(np.linalg.inv(S))

    def correlation(self, q: int, z: np.ndarray) -> np.ndarray:
        """(q, q), of twice Fisher's z."""
        C = np.zeros((q, q))
        C[np.triu_indices(q, 1)] = np.tanh(0.5 * z)
        return C + C.T + np.eye(q)

    def transformed(self, upper: np.ndarray, q: int) -> np.ndarray:
        """Twice Fisher's z."""
        return np.asarray(2.0 * np.arctanh(upper))

    def names(self, effects: Sequence[str]) -> list[str]:
        """The deviations', then the pairs'."""
        pairs = combinations(effects, 2)
        return super().names(effects) + [f"cor({one},{other})" for one, other in pairs]


class Symm(LogChol):
    """Any standard deviations and correlations: the logarithm of the symmetric root."""

    kind = "pdSymm"
    words = "General positive-definite"

    def root(self, q: int, x: np.ndarray) -> np.ndarray:
        """Symmetric."""
        M = np.zeros((q, q))
        M[np.tril_indices(q)] = x
        values, vectors = np.linalg.eigh(M)
        return np.asarray((vectors * np.exp(values)) @ vectors.T)

    def parameters(self, P: np.ndarray) -> np.ndarray:
        """Of the symmetric root, the lower triangle row after row."""
        values, vectors = np.linalg.eigh(P)
        return np.asarray((0.5 * (vectors * np.log(values)) @ vectors.T)[np.tril_indices(len(P))])

    def factor(self, q: int, x: np.ndarray) -> np.ndarray:
        """That of the other class: no more than triangular is wanted of it."""
        return LogChol.root(self, q, x).T

    def of_factor(self, S: np.ndarray) -> np.ndarray:
        """Of Cholesky's factor."""
        return LogChol.parameters(self, S)


CLASSES = {one.kind: one for one in (LogChol, Symm, Diag, Ident, CompSymm)}
