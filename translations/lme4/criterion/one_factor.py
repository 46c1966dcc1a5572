# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: infer_types=True
"""The criterion of a model with one grouping factor and its derivatives, compiled from theta to the gradient.

These are the models that are refitted thousands of times; nothing of the tail is in the way, and everything happens
level by level. Notation as in `factor.py`: with L_g L_g' = Omega_g = T'A_gT + I and B_g = L_g^{-1}T'D_g the corner
[Q, y]'V^{-1}[Q, y] is that of the data less the sum of B_g'B_g; U_g = Omega_g^{-1}T'D_g and G_g = D_g - A_gT U_g. Half
the gradient is H, the sum of A_g T Omega_g^{-1} - G_g K U_g', K as in `Factor.gradient`, or from T'H = E, the sum of
I - Omega_g^{-1} - U_g K U_g', in the rows where T's diagonal is not small: A_g and G_g would cost digits there.
"""

from __future__ import annotations

import numpy as np

try:
    import cython
except ModuleNotFoundError:
    from translations import cython_stand_in as cython

if cython.compiled:
    from cython.cimports.libc.math import INFINITY, M_PI, fabs, log, sqrt
    from cython.cimports.translations.lme4.criterion.newton_steps import largest, step_of, update
else:
    from math import fabs, log, sqrt
    from math import inf as INFINITY  # noqa: N812
    from math import pi as M_PI  # noqa: N812

    from translations.compiled import runs_as_python
    from translations.lme4.criterion.newton_steps import largest, step_of, update

    runs_as_python(__name__)

TOLERANCE = cython.declare(cython.double, 1e-9)  # as `optimize.GRADIENT_TOLERANCE`
NEAR = cython.declare(cython.double, 1e-2)  # as `optimize.NEAR`
CONVERGED = cython.declare(cython.double, 1e-8)  # as `optimize.CONVERGED`
LEAST = cython.declare(cython.double, 0.1)  # as `optimize.LEAST`
CANCELS = cython.declare(cython.double, 100.0)  # as `residual.CANCELS`
LOST = cython.declare(cython.double, 1e-3)  # as `factor.LOST`


@cython.final
@cython.cclass
class OneFactor:
    """Cross-products and room for one factorization; answers depend on theta alone, as nothing else is kept.

    A (levels, k, k), D (levels, k, w), corner (w, w): as in `PLS`, the data's; place (3, m): rows and columns of the
    template's entries and where they are in theta; log_det_R, log_weights: what the criterion adds and subtracts;
    least: the pwrss below which too few of its digits are left.
    """

    A: cython.const[cython.double][:, :, ::1]
    D: cython.double[:, :, ::1]
    corner: cython.double[:, :]
    place: cython.const[cython.Py_ssize_t][:, ::1]
    log_det_R: cython.double
    log_weights: cython.double
    least: cython.double
    T: cython.double[:, ::1]
    L: cython.double[:, :, ::1]
    B: cython.double[:, :, ::1]
    S: cython.double[:, ::1]
    K: cython.double[:, ::1]
    C: cython.double[:, ::1]
    U: cython.double[:, ::1]
    M: cython.double[:, ::1]
    H: cython.double[:, ::1]
    E: cython.double[:, ::1]
    clear: cython.Py_ssize_t[::1]
    count: cython.Py_ssize_t

    def __init__(self, A, D, corner, place, log_det_R, log_weights, least):  # noqa: N803
        levels, k, w = D.shape
        self.A, self.place = A, place
        # What another process was sent may be read-only.
        self.D, self.corner = (each if each.flags.writeable else each.copy() for each in (D, corner))
        self.log_det_R, self.log_weights, self.least = log_det_R, log_weights, least
        self.count = 0
        self.T, self.M, self.H, self.E = (np.zeros((k, k)) for _ in range(4))
        self.L, self.B = np.zeros((levels, k, k)), np.empty((levels, k, w))
        self.S, self.K, self.C = np.empty((w, w)), np.empty((w, w)), np.empty((w, w))
        self.U, self.clear = np.empty((k, w)), np.zeros(k, dtype=np.int64)

    def __reduce__(self):
        """For pickle, which sends models to other processes."""
        arrays = (np.asarray(self.A), np.asarray(self.D), np.asarray(self.corner), np.asarray(self.place))
        return OneFactor, (*arrays, self.log_det_R, self.log_weights, self.least)

    @cython.ccall
    def asked(self) -> cython.Py_ssize_t:
        """How many criteria were computed."""
        return self.count

    @cython.ccall
    def value(self, theta: cython.const[cython.double][:], df: cython.double, REML: cython.bint) -> cython.double:  # noqa: N803
        """The criterion at theta (m,) with `df` degrees of freedom, infinite where the factorization fails or
        has lost too many digits."""
        return self._value(theta, df, REML)

    @cython.ccall
    def gradient(self, theta: cython.const[cython.double][:], df: cython.double, REML: cython.bint,
                 out: cython.double[:]) -> cython.double:  # noqa: N803
        """The criterion, and its gradient at theta (m,) into out (m,)."""
        value: cython.double = self._value(theta, df, REML)
        if value < INFINITY:
            self._gradient(df, REML, out)
        return value

    @cython.ccall
    def hessian(self, theta: cython.const[cython.double][:], step: cython.double, df: cython.double, REML: cython.bint,
                out: cython.double[:, :]) -> cython.bint:  # noqa: N803
        """Central differences of the gradient into out (m, m), steps `step` times the larger of 1 and the entry of
        theta; False where a factorization fails.
        """
        x = np.array(theta, dtype=float)
        at: cython.double[::1] = x
        behind: cython.double[::1] = np.empty_like(x)
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        for i in range(at.shape[0]):
            h: cython.double = step * max(1.0, fabs(theta[i]))
            at[i] = theta[i] - h
            below: cython.double = self.gradient(at, df, REML, behind)
            at[i] = theta[i] + h
            above: cython.double = self.gradient(at, df, REML, out[i])
            if not (below < INFINITY and above < INFINITY):
                return False
            for j in range(at.shape[0]):
                out[i, j] = (out[i, j] - behind[j]) / (2.0 * h)
            at[i] = theta[i]
        return True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _value(self, theta: cython.const[cython.double][:], df: cython.double, REML: cython.bint) -> cython.double:  # noqa: N803
        A, D, T, L, B, S = self.A, self.D, self.T, self.L, self.B, self.S
        k, w = D.shape[1], D.shape[2]
        p = w - 1
        self.count += 1
        s: cython.double
        t: cython.double
        log_det: cython.double = 0.0
        product: cython.double = 1.0
        for i in range(self.place.shape[1]):
            T[self.place[0, i], self.place[1, i]] = theta[self.place[2, i]]
        for i in range(w):
            for j in range(i + 1):
                S[i, j] = self.corner[i, j]
        for g in range(D.shape[0]):
            for b in range(k):
                for a in range(b, k):
                    s = 1.0 if a == b else 0.0
                    for c in range(a, k):
                        t = 0.0
                        for e in range(b, k):
                            t += A[g, c, e] * T[e, b]
                        s += T[c, a] * t
                    for c in range(b):
                        s -= L[g, a, c] * L[g, b, c]
                    L[g, a, b] = sqrt(s) if a == b else s / L[g, b, b]
            for a in range(k):
                product *= L[g, a, a]
            if product > 1e150:
                log_det += log(product)
                product = 1.0
            for i in range(w):
                for a in range(k):
                    s = 0.0
                    for c in range(a, k):
                        s += T[c, a] * D[g, c, i]
                    for c in range(a):
                        s -= L[g, a, c] * B[g, c, i]
                    B[g, a, i] = s / L[g, a, a]
                for j in range(i + 1):
                    s = 0.0
                    for a in range(k):
                        s += B[g, a, i] * B[g, a, j]
                    S[i, j] -= s
        for j in range(w):
            s = S[j, j]
            for c in range(j):
                s -= S[j, c] * S[j, c]
            if not s > 0.0:
                return INFINITY
            S[j, j] = sqrt(s)
            for i in range(j + 1, w):
                s = S[i, j]
                for c in range(j):
                    s -= S[i, c] * S[j, c]
                S[i, j] = s / S[j, j]
        if S[p, p] * S[p, p] < self.least:
            return INFINITY
        value = 2.0 * (log_det + log(product)) - self.log_weights
        if REML:
            for j in range(p):
                value += 2.0 * log(S[j, j])
            value += self.log_det_R
        return value + df * (1.0 + log(2.0 * M_PI * S[p, p] * S[p, p] / df))

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _gradient(self, df: cython.double, REML: cython.bint, out: cython.double[:]) -> cython.void:  # noqa: N803
        A, D, T, L, B, K, H, E, U, M = (
            self.A, self.D, self.T, self.L, self.B, self.K, self.H, self.E, self.U, self.M)
        levels, k, w = D.shape[0], D.shape[1], D.shape[2]
        s: cython.double
        small: cython.bint = False
        self._weights(df, REML)
        for a in range(k):
            s = 0.0
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

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _direct(self, g: cython.Py_ssize_t) -> cython.void:
        """Add A_g T Omega_g^{-1} - G_g K U_g' to H."""
        A, D, T, K, H, U, M = self.A, self.D, self.T, self.K, self.H, self.U, self.M
        k, w = D.shape[1], D.shape[2]
        s: cython.double
        t: cython.double
        for a in range(k):
            for c in range(k):
                s = 0.0  # A_gT M'
                for b in range(c + 1):
                    t = 0.0
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

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _weights(self, df: cython.double, REML: cython.bint) -> cython.void:  # noqa: N803
        """K = (df / pwrss) cc' + (Q'V^{-1}Q)^{-1} for REML, c = (-beta_Q, 1), the last row of C, below which is the
        inverse of the corner's factor."""
        S, C, K = self.S, self.C, self.K
        p = S.shape[0] - 1
        s: cython.double
        for j in range(p):
            C[j, j] = 1.0 / S[j, j]
            for i in range(j + 1, p):
                s = 0.0
                for a in range(j, i):
                    s -= S[i, a] * C[a, j]
                C[i, j] = s / S[i, i]
            s = 0.0
            for a in range(j, p):
                s -= C[a, j] * S[p, a]
            C[p, j] = s
        C[p, p] = 1.0
        for j in range(p + 1):
            for i in range(p + 1):
                s = df / (S[p, p] * S[p, p]) * C[p, i] * C[p, j]
                if REML and i < p and j < p:
                    for a in range(max(i, j), p):
                        s += C[a, i] * C[a, j]
                K[i, j] = s

    # --- another response, and its estimates --------------------------------------------------------------------

    @cython.ccall
    def load(self, y: cython.const[cython.double][:], codes: cython.const[cython.Py_ssize_t][:],
             Z: cython.const[cython.double][:, :], Q: cython.const[cython.double][:, :],
             effects: cython.double[::1], rest: cython.double[::1]) -> cython.bint:  # noqa: N803
        """Put in the response y (n,), weighted, its offset taken off, as `PLS.with_response` does: effects (p,) = Q'y,
        rest (n,) = y - Q effects. False where the mean is so large that this loses digits.
        """
        D, corner, p, last = self.D, self.corner, Q.shape[1], self.D.shape[2] - 1
        size: cython.double = 0.0
        left: cython.double = 0.0
        for j in range(p):
            effects[j] = 0.0
        for i in range(y.shape[0]):
            size = max(size, fabs(y[i]))
            for j in range(p):
                effects[j] += Q[i, j] * y[i]
        for j in range(p + 1):
            corner[last, j] = 0.0
        D[:, :, last] = 0.0
        for i in range(y.shape[0]):
            s: cython.double = y[i]
            for j in range(p):
                s -= Q[i, j] * effects[j]
            rest[i] = s
            left = max(left, fabs(s))
            for j in range(p):
                corner[last, j] += Q[i, j] * s
            corner[last, last] += s * s
            for a in range(Z.shape[1]):
                D[codes[i], a, last] += Z[i, a] * s
        self.least = LOST * corner[last, last]
        return size <= CANCELS * left

    @cython.ccall
    def estimates(self, theta: cython.const[cython.double][:], df: cython.double, REML: cython.bint,
                  effects: cython.double[::1], back: cython.double[:, :], beta: cython.double[:],
                  se: cython.double[:]) -> cython.double:  # noqa: N803
        """pwrss at theta (m,); beta (p,) and its standard errors over sigma, with back (p, p) = R^{-1}, X = QR."""
        self._value(theta, df, REML)
        self._weights(df, REML)
        S, C, p = self.S, self.C, self.S.shape[0] - 1
        s: cython.double
        for i in range(p):
            beta[i] = 0.0
            se[i] = 0.0
            for j in range(p):
                beta[i] += back[i, j] * (effects[j] - C[p, j])
                s = 0.0
                for a in range(j + 1):
                    s += back[i, a] * C[j, a]
                se[i] += s * s
            se[i] = sqrt(se[i])
        return S[p, p] * S[p, p]

    # --- Newton's method ---------------------------------------------------------------------------------------

    @cython.ccall
    def fit(self, start: cython.const[cython.double][:], scale: cython.double[::1], across: cython.Py_ssize_t[::1],
            alone: cython.bint, df: cython.double, REML: cython.bint, room: cython.double[:, ::1],
            x: cython.double[::1], g: cython.double[::1]) -> cython.double:  # noqa: N803
        """The criterion at the minimum x (m,) reached from start (m,), the gradient there in g; infinite where none is,
        or where it is lower without one of the effects or, if `alone`, from a multiple of the identity, as
        `optimize._elsewhere` looks. For the other arguments see `descend`.
        """
        m = x.shape[0]
        trial, slope, theta = room[3 * m + 6], room[3 * m + 7], room[3 * m + 4]
        for i in range(m):
            x[i] = start[i]
        f: cython.double = self.descend(x, g, scale, across, df, REML, room, room[:0], 0.0)
        if not (f < INFINITY and largest(g) <= CONVERGED):
            return INFINITY
        noise: cython.double = 1e-9 * max(1.0, fabs(f))
        size: cython.double = 0.0
        columns: cython.double = 0.0
        for i in range(m):
            size += x[i] * x[i]
            if across[i] == i:
                columns += 1.0
                for j in range(m):
                    theta[j] = 0.0 if j == i else x[j] / scale[j]
                if x[i] != 0.0 and self._value(theta, df, REML) < f - noise:
                    return INFINITY
        size = max(sqrt(size / columns), LEAST)
        if alone and size < 1.0:
            for i in range(m):
                trial[i] = 1.0 if across[i] == i else 0.0
            known: cython.double[:, ::1] = np.array(x).reshape(1, m)
            if self.descend(trial, slope, scale, across, df, REML, room, known, f) < f - noise:
                return INFINITY
        return f

    @cython.ccall
    def descend(self, x: cython.double[::1], g: cython.double[::1], scale: cython.double[::1],
                across: cython.Py_ssize_t[::1], df: cython.double, REML: cython.bint, room: cython.double[:, ::1],
                known: cython.double[:, ::1], f_known: cython.double) -> cython.double:  # noqa: N803
        """Newton's steps from x (m,), theta times `scale`, to where neither criterion nor gradient gets smaller, as
        `optimize._descend` takes them; x and the gradient g there in place, and the criterion returned.

        across (m,): where in theta the diagonal entry of each entry's column is; room: (3 m + 8, m); known: a minimum
        (1, m), or none (0, m), its criterion f_known: whoever comes near it stops.
        """
        m = x.shape[0]
        H, vectors, other = room[:m], room[m : 2 * m], room[2 * m : 3 * m]
        values, step, x_new, g_new, theta, change = (
            room[3 * m], room[3 * m + 1], room[3 * m + 2], room[3 * m + 3], room[3 * m + 4], room[3 * m + 5])
        f: cython.double = self._scaled(x, g, scale, df, REML, theta)
        if not f < INFINITY:
            return f
        slope: cython.double = largest(g)
        curved: cython.bint = self._curvature(x, g, scale, df, REML, H, x_new, g_new, theta)
        for _ in range(200):
            near: cython.bint = known.shape[0] > 0 and 0.0 <= f - f_known <= NEAR * NEAR * max(1.0, fabs(f_known))
            for i in range(m):
                near = near and fabs(x[i] - known[0, i]) <= NEAR * max(1.0, fabs(known[0, i]))
            if slope == 0.0 or near or not curved:
                break
            trials: cython.int = 40 if slope > TOLERANCE else 1
            moved: cython.bint = False
            f_new: cython.double = f
            for way in range(3):
                if not step_of(way, H, x, g, across, values, vectors, other, step):
                    continue
                for _ in range(trials):
                    for i in range(m):
                        x_new[i] = x[i] + step[i]
                    f_new = self._scaled(x_new, g_new, scale, df, REML, theta)
                    ratio: cython.double = largest(g_new) / slope
                    noise: cython.double = 1e-13 * max(1.0, fabs(f))
                    moved = f_new < f - noise or (f_new <= f + noise and ratio < 1.0) or (
                        f_new <= f + 100.0 * noise and ratio < 0.1)
                    if moved:
                        break
                    for i in range(m):
                        step[i] *= 0.5
                if moved or slope <= TOLERANCE:
                    break
            if not moved or (slope <= TOLERANCE and ratio > 0.5):
                break
            f, slope = f_new, ratio * slope
            for i in range(m):
                sign: cython.double = -1.0 if x_new[across[i]] < 0.0 else 1.0
                if sign < 0.0:
                    ratio = 1.0  # the Hessian is one of other coordinates
                change[i] = g_new[i] - g[i]
                x[i], g[i] = sign * x_new[i], sign * g_new[i]
            if slope > TOLERANCE and not (ratio < 0.3 and update(H, step, change, values)):
                curved = self._curvature(x, g, scale, df, REML, H, x_new, g_new, theta)
        return f

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _scaled(self, x: cython.double[::1], g: cython.double[::1], scale: cython.double[::1], df: cython.double,
                REML: cython.bint, theta: cython.double[::1]) -> cython.double:  # noqa: N803
        """The criterion, and its gradient into g, in x = theta scale."""
        for i in range(x.shape[0]):
            theta[i] = x[i] / scale[i]
        value = self._value(theta, df, REML)
        if value < INFINITY:
            self._gradient(df, REML, g)
            for i in range(x.shape[0]):
                g[i] /= scale[i]
        return value

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _curvature(self, x: cython.double[::1], g: cython.double[::1], scale: cython.double[::1], df: cython.double,
                   REML: cython.bint, H: cython.double[:, ::1], shifted: cython.double[::1],
                   there: cython.double[::1], theta: cython.double[::1]) -> cython.bint:  # noqa: N803
        """H (m, m): forward differences of the gradient at x; False where it cannot be had."""
        m = x.shape[0]
        for i in range(m):
            shifted[i] = x[i]
        for i in range(m):
            shifted[i] = x[i] + 1e-6 * max(1.0, fabs(x[i]))
            if not self._scaled(shifted, there, scale, df, REML, theta) < INFINITY:
                return False
            for j in range(m):
                H[i, j] = (there[j] - g[j]) / (shifted[i] - x[i])
            shifted[i] = x[i]
        for i in range(m):
            for j in range(i):
                H[i, j] = H[j, i] = (H[i, j] + H[j, i]) / 2.0
        return True
