# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: infer_types=True
"""Newton's method on a criterion and its exact gradient, where both are asked for at one point after the other."""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, expm1, fabs, sqrt

TOLERANCE = cython.declare(cython.double, 1e-9)  # as `optimize.GRADIENT_TOLERANCE`
LAST = cython.declare(cython.double, 1e-12)  # the gradient's own rounding: what is smaller says nothing
NEAR = cython.declare(cython.double, 1e-2)  # relative distance of x, its square that of f, at which a minimum is known


@cython.cclass
class Descent:
    """Newton's method on a function of m variables, entries of triangles whose columns may change their signs.

    across (m,): where the diagonal entry of each variable's column is; anew: the part of the gradient that a step has
    to take away, or the Hessian is taken anew by differences; costly: whether a gradient takes so long that each one
    counts; most: how many steps, and exhausted: whether these did not suffice. Those who inherit define `at`.

    The last step (m,) led to x_new, where the gradient is g_new (m,), `ratio` of what it was in its largest entry; H
    (m, m) is the Hessian, `change` (m,) the gradient's change.
    """

    def __init__(self, across, anew, costly):
        m = len(across)
        self.across, self.anew, self.costly, self.most, self.exhausted = across, anew, costly, 200, False
        self.H, self.vectors, self.other = np.empty((3, m, m))
        self.values, self.step, self.x_new, self.g_new, self.change = np.empty((5, m))

    def at(self, x, g):
        """The function at x (m,), infinite where it cannot be had, and its gradient into g (m,)."""
        return INFINITY

    def information(self, x):
        """Expected second derivatives into H; False where there are none."""
        return False

    def descend(self, x, g, known, lowest):
        """Steps from x (m,) to where neither the function nor its gradient gets smaller, or near one of the minima
        `known` (c, m), where the function is `lowest` (c,); x and the gradient g there in place; returns the function.

        The first step, if by expected second derivatives, is one of the variances, in which it would end at the optimum
        were the data balanced; it halves an entry at most.
        """
        m = x.shape[0]
        f: cython.double = self.at(x, g)
        slope: cython.double = largest(g)
        self.exhausted = False
        fresh: cython.bint = f < INFINITY and not self.information(x)
        if not f < INFINITY or (fresh and not self.differences(x, g)):
            return f
        scored: cython.bint = not fresh
        for _ in range(self.most):
            if slope <= LAST or (self.costly and slope <= TOLERANCE) or is_near(x, f, known, lowest):
                return f
            # Below the tolerance one step more is tried as it is: it costs a gradient and may bring the last digits.
            trials: cython.int = 40 if slope > TOLERANCE else 1
            f_new: cython.double = INFINITY
            for way in range(3):
                if self.steps(way, x, g):
                    for i in range(m if scored and way == 0 else 0):
                        if self.across[i] == i and x[i] > 0.0:
                            self.step[i] = x[i] * (sqrt(max(1.0 + 2.0 * self.step[i] / x[i], 0.25)) - 1.0)
                    f_new = self.search(x, f, slope, trials)
                    if f_new < INFINITY or trials == 1 or not fresh:
                        break
            if not f_new < INFINITY or (trials == 1 and self.ratio > 0.5):
                if trials == 1 or fresh or not self.differences(x, g):
                    return f
                fresh, scored = True, False
                continue
            f, slope, fresh, scored = f_new, self.ratio * slope, False, False
            if self.costly and self.ratio > 0.2:
                self.information(self.x_new)
            for i in range(m):
                self.change[i] = self.g_new[i] - g[i]
            curved: cython.bint = self.update()
            for i in range(m):
                x[i], g[i] = self.x_new[i], self.g_new[i]
                if self.x_new[self.across[i]] < 0.0:
                    x[i], g[i] = -x[i], -g[i]
                    for j in range(m):
                        self.H[i, j] = -self.H[i, j]
                        self.H[j, i] = -self.H[j, i]
            if slope > TOLERANCE and (self.ratio > self.anew or not curved):
                if not self.differences(x, g):
                    return f
                fresh = True
        self.exhausted = True
        return f

    def search(self, x, f, slope, trials):
        """The function after the first of the halved steps that lowers it or, where rounding hides the decrease, the
        gradient, whose largest entry is `slope` at x; infinite where none does.

        Where a model fits almost perfectly the criterion has lost more digits than its gradient, which then must fall
        by itself: by nine tenths.
        """
        noise: cython.double = 1e-13 * max(1.0, fabs(f))
        for _ in range(trials):
            for i in range(x.shape[0]):
                self.x_new[i] = x[i] + self.step[i]
            f_new: cython.double = self.at(self.x_new, self.g_new)
            self.ratio = largest(self.g_new) / slope
            if f_new < f - noise or (f_new <= f + noise and self.ratio < 1.0) or (
                    f_new <= f + 100.0 * noise and self.ratio < 0.1):
                return f_new
            for i in range(x.shape[0]):
                self.step[i] *= 0.5
        return INFINITY

    def differences(self, x, g):
        """H by forward differences of the gradient, which is g at x; False where it cannot be had."""
        m = x.shape[0]
        self.x_new[:] = x
        for i in range(m):
            self.x_new[i] = x[i] + 1e-6 * max(1.0, fabs(x[i]))
            if not self.at(self.x_new, self.g_new) < INFINITY:
                return False
            for j in range(m):
                self.H[i, j] = (self.g_new[j] - g[j]) / (self.x_new[i] - x[i])
            self.x_new[i] = x[i]
        for i in range(m):
            for j in range(i):
                self.H[i, j] = self.H[j, i] = (self.H[i, j] + self.H[j, i]) / 2.0
        return True

    def steps(self, way, x, g):
        """One of the steps to try in turn: Newton's where H is positive definite; elsewhere the diagonal entries of x
        on the log scale; False where it has none.

        Far above its optimum the criterion is concave in theta but convex in log theta, whose curvature is H + g /
        theta. Absolute values of eigenvalues then make sure that the step goes downhill and away from saddles; the
        bounds put on its entries may turn it uphill again, and then it is taken as a whole, and last of all straight
        down the gradient. A diagonal entry shrinks to a fifth at most: one that overshoots to almost zero has a long
        way back, doubling each step.
        """
        m = x.shape[0]
        if way == 2:
            s: cython.double = max(1.0, largest(g))
            for i in range(m):
                self.step[i] = -g[i] / s
            return True
        self._eigen(x, g, False)
        newton: cython.bint = way == 0
        for i in range(m):
            newton = newton and self.values[i] > 1e-10 * largest(self.values)
        logs: cython.bint = way == 0 and not newton
        if logs:
            self._eigen(x, g, True)
        least: cython.double = max(1e-10 * largest(self.values), 1e-300)
        self.step[:] = 0.0
        for c in range(m):
            s = 0.0
            for i in range(m):
                s += self.vectors[i, c] * g[i]
            s /= max(fabs(self.values[c]), least)
            for i in range(m):
                self.step[i] -= self.vectors[i, c] * s
        if logs:
            s = 0.0
            for i in range(m):
                if self.across[i] == i and x[i] > 0.0 and self.step[i] < 0.0:
                    self.step[i] = x[i] * expm1(max(self.step[i] / x[i], -1.6))
                else:
                    self.step[i] = min(max(self.step[i], -1.0), 1.0)
                s += self.step[i] * g[i]
            return s < 0.0
        s = 1.0 if newton else max(1.0, largest(self.step))
        for i in range(m):
            self.step[i] /= s
        return True

    def _eigen(self, x, g, logs):
        """Eigenvalues and -vectors of H; logs: of the diagonal entries' on the log scale."""
        for i in range(x.shape[0]):
            for j in range(x.shape[0]):
                self.other[i, j] = self.H[i, j]
            if logs and self.across[i] == i and x[i] > 0.0:
                self.other[i, i] += max(g[i] / x[i], 0.0)
        eigen(self.other, self.values, self.vectors)

    def update(self):
        """The BFGS update of H for the last step and the gradient's change (Nocedal & Wright 2006, eq. 6.19); False,
        and H as it was, where the curvature along the step is not positive.
        """
        s, y, H, Hs = self.step, self.change, self.H, self.values
        m = s.shape[0]
        curvature: cython.double = 0.0
        bent: cython.double = 0.0
        for i in range(m):
            Hs[i] = 0.0
            for j in range(m):
                Hs[i] += H[i, j] * s[j]
            curvature += s[i] * y[i]
            bent += s[i] * Hs[i]
        if not (curvature > 1e-12 * largest(s) * largest(y) and bent > 0.0):
            return False
        for i in range(m):
            for j in range(m):
                H[i, j] += y[i] * y[j] / curvature - Hs[i] * Hs[j] / bent
        return True


def is_near(x, f, known, lowest):
    """Whether x, where the function is f, is so near one of these minima that a descent from there would end in it."""
    for c in range(known.shape[0]):
        near: cython.bint = 0.0 <= f - lowest[c] <= NEAR * NEAR * max(1.0, fabs(lowest[c]))
        for i in range(x.shape[0]):
            near = near and fabs(x[i] - known[c, i]) <= NEAR * max(1.0, fabs(known[c, i]))
        if near:
            return True
    return False


def largest(v):
    """max |v_i|."""
    found: cython.double = 0.0
    for i in range(v.shape[0]):
        found = max(found, fabs(v[i]))
    return found


def eigen(A, values, vectors):
    """Eigenvalues (m,) and eigenvectors (m, m), in columns, of the symmetric A (m, m), which is used up, by Jacobi's
    rotations (Golub & Van Loan 2013, Matrix Computations, section 8.5).
    """
    m = A.shape[0]
    for i in range(m):
        for j in range(m):
            vectors[i, j] = 1.0 if i == j else 0.0
    for _ in range(60):
        off: cython.double = 0.0
        whole: cython.double = 0.0
        for i in range(m):
            for j in range(m):
                whole += A[i, j] * A[i, j]
                if i != j:
                    off += A[i, j] * A[i, j]
        if off <= 1e-28 * whole:
            break
        for i in range(m):
            for j in range(i + 1, m):
                if A[i, j] == 0.0:
                    continue
                tau = (A[j, j] - A[i, i]) / (2.0 * A[i, j])
                t = (1.0 if tau >= 0.0 else -1.0) / (fabs(tau) + sqrt(1.0 + tau * tau))
                c = 1.0 / sqrt(1.0 + t * t)
                s = t * c
                for a in range(m):
                    p, q = A[a, i], A[a, j]
                    A[a, i], A[a, j] = c * p - s * q, s * p + c * q
                for a in range(m):
                    p, q = A[i, a], A[j, a]
                    A[i, a], A[j, a] = c * p - s * q, s * p + c * q
                    p, q = vectors[a, i], vectors[a, j]
                    vectors[a, i], vectors[a, j] = c * p - s * q, s * p + c * q
    for i in range(m):
        values[i] = A[i, i]
