"""The covariance parameters of a whole model: those of its terms' structures, one term after the other.

`par` (npar,) is what an optimizer moves; `theta` (m,) the lower triangles of all templates, column by column, which is
what the criterion takes. For plain bars they are the same. R: lme4 2.1's `getME(m, "par")` and `mkMkTheta`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .base import Covariance, Floats, lower
from .templates import Template
from .us import Unstructured


class Term(Protocol):
    """What is asked of a random-effects term: `structure.RandomTerm`."""

    @property
    def group(self) -> str: ...
    @property
    def names(self) -> list[str]: ...
    @property
    def structured(self) -> Covariance | None: ...
    @property
    def covariance(self) -> Covariance: ...


@dataclass(frozen=True)
class Parameters:
    """Those of `terms`, in their order."""

    terms: tuple[Term, ...]

    @cached_property
    def structured(self) -> bool:
        """Whether a term has another structure than a plain bar's."""
        return any(not isinstance(each, Unstructured) for each in self.each)

    @cached_property
    def written(self) -> bool:
        """Whether a term is written with a structure, `us()` included: then what is printed is lme4 2.1's text."""
        return any(term.structured is not None for term in self.terms)

    @cached_property
    def each(self) -> tuple[Covariance, ...]:
        return tuple(term.covariance for term in self.terms)

    @cached_property
    def size(self) -> int:
        return sum(each.size for each in self.each)

    @cached_property
    def start(self) -> Floats:
        return self._joined([each.start for each in self.each])

    @cached_property
    def lower(self) -> Floats:
        return self._joined([each.lower for each in self.each])

    @cached_property
    def upper(self) -> Floats:
        return self._joined([each.upper for each in self.each])

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """Where each term's parameters stand."""
        ends = np.cumsum([0, *(each.size for each in self.each)]).tolist()
        return tuple(slice(a, b) for a, b in zip(ends[:-1], ends[1:], strict=True))

    def names(self) -> list[str]:
        """lme4's names: `Subject.*`, `Subject.rho`, `Subject.Days`, ..."""
        return [f"{term.group}.{name}" for term in self.terms for name in term.covariance.names(term.names)]

    def theta(self, par: Floats) -> Floats:
        """theta (m,) at par (npar,)."""
        if not self.structured:
            return par
        if len(self.each) == 1:
            return _entries(self.each[0].template(par))
        return self._joined([_entries(each.template(own)) for each, own in self.split(par)])

    def template(self, of_scales: bool = False) -> Template | None:
        """theta of par for compiled code, or, `of_scales`, of standard deviations and correlations; None for plain bars
        alone, which need none, and where there is no such thing."""
        if not self.structured:
            return None
        found: Template | None = None
        for each in reversed(self.each):
            own = each.compiled(of_scales)
            if own is None:
                return None
            found = own if found is None else own.before(found)
        return found

    def lme4_theta(self, par: Floats) -> tuple[list[str], Floats]:
        """Names and values of what lme4 calls theta: without the entries that a structure repeats or leaves 0."""
        each = [
            (term.group, *term.covariance.theta(par[own], term.names))
            for term, own in zip(self.terms, self.slices, strict=True)
        ]
        return [f"{group}.{name}" for group, names, _ in each for name in names], self._joined([v for *_, v in each])

    def split(self, par: Floats) -> Iterator[tuple[Covariance, Floats]]:
        """Each term's structure and parameters."""
        return zip(self.each, (par[own] for own in self.slices), strict=True)

    def distances(self, par: Floats) -> Floats:
        """How far parameters (..., npar) are from the nearer of their bounds."""
        return np.minimum(par - self.lower, self.upper - par)

    def singular(self, par: Floats, tol: float) -> bool:
        """R: isSingular."""
        return any(each.singular(own, tol) for each, own in self.split(par))

    @staticmethod
    def _joined(parts: list[Floats]) -> Floats:
        return np.concatenate(parts) if parts else np.zeros(0)


@dataclass(frozen=True)
class OfParameters:
    """A function of theta as one of `parameters`, by way of their `template` where there is one."""

    of_theta: Callable[[Floats], float]
    parameters: Parameters
    template: Template | None

    def __call__(self, par: Floats) -> float:
        return self.of_theta(self.parameters.theta(par) if self.template is None else self.template.theta(par))

    def lost(self) -> bool:
        """Whether lme4's criterion would have been NaN at parameters that were asked for."""
        return self.template is not None and self.template.lost()


def _entries(T: Floats) -> Floats:
    """The lower triangle of T (k, k), column by column."""
    return T.take(_flat(len(T)))


@cache
def _flat(k: int) -> NDArray[np.int64]:
    rows, cols = lower(k)
    return rows * k + cols
