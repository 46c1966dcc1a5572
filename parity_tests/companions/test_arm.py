"""arm: draws that scatter as a generalized model says, calls as they were written, and what is asked wrongly."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import translations as r
from translations.companions.arm import posterior
from translations.lme4.results.matrices import joint_covariance
from translations.random import RStream

SLEEP = r.sleepstudy()
CBPP = r.load("cbpp")
COUNTS = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", CBPP, "binomial", nAGQ=2)


def test_effects_of_a_generalized_model_scatter_as_its_last_least_squares_say() -> None:
    n = 4000
    draws = np.array([np.concatenate([beta, b]) for beta, b, _ in posterior(COUNTS, n, RStream(1), True)])
    root = np.linalg.cholesky(joint_covariance(COUNTS))
    centre = np.concatenate([COUNTS.beta, np.concatenate([one.ravel() for one in COUNTS.b])])
    white = np.linalg.solve(root, (draws - centre).T)
    for squares in (white**2).sum(axis=1):
        assert 0.001 < stats.chi2.cdf(squares, n) < 0.999


def test_columns_that_cannot_be_told_apart_are_left_out_of_lm_and_zero_in_glm() -> None:
    twice = SLEEP.assign(Twice=2.0 * SLEEP["Days"])
    assert list(r.sim(r.lm("Reaction ~ Days + Twice", twice), 2, seed=1).coef.columns) == ["(Intercept)", "Days"]
    both = r.sim(r.glm("Reaction ~ Days + Twice", "gaussian", twice), 2, seed=1).coef
    assert (both["Twice"] == 0.0).all() and (both["Days"] != 0.0).all()


def test_a_call_is_shown_with_its_quadrature_and_family() -> None:
    assert str(r.display(COUNTS)).split("\n---")[0].startswith(
        "glmer(formula = cbind(incidence, size - incidence) ~ period + \n    (1 | herd), data = CBPP, "
        'family = "binomial", nAGQ = 2)\n')


NO_MODEL: Any = SLEEP
LINE: Any = r.lm("Reaction ~ Days", SLEEP)


@pytest.mark.parametrize(("wrong", "words"), [
    (lambda: r.sim(NO_MODEL), "sim needs a model by lm, glm, lmer or glmer"),
    (lambda: r.sim(LINE, n_sims=0), "n_sims"),
    (lambda: r.display(NO_MODEL), "display needs a model"),
    (lambda: r.se_coef(NO_MODEL), "se_coef needs a model"),
    (lambda: r.se_fixef(LINE), "se_fixef"),
    (lambda: r.se_ranef(LINE), "se_ranef"),
])
def test_what_is_asked_wrongly_is_named(wrong: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wrong()
