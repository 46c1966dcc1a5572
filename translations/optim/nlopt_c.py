"""NLopt's BOBYQA on compiled criteria, with no Python between optimizer and criterion.

A criterion is a C function of its variables and a pointer, which NLopt's own C functions call. Where these cannot be
reached, or nothing is compiled, `library` is None, and the optimizer calls back to Python, with the same result to the
bit.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from translations.arrays import Floats
from translations.lme4.control import LmerControl, stopping
from translations.lme4.criterion.objective import COMPILED, Objective


class Stop(NamedTuple):
    """Where BOBYQA stopped: theta (m,), the criterion there, NLopt's status (negative for a failure), evaluations."""

    theta: Floats
    value: float
    status: int
    evaluations: int


@cache
def library() -> ctypes.CDLL | None:
    """NLopt's C functions, which the Python package's extension module brings with it on some platforms only."""
    if not COMPILED:
        return None
    import nlopt

    pointer = ctypes.c_void_p
    try:
        found = ctypes.CDLL(nlopt._nlopt.__file__)
        found.nlopt_create.restype, found.nlopt_create.argtypes = pointer, [ctypes.c_int, ctypes.c_uint]
        for name in ("set_min_objective", "optimize"):
            getattr(found, f"nlopt_{name}").argtypes = [pointer] * 3
        for name in ("set_lower_bounds", "set_upper_bounds"):
            getattr(found, f"nlopt_{name}").argtypes = [pointer] * 2
        for name in ("destroy", "get_numevals"):
            getattr(found, f"nlopt_{name}").argtypes = [pointer]
        found.nlopt_set_maxeval.argtypes = [pointer, ctypes.c_int]
        for name in ("xtol_rel", "ftol_rel", "ftol_abs", "xtol_abs1"):
            getattr(found, f"nlopt_set_{name}").argtypes = [pointer, ctypes.c_double]
    except (OSError, AttributeError):
        return None
    return found


@dataclass(frozen=True)
class Minimizer:
    """A problem of NLopt's: the addresses of its `optimize` and of the problem, and the criterion that it minimizes."""

    optimize: int
    problem: int
    criterion: Any  # an Objective, whose attributes are declared for the C compiler

    def __call__(self, start: Floats) -> Stop:
        """From start (m,), as often as wanted."""
        theta = np.array(start, dtype=float)
        before = self.criterion.evaluations
        status, value = self.criterion.minimize(self.optimize, self.problem, theta)
        return Stop(theta, value, status, self.criterion.evaluations - before)


@contextmanager
def minimizer(
    criterion: Objective, lower: Floats, upper: Floats | None = None, control: LmerControl | None = None
) -> Iterator[Minimizer]:
    """What minimizes `criterion`, as often as it takes another response. Asks for `library()`; the bounds (m,) and
    settings are `optimize.bobyqa`'s.
    """
    import nlopt

    found: Any = library()
    problem = found.nlopt_create(nlopt.LN_BOBYQA, len(lower))
    try:
        found.nlopt_set_min_objective(problem, *criterion.objective())
        found.nlopt_set_lower_bounds(problem, np.ascontiguousarray(lower).ctypes.data)
        if upper is not None:
            found.nlopt_set_upper_bounds(problem, np.ascontiguousarray(upper).ctypes.data)
        for name, setting in stopping(control).items():
            set_it = getattr(found, f"nlopt_set_{'xtol_abs1' if name == 'xtol_abs' else name}")
            set_it(problem, int(setting) if name == "maxeval" else setting)
        yield Minimizer(ctypes.cast(found.nlopt_optimize, ctypes.c_void_p).value or 0, problem, criterion)
    finally:
        found.nlopt_destroy(problem)
