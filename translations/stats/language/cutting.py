"""Numbers in intervals: R's `cut` and `findInterval`."""
from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from .factors import Factor, Moment, as_text, labelled
from .limits import MOST_LEVELS, require_size
from .logic import number, textual


def cut(
    x: Any, breaks: Any, labels: Any = None, include_lowest: bool = False, right: bool = True, dig_lab: int = 3,
    ordered_result: bool = False,
) -> Factor | np.ndarray:
    """Intervals of `x` as a factor labelled "(a,b]"; `breaks` are cut points or their number (R: base::cut).

    Without labels (False) their numbers from 1, NaN outside. Raises `ValueError` for cut points that are not unique,
    labels that do not match, and more intervals than there is room for.
    """
    if isinstance(x, Factor | Moment) or textual(x):
        raise ValueError("'x' must be numeric")
    x, points = number(x), np.sort(np.atleast_1d(number(breaks)))
    if len(points) == 1:
        points = _equal(x, points[0])
    if len(np.unique(points)) < len(points):
        raise ValueError("'breaks' are not unique")
    codes = np.searchsorted(points, x, side="left" if right else "right") - 1
    if include_lowest:
        codes = np.where(x == points[0 if right else -1], 0 if right else len(points) - 2, codes)
    codes = np.where(np.isnan(x) | (codes < 0) | (codes > len(points) - 2), -1, codes)
    if labels is False:
        return np.where(codes < 0, np.nan, codes + 1.0)
    if labels is None:
        return Factor(codes.astype(np.int64), _intervals(points, int(dig_lab), right, include_lowest), ordered_result)
    names = as_text(np.atleast_1d(labels))
    if len(names) != len(points) - 1:
        raise ValueError(f"{len(names)} labels for {len(points) - 1} intervals: there must be as many")
    return labelled(Factor(codes.astype(np.int64), list(map(str, range(len(names)))), ordered_result), names)


def _equal(x: np.ndarray, count: float) -> np.ndarray:
    """The cut points of `count` intervals of one width, the outer ones a thousandth of the range further out."""
    if not count >= 2:
        raise ValueError("invalid number of intervals: there must be at least 2")
    require_size(count, f"cut() into {count:,.0f} intervals", MOST_LEVELS)
    low, high = np.nanmin(x), np.nanmax(x)
    if not np.isfinite([low, high]).all():
        raise ValueError("an infinite value has no range to cut: give the cut points")
    pieces, margin = int(count + 1), (high - low) / 1000
    if high == low:
        margin = (abs(low) if low else 1.0) / 1000
        return np.linspace(low - margin, high + margin, pieces)
    points = np.linspace(low, high, pieces)
    points[[0, -1]] = low - margin, high + margin
    return points


def _intervals(points: np.ndarray, digits: int, right: bool, include_lowest: bool) -> list[str]:
    """Texts of the intervals, with as few significant digits, from `digits` to 12, as tell neighbours apart."""
    infinite = {-np.inf: "-Inf", np.inf: " Inf" if points[0] == -np.inf else "Inf"}
    shown = [infinite.get(point, f"{point + 0.0:.{digits}g}") for point in points]
    if any(a == b for a, b in pairwise(shown)):
        if digits >= 12:
            return [f"Range_{i + 1}" for i in range(len(points) - 1)]
        return _intervals(points, digits + 1, right, include_lowest)
    names = [f"({a},{b}]" if right else f"[{a},{b})" for a, b in pairwise(shown)]
    if include_lowest:
        names[0 if right else -1] = f"[{shown[0]},{shown[1]}]" if right else f"[{shown[-2]},{shown[-1]}]"
    return names


def find_interval(x: Any, vec: Any, left_open: bool = False) -> np.ndarray:
    """How many of the sorted `vec` are at most `x`, or below it when `left_open` (R: findInterval)."""
    x, points = number(x), np.atleast_1d(number(vec))
    if (np.diff(points) < 0).any():
        raise ValueError("'vec' must be sorted non-decreasingly")
    found = np.searchsorted(points, x, side="left" if left_open else "right").astype(float)
    return np.where(np.isnan(x), np.nan, found)
