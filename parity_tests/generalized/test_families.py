"""Families that are others by another name: `quasi` with the variance of each."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r


@pytest.mark.parametrize(("variance", "link", "family", "response"), [
    ("constant", "identity", r.gaussian(), "breaks"), ("mu", "log", r.quasipoisson(), "breaks"),
    ("mu(1-mu)", "logit", r.quasibinomial(), "share"), ("mu^2", "log", r.Gamma(link="log"), "breaks"),
    ("mu^3", "log", r.inverse_gaussian(link="log"), "breaks"),
])
def test_quasi_with_a_family_s_variance_is_that_family(variance: str, link: str, family: Any, response: str) -> None:
    data = r.load("warpbreaks").assign(share=lambda d: d["breaks"] / 80.0)
    formula = f"{response} ~ wool * tension"
    own, named = r.glm(formula, r.quasi(link=link, variance=variance), data), r.glm(formula, family, data)
    assert np.asarray(r.coef(own)) == pytest.approx(np.asarray(r.coef(named)), rel=1e-8)
    assert r.deviance(own) == pytest.approx(r.deviance(named), rel=1e-10)
    assert np.asarray(r.vcov(own)) == pytest.approx(np.asarray(r.vcov(named)), rel=1e-6)
    assert np.isnan(r.AIC(own))
