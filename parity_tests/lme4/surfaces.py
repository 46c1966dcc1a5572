"""Surfaces whose profile is known in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from translations.lme4.inference.profiles.exact import ProfiledDeviance

UNBOUNDED = (-math.inf, math.inf)
INFINITE_ZETA = np.array([-1.6, 1.6])


class Surface:
    """f(t, s) = 100 + base(t) + (s - 1 - lean t)^2: coordinates whose profile over s is base, least at s =
    1 + lean t.
    """

    at, deviations, diagonal = 0, (), np.array([False, True])

    def __init__(self, base: Callable[[float], float], slope: Callable[[float], float], bounds: Any,
                 lean: float) -> None:
        self.base, self.slope, self.bounds, self.lean = base, slope, bounds, lean

    def __call__(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        off = x[1] - 1.0 - self.lean * x[0]
        return 100.0 + self.base(x[0]) + off**2, np.array([self.slope(x[0]) - 2.0 * self.lean * off, 2.0 * off])

    def value(self, coordinate: float) -> float:
        return 10.0 * coordinate

    def long_double_deviance(self, x: np.ndarray) -> None:
        return None


def profiled_of(base: Any, slope: Any, bounds: Any = UNBOUNDED, lean: float = 0.3) -> ProfiledDeviance:
    return ProfiledDeviance(Surface(base, slope, bounds, lean), np.array([0.0, 1.0]), 100.0)  # type: ignore[arg-type]


def parabola(bounds: Any = UNBOUNDED) -> ProfiledDeviance:
    return profiled_of(lambda t: t * t / 4.0, lambda t: t / 2.0, bounds)
