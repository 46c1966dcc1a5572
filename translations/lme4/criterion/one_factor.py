# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: infer_types=True
"""The criterion of a model with one grouping factor and its derivatives, compiled from theta to the gradient.

These are the models that are refitted thousands of times; there are no trailing random columns, and everything happens
level by level. With A_g and D_g a level's Z1tZ1 and Z1tXy, T the template, L_g L_g' = Omega_g = T'A_gT + I and B_g =
L_g^{-1}T'D_g the corner [Q, y]'V^{-1}[Q, y] is that of the data less the sum of B_g'B_g; U_g = Omega_g^{-1}T'D_g and
G_g = D_g - A_gT U_g. Half the gradient is H, the sum of A_g T Omega_g^{-1} - G_g K U_g', K as in `residual_weights`, or
from T'H = E, the sum of I - Omega_g^{-1} - U_g K U_g', in the rows where T's diagonal is not small: A_g and G_g would
cost digits there.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, M_PI, log
from cython.cimports.translations.lme4.criterion.loops import cholesky, factor_levels, residual_weights


@cython.final
@cython.cclass
class OneFactor:
    """Cross-products and workspace for one factorization; answers depend on theta alone, as nothing else is kept.

    Z1tZ1 (levels, k, k), Z1tXy (levels, k, w), corner (w, w): as in `PLS`, the data's; place (3, m): rows and columns
    of the template's entries and where they are in theta; log_det_R, log_weights: what the criterion adds and
    subtracts; least: the pwrss below which too few of its digits are left; count: how many criteria were computed.
    """

    def __init__(self, A, D, corner, place, log_det_R, log_weights, least):  # noqa: N803
        levels, k, w = D.shape
        self.Z1tZ1, self.place = A, place
        # What another process was sent may be read-only.
        self.Z1tXy, self.corner = (each if each.flags.writeable else each.copy() for each in (D, corner))
        self.log_det_R, self.log_weights, self.least = log_det_R, log_weights, least
        self.count = 0
        self.template, self.L11_inverse, self.half, self.scaled_half = (np.zeros((k, k)) for _ in range(4))
        self.L11, self.RZXy = np.zeros((levels, k, k)), np.empty((levels, k, w))
        self.corner_factor, self.weights, self.corner_inverse = np.empty((w, w)), np.empty((w, w)), np.empty((w, w))
        self.level_U, self.clear = np.empty((k, w)), np.zeros(k, dtype=np.int64)

    def __reduce__(self):
        """For pickle, which sends models to other processes."""
        arrays = (np.asarray(self.Z1tZ1), np.asarray(self.Z1tXy), np.asarray(self.corner), np.asarray(self.place))
        return type(self), (*arrays, self.log_det_R, self.log_weights, self.least)

    def reordered(self, order):
        """The same with the effects of every level in another order (k,), and workspace of its own."""
        A, D, place = np.asarray(self.Z1tZ1), np.asarray(self.Z1tXy), np.asarray(self.place)
        A, D = np.ascontiguousarray(A[:, order][:, :, order]), np.ascontiguousarray(D[:, order])
        return OneFactor(A, D, np.asarray(self.corner), place, self.log_det_R, self.log_weights, self.least)

    def value(self, theta, df, REML):  # noqa: N803
        """The criterion at theta (m,) with `df` degrees of freedom, infinite where the factorization fails or
        has lost too many digits."""
        value: cython.double = self._log_det(theta)
        if not value < INFINITY:
            return INFINITY
        S = self.corner_factor
        p = S.shape[0] - 1
        if REML:
            for j in range(p):
                value += 2.0 * log(S[j, j])
            value += self.log_det_R
        return value + df * (1.0 + log(2.0 * M_PI * S[p, p] * S[p, p] / df))

    def gradient(self, theta, df, REML, out):  # noqa: N803
        """The criterion, and its gradient at theta (m,) into out (m,)."""
        value: cython.double = self.value(theta, df, REML)
        if value < INFINITY:
            self._gradient(df, REML, out)
        return value

    def by_matrix(self, theta, df, REML, out):  # noqa: N803
        """The criterion, and its derivatives with respect to TT' at theta (m,), HT^{-1}, into out (k, k); infinite
        also where T's diagonal is too small for that."""
        value: cython.double = self.value(theta, df, REML)
        if not value < INFINITY:
            return INFINITY
        self._gradient(df, REML, np.empty(theta.shape[0]))
        k = self.template.shape[0]
        for a in range(k):
            if not self.clear[a]:
                return INFINITY
            for b in range(k - 1, -1, -1):
                s: cython.double = self.half[a, b]
                for c in range(b + 1, k):
                    s -= out[a, c] * self.template[c, b]
                out[a, b] = s / self.template[b, b]
        return value

    def deviance(self, theta, sigma, n, out):
        """The deviance of n observations (Bates et al. 2015, eq. 31) at theta (m,) and sigma, infinite as `value` is,
        and its derivatives with respect to theta and log(sigma), into out (m + 1,).
        """
        value: cython.double = self._log_det(theta)
        if value < INFINITY:
            p = self.corner_factor.shape[0] - 1
            over: cython.double = self.corner_factor[p, p] * self.corner_factor[p, p] / (sigma * sigma)
            self._gradient(over, False, out)
            out[theta.shape[0]] = 2.0 * (n - over)
            value += over + n * log(2.0 * M_PI * sigma * sigma)
        return value

    def _log_det(self, theta):
        """log|L|^2 less the sum of the weights' logarithms, and the corner's factor in S; infinite as `value` is."""
        D, T, L, B, S = self.Z1tXy, self.template, self.L11, self.RZXy, self.corner_factor
        k, w = D.shape[1], D.shape[2]
        p = w - 1
        self.count += 1
        log_det: cython.double = 0.0
        product: cython.double = 1.0
        for i in range(self.place.shape[1]):
            T[self.place[0, i], self.place[1, i]] = theta[self.place[2, i]]
        for i in range(w):
            for j in range(i + 1):
                S[i, j] = self.corner[i, j]
        factor_levels(T, self.Z1tZ1, D, L, B)
        for g in range(D.shape[0]):
            for a in range(k):
                product *= L[g, a, a]
            if product > 1e150:
                log_det += log(product)
                product = 1.0
            for i in range(w):
                for j in range(i + 1):
                    s: cython.double = 0.0
                    for a in range(k):
                        s += B[g, a, i] * B[g, a, j]
                    S[i, j] -= s
        if not cholesky(S) or S[p, p] * S[p, p] < self.least:
            return INFINITY
        return 2.0 * (log_det + log(product)) - self.log_weights

    def _gradient(self, df, REML, out):  # noqa: N803
        A, D, T, L, B = self.Z1tZ1, self.Z1tXy, self.template, self.L11, self.RZXy
        K, H, E, U, M = self.weights, self.half, self.scaled_half, self.level_U, self.L11_inverse
        levels, k, w = D.shape[0], D.shape[1], D.shape[2]
        small: cython.bint = False
        residual_weights(self.corner_factor, df, REML, self.corner_inverse, K)
        for a in range(k):
            s: cython.double = 0.0
            for g in range(levels):
                s += A[g, a, a]
            self.clear[a] = T[a, a] * T[a, a] * s > levels
            small = small or not self.clear[a]
            for b in range(k):
                H[a, b] = 0.0
                E[a, b] = levels if a == b else 0.0
        for g in range(levels):
            for i in range(w):
                for a in range(k - 1, -1, -1):
                    s = B[g, a, i]
                    for c in range(a + 1, k):
                        s -= L[g, c, a] * U[c, i]
                    U[a, i] = s / L[g, a, a]
            for b in range(k):  # M = L_g^{-1}
                M[b, b] = 1.0 / L[g, b, b]
                for a in range(b + 1, k):
                    s = 0.0
                    for c in range(b, a):
                        s -= L[g, a, c] * M[c, b]
                    M[a, b] = s / L[g, a, a]
            for a in range(k):
                for b in range(k):
                    for c in range(max(a, b), k):
                        E[a, b] -= M[c, a] * M[c, b]
                for j in range(w):
                    s = 0.0
                    for i in range(w):
                        s += U[a, i] * K[i, j]
                    for b in range(k):
                        E[a, b] -= s * U[b, j]
            if small:
                self._direct(g)
        for b in range(k):
            for a in range(k - 1, -1, -1):
                if self.clear[a]:
                    s = E[a, b]
                    for c in range(a + 1, k):
                        s -= T[c, a] * H[c, b]
                    H[a, b] = s / T[a, a]
        for i in range(self.place.shape[1]):
            out[self.place[2, i]] = 2.0 * H[self.place[0, i], self.place[1, i]]

    def _direct(self, g):
        """Add A_g T Omega_g^{-1} - G_g K U_g' to H."""
        A, D, T, K, H = self.Z1tZ1, self.Z1tXy, self.template, self.weights, self.half
        U, M = self.level_U, self.L11_inverse
        k, w = D.shape[1], D.shape[2]
        for a in range(k):
            for c in range(k):
                s: cython.double = 0.0  # A_gT M'
                for b in range(c + 1):
                    t: cython.double = 0.0
                    for e in range(b, k):
                        t += A[g, a, e] * T[e, b]
                    s += t * M[c, b]
                for b in range(c + 1):
                    H[a, b] += s * M[c, b]
            for i in range(w):
                s = D[g, a, i]
                for b in range(k):
                    for c in range(b + 1):
                        s -= A[g, a, b] * T[b, c] * U[c, i]
                for j in range(w):
                    for b in range(k):
                        H[a, b] -= s * K[i, j] * U[b, j]
