"""The deviance from sums over levels with the same Z'Z, beside `factor.py`'s; profiles by it beside lme4's order."""
from __future__ import annotations

import math

import numpy as np
import pytest

import translations as r
from translations.lme4.criterion.sdcor import Way
from translations.lme4.criterion.small.scalar_factor import ScalarFactor
from translations.lme4.inference import profile_objective
from translations.lme4.inference.profile_objective import ProfileObjective, _with_covariance
from translations.lme4.model import LmerMod

ROUNDING = 1e-13  # of a deviance of some hundreds
THETAS = (0.0, 0.01, 1.0, 7.0)


@pytest.fixture(scope="module", params=["balanced", "unbalanced", "slope", "weighted"])
def model(request: pytest.FixtureRequest) -> LmerMod:
    cake = r.cake()
    data = cake.iloc[:-23] if request.param == "unbalanced" else cake
    weights = 1.0 + np.arange(len(data)) % 3 if request.param == "weighted" else None
    effect = "0 + temp" if request.param == "slope" else "1"
    return r.lmer(f"angle ~ recipe * temp + ({effect} | recipe:replicate)", data, weights=weights)


def test_the_profiled_deviance_is_the_factors(model: LmerMod) -> None:
    deviance = ScalarFactor(model.pls)
    for theta in THETAS:
        assert deviance(np.array([theta])) == pytest.approx(model.pls.deviance(np.array([theta]), False), rel=ROUNDING)


def test_a_fixed_effect_that_is_held_raises_pwrss_and_moves_the_others(model: LmerMod) -> None:
    pls, deviance = model.pls, ScalarFactor(model.pls)
    for j in range(pls.p):
        value = pls.beta0[j] + 0.3
        deviance.beside(j).held(value)
        for theta in THETAS:
            ldL2, pwrss, beta, unscaled = _with_covariance(pls, np.array([theta]))
            pwrss += (value - beta[j]) ** 2 / unscaled[j, j]
            expected = ldL2 - pls.log_weights + pls.n * (1.0 + math.log(2.0 * math.pi * pwrss / pls.n))
            assert deviance(np.array([theta])) == pytest.approx(expected, rel=ROUNDING)
            assert deviance.pwrss == pytest.approx(pwrss, rel=1e-10)


def test_held_deviations_are_those_of_theta(model: LmerMod) -> None:
    pls, deviance, sigma = model.pls, ScalarFactor(model.pls), 1.25 * model.sigma
    for theta in THETAS:
        deviance.hold(np.arange(1), np.array([0.0, sigma]), Way.BY_CORRELATIONS)
        parts = pls.at(np.array([theta])).criterion
        expected = parts.ldL2 - pls.log_weights + parts.pwrss / sigma**2 + pls.n * math.log(2.0 * math.pi * sigma**2)
        assert deviance(np.array([theta * sigma])) == pytest.approx(expected, rel=ROUNDING)


def test_profiles_are_those_in_lme4s_order(model: LmerMod, monkeypatch: pytest.MonkeyPatch) -> None:
    with r.options(lme4="2.1"):
        assert isinstance(ProfileObjective.of(model)._products, ScalarFactor)
        sums = r.profile(model)
        monkeypatch.setattr(profile_objective, "FEW_PRODUCTS", 10**9)
        assert ProfileObjective.of(model)._products is None
        assert ProfileObjective.of(model)._held_criterion is not None
        in_order = r.profile(model)
    for name, one in sums.parameters.items():
        other = in_order.parameters[name]
        assert one.points.shape == other.points.shape
        np.testing.assert_allclose(one.points[:, 0], other.points[:, 0], rtol=0, atol=1e-7)  # zeta
        scale = np.abs(other.points).max(axis=0)  # of theta 3e-5 were seen, where searches stop
        assert (np.abs(one.points - other.points) <= 1e-4 * scale).all(), name
        zeta = np.array([-1.96, 1.96])
        np.testing.assert_allclose(one.interval(zeta), other.interval(zeta), rtol=0,
                                   atol=1e-7 * np.ptp(other.interval(zeta)))


@pytest.mark.parametrize("release", ["1.1-31", "2.1"])
@pytest.mark.parametrize("optimizer", ["nloptwrap", "bobyqa", "Nelder_Mead"])
@pytest.mark.parametrize("formula", ["Reaction ~ Days + (Days | Subject)", "Reaction ~ Days + (1 | Subject)"])
def test_compiled_steps_are_those_by_python(
    monkeypatch: pytest.MonkeyPatch, release: str, optimizer: str, formula: str
) -> None:
    m = r.lmer(formula, r.sleepstudy(), control=r.lmerControl(optimizer=optimizer))
    with r.options(lme4=release):
        compiled = r.profile(m)
        monkeypatch.setattr(ProfileObjective, "step", lambda *_: None)
        by_python = r.profile(m)
    for name, one in compiled.parameters.items():
        np.testing.assert_array_equal(one.points, by_python.parameters[name].points)
