# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""Where BOBYQA begins: the problem's bounds and scale, its first radius, and the first model.

M. J. D. Powell (2009), The BOBYQA algorithm for bound constrained optimization without derivatives, report DAMTP
2009/NA06, section 2.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, sqrt
from cython.cimports.translations.optim.quadratic import Quadratic

GOES_ON = cython.declare(cython.Py_ssize_t, 0)
EXHAUSTED = cython.declare(cython.Py_ssize_t, 5)
STOPPED = cython.declare(cython.Py_ssize_t, -5)
TOO_CLOSE = cython.declare(cython.Py_ssize_t, -2)
TINY = cython.declare(cython.double, 2.2250738585072014e-308)


@cython.cclass
class Start(Quadratic):
    """A problem of n variables and its first model.

    function: what is minimized; given_lower, given_upper (n,): its bounds; scale (n,): what a variable is divided by
    here; floor, ceiling, point (n,): bounds and variables, divided; most, evaluations: how often the function may be
    asked, and was; first: the first radius; status: how the run ended; least: the least value.
    """

    def __init__(self, lower, upper, npt, most):
        n = len(lower)
        Quadratic.__init__(self, n, npt)
        self.given_lower, self.given_upper = np.array(lower, dtype=float), np.array(upper, dtype=float)
        rows: cython.double[:, ::1] = np.ones((4, n))
        self.floor, self.ceiling, self.scale, self.point = rows[0], rows[1], rows[2], rows[3]
        self.most, self.status = most, GOES_ON

    def _scaled(self, x: cython.double[::1]) -> cython.double:
        """NLopt's first steps, by which the variables are scaled where they differ; returns the first radius."""
        n = self.n
        alike: cython.bint = True
        for i in range(n):
            low = self.given_lower[i]
            high = self.given_upper[i]
            step: cython.double = INFINITY
            if high < INFINITY and low > -INFINITY and (high - low) * 0.25 < step and high > low:
                step = (high - low) * 0.25
            if high < INFINITY and high - x[i] < step and high > x[i]:
                step = (high - x[i]) * 0.75
            if low > -INFINITY and x[i] - low < step and low < x[i]:
                step = (x[i] - low) * 0.75
            if step == INFINITY:
                if high < INFINITY and abs(high - x[i]) < step:
                    step = (high - x[i]) * 1.1
                if low > -INFINITY and abs(x[i] - low) < abs(step):
                    step = (x[i] - low) * 1.1
            if abs(step) == INFINITY or abs(step) < TINY:
                step = x[i]
            if abs(step) == INFINITY or step == 0.0:
                step = 1.0
            self.scale[i] = step
            alike = alike and step == self.scale[0]
        first = self.scale[0]
        for i in range(n):
            self.scale[i] = 1.0 if alike or i == 0 else self.scale[i] / first
        return abs(first)

    def _place_start(self) -> cython.bint:
        """The start with every variable on a bound or the first radius away from it; whether they leave as much."""
        rho = self.first
        for i in range(self.n):
            width = self.ceiling[i] - self.floor[i]
            if width < rho + rho:
                self.status = TOO_CLOSE
                return False
            self.lower[i] = self.floor[i] - self.point[i]
            self.upper[i] = self.ceiling[i] - self.point[i]
            if self.lower[i] >= -rho:
                if self.lower[i] >= 0.0:
                    self.point[i] = self.floor[i]
                    self.lower[i] = 0.0
                    self.upper[i] = width
                else:
                    self.point[i] = self.floor[i] + rho
                    self.lower[i] = -rho
                    gap = self.ceiling[i] - self.point[i]
                    self.upper[i] = gap if gap >= rho else rho
            elif self.upper[i] <= rho:
                if self.upper[i] <= 0.0:
                    self.point[i] = self.ceiling[i]
                    self.lower[i] = -width
                    self.upper[i] = 0.0
                else:
                    self.point[i] = self.ceiling[i] - rho
                    gap = self.floor[i] - self.point[i]
                    self.lower[i] = gap if gap <= -rho else -rho
                    self.upper[i] = rho
        return True

    def _place(self, x: cython.double[::1]) -> cython.void:
        """x, relative to the origin, as the point: exactly on a bound where it is on one."""
        for i in range(self.n):
            there = self.base[i] + x[i]
            there = self.floor[i] if self.floor[i] >= there else there
            there = there if there <= self.ceiling[i] else self.ceiling[i]
            if x[i] == self.lower[i]:
                there = self.floor[i]
            if x[i] == self.upper[i]:
                there = self.ceiling[i]
            self.point[i] = there

    def _value(self, x: cython.double[::1]) -> cython.double:
        """The function at x, relative to the origin; without a value where the run is at its end."""
        if self.evaluations >= self.most:
            self.status = EXHAUSTED
            return 0.0
        self._place(x)
        for i in range(self.n):
            self.function.free[i] = self.point[i] * self.scale[i]
        self.evaluations += 1
        f = self.function.value()
        if self.function.stopped:
            self.status = STOPPED
        return f

    def _end(self, status: cython.Py_ssize_t) -> cython.void:
        """The best point that a model goes through is where the run ends."""
        self.status = status
        self._place(self.x)
        self.least = self.f[self.best]

    def _first_model(self) -> cython.void:
        """Interpolation at the start, at steps of rho along each axis, at second steps, and at pairs of steps (report,
        section 2).
        """
        n = self.n
        npt = self.npt
        rho = self.first
        square = rho * rho
        for i in range(n):
            self.base[i] = self.point[i]
            self.g[i] = 0.0
            self.x[i] = 0.0
            for j in range(n):
                self.Hess[i, j] = 0.0
        for k in range(npt + n):
            for i in range(n):
                self.B[k, i] = 0.0
        for k in range(npt):
            self.pq[k] = 0.0
            for c in range(self.rank):
                self.Z[k, c] = 0.0
            for i in range(n):
                self.X[k, i] = 0.0
        self.best = 0
        a: cython.Py_ssize_t = 0
        b: cython.Py_ssize_t = 0
        one: cython.double = 0.0
        two: cython.double = 0.0
        for k in range(npt):
            j = k - n - 1 if k > n else k - 1
            if k > 2 * n:
                around = (k - n - 1) // n
                b = k - around * n - n
                a = b + around
                if a > n:
                    a, b = b, a - n
                self.X[k, a - 1] = self.X[a, a - 1]
                self.X[k, b - 1] = self.X[b, b - 1]
            elif k > n:
                one = self.X[k - n, j]
                two = -rho
                if self.lower[j] == 0.0:
                    two = 2.0 * rho if 2.0 * rho <= self.upper[j] else self.upper[j]
                if self.upper[j] == 0.0:
                    two = -2.0 * rho if -2.0 * rho >= self.lower[j] else self.lower[j]
                self.X[k, j] = two
            elif k:
                one = -rho if self.upper[j] == 0.0 else rho
                self.X[k, j] = one
            f = self._value(self.X[k])
            if self.status != GOES_ON:
                break
            self.f[k] = f
            if f < self.f[self.best]:
                self.best = k
            if k > 2 * n:
                c = k - n - 1
                self.Z[0, c] = 1.0 / square
                self.Z[k, c] = 1.0 / square
                self.Z[a, c] = -1.0 / square
                self.Z[b, c] = -1.0 / square
                mixed = (self.f[0] - self.f[a] - self.f[b] + f) / (self.X[k, a - 1] * self.X[k, b - 1])
                self.Hess[a - 1, b - 1] = mixed
                self.Hess[b - 1, a - 1] = mixed
            elif k > n:
                slope = (f - self.f[0]) / two
                apart = two - one
                self.Hess[j, j] = 2.0 * (slope - self.g[j]) / apart
                self.g[j] = (self.g[j] * two - slope * one) / apart
                if one * two < 0.0 and f < self.f[k - n]:
                    self.f[k] = self.f[k - n]
                    self.f[k - n] = f
                    if self.best == k:
                        self.best = k - n
                    self.X[k - n, j] = two
                    self.X[k, j] = one
                self.B[0, j] = -(one + two) / (one * two)
                self.B[k, j] = -0.5 / self.X[k - n, j]
                self.B[k - n, j] = -self.B[0, j] - self.B[k, j]
                self.Z[0, j] = sqrt(2.0) / (one * two)
                self.Z[k, j] = sqrt(0.5) / square
                self.Z[k - n, j] = -self.Z[0, j] - self.Z[k, j]
            elif k:
                self.g[j] = (f - self.f[0]) / one
                if npt <= k + n:
                    self.B[0, j] = -1.0 / one
                    self.B[k, j] = 1.0 / one
                    self.B[npt + j, j] = -0.5 * square
        for i in range(n):
            self.x[i] = self.X[self.best, i]
        if self.status != GOES_ON:
            self._end(self.status)
        elif self.best:
            self.hessian_times(self.x, self.g)
        self.rho, self.delta, self.doubts = rho, rho, 0
        self.quiet_from = self.evaluations
        self.rescued_at = self.evaluations
