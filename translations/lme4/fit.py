"""From matrices to a fitted linear mixed model: where to start, the optimum, what is said of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from translations.arrays import Floats

from .control import LmerControl
from .criterion.cross_sums import level_means, sample_variance
from .criterion.pls import PLS
from .design import Design
from .model import LmerMod
from .optimum import minimized
from .structure import RandomStructure


def fit(
    built: Design,
    y: Floats,
    REML: bool,
    control: LmerControl,
    pls: PLS,
    start: Floats | None,
    data_name: str,
    data: Any,  # noqa: N803
    arguments: dict[str, Any],
) -> LmerMod:
    """Optimize theta from `start` (npar,), lme4's start when None, and check the result."""
    start = variance_ratio_start(built.random, y) if start is None else start
    criterion = None if control.optimizer == "newton" else pls.lme4_criterion(REML)
    optimum, diagnosis = minimized(pls, REML, control, control, start, None, criterion)
    return LmerMod(built, y, REML, control, pls, optimum, diagnosis, data_name, data, arguments)


def variance_ratio_start(random: RandomStructure, y: Floats) -> Floats | None:
    """Where lme4 starts a model of scalar intercepts only, one a factor: variances of the levels' means over what
    they leave of y's.

    None where lme4 starts from identity templates. In extended precision: the start's last bit decides where BOBYQA
    stops. R: mkLmerDevfun.
    """
    if any(t.names != ["(Intercept)"] for t in random.terms) or len({t.group for t in random.terms}) < len(
        random.terms
    ):
        return None
    between = [sample_variance(level_means(y, term.codes, len(term.levels))[term.codes]) for term in random.terms]
    left = sample_variance(y) - sum(between)
    return np.sqrt(np.array(between) / left) if left > 0 else None
