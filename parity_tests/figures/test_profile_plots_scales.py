"""Profiles on other scales than lme4's own plots show: what must hold whatever the model."""

from __future__ import annotations

import numpy as np
import pytest

import translations as r


@pytest.fixture(scope="module")
def profile():
    return r.profile(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))


@pytest.fixture(scope="module")
def named():
    return r.profile(r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff()), signames=False)


def test_intervals_are_those_of_the_standard_deviation(profile):
    """But for the spline's error between points, which is another on another scale."""
    own = profile.confint()
    squared, logged = r.varianceProf(profile).confint(), r.logProf(profile).confint()
    for sd, variance, logarithm in ((".sig01", ".sigsq01", ".lsig01"), (".sig03", ".sigsq03", ".lsig03"),
                                    (".sigma", ".sigmasq", ".lsigma")):  # fmt: skip
        np.testing.assert_allclose(np.sqrt(squared.loc[variance].to_numpy(float)), own.loc[sd], rtol=2e-3)
        np.testing.assert_allclose(np.exp(logged.loc[logarithm].to_numpy(float)), own.loc[sd], rtol=2e-3)


def test_correlations_and_fixed_effects_stay(profile):
    for scaled in (r.varianceProf(profile), r.logProf(profile)):
        for name in (".sig02", "(Intercept)", "Days"):
            assert scaled.confint().loc[name].tolist() == profile.confint().loc[name].tolist()


def test_only_the_residual(profile):
    assert r.varianceProf(profile, ranef=False).names == [
        ".sig01", ".sig02", ".sig03", ".sigmasq", "(Intercept)", "Days",
    ]  # fmt: skip


def test_parameters_named_by_what_they_are(named):
    assert list(r.varianceProf(named).parameters) == ["var_(Intercept)|Batch", "sigmasq", "(Intercept)"]
    assert list(r.logProf(named).parameters) == ["log_sd_(Intercept)|Batch", "log_sigma", "(Intercept)"]


def test_a_point_at_zero_has_no_logarithm(named):
    """It is left out everywhere; the profile itself keeps it."""
    column = named.parameters["sd_(Intercept)|Batch"].points[:, 1]
    assert (column == 0).any()
    scaled = r.logProf(named)
    assert all(np.isfinite(p.points).all() for p in scaled.parameters.values())
    assert scaled.parameters["log_sd_(Intercept)|Batch"].lower == -np.inf
    assert (named.parameters["sd_(Intercept)|Batch"].points[:, 1] == column).all()


def test_the_base_of_the_logarithm(profile):
    natural, ten = r.logProf(profile).confint(), r.logProf(profile, base=10).confint()
    np.testing.assert_allclose(ten.loc[".lsigma"] * np.log(10), natural.loc[".lsigma"], rtol=1e-12)


def test_what_was_not_profiled_stays_as_it_is():
    some = r.profile(r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff()), which=".sigma")
    assert r.varianceProf(some).names == [".sig01", ".sigmasq", "(Intercept)"]
