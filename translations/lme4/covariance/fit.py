"""Fitting models with covariance structures: the optimizer moves `par`, the criterion takes `theta`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

from ..control import LmerControl, ParityNote
from ..criterion.lme4_criterion import Lme4Criterion
from ..criterion.minimizers import Optimum
from ..criterion.optimize import PROBES_UP_TO, bobyqa, nloptwrap
from ..criterion.pls import PLS
from .base import Floats
from .chain import chain_of, on_parameters
from .newton import NOISE, minimum
from .parameters import OfParameters, Parameters


def _as_lme4(criterion: Callable[[Floats], float], start: Floats, parameters: Parameters,
             control: LmerControl) -> Optimum:
    """What the control's optimizer finds. Warns with `ParityNote` where lme4's own is lost on the way."""
    best = nloptwrap(criterion, start, parameters.lower, control, parameters.upper)
    if isinstance(criterion, Lme4Criterion | OfParameters) and criterion.lost():
        warnings.warn("the optimizer met a correlation's bound in cs(), from where on lme4 2.1's criterion is NaN, "
                      "and so are its estimates of this model. Here the search went on", ParityNote, stacklevel=6)
    return best


FEW = LmerControl(optCtrl={"maxeval": 500})


def as_lme4(
    pls: PLS, REML: bool, control: LmerControl, start: Floats, df: int | None,  # noqa: N803
    criterion: Callable[[Floats], float] | None,
) -> Optimum:
    """Minimize the criterion over par from `start` (npar,) by the control's optimizer. As `lme4.optimum.optimize`."""
    parameters = pls.structure.parameters
    if alone := [e.NAME for e in parameters.each if e.NEWTON_ALONE]:
        raise ValueError(f"{alone[0]}() is fitted by control='newton' alone: the bounds of its correlations depend on "
                         "one another, which the other optimizers do not know")
    chain = chain_of(pls)
    criterion = chain.criterion(REML, df) if chain else criterion or pls.lme4_criterion(REML, df)
    best = _as_lme4(criterion, start, parameters, control)
    return replace(best, theta=parameters.theta(best.theta), par=best.theta)


def by_newton(
    pls: PLS, REML: bool, _control: LmerControl, start: Floats, df: int | None, *_: object,  # noqa: N803
) -> Optimum:
    """The same by Newton's method, to the lowest of the minima that it meets."""
    parameters = pls.structure.parameters
    of, chain = on_parameters(pls, REML, df), chain_of(pls)
    found, minima = minimum(of, start, [])
    if pls.n <= PROBES_UP_TO and not any(each.NEWTON_ALONE for each in parameters.each):
        criterion = chain.criterion(REML, df) if chain else pls.lme4_criterion(REML, df)
        other = bobyqa(criterion, start, parameters.lower, parameters.upper, FEW)
        if other.value < found.value - NOISE * max(1.0, abs(found.value)):  # where lme4's optimizer ends lower
            found, minima = minimum(of, other.theta, [start])
    several = f"; the lowest of {minima} local minima met" if minima > 1 else ""
    message = f"gradient below tolerance{several}" if found.converged else f"max|grad| = {found.largest:.2g}"
    return Optimum(parameters.theta(found.par), found.value, 0, 0 if found.converged else 1, message, "newton",
                   minima=minima, par=found.par)
