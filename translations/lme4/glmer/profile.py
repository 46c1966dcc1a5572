"""Likelihood profiles of generalized linear mixed models. R: profile.merMod, which walks as for a linear one, but over
theta and the fixed effects alike, by the optimizer of the fit's second stage.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from translations.arrays import Floats
from translations.parallel.progress import Progress, bar
from translations.settings import since

from .. import generalized
from ..covariance.parameters import Parameters
from ..criterion import sdcor
from ..inference.intervals import LOWER_DEVIANCE, ProfileWarning, chi2_quantile
from ..inference.parameters import select
from ..inference.profiles.parameter_profile import ParameterProfile, Profile
from ..inference.profiles.profile import LowerDevianceError, Walk, assemble, shifted
from .fit import first_predictor, kernel_of
from .laplace import Laplace
from .model import GlmerMod
from .optimize import evaluated, run
from .state import hermite_rule


@generalized.profiled.register(GlmerMod)
def profile(m: GlmerMod, which: object, alphamax: float, signames: bool, progress: Progress = None) -> Profile:
    """The profiles of `which` parameters. Raises ValueError for a family with a dispersion, as lme4, for a fit with
    nAGQ = 0, which has no fixed effects to hold, and where the deviance of the fit turns out not to be the least.
    """
    if m.has_scale:
        raise ValueError("can't (yet) profile GLMMs with non-fixed scale parameters")
    if m.nAGQ == 0:
        raise ValueError("a fit with nAGQ = 0 has no profile: fit it with nAGQ = 1")
    random = m.design.random
    require_as_many(random.parameters)
    names = sdcor.names(random, signames)[:-1] + m.design.names
    n_variance = len(names) - m.p
    chosen = select(which, names, n_variance)
    cutoff = math.sqrt(chi2_quantile(1.0 - alphamax, len(names)))
    walk = Walk(cutoff, cutoff / 8.0, ends_at_nan=since("2.1"))
    kernel, order = devfun(m), sdcor.order(random)[:-1]
    x = sdcor.from_theta(random, m.par, 1.0)[:-1]
    optimum = np.concatenate([x[order], m.beta])
    lower, upper = (bound[:-1][order] for bound in sdcor.bounds(random))
    ends = np.full(m.p, np.inf)
    bounds = np.concatenate([lower, -ends]), np.concatenate([upper, ends])
    stage = min(m.nAGQ, 2)

    def deviance(parameters: Floats) -> float:
        own = np.empty(n_variance + 1)
        own[order], own[-1] = parameters[:n_variance], 1.0
        par = sdcor.to_theta(random, own)
        return evaluated(kernel, random.parameters, stage, np.concatenate([par, parameters[n_variance:]]))

    found = {}
    with bar(progress, len(chosen), "parameters") as advance:
        for name in chosen:
            w = names.index(name)
            found[name] = _one(m, walk, deviance, optimum, bounds, w, name, w < n_variance)
            advance(1)
    return Profile(names, found)


def require_as_many(parameters: Parameters) -> None:
    """Raise ValueError where structures have fewer parameters than lme4's theta, where its profile stops too."""
    if len(parameters.lme4_theta(parameters.start)[1]) != parameters.size:
        fewer = "cs() and ar1() with one standard deviation, and those of three effects or more"
        raise ValueError("length(pars) == np + nf is not TRUE: lme4 2.1 profiles no generalized model whose structures "
                         f"have fewer parameters than theta ({fewer}): confint(method='Wald') or 'boot'")


def devfun(m: GlmerMod) -> Laplace:
    """The criterion as lme4 makes it again of a fit: its evaluations begin from the modes with the fixed effects among
    them, at the fitted theta. R: getME(m, "devfun").
    """
    kernel = kernel_of(m.problem, m.design, m.begun, m.family, m.control)
    kernel.begin(first_predictor(m.begun, m.family, {}, m.problem.offset))
    kernel.iterate(np.array(m.theta), True)
    kernel.keep_predictor()
    kernel.set_nodes(hermite_rule(max(m.nAGQ, 1)))
    return kernel


def _one(m: GlmerMod, walk: Walk, deviance: Callable[[Floats], float], optimum: Floats, bounds: tuple[Floats, Floats],
         w: int, name: str, of_variance: bool) -> ParameterProfile:
    others = np.arange(len(optimum)) != w
    lower, upper = float(bounds[0][w]), float(bounds[1][w])
    optimizer = "bobyqa" if m.optimum.optimizer == "newton" else m.optimum.optimizer
    asked = {key: value for key, value in m.control.optCtrl.items() if key not in ("xst", "xt")}
    settings, newer = replace(m.control, optCtrl=asked), since("2.1")

    def at(value: float, last: Floats) -> Floats:
        def held(rest: Floats) -> float:
            return deviance(np.insert(rest, w, value))

        start = last[1:][others]
        try:
            best = run(optimizer, held, start, bounds[0][others], settings, bounds[1][others])
        except (ValueError, np.linalg.LinAlgError):
            warnings.warn("NAs detected in profiling", ProfileWarning, stacklevel=2)
            return np.full(len(optimum) + 1, np.nan)
        rise = best.value - m.optimum.value
        point = np.insert(best.theta, w, value)
        if rise < -LOWER_DEVIANCE:
            raise LowerDevianceError(-rise, point)
        if rise < 0.0:
            warnings.warn(f"slightly lower deviances (diff={rise:g}) detected", ProfileWarning, stacklevel=2)
        least = LOWER_DEVIANCE if newer else 0.0
        return np.append(math.copysign(1.0, value - optimum[w]) * math.sqrt(max(least, rise)), point)

    here = np.append(0.0, optimum)
    first = at(shifted(optimum[w], lower, upper) if newer else shifted(optimum[w]), here)
    column = w + 1
    above = walk.go(here, first, column, lower, upper, at)
    below = walk.go(first, here, column, lower, upper, at) if optimum[w] > lower else [first, here]
    ends = (lower, upper) if of_variance else (math.nan, math.nan)
    return assemble(name, column, [*above, *below], *ends, newer)
