# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""Gamma variates, and those made of them: chi-squared and t, as R makes them, to the last bit."""
from __future__ import annotations

import cython
from cython.cimports.libc.math import INFINITY, exp, expm1, fabs, isinf, log, sqrt
from cython.cimports.translations.random.counts import poisson
from cython.cimports.translations.random.variates import exponential, horner, normal, uniform, words

if cython.compiled:  # C's own types
    from cython.cimports.translations.random.bitgen import bitgen


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def gamma_small(gen: cython.pointer(bitgen), a: cython.double) -> cython.double:
    """Standard gamma, shape 0 < a < 1. Source: Ahrens & Dieter (1974), algorithm GS."""
    bound = 1.0 + 0.36787944117144232159 * a
    while True:
        p = bound * uniform(gen)
        if p >= 1.0:
            x = -log((bound - p) / a)
            if exponential(gen) >= (1.0 - a) * log(x):
                return x
        else:
            x = exp(log(p) / a)
            if exponential(gen) >= x:
                return x


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def gamma_log_quotient(t: cython.double, q0: cython.double, s: cython.double, s2: cython.double) -> cython.double:
    """The logarithm q(t) of the quotient of gamma and normal densities (Ahrens & Dieter 1982, steps 6 and 10)."""
    v = t / (s + s)
    if fabs(v) <= 0.25:
        return q0 + 0.5 * t * t * horner(v, 0.0, 0.1233795, -0.1367177, 0.1423657,
                                         -0.1662921, 0.2000062, -0.250003, 0.3333333) * v
    return q0 - s * t + 0.25 * t * t + (s2 + s2) * log(1.0 + v)


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def gamma(gen: cython.pointer(bitgen), a: cython.double, scale: cython.double) -> cython.double:
    """One gamma draw, shape a, scale > 0. Source, for a >= 1: Ahrens & Dieter (1982), algorithm GD; R: rgamma."""
    if a == 0.0 or scale == 0.0:
        return 0.0
    if isinf(a) or isinf(scale):
        return INFINITY
    if a < 1.0:
        return scale * gamma_small(gen, a)
    s2 = a - 0.5
    s = sqrt(s2)
    t = normal(gen)
    x = s + 0.5 * t
    if t >= 0.0:  # step 2: immediate acceptance
        return scale * (x * x)
    u = uniform(gen)
    if (5.656854 - s * 12.0) * u <= t * t * t:  # step 3: squeeze
        return scale * (x * x)
    q0 = horner(1.0 / a, 2.424e-4, 2.4511e-4, -7.388e-5, 0.00144121, 0.00801191, 0.02083148, 0.04166669, 0.0)
    if x > 0.0 and log(1.0 - u) <= gamma_log_quotient(t, q0, s, s2):  # step 7: quotient
        return scale * (x * x)
    if a <= 3.686:
        b, si, c = 0.463 + s + 0.178 * s2, 1.235, 0.195 / s - 0.079 + 0.16 * s
    elif a <= 13.022:
        b, si, c = 1.654 + 0.0076 * s2, 1.68 / s + 0.275, 0.062 / s + 0.024
    else:
        b, si, c = 1.77, 0.75, 0.1515 / s
    while True:  # steps 8 to 12: rejection from the double exponential
        e = exponential(gen)
        u = uniform(gen)
        u = u + u - 1.0
        t = b - si * e if u < 0.0 else b + si * e
        if t >= -0.71874483771719:
            q = gamma_log_quotient(t, q0, s, s2)
            if q > 0.0 and c * fabs(u) <= expm1(q) * exp(e - 0.5 * t * t):
                x = s + 0.5 * t
                return scale * x * x


def fill_gamma(
    generator: object, shape: cython.const[cython.double][:], scale: cython.const[cython.double][:],
    out: cython.double[:],
):
    gen = words(generator)
    with cython.nogil:
        for i in range(out.shape[0]):
            out[i] = gamma(gen, shape[i % shape.shape[0]], scale[i % scale.shape[0]])


def fill_chisq(
    generator: object, df: cython.const[cython.double][:], ncp: cython.const[cython.double][:], out: cython.double[:]
):
    """Noncentral: a central one of twice a Poisson number of degrees of freedom is added. R: rchisq, rnchisq."""
    gen = words(generator)
    with cython.nogil:
        for i in range(out.shape[0]):
            x = gamma(gen, poisson(gen, ncp[i % ncp.shape[0]] / 2.0), 2.0)
            out[i] = x + gamma(gen, df[i % df.shape[0]] / 2.0, 2.0)


def fill_t(generator: object, df: cython.const[cython.double][:], out: cython.double[:]):
    """R: rt."""
    gen = words(generator)
    with cython.nogil:
        for i in range(out.shape[0]):
            d = df[i % df.shape[0]]
            z = normal(gen)
            out[i] = z if isinf(d) else z / sqrt(gamma(gen, d / 2.0, 2.0) / d)
