# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The passes over the observations of a generalized linear mixed model: means, working weights, the sums of its system.

Notation as in Bates et al. (2015), section 3, with U = Z Lambda by rows: row i of U has `width` entries, at the
positions `place[i]` of the (permuted) random effects. R: lme4's glmResp and merPredD.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import NAN, exp, fabs, log
from cython.cimports.translations.lme4.glmer.curves import deviance, mean, slope, variance
from cython.cimports.translations.optim.function import Function

TINY = cython.declare(cython.double, 2.220446049250313e-16)
MAX = cython.declare(cython.double, 1.7976931348623157e308)


@cython.cclass
class Observations(Function):
    """A model's response and design, and what the last pass over its observations left.

    Made by `state.py`, which says what every array is. phi: the dispersion that the weights are divided by. Every
    evaluation of the criterion begins from the linear predictors `lp0`: the means there, and where `summed` the sums of
    the first step (of Z, to which theta is applied later), are kept from one to the next. scalar: whether every term
    has one column.
    """

    def __init__(self, parts):
        """From `parts`, a mapping of the attributes' names to their values."""
        self.y, self.w, self.base = parts["y"], parts["w"], parts["base"]
        self.X, self.Z, self.place, self.pairs = parts["X"], parts["Z"], parts["place"], parts["pairs"]
        self.rows, self.cols, self.nodes = parts["rows"], parts["cols"], parts["nodes"]
        self.Ap, self.Ai, self.Rp, self.Ri = parts["Ap"], parts["Ai"], parts["Rp"], parts["Ri"]
        self.Lp, self.Li, self.lead = parts["Lp"], parts["Li"], parts["lead"]
        self.complete = parts["complete"]
        self.source, self.target, self.rest = parts["source"], parts["target"], parts["rest"]
        self.link, self.family, self.q = parts["link"], parts["family"], parts["q"]
        self.theta_nb, self.constant, self.tolerance = parts["theta_nb"], parts["constant"], parts["tolerance"]
        self.refresh, self.moment, self.full = parts["refresh"], parts["moment"], False
        self.once_more = False
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
        self.W, self.z, self.lp0, self.U = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros((n, self.width))
        self.theta, self.Ax, self.Lx = np.zeros(self.m), np.zeros(len(self.Ai)), np.zeros(len(self.Li))
        self.filled, self.work = np.zeros(q, dtype=np.intp), np.zeros(q)
        self.u, self.old_u, self.beta, self.old_beta = np.zeros(q), np.zeros(q), np.zeros(self.p), np.zeros(self.p)
        self.Xwz = np.zeros(self.p)
        self.RZX, self.RX = np.zeros((q, self.p)), np.zeros((self.p, self.p))
        self.first, self.each, self.total = np.zeros(q), np.zeros(q), np.zeros(q)
        self.raised, self.mu0, self.slopes0, self.held = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(self.p)
        own = list(range(self.m))  # of every template its diagonal alone
        self.scalar = self.width == self.m and list(parts["cols"]) == list(parts["rows"]) == own
        self.kept, self.at_start, self.summed = False, False, self.scalar and parts["many"]
        kept = q if self.summed else 0
        self.column = np.zeros(q, dtype=np.intp)
        np.asarray(self.column)[np.asarray(self.place)] = np.arange(self.width)
        self.Ax0, self.work0 = np.zeros(len(self.Ai) if self.summed else 0), np.zeros(kept)
        self.RZX0, self.RX0, self.Xwz0 = np.zeros((kept, self.p)), np.zeros((self.p, self.p)), np.zeros(self.p)

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
        self.kept = False

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
        self.kept = False

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
        if self.scalar:
            for i in range(self.n):
                for a in range(self.width):
                    self.U[i, a] = self.Z[i, a] * theta[a]
            return
        for i in range(self.n):
            for a in range(self.width):
                self.U[i, a] = 0.0
            for j in range(self.m):
                self.U[i, self.cols[j]] += self.Z[i, self.rows[j]] * theta[j]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _logistic(self) -> cython.void:
        """mu and dmu/deta of the logit link, and 1 + exp(-|eta|) in `raised`: for vectors of a processor."""
        i: cython.Py_ssize_t
        e: cython.double
        r: cython.double
        low: cython.double
        least: cython.double = TINY
        for i in range(self.n):
            self.slopes[i] = exp(-fabs(self.eta[i]))
        for i in range(self.n):
            e = self.slopes[i]
            self.raised[i] = 1.0 + e
            r = 1.0 / (1.0 + e)
            low = e * r
            self.mu[i] = r if self.eta[i] >= 0.0 else low
            low = low * r
            self.slopes[i] = low if low > least else least

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _means(self) -> cython.void:
        """mu and dmu/deta at eta, and the deviance: where `quick` by the canonical parameter, which takes one logarithm
        or none.
        """
        i: cython.Py_ssize_t
        x: cython.double
        r: cython.double
        total: cython.double = 0.0
        product: cython.double = 1.0
        if self.link == 0:
            self._logistic()
        for i in range(self.n):
            x = self.eta[i]
            if self.link == 0:
                if self.quick and x < 36.0 and x > -36.0:
                    r = x if x > 0.0 else 0.0
                    if self.w[i] == 1.0:  # one logarithm for many observations
                        product *= self.raised[i]
                        if product > 1e250:
                            total += 2.0 * log(product)
                            product = 1.0
                    else:
                        r += log(self.raised[i])
                    total += 2.0 * self.w[i] * (self.saturated[i] - self.y[i] * x + r)
                    continue
                r = self.mu[i] if self.mu[i] < 1.0 - TINY else 1.0 - TINY
                self.mu[i] = r if r > TINY else TINY
            elif self.link == 1:
                r = exp(x if x < 709.0 else 709.0)
                self.mu[i] = self.slopes[i] = r if r > TINY else TINY
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
    def _keep_start(self) -> cython.void:
        """The means at `lp0`; where `summed` also Z'WZ, Z'WX, X'WX, Z'Wz and X'Wz there."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        self.phi = 1.0
        for i in range(self.n):
            self.eta[i] = self.base[i] + self.lp0[i]
            self.offset[i] = self.base[i]
        self._means()
        for i in range(self.n):
            self.mu0[i] = self.mu[i]
            self.slopes0[i] = self.slopes[i]
        if self.summed:
            for i in range(self.n):
                for j in range(self.width):
                    self.U[i, j] = self.Z[i, j]
            self._sum(True, 0.0)
            for j in range(self.Ai.shape[0]):
                self.Ax0[j] = self.Ax[j]
            for j in range(self.q):
                self.work0[j] = self.work[j]
                for k in range(self.p):
                    self.RZX0[j, k] = self.RZX[j, k]
            for j in range(self.p):
                self.Xwz0[j] = self.Xwz[j]
                for k in range(self.p):
                    self.RX0[j, k] = self.RX[j, k]
        self.kept = True

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _start(self, theta: cython.double[::1], held: cython.bint) -> cython.void:
        """The state before the first step at theta; held: with fixed effects, those in `held`."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        s: cython.double
        if not self.kept:
            self._keep_start()
        for i in range(self.n):
            s = self.base[i]
            if held:
                for j in range(self.p):
                    s += self.X[i, j] * self.held[j]
            self.offset[i] = s
        self._set_theta(theta)
        self.at_start = self.summed
        if not self.summed:
            for i in range(self.n):
                self.eta[i] = self.base[i] + self.lp0[i]
                self.mu[i] = self.mu0[i]
                self.slopes[i] = self.slopes0[i]
        elif not held:
            for j in range(self.p):
                self.held[j] = 0.0

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _scatter(self, with_X: cython.bint) -> cython.void:
        """The working weights W, U'WU + I on its pattern, U'W z in `work`; with X also U'WX, X'WX and X'W z: at the
        start from what was kept, W apart.
        """
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        s: cython.double
        if not self.at_start:
            self._sum(with_X, 1.0)
            return
        self.at_start = False
        for j in range(self.q):
            s = self.theta[self.column[j]]
            for k in range(self.Ap[j], self.Ap[j + 1]):
                self.Ax[k] = self.Ax0[k] * (s * self.theta[self.column[self.Ai[k]]])
            self.Ax[self.Ap[j + 1] - 1] += 1.0
            self.work[j] = self.work0[j]
            for k in range(self.p):
                self.work[j] -= self.RZX0[j, k] * self.held[k]
            self.work[j] *= s
            if with_X:
                for k in range(self.p):
                    self.RZX[j, k] = self.RZX0[j, k] * s
        if with_X:
            for j in range(self.p):
                self.Xwz[j] = self.Xwz0[j]
                for k in range(self.p):
                    self.RX[j, k] = self.RX0[j, k]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _sum(self, with_X: cython.bint, unit: cython.double) -> cython.void:
        """What `_scatter` says, from the observations; unit: what is added to the diagonal."""
        j: cython.Py_ssize_t
        k: cython.Py_ssize_t
        for j in range(self.Ai.shape[0]):
            self.Ax[j] = 0.0
        for j in range(self.q):
            self.Ax[self.Ap[j + 1] - 1] = unit
            self.work[j] = 0.0
        if with_X:
            for j in range(self.p):
                self.Xwz[j] = 0.0
                for k in range(self.p):
                    self.RX[j, k] = 0.0
            for j in range(self.q):
                for k in range(self.p):
                    self.RZX[j, k] = 0.0
        self._weigh()
        if self.width == 1:
            _add(self, 1, with_X)
        elif self.width == 2:
            _add(self, 2, with_X)
        elif self.width == 3:
            _add(self, 3, with_X)
        else:
            _add(self, self.width, with_X)

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _weigh(self) -> cython.void:
        """The working weights W and responses z; where the link is canonical, z times W, without a division."""
        i: cython.Py_ssize_t
        x: cython.double
        v: cython.double
        w: cython.double
        if self.quick:
            for i in range(self.n):
                w = self.slopes[i] * self.w[i]
                self.W[i] = w
                self.z[i] = w * (self.eta[i] - self.offset[i]) + self.w[i] * (self.y[i] - self.mu[i])
            return
        for i in range(self.n):
            x = self.mu[i]
            if self.family == 0:
                w = x * (1.0 - x)
                w = w if w > TINY else TINY
            elif self.family == 1:
                w = x
            else:
                w = self.phi * variance(self.family, x, self.theta_nb)
            v = w
            w = (self.slopes[i] * self.slopes[i] * self.w[i]) / v
            if not w <= MAX and v > 0.0:  # a square beyond the largest number, where lme4 multiplies in another order
                w = self.slopes[i] / v * self.slopes[i] * self.w[i]
            self.W[i] = w if w >= 0.0 else NAN
            self.z[i] = (self.eta[i] - self.offset[i]) + (self.y[i] - x) / self.slopes[i]

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _predict(self, with_beta: cython.bint) -> cython.void:
        """eta = offset + U u, with beta + X beta, mu there, and the squared length of u."""
        j: cython.Py_ssize_t
        s: cython.double = 0.0
        if self.width == 1:
            _add_up(self, 1, with_beta)
        elif self.width == 2:
            _add_up(self, 2, with_beta)
        elif self.width == 3:
            _add_up(self, 3, with_beta)
        else:
            _add_up(self, self.width, with_beta)
        self._means()
        for j in range(self.q):
            s += self.u[j] * self.u[j]
        self.sqrL = s


# A number of columns that the compiler knows spares it the loops over them: so few have functions of their own.


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _add(of: Observations, width: cython.Py_ssize_t, with_X: cython.bint) -> cython.void:
    """Every observation's part of the sums, of a response and a design weighed by `_weigh`."""
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    k: cython.Py_ssize_t
    a: cython.Py_ssize_t
    b: cython.Py_ssize_t
    w: cython.double
    z: cython.double
    u: cython.double
    wu: cython.double
    for i in range(of.n):
        w, z = of.W[i], of.z[i]
        k = 0
        for a in range(width):
            u = of.U[i, a]
            wu = w * u
            of.work[of.place[i, a]] += (u if of.quick else wu) * z
            for b in range(a + 1):
                of.Ax[of.pairs[i, k + b]] += wu * of.U[i, b]
            k += a + 1
            if with_X:
                for j in range(of.p):
                    of.RZX[of.place[i, a], j] += wu * of.X[i, j]
        if with_X:
            for a in range(of.p):
                u = of.X[i, a]
                wu = w * u
                of.Xwz[a] += (u if of.quick else wu) * z
                for b in range(a + 1):
                    of.RX[b, a] += wu * of.X[i, b]


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _add_up(of: Observations, width: cython.Py_ssize_t, with_beta: cython.bint) -> cython.void:
    """The linear predictors."""
    i: cython.Py_ssize_t
    j: cython.Py_ssize_t
    s: cython.double
    for i in range(of.n):
        s = of.offset[i]
        if with_beta:
            for j in range(of.p):
                s += of.X[i, j] * of.beta[j]
        for j in range(width):
            s += of.U[i, j] * of.u[of.place[i, j]]
        of.eta[i] = s
