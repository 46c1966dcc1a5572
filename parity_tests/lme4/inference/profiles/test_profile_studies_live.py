"""Generated studies: every end of every profile interval is R's, or is what a dense likelihood says.

Few groups, standard deviations of 0 and correlations of 1 or -1 are where lme4's profiles strand: it then answers a
bound, a value between points in no order, NA, or stops. RPARITY_PROFILES=N: N studies of each kind (from
RPARITY_PROFILES_FROM on), with a tally.
"""
from __future__ import annotations

import os
import warnings
from collections import Counter
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.criterion import sdcor

from ...dense import Dense, coordinates
from ...profile_designs import CROSSED, NESTED, SMALL, study

LONG, FROM = (int(os.environ.get(name, "0")) for name in ("RPARITY_PROFILES", "RPARITY_PROFILES_FROM"))
QUANTILE = 1.959963984540054
AS_R = 1e-3  # of the interval's width: splines through points at which two optimizers stopped up to 1e-6 apart
PROVED = 0.03  # of zeta: what such a spline, or lme4's straight line between points half a unit of zeta apart, is off
STARTS = ((1.0, 0.0), (0.0, 0.3), (0.3, 1.0))  # factor of the estimates, and what is added in units of sigma
RANDOM_STARTS = 12  # more where these strand: of 25 for nested 45's sigma 5 end in a local minimum, as all three do
# 856: the fit by maximum likelihood is lowered twice, the second time from a template with a negative diagonal.
KINDS = {"crossed": (CROSSED, (0,)), "nested": (NESTED, (0,)), "small": (SMALL, (0, 1, 2, 856))}
R_SAYS = """
suppressPackageStartupMessages(library(lme4))
d[] <- lapply(d, function(x) if (is.character(x)) factor(x) else x)
m <- suppressMessages(suppressWarnings(lmer({formula}, d, REML = {reml})))
ci <- try(suppressWarnings(confint(m, quiet = TRUE)), silent = TRUE)
if (inherits(ci, "try-error")) NaN else as.vector(t(ci))
"""


class Proof:
    """Zeta at any value of any parameter, from the dense likelihood minimized from several places."""

    def __init__(self, m: Any) -> None:
        self.names = sdcor.names(m.design.random) + m.design.names
        self.dense = Dense(m, [list(range(t.k)) for t in m.design.random.terms])
        ml = r.refitML(m)
        at_ml = [coordinates(ml.sigma**2 * T @ T.T) for T in ml.templates]
        estimate = np.concatenate([*at_ml, [ml.sigma]])
        spread = np.where(self.dense.correlations, 0.0, ml.sigma)
        self.starts = [a * estimate + b * spread for a, b in STARTS]
        for start in self.starts:
            start[-1] = ml.sigma
        self.minimum = min(self.dense.least(start, {}, far=True) for start in self.starts)

    def zeta(self, number: int, value: float) -> float:
        """The root of the deviance's rise when parameter `number` is held at `value`."""
        return self._zeta(self.starts, number, value)

    def _zeta(self, starts: list[np.ndarray], number: int, value: float) -> float:
        m = len(starts[0])
        held = ({number: value},) if number < m else ({}, number - m, value)
        height = min(self.dense.least(start, *held, far=True) for start in starts)  # type: ignore[arg-type]
        return float(np.sqrt(max(0.0, height - self.minimum)))

    def random_starts(self) -> list[np.ndarray]:
        """Starts anywhere: standard deviations up to sigma, correlations from -1 to 1."""
        rng, sigma, m = np.random.default_rng(1), self.starts[0][-1], len(self.starts[0])
        cors = self.dense.correlations
        made = [np.where(cors, rng.uniform(-1, 1, m), rng.uniform(0, sigma, m)) for _ in range(RANDOM_STARTS)]
        return [np.append(one[:-1], sigma) for one in made]

    def holds(self, number: int, end: float, bound: float) -> bool:
        """Whether the interval may end there."""
        zeta = self.zeta(number, end)
        if zeta > QUANTILE + PROVED:
            zeta = min(zeta, self._zeta(self.random_starts(), number, end))
        return zeta <= QUANTILE + PROVED if end == bound else abs(zeta - QUANTILE) <= PROVED


@pytest.mark.parametrize("kind", KINDS)
def test_every_end_is_rs_or_the_deviances(live_r: Any, kind: str) -> None:
    formulas, few = KINDS[kind]
    tally: Counter[str] = Counter()
    wrong = []
    for seed in range(FROM, LONG) if LONG else few:
        one = study(seed, formulas)
        live_r.assign("d", one.data)
        theirs = live_r.numbers(R_SAYS.format(formula=one.formula, reml=str(one.REML).upper()))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            m = r.lmer(one.formula, one.data, REML=one.REML)
            try:
                ours = r.confint(m, quiet=True).to_numpy()
            except ValueError as error:  # a fit by maximum likelihood that is none: R stops too
                tally["both stop"] += 1
                wrong += [f"{kind} {seed}: {error}"] if len(theirs) > 1 else []
                continue
        tally["studies"] += 1
        tally["R stops"] += len(theirs) == 1
        theirs = theirs.reshape(-1, 2) if len(theirs) > 1 else np.full_like(ours, np.nan)
        lower, upper = sdcor.bounds(m.design.random)
        bounds = np.vstack([np.column_stack([lower, upper]), np.tile([-np.inf, np.inf], (m.p, 1))])
        proof: Proof | None = None
        for i, side in np.ndindex(ours.shape):
            end, other = ours[i, side], theirs[i, side]
            tally["ends"] += 1
            tally["R's are NA or Inf"] += not np.isfinite(other)
            if np.isfinite(theirs[i]).all() and abs(end - other) <= AS_R * (theirs[i, 1] - theirs[i, 0]):
                tally["as R"] += 1
                continue
            if np.isfinite(end):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    proof = proof or Proof(m)
                    if proof.holds(i, end, bounds[i, side]):
                        tally["proved by the deviance"] += 1
                        continue
            wrong.append(f"{kind} {seed}: {one.formula}, {proof and proof.names[i]}: {end}, R {other}")
    print(f"{kind}: {dict(tally)}")
    assert not wrong, "\n".join(wrong)
