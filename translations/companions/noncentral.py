"""Intervals of the noncentrality of t and F, each end a root of the distribution function. Source: Steiger & Fouladi
(1997), Noncentrality interval estimation and the evaluation of statistical models.
"""
from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.optimize import brentq
from scipy.special import ncfdtr, nctdtr, stdtr

RELATIVE = 1e-14


def centre_of_f(f: float, df1: float, df2: float, level: float) -> tuple[float, float]:
    """Ends of the interval of F's noncentrality, given that `f` was seen; 0 where even that is too much.

    NaN where f or a number of degrees of freedom is not finite.
    """
    if not np.isfinite([f, df1, df2]).all():
        return np.nan, np.nan
    tail = (1.0 - level) / 2.0
    def beyond(c: float, p: float) -> float:
        return float(ncfdtr(df1, df2, c, f)) - p

    low, high = (_root(partial(beyond, p=p), 0.0, max(2.0 * f * df1, 1.0)) for p in (1.0 - tail, tail))
    return low, high


def centre_of_t(t: float, df: float, level: float) -> tuple[float, float]:
    """Ends of the interval of t's noncentrality, given that `t` was seen. NaN where t or df is not finite."""
    if not np.isfinite([t, df]).all():
        return np.nan, np.nan
    tail = (1.0 - level) / 2.0
    def beyond(c: float, p: float) -> float:
        return _below_t(t, df, c) - p

    low, high = (_root(partial(beyond, p=p), None, 2.0 + abs(t)) for p in (1.0 - tail, tail))
    return low, high


def _below_t(t: float, df: float, centre: float) -> float:
    """The distribution function; scipy's is NaN where it is 0 or 1 to a double's precision."""
    below = float(nctdtr(df, centre, t)) if centre else float(stdtr(df, t))
    return float(centre < t) if np.isnan(below) else below


def _root(excess: Callable[[float], float], least: float | None, reach: float) -> float:
    """Where a function that falls is 0, at `least` or above; `least` where it is not above 0 there."""
    if least is not None and excess(least) <= 0.0:
        return least
    high = reach
    while excess(high) > 0.0:
        high *= 2.0
    low = -reach if least is None else least
    while least is None and excess(low) < 0.0:
        low *= 2.0
    return float(brentq(excess, low, high, xtol=1e-300, rtol=RELATIVE))
