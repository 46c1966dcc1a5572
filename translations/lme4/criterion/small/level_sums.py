# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""The deviance of a model with one grouping factor, or one nested in it, from sums over levels that are alike.

Of the corner [Q, y]'V^{-1}[Q, y] a level takes D'WD, D being its products of Z with [Q, y]; W = T(T'Z'ZT + I)^{-1}T' is
that of all levels with its Z'Z. So the products of D's rows are summed over these once, and at each theta multiplied by
entries of W: of balanced data a few matrices times numbers, whatever the levels and rows.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, log
from cython.cimports.translations.lme4.criterion.loops import cholesky, factor_levels
from cython.cimports.translations.lme4.criterion.small.products_deviance import ProductsDeviance


@cython.final
@cython.cclass
class LevelSums(ProductsDeviance):
    """That of such a model. Made of a `PLS` and what is `Alike` there.

    k effects of the outer factor; C kinds of inner levels, none without an inner factor; P patterns of outer levels;
    E kinds in these, pattern by pattern.

    place (3, entries): rows, columns of the outer template T (k, k), theta's places; inner_theta: the inner factor's.
    square (C,): z'z of a kind, cross (C, k): its products with the outer effects, count (C,): how many are of it;
    ZtZ (P, k, k), levels (P,): a pattern's, and how many are of it; begins (P + 1,): where its kinds begin in kind and
    number (E,): which, and how many of each in an outer level. data (w (w + 1) / 2,): the corner's lower triangle at
    theta = 0; sums (C + pairs, w (w + 1) / 2): `Alike`'s, weight (C + pairs,): what they are multiplied by.

    Workspace: left (P, k, k): ZtZ less the inner levels' part; L, B (P, k, k): the factor of T' left T + I, and its
    inverse times T', by way of `unit` matrices; Y (rows, k): B times how what is left of D depends on each of a
    pattern's rows; packed, S (w, w): the corner.
    """

    def __init__(self, pls, alike):
        q, w, (kinds, kind, _), patterns = pls.trailing.q, pls.p + 1, alike.kinds, alike.patterns
        outer = pls.structure.blocks[1 if q else 0]
        P, k, C = len(patterns), outer.k, len(kinds)
        there = [np.flatnonzero(one.counts) for one in patterns]
        self.place, self.inner_theta = outer.place, pls.structure.blocks[0].theta[0]
        self.square, self.cross = kinds[:, 0].copy(), kinds[:, 1:].copy()
        self.count = np.bincount(kind, minlength=C).astype(float)
        self.ZtZ = np.array([one.ZtZ for one in patterns])
        self.levels = np.array([float(one.rows.shape[1]) for one in patterns])
        self.begins = np.cumsum([0, *map(len, there)])
        self.kind = np.concatenate(there)
        self.number = np.concatenate([one.counts[own] for one, own in zip(patterns, there, strict=True)])
        self.data, self.sums = pls.XytZ2[:, q:][np.tril_indices(w)], alike.sums
        self.weight, self.packed, self.S = np.zeros(len(self.sums)), np.zeros(len(self.data)), np.zeros((w, w))
        self.T, self.Y = np.zeros((k, k)), np.zeros((max(len(one.rows) for one in patterns), k))
        self.left, self.L, self.B = np.zeros((P, k, k)), np.zeros((P, k, k)), np.zeros((P, k, k))
        self.unit = np.broadcast_to(np.eye(k), (P, k, k)).copy()
        ProductsDeviance.__init__(self, pls, self.S, False, None)

    def factored(self) -> cython.double:
        w = self.S.shape[0]
        log_det: cython.double = self._weigh()
        for e in range(self.data.shape[0]):
            self.packed[e] = self.data[e]
        for r in range(self.weight.shape[0]):
            weight: cython.double = self.weight[r]
            for e in range(self.data.shape[0]):
                self.packed[e] -= weight * self.sums[r, e]
        at: cython.Py_ssize_t = 0
        for i in range(w):
            for j in range(i + 1):
                self.S[i, j] = self.packed[at]
                at += 1
        if not cholesky(self.S):
            return INFINITY
        self.pwrss = self.S[w - 1, w - 1] * self.S[w - 1, w - 1]
        return log_det

    def _weigh(self):
        """The weights of the sums; log|L|^2."""
        k = self.T.shape[0]
        log_det: cython.double = 0.0
        s: cython.double
        for j in range(self.place.shape[1]):
            self.T[self.place[0, j], self.place[1, j]] = self.theta[self.place[2, j]]
        for c in range(self.square.shape[0]):
            t: cython.double = self.theta[self.inner_theta] * self.theta[self.inner_theta]
            omega: cython.double = self.square[c] * t + 1.0
            log_det += self.count[c] * log(omega)
            self.weight[c] = t / omega
        for p in range(self.left.shape[0]):
            for a in range(k):
                for b in range(k):
                    s = self.ZtZ[p, a, b]
                    for e in range(self.begins[p], self.begins[p + 1]):
                        c = self.kind[e]
                        s -= self.number[e] * self.weight[c] * self.cross[c, a] * self.cross[c, b]
                    self.left[p, a, b] = s
        factor_levels(self.T, self.left, self.unit, self.L, self.B)
        at: cython.Py_ssize_t = self.square.shape[0]
        for p in range(self.left.shape[0]):
            rows: cython.Py_ssize_t = k + self.begins[p + 1] - self.begins[p]
            for a in range(k):
                log_det += 2.0 * self.levels[p] * log(self.L[p, a, a])
                for i in range(k):
                    self.Y[i, a] = self.B[p, a, i]
                for i in range(k, rows):
                    c = self.kind[self.begins[p] + i - k]
                    s = 0.0
                    for b in range(k):
                        s += self.B[p, a, b] * self.cross[c, b]
                    self.Y[i, a] = -self.weight[c] * s
            for i in range(rows):
                for j in range(i + 1):
                    s = 0.0
                    for a in range(k):
                        s += self.Y[i, a] * self.Y[j, a]
                    self.weight[at] = s
                    at += 1
        return log_det
