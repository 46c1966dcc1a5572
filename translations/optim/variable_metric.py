"""The variable metric method, by the steps of R's `optim(method = "BFGS")`."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Floats = np.ndarray
Function = Callable[[Floats], tuple[float, Floats]]
SHORTER, ENOUGH, UNMOVED, CLOSE, MOST = 0.2, 1e-4, 10.0, 1e-8, 100


def variable_metric(f: Function, start: Floats) -> Floats:
    """Minimum of a function, (k,). Source: Nash (1990), algorithm 21.

    f: the value and the gradient (k,) at b (k,). Where it is flat, the end depends on the steps; these are R's.
    """
    at = _Point(start.copy(), *f(start))
    B, steps, since = np.eye(len(start)), 1, 1  # the inverse Hessian, gradients seen, and how many at its last reset
    while steps < MOST:
        if since == steps:
            B = np.eye(len(start))
        found = _along(f, at, -B @ at.g)
        if found is None or abs(found.value - at.value) <= CLOSE * (abs(at.value) + CLOSE):
            at = found or at
            if since == steps:
                break
            since = steps
            continue
        steps += 1
        s, c = found.b - at.b, found.g - at.g
        if (curved := float(s @ c)) > 0.0:
            B = _updated(B, s, c, curved)
        else:
            since = steps
        at = found
        if steps - since > 2 * len(start):
            since = steps
    return at.b


@dataclass(frozen=True)
class _Point:
    b: Floats
    value: float
    g: Floats


def _along(f: Function, at: _Point, direction: Floats) -> _Point | None:
    """A point lower by enough along a direction; None where it leads upwards or nothing moves any more."""
    slope, length = float(direction @ at.g), 1.0
    while slope < 0.0:
        b = at.b + length * direction
        if (UNMOVED + b == UNMOVED + at.b).all():
            return None
        new = _Point(b, *f(b))
        if np.isfinite(new.value) and new.value <= at.value + slope * length * ENOUGH:
            return new
        length *= SHORTER
    return None


def _updated(B: Floats, s: Floats, c: Floats, curved: float) -> Floats:
    """The inverse Hessian after a step s that changed the gradient by c."""
    X = B @ c
    return B + ((1.0 + float(X @ c) / curved) * np.outer(s, s) - np.outer(s, X) - np.outer(X, s)) / curved
