"""NLopt's BOBYQA on compiled criteria, with no Python between optimizer and criterion.

A criterion whose data lie in one flat work space is a C function of theta and a pointer; NLopt's own C functions call
it. Where these cannot be reached `library` is None, and the optimizer calls back to Python, with the same result to
the bit.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from .control import LmerControl, stopping
from .structure import Floats


@dataclass(frozen=True)
class Compiled:
    """The criterion of a work space: `value(theta, work)`, which Python calls, and `objective`, which NLopt can."""

    work: Floats
    value: Callable[[Floats, Floats], float]
    objective: Callable[..., float]

    def __call__(self, theta: Floats) -> float:
        return self.value(theta, self.work)

    def with_work(self, work: Floats) -> Compiled:
        return replace(self, work=work)


class Stop(NamedTuple):
    """Where BOBYQA stopped: theta (m,), the criterion there, NLopt's status (negative for a failure), evaluations."""

    theta: Floats
    value: float
    status: int
    evaluations: int


@cache
def library() -> ctypes.CDLL | None:
    """NLopt's C functions, which the Python package's extension module brings with it on some platforms only."""
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


@cache
def _address(objective: Callable[..., float]) -> tuple[Any, Any]:
    """Where `objective(m, x, gradient, work)` lies as a C function, and the function, which must stay alive."""
    from numba import cfunc, types

    numbers = types.CPointer(types.float64)
    compiled = cfunc(types.float64(types.uint32, numbers, numbers, types.voidptr), cache=True)(objective)
    return compiled.address, compiled


@contextmanager
def minimizer(
    criterion: Compiled, lower: Floats, upper: Floats | None = None, control: LmerControl | None = None
) -> Iterator[Callable[[Floats], Stop]]:
    """A function start (m,) -> Stop that minimizes `criterion`, as often as its work space is filled anew. Asks for
    `library()`; the bounds (m,) and settings are `optimize.bobyqa`'s.
    """
    import nlopt

    found: Any = library()
    problem = found.nlopt_create(nlopt.LN_BOBYQA, len(lower))
    try:
        found.nlopt_set_min_objective(problem, _address(criterion.objective)[0], criterion.work.ctypes.data)
        found.nlopt_set_lower_bounds(problem, np.ascontiguousarray(lower).ctypes.data)
        if upper is not None:
            found.nlopt_set_upper_bounds(problem, np.ascontiguousarray(upper).ctypes.data)
        for name, setting in stopping(control).items():
            set_it = getattr(found, f"nlopt_set_{'xtol_abs1' if name == 'xtol_abs' else name}")
            set_it(problem, int(setting) if name == "maxeval" else setting)
        value = ctypes.c_double()

        def minimize(start: Floats) -> Stop:
            theta = np.array(start, dtype=float)
            status = found.nlopt_optimize(problem, theta.ctypes.data, ctypes.addressof(value))
            return Stop(theta, value.value, status, found.nlopt_get_numevals(problem))

        yield minimize
    finally:
        found.nlopt_destroy(problem)
