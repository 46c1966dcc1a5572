# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""The profiled criterion of lme4, operation by operation in lme4's own order: every value is lme4's to the last bit.

The steps are those of Bates et al. (2015), section 3.4: Lambda'Z', its products with Z, X and y, the sparse Cholesky
factor by rows, the downdated X'X, two triangular solves, residuals, whose squares are summed. Which models are covered
says `lme4_order.py`, which prepares the arrays. The levels are those of the outer factor; levels that have the same
rows (subjects seen on the same days) share a design, whose factor and part of RZX are computed once.

With a parameter held (`objective.py`) beta is profiled out as without.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, log, sqrt
from cython.cimports.translations.lme4.criterion.gram import add_gram
from cython.cimports.translations.lme4.criterion.objective import Objective
from cython.cimports.translations.lme4.criterion.triangles import backward, forward, solved

from .gram import block_of

TWO_PI = cython.declare(cython.double, 6.283185307179586)


@cython.final
@cython.cclass
class Lme4Criterion(Objective):
    """The criterion of one design and response. Made of a `lme4_order.Layout`.

    Sizes: n observations, p columns of X, m entries of theta, k effects of the outer factor, G of its levels, D
    designs, N their rows, H inner levels (0 where there is one factor), t terms of the outer factor.

    The design, whose arrays are the layout's. rows, cols, place (entries,): T[rows, cols] = theta[place]; first (t
    + 1,): at which of the k effects a term starts; codes (n,): the level of an observation; design_row (n,): which
    row of its design it is like; by_level (n,): the observations level by level; level (G + 1,): where each level's
    begin in it; which (G,): the design of a level; runs (R + 1,): where runs of levels of one design begin, done
    together; columns (2, D, k): which go together, see `triangles`; start (D + 1,): where the rows of a design
    begin; root (n,): square roots of the weights; Z (N, k), 0 but from `begin` to `end` (N,), Zw, times these; XT
    (p, N), turned, and Xw (N, p), times these; XtX (p, p), weighted, upper triangle; inner_theta: the place of the
    inner factor's entry in theta; inner_codes, inner_z (N,), inner_zw: times the roots; ptr (G + 1,): where an
    outer level's begin in down (H,) and met (k, H).

    The response: offset, y (n,); r (n,): y less the offset, weighted, run by run, each (rows, levels); Xty
    (p,).

    The results, each at the variables that were asked for last; RX (p, p) is an upper triangle, 0 below. T (k, k):
    the outer template; w (N, k) = Lambda'z; L (D, k, k): the outer factor's diagonal blocks of L, RZX (D, k, p):
    its part of RZX; logs (D, k): logarithms of the squares of L's diagonal; u (k, G): spherical effects, and before
    those L^-1 Lambda'Z'y; moved (D, k) = RZX beta; b (k, G) = Lambda u; fitted (N,) = X beta; inner_L (H,): the
    inner levels' diagonal of L, inner_below (H, k): what stands below it, in the rows of the outer effects;
    inner_RZX (H, p); all_RZX (D k + H, p): both, and order (G k + H,): which of its rows are lme4's; inner_u,
    inner_b (H,); ldL2: log|L|^2; ldRX2: log|RX|^2; wrss: weighted residual sum of squares; sqrL: |u|^2. fours,
    n_block of X's rows, q_block of RZX's, and sums: see `gram`; products (p,): workspace.
    """

    def __init__(self, layout, reml, df):
        Objective.__init__(self, layout.sizes, layout.m, df, layout.log_weights)
        self.layout, self.reml, self.inner_theta, of = layout, reml, layout.inner_theta, layout.arrays
        for name, array in of.items():
            setattr(self, name, array)
        n, (N, k), p = len(self.codes), of["Z"].shape, len(of["XT"])
        G, D, H = len(self.which), len(self.start) - 1, len(self.down)
        self.y, self.r, self.Xty, self.T = np.zeros(n), np.zeros(n), np.zeros(p), np.zeros((k, k))
        both = np.zeros((D * k + H, p))
        self.all_RZX, self.RZX, self.inner_RZX = both, both[: D * k].reshape(D, k, p), both[D * k :]
        self.w, self.L = np.zeros((N, k)), np.zeros((D, k, k))
        self.fours, self.sums, self.products = p // 4 * 4 if layout.halves else 0, np.zeros((2, p, p)), np.zeros(p)
        self.n_block, self.q_block = block_of(n), block_of(G * k + H)
        self.logs, self.u, self.b, self.fitted = np.zeros((D, k)), np.zeros((k, G)), np.zeros((k, G)), np.zeros(N)
        self.moved, self.inner_below = np.zeros((D, k)), np.zeros((H, k))
        self.inner_L, self.inner_u, self.inner_b = np.zeros(H), np.zeros(H), np.zeros(H)
        self.RX, self.beta = np.zeros((p, p)), np.zeros(p)
        if "XtX" not in of:
            of["XtX"], of["design_row"] = np.zeros((p, p)), np.zeros(n, dtype=np.intp)
            like: cython.Py_ssize_t[::1] = of["design_row"]
            for g in range(G):
                for at in range(self.level[g], self.level[g + 1]):
                    like[self.by_level[at]] = self.start[self.which[g]] + at - self.level[g]
            add_gram(self.Xw, of["design_row"], self.fours, self.n_block, self.sums, 1.0, of["XtX"])
        self.design_row, self.XtX = of["design_row"], of["XtX"]

    def __reduce__(self):
        return Lme4Criterion, (self.layout, self.reml, self.df)

    def load(self, y: cython.const[cython.double][:]):
        """Take the response y (n,)."""
        self.take(y)
        return self

    def beside(self, j: cython.Py_ssize_t, column: cython.const[cython.double][::1]):
        """Have fixed effect j, whose `column` (n,) the design lacks, in the offset, where `hold_effect` says."""
        self.left_out, self.column, self.given, self.moved_offset = j, column, self.offset, np.zeros(len(column))
        self.offset = self.moved_offset
        return self

    def hold_effect(self, value: cython.double) -> cython.void:
        self.value_held = value
        for i in range(self.column.shape[0]):
            self.moved_offset[i] = self.column[i] * value + self.given[i]
        self.take(self.y)

    def effects(self, out: cython.double[:]) -> cython.void:
        for c in range(self.left_out):
            out[c] = self.beta[c]
        for c in range(self.left_out + 1, out.shape[0]):
            out[c] = self.beta[c - 1]
        out[self.left_out] = self.value_held

    def lost(self):
        """Whether lme4's criterion would have been NaN at parameters that were asked for."""
        return self.mapping.lost()

    def parts(self):
        """log|L|^2, log|RX|^2, the weighted residual sum of squares, |u|^2, u (G, k), inner_u (H,), as found."""
        return self.ldL2, self.ldRX2, self.wrss, self.sqrL, np.array(self.u).T.copy(), np.array(self.inner_u)

    def take(self, y: cython.const[cython.double][:]) -> cython.void:
        self.failed, self.evaluations = False, 0
        self.Xty[:] = 0.0
        for i in range(y.shape[0]):
            self.y[i] = y[i]
            r: cython.double = self.root[i] * (y[i] - self.offset[i])
            for c in range(self.Xty.shape[0]):
                self.Xty[c] += self.Xw[self.design_row[i], c] * r
        for run in range(self.runs.shape[0] - 1):
            first, end = self.runs[run], self.runs[run + 1]
            for g in range(first, end):
                for at in range(self.level[g], self.level[g + 1]):
                    i = self.by_level[at]
                    place = self.level[first] + (at - self.level[g]) * (end - first) + g - first
                    self.r[place] = self.root[i] * (y[i] - self.offset[i])

    def factored(self) -> cython.double:
        for j in range(self.rows.shape[0]):
            self.T[self.rows[j], self.cols[j]] = self.theta[self.place[j]]
        self._factor_designs()
        self.ldL2 = self._factor_levels() if self.down.shape[0] else self._effects_of_levels()
        self.ldRX2 = self._fixed_effects() if self.ldL2 < INFINITY else INFINITY
        if not self.ldRX2 < INFINITY:
            return INFINITY
        self._random_effects()
        self._residuals()
        self.pwrss = self.wrss + self.sqrL
        return self.ldL2

    def profiled(self, value: cython.double) -> cython.double:
        if self.reml:
            value += self.ldRX2
        return value + self.df * (1.0 + log(TWO_PI * self.pwrss) - log(self.df))

    def _factor_designs(self):
        """w = Lambda'z of each design's rows, its L and RZX (with inner levels not yet factored, only the products); 0
        is put where the levels' parts are added to."""
        k = self.T.shape[0]
        p = self.XT.shape[0]
        nested: cython.bint = self.down.shape[0] > 0
        self.L[:, :, :] = 0.0
        self.all_RZX[:, :] = 0.0
        self.u[:, :] = 0.0
        for d in range(self.start.shape[0] - 1):
            for j in range(self.start[d], self.start[d + 1]):
                for a in range(self.end[j]):
                    self.w[j, a] = 0.0
                    for c in range(a if a > self.begin[j] else self.begin[j], self.end[j]):
                        self.w[j, a] += self.T[c, a] * self.Zw[j, c]
                    for c in range(a + 1):
                        self.L[d, a, c] += self.w[j, a] * self.w[j, c]
                    for c in range(p):
                        self.RZX[d, a, c] += self.w[j, a] * self.Xw[j, c]
            if nested:
                continue
            for a in range(k):
                s: cython.double = self.L[d, a, a] + 1.0
                for c in range(a):
                    for e in range(c):
                        self.L[d, a, c] -= self.L[d, c, e] * self.L[d, a, e]
                    self.L[d, a, c] /= self.L[d, c, c]
                    s -= self.L[d, a, c] * self.L[d, a, c]
                self.L[d, a, a] = sqrt(s)
                self.logs[d, a] = log(self.L[d, a, a] * self.L[d, a, a])
            forward(self.L, d, self.RZX[d], 0, p, self.columns)

    def _effects_of_levels(self):
        """u = L^-1 Lambda'Z'y of one factor; log|L|^2."""
        k = self.T.shape[0]
        log_det: cython.double = 0.0
        for run in range(self.runs.shape[0] - 1):
            first, end = self.runs[run], self.runs[run + 1]
            d = self.which[first]
            for j in range(self.start[d], self.start[d + 1]):
                at = self.level[first] + (j - self.start[d]) * (end - first) - first
                for a in range(self.end[j]):
                    w: cython.double = self.w[j, a]
                    for g in range(first, end):
                        self.u[a, g] += w * self.r[at + g]
            for _ in range(first, end):
                for a in range(k):
                    log_det += self.logs[d, a]
            forward(self.L, d, self.u, first, end, self.columns)
        return log_det

    def _factor_levels(self):
        """Where a factor is nested in the other: the factor row by row, each outer level after those nested in it, and
        L^-1 times the products with X and y; log|L|^2, infinite on failure."""
        k = self.T.shape[0]
        p = self.XT.shape[0]
        t: cython.double = self.theta[self.inner_theta]
        log_det: cython.double = 0.0
        self.inner_L[:] = 0.0
        self.inner_u[:] = 0.0
        self.inner_below[:, :] = 0.0
        for g in range(self.which.shape[0]):
            for at in range(self.level[g], self.level[g + 1]):  # each level is a design of its own
                h = self.inner_codes[at]
                v: cython.double = t * self.inner_zw[at]
                self.inner_L[h] += v * v
                for a in range(k):
                    self.inner_below[h, a] += v * self.w[at, a]
                    self.u[a, g] += self.w[at, a] * self.r[at]
                for c in range(p):
                    self.inner_RZX[h, c] += v * self.Xw[at, c]
                self.inner_u[h] += v * self.r[at]
            for at in range(self.ptr[g], self.ptr[g + 1]):
                h = self.down[at]
                self.inner_L[h] = sqrt(self.inner_L[h] + 1.0)
                log_det += log(self.inner_L[h] * self.inner_L[h])
                for c in range(p):
                    self.inner_RZX[h, c] /= self.inner_L[h]
                self.inner_u[h] /= self.inner_L[h]
            for a in range(k):
                s: cython.double = self.L[g, a, a] + 1.0
                for at in range(self.ptr[g], self.ptr[g + 1]):
                    h = self.met[a, at]
                    self.inner_below[h, a] /= self.inner_L[h]
                    for c in range(a):
                        self.L[g, a, c] -= self.inner_below[h, c] * self.inner_below[h, a]
                    s -= self.inner_below[h, a] * self.inner_below[h, a]
                for c in range(a):
                    self.L[g, a, c] /= self.L[g, c, c]
                    for e in range(c + 1, a):
                        self.L[g, a, e] -= self.L[g, e, c] * self.L[g, a, c]
                    s -= self.L[g, a, c] * self.L[g, a, c]
                if not s > 0.0:
                    return INFINITY
                self.L[g, a, a] = sqrt(s)
                log_det += log(self.L[g, a, a] * self.L[g, a, a])
            for a in range(k):
                for at in range(self.ptr[g], self.ptr[g + 1]):
                    h = self.down[at]
                    for c in range(p):
                        self.RZX[g, a, c] -= self.inner_below[h, a] * self.inner_RZX[h, c]
                    self.u[a, g] -= self.inner_below[h, a] * self.inner_u[h]
                for e in range(a):
                    for c in range(p):
                        self.RZX[g, a, c] -= self.L[g, a, e] * self.RZX[g, e, c]
                    self.u[a, g] -= self.L[g, a, e] * self.u[e, g]
                for c in range(p):
                    self.RZX[g, a, c] /= self.L[g, a, a]
                self.u[a, g] /= self.L[g, a, a]
        return log_det

    def _fixed_effects(self):
        """The upper factor RX of X'X - RZX'RZX and beta; log|RX|^2, infinite where it fails."""
        k = self.T.shape[0]
        p = self.XT.shape[0]
        self.beta[:] = 0.0
        for c in range(p):
            for e in range(c + 1):
                self.RX[e, c] = self.XtX[e, c]
        add_gram(self.all_RZX, self.order, self.fours, self.q_block, self.sums, -1.0, self.RX)
        for g in range(self.which.shape[0]):
            for at in range(self.ptr[g], self.ptr[g + 1]):
                h = self.down[at]
                for c in range(p):
                    self.beta[c] += self.inner_RZX[h, c] * self.inner_u[h]
            d = self.which[g]
            for a in range(k):
                for c in range(p):
                    self.beta[c] += self.RZX[d, a, c] * self.u[a, g]
        for c in range(p):
            self.beta[c] = self.Xty[c] - self.beta[c]
        return solved(self.RX, self.beta, self.products, self.fours > 0)

    def _random_effects(self):
        """u, from L^-1 Lambda'Z'y there, and b = Lambda u."""
        k = self.T.shape[0]
        p = self.XT.shape[0]
        self.b[:, :] = 0.0
        for d in range(self.RZX.shape[0]):
            for a in range(k):
                self.moved[d, a] = 0.0
                for c in range(p):
                    self.moved[d, a] += self.RZX[d, a, c] * self.beta[c]
        for run in range(self.runs.shape[0] - 1):
            g, end = self.runs[run], self.runs[run + 1]
            d = self.which[g]
            for at in range(self.ptr[g], self.ptr[g + 1]):
                h = self.down[at]
                t: cython.double = 0.0
                for c in range(p):
                    t += self.inner_RZX[h, c] * self.beta[c]
                self.inner_u[h] -= t
            for a in range(k):
                for other in range(g, end):
                    self.u[a, other] -= self.moved[d, a]
            # Backwards, CHOLMOD takes the last columns of a level together (up to three), and subtracts from them last
            # first; but not the first four columns of all.
            together: cython.bint = self.ptr[g + 1] + g * k + k - 1 >= 4
            backward(self.L, d, self.u, g, end, self.columns, self.ptr[g + 1] + g * k)
            for at in range(self.ptr[g], self.ptr[g + 1]):
                h = self.down[at]
                last: cython.bint = together and at == self.ptr[g + 1] - 1
                for step in range(k):
                    a = k - 1 - step if last else step
                    self.inner_u[h] -= self.inner_below[h, a] * self.u[a, g]
                self.inner_u[h] /= self.inner_L[h]
            for a in range(k):
                for c in range(a + 1):
                    t = self.T[a, c]
                    for other in range(g, end):
                        self.b[a, other] += t * self.u[c, other]

    def _residuals(self):
        """The sums of squares of the residuals, observation by observation, and of u, term by term."""
        p = self.XT.shape[0]
        inner = self.down.shape[0]
        wrss: cython.double = 0.0
        sqrL: cython.double = 0.0
        for i in range(inner):
            sqrL += self.inner_u[i] * self.inner_u[i]
            self.inner_b[i] = self.theta[self.inner_theta] * self.inner_u[i]
        for i in range(self.first.shape[0] - 1):
            for g in range(self.which.shape[0]):
                for a in range(self.first[i], self.first[i + 1]):
                    sqrL += self.u[a, g] * self.u[a, g]
        self.fitted[:] = 0.0
        for a in range(p):
            v: cython.double = self.beta[a]
            for j in range(self.fitted.shape[0]):
                self.fitted[j] += self.XT[a, j] * v
        for i in range(self.codes.shape[0]):
            g = self.codes[i]
            j = self.design_row[i]
            t: cython.double = 0.0
            if inner:
                t += self.inner_z[j] * self.inner_b[self.inner_codes[j]]
            for a in range(self.begin[j], self.end[j]):
                t += self.Z[j, a] * self.b[a, g]
            t = self.root[i] * (self.y[i] - (self.offset[i] + (self.fitted[j] + t)))
            wrss += t * t
        self.wrss = wrss
        self.sqrL = sqrL
