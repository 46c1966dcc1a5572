# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""The deviance of a model with one random effect, from sums over the levels that have the same Z'Z.

With a = Z'Z of a level and d its products with [Q, y], the corner [Q, y]'V^{-1}[Q, y] is that of the data less the sum
of dd' theta^2 / (a theta^2 + 1): of balanced data one matrix times one number, whatever the levels and rows.
"""

from __future__ import annotations

import numpy as np

try:
    import cython
except ModuleNotFoundError:
    from translations import cython_stand_in as cython

if cython.compiled:
    from cython.cimports.libc.math import INFINITY, log
    from cython.cimports.translations.lme4.criterion.loops import cholesky
    from cython.cimports.translations.lme4.criterion.small.products_deviance import ProductsDeviance
else:
    from math import inf as INFINITY
    from math import log

    from translations.compiled import runs_as_python

    from ..loops import cholesky
    from .products_deviance import ProductsDeviance

    runs_as_python(__name__)


@cython.final
@cython.cclass
class ScalarFactor(ProductsDeviance):
    """That of one random effect.

    square (c,): Z'Z of levels that have the same, count (c,): how many these are; products (c, w, w): the sum of their
    dd'; data (w, w): the corner at theta = 0; lower triangles.
    """

    square: cython.double[::1]
    count: cython.double[::1]
    products: cython.double[:, :, ::1]
    data: cython.double[:, ::1]
    S: cython.double[:, ::1]

    def __init__(self, pls):
        w = pls.Z1tXy.shape[2]
        square, which, count = np.unique(pls.Z1tZ1[:, 0, 0], return_inverse=True, return_counts=True)
        d = pls.Z1tXy[:, 0, :]
        self.square, self.count = square, count.astype(float)
        self.products = np.array([d[which == c].T @ d[which == c] for c in range(len(square))])
        self.data, self.S = np.ascontiguousarray(pls.XytZ2), np.zeros((w, w))
        ProductsDeviance.__init__(self, pls, self.S, False, None)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def factored(self) -> cython.double:
        w = self.S.shape[0]
        log_det: cython.double = 0.0
        t: cython.double = self.theta[0] * self.theta[0]
        for i in range(w):
            for j in range(i + 1):
                self.S[i, j] = self.data[i, j]
        for c in range(self.square.shape[0]):
            omega: cython.double = self.square[c] * t + 1.0
            log_det += self.count[c] * log(omega)
            share: cython.double = t / omega
            for i in range(w):
                for j in range(i + 1):
                    self.S[i, j] -= share * self.products[c, i, j]
        if not cholesky(self.S):
            return INFINITY
        self.pwrss = self.S[w - 1, w - 1] * self.S[w - 1, w - 1]
        return log_det
