"""Approximate intervals of a mixed model's parameters: the methods of `intervals` for `lme`."""

from __future__ import annotations

from typing import Any

import numpy as np

from translations.printing import Matrix, Vector
from translations.stats.arguments import require_choice, require_level
from translations.stats.distributions import qt

from .generics import intervals
from .intervals import ENDS, Intervals, around, half_widths, of_correlations
from .lme import Lme

LABELS = {"fixed": "Fixed effects:", "reStruct": "Random Effects:", "corStruct": "Correlation structure:",
          "varStruct": "Variance function:", "sigma": "Within-group standard error:"}


@intervals.register(Lme)
def _intervals(m: Lme, level: float = 0.95, which: str = "all") -> Intervals:
    require_level(level)
    require_choice(which, ("all", "var-cov", "fixed"), "which")
    parts: dict[str, Any] = {}
    if which != "var-cov":
        tails = np.array([-float(qt((1.0 - level) / 2.0, float(df))) for df in m.denominators[0]])
        parts["fixed"] = around(m.solution.beta, tails * np.sqrt(np.diagonal(m.covariance)), m.X.names)
    if which != "fixed":
        parts |= _of_variances(m, level)
    return Intervals(parts, LABELS, level)


def _of_variances(m: Lme, level: float) -> dict[str, Any]:
    """By the curvature in the logarithms of standard deviations and sigma, Fisher's z of correlations and what the
    errors' structures have.
    """
    problem, base = m.problem, m.problem.base
    correlations, variances = base.natural(m.free[problem.split :])
    structure = base.correlation if base.split else None
    pieces = [one.pd.symmetric(S) for one, S in zip(problem.levels, m.covariances, strict=True)]
    pieces.append(np.zeros(0) if structure is None else structure.symmetric(correlations))
    pieces.append(np.zeros(0) if base.variance is None else base.variance.free(variances))
    ends = np.cumsum([len(one) for one in pieces])

    def natural(x: np.ndarray) -> list[Any]:
        """Of each level its standard deviations and correlations; R's parameters of both structures."""
        split = np.split(x[:-1], ends[:-1])
        found: list[Any] = [one.pd.natural(one.q, part) for one, part in zip(problem.levels, split, strict=False)]
        found.append(correlations if structure is None else structure.from_symmetric(split[-2]))
        return [*found, variances if base.variance is None else base.variance.natural(split[-1])]

    def likelihood(x: np.ndarray) -> float:
        *random, first, second = natural(x)
        sigma = float(np.exp(x[-1]))
        factors = [np.linalg.cholesky(C * np.outer(sd, sd)) / sigma for sd, C in random]
        return problem.at_factors(factors, first, second).log_likelihood_at(sigma)

    at = np.concatenate([*pieces, [np.log(m.sigma)]])
    half = half_widths(likelihood, at, level, "fixed")
    three = [natural(x) for x in (at - half, at, at + half)]

    def of_level(k: int) -> Matrix:
        one = problem.levels[k]
        columns = [one.pd.shown(sd, C) for sd, C in (x[k] for x in three)]
        return Matrix(np.column_stack(columns), index=one.pd.names(one.effects), columns=ENDS)

    parts: dict[str, Any] = {"reStruct": {one.name: of_level(k) for k, one in enumerate(problem.levels)}}
    if structure is not None:
        parts["corStruct"] = of_correlations([x[-2] for x in three], structure.names)
    if base.variance is not None and base.variance.names:
        parts["varStruct"] = Matrix(np.column_stack([x[-1] for x in three]), index=base.variance.names, columns=ENDS)
    sigma = [float(np.exp(one)) for one in (at[-1] - half[-1], at[-1], at[-1] + half[-1])]
    return {**parts, "sigma": Vector(sigma, index=ENDS)}
