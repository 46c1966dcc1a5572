"""A generalized model fitted again: to simulated responses, without some rows, under another structure. The numbers are
R's: lme4 1.1-31 and pbkrtest 0.5.2, of structures lme4 2.1-0, each by the call that stands above it.
"""

import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.inference.intervals import ProfileWarning

CBPP = "cbind(incidence, size - incidence) ~ "


@pytest.fixture
def herds():
    return r.glmer(CBPP + "period + (1 | herd)", r.load("cbpp"), r.binomial)


def test_pbmodcomp_refits_both_models_as_pbkrtest(herds):
    # set.seed(1); PBmodcomp(large, small, nsim = 8)$ref
    small = r.glmer(CBPP + "1 + (1 | herd)", r.load("cbpp"), r.binomial)
    tested = r.PBmodcomp(herds, small, nsim=8, seed=1)
    in_r = [2.933583606, 2.181221277, 1.17496431, 3.530027719, 3.849277889, 0.1784561848, 6.323780153, 0.8969191076]
    np.testing.assert_allclose(tested.ref, in_r, rtol=1e-8)
    np.testing.assert_allclose(tested.test["p.value"], [1.151006489e-05, 1 / 9], rtol=1e-8)


def test_pbmodcomp_needs_one_family(herds):
    other = r.glmer("incidence ~ 1 + (1 | herd)", r.load("cbpp"), r.poisson)
    with pytest.raises(ValueError, match="one family"):
        r.PBmodcomp(herds, other, nsim=2, seed=1)


def test_influence_of_groups_is_lme4s(herds):
    # influence(m, "herd"): cooks.distance, dfbeta
    without = r.influence(herds, "herd")
    np.testing.assert_allclose(r.cooks_distance(without)[:3], [0.256630561, 0.005258562, 0.103355658], rtol=3e-6)
    np.testing.assert_allclose(r.dfbeta(without).loc["1"], [0.02354541, -0.170148461, -0.345504591, -0.003007004],
                               rtol=1e-5)


def test_simulated_responses_are_of_the_responses_kind():
    # str(simulate(m, 1, seed = 1))
    outcome = pd.Categorical(list("nyyn") * 20)
    rows = pd.DataFrame({"y": outcome, "g": np.repeat(range(8), 10), "x": np.sin(range(1, 81))})
    with pytest.warns(r.SingularFitWarning):
        m = r.glmer("y ~ x + (1 | g)", rows, r.binomial)
    simulated = r.simulate(m, 1, seed=1)["sim_1"]
    assert list(simulated.cat.categories) == ["n", "y"]
    assert list(simulated[:10]) == list("nnyyynnyyn")
    ticks = r.glmer("TICKS ~ 1 + (1 | BROOD)", r.load("grouseticks"), r.poisson)
    simulated = r.simulate(ticks, 1, seed=1)["sim_1"]
    assert simulated.dtype == int
    assert list(simulated[:10]) == [1, 1, 2, 0, 0, 0, 1, 15, 20, 20]


def test_simulated_successes_have_their_failures_beside_them(herds):
    # simulate(m, 2, seed = 1)
    drawn = r.simulate(herds, 2, seed=1)
    assert drawn["sim_1"].head(3).to_numpy().tolist() == [[4, 10], [0, 12], [0, 9]]
    assert drawn["sim_2"].head(3).to_numpy().tolist() == [[3, 11], [0, 12], [0, 9]]
    assert list(drawn["sim_1"].columns) == ["incidence", ""]
    assert r.refit(herds, drawn["sim_2"]).theta == r.refit(herds, drawn["sim_2"]["incidence"]).theta


@pytest.mark.parametrize("bar, par, criterion", [
    # glmer(cbind(incidence, size - incidence) ~ 1 + ..., cbpp, binomial): -2 * logLik, getME(m, "par")
    ("cs(0 + period | herd, hom = TRUE)", [1.19368488, -0.11694997], 188.21155014),
    ("ar1(0 + period | herd)", [1.15731363, 0.02266877], 188.46108053),
    ("diag(0 + period | herd)", [1.51586491, 0.51258292, 1.38028014], 180.48345560),
])
def test_structures_are_fitted_by_their_own_parameters(bar, par, criterion):
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("ignore", r.SingularFitWarning)  # of the fourth period's variance, as in lme4
        m = r.glmer(CBPP + "1 + " + bar, r.load("cbpp"), r.binomial)
    np.testing.assert_allclose(m.optimum.value, criterion, rtol=1e-9)
    np.testing.assert_allclose(r.getME(m, "par")[: len(par)], par, rtol=1e-5)


@pytest.mark.parametrize("bar, ends", [
    # confint(glmer(cbind(incidence, size - incidence) ~ time + ..., cbpp, binomial)), lme4 2.1-0
    ("diag(time | herd, hom = TRUE)", [[0.142601220319, 0.560985594173], [-1.262972177443, -0.254060102812],
                                       [-0.982263168551, -0.366255220936]]),
    ("cs(time | herd)", [[0.458781884904, 1.9316436004770], [0, 0.7996811801009], [-1, 1],
                         [-1.747762871686, -0.0999187431172], [-1.029155575370, -0.2882395282095]]),
])
def test_profiles_of_structures_with_as_many_parameters_as_theta(bar, ends):
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ProfileWarning)  # of cs()'s correlation, as in lme4
        found = r.confint(r.glmer(CBPP + "time + " + bar, timed(), r.binomial), quiet=True)
    np.testing.assert_allclose(found, ends, rtol=1e-6)


@pytest.mark.parametrize("bar", ["cs(time | herd, hom = TRUE)", "ar1(0 + period | herd)", "cs(0 + period | herd)"])
def test_profiles_of_other_structures_stop_as_lme4s_do(bar):
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("ignore", r.SingularFitWarning)
        m = r.glmer(CBPP + "time + " + bar, timed(), r.binomial)
        with pytest.raises(ValueError, match=r"length\(pars\) == np \+ nf is not TRUE.*method='Wald'"):
            r.profile(m)


def timed() -> pd.DataFrame:
    cbpp = r.load("cbpp")
    return cbpp.assign(time=cbpp["period"].astype(int))


def test_newton_of_huge_counts():
    """Counts in millions: their deviance has fewer digits than the modes' tolerance asks of it."""
    rng = np.random.default_rng(4)
    g, x = np.repeat(np.arange(12), 5), np.tile(np.arange(5), 12)
    mu = np.exp(13 + 0.3 * x + rng.normal(size=12)[g])
    rows = pd.DataFrame({"y": rng.poisson(mu), "x": x, "g": g})
    with pytest.warns(r.ConvergenceWarning, match="very large eigenvalue"):
        m = r.glmer("y ~ x + (1 | g)", rows, r.poisson, control="newton")
    assert m.optimum.code == 0
    assert np.isfinite(np.asarray(r.vcov(m))).all()
