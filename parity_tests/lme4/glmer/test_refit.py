"""A generalized model fitted again: to another response, without some rows. The numbers are
R's: lme4 1.1-31 and pbkrtest 0.5.2, of structures lme4 2.1-0, each by the call that stands above it.
"""

import warnings

import numpy as np
import pytest

import translations as r

CBPP = "cbind(incidence, size - incidence) ~ "


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


def test_refit_takes_what_simulate_gives(herds):
    # fixef(refit(m, simulate(m, 1, seed = 1))); s <- simulate(m, 2, seed = 1); fixef(refit(m, s$sim_1))
    counts = r.fixef(r.refit(herds, r.simulate(herds, 1, seed=1)))
    np.testing.assert_allclose(counts, [-1.2314516, -0.9378104, -1.1198772, -2.0725244], rtol=1e-5)
    m = r.glmer("y ~ trt + (1 | ID)", r.load("bacteria"), r.binomial)
    two = r.simulate(m, 2, seed=1)
    for response in (two["sim_1"], two[["sim_1"]], (two["sim_1"] == "y").astype(float)):
        np.testing.assert_allclose(r.fixef(r.refit(m, response)), [2.476752, -1.204769, -1.164988], rtol=1e-5)
    with pytest.raises(ValueError, match="refit takes one response, newresp has 2 columns"):
        r.refit(m, two)
    straight = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), REML=False)
    np.testing.assert_allclose(r.fixef(r.refit(straight, r.simulate(straight, 1, seed=1))), [260.150301, 9.767439],
                               rtol=1e-7)


def test_means_whose_squares_are_no_numbers_weigh_nothing():
    """R's bootMer(m, fixef, 2, seed = 3)$t: on the way to these modes means reach 4e282, whose variance is infinite."""
    data = r.sleepstudy().assign(y=lambda d: d["Reaction"] / 100)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.glmer("y ~ Days + (1 | Subject)", data, r.Gamma("log"))
        refitted = r.bootMer(m, r.fixef, 2, seed=3).t
    np.testing.assert_allclose(refitted, [[-0.16252809, 0.09227824], [0.07389347, 0.02952704]], rtol=2e-6)
