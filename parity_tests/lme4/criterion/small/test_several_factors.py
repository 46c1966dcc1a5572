"""The compiled criterion that fits and profiles of crossed models minimize, beside `factor.py`'s."""
from __future__ import annotations

import math

import numpy as np
import pytest

import translations as r
from translations.lme4.criterion import sdcor
from translations.lme4.criterion.sdcor import Way
from translations.lme4.criterion.small.several_factors import SeveralFactors
from translations.lme4.inference.profiles.solved import with_covariance
from translations.lme4.model import LmerMod

ROUNDING = 1e-13  # of a deviance of some hundreds
SCALES = (1e-3, 1.0, 10.0)


@pytest.fixture(scope="module", params=["scalar", "vector", "weighted"])
def model(request: pytest.FixtureRequest) -> LmerMod:
    """Models whose trailing block is small."""
    if request.param == "scalar":
        return r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", r.Penicillin())
    cake = r.cake()
    weights = 1.0 + np.arange(len(cake)) % 3 if request.param == "weighted" else None
    return r.lmer("angle ~ recipe + temp + (temp | recipe) + (1 | replicate)", cake, weights=weights)


def thetas(m: LmerMod) -> list[np.ndarray]:
    rng = np.random.default_rng(20)
    return [np.abs(rng.normal(size=len(m.theta))) * scale for scale in SCALES for _ in range(5)]


@pytest.mark.parametrize("df", [None, 100])
@pytest.mark.parametrize("REML", [False, True])
def test_the_profiled_criterion_is_the_factors(model: LmerMod, REML: bool, df: int | None) -> None:  # noqa: N803
    criterion = SeveralFactors(model.pls, REML, df)
    for theta in thetas(model):
        assert criterion(theta) == pytest.approx(model.pls.deviance(theta, REML, df), rel=ROUNDING)
        assert model.pls.lme4_deviance(theta, REML, df) == criterion(theta)


def test_a_fixed_effect_that_is_held_raises_pwrss(model: LmerMod) -> None:
    pls, deviance = model.pls, SeveralFactors(model.pls)
    for j in range(pls.p):
        value = pls.beta0[j] + 0.3
        deviance.beside(j).held(value)
        for theta in thetas(model):
            ldL2, pwrss, beta, unscaled = with_covariance(pls, theta)
            pwrss += (value - beta[j]) ** 2 / unscaled[j, j]
            expected = ldL2 - pls.log_weights + pls.n * (1.0 + math.log(2.0 * math.pi * pwrss / pls.n))
            assert deviance(theta) == pytest.approx(expected, rel=ROUNDING)


@pytest.mark.parametrize("way", list(Way))
def test_held_deviations_and_correlations_are_those_of_theta(model: LmerMod, way: Way) -> None:
    pls, deviance, sigma = model.pls, SeveralFactors(model.pls), 1.25 * model.sigma
    for theta in thetas(model):
        x = sdcor.from_theta(pls.structure, theta, sigma, way)
        deviance.hold(np.arange(len(theta)), x, way)
        parts = pls.at(sdcor.to_theta(pls.structure, x, way)).criterion
        expected = parts.ldL2 - pls.log_weights + parts.pwrss / sigma**2 + pls.n * math.log(2.0 * math.pi * sigma**2)
        assert deviance(x[:-1]) == pytest.approx(expected, rel=ROUNDING)


def test_correlations_of_no_matrix_have_no_deviance() -> None:
    data = r.cake()
    m = r.lmer("angle ~ temp + (recipe | replicate) + (1 | temperature)", data)
    deviance, x = SeveralFactors(m.pls), sdcor.from_theta(m.pls.structure, np.append(m.theta[:-1], 1.0), 1.0)
    correlations = np.flatnonzero(sdcor.bounds(m.pls.structure)[0] < 0.0)
    x[correlations] = np.array([0.99, -0.99, 0.99])
    for way, expected in ((Way.EXACT, math.inf), (Way.BY_CORRELATIONS, math.nan)):
        deviance.hold(np.arange(len(x) - 1), x, way)
        assert deviance(x[:-1]) == pytest.approx(expected, nan_ok=True)
