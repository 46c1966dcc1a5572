"""Responses simulated from a generalized linear mixed model, on R's stream. R: simulate.merMod."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.generalized.draw import WeightsNote, in_two_columns, of_levels, successes_and_failures
from translations.random import RStream
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_count
from translations.stats.formulas.frame import as_frame
from translations.stats.language.factors import Factor
from translations.stats.linear.linear_model import row_names

from ..control import ParityNote
from ..results.extract import pad
from ..results.simulate import Simulator, as_stream, simulator_of
from .model import GlmerMod


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
