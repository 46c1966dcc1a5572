"""The criterion as a function of the parameters of covariance structures, with its exact derivatives.

The criterion depends on a term's template through S = TT' alone; with F = dcriterion/dS, which the factor gives, the
derivative with respect to a parameter is the sum of the entries of F times those of dS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..criterion.derivatives import template_weights
from ..criterion.pls import PLS
from .base import Floats
from .parameters import Parameters

STEP = 1e-5  # of the differences of exact gradients


@dataclass(frozen=True)
class OnParameters:
    """The criterion of `pls`, REML or not, as a function of par (npar,); `df` as in `PLS.deviance`."""

    pls: PLS
    REML: bool
    df: int | None = None

    @property
    def parameters(self) -> Parameters:
        return self.pls.structure.parameters

    def __call__(self, par: Floats) -> tuple[float, Floats]:
        """The criterion and its gradient (npar,). Raises `numpy.linalg.LinAlgError` where there is none."""
        at = self.pls.at(self.parameters.theta(par))
        weights = template_weights(at, self.REML, self.df or self.pls.df(self.REML))
        gradient = np.zeros(len(par))
        structure = self.pls.structure
        for members, F in zip(structure.members, weights, strict=True):
            first = 0
            for i in members:
                each, own = self.parameters.each[i], self.parameters.slices[i]
                inside = slice(first, first + each.k)
                gradient[own] = np.einsum("ab,iab->i", F[inside, inside], each.first(par[own]))
                first += each.k
        return at.deviance(self.REML, self.df), gradient

    def hessian(self, par: Floats, free: NDArray[np.bool_] | None = None) -> Floats:
        """Second derivatives (npar, npar) by central differences of the gradient, one-sided at a bound; of the `free`
        parameters alone where these are given, 0 for others."""
        lower, upper, m = self.parameters.lower, self.parameters.upper, len(par)
        H = np.zeros((m, m))
        moved = range(m) if free is None else np.flatnonzero(free)
        for i in moved:
            step = STEP * max(1.0, abs(par[i]))
            above, below = par.copy(), par.copy()
            above[i], below[i] = min(par[i] + step, upper[i]), max(par[i] - step, lower[i])
            H[i] = (self(above)[1] - self(below)[1]) / (above[i] - below[i])
        if free is not None:
            H[:, ~free] = 0.0
        return (H + H.T) / 2.0
