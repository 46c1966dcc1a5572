"""Responses of a mixed model that nobody has fitted: its formula, rows and parameters. R: lme4's simulate.formula."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.draw import successes_and_failures
from translations.generalized.families import as_family, gaussian
from translations.random import RStream
from translations.stats.arguments import as_count
from translations.stats.formulas.frame import as_frame
from translations.stats.generics import simulate as simulate
from translations.stats.linear.linear_model import row_names

from .control import lmerControl
from .design import Design, build_design
from .formula import split
from .results.simulate import Effects, Simulator, as_stream, batches, draw, parameters_of


@simulate.register(str)
def _of_formula(
    formula: str, nsim: int = 1, seed: int | RStream | None = None, newdata: Any = None, newparams: Any = None,
    family: Any = None, weights: Any = None,
) -> pd.DataFrame:
    """Responses (n, nsim), columns sim_1, sim_2, ...; with a left-hand side, whose columns newdata must have, they are
    of its kind. R: lme4's simulate.formula.

    Raises ValueError where newdata or newparams is missing or wrong, as `parameters_of` says.
    """
    if newdata is None or newparams is None:
        raise ValueError("a formula is simulated with newdata and newparams: both are needed")
    nsim = as_count(nsim, "nsim")
    family = gaussian() if family is None else as_family(family)[0]
    linear = family.name == "gaussian" and family.link.name == "identity"
    frame = as_frame(newdata)
    design = build_design(split(formula, response=False), frame, lmerControl(), weights=weights, generalized=not linear)
    scaled = linear or (family.dispersion is None and family.theta is None)
    simulator = _simulator(design, newparams, scaled)
    stream, index = as_stream(seed), row_names(frame.index[design.frame.rows])
    state = stream.random_seed
    if linear:
        (batch,) = batches(simulator, stream, nsim, nsim)
        found = pd.DataFrame(draw(simulator, batch).T, index=index, columns=[f"sim_{i + 1}" for i in range(nsim)])
    else:
        from .results.responses import Responses

        kind = design.frame.variables.get(design.frame.formula.response or "")
        two, prior = successes_and_failures(kind), design.frame.weights
        trials = two.values.sum(axis=1) if two is not None else np.ones(design.frame.n) if prior is None else prior
        drawn = Responses(family, simulator.sigma, kind)
        found = drawn.frame(drawn.draws(simulator, stream, nsim, np.asarray(trials, dtype=float)), trials, index)
    found.attrs["seed"] = state
    return found


def _simulator(design: Design, newparams: Any, scaled: bool) -> Simulator:
    """What a simulation adds up, of the design's rows."""
    of, random = parameters_of(design, newparams, None, scaled), design.random
    effects = tuple(Effects(term.codes, term.Z @ T, len(term.levels))
                    for term, T in zip(random.terms, random.templates(of.theta), strict=True))
    offset = 0.0 if design.frame.offset is None else design.frame.offset
    return Simulator(design.X_fitted @ of.beta + offset, effects, of.sigma)
