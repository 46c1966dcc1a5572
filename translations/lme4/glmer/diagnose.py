"""What lme4 checks after a fit: a boundary, the gradient, the Hessian. R: checkConv."""

from __future__ import annotations

import numpy as np

from translations.arrays import Floats
from translations.lme4.checks import NO_GRADIENT, SINGULAR, Diagnosis, act
from translations.lme4.control import ConvergenceWarning, SingularFitWarning
from translations.lme4.derivative_checks import gradient_words, hessian_words, of_gradients, of_hessians

from .control import GlmerControl
from .optimize import Fitted


def diagnose(found: Fitted, lower: Floats, control: GlmerControl) -> Diagnosis:
    """lme4's messages of a fit, which are warned of as the control says."""
    par = found.optimum.theta
    if found.derivs is None and not control.takes_derivatives(len(found.mu), len(par)):
        return Diagnosis()
    action, tolerance = control.check_conv_singular
    bounded = lower == 0.0
    if (par[: len(lower)][bounded] < tolerance).any():
        act(action, SINGULAR, SingularFitWarning)
        return Diagnosis((SINGULAR,), singular=True)
    if found.derivs is None:
        return Diagnosis()
    gradient, H = found.derivs[:, -1], found.derivs[:, :-1]
    if not np.isfinite(gradient).all():
        act(control.check_conv_grad[0], NO_GRADIENT, ConvergenceWarning)
        return Diagnosis((NO_GRADIENT,))
    said: list[str] = []
    bound = control.check_conv_grad[1]
    of_gradient = gradient_words(float(of_gradients(H[None], gradient[None], bound)[0]), bound)
    of_hessian = hessian_words(int(of_hessians(H[None], control.check_conv_hess[1])[0]))
    for how, messages in ((control.check_conv_grad[0], of_gradient), (control.check_conv_hess[0], of_hessian)):
        if how != "ignore" and messages:
            said += messages
            act(how, ";".join(messages), ConvergenceWarning)
    return Diagnosis(tuple(said))


