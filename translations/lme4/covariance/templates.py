# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""From covariance parameters to the entries of theta, as compiled criteria ask for it at each evaluation.

A template's entries are those of its lower triangle, column by column. The operations are lme4 2.1's, in its order
(R: getTheta's methods): BOBYQA's way depends on the last bit.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import pow, sqrt


@cython.cclass
class Template:
    """Standard deviations times the factor of a correlation matrix, for k effects; then the `next` term's.

    n_sd: the number of standard deviations, 1 or k, the first of the n_par parameters. broken: whether lme4's was NaN
    at parameters that were asked for. Those who inherit define `factor`, or `_own` where there is none.
    """

    def __init__(self, k, n_sd, n_par):
        self.k, self.n_sd, self.n_par, self.broken, self.more = k, n_sd, n_par, False, False

    def before(self, other):
        """This one, with the `other` term's after it; returns this."""
        self.next, self.more = other, True
        return self

    def count(self):
        """The number of all terms' parameters."""
        return self.n_par + (self.next.count() if self.more else 0)

    def entries(self):
        """The number of all terms' entries."""
        return self.k * (self.k + 1) // 2 + (self.next.entries() if self.more else 0)

    def lost(self):
        """Whether one of the terms is `broken`."""
        return bool(self.broken or (self.more and self.next.lost()))

    def theta(self, par):
        """The entries of all terms at their parameters."""
        out = np.empty(self.entries())
        self.fill(np.array(par, dtype=float), 0, 1.0, out, 0)
        return out

    def factor(
        self, rho: cython.double[:], at: cython.Py_ssize_t, theta: cython.double[:], to: cython.Py_ssize_t
    ) -> cython.void:
        """theta's entries from `to` on: those of the factor of the correlations that rho has from `at` on."""

    def fill(
        self, x: cython.double[:], at: cython.Py_ssize_t, sigma: cython.double, theta: cython.double[:],
        to: cython.Py_ssize_t,
    ) -> cython.void:
        """theta's entries from `to` on, of this term and those after it, whose parameters stand in x from `at` on,
        standard deviations multiplied by sigma."""
        self._own(x, at, sigma, theta, to)
        if self.more:
            self.next.fill(x, at + self.n_par, sigma, theta, to + self.k * (self.k + 1) // 2)

    def _own(
        self, x: cython.double[:], at: cython.Py_ssize_t, sigma: cython.double, theta: cython.double[:],
        to: cython.Py_ssize_t,
    ) -> cython.void:
        self.factor(x, at + self.n_sd, theta, to)
        for c in range(self.k):
            for r in range(c, self.k):
                theta[to] *= x[at + (r if self.n_sd > 1 else 0)] / sigma
                to += 1


@cython.final
@cython.cclass
class Entries(Template):
    """No structure: the parameters are the entries. For sigma = 1 alone."""

    def _own(
        self, x: cython.double[:], at: cython.Py_ssize_t, sigma: cython.double, theta: cython.double[:],
        to: cython.Py_ssize_t,
    ) -> cython.void:
        for i in range(self.n_par):
            theta[to + i] = x[at + i]


@cython.final
@cython.cclass
class Independent(Template):
    """No correlations."""

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def factor(
        self, rho: cython.double[:], at: cython.Py_ssize_t, theta: cython.double[:], to: cython.Py_ssize_t
    ) -> cython.void:
        for c in range(self.k):
            for r in range(c, self.k):
                theta[to] = 1.0 if r == c else 0.0
                to += 1


@cython.final
@cython.cclass
class Autoregressive(Template):
    """Correlations rho^|i - j|: the first column has their powers, the others these times sqrt(1 - rho^2)."""

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def factor(
        self, rho: cython.double[:], at: cython.Py_ssize_t, theta: cython.double[:], to: cython.Py_ssize_t
    ) -> cython.void:
        x: cython.double = rho[at] if self.k > 1 else 0.0
        k = self.k
        first: cython.Py_ssize_t = to
        theta[to] = 1.0
        for r in range(1, k):
            # R 4.6 takes products up to the fourth power, then C's pow.
            theta[to + r] = (x if r == 1 else x * x if r == 2 else x * x * x if r == 3 else x * x * x * x if r == 4
                             else pow(x, r))
        left: cython.double = 1.0 - x * x
        root: cython.double = sqrt(left) if left > 0.0 else 0.0
        to += k
        for c in range(1, k):
            for r in range(c, k):
                theta[to] = theta[first + r - c] * root
                to += 1


@cython.final
@cython.cclass
class Symmetric(Template):
    """One correlation rho for all pairs: below its diagonal, a column of the factor has one value. Beyond two effects
    lme4's is 0 / 0 at rho's bounds."""

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def factor(
        self, rho: cython.double[:], at: cython.Py_ssize_t, theta: cython.double[:], to: cython.Py_ssize_t
    ) -> cython.void:
        k = self.k
        x: cython.double = rho[at] if k > 1 else 0.0
        if k > 2 and (x == 1.0 or x == -1.0 / (k - 1.0)):
            self.broken = True
        a: cython.double = 0.0
        for c in range(k):
            left: cython.double = 1.0 - x * x * a
            own: cython.double = sqrt(left) if left > 0.0 else 0.0
            below: cython.double = (x - x * x * a) / own if own > 0.0 else 0.0
            if own > 0.0:
                a += (1.0 - x * a) * (1.0 - x * a) / left
            theta[to] = own
            for r in range(1, k - c):
                theta[to + r] = below
            to += k - c
