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

from translations.lme4.criterion.derivatives import template_weights
from translations.lme4.criterion.pls import PLS

from . import scales
from .base import Floats
from .chain import on_parameters
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
        at, n = self.pls.at(self.parameters.theta(par)), self.pls.n
        parts, s2 = at.criterion, sigma * sigma
        value = parts.ldL2 - self.pls.log_weights + parts.pwrss / s2 + n * math.log(2.0 * math.pi * s2)
        weights = template_weights(at, False, parts.pwrss / s2)
        gradient = np.empty(len(x))
        gradient[-1] = 2.0 * (n - parts.pwrss / s2) / sigma
        for members, F in zip(self.pls.structure.members, weights, strict=True):
            first = 0
            for i in members:
                each, own = self.parameters.each[i], self.parameters.slices[i]
                n_sd = each.n_sd
                sd, cor = x[own][:n_sd] / sigma, x[own][n_sd:]
                inside = slice(first, first + each.k)
                slope = np.einsum("ab,iab->i", F[inside, inside], each.scale_first(sd, cor))
                gradient[own] = np.append(slope[:n_sd] / sigma, slope[n_sd:])
                gradient[-1] -= slope[:n_sd] @ sd / sigma
                first += each.k
        return value, np.delete(gradient, self.held)

    def hessian(self, par: Floats, free: np.ndarray) -> Floats:
        return differences(self, par, free, *self.bounds)


def variance_deviance(pls: PLS, held: int, x: Floats) -> Callable[[float], float]:
    """The least deviance as a function of entry `held` of x (npar + 1,), from x, where it is least; each search starts
    where the last one ended."""
    near = first = np.delete(x, held)

    def deviance(value: float) -> float:
        nonlocal near
        of = OnScales(pls, held, value)
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
