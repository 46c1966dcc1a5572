"""`lmerControl(autoscale=True)` as lme4 2.1 has it: the fit is of standardized predictors, and so is what comes of it.

lme4 turns standard errors back to the predictors' own scale, and the fixed effects, `coef` and predictions from new
data not. Where "newton" fits, whose answers do not depend on scales, the control changes nothing.
"""
from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np

from translations.arrays import Floats
from translations.settings import since
from translations.stats.formulas.design import ModelMatrix

from .control import FollowedWarning, LmerControl


@dataclass(frozen=True)
class Scaling:
    """What was taken from each column (p,), and what it was divided by (p,): 0 and 1 of an intercept."""

    center: Floats
    scale: Floats
    names: tuple[str, ...]

    def back(self, V: Floats) -> Floats:
        """The covariance matrix (p, p) of the fixed effects of unscaled predictors. R: lme4's scale_vcov."""
        A = np.diag(1.0 / self.scale)
        if "(Intercept)" in self.names:
            A[self.names.index("(Intercept)")] -= np.where(self.scale != 0.0, self.center / self.scale, 0.0)
        return A @ V @ A.T


def autoscaled(X: ModelMatrix, control: LmerControl) -> tuple[ModelMatrix, Scaling | None]:
    """The matrix that is fitted, and how it was scaled; None where it was not.

    Raises ValueError where a release without this control is followed. Warns with `FollowedWarning`.
    """
    if not control.autoscale:
        return X, None
    if not since("2.1"):
        raise ValueError("autoscale came with lme4 1.1-38: options(lme4='2.1') follows it")
    if control.optimizer == "newton":
        return X, None
    free = np.array([name != "(Intercept)" for name in X.names])
    center, scale = np.where(free, X.values.mean(axis=0), 0.0), np.where(free, X.values.std(axis=0, ddof=1), 1.0)
    warnings.warn("with autoscale the fixed effects, coef and predictions from new data of lme4 2.1 are those of "
                  "standardized predictors, though not their standard errors: without it, or with optimizer='newton', "
                  "all are of the predictors as they are", FollowedWarning, stacklevel=4)
    return replace(X, values=np.asfortranarray((X.values - center) / scale)), Scaling(center, scale, tuple(X.names))
