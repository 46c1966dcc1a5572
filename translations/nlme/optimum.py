"""The maximum of a smooth function of a few parameters, and its curvature there, from values alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Function = Callable[[np.ndarray], float]
SLOPE, BEND = 1e-3, 1e-2  # steps: a fourth-order formula's error and the values' rounding are then both below 1e-9
FLAT = 1e-12  # of the largest second derivative: less is none, as where a variance is zero
NEWTON_UP_TO = 15  # parameters: the second derivatives of more cost more than the digits are worth


def gradient(f: Callable[[np.ndarray], Any], x: np.ndarray, step: float = SLOPE) -> np.ndarray:
    """First derivatives (k, ...) of a number or an array, of fourth order in the step."""
    return np.array([(8.0 * (f(x + e) - f(x - e)) - (f(x + 2.0 * e) - f(x - 2.0 * e))) / (12.0 * step)
                     for e in step * np.eye(len(x))])


def hessian(f: Function, x: np.ndarray, step: float = BEND) -> np.ndarray:
    """Second derivatives (k, k), of fourth order in the step."""
    k, middle = len(x), f(x)
    H, E = np.empty((k, k)), step * np.eye(k)

    def crossed(a: np.ndarray, b: np.ndarray) -> float:
        return (f(x + a + b) - f(x + a - b) - f(x - a + b) + f(x - a - b)) / (4.0 * float(a @ a))

    for i in range(k):
        near, far = f(x + E[i]) + f(x - E[i]), f(x + 2.0 * E[i]) + f(x - 2.0 * E[i])
        H[i, i] = (16.0 * near - far - 30.0 * middle) / (12.0 * step**2)
        for j in range(i):
            H[i, j] = H[j, i] = (4.0 * crossed(E[i], E[j]) - crossed(2.0 * E[i], 2.0 * E[j])) / 3.0
    return H


def maximum(f: Function, start: np.ndarray) -> np.ndarray:
    """The parameters (k,) at a maximum of f near `start`: BFGS, then Newton's steps to about ten digits."""
    from scipy.optimize import minimize

    if not len(start):
        return start
    found = minimize(lambda x: -f(x), start, jac=lambda x: -gradient(f, x), method="BFGS", options={"gtol": 1e-7})
    x = np.asarray(found.x)
    for _ in range(4 if len(x) <= NEWTON_UP_TO else 0):
        H, g = hessian(f, x), gradient(f, x)
        if not np.isfinite(H).all():
            break
        bends = np.linalg.eigvalsh(H)
        if bends[-1] >= FLAT * bends[0]:
            break
        step = np.linalg.solve(H, g)
        x = x - step
        if np.abs(step).max() < 1e-9:
            break
    return x
