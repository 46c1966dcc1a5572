# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""The steps that BOBYQA takes on its quadratic model: to lower it, or to improve the points' geometry.

Powell (2009), sections 3 and 4; sums in his order, see `quadratic.py`.
"""

from __future__ import annotations

import cython
from cython.cimports.libc.math import sqrt
from cython.cimports.translations.optim.quadratic import Quadratic


def trust_step(m: Quadratic, radius: cython.double) -> cython.double:
    """Minimize the model within `radius` and the bounds: truncated conjugate gradients, then arcs on the sphere. Sets
    d, new, gradient, fixed and curvature (the least one met; 0: the sphere was reached, -1: none seen); returns d'd.
    """
    for i in range(m.n):
        m.fixed[i] = 0.0
        if m.x[i] <= m.lower[i]:
            if m.g[i] >= 0.0:
                m.fixed[i] = -1.0
        elif m.x[i] >= m.upper[i]:
            if m.g[i] <= 0.0:
                m.fixed[i] = 1.0
        m.d[i] = 0.0
        m.gradient[i] = m.g[i]
    gain = _conjugate_gradients(m, radius)
    if m.curvature == 0.0:
        _arcs(m, gain)
    square: cython.double = 0.0
    for i in range(m.n):
        there = m.x[i] + m.d[i]
        there = there if there <= m.upper[i] else m.upper[i]
        there = there if there >= m.lower[i] else m.lower[i]
        if m.fixed[i] < 0.0:
            there = m.lower[i]
        if m.fixed[i] > 0.0:
            there = m.upper[i]
        m.new[i] = there
        m.d[i] = there - m.x[i]
        square += m.d[i] * m.d[i]
    return square


def _conjugate_gradients(m: Quadratic, radius: cython.double) -> cython.double:
    """The step, the gradient there and the curvature; returns the reduction."""
    n = m.n
    reach = radius * radius
    gain: cython.double = 0.0
    gg: cython.double = 0.0
    before: cython.double = 0.0
    ratio: cython.double = 0.0  # 0: begin anew, down the gradient
    left: cython.Py_ssize_t = 0
    m.curvature = -1.0
    while True:
        ss: cython.double = 0.0
        free: cython.Py_ssize_t = 0
        for i in range(n):
            if m.fixed[i] != 0.0:
                m.s[i] = 0.0
            else:
                m.s[i] = -m.gradient[i] if ratio == 0.0 else ratio * m.s[i] - m.gradient[i]
                free += 1
            ss += m.s[i] * m.s[i]
        if ss == 0.0:
            return gain
        if ratio == 0.0:
            gg = ss
            left = free
        if gg * reach <= gain * 1e-4 * gain:
            return gain
        for i in range(n):
            m.Hs[i] = 0.0
        m.hessian_times(m.s, m.Hs)
        rest: cython.double = reach
        ds: cython.double = 0.0
        sHs: cython.double = 0.0
        for i in range(n):
            if m.fixed[i] == 0.0:
                rest -= m.d[i] * m.d[i]
                ds += m.s[i] * m.d[i]
                sHs += m.s[i] * m.Hs[i]
        if rest <= 0.0:
            m.curvature = 0.0
            return gain
        root = sqrt(ss * rest + ds * ds)
        to_sphere: cython.double = (root - ds) / ss if ds < 0.0 else rest / (root + ds)
        length: cython.double = to_sphere
        if sHs > 0.0:
            length = to_sphere if to_sphere <= gg / sHs else gg / sHs
        hit: cython.Py_ssize_t = -1
        for i in range(n):
            if m.s[i] != 0.0:
                bound = m.upper[i] if m.s[i] > 0.0 else m.lower[i]
                to_bound = (bound - (m.x[i] + m.d[i])) / m.s[i]
                if to_bound < length:
                    length = to_bound
                    hit = i
        decrease: cython.double = 0.0
        if length > 0.0:
            left -= 1
            bend = sHs / ss
            if hit < 0 and bend > 0.0 and (m.curvature == -1.0 or not m.curvature <= bend):
                m.curvature = bend
            before = gg
            gg = 0.0
            for i in range(n):
                m.gradient[i] += length * m.Hs[i]
                if m.fixed[i] == 0.0:
                    gg += m.gradient[i] * m.gradient[i]
                m.d[i] += length * m.s[i]
            decrease = length * (before - 0.5 * length * sHs)
            decrease = decrease if decrease >= 0.0 else 0.0
            gain += decrease
        if hit >= 0:
            m.fixed[hit] = -1.0 if m.s[hit] < 0.0 else 1.0
            reach -= m.d[hit] * m.d[hit]
            if reach <= 0.0:
                m.curvature = 0.0
                return gain
            ratio = 0.0
        elif length < to_sphere:
            if left == 0 or decrease <= gain * 0.01:
                return gain
            ratio = gg / before
        else:
            m.curvature = 0.0
            return gain


def _arcs(m: Quadratic, gain: cython.double) -> cython.void:
    """Further reduction on the sphere, each time along the arc in the plane of the reduced d and the reduced gradient.
    """
    n = m.n
    anew: cython.bint = True
    dd: cython.double = 0.0
    dg: cython.double = 0.0
    gg: cython.double = 0.0
    while True:
        if anew:
            free: cython.Py_ssize_t = 0
            dd, dg, gg = 0.0, 0.0, 0.0
            for i in range(n):
                m.s[i] = 0.0
                m.Hd[i] = 0.0
                if m.fixed[i] == 0.0:
                    free += 1
                    dd += m.d[i] * m.d[i]
                    dg += m.d[i] * m.gradient[i]
                    gg += m.gradient[i] * m.gradient[i]
                    m.s[i] = m.d[i]
            if free <= 1:
                return
            m.hessian_times(m.s, m.Hd)
        area = gg * dd - dg * dg
        if area <= gain * 1e-4 * gain:
            return
        area = sqrt(area)
        for i in range(n):
            m.s[i] = (dg * m.d[i] - dd * m.gradient[i]) / area if m.fixed[i] == 0.0 else 0.0
        limit: cython.double = 1.0  # the tangent of half the widest angle that the bounds allow
        hit: cython.Py_ssize_t = -1
        side: cython.double = 0.0
        anew = False
        for i in range(n):
            if m.fixed[i] != 0.0:
                continue
            below = m.x[i] + m.d[i] - m.lower[i]
            above = m.upper[i] - m.x[i] - m.d[i]
            if below <= 0.0 or above <= 0.0:
                m.fixed[i] = -1.0 if below <= 0.0 else 1.0
                anew = True
                break
            square = m.d[i] * m.d[i] + m.s[i] * m.s[i]
            gap = m.x[i] - m.lower[i]
            rest = square - gap * gap
            if rest > 0.0:
                rest = sqrt(rest) - m.s[i]
                if limit * rest > below:
                    limit = below / rest
                    hit = i
                    side = -1.0
            gap = m.upper[i] - m.x[i]
            rest = square - gap * gap
            if rest > 0.0:
                rest = sqrt(rest) + m.s[i]
                if limit * rest > above:
                    limit = above / rest
                    hit = i
                    side = 1.0
        if anew:
            continue
        sHs: cython.double = 0.0
        dHs: cython.double = 0.0
        dHd: cython.double = 0.0
        for i in range(n):
            m.Hs[i] = 0.0
        m.hessian_times(m.s, m.Hs)
        for i in range(n):
            if m.fixed[i] == 0.0:
                sHs += m.s[i] * m.Hs[i]
                dHs += m.d[i] * m.Hs[i]
                dHd += m.d[i] * m.Hd[i]
        # The best of equally spaced angles, then of a parabola through it and its neighbours.
        most: cython.double = 0.0
        last: cython.double = 0.0
        lower: cython.double = 0.0
        higher: cython.double = 0.0
        t: cython.double = 0.0
        at: cython.Py_ssize_t = 0
        count = cython.cast(cython.Py_ssize_t, limit * 17.0 + 3.1)
        for i in range(1, count + 1):
            t = limit * i / count
            sin = (t + t) / (1.0 + t * t)
            bend = sHs + t * (t * dHd - dHs - dHs)
            reduction = sin * (t * dg + area - 0.5 * sin * bend)
            if reduction > most:
                most = reduction
                at = i
                lower = last
            elif i == at + 1:
                higher = reduction
            last = reduction
        if at == 0:
            return
        if at < count:
            t = limit * (at + 0.5 * ((higher - lower) / (most + most - lower - higher))) / count
        cos = (1.0 - t * t) / (1.0 + t * t)
        sin = (t + t) / (1.0 + t * t)
        bend = sHs + t * (t * dHd - dHs - dHs)
        decrease = sin * (t * dg + area - 0.5 * sin * bend)
        if decrease <= 0.0:
            return
        dg, gg = 0.0, 0.0
        for i in range(n):
            m.gradient[i] = m.gradient[i] + (cos - 1.0) * m.Hd[i] + sin * m.Hs[i]
            if m.fixed[i] == 0.0:
                m.d[i] = cos * m.d[i] + sin * m.s[i]
                dg += m.d[i] * m.gradient[i]
                gg += m.gradient[i] * m.gradient[i]
            m.Hd[i] = cos * m.Hd[i] + sin * m.Hs[i]
        gain += decrease
        if hit >= 0 and at == count:
            m.fixed[hit] = side
            anew = True
        elif decrease <= gain * 0.01:
            return


def line_step(m: Quadratic, j: cython.Py_ssize_t, radius: cython.double) -> cython.double:
    """Put into `new` the point on a line through the best point and another, within `radius` and the bounds, at which
    Lagrange function j promises the largest denominator for a replacement of point j. Sets its `slope` at x and its
    `column` of ZZ' too; returns the column's entry j.
    """
    n = m.n
    for k in range(m.npt):
        m.column[k] = 0.0
    for c in range(m.rank):
        for k in range(m.npt):
            m.column[k] += m.Z[j, c] * m.Z[k, c]
    half = 0.5 * m.column[j]
    for i in range(n):
        m.slope[i] = m.B[j, i]
    for k in range(m.npt):
        weight: cython.double = 0.0
        for i in range(n):
            weight += m.X[k, i] * m.x[i]
        weight = m.column[k] * weight
        for i in range(n):
            m.slope[i] += weight * m.X[k, i]
    largest: cython.double = 0.0
    chosen: cython.Py_ssize_t = 0
    length: cython.double = 0.0
    bound: cython.Py_ssize_t = 0
    for k in range(m.npt):
        if k == m.best:
            continue
        rise: cython.double = 0.0
        square: cython.double = 0.0
        for i in range(n):
            move = m.X[k, i] - m.x[i]
            rise += m.slope[i] * move
            square += move * move
        high: cython.double = radius / sqrt(square)
        low: cython.double = -high
        met_low: cython.Py_ssize_t = 0  # the bound that limits the step, as i + 1 for an upper and -(i + 1) a lower one
        met_high: cython.Py_ssize_t = 0
        least: cython.double = 1.0 if high >= 1.0 else high
        for i in range(n):
            move = m.X[k, i] - m.x[i]
            to_lower = m.lower[i] - m.x[i]
            to_upper = m.upper[i] - m.x[i]
            if move > 0.0:
                if low * move < to_lower:
                    low = to_lower / move
                    met_low = -i - 1
                if high * move > to_upper:
                    high = least if least >= to_upper / move else to_upper / move
                    met_high = i + 1
            elif move < 0.0:
                if low * move > to_upper:
                    low = to_upper / move
                    met_low = i + 1
                if high * move < to_lower:
                    high = least if least >= to_lower / move else to_lower / move
                    met_high = -i - 1
        step: cython.double = low
        met: cython.Py_ssize_t = met_low
        if k == j:
            fall = rise - 1.0
            value = low * (rise - low * fall)
            other = high * (rise - high * fall)
            if abs(other) > abs(value):
                step, value, met = high, other, met_high
            slope = 0.5 * rise
            if (slope - fall * low) * (slope - fall * high) < 0.0:
                other = slope * slope / fall
                if abs(other) > abs(value):
                    step, value, met = slope / fall, other, 0
        else:
            value = low * (1.0 - low)
            other = high * (1.0 - high)
            if abs(other) > abs(value):
                step, value, met = high, other, met_high
            if high > 0.5 and abs(value) < 0.25:
                step, value, met = 0.5, 0.25, 0
            value *= rise
        spread = step * (1.0 - step) * square
        promised = value * value * (value * value + half * spread * spread)
        if promised > largest:
            largest = promised
            chosen = k
            length = step
            bound = met
    for i in range(n):
        m.new[i] = _within(m, i, m.x[i] + length * (m.X[chosen, i] - m.x[i]))
    if bound < 0:
        m.new[-bound - 1] = m.lower[-bound - 1]
    if bound > 0:
        m.new[bound - 1] = m.upper[bound - 1]
    return m.column[j]


def cauchy_step(m: Quadratic, radius: cython.double) -> cython.double:
    """Put into `other` where the bounded steepest step, down or up, of the Lagrange function with this `slope` and
    `column` leads; returns the square of its value there, 0 where there is no such step.
    """
    first: cython.double = 0.0
    far = radius + radius  # of a step's entries that are free
    for way in range(2):
        gg: cython.double = 0.0
        for i in range(m.n):
            m.step[i] = 0.0
            inside = m.x[i] - m.lower[i] if m.x[i] - m.lower[i] <= m.slope[i] else m.slope[i]
            beyond = m.x[i] - m.upper[i] if m.x[i] - m.upper[i] >= m.slope[i] else m.slope[i]
            if inside > 0.0 or beyond < 0.0:
                m.step[i] = far
                gg += m.slope[i] * m.slope[i]
        if gg == 0.0:
            return 0.0
        used: cython.double = 0.0
        length: cython.double = 0.0
        while radius * radius - used > 0.0:
            before: cython.double = used
            length = sqrt((radius * radius - used) / gg)
            gg = 0.0
            for i in range(m.n):
                if m.step[i] == far:
                    there = m.x[i] - length * m.slope[i]
                    if there <= m.lower[i]:
                        m.step[i] = m.lower[i] - m.x[i]
                        used += m.step[i] * m.step[i]
                    elif there >= m.upper[i]:
                        m.step[i] = m.upper[i] - m.x[i]
                        used += m.step[i] * m.step[i]
                    else:
                        gg += m.slope[i] * m.slope[i]
            if not (used > before and gg > 0.0):
                break
        along: cython.double = 0.0
        for i in range(m.n):
            if m.step[i] == far:
                m.step[i] = -length * m.slope[i]
                m.other[i] = _within(m, i, m.x[i] + m.step[i])
            elif m.step[i] == 0.0:
                m.other[i] = m.x[i]
            else:
                m.other[i] = m.lower[i] if m.slope[i] > 0.0 else m.upper[i]
            along += m.slope[i] * m.step[i]
        bend: cython.double = 0.0
        for k in range(m.npt):
            product: cython.double = 0.0
            for i in range(m.n):
                product += m.X[k, i] * m.step[i]
            bend += m.column[k] * product * product
        if way == 1:
            bend = -bend
        if bend > -along and bend < -(1.0 + sqrt(2.0)) * along:
            scale = -along / bend
            for i in range(m.n):
                m.other[i] = _within(m, i, m.x[i] + scale * m.step[i])
            value = 0.5 * along * scale
        else:
            value = along + 0.5 * bend
        if way == 0:
            first = value * value
            for i in range(m.n):
                m.slope[i] = -m.slope[i]
                m.Hs[i] = m.other[i]
        elif first > value * value:
            for i in range(m.n):
                m.other[i] = m.Hs[i]
            return first
    return value * value


def _within(m: Quadratic, i: cython.Py_ssize_t, there: cython.double) -> cython.double:
    """Variable i within its bounds."""
    there = m.upper[i] if m.upper[i] <= there else there
    return m.lower[i] if m.lower[i] >= there else there
