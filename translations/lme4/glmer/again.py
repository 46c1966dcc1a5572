"""A generalized linear mixed model fitted again: to another response, by another call, to simulated responses. R:
refit.merMod, update.merMod, simulate.merMod, bootMer.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.generalized.begin import Start
from translations.generalized.draw import WeightsNote, in_two_columns, of_levels, successes_and_failures
from translations.lme4 import generalized
from translations.lme4.control import ParityNote
from translations.lme4.criterion.minimizers import Optimum
from translations.lme4.refit import as_response
from translations.lme4.results.extract import pad
from translations.lme4.results.influence import Influence, deletions
from translations.lme4.results.simulate import Simulator, as_stream, simulator_of
from translations.lme4.results.update import update_mixed
from translations.parallel.progress import Progress
from translations.random import RStream
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_count
from translations.stats.calls import called
from translations.stats.formulas.frame import as_frame
from translations.stats.language.factors import Factor
from translations.stats.language.poly import Columns
from translations.stats.linear.linear_model import row_names

from .control import GlmerControl, as_glmer_control, glmerControl
from .diagnose import diagnose
from .fit import first_predictor, glmer, kernel_of
from .laplace import Laplace
from .model import GlmerMod
from .optimize import finish, run, without_derivatives
from .state import hermite_rule, response_parts
from .structured import criterion_of

ARGUMENTS = ("family", "control", "start", "nAGQ", "subset", "weights", "na_action", "offset", "contrasts", "mustart",
             "etastart")


@generalized.refitted.register(GlmerMod)
def refit(m: GlmerMod, newresp: Any = None, control: Any = None) -> GlmerMod:
    """The model fitted to another response, from its own estimates. R: refit.merMod.

    newresp: (n,), or with values for the rows left out as missing too; for counts of successes beside failures (n, 2),
    or (n,) successes of as many trials as there were; a factor of two levels; a frame of one of these, as of
    `simulate`.
    """
    settings = m.control if control is None else as_glmer_control(control)
    begun = m.begun if newresp is None else response_of(m, newresp)
    kernel = kernel_of(m.problem, m.design, begun, m.family, settings, spare=True)
    optimum, derivs = refit_once(kernel, m, begun, settings if control is not None else None)
    found = finish(kernel, optimum, min(m.nAGQ, 2), derivs, m.problem.pattern.order, m.design.random.parameters)
    diagnosis = diagnose(found, m.design.random.parameters.lower, settings)
    return m.changed(begun=begun, control=settings, found=found, diagnosis=diagnosis)


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


def refit_once(kernel: Laplace, m: GlmerMod, begun: Start, control: GlmerControl | None = None
               ) -> tuple[Optimum, Floats | None]:
    """The optimum for a response, as lme4's refit finds it, and the derivatives there where the fit had them.

    The optimizer is that of the second stage with its own first steps, not those of `glmer`.
    """
    kernel.take(response_parts(begun, m.family, spare=True))
    kernel.begin(first_predictor(begun, m.family, {}))
    stage = min(m.nAGQ, 2)
    if np.isnan(kernel.iterate(np.array(m.theta), m.nAGQ == 0)):
        kernel.stopped = True
        kernel.check()
    kernel.keep_predictor()
    kernel.set_nodes(hermite_rule(max(m.nAGQ, 1)))
    beta = m.beta if stage else np.zeros(0)
    parameters, free = m.design.random.parameters, np.full(len(beta), np.inf)
    lower, upper = np.concatenate([parameters.lower, -free]), np.concatenate([parameters.upper, free])
    optimizer = m.optimum.optimizer if control is None else control.optimizers[1]
    optimizer = "bobyqa" if optimizer == "newton" else optimizer
    settings = replace(m.control, optCtrl={} if control is None else control.optCtrl)
    of = criterion_of(kernel, parameters, stage)
    best = run(optimizer, of, np.concatenate([m.par, beta]), lower, settings, upper)
    if m.found.derivs is None or without_derivatives(best.theta, lower, upper):
        return best, None
    return best, of.derivatives(np.array(best.theta), best.value)


@generics.update.register(GlmerMod)
def _update(m: GlmerMod, formula: str | None = None, data: Any = None, **changes: Any) -> GlmerMod:
    """The model fitted again with a formula, data or other arguments of `glmer` changed. R: update.merMod."""
    unknown = sorted(set(changes) - set(ARGUMENTS))
    if unknown:
        raise ValueError(f"glmer has no argument {', '.join(unknown)}; it has formula, data, {', '.join(ARGUMENTS)}")
    old = m.design.formula.written
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


@generics.simulate.register(GlmerMod)
def _simulate(
    m: GlmerMod, nsim: int = 1, seed: int | RStream | None = None, re_form: str | None = "~0", use_u: bool = False,
    newdata: Any = None, allow_new_levels: bool = False,
) -> pd.DataFrame:
    """Responses (n, nsim) on R's stream, columns sim_1, sim_2, ...: counts as integers, proportions, or 0 and 1; of a
    factor its levels; of successes beside failures, a frame (n, 2) each, in columns of two levels. R: simulate.merMod.

    Raises ValueError for nsim below 1, or a family from which R cannot draw.
    """
    nsim = as_count(nsim, "nsim")
    simulator = simulator_of(m, None if use_u else re_form, newdata, allow_new_levels)
    stream = as_stream(seed)
    state = stream.random_seed
    two = successes_and_failures(m.design.frame.variables[m.design.frame.formula.response or ""])
    weights = m.weights if newdata is None else _trials(m, simulator.n) if two is not None else np.ones(simulator.n)
    values = draws(m, simulator, stream, nsim, weights)
    index = row_names(as_frame(newdata).index) if newdata is not None else pad(m, values[0]).index
    columns = values if newdata is not None else [pad(m, row).to_numpy() for row in values]
    if two is not None:
        trials = weights if newdata is not None else pad(m, weights).to_numpy()
        frame = in_two_columns(np.array(columns), trials, two.labels, index)
        frame.attrs["seed"] = state
        return frame
    frame = pd.DataFrame({f"sim_{i + 1}": _as_response(m, column) for i, column in enumerate(columns)}, index=index)
    frame.attrs["seed"] = state
    return frame


def _trials(m: GlmerMod, n: int) -> Floats:
    """Of n new rows the trials of the fit's, row by row, as in R, which knows no others; one trial each, with a
    `ParityNote`, where there are more rows or fewer.
    """
    if n == m.n:
        return m.begun.n
    warnings.warn(f"R takes the fit's {m.n} numbers of trials for {n} new rows, again from the first; here each is one "
                  "trial", ParityNote, stacklevel=5)
    return np.ones(n)


def _as_response(m: GlmerMod, simulated: Floats) -> Any:
    """What was simulated, (n,), of the response's own kind: levels of a factor, counts as integers."""
    own = m.design.frame.variables[m.design.frame.formula.response or ""]
    if isinstance(own, Factor):
        return of_levels(own, simulated)
    counted = m.family.name == "poisson" or m.family.theta is not None
    return simulated.astype(int) if counted and not np.isnan(simulated).any() else simulated


def draws(m: GlmerMod, simulator: Simulator, stream: RStream, nsim: int, weights: Floats) -> Floats:
    """Responses (nsim, n): R draws the random effects of all simulations first, then all responses."""
    n, q = simulator.n, simulator.q
    u = stream.rnorm(q * nsim).reshape(nsim, q)
    eta = replace(simulator, sigma=1.0).responses(u, np.zeros((nsim, n)))
    mu = m.family.link.linkinv(eta).ravel()
    return _drawn(m, stream, mu, np.resize(weights, len(mu))).reshape(nsim, n)


def _drawn(m: GlmerMod, stream: RStream, mu: Floats, weights: Floats) -> Floats:
    """Responses about the means mu, (n,), and NaN, with a warning, where the family has no such mean, which a link
    other than its own may give. As in R, these take nothing off the stream.
    """
    most = 1.0 if m.family.name == "binomial" else np.inf
    own = np.isfinite(mu) if m.family.name == "gaussian" else (mu >= 0.0) & (mu <= most)
    if own.all():
        return _drawn_about(m, stream, mu, weights)
    warnings.warn("NAs produced", stacklevel=5)
    warnings.warn(f"{np.count_nonzero(~own)} of {len(mu)} means are no {m.family.name} response's: the link "
                  f"{m.family.link.name} allows them", ParityNote, stacklevel=5)
    out = np.full(len(mu), np.nan)
    out[own] = _drawn_about(m, stream, mu[own], weights[own])
    return out


def _drawn_about(m: GlmerMod, stream: RStream, mu: Floats, weights: Floats) -> Floats:
    name, count = m.family.name, len(mu)
    if name == "binomial":
        if (weights % 1.0 != 0.0).any():
            raise ValueError("cannot simulate from non-integer prior.weights")
        successes = np.asarray(stream.rbinom(count, weights, mu), dtype=float)
        own = successes_and_failures(m.design.frame.variables[m.design.frame.formula.response or ""])
        return successes / weights if own is None else successes
    if name == "Gamma":
        shape = (1.0 / m.sigma**2 if since("1.1-37") else m.sigma) * weights
        if not since("1.1-37"):
            warnings.warn("as lme4 1.1-31, whose Gamma draws have sigma for their shape where it is 1 / sigma²",
                          ParityNote, stacklevel=6)
        if (weights != 1.0).any():
            warnings.warn("using weights to scale shape parameter", WeightsNote, stacklevel=6)
        return np.asarray(stream.rgamma(count, shape, shape / mu), dtype=float)
    if name == "inverse.gaussian":
        warnings.warn("as lme4, whose inverse Gaussian draws have 1 / sigma for their shape where it is 1 / sigma²",
                      ParityNote, stacklevel=6)
        if (weights != 1.0).any():
            warnings.warn("using weights as inverse variances", WeightsNote, stacklevel=6)
        return _inverse_gaussian(stream, mu, m.sigma / weights)
    if (weights != 1.0).any():
        warnings.warn("ignoring prior weights", stacklevel=6)
    if name == "poisson":
        return np.asarray(stream.rpois(count, mu), dtype=float)
    if name == "gaussian":
        return mu + stream.rnorm(count, 0.0, m.sigma)
    if m.family.theta is not None:
        theta = m.family.theta
        return np.asarray(_negative_binomial(stream, theta, mu), dtype=float)
    raise ValueError(f"simulation not implemented for family '{name}'")


def _inverse_gaussian(stream: RStream, mu: Floats, dispersion: Floats) -> Floats:
    """Draws with these means, NaN where one is not positive; variance mu³ dispersion. All normal draws come before all
    uniform ones, as in statmod's rinvgauss. Source: Michael, Schucany & Haas (1976), The American Statistician 30.
    """
    out, own = np.full(len(mu), np.nan), np.isfinite(mu) & (mu > 0.0)
    count = int(own.sum())
    y = stream.rnorm(count) ** 2 * dispersion[own] * mu[own]
    with np.errstate(divide="ignore"):
        root = np.where(y > 5e5, 1.0 / y, 1.0 + y / 2.0 * (1.0 - np.sqrt(1.0 + 4.0 / y)))
    small = stream.runif(count) < 1.0 / (1.0 + root)
    out[own] = mu[own] * np.where(small, root, 1.0 / root)
    return out


def _negative_binomial(stream: RStream, theta: float, mu: Floats) -> list[float]:
    """R's rnbinom(mu=): a Poisson draw after each gamma draw."""
    out = []
    for mean in mu:
        rate = float(stream.rgamma(1, theta, None, mean / theta)[0])
        out.append(float(stream.rpois(1, rate)[0]))
    return out
