# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""The draws themselves: each function turns numpy's Mersenne-Twister some steps and returns one variate, as R does.

A function named after a law (`exponential`, `gamma`, ...) draws one value from `gen`, numpy's bit generator; a `fill_*`
function draws a whole vector, of a `numpy.random.Generator` over `MT19937`. They are compiled, because a rejection
method cannot know beforehand how many uniforms it will use.

Equality to the last bit asks for R's order of operations, and for the C library's own `log`, `exp` and `pow` (numpy's
vectorised `log` may differ in the last bit). Hence no algebraic tidying of the expressions below.
"""
from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, fabs, floor, log, sqrt

if cython.compiled:  # C's own types
    from cython.cimports.cpython.pycapsule import PyCapsule_GetPointer
    from cython.cimports.translations.random.bitgen import bitgen

LOG2_SERIES = np.array([  # partial sums of ln(2)^k / k!, k = 1..16 (Ahrens & Dieter 1972, algorithm SA, table of q)
    0.6931471805599453, 0.9333736875190459, 0.9888777961838675, 0.9984959252914960,
    0.9998292811061389, 0.9999833164100727, 0.9999985691438767, 0.9999998906925558,
    0.9999999924734159, 0.9999999995283275, 0.9999999999728814, 0.9999999999985598,
    0.9999999999999289, 0.9999999999999968, 0.9999999999999999, 1.0000000000000000])
_log2_series = cython.declare(cython.double[::1], LOG2_SERIES)


@cython.cfunc
def words(generator: object) -> cython.pointer(bitgen):
    """What the functions below draw from: the bit generator, in C the structure of its functions."""
    if cython.compiled:
        capsule = generator.bit_generator.capsule
        return cython.cast(cython.pointer(bitgen), PyCapsule_GetPointer(capsule, "BitGenerator"))
    else:
        return generator.bit_generator


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def horner(
    x: cython.double, c7: cython.double, c6: cython.double, c5: cython.double, c4: cython.double, c3: cython.double,
    c2: cython.double, c1: cython.double, c0: cython.double,
) -> cython.double:
    """c7 x^7 + ... + c0."""
    return ((((((c7 * x + c6) * x + c5) * x + c4) * x + c3) * x + c2) * x + c1) * x + c0


# --- uniform and normal -------------------------------------------------------------------------------------

@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def uniform(gen: cython.pointer(bitgen)) -> cython.double:
    """One of 2^32 values in (0, 1); 0 is replaced by half of 1 / (2^32 - 1). R: unif_rand."""
    word = gen.next_uint32(gen.state) if cython.compiled else gen.random_raw()
    u = word * 2.3283064365386963e-10
    return u if u > 0.5 * 2.328306437080797e-10 else 0.5 * 2.328306437080797e-10


def fill_uniform(generator: object, out: cython.double[:]):
    gen = words(generator)
    with cython.nogil:
        for i in range(out.shape[0]):
            out[i] = uniform(gen)


@cython.ccall
@cython.nogil
@cython.exceptval(check=False)
def normal_quantile(p: cython.double) -> cython.double:
    """z with P(Z <= z) = p for standard normal Z, 0 < p <= 1. Source: Wichura (1988), AS 241."""
    q = p - 0.5
    r: cython.double
    if fabs(q) <= 0.425:
        r = 0.180625 - q * q
        num = horner(r, 2509.0809287301226727, 33430.575583588128105, 67265.770927008700853,
                     45921.953931549871457, 13731.693765509461125, 1971.5909503065514427,
                     133.14166789178437745, 3.387132872796366608)
        den = horner(r, 5226.495278852854561, 28729.085735721942674, 39307.89580009271061,
                     21213.794301586595867, 5394.1960214247511077, 687.1870074920579083,
                     42.313330701600911252, 1.0)
        return q * num / den
    if p >= 1.0:  # 27 + 32 random bits can round up to 1
        return INFINITY
    r = sqrt(-log(0.5 - p + 0.5 if q > 0.0 else p))
    if r <= 5.0:
        r -= 1.6
        num = horner(r, 7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
                     1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
                     4.6303378461565452959, 1.42343711074968357734)
        den = horner(r, 1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
                     0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
                     2.05319162663775882187, 1.0)
    else:
        r -= 5.0
        num = horner(r, 2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
                     0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358,
                     5.4637849111641143699, 6.6579046435011037772)
        den = horner(r, 2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
                     7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
                     0.59983220655588793769, 1.0)
    return -(num / den) if q < 0.0 else num / den


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def normal(gen: cython.pointer(bitgen)) -> cython.double:
    """One standard normal draw by inversion of two uniforms: 27 bits of the first, then the second. R: norm_rand."""
    high = floor(134217728.0 * uniform(gen))
    return normal_quantile((high + uniform(gen)) / 134217728.0)


def fill_normal(generator: object, out: cython.double[:]):
    gen = words(generator)
    with cython.nogil:
        for i in range(out.shape[0]):
            out[i] = normal(gen)


# --- exponential --------------------------------------------------------------------------------------------

@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def exponential(gen: cython.pointer(bitgen)) -> cython.double:
    """One standard exponential draw. Source: Ahrens & Dieter (1972), algorithm SA; R: exp_rand."""
    whole: cython.double = 0.0
    u = 2.0 * uniform(gen)
    while u <= 1.0:  # the number of leading zero bits is geometric: so many times ln 2
        whole += _log2_series[0]
        u += u
    u -= 1.0
    if u <= _log2_series[0]:
        return whole + u
    smallest = uniform(gen)
    i = 0
    while True:  # the rest is ln 2 times the minimum of i uniforms
        u2 = uniform(gen)
        smallest = u2 if u2 < smallest else smallest
        i += 1
        if u <= _log2_series[i]:
            return whole + smallest * _log2_series[0]


def fill_exponential(generator: object, out: cython.double[:]):
    gen = words(generator)
    with cython.nogil:
        for i in range(out.shape[0]):
            out[i] = exponential(gen)
