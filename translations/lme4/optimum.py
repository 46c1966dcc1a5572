"""The optimum of a model's criterion: where the optimizer that the control names stops."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from translations.arrays import Floats

from .control import LmerControl
from .covariance import fit
from .criterion.minimizers import Optimum
from .criterion.optimize import newton, nloptwrap
from .criterion.pls import PLS


def optimize(
    pls: PLS, REML: bool, control: LmerControl, start: Floats | None = None, df: int | None = None,  # noqa: N803
    criterion: Callable[[Floats], float] | None = None,
) -> Optimum:
    """Minimize the criterion from `start` (npar,), lme4's start when None. `df`: see `PLS.deviance`; criterion: the
    `lme4_criterion` of these, where it is at hand.
    """
    if control.optimizer == "newton" and control.optCtrl:
        raise ValueError(f"optCtrl is for the other optimizers; 'newton' has no setting {sorted(control.optCtrl)}")
    if pls.structure.parameters.structured:
        return fit.optimize(pls, REML, control, start, df, criterion)
    theta = pls.structure.start if start is None else np.asarray(start, dtype=float)
    if control.optimizer == "newton":
        return newton(pls, REML, theta)
    return nloptwrap(criterion or pls.lme4_criterion(REML, df), theta, pls.structure.lower, control)
