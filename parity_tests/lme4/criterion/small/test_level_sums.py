"""The deviance from sums over levels that are alike, beside `factor.py`'s; profiles by it beside lme4's order."""
from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.criterion import sdcor
from translations.lme4.criterion.lme4_criterion import Lme4Criterion
from translations.lme4.criterion.sdcor import Way
from translations.lme4.criterion.small.alike import Alike
from translations.lme4.criterion.small.level_sums import LevelSums
from translations.lme4.inference.profiles import objective
from translations.lme4.inference.profiles.objective import ProfileObjective
from translations.lme4.inference.profiles.parameter_profile import Profile
from translations.lme4.inference.profiles.solved import with_covariance
from translations.lme4.model import LmerMod

ROUNDING = 1e-13  # of a deviance of some hundreds
SCALES = (0.0, 0.01, 1.0, 7.0)
CAKE = "angle ~ recipe * temp + {}"
PLAIN = {
    "balanced": "(1 | recipe:replicate)",
    "unbalanced": "(1 | recipe:replicate)",
    "slope": "(0 + temp | recipe:replicate)",
    "weighted": "(1 | recipe:replicate)",
    "nested": "(1 | replicate/recipe)",
    "nested unbalanced": "(1 | replicate/recipe)",
    "nested in two effects": "(temp | replicate) + (1 | replicate:recipe)",
    "two effects": "(temp | replicate)",
    "two independent effects": "(temp || replicate)",
}
STRUCTURED = {
    "structured": "diag(temp | replicate) + (1 | replicate:recipe)",
    "of one correlation": "cs(temp | replicate)",
}


def fitted(name: str) -> LmerMod:
    cake = r.cake()
    data = cake.iloc[:-23] if "unbalanced" in name else cake
    weights = 1.0 + np.arange(len(data)) % 3 if name == "weighted" else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on fits at a variance of 0
        return r.lmer(
            CAKE.format((PLAIN | STRUCTURED)[name]), data.assign(temp=(data["temp"] - 200.0) / 10.0), weights=weights
        )


def sums_of(m: LmerMod, of_scales: bool = False) -> LevelSums:
    alike = Alike.of(m.pls)
    assert alike is not None
    return LevelSums(m.pls, alike).of_parameters(m.pls.structure.parameters.template(of_scales))


def variables(m: LmerMod) -> list[np.ndarray]:
    """Parameters of some sizes, correlations among those of structures."""
    parameters = m.pls.structure.parameters
    x = np.where(parameters.upper == 1.0, 0.4, 1.0 - 0.3 * np.arange(parameters.size) % 2.0)
    return [np.where(parameters.upper == 1.0, x, x * scale) for scale in SCALES]


@pytest.fixture(scope="module", params=[*PLAIN, *STRUCTURED])
def model(request: pytest.FixtureRequest) -> LmerMod:
    return fitted(request.param)


def test_the_profiled_deviance_is_the_factors(model: LmerMod) -> None:
    deviance, parameters = sums_of(model), model.pls.structure.parameters
    for par in variables(model):
        expected = model.pls.at(parameters.theta(par)).deviance(False, None)
        assert deviance(par) == pytest.approx(expected, rel=ROUNDING)


def test_a_fixed_effect_that_is_held_raises_pwrss_and_moves_the_others(model: LmerMod) -> None:
    pls, deviance = model.pls, sums_of(model)
    for j in range(pls.p):
        value = pls.beta0[j] + 0.3
        deviance.beside(j).held(value)
        for par in variables(model):
            ldL2, pwrss, beta, unscaled = with_covariance(pls, pls.structure.parameters.theta(par))
            pwrss += (value - beta[j]) ** 2 / unscaled[j, j]
            expected = ldL2 - pls.log_weights + pls.n * (1.0 + math.log(2.0 * math.pi * pwrss / pls.n))
            assert deviance(par) == pytest.approx(expected, rel=ROUNDING)
            assert deviance.pwrss == pytest.approx(pwrss, rel=1e-10)


def test_held_deviations_are_those_of_theta(model: LmerMod) -> None:
    pls, deviance, sigma = model.pls, sums_of(model, True), 1.25 * model.sigma
    for par in variables(model):
        x = sdcor.from_theta(pls.structure, par, sigma, Way.BY_CORRELATIONS)
        parts = pls.at(pls.structure.parameters.theta(par)).criterion
        deviance.hold(np.arange(len(par)), np.append(np.zeros(len(par)), sigma), Way.BY_CORRELATIONS)
        expected = parts.ldL2 - pls.log_weights + parts.pwrss / sigma**2 + pls.n * math.log(2.0 * math.pi * sigma**2)
        assert deviance(x[:-1]) == pytest.approx(expected, rel=ROUNDING)


@pytest.mark.parametrize("formula", ["(1 | recipe) + (1 | replicate)", "(1 | replicate) + (temp | replicate:recipe)"])
def test_crossed_factors_and_inner_ones_of_several_effects_have_none(formula: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert Alike.of(r.lmer(CAKE.format(formula), r.cake()).pls) is None


def test_levels_of_which_no_two_are_alike_have_none() -> None:
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"x": rng.normal(size=90), "g": np.repeat([*"abcdefghi"], 10), "y": rng.normal(size=90)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert Alike.of(r.lmer("y ~ x + (1 | g)", data).pls) is not None
        assert Alike.of(r.lmer("y ~ x + (x | g)", data).pls) is None  # three sums a level


@pytest.mark.parametrize("name", ["balanced", "unbalanced", "slope", "weighted", "nested", "nested unbalanced"])
def test_profiles_are_those_in_lme4s_order(name: str) -> None:
    model = fitted(name)
    with r.options(lme4="2.1"):
        assert isinstance(ProfileObjective.of(model)._products, LevelSums)
        sums, in_order = both(model)
    for name, one in sums.parameters.items():
        other, zeta = in_order.parameters[name], np.array([-1.96, 1.96])
        assert one.points.shape == other.points.shape
        # Where a search stops early, the last bit decides, which BLAS has for the sums: seen were, with kernels of SSE3
        # to AVX-512, 3.3e-5 of zeta, 9e-4 of a deviation, and one of 1.7e-8 for 0.
        np.testing.assert_allclose(one.points[:, 0], other.points[:, 0], rtol=0, atol=5e-5)
        scale = np.abs(other.points).max(axis=0)
        assert (np.abs(one.points - other.points) <= 2e-3 * scale + 1e-7).all(), name
        close(one.interval(zeta), other.interval(zeta), 2e-6)  # R's own scatter by 1e-6 with the order of cake's rows


@pytest.mark.parametrize("terms", ["(Time | Chick)", "cs(Time | Chick)"])
def test_with_correlations_profiles_are_in_lme4s_order(terms: str) -> None:
    with warnings.catch_warnings(), r.options(lme4="2.1"):
        warnings.simplefilter("ignore")  # on gradients
        model = r.lmer(f"weight ~ Diet * Time + {terms}", r.load("ChickWeight"))
        base = ProfileObjective.of(model)
    assert Alike.of(model.pls) is not None
    assert base._products is None and isinstance(base._held_criterion, Lme4Criterion)


def test_of_three_deviations_their_profiles_are_in_lme4s_order() -> None:
    model = fitted("structured")
    with r.options(lme4="2.1"):
        assert isinstance(ProfileObjective.of(model)._products, LevelSums)
        sums, in_order = both(model)
    for row, one in sums.parameters.items():
        if row.startswith(".sig"):
            np.testing.assert_array_equal(one.points, in_order.parameters[row].points)
        else:
            zeta = np.array([-1.96, 1.96])
            close(one.interval(zeta), in_order.parameters[row].interval(zeta), 1e-7)


def test_a_profile_that_meets_a_bound_is_in_lme4s_order() -> None:
    model = fitted("nested")
    with r.options(lme4="2.1"):
        base = ProfileObjective.of(model)
        points = np.tile(base.optimum, (2, 1))
        points = np.column_stack([np.zeros(2), points])
        assert base.in_order(0, points) is None
        points[1, 1] = 0.0
        assert base.in_order(0, points) is None  # its own
        found = base.in_order(1, points)
        assert found is not None and found._products is None


def both(model: LmerMod) -> tuple[Profile, Profile]:
    """The profiles by sums, and in lme4's order."""
    with pytest.MonkeyPatch.context() as patch:
        sums = r.profile(model)
        patch.setattr(objective, "FEW_PRODUCTS", 10**9)
        assert ProfileObjective.of(model)._products is None
        assert ProfileObjective.of(model)._held_criterion is not None
        return sums, r.profile(model)


def close(one: np.ndarray, other: np.ndarray, gap: float) -> None:
    """Two intervals, to `gap` of their width."""
    np.testing.assert_allclose(one, other, rtol=0, atol=gap * np.ptp(other))


@pytest.mark.parametrize("release", ["1.1-31", "2.1"])
@pytest.mark.parametrize("optimizer", ["nloptwrap", "bobyqa", "Nelder_Mead"])
@pytest.mark.parametrize("terms", ["(Days | Subject)", "(1 | Subject)", "cs(Days | Subject)"])
def test_compiled_steps_are_those_by_python(
    monkeypatch: pytest.MonkeyPatch, release: str, optimizer: str, terms: str
) -> None:
    m = r.lmer(f"Reaction ~ Days + {terms}", r.sleepstudy(), control=r.lmerControl(optimizer=optimizer))
    with r.options(lme4=release):
        compiled = r.profile(m)
        monkeypatch.setattr(ProfileObjective, "step", lambda *_: None)
        by_python = r.profile(m)
    for name, one in compiled.parameters.items():
        np.testing.assert_array_equal(one.points, by_python.parameters[name].points)
