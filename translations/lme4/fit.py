"""From matrices to a fitted linear mixed model: where to start, the optimum, what is said of it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from translations.arrays import Floats

from .control import LmerControl
from .convergence import Diagnosis, diagnose
from .criterion.cross_sums import level_sums, variance
from .criterion.minimizers import Optimum
from .criterion.pls import PLS
from .design import Design
from .model import LmerMod
from .optimum import optimize
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
    optimum, diagnosis = minimized(pls, REML, control, control, start)
    return LmerMod(built, y, REML, control, pls, optimum, diagnosis, data_name, data, arguments)


def minimized(
    pls: PLS, REML: bool, control: LmerControl, checked: LmerControl, start: Floats | None,  # noqa: N803
    df: int | None = None,
) -> tuple[Optimum, Diagnosis]:
    """`optimize`, and what the checks of the control `checked` find. Raises ValueError where the criterion cannot be
    computed, as lme4 stops there.
    """
    criterion = None if control.optimizer == "newton" else pls.lme4_criterion(REML, df)
    try:
        optimum = optimize(pls, REML, control, start, df, criterion)
        if math.isfinite(optimum.value):
            return optimum, diagnose(pls, optimum, REML, checked, df, criterion)
        reason = f"the downdated X'X is not positive definite at theta {optimum.theta}"
    except np.linalg.LinAlgError as error:
        reason = str(error)
    raise ValueError(f"the criterion cannot be computed: {reason}; rescale the predictors, whose scales may be too far "
                     "apart (lme4 says: Downdated VtV is not positive definite)")


def variance_ratio_start(random: RandomStructure, y: Floats) -> Floats | None:
    """Where lme4 starts a model of scalar intercepts only, one a factor: variances of the levels' means over what
    they leave of y's.

    None where lme4 starts from identity templates. R: mkLmerDevfun.
    """
    if any(t.names != ["(Intercept)"] for t in random.terms) or len({t.group for t in random.terms}) < len(
        random.terms
    ):
        return None
    between = [_variance(_means(y, term.codes, len(term.levels))[term.codes]) for term in random.terms]
    left = _variance(y) - sum(between)
    return np.sqrt(np.array(between) / left) if left > 0 else None


def _means(y: Floats, codes: np.ndarray, n_levels: int) -> Floats:
    """Means (n_levels,) as R's `mean` takes them: in extended precision, corrected by the mean of what is left."""
    counts, mean = np.bincount(codes, minlength=n_levels), np.zeros(n_levels, dtype=np.longdouble)
    for _ in range(2):
        total = np.zeros_like(mean)
        level_sums(codes, y, mean, total)
        mean = mean + total / counts
    return mean.astype(float)


def _variance(y: Floats) -> float:
    """R's `var`, in extended precision too: the start's last bit decides where BOBYQA stops."""
    found: float = variance(y, np.zeros(1, dtype=np.longdouble))
    return found
