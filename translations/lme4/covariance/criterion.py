"""The criterion as a function of the parameters of covariance structures, with its exact derivatives.

The criterion depends on a term's template through S = TT' alone; with F = dcriterion/dS, which the factor gives, the
derivative with respect to a parameter is the sum of the entries of F times those of dS.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..criterion.derivatives import template_weights
from ..criterion.pls import PLS
from .base import Floats, lower
from .parameters import Parameters
from .us import Unstructured

STEP = 1e-5  # of the differences of exact gradients


class Bounded(ABC):
    """A function with a gradient within bounds, for `newton.descend`."""

    @abstractmethod
    def __call__(self, x: Floats) -> tuple[float, Floats]:
        """The value and the gradient (m,)."""

    @abstractmethod
    def hessian(self, par: Floats, free: NDArray[np.bool_]) -> Floats:
        """Second derivatives (m, m) in the `free` variables."""

    @property
    @abstractmethod
    def bounds(self) -> tuple[Floats, Floats]:
        """Lower and upper (m,)."""

    def canonical(self, par: Floats) -> Floats:
        """The variables that stand for those that mean the same; the same array where they are that."""
        return par


@dataclass(frozen=True)
class OnParameters(Bounded):
    """The criterion of `pls`, REML or not, as a function of par (npar,); `df` as in `PLS.deviance`."""

    pls: PLS
    REML: bool
    df: int | None = None

    @property
    def parameters(self) -> Parameters:
        return self.pls.structure.parameters

    def __call__(self, par: Floats) -> tuple[float, Floats]:
        """The criterion and its gradient (npar,). Raises `numpy.linalg.LinAlgError` where there is none."""
        value, weights = self._weights(self.parameters.theta(par))
        gradient = np.zeros(len(par))
        structure = self.pls.structure
        for members, F in zip(structure.members, weights, strict=True):
            first = 0
            for i in members:
                each, own = self.parameters.each[i], self.parameters.slices[i]
                inside = slice(first, first + each.k)
                gradient[own] = each.first(par[own]).reshape(len(par[own]), -1) @ F[inside, inside].ravel()
                first += each.k
        return value, gradient

    def _weights(self, theta: Floats) -> tuple[float, list[Floats]]:
        """The criterion and its derivatives in each block's TT'."""
        pls, df = self.pls, self.df or self.pls.df(self.REML)
        if not pls.trailing.q:
            F = np.empty((pls.blocks[0].k,) * 2)
            if math.isfinite(value := pls.one_factor.by_matrix(theta, df, self.REML, F)):
                return value, [F]
        at = pls.at(theta)
        return at.deviance(self.REML, self.df), template_weights(at, self.REML, df)

    def hessian(self, par: Floats, free: NDArray[np.bool_] | None = None) -> Floats:
        """Second derivatives (npar, npar); of the `free` parameters alone where these are given, 0 for others."""
        moved = np.ones(len(par), dtype=bool) if free is None else free
        return differences(self, par, moved, self.parameters.lower, self.parameters.upper)

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """The parameters' bounds, but none for entries of an unstructured template, whose columns may change their
        sign."""
        lower = self.parameters.lower.copy()
        for each, own in zip(self.parameters.each, self.parameters.slices, strict=True):
            if isinstance(each, Unstructured):
                lower[own] = -np.inf
        return lower, self.parameters.upper

    def canonical(self, par: Floats) -> Floats:
        """par with nonnegative diagonals of unstructured templates, since TT' does not depend on their columns' signs;
        the same array where they are that."""
        out = par
        for each, own in zip(self.parameters.each, self.parameters.slices, strict=True):
            if isinstance(each, Unstructured) and (par[own] < each.lower).any():
                T = each.template(par[own])
                out = out.copy()
                out[own] = (T * np.where(np.diagonal(T) < 0.0, -1.0, 1.0))[lower(each.k)]
        return out


def differences(
    of: Callable[[Floats], tuple[float, Floats]], x: Floats, free: NDArray[np.bool_], lower: Floats, upper: Floats
) -> Floats:
    """Second derivatives (m, m) of a function with a gradient in its `free` variables, 0 for others: by central
    differences of the gradient, one-sided at a bound."""
    H = np.zeros((len(x), len(x)))
    for i in np.flatnonzero(free):
        step = STEP * max(1.0, abs(x[i]))
        above, below = x.copy(), x.copy()
        above[i], below[i] = min(x[i] + step, upper[i]), max(x[i] - step, lower[i])
        ends = [(there[i], gradient) for there in (above, below) if (gradient := _gradient(of, there)) is not None]
        if not ends:  # nothing is known of the curvature
            continue
        if len(ends) < 2:
            ends.append((x[i], of(x)[1]))
        H[i] = (ends[0][1] - ends[1][1]) / (ends[0][0] - ends[1][0])
    H[:, ~free] = 0.0
    return (H + H.T) / 2.0


def _gradient(of: Callable[[Floats], tuple[float, Floats]], x: Floats) -> Floats | None:
    """None beyond where there is a criterion."""
    try:
        return of(x)[1]
    except np.linalg.LinAlgError:
        return None
