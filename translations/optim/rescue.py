# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""BOBYQA's rescue: H made anew where rounding has ruined its denominators.

M. J. D. Powell (2009), The BOBYQA algorithm for bound constrained optimization without derivatives, report DAMTP
2009/NA06, section 5.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import sqrt
from cython.cimports.translations.optim.start import Start

GOES_ON = cython.declare(cython.Py_ssize_t, 0)
EXHAUSTED = cython.declare(cython.Py_ssize_t, 5)
CANCELLED = cython.declare(cython.Py_ssize_t, -42)


@cython.cclass
class Rescue(Start):
    """A model that can be rescued.

    old (npt, n): the points before; p, q (npt,): axes of the new ones; replaced (npt,): which are new; one, two (n,):
    steps along the axes; distances (npt,): squares, of points that are not yet back; delta: the trust region's radius;
    quiet_from, rescued_at: evaluations before the last long step or change of rho, and before the last rescue.
    """

    def __init__(self, lower, upper, npt, most):
        Start.__init__(self, lower, upper, npt, most)
        rows: cython.double[:, ::1] = np.zeros((2 + npt, len(lower)))
        self.one, self.two, self.old, self.distances = rows[0], rows[1], rows[2:], np.zeros(npt)
        marks: cython.Py_ssize_t[:, ::1] = np.zeros((3, npt), np.intp)
        self.p, self.q, self.replaced = marks[0], marks[1], marks[2]

    def _rescue(self) -> cython.bint:
        """Rebuild H where rounding has ruined its denominators (report, section 5); whether points were replaced. Ends
        the run where nothing was evaluated since the last time.

        H is set up for points on the axes through the best point; the old points are reinstated one after the other
        where that leaves a good denominator, and the objective is evaluated at those of the new points that stay.
        """
        n = self.n
        if self.evaluations <= self.rescued_at:
            self._end(CANCELLED)
            return False
        self.quiet_from = self.evaluations
        best = self.best
        self._recentre()
        self._axis_points()
        self._reinstate()
        for k in range(self.npt):
            for i in range(n):
                self.X[k, i] = self.old[k, i]
        f_best = self.f[best]
        for k in range(self.npt):
            if self.replaced[k] and not self._replace(k, f_best):
                break
        if self.best != best:
            for i in range(n):
                self.x[i] = self.X[self.best, i]
        if self.status != GOES_ON:
            self._end(self.status)
            return False
        self.rescued_at = self.evaluations
        if self.evaluations == self.quiet_from:
            return False
        self.quiet_from = self.evaluations
        if self.best != best:
            self.hessian_times(self.x, self.g)
        return True

    def _recentre(self) -> cython.void:
        """Make the best point the origin, but for H, and keep the old points."""
        n = self.n
        total: cython.double = 0.0
        for k in range(self.npt):
            for i in range(n):
                self.X[k, i] -= self.x[i]
                self.old[k, i] = self.X[k, i]
            total += self.pq[k]
        for i in range(n):
            self.step[i] = 0.5 * total * self.x[i]
            for k in range(self.npt):
                self.step[i] += self.pq[k] * self.X[k, i]
        self.bend(self.step)
        for i in range(n):
            self.base[i] += self.x[i]
            self.lower[i] -= self.x[i]
            self.upper[i] -= self.x[i]
            self.x[i] = 0.0

    def _axis_points(self) -> cython.void:
        """Points at steps of delta from the origin along one axis or two, and H for these. Point k steps `one` along
        axis p_k - 1 and axis q_k - 1, where these are not 0, but `two` along the latter if there is no former.
        """
        n = self.n
        npt = self.npt
        for k in range(npt + n):
            for i in range(n):
                self.B[k, i] = 0.0
        for k in range(npt):
            self.p[k], self.q[k], self.replaced[k] = 0, 0, 1
            for c in range(self.rank):
                self.Z[k, c] = 0.0
        for j in range(n):
            a = self.delta if self.delta <= self.upper[j] else self.upper[j]
            b = -self.delta if -self.delta >= self.lower[j] else self.lower[j]
            if a + b < 0.0:
                a, b = b, a
            if abs(b) < 0.5 * abs(a):
                b = 0.5 * a
            self.one[j], self.two[j] = a, b
            k = j + 1
            second = k + n
            self.p[k] = j + 1
            if second < npt:
                self.q[second] = j + 1
                inverse = 1.0 / (a - b)
                self.B[k, j] = -inverse + 1.0 / a
                self.B[second, j] = inverse + 1.0 / b
                self.B[0, j] = -self.B[k, j] - self.B[second, j]
                self.Z[0, j] = sqrt(2.0) / abs(a * b)
                self.Z[k, j] = self.Z[0, j] * b * inverse
                self.Z[second, j] = -self.Z[0, j] * a * inverse
            else:
                self.B[0, j] = -1.0 / a
                self.B[k, j] = 1.0 / a
                self.B[npt + j, j] = -0.5 * (a * a)
        for k in range(2 * n + 1, npt):
            around = (k - n - 1) // n
            p = k - n - around * n
            q = p + around
            if q > n:
                q -= n
            self.p[k], self.q[k] = p, q
            inverse = 1.0 / (self.one[p - 1] * self.one[q - 1])
            c = k - n - 1
            self.Z[0, c] = inverse
            self.Z[p, c] = -inverse
            self.Z[q, c] = -inverse
            self.Z[k, c] = inverse

    def _offer(self, k: cython.Py_ssize_t) -> cython.void:
        """Put the new point k into X."""
        for i in range(self.n):
            self.X[k, i] = 0.0
        p, q = self.p[k], self.q[k]
        if p > 0:
            self.X[k, p - 1] = self.one[p - 1]
        if q > 0:
            self.X[k, q - 1] = self.one[q - 1] if p > 0 else self.two[q - 1]

    def _exchange(self, a: cython.Py_ssize_t, b: cython.Py_ssize_t) -> cython.void:
        """Exchange new points a and b, of which b is then an old one again."""
        for i in range(self.n):
            self.B[a, i], self.B[b, i] = self.B[b, i], self.B[a, i]
        for c in range(self.rank):
            self.Z[a, c], self.Z[b, c] = self.Z[b, c], self.Z[a, c]
        self.p[a], self.q[a], self.replaced[a] = self.p[b], self.q[b], self.replaced[b]
        self.replaced[b] = 0
        if self.replaced[a]:
            self._offer(a)
        self.distances[b] = 0.0
        for i in range(self.n):
            self.X[b, i] = self.old[b, i]

    def _reinstate(self) -> cython.void:
        """Put as many old points as possible back into H and X."""
        npt = self.npt
        penalty: cython.double = 0.0
        for k in range(npt):
            square: cython.double = 0.0
            for i in range(self.n):
                square += self.old[k, i] * self.old[k, i]
            self.distances[k] = square
            penalty = penalty if penalty >= square else square
            self._offer(k)
        self._exchange(0, self.best)
        left = npt - 1
        while left:
            nearest: cython.double = 0.0
            back: cython.Py_ssize_t = -1
            for k in range(npt):
                if self.distances[k] > 0.0 and (nearest == 0.0 or self.distances[k] < nearest):
                    back = k
                    nearest = self.distances[k]
            if nearest == 0.0:
                return
            for i in range(self.n):
                self.d[i] = self.old[back, i]
            beta = self.lagrange()
            largest: cython.double = 0.0
            values: cython.double = 0.0
            out: cython.Py_ssize_t = 0
            for k in range(npt):
                own = self.values[k] * self.values[k]
                if self.replaced[k]:
                    denominator = beta * self.row_square(k) + own
                    if denominator > largest:
                        out = k
                        largest = denominator
                values = values if values >= own else own
            if largest <= values * 0.01:
                self.distances[back] = -self.distances[back] - penalty  # tried again when another has come back
                continue
            self._exchange(out, back)
            self.values[out], self.values[back] = self.values[back], self.values[out]
            self.update_inverse(back, beta, largest)
            left -= 1
            for k in range(npt):
                self.distances[k] = abs(self.distances[k])

    def _replace(self, k: cython.Py_ssize_t, f_best: cython.double) -> cython.bint:
        """Evaluate the new point k, put it in its old one's place, and correct the model; whether the run goes on."""
        n = self.n
        if self.evaluations >= self.most:
            self.status = EXHAUSTED
            return False
        for j in range(n):
            weight: cython.double = self.pq[k] * self.X[k, j]
            for i in range(j + 1):
                self.Hess[i, j] += weight * self.X[k, i]
                self.Hess[j, i] = self.Hess[i, j]
        self.pq[k] = 0.0
        self._offer(k)
        p, q = self.p[k] - 1, self.q[k] - 1
        predicted: cython.double = f_best
        if p >= 0:
            predicted += self.X[k, p] * (self.g[p] + 0.5 * self.X[k, p] * self.Hess[p, p])
        if q >= 0:
            predicted += self.X[k, q] * (self.g[q] + 0.5 * self.X[k, q] * self.Hess[q, q])
            if p >= 0:
                predicted += self.X[k, p] * self.X[k, q] * self.Hess[p, q]
        for c in range(self.npt):
            along: cython.double = 0.0
            if p >= 0:
                along += self.X[k, p] * self.X[c, p]
            if q >= 0:
                along += self.X[k, q] * self.X[c, q]
            predicted += 0.5 * self.pq[c] * along * along
        f = self._value(self.X[k])
        self.f[k] = f
        if f < self.f[self.best]:
            self.best = k
        if self.status != GOES_ON:
            return False
        error = f - predicted
        for i in range(n):
            self.g[i] += error * self.B[k, i]
        for c in range(self.npt):
            weight = 0.0
            for j in range(self.rank):
                weight += self.Z[c, j] * self.Z[k, j]
            weight = error * weight
            if not self.replaced[c]:
                self.pq[c] += weight
                continue
            p, q = self.p[c] - 1, self.q[c] - 1
            if p >= 0:
                self.Hess[p, p] += weight * (self.one[p] * self.one[p])
            if q >= 0:
                own = self.one[q] if p >= 0 else self.two[q]
                self.Hess[q, q] += weight * (own * own)
                if p >= 0:
                    self.Hess[p, q] += weight * self.one[p] * self.one[q]
                    self.Hess[q, p] = self.Hess[p, q]
        self.replaced[k] = 0
        return True
