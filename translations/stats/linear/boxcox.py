"""Box and Cox's transformations of the response of a linear model: R's `MASS::boxcox`."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from translations.printing.objects import ResultFrame

from ..arguments import as_numbers
from ..distributions import qchisq
from ..formulas.frame import require_finite
from .linear_model import Lm
from .lm import lm

Floats = np.ndarray
LEVEL = 0.95


class BoxCox(ResultFrame):
    """A profile log-likelihood: x (powers), y. `plot` draws it as R does."""

    @property
    def best(self) -> float:
        """The power, of those in x, with the largest log-likelihood."""
        return float(self["x"].to_numpy()[self["y"].to_numpy().argmax()])

    @property
    def limit(self) -> float:
        """The log-likelihood above which powers are within the 95 percent interval."""
        return float(self["y"].max()) - float(qchisq(LEVEL, 1)) / 2.0

    @property
    def interval(self) -> tuple[float, float]:
        """Ends of the 95 percent interval, read between two powers by a straight line, as in R's figure; NaN where the
        powers tried do not reach so far.
        """
        x, y = self["x"].to_numpy(float), self["y"].to_numpy(float)
        inside = np.flatnonzero(y > self.limit)
        low, high = (self._crossing(x, y, i, i + step) for i, step in ((inside[0], -1), (inside[-1], 1)))
        return low, high

    def _crossing(self, x: Floats, y: Floats, inside: int, outside: int) -> float:
        if not 0 <= outside < len(x):
            return float("nan")
        return float(x[outside] + (self.limit - y[outside]) * (x[inside] - x[outside]) / (y[inside] - y[outside]))


def boxcox(object: Any, lambda_: Sequence[float] | None = None, data: Any = None, interp: bool | None = None,
           eps: float = 1 / 50) -> BoxCox:
    """Profile log-likelihood of Box and Cox's power transformation (y^lambda - 1) / lambda. R: MASS::boxcox.

    object:  a linear model, or a formula with `data`; the response must be above 0
    lambda_: powers to try, (k,), by default -2, -1.9, ..., 2
    data:    of a formula
    interp:  whether a spline is read at 100 powers in between, as R does for its figure; None: below 100 powers
    eps:     powers nearer 0 than this are taken as the logarithm and its expansion

    Returns a frame with columns x (powers) and y (log-likelihoods), `best` the power and `interval` the ends of its 95
    percent interval, which R shows in its figure alone; `plot` draws that.

    Raises ValueError for a response that is not above 0, or an object that is no linear model. Source: Box & Cox
    (1964), equation 8.

    >>> f = r.boxcox(r.lm("Reaction ~ Days", r.sleepstudy()))
    >>> print(r.console([f.best, *f.interval]))
    [1] -0.02020202 -0.71268933  0.63226521
    """
    m = lm(object, data) if isinstance(object, str) else object
    if not isinstance(m, Lm):
        raise ValueError(f"boxcox needs a linear model or a formula with data, not {type(m).__name__}")
    y = m.frame.response
    if (y <= 0).any():
        row = int(np.argmax(y <= 0))
        raise ValueError(f"the response must be above 0; row {row + 1} of those used has {y[row]:g}")
    powers = np.arange(-20, 21) / 10 if lambda_ is None else np.atleast_1d(as_numbers(lambda_, "lambda_"))
    require_finite(powers, "lambda_")
    root = np.ones(len(y)) if m.weights is None else np.sqrt(m.weights)
    Q = np.linalg.qr(m.X.values[:, m.kept] * root[:, None])[0]
    y = y / np.exp(np.log(y).mean())  # by its geometric mean, so that likelihoods of all powers compare
    values = np.array([_log_likelihood(_transformed(y, power, eps) * root, Q) for power in powers])
    if len(powers) < 100 if interp is None else interp:
        grid = np.linspace(powers.min(), powers.max(), 100)
        values, powers = spline(powers, values, grid), grid
    return BoxCox({"x": powers, "y": values})


def _transformed(y: Floats, power: float, eps: float) -> Floats:
    if abs(power) > eps:
        return (y**power - 1.0) / power
    log = np.log(y)
    near: Floats = log * (1 + power * log / 2 * (1 + power * log / 3 * (1 + power * log / 4)))
    return near


def _log_likelihood(y: Floats, Q: Floats) -> float:
    left = y - Q @ (Q.T @ y)
    return float(-len(y) / 2 * np.log(left @ left))


def spline(x: Floats, y: Floats, at: Floats) -> Floats:
    """The cubic spline through (x, y) read at `at`; its third derivative at each end is that of the cubic through the
    four points there. R: stats::spline(method = "fmm"). Source: Forsythe, Malcolm & Moler (1977), chapter 4.
    """
    order = np.argsort(x)
    x, y = x[order], y[order]
    n = len(x)
    if n < 4:
        return np.interp(at, x, y) if n < 3 else np.polynomial.Polynomial.fit(x, y, 2)(at)
    h, slope = np.diff(x), np.diff(y) / np.diff(x)
    # Unknown: a sixth of the second derivative at each point.
    A, b = np.zeros((n, n)), np.zeros(n)
    inner = np.arange(1, n - 1)
    A[inner, inner - 1], A[inner, inner], A[inner, inner + 1] = h[:-1], 2 * (h[:-1] + h[1:]), h[1:]
    b[inner] = np.diff(slope)
    second = np.diff(slope) / (x[2:] - x[:-2])
    third = np.diff(second) / (x[3:] - x[:-3])
    A[0, :2], b[0] = [-h[0], h[0]], h[0] ** 2 * third[0]
    A[-1, -2:], b[-1] = [h[-1], -h[-1]], -h[-1] ** 2 * third[-1]
    c = np.linalg.solve(A, b)
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, n - 2)
    d = at - x[k]
    first = slope[k] - h[k] * (2 * c[k] + c[k + 1])
    read: Floats = y[k] + d * (first + d * (3 * c[k] + d * (c[k + 1] - c[k]) / h[k]))
    return read
