"""Multivariate t probabilities of correlated estimates. R: mvtnorm::pmvt, qmvt, as emmeans calls them.

Genz & Bretz (2009), Computation of Multivariate Normal and t Probabilities, section 4: one variable after another on a
lattice. R draws the lattice's shift from its random stream and stops at an error of 1e-3, so that its answers repeat to
some four decimals; here the lattice is fixed, ten times as fine, and an answer is always the same.
"""
from __future__ import annotations

import numpy as np

from translations.stats.distributions import pt, qt

Floats = np.ndarray
POINTS, SHIFTS = 8191, 8
SINGULAR = 1e-9  # what is left of a unit variance when earlier estimates determine a later one


def rounded_df(df: Floats) -> Floats:
    """Degrees of freedom as mvtnorm takes them, whole; 0 stands for infinite. R: emmeans:::.fix.df."""
    whole = np.floor(np.where(df > 0.0, np.maximum(df, 1.0), df) + 0.25)
    return np.where(np.isinf(df) | (df > 9999.0), 0.0, whole)


def inside(t: Floats, df: Floats, correlation: Floats, side: int) -> Floats:
    """For each t (c,) the probability that all c estimates lie within -|t| and |t| (side 0), or on one side of it."""
    wide = rounded_df(df)
    out = np.empty(len(t))
    for at, (x, own) in enumerate(zip(t.tolist(), wide.tolist(), strict=True)):
        bounds = {0: (-abs(x), abs(x)), -1: (-np.inf, x), 1: (x, np.inf)}[side]
        out[at] = probability(bounds[0], bounds[1], own, correlation)
    return out


def critical(level: float, df: Floats, correlation: Floats, side: int) -> Floats:
    """Values (c,) within which all estimates lie with probability `level`."""
    from scipy.optimize import brentq

    wide = rounded_df(df)
    found: dict[float, float] = {}
    for own in wide.tolist():
        if own not in found:
            real = own or np.inf

            def off(x: float, real_df: float = own) -> float:
                low = -x if side == 0 else -np.inf
                return probability(low, x, real_df, correlation) - level

            tail = (1.0 - level) / (2.0 if side == 0 else 1.0)
            most = float(-qt(tail / len(correlation), real)) + 0.1
            found[own] = float(brentq(off, float(-qt(tail, real)) - 0.1, most, xtol=1e-6))
    return np.array([found[own] for own in wide.tolist()])


def probability(low: float, high: float, df: float, correlation: Floats) -> float:
    """P(low < T_i < high for all i), T multivariate t on df degrees of freedom (0: normal) with that correlation."""
    from scipy.special import gammaincinv, ndtr, ndtri

    if np.isnan(correlation).any() or np.isnan(low) or np.isnan(high):
        return float("nan")
    if len(correlation) == 1:
        return float(pt(high, df or np.inf) - pt(low, df or np.inf))
    T, last = _triangle(correlation)
    rank = T.shape[1]
    generators = np.sqrt(np.array(_primes(rank + 1), dtype=float)) % 1.0
    total = 0.0
    for shift in range(SHIFTS):
        u = (np.arange(1, POINTS + 1)[:, None] * generators + (shift + 0.5) / SHIFTS) % 1.0
        u = np.abs(2.0 * u - 1.0)
        scale = np.sqrt(2.0 * gammaincinv(df / 2.0, u[:, -1]) / df) if df else np.ones(POINTS)
        z, weight = np.zeros((POINTS, rank)), np.ones(POINTS)
        for j in range(rank):
            below, above = np.full(POINTS, -np.inf), np.full(POINTS, np.inf)
            for i in np.flatnonzero(last == j):
                known = z[:, :j] @ T[i, :j]
                ends = (low * scale - known) / T[i, j], (high * scale - known) / T[i, j]
                below = np.maximum(below, np.minimum(*ends))
                above = np.minimum(above, np.maximum(*ends))
            start, end = ndtr(below), ndtr(above)
            width = np.maximum(end - start, 0.0)
            weight *= width
            z[:, j] = ndtri(np.clip(start + u[:, j] * width, 1e-300, 1.0 - 1e-16))
        total += float(weight.mean())
    return total / SHIFTS


def _triangle(correlation: Floats) -> tuple[Floats, Floats]:
    """T (c, r) with T T' = correlation, and the last column (c,) that each row uses. Estimates that earlier ones
    determine have no column of their own.
    """
    c = len(correlation)
    left, T, columns = correlation.copy(), np.zeros((c, c)), 0
    last = np.full(c, -1)
    for i in range(c):
        if left[i, i] > SINGULAR:
            T[:, columns] = left[:, i] / np.sqrt(left[i, i])
            T[:i, columns] = 0.0
            left = left - np.outer(T[:, columns], T[:, columns])
            columns += 1
    T = T[:, :columns]
    T[np.abs(T) < 1e-7] = 0.0
    for i in range(c):
        last[i] = int(np.flatnonzero(T[i])[-1])
    return T, last


def _primes(n: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < n:
        if all(candidate % one for one in found):
            found.append(candidate)
        candidate += 1
    return found
