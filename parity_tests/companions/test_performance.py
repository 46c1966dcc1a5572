"""Explained variance: shares by hand, what performance leaves out, and what is asked wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import translations as r

SLEEP = r.sleepstudy()


@pytest.fixture(scope="module")
def slopes() -> Any:
    return r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP)


def test_of_random_intercepts_the_icc_is_the_variance_s_share() -> None:
    m = r.lmer("Reaction ~ Days + (1 | Subject)", SLEEP)
    between, within = r.VarCorr(m).as_data_frame()["vcov"]
    assert r.icc(m)["ICC_adjusted"] == pytest.approx(between / (between + within), rel=1e-12)


def test_shares_add_up(slopes: Any) -> None:
    v = r.r2_nakagawa(slopes)
    whole = r.icc(slopes)["ICC_unadjusted"]
    assert v["R2_conditional"] == pytest.approx(v["R2_marginal"] + whole, rel=1e-12)
    shares = [v["R2_marginal"], v["R2_conditional"]]
    np.testing.assert_allclose(r.r_squaredGLMM(slopes).to_numpy()[0], shares, rtol=1e-12)


@pytest.mark.filterwarnings("ignore:performance counts")
def test_what_performance_leaves_out_is_told() -> None:
    double = r.lmer("Reaction ~ Days + (Days || Subject)", SLEEP)
    with pytest.warns(UserWarning, match="performance counts .* r_squaredGLMM counts all"):
        partial = r.r2_nakagawa(double)["R2_conditional"]
    assert partial < r.r_squaredGLMM(double)["R2c"].iloc[0] - 0.05
    absent = r.lmer("Reaction ~ 1 + (Days | Subject)", SLEEP)
    with pytest.warns(UserWarning, match="Random slopes not present as fixed effects"):
        r.icc(absent)


def test_an_explained_constant_is_no_variance() -> None:
    """Shifting and scaling the response changes no share."""
    moved = SLEEP.assign(Reaction=SLEEP["Reaction"] * 10 - 7)
    first, second = (r.r2_nakagawa(r.lmer("Reaction ~ Days + (Days | Subject)", d, control=r.lmerControl("newton")))
                     for d in (SLEEP, moved))
    np.testing.assert_allclose(first, second, rtol=1e-9)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda m: r.r2_nakagawa(r.lm("Reaction ~ Days", SLEEP)), "a mixed model, not Lm"),
        (lambda m: r.icc(3), "a mixed model, not int"),
        (lambda m: r.r2("x"), "not str"),
        (lambda m: r.r_squaredGLMM(None), "not NoneType"),
        (lambda m: r.AICc(3), "AICc|logLik"),
        (lambda m: r.dredge(m, rank="QAIC"), "'AICc', 'AIC', 'BIC', not 'QAIC'"),
        (lambda m: r.dredge(m, fixed="days"), "fixed names no term .* days; there are Days"),
        (lambda m: r.aictab([m]), "two models"),
        (lambda m: r.tidy(m, effects="random"), "'ran_pars', 'fixed', 'ran_vals', 'ran_coefs', not 'random'"),
        (lambda m: r.tidy(m, conf_int=True, conf_method="boot"), "'Wald', 'profile', not 'boot'"),
        (lambda m: r.tidy(m, conf_int=True, conf_level=95), "conf_level"),
        (lambda m: r.glance(3), "no applicable method for 'glance'"),
        (lambda m: r.fortify(3), "linear or a mixed model"),
    ],
)
def test_errors(slopes: Any, ask: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask(slopes)


def test_counts_of_successes_before_and_since_performance_0_12() -> None:
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family="binomial")
    assert r.family(m).name == "binomial"
    with pytest.warns(UserWarning, match="mean, 15"):
        early = r.r2_nakagawa(m)["R2_conditional"]
    with r.options(lme4="2.1"):
        later = r.r2_nakagawa(m)["R2_conditional"]
    assert later > early + 0.5
    assert r.r_squaredGLMM(m).loc["theoretical", "R2c"] == pytest.approx(later, rel=1e-10)


@pytest.mark.parametrize("ask", [
    r.step, r.ranova, lambda m: r.drop1(m, ddf="Satterthwaite"), lambda m: r.SATmodcomp(m, ". ~ . - period"),
    lambda m: r.contest(m, [0, 0, 0, 1]), lambda m: r.tidy(m, ddf="Satterthwaite"),
])
def test_degrees_of_freedom_are_of_linear_mixed_models(ask: Callable[[Any], Any]) -> None:
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family="binomial")
    with pytest.raises(ValueError, match="fitted by lmer, not one by glmer"):
        ask(m)
