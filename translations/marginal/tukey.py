"""The studentized range, and emmeans' approximation to Dunnett's distribution. R: stats::ptukey, qtukey.

Copenhaver & Holland (1988), J. Stat. Comput. Simul. 30, 1-15, with R's panels and stops, so that critical values, which
R iterates to no more than four decimals, are R's own.
"""
from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from translations.stats.distributions import pf, qt
from translations.stats.roots import uniroot

Floats = np.ndarray
NORMAL_END, LARGE_DF = 8.0, 25_000.0
SMALLEST_EXPONENT, SMALLEST_PANEL = -30.0, 1e-14
PANELS, CLOSE = 50, 1e-4


@cache
def _nodes(n: int) -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(n)


def _range_below(w: Floats, k: float) -> Floats:
    """P(range of k standard normals < w), w (...,). R: wprob."""
    from scipy.special import ndtr

    x, weights = _nodes(12)
    low = 0.5 * w
    first = 2.0 * ndtr(low) - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.where(first >= np.exp(-50.0 / k), np.abs(first) ** k, 0.0)
    pieces = np.where(w > 3.0, 2, 3)
    width = (NORMAL_END - low) / pieces
    for piece in range(3):
        start = low + piece * width
        points = start[..., None] + 0.5 * width[..., None] * (x + 1.0)
        inner = ndtr(points) - ndtr(points - w[..., None])
        term = np.exp(-0.5 * points**2) * np.maximum(inner, 0.0) ** (k - 1.0)
        term = np.where((points**2 > 60.0) | (inner < np.exp(-30.0 / (k - 1.0))), 0.0, term)
        total = total + np.where(piece < pieces, width * k / np.sqrt(2.0 * np.pi) * (term @ weights), 0.0)
    total = np.where(total <= np.exp(-30.0), 0.0, np.minimum(total, 1.0))
    return np.where(low >= NORMAL_END, 1.0, np.where(w <= 0.0, 0.0, total))


def _areas(q: Floats, k: float, df: float) -> Floats:
    """P(studentized range of k means on df degrees of freedom < q), q (n,)."""
    from scipy.special import gammaln

    if np.isnan(df) or k < 1.0 + 1e-12 or df < 2.0:
        return np.full(len(q), np.nan)
    inside = (q > 0.0) & np.isfinite(q)
    out = np.where(np.isnan(q), np.nan, (q > 0.0).astype(float))
    if not inside.any():
        return out
    if df > LARGE_DF:
        out[inside] = _range_below(q[inside], k)
        return out
    unit = 1.0 if df <= 100.0 else 0.5 if df <= 800.0 else 0.25 if df <= 5000.0 else 0.125
    constant = 0.5 * df * np.log(df) - df * np.log(2.0) - gammaln(0.5 * df) + np.log(unit)
    x, weights = _nodes(16)
    at = (2.0 * np.arange(1, PANELS + 1)[:, None] - 1.0 + x) * unit
    exponent = constant + (0.5 * df - 1.0) * np.log(at) - 0.25 * df * at
    counts = exponent >= SMALLEST_EXPONENT
    values = np.zeros((int(inside.sum()), *at.shape))
    values[:, counts] = _range_below(q[inside, None] * np.sqrt(0.5 * at[counts]), k) * np.exp(exponent[counts])
    panels = values @ weights
    done = (np.arange(1, PANELS + 1) * unit >= 1.0) & (panels <= SMALLEST_PANEL)
    out[inside] = np.minimum(1.0, np.where(np.logical_or.accumulate(done, axis=1), 0.0, panels).sum(axis=1))
    return out


def _ptukey(q: float, k: float, df: float) -> float:
    return float(_areas(np.array([q]), k, df)[0])


def ptukey(q: Any, k: float, df: Any, lower_tail: bool = True) -> Floats:
    """Area of the distribution of the studentized range of k means below q, or above it; NaN for df below 2.

    q, df: numbers or arrays that broadcast.
    """
    q, df = np.broadcast_arrays(np.atleast_1d(np.asarray(q, dtype=float)), np.asarray(df, dtype=float))
    area = np.empty(q.shape)
    for own in np.unique(df):
        at = np.isnan(df) if np.isnan(own) else df == own
        area[at] = _areas(q[at], k, float(own))
    return area if lower_tail else 1.0 - area


def _start(p: float, k: float, df: float) -> float:
    """Where R's iteration starts: Odeh & Evans (1974), AS 70, in a fit to tables of the range."""
    tail = 0.5 - 0.5 * p
    y = np.sqrt(np.log(1.0 / (tail * tail)))
    above = (((y * -0.453642210148e-04 - 0.204231210125) * y - 0.342242088547) * y - 1.0) * y + 0.322232421088
    below = (((y * 0.38560700634e-02 + 0.103537752850) * y + 0.531103462366) * y + 0.588581570495) * y
    below += 0.993484626060e-01
    t = y + above / below
    small = df < 120.0
    t += (t * t * t + t) / df / 4.0 if small else 0.0
    slope = 0.8832 - 0.2368 * t + ((1.208 * t - 1.214) / df if small else 0.0)
    return float(t * (slope * np.log(k - 1.0) + 1.4142))


def _qtukey(p: float, k: float, df: float) -> float:
    """R's secant, which stops at steps below 1e-4: what it returns is no exact quantile, and is R's."""
    if np.isnan(df) or df < 2.0 or k < 2.0:
        return float("nan")
    x0 = _start(p, k, df)
    off0 = _ptukey(x0, k, df) - p
    x1 = max(0.0, x0 - 1.0) if off0 > 0.0 and x0 > 1.0 else x0 + 1.0
    off1 = _ptukey(x1, k, df) - p
    answer = 0.0
    for _ in range(PANELS - 1):
        answer = x1 - off1 * (x1 - x0) / (off1 - off0)
        x0, off0 = x1, off1
        if answer < 0.0:
            answer, off1 = 0.0, -p
        off1 = _ptukey(answer, k, df) - p
        x1 = answer
        if abs(x1 - x0) < CLOSE:
            break
    return answer


def qtukey(p: float, k: float, df: Any) -> Floats:
    """Quantile of the studentized range of k means, by R's iteration; NaN for df below 2, or fewer than 2 means."""
    df = np.atleast_1d(np.asarray(df, dtype=float))
    unique, back = np.unique(df, return_inverse=True)
    return np.array([_qtukey(p, k, one) for one in unique.tolist()])[back.ravel()].reshape(df.shape)


def pdunnx(x: Any, k: float, df: Any) -> Floats:
    """emmeans' approximation to P(largest of k |t| against one control < x). R: emmeans:::.pdunnx."""
    share = (k - 1.0) / k
    tukey = ptukey(np.sqrt(2.0) * np.asarray(x), (1.0 + np.sqrt(1.0 + 8.0 * k)) / 2.0, df)
    out: Floats = share * tukey + (1.0 - share) * np.asarray(pf(np.asarray(x) ** 2, 1.0, df)) ** k
    return out


def qdunnx(p: float, k: float, df: Any) -> Floats:
    """Quantile of that approximation, as near as R's uniroot comes to it (tol = 5e-4). R: emmeans:::.qdunnx."""
    from scipy.special import fdtri

    df = np.atleast_1d(np.asarray(df, dtype=float))
    if k < 1.005:
        return np.asarray(qt(1.0 - 0.5 * (1.0 - p), df))
    first = qtukey(p, (1.0 + np.sqrt(1.0 + 8.0 * k)) / 2.0, df) / np.sqrt(2.0)
    second = np.sqrt(fdtri(1.0, np.minimum(df, 1e12), p ** (1.0 / k)))
    out = np.empty(len(df))
    known: dict[float, float] = {}
    for at, (a, b, own) in enumerate(zip(first.tolist(), second.tolist(), df.tolist(), strict=True)):
        if own not in known:

            def off(x: float, own: float = own) -> float:
                return float(pdunnx(x, k, own)[0]) - p

            known[own] = a if abs(a - b) < 5e-4 else uniroot(off, a, b, 5e-4)
        out[at] = known[own]
    return out
