# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Penalized iteratively reweighted least squares: the conditional modes of a generalized linear mixed model, and the
criterion at given parameters, with lme4's steps, step halving and stopping rule. R: lme4's pwrssUpdate.

Notation as in Bates et al. (2015), section 3, with U = Z Lambda by rows: row i of U has `width` entries, at the
positions `place[i]` of the (permuted) random effects. The system (U'WU + I) u = U'W z is factored as LL' on a fixed
pattern (`pattern.py`), row by row.  Source: Davis (2006), Direct Methods for Sparse Linear Systems, 4.7.
"""

from __future__ import annotations

import numpy as np

try:
    import cython
except ModuleNotFoundError:
    from translations import cython_stand_in as cython

if cython.compiled:
    from cython.cimports.libc.math import NAN, exp, fabs, fmax, fmin, isnan, log, sqrt
    from cython.cimports.translations.lme4.glmer.curves import deviance, mean, slope, variance
    from cython.cimports.translations.optim.function import Function
else:
    from math import exp, fabs, isnan, log, nan, sqrt

    from translations.compiled import runs_as_python
    from translations.optim.function import Function

    from .curves import deviance, mean, slope, variance

    runs_as_python(__name__)
    NAN, fmax, fmin = nan, max, min

HALVINGS = cython.declare(cython.Py_ssize_t, 20)
STEPS = cython.declare(cython.Py_ssize_t, 100)
TINY = cython.declare(cython.double, 2.220446049250313e-16)
MAX = cython.declare(cython.double, 1.7976931348623157e308)


@cython.cclass
class Pirls(Function):
    """A model's response, design and pattern, and the state that the last evaluation left.

    Made by `state.py`, which says what every array is. status: what became of the last iteration: 0 it converged, 1 it
    did not in a hundred steps, 2 halved steps did not lower the deviance, 3 it is not a number, 4 the system is not
    positive definite. refresh: whether the factor is taken again at the last means, as since lme4 2.1; full: whether
    RX is kept where the fixed effects are held; phi: the dispersion that the weights are divided by.
    """

    def __init__(self, parts):
        """From `parts`, a mapping of the attributes' names to their values."""
        self.y, self.w, self.base = parts["y"], parts["w"], parts["base"]
        self.X, self.Z, self.place, self.pairs = parts["X"], parts["Z"], parts["place"], parts["pairs"]
        self.rows, self.cols, self.nodes = parts["rows"], parts["cols"], parts["nodes"]
        self.Ap, self.Ai, self.Rp, self.Ri = parts["Ap"], parts["Ai"], parts["Rp"], parts["Ri"]
        self.Lp, self.Li = parts["Lp"], parts["Li"]
        self.link, self.family, self.q = parts["link"], parts["family"], parts["q"]
        self.theta_nb, self.constant, self.tolerance = parts["theta_nb"], parts["constant"], parts["tolerance"]
        self.refresh, self.moment, self.full = parts["refresh"], parts["moment"], False
        self.df_scale, self.phi, self.total_weight = parts["df_scale"], 1.0, np.sum(parts["w"])
        self.rounded, self.ya, self.wa = parts["rounded"], parts["ya"], parts["wa"]
        self.quick, self.saturated = parts["quick"], parts["saturated"]
        self.n, self.p = self.X.shape[0], self.X.shape[1]
        self.width, self.m = self.Z.shape[1], self.rows.shape[0]
        self.status, self.evaluations, self.stage = 0, 0, 0
        self.most, self.nearest = 100, 1e-8
        self.failed, self.stopped, self.free = False, False, np.zeros(self.m + self.p)
        self.dev = self.ldL2 = self.ldRX2 = self.sqrL = 0.0
        n, q = self.n, self.q
        self.offset, self.eta, self.mu, self.slopes = np.array(self.base), np.zeros(n), np.zeros(n), np.zeros(n)
        self.W, self.lp0, self.U = np.zeros(n), np.zeros(n), np.zeros((n, self.width))
        self.theta, self.Ax, self.Lx = np.zeros(self.m), np.zeros(len(self.Ai)), np.zeros(len(self.Li))
        self.filled, self.work = np.zeros(q, dtype=np.intp), np.zeros(q)
        self.u, self.old_u, self.beta, self.old_beta = np.zeros(q), np.zeros(q), np.zeros(self.p), np.zeros(self.p)
        self.Xwz = np.zeros(self.p)
        self.RZX, self.RX = np.zeros((q, self.p)), np.zeros((self.p, self.p))
        self.first, self.each, self.total = np.zeros(q), np.zeros(q), np.zeros(q)

    def state(self):
        """What the last evaluation left, as a dict of arrays and numbers."""
        return {"u": np.array(self.u), "beta": np.array(self.beta), "eta": np.array(self.eta), "mu": np.array(self.mu),
                "W": np.array(self.W), "slopes": np.array(self.slopes), "offset": np.array(self.offset),
                "RX": np.array(self.RX), "theta": np.array(self.theta)}

    def take(self, parts):
        """Another response: y, w, ya, wa, rounded, constant, quick and saturated."""
        self.quick, self.saturated = parts["quick"], parts["saturated"]
        self.y, self.w, self.ya, self.wa = parts["y"], parts["w"], parts["ya"], parts["wa"]
        self.rounded, self.constant, self.total_weight = parts["rounded"], parts["constant"], np.sum(parts["w"])

    def set_nodes(self, nodes):
        """The quadrature rule (k, 3): nodes, weights, log densities of the nodes."""
        self.nodes = nodes

    def begin(self, eta):
        """Start from linear predictors eta (n,), the offset included."""
        i: cython.Py_ssize_t
        for i in range(self.n):
            self.eta[i] = eta[i]
            self.offset[i] = self.base[i]
        self._means()

    def keep_predictor(self):
        """Have later evaluations begin from this one's linear predictors less the offset."""
        i: cython.Py_ssize_t
        for i in range(self.n):
            self.lp0[i] = self.eta[i] - self.offset[i]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _set_theta(self, theta: cython.double[::1]) -> cython.void:
        """U = Z Lambda."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        a: cython.Py_ssize_t
        for j in range(self.m):
            self.theta[j] = theta[j]
        if self.m == 1 and self.width == 1:
            for i in range(self.n):
                self.U[i, 0] = self.Z[i, 0] * theta[0]
            return
        for i in range(self.n):
            for a in range(self.width):
                self.U[i, a] = 0.0
            for j in range(self.m):
                self.U[i, self.cols[j]] += self.Z[i, self.rows[j]] * theta[j]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _means(self) -> cython.void:
        """mu and dmu/deta at eta, and the deviance: where `quick` by the canonical parameter, which takes one logarithm
        or none.
        """
        i: cython.Py_ssize_t
        x: cython.double
        e: cython.double
        r: cython.double
        total: cython.double = 0.0
        product: cython.double = 1.0
        for i in range(self.n):
            x = self.eta[i]
            if self.link == 0:
                e = exp(-fabs(x))
                r = 1.0 / (1.0 + e)
                self.slopes[i] = e * r * r if e * r * r > TINY else TINY
                self.mu[i] = r if x >= 0.0 else e * r
                if self.quick and x < 36.0 and x > -36.0:
                    r = x if x > 0.0 else 0.0
                    if self.w[i] == 1.0:  # one logarithm for many observations
                        product *= 1.0 + e
                        if product > 1e250:
                            total += 2.0 * log(product)
                            product = 1.0
                    else:
                        r += log(1.0 + e)
                    total += 2.0 * self.w[i] * (self.saturated[i] - self.y[i] * x + r)
                    continue
                self.mu[i] = fmax(TINY, fmin(1.0 - TINY, self.mu[i]))
            elif self.link == 1:
                self.mu[i] = self.slopes[i] = fmax(TINY, exp(fmin(x, 709.0)))
                if self.quick and x > -36.0:
                    total += 2.0 * self.w[i] * (self.saturated[i] - self.y[i] * x + self.mu[i])
                    continue
            else:
                self.mu[i] = mean(self.link, x)
                self.slopes[i] = slope(self.link, x)
            total += deviance(self.family, self.y[i], self.mu[i], self.w[i], self.theta_nb)
        self.dev = total + 2.0 * log(product)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _scatter(self, with_X: cython.bint) -> cython.void:
        """The working weights W, U'WU + I on its pattern, U'W z in `work`; with X also U'WX, X'WX and X'W z."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        a: cython.Py_ssize_t
        b: cython.Py_ssize_t
        x: cython.double
        w: cython.double
        z: cython.double
        wu: cython.double
        for j in range(self.Ai.shape[0]):
            self.Ax[j] = 0.0
        for j in range(self.q):
            self.Ax[self.Ap[j + 1] - 1] = 1.0
            self.work[j] = 0.0
        if with_X:
            for j in range(self.p):
                self.Xwz[j] = 0.0
                for k in range(self.p):
                    self.RX[j, k] = 0.0
            for j in range(self.q):
                for k in range(self.p):
                    self.RZX[j, k] = 0.0
        for i in range(self.n):
            x = self.mu[i]
            if self.quick:  # the link is canonical
                w = self.slopes[i] * self.w[i]
                self.W[i] = w
                z = w * (self.eta[i] - self.offset[i]) + self.w[i] * (self.y[i] - x)
                k = 0
                for a in range(self.width):
                    wu = w * self.U[i, a]
                    self.work[self.place[i, a]] += self.U[i, a] * z
                    for b in range(a + 1):
                        self.Ax[self.pairs[i, k]] += wu * self.U[i, b]
                        k += 1
                    if with_X:
                        for j in range(self.p):
                            self.RZX[self.place[i, a], j] += wu * self.X[i, j]
                if with_X:
                    for a in range(self.p):
                        wu = w * self.X[i, a]
                        self.Xwz[a] += self.X[i, a] * z
                        for b in range(a + 1):
                            self.RX[b, a] += wu * self.X[i, b]
                continue
            if self.family == 0:
                w = fmax(TINY, x * (1.0 - x))
            elif self.family == 1:
                w = x
            else:
                w = self.phi * variance(self.family, x, self.theta_nb)
            w = (self.slopes[i] * self.slopes[i] * self.w[i]) / w
            if w < 0.0:
                w = NAN
            self.W[i] = w
            z = (self.eta[i] - self.offset[i]) + (self.y[i] - x) / self.slopes[i]
            k = 0
            for a in range(self.width):
                wu = w * self.U[i, a]
                self.work[self.place[i, a]] += wu * z
                for b in range(a + 1):
                    self.Ax[self.pairs[i, k]] += wu * self.U[i, b]
                    k += 1
                if with_X:
                    for j in range(self.p):
                        self.RZX[self.place[i, a], j] += wu * self.X[i, j]
            if with_X:
                for a in range(self.p):
                    wu = w * self.X[i, a]
                    self.Xwz[a] += wu * z
                    for b in range(a + 1):
                        self.RX[b, a] += wu * self.X[i, b]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _factor(self) -> cython.bint:
        """L of U'WU + I, row after row, and the log of its determinant; False where it is not positive definite."""
        k: cython.Py_ssize_t
        t: cython.Py_ssize_t
        j: cython.Py_ssize_t
        s: cython.Py_ssize_t
        d: cython.double
        value: cython.double
        log_det: cython.double = 0.0
        product: cython.double = 1.0
        for k in range(self.q):
            self.filled[k] = self.Lp[k] + 1
            self.each[k] = 0.0
        for k in range(self.q):
            for t in range(self.Ap[k], self.Ap[k + 1] - 1):
                self.each[self.Ai[t]] = self.Ax[t]
            d = self.Ax[self.Ap[k + 1] - 1]
            for t in range(self.Rp[k], self.Rp[k + 1]):
                j = self.Ri[t]
                value = self.each[j] / self.Lx[self.Lp[j]]
                self.each[j] = 0.0
                for s in range(self.Lp[j] + 1, self.filled[j]):
                    self.each[self.Li[s]] -= self.Lx[s] * value
                d -= value * value
                self.Lx[self.filled[j]] = value
                self.filled[j] += 1
            if not d > 0.0:
                return False
            product *= d
            if product > 1e200 or product < 1e-200:
                log_det += log(product)
                product = 1.0
            self.Lx[self.Lp[k]] = sqrt(d)
        self.ldL2 = log_det + log(product)
        return True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _forward(self, x: cython.double[::1]) -> cython.void:
        """x = L⁻¹ x."""
        j: cython.Py_ssize_t
        s: cython.Py_ssize_t
        for j in range(self.q):
            x[j] = x[j] / self.Lx[self.Lp[j]]
            for s in range(self.Lp[j] + 1, self.Lp[j + 1]):
                x[self.Li[s]] -= self.Lx[s] * x[j]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _backward(self, x: cython.double[::1]) -> cython.void:
        """x = L'⁻¹ x."""
        j: cython.Py_ssize_t
        s: cython.Py_ssize_t
        for j in range(self.q - 1, -1, -1):
            for s in range(self.Lp[j] + 1, self.Lp[j + 1]):
                x[j] -= self.Lx[s] * x[self.Li[s]]
            x[j] = x[j] / self.Lx[self.Lp[j]]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _fixed_factor(self) -> cython.bint:
        """RZX = L⁻¹ U'WX and RX, the Cholesky factor of X'WX - RZX'RZX; False where that is not positive definite."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        s: cython.Py_ssize_t
        d: cython.double
        for j in range(self.q):
            for k in range(self.p):
                self.RZX[j, k] = self.RZX[j, k] / self.Lx[self.Lp[j]]
            for s in range(self.Lp[j] + 1, self.Lp[j + 1]):
                for k in range(self.p):
                    self.RZX[self.Li[s], k] -= self.Lx[s] * self.RZX[j, k]
        for j in range(self.q):
            for i in range(self.p):
                for k in range(i, self.p):
                    self.RX[i, k] -= self.RZX[j, i] * self.RZX[j, k]
        self.ldRX2 = 0.0
        for i in range(self.p):
            for s in range(i):
                for k in range(i, self.p):
                    self.RX[i, k] -= self.RX[s, i] * self.RX[s, k]
            d = self.RX[i, i]
            if not d > 0.0:
                return False
            d = sqrt(d)
            self.ldRX2 += 2.0 * log(d)
            for k in range(i, self.p):
                self.RX[i, k] = self.RX[i, k] / d
        return True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _predict(self, with_beta: cython.bint) -> cython.void:
        """eta = offset + U u, with beta + X beta, mu there, and the squared length of u."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        s: cython.double
        for i in range(self.n):
            s = self.offset[i]
            if with_beta:
                for j in range(self.p):
                    s += self.X[i, j] * self.beta[j]
            for j in range(self.width):
                s += self.U[i, j] * self.u[self.place[i, j]]
            self.eta[i] = s
        self._means()
        self.sqrL = 0.0
        for j in range(self.q):
            self.sqrL += self.u[j] * self.u[j]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _step(self, with_beta: cython.bint) -> cython.double:
        """One step of the iteration and the penalized deviance after it; NaN where there is no step."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        self._scatter(with_beta or self.full)
        if not self._factor() or ((with_beta or self.full) and not self._fixed_factor()):
            self.status = 4
            return NAN
        self._forward(self.work)
        for j in range(self.p):
            self.beta[j] = 0.0
        if with_beta:
            for j in range(self.p):
                self.beta[j] = self.Xwz[j]
            for i in range(self.q):
                for j in range(self.p):
                    self.beta[j] -= self.RZX[i, j] * self.work[i]
            for j in range(self.p):
                for k in range(j):
                    self.beta[j] -= self.RX[k, j] * self.beta[k]
                self.beta[j] = self.beta[j] / self.RX[j, j]
            for j in range(self.p - 1, -1, -1):
                for k in range(j + 1, self.p):
                    self.beta[j] -= self.RX[j, k] * self.beta[k]
                self.beta[j] = self.beta[j] / self.RX[j, j]
            for i in range(self.q):
                for j in range(self.p):
                    self.work[i] -= self.RZX[i, j] * self.beta[j]
        self._backward(self.work)
        for j in range(self.q):
            self.u[j] = self.work[j]
        self._predict(with_beta)
        return self.dev / self.phi + self.sqrL

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _iterate(self, with_beta: cython.bint) -> cython.bint:
        """Steps until the penalized deviance changes by less than the tolerance; False where that fails (`status`)."""
        _: cython.Py_ssize_t
        _h: cython.Py_ssize_t
        j: cython.Py_ssize_t
        old: cython.double = MAX
        now: cython.double
        self.status = 0
        for _ in range(STEPS):
            for j in range(self.q):
                self.old_u[j] = self.u[j]
            for j in range(self.p):
                self.old_beta[j] = self.beta[j]
            now = self._step(with_beta)
            if self.status:
                return False
            if fabs((old - now) / now) < self.tolerance:
                break
            if isnan(now) or now > old:
                for _h in range(HALVINGS):
                    if not (isnan(now) or now > old):
                        break
                    for j in range(self.q):
                        self.u[j] = (self.old_u[j] + self.u[j]) / 2.0
                    if with_beta:
                        for j in range(self.p):
                            self.beta[j] = (self.old_beta[j] + self.beta[j]) / 2.0
                    self._predict(with_beta)
                    now = self.dev / self.phi + self.sqrL
                if isnan(now):
                    self.status = 3
                    return False
                if now - old > self.tolerance:
                    self.status = 2
                    return False
            old = now
        else:
            self.status = 1
            return False
        return self._refresh(with_beta) if self.refresh else True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _refresh(self, with_beta: cython.bint) -> cython.bint:
        """The factors at the means that are there now; False where there are none."""
        self._scatter(with_beta or self.full)
        if not self._factor() or ((with_beta or self.full) and not self._fixed_factor()):
            self.status = 4
            return False
        return True
