"""Exact tests of a variance: a statistic that is rounding is 0, the exact level is kept, and what is asked wrongly."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.control import ParityNote

SLEEP = r.sleepstudy()
ONE = r.lmer("Reaction ~ Days + (1 | Subject)", SLEEP)
PENICILLIN = r.load("Penicillin")
BOTH = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", PENICILLIN)
PLATES = r.lmer("diameter ~ 1 + (1 | plate)", PENICILLIN)


@pytest.mark.filterwarnings("ignore:boundary")
def test_of_a_variance_of_zero_p_is_one_whatever_the_rounding() -> None:
    for unit in (1.0, 1e-3, 7.0, 1e6):
        m = r.lmer("y ~ 1 + (1 | Batch)", r.load("Dyestuff2").assign(y=lambda d, unit=unit: unit * d["Yield"]))
        with pytest.warns(ParityNote, match="statistic is 0"):
            found = r.exactRLRT(m, seed=1)
        assert (found.statistic["RLRT"], found.p_value, found.sample) == (0.0, 1.0, None)


def test_with_one_group_effect_the_distribution_is_that_of_the_f_test() -> None:
    """Of a balanced one-way layout the statistic is 0 where F is below 1: P(F(5, 12) < 1) for Rail's design."""
    from scipy import stats

    sample = r.exactRLRT(r.lmer("travel ~ 1 + (1 | Rail)", r.load("Rail")), seed=1, nsim=20000).sample
    assert sample is not None
    share, exact = np.mean(sample < 1e-8), stats.f.cdf(1.0, 5, 12)
    assert abs(share - exact) < 4.0 * np.sqrt(exact * (1.0 - exact) / 20000)  # four standard errors of a share


@pytest.mark.filterwarnings("ignore:.*efit")
def test_a_fit_by_the_other_likelihood_is_said() -> None:
    ml = r.lmer("Reaction ~ Days + (1 | Subject)", SLEEP, REML=False)
    with pytest.warns(ParityNote, match="evaluated at ML estimators"):
        r.exactRLRT(ml, seed=1, nsim=10)
    with pytest.warns(ParityNote, match="evaluated at REML estimators"):
        r.exactLRT(ONE, r.lm("Reaction ~ 1", SLEEP), seed=1, nsim=10)


def test_where_most_statistics_are_zero_it_is_warned_of() -> None:
    few = r.lmer("Reaction ~ Days + (1 | Subject)", SLEEP[SLEEP["Subject"].isin(["308", "309"])])
    with pytest.warns(UserWarning, match=r"Null distribution has mass 0\.\d+ at zero"):
        r.exactRLRT(few, seed=1, nsim=200, log_grid_lo=5)


LINE = r.lm("Reaction ~ Days", SLEEP)
OTHER: Any = ONE


@pytest.mark.parametrize(("wrong", "words"), [
    (lambda: r.exactRLRT(OTHER, nsim=0), "nsim"),
    (lambda: r.exactRLRT(BOTH), "single random effect"),
    (lambda: r.exactRLRT(r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP)), "single random effect"),
    (lambda: r.exactRLRT(PLATES, BOTH), "m0 is missing"),
    (lambda: r.exactRLRT(PLATES, BOTH, ONE), "Fixed effects structures"),
    (lambda: r.exactRLRT(r.lmer("Reaction ~ Days + (1 | Subject)", SLEEP, weights=1 + SLEEP["Days"])), "weights"),
    (lambda: r.exactLRT(ONE, OTHER), "m0 must be a model by lm"),
    (lambda: r.exactLRT(ONE, r.lm("Reaction ~ Days", SLEEP.head(90))), "different data"),
    (lambda: r.exactLRT(ONE, r.lm("Reaction ~ poly(Days, 3)", SLEEP)), "not nested"),
    (lambda: r.exactRLRT(r.glmer("TICKS ~ 1 + (1 | BROOD)", r.load("grouseticks"), "poisson")), "exactRLRT"),
])
def test_what_is_asked_wrongly_is_named(wrong: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wrong()
