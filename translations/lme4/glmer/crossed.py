# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The factor of the modes' system where one factor's levels meet (nearly) all of the others': the rest is dense."""

from __future__ import annotations

import cython
from cython.cimports.libc.math import log, sqrt
from cython.cimports.translations.lme4.glmer.intercepts import Intercepts


@cython.cclass
class Crossed(Intercepts):
    """The system of a `complete` pattern: its first `lead` columns touch all of the rest and none of each other."""

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _complete(self) -> cython.bint:
        """L and the log of its determinant, as `_factor`: the first columns are taken off the rest four at a time, each
        entry in the columns' order, then the rest is factored.
        """
        b: cython.Py_ssize_t
        c: cython.Py_ssize_t
        k: cython.Py_ssize_t
        s: cython.Py_ssize_t
        t: cython.Py_ssize_t
        to: cython.Py_ssize_t
        lead: cython.Py_ssize_t = self.lead
        size: cython.Py_ssize_t = self.q - lead
        d: cython.double
        x: cython.double
        x1: cython.double
        x2: cython.double
        x3: cython.double
        product: cython.double = 1.0
        Lx: cython.double[::1] = self.Lx  # arrays at hand, which the compiler need not ask for anew
        Lp: cython.Py_ssize_t[::1] = self.Lp
        for k in range(lead):
            s = Lp[k]
            Lx[s] = self.Ax[self.Ap[k + 1] - 1]
            for t in range(s + 1, s + size + 1):
                Lx[t] = self.Ax[self.source[t]]
        for s in range(Lp[lead], Lp[self.q]):
            Lx[s] = 0.0
        for k in range(lead, self.q):
            for t in range(self.rest[k], self.Ap[k + 1]):
                Lx[Lp[self.Ai[t]] + k - self.Ai[t]] = self.Ax[t]
        self.ldL2 = 0.0
        for k in range(self.q):
            s = Lp[k]
            d = Lx[s]
            if not d > 0.0:
                return False
            product *= d
            if product > 1e200 or product < 1e-200:
                self.ldL2 += log(product)
                product = 1.0
            d = sqrt(d)
            Lx[s] = d
            for t in range(s + 1, Lp[k + 1]):
                Lx[t] = Lx[t] / d
            if k >= lead:  # a column of the rest
                for b in range(k + 1, self.q):
                    x, to = Lx[s + b - k], Lp[b] - b
                    for c in range(b, self.q):
                        Lx[to + c] -= x * Lx[s + c - k]
            elif k % 4 == 3:
                s = Lp[k - 3] + 1
                for b in range(size):
                    x, x1, x2, x3 = Lx[s + b], Lx[s + b + size + 1], Lx[s + b + 2 * size + 2], Lx[s + b + 3 * size + 3]
                    to = Lp[lead + b] - b
                    for c in range(b, size):
                        d = Lx[to + c] - x * Lx[s + c]
                        d -= x1 * Lx[s + c + size + 1]
                        d -= x2 * Lx[s + c + 2 * size + 2]
                        Lx[to + c] = d - x3 * Lx[s + c + 3 * size + 3]
            elif k >= lead - lead % 4:
                for b in range(size):
                    x, to = Lx[s + 1 + b], Lp[lead + b] - b
                    for c in range(b, size):
                        Lx[to + c] -= x * Lx[s + 1 + c]
        self.ldL2 += log(product)
        return True
