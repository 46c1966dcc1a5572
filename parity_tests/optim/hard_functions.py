"""The functions of `fixtures/lme4/_hard_functions.R`, operation by operation."""
from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

X = Sequence[float]


def rosenbrock(x: X) -> float:
    s = (x[0] - 0.3) * (x[0] - 0.3)
    for i in range(len(x) - 1):
        a, b = x[i + 1] - x[i] * x[i], 1 - x[i]
        s = s + 100 * (a * a) + b * b
    return s


def points(x: X) -> float:
    s = 0.0
    for i in range(len(x) // 2):
        for j in range(i):
            a, b = x[2 * i] - x[2 * j], x[2 * i + 1] - x[2 * j + 1]
            s = s + 1 / math.sqrt(max(a * a + b * b, 1e-6))
    return s


def saddle(x: X) -> float:
    s = 0.0
    for i in range(len(x)):
        sign = 1 if i % 2 else -1
        s = s + sign * (x[i] * x[i]) * (i + 1) + 0.1 * x[i] + 0.3 * (x[i] * x[(i + 1) % len(x)])
    return s


def corners(x: X) -> float:
    s = 0.0
    for i in range(len(x)):
        s = s + (i + 1) * abs(x[i] - 0.1 * (i + 1)) + 0.01 * (x[i] * x[i])
    return s


def steps(x: X) -> float:
    s = 0.0
    for i in range(len(x)):
        a = x[i] - 0.37 * (i + 1)
        s = s + a * a
    return math.floor(s * 1e5) / 1e5


def line(x: X) -> float:
    s = 0.0
    for i in range(len(x)):
        s = s + (-1) ** i * (i + 1) * x[i]
    return s


def flat(x: X) -> float:
    return 3.0


def far(x: X) -> float:
    s = 1e6
    for i in range(len(x)):
        a = (x[i] - 1000 * (i + 1)) / 10
        s = s + a * a * (1 + 0.1 * (a * a)) + 0.2 * a * (x[0] / 1000)
    return s


def valley(x: X) -> float:
    a = x[0] * x[1] - 1
    s = 1e4 * (a * a)
    for each in x:
        s = s + 1 / (1 + each * each)
    return s


FUNCTIONS = {f.__name__: f for f in (rosenbrock, points, saddle, corners, steps, line, flat, far, valley)}


def recorded(name: str) -> tuple[Callable[[Any], float], list[float]]:
    """A function by name, and the list into which its values come as it is called."""
    values: list[float] = []

    def function(x: Any) -> float:
        values.append(FUNCTIONS[name](np.asarray(x).tolist()))
        return values[-1]

    return function, values
