"""The optimum of a model's criterion: where the optimizer that the control names stops, and what lme4 says of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from translations.arrays import Floats

from .control import LmerControl
from .convergence import Diagnosis, diagnose
from .covariance import fit
from .criterion.minimizers import Optimum
from .criterion.optimize import newton, nloptwrap
from .criterion.pls import PLS


def minimized(
    pls: PLS, REML: bool, control: LmerControl, checked: LmerControl, start: Floats | None,  # noqa: N803
    df: int | None, criterion: Callable[[Floats], float] | None,
) -> tuple[Optimum, Diagnosis]:
    """`optimize`, whose arguments these are, and what the checks of the control `checked` find.

    Raises ValueError where the criterion cannot be computed, as lme4 stops there.
    """
    try:
        optimum = optimize(pls, REML, control, start, df, criterion)
        if math.isfinite(optimum.value):
            parameters = pls.structure.parameters
            by_derivatives = checked.takes_derivatives(pls.n, parameters.size, parameters.structured)
            return optimum, diagnose(pls, optimum, REML, checked, by_derivatives, df, criterion)
        reason = f"the downdated X'X is not positive definite at theta {optimum.theta}"
    except np.linalg.LinAlgError as error:
        reason = str(error)
    raise ValueError(f"the criterion cannot be computed: {reason}; rescale the predictors, whose scales may be too far "
                     "apart (lme4 says: Downdated VtV is not positive definite)")


def optimize(
    pls: PLS, REML: bool, control: LmerControl, start: Floats | None = None, df: int | None = None,  # noqa: N803
    criterion: Callable[[Floats], float] | None = None,
) -> Optimum:
    """Minimize the criterion from `start` (npar,), lme4's start when None. `df`: see `PLS.deviance`; criterion: the
    `lme4_criterion` of these, where it is at hand.
    """
    by_newton = control.optimizer == "newton"
    if by_newton and control.optCtrl:
        raise ValueError(f"optCtrl is for the other optimizers; 'newton' has no setting {sorted(control.optCtrl)}")
    parameters = pls.structure.parameters
    begin = parameters.start if start is None else np.asarray(start, dtype=float)
    return ROUTES[parameters.structured, by_newton](pls, REML, control, begin, df, criterion)


def _as_lme4(
    pls: PLS, REML: bool, control: LmerControl, start: Floats, df: int | None,  # noqa: N803
    criterion: Callable[[Floats], float] | None,
) -> Optimum:
    """As lme4 goes from the start (m,), to its last bit."""
    return nloptwrap(criterion or pls.lme4_criterion(REML, df), start, pls.structure.lower, control)


def _by_newton(
    pls: PLS, REML: bool, _control: LmerControl, start: Floats, *_: object,  # noqa: N803
) -> Optimum:
    """To the true optimum, from the start (m,)."""
    return newton(pls, REML, start)


# By whether terms have covariance structures, and whether Newton's method is asked for.
ROUTES: Mapping[tuple[bool, bool], Callable[..., Optimum]] = {
    (False, False): _as_lme4, (False, True): _by_newton, (True, False): fit.as_lme4, (True, True): fit.by_newton,
}
