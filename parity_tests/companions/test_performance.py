"""Explained variance: shares by hand, what performance leaves out, and what is asked wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

SLEEP = r.sleepstudy()


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


def answers() -> pd.DataFrame:
    """Thirty rows: a number, counts that grow with it, and whether they are large."""
    at = np.arange(30)
    x = np.round(np.sin(at), 3)
    n = np.array([3, 0, 2, 5, 1, 4, 0, 3, 2, 3])[at % 10] + (x > 0) * 2
    return pd.DataFrame({"x": x, "n": n, "yes": (n > 3) * 1, "time": 1.0 + n + np.round(np.cos(at * at), 2)})


@pytest.mark.parametrize(
    ("formula", "family", "value", "text"),
    [  # R 4.2 and 4.6: performance::r2(glm(formula, family, d))
        ("yes ~ x", r.binomial, 0.145676394568,
         "# R2 for Logistic Regression\n  Tjur's R2: 0.146"),
        ("yes ~ x", r.binomial(link="probit"), 0.184014818553,
         "# R2 for Generalized Linear Regression\n  Nagelkerke's R2: 0.184"),
        ("n ~ x", r.poisson, 0.227861294129,
         "# R2 for Generalized Linear Regression\n  Nagelkerke's R2: 0.228"),
        ("n ~ x", r.quasipoisson, 0.227861294129,
         "# R2 for Generalized Linear Regression\n  Nagelkerke's R2: 0.228"),
        ("time ~ x", r.Gamma(link="log"), 0.112556918274,
         "# R2 for Generalized Linear Regression\n  Nagelkerke's R2: 0.113"),
        ("time ~ x", r.gaussian, 0.138652983081,
         "  R2: 0.139"),
    ],
)
def test_of_generalized_linear_models(formula: str, family: Any, value: float, text: str) -> None:
    x = r.r2(r.glm(formula, family, answers()))
    assert float(x.iloc[0]) == pytest.approx(value, rel=1e-9)
    assert str(x) == text


@pytest.mark.parametrize("formula", ["cbind(n, 9 - n) ~ x", "n / 9 ~ x"])
def test_counts_of_yes_have_none(formula: str) -> None:
    d = answers().assign(nine=9)
    m = r.glm(formula, r.binomial, d, weights="nine" if "/" in formula else None)
    with pytest.raises(ValueError, match="not Bernoulli models"):
        r.r2(m)
