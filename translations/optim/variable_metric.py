"""The variable metric method, by the steps of R's `optim(method = "BFGS")`, to the last bit."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Floats = np.ndarray
Value = Callable[[Floats], float]
Gradient = Callable[[Floats], Floats]
SHORTER, ENOUGH, UNMOVED = 0.2, 1e-4, 10.0


def variable_metric(f: Value, gradient: Gradient, start: Floats, close: float = 1e-8, most: int = 100
                    ) -> tuple[Floats, int]:
    """Minimum of a function, (k,), and how many gradients it took. Source: Nash (1990), algorithm 21; R: optim, vmmin.

    f, gradient: the value and its gradient (k,) at b (k,). Where it is flat, the end depends on the steps; these are
    R's. close: the relative change of the value that ends the search (reltol); most: gradients (maxit).
    """
    b, value, g = start.copy(), f(start), gradient(start)
    B, count, since = np.eye(len(start)), 1, 1  # the inverse Hessian; gradients, now and at its last reset
    while count < most:
        if since == count:
            B = np.eye(len(start))
        direction = -_product(B, g)
        length, b_new, lower = _along(f, b, value, g, direction)
        if not length or abs(lower - value) <= close * (abs(value) + close):
            b, value = b_new, lower  # the gradient stays the one before, as in R
            if since == count:
                break
            since = count
            continue
        count += 1
        b, value, before, g = b_new, lower, g, gradient(b_new)
        step, change = length * direction, g - before
        if (curved := _product(step, change)) > 0.0:
            B = _updated(B, step, change, curved)
        else:
            since = count
        if count - since > 2 * len(start):
            since = count
    return b, count


def _along(f: Value, b: Floats, value: float, g: Floats, direction: Floats) -> tuple[float, Floats, float]:
    """How far along a direction a point is lower by enough, the point and the value there; as they are where it leads
    upwards or nothing moves any more."""
    slope, length = _product(direction, g), 1.0
    while slope < 0.0:
        at = b + length * direction
        if (UNMOVED + at == UNMOVED + b).all():
            break
        new = f(at)
        if np.isfinite(new) and new <= value + slope * length * ENOUGH:
            return length, at, new
        length *= SHORTER
    return 0.0, b, value


def _updated(B: Floats, s: Floats, c: Floats, curved: float) -> Floats:
    """The inverse Hessian after a step s that changed the gradient by c: its lower triangle, and that turned."""
    X = _product(B, c)
    scaled = (1.0 + _product(X, c) / curved) * s
    lower = np.tril(B + (np.outer(scaled, s) - np.outer(X, s) - np.outer(s, X)) / curved)
    return lower + np.tril(lower, -1).T


def _product(A: Floats, v: Floats) -> Any:
    """A v for A (..., k), added from the first to the last as in R: BLAS's order would end elsewhere."""
    return np.cumsum(A * v, axis=-1)[..., -1]
