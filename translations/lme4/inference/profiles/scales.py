"""Profiles on other scales of the standard deviations: variances, logarithms. R: lme4's varianceProf and logProf.

Zeta belongs to a point whatever the scale; the splines through the points do not, and are laid anew. lme4 takes every
`.sig` for a standard deviation: where one is a correlation it stops (a square is not monotone) or takes the logarithm
of the positive half. Here correlations stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from translations.arrays import Floats

from .parameter_profile import ParameterProfile, Profile
from .profile import assemble

RESIDUAL = (".sigma", "sigma")


def varianceProf(profile: Profile, ranef: bool = True) -> Profile:  # noqa: N802
    """A profile with its standard deviations as variances: `.sig01` is `.sigsq01`, `sd_x|g` is `var_x|g`. R:
    lme4::varianceProf.

    profile: of a mixed model. ranef: those of the random effects too, not only the residual's.

    Returns a profile.

    Raises ValueError for an object that is no profile.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> print(r.confint(r.varianceProf(r.profile(model, which="theta_"))))
                2.5 %   97.5 %
    .sigsq01 676.3750 2802.203
    .sigmasq 773.6097 1196.541
    """

    def named(name: str) -> str:
        if name.startswith("sd_"):
            return name.replace("sd_", "var_", 1)
        return f"{name}sq" if name in RESIDUAL else name.replace(".sig", ".sigsq", 1)

    return rescaled(profile, np.square, np.sqrt, named, ranef)


def logProf(profile: Profile, base: float = math.e, ranef: bool = True) -> Profile:  # noqa: N802
    """A profile with the logarithms of its standard deviations: `.sig01` is `.lsig01`, `sd_x|g` is `log_sd_x|g`. R:
    lme4::logProf.

    profile: of a mixed model; points at 0 are left out. base: of the logarithms. ranef: those of the random effects
    too, not only the residual's.

    Returns a profile.

    Raises ValueError for an object that is no profile.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> print(r.confint(r.logProf(r.profile(model, which="theta_"))))
               2.5 %   97.5 %
    .lsig01 3.258369 3.969084
    .lsigma 3.325534 3.543595
    """

    def named(name: str) -> str:
        return name.replace(".sig", ".lsig", 1) if name.startswith(".") else f"log_{name}"

    def log(x: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.log(x) / math.log(base)

    def exp(x: Floats) -> Floats:
        return np.exp(x * math.log(base))

    return rescaled(profile, log, exp, named, ranef)


def rescaled(
    profile: Profile, function: Callable[[Floats], Floats], inverse: Callable[[Floats], Floats],
    named: Callable[[str], str], ranef: bool
) -> Profile:
    """The profile with `function`, increasing from 0 on, of the standard deviations that were profiled; `inverse` leads
    back."""
    if not isinstance(profile, Profile):
        given = type(profile).__name__
        raise ValueError(f"a profile is needed, not {given}: varianceProf(profile(m)) or logProf(profile(m))")
    chosen = {p.name: p.column for p in profile.parameters.values()
              if p.lower == 0.0 and (ranef or p.name in RESIDUAL)}  # fmt: skip
    columns = list(chosen.values())

    def anew(p: ParameterProfile) -> ParameterProfile:
        points = p.points.copy()
        points[:, columns] = function(points[:, columns])
        finite = points[np.isfinite(points[:, columns]).all(axis=1)]
        if p.name not in chosen:
            return replace(p, points=finite)
        own = points[np.isfinite(points[:, p.column])]
        lower, upper = function(np.array([p.lower, p.upper]))
        solved = None if p.solved is None else replace(p.solved, value=function, inverse=inverse)
        anew = p.solved is not None and p.solved.since_2_1
        scaled = assemble(named(p.name), p.column, list(own), float(lower), float(upper), anew)
        return replace(scaled, points=finite, solved=solved)

    found = [anew(p) for p in profile.parameters.values()]
    return Profile([named(name) if name in chosen else name for name in profile.names], {p.name: p for p in found})
