"""What lme4 checks after a fit: a boundary, the gradient, the Hessian. R: checkConv."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from translations.arrays import Floats

from ..control import Action, ConvergenceWarning, SingularFitWarning, act
from ..convergence import (
    FACTORED,
    NO_GRADIENT,
    SINGULAR,
    Diagnosis,
    eigenvalues,
    gradient_words,
    hessian_words,
    of_gradients,
    shape_of,
)
from .control import GlmerControl
from .optimize import Fitted


class Said(NamedTuple):
    """What is done, as the control has it, about a message of lme4's."""

    action: Action
    text: str
    category: type[Warning]


def diagnose(found: Fitted, lower: Floats, control: GlmerControl) -> Diagnosis:
    """lme4's messages of a fit, which are warned of as the control says."""
    derivs = None if found.derivs is None else found.derivs[None]
    said = findings(found.optimum.theta[None], derivs, lower, control, len(found.mu))[0]
    for one in said:
        act(*one)
    texts = [text for one in said for text in one.text.split(";") if one.action != "ignore"]
    return Diagnosis(tuple(texts), singular=any(one.text == SINGULAR for one in said))


def findings(par: Floats, derivs: Floats | None, lower: Floats, control: GlmerControl, n: int) -> list[list[Said]]:
    """What is to be said of fits of n observations that ended at parameters (c, k), with Hessians and, in the last
    column, gradients (c, k, k + 1). Nothing where a fit failed, which is NaN.
    """
    said: list[list[Said]] = [[] for _ in par]
    if derivs is None and not control.takes_derivatives(n, par.shape[1]):
        return said
    action, tolerance = control.check_conv_singular
    singular = (par[:, : len(lower)][:, lower == 0.0] < tolerance).any(axis=1) & (action != "ignore")
    for i in np.flatnonzero(singular):
        said[i].append(Said(action, SINGULAR, SingularFitWarning))
    if derivs is None:
        return said
    finite = np.isfinite(derivs[:, :, -1]).all(axis=1)
    for i in np.flatnonzero(~finite & ~singular & np.isfinite(par).all(axis=1)):
        said[i].append(Said(control.check_conv_grad[0], NO_GRADIENT, ConvergenceWarning))
    rest = np.flatnonzero(finite & ~singular)
    if len(rest):
        of, bound = derivs[rest], control.check_conv_grad[1]
        H, g = of[:, :, :-1], of[:, :, -1]
        values = eigenvalues(H)
        shapes = shape_of(values, control.check_conv_hess[1])
        flat = (values[:, 0] > FACTORED * values[:, -1]) & (np.abs(g).max(axis=1) <= bound)  # whatever its metric is
        slopes = np.full(len(rest), np.nan) if flat.all() else of_gradients(H, g, bound)
        for i, slope, shape in zip(rest, slopes, shapes, strict=True):
            for how, words in ((control.check_conv_grad[0], gradient_words(float(slope), bound)),
                               (control.check_conv_hess[0], hessian_words(int(shape)))):
                if how != "ignore" and words:
                    said[i].append(Said(how, ";".join(words), ConvergenceWarning))
    return said
