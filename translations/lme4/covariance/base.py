"""What every covariance structure answers, and the kind that is standard deviations times a correlation matrix."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .templates import Template

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Covariance(ABC):
    """The covariance matrix of k effects, relative to sigma², as a function of parameters (size,).

    hom: whether all effects have one standard deviation.
    """

    k: int
    hom: bool = False
    NAME: ClassVar[str] = ""
    DEFAULT_HOM: ClassVar[bool | None] = False  # None: there is no such thing
    TAKES_HOM: ClassVar[bool] = True
    NEWTON_ALONE: ClassVar[bool] = False  # whether the parameters' bounds depend on one another
    FULL: ClassVar[bool] = True  # whether lme4 stores all of the template's lower triangle

    @property
    def matrix_class(self) -> str:
        """What lme4 calls the class of the matrix, which decides how it prints."""
        return self.NAME

    @property
    @abstractmethod
    def size(self) -> int:
        """The number of parameters."""

    @property
    @abstractmethod
    def n_sd(self) -> int:
        """The number of standard deviations among `scales`."""

    @property
    @abstractmethod
    def start(self) -> Floats:
        """Where lme4 starts, (size,): the identity."""

    def elsewhere(self, part: float) -> Floats:
        """Another start, (size,): correlations at `part` of the way to their upper or, negative, lower bound."""
        finite = np.isfinite(self.lower) & np.isfinite(self.upper)
        return np.where(finite, abs(part) * np.where(finite, self.upper if part > 0 else self.lower, 0.0), self.start)

    @property
    @abstractmethod
    def lower(self) -> Floats:
        """The least value of each parameter, (size,)."""

    @property
    def upper(self) -> Floats:
        """The largest value of each parameter, (size,)."""
        return np.full(self.size, np.inf)

    def chain(self, par: Floats) -> tuple[Floats, Floats] | None:
        """Standard deviations (k,) and correlations of each effect with the next (k - 1,), where effects are a Markov
        chain in their order; None where they are not."""
        return None

    def compiled(self, of_scales: bool) -> Template | None:
        """A new template for compiled code, of the parameters or of their `scales`; None: there is none."""
        return None

    @abstractmethod
    def names(self, effects: list[str]) -> list[str]:
        """The parameters as lme4's `getME(m, "par")` calls them after the grouping factor, (size,)."""

    @abstractmethod
    def template(self, par: Floats) -> Floats:
        """T (k, k), lower triangular, at the parameters (size,)."""

    @abstractmethod
    def first(self, par: Floats) -> Floats:
        """The derivatives of TT', (size, k, k)."""

    @abstractmethod
    def second(self, par: Floats) -> Floats:
        """The second derivatives of TT', (size, size, k, k)."""

    @abstractmethod
    def scales(self, par: Floats) -> tuple[Floats, Floats]:
        """Standard deviations over sigma, and correlations: what profiles and intervals are of. R: getVC."""

    @abstractmethod
    def of_scales(self, sd: Floats, cor: Floats) -> Floats:
        """The parameters (size,) of these; NaN where there are none. R: setVC."""

    def scale_first(self, sd: Floats, cor: Floats) -> Floats:
        """The derivatives of TT' with respect to these, (size, k, k)."""
        return self.first(self.of_scales(sd, cor))

    @property
    def scale_bounds(self) -> tuple[Floats, Floats]:
        """Lower and upper bounds of standard deviations and correlations."""
        return self.lower, self.upper

    @abstractmethod
    def scale_names(self, effects: list[str]) -> tuple[list[str], list[str]]:
        """The names of these: `Days`, `*` where effects share one; `rho`, or `Days.(Intercept)` of a pair."""

    def theta(self, par: Floats, effects: list[str]) -> tuple[list[str], Floats]:
        """Names and values of what lme4 calls theta: the distinct entries of T, column by column."""
        rows, cols = lower(self.k)
        names = [effects[r] if r == c else f"{effects[r]}.{effects[c]}" for r, c in zip(rows, cols, strict=True)]
        return names, self.template(par)[rows, cols]

    def singular(self, par: Floats, tol: float) -> bool:
        """Whether a parameter is within `tol` of its bounds. R: isSingular."""
        return bool((np.minimum(par - self.lower, self.upper - par) < tol).any())


class Correlated(Covariance):
    """D R D: standard deviations, one or k of them, then the parameters of a correlation matrix R (rho, (size_r,))."""

    RHO: ClassVar[tuple[str, ...]] = ("rho",)
    COMPILED: ClassVar[type[Template]] = Template  # that of T; those that have none define `template`
    MARKOV: ClassVar[bool] = False  # whether an effect depends on those before it through the last one alone

    @abstractmethod
    def correlation(self, rho: Floats) -> tuple[Floats, Floats, Floats]:
        """R (k, k), its derivatives (size_r, k, k) and second derivatives (size_r, size_r, k, k)."""

    @property
    def bounds(self) -> tuple[float, float]:
        """Of each parameter of R."""
        return -1.0, 1.0

    @property
    def n_sd(self) -> int:
        return 1 if self.hom else self.k

    @property
    def n_rho(self) -> int:
        return len(self.RHO) if self.k > 1 else 0

    @property
    def size(self) -> int:
        return self.n_sd + self.n_rho

    @property
    def start(self) -> Floats:
        return np.append(np.ones(self.n_sd), np.zeros(self.n_rho))

    @property
    def lower(self) -> Floats:
        return np.append(np.zeros(self.n_sd), np.full(self.n_rho, self.bounds[0]))

    @property
    def upper(self) -> Floats:
        return np.append(np.full(self.n_sd, np.inf), np.full(self.n_rho, self.bounds[1]))

    def names(self, effects: list[str]) -> list[str]:
        return [*(["*"] if self.hom else effects), *self.RHO[: self.n_rho]]

    def template(self, par: Floats) -> Floats:
        T = np.zeros((self.k, self.k))
        T[lower(self.k)] = self.COMPILED(self.k, self.n_sd, self.size).theta(par)
        return T

    def compiled(self, of_scales: bool) -> Template | None:
        return None if self.COMPILED is Template else self.COMPILED(self.k, self.n_sd, self.size)

    def first(self, par: Floats) -> Floats:
        sd, unit, (R, dR, _) = self._parts(par)
        by_sd = unit[:, :, None] * (R * sd)
        return np.concatenate([by_sd + by_sd.transpose(0, 2, 1), dR * np.outer(sd, sd)])

    def second(self, par: Floats) -> Floats:
        sd, unit, (R, dR, ddR) = self._parts(par)
        out, n = np.empty((self.size, self.size, self.k, self.k)), self.n_sd
        both = np.einsum("ia,ab,jb->ijab", unit, R, unit)
        out[:n, :n] = both + both.transpose(1, 0, 2, 3)
        mixed = np.einsum("ia,jab,b->ijab", unit, dR, sd)
        out[:n, n:] = mixed + mixed.transpose(0, 1, 3, 2)
        out[n:, :n] = out[:n, n:].transpose(1, 0, 2, 3)
        out[n:, n:] = np.einsum("a,ijab,b->ijab", sd, ddR, sd)
        return out

    def chain(self, par: Floats) -> tuple[Floats, Floats] | None:
        if not self.MARKOV:
            return None
        rho = float(par[self.n_sd]) if self.n_rho else 0.0
        return np.broadcast_to(par[: self.n_sd], (self.k,)).copy(), np.full(self.k - 1, rho)

    def _parts(self, par: Floats) -> tuple[Floats, Floats, tuple[Floats, Floats, Floats]]:
        """Standard deviations (k,), their derivatives (n_sd, k), and R with its own."""
        unit = np.ones((1, self.k)) if self.hom else np.eye(self.k)
        return par[: self.n_sd] @ unit, unit, self.correlation(par[self.n_sd :])

    def scales(self, par: Floats) -> tuple[Floats, Floats]:
        return par[: self.n_sd], par[self.n_sd :]

    def of_scales(self, sd: Floats, cor: Floats) -> Floats:
        return np.concatenate([sd, cor])

    def scale_names(self, effects: list[str]) -> tuple[list[str], list[str]]:
        names = self.names(effects)
        return names[: self.n_sd], names[self.n_sd :]


@cache
def lower(k: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of a lower triangle, column by column; not to be written to."""
    cols, rows = np.triu_indices(k)
    return rows, cols


@cache
def pairs(k: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns below the diagonal, column by column; not to be written to."""
    cols, rows = np.triu_indices(k, 1)
    return rows, cols


def correlations(k: int, cor: Floats) -> Floats:
    """The correlation matrix (k, k) of the correlations (k (k - 1) / 2,) of `pairs`."""
    R, (rows, cols) = np.eye(k), pairs(k)
    R[rows, cols] = R[cols, rows] = cor
    return R
