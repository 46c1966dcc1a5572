# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""The quadratic model of BOBYQA, and the inverse H of the matrix of its interpolation conditions.

M. J. D. Powell (2009), The BOBYQA algorithm for bound constrained optimization without derivatives, report DAMTP
2009/NA06, and, for the updating of H, M. J. D. Powell (2006), The NEWUOA software for unconstrained optimization
without derivatives.

Every sum is taken term by term in the order of Powell's programs: near the optimum the model lives on differences in
the objective's last digits, so that another order ends elsewhere.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, sqrt


@cython.cclass
class Quadratic:
    """A model of a function of n variables through npt points.

    base (n,): the origin; lower, upper (n,): the bounds from there; X (npt, n): the points from there; f (npt,): the
    values; best: which is best, x (n,); g (n,): the model's gradient there; Hess (n, n), explicit, and pq (npt,),
    implicit second derivatives (sum_k pq_k x_k x_k'); Z (npt, rank) with H's leading block ZZ'; B (npt + n, n): H's
    last columns. d (n,): the step from x, and new (n,) where it leads; values (npt + n,): H times w of that step, the
    first of them the values of the Lagrange functions there; along (npt,) = X d. gradient (n,): the one at `new`;
    fixed (n,): -1 and 1 for variables that a step holds at a bound. The rest is workspace of the steps.
    """

    def __init__(self, n, npt):
        self.n, self.npt, self.rank = n, npt, npt - n - 1
        # Parts of few arrays: to make one takes as long as some of a fit's steps.
        short: cython.double[:, ::1] = np.zeros((15 + 2 * npt + 2 * n, n))
        self.base, self.lower, self.upper, self.x, self.g = short[0], short[1], short[2], short[3], short[4]
        self.d, self.new, self.gradient, self.fixed, self.s = short[5], short[6], short[7], short[8], short[9]
        self.Hs, self.Hd, self.other, self.slope, self.step = short[10], short[11], short[12], short[13], short[14]
        self.X, self.B = short[15 : 15 + npt], short[15 + npt : 15 + 2 * npt + n]
        self.Hess, self.Z = short[15 + 2 * npt + n :], np.zeros((npt, self.rank))
        long: cython.double[:, ::1] = np.zeros((6, npt + n))
        self.f, self.pq, self.along = long[0, :npt], long[1, :npt], long[2, :npt]
        self.column, self.values, self.w = long[3, :npt], long[4], long[5]

    def squared(self) -> cython.double:
        """The square of x's distance from the origin."""
        total: cython.double = 0.0
        for i in range(self.n):
            total += self.x[i] * self.x[i]
        return total

    def row_square(self, k: cython.Py_ssize_t) -> cython.double:
        """Point k's diagonal entry of ZZ'."""
        total: cython.double = 0.0
        for c in range(self.rank):
            total += self.Z[k, c] * self.Z[k, c]
        return total

    def distance(self, k: cython.Py_ssize_t, x: cython.double[::1]) -> cython.double:
        """The square of point k's distance from x (n,)."""
        total: cython.double = 0.0
        for i in range(self.n):
            apart = self.X[k, i] - x[i]
            total += apart * apart
        return total

    def hessian_times(self, v: cython.double[::1], out: cython.double[::1]) -> cython.void:
        """Add the second derivatives times v (n,) to out (n,)."""
        for i in range(self.n):
            total: cython.double = out[i]
            for j in range(self.n):
                total += self.Hess[i, j] * v[j]
            out[i] = total
        for k in range(self.npt):
            if self.pq[k] != 0.0:
                total = 0.0
                for j in range(self.n):
                    total += self.X[k, j] * v[j]
                total *= self.pq[k]
                for i in range(self.n):
                    out[i] += total * self.X[k, i]

    def bend(self, v: cython.double[::1]) -> cython.void:
        """Add v x' + x v' to the explicit second derivatives, v being (n,)."""
        for j in range(self.n):
            for i in range(j + 1):
                self.Hess[i, j] = self.Hess[i, j] + v[i] * self.x[j] + v[j] * self.x[i]
                self.Hess[j, i] = self.Hess[i, j]

    def shift(self) -> cython.void:
        """Make the best point the origin: points close together and far from the origin lose digits."""
        n, npt = self.n, self.npt
        square = self.squared()
        quarter = square * 0.25
        pq_total: cython.double = 0.0
        for k in range(npt):
            pq_total += self.pq[k]
            inner: cython.double = -0.5 * square
            for i in range(n):
                inner += self.X[k, i] * self.x[i]
            self.w[k] = inner
            rest = quarter - 0.5 * inner
            for i in range(n):
                self.step[i] = inner * self.X[k, i] + rest * self.x[i]
                for j in range(i + 1):
                    self.B[npt + i, j] = self.B[npt + i, j] + self.B[k, i] * self.step[j] + self.step[i] * self.B[k, j]
        for c in range(self.rank):
            z_total: cython.double = 0.0
            w_total: cython.double = 0.0
            for k in range(npt):
                z_total += self.Z[k, c]
                self.values[k] = self.w[k] * self.Z[k, c]
                w_total += self.values[k]
            for j in range(n):
                total: cython.double = (quarter * z_total - 0.5 * w_total) * self.x[j]
                for k in range(npt):
                    total += self.values[k] * self.X[k, j]
                self.step[j] = total
                for k in range(npt):
                    self.B[k, j] += total * self.Z[k, c]
            for i in range(n):
                for j in range(i + 1):
                    self.B[npt + i, j] += self.step[i] * self.step[j]
        for j in range(n):
            self.step[j] = -0.5 * pq_total * self.x[j]
            for k in range(npt):
                self.step[j] += self.pq[k] * self.X[k, j]
                self.X[k, j] -= self.x[j]
        for j in range(n):
            for i in range(j + 1):
                self.Hess[i, j] = self.Hess[i, j] + self.step[i] * self.x[j] + self.x[i] * self.step[j]
                self.Hess[j, i] = self.Hess[i, j]
                self.B[npt + i, j] = self.B[npt + j, i]
        for i in range(n):
            self.base[i] += self.x[i]
            self.new[i] -= self.x[i]
            self.lower[i] -= self.x[i]
            self.upper[i] -= self.x[i]
            self.x[i] = 0.0

    def lagrange(self) -> cython.double:
        """Fill `values` and `along` for the step d from x; returns beta."""
        n, npt = self.n, self.npt
        for k in range(npt):
            total: cython.double = 0.0
            along: cython.double = 0.0
            there: cython.double = 0.0
            for j in range(n):
                along += self.X[k, j] * self.d[j]
                there += self.X[k, j] * self.x[j]
                total += self.B[k, j] * self.d[j]
            self.w[k] = along * (0.5 * along + there)
            self.values[k] = total
            self.along[k] = along
        beta: cython.double = 0.0
        for c in range(self.rank):
            total = 0.0
            for k in range(npt):
                total += self.Z[k, c] * self.w[k]
            beta -= total * total
            for k in range(npt):
                self.values[k] += total * self.Z[k, c]
        dd: cython.double = 0.0
        bent: cython.double = 0.0
        dx: cython.double = 0.0
        for j in range(n):
            dd += self.d[j] * self.d[j]
            total = 0.0
            for k in range(npt):
                total += self.w[k] * self.B[k, j]
            bent += total * self.d[j]
            for i in range(n):
                total += self.B[npt + j, i] * self.d[i]
            self.values[npt + j] = total
            bent += total * self.d[j]
            dx += self.d[j] * self.x[j]
        self.values[self.best] += 1.0
        return dx * dx + dd * (self.squared() + dx + dx + 0.5 * dd) + beta - bent

    def update_inverse(self, j: cython.Py_ssize_t, beta: cython.double, denominator: cython.double) -> cython.void:
        """H with point j replaced by the one whose `values` and beta are given (NEWUOA paper, section 4)."""
        n, npt = self.n, self.npt
        least: cython.double = 0.0
        for k in range(npt):
            for c in range(self.rank):
                size = abs(self.Z[k, c])
                least = least if least >= size else size
        least *= 1e-20
        for c in range(1, self.rank):
            if abs(self.Z[j, c]) > least:
                root = sqrt(self.Z[j, 0] * self.Z[j, 0] + self.Z[j, c] * self.Z[j, c])
                cos = self.Z[j, 0] / root
                sin = self.Z[j, c] / root
                for k in range(npt):
                    turned = cos * self.Z[k, 0] + sin * self.Z[k, c]
                    self.Z[k, c] = cos * self.Z[k, c] - sin * self.Z[k, 0]
                    self.Z[k, 0] = turned
            self.Z[j, c] = 0.0
        for k in range(npt):
            self.w[k] = self.Z[j, 0] * self.Z[k, 0]
        alpha = self.w[j]
        tau = self.values[j]
        self.values[j] -= 1.0
        root = sqrt(denominator)
        by = self.Z[j, 0] / root
        own = tau / root
        for k in range(npt):
            self.Z[k, 0] = own * self.Z[k, 0] - by * self.values[k]
        for c in range(n):
            self.w[npt + c] = self.B[j, c]
            first = (alpha * self.values[npt + c] - tau * self.w[npt + c]) / denominator
            second = (-beta * self.w[npt + c] - tau * self.values[npt + c]) / denominator
            for k in range(npt + c + 1):
                self.B[k, c] = self.B[k, c] + first * self.values[k] + second * self.w[k]
            for k in range(c + 1):
                self.B[npt + c, k] = self.B[npt + k, c]

    def change(self) -> cython.double:
        """The model's change over the step d from x, whose `along` is known."""
        total: cython.double = 0.0
        for j in range(self.n):
            total += self.d[j] * self.g[j]
            for i in range(j + 1):
                product = self.d[i] * self.d[j]
                if i == j:
                    product = 0.5 * product
                total += self.Hess[i, j] * product
        for k in range(self.npt):
            total += 0.5 * self.pq[k] * (self.along[k] * self.along[k])
        return total

    def absorb(self, j: cython.Py_ssize_t, f: cython.double, error: cython.double) -> cython.bint:
        """Put `new`, where the function is f, in the place of point j, after H was updated, and correct the model,
        which was wrong by `error`; returns whether H is finite.
        """
        n, npt = self.n, self.npt
        for i in range(n):
            weight = self.pq[j] * self.X[j, i]
            for c in range(i + 1):
                self.Hess[c, i] += weight * self.X[j, c]
                self.Hess[i, c] = self.Hess[c, i]
        self.pq[j] = 0.0
        for c in range(self.rank):
            weight = error * self.Z[j, c]
            for k in range(npt):
                self.pq[k] += weight * self.Z[k, c]
        better: cython.bint = f < self.f[self.best]
        self.f[j] = f
        for i in range(n):
            self.X[j, i] = self.new[i]
            self.step[i] = self.B[j, i]
        for k in range(npt):
            own: cython.double = 0.0
            for c in range(self.rank):
                own += self.Z[j, c] * self.Z[k, c]
            if own == INFINITY or own == -INFINITY:
                return False
            there: cython.double = 0.0
            for i in range(n):
                there += self.X[k, i] * self.x[i]
            weight = own * there
            for i in range(n):
                self.step[i] += weight * self.X[k, i]
        for i in range(n):
            self.g[i] += error * self.step[i]
        if better:
            self.best = j
            for i in range(n):
                self.x[i] = self.new[i]
            self.hessian_times(self.d, self.g)
        return True

    def least_norm(self) -> cython.void:
        """The interpolant of least Frobenius norm: its gradient at x into `gradient`, its pq into `column`."""
        n, npt = self.n, self.npt
        for k in range(npt):
            self.values[k] = self.f[k] - self.f[self.best]
            self.column[k] = 0.0
        for c in range(self.rank):
            total: cython.double = 0.0
            for k in range(npt):
                total += self.Z[k, c] * self.values[k]
            for k in range(npt):
                self.column[k] += total * self.Z[k, c]
        for k in range(npt):
            total = 0.0
            for j in range(n):
                total += self.X[k, j] * self.x[j]
            self.w[k] = total * self.column[k]
        for i in range(n):
            total = 0.0
            for k in range(npt):
                total = total + self.B[k, i] * self.values[k] + self.X[k, i] * self.w[k]
            self.gradient[i] = total
