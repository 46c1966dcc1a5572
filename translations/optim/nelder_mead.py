"""Nelder and Mead's simplex within bounds, as lme4 runs it.

J. A. Nelder & R. Mead (1965), A simplex method for function minimization, Computer Journal 7, 308-313; points beyond a
bound are put on it, after J. A. Richardson & J. L. Kuester (1973), Communications of the ACM 16, 487-489.

lme4's variant of NLopt's, step for step: it stops by the size of the simplex alone, takes an expansion that is better
than the worst vertex (not only one better than the reflection), and evaluates the best vertex again after a shrink.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from translations.arrays import Floats

from .function import as_function
from .simplex import Simplex

SAME = 1e-13  # coordinates that differ by less, relative to their sizes, are one
CONVERGED = "parameter values converged to within tolerance"


class NelderMeadResult(NamedTuple):
    """The best point (n,), its value, how many evaluations it took, and lme4's code (0: success) with its message."""

    x: Floats
    value: float
    evaluations: int
    code: int
    message: str


def nelder_mead(
    objective: Callable[[Floats], float],
    start: Floats,
    lower: Floats,
    upper: Floats | None = None,
    xst: Floats | float = 0.02,
    xt: Floats | float | None = None,
    maxfun: int = 10000,
) -> NelderMeadResult:
    """Minimize `objective` from `start` (n,) within `lower` and `upper` (n,). R: lme4::Nelder_Mead, with its defaults.

    xst (n,): the first simplex's sides along the axes. xt (n,): the search ends when no vertex is farther than that
    from the centroid of the side opposite the worst one, in any coordinate; by default 5e-4 of `xst`. As in R the
    search ends after `maxfun` evaluations (0: no limit) and one more. Raises ValueError for a start outside the bounds,
    and for settings of another length or not positive.
    """
    x, n = np.array(start, dtype=float), len(start)
    lower, upper = np.asarray(lower, dtype=float), np.full(n, np.inf) if upper is None else np.asarray(upper, float)
    if (x < lower).any() or (x > upper).any():
        raise ValueError(f"the start {x} violates the bounds")
    steps = _one_each("xst", xst, n)
    tolerance = steps * 5e-4 if xt is None else _one_each("xt", xt, n)
    function = as_function(objective, n)
    walk = Simplex(_first(x, steps, lower, upper), tolerance, lower, upper, int(maxfun), function)
    best, value, evaluations, code = walk.minimize()
    function.check()
    message = CONVERGED if code == 0 else f"failure to converge in {maxfun:.0f} evaluations"
    return NelderMeadResult(best, value, evaluations, code, message)


def _one_each(name: str, values: Floats | float, n: int) -> Floats:
    given = np.asarray(values, dtype=float)
    if given.ndim and given.shape != (n,) or not (given > 0).all():
        raise ValueError(f"{name} must be one positive number, or {n} of them, one a parameter; not {values!r}")
    return np.broadcast_to(given, n)


def _first(x: Floats, steps: Floats, lower: Floats, upper: Floats) -> Floats:
    """The first simplex (n + 1, n): x, and a step along each axis, inward where a bound is in the way."""
    points = np.tile(x, (len(x) + 1, 1))
    for i, (at, step, low, high) in enumerate(zip(*(a.tolist() for a in (x, steps, lower, upper)), strict=True)):
        to, above, below = at + step, high - at, at - low
        if to > high:
            to = high if above > 0.1 * step else at - step
        if to < low:
            to = low if below > 0.1 * step else at + step
            if to > high:
                to = 0.5 * ((high if above > below else low) + at)
        if abs(to - at) <= SAME * (abs(to) + abs(at)):
            raise ValueError(f"no feasible simplex: parameter {i + 1} has no room between its bounds")
        points[i + 1, i] = to
    return points
