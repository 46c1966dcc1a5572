"""Intervals of models with covariance structures from the deviance itself: where the profile's zeta is a quantile.

A parameter is held at a value and the deviance minimized over the others by Newton's method within bounds, whose
gradient is exact; the value at which zeta is as asked is found by bracketing (Venzon & Moolgavkar 1988, Appl. Stat.
37, 87-94, say what an end is).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..criterion.cross_products import Criterion
from ..criterion.derivatives import template_weights
from ..criterion.pls import PLS
from . import scales
from .base import Covariance, Floats
from .chain import Chain, chain_of, on_parameters
from .criterion import Bounded, differences
from .newton import descend
from .parameters import Parameters

WIDEST = 60  # doublings of the distance from the estimate in search of an end
RELATIVE = 1e-10  # of an end
SMALLER = (1.0, 0.5)  # parts of sigma to search from too: where it competes with a structure, there are two minima


@dataclass(frozen=True)
class OnScales(Bounded):
    """The deviance, before sigma is profiled out, as a function of x (npar + 1,) but its entry `held`, at `value`."""

    pls: PLS
    held: int
    value: float
    chain: Chain | None = None  # of `pls`, where the filter answers

    @property
    def parameters(self) -> Parameters:
        return self.pls.structure.parameters

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        low, high = scales.bounds(self.parameters)
        low[-1] = 1e-300
        return np.delete(low, self.held), np.delete(high, self.held)

    def whole(self, free: Floats) -> Floats:
        """x (npar + 1,) of the others (npar,)."""
        return np.insert(free, self.held, self.value)

    def __call__(self, free: Floats) -> tuple[float, Floats]:
        """The deviance and its gradient (npar,). Raises `numpy.linalg.LinAlgError` where there is none."""
        x = self.whole(free)
        sigma, par = x[-1], scales.to_par(self.parameters, x)
        if not np.isfinite(par).all() or sigma * sigma <= 0.0:
            raise np.linalg.LinAlgError("the correlations are those of no matrix")
        n, s2 = self.pls.n, sigma * sigma
        (ldL2, _, pwrss), slope = self._by_matrices(x, s2) if self.chain is None else self._by_chain(par, s2)
        value = ldL2 - self.pls.log_weights + pwrss / s2 + n * math.log(2.0 * math.pi * s2)
        sd = np.r_[tuple(slice(own.start, own.start + each.n_sd) for each, own in self._terms)]
        slope[sd] /= sigma
        gradient = np.append(slope, 2.0 * (n - pwrss / s2) / sigma - slope[sd] @ x[sd] / sigma)
        return value, np.delete(gradient, self.held)

    @property
    def _terms(self) -> list[tuple[Covariance, slice]]:
        return list(zip(self.parameters.each, self.parameters.slices, strict=True))

    def _by_matrices(self, x: Floats, s2: float) -> tuple[Criterion, Floats]:
        """The criterion's parts, and the derivatives (npar,) of log|L|^2 + pwrss/s2 by standard deviations over sigma
        and correlations."""
        at, slope = self.pls.at(self.parameters.theta(scales.to_par(self.parameters, x))), np.empty(len(x) - 1)
        weights = template_weights(at, False, at.criterion.pwrss / s2)
        for members, F in zip(self.pls.structure.members, weights, strict=True):
            first = 0
            for i in members:
                each, own = self._terms[i]
                sd, cor = x[own][: each.n_sd] / x[-1], x[own][each.n_sd :]
                inside = slice(first, first + each.k)
                slope[own] = np.einsum("ab,iab->i", F[inside, inside], each.scale_first(sd, cor))
                first += each.k
        return at.criterion, slope

    def _by_chain(self, par: Floats, s2: float) -> tuple[Criterion, Floats]:
        """The same by the filter, of whose models these are the parameters."""
        assert self.chain is not None
        criterion, d_log_det, _, d_pwrss = self.chain.slopes(par)
        return criterion, d_log_det + d_pwrss / s2

    def hessian(self, par: Floats, free: np.ndarray) -> Floats:
        return differences(self, par, free, *self.bounds)


def variance_deviance(pls: PLS, held: int, x: Floats) -> Callable[[float], float]:
    """The least deviance as a function of entry `held` of x (npar + 1,), from x, where it is least; each search starts
    where the last one ended."""
    near = first = np.delete(x, held)
    chain = chain_of(pls)

    def deviance(value: float) -> float:
        nonlocal near
        of = OnScales(pls, held, value, chain)
        smaller = [np.append(first[:-1], part * first[-1]) for part in SMALLER] if held < len(x) - 1 else []
        found = min((descend(of, start) for start in (near, *smaller)), key=lambda point: point.value)
        near = found.par
        return found.value

    return deviance


def fixed_deviance(pls: PLS, j: int, par: Floats) -> Callable[[float], float]:
    """The least deviance as a function of fixed effect j, from par (npar,)."""
    column = pls.X[:, j]
    without = PLS.of(pls.structure, np.ascontiguousarray(np.delete(pls.X, j, axis=1)), pls.response, pls.weights,
                     pls.offset)
    near = par

    def deviance(value: float) -> float:
        nonlocal near
        found = descend(on_parameters(without.with_response(pls.response - column * value), False), near)
        near = found.par
        return found.value

    return deviance


def end(deviance: Callable[[float], float], least: float, at: float, step: float, z: float, bound: float) -> float:
    """Where, on the way from `at`, where the deviance is `least`, by first steps of `step`, it has risen by z²: or the
    bound, if it has not risen that far there; NaN where it never does."""
    from scipy.optimize import brentq

    def rise(value: float) -> float:
        try:
            return deviance(value) - least - z * z
        except np.linalg.LinAlgError:
            return math.inf

    inner, width = at, step
    for _ in range(WIDEST):
        outer = at + width
        beyond = outer >= bound if step > 0 else outer <= bound
        outer = bound if beyond else outer
        if (found := rise(outer)) >= 0.0:
            break
        if beyond:
            return bound
        inner, width = outer, 2.0 * width
    else:
        return math.nan
    if not math.isfinite(found):
        outer = inner + (outer - inner) * (1.0 - 1e-9)
    if found == 0.0:
        return outer
    return float(brentq(rise, inner, outer, xtol=RELATIVE * max(abs(at), abs(step)), rtol=RELATIVE))
