# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Logistic models whose random effects are all intercepts: with the fixed effects held, a step of the iteration takes
one pass over the observations, which leaves sums by level and by pairs of levels.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import exp, fabs, log
from cython.cimports.translations.lme4.glmer.observations import Observations

FAR = cython.declare(cython.double, 36.0)  # linear predictors beyond are left to `Observations`, which guards the ends


@cython.cclass
class Intercepts(Observations):
    """The observations, and what a pass over them left.

    able: whether the model is such a one, of fewer levels than observations; together: whether this evaluation goes by
    passes. scale, v, powers: (q,) theta by effect, times it the modes, and exp of these; first_powers: (n,) exp of the
    offsets, of which none is farther from 0 than `farthest`; of_levels: (q,) means summed by level; weighed: W summed
    by pairs of levels, in the system's pattern; counted, counted_X: what the responses add up to by level and with each
    column of X; saturation, at_offset: half the deviance's part of `saturated`, and with the offsets'.
    """

    def __init__(self, parts):
        Observations.__init__(self, parts)
        intercepts = self.summed and self.q < self.n and bool((parts["Z"] == 1.0).all())
        self.able, self.together = intercepts and self.link == 0 and self.family == 0, False
        self.scale, self.v, self.powers, self.of_levels, self.counted = np.zeros((5, self.q if self.able else 0))
        self.first_powers = np.zeros(self.n if self.able else 0)
        self.weighed = np.zeros(len(self.Ai) if self.able else 0)
        self.counted_X, self.saturation, self.at_offset, self.farthest = np.zeros(self.p), 0.0, 0.0, 0.0

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _set_theta(self, theta: cython.double[::1]) -> cython.void:
        """U, or theta by effect."""
        j: cython.Py_ssize_t
        if not self.together:
            Observations._set_theta(self, theta)
            return
        for j in range(self.m):
            self.theta[j] = theta[j]
        for j in range(self.q):
            self.scale[j] = theta[self.column[j]]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _keep_start(self) -> cython.void:
        """Also what does not change with the means: sums of the responses."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        x: cython.double
        Observations._keep_start(self)
        if not self.able:
            return
        for j in range(self.q):
            self.counted[j] = 0.0
        for j in range(self.p):
            self.counted_X[j] = 0.0
        self.saturation = self.at_offset = 0.0
        for i in range(self.n):
            x = self.w[i] * self.y[i]
            self.saturation += self.w[i] * self.saturated[i] - x * self.base[i]
            for j in range(self.width):
                self.counted[self.place[i, j]] += x
            for j in range(self.p):
                self.counted_X[j] += x * self.X[i, j]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _start(self, theta: cython.double[::1], held: cython.bint) -> cython.void:
        """Also exp of the offsets."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        Observations._start(self, theta, held)
        if not self.together:
            return
        self.at_offset = self.saturation
        for j in range(self.p):
            self.at_offset -= self.counted_X[j] * self.held[j]
        self.farthest = 0.0
        for i in range(self.n):
            self.first_powers[i] = exp(self.offset[i])
            if fabs(self.offset[i]) > self.farthest:
                self.farthest = fabs(self.offset[i])

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _scatter(self, with_X: cython.bint) -> cython.void:
        """Also from what the last pass left: then `work` is the right side for a change of u."""
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        s: cython.double
        if self.at_start or not self.together:
            Observations._scatter(self, with_X)
            return
        for j in range(self.q):
            s = self.scale[j]
            for k in range(self.Ap[j], self.Ap[j + 1]):
                self.Ax[k] = self.weighed[k] * (s * self.scale[self.Ai[k]])
            self.Ax[self.Ap[j + 1] - 1] += 1.0
            self.work[j] = s * (self.counted[j] - self.of_levels[j]) - self.u[j]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _predict(self, with_beta: cython.bint) -> cython.void:
        """Also by a pass; where that meets means near their ends, what is left of the evaluation goes the other way."""
        j: cython.Py_ssize_t
        x: cython.double
        length: cython.double = 0.0
        farthest: cython.double = 0.0
        at_modes: cython.double = 0.0
        u: cython.double[::1] = self.u
        v: cython.double[::1] = self.v
        if self.together:
            for j in range(self.q):
                x = self.scale[j] * u[j]
                v[j] = x
                at_modes += self.counted[j] * x
                length += u[j] * u[j]
                if fabs(x) > farthest:
                    farthest = fabs(x)
            self.together = self.farthest + self.width * farthest < FAR
            if self.together:
                self.dev, self.sqrL = self.at_offset - at_modes, length
                for j in range(self.q):
                    self.powers[j] = exp(v[j])
                self._pass()
                return
            self._set_theta(self.theta)
        Observations._predict(self, with_beta)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _pass(self) -> cython.void:
        """The deviance and the sums at the modes. Widths stand here as constants, for which loops are unrolled."""
        i: cython.Py_ssize_t
        e: cython.double
        r: cython.double
        mu: cython.double[::1] = self.mu
        slopes: cython.double[::1] = self.slopes
        raised: cython.double[::1] = self.raised
        if self.width == 1:
            _powers(self, 1)
        elif self.width == 2:
            _powers(self, 2)
        elif self.width == 3:
            _powers(self, 3)
        else:
            _powers(self, self.width)
        for i in range(self.n):  # for vectors of a processor
            e = mu[i]
            raised[i] = 1.0 + e
            r = 1.0 / (1.0 + e)
            mu[i] = e * r
            slopes[i] = (e * r) * r
        if self.width == 1:
            _sums(self, 1)
        elif self.width == 2:
            _sums(self, 2)
        elif self.width == 3:
            _sums(self, 3)
        else:
            _sums(self, self.width)


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _powers(of: Intercepts, width: cython.Py_ssize_t) -> cython.void:
    """exp(eta) in mu: products of what the levels have, which are fewer than observations."""
    i: cython.Py_ssize_t
    a: cython.Py_ssize_t
    e: cython.double
    mu: cython.double[::1] = of.mu
    place: cython.Py_ssize_t[:, ::1] = of.place
    first: cython.double[::1] = of.first_powers
    levels: cython.double[::1] = of.powers
    for i in range(of.n):
        e = first[i]
        for a in range(width):
            e *= levels[place[i, a]]
        mu[i] = e


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _sums(of: Intercepts, width: cython.Py_ssize_t) -> cython.void:
    """`of_levels`, `weighed`, and the deviance, from the means. Four observations far apart in turn: of those that
    follow each other a sum of the same level would wait for the last one.
    """
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    a: cython.Py_ssize_t
    b: cython.Py_ssize_t
    t: cython.Py_ssize_t
    part: cython.Py_ssize_t
    quarter: cython.Py_ssize_t = (of.n + 3) // 4
    wm: cython.double
    ws: cython.double
    total: cython.double = 0.0
    product: cython.double = 1.0
    w: cython.double[::1] = of.w
    mu: cython.double[::1] = of.mu
    slopes: cython.double[::1] = of.slopes
    raised: cython.double[::1] = of.raised
    levels: cython.double[::1] = of.of_levels
    weighed: cython.double[::1] = of.weighed
    place: cython.Py_ssize_t[:, ::1] = of.place
    pairs: cython.Py_ssize_t[:, ::1] = of.pairs
    for k in range(of.q):
        levels[k] = 0.0
    for k in range(of.Ai.shape[0]):
        weighed[k] = 0.0
    for t in range(quarter):
        for part in range(4):
            i = part * quarter + t
            if i >= of.n:
                break
            wm, ws = w[i] * mu[i], w[i] * slopes[i]
            if w[i] == 1.0:  # one logarithm for many observations
                product *= raised[i]
                if product > 1e250:
                    total += log(product)
                    product = 1.0
            else:
                total += w[i] * log(raised[i])
            k = 0
            for a in range(width):
                levels[place[i, a]] += wm
                for b in range(a + 1):
                    weighed[pairs[i, k + b]] += ws
                k += a + 1
    of.dev = 2.0 * (of.dev + total + log(product))
