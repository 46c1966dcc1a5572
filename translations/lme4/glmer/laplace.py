# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The criterion of a generalized linear mixed model: Laplace's approximation, or adaptive Gauss-Hermite quadrature.

Source: Bates et al. (2015) and lme4's vignette "Computational methods", section 4; quadrature: Pinheiro & Chao (2006),
JCGS 15, 58-81. R: lme4's glmerLaplace, glmerAGQ.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import NAN, exp, fabs, isnan, lgamma, log
from cython.cimports.translations.lme4.glmer.curves import deviance, mean
from cython.cimports.translations.lme4.glmer.pirls import Pirls

FAILURES = {
    1: "pwrssUpdate did not converge in (maxit) iterations",
    2: "(maxstephalfit) PIRLS step-halvings failed to reduce deviance in pwrssUpdate",
    3: "PIRLS loop resulted in NaN value",
    4: "Downdated VtV is not positive definite",
}
LOG_2PI = cython.declare(cython.double, 1.8378770664093453)
ROOT_2PI = cython.declare(cython.double, 2.5066282746310002)
STEP = cython.declare(cython.double, 1e-4)
DELTA = 1e-4


@cython.cclass
class Laplace(Pirls):
    """The criterion -2 log-likelihood at theta (stage 0: the fixed effects are found with the modes), or at theta and
    beta: by Laplace's approximation (stage 1) or the rule `nodes` (stage 2), for one scalar random-effects term.

    moment: whether the dispersion goes into the iteration, as since lme4 2.1; before, it was taken for 1 there.
    """

    def __call__(self, par: cython.double[::1]):
        """The criterion of the `stage` at the parameters; NaN where the iteration fails (`status` says how)."""
        return self.at(par, self.stage)

    def at_stage(self, stage: cython.Py_ssize_t):
        """The same criterion, of another stage."""
        self.stage, self.failed, self.stopped = stage, False, False
        return self

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def value(self) -> cython.double:
        """The criterion at `free`; where the iteration fails the optimizer is to give up, as lme4 stops."""
        found: cython.double = self.at(self.free, self.stage)
        if isnan(found):
            self.failed = self.stopped = True
        return found

    def tighten(self):
        """Have the dispersion found to the last digits, not by lme4's hundred damped steps."""
        self.most, self.nearest = 5000, 1e-13

    def check(self):
        """Raise ValueError, in lme4's words, where the iteration failed."""
        if self.stopped:
            raise ValueError(FAILURES.get(self.status, "the criterion is not a number"))

    def iterate(self, theta: cython.double[::1], with_beta: cython.bint):
        """The criterion at theta, by the iteration from where the state is. R: the first call in mkGlmerDevfun."""
        self.together = False
        self._set_theta(theta)
        self.at_start = False
        return self._criterion(with_beta, 1)

    def derivatives(self, par: cython.double[::1], value: cython.double):
        """Hessian and, in the last column, gradient (k, k + 1) by central differences. R: lme4's deriv12."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t = par.shape[0]
        above: cython.double
        below: cython.double
        h: cython.double = STEP
        made = np.empty((k, k + 1))
        out: cython.double[:, ::1] = made
        x: cython.double[::1] = np.array(par)
        for j in range(k):
            x[j] = par[j] + h
            above = self.at(x, self.stage)
            x[j] = par[j] - h
            below = self.at(x, self.stage)
            out[j, j] = above / (h * h) - 2.0 * value / (h * h) + below / (h * h)
            out[j, k] = (above - below) / (h + h)
            x[j] = par[j]
            for i in range(j):
                x[i] = par[i] + h
                x[j] = par[j] + h
                above = self.at(x, self.stage) / ((h + h) * (h + h))
                x[j] = par[j] - h
                above = above - self.at(x, self.stage) / ((h + h) * (h + h))
                x[i] = par[i] - h
                x[j] = par[j] + h
                above = above - self.at(x, self.stage) / ((h + h) * (h + h))
                x[j] = par[j] - h
                above = above + self.at(x, self.stage) / ((h + h) * (h + h))
                out[i, j] = above
                out[j, i] = above
                x[i] = par[i]
                x[j] = par[j]
        return made

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def at(self, par: cython.double[::1], stage: cython.Py_ssize_t) -> cython.double:
        j: cython.Py_ssize_t
        self.evaluations += 1
        if stage > 0:
            for j in range(self.p):
                self.held[j] = par[self.m + j]
        self.together = self.able and stage == 1 and self.quick and not (self.rounded or self.full)
        self._start(par, stage > 0)
        return self._criterion(stage == 0, stage)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _aic(self) -> cython.double:
        """-2 log density of the response, which depends on the means through the deviance alone; `constant` the rest.
        """
        i: cython.Py_ssize_t
        n: cython.double = self.total_weight
        a: cython.double
        if self.family == 2:
            a = n / self.dev
            return -2.0 * (-a * self.dev / 2.0 - a * n + n * (a * log(a) - lgamma(a))) + self.constant
        if self.family == 3:
            return self.n * (log(self.dev / self.n) + LOG_2PI + 1.0) + self.constant
        if self.family == 4:
            return n * (log(self.dev / n) + LOG_2PI + 1.0) + self.constant
        if self.rounded:  # counts that are no whole numbers: R's densities round them, its deviance does not
            a = 0.0
            for i in range(self.n):
                a += deviance(self.family, self.ya[i], self.mu[i], self.wa[i], self.theta_nb)
            return a + self.constant
        return self.dev + self.constant

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _with_dispersion(self, with_beta: cython.bint) -> cython.bint:
        """The iteration, with the moment estimate of the dispersion in turn where that is asked for; False where it
        fails.
        """
        _: cython.Py_ssize_t
        j: cython.Py_ssize_t
        good: cython.double = 1.0
        found: cython.double
        converged: cython.bint
        self.phi = 1.0
        if not self.moment:
            return self._iterate(with_beta)
        for _ in range(self.most):
            if not self._iterate(with_beta):
                for j in range(self.q):
                    self.u[j] = 0.0
                for j in range(self.p):
                    self.beta[j] = 0.0
                self._predict(with_beta)
                self.phi = good
                return self._iterate(with_beta)
            found = self.dev / self.df_scale
            converged = fabs(found - self.phi) / self.phi < self.nearest
            good = self.phi
            self.phi = exp(0.9 * log(self.phi) + 0.1 * log(found))
            if converged:
                break
        return self._refresh(with_beta)  # the last dispersion is not that of the last step

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _by_level(self, out: cython.double[::1]) -> cython.double:
        """By level, squared modes plus the deviance of its observations."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        total: cython.double = 0.0
        for j in range(self.q):
            out[j] = self.u[j] * self.u[j]
        for i in range(self.n):
            out[self.place[i, 0]] += (
                deviance(self.family, self.y[i], self.mu[i], self.w[i], self.theta_nb) / self.phi
            )
        for j in range(self.q):
            total += out[j]
        return total

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _quadrature(self) -> cython.double:
        """What quadrature multiplies the likelihood by, beyond Laplace's approximation, as -2 times its logarithm."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        node: cython.double
        total: cython.double = 0.0
        self._by_level(self.first)
        for j in range(self.q):
            self.total[j] = 0.0
            self.old_u[j] = self.u[j]
        for k in range(self.nodes.shape[0]):
            node = self.nodes[k, 0]
            if node == 0.0:
                for j in range(self.q):
                    self.total[j] += self.nodes[k, 1]
                continue
            for j in range(self.q):
                self.u[j] = self.old_u[j] + node / self.Lx[self.Lp[j]]
            for i in range(self.n):
                self.mu[i] = mean(self.link, self.offset[i] + self.U[i, 0] * self.u[self.place[i, 0]])
            self._by_level(self.each)
            for j in range(self.q):
                self.total[j] += (
                    exp(-0.5 * (self.each[j] - self.first[j]) - self.nodes[k, 2]) * self.nodes[k, 1] / ROOT_2PI
                )
        for j in range(self.q):
            self.u[j] = self.old_u[j]
            total += log(self.total[j])
        for i in range(self.n):
            self.mu[i] = mean(self.link, self.eta[i])
        return -2.0 * total

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _criterion(self, with_beta: cython.bint, stage: cython.Py_ssize_t) -> cython.double:
        if not self._with_dispersion(with_beta):
            return 1e10 if self.moment else NAN
        if stage < 2:
            return self.ldL2 + self.sqrL + self._aic()
        if self.refresh:  # since lme4 2.1 with the constants of the density
            return self.ldL2 + self.sqrL + self._aic() + self._quadrature()
        return self._by_level(self.first) + self.ldL2 + self._quadrature()
