"""R's minqa::bobyqa: BOBYQA with minqa's defaults, messages and stopping.

lme4 refits by maximum likelihood with it, from where profiles start, so that steps and stopping are the original's
here, call for call (`search`). (`optimize.bobyqa` is NLopt's variant, which stops by other rules.)
"""
from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from translations.arrays import Floats

from .function import as_function
from .search import Search

MESSAGES = {
    0: "Normal exit from bobyqa",
    1: "bobyqa -- maximum number of function evaluations exceeded",
    3: "bobyqa -- a trust region step failed to reduce q",
    5: "bobyqa detected too much cancellation in denominator",
}


class BobyqaResult(NamedTuple):
    """The best point (n,), its value, how many evaluations it took, and minqa's error code (0: success) with its
    message."""

    x: Floats
    value: float
    evaluations: int
    code: int
    message: str


CODES = {1: 0, 4: 0, 5: 1, -41: 3, -42: 5, -43: 5}  # of `search`'s ways to end


def bobyqa(objective: Callable[[Floats], float], start: Floats, lower: Floats, upper: Floats | None = None,
           npt: int | None = None, rhobeg: float | None = None, rhoend: float | None = None,
           maxfun: int = 10000) -> BobyqaResult:
    """Minimize `objective` from `start` (n,) within `lower` and `upper` (n,). R: minqa::bobyqa, with its defaults.

    npt: number of interpolation points, brought into [n + 2, (n + 1)(n + 2) / 2], by default min(n + 2, 2n);
    rhobeg, rhoend: first and last trust region radius, by default min(0.95, max|start| / 5) and 1e-6 rhobeg. Raises
    ValueError for a start outside the bounds.
    """
    x = np.array(start, dtype=float)
    n = len(x)
    upper = np.full(n, np.inf) if upper is None else upper
    if (x < lower).any() or (x > upper).any():
        raise ValueError(f"the start {x} violates the bounds")
    npt = max(n + 2, min(min(n + 2, 2 * n) if npt is None else npt, (n + 1) * (n + 2) // 2))
    first = min(0.95, 0.2 * float(np.abs(x).max())) if rhobeg is None else rhobeg
    last = 1e-6 * first if rhoend is None else rhoend
    if not 0.0 < last <= first:
        raise ValueError(f"trust region radii must satisfy 0 < rhoend <= rhobeg, not {last} and {first}")
    if (upper - lower < 2.0 * first).any():
        first = 0.2 * float((upper - lower).min())
    function = as_function(objective, n)
    search = Search(lower, upper, npt, maxfun).by_radii(first, last).of(function)
    status, value, evaluations = search.minimize(x)
    function.check()
    code = CODES[status]
    return BobyqaResult(x, value, evaluations, code, MESSAGES[code])
