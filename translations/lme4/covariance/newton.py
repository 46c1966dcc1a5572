"""Newton's method within bounds, for the parameters of covariance structures.

A standard deviation of zero and a correlation at its bound are minima of their own kind, where the gradient need not
vanish: so parameters whose gradient points out of the bounds are held there, and Newton's method moves the others
(Bertsekas 1982, SIAM J. Control Optim. 20, 221-246).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .base import Floats
from .criterion import Bounded, OnParameters

TOLERANCE = 1e-9  # of the gradient, in the parameters' units (over sigma)
CONVERGED = 1e-11  # of the criterion: what Newton's step still promises, which knows no units
FLAT = 1e-10  # a curvature below this part of the largest
NOISE = 1e-9  # of the criterion: what is lower by less is no other minimum
INWARD = (0.02, 0.2, 1.0)  # from a bound, in search of what is lower
ITERATIONS = 200
LONGEST = 2.0  # a step's largest entry, in units of 1 or of the parameter where that is larger
RHO_STARTS = (0.6, -0.3)  # of correlations, beside lme4's 0: fractions of the way to a bound


@dataclass(frozen=True)
class Point:
    """Where a descent ended: par (npar,), the criterion, the largest projected gradient, by how much Newton's step
    promises to lower the criterion, and whether that is nothing."""

    par: Floats
    value: float
    largest: float
    promised: float

    @property
    def converged(self) -> bool:
        return self.largest <= TOLERANCE or self.promised <= CONVERGED * max(1.0, abs(self.value))


def minimum(of: OnParameters, start: Floats, further: list[Floats]) -> tuple[Point, int]:
    """The lowest of the minima that descents from `start` (npar,) and other starts meet, and how many these are."""
    found: list[Point] = []
    for each in [start, *_starts(of, start), *further]:
        try:
            found.append(descend(of, each))
        except np.linalg.LinAlgError:  # no criterion around there
            continue
    if found and any(each.NEWTON_ALONE for each in of.parameters.each):  # with several correlations, minima are many
        found += [descend(of, each) for each in _starts(of, min(found, key=lambda p: p.value).par)]
    if not found:
        raise np.linalg.LinAlgError(f"the penalized cross-product is not positive definite at {start}")
    best = min(found, key=lambda p: p.value)
    values = np.sort([p.value for p in found if p.converged])
    return best, 1 + int((np.diff(values) > NOISE * max(1.0, abs(best.value))).sum())


def _starts(of: OnParameters, start: Floats) -> Iterator[Floats]:
    """lme4's start with correlations elsewhere: what the criterion is in rho need not have one minimum."""
    finite = np.isfinite(of.parameters.lower) & np.isfinite(of.parameters.upper)
    for part in RHO_STARTS if finite.any() else ():
        yield np.where(finite, np.concatenate([each.elsewhere(part) for each in of.parameters.each]), start)


def descend(of: Bounded, start: Floats) -> Point:
    """Projected Newton steps from `start` (npar,) until neither the criterion nor its gradient gets smaller, and from
    beside a bound where that turns out to be lower: at a standard deviation of 0 the gradient is 0 whatever is there.
    """
    found = _descend(of, start)
    for _ in range(len(start)):
        inward = _inward(of, found)
        if inward is None:
            break
        other = _descend(of, inward)
        if other.value >= found.value - NOISE * max(1.0, abs(found.value)):
            break
        found = other
    return found


def _inward(of: Bounded, point: Point) -> Floats | None:
    """The parameters with one of those at their lower bound moved off it, where that lowers the criterion."""
    lower, _ = of.bounds
    for i in np.flatnonzero(point.par == lower):
        for by in INWARD:
            trial = point.par.copy()
            trial[i] += by
            try:
                if of(trial)[0] < point.value - NOISE * max(1.0, abs(point.value)):
                    return trial
            except np.linalg.LinAlgError:
                continue
    return None


def _descend(of: Bounded, start: Floats) -> Point:
    lower, upper = of.bounds
    x = of.canonical(np.clip(start, lower, upper))
    f, g = of(x)
    for _ in range(ITERATIONS):
        held = ((x <= lower) & (g > 0.0)) | ((x >= upper) & (g < 0.0))
        largest = float(np.abs(np.where(held, 0.0, g)).max(initial=0.0))
        if largest == 0.0:
            break
        for step in _steps(of, x, g, ~held):
            x_new, f_new, g_new = _search(of, x, f, g, step, lower, upper, 40 if largest > TOLERANCE else 1)
            if x_new is not x:
                break
        else:
            break
        if largest <= TOLERANCE and f_new > f - 1e-14 * abs(f) and np.abs(np.where(held, 0.0, g_new)).max() > largest:
            break
        x, f, g = x_new, f_new, g_new
        if (flipped := of.canonical(x)) is not x:
            x = flipped
            f, g = of(x)
    x, f, g = _snapped(of, x, f, g)
    free = ~(((x <= lower) & (g > 0.0)) | ((x >= upper) & (g < 0.0)))
    largest, promised = float(np.abs(np.where(free, g, 0.0)).max(initial=0.0)), 0.0
    if largest > TOLERANCE:
        values, vectors = np.linalg.eigh(of.hessian(x, free)[np.ix_(free, free)])
        along = vectors.T @ g[free]
        promised = 0.5 * float((along**2 / np.maximum(np.abs(values), FLAT * np.abs(values).max())).sum())
    return Point(x, f, largest, promised)


def _steps(of: Bounded, x: Floats, g: Floats, free: NDArray[np.bool_]) -> Iterator[Floats]:
    """Steps to try in turn: Newton's, with absolute values of the curvatures, and straight down the gradient."""
    H = of.hessian(x, free)[np.ix_(free, free)]
    values, vectors = np.linalg.eigh(H)
    floor = max(FLAT * float(np.abs(values).max()), 1e-300)
    units = np.maximum(1.0, np.abs(x[free]))
    for own in (-vectors @ ((vectors.T @ g[free]) / np.maximum(np.abs(values), floor)), -g[free]):
        step = np.zeros(len(x))
        step[free] = own / max(1.0, float((np.abs(own) / units).max()) / LONGEST)
        yield step


def _search(of: Bounded, x: Floats, f: float, g: Floats, step: Floats, lower: Floats, upper: Floats,
            trials: int) -> tuple[Floats, float, Floats]:
    """The first halved step, cut at the bounds, that lowers the criterion, or, where rounding hides that, the
    gradient."""
    noise = 1e-13 * max(1.0, abs(f))
    for _ in range(trials):
        there = np.clip(x + step, lower, upper)
        try:
            f_new, g_new = of(there)
        except np.linalg.LinAlgError:
            f_new, g_new = np.inf, g
        inside = (there > lower) & (there < upper)
        smaller = np.abs(np.where(inside, g_new, 0.0)).max() < np.abs(np.where(inside, g, 0.0)).max()
        if f_new < f - noise or (f_new <= f + noise and smaller):
            return there, f_new, g_new
        step = step / 2.0
    return x, f, g


def _snapped(of: Bounded, x: Floats, f: float, g: Floats) -> tuple[Floats, float, Floats]:
    """Parameters that came near a bound are put there where that leaves the criterion as low."""
    lower, upper = of.bounds
    snapped = np.where(x - lower < 1e-5, lower, np.where(upper - x < 1e-7, upper, x))
    if np.array_equal(snapped, x):
        return x, f, g
    f_new, g_new = of(snapped)
    return (snapped, f_new, g_new) if f_new <= f + 1e-12 * max(1.0, abs(f)) else (x, f, g)
