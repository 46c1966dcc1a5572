"""The parametric bootstrap of a generalized linear mixed model. R: lme4's bootMer."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.parallel.progress import Progress, bar
from translations.printing import Matrix, Vector
from translations.random import RStream
from translations.stats.arguments import as_count

from .. import generalized
from ..bootstrap.replicates import BootMer
from ..control import ConvergenceWarning, SingularFitWarning
from ..convergence import Diagnosis
from ..criterion import sdcor
from ..results.extract import fixef
from ..results.simulate import as_stream, simulator_of
from .control import GlmerControl
from .diagnose import diagnose
from .fit import kernel_of
from .model import GlmerMod
from .optimize import finish
from .refit import control_of_refit, control_of_replicates, refit_once, refits, response_of
from .simulate import responses_of

Statistic = Callable[[GlmerMod], Any]
Advance = Callable[[int], Any]
Told = tuple[Floats, Counter[tuple[str, str]], int]  # the statistic (nsim, k), what was said how often, how many failed


def parameters(m: GlmerMod) -> Vector:
    """Standard deviations, correlations, sigma where there is one, and fixed effects."""
    return Vector(np.concatenate([deviations(m), m.beta]), index=[*_names(m), *m.design.names])


def deviations(m: GlmerMod) -> Floats:
    """Standard deviations and correlations, and sigma where there is one, in lme4's order."""
    return _deviations(m, m.par, m.effects_scale, m.sigma)


def _deviations(m: GlmerMod, par: Floats, scale: float, sigma: float) -> Floats:
    random = m.design.random
    x = sdcor.from_theta(random, par, scale)
    x[-1] = sigma
    ordered = x[sdcor.order(random)]
    return ordered if m.has_scale else ordered[:-1]


def _theta(m: GlmerMod) -> tuple[list[str], Floats]:
    return m.design.random.parameters.lme4_theta(m.par)


def _names(m: GlmerMod) -> list[str]:
    names = sdcor.names(m.design.random)
    return names if m.has_scale else names[:-1]


FAST: dict[str, Statistic] = {
    "fixef": fixef, "theta": lambda m: Vector(*_theta(m)[::-1]),
    "sigma": lambda m: Vector([m.sigma], index=["sigma"]),
    "sdcor": lambda m: Vector(deviations(m), index=_names(m)), "parameters": parameters,
}


def _split(m: GlmerMod, par: Floats) -> tuple[Floats, Floats]:
    return par[: len(m.par)], par[len(m.par) :]


def _sdcor(m: GlmerMod, par: Floats) -> Floats:
    return _deviations(m, _split(m, par)[0], 1.0, 1.0)


# The same of a replicate's parameters (k,), unnamed; those below where there is no sigma.
Bare = Callable[[GlmerMod, Floats], Floats]
BARE: dict[Statistic, Bare] = {
    FAST["fixef"]: lambda m, par: _split(m, par)[1],
    FAST["theta"]: lambda m, par: m.design.random.parameters.lme4_theta(_split(m, par)[0])[1]}
OF_SCALE: dict[Statistic, Bare] = {
    FAST["sdcor"]: _sdcor, FAST["parameters"]: lambda m, par: np.concatenate([_sdcor(m, par), _split(m, par)[1]])}


@generalized.replicates.register(GlmerMod)
def boot(m: GlmerMod, FUN: str | Statistic | None, nsim: int, seed: int | RStream | None, use_u: bool,  # noqa: N803
         re_form: Any, type: str, call: str, progress: Progress = None) -> BootMer:
    """`nsim` replicates of a statistic. Raises ValueError for an unknown FUN, or another type than "parametric"."""
    nsim = as_count(nsim, "nsim")
    if type != "parametric":
        raise ValueError("type must be 'parametric': lme4 has no semiparametric bootstrap of generalized models")
    name = "parameters" if FUN is None else FUN
    if isinstance(name, str) and name not in FAST:
        raise ValueError(f"unknown statistic {name!r}: use {', '.join(FAST)}, or a function of the model")
    statistic = FAST[name] if isinstance(name, str) else name
    if not callable(statistic):
        raise ValueError(f"FUN must be a function of the model or one of {', '.join(FAST)}, not {FUN!r}")
    value = statistic(m)
    index = value.index if isinstance(value, pd.Series) else None
    t0 = Vector(np.atleast_1d(np.asarray(value, dtype=float)), index=index)
    stream = as_stream(seed)
    simulator = simulator_of(m, None if use_u else re_form)
    responses = responses_of(m).draws(simulator, stream, nsim, m.weights)
    bare = (BARE if m.has_scale else BARE | OF_SCALE).get(statistic)
    with bar(progress, nsim) as advance:
        if bare and m.nAGQ:
            t, said, failed = _many(m, bare, responses, len(t0), advance)
        else:
            t, said, failed = _one_by_one(m, statistic, responses, len(t0), advance)
    if failed:
        warnings.warn(f"some bootstrap runs failed ({failed}/{nsim})", stacklevel=3)
    messages = {kind: {text: n for (of, text), n in said.items() if of == kind} for kind in ("message", "warning")}
    return BootMer(t0, Matrix(t, columns=t0.index), stream.random_seed, messages, failed, call)


def _many(m: GlmerMod, statistic: Bare, responses: Floats, k: int, advance: Advance) -> Told:
    """A statistic that needs the parameters alone."""
    t, said, failed = np.full((len(responses), k), np.nan), Counter[tuple[str, str]](), 0
    for i, one in enumerate(refits(m, responses, control_of_replicates(m), advance)):
        said.update(("message" if issubclass(s.category, SingularFitWarning) else "warning", s.text)
                    for s in one.said if s.action in ("warning", "message"))
        if one.par is None:
            failed += 1
        else:
            t[i] = statistic(m, one.par)
    return t, said, failed


@generalized.ratios.register(GlmerMod)
def _ratios(small: GlmerMod, large: GlmerMod, nsim: int, stream: RStream, progress: Progress
            ) -> tuple[Floats, list[str]]:
    """Likelihood ratios (nsim,) of refits to responses that the small model simulates, and their warnings."""
    kinds = [(m.family.name, m.family.link.name, m.nAGQ) for m in (small, large)]
    if not (isinstance(large, GlmerMod) and small.nAGQ and kinds[0] == kinds[1]):
        raise ValueError("the two models must be of one family and one nAGQ, above 0")
    responses = responses_of(small).draws(simulator_of(small), stream, nsim, small.weights)
    with bar(progress, 2 * nsim) as advance:
        both = [list(refits(m, responses, control_of_refit(m), advance)) for m in (small, large)]
    said = [s.text for fits in both for one in fits for s in one.said if s.category is ConvergenceWarning]
    of_small, of_large = (np.array([np.nan if one.par is None else one.value for one in fits]) for fits in both)
    return of_small - of_large, said


def _one_by_one(m: GlmerMod, statistic: Statistic, responses: Floats, k: int, advance: Advance) -> Told:
    """Any statistic, of whole models."""
    t, said, failed = np.full((len(responses), k), np.nan), Counter[tuple[str, str]](), 0
    control = control_of_replicates(m)
    kernel = kernel_of(m.problem, m.design, m.begun, m.family, control, spare=True)
    for i, response in enumerate(responses):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                t[i] = np.asarray(statistic(_replicate(m, kernel, response, control)), dtype=float)
            except (ArithmeticError, ValueError, KeyError, np.linalg.LinAlgError):
                failed += 1
        for one in caught:
            if issubclass(one.category, SingularFitWarning | ConvergenceWarning):
                kind = "message" if issubclass(one.category, SingularFitWarning) else "warning"
                said[kind, str(one.message)] += 1
        advance(1)
    return t, said, failed


def _replicate(m: GlmerMod, kernel: Any, response: Floats, control: GlmerControl) -> GlmerMod:
    """The model of a replicate."""
    begun = response_of(m, response)
    optimum, derivs = refit_once(kernel, m, begun, control)
    found = finish(kernel, optimum, min(m.nAGQ, 2), derivs, m.problem.pattern.order, m.design.random.parameters)
    diagnose(found, m.design.random.parameters.lower, control)
    return m.changed(begun=begun, found=found, diagnosis=Diagnosis())
