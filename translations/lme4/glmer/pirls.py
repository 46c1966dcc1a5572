# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Penalized iteratively reweighted least squares: the conditional modes of a generalized linear mixed model, and the
criterion at given parameters, with lme4's steps, step halving and stopping rule. R: lme4's pwrssUpdate.

The system (U'WU + I) u = U'W z, whose sums `observations.py` takes, is factored as LL' on a fixed pattern
(`pattern.py`), row by row.  Source: Davis (2006), Direct Methods for Sparse Linear Systems, 4.7.
"""

from __future__ import annotations

import cython
from cython.cimports.libc.math import NAN, fabs, isnan, log, sqrt
from cython.cimports.translations.lme4.glmer.crossed import Crossed

HALVINGS = cython.declare(cython.Py_ssize_t, 20)
STEPS = cython.declare(cython.Py_ssize_t, 100)
MAX = cython.declare(cython.double, 1.7976931348623157e308)


@cython.cclass
class Pirls(Crossed):
    """The iteration, and the state that it left.

    status: what became of the last iteration: 0 it converged, 1 it did not in a hundred steps, 2 halved steps did not
    lower the deviance, 3 it is not a number, 4 the system is not positive definite. refresh: whether the factor is
    taken again at the last means, as since lme4 2.1; full: whether RX is kept where the fixed effects are held;
    once_more: whether a step is taken beyond convergence.
    """

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _factor(self) -> cython.bint:
        """L of U'WU + I and the log of its determinant; False where it is not positive definite.

        The first `lead` columns are subtracted from the system as soon as they are there, the others when a row asks:
        every entry has them taken off in the same order. (Where all meet all of the rest: `crossed.py`.)
        """
        k: cython.Py_ssize_t
        t: cython.Py_ssize_t
        j: cython.Py_ssize_t
        s: cython.Py_ssize_t
        i: cython.Py_ssize_t
        row: cython.Py_ssize_t
        count: cython.Py_ssize_t
        d: cython.double
        value: cython.double
        product: cython.double
        if self.complete:
            return self._complete()
        product = self._leading()
        if product == 0.0:
            return False
        for k in range(self.lead, self.q):
            self.filled[k] = self.Lp[k] + 1
            self.each[k] = 0.0
        for k in range(self.lead, self.q):
            d = self.Ax[self.Ap[k + 1] - 1]
            for t in range(self.rest[k], self.Ap[k + 1] - 1):
                self.each[self.Ai[t]] = self.Ax[t]
            for t in range(self.Rp[k], self.Rp[k + 1]):
                j = self.Ri[t]
                value = self.each[j] / self.Lx[self.Lp[j]]
                self.each[j] = 0.0
                s = self.Lp[j] + 1
                count = self.filled[j] - s
                if count > 0 and self.Li[s + count - 1] - self.Li[s] == count - 1:  # rows that follow each other
                    row = self.Li[s]
                    for i in range(count):
                        self.each[row + i] -= self.Lx[s + i] * value
                else:
                    for i in range(s, s + count):
                        self.each[self.Li[i]] -= self.Lx[i] * value
                d -= value * value
                self.Lx[self.filled[j]] = value
                self.filled[j] += 1
            if not d > 0.0:
                return False
            product *= d
            if product > 1e200 or product < 1e-200:
                self.ldL2 += log(product)
                product = 1.0
            self.Lx[self.Lp[k]] = sqrt(d)
        self.ldL2 += log(product)
        return True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _leading(self) -> cython.double:
        """L's first `lead` columns, taken off the rest of the system; the product of their squared diagonal beyond what
        ldL2 has the logarithm of, 0 where one is not positive. Columns in turn often have the same two rows: the
        entries that they are taken off, `at`, are kept at hand.
        """
        i: cython.Py_ssize_t
        k: cython.Py_ssize_t
        s: cython.Py_ssize_t
        taken: cython.Py_ssize_t = 0
        at: cython.Py_ssize_t = -1
        d: cython.double
        x: cython.double
        y: cython.double
        a: cython.double = 0.0
        b: cython.double = 0.0
        c: cython.double = 0.0
        again: cython.bint
        product: cython.double = 1.0
        self.ldL2 = 0.0
        for k in range(self.lead):
            d = self.Ax[self.Ap[k + 1] - 1]
            if not d > 0.0:
                return 0.0
            product *= d
            if product > 1e200 or product < 1e-200:
                self.ldL2 += log(product)
                product = 1.0
            d = sqrt(d)
            self.Lx[self.Lp[k]] = d
            s = self.Lp[k] + 1
            if self.Lp[k + 1] - s != 2:
                for s in range(self.Lp[k] + 1, self.Lp[k + 1]):
                    x = self.Ax[self.source[s]] / d
                    self.Lx[s] = x
                    for i in range(self.Lp[k] + 1, s + 1):
                        self.Ax[self.target[taken]] -= x * self.Lx[i]
                        taken += 1
                continue
            x, y = self.Ax[self.source[s]] / d, self.Ax[self.source[s + 1]] / d
            self.Lx[s], self.Lx[s + 1] = x, y
            if at < 0:
                at = taken
                a, b, c = self.Ax[self.target[at]], self.Ax[self.target[at + 1]], self.Ax[self.target[at + 2]]
            a -= x * x
            b -= y * x
            c -= y * y
            taken += 3
            again = k + 1 < self.lead and self.Lp[k + 2] - self.Lp[k + 1] == 3
            if not again or self.target[taken + 1] != self.target[at + 1]:
                self.Ax[self.target[at]], self.Ax[self.target[at + 1]], self.Ax[self.target[at + 2]] = a, b, c
                at = -1
        return product

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _forward(self, x: cython.double[::1]) -> cython.void:
        """x = L⁻¹ x."""
        j: cython.Py_ssize_t
        s: cython.Py_ssize_t
        solved: cython.double
        for j in range(self.q):
            solved = x[j] / self.Lx[self.Lp[j]]
            x[j] = solved
            for s in range(self.Lp[j] + 1, self.Lp[j + 1]):
                x[self.Li[s]] -= self.Lx[s] * solved

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _backward(self, x: cython.double[::1]) -> cython.void:
        """x = L'⁻¹ x."""
        j: cython.Py_ssize_t
        s: cython.Py_ssize_t
        left: cython.double
        for j in range(self.q - 1, -1, -1):
            left = x[j]
            for s in range(self.Lp[j] + 1, self.Lp[j + 1]):
                left -= self.Lx[s] * x[self.Li[s]]
            x[j] = left / self.Lx[self.Lp[j]]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _fixed_factor(self) -> cython.bint:
        """RZX = L⁻¹ U'WX and RX, the Cholesky factor of X'WX - RZX'RZX; False where that is not positive definite."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        s: cython.Py_ssize_t
        d: cython.double
        for j in range(self.q):
            for k in range(self.p):
                self.RZX[j, k] = self.RZX[j, k] / self.Lx[self.Lp[j]]
            for s in range(self.Lp[j] + 1, self.Lp[j + 1]):
                for k in range(self.p):
                    self.RZX[self.Li[s], k] -= self.Lx[s] * self.RZX[j, k]
        for j in range(0, self.q - 3, 4):  # four at a time, one after the other, so that a sum need not wait for memory
            for i in range(self.p):
                for k in range(i, self.p):
                    d = self.RX[i, k] - self.RZX[j, i] * self.RZX[j, k]
                    d -= self.RZX[j + 1, i] * self.RZX[j + 1, k]
                    d -= self.RZX[j + 2, i] * self.RZX[j + 2, k]
                    self.RX[i, k] = d - self.RZX[j + 3, i] * self.RZX[j + 3, k]
        for j in range(self.q - self.q % 4, self.q):
            for i in range(self.p):
                for k in range(i, self.p):
                    self.RX[i, k] -= self.RZX[j, i] * self.RZX[j, k]
        self.ldRX2 = 0.0
        for i in range(self.p):
            for s in range(i):
                for k in range(i, self.p):
                    self.RX[i, k] -= self.RX[s, i] * self.RX[s, k]
            d = self.RX[i, i]
            if not d > 0.0:
                return False
            d = sqrt(d)
            self.ldRX2 += 2.0 * log(d)
            for k in range(i, self.p):
                self.RX[i, k] = self.RX[i, k] / d
        return True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _step(self, with_beta: cython.bint) -> cython.double:
        """One step of the iteration and the penalized deviance after it; NaN where there is no step."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        change: cython.bint = self.together and not self.at_start
        self._scatter(with_beta or self.full)
        if not self._factor() or ((with_beta or self.full) and not self._fixed_factor()):
            self.status = 4
            return NAN
        self._forward(self.work)
        for j in range(self.p):
            self.beta[j] = 0.0
        if with_beta:
            for j in range(self.p):
                self.beta[j] = self.Xwz[j]
            for i in range(self.q):
                for j in range(self.p):
                    self.beta[j] -= self.RZX[i, j] * self.work[i]
            for j in range(self.p):
                for k in range(j):
                    self.beta[j] -= self.RX[k, j] * self.beta[k]
                self.beta[j] = self.beta[j] / self.RX[j, j]
            for j in range(self.p - 1, -1, -1):
                for k in range(j + 1, self.p):
                    self.beta[j] -= self.RX[j, k] * self.beta[k]
                self.beta[j] = self.beta[j] / self.RX[j, j]
            for i in range(self.q):
                for j in range(self.p):
                    self.work[i] -= self.RZX[i, j] * self.beta[j]
        self._backward(self.work)
        for j in range(self.q):
            self.u[j] = self.u[j] + self.work[j] if change else self.work[j]
        self._predict(with_beta)
        return self.dev / self.phi + self.sqrL

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _iterate(self, with_beta: cython.bint) -> cython.bint:
        """Steps until the penalized deviance changes by less than the tolerance; False where that fails (`status`)."""
        _: cython.Py_ssize_t
        _h: cython.Py_ssize_t
        j: cython.Py_ssize_t
        old: cython.double = MAX
        now: cython.double
        self.status = 0
        for _ in range(STEPS):
            for j in range(self.q):
                self.old_u[j] = self.u[j]
            for j in range(self.p):
                self.old_beta[j] = self.beta[j]
            now = self._step(with_beta)
            if self.status:
                return False
            if fabs((old - now) / now) < self.tolerance:
                break
            if isnan(now) or now > old:
                for _h in range(HALVINGS):
                    if not (isnan(now) or now > old):
                        break
                    for j in range(self.q):
                        self.u[j] = (self.old_u[j] + self.u[j]) / 2.0
                    if with_beta:
                        for j in range(self.p):
                            self.beta[j] = (self.old_beta[j] + self.beta[j]) / 2.0
                    self._predict(with_beta)
                    now = self.dev / self.phi + self.sqrL
                if isnan(now):
                    self.status = 3
                    return False
                if now - old > self.tolerance:
                    self.status = 2
                    return False
            old = now
        else:
            self.status = 1
            return False
        if self.once_more and isnan(self._step(with_beta)):
            self.status = self.status if self.status else 3
            return False
        return self._refresh(with_beta) if self.refresh else True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _refresh(self, with_beta: cython.bint) -> cython.bint:
        """The factors at the means that are there now; False where there are none."""
        self._scatter(with_beta or self.full)
        if not self._factor() or ((with_beta or self.full) and not self._fixed_factor()):
            self.status = 4
            return False
        return True
