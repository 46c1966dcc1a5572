"""A gradient by differences whose widths follow the function's curvature. Source: Stewart (1967), J. ACM 14, 72-83, as
PORT has it: forward ones where the curvature allows, else central, within bounds from one side.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from .port_algebra import Vector, square

EPSILON = 2.0**-52
ERROR = 1e3 * EPSILON  # what the function's values are taken to be good for (ETA0)
LEAST, MOST = 50.0 * EPSILON, 0.02  # widths, relative to x


class NoRoomError(ValueError):
    """Bounds so near each other that no difference fits between them."""


def gradient(
    function: Callable[[Vector], float], x: Vector, f: float, before: Vector, curvature: Vector, scale: Vector,
    lower: Vector, upper: Vector, error: float = ERROR,
) -> Vector:
    """The gradient (n,) at x, where the function is f.

    before (n,): a gradient nearby, 0 where none is known. curvature (n,): the Hessian's diagonal, about.

    Raises NoRoomError. PORT: DS7GRD, DS3GRD.
    """
    found = before[:]
    last = f  # of the function, wherever it was asked

    def at(i: int, width: float) -> float:
        nonlocal last
        moved = x[:]
        moved[i] = x[i] + width
        last = function(moved)
        return last

    for i, (xi, g, curved) in enumerate(zip(x, before, curvature, strict=True)):
        if lower[i] >= upper[i]:
            found[i] = 0.0
            continue
        size = max(abs(xi), 1.0 / scale[i])
        width, central = _width(abs(xi), size, g, curved, f, last, error)
        if not central:
            width = _inside(xi, width, lower[i], upper[i])
            found[i] = (at(i, width) - f) / width
            continue
        if xi - width >= lower[i] and xi + width <= upper[i]:
            found[i] = _central(at, i, width)
            continue
        if xi - width >= lower[i]:
            width = -width
        if not lower[i] <= xi + 2.0 * width <= upper[i]:
            raise NoRoomError
        near, far = at(i, width), at(i, 2.0 * width)
        found[i] = (4.0 * near - far - 3.0 * f) / (2.0 * width)
    return found


def _central(at: Callable[[int, float], float], i: int, width: float) -> float:
    above = at(i, width)
    return (above - at(i, -width)) / (2.0 * width)


def _inside(x: float, width: float, lower: float, upper: float) -> float:
    for one in (width, -width):
        if (x + one <= upper) if one > 0.0 else (x + one >= lower):
            return one
    raise NoRoomError


def _width(
    absolute: float, size: float, g: float, curved: float, f: float, last: float, error: float,
) -> tuple[float, bool]:
    """How wide a difference is, and whether it is a central one."""
    slope, bend, value = abs(g), abs(curved), abs(f)
    if curved == 0.0:
        return size, False
    if g == 0.0 or last == 0.0:
        return sqrt(EPSILON) * size, False
    if value > 0.0:
        error = max(error, slope * absolute * EPSILON / value)
    noise = value * error
    if square(g) <= noise * bend:
        width = 2.0 * (noise * slope) ** (1.0 / 3.0) * bend ** (-2.0 / 3.0)
        width *= 1.0 - 2.0 * slope / (3.0 * bend * width + 4.0 * slope)
    else:
        width = 2.0 * sqrt(noise / bend)
        width *= 1.0 - bend * width / (3.0 * bend * width + 4.0 * slope)
    width = max(width, LEAST * size)
    if bend * width <= 0.002 * slope:
        if width >= MOST * size:
            width = sqrt(EPSILON) * size
        return (-width if curved * g < 0.0 else width), False
    trouble = 2e3 * noise
    width = max(trouble / (slope + sqrt(square(g) + bend * trouble)), LEAST * size)
    return (size * sqrt(EPSILON) ** (2.0 / 3.0) if width >= MOST * size else width), True

