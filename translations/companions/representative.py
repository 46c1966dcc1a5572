"""Values at which predictions are shown unless some are asked for: R's `pretty`, ggeffects' selections."""
from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable

import numpy as np

from translations.printing.rounding import round_half_even

FEW = 20  # distinct values that are all shown along the axis
FEW_GROUPS = 10  # and that are all shown as groups
CURVED = re.compile(r"I\(.*?\^.*?\)|poly\(|s\(")  # ggeffects takes these for polynomials and splines


def pretty(x: np.ndarray, n: int) -> np.ndarray:
    """About n + 1 round numbers at equal distances around those in x. R: base::pretty (src/appl/pretty.c)."""
    low, high = float(x.min()), float(x.max())
    least, width = n // 3, high - low
    cell = max(abs(low), abs(high))
    if width < cell * max(1, n) * np.finfo(float).eps * 4.5 / 3.75 or high == low:
        cell = 1.0 if cell == 0.0 else cell
        cell = 0.75 * (9.0 + cell / 10.0 if cell > 10.0 else cell) / max(least, 1)
    else:
        cell = width / max(n, 1)
    base = 10.0 ** math.floor(math.log10(cell))
    unit = base
    for factor, bias in ((2.0, 1.5), (5.0, 2.75), (10.0, 1.5)):
        if factor * base - cell < bias * (cell - unit):
            unit = factor * base
        else:
            break
    first, last = math.floor(low / unit + 1e-10), math.ceil(high / unit - 1e-10)
    if (lacking := least - (last - first)) > 0:
        below = lacking // 2 if first >= 0 else lacking - lacking // 2
        below = 0 if low == 0.0 == first and high != 0.0 else lacking if high == 0.0 == last and low != 0.0 else below
        first, last = first - below, last + lacking - below
    return np.round(np.linspace(first * unit, last * unit, last - first + 1), 12) + 0.0  # no -0


def round_range(x: np.ndarray) -> np.ndarray:
    """Round numbers over the range of x, fewer the more distinct values x has. R: ggeffects::pretty_range."""
    distinct, width = len(np.unique(x)), float(np.ptp(x))
    step = math.sqrt(width) / 10.0
    points = math.floor(width / step + 1e-10) + 1
    ends = np.array([x.min(), x.min() + (points - 1) * step])
    n = (3 if distinct > 100 else 5 if distinct > 50 else 10) ** math.floor(math.log10(points))
    few, more, most = (pretty(ends, k) for k in (n, math.ceil(1.5 * n), 2 * n))
    if len(few) >= distinct:
        return few
    if len(few) < 10 and len(more) < 25:
        return more
    return most if len(more) < 15 and len(most) < 25 else few


def _around_mean(x: np.ndarray) -> list[float]:
    mean, sd = float(np.mean(x)), float(np.std(x, ddof=1))
    return [mean - sd, mean, mean + sd]


SELECTIONS: dict[str, Callable[[np.ndarray], Iterable[float]]] = {
    "meansd": _around_mean,
    "minmax": lambda x: (x.min(), x.max()),
    "zeromax": lambda x: (0.0, x.max()),
    "quart": lambda x: np.quantile(x, [0.0, 0.25, 0.5, 0.75, 1.0]),
    "quart2": lambda x: np.quantile(x, [0.25, 0.5, 0.75]),
    "terciles": lambda x: np.quantile(x, np.arange(4) / 3.0),
    "terciles2": lambda x: np.quantile(x, np.array([1.0, 2.0]) / 3.0),
}


def selected(x: np.ndarray, selection: str) -> list[float]:
    """A selection of x by its name, rounded to as few decimals (one of whole numbers, else two) as keep the values
    apart, four at most. R: ggeffects::values_at.
    """
    values = np.array(list(SELECTIONS[selection](x)), dtype=float)
    for digits in (1, 2, 3, 4) if (x == np.round(x)).all() else (2, 3, 4):
        rounded = round_half_even(values, digits)
        if len(np.unique(rounded)) == len(values):
            break
    return list(dict.fromkeys((rounded + 0.0).tolist()))


def usual(x: np.ndarray, grouping: bool, everything: bool) -> list[float]:
    """What ggpredict shows of a number x when nothing is asked for: `grouping`, it tells groups apart; `everything`:
    all its values are wanted. R: ggeffects:::.prettify_data.
    """
    distinct = np.unique(x)
    if grouping and len(distinct) >= FEW_GROUPS:
        return selected(x, "meansd")
    shown = distinct if everything or len(distinct) < FEW else round_range(x)
    return [float(one) for one in shown]
