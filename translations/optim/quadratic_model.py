"""The quadratic model of BOBYQA and the steps that are taken on it.

M. J. D. Powell (2009), The BOBYQA algorithm for bound constrained optimization without derivatives, report DAMTP
2009/NA06, and, for the updating of H, M. J. D. Powell (2006), The NEWUOA software for unconstrained optimization
without derivatives.

Sums are taken term by term in the order of Powell's Fortran (`dot`, `rows_times`, `times_rows`), never by BLAS: near
the optimum the model lives on differences in the objective's last digits, so that another order of summation ends
elsewhere.
"""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from translations.arrays import Floats, Ints

from .ordered_sums import add_both, change_of_model, dot, mirror, rows_times, squares, times_rows, update_inverse


def _shift(x: Floats, X: Floats, Z: Floats, B: Floats, U: Floats, Hess: Floats, pq: Floats) -> None:
    """H and the second derivatives of a model whose origin moves to x (n,), in place."""
    xx = dot(x, x)
    inner = np.array([dot(point, x, -0.5 * xx) for point in X])
    for k, point in enumerate(X):
        add_both(U, B[k], inner[k] * point + (0.25 * xx - 0.5 * inner[k]) * x)
    ones = np.ones(len(X))
    for c in range(Z.shape[1]):
        z = inner * Z[:, c]
        w = times_rows(z, X, (0.25 * xx * dot(Z[:, c], ones) - 0.5 * dot(z, ones)) * x)
        B += np.outer(Z[:, c], w)
        U += np.triu(np.outer(w, w))
    v = times_rows(pq, X, -0.5 * dot(pq, ones) * x)
    add_both(Hess, x, v)
    mirror(U)
    mirror(Hess)


def _lagrange(d: Floats, x: Floats, X: Floats, Z: Floats, B: Floats, U: Floats) -> tuple[Floats, Floats, float]:
    """`Model.lagrange` but for the 1 that belongs to the best point."""
    along = rows_times(X, d)
    w = along * (0.5 * along + rows_times(X, x))
    zw = times_rows(w, Z, np.zeros(Z.shape[1]))
    values = rows_times(B, d)
    beta = 0.0
    for c in range(len(zw)):
        beta -= zw[c] * zw[c]
        values += zw[c] * Z[:, c]
    rest = times_rows(w, B, np.zeros(len(d)))
    dd, bend, dx = 0.0, 0.0, 0.0
    for j in range(len(d)):
        dd += d[j] * d[j]
        bend += rest[j] * d[j]
        rest[j] = dot(U[j], d, rest[j])
        bend += rest[j] * d[j]
        dx += d[j] * x[j]
    return values, rest, float(dx * dx + dd * (dot(x, x) + dx + dx + 0.5 * dd) + beta - bend)


class Step(NamedTuple):
    """A trust region step: new point (n,), model gradient there (n,), least curvature met (0: boundary, -1: none seen).
    """

    x: Floats
    gradient: Floats
    curvature: float


@dataclass
class Model:
    """The quadratic model and the inverse H of its interpolation conditions' matrix.

    base (n,) origin; lower, upper (n,) bounds from there; X (npt, n) points from there; f (npt,) values; k: which is
    best; g (n,) gradient there; Hess (n, n) explicit and pq (npt,) implicit second derivatives (sum_j pq_j x_j x_j'); Z
    (npt, npt - n - 1) with H's leading block ZZ'; B (npt, n) and U (n, n): H's last n columns.
    """

    base: Floats
    lower: Floats
    upper: Floats
    X: Floats
    f: Floats
    k: int
    g: Floats
    Hess: Floats
    pq: Floats
    Z: Floats
    B: Floats
    U: Floats

    @property
    def x(self) -> Floats:
        """The best point so far, (n,)."""
        return self.X[self.k]

    def hessian_times(self, v: Floats, start: Floats) -> Floats:
        """start (n,) plus the second derivative matrix times v (n,)."""
        explicit = times_rows(v, self.Hess, start)
        return times_rows(rows_times(self.X, v) * self.pq, self.X, explicit)

    def change(self, d: Floats) -> float:
        """The model's change over the step d (n,) from the best point."""
        return change_of_model(d, self.g, self.Hess, self.pq, self.X)

    def shift(self) -> None:
        """Make the best point the origin: points close together and far from the origin lose digits."""
        x = self.x.copy()
        _shift(x, self.X, self.Z, self.B, self.U, self.Hess, self.pq)
        self.X -= x
        self.base = self.base + x
        self.lower, self.upper = self.lower - x, self.upper - x

    def lagrange(self, d: Floats) -> tuple[Floats, Floats, float]:
        """Hw at the best point plus d: the Lagrange functions' values (npt,), its last n elements, and beta."""
        values, rest, beta = _lagrange(d, self.x, self.X, self.Z, self.B, self.U)
        values[self.k] += 1.0
        return values, rest, beta

    def update_inverse(self, j: int, values: Floats, rest: Floats, beta: float, denominator: float) -> None:
        """H after point j was replaced by the one whose `lagrange` is given (NEWUOA paper, section 4)."""
        update_inverse(j, values, rest, beta, denominator, self.Z, self.B, self.U)

    def absorb(self, j: int, x: Floats, f: float, error: float) -> None:
        """Put (x, f) in the place of point j, after H was updated, and correct the model, which was wrong by `error`.
        """
        old, better = self.x.copy(), f < self.f[self.k]  # j may be the best point itself
        self.Hess += np.tril(np.outer(self.pq[j] * self.X[j], self.X[j]))
        self.Hess = np.tril(self.Hess) + np.tril(self.Hess, -1).T
        self.pq[j] = 0.0
        self.pq = times_rows(error * self.Z[j], self.Z.T, self.pq)
        self.f[j], self.X[j] = f, x
        column = rows_times(self.Z, self.Z[j])
        self.g = self.g + error * times_rows(column * rows_times(self.X, old), self.X, self.B[j])
        if better:
            self.k = j
            self.g = self.hessian_times(x - old, self.g)

    def least_norm(self) -> tuple[Floats, Floats]:
        """The interpolant of least Frobenius norm: gradient at the best point (n,), implicit second derivatives (npt,).
        """
        differences = self.f - self.f[self.k]
        pq = rows_times(self.Z, times_rows(differences, self.Z, np.zeros(self.Z.shape[1])))
        pairs = np.stack([self.B, self.X], axis=1).reshape(-1, len(self.g))
        weights = np.stack([differences, rows_times(self.X, self.x) * pq], axis=1).ravel()
        return times_rows(weights, pairs, np.zeros(len(self.g))), pq


def trust_step(m: Model, radius: float) -> Step:
    """Minimize the model within `radius` and the bounds: truncated conjugate gradients, then arcs on the sphere."""
    x, lower, upper = m.x, m.lower, m.upper
    fixed = np.where(x <= lower, np.where(m.g >= 0.0, -1, 0), np.where((x >= upper) & (m.g <= 0.0), 1, 0))
    d, g, gain, curvature = _conjugate_gradients(m, fixed, radius)
    if curvature == 0.0:
        d, g = _arcs(m, d, g, fixed, gain)
    new = np.clip(x + d, lower, upper)
    return Step(np.where(fixed < 0, lower, np.where(fixed > 0, upper, new)), g, curvature)


def _conjugate_gradients(m: Model, fixed: Ints, radius: float) -> tuple[Floats, Floats, float, float]:
    """Step, gradient there, reduction and curvature (0: the sphere was reached); marks in `fixed` the bounds that were
    hit."""
    d, g, s, zero = np.zeros(len(m.g)), m.g.copy(), m.g, np.zeros(len(m.g))
    room, gain, curvature, restart = radius * radius, 0.0, -1.0, True
    gg, left, ratio = 0.0, 0, 0.0
    while True:
        free = fixed == 0
        s = np.where(free, -g if restart else ratio * s - g, 0.0)
        ss = dot(s, s)
        if ss == 0.0:
            return d, g, gain, curvature
        if restart:
            gg, left = ss, int(free.sum())
        if gg * room <= 1e-4 * gain * gain:
            return d, g, gain, curvature
        Hs = m.hessian_times(s, zero)
        residual, ds, sHs = dot(-d[free], d[free], room), dot(s, d), dot(s, Hs)
        if residual <= 0.0:
            return d, g, gain, 0.0
        root = math.sqrt(ss * residual + ds * ds)
        to_sphere = (root - ds) / ss if ds < 0.0 else residual / (root + ds)
        length = min(to_sphere, gg / sHs) if sHs > 0.0 else to_sphere
        hit = -1
        for i in range(len(s)):
            if s[i] != 0.0:
                to_bound = ((m.upper if s[i] > 0.0 else m.lower)[i] - (m.x[i] + d[i])) / s[i]
                if to_bound < length:
                    length, hit = to_bound, i
        decrease, before = 0.0, gg
        if length > 0.0:
            left -= 1
            if hit < 0 and sHs > 0.0:
                curvature = sHs / ss if curvature == -1.0 else min(curvature, sHs / ss)
            g, d = g + length * Hs, d + length * s
            gg = dot(g[free], g[free])
            decrease = max(length * (before - 0.5 * length * sHs), 0.0)
            gain += decrease
        if hit >= 0:
            fixed[hit] = 1 if s[hit] > 0.0 else -1
            room -= d[hit] * d[hit]
            if room <= 0.0:
                return d, g, gain, 0.0
            restart = True
        elif length < to_sphere:
            if left == 0 or decrease <= 0.01 * gain:
                return d, g, gain, curvature
            ratio, restart = gg / before, False
        else:
            return d, g, gain, 0.0


def _arcs(m: Model, d: Floats, g: Floats, fixed: Ints, gain: float) -> tuple[Floats, Floats]:
    """Further reduction on the sphere, each time along the arc in the plane of the reduced d and the reduced gradient.
    """
    x, zero = m.x, np.zeros(len(d))
    while (fixed == 0).sum() > 1:
        free = fixed == 0
        Hd = m.hessian_times(np.where(free, d, 0.0), zero)
        dd = dot(d[free], d[free])
        while True:
            dg, gg = dot(d[free], g[free]), dot(g[free], g[free])
            area = gg * dd - dg * dg
            if area <= 1e-4 * gain * gain:
                return d, g
            area = math.sqrt(area)
            s = np.where(free, (dg * d - dd * g) / area, 0.0)
            below, above = x + d - m.lower, m.upper - x - d
            stuck = np.flatnonzero(free & ((below <= 0.0) | (above <= 0.0)))
            if len(stuck):
                fixed[stuck[0]] = -1 if below[stuck[0]] <= 0.0 else 1
                break
            limit, hit, side = _widest_arc(m, d, s, free, below, above)
            Hs = m.hessian_times(s, zero)
            products = dot(s[free], Hs[free]), dot(d[free], Hs[free]), dot(d[free], Hd[free]), dg, area
            count = int(17.0 * limit + 3.1)
            reductions = _reduction(limit * np.arange(count + 1) / count, *products)
            best = int(np.argmax(reductions))
            if best == 0:
                return d, g
            t = limit
            if best < count:
                before, at, after = (float(r) for r in reductions[best - 1 : best + 2])
                t = limit * (best + 0.5 * ((after - before) / (at + at - before - after))) / count
            decrease = float(_reduction(np.array([t]), *products)[0])
            if decrease <= 0.0:
                return d, g
            cos, sin = (1.0 - t * t) / (1.0 + t * t), (t + t) / (1.0 + t * t)
            g = g + (cos - 1.0) * Hd + sin * Hs
            d = np.where(free, cos * d + sin * s, d)
            Hd = cos * Hd + sin * Hs
            gain += decrease
            if hit >= 0 and best == count:
                fixed[hit] = side
                break
            if decrease <= 0.01 * gain:
                return d, g
    return d, g


def _reduction(t: Floats, sHs: float, dHs: float, dHd: float, dg: float, area: float) -> Floats:  # noqa: N803
    """The model's reduction along an arc, at tangents t of half the angle."""
    sin = (t + t) / (1.0 + t * t)
    return sin * (t * dg + area - 0.5 * sin * (sHs + t * (t * dHd - dHs - dHs)))


def _widest_arc(m: Model, d: Floats, s: Floats, free: Floats, below: Floats, above: Floats) -> tuple[float, int, int]:
    """The largest tangent of half the angle, up to 1, that the bounds allow; which variable's bound limits it, on which
    side."""
    limit, hit, side = 1.0, -1, 0
    for i in np.flatnonzero(free):
        square = d[i] * d[i] + s[i] * s[i]
        for bound, gap, sign in ((m.lower[i], below[i], -1), (m.upper[i], above[i], 1)):
            excess = square - (m.x[i] - bound) * (m.x[i] - bound)
            if excess > 0.0:
                excess = math.sqrt(excess) + sign * s[i]
                if limit * excess > gap:
                    limit, hit, side = gap / excess, int(i), sign
    return limit, hit, side


def line_step(m: Model, j: int, radius: float) -> tuple[Floats, Floats, Floats]:
    """Where to move point j so that H's denominator grows: a point on a line through the best point and another one.

    Returns it (n,) with the j-th Lagrange function's gradient (n,) at the best point and its second derivatives'
    coefficients (npt,).
    """
    x = m.x
    column = rows_times(m.Z, m.Z[j])
    gradient = times_rows(column * rows_times(m.X, x), m.X, m.B[j])
    D = m.X - x
    slope, square = rows_times(D, gradient), squares(D)
    with np.errstate(divide="ignore", invalid="ignore"):
        longest = radius / np.sqrt(square)
        to_lower, to_upper = (m.lower - x) / D, (m.upper - x) / D
        ahead = np.where(D > 0.0, to_upper, np.where(D < 0.0, to_lower, np.inf)).min(axis=1)
        behind = np.where(D > 0.0, to_lower, np.where(D < 0.0, to_upper, -np.inf)).max(axis=1)
        low, high = np.maximum(-longest, behind), np.maximum(np.minimum(1.0, longest), np.minimum(longest, ahead))
        step, value = low, low * (1.0 - low)
        farther = np.abs(high * (1.0 - high)) > np.abs(value)
        step, value = np.where(farther, high, step), np.where(farther, high * (1.0 - high), value)
        middle = (high > 0.5) & (np.abs(value) < 0.25)
        step, value = np.where(middle, 0.5, step), np.where(middle, 0.25, value) * slope
        step[j], value[j] = _own_line(float(slope[j]), float(low[j]), float(high[j]))
        v, w = value * value, step * (1.0 - step) * square
        denominators = v * (v + 0.5 * column[j] * w * w)
    denominators[m.k] = -1.0
    line = int(np.nanargmax(denominators))
    return np.clip(x + step[line] * D[line], m.lower, m.upper), gradient, column


def _own_line(slope: float, low: float, high: float) -> tuple[float, float]:
    """Step and value of largest modulus of the Lagrange function, 0 at the best point and 1 at its own, on their line.
    """
    bend = slope - 1.0
    choices = [(low, low * (slope - low * bend)), (high, high * (slope - high * bend))]
    if (0.5 * slope - bend * low) * (0.5 * slope - bend * high) < 0.0:
        choices.append((0.5 * slope / bend, 0.25 * slope * slope / bend))
    best = choices[0]
    for choice in choices[1:]:
        if abs(choice[1]) > abs(best[1]):
            best = choice
    return best


def cauchy_step(m: Model, gradient: Floats, column: Floats, radius: float) -> tuple[Floats, float]:
    """The bounded steepest step, down or up, that makes a Lagrange function larger: the point (n,) and the squared
    value."""
    down, low = _cauchy(m, gradient, column, radius)
    if low == 0.0:
        return down, 0.0
    up, high = _cauchy(m, -gradient, -column, radius)
    if high == 0.0:
        return down, 0.0
    return (down, low) if low > high else (up, high)


def _cauchy(m: Model, gradient: Floats, column: Floats, radius: float) -> tuple[Floats, float]:
    x = m.x
    free = (np.minimum(x - m.lower, gradient) > 0.0) | (np.maximum(x - m.upper, gradient) < 0.0)
    if not free.any():
        return x.copy(), 0.0
    w, step, used = np.zeros(len(x)), 0.0, 0.0
    gg = dot(gradient[free], gradient[free])
    while radius * radius - used > 0.0:
        step = math.sqrt((radius * radius - used) / gg)
        trial = x - step * gradient
        to_lower, to_upper = free & (trial <= m.lower), free & (trial > m.lower) & (trial >= m.upper)
        w = np.where(to_lower, m.lower - x, np.where(to_upper, m.upper - x, w))
        free &= ~(to_lower | to_upper)
        gg, before, used = dot(gradient[free], gradient[free]), used, dot(w, w)
        if not (used > before and gg > 0.0):
            break
    w = np.where(free, -step * gradient, w)
    at_bound = np.where(gradient > 0.0, m.lower, m.upper)
    point = np.where(free, np.clip(x + w, m.lower, m.upper), np.where(w != 0.0, at_bound, x))
    slope, along = dot(gradient, w), rows_times(m.X, w)
    curvature = dot(column * along, along)
    if -slope < curvature < -(1.0 + math.sqrt(2.0)) * slope:
        scale = -slope / curvature
        half = 0.5 * slope * scale
        return np.clip(x + scale * w, m.lower, m.upper), half * half
    return point, (slope + 0.5 * curvature) * (slope + 0.5 * curvature)
