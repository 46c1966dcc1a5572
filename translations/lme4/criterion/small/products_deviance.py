# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""The criterion from cross-products as a fit asks for it, and as a profile does: with one parameter held."""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import log
from cython.cimports.translations.lme4.criterion.objective import Objective

TWO_PI = cython.declare(cython.double, 6.283185307179586)


@cython.cclass
class ProductsDeviance(Objective):
    """The profiled criterion of one design and response, with df degrees of freedom; once asked to `hold` a standard
    deviation, correlation or sigma, or a fixed effect (`beside`, `hold_effect`), the deviance. Made of a `PLS`.

    corner (w, w): where those who inherit leave the lower factor of [Q, y]'V^{-1}[Q, y] when asked to be `factored`, X
    being QR. towards (p,): R'^{-1} e_j
    of the fixed effect that is held, empty where none is, and target, its value less that of least squares; half (p,):
    workspace.
    """

    def __init__(self, pls, corner, REML, df):  # noqa: N803
        Objective.__init__(self, [term.k for term in pls.structure.terms], pls.structure.n_theta, df or pls.df(REML),
                           pls.log_weights)
        self.yty, self.corner, self.REML, self.log_det_R = pls.XytZ2[-1, -1], corner, REML, pls.log_det_R
        self.R, self.beta0, self.place_held = np.ascontiguousarray(pls.R), pls.beta0, -1
        self.beta, self.towards, self.half, self.target = np.zeros(pls.p), np.zeros(0), np.zeros(pls.p), 0.0

    def beside(self, j: cython.Py_ssize_t):
        """Hold fixed effect j, where `hold_effect` says."""
        p = self.R.shape[0]
        self.holding, self.place_held, self.towards = False, j, np.zeros(p)
        for i in range(j, p):
            s: cython.double = 1.0 if i == j else 0.0
            for c in range(j, i):
                s -= self.R[c, i] * self.towards[c]
            self.towards[i] = s / self.R[i, i]
        return self

    def hold_effect(self, value: cython.double) -> cython.void:
        self.target = value - self.beta0[self.place_held]

    def profiled(self, value: cython.double) -> cython.double:
        if self.towards.shape[0]:
            self.pwrss += self._rise()
        if self.REML:
            value += self.log_det_R
            for j in range(self.R.shape[0]):
                value += 2.0 * log(self.corner[j, j])
        return value + self.df * (1.0 + log(TWO_PI * self.pwrss / self.df))

    def _rise(self) -> cython.double:
        """What holding the fixed effect adds to pwrss: (its value - its estimate)^2 over its unscaled variance."""
        p = self.towards.shape[0]
        variance: cython.double = 0.0
        gap: cython.double = self.target
        for j in range(p):
            self.half[j] = self.towards[j]
        for j in range(self.place_held, p):  # half = Lw^{-1} towards, Lw being the factor of Q'V^{-1}Q
            self.half[j] /= self.corner[j, j]
            for i in range(j + 1, p):
                self.half[i] -= self.corner[i, j] * self.half[j]
            variance += self.half[j] * self.half[j]
            gap -= self.half[j] * self.corner[p, j]
        for j in range(p):  # Lw'beta_Q, beta_Q being the effects of Q's columns with the effect held
            self.beta[j] = self.corner[p, j] + self.half[j] * (gap / variance)
        return gap * gap / variance

    def effects(self, out: cython.double[:]) -> cython.void:
        """beta (p,) at the theta that was asked for last, with the fixed effect where it is held."""
        p = self.towards.shape[0]
        for j in range(p - 1, -1, -1):
            for c in range(j + 1, p):
                self.beta[j] -= self.corner[c, j] * self.beta[c]
            self.beta[j] /= self.corner[j, j]
        for j in range(p - 1, -1, -1):
            s: cython.double = self.beta[j]
            for c in range(j + 1, p):
                s -= self.R[j, c] * out[c]
            out[j] = s / self.R[j, j]
        for j in range(p):
            out[j] += self.beta0[j]
        out[self.place_held] = self.target + self.beta0[self.place_held]
