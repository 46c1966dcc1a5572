# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The walk of Nelder and Mead's simplex, see `nelder_mead`, on compiled functions without Python in between."""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, fabs
from cython.cimports.translations.optim.function import Function

SAME = cython.declare(cython.double, 1e-13)  # coordinates that differ by less, relative to their sizes, are one
CONVERGED = cython.declare(cython.Py_ssize_t, 0)
EXCEEDED = cython.declare(cython.Py_ssize_t, 4)
STOPPED = cython.declare(cython.Py_ssize_t, -1)


@cython.final
@cython.cclass
class Simplex:
    """A simplex `points` (n + 1, n) within bounds, on a function.

    maxfun: evaluations after which, and one more, it gives up (0: never). `minimize` walks until no vertex is farther
    than `tolerance` (n,) from the centroid of the side opposite the worst, in any coordinate.
    """

    def __init__(self, points, tolerance, lower, upper, maxfun, function: Function):
        self.points, self.tolerance = np.ascontiguousarray(points, dtype=float), np.array(tolerance, dtype=float)
        self.lower, self.upper = np.array(lower, dtype=float), np.array(upper, dtype=float)
        self.n, self.maxfun, self.function = self.tolerance.shape[0], maxfun, function
        self.values, self.centre, self.trial = np.zeros(self.n + 1), np.zeros(self.n), np.zeros(self.n)
        self.further, self.best = np.zeros(self.n), np.array(self.points[0])
        self.evaluations, self.least, self.low, self.high = 0, INFINITY, 0, 0

    def minimize(self):
        """The best point (n,), its value, the evaluations, and a code: 0, 4 where these did not suffice, -1 where the
        function stopped the walk.
        """
        code: cython.Py_ssize_t
        with cython.nogil:
            code = self.run()
        return np.array(self.best), self.least, self.evaluations, code

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _ask(self, x: cython.double[::1]) -> cython.double:
        j: cython.Py_ssize_t
        f: cython.double
        for j in range(self.n):
            self.function.free[j] = x[j]
        f = self.function.value()
        self.evaluations += 1
        if f < self.least:
            self.least = f
            for j in range(self.n):
                self.best[j] = x[j]
        return f

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _over(self) -> cython.bint:
        return self.function.stopped or (self.maxfun > 0 and self.evaluations > self.maxfun)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _towards(
        self, centre: cython.double[::1], scale: cython.double, old: cython.double[::1], new: cython.double[::1]
    ) -> cython.bint:
        """The point `scale` times as far on the other side of the centre; False where it coincides with either."""
        j: cython.Py_ssize_t
        x: cython.double
        at_centre: cython.bint = True
        at_old: cython.bint = True
        for j in range(self.n):
            x = centre[j] + scale * (centre[j] - old[j])
            x = self.lower[j] if x < self.lower[j] else self.upper[j] if x > self.upper[j] else x
            new[j] = x
            if not fabs(x - centre[j]) <= SAME * (fabs(x) + fabs(centre[j])):
                at_centre = False
            if not fabs(x - old[j]) <= SAME * (fabs(x) + fabs(old[j])):
                at_old = False
        return not (at_centre or at_old)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _put(self, i: cython.Py_ssize_t, x: cython.double[::1], value: cython.double) -> cython.void:
        j: cython.Py_ssize_t
        for j in range(self.n):
            self.points[i, j] = x[j]
        self.values[i] = value

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _small(self) -> cython.bint:
        """Which vertices are the lowest and the highest, the centroid opposite that, and whether the simplex is small.

        The centroid is summed in the original's order.
        """
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        total: cython.double
        widest: cython.double
        small: cython.bint = True
        self.low = self.high = 0
        for i in range(1, self.n + 1):
            if self.values[i] < self.values[self.low]:
                self.low = i
            if self.values[i] > self.values[self.high]:
                self.high = i
        for j in range(self.n):
            total = self.points[0, j]
            for i in range(1, self.n + 1):
                total += self.points[i, j]
            self.centre[j] = (total - self.points[self.high, j]) / self.n
            widest = 0.0
            for i in range(self.n + 1):
                if fabs(self.points[i, j] - self.centre[j]) > widest:
                    widest = fabs(self.points[i, j] - self.centre[j])
            if not (widest < self.tolerance[j] or widest == 0.0):
                small = False
        return small

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def run(self) -> cython.Py_ssize_t:
        """The walk, for compiled code; its code."""
        i: cython.Py_ssize_t
        f: cython.double
        g: cython.double
        worst: cython.double[::1]
        for i in range(self.n + 1):
            self.values[i] = self._ask(self.points[i])
            if self._over():
                return STOPPED if self.function.stopped else EXCEEDED
        while not self._small():
            worst = self.points[self.high]
            if not self._towards(self.centre, 1.0, worst, self.trial):
                return CONVERGED
            f = self._ask(self.trial)
            if self._over():
                break
            if f < self.values[self.low]:
                if not self._towards(self.centre, 2.0, worst, self.further):
                    return CONVERGED
                g = self._ask(self.further)
                if self._over():
                    break
                if g < self.values[self.high]:
                    self._put(self.high, self.further, g)
                else:
                    self._put(self.high, self.trial, f)
            elif f < self.values[self.high]:
                self._put(self.high, self.trial, f)
            else:
                if not self._towards(self.centre, -0.5, worst, self.further):
                    return CONVERGED
                g = self._ask(self.further)
                if self._over():
                    break
                if g < f and g < self.values[self.high]:
                    self._put(self.high, self.further, g)
                    continue
                for i in range(self.n + 1):
                    if i != self.low:
                        if not self._towards(self.points[self.low], -0.5, self.points[i], self.trial):
                            return CONVERGED
                        self._put(i, self.trial, self.values[i])
                for i in range(self.n + 1):
                    self.values[i] = self._ask(self.points[i])
                    if self._over():
                        return STOPPED if self.function.stopped else EXCEEDED
        else:
            return CONVERGED
        return STOPPED if self.function.stopped else EXCEEDED
