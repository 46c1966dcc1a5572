# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""Draws of counts: Poisson and binomial variates from the uniform, normal and exponential ones of `variates.py`, as R
makes them, to the last bit.
"""
from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import copysign, exp, fabs, floor, log, pow, sqrt
from cython.cimports.translations.random.variates import exponential, horner, normal, uniform, words

if cython.compiled:  # C's own types
    from cython.cimports.translations.random.bitgen import bitgen

FACTORIAL = np.array([1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0, 5040.0, 40320.0, 362880.0])
INV_SQRT_2PI = 0.398942280401432677939946059934
_factorial = cython.declare(cython.double[::1], FACTORIAL)
_inv_sqrt_2pi = cython.declare(cython.double, INV_SQRT_2PI)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def poisson_small(gen: cython.pointer(bitgen), mu: cython.double) -> cython.double:
    """Poisson, 0 < mu < 10, by inversion: the smallest k <= 35 with u <= P(X <= k) (Ahrens & Dieter 1982, case B)."""
    p0 = exp(-mu)
    while True:
        u = uniform(gen)
        p = cumulative = p0
        k = 0
        while u > cumulative and k < 35:
            k += 1
            p *= mu / k
            cumulative += p
        if u <= cumulative:
            return k


@cython.ccall
@cython.nogil
@cython.exceptval(check=False)
def poisson_densities(
    k: cython.double, mu: cython.double, s: cython.double
) -> tuple[cython.double, cython.double, cython.double, cython.double]:
    """px, py, fx, fy: P(k) = py exp(px), and its discrete normal approximation fy exp(fx) (procedure F)."""
    away = mu - k
    if k < 10.0:
        px, py = -mu, pow(mu, k) / _factorial[cython.cast(cython.Py_ssize_t, k)]
    else:
        delta = 0.0833333333333333333 / k
        delta *= 1.0 - 4.8 * delta * delta
        v = away / k
        if fabs(v) <= 0.25:
            px = k * v * v * horner(v, 0.1250060, -0.1384794, 0.1421878, -0.1661269,
                                    0.2000118, -0.2500068, 0.3333333, -0.5) - delta
        else:
            px = k * log(1.0 + v) - away - delta
        py = _inv_sqrt_2pi / sqrt(k)
    x = (0.5 - away) / s
    x *= x
    b1 = 0.0416666666666666667 / mu
    b2 = 0.3 * b1 * b1
    c3 = 0.1428571428571428571 * b1 * b2
    c2 = b2 - 15.0 * c3
    c1 = b1 - 6.0 * b2 + 45.0 * c3
    c0 = 1.0 - b1 + 3.0 * b2 - 15.0 * c3
    return px, py, -0.5 * x, _inv_sqrt_2pi / s * (((c3 * x + c2) * x + c1) * x + c0)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def poisson(gen: cython.pointer(bitgen), mu: cython.double) -> cython.double:
    """One Poisson draw. Source: Ahrens & Dieter (1982), algorithm PD; R: rpois."""
    if mu == 0.0:
        return 0.0
    if mu < 10.0:
        return poisson_small(gen, mu)
    s = sqrt(mu)
    g = mu + s * normal(gen)  # step N
    if g >= 0.0:
        k = floor(g)
        if k >= floor(mu - 1.1484):  # step I: immediate acceptance
            return k
        away = mu - k
        u = uniform(gen)
        if 6.0 * mu * mu * u >= away * away * away:  # step S: squeeze
            return k
        px, py, fx, fy = poisson_densities(k, mu, s)
        if fy - u * fy <= py * exp(px - fx):  # step Q: quotient
            return k
    while True:  # steps E and H: rejection from the double exponential
        e = exponential(gen)
        u = 2.0 * uniform(gen) - 1.0
        t = 1.8 + copysign(e, u)
        if t > -0.6744:
            k = floor(mu + s * t)
            px, py, fx, fy = poisson_densities(k, mu, s)
            if 0.1069 / mu * fabs(u) <= py * exp(px + e) - fy * exp(fx + e):
                return k


def fill_poisson(generator: object, mu: cython.const[cython.double][:], out: cython.double[:]):
    gen = words(generator)
    with cython.nogil:
        for i in range(out.shape[0]):
            out[i] = poisson(gen, mu[i % mu.shape[0]])


# --- binomial -----------------------------------------------------------------------------------------------

@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def whole_power(x: cython.double, n: cython.longlong) -> cython.double:
    """x^n for n >= 0 by repeated squaring (the roundings differ from pow's). R: R_pow_di."""
    power: cython.double = 1.0
    while n > 0:
        if n & 1:
            power *= x
        n >>= 1
        x *= x
    return power


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def binomial_small(
    gen: cython.pointer(bitgen), n: cython.longlong, p: cython.double, q: cython.double
) -> cython.longlong:
    """Binomial, n p < 30, by inversion; a u beyond P(X <= 110) is drawn anew."""
    odds = p / q
    g = odds * (n + 1)
    start = whole_power(q, n)
    while True:
        u = uniform(gen)
        f = start
        for k in range(112):
            if u < f:
                return k
            u -= f
            f *= g / (k + 1) - odds


@cython.ccall
@cython.nogil
@cython.exceptval(check=False)
def stirling(x: cython.double) -> cython.double:
    """The correction to Stirling's formula at x, in the form of BTPE's step 5.3."""
    y = x * x
    return (13860.0 - (462.0 - (132.0 - (99.0 - 140.0 / y) / y) / y) / y) / x / 166320.0


@cython.ccall
@cython.nogil
@cython.exceptval(check=False)
def binomial_accepts(
    k: cython.longlong, v: cython.double, n: cython.longlong, p: cython.double, q: cython.double, mode: cython.longlong
) -> cython.bint:
    """Step 5 of BTPE: whether v lies below the density at k, relative to that at the mode."""
    odds = p / q
    g = odds * (n + 1)
    npq = n * p * q
    away = k - mode if k > mode else mode - k
    if away <= 20 or away >= npq / 2 - 1:
        f: cython.double = 1.0
        for i in range(mode + 1, k + 1):
            f *= g / i - odds
        for i in range(k + 1, mode + 1):
            f /= g / i - odds
        return v <= f
    slack = (away / npq) * ((away * (away / 3.0 + 0.625) + 0.1666666666666) / npq + 0.5)
    wrap: cython.longlong = 4294967296
    square: cython.longlong = away * away % wrap
    if square >= wrap // 2:  # R squares in 32 bits: beyond 46340 the square wraps around
        square -= wrap
    centre = -square / (2.0 * npq)
    log_v = log(v)
    if log_v < centre - slack:
        return True
    if log_v > centre + slack:
        return False
    x1, f1, z, w = k + 1.0, mode + 1.0, n + 1.0 - mode, n - k + 1.0
    return log_v <= ((mode + 0.5) * log(f1 / x1) + (n - mode + 0.5) * log(z / w)
                     + (k - mode) * log(w * p / (x1 * q))
                     + stirling(f1) + stirling(z) + stirling(x1) + stirling(w))  # R 4 adds all four


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def binomial_large(
    gen: cython.pointer(bitgen), n: cython.longlong, p: cython.double, q: cython.double
) -> cython.longlong:
    """Binomial, n p >= 30, p <= 1/2. Source: Kachitvichyanukul & Schmeiser (1988), algorithm BTPE."""
    mean = n * p
    npq = mean * q
    mode = cython.cast(cython.longlong, mean + p)
    half = cython.cast(cython.longlong, 2.195 * sqrt(npq) - 4.6 * q) + 0.5
    middle = mode + 0.5
    left, right = middle - half, middle + half
    c = 0.134 + 20.5 / (15.3 + mode)
    slope = (mean + p - left) / (mean + p - left * p)
    left_rate = slope * (1.0 + 0.5 * slope)
    slope = (right - (mean + p)) / (right * q)
    right_rate = slope * (1.0 + 0.5 * slope)
    p2 = half * (1.0 + c + c)
    p3 = p2 + c / left_rate
    p4 = p3 + c / right_rate
    while True:
        u = uniform(gen) * p4
        v = uniform(gen)
        if u <= half:  # triangle
            return cython.cast(cython.longlong, middle - half * v + u)
        if u <= p2:  # parallelogram
            x = left + (u - half) / c
            v = v * c + 1.0 - fabs(middle - x) / half
            if v > 1.0 or v <= 0.0:
                continue
            k = cython.cast(cython.longlong, x)
        elif u > p3:  # right tail
            k = cython.cast(cython.longlong, right - log(v) / right_rate)
            if k > n:
                continue
            v = v * (u - p3) * right_rate
        else:  # left tail
            k = cython.cast(cython.longlong, left + log(v) / left_rate)
            if k < 0:
                continue
            v = v * (u - p2) * left_rate
        if binomial_accepts(k, v, n, p, q, mode):
            return k


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def binomial(gen: cython.pointer(bitgen), n: cython.longlong, prob: cython.double) -> cython.longlong:
    """One binomial draw. R: rbinom."""
    if n == 0 or prob == 0.0:
        return 0
    if prob == 1.0:
        return n
    p = min(prob, 1.0 - prob)
    q = 1.0 - p
    k = binomial_small(gen, n, p, q) if n * p < 30.0 else binomial_large(gen, n, p, q)
    return n - k if prob > 0.5 else k


def fill_binomial(
    generator: object, size: cython.longlong[:], prob: cython.const[cython.double][:], out: cython.longlong[:]
):
    gen = words(generator)
    with cython.nogil:
        for i in range(out.shape[0]):
            out[i] = binomial(gen, size[i % size.shape[0]], prob[i % prob.shape[0]])
