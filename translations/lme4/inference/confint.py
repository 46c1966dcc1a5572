"""Confidence intervals of a fitted mixed model. R: confint.merMod."""
from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np

from translations.printing import Matrix
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import require_choice, require_level

from ..criterion import sdcor
from ..model import LmerMod
from .intervals import interval_matrix, normal_quantiles
from .parameters import select


@generics.confint.register(LmerMod)
def _confint(m: LmerMod, parm: Any = None, level: float = 0.95, method: str = "profile", exact: bool = False,
             oldNames: bool | None = None, signames: bool = True,  # noqa: N803
             quiet: bool = False, **settings: Any) -> Matrix:
    """Intervals, one row a parameter: standard deviations and correlations, sigma, fixed effects. R: confint.merMod.

    method: "profile" (lme4's stepping and splines, or with `exact` the roots of the profile zeta), "Wald" (fixed
    effects only, NaN for the others), "boot" (see `bootMer`; nsim, seed, boot_type). parm: names, numbers from 1,
    "theta_" or "beta_". signames: `.sig01`, ... or names by meaning; oldNames: the same, by its name before lme4 2.0.
    Unless `quiet`, says on standard error what R says there.

    Raises ValueError for an unknown method or level, KeyError for an unknown parameter.
    """
    require_level(level)
    require_choice(method, ("profile", "Wald", "boot"), "confidence interval method")
    if oldNames is not None and since("2.1"):
        warnings.warn("'oldNames' is deprecated. Please use 'signames' instead.", stacklevel=3)
    signames = signames if oldNames is None else oldNames
    names = sdcor.names(m.design.random, signames) + m.design.names
    n_variance = len(names) - m.p
    chosen = select(parm, names, n_variance)
    if method not in ("Wald", "boot") or not _numbers(parm):
        chosen = [name for name in names if name in chosen]  # R takes rows by their numbers, but names in its own order
    if method != "Wald" and not quiet:
        kind = "profile" if method == "profile" else "bootstrap"
        print(f"Computing {kind} confidence intervals ...", file=sys.stderr)
    return _intervals(m, chosen, names, level, method, exact, signames, settings)


def _numbers(parm: Any) -> bool:
    asked = [] if parm is None else [parm] if isinstance(parm, str) or np.ndim(parm) == 0 else list(parm)
    return bool(asked) and not any(isinstance(one, str) for one in asked)


def _intervals(
    m: LmerMod, chosen: list[str], names: list[str], level: float, method: str, exact: bool, old: bool, settings: Any
) -> Matrix:
    if method == "Wald":
        return _wald(m, names, level).loc[chosen]
    if method == "boot":
        from ..bootstrap.replicates import boot_intervals

        return boot_intervals(m, names, level, **settings).loc[chosen]
    if exact:
        from .profiles.exact import exact_intervals

        return interval_matrix(exact_intervals(m, chosen, names, level), level)
    from .profiles.profile import profile

    return profile(m, which=chosen, signames=old).confint(level=level)


def _wald(m: LmerMod, names: list[str], level: float) -> Matrix:
    se = m.sigma * np.sqrt(np.diagonal(m.unscaled_vcov))
    table = np.full((len(names), 2), np.nan)
    table[len(names) - m.p :] = m.beta[:, None] + se[:, None] * normal_quantiles(level)
    return interval_matrix(dict(zip(names, table, strict=True)), level)


