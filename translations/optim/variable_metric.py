"""The variable metric method, by the steps of R's `optim(method = "BFGS")`."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np

Floats = np.ndarray
Value = Callable[[Floats], float]
Gradient = Callable[[Floats], Floats]
SHORTER, ENOUGH, UNMOVED = 0.2, 1e-4, 10.0


def variable_metric(f: Value, gradient: Gradient, start: Floats, close: float = 1e-8, most: int = 100
                    ) -> tuple[Floats, int]:
    """Minimum of a function, (k,), and how many steps it took. Source: Nash (1990), algorithm 21; R: optim, vmmin.

    f, gradient: the value and its gradient (k,) at b (k,). Where it is flat, the end depends on the steps; these are
    R's. close: the relative change of the value that ends the search (reltol); most: steps (maxit).
    """
    b, value, g = start.copy(), f(start), gradient(start)
    B, steps, since = np.eye(len(start)), 0, 0  # the inverse Hessian, and the steps at its last reset
    while steps < most:
        if since == steps:
            B = np.eye(len(start))
        found = _along(f, b, value, g, -B @ g)
        if found is None or abs(found[1] - value) <= close * (abs(value) + close):
            b, value = found or (b, value)  # the gradient stays the one before, as in R
            if since == steps:
                break
            since = steps
            continue
        steps += 1
        s, before = found[0] - b, g
        (b, value), g = found, gradient(found[0])
        if (curved := float(s @ (g - before))) > 0.0:
            B = _updated(B, s, g - before, curved)
        else:
            since = steps
        if steps - since > 2 * len(start):
            since = steps
    return b, steps


def _along(f: Value, b: Floats, value: float, g: Floats, direction: Floats) -> tuple[Floats, float] | None:
    """A point lower by enough along a direction; None where it leads upwards or nothing moves any more."""
    slope, length = float(direction @ g), 1.0
    while slope < 0.0:
        at = b + length * direction
        if (UNMOVED + at == UNMOVED + b).all():
            return None
        new = f(at)
        if np.isfinite(new) and new <= value + slope * length * ENOUGH:
            return at, new
        length *= SHORTER
    return None


def _updated(B: Floats, s: Floats, c: Floats, curved: float) -> Floats:
    """The inverse Hessian after a step s that changed the gradient by c."""
    X = B @ c
    return B + ((1.0 + float(X @ c) / curved) * np.outer(s, s) - np.outer(s, X) - np.outer(X, s)) / curved
