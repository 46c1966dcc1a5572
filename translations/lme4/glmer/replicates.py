"""Many responses fitted on one design, for bootMer: what does not hang on the response is made once, and what does for
a block of responses at a time. The numbers are those of `refit`, to the bit.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.lme4.control import ConvergenceWarning

from .again import response_of
from .diagnose import Said, findings
from .fit import first_predictor, kernel_of
from .model import GlmerMod
from .optimize import run, without_derivatives
from .state import hermite_rule, parts_of
from .structured import criterion_of

BLOCK = 200  # responses at a time


@dataclass(frozen=True)
class Replicate:
    """par: (k,) theta and the fixed effects, None where the fit failed;  value: the criterion there;  said: what lme4
    says of the fit.
    """

    par: Floats | None
    value: float
    said: list[Said]


def refits(m: GlmerMod, responses: Floats, advance: Callable[[int], Any]) -> Iterator[Replicate]:
    """The fits of responses (B, n) by a model whose parameters hold fixed effects (nAGQ above 0); `advance` is told of
    each.
    """
    for first in range(0, len(responses), BLOCK):
        yield from _block(m, responses[first : first + BLOCK], advance)


def _block(m: GlmerMod, responses: Floats, advance: Callable[[int], Any]) -> list[Replicate]:
    kernel = kernel_of(m.problem, m.design, m.begun, m.family, m.control, spare=True)
    theta, par = np.array(m.theta), np.concatenate([m.par, m.beta])
    parameters, free = m.design.random.parameters, np.full(len(m.beta), np.inf)
    bounds = np.concatenate([parameters.lower, -free]), np.concatenate([parameters.upper, free])
    optimizer = "bobyqa" if m.optimum.optimizer == "newton" else m.optimum.optimizer
    settings, stage = replace(m.control, optCtrl={}, optimizer=optimizer), min(m.nAGQ, 2)
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
        kernel.begin(first_predictor(one, m.family, {}))
        if np.isnan(kernel.iterate(theta, False)):
            failed[i] = True
            continue
        kernel.keep_predictor()
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                kernel.at_stage(stage)
                best = run(optimizer, of, par, bounds[0], settings, bounds[1])
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            failed[i] = True
            continue
        said[i] += [Said("warning", str(w.message), ConvergenceWarning) for w in caught
                    if issubclass(w.category, ConvergenceWarning)]
        found[i], values[i] = best.theta, best.value
        if derivs is not None and not without_derivatives(best.theta, *bounds):
            derivs[i] = of.derivatives(np.array(best.theta), best.value)
    more = findings(found, derivs, parameters.lower, m.control, m.n)
    said = [[*own, *others] for own, others in zip(said, more, strict=True)]
    failed |= [any(s.action == "stop" for s in one) for one in said]
    return [Replicate(None if bad else x, value, s)
            for bad, x, value, s in zip(failed, found, values.tolist(), said, strict=True)]
