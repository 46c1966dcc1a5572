# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: infer_types=True
"""Newton's method on the criterion of a model with one grouping factor, compiled: one response after the other."""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, fabs, sqrt
from cython.cimports.translations.lme4.criterion.loops import residual_weights
from cython.cimports.translations.lme4.criterion.newton_steps import Descent, largest
from cython.cimports.translations.lme4.criterion.one_factor import OneFactor

CONVERGED = cython.declare(cython.double, 1e-8)  # as `optimize.CONVERGED`
LEAST = cython.declare(cython.double, 0.1)  # as `optimize.LEAST`
CANCELS = cython.declare(cython.double, 100.0)  # as `cross_products.CANCELS`
LOST = cython.declare(cython.double, 1e-3)  # as `factor.LOST`


@cython.final
@cython.cclass
class NewtonFactor(Descent):
    """A design, `of` it and whichever response was loaded last the cross-products, and Newton's method on them.

    Its variables are theta times `scale` (m,). At the `starts` (c, m) the expected second derivatives, which are the
    same whatever the response, take the place of differences.
    """

    def __init__(self, pls, REML, starts):  # noqa: N803
        Descent.__init__(self, pls.structure.across, 0.3, False)
        self.of = OneFactor(pls.Z1tZ1, pls.Z1tXy.copy(), np.array(pls.XytZ2, order="C"), pls.blocks[0].place,
                            pls.log_det_R, pls.log_weights, 0.0)
        self.scale, self.REML, self.df = pls.structure.theta_scale, REML, pls.df(REML)
        self.back = np.linalg.inv(pls.R) if pls.p else np.zeros((0, 0))
        self.codes, self.Z, self.Q = pls.blocks[0].codes, pls.blocks[0].Z, pls.Q
        self.theta, self.effects, self.starts = np.empty(len(self.scale)), np.empty(pls.p), starts
        told = [pls.at(start / self.scale).information for start in starts]
        self.expected = np.array(told) / np.outer(self.scale, self.scale)

    def load(self, y):
        """Put in the response y (n,), weighted, its offset taken off, as `PLS.with_response` does. False where the mean
        is so large that this loses digits.
        """
        D, corner, effects, Z, Q = self.of.Z1tXy, self.of.corner, self.effects, self.Z, self.Q
        p, last = Q.shape[1], D.shape[2] - 1
        size: cython.double = 0.0
        left: cython.double = 0.0
        effects[:] = 0.0
        corner[last, :] = 0.0
        D[:, :, last] = 0.0
        for i in range(y.shape[0]):
            size = max(size, fabs(y[i]))
            for j in range(p):
                effects[j] += Q[i, j] * y[i]
        for i in range(y.shape[0]):
            s: cython.double = y[i]
            for j in range(p):
                s -= Q[i, j] * effects[j]
            left = max(left, fabs(s))
            for j in range(p):
                corner[last, j] += Q[i, j] * s
            corner[last, last] += s * s
            for a in range(Z.shape[1]):
                D[self.codes[i], a, last] += Z[i, a] * s
        self.of.least = LOST * corner[last, last]
        return size <= CANCELS * left

    def estimates(self, x, beta, se):
        """pwrss at x (m,); beta (p,) and its standard errors over sigma, by `back` (p, p) = R^{-1}, X = QR."""
        self._value(x)
        residual_weights(self.of.corner_factor, self.df, self.REML, self.of.corner_inverse, self.of.weights)
        S, C, p = self.of.corner_factor, self.of.corner_inverse, self.effects.shape[0]
        for i in range(p):
            beta[i] = 0.0
            se[i] = 0.0
            for j in range(p):
                beta[i] += self.back[i, j] * (self.effects[j] - C[p, j])
                s: cython.double = 0.0
                for a in range(j + 1):
                    s += self.back[i, a] * C[j, a]
                se[i] += s * s
            se[i] = sqrt(se[i])
        return S[p, p] * S[p, p]

    def information(self, x):
        for c in range(self.starts.shape[0]):
            here: cython.bint = True
            for i in range(x.shape[0]):
                here = here and x[i] == self.starts[c, i]
            if here:
                self.H[:, :] = self.expected[c]
                return True
        return False

    def at(self, x, g):
        value: cython.double = self._value(x)
        if value < INFINITY:
            self.of._gradient(self.df, self.REML, g)
            for i in range(x.shape[0]):
                g[i] /= self.scale[i]
        return value

    def _value(self, x):
        for i in range(x.shape[0]):
            self.theta[i] = x[i] / self.scale[i]
        return self.of.value(self.theta, self.df, self.REML)

    def fit(self, start, alone, x, g):
        """The criterion at the minimum x (m,) reached from start (m,), the gradient there in g; infinite where none is,
        or where it is lower without one of the effects or, if `alone`, from a multiple of the identity, as
        `optimize._elsewhere` looks.
        """
        m = x.shape[0]
        known: cython.double[:, ::1] = np.empty((1, m))
        lowest: cython.double[::1] = np.empty(1)
        trial: cython.double[::1] = np.empty(m)
        x[:] = start
        f: cython.double = self.descend(x, g, known[:0], lowest)
        if not (f < INFINITY and largest(g) <= CONVERGED):
            return INFINITY
        noise: cython.double = 1e-9 * max(1.0, fabs(f))
        size: cython.double = 0.0
        columns: cython.double = 0.0
        known[0, :] = x
        lowest[0] = f
        for i in range(m):
            size += x[i] * x[i]
            if self.across[i] == i:
                columns += 1.0
                trial[:] = x
                trial[i] = 0.0
                if x[i] != 0.0 and self._value(trial) < f - noise:
                    return INFINITY
        size = max(sqrt(size / columns), LEAST)
        if alone and size < 1.0:
            for i in range(m):
                trial[i] = 1.0 if self.across[i] == i else 0.0
            if self.descend(trial, np.empty(m), known, lowest) < f - noise:
                return INFINITY
        return f
