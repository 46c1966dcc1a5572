"""A generalized linear mixed model fitted again: to another response or many, by another call, without some rows. R:
refit.merMod, update.merMod, influence.merMod; for bootMer.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.generalized.begin import Start
from translations.generalized.draw import successes_and_failures
from translations.parallel.progress import Progress
from translations.stats import generics
from translations.stats.calls import called
from translations.stats.language.poly import Columns

from .. import generalized
from ..control import ConvergenceWarning
from ..criterion.minimizers import Optimum
from ..refit import as_response
from ..results.influence import Influence, deletions
from ..results.update import update_mixed
from .control import GlmerControl, as_glmer_control, glmerControl
from .diagnose import Said, diagnose, findings
from .fit import first_predictor, glmer, kernel_of
from .laplace import Laplace
from .model import GlmerMod
from .optimize import finish, run, without_derivatives
from .state import hermite_rule, parts_of, response_parts
from .structured import criterion_of

ARGUMENTS = ("family", "control", "start", "nAGQ", "subset", "weights", "na_action", "offset", "contrasts", "mustart",
             "etastart")
BLOCK = 200  # responses at a time


@generalized.refitted.register(GlmerMod)
def refit(m: GlmerMod, newresp: Any = None, control: Any = None) -> GlmerMod:
    """The model fitted to another response, from its own estimates. R: refit.merMod.

    newresp: (n,), or with values for the rows left out as missing too; for counts of successes beside failures (n, 2),
    or (n,) successes of as many trials as there were; a factor of two levels; a frame of one of these, as of
    `simulate`.
    """
    settings = control_of_refit(m, control)
    begun = m.begun if newresp is None else response_of(m, newresp)
    kernel = kernel_of(m.problem, m.design, begun, m.family, settings, spare=True)
    optimum, derivs = refit_once(kernel, m, begun, settings)
    found = finish(kernel, optimum, min(m.nAGQ, 2), derivs, m.problem.pattern.order, m.design.random.parameters)
    diagnosis = diagnose(found, m.design.random.parameters.lower, settings)
    kept = m.control if control is None else as_glmer_control(control)
    return m.changed(begun=begun, control=kept, found=found, diagnosis=diagnosis)


def control_of_refit(m: GlmerMod, control: Any = None) -> GlmerControl:
    """What a refit goes by, as `refit.control_of_refit` has it for `lmer`: the optimizer is that of the fit's last
    stage, and without `control` how modes are found is the only other setting that is kept."""
    own = m.control
    if control is not None:
        given = as_glmer_control(control)
        last = given.optimizers[1]
        kept = own.optCtrl if last == own.optimizers[1] else {}
        return replace(given, optimizer="bobyqa" if last == "newton" else last, optCtrl=given.optCtrl or kept)
    if m.optimum.optimizer == "newton":
        return replace(own, optimizer="bobyqa", optCtrl={})
    return replace(glmerControl(), optimizer=m.optimum.optimizer, tolPwrss=own.tolPwrss, calc_derivs=own.calc_derivs,
                   disp_method=own.disp_method, disp_dof_correction=own.disp_dof_correction)


def control_of_replicates(m: GlmerMod) -> GlmerControl:
    """What the refits of `bootMer` go by, which hands the call's `control` on."""
    usual = m.control == as_glmer_control(None) or m.optimum.optimizer == "newton"
    return control_of_refit(m, None if usual else m.control)


def response_of(m: GlmerMod, newresp: Any) -> Start:
    """Another response as the family's fit begins from it. Raises ValueError for one of another length."""
    frame, label = m.design.frame, m.design.frame.formula.response or ""
    values = as_response(newresp)
    if len(frame.omitted) and len(values) == len(frame.rows) + len(frame.omitted):
        values = values[np.isin(np.sort(np.concatenate([frame.rows, frame.omitted])), frame.rows)]
    if len(values) != m.n or values.ndim > 2:
        raise ValueError(f"newresp must have {m.n} values, one an observation; it has shape {values.shape}")
    own = successes_and_failures(frame.variables[label])
    prior = np.ones(m.n) if frame.weights is None else frame.weights.astype(float)
    response: Any = values
    if own is not None:
        both = np.column_stack([values, m.begun.n - values]) if values.ndim == 1 else values
        response = Columns(both, own.labels)
    return m.family.initialize(response, prior, "newresp", m.family.link.name)


def refit_once(kernel: Laplace, m: GlmerMod, begun: Start, control: GlmerControl) -> tuple[Optimum, Floats | None]:
    """The optimum for a response, as lme4's refit finds it, and the derivatives there where the fit had them.

    The optimizer is that of the second stage with its own first steps, not those of `glmer`.
    """
    kernel.take(response_parts(begun, m.family, spare=True))
    kernel.begin(first_predictor(begun, m.family, {}, m.problem.offset))
    stage = min(m.nAGQ, 2)
    if np.isnan(kernel.iterate(np.array(m.theta), m.nAGQ == 0)):
        kernel.stopped = True
        kernel.check()
    kernel.keep_predictor()
    kernel.set_nodes(hermite_rule(max(m.nAGQ, 1)))
    beta = m.beta if stage else np.zeros(0)
    parameters, free = m.design.random.parameters, np.full(len(beta), np.inf)
    lower, upper = np.concatenate([parameters.lower, -free]), np.concatenate([parameters.upper, free])
    of = criterion_of(kernel, parameters, stage)
    best = run(control.optimizer, of, np.concatenate([m.par, beta]), lower, control, upper)
    if m.found.derivs is None or without_derivatives(best.theta, lower, upper):
        return best, None
    return best, of.derivatives(np.array(best.theta), best.value)


@generics.update.register(GlmerMod)
def _update(m: GlmerMod, formula: str | None = None, data: Any = None, **changes: Any) -> GlmerMod:
    """The model fitted again with a formula, data or other arguments of `glmer` changed. R: update.merMod."""
    unknown = sorted(set(changes) - set(ARGUMENTS))
    if unknown:
        raise ValueError(f"glmer has no argument {', '.join(unknown)}; it has formula, data, {', '.join(ARGUMENTS)}")
    old = m.design.formula.text
    call = {"family": m.family, "control": m.control, "nAGQ": m.nAGQ, **m.arguments, **changes}
    again = glmer(old if formula is None else update_mixed(old, formula), m.data if data is None else data, **call)
    assert isinstance(again, GlmerMod)
    same = data is None or data is m.data
    return again.changed(data_name=m.data_name if same else called(data, again.data_name, "update", 2, "data"))


@generics.influence.register(GlmerMod)
def _influence(m: GlmerMod, groups: str | None = None, progress: Progress = None) -> Influence:
    """Refit the model without each observation, or each level of the variable `groups`, from its own estimates by
    lme4's default optimizers with a thousand evaluations each. R: influence.merMod.

    Raises KeyError for an unknown variable.
    """
    start = {"theta": m.par} | ({"fixef": m.beta} if m.nAGQ else {})
    return deletions(m, groups, progress, {"control": glmerControl(optCtrl={"maxfun": 1000}), "start": start})


@dataclass(frozen=True)
class Replicate:
    """par: (k,) theta and the fixed effects, None where the fit failed;  value: the criterion there;  said: what lme4
    says of the fit.
    """

    par: Floats | None
    value: float
    said: list[Said]


def refits(m: GlmerMod, responses: Floats, control: GlmerControl, advance: Callable[[int], Any]
           ) -> Iterator[Replicate]:
    """The fits of responses (B, n) by a model whose parameters hold fixed effects (nAGQ above 0); `advance` is told of
    each.
    """
    for first in range(0, len(responses), BLOCK):
        yield from _block(m, responses[first : first + BLOCK], control, advance)


def _block(m: GlmerMod, responses: Floats, control: GlmerControl, advance: Callable[[int], Any]) -> list[Replicate]:
    kernel = kernel_of(m.problem, m.design, m.begun, m.family, control, spare=True)
    theta, par = np.array(m.theta), np.concatenate([m.par, m.beta])
    parameters, free = m.design.random.parameters, np.full(len(m.beta), np.inf)
    bounds = np.concatenate([parameters.lower, -free]), np.concatenate([parameters.upper, free])
    stage = min(m.nAGQ, 2)
    checked = m.found.derivs is not None
    begun = [response_of(m, response) for response in responses]
    y, w, n = (np.array(columns) for columns in zip(*((one.y, one.weights, one.n) for one in begun), strict=True))
    stacked = parts_of(y, w, n, m.family, spare=True)
    found = np.full((len(begun), len(par)), np.nan)
    derivs = np.full((len(begun), len(par), len(par) + 1), np.nan) if checked else None
    values = np.full(len(begun), np.nan)
    failed, said = np.zeros(len(begun), dtype=bool), [list[Said]() for _ in begun]
    kernel.set_nodes(hermite_rule(m.nAGQ))
    of = criterion_of(kernel, parameters, stage)
    for i, one in enumerate(begun):
        advance(1)
        kernel.take({name: value[i] for name, value in stacked.items()})
        kernel.begin(first_predictor(one, m.family, {}, m.problem.offset))
        if np.isnan(kernel.iterate(theta, False)):
            failed[i] = True
            continue
        kernel.keep_predictor()
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                kernel.at_stage(stage)
                best = run(control.optimizer, of, par, bounds[0], control, bounds[1])
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            failed[i] = True
            continue
        said[i] += [Said("warning", str(w.message), ConvergenceWarning) for w in caught
                    if issubclass(w.category, ConvergenceWarning)]
        found[i], values[i] = best.theta, best.value
        if derivs is not None and not without_derivatives(best.theta, *bounds):
            derivs[i] = of.derivatives(np.array(best.theta), best.value)
    more = findings(found, derivs, parameters.lower, control, m.n)
    said = [[*own, *others] for own, others in zip(said, more, strict=True)]
    failed |= [any(s.action == "stop" for s in one) for one in said]
    return [Replicate(None if bad else x, value, s)
            for bad, x, value, s in zip(failed, found, values.tolist(), said, strict=True)]
