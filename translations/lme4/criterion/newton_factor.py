# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: infer_types=True
"""Newton's method on the criterion of a model with one grouping factor, compiled: one response after the other."""

from __future__ import annotations

import numpy as np

try:
    import cython
except ModuleNotFoundError:
    from translations import cython_stand_in as cython

if cython.compiled:
    from cython.cimports.libc.math import INFINITY, fabs, sqrt
    from cython.cimports.translations.lme4.criterion.loops import residual_weights
    from cython.cimports.translations.lme4.criterion.newton_steps import largest, step_of, update
    from cython.cimports.translations.lme4.criterion.one_factor import OneFactor
else:
    from math import fabs, sqrt
    from math import inf as INFINITY  # noqa: N812

    from translations.compiled import runs_as_python
    from translations.lme4.criterion.loops import residual_weights
    from translations.lme4.criterion.newton_steps import largest, step_of, update
    from translations.lme4.criterion.one_factor import OneFactor

    runs_as_python(__name__)

TOLERANCE = cython.declare(cython.double, 1e-9)  # as `optimize.GRADIENT_TOLERANCE`
NEAR = cython.declare(cython.double, 1e-2)  # as `optimize.NEAR`
CONVERGED = cython.declare(cython.double, 1e-8)  # as `optimize.CONVERGED`
LEAST = cython.declare(cython.double, 0.1)  # as `optimize.LEAST`
CANCELS = cython.declare(cython.double, 100.0)  # as `cross_products.CANCELS`
LOST = cython.declare(cython.double, 1e-3)  # as `factor.LOST`


@cython.final
@cython.cclass
class NewtonFactor(OneFactor):
    """The cross-products of a design and of whichever response was loaded last, and Newton's method on them."""

    def load(self, y, codes, Z, Q, effects, rest):  # noqa: N803
        """Put in the response y (n,), weighted, its offset taken off, as `PLS.with_response` does: effects (p,) = Q'y,
        rest (n,) = y - Q effects. False where the mean is so large that this loses digits.
        """
        D, corner, p, last = self.Z1tXy, self.corner, Q.shape[1], self.Z1tXy.shape[2] - 1
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
            rest[i] = s
            left = max(left, fabs(s))
            for j in range(p):
                corner[last, j] += Q[i, j] * s
            corner[last, last] += s * s
            for a in range(Z.shape[1]):
                D[codes[i], a, last] += Z[i, a] * s
        self.least = LOST * corner[last, last]
        return size <= CANCELS * left

    def estimates(self, theta, df, REML, effects, back, beta, se):  # noqa: N803
        """pwrss at theta (m,); beta (p,) and its standard errors over sigma, with back (p, p) = R^{-1}, X = QR."""
        self._value(theta, df, REML)
        residual_weights(self.corner_factor, df, REML, self.corner_inverse, self.weights)
        S, C, p = self.corner_factor, self.corner_inverse, self.corner_factor.shape[0] - 1
        for i in range(p):
            beta[i] = 0.0
            se[i] = 0.0
            for j in range(p):
                beta[i] += back[i, j] * (effects[j] - C[p, j])
                s: cython.double = 0.0
                for a in range(j + 1):
                    s += back[i, a] * C[j, a]
                se[i] += s * s
            se[i] = sqrt(se[i])
        return S[p, p] * S[p, p]

    # --- Newton's method ---------------------------------------------------------------------------------------

    def fit(self, start, scale, across, alone, df, REML, work, x, g):  # noqa: N803
        """The criterion at the minimum x (m,) reached from start (m,), the gradient there in g; infinite where none is,
        or where it is lower without one of the effects or, if `alone`, from a multiple of the identity, as
        `optimize._elsewhere` looks. For the other arguments see `descend`.
        """
        m = x.shape[0]
        trial, slope, theta = work[3 * m + 6], work[3 * m + 7], work[3 * m + 4]
        for i in range(m):
            x[i] = start[i]
        f: cython.double = self.descend(x, g, scale, across, df, REML, work, work[:0], 0.0)
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
            if self.descend(trial, slope, scale, across, df, REML, work, known, f) < f - noise:
                return INFINITY
        return f

    def descend(self, x, g, scale, across, df, REML, work, known, f_known):  # noqa: N803
        """Newton's steps from x (m,), theta times `scale`, to where neither criterion nor gradient gets smaller, as
        `optimize._descend` takes them; x and the gradient g there in place, and the criterion returned.

        across (m,): where in theta the diagonal entry of each entry's column is; work: (3 m + 8, m); known: a minimum
        (1, m), or none (0, m), its criterion f_known: whoever comes near it stops.
        """
        m = x.shape[0]
        H, vectors, other = work[:m], work[m : 2 * m], work[2 * m : 3 * m]
        values, step, x_new, g_new, theta, change = (
            work[3 * m], work[3 * m + 1], work[3 * m + 2], work[3 * m + 3], work[3 * m + 4], work[3 * m + 5])
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

    def _scaled(self, x, g, scale, df, REML, theta):  # noqa: N803
        """The criterion, and its gradient into g, in x = theta scale."""
        for i in range(x.shape[0]):
            theta[i] = x[i] / scale[i]
        value = self._value(theta, df, REML)
        if value < INFINITY:
            self._gradient(df, REML, g)
            for i in range(x.shape[0]):
                g[i] /= scale[i]
        return value

    def _curvature(self, x, g, scale, df, REML, H, shifted, there, theta):  # noqa: N803
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
