"""What lme4 says of where a fit ended, or many: is it singular, has it converged? R: checkConv, checkHess.

Of c fits of m thetas: a number for what is said of each gradient, a code for what is said of each Hessian, and R's
words for either.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from translations.arrays import Floats
from translations.settings import since

from .control import ConvergenceWarning, LmerControl, ParityNote, SingularFitWarning, act
from .covariance.chain import on_parameters
from .covariance.criterion import OnParameters
from .criterion.minimizers import Optimum
from .criterion.objective import Objective
from .criterion.optimize import COSTLY_FROM
from .criterion.pls import PLS

UNIDENTIFIED = " Hessian is numerically singular: parameters are not uniquely determined"
UNABLE = -1.0  # of a gradient
FLAT, LARGE, RATIO, NOT_FINITE = 1, 2, 4, 8  # of a Hessian, where -1, -2, ... count negative eigenvalues
SINGULAR = "boundary (singular) fit: see help('isSingular')"
NO_GRADIENT = "Gradient contains NAs"
UNSCALED = ["unable to evaluate scaled gradient"]
NEARLY = 10.0  # times a bound, or a tenth of it: derivatives so near to it are looked at twice
MARGIN = 5.0  # times every bound: derivatives so far from them decide without lme4's differences
ROUNDED = 1e-5  # times the criterion: more than rounding makes of a second difference with steps of 1e-4
FACTORED = 1e-10  # times its largest eigenvalue: a matrix that has none smaller has a Cholesky factor, however rounded
HESSIAN_UP_TO = 10_000  # observations: beyond, "newton" does not ask whether the criterion curves everywhere


@dataclass(frozen=True)
class Diagnosis:
    """What the checks after a fit found: lme4's messages in R's words and whether the fit is singular."""

    messages: tuple[str, ...] = ()
    singular: bool = False


def diagnose(
    pls: PLS, optimum: Optimum, REML: bool, control: LmerControl, by_derivatives: bool, df: int | None = None,  # noqa: N803
    criterion: Callable[[Floats], float] | None = None,
) -> Diagnosis:
    """R: checkConv, after "nloptwrap" with lme4's own derivatives (`derivatives`), whose rounding decides what it says
    of a criterion that is large or hardly curves; after "newton" with exact ones. by_derivatives: whether they are
    asked, as `LmerControl.takes_derivatives` says; `df`: see `PLS.deviance`; criterion: what was minimized, where it is
    at hand.
    """
    parameters = pls.structure.parameters
    action, tolerance = control.check_conv_singular
    # Newton's method knows theta free of the covariates' units; R compares it with `tolerance` in whatever units it
    # has.
    theta = optimum.theta * (pls.structure.theta_scale if optimum.optimizer == "newton" else 1.0)
    if optimum.code:
        warnings.warn(
            f"convergence code {optimum.code} from {optimum.optimizer}: {optimum.message}",
            ConvergenceWarning,
            stacklevel=4,
        )
    par = optimum.theta if optimum.par is None else optimum.par
    near = np.minimum(par - parameters.lower, parameters.upper - par) if parameters.structured else \
        theta[pls.structure.diagonal]
    if near.size and near.min() < tolerance:
        if action != "ignore":
            act(action, SINGULAR, SingularFitWarning)
            return Diagnosis((SINGULAR,), singular=True)
        if optimum.optimizer == "newton":  # no second derivatives there, which are asked below
            return Diagnosis()
    if not by_derivatives:
        return Diagnosis()
    of = _Derived(pls, REML, df)
    if optimum.optimizer == "newton":
        return _of_newton(of, par, optimum, control)
    costly = len(pls.structure.blocks) > 1 and pls.trailing.q >= COSTLY_FROM and not parameters.structured
    if costly and _plainly_converged(of, optimum, control):
        return Diagnosis()
    return _by_differences(of, par, optimum.value, control, criterion or of.lme4_criterion)


def _of_newton(of: _Derived, par: Floats, optimum: Optimum, control: LmerControl) -> Diagnosis:
    """Of a fit by Newton's method: whether the data tell the parameters, by exact derivatives."""
    pls = of.pls
    if pls.n > HESSIAN_UP_TO or (_curves(of.hessian(par), control) if pls.structure.parameters.structured
                                 else _identified(of, optimum.theta, pls.structure.theta_scale, control)):
        return Diagnosis()
    act(control.check_conv_hess[0], UNIDENTIFIED, ConvergenceWarning)
    return Diagnosis((UNIDENTIFIED,))


def _by_differences(of: _Derived, par: Floats, value: float, control: LmerControl,
                    criterion: Callable[[Floats], float]) -> Diagnosis:
    """By lme4's own derivatives of the criterion at the parameters, where it is `value`."""
    gradient, H = derivatives(criterion, par, value)
    values = eigenvalues(H[None])
    if _clear(H, gradient, values[0], control):
        return Diagnosis()
    found_here = worst_of(H[None], gradient[None]), values
    if not np.isfinite(gradient).all():
        act(control.check_conv_grad[0], NO_GRADIENT, ConvergenceWarning)
        return Diagnosis((NO_GRADIENT,))
    said: list[str] = []
    of_gradient, of_hessian = said_of(*found_here, control)
    for action, found in ((control.check_conv_grad[0], of_gradient), (control.check_conv_hess[0], of_hessian)):
        if action != "ignore" and found:
            said += found
            act(action, ";".join(found), ConvergenceWarning)
    if "ignore" not in (control.check_conv_grad[0], control.check_conv_hess[0]):
        _compare_exact(of, par, control, found_here, H, criterion)
    return Diagnosis(tuple(said))


def _plainly_converged(of: _Derived, optimum: Optimum, control: LmerControl) -> bool:
    """Whether the exact gradient and the expected second derivatives are so far from all bounds that lme4's differences
    would say nothing either: these take 2 m² criteria, each of which is half a gradient's work.
    """
    try:
        gradient, H = of.expected(optimum.theta)
    except np.linalg.LinAlgError:
        return False
    values = eigenvalues(H[None])
    said = said_of(worst_of(H[None], gradient[None]), values, control, factor=MARGIN)
    return not any(said) and bool(values[0, 0] > MARGIN * ROUNDED * abs(optimum.value))


def _clear(H: Floats, gradient: Floats, values: Floats, control: LmerControl) -> bool:
    """Whether nothing is said of a gradient (m,) and a Hessian H (m, m) with the eigenvalues (m,), nor of such within a
    factor of ten of a bound: the usual case, told by the eigenvalues or by `worst_of` alone.
    """
    lowest, highest, curvature = float(values[0]), float(values[-1]), control.check_conv_hess[1] * NEARLY
    if not lowest > max(curvature, curvature * highest, FACTORED * highest) or highest * curvature > 1.0:
        return False
    # No entry of the Newton step in the Hessian's metric is larger than the gradient's length over the least root.
    length, bound = math.sqrt(float(gradient @ gradient)), control.check_conv_grad[1] / NEARLY
    return length / max(1.0, math.sqrt(lowest)) < bound or float(worst_of(H[None], gradient[None])[0]) < bound


def said_of(worst: Floats, values: Floats, control: LmerControl, factor: float = 1.0) -> tuple[list[str], list[str]]:
    """R's words for what `worst_of` has of a gradient (1,) and for the eigenvalues of a Hessian (1, m), with bounds
    `factor` times nearer.
    """
    bound, curvature = control.check_conv_grad[1] / factor, control.check_conv_hess[1] * factor
    return gradient_words(float(too_large(worst, bound)[0]), bound), hessian_words(int(shape_of(values, curvature)[0]))


@dataclass(frozen=True)
class _Derived:
    """The criterion and its exact derivatives as functions of what the optimizer moved (npar,)."""

    pls: PLS
    REML: bool
    df: int | None

    @property
    def lme4_criterion(self) -> Callable[[Floats], float]:
        return self.pls.lme4_criterion(self.REML, self.df)

    @cached_property
    def structured(self) -> OnParameters | None:
        return on_parameters(self.pls, self.REML, self.df) if self.pls.structure.parameters.structured else None

    def gradient(self, par: Floats) -> Floats:
        return self.structured(par)[1] if self.structured else self.pls.gradient(par, self.REML, self.df)[1]

    def hessian(self, par: Floats) -> Floats:
        return self.structured.hessian(par) if self.structured else self.pls.hessian(par, self.REML, self.df)

    def expected(self, theta: Floats) -> tuple[Floats, Floats]:
        """The gradient (m,) and the expected second derivatives (m, m), which it brings along."""
        at = self.pls.evaluated(theta)
        return at.gradient(self.REML, self.df), at.information


def _compare_exact(
    of: _Derived, par: Floats, control: LmerControl, differences: tuple[Floats, Floats], by_differences: Floats,
    criterion: Callable[[Floats], float],
) -> None:
    """Say where exact derivatives decide otherwise than lme4's `differences` (see `said_of`).

    Asked where these come within a factor of ten of a bound: elsewhere it would cost a fit time for nothing. Where the
    Hessian does not, the one `by_differences` (m, m) is as good a measure of the gradient as the exact one, and the
    gradient itself need not be exact where other differences say the same.
    """
    near = said_of(*differences, control, factor=NEARLY)
    if not any(near):
        return
    if not near[1] and isinstance(criterion, Objective):
        bound, here, H = control.check_conv_grad[1], float(differences[0][0]), by_differences[None]
        wider = float(worst_of(H, _wide_gradient(criterion, par)[None])[0])
        if abs(here - bound) > NEARLY * abs(wider - here):  # of which the differences' own error is a third
            return
    try:
        exact = of.gradient(par), of.hessian(par) if near[1] else by_differences
    except np.linalg.LinAlgError:  # a criterion that cannot be computed around theta has no derivatives to compare
        return
    if not (np.isfinite(exact[0]).all() and np.isfinite(exact[1]).all()):
        return
    gradient, H = exact[0][None], exact[1][None]
    theirs, ours = said_of(*differences, control), said_of(worst_of(H, gradient), eigenvalues(H), control)
    if _decided(theirs) != _decided(ours):
        words = "; ".join(" ".join(one.split()) for found in ours for one in found) or "nothing is wrong here"
        note = f"lme4 takes derivatives by differences of 1e-4; by exact ones: {words}"
        warnings.warn(note, ParityNote, stacklevel=4)


def _wide_gradient(criterion: Callable[[Floats], float], par: Floats) -> Floats:
    """(m,), by differences of twice lme4's step."""
    return np.array([(criterion(par + e) - criterion(par - e)) / 4e-4 for e in 2e-4 * np.eye(len(par))])


def _decided(said: tuple[list[str], list[str]]) -> tuple[bool, bool]:
    """Whether the gradient is too large and whether the Hessian is wrong, which alone leaves a gradient unscaled."""
    return said[0] not in ([], UNSCALED), bool(said[1])


def derivatives(criterion: Callable[[Floats], float], theta: Floats, value: float) -> tuple[Floats, Floats]:
    """Gradient (m,) and Hessian (m, m) at theta (m,) by central differences, `value` the criterion there; not finite
    where it cannot be computed around theta (R's lmer stops there). R: lme4's deriv12.
    """
    if isinstance(criterion, Objective):
        found = criterion.derivatives(theta, value)
        return found[:, -1], found[:, :-1]
    m, delta = len(theta), 1e-4
    gradient, H = np.full(m, np.nan), np.full((m, m), np.nan)

    def at(*moves: tuple[int, float]) -> float:
        x = theta.copy()
        for i, move in moves:
            x[i] = theta[i] + move
        return criterion(x)

    try:
        for j in range(m):
            above, below = at((j, delta)), at((j, -delta))
            H[j, j] = above / delta**2 - 2.0 * value / (delta * delta) + below / delta**2
            gradient[j] = (above - below) / (delta + delta)
            for i in range(j):
                each = [at((i, a), (j, b)) / (delta + delta) ** 2 for a in (delta, -delta) for b in (delta, -delta)]
                H[i, j] = H[j, i] = each[0] - each[1] - each[2] + each[3]
    except np.linalg.LinAlgError:
        pass
    return gradient, H


def _identified(of: _Derived, theta: Floats, scale: Floats, control: LmerControl) -> bool:
    """Whether the criterion curves in every direction at Newton's theta.

    Theta is in units of the covariates' scale, and of itself where it is large: there its logarithm is what counts.

    The smallest curvature of 129 generated models was 0.1, that of models with twins among their terms 1e-6 at most.
    """
    units = np.maximum(np.abs(theta * scale), 1.0) / scale
    steps = 1e-5 * np.diag(units)
    try:
        change = [of.gradient(theta + e) - of.gradient(theta - e) for e in steps]
    except np.linalg.LinAlgError:  # a criterion that cannot be computed around theta says nothing of its curvature
        return True
    H = np.array(change) * units / 2e-5
    return _curves((H + H.T) / 2.0, control)


def _curves(H: Floats, control: LmerControl) -> bool:
    """Whether a Hessian (m, m) is positive definite but for the tolerance."""
    curvatures = np.linalg.eigvalsh(H)
    return bool(curvatures[0] > control.check_conv_hess[1] * max(1.0, curvatures[-1]))


def of_gradients(H: Floats, gradient: Floats, tolerance: float) -> Floats:
    """(c,) for Hessians (c, m, m) and gradients (c, m): `worst_of` where that is above the tolerance, else NaN."""
    return too_large(worst_of(H, gradient), tolerance)


def too_large(worst: Floats, tolerance: float) -> Floats:
    """`worst_of` (c,) where that is above the tolerance or UNABLE, else NaN."""
    return np.array([one if one > tolerance or one == UNABLE else np.nan for one in worst.tolist()])


def worst_of(H: Floats, gradient: Floats) -> Floats:
    """(c,) for Hessians (c, m, m) and gradients (c, m): the lesser of the gradient and of its Newton step in the
    Hessian's metric; UNABLE where there is no such step.
    """
    try:
        roots = np.linalg.cholesky(H)
        scaled = np.linalg.solve(roots.transpose(0, 2, 1), gradient[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:  # of one of them, which then stands alone
        if len(H) == 1:
            return np.array([UNABLE])
        return np.concatenate([worst_of(H[i : i + 1], gradient[i : i + 1]) for i in range(len(H))])
    worst = np.minimum(np.abs(scaled), np.abs(gradient)).max(axis=1)
    return np.where(np.isnan(worst), UNABLE, worst)


def of_hessians(H: Floats, tolerance: float) -> Floats:
    """(c,) for Hessians (c, m, m): codes, 0 where nothing is said."""
    return shape_of(eigenvalues(H), tolerance)


def eigenvalues(H: Floats) -> Floats:
    """Those of Hessians (c, m, m), ascending (c, m); NaN where one is not finite."""
    finite = np.isfinite(H).all(axis=(1, 2))
    if finite.all():
        return np.asarray(np.linalg.eigvalsh(H), dtype=float)
    values: Floats = np.full(H.shape[:2], np.nan)
    values[finite] = np.linalg.eigvalsh(H[finite])
    return values


def shape_of(values: Floats, tolerance: float) -> Floats:
    """Codes (c,) of Hessians with these eigenvalues (c, m), ascending, 0 where nothing is said."""
    return np.array([_shape_of_one(one, tolerance) for one in values.tolist()], dtype=float)


def _shape_of_one(values: list[float], tolerance: float) -> int:
    if any(value != value for value in values):
        return NOT_FINITE
    if negative := sum(value < -tolerance for value in values):
        return -negative
    if any(abs(value) < tolerance for value in values):
        return FLAT
    lowest, highest = values[0], values[-1]
    ratio = highest != 0.0 and lowest / highest < tolerance
    return LARGE * (highest * tolerance > 1.0) + RATIO * ratio


def _help() -> str:
    """Where lme4 ≥ 2.0 sends the reader of a warning of failed convergence."""
    return "\n  See ?lme4::convergence and ?lme4::troubleshooting." if since("2.1") else ""


def gradient_words(worst: float, tolerance: float) -> list[str]:
    """R's message for a number of `of_gradients`, if any."""
    if worst == UNABLE:
        return [*UNSCALED]
    if np.isnan(worst):
        return []
    return [f"Model failed to converge with max|grad| = {worst:g} (tol = {tolerance:g}, component 1){_help()}"]


def hessian_words(code: int) -> list[str]:
    """R's messages for a code of `of_hessians`, which it gives in one warning, if any."""
    if code < 0:
        return [f"Model failed to converge: degenerate  Hessian with {-code} negative eigenvalues{_help()}"]
    if code == NOT_FINITE:
        return ["Problem with Hessian check (infinite or missing values?)"]
    if code == FLAT:
        return [UNIDENTIFIED]
    trouble = [(LARGE, "very large eigenvalue"), (RATIO, "large eigenvalue ratio")]
    return [f"Model is nearly unidentifiable: {what}\n - Rescale variables?" for bit, what in trouble if code & bit]
