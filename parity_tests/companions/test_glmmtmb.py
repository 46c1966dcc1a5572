"""`glmmTMB` where its likelihood is lme4's, and what it refuses, each by name."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r

SLEEP = r.sleepstudy()
VISITS = r.load("epil")


def test_it_is_lmer_and_glmer_at_the_optimum() -> None:
    m = r.glmmTMB("Reaction ~ Days + (Days | Subject)", SLEEP)
    assert not m.REML
    same = r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP, REML=False, control="newton")
    np.testing.assert_array_equal(m.theta, same.theta)
    assert r.glmmTMB("Reaction ~ Days + (1 | Subject)", SLEEP, REML=True).REML
    counts = r.glmmTMB("y ~ trt + (1 | subject)", VISITS, family=r.poisson)
    own = r.glmer("y ~ trt + (1 | subject)", VISITS, family="poisson", control="newton")
    np.testing.assert_array_equal(r.fixef(counts), r.fixef(own))


def test_no_coefficient_is_better_than_the_optimum() -> None:
    m = r.glmmTMB("y ~ trt + (1 | subject)", VISITS, family="poisson")
    default = r.glmer("y ~ trt + (1 | subject)", VISITS, family="poisson")
    assert float(r.logLik(m)) >= float(r.logLik(default)) - 1e-9


@pytest.mark.parametrize(("settings", "said"), [
    ({"family": "nbinom2"}, r"family nbinom2 is none .* r.glmer_nb"),
    ({"family": "nbinom1"}, "nbinom1"), ({"family": "tweedie"}, "tweedie.* rpy2"),
    ({"family": "beta_family"}, "take the logit of"),
    ({"family": r.binomial("probit")}, r"binomial\(probit\).*r.glmer has this link"),
    ({"family": r.Gamma(link="log")}, r"Gamma\(log\)"), ({"ziformula": "~1"}, "ziformula '~1': zero inflation"),
    ({"dispformula": "~Days"}, "dispformula '~Days': one dispersion"),
    ({"formula": "y ~ trt"}, "No random effects terms specified in formula 'y ~ trt'"),
    ({"formula": "y ~ trt + ar1(0 + factor(period) | subject)"}, r"ar1\(\) is written and bounded otherwise"),
    ({"REML": True}, "REML of a poisson model"),
])  # fmt: skip
def test_other_likelihoods_are_refused_by_name(settings: dict[str, Any], said: str) -> None:
    asked = {"formula": "y ~ trt + (1 | subject)", "data": VISITS, "family": "poisson"} | settings
    with pytest.raises(ValueError, match=said):
        r.glmmTMB(**asked)
