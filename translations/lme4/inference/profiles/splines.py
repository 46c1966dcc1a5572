"""The two splines of a profile. R: splines::interpSpline (natural cubic) and splines::backSpline (its approximate
inverse)."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from translations.arrays import Floats

from .steps.spline_pieces import hermite, natural_slopes
from .steps.spline_pieces import is_monotone as monotone_pieces


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
    x, y = x[order].astype(float), y[order].astype(float)
    if len(x) < 4 or (np.diff(x) <= 0).any():
        raise ValueError("an interpolating spline needs at least four distinct points")
    return Spline(x, hermite(x, y, natural_slopes(x, y), True))


def _ends_and(ends: Floats, within: Floats) -> Floats:
    """The first and the last of `ends`, with all of `within` between them."""
    return np.concatenate([ends[:1], within, ends[-1:]])


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
    return monotone_pieces(spline.knots, spline.coefficients)


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
    return Spline(x, hermite(x, y, slope, False))
