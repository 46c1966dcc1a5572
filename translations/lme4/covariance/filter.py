# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""Kalman's filter and the smoother of Rauch, Tung and Striebel for effects that are a Markov chain in their order.

The chain w has variance 1 everywhere and correlation step[j] between its values j and j + 1; an observation is z times
the value of its time, times that time's standard deviation, plus noise of variance 1. Rows stand level by level and by
time within a level. Durbin & Koopman (2012), Time Series Analysis by State Space Methods, sections 4.3 and 4.4.
"""

from __future__ import annotations

import cython
from cython.cimports.libc.math import log, sqrt


@cython.ccall
def filtered(
    W: cython.const[cython.double][:, ::1], z: cython.const[cython.double][::1],
    time: cython.const[cython.Py_ssize_t][::1], start: cython.const[cython.Py_ssize_t][::1],
    sd: cython.const[cython.double][::1], step: cython.const[cython.double][::1], mean: cython.double[::1],
    G: cython.double[:, ::1],
) -> cython.double:
    """log|V| of n observations, V = I + Z S Z', and V's products W'V^{-1}W in the upper triangle of G (w, w).

    W (n, w), z (n,) and time (n,): the rows; start (levels + 1,): where each level's begin; sd (k,), step (k - 1,);
    mean (w,) is workspace.
    """
    width = W.shape[1]
    log_det: cython.double = 0.0
    for c in range(width):
        for e in range(c + 1):
            G[e, c] = 0.0
    for g in range(start.shape[0] - 1):
        P: cython.double = 1.0
        for c in range(width):
            mean[c] = 0.0
        for i in range(start[g], start[g + 1]):
            if i > start[g] and time[i] != time[i - 1]:
                phi: cython.double = 1.0
                for j in range(time[i - 1], time[i]):
                    phi *= step[j]
                P = phi * phi * P + (1.0 - phi * phi)
                for c in range(width):
                    mean[c] *= phi
            own: cython.double = z[i] * sd[time[i]]
            F: cython.double = own * own * P + 1.0
            gain: cython.double = P * own / F
            log_det += log(F)
            P /= F
            for c in range(width):
                v: cython.double = W[i, c] - own * mean[c]
                for e in range(c):
                    G[e, c] += (W[i, e] - own * mean[e]) * v / F
                G[c, c] += v * v / F
            for c in range(width):
                mean[c] += gain * (W[i, c] - own * mean[c])
    return log_det


@cython.ccall
def filtered_along(
    W: cython.const[cython.double][:, ::1], z: cython.const[cython.double][::1],
    time: cython.const[cython.Py_ssize_t][::1], start: cython.const[cython.Py_ssize_t][::1],
    sd: cython.const[cython.double][::1], step: cython.const[cython.double][::1],
    d_sd: cython.const[cython.double][::1], d_step: cython.const[cython.double][::1], work: cython.double[:, ::1],
    d_G: cython.double[:, ::1],
) -> cython.double:
    """The derivatives of what `filtered` returns and of its G, as sd moves along d_sd (k,) and step along d_step
    (k - 1,); work (4, w) is workspace."""
    width = W.shape[1]
    d_log_det: cython.double = 0.0
    for c in range(width):
        for e in range(c + 1):
            d_G[e, c] = 0.0
    for g in range(start.shape[0] - 1):
        P: cython.double = 1.0
        d_P: cython.double = 0.0
        for c in range(width):
            work[0, c] = 0.0  # the mean, its derivative, the innovation and its derivative
            work[1, c] = 0.0
        for i in range(start[g], start[g + 1]):
            if i > start[g] and time[i] != time[i - 1]:
                phi: cython.double = 1.0
                d_phi: cython.double = 0.0
                for j in range(time[i - 1], time[i]):
                    d_phi = d_phi * step[j] + phi * d_step[j]
                    phi *= step[j]
                d_P = phi * phi * d_P + 2.0 * phi * d_phi * (P - 1.0)
                P = phi * phi * P + (1.0 - phi * phi)
                for c in range(width):
                    work[1, c] = phi * work[1, c] + d_phi * work[0, c]
                    work[0, c] *= phi
            own: cython.double = z[i] * sd[time[i]]
            d_own: cython.double = z[i] * d_sd[time[i]]
            F: cython.double = own * own * P + 1.0
            d_F: cython.double = 2.0 * own * d_own * P + own * own * d_P
            gain: cython.double = P * own / F
            d_gain: cython.double = (d_P * own + P * d_own - gain * d_F) / F
            d_log_det += d_F / F
            P /= F
            d_P = (d_P - P * d_F) / F
            for c in range(width):
                work[2, c] = W[i, c] - own * work[0, c]
                work[3, c] = -d_own * work[0, c] - own * work[1, c]
                for e in range(c + 1):
                    d_G[e, c] += (work[3, e] * work[2, c] + work[2, e] * work[3, c]
                                  - work[2, e] * work[2, c] * d_F / F) / F
            for c in range(width):
                work[0, c] += gain * work[2, c]
                work[1, c] += d_gain * work[2, c] + gain * work[3, c]
    return d_log_det


@cython.ccall
def smoothed(
    r: cython.const[cython.double][::1], z: cython.const[cython.double][::1],
    time: cython.const[cython.Py_ssize_t][::1], start: cython.const[cython.Py_ssize_t][::1],
    sd: cython.const[cython.double][::1], step: cython.const[cython.double][::1], P: cython.double[::1],
    u: cython.double[:, ::1],
) -> cython.void:
    """The chain's independent steps u (levels, k), of variance 1, given the residuals r (n,); P (k,) is workspace."""
    k = sd.shape[0]
    for g in range(start.shape[0] - 1):
        i: cython.Py_ssize_t = start[g]
        for j in range(k):
            phi: cython.double = step[j - 1] if j else 0.0
            P[j] = phi * phi * (P[j - 1] if j else 0.0) + (1.0 - phi * phi)
            u[g, j] = phi * u[g, j - 1] if j else 0.0
            while i < start[g + 1] and time[i] == j:
                own: cython.double = z[i] * sd[j]
                F: cython.double = own * own * P[j] + 1.0
                u[g, j] += P[j] * own / F * (r[i] - own * u[g, j])
                P[j] /= F
                i += 1
        for back in range(1, k):
            j = k - 1 - back
            phi = step[j]
            u[g, j] += P[j] * phi / (phi * phi * P[j] + (1.0 - phi * phi)) * (u[g, j + 1] - phi * u[g, j])
        for back in range(k - 1):
            j = k - 1 - back
            phi = step[j - 1]
            left: cython.double = 1.0 - phi * phi
            u[g, j] = (u[g, j] - phi * u[g, j - 1]) / sqrt(left) if left > 0.0 else 0.0
