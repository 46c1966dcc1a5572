# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""The criterion of a model of several grouping factors, from theta to its value.

The steps are those of `factor.py`, by the same loops. In small models Python's part of these takes some fifteen times
as long as the arithmetic.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, log
from cython.cimports.translations.lme4.criterion.loops import (
    cholesky,
    eliminate,
    level_effects,
    random_columns,
    scale_trailing,
    trailing_effects,
)
from cython.cimports.translations.lme4.criterion.small.products_deviance import ProductsDeviance

SMALL = cython.declare(cython.double, 0.5)  # as factor.py's


@cython.final
@cython.cclass
class SeveralFactors(ProductsDeviance):
    """That of several factors; only for small models.

    Sizes as in `factor.py`; m entries of theta, c levels of the trailing block's factors, K of its random columns in
    which a row is not zero.

    The cross-products, see `PLS` and `OffDiagonalBlocks`; place (3, entries): rows, columns of block 1's template,
    theta's places, trailing_place (4, entries): level, and the same, of the others; size, start (c,). The rows, for
    residuals: codes (n,), Z1 (n, k): block 1's; columns, Z2 (n, K): a row's columns in the trailing block, and what
    stands there; Q (n, p), reduced (n,).

    The results, each at the variables that were asked for last: template (k, k), templates (c, largest, largest): the
    trailing block's; L11, L21, RZXy, L22: see `factor.Factor`; solved (q2 + p,): the trailing spherical effects, the
    coefficients of the basis of X; b2 (q2,): Lambda2 times the former; u1 (levels, k), b1 = T u1; work: workspace.
    """

    def __init__(self, pls, REML=False, df=None):  # noqa: N803
        first, trailing, off = pls.blocks[0], pls.trailing, pls.off_diagonal
        (levels, k, w), q2 = pls.Z1tXy.shape, trailing.q
        self.L22 = np.zeros((q2 + w, q2 + w), order="F")
        ProductsDeviance.__init__(self, pls, np.asarray(self.L22)[q2:, q2:], REML, df)
        self.Z1tZ1, self.Z1tXy, self.Z1tZ2, self.XytZ2 = pls.Z1tZ1, pls.Z1tXy, off.Z1tZ2, pls.XytZ2
        self.ptr = off.ptr
        self.begins, self.order, self.ends, self.idx = off.by_columns
        self.Z2tZ2_begins, self.Z2tZ2_rows, self.Z2tZ2 = off.of_columns
        self.size, self.start = trailing.level_size, trailing.level_start
        self.codes, self.Z1, self.Q, self.reduced = first.codes, first.Z, np.ascontiguousarray(pls.Q), pls.reduced
        self.columns, self.Z2 = np.ascontiguousarray(trailing.columns), np.ascontiguousarray(trailing.Z2)
        of_level = [b for b in trailing.blocks for _ in range(b.n_levels)]
        entries = [(level, *entry) for level, b in enumerate(of_level) for entry in b.place.T.tolist()]
        self.place, self.trailing_place = first.place, np.ascontiguousarray(np.array(entries, dtype=np.int64).T)
        largest = max(b.k for b in trailing.blocks)
        self.template, self.work = np.zeros((k, k)), np.zeros((largest, largest))
        self.templates = np.zeros((len(of_level), largest, largest))
        self.L11, self.L21, self.RZXy = np.zeros((levels, k, k)), np.zeros((len(off.idx), k)), np.zeros((levels, k, w))
        self.solved, self.b2 = np.zeros(q2 + w - 1), np.zeros(q2)
        self.u1, self.b1 = np.zeros((levels, k)), np.zeros((levels, k))

    def factored(self) -> cython.double:
        """log|L|^2, infinite where the factorization fails, and pwrss. See `factor.Factor.of`."""
        w = self.Z1tXy.shape[2]
        q2 = self.b2.shape[0]
        last = q2 + w - 1
        for j in range(self.place.shape[1]):
            self.template[self.place[0, j], self.place[1, j]] = self.theta[self.place[2, j]]
        for j in range(self.trailing_place.shape[1]):
            level, row, col = self.trailing_place[0, j], self.trailing_place[1, j], self.trailing_place[2, j]
            self.templates[level, row, col] = self.theta[self.trailing_place[3, j]]
        raised: cython.double = 0.0
        positive: cython.bint = False
        for _ in range(2):
            for j in range(q2 + w):
                for i in range(w):
                    self.L22[q2 + i, j] = self.XytZ2[i, j]
            self.L22[last, last] += raised
            log_det: cython.double = eliminate(self.template, self.Z1tZ1, self.Z1tXy, self.ptr, self.idx, self.Z1tZ2,
                                               self.L22[q2:], self.L11, self.L21, self.RZXy)
            random_columns(self.Z2tZ2_begins, self.Z2tZ2_rows, self.Z2tZ2, self.begins, self.order, self.ends,
                           self.idx, self.L21, self.L22)
            scale_trailing(self.L22, q2, self.size, self.start, self.templates, self.work)
            positive = cholesky(self.L22)
            if positive:
                break
            raised = self.yty  # rounding has left nothing of pwrss
        if not positive:
            return INFINITY
        self.pwrss = self.L22[last, last] * self.L22[last, last]
        if raised > 0.0 or self.pwrss < SMALL * self.yty:
            self.pwrss = self._squares()
        if not self.pwrss > 0.0:
            return INFINITY
        logs: cython.double = 0.0
        for j in range(q2):
            logs += log(self.L22[j, j])
        return log_det + 2.0 * logs

    def _squares(self):
        """pwrss from weighted residuals and spherical effects, squared and summed. See `factor.Factor._squares`."""
        q2 = self.b2.shape[0]
        k = self.template.shape[0]
        s: cython.double
        total: cython.double = 0.0
        trailing_effects(self.L22, self.solved)
        for level in range(self.size.shape[0]):
            for a in range(self.size[level]):
                s = 0.0
                for c in range(a + 1):
                    s += self.templates[level, a, c] * self.solved[self.start[level] + c]
                self.b2[self.start[level] + a] = s
        level_effects(self.L11, self.L21, self.RZXy, self.ptr, self.idx, self.b2, self.solved[q2:], self.u1)
        for j in range(q2):
            total += self.solved[j] * self.solved[j]
        for g in range(self.u1.shape[0]):
            for a in range(k):
                total += self.u1[g, a] * self.u1[g, a]
                s = 0.0
                for c in range(a + 1):
                    s += self.template[a, c] * self.u1[g, c]
                self.b1[g, a] = s
        for i in range(self.reduced.shape[0]):
            s = self.reduced[i]
            for j in range(self.Q.shape[1]):
                s -= self.Q[i, j] * self.solved[q2 + j]
            for a in range(k):
                s -= self.Z1[i, a] * self.b1[self.codes[i], a]
            for a in range(self.Z2.shape[1]):
                s -= self.Z2[i, a] * self.b2[self.columns[i, a]]
            total += s * s
        return total
