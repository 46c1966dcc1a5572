"""Bootstraps of generalized models."""
from __future__ import annotations

import warnings

import numpy as np
import pytest

import translations as r

CBPP = "cbind(incidence, size - incidence) ~ period + (1 | herd)"


def test_a_bootstrap_does_not_depend_on_what_is_asked() -> None:
    m = r.glmer(CBPP, r.load("cbpp"), r.binomial)
    by_name = r.bootMer(m, "fixef", 3, seed=2).t.to_numpy()
    whole = r.bootMer(m, "parameters", 3, seed=2).t.to_numpy()
    own = r.bootMer(m, lambda one: r.fixef(one), 3, seed=2).t.to_numpy()
    assert np.array_equal(by_name, whole[:, 1:]) and np.array_equal(by_name, own)


# M <- glmer(Reaction ~ Days + (1 | Subject), sleepstudy, Gamma("log")); confint(M, method = "boot", nsim = 4, seed = 7)
# has these of .sigma. Of .sig01, which VarCorr shows as 0.076 and 0.125, it has 1.18 to 1.78, of theta, and in 2.1
# 0.0074 to 0.0136, of the standard deviation times sigma.
SIGMA = {"1.1-31": [2.046488833, 2.22695327], "2.1": [0.0890646383, 0.104885799]}


@pytest.mark.parametrize("release", SIGMA)
def test_the_bootstrap_s_deviations_are_those_of_varcorr(release: str) -> None:
    with r.options(lme4=release), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        m = r.glmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), r.Gamma("log"))
        found = r.confint(m, method="boot", nsim=4, seed=7)
        each = r.bootMer(m, lambda one: [r.VarCorr(one)["Subject"].stddev.iloc[0], r.sigma(one)], nsim=4, seed=7).t
    np.testing.assert_allclose(found.iloc[:2], np.sort(np.asarray(each), axis=0)[[0, -1]].T, rtol=1e-12)
    assert any("not of what VarCorr shows" in str(one.message) for one in said)
    np.testing.assert_allclose(found.loc[".sigma"], SIGMA[release], rtol=1e-4)
