"""BOBYQA: minimization without derivatives subject to bounds, as R's minqa runs it.

M. J. D. Powell (2009), The BOBYQA algorithm for bound constrained optimization without derivatives, report DAMTP
2009/NA06.

A quadratic model interpolates the objective at npt points; what interpolation leaves open is settled by the least
Frobenius norm of the change of the second derivative (`quadratic_model`). Steps minimize the model in a trust region
(`trust_step`) or improve the points' geometry (`line_step`, `cauchy_step`). lme4 refits by maximum likelihood with it,
from where profiles start, so that steps and stopping are the original's here, call for call. (`optimize.bobyqa` is
NLopt's variant, which stops by other rules.)
"""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from translations.arrays import Floats

from .ordered_sums import dot, rows_times, squares, times_rows
from .quadratic_model import Model, Step, cauchy_step, line_step, trust_step

MESSAGES = {
    0: "Normal exit from bobyqa",
    1: "bobyqa -- maximum number of function evaluations exceeded",
    3: "bobyqa -- a trust region step failed to reduce q",
    5: "bobyqa detected too much cancellation in denominator",
}


class BobyqaResult(NamedTuple):
    """The best point (n,), its value, how many evaluations it took, and minqa's error code (0: success) with its
    message."""

    x: Floats
    value: float
    evaluations: int
    code: int
    message: str


class _Stop(Exception):
    """Ends the iteration with one of minqa's codes."""

    def __init__(self, code: int) -> None:
        self.code = code


def bobyqa(objective: Callable[[Floats], float], start: Floats, lower: Floats, upper: Floats | None = None,
           npt: int | None = None, rhobeg: float | None = None, rhoend: float | None = None,
           maxfun: int = 10000) -> BobyqaResult:
    """Minimize `objective` from `start` (n,) within `lower` and `upper` (n,). R: minqa::bobyqa, with its defaults.

    npt: number of interpolation points, brought into [n + 2, (n + 1)(n + 2) / 2], by default min(n + 2, 2n);
    rhobeg, rhoend: first and last trust region radius, by default min(0.95, max|start| / 5) and 1e-6 rhobeg. Raises
    ValueError for a start outside the bounds.
    """
    x = np.array(start, dtype=float)
    n = len(x)
    upper = np.full(n, np.inf) if upper is None else upper
    if (x < lower).any() or (x > upper).any():
        raise ValueError(f"the start {x} violates the bounds")
    npt = max(n + 2, min(min(n + 2, 2 * n) if npt is None else npt, (n + 1) * (n + 2) // 2))
    first = min(0.95, 0.2 * float(np.abs(x).max())) if rhobeg is None else rhobeg
    last = 1e-6 * first if rhoend is None else rhoend
    if not 0.0 < last <= first:
        raise ValueError(f"trust region radii must satisfy 0 < rhoend <= rhobeg, not {last} and {first}")
    if (upper - lower < 2.0 * first).any():
        first = 0.2 * float((upper - lower).min())
    return _Search(objective, _away_from_bounds(x, lower, upper, first), lower, upper, npt, first, last, maxfun).run()


def _away_from_bounds(x: Floats, lower: Floats, upper: Floats, rho: float) -> Floats:
    """The start with every coordinate on a bound or at least rho away from it."""
    near_lower, near_upper = x - lower <= rho, upper - x <= rho
    inside = np.where(near_upper & ~near_lower, np.where(x < upper, upper - rho, upper), x)
    return np.where(near_lower, np.where(x > lower, lower + rho, lower), inside)


class _Search:
    """One run: the objective and its limits, the model, and the trust region's radii delta and rho (delta's lower
    limit, which shrinks)."""

    def __init__(self, objective: Callable[[Floats], float], start: Floats, lower: Floats, upper: Floats, npt: int,
                 rho: float, last: float, maxfun: int) -> None:
        self.objective, self.lower, self.upper, self.maxfun = objective, lower, upper, maxfun
        self.rho, self.delta, self.last = rho, rho, last
        self.evaluations = 0
        self.errors = [0.0, 0.0, 0.0]  # of the model at the last three points, latest first
        self.doubts = 0  # steps in a row after which the interpolant of least norm had a much smaller gradient
        self.m = self.first_model(start, npt)
        self.quiet_from = self.rescued_at = self.evaluations

    def place(self, x: Floats, base: Floats, lower: Floats, upper: Floats) -> Floats:
        """x, relative to base, as the objective's argument: exactly on a bound where it is on one."""
        inside = np.clip(base + x, self.lower, self.upper)
        return np.where(x == lower, self.lower, np.where(x == upper, self.upper, inside))

    def value(self, x: Floats) -> float:
        if self.evaluations >= self.maxfun:
            raise _Stop(1)
        self.evaluations += 1
        return float(self.objective(x))

    def first_model(self, start: Floats, npt: int) -> Model:
        """Interpolation at the start, at steps of rho along each axis, at second steps, and at pairs of steps (report,
        section 2)."""
        n, rho = len(start), self.rho
        lower, upper = self.lower - start, self.upper - start
        X, f, g, Hess = np.zeros((npt, n)), np.full(npt, np.inf), np.zeros(n), np.zeros((n, n))
        Z, B, U = np.zeros((npt, npt - n - 1)), np.zeros((npt, n)), np.zeros((n, n))
        for k in range(min(npt, self.maxfun)):
            j = (k - 1) % n
            if k > 2 * n:
                offset = (k - n - 1) // n
                a = k - offset * n - n
                a, b = (a, a + offset) if a + offset <= n else (a + offset - n, a)
                X[k, a - 1], X[k, b - 1] = X[a, a - 1], X[b, b - 1]
            elif k > n:
                if lower[j] == 0.0:
                    X[k, j] = min(2.0 * rho, upper[j])
                else:
                    X[k, j] = max(-2.0 * rho, lower[j]) if upper[j] == 0.0 else -rho
            elif k:
                X[k, j] = -rho if upper[j] == 0.0 else rho
            f[k] = self.value(self.place(X[k], start, lower, upper))
            if k > 2 * n:
                Z[[0, k], k - n - 1], Z[[a, b], k - n - 1] = 1.0 / (rho * rho), -1.0 / (rho * rho)
                mixed = (f[0] - f[b] - f[a] + f[k]) / (X[k, a - 1] * X[k, b - 1])
                Hess[a - 1, b - 1] = Hess[b - 1, a - 1] = mixed
            elif k > n:
                one, two = X[k - n, j], X[k, j]
                slope = (f[k] - f[0]) / two
                Hess[j, j] = 2.0 * (slope - g[j]) / (two - one)
                g[j] = (g[j] * two - slope * one) / (two - one)
                if one * two < 0.0 and f[k] < f[k - n]:
                    f[k], f[k - n] = f[k - n], f[k]
                    X[k, j], X[k - n, j] = one, two
                B[0, j] = -(one + two) / (one * two)
                B[k, j] = -0.5 / X[k - n, j]
                B[k - n, j] = -B[0, j] - B[k, j]
                c = k - n - 1
                Z[0, c], Z[k, c] = math.sqrt(2.0) / (one * two), math.sqrt(0.5) / (rho * rho)
                Z[k - n, c] = -Z[0, c] - Z[k, c]
            elif k:
                step = X[k, j]
                g[j] = (f[k] - f[0]) / step
                if npt <= k + n:
                    B[0, j], B[k, j], U[j, j] = -1.0 / step, 1.0 / step, -0.5 * rho * rho
        m = Model(start, lower, upper, X, f, int(np.argmin(f)), g, Hess, np.zeros(npt), Z, B, U)
        m.g = m.hessian_times(m.x, m.g)
        return m

    def run(self) -> BobyqaResult:
        code, best = 0, None
        try:
            if self.evaluations < len(self.m.f):
                raise _Stop(1)
            untried = self.iterate()
            if untried is not None:
                x = self.place(untried, self.m.base, self.m.lower, self.m.upper)
                best = (x, self.value(x))
        except _Stop as stop:
            code = stop.code
        m = self.m
        x, value = self.place(m.x, m.base, m.lower, m.upper), float(m.f[m.k])
        if best is not None and best[1] < value:
            x, value = best
        return BobyqaResult(x, value, self.evaluations, code, MESSAGES[code])

    def iterate(self) -> Floats | None:
        """Iterate until rho has served at its last value; returns a last point that was too near to be tried, if there
        is one."""
        m = self.m
        while True:
            step = trust_step(m, self.delta)
            d = step.x - m.x
            length = min(self.delta, math.sqrt(dot(d, d)))
            short, ratio = length < 0.5 * self.rho, 0.0
            if short:
                reach = 10.0 * self.rho
                far = None if self.evaluations > self.quiet_from + 2 and self.accurate(step) else self.far_point(reach)
            else:
                x = step.x
                if dot(d, d) <= 1e-3 * dot(m.x, m.x):
                    m.shift()
                    x = d
                taken = self.take(x, d, length)
                if taken is None:
                    continue
                ratio, enough = taken
                if enough:
                    continue
                far = self.far_point(max(2.0 * self.delta, 10.0 * self.rho))
            if far is not None:
                j, distance = far
                if short:
                    self.set_delta(min(0.1 * self.delta, 0.5 * distance))
                self.improve_geometry(j, max(min(0.1 * distance, self.delta), self.rho), length)
            elif short or (ratio <= 0.0 and max(self.delta, length) <= self.rho):
                if self.rho <= self.last:
                    return step.x if short else None
                self.shrink()

    def set_delta(self, delta: float) -> None:
        self.delta = self.rho if delta <= 1.5 * self.rho else delta

    def shrink(self) -> None:
        ratio = self.rho / self.last
        half = 0.5 * self.rho
        self.rho = self.last if ratio <= 16.0 else math.sqrt(ratio) * self.last if ratio <= 250.0 else 0.1 * self.rho
        self.delta = max(half, self.rho)
        self.quiet_from = self.evaluations

    def accurate(self, step: Step) -> bool:
        """Whether the model's recent errors are small against what a step of rho / 2 could gain: then rho has served.
        """
        m, error = self.m, max(self.errors)
        if step.curvature > 0.0 and error > 0.125 * self.rho * self.rho * step.curvature:
            return False
        tolerance = error / self.rho
        inward = np.where(step.x == m.upper, -step.gradient, np.where(step.x == m.lower, step.gradient, np.inf))
        curvature = times_rows(m.pq, m.X**2, np.diagonal(m.Hess))
        return not ((inward < tolerance) & (inward + 0.5 * curvature * self.rho < tolerance)).any()

    def far_point(self, reach: float) -> tuple[int, float] | None:
        """The point farthest from the best one, with its distance, if that is more than `reach`."""
        D = self.m.X - self.m.x
        square = squares(D)
        j = int(np.argmax(square))
        return (j, math.sqrt(square[j])) if square[j] > reach * reach else None

    def leaving(self, values: Floats, beta: float, centre: Floats, keep: int | None) -> tuple[int, float] | None:
        """Which point a new one should replace (far from the centre, large denominator), and that denominator; None:
        all are ruined."""
        m = self.m
        D = m.X - centre
        weight = np.maximum(1.0, (squares(D) / (self.delta * self.delta)) ** 2)
        denominators = beta * squares(m.Z) + values**2
        score, largest = weight * denominators, weight * values**2
        if keep is not None:
            score[keep] = largest[keep] = -1.0
        j = int(np.argmax(score))
        return (j, float(denominators[j])) if score[j] > 0.5 * largest.max() else None

    def take(self, x: Floats, d: Floats, length: float) -> tuple[float, bool] | None:
        """A trust region step: the ratio of actual to predicted change, and whether that is enough; None when a rescue
        came instead."""
        m = self.m
        values, rest, beta = m.lagrange(d)
        leaving = self.leaving(values, beta, m.x, keep=m.k)
        if leaving is None:
            self.rescue()
            return None
        before, predicted = float(m.f[m.k]), m.change(d)
        f, error = self.try_point(x, predicted, length)
        if predicted >= 0.0:
            raise _Stop(3)
        ratio = (f - before) / predicted
        half = 0.5 * self.delta
        self.set_delta(min(half, length) if ratio <= 0.1 else max(half, length if ratio <= 0.7 else 2.0 * length))
        if f < before:
            leaving = self.leaving(values, beta, x, keep=None) or leaving
        j, denominator = leaving
        m.update_inverse(j, values, rest, beta, denominator)
        m.absorb(j, x, f, error)
        self.doubt()
        return ratio, f <= before + 0.1 * predicted

    def try_point(self, x: Floats, predicted: float, length: float) -> tuple[float, float]:
        """The objective at x, and the error of the predicted change."""
        m = self.m
        f = self.value(self.place(x, m.base, m.lower, m.upper))
        error = f - float(m.f[m.k]) - predicted
        self.errors = [abs(error), *self.errors[:2]]
        if length > self.rho:
            self.quiet_from = self.evaluations
        return f, error

    def doubt(self) -> None:
        """Replace the model by the interpolant of least Frobenius norm when that had the smaller gradient three times
        in a row."""
        m = self.m
        gradient, pq = m.least_norm()

        def free_square(g: Floats) -> float:
            inward = np.where(m.x == m.lower, np.minimum(g, 0.0), np.where(m.x == m.upper, np.maximum(g, 0.0), g))
            return dot(inward, inward)

        self.doubts = 0 if free_square(m.g) < 10.0 * free_square(gradient) else self.doubts + 1
        if self.doubts >= 3:
            m.g, m.pq, m.Hess, self.doubts = gradient, pq, np.zeros_like(m.Hess), 0

    def improve_geometry(self, j: int, radius: float, length: float) -> None:
        """Move point j to where the interpolation conditions are better conditioned."""
        m = self.m
        if radius * radius <= 1e-3 * dot(m.x, m.x):
            m.shift()
        while True:
            x, gradient, column = line_step(m, j, radius)
            alternative, square = cauchy_step(m, gradient, column, radius)
            values, rest, beta = m.lagrange(x - m.x)
            denominator = values[j] ** 2 + column[j] * beta
            if denominator < square:
                x = alternative
                values, rest, beta = m.lagrange(x - m.x)
                denominator = values[j] ** 2 + column[j] * beta
            if denominator > 0.5 * values[j] ** 2:
                break
            if self.rescue():
                return
        f, error = self.try_point(x, m.change(x - m.x), length)
        m.update_inverse(j, values, rest, beta, denominator)
        m.absorb(j, x, f, error)

    def rescue(self) -> bool:
        """Rebuild H where rounding has ruined its denominators (report, section 5); returns whether points had to be
        replaced.

        H is set up for points on the axes through the best point; the old points are reinstated one after the other
        where that leaves a good denominator, and the objective is evaluated at those of the new points that stay.
        """
        if self.evaluations <= self.rescued_at:
            raise _Stop(5)
        m, old = self.m, self.evaluations
        _recentre(m)
        offered, axes = _axis_points(m, self.delta)
        replaced = _reinstate(m, offered, axes)
        f_best = float(m.f[m.k])
        for k in np.flatnonzero(replaced).tolist():
            implicit = np.outer(m.X[k], m.pq[k] * m.X[k])
            m.Hess += np.triu(implicit) + np.triu(implicit, 1).T
            m.pq[k], m.X[k] = 0.0, offered[k]
            predicted = _predicted(m, axes[k], m.X[k], f_best)
            m.f[k] = self.value(self.place(offered[k], m.base, m.lower, m.upper))
            m.k = k if m.f[k] < m.f[m.k] else m.k
            error = float(m.f[k]) - predicted
            m.g = m.g + error * m.B[k]
            column = error * rows_times(m.Z, m.Z[k])
            m.pq += np.where(replaced, 0.0, column)
            for i in np.flatnonzero(replaced).tolist():
                _bend(m, axes[i], offered[i], float(column[i]))
            replaced[k] = False
        m.g = m.hessian_times(m.x, m.g)
        self.quiet_from = self.rescued_at = self.evaluations
        return self.evaluations > old


def _recentre(m: Model) -> None:
    """Make the best point the origin, but for H."""
    x = m.x.copy()
    m.X -= x
    v = times_rows(m.pq, m.X, 0.5 * dot(m.pq, np.ones(len(m.pq))) * x)
    for j in range(len(x)):
        for i in range(j + 1):
            m.Hess[i, j] = m.Hess[j, i] = m.Hess[i, j] + v[i] * x[j] + v[j] * x[i]
    m.base, m.lower, m.upper = m.base + x, m.lower - x, m.upper - x


def _bend(m: Model, axes: tuple[int, ...], x: Floats, weight: float) -> None:
    """Add weight xx' to the explicit second derivatives, x (n,) being 0 but on `axes`."""
    for i in axes:
        m.Hess[i, i] += weight * (x[i] * x[i])
    if len(axes) > 1:
        i, j = axes
        m.Hess[i, j] = m.Hess[j, i] = m.Hess[i, j] + weight * x[i] * x[j]


def _predicted(m: Model, axes: tuple[int, ...], x: Floats, value: float) -> float:
    """The model at x (n,), which is 0 but on `axes`, where it is `value` at the origin."""
    for i in axes:
        value += x[i] * (m.g[i] + 0.5 * x[i] * m.Hess[i, i])
    if len(axes) > 1:
        i, j = axes
        value += x[i] * x[j] * m.Hess[i, j]
    for k in range(len(m.X)):
        along = dot(x[list(axes)], m.X[k, list(axes)])
        value += 0.5 * m.pq[k] * along * along
    return float(value)


def _axis_points(m: Model, delta: float) -> tuple[Floats, list[tuple[int, ...]]]:
    """Points (npt, n) at steps of delta from the origin along one axis or two, and these, with H of `m` set to theirs.
    """
    npt, n = m.X.shape
    first, second = np.minimum(delta, m.upper), np.maximum(-delta, m.lower)
    first, second = np.where(first + second < 0.0, second, first), np.where(first + second < 0.0, first, second)
    second = np.where(np.abs(second) < 0.5 * np.abs(first), 0.5 * first, second)
    P = np.zeros((npt, n))
    axes: list[tuple[int, ...]] = [(), *((j,) for j in range(n)), *((j,) for j in range(n))][:npt]
    m.Z[:], m.B[:], m.U[:] = 0.0, 0.0, 0.0
    for j in range(n):
        a, b = first[j], second[j]
        k, second_k = j + 1, j + 1 + n
        P[k, j] = a
        if second_k < npt:
            P[second_k, j] = b
            inverse = 1.0 / (a - b)
            m.B[k, j], m.B[second_k, j] = 1.0 / a - inverse, 1.0 / b + inverse
            m.B[0, j] = -m.B[k, j] - m.B[second_k, j]
            m.Z[0, j] = math.sqrt(2.0) / abs(a * b)
            m.Z[k, j], m.Z[second_k, j] = m.Z[0, j] * b * inverse, -m.Z[0, j] * a * inverse
        else:
            m.B[0, j], m.B[k, j], m.U[j, j] = -1.0 / a, 1.0 / a, -0.5 * (a * a)
    for k in range(2 * n + 1, npt):
        offset = (k - n - 1) // n
        p = k - n - 1 - offset * n
        q = (p + offset) % n
        axes.append((p, q))
        P[k, p], P[k, q] = first[p], first[q]
        m.Z[[0, k], k - n - 1] = 1.0 / (first[p] * first[q])
        m.Z[[p + 1, q + 1], k - n - 1] = -1.0 / (first[p] * first[q])
    return P, axes


def _reinstate(m: Model, offered: Floats, axes: list[tuple[int, ...]]) -> np.ndarray:
    """Put as many old points as possible back into H; returns which (npt,) stay replaced by the rows of `offered`,
    which are reordered as are their axes."""
    npt = len(offered)
    replaced = np.ones(npt, dtype=bool)
    distance = squares(m.X)
    penalty = float(distance.max())

    def exchange(a: int, b: int) -> None:
        for rows in (m.B, m.Z, offered):
            rows[[a, b]] = rows[[b, a]]
        axes[a], axes[b] = axes[b], axes[a]

    exchange(0, m.k)
    replaced[m.k], distance[m.k] = False, 0.0
    while (distance > 0.0).any():
        new = int(np.argmin(np.where(distance > 0.0, distance, np.inf)))
        values, rest, beta = replace(m, X=np.where(replaced[:, None], offered, m.X)).lagrange(m.X[new])
        denominators = np.where(replaced, beta * squares(m.Z) + values**2, 0.0)
        out = int(np.argmax(denominators))
        if denominators[out] <= 0.01 * float((values**2).max()):
            distance[new] = -distance[new] - penalty  # tried again after another point has come back
            continue
        exchange(out, new)
        values[[out, new]] = values[[new, out]]
        replaced[new], distance[new] = False, 0.0
        m.update_inverse(new, values, rest, beta, float(denominators[out]))
        distance = np.abs(distance)
    return replaced
