# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""A criterion as an optimizer sees it, and what is done with one again and again: differences, and fits by BOBYQA.

Here are the loops in which nothing of Python runs, neither between optimizer and criterion nor between one response and
the next; they leave the lock of Python's interpreter to other threads.
"""

from __future__ import annotations

import numpy as np

try:
    import cython
except ModuleNotFoundError:
    from translations import cython_stand_in as cython

if cython.compiled:
    from cython.cimports.libc.math import sqrt
    from cython.cimports.translations.optim.function import Function
else:
    from math import sqrt

    from translations.compiled import runs_as_python
    from translations.optim.function import Function

    runs_as_python(__name__)

DELTA = cython.declare(cython.double, 1e-4)  # lme4's step for derivatives


@cython.cclass
class Objective(Function):
    """A function of `free` (m,), the variables, which leaves what it found: beta (p,), RX (p, p) and pwrss.

    evaluations: how often it was asked since a response was taken; failed: whether a factorization has failed since.
    Those who inherit define `value` and `take`.
    """

    def value(self) -> cython.double:
        """The criterion at `free`, infinity where a factorization fails."""
        return 0.0

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
