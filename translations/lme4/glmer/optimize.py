"""lme4's two stages: the covariance parameters alone, then with the fixed effects. R: glmer, optimizeGlmer, optwrap."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from translations.arrays import Floats, Ints
from translations.settings import since

from ..control import ConvergenceWarning, LmerControl
from ..covariance.parameters import Parameters
from ..criterion.minimizers import BY_NAME, Optimum
from ..criterion.optimize import bobyqa as by_nloptwrap
from .control import GlmerControl
from .curvature import Curvature
from .laplace import Laplace
from .newton import by_derivatives, newton
from .state import hermite_rule
from .structured import criterion_of, theta_first

SINGULAR = 1e-4  # from a bound


@dataclass(frozen=True)
class Fitted:
    """Where the optimizer stopped, and what the criterion's last evaluation, there, left.

    optimum:  its theta holds all that was moved: theta (m,), and beta (p,) unless nAGQ is 0
    theta, beta: (m,), (p,);  par: (npar,) theta, or what covariance structures are moved by
    u:        (q,) spherical modes in the order of b
    eta, mu:  (n,) linear predictors and means;  W: (n,) working weights of the factor
    RX:       (p, p);  ldL2, ldRX2, sqrL, deviance: parts of the criterion
    phi:      the dispersion, where it is in the iteration (moment);  refresh: whether fitted as since lme4 2.1
    derivs:   Hessian and, in its last column, gradient by differences, or None
    """

    optimum: Optimum
    theta: Floats
    par: Floats
    beta: Floats
    u: Floats
    eta: Floats
    mu: Floats
    W: Floats
    RX: Floats
    ldL2: float
    ldRX2: float
    sqrL: float
    deviance: float
    phi: float
    derivs: Floats | None
    moment: bool
    refresh: bool


def evaluated(kernel: Laplace, parameters: Parameters, stage: int, par: Floats) -> float:
    """The criterion at the parameters. Raises ValueError, in lme4's words, where the iteration fails."""
    value = float(kernel.at_stage(stage)(theta_first(parameters, par)))
    if np.isnan(value):
        kernel.stopped = True
        kernel.check()
    return value


def stages(kernel: Laplace, start: tuple[Floats, Floats | None], parameters: Parameters, nAGQ: int,  # noqa: N803
           control: GlmerControl, eta: Floats, order: Ints, n: int) -> Fitted:
    """Both stages from the covariance parameters and, where given, beta. eta: (n,) the first linear predictors, put
    right at templates of the identity whatever theta is; order: (q,) as `Pattern` has it.
    """
    theta, beta = start
    if "newton" in control.optimizers:
        assert isinstance(kernel, Curvature)
        return _by_newton(kernel, start, parameters, nAGQ, control, eta, order, n)
    first, second = control.optimizers
    kernel.begin(eta)
    kernel.full = True
    identity = parameters.theta(parameters.start)
    _checked(kernel.iterate(np.array(identity, dtype=float), control.nAGQ0initStep or nAGQ == 0), kernel)
    kernel.full = False
    kernel.keep_predictor()
    lower, upper, npar = parameters.lower, parameters.upper, parameters.size
    if control.nAGQ0initStep or nAGQ == 0:
        best = run(first, criterion_of(kernel, parameters, 0), theta, lower, control, upper)
        at_0 = partial(evaluated, kernel, parameters, 0)
        at_0(best.theta)
        if nAGQ == 0:
            best = _off_boundary(best, at_0, lower, control, npar)
        theta = best.theta
    if nAGQ == 0:
        return finish(kernel, best, 0, None, order, parameters)
    kernel.set_nodes(hermite_rule(nAGQ))
    kernel.keep_predictor()
    stage = min(nAGQ, 2)
    found = kernel.state()
    errors = np.sqrt(np.diagonal(unscaled(found["RX"])))
    par = np.concatenate([theta, found["beta"] if beta is None else beta])
    free = np.full(kernel.p, np.inf)
    bounds, above = np.concatenate([lower, -free]), np.concatenate([upper, free])
    settings = adjusted(second, control, npar, errors)
    best = run(second, criterion_of(kernel, parameters, stage), par, bounds, settings, above)
    derivs = None
    if control.takes_derivatives(n, len(par)) and not without_derivatives(best.theta, bounds, above):
        derivs = criterion_of(kernel, parameters, stage).derivatives(np.array(best.theta), best.value)
    best = _off_boundary(best, partial(evaluated, kernel, parameters, stage), bounds, control, npar)
    return finish(kernel, best, stage, derivs, order, parameters)


def _by_newton(kernel: Curvature, start: tuple[Floats, Floats | None], parameters: Parameters, nAGQ: int,  # noqa: N803
               control: GlmerControl, eta: Floats, order: Ints, n: int) -> Fitted:
    """The optimum of the criterion itself: by exact derivatives where there are any, from lme4's own start; where that
    ends at a bound or nowhere, and where there are none, from where lme4's optimizers stop.
    """
    kernel.refresh = True
    stage, tolerance = min(nAGQ, 2), kernel.tolerance
    able = stage > 0 and not parameters.structured and kernel.differentiable()
    found = _from_the_start(kernel, start, parameters, nAGQ, eta) if able else None
    if found is None or min(found[0].theta[: parameters.size][parameters.lower == 0.0], default=1.0) < SINGULAR:
        kernel.tolerance, kernel.once_more = tolerance, False
        rough = replace(control, optimizer="Nelder_Mead", optimizers=("bobyqa", "Nelder_Mead"), calc_derivs=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            near = stages(kernel, start, parameters, nAGQ, rough, eta, order, n).optimum.theta
        found = by_derivatives(kernel, near, parameters, stage) if able else None
        found = newton(kernel, near, parameters, stage) if found is None else found
    best, derivs = found
    if best.code:
        text = f"convergence code {best.code} from newton: {best.message}"
        warnings.warn(text, ConvergenceWarning, stacklevel=6)
    return finish(kernel, best, stage, derivs if stage else None, order, parameters)


def _from_the_start(kernel: Curvature, start: tuple[Floats, Floats | None], parameters: Parameters, nAGQ: int,  # noqa: N803
                    eta: Floats) -> tuple[Optimum, Floats] | None:
    theta, beta = start
    kernel.begin(eta)
    if np.isnan(kernel.iterate(np.array(theta, dtype=float), True)):
        return None
    kernel.keep_predictor()
    kernel.set_nodes(hermite_rule(nAGQ))
    par = np.concatenate([theta, kernel.state()["beta"] if beta is None else beta])
    return by_derivatives(kernel, par, parameters, min(nAGQ, 2))


def without_derivatives(par: Floats, lower: Floats, upper: Floats) -> bool:
    """Whether a fit ended so near a bound that lme4, since 2.1, takes no derivatives of it: its standard errors then
    are those of the fixed effects' system alone. R: optwrap, getSingTol.
    """
    return since("2.1") and bool(min((par - lower).min(), (upper - par).min()) < SINGULAR)


def _checked(value: float, kernel: Laplace) -> None:
    if np.isnan(value):
        kernel.stopped = True
        kernel.check()


def unscaled(RX: Floats) -> Floats:  # noqa: N803
    """(RX'RX)⁻¹, (p, p)."""
    inverse = np.linalg.inv(RX) if len(RX) else RX
    covariance: Floats = inverse @ inverse.T
    return covariance


def adjusted(optimizer: str, control: GlmerControl, m: int, errors: Floats) -> LmerControl:
    """The control of the second stage, with lme4's first steps where none are asked for. R: optwrap(adj = TRUE)."""
    asked = dict(control.optCtrl)
    if optimizer == "bobyqa":
        asked = {"rhobeg": 2e-4, "rhoend": 2e-7, **asked}
    elif optimizer == "Nelder_Mead":
        first = 0.2 * np.concatenate([np.full(m, 0.1), np.minimum(errors, 10.0)])
        asked.setdefault("xst", first)
        asked.setdefault("xt", np.asarray(asked["xst"]) * 5e-4)
    return replace(control, optCtrl=asked)


def run(optimizer: str, criterion: Callable[[Floats], float], start: Floats, lower: Floats, control: LmerControl,
        upper: Floats | None = None) -> Optimum:
    """One optimizer from `start`, and its warning where it did not succeed."""
    settings = control if control.optimizer == optimizer else replace(control, optimizer=optimizer)
    minimize = BY_NAME.get(optimizer, by_nloptwrap)
    found = minimize(criterion, np.array(start, dtype=float), lower, control=settings, upper=upper)
    if found.code:
        text = f"convergence code {found.code} from {found.optimizer}: {found.message}"
        warnings.warn(text, ConvergenceWarning, stacklevel=5)
    return found


def _off_boundary(best: Optimum, criterion: Callable[[Floats], float], lower: Floats, control: GlmerControl, m: int
                  ) -> Optimum:
    """A covariance parameter within `boundary_tol` of 0 is put there where that is better. R: check.boundary."""
    near = np.flatnonzero((best.theta[:m] - lower[:m] > 0.0) & (best.theta[:m] - lower[:m] < control.boundary_tol))
    if not len(near):
        return best
    par = best.theta.copy()
    for i in near:
        trial = par.copy()
        trial[i] = lower[i]
        if criterion(trial) < best.value:
            par = trial
    return replace(best, theta=par, value=criterion(par))


def finish(kernel: Laplace, best: Optimum, stage: int, derivs: Floats | None, order: Ints, parameters: Parameters
           ) -> Fitted:
    """The state at the optimum, evaluated once more as lme4 does, with RX."""
    kernel.full = True
    evaluated(kernel, parameters, stage, best.theta)
    kernel.full = False
    found = kernel.state()
    npar = parameters.size
    u = np.empty(kernel.q)
    u[order] = found["u"]
    beta, par = best.theta[npar:] if stage else found["beta"], best.theta[:npar]
    return Fitted(best, parameters.theta(par), par, beta, u, found["eta"], found["mu"], found["W"], found["RX"],
                  kernel.ldL2, kernel.ldRX2, kernel.sqrL, kernel.dev, kernel.phi, derivs, kernel.moment, kernel.refresh)
