"""Confidence intervals of generalized linear models: by profiles of the deviance, or by standard errors.

Source: Venables & Ripley (2002), 8.4; R: MASS's, and since 4.4 stats's, profile.glm and confint.glm.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from translations.printing import Matrix
from translations.stats import generics
from translations.stats.arguments import require_choice, require_level
from translations.stats.distributions import qnorm
from translations.stats.linear.linear_model import Lm
from translations.stats.linear.lm_predict import percent_labels

from .model import Glm
from .profile import coefficients_of, profile, read_off


@generics.confint.register(Glm)
def _confint(m: Glm, parm: Any = None, level: float = 0.95, *, method: str = "profile", test: str | None = None
             ) -> Any:
    """Confidence intervals of the coefficients, or of those in `parm` (names, or numbers from 1); NaN where aliased, or
    where the profile does not reach so far. Of one coefficient a Vector (2,), as in R.

    method: "profile", as R's `confint`, which knows no other, or "Wald", as R's `confint.default`. test: "LRT" (None),
    since R 4.4 also "Rao". Raises KeyError for a coefficient that there is not, ValueError where a profile finds a
    lower deviance than the fit's.
    """
    require_level(level)
    require_choice(method, ("profile", "Wald"), "method")
    if method == "Wald":
        return confint_default(m, parm, level)
    return read_off(profile(m, parm, (1.0 - level) / 4.0, test=test or "LRT"), coefficients_of(m, parm), level)


def confint_default(object: Lm | Glm, parm: Any = None, level: float = 0.95) -> Matrix:
    """Confidence intervals by standard errors and the normal distribution. R: stats::confint.default.

    object: a model by `lm` or `glm`. parm: names of coefficients, or numbers from 1. level: between 0 and 1.

    Returns a Matrix (coefficients, 2), NaN where aliased.

    Raises ValueError for another object, KeyError for a coefficient that there is not.

    >>> print(r.confint_default(r.lm("Reaction ~ Days", r.sleepstudy())))
                     2.5 %   97.5 %
    (Intercept) 238.449441 264.3608
    Days          8.040468  12.8941
    """
    require_level(level)
    if not isinstance(object, Lm | Glm):
        raise ValueError(f"confint_default() needs a model by lm or glm, not {type(object).__name__}: confint(m)")
    error = np.full(len(object.X.names), np.nan)
    scale = object.dispersion if isinstance(object, Glm) else object.sigma**2
    error[object.kept] = np.sqrt(scale * np.diagonal(object.unscaled))
    tail = (1.0 - level) / 2.0
    bounds = np.asarray(object.coefficients)[:, None] + np.outer(error, [qnorm(tail), qnorm(1.0 - tail)])
    names = coefficients_of(object, parm)
    return Matrix(bounds[[object.X.names.index(name) for name in names]], index=names, columns=percent_labels(level))
