"""A smooth curve through points by locally weighted lines: R's `lowess`. Source: Cleveland (1979), and his program of
1981 for how points are passed over."""

from __future__ import annotations

import numpy as np

Floats = np.ndarray
NEAR, FAR = 0.001, 0.999  # of a bandwidth: within it the weight is 1, beyond it 0


def lowess(x: Floats, y: Floats, f: float = 2 / 3, iterations: int = 3) -> tuple[Floats, Floats]:
    """The points in the order of x, and the curve at them, (n,) each.

    f: the share of the points that each line is fitted to. iterations: how often outlying points are given less weight.
    Lines are fitted at points a hundredth of the range apart, and the curve is straight in between, as R does it.
    """
    order = np.argsort(x, kind="stable")
    x, y = np.asarray(x, float)[order], np.asarray(y, float)[order]
    robust = np.ones(len(x))
    near = max(2, min(len(x), int(f * len(x) + 1e-7)))
    for left in reversed(range(iterations + 1)):
        curve = _curve(x, y, robust, near)
        off = np.abs(y - curve)
        spread = 6.0 * np.median(off)
        if not left or spread < 1e-7 * np.mean(off):
            break
        weights = np.where(off <= NEAR * spread, 1.0, (1.0 - (off / spread) ** 2) ** 2)
        robust = np.where(off <= FAR * spread, weights, 0.0)
    return x, curve


def _curve(x: Floats, y: Floats, robust: Floats, near: int) -> Floats:
    """The curve at all points for given weights."""
    n, delta = len(x), 0.01 * (x[-1] - x[0])
    curve, last, at, first = np.empty(n), -1, 0, 0
    while last < n - 1:
        while first + near < n and x[at] - x[first] > x[first + near] - x[at]:
            first += 1
        curve[at] = _line(x, y, robust, first, near, x[at], y[at])
        if last < at - 1:
            curve[last + 1 : at] = np.interp(x[last + 1 : at], x[[last, at]], curve[[last, at]])
        last, cut = at, x[at] + delta
        behind = int(np.searchsorted(x, cut, side="right"))  # the first point that is further away
        equal = int(np.searchsorted(x, x[at], side="right")) - 1
        curve[at : equal + 1] = curve[at]
        last = max(last, equal)
        at = max(last + 1, behind - 1)
    return curve


def _line(x: Floats, y: Floats, robust: Floats, first: int, near: int, at: float, otherwise: float) -> float:
    """At `at` the value of the weighted line through the points no further away than the furthest of the `near` from
    `first` on; `otherwise` where no point counts.
    """
    reach = max(at - x[first], x[first + near - 1] - at)
    used = slice(first, int(np.searchsorted(x, at + reach, side="right")))
    distance = np.abs(x[used] - at)
    weights = np.ones(len(distance))
    if reach > 0.0:
        weights = np.where(distance <= NEAR * reach, 1.0, (1.0 - (distance / reach) ** 3) ** 3)
    weights = np.where(distance <= FAR * reach, weights, 0.0) * robust[used]
    if (total := weights.sum()) <= 0.0:
        return otherwise
    weights /= total
    centre = weights @ x[used]
    spread = weights @ (x[used] - centre) ** 2
    if np.sqrt(spread) > NEAR * (x[-1] - x[0]):  # else the points are too close for a slope
        weights *= 1.0 + (at - centre) / spread * (x[used] - centre)
    return float(weights @ y[used])
