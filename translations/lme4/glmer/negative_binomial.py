"""`glmer_nb`: a negative binomial model whose theta is estimated too, by lme4's own search. R: lme4::glmer.nb."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.generalized.families import negative_binomial, poisson
from translations.optim.univariate import local_minimum
from translations.stats.arguments import as_number
from translations.stats.calls import data_called

from ..control import ConvergenceWarning, ParityNote
from .control import as_glmer_control
from .diagnose import diagnose
from .fit import glmer
from .model import GlmerMod
from .refit import refit


def glmer_nb(
    formula: str, data: Any = None, control: Any = None, theta: float | None = None, interval: Any = None,
    tol: float = 5e-5, **arguments: Any,
) -> GlmerMod:
    """Fit a negative binomial mixed model, its theta by maximum likelihood too. R: lme4::glmer.nb.

    formula, data, control: as in `glmer`. theta: where its search begins; by default the estimate given the means of a
    Poisson model. interval: of log theta, by default 3 to either side. tol: how near the search ends. arguments: others
    of `glmer` by name.

    Returns the model; its family has theta, and `getME(m, "glmer.nb.theta")`.

    Raises ValueError as `glmer` does.

    >>> ticks = r.load("grouseticks").head(100)
    >>> m = r.glmer_nb("TICKS ~ (1 | BROOD)", ticks)
    >>> round(r.getME(m, "glmer.nb.theta"), 2)
    1.94
    """
    name = data_called(data, "glmer_nb")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if theta is None:
            first = glmer(formula, data, poisson(), control, **arguments)
            theta = theta_of(first.y, first.mu, first.weights, 20, 2.0 * tol)
        start = as_number(theta, "theta")
        fitted = glmer(formula, data, negative_binomial(start), control, **arguments)
    for one in caught:  # R's messages of these two, as of singular fits, are not shown, its warnings are
        if isinstance(one.message, ConvergenceWarning | ParityNote):
            warnings.warn(one.message, stacklevel=2)
    assert isinstance(fitted, GlmerMod)
    last = fitted
    low, high = (np.log(start) - 3.0, np.log(start) + 3.0) if interval is None else interval
    settings = None if control is None else as_glmer_control(control)

    def value(log_theta: float) -> float:
        nonlocal last
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            last = refit(last.changed(family=negative_binomial(float(np.exp(log_theta)))), control=settings)
        return last.optimum.value

    best = local_minimum(value, float(low), float(high), as_number(tol, "tol") / 3.0)
    value(best)
    if last.diagnosis.messages:
        diagnose(last.found, last.design.random.parameters.lower, last.control)
    return last.changed(data_name=name, function="glmer.nb")


def theta_of(y: Floats, mu: Floats, w: Floats, limit: int, eps: float) -> float:
    """The maximum-likelihood theta of a negative binomial given its means (n,). R: MASS::theta.ml."""
    from scipy.special import digamma, polygamma

    theta = float(w.sum() / np.sum(w * (y / mu - 1.0) ** 2))
    for _ in range(limit - 1):
        theta = abs(theta)
        score = np.sum(w * (digamma(theta + y) - digamma(theta) + np.log(theta) + 1.0 - np.log(theta + mu)
                            - (y + theta) / (mu + theta)))
        information = np.sum(w * (-polygamma(1, theta + y) + polygamma(1, theta) - 1.0 / theta + 2.0 / (mu + theta)
                                  - (y + theta) / (mu + theta) ** 2))
        step = float(score / information)
        theta += step
        if abs(step) <= eps:
            break
    return max(theta, 0.0)
