"""The two splines of a profile. R: splines::interpSpline (natural cubic) and splines::backSpline (its approximate
inverse)."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from translations.arrays import Floats


@dataclass(frozen=True)
class Spline:
    """A piecewise cubic: on [knots[i], knots[i+1]] the polynomial sum_j coefficients[i, j] (x - knots[i])^j. knots
    (k,), coefficients (k, 4), of which the last row holds only value and slope, or (k-1, 4)."""

    knots: Floats
    coefficients: Floats

    def __call__(self, x: Floats | float, derivative: int = 0) -> Floats:
        """Values at x; NaN outside the knots."""
        x = np.atleast_1d(np.asarray(x, dtype=float))
        i = np.clip(np.searchsorted(self.knots, x, side="left") - 1, 0, len(self.knots) - 2)
        c = self.coefficients[i]
        for _ in range(derivative):
            c = c[:, 1:] * np.arange(1, c.shape[1])
        d = x - self.knots[i]
        y = sum(c[:, j] * d**j for j in range(c.shape[1]))
        return np.where((x < self.knots[0]) | (x > self.knots[-1]), np.nan, y)


def natural_spline(x: Floats, y: Floats) -> Spline:
    """The natural cubic spline through (x, y), x (k,) distinct, k at least 4. R: splines::interpSpline.

    Its slopes at the knots solve a tridiagonal system, which makes the second derivative continuous, and 0 at the ends.
    """
    order = np.argsort(x)
    x, y = x[order], y[order]
    h = np.diff(x)
    if len(x) < 4 or (h <= 0).any():
        raise ValueError("an interpolating spline needs at least four distinct points")
    s = np.diff(y) / h
    within = h[:-1] * s[1:] + h[1:] * s[:-1]
    k = len(x)
    A = np.zeros((k, k))  # of some thirty knots, sooner solved than scipy with its tridiagonal systems is imported
    A.flat[:: k + 1] = 2.0 * _ends_and(h, h[:-1] + h[1:])
    A.flat[1 :: k + 1] = np.append(h[0], h[:-1])
    A.flat[k :: k + 1] = np.append(h[1:], h[-1])
    slope = np.asarray(np.linalg.solve(A, 3.0 * _ends_and(h * s, within)), dtype=float)
    return Spline(x, np.vstack([_hermite(y, slope, s, h), [y[-1], slope[-1], 0.0, 0.0]]))


def _ends_and(ends: Floats, within: Floats) -> Floats:
    """The first and the last of `ends`, with all of `within` between them."""
    return np.concatenate([ends[:1], within, ends[-1:]])


def _hermite(y: Floats, slope: Floats, s: Floats, h: Floats) -> Floats:
    """The coefficients (k-1, 4) of the pieces with these values y and slopes at the knots (k,), which are h apart; s:
    the slopes of the chords (k-1,)."""
    bend = (slope[:-1] + slope[1:] - 2.0 * s) / h
    return np.column_stack([y[:-1], slope[:-1], (s - slope[:-1]) / h - bend, bend / h])


def back_spline(forward: Spline) -> Spline:
    """The inverse of a monotone spline: cubic Hermite pieces between its knots, quadratic in the first and last. R:
    splines::backSpline.

    `forward` is a `natural_spline`. Raises ValueError when its values at the knots do not increase.
    """
    x, y = forward.knots, forward.coefficients[:, 0]
    if not ((np.diff(y) > 0).all() or (np.diff(y) < 0).all()):
        raise ValueError("spline must be monotone")
    if y[0] > y[-1]:
        raise ValueError("spline must increase")
    slope = 1.0 / forward.coefficients[:, 1]
    h, d = np.diff(y), np.diff(x)
    c = np.zeros((len(h), 4))
    c[:, 0], c[:, 1] = x[:-1], slope[:-1]
    c[:, 2] = (3.0 * d / h - 2.0 * slope[:-1] - slope[1:]) / h
    c[:, 3] = (slope[:-1] + slope[1:] - 2.0 * d / h) / h**2
    if len(x) > 2:
        c[0, 3] = c[-1, 3] = 0.0
        c[0, 2] = (slope[1] - d[0] / h[0]) / h[0]
        c[0, 1] = 2.0 * d[0] / h[0] - slope[1]
        c[-1, 2] = (d[-1] - h[-1] * c[-1, 1]) / h[-1] ** 2
    if c[0, 2] > 0.0:
        c[0, 2], c[0, 1] = 0.0, d[0] / h[0]
    if c[-1, 2] < 0.0:
        c[-1, 2], c[-1, 1] = 0.0, d[-1] / h[-1]
    return Spline(y, c)


def is_monotone(spline: Spline) -> bool:
    """Whether the spline rises all along its knots, or falls."""
    c, h = spline.coefficients[: len(spline.knots) - 1], np.diff(spline.knots)
    ends = np.column_stack([c[:, 1], c[:, 1] + 2.0 * c[:, 2] * h + 3.0 * c[:, 3] * h**2])
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = -c[:, 2] / (3.0 * c[:, 3])
        between = c[:, 1] - c[:, 2] ** 2 / (3.0 * c[:, 3])
    between = np.where((c[:, 3] != 0.0) & (turn > 0.0) & (turn < h), between, c[:, 1])
    slopes = np.column_stack([ends, between])
    return bool((slopes >= 0.0).all() or (slopes <= 0.0).all())


def monotone_spline(x: Floats, y: Floats) -> Spline:
    """The cubic through (x, y), both increasing, that increases between them too. R: lme4 2.1's monoHermiteSpline.

    Fritsch & Butland (1984), SIAM J. Sci. Stat. Comput. 5, 300-304: slopes are weighted harmonic means.
    """
    h = np.diff(x)
    s = np.diff(y) / h
    slope = _ends_and(s, np.empty(len(x) - 2))
    if len(x) > 2:
        first, second = 2.0 * h[1:] + h[:-1], h[1:] + 2.0 * h[:-1]
        slope[1:-1] = (first + second) / (first / s[:-1] + second / s[1:])
    return Spline(x, _hermite(y, slope, s, h))
