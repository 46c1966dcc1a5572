"""What getME tells of a generalized model otherwise than of a linear one. R: getME.merMod, mkMerMod."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from translations.arrays import Floats
from translations.stats.arguments import as_numbers

from .. import generalized
from .fit import rank
from .model import GlmerMod
from .optimize import evaluated
from .profile import devfun

PHI_ITERATIONS = 100  # lme4 2.1's most of them for a dispersion


@generalized.components.register(GlmerMod)
def components(m: GlmerMod) -> dict[str, float]:
    """The sum of squared deviance residuals, the criterion, the root of the dispersion where there is one, and the
    tolerance of the iteration."""
    missing = float("nan")
    return {"drsum": float(np.sum(m.family.dev_resids(m.y, m.mu, m.weights))), "REML": missing, "dev": m.optimum.value,
            "sigmaML": m.sigma if m.has_scale else missing, "sigmaREML": missing, "tolPwrss": m.control.tolPwrss}


@generalized.dims.register(GlmerMod)
def dims(m: GlmerMod) -> dict[str, int | None]:
    """nAGQ, and how the dispersion is had: qEff is the rank of X and Z, which its degrees of freedom are less."""
    by_moments = m.control.disp_method == "moment"
    return {"nAGQ": m.nAGQ, "compDev": 1, "useSc": int(m.has_scale), "dispProfile": int(by_moments),
            "maxPhiIter": PHI_ITERATIONS, "qEff": rank(m.design) if m.has_scale and by_moments else None}


@generalized.deviance_function.register(GlmerMod)
def deviance_function(m: GlmerMod) -> Callable[[Floats], float]:
    """The criterion of covariance parameters and, but for nAGQ = 0, fixed effects, (k,), as lme4 makes it again."""
    kernel, parameters = devfun(m), m.design.random.parameters
    size = parameters.size + (m.p if m.nAGQ else 0)

    def criterion(par: Floats) -> float:
        at = as_numbers(par, "par")
        if at.shape != (size,):
            raise ValueError(f"par must have {size} values, not {at.size}")
        return evaluated(kernel, parameters, min(m.nAGQ, 2), at)

    return criterion
