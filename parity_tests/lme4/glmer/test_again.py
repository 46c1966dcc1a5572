"""A generalized model fitted again: to simulated responses, without some rows, under another structure. The numbers are
R's: lme4 1.1-31 and pbkrtest 0.5.2, of structures lme4 2.1-0, each by the call that stands above it.
"""

import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.control import FollowedWarning
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


def test_new_herds_are_drawn_with_the_trials_of_the_rows(herds):
    # set.seed(1); simulate(m, newdata = transform(cbpp, herd = factor(as.integer(herd) + 100)),
    #                       allow.new.levels = TRUE)[[1]][1:6, ], and with re.form = NULL
    new = r.load("cbpp").assign(herd=lambda d: [str(int(one) + 100) for one in d["herd"]])
    drawn = r.simulate(herds, seed=1, newdata=new, allow_new_levels=True)["sim_1"]
    assert drawn.head(6).to_numpy().tolist() == [[2, 12], [1, 11], [0, 9], [0, 5], [7, 15], [2, 16]]
    drawn = r.simulate(herds, seed=1, newdata=new, allow_new_levels=True, re_form=None)["sim_1"]
    assert drawn.head(6).to_numpy().tolist() == [[2, 12], [1, 11], [1, 8], [1, 4], [3, 19], [3, 15]]
    with pytest.warns(r.ParityNote, match="R takes the fit's 56 numbers of trials for 3 new rows"):
        r.simulate(herds, seed=1, newdata=new.head(3), allow_new_levels=True)


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


# head(hatvalues(m), 3), cooks.distance(m), of the Gamma model rstudent(g), by lme4 1.1-31 and 2.1-0
LEVERAGES = {
    "1.1-31": ([1.92376867656, 2.09262818149, 1.72730423121], [1.01133338783, 0.506220985066, 6.76684941811],
               [-0.347439093, -0.584619586, -1.567269478]),
    "2.1": ([1.92415224, 2.09316872, 1.72780134], [1.011143994, 0.506134417, 6.761946502],
            [-0.360590127, -0.630601831, -1.620814790]),
}


@pytest.mark.parametrize("release", LEVERAGES)
def test_leverages_are_lme4s_with_a_warning_and_newtons_are_leverages(release):
    hat, cooks, student = LEVERAGES[release]
    with r.options(lme4=release), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        m = r.glmer(CBPP + "period + (1 | herd)", r.load("cbpp"), r.binomial)
        gamma = r.glmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), r.Gamma("log"))
        found = r.hatvalues(m), r.cooks_distance(m), r.rstudent(gamma)
    for own, theirs in zip(found, (hat, cooks, student), strict=True):
        np.testing.assert_allclose(own.iloc[:3], theirs, rtol=1e-6)
    texts = [str(w.message) for w in said]
    assert "the hat matrix may not make sense for GLMMs" in texts and any("leverages times prior" in t for t in texts)
    with pytest.warns(UserWarning, match="may not make sense"):
        true = r.hatvalues(r.glmer(CBPP + "period + (1 | herd)", r.load("cbpp"), r.binomial, control="newton"))
    assert (true < 1.0).all() and 4.0 < true.sum() < 4.0 + 15.0


def test_standard_errors_of_predictions():
    """predict(m, se.fit = TRUE), lme4 2.1-0: on either scale, without random effects, and of a new level."""
    new = pd.DataFrame({"period": ["2", "2"], "herd": ["1", "zz"]})
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.glmer(CBPP + "period + (1 | herd)", r.load("cbpp"), r.binomial)
        link, response = (r.predict(m, se_fit=True, type=kind) for kind in ("link", "response"))
        alone, unseen = r.predict(m, se_fit=True, re_form="~0"), r.predict(m, new, se_fit=True, allow_new_levels=True)
    expected = ((link, [-0.808511379, -1.800827260], [0.370728264, 0.417649047]),
                (response, [0.308207802, 0.141750393], [0.0790451060, 0.0508100216]),
                (alone, [-1.39853204, -2.39084792], [0.227892642, 0.310303375]),
                (unseen, [-1.80082726, -2.39084792], [0.417649047, 0.310303375]))
    for (fit, se), values, errors in expected:
        np.testing.assert_allclose(fit.iloc[:2], values, rtol=1e-6)
        np.testing.assert_allclose(se.iloc[:2], errors, rtol=1e-6)


def test_standard_errors_of_a_gamma_models_modes_have_sigma_twice_as_lme4():
    """R 2.1-0: head(as.data.frame(ranef(g))$condsd), head(predict(g, se.fit = TRUE)$se.fit). They are multiplied by
    sigma(g) though the weights have the dispersion in them; "newton" multiplies once."""
    with r.options(lme4="2.1"), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        g = r.glmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), r.Gamma("log"))
        se, spread = r.predict(g, se_fit=True)[1], r.ranef(g).as_data_frame()["condsd"]
        assert [w.category for w in said if "multiplies the standard errors" in str(w.message)] == 2 * [FollowedWarning]
        said.clear()
        newton = r.glmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), r.Gamma("log"), control="newton")
        right = r.predict(newton, se_fit=True)[1], r.ranef(newton).as_data_frame()["condsd"]
    assert not any("multiplies the standard errors" in str(w.message) for w in said)
    np.testing.assert_allclose(se.iloc[:2], [0.00344288400, 0.00295972942], rtol=1e-4)
    np.testing.assert_allclose(spread.iloc[:3], [0.00340609976] * 3, rtol=1e-4)
    for once, twice in zip(right, (se, spread), strict=True):
        np.testing.assert_allclose(once * 0.0826710647, twice, rtol=5e-4)  # lme4 stops where these are 1.8e-4 off


@pytest.mark.parametrize("release, in_r", [
    ("1.1-31", [0.6142661321, 0.8711052356, 0.7530908927, 0.7132626832]),
    ("2.1", [1.463320220, 2.510603772, 1.948495072, 1.752195249]),
])
def test_inverse_gaussian_responses_are_drawn_as_statmods(release, in_r):
    """statmod's rinvgauss by way of simulate(m, 1, seed = 3)."""
    with r.options(lme4=release), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        m = r.glmer("I(Reaction/100) ~ Days + (1 | Subject)", r.sleepstudy(), r.inverse_gaussian("log"))
        drawn = r.simulate(m, 1, seed=3)
    np.testing.assert_allclose(drawn["sim_1"].iloc[:4], in_r, rtol=1e-6)
    assert any("1 / sigma for their shape where it is 1 / sigma²" in str(w.message) for w in said)


@pytest.mark.parametrize("release, absent, in_r", [
    ("1.1-31", 16, [2.129448116e-06, 9.802101019, 0.06378908345, 0.001021040699]),
    ("1.1-37", 16, [7.598568931, 7.265527034, 6.321230966, 4.756580986]),
    ("2.1", 0, [3.179491171, 2.929943975, 3.097178824, 3.247301316]),
])
def test_responses_about_means_that_the_family_has_not_are_absent(release, absent, in_r):
    """simulate(m, 2, seed = 3, re.form = NA): of 1 / eta some are negative, and the stream goes on without them."""
    data = r.sleepstudy().assign(y=lambda d: d["Reaction"] / 100)
    with r.options(lme4=release), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        m = r.glmer("y ~ Days + (1 | Subject)", data, r.Gamma("inverse"))
        drawn = r.simulate(m, 2, seed=3, re_form="~0").to_numpy().T.ravel()
    assert [str(w.message) for w in said].count("NAs produced") == (absent > 0)
    assert np.isnan(drawn).sum() == absent
    np.testing.assert_allclose(drawn[np.isfinite(drawn)][[0, 1, 99, 199]], in_r, rtol=2e-6)  # as near as the fits


def test_means_whose_squares_are_no_numbers_weigh_nothing():
    """R's bootMer(m, fixef, 2, seed = 3)$t: on the way to these modes means reach 4e282, whose variance is infinite."""
    data = r.sleepstudy().assign(y=lambda d: d["Reaction"] / 100)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.glmer("y ~ Days + (1 | Subject)", data, r.Gamma("log"))
        refitted = r.bootMer(m, r.fixef, 2, seed=3).t
    np.testing.assert_allclose(refitted, [[-0.16252809, 0.09227824], [0.07389347, 0.02952704]], rtol=2e-6)


@pytest.mark.parametrize("optimizer, most, line", [
    ("bobyqa", {"maxfun": 15}, "maxfun < 10 * length(par)^2 is not recommended."),
    ("Nelder_Mead", {"maxfun": 30}, "failure to converge in 30 evaluations"),
])
def test_a_search_that_stops_early_is_told_once(optimizer, most, line):
    """The last lines of R's print(summary(m)) and print(m)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.glmer(CBPP + "period + (1 | herd)", r.load("cbpp"), r.binomial,
                    control=r.glmerControl(optimizer=optimizer, optCtrl=most))
    assert str(r.summary(m)).rstrip().endswith("\n" + line)
    assert str(r.summary(m)).count("convergence code") == 1
    assert "; 1 optimizer warnings" in str(m)


@pytest.mark.parametrize("release, trials, gamma", [
    # head(weights(m, "working"), 3), of a Gamma model with the weights 1, 2, ..., lme4 1.1-31 and 2.1-0
    ("1.1-31", [2.98486290, 1.46015153, 0.99106648], [1.0, 2.0, 3.0]),
    ("2.1", [2.98502054, 1.45988663, 0.99083649], [124.87593, 249.75186, 374.62779]),
])
def test_working_weights_are_those_of_the_last_step(release, trials, gamma):
    with r.options(lme4=release), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.glmer(CBPP + "period + (1 | herd)", r.load("cbpp"), r.binomial)
        g = r.glmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), r.Gamma("log"), weights="Days + 1")
    np.testing.assert_allclose(r.weights(m, type="working").iloc[:3], trials, rtol=1e-5)
    np.testing.assert_allclose(r.weights(g, type="working").iloc[:3], gamma, rtol=1e-5)
    assert list(r.weights(m).iloc[:3]) == [14, 12, 9]


def test_linear_mixed_models_have_working_weights_since_lme4_2_1():
    """There they are the prior ones; before, R stops."""
    m = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), weights=np.tile([1, 2, 3], 60))
    with pytest.raises(ValueError, match="working weights only available for GLMMs"):
        r.weights(m, type="working")
    with r.options(lme4="2.1"):
        assert list(r.weights(m, type="working")[:3]) == [1, 2, 3]


@pytest.mark.parametrize("release, n", [("1.1-31", 178), ("1.1-37", 178), ("2.1", 180)])
def test_weights_of_rows_left_out_are_there_since_lme4_2_1(release, n):
    """length(weights(m)) in R; the fitted values are 180 in each release."""
    data = r.sleepstudy()
    data.loc[[2, 6], "Reaction"] = np.nan
    with r.options(lme4=release):
        m = r.lmer("Reaction ~ Days + (1 | Subject)", data, na_action="na.exclude")
        assert (len(r.weights(m)), len(r.fitted(m))) == (n, 180)


@pytest.mark.parametrize("type, absent, in_r", [
    (None, 5, [-1.181538753, -1.181538753]), ("pearson", 5, [-1.181538753, -1.181538753]),
    ("deviance", 5, [-1.670948129, -1.670948129]),
])
@pytest.mark.filterwarnings("ignore:the hat matrix", "ignore:lme4's hat values")
def test_standardized_residuals_came_with_lme4_2_1(type, absent, in_r):
    """rstandard(m, type =) of lme4 2.1-0: NaN where a hat value is above 1."""
    with r.options(lme4="2.1"):
        m = r.glmer("TICKS ~ YEAR + (1 | BROOD)", r.load("grouseticks"), r.poisson)
        s = r.rstandard(m, type)
        assert np.isnan(s).sum() == absent
        np.testing.assert_allclose(s[np.isfinite(s)].iloc[:2], in_r, rtol=2e-6)
        with pytest.raises(ValueError, match="type must be one of 'pearson', 'deviance'"):
            r.rstandard(m, "response")
    with pytest.raises(ValueError, match="since 2.1.*rstudent"):
        r.rstandard(m)
