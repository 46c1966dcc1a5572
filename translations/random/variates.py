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

import numpy as np

try:
    import cython
except ModuleNotFoundError:
    from translations import cython_stand_in as cython

if cython.compiled:
    from cython.cimports.cpython.pycapsule import PyCapsule_GetPointer
    from cython.cimports.libc.math import INFINITY, copysign, exp, expm1, fabs, floor, isinf, log, pow, sqrt
    from cython.cimports.translations.random.bitgen import bitgen
else:
    from math import copysign, exp, expm1, fabs, floor, isinf, log, pow, sqrt
    from math import inf as INFINITY

    from translations.compiled import runs_as_python

    runs_as_python(__name__)

LOG2_SERIES = np.array([  # partial sums of ln(2)^k / k!, k = 1..16 (Ahrens & Dieter 1972, algorithm SA, table of q)
    0.6931471805599453, 0.9333736875190459, 0.9888777961838675, 0.9984959252914960,
    0.9998292811061389, 0.9999833164100727, 0.9999985691438767, 0.9999998906925558,
    0.9999999924734159, 0.9999999995283275, 0.9999999999728814, 0.9999999999985598,
    0.9999999999999289, 0.9999999999999968, 0.9999999999999999, 1.0000000000000000])
FACTORIAL = np.array([1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0, 5040.0, 40320.0, 362880.0])
INV_SQRT_2PI = 0.398942280401432677939946059934
_log2_series = cython.declare(cython.double[::1], LOG2_SERIES)
_factorial = cython.declare(cython.double[::1], FACTORIAL)
_inv_sqrt_2pi = cython.declare(cython.double, INV_SQRT_2PI)


@cython.cfunc
def words(generator: object) -> cython.pointer(bitgen):
    """What the functions below draw from: the bit generator, in C the structure of its functions."""
    if cython.compiled:
        capsule = generator.bit_generator.capsule
        return cython.cast(cython.pointer(bitgen), PyCapsule_GetPointer(capsule, "BitGenerator"))
    else:
        return generator.bit_generator


@cython.cfunc
@cython.inline
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


# --- gamma, chi-squared, t ----------------------------------------------------------------------------------

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


# --- Poisson ------------------------------------------------------------------------------------------------

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
