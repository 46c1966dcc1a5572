"""Newton's method on the criterion of a generalized linear mixed model, to its optimum as far as doubles tell.

The criterion is evaluated with the conditional modes found to the last digit and the factor taken at them, as a
function of its parameters alone. Its derivatives are exact (`curvature.py`) for plain bars and families without a
dispersion. Elsewhere they are central differences along the axes and diagonals, of a step that is a fraction of the
distance over which the criterion rises by 1: rounding and truncation then both stay near 1e-11 of that distance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from translations.arrays import Floats
from translations.later import lapack

from ..covariance.criterion import Bounded
from ..covariance.newton import descend
from ..covariance.parameters import Parameters
from ..criterion.minimizers import Optimum
from .curvature import Curvature
from .curves import FAMILIES, LINKS
from .laplace import Laplace
from .structured import theta_first

Function = Callable[[Floats], float]
SLOPE = np.array([5 / 6, -5 / 21, 5 / 84, -5 / 504, 1 / 1260])  # of f(x + kh) - f(x - kh), k = 1, ..., 5
CURVE = np.array([5 / 3, -5 / 21, 5 / 126, -5 / 1008, 1 / 3150])  # of f(x + kh) + f(x - kh), and of f(x):
CENTRE = -5269 / 1800
STEP = 0.06  # of sqrt(2 / second derivative)
MOST, POLISH = 30, 20
LOOSEST = 1e-9
NEAR = 1e-13  # a step, in units in which the criterion falls by its halved square
PLAIN = 1e-6  # what others leave of a curvature, of it: from here on a Hessian's eigenvalues are not asked for
BENT, LOWER = 1e-6, 1e-9  # a negative curvature, of the largest; what falls along it, of the criterion
CANONICAL = {(FAMILIES["binomial"], LINKS["logit"]), (FAMILIES["poisson"], LINKS["log"])}
TOLERANCE = 1e-13  # relative change of the penalized deviance, after which the modes are within its root, squared once


def by_derivatives(kernel: Curvature, par: Floats, parameters: Parameters, stage: int
                   ) -> tuple[Optimum, Floats] | None:
    """As `newton`, by exact derivatives and from any `par` (k,); None where that does not end at a minimum."""
    before, last = kernel.evaluations, np.inf
    x, value = np.array(par, dtype=float), kernel.settled(par, stage)
    for _ in range(MOST):
        if not np.isfinite(value):
            return None
        kernel.stay()
        H, g = kernel.exact_derivatives(stage)
        if not np.isfinite(H).all():
            return None
        step, positive = _solved(H, g)
        length = np.sqrt(max(float(g @ step), 0.0))
        if length < NEAR or (length < 1e-6 and length >= last / 2.0):
            break
        step *= min(1.0, 1.0 / _haste(step, x, parameters))
        for _halving in range(30):
            lowered = kernel.settled(x - step, stage)
            if lowered <= value + 1e-12 * max(1.0, abs(value)):
                break
            step = step / 2.0
        else:
            return None
        x, value, last = x - step, lowered, length
    else:
        return None
    if not positive and np.linalg.eigvalsh(H)[0] <= 0.0:
        return None
    signs = _signs(x, parameters.lower)
    kernel.tolerance, kernel.once_more = LOOSEST, (kernel.family, kernel.link) in CANONICAL
    return (Optimum(x * signs, value, kernel.evaluations - before, 0, "gradient below tolerance", "newton"),
            np.column_stack([H * np.outer(signs, signs), g * signs]))


def _haste(step: Floats, x: Floats, parameters: Parameters) -> float:
    """How many times too long a step from x is: no template's entry moves by more than 1 and its own size, and none
    that is on a diagonal comes nearer to 0, where the criterion has a slope of 0, than a fifth of where it was.
    """
    haste = 1e-9
    for moved, at, bound in zip(step.tolist(), np.abs(x).tolist(), parameters.lower.tolist(), strict=False):
        haste = max(haste, abs(moved) / (1.0 + at), moved / max(at, 1e-300) / 0.8 if bound == 0.0 else 0.0)
    return haste


def exact(kernel: Laplace, stage: int, parameters: Parameters) -> Function:
    """The criterion at covariance parameters and, beyond stage 0, fixed effects, infinite where the iteration fails. A
    step more than convergence asks for squares what is left of the modes' error where the link is canonical; elsewhere
    the criterion is evaluated again from the linear predictors that it found until it is the same.
    """

    kernel.at_stage(stage)
    kernel.once_more = (kernel.family, kernel.link) in CANONICAL

    def value(own: Floats) -> float:
        par = theta_first(parameters, own)
        found = float(kernel(par))
        for _ in range(0 if kernel.once_more else POLISH):
            if not np.isfinite(found):
                break
            kernel.begin(kernel.state()["eta"])
            kernel.keep_predictor()
            before, found = found, float(kernel(par))
            if abs(found - before) <= 4e-16 * abs(before):
                break
        return found if np.isfinite(found) else np.inf

    return value


def newton(kernel: Laplace, par: Floats, parameters: Parameters, stage: int) -> tuple[Optimum, Floats]:
    """The optimum near `par` (k,), and the Hessian with the gradient in its last column there, (k, k + 1).

    parameters: of the covariances, the first of `par`, bounded by 0 where a template's diagonal is. The criterion
    depends on a template T through TT' alone, so steps may cross zero; at the end columns of T are turned. Those of
    covariance structures have bounds that are kept.
    """
    kernel.refresh, kernel.tolerance = True, TOLERANCE
    f, before = exact(kernel, stage, parameters), kernel.evaluations
    if parameters.structured:
        return _within_bounds(kernel, f, np.array(par, dtype=float), parameters, before)
    x = np.array(par, dtype=float)
    while True:  # the deviance of huge counts has fewer digits than the tolerance asks of it
        value, scale, last = f(x), _scale(f, x), np.inf
        with np.errstate(invalid="ignore"):
            H, g = derivatives(f, x, value, scale, rough=True)
        if np.isfinite(H).all() or kernel.tolerance > LOOSEST:
            break
        kernel.tolerance *= 10.0
    message, code = f"no convergence in {MOST} iterations", 1
    for _ in range(MOST):
        if not np.isfinite(H).all():
            message = "the criterion is not a number beside the estimates"
            break
        step, _ = _solved(H, g)
        length = float(np.abs(step / scale).max(initial=0.0))
        if length < 1e-9 or (length < 1e-6 and length >= last / 2.0):
            beyond = _off_a_saddle(f, x, value, H)
            if beyond is None:
                message, code, x = "gradient below tolerance", 0, x - step
                break
            x, value, last = beyond, f(beyond), np.inf
            scale = _scale(f, x)
            H, g = derivatives(f, x, value, scale)
            continue
        for _halving in range(30):
            trial = x - step
            lowered = f(trial)
            if lowered <= value + 1e-12 * max(1.0, abs(value)):
                break
            step = step / 2.0
        else:
            message, code = "no further decrease at working precision", 0 if length < 1e-5 else 1
            break
        x, value, last = trial, lowered, length
        scale = _scale(f, x) if length > 0.3 else scale
        H, g = derivatives(f, x, value, scale)
    signs = _signs(x, parameters.lower)
    x = x * signs
    H, g = H * np.outer(signs, signs), g * signs
    return Optimum(x, f(x), kernel.evaluations - before, code, message, "newton"), np.column_stack([H, g])


def _off_a_saddle(f: Function, x: Floats, value: float, H: Floats) -> Floats | None:
    """Where the criterion is lower on the way of the most negative curvature; None at a minimum. At templates of zeros
    all slopes are 0, whatever lies beside them.
    """
    curves, ways = np.linalg.eigh(H)
    if not curves[0] < -BENT * np.abs(curves).max():
        return None
    far = np.sqrt(2.0 / -curves[0]) * ways[:, 0]
    tried = (x + part * far for size in (1.0, 0.3, 0.1, 0.03) for part in (size, -size))
    return next((one for one in tried if f(one) < value - LOWER * max(1.0, abs(value))), None)


def _within_bounds(kernel: Laplace, f: Function, par: Floats, parameters: Parameters, before: int
                   ) -> tuple[Optimum, Floats]:
    free = np.full(len(par) - parameters.size, np.inf)
    of = Differenced(f, (np.concatenate([parameters.lower, -free]), np.concatenate([parameters.upper, free])))
    found = descend(of, par)
    H, g = derivatives(f, found.par, f(found.par), of.scale(found.par))
    code, message = (0, "gradient below tolerance") if found.largest < 1e-4 else (1, "the gradient does not vanish")
    return (Optimum(found.par, f(found.par), kernel.evaluations - before, code, message, "newton"),
            np.column_stack([H, g]))


class Differenced(Bounded):
    """A function within bounds (k,), below and above, with its derivatives by differences."""

    def __init__(self, f: Function, bounds: tuple[Floats, Floats]) -> None:
        self.f, self._bounds = f, bounds

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        return self._bounds

    def scale(self, x: Floats) -> Floats:
        """As `_scale`, so that steps stay within the bounds of correlations; standard deviations may cross 0."""
        lower, upper = self._bounds
        gap = np.minimum(np.where(lower == 0.0, np.inf, x - lower), upper - x)
        return np.minimum(_scale(self.f, x), np.maximum(gap, 1e-6) / (1.1 * len(SLOPE) * STEP))

    def __call__(self, x: Floats) -> tuple[float, Floats]:
        value, h = self.f(x), STEP * self.scale(x)
        if not np.isfinite(value):
            raise np.linalg.LinAlgError("no criterion there")
        g = np.empty(len(x))
        for i in range(len(x)):
            up, down = _along(self.f, x, np.eye(len(x))[i] * h)
            g[i] = SLOPE @ (up - down) / h[i]
        return value, g

    def hessian(self, par: Floats, free: NDArray[np.bool_]) -> Floats:
        return derivatives(self.f, par, self.f(par), self.scale(par))[0]


def _signs(x: Floats, lower: Floats) -> Floats:
    """Factors +-1 (k,) that make the diagonals of the templates, whose columns follow each other, nonnegative."""
    signs, sign = np.ones(len(x)), 1.0
    for i, bound in enumerate(lower):
        if bound == 0.0:
            sign = -1.0 if x[i] < 0.0 else 1.0
        signs[i] = sign
    return signs


def _scale(f: Function, x: Floats) -> Floats:
    """By parameter the distance over which the criterion rises by about 1, (k,)."""
    out, value = np.maximum(0.1 * np.abs(x), 0.01), f(x)
    for i in range(len(x)):
        for _ in range(6):
            rise = max(f(_moved(x, i, s * out[i])) - value for s in (1.0, -1.0))
            if not np.isfinite(rise) or rise > 4.0:
                out[i] /= 4.0
            elif rise < 0.1:
                out[i] *= 3.0
            else:
                out[i] /= np.sqrt(rise)
                break
    return out


def derivatives(f: Function, x: Floats, value: float, scale: Floats, rough: bool = False) -> tuple[Floats, Floats]:
    """Hessian (k, k) and gradient (k,) by central differences of order 10 along the axes and, for the Hessian's other
    entries, along diagonals; rough: these of order 2.
    """
    k, h = len(x), STEP * scale
    H, g = np.empty((k, k)), np.empty(k)
    for i in range(k):
        up, down = _along(f, x, np.eye(k)[i] * h)
        g[i] = SLOPE @ (up - down) / h[i]
        H[i, i] = (CENTRE * value + CURVE @ (up + down)) / h[i] ** 2
    for i in range(k):
        for j in range(i):
            both = np.eye(k)[i] * h + np.eye(k)[j] * h
            bend = (f(x + both) - 2.0 * value + f(x - both) if rough
                    else CENTRE * value + CURVE @ np.add(*_along(f, x, both)))
            H[i, j] = H[j, i] = (bend - H[i, i] * h[i] ** 2 - H[j, j] * h[j] ** 2) / (2.0 * h[i] * h[j])
    return H, g


def _along(f: Function, x: Floats, way: Floats) -> tuple[Floats, Floats]:
    steps = range(1, len(SLOPE) + 1)
    return np.array([f(x + s * way) for s in steps]), np.array([f(x - s * way) for s in steps])


def _moved(x: Floats, i: int, by: float) -> Floats:
    moved = x.copy()
    moved[i] += by
    return moved


def _solved(H: Floats, g: Floats) -> tuple[Floats, bool]:
    """Newton's step, along directions of negative curvature downhill by as much as along positive ones; whether H is
    positive definite, and plainly so.
    """
    factor, step, code = lapack.dposv(H, g)
    if code == 0 and (factor.diagonal() ** 2 > PLAIN * H.diagonal()).all():
        return step, True
    values, vectors = np.linalg.eigh(H)
    floor = 1e-8 * np.abs(values).max(initial=1.0)
    return np.asarray(vectors @ ((vectors.T @ g) / np.maximum(np.abs(values), floor))), False
