# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Gradient and Hessian of adaptive Gauss-Hermite quadrature, exactly, for one scalar random-effects term."""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import exp
from cython.cimports.translations.lme4.glmer.curvature import Curvature

ROOT_2PI = cython.declare(cython.double, 2.5066282746310002)


@cython.cclass
class Nodes(Curvature):
    """The criterion with its derivatives, by Laplace's approximation or by quadrature."""

    def by_nodes(self):
        """Add what quadrature has in h(u)'s place, for one scalar term: -2 log of the sums over nodes by level, each
        with its first and second derivatives. The nodes lie at u + node / L.
        """
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        t: cython.Py_ssize_t
        k: cython.Py_ssize_t
        at: cython.Py_ssize_t
        pair: cython.Py_ssize_t
        x: cython.double
        y: cython.double
        q: cython.Py_ssize_t = self.q
        pairs: cython.Py_ssize_t = self.k * (self.k + 1) // 2
        u2: cython.double[:, ::1] = np.zeros((pairs, q))
        A2: cython.double[:, ::1] = np.zeros((pairs, q))
        total: cython.double[::1] = np.zeros(q)
        sum1: cython.double[:, ::1] = np.zeros((self.k, q))
        sum2: cython.double[:, ::1] = np.zeros((pairs, q))
        E1: cython.double[:, ::1] = np.zeros((self.k, q))
        E2: cython.double[:, ::1] = np.zeros((pairs, q))
        w1: cython.double[:, ::1] = np.zeros((self.k, q))
        w2: cython.double[:, ::1] = np.zeros((pairs, q))
        eta1: cython.double[::1] = np.zeros(self.k)
        chance: cython.double[::1] = np.zeros(q)
        mode: cython.double[::1] = np.array(self.u)
        self._second(u2, A2)
        self._by_level(self.first)
        for k in range(self.nodes.shape[0]):
            for j in range(q):
                x = self.L[j]
                self.u[j] = mode[j] + self.nodes[k, 0] / x
                for i in range(self.k):
                    w1[i, j] = self.u1[i, j] - 0.5 * self.nodes[k, 0] * self.A1[i, j] / (x * x * x)
                    E1[i, j] = 2.0 * self.u[j] * w1[i, j]
                pair = 0
                for i in range(self.k):
                    for t in range(i + 1):
                        y = 0.75 * self.A1[i, j] * self.A1[t, j] / (x * x) - 0.5 * A2[pair, j]
                        w2[pair, j] = u2[pair, j] + self.nodes[k, 0] * y / (x * x * x)
                        E2[pair, j] = 2.0 * (w1[i, j] * w1[t, j] + self.u[j] * w2[pair, j])
                        pair += 1
            self._predict(False)
            self._densities()
            self._by_level(self.each)
            for t in range(self.n):
                at = self.place[t, 0]
                for i in range(self.k):
                    x = self.Z[t, 0] * self.u[at] if i < self.m else self.X[t, i - self.m]
                    eta1[i] = x + self.U[t, 0] * w1[i, at]
                    E1[i, at] += 2.0 * self.s[t] * eta1[i]
                pair = 0
                for i in range(self.k):
                    for j in range(i + 1):
                        x = self.U[t, 0] * w2[pair, at]
                        if i < self.m:
                            x += self.Z[t, 0] * w1[j, at]
                        if j < self.m:
                            x += self.Z[t, 0] * w1[i, at]
                        E2[pair, at] += 2.0 * (self.D[t] * eta1[i] * eta1[j] + self.s[t] * x)
                        pair += 1
            for j in range(q):
                chance[j] = exp(-0.5 * (self.each[j] - self.first[j]) - self.nodes[k, 2]) * self.nodes[k, 1] / ROOT_2PI
                total[j] += chance[j]
                pair = 0
                for i in range(self.k):
                    sum1[i, j] += chance[j] * E1[i, j]
                    for t in range(i + 1):
                        sum2[pair, j] += chance[j] * (E2[pair, j] - 0.5 * E1[i, j] * E1[t, j])
                        pair += 1
        for j in range(q):
            pair = 0
            for i in range(self.k):
                sum1[i, j] = sum1[i, j] / total[j]
                self.g[i] += sum1[i, j]
                for t in range(i + 1):
                    self.H[i, t] += sum2[pair, j] / total[j] + 0.5 * sum1[i, j] * sum1[t, j]
                    pair += 1
            self.u[j] = mode[j]
        self._predict(False)
        self._densities()

    @cython.cfunc
    @cython.nogil
    @cython.exceptval(check=False)
    def _second(self, u2: cython.double[:, ::1], A2: cython.double[:, ::1]) -> cython.void:
        """Second derivatives of the modes and of A, of a scalar term; pairs of parameters by rows of a triangle."""
        i: cython.Py_ssize_t
        j: cython.Py_ssize_t
        t: cython.Py_ssize_t
        at: cython.Py_ssize_t
        both: cython.double
        x: cython.double
        y: cython.double
        u: cython.double
        z: cython.double
        pair: cython.Py_ssize_t = 0
        for i in range(self.k):
            for j in range(i + 1):
                for t in range(self.n):
                    at, u, z, x, y = self.place[t, 0], self.U[t, 0], self.Z[t, 0], self.eta1[i, t], self.eta1[j, t]
                    both = (z * self.u1[j, at] if i < self.m else 0.0) + (z * self.u1[i, at] if j < self.m else 0.0)
                    u2[pair, at] += u * (self.D1[t] * x * y + self.D[t] * both)
                    u2[pair, at] += self.D[t] * z * ((y if i < self.m else 0.0) + (x if j < self.m else 0.0))
                for t in range(self.q):
                    u2[pair, t] = -u2[pair, t] / (self.Lx[t] * self.Lx[t])
                for t in range(self.n):
                    at, u, z, x, y = self.place[t, 0], self.U[t, 0], self.Z[t, 0], self.eta1[i, t], self.eta1[j, t]
                    both = (z * self.u1[j, at] if i < self.m else 0.0) + (z * self.u1[i, at] if j < self.m else 0.0)
                    A2[pair, at] += u * u * (self.W2[t] * x * y + self.W1[t] * (both + u * u2[pair, at]))
                    A2[pair, at] += 2.0 * u * z * self.W1[t] * ((y if i < self.m else 0.0) + (x if j < self.m else 0.0))
                    if i < self.m and j < self.m:
                        A2[pair, at] += 2.0 * z * z * self.W[t]
                pair += 1

