"""Spline bases that remember their knots: R's `bs`, `ns` and, of package rms, `rcs`.

Source: R's splines package; de Boor (1978); Hastie (1992), Generalized additive models, in Statistical Models in S;
Harrell (2015), Regression Modeling Strategies, 2.4.5 and 2.4.6.
"""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..summaries import quantile
from .limits import require_size
from .poly import Columns

Memory = dict[str, np.ndarray]


def bs(
    x: np.ndarray, df: Any = None, knots: Any = None, degree: float = 3, intercept: bool = False,
    Boundary_knots: Any = None, *, memory: Memory | None = None,  # noqa: N803
) -> Columns:
    """The B-spline basis of `x` (n,), (n, df): piecewise polynomials of `degree`, joined smoothly at `knots`.

    Without `knots` there are as many, at quantiles of x, as `df` asks for. `memory` holds the knots of an earlier call.
    Beyond the boundary the outer pieces go on, with a warning. Raises `ValueError` for impossible knots or degree.
    """
    degree = int(degree)
    if degree < 1:
        raise ValueError("'degree' must be a whole number from 1")
    inner, boundary, outside = _knots(x, df, knots, Boundary_knots, degree + 1 - (not intercept), memory)
    if outside.any():
        warnings.warn("some 'x' values beyond boundary knots may cause ill-conditioned bases", stacklevel=2)
    values = _basis(inner, boundary, degree, x)[:, 0 if intercept else 1:]
    return Columns(values, _numbers(values), {"knots": inner, "boundary": boundary})


def ns(
    x: np.ndarray, df: Any = None, knots: Any = None, intercept: bool = False, Boundary_knots: Any = None,  # noqa: N803
    *, memory: Memory | None = None,
) -> Columns:
    """The basis (n, df) of natural cubic splines of `x` (n,): straight lines beyond the boundary; as `bs` otherwise."""
    if Boundary_knots is None and memory is None and len(x) == 1:
        Boundary_knots = x[0] * np.array([7.0, 9.0]) / 8  # noqa: N806
    inner, boundary, _ = _knots(x, df, knots, Boundary_knots, 1 + bool(intercept), memory)
    inside = np.clip(x, *boundary)
    first = 0 if intercept else 1
    slopes = _basis(inner, boundary, 3, inside, 1)
    values = (_basis(inner, boundary, 3, inside) + (x - inside)[:, None] * slopes)[:, first:]
    # The two directions in which the second derivative at the boundary differs from 0 are left out.
    bends = _basis(inner, boundary, 3, boundary, 2)[:, first:]
    q = np.linalg.qr(bends.T, mode="complete")[0]
    values = values @ q[:, 2:]
    return Columns(values, _numbers(values), {"knots": inner, "boundary": boundary})


def rcs(x: np.ndarray, parms: Any = 5, *, name: str = "", memory: Memory | None = None) -> Columns:
    """Restricted cubic splines as Harrell has them: x (n,) itself and a column for each of the knots but two, (n, k-1).

    parms: how many knots, or where they are. name: the variable's, which the columns are called by. Beyond the outer
    knots all are straight lines; each is over the square of the knots' span, so that it is in x's unit.
    Raises `ValueError` for fewer than three knots.
    """
    asked = np.atleast_1d(np.asarray(parms, float))
    if memory is not None:
        t = memory["knots"]
    else:
        t = np.unique(asked) if len(asked) > 1 else _quantile_knots(x[~np.isnan(x)], int(asked[0]))
    if len(t) < 3:
        raise ValueError("restricted cubic splines need three different knots or more")

    def cubed(knot: float) -> np.ndarray:
        return np.maximum(x - knot, 0.0) ** 3 / (t[-1] - t[0]) ** 2

    last = t[-1] - t[-2]
    bent = [cubed(knot) + (cubed(t[-1]) * (t[-2] - knot) - cubed(t[-2]) * (t[-1] - knot)) / last for knot in t[:-2]]
    return Columns(np.column_stack([x, *bent]), tuple(name + "'" * i for i in range(len(t) - 1)), {"knots": t})


def _quantile_knots(known: np.ndarray, k: int) -> np.ndarray:
    """k knots at the quantiles that Hmisc takes.

    The outer ones lie at 10 % of three knots, 5 % of up to six, 2.5 % of more, or are the fifth values of fewer than
    100; where an end has 5 % of the values or more, and no other value has, the value next to it.
    """
    if k < 3 or len(known) < 6:
        raise ValueError("restricted cubic splines need three knots or more, and six values")
    values, counts = np.unique(known, return_counts=True)
    if len(values) - 2 <= k:
        warnings.warn(f"{k} knots requested with {len(values)} unique values of x.  knots set to {len(values) - 2} "
                      "interior values.", stacklevel=4)
        return values[1:-1]
    often = counts / len(known) >= 0.05
    first, final = (bool(often[end]) and not often[1:-1].any() for end in (0, -1))
    inside = np.sort(known)
    if first:
        inside = inside[inside > values[1]]
    if final:
        inside = inside[inside < values[-2]]
    left, outer = k - first - final, 0.1 if k == 3 else 0.05 if k < 7 else 0.025
    if left == 1:
        knots = np.array([np.median(inside)])
    else:
        knots = quantile(inside, np.linspace(0.5 if left == 2 else outer, 1.0 - outer, left))
        if len(np.unique(knots)) < min(left, 3):
            raise ValueError("too many values are alike for knots at quantiles: give the knots, rcs(x, c(...))")
        if len(inside) < 100:
            knots[0] = knots[0] if first else inside[4]
            knots[-1] = knots[-1] if final else inside[-5]
    return np.unique(np.concatenate([values[1:2] if first else [], knots, values[-2:-1] if final else []]))


def _numbers(values: np.ndarray) -> tuple[str, ...]:
    return tuple(str(i + 1) for i in range(values.shape[1]))


def _knots(
    x: np.ndarray, df: Any, knots: Any, boundary: Any, least: int, memory: Memory | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The inner knots, the two at the boundary, and which of `x` lie outside."""
    known = x[~np.isnan(x)]
    if memory is not None:
        inner, boundary = memory["knots"], memory["boundary"]
        return inner, boundary, (x < boundary[0]) | (x > boundary[1])
    if not len(known):
        raise ValueError("there is no value to make a spline of")
    boundary = np.array([known.min(), known.max()]) if boundary is None else np.sort(np.asarray(boundary, float))
    if boundary.shape != (2,) or not np.isfinite(boundary).all() or boundary[0] == boundary[1]:
        raise ValueError("a spline needs two different, finite boundary knots")
    outside = (x < boundary[0]) | (x > boundary[1])
    if knots is not None:
        return np.atleast_1d(np.asarray(knots, float)), boundary, outside
    count = 0 if df is None else int(df) - least
    if count < 0:
        warnings.warn(f"'df' was too small; have used {least}", stacklevel=3)
    require_size(max(count, 0) * float(len(x)), f"a spline of {df} degrees of freedom")
    inner = np.linspace(0, 1, count + 2)[1:-1] if count > 0 else np.zeros(0)
    return (quantile(x[~outside & ~np.isnan(x)], inner) if count > 0 else inner), boundary, outside


def _basis(inner: np.ndarray, boundary: np.ndarray, degree: int, x: np.ndarray, derivative: int = 0) -> np.ndarray:
    """All B-splines on the knots, or a derivative of them, at `x`, (n, k); NaN where x is."""
    from scipy.interpolate import BSpline

    knots = np.sort(np.concatenate([np.repeat(boundary, degree + 1), inner]))
    values = BSpline(knots, np.eye(len(knots) - degree - 1), degree)(np.where(np.isnan(x), boundary[0], x), derivative)
    values[np.isnan(x)] = np.nan
    return np.asarray(values)
