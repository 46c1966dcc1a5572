"""Models and results pickled and copied: what joblib, multiprocessing and caches do to them."""

import copy
import pickle
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

FAMILIES = [r.binomial("probit"), r.poisson(), r.Gamma(), r.gaussian("log"), r.inverse_gaussian(), r.quasibinomial(),
            r.quasipoisson("sqrt"), r.quasi("log", "mu^2"), r.negative_binomial(2.5)]


@cache
def fit(name: str) -> Any:
    sleep, cbpp = r.sleepstudy(), r.load("cbpp")
    fits: dict[str, Callable[[], Any]] = {
        "lmer": lambda: r.lmer("Reaction ~ Days + (Days | Subject)", sleep),
        "newton": lambda: r.lmer("Reaction ~ Days + (1 | Subject)", sleep, control="newton"),
        "cake": lambda: r.lmer("angle ~ recipe + temp + (1 | replicate)", r.load("cake"), REML=False),
        "glmer": lambda: r.glmer("incidence / size ~ period + (1 | herd)", cbpp, "binomial", weights="size"),
        "glmer_nb": lambda: r.glmer_nb("TICKS ~ YEAR + (1 | BROOD)", r.load("grouseticks")),
        "glm": lambda: r.glm("incidence / size ~ period", "binomial", cbpp, weights="size"),
        "lm": lambda: r.lm("Reaction ~ Days", sleep),
        "lme": lambda: r.lme("Reaction ~ Days", sleep, random="~ Days | Subject"),
        "gls": lambda: r.gls("Reaction ~ Days", sleep),
        "aov": lambda: r.aov("Reaction ~ factor(Days) + Error(Subject)", sleep),
    }
    return fits[name]()


RESULTS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "lmer": {
        "fit": lambda m: m, "summary": r.summary, "VarCorr": r.VarCorr, "ranef": r.ranef, "fixef": r.fixef,
        "logLik": r.logLik, "anova": r.anova, "Anova": r.Anova, "drop1": r.drop1, "profile": r.profile,
        "emmeans": lambda m: r.emmeans(m, "Days"), "summary of emmeans": lambda m: r.summary(r.emmeans(m, "Days")),
        "Satterthwaite": lambda m: r.emmeans(m, "Days", lmer_df="satterthwaite"), "allEffects": r.allEffects,
        "ggpredict": lambda m: r.ggpredict(m, "Days"), "r2": r.r2_nakagawa, "icc": r.icc,
        "bootMer": lambda m: r.bootMer(m, "fixef", nsim=3, seed=1),
    },
    "newton": {"fit": lambda m: m},
    "cake": {"ls_means": r.ls_means, "collinearity": r.check_collinearity,
             "PBmodcomp": lambda m: r.PBmodcomp(m, r.update(m, "~ . - temp"), nsim=3, seed=1)},
    "glmer": {
        "fit": lambda m: m, "summary": r.summary, "family": r.family, "profile": r.profile,
        "quadrature": lambda m: r.update(m, nAGQ=9), "emmeans": lambda m: r.emmeans(m, "period"),
        "pairs": lambda m: r.pairs(r.emmeans(m, "period")), "regrid": lambda m: r.regrid(r.emmeans(m, "period")),
        "glht": lambda m: r.glht(m, r.mcp(period="Tukey")),
    },
    "glmer_nb": {"fit": lambda m: m},
    "glm": {"fit": lambda m: m, "summary": r.summary, "profile": r.profile},
    "lm": {"fit": lambda m: m, "named": lambda m: r.residuals(m).rename("residual"),
           "terms": lambda m: r.predict(m, type="terms"), "boxcox": r.boxcox},
    "lme": {"fit": lambda m: m, "anova": r.anova, "emmeans": lambda m: r.emmeans(m, "Days")},
    "gls": {"fit": lambda m: m, "emmeans": lambda m: r.emmeans(m, "Days", mode="satterthwaite")},
    "aov": {"fit": lambda m: m},
}


@pytest.mark.parametrize("again", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy], ids=["pickled", "copied"])
@pytest.mark.filterwarnings("ignore::translations.lme4.control.FollowedWarning")  # of lme4 1.1-31's refits
@pytest.mark.parametrize("name, of", [(name, of) for name, results in RESULTS.items() for of in results])
def test_a_result_comes_back_as_it_was(name: str, of: str, again: Callable[[Any], Any]) -> None:
    result = RESULTS[name][of](fit(name))
    back = again(result)
    assert type(back) is type(result)
    assert str(back) == str(result)
    if isinstance(result, pd.Series):
        assert back.name == result.name
        assert result.copy().name == result.sort_values().name == result.name


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
def test_a_family_comes_back_with_its_functions(family: Any) -> None:
    back = pickle.loads(pickle.dumps(family))
    mu = np.array([0.2, 0.5])
    assert repr(back) == repr(family) and back.written == family.written and back.theta == family.theta
    for name in ("linkfun", "linkinv", "mu_eta", "variance"):
        assert np.array_equal(getattr(back, name)(mu), getattr(family, name)(mu))
    assert np.array_equal(back.dev_resids(mu, mu[::-1], mu), family.dev_resids(mu, mu[::-1], mu))


def test_a_pickled_model_goes_on_as_the_model_does() -> None:
    back = pickle.loads(pickle.dumps(fit("glmer")))
    response = r.simulate(fit("glmer"), seed=1)
    assert r.deviance(r.refit(back, response)) == r.deviance(r.refit(fit("glmer"), response))
    profile = pickle.loads(pickle.dumps(r.profile(fit("lmer"))))
    pd.testing.assert_frame_equal(r.confint(profile), r.confint(r.profile(fit("lmer"))))
    pd.testing.assert_frame_equal(r.summary(pickle.loads(pickle.dumps(r.emmeans(fit("lmer"), "Days")))),
                                  r.summary(r.emmeans(fit("lmer"), "Days")))


@pytest.mark.parametrize(("name", "of"), [
    ("lmer", "fit"), ("glmer", "fit"), ("lm", "fit"), ("lme", "fit"), ("lmer", "summary"), ("glmer", "profile"),
    ("lmer", "emmeans"), ("lmer", "bootMer")])
def test_a_result_equals_itself_alone(name: str, of: str) -> None:
    """So that it can be looked for in a list, and be a key: its arrays have no one truth value."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one, other = RESULTS[name][of](fit(name)), pickle.loads(pickle.dumps(RESULTS[name][of](fit(name))))
    assert one == one and one != other and one in [other, one] and len({one, other}) == 2
