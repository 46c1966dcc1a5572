"""The criterion of a generalized model with covariance structures, at what their parameters (npar,) make of theta."""

from __future__ import annotations

import numpy as np

from translations.arrays import Floats

from ..covariance.parameters import Parameters
from .laplace import DELTA, Laplace


class OnParameters:
    """The criterion at the parameters of the structures and, beyond stage 0, the fixed effects. As a `Laplace`, called
    and differentiated; it raises ValueError, in lme4's words, where the iteration fails.
    """

    def __init__(self, kernel: Laplace, parameters: Parameters, stage: int) -> None:
        self.kernel, self.parameters, self.stage = kernel.at_stage(stage), parameters, stage

    def __call__(self, par: Floats) -> float:
        value = float(self.kernel.at_stage(self.stage)(theta_first(self.parameters, par)))
        if np.isnan(value):
            self.kernel.stopped = True
            self.kernel.check()
        return value

    def derivatives(self, par: Floats, value: float) -> Floats:
        """As `Laplace.derivatives`. R: lme4's deriv12."""
        k, steps = len(par), np.eye(len(par)) * DELTA
        out = np.empty((k, k + 1))
        for j in range(k):
            above, below = self(par + steps[j]), self(par - steps[j])
            out[j, j] = above / DELTA**2 - 2.0 * value / DELTA**2 + below / DELTA**2
            out[j, k] = (above - below) / (2.0 * DELTA)
            for i in range(j):
                corners = ((s, t, self(par + s * steps[i] + t * steps[j])) for s in (1, -1) for t in (1, -1))
                out[i, j] = out[j, i] = sum(s * t * value / (4.0 * DELTA**2) for s, t, value in corners)
        return out


def theta_first(parameters: Parameters, par: Floats) -> Floats:
    """par with theta (m,) in the place of the covariance parameters (npar,), which it begins with."""
    par = np.array(par, dtype=float)
    if not parameters.structured:
        return par
    return np.concatenate([parameters.theta(par[: parameters.size]), par[parameters.size :]])


def criterion_of(kernel: Laplace, parameters: Parameters, stage: int) -> Laplace | OnParameters:
    """What an optimizer is given: of plain bars the compiled criterion itself."""
    return OnParameters(kernel, parameters, stage) if parameters.structured else kernel.at_stage(stage)
