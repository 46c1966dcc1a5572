# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Gradient and Hessian of a generalized linear mixed model's criterion, exactly, for families without a dispersion.

With h(u) the penalized deviance, u its minimum and A = U'WU + I, Laplace's criterion is h(u) + log |A|. Its
derivatives need those of u, of one solve a parameter (implicit differentiation; a second derivative of u is met by one
adjoint solve), and the entries of A's inverse on the pattern of its Cholesky factor L, with what they change by when a
parameter moves.  Source: Takahashi, Fagan & Chen (1973) for these entries; Kristensen et al. (2016), JSS 70(5), 2.1,
for the rest.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import fabs, isfinite
from cython.cimports.translations.lme4.glmer.curves import second, third
from cython.cimports.translations.lme4.glmer.laplace import Laplace

TINY = cython.declare(cython.double, 2.220446049250313e-16)
MOST = cython.declare(cython.Py_ssize_t, 30)
NEAR = cython.declare(cython.double, 1e-8)  # a step of the modes, whose square is lost in rounding


@cython.cclass
class Curvature(Laplace):
    """The criterion with its derivatives by theta and beta, k parameters together.

    where: (n, width (width + 1) / 2) the entry of L of two effects of an observation; s, D, D1: (n,) derivatives of
    half its deviance by the linear predictor, W, W1, W2: its weight and its derivatives; own, eta1: (k, n) derivatives
    of the predictors at fixed modes, and with them; u1: (k, q) of the modes; A1: (k, entries) of A, in L's pattern;
    S, S1: the inverse's entries there, and what they change by; v: (n,) the variances of U by A's inverse, v1: (k, n)
    theirs at a fixed inverse; adjoint: (q,) how log |A| depends on the modes; l: (n,), l1: (k, n) by observation.
    """

    def __init__(self, parts):
        Laplace.__init__(self, parts)
        self.k, self.able = self.m + self.p, False
        self.canonical = self.link == 0 and self.family == 0 or self.link == 1 and self.family == 1
        n, q, k, size = self.n, self.q, self.k, self.Li.shape[0]
        columns = np.repeat(np.arange(q), np.diff(np.asarray(self.Lp)))
        later = np.repeat(np.arange(q), np.diff(np.asarray(self.Ap)))
        entry = np.searchsorted(columns * q + np.asarray(self.Li), np.asarray(self.Ai) * q + later)
        self.where = np.ascontiguousarray(entry.astype(np.intp)[np.asarray(self.pairs)])
        self.mark = np.full(q, -1, dtype=np.intp)
        self.s, self.D, self.D1, self.W1, self.W2, self.v, self.l, self.each_pair = np.zeros((8, n))
        self.own, self.eta1, self.v1, self.l1 = np.zeros((4, k, n))
        self.u1, self.A1 = np.zeros((k, q)), np.zeros((k, size))
        self.L, self.L1, self.S, self.S1 = np.zeros((4, size))
        self.ratio, self.ratio1, self.sums, self.sums1, self.adjoint = np.zeros((5, q))
        self.levels, self.levels_first = np.zeros((2, self.m, q))
        self.g, self.H = np.zeros(k), np.zeros((k, k))

    def stay(self):
        """Have later evaluations begin from this one's linear predictors."""
        i: cython.Py_ssize_t
        for i in range(self.n):
            self.lp0[i] = self.eta[i] - self.base[i]
        self.kept = False

    def differentiable(self):
        """Whether the derivatives are there: not for a dispersion, nor where the density rounds its counts."""
        return self.family in (0, 1, 5) and self.link < 8 and not self.rounded

    def settled(self, par: cython.double[::1], stage: cython.Py_ssize_t):
        """The criterion, with the modes found to the last digit; infinite where they are not found."""
        found: cython.double = self.at(par, stage)
        if not isfinite(found) or not self._to_the_mode() or not self._refresh(False):
            return np.inf
        found = self.ldL2 + self.sqrL + self._aic()
        if stage == 2:
            found += self._quadrature()
        return found

    def exact_derivatives(self, stage: cython.Py_ssize_t):
        """Hessian (k, k) and gradient (k,) where `settled` was asked for last; NaN where there are none."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        made = np.zeros((self.k, self.k))
        slopes = np.zeros(self.k)
        self.H, self.g = made, slopes
        if not self._prepare():
            made[:], slopes[:] = np.nan, np.nan
            return made, slopes
        self._gradient(stage)
        self._hessian(stage)
        if stage == 2:
            self.by_nodes()
        for i in range(self.k):
            for j in range(i):
                self.H[j, i] = self.H[i, j]
        return made, slopes

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _densities(self) -> cython.void:
        """s, D, D1, W, W1 and W2 at the linear predictors."""
        i: cython.Py_ssize_t
        x: cython.double
        d1: cython.double
        d2: cython.double
        d3: cython.double
        V: cython.double
        V1: cython.double
        V2: cython.double
        r: cython.double
        r1: cython.double
        r2: cython.double
        gap: cython.double
        w: cython.double
        for i in range(self.n):
            x, w, d1 = self.mu[i], self.w[i], self.slopes[i]
            d2 = second(self.link, self.eta[i], x, d1)
            d3 = third(self.link, self.eta[i], x, d1)
            gap = self.y[i] - x
            if self.canonical:
                self.s[i] = -w * gap
                self.D[i] = self.W[i] = w * d1
                self.D1[i] = self.W1[i] = w * d2
                self.W2[i] = w * d3
                continue
            if self.family == 0:
                V, V1, V2 = x * (1.0 - x), 1.0 - 2.0 * x, -2.0
                V = V if V > TINY else TINY
            elif self.family == 1:
                V, V1, V2 = x, 1.0, 0.0
            else:
                V, V1, V2 = x + x * x / self.theta_nb, 1.0 + 2.0 * x / self.theta_nb, 2.0 / self.theta_nb
            r = d1 / V
            r1 = d2 / V - r * r * V1
            r2 = d3 / V - 3.0 * r * d2 * V1 / V - r * r * d1 * V2 + 2.0 * r * r * r * V1 * V1
            self.s[i] = -w * gap * r
            self.D[i] = w * (d1 * r - gap * r1)
            self.D1[i] = w * (d2 * r + 2.0 * d1 * r1 - gap * r2)
            self.W[i] = w * d1 * r
            self.W1[i] = w * (d2 * r + d1 * r1)
            self.W2[i] = w * (d3 * r + 2.0 * d2 * r1 + d1 * r2)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _observed(self) -> cython.bint:
        """The factor of U'DU + I, half the penalized deviance's Hessian; False where there is none."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        a: cython.Py_ssize_t
        b: cython.Py_ssize_t
        for j in range(self.Ai.shape[0]):
            self.Ax[j] = 0.0
        for j in range(self.q):
            self.Ax[self.Ap[j + 1] - 1] = 1.0
        for i in range(self.n):
            for a in range(self.width):
                for b in range(a + 1):
                    self.Ax[self.pairs[i, a * (a + 1) // 2 + b]] += self.D[i] * self.U[i, a] * self.U[i, b]
        return self._factor()

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _to_the_mode(self) -> cython.bint:
        """Newton's steps from where the iteration stopped; False where they do not end."""
        _: cython.Py_ssize_t
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        size: cython.double
        largest: cython.double
        for _ in range(MOST):
            self._densities()
            if not self._observed():
                return False
            for j in range(self.q):
                self.work[j] = self.u[j]
            for i in range(self.n):
                for j in range(self.width):
                    self.work[self.place[i, j]] += self.U[i, j] * self.s[i]
            self._forward(self.work)
            self._backward(self.work)
            size, largest = 0.0, 1.0
            for j in range(self.q):
                self.u[j] -= self.work[j]
                size = size if fabs(self.work[j]) < size else fabs(self.work[j])
                largest = largest if fabs(self.u[j]) < largest else fabs(self.u[j])
            self._predict(False)
            if size < NEAR * largest:
                return True
            if not isfinite(size):
                return False
        return False

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _prepare(self) -> cython.bint:
        """Everything that has one parameter; False where a factor is missing. L is A's when this begins."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        a: cython.Py_ssize_t
        b: cython.Py_ssize_t
        x: cython.double
        y: cython.double
        for j in range(self.Li.shape[0]):
            self.L[j] = self.Lx[j]
        self._densities()
        self._inverse(False)
        for j in range(self.q):
            self.adjoint[j] = 0.0
        for i in range(self.n):
            x = 0.0
            for a in range(self.width):
                for b in range(a + 1):
                    y = self.U[i, a] * self.U[i, b] * self.S[self.where[i, a * (a + 1) // 2 + b]]
                    x += y if a == b else 2.0 * y
            self.v[i] = x
            for a in range(self.width):
                self.adjoint[self.place[i, a]] += self.U[i, a] * self.W1[i] * x
        if not self.canonical and not self._observed():
            return False
        self._forward(self.adjoint)
        self._backward(self.adjoint)
        for i in range(self.n):
            self.l[i] = 0.0
            for a in range(self.width):
                self.l[i] += self.U[i, a] * self.adjoint[self.place[i, a]]
        for j in range(self.k):
            self._of_parameter(j)
        return True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _of_parameter(self, j: cython.Py_ssize_t) -> cython.void:
        """own, u1, eta1, v1, l1 and A1 of one parameter."""
        i: cython.Py_ssize_t
        a: cython.Py_ssize_t
        b: cython.Py_ssize_t
        at: cython.Py_ssize_t
        x: cython.double
        z: cython.double
        w: cython.double
        row: cython.Py_ssize_t = self.rows[j] if j < self.m else 0
        col: cython.Py_ssize_t = self.cols[j] if j < self.m else self.width
        for i in range(self.q):
            self.work[i] = 0.0
        for i in range(self.n):
            if j < self.m:
                at, z = self.place[i, col], self.Z[i, row]
                self.own[j, i] = z * self.u[at]
                self.work[at] += z * self.s[i]
                self.l1[j, i] = z * self.adjoint[at]
            else:
                self.own[j, i] = self.X[i, j - self.m]
            x = self.D[i] * self.own[j, i]
            for a in range(self.width):
                self.work[self.place[i, a]] += self.U[i, a] * x
        self._forward(self.work)
        self._backward(self.work)
        for i in range(self.q):
            self.u1[j, i] = -self.work[i]
        for i in range(self.Li.shape[0]):
            self.A1[j, i] = 0.0
        for i in range(self.n):
            x = self.own[j, i]
            for a in range(self.width):
                x += self.U[i, a] * self.u1[j, self.place[i, a]]
            self.eta1[j, i] = x
            x = self.W1[i] * x
            z = self.Z[i, row] if j < self.m else 0.0
            w = 0.0
            for a in range(self.width):
                for b in range(a + 1):
                    at = self.where[i, a * (a + 1) // 2 + b]
                    self.A1[j, at] += x * self.U[i, a] * self.U[i, b]
                    if a == col:
                        self.A1[j, at] += self.W[i] * z * self.U[i, b]
                        w += z * self.U[i, b] * self.S[at]
                    if b == col:
                        self.A1[j, at] += self.W[i] * z * self.U[i, a]
                        if a > b:
                            w += z * self.U[i, a] * self.S[at]
            self.v1[j, i] = 2.0 * w

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _inverse(self, moved: cython.bint) -> cython.void:
        """The entries S of A's inverse on L's pattern from the last column on; moved: S1, as L changes by L1."""
        j: cython.Py_ssize_t
        t: cython.Py_ssize_t
        a: cython.Py_ssize_t
        b: cython.Py_ssize_t
        c: cython.Py_ssize_t
        first: cython.Py_ssize_t
        d: cython.double
        x: cython.double
        x1: cython.double
        for j in range(self.q - 1, -1, -1):
            first = self.Lp[j]
            c = self.Lp[j + 1] - first - 1
            d = self.L[first]
            for a in range(c):
                self.mark[self.Li[first + 1 + a]] = a
                self.ratio[a] = self.L[first + 1 + a] / d
                self.sums[a] = self.sums1[a] = 0.0
                if moved:
                    self.ratio1[a] = (self.L1[first + 1 + a] - self.ratio[a] * self.L1[first]) / d
            for a in range(c):
                for t in range(self.Lp[self.Li[first + 1 + a]], self.Lp[self.Li[first + 1 + a] + 1]):
                    b = self.mark[self.Li[t]]
                    if b < 0:
                        continue
                    self.sums[b] += self.ratio[a] * self.S[t]
                    if b != a:
                        self.sums[a] += self.ratio[b] * self.S[t]
                    if moved:
                        self.sums1[b] += self.ratio1[a] * self.S[t] + self.ratio[a] * self.S1[t]
                        if b != a:
                            self.sums1[a] += self.ratio1[b] * self.S[t] + self.ratio[b] * self.S1[t]
            x, x1 = 1.0 / (d * d), 0.0
            if moved:
                x1 = -2.0 * self.L1[first] / (d * d * d)
            for a in range(c):
                self.mark[self.Li[first + 1 + a]] = -1
                x += self.ratio[a] * self.sums[a]
                if moved:
                    x1 += self.ratio1[a] * self.sums[a] + self.ratio[a] * self.sums1[a]
                    self.S1[first + 1 + a] = -self.sums1[a]
                else:
                    self.S[first + 1 + a] = -self.sums[a]
            if moved:
                self.S1[first] = x1
            else:
                self.S[first] = x

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _factor_moves(self, k: cython.Py_ssize_t) -> cython.void:
        """L1, what L changes by when parameter k moves."""
        j: cython.Py_ssize_t
        t: cython.Py_ssize_t
        a: cython.Py_ssize_t
        b: cython.Py_ssize_t
        first: cython.Py_ssize_t
        for t in range(self.Li.shape[0]):
            self.L1[t] = self.A1[k, t]
        for j in range(self.q):
            first = self.Lp[j]
            self.L1[first] = self.L1[first] / (2.0 * self.L[first])
            for t in range(first + 1, self.Lp[j + 1]):
                self.L1[t] = (self.L1[t] - self.L[t] * self.L1[first]) / self.L[first]
                self.mark[self.Li[t]] = t
            for a in range(first + 1, self.Lp[j + 1]):
                for t in range(self.Lp[self.Li[a]], self.Lp[self.Li[a] + 1]):
                    b = self.mark[self.Li[t]]
                    if b >= 0:
                        self.L1[t] -= self.L1[a] * self.L[b] + self.L[a] * self.L1[b]
            for t in range(first + 1, self.Lp[j + 1]):
                self.mark[self.Li[t]] = -1

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _gradient(self, stage: cython.Py_ssize_t) -> cython.void:
        """The gradient; at stage 2 without h(u), which `by_nodes` replaces."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        x: cython.double
        for j in range(self.k):
            x = 0.0
            for i in range(self.n):
                x += self.W[i] * self.v1[j, i] + self.W1[i] * self.eta1[j, i] * self.v[i]
                if stage < 2:
                    x += 2.0 * self.s[i] * self.own[j, i]
            self.g[j] = x

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _hessian(self, stage: cython.Py_ssize_t) -> cython.void:
        """The Hessian's lower triangle; at stage 2 without h(u)."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        t: cython.Py_ssize_t
        x: cython.double
        for j in range(self.k):
            self._factor_moves(j)
            self._inverse(True)
            for t in range(self.Li.shape[0]):
                self.S1[t] = 2.0 * self.S1[t]
            for t in range(self.q):
                self.S1[self.Lp[t]] = 0.5 * self.S1[self.Lp[t]]
            for i in range(j, self.k):
                x = 0.0
                for t in range(self.Li.shape[0]):
                    x += self.S1[t] * self.A1[i, t]
                self.H[i, j] = x
        self._gather(stage)
        for i in range(self.k):
            for j in range(i + 1):
                self.H[i, j] += self._by_observations(i, j)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _gather(self, stage: cython.Py_ssize_t) -> cython.void:
        """What an observation's second derivatives have in common: `each_pair` by the product of two eta1, l1 and own
        (from here on) by one of them, `levels` and `levels_first` by what the modes change by.
        """
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        t: cython.Py_ssize_t
        z: cython.double
        slope: cython.double
        h: cython.double = 2.0 if stage < 2 else 0.0
        for j in range(self.m):
            for t in range(self.q):
                self.levels[j, t] = self.levels_first[j, t] = 0.0
        for t in range(self.n):
            self.each_pair[t] = self.v[t] * self.W2[t] - self.l[t] * self.D1[t]
            slope = self.v[t] * self.W1[t] - self.l[t] * self.D[t]
            for j in range(self.m):
                i, z = self.place[t, self.cols[j]], self.Z[t, self.rows[j]]
                self.levels[j, i] += z * slope
                self.levels_first[j, i] += z * (slope + h * self.s[t])
        for j in range(self.k):
            for t in range(self.n):
                self.l1[j, t] = self.W1[t] * self.v1[j, t] - self.D[t] * self.l1[j, t]
                self.own[j, t] = self.l1[j, t] + h * self.D[t] * self.own[j, t]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _by_observations(self, i: cython.Py_ssize_t, j: cython.Py_ssize_t) -> cython.double:
        """What a second derivative, by i and j <= i, sums over observations."""
        t: cython.Py_ssize_t
        a: cython.Py_ssize_t
        b: cython.Py_ssize_t
        x: cython.double
        total: cython.double = 0.0
        for t in range(self.n):
            x = self.eta1[i, t]
            total += self.eta1[j, t] * (self.each_pair[t] * x + self.own[i, t]) + x * self.l1[j, t]
        if j < self.m:
            for t in range(self.q):
                total += self.u1[i, t] * self.levels[j, t]
        if i < self.m:
            for t in range(self.q):
                total += self.u1[j, t] * self.levels_first[i, t]
            a, b = self.cols[i], self.cols[j]
            if a < b:
                a, b = b, a
            for t in range(self.n):
                x = self.S[self.where[t, a * (a + 1) // 2 + b]]
                total += 2.0 * self.W[t] * self.Z[t, self.rows[i]] * self.Z[t, self.rows[j]] * x
        return total

    def by_nodes(self):
        """Add what quadrature has in h(u)'s place."""
        raise NotImplementedError
