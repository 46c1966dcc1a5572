"""Standard deviations that differ among rows. Source: Pinheiro & Bates (2000), section 5.2."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from translations.stats.formulas.frame import ModelFrame

from .rows import Form, labels_of, numbers_of

TITLES = {
    "varIdent": "Different standard deviations per stratum",
    "varPower": "Power of variance covariate",
    "varExp": "Exponential of variance covariate",
    "varConstPower": "Constant plus power of variance covariate",
    "varFixed": "fixed weights",
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # R's names of the parts of a combination


class Variance(ABC):
    """A variance function (R: class varFunc): each row's standard deviation is sigma times a function of parameters."""

    @property
    @abstractmethod
    def variables(self) -> tuple[str, ...]:
        """Pieces of formula that a model frame must hold."""

    @property
    @abstractmethod
    def of_fit(self) -> bool:
        """Whether it is a function of the fitted values."""

    @abstractmethod
    def bound(self, frame: ModelFrame, order: np.ndarray) -> Variance | None:
        """The function for the data's rows in this order; None for strata of which there is but one."""

    @property
    @abstractmethod
    def names(self) -> list[str]:
        """The parameters that are estimated."""

    @property
    @abstractmethod
    def begins(self) -> np.ndarray:
        """Where the search begins, (k,), without bounds."""

    @abstractmethod
    def free(self, natural: np.ndarray) -> np.ndarray:
        """Parameters without bounds, (k,), of R's."""

    @abstractmethod
    def natural(self, free: np.ndarray) -> np.ndarray:
        """R's parameters, (k,), of those without bounds."""

    @abstractmethod
    def weights(self, natural: np.ndarray, fitted: np.ndarray) -> np.ndarray:
        """Sigma over each row's standard deviation, (n,)."""

    @abstractmethod
    def pieces(self, parameters: np.ndarray) -> Iterator[tuple[Single, np.ndarray]]:
        """Each function that it is made of, with its own of the parameters."""


@dataclass(frozen=True)
class Single(Variance):
    """One function of one covariate, or of strata.

    kind:      R's class;  form: the covariate, and the strata that have parameters of their own
    start:     R's own parameter where the search begins, None for R's choice
    strata:    their labels, in the order of their first rows, the first of `varIdent` for comparison; () for none
    of:        (n,) each row's stratum, from 0
    covariate: (n,), or None for `fitted(.)`, which changes with the fit
    """

    kind: str
    form: Form
    start: float | None = None
    strata: tuple[str, ...] = ()
    of: np.ndarray | None = None
    covariate: np.ndarray | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """The covariate and the strata's factors."""
        return self.form.variables

    @property
    def of_fit(self) -> bool:
        """Whether the covariate is `fitted(.)`."""
        return self.form.of_fit

    def bound(self, frame: ModelFrame, order: np.ndarray) -> Single | None:
        """With covariate and strata by row."""
        covariate = None
        if self.form.covariates and not self.form.of_fit:
            if len(self.form.covariates) > 1:
                raise ValueError(f"{self.kind} takes one covariate: form='~ x', or a sum in I()")
            covariate = numbers_of(self.form.covariates, frame, self.kind)[order, 0]
        if not self.form.groups:
            return None if self.kind == "varIdent" else replace(self, covariate=covariate)
        labels = labels_of(self.form.groups, frame)[order]
        strata = tuple(dict.fromkeys(labels))
        if len(strata) == 1:
            return None if self.kind == "varIdent" else replace(self, covariate=covariate)
        where = {label: i for i, label in enumerate(strata)}
        return replace(self, strata=strata, of=np.array([where[one] for one in labels]), covariate=covariate)

    @property
    def title(self) -> str:
        """R's words for it."""
        return TITLES[self.kind] + (", different strata" if self.strata and self.kind != "varIdent" else "")

    @property
    def names(self) -> list[str]:
        """The strata's labels, or the parameter's."""
        if self.kind == "varFixed":
            return []
        if self.kind == "varIdent":
            return list(self.strata[1:])
        return list(self.strata) or [self.kind.removeprefix("var").lower().replace("exp", "expon")]

    @property
    def begins(self) -> np.ndarray:
        """The start, or where all rows are alike."""
        zero = 1.0 if self.kind == "varIdent" else 0.0
        return self.free(np.full(len(self.names), zero if self.start is None else self.start))

    def free(self, natural: np.ndarray) -> np.ndarray:
        """Logarithms of ratios."""
        return np.log(natural) if self.kind == "varIdent" else natural

    def natural(self, free: np.ndarray) -> np.ndarray:
        """Ratios above 0."""
        return np.exp(free) if self.kind == "varIdent" else free

    def weights(self, natural: np.ndarray, fitted: np.ndarray) -> np.ndarray:
        """By the stratum's ratio, or the covariate and the stratum's parameter."""
        if self.kind == "varIdent":
            return np.asarray(1.0 / np.concatenate([[1.0], natural])[self.of])
        v = fitted if self.covariate is None else self.covariate
        if self.kind == "varFixed":
            return np.asarray(1.0 / np.sqrt(np.abs(v)))
        power = natural[0] if self.of is None else natural[self.of]
        return np.asarray(np.abs(v) ** -power if self.kind == "varPower" else np.exp(-power * v))

    def pieces(self, parameters: np.ndarray) -> Iterator[tuple[Single, np.ndarray]]:
        """Itself."""
        yield self, parameters


@dataclass(frozen=True)
class ConstPower(Single):
    """A constant plus a power of a covariate: parameters are the strata's constants, above 0, then their powers.

    begin: of both, None for R's choice
    """

    begin: tuple[float | None, float | None] = (None, None)

    CHOICE: ClassVar[tuple[float, float]] = (0.1, 0.0)

    @property
    def names(self) -> list[str]:
        """const and power, of each stratum."""
        return [f"{one}.{label}" for one in ("const", "power") for label in self.strata] or ["const", "power"]

    @property
    def begins(self) -> np.ndarray:
        """The start, or R's."""
        both = [own if own is not None else choice for own, choice in zip(self.begin, self.CHOICE, strict=True)]
        return self.free(np.repeat(both, len(self.names) // 2))

    def free(self, natural: np.ndarray) -> np.ndarray:
        """Logarithms of the constants."""
        half = len(natural) // 2
        return np.concatenate([np.log(natural[:half]), natural[half:]])

    def natural(self, free: np.ndarray) -> np.ndarray:
        """Constants above 0."""
        half = len(free) // 2
        return np.concatenate([np.exp(free[:half]), free[half:]])

    def weights(self, natural: np.ndarray, fitted: np.ndarray) -> np.ndarray:
        """One over the sum."""
        const, power = natural.reshape(2, -1)[:, 0 if self.of is None else self.of]
        v = fitted if self.covariate is None else self.covariate
        return np.asarray(1.0 / (const + np.abs(v) ** power))


@dataclass(frozen=True)
class Combined(Variance):
    """The product of several functions, by R's letters (R: class varComb)."""

    parts: dict[str, Single]

    @property
    def variables(self) -> tuple[str, ...]:
        """Those of all."""
        return tuple(piece for one in self.parts.values() for piece in one.variables)

    @property
    def of_fit(self) -> bool:
        """Whether one is."""
        return any(one.of_fit for one in self.parts.values())

    def bound(self, frame: ModelFrame, order: np.ndarray) -> Combined | None:
        """Of those that are left."""
        found = {letter: one.bound(frame, order) for letter, one in self.parts.items()}
        left = {letter: one for letter, one in found.items() if one is not None}
        return replace(self, parts=left) if left else None

    @property
    def names(self) -> list[str]:
        """Behind their letters."""
        return [f"{letter}.{name}" for letter, one in self.parts.items() for name in one.names]

    @property
    def begins(self) -> np.ndarray:
        """Each one's."""
        return np.concatenate([one.begins for one in self.parts.values()])

    def free(self, natural: np.ndarray) -> np.ndarray:
        """Each one's."""
        return np.concatenate([one.free(own) for one, own in self.pieces(natural)])

    def natural(self, free: np.ndarray) -> np.ndarray:
        """Each one's."""
        return np.concatenate([one.natural(own) for one, own in self.pieces(free)])

    def weights(self, natural: np.ndarray, fitted: np.ndarray) -> np.ndarray:
        """Their product."""
        return np.prod([one.weights(own, fitted) for one, own in self.pieces(natural)], axis=0)

    def pieces(self, parameters: np.ndarray) -> Iterator[tuple[Single, np.ndarray]]:
        """In R's order."""
        ends = np.cumsum([len(one.names) for one in self.parts.values()])
        yield from zip(self.parts.values(), np.split(parameters, ends[:-1]), strict=True)
