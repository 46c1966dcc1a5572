"""Responses simulated from a generalized linear mixed model, on R's stream. R: simulate.merMod."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.generalized.draw import successes_and_failures
from translations.random import RStream
from translations.stats import generics
from translations.stats.arguments import as_count
from translations.stats.formulas.frame import as_frame
from translations.stats.linear.linear_model import row_names

from ..control import ParityNote
from ..results.extract import pad
from ..results.responses import Responses
from ..results.simulate import as_stream, simulator_of
from .model import GlmerMod


@generics.simulate.register(GlmerMod)
def _simulate(
    m: GlmerMod, nsim: int = 1, seed: int | RStream | None = None, re_form: str | None = "~0", use_u: bool = False,
    newdata: Any = None, allow_new_levels: bool = False, newparams: Any = None,
) -> pd.DataFrame:
    """Responses (n, nsim) on R's stream, columns sim_1, sim_2, ...: counts as integers, proportions, or 0 and 1; of a
    factor its levels; of successes beside failures, a frame (n, 2) each, in columns of two levels. R: simulate.merMod.

    Raises ValueError for nsim below 1, or a family from which R cannot draw.
    """
    nsim = as_count(nsim, "nsim")
    simulator = simulator_of(m, None if use_u else re_form, newdata, allow_new_levels, newparams)
    stream = as_stream(seed)
    state = stream.random_seed
    drawn = replace(responses_of(m), sigma=simulator.sigma)
    two = successes_and_failures(drawn.kind)
    weights = m.weights if newdata is None else _trials(m, simulator.n) if two is not None else np.ones(simulator.n)
    values = drawn.draws(simulator, stream, nsim, weights)
    index = row_names(as_frame(newdata).index) if newdata is not None else pad(m, values[0]).index
    columns = values if newdata is not None else [pad(m, row).to_numpy() for row in values]
    trials = weights if newdata is not None else pad(m, weights).to_numpy()
    frame = drawn.frame(np.array(columns), trials, index)
    frame.attrs["seed"] = state
    return frame


def responses_of(m: GlmerMod) -> Responses:
    """What is drawn of a fitted model."""
    return Responses(m.family, m.sigma, m.design.frame.variables[m.design.frame.formula.response or ""])


def _trials(m: GlmerMod, n: int) -> Floats:
    """Of n new rows the trials of the fit's, row by row, as in R, which knows no others; one trial each, with a
    `ParityNote`, where there are more rows or fewer.
    """
    if n == m.n:
        return m.begun.n
    warnings.warn(f"R takes the fit's {m.n} numbers of trials for {n} new rows, again from the first; here each is one "
                  "trial", ParityNote, stacklevel=5)
    return np.ones(n)
