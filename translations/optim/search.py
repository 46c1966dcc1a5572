# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""BOBYQA: minimization without derivatives subject to bounds, as NLopt and R's minqa run it.

M. J. D. Powell (2009), The BOBYQA algorithm for bound constrained optimization without derivatives, report DAMTP
2009/NA06.

A quadratic model interpolates the objective at npt points; what interpolation leaves open is settled by the least
Frobenius norm of the change of the second derivative (`quadratic`). Steps minimize the model in a trust region or
improve the points' geometry (`steps`). Both programs stop where the rounding of the objective tells them to, so that
points, stopping and sums are theirs, call for call and bit for bit. NLopt differs in where it starts (every variable's
first step from its bounds, to which the variables are then scaled), in that it stops by differences of the objective as
well, and in its last radius.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, sqrt
from cython.cimports.translations.optim.function import Function
from cython.cimports.translations.optim.rescue import Rescue
from cython.cimports.translations.optim.steps import cauchy_step, line_step, trust_step

GOES_ON = cython.declare(cython.Py_ssize_t, 0)
CONVERGED = cython.declare(cython.Py_ssize_t, 1)
BY_VALUE = cython.declare(cython.Py_ssize_t, 3)
BY_RADIUS = cython.declare(cython.Py_ssize_t, 4)
UPHILL = cython.declare(cython.Py_ssize_t, -41)
INFINITE = cython.declare(cython.Py_ssize_t, -43)


@cython.final
@cython.cclass
class Search(Rescue):
    """BOBYQA on functions of n variables with one pair of bounds, as often as wanted.

    as_nlopt: whether as NLopt runs it, with its tolerances xtol_rel, xtol (n,), ftol_rel, ftol_abs, or as minqa, from
    radius rhobeg to rhoend. rho: the lower limit of delta, which shrinks to `last`; errors: of the model at the last
    three points, latest first; doubts: steps in a row after which the interpolant of least norm had a much smaller
    gradient.
    """

    def __init__(self, lower, upper, npt, most):
        Rescue.__init__(self, lower, upper, npt, most)
        self.as_nlopt, self.rhobeg, self.rhoend = False, 1.0, 1e-6
        self.xtol = np.zeros(len(lower))

    def by_radii(self, first, last):
        """As minqa: from radius `first` to radius `last`."""
        self.as_nlopt, self.rhobeg, self.rhoend = False, first, last
        return self

    def by_tolerances(self, xtol_rel=0.0, xtol_abs=0.0, ftol_rel=0.0, ftol_abs=0.0):
        """As NLopt."""
        self.as_nlopt, self.xtol_rel, self.ftol_rel, self.ftol_abs = True, xtol_rel, ftol_rel, ftol_abs
        self.xtol[:] = xtol_abs
        return self

    def of(self, function: Function):
        """With another function to be minimized."""
        self.function = function
        return self

    def minimize(self, x: cython.double[::1]):
        """How the run from x (n,), which becomes the best point, ended; the least value; how many evaluations."""
        with cython.nogil:
            self.run(x)
        return self.status, self.least, self.evaluations

    def run(self, x: cython.double[::1]) -> cython.void:
        """`minimize`, for compiled code."""
        n = self.n
        self.evaluations = 0
        self.first = self._scaled(x) if self.as_nlopt else self.rhobeg
        self.last = self.xtol_rel * self.first if self.as_nlopt else self.rhoend
        for i in range(n):
            self.floor[i] = self.given_lower[i] / self.scale[i]
            self.ceiling[i] = self.given_upper[i] / self.scale[i]
            if self.floor[i] > self.ceiling[i]:
                self.floor[i], self.ceiling[i] = self.ceiling[i], self.floor[i]
            self.point[i] = x[i] / self.scale[i]
            if self.as_nlopt and self.last < self.xtol[i] / abs(self.scale[i]):
                self.last = self.xtol[i] / abs(self.scale[i])
        self.status = GOES_ON
        self.least = INFINITY
        if self._place_start():
            self._first_model()
            if self.status == GOES_ON:
                self._iterate()
        for i in range(n):
            x[i] = self.point[i] * self.scale[i]

    def _iterate(self) -> cython.void:
        """Iterate until rho has served at its last value, or the run ends otherwise."""
        self.error_1, self.error_2, self.error_3 = 0.0, 0.0, 0.0
        while True:
            square = trust_step(self, self.delta)
            length = sqrt(square)
            length = self.delta if self.delta <= length else length
            short: cython.bint = length < 0.5 * self.rho
            ratio: cython.double = 0.0
            served: cython.bint = False
            reach: cython.double = 10.0 * self.rho
            reach = reach * reach
            if short:
                served = self.evaluations > self.quiet_from + 2 and self._accurate()
            else:
                if square <= self.squared() * 0.001:
                    self.shift()
                beta = self.lagrange()
                j: cython.Py_ssize_t = self._leaving(beta, self.x, self.best)
                if j < 0:
                    if self._rescue() or self.status == GOES_ON:
                        continue
                    return
                denominator = beta * self.row_square(j) + self.values[j] * self.values[j]
                f = self._value(self.new)
                if self.status != GOES_ON:
                    self._end(self.status)
                    return
                before = self.f[self.best]
                predicted = self.change()
                self._note(f - before - predicted, length)
                if predicted >= 0.0:
                    self._end(UPHILL)
                    return
                ratio = (f - before) / predicted
                half = 0.5 * self.delta
                if ratio <= 0.1:
                    self.delta = half if half <= length else length
                else:
                    farther = length if ratio <= 0.7 else length + length
                    self.delta = half if half >= farther else farther
                if self.delta <= 1.5 * self.rho:
                    self.delta = self.rho
                if f < before:
                    other: cython.Py_ssize_t = self._leaving(beta, self.new, -1)
                    if other >= 0:
                        j = other
                        denominator = beta * self.row_square(j) + self.values[j] * self.values[j]
                self.update_inverse(j, beta, denominator)
                if not self._taken(j, f, f - before - predicted, before):
                    return
                self._doubt()
                if f <= before + 0.1 * predicted:
                    continue
                near = 2.0 * self.delta
                near = near * near
                reach = near if near >= reach else reach
            if not served:
                far: cython.Py_ssize_t = -1
                for k in range(self.npt):
                    apart = self.distance(k, self.x)
                    if apart > reach:
                        far = k
                        reach = apart
                if far >= 0:
                    apart = sqrt(reach)
                    if short:
                        self.delta = 0.1 * self.delta if 0.1 * self.delta <= 0.5 * apart else 0.5 * apart
                        if self.delta <= 1.5 * self.rho:
                            self.delta = self.rho
                    radius = 0.1 * apart if 0.1 * apart <= self.delta else self.delta
                    radius = radius if radius >= self.rho else self.rho
                    self._improve(far, radius, length)
                    if self.status != GOES_ON:
                        return
                    continue
                if not short and (ratio > 0.0 or (self.delta if self.delta >= length else length) > self.rho):
                    continue
            if self.rho <= self.last:
                self._finish(short)
                return
            self.delta = 0.5 * self.rho
            ratio = self.rho / self.last
            if ratio <= 16.0:
                self.rho = self.last
            elif ratio <= 250.0:
                self.rho = sqrt(ratio) * self.last
            else:
                self.rho = 0.1 * self.rho
            self.delta = self.delta if self.delta >= self.rho else self.rho
            self.quiet_from = self.evaluations

    def _finish(self, short: cython.bint) -> cython.void:
        """The end, with a last point that was too near to be tried."""
        if not short:
            self._end(CONVERGED)
            return
        f = self._value(self.new)
        if self.status != GOES_ON:
            self._end(self.status)
        elif f < self.f[self.best]:
            self.status = BY_RADIUS
            self.least = f
        else:
            self._end(BY_RADIUS)

    def _note(self, error: cython.double, length: cython.double) -> cython.void:
        """Remember by how much the model was wrong at a new point, after a trust region step of that length."""
        self.error_3, self.error_2, self.error_1 = self.error_2, self.error_1, abs(error)
        if length > self.rho:
            self.quiet_from = self.evaluations

    def _accurate(self) -> cython.bint:
        """Whether the model's recent errors are small against what a step of rho / 2 could gain: then rho has served.
        """
        error = self.error_1 if self.error_1 >= self.error_2 else self.error_2
        error = error if error >= self.error_3 else self.error_3
        if self.curvature > 0.0 and error > self.rho * 0.125 * self.rho * self.curvature:
            return False
        tolerance = error / self.rho
        for j in range(self.n):
            inward = tolerance
            if self.new[j] == self.lower[j]:
                inward = self.gradient[j]
            if self.new[j] == self.upper[j]:
                inward = -self.gradient[j]
            if inward < tolerance:
                bend: cython.double = self.Hess[j, j]
                for k in range(self.npt):
                    bend += self.pq[k] * (self.X[k, j] * self.X[k, j])
                inward += 0.5 * bend * self.rho
                if inward < tolerance:
                    return False
        return True

    def _leaving(self, beta: cython.double, centre: cython.double[::1], kept: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Which point, but `kept`, a new one should replace: far from the centre, its denominator large; -1 where
        rounding has ruined all of them.
        """
        square = self.delta * self.delta
        largest: cython.double = 0.0
        values: cython.double = 0.0
        found: cython.Py_ssize_t = -1
        for k in range(self.npt):
            if k == kept:
                continue
            own = self.values[k] * self.values[k]
            denominator = beta * self.row_square(k) + own
            weight = self.distance(k, centre) / square
            weight = weight * weight
            weight = 1.0 if 1.0 >= weight else weight
            if weight * denominator > largest:
                largest = weight * denominator
                found = k
            own = weight * own
            values = values if values >= own else own
        return -1 if largest <= 0.5 * values else found

    def _taken(
        self, j: cython.Py_ssize_t, f: cython.double, error: cython.double, before: cython.double
    ) -> cython.bint:
        """Put the new point into the model, H being updated; whether the run goes on."""
        if not self.absorb(j, f, error):
            self._end(INFINITE)
            return False
        if self.as_nlopt and f < before and before < INFINITY:
            change = abs(f - before)
            if change < self.ftol_abs or change < self.ftol_rel * (abs(f) + abs(before)) * 0.5:
                self._end(BY_VALUE)
                return False
        return True

    def _doubt(self) -> cython.void:
        """Replace the model by the interpolant of least Frobenius norm when that had the smaller gradient three times
        in a row.
        """
        n = self.n
        self.least_norm()
        own: cython.double = 0.0
        least: cython.double = 0.0
        for i in range(n):
            ours = self.g[i]
            theirs = self.gradient[i]
            if self.x[i] == self.lower[i]:
                ours = 0.0 if 0.0 <= ours else ours
                theirs = 0.0 if 0.0 <= theirs else theirs
            elif self.x[i] == self.upper[i]:
                ours = 0.0 if 0.0 >= ours else ours
                theirs = 0.0 if 0.0 >= theirs else theirs
            own += ours * ours
            least += theirs * theirs
        self.doubts = 0 if own < 10.0 * least else self.doubts + 1
        if self.doubts >= 3:
            for i in range(n):
                self.g[i] = self.gradient[i]
                for j in range(n):
                    self.Hess[i, j] = 0.0
            for k in range(self.npt):
                self.pq[k] = self.column[k]
            self.doubts = 0

    def _improve(self, j: cython.Py_ssize_t, radius: cython.double, length: cython.double) -> cython.void:
        """Move point j to where the interpolation conditions are better conditioned."""
        n = self.n
        if radius * radius <= self.squared() * 0.001:
            self.shift()
        while True:
            alpha = line_step(self, j, radius)
            square = cauchy_step(self, radius)
            for i in range(n):
                self.d[i] = self.new[i] - self.x[i]
            beta = self.lagrange()
            denominator = self.values[j] * self.values[j] + alpha * beta
            if denominator < square and square > 0.0:
                for i in range(n):
                    self.new[i] = self.other[i]
                    self.d[i] = self.new[i] - self.x[i]
                beta = self.lagrange()
                denominator = self.values[j] * self.values[j] + alpha * beta
            if not denominator <= 0.5 * (self.values[j] * self.values[j]):
                break
            if self._rescue() or self.status != GOES_ON:
                return
        f = self._value(self.new)
        if self.status != GOES_ON:
            self._end(self.status)
            return
        before = self.f[self.best]
        error = f - before - self.change()
        self._note(error, length)
        self.update_inverse(j, beta, denominator)
        self._taken(j, f, error, before)







