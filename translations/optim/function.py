# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""A function as a compiled optimizer sees it, and one that calls back to Python."""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import NAN


@cython.cclass
class Function:
    """A function of the variables `free` (at least m,).

    evaluations: how often it was asked; failed: whether it could not be computed at some of them; stopped: whether the
    optimizer is to give up at once. Those who inherit define `value`.
    """

    def value(self) -> cython.double:
        """The function at `free`."""
        return NAN

    def check(self):
        """Raise what was raised when an optimizer asked for the function."""


@cython.final
@cython.cclass
class Called(Function):
    """A Python function of an array (m,); what it raises stops the optimizer and is in `error` then."""

    function: object
    error: object

    def __init__(self, function, m):
        self.free, self.function, self.error = np.zeros(m), function, None
        self.evaluations, self.failed, self.stopped = 0, False, False

    def value(self) -> cython.double:
        with cython.gil:
            return self._ask()

    def _ask(self) -> cython.double:
        self.evaluations += 1
        try:
            return float(self.function(np.array(self.free)))
        except BaseException as error:  # raised again once the optimizer has returned
            self.error, self.stopped = error, True
        return NAN

    def check(self):
        """Raise what was raised when an optimizer asked for the function."""
        if self.error is not None:
            raise self.error


def as_function(function, m):
    """A `Function` as it is, and a Python function of an array (m,) as one."""
    return function if isinstance(function, Function) else Called(function, m)
