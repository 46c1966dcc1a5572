# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""A criterion as an optimizer sees it, and what is done with one again and again: differences, and fits by BOBYQA.

Here are the loops in which nothing of Python runs, neither between optimizer and criterion nor between one response and
the next; they leave the lock of Python's interpreter to other threads.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, NAN, log, sqrt
from cython.cimports.translations.lme4.covariance.templates import Entries
from cython.cimports.translations.lme4.criterion.scales import theta_of
from cython.cimports.translations.optim.function import Function

TWO_PI = cython.declare(cython.double, 6.283185307179586)
DELTA = cython.declare(cython.double, 1e-4)  # lme4's step for derivatives


@cython.cclass
class Objective(Function):
    """A criterion of `free`, the variables, which leaves what it found: beta (p,), RX (p, p) and pwrss.

    It may hold one standard deviation, correlation or sigma at a value, for profiles, and is the deviance then: its
    variables are the other ones of x (m + 1,), the standard deviations and correlations in theta's order, then sigma.

    theta (m,), made of the variables by `mapping`; structured: whether these are parameters of covariance structures;
    n_free: how many there are; holding: whether one is held, else the variables are theta; places: where they stand in
    x then; way: see `scales.theta_of`, whose workspace `scratch` is; sizes: how many effects each term has, in theta's
    order; df: degrees of freedom; log_weights: the sum of the weights' logarithms. evaluations: how often it was asked
    since a response was taken; failed: whether a factorization has failed since. Those who inherit define `factored`,
    `profiled` and `take`.
    """

    def __init__(self, sizes, m, df, log_weights):
        self.sizes, self.df, self.log_weights = np.array(sizes), df, log_weights
        self.holding, self.way, self.evaluations, self.failed, self.stopped = False, 1, 0, False, False
        self.free, self.x, self.theta = np.zeros(m + 1), np.zeros(m + 1), np.zeros(m)
        self.scratch = np.zeros((4, max(sizes), max(sizes)))
        self.of_parameters(None)

    def of_parameters(self, template):
        """Have the parameters of the template for variables; None: theta."""
        self.structured, self.mapping = template is not None, template or Entries(0, 0, self.theta.shape[0])
        self.n_free = self.mapping.count()
        return self

    def hold(self, places: cython.Py_ssize_t[::1], x: cython.const[cython.double][:], way: cython.int):
        """Hold all of x (m + 1,), standard deviations and correlations, then sigma, but the variables' places (m,)."""
        self.holding, self.places, self.way = True, places, way
        for j in range(x.shape[0]):
            self.x[j] = x[j]
        return self

    def value(self) -> cython.double:
        """The criterion at `free`, infinity where a factorization fails: Bates et al. (2015), eqs. 42, 35; with a
        parameter held, the deviance of eq. 31.
        """
        self.evaluations += 1
        if not self._placed():
            self.failed = True
            return NAN if self.way == 2 else INFINITY  # NaN, R's NA to NLopt, which goes on from there otherwise
        value: cython.double = self.factored() - self.log_weights
        if not value < INFINITY:
            self.failed = True
            return INFINITY
        if self.holding:
            s2: cython.double = self.x[self.n_free] * self.x[self.n_free]
            return value + self.pwrss / s2 + self.df * log(TWO_PI * s2)
        return self.profiled(value)

    def _placed(self):
        """theta at the variables; False where it is NaN."""
        if not self.holding:
            self.mapping.fill(self.free, 0, 1.0, self.theta, 0)
            return True
        for j in range(self.n_free):
            self.x[self.places[j]] = self.free[j]
        if self.structured:
            self.mapping.fill(self.x, 0, self.x[self.n_free], self.theta, 0)
        else:
            theta_of(self.x, self.sizes, self.theta, self.way, self.scratch)
        defined: cython.bint = True
        for j in range(self.theta.shape[0]):
            defined = defined and self.theta[j] == self.theta[j]
        return defined

    def factored(self) -> cython.double:
        """log|L|^2 at theta, infinite where the factorization fails; leaves pwrss."""
        return INFINITY

    def profiled(self, value: cython.double) -> cython.double:
        """The criterion with sigma profiled out, log|V| being `value`."""
        return NAN

    def take(self, y):
        """Have y (n,) for the response."""

    def hold_effect(self, value):
        """Have one fixed effect at `value`, which those who inherit are told in words of their own."""

    def held(self, value: cython.double):
        """The same for Python: the criterion with its fixed effect at `value`."""
        self.hold_effect(value)
        return self

    def effects(self, out):
        """beta (p,) as found last, with the fixed effect that is held."""
        for j in range(out.shape[0]):
            out[j] = self.beta[j]

    def __call__(self, free: cython.const[cython.double][:]):
        """The criterion at the variables (m,); infinity where a factorization fails."""
        return self.at(free)

    def at(self, free):
        for j in range(free.shape[0]):
            self.free[j] = free[j]
        return self.value()

    def coefficients(self):
        """beta (p,) and RX (p, p), as found last."""
        return np.array(self.beta), np.array(self.RX)

    def derivatives(self, theta: cython.const[cython.double][:], value: cython.double):
        """Hessian and, in the last column, gradient (m, m + 1) at theta, where the criterion is `value`. R: deriv12."""
        m = theta.shape[0]
        out = np.empty((m, m + 1))
        self.differences(theta, value, np.array(theta), out)
        return out

    def differences(self, theta, value, x, out):
        m = theta.shape[0]
        for j in range(m):
            x[j] = theta[j]
        for j in range(m):
            x[j] = theta[j] + DELTA
            above: cython.double = self.at(x)
            x[j] = theta[j] - DELTA
            below: cython.double = self.at(x)
            out[j, j] = above / (DELTA * DELTA) - 2.0 * value / (DELTA * DELTA) + below / (DELTA * DELTA)
            out[j, m] = (above - below) / (DELTA + DELTA)
            for i in range(j):
                s: cython.double = 0.0
                for way in range(4):
                    x[i] = theta[i] + DELTA if way < 2 else theta[i] - DELTA
                    x[j] = theta[j] + DELTA if way % 2 == 0 else theta[j] - DELTA
                    t: cython.double = self.at(x) / ((DELTA + DELTA) * (DELTA + DELTA))
                    s = s + t if way == 0 or way == 3 else s - t
                out[i, j] = s
                out[j, i] = s
                x[i] = theta[i]
            x[j] = theta[j]

    def standard_errors(self, inverse, out):
        """Those of beta over sigma, (p,), from RX'RX = X'V^{-1}X; `inverse` (p, p) is workspace."""
        p = out.shape[0]
        for j in range(p):
            inverse[j, j] = 1.0 / self.RX[j, j]
            for i in range(j - 1, -1, -1):
                s: cython.double = 0.0
                for a in range(i + 1, j + 1):
                    s -= self.RX[i, a] * inverse[a, j]
                inverse[i, j] = s / self.RX[i, i]
        for i in range(p):
            square: cython.double = 0.0
            for j in range(i, p):
                square += inverse[i, j] * inverse[i, j]
            out[i] = sqrt(square)

    def fit_many(self, search, anew, Y, checked, theta, beta, se, pwrss, value, evaluations, derivatives, failed):  # noqa: N803
        """What `search` finds for every response Y (B, n) from its row of theta (B, m).

        anew: else theta stays. The other arrays are those of `batch.Fits`; se: over sigma. checked: take the
        derivatives too. failed (B,): whether a factorization did on the way.
        """
        p = self.beta.shape[0]
        inverse: cython.double[:, ::1] = np.empty((p, p))
        x: cython.double[:] = np.empty(theta.shape[1])
        search.of(self)
        with cython.nogil:
            for i in range(Y.shape[0]):
                self.take(Y[i])
                if anew:
                    search.run(theta[i])
                    evaluations[i] = self.evaluations
                value[i] = self.at(theta[i])
                for j in range(p):
                    beta[i, j] = self.beta[j]
                pwrss[i] = self.pwrss
                self.standard_errors(inverse, se[i])
                if checked:
                    self.differences(theta[i], value[i], x, derivatives[i])
                failed[i] = self.failed
