"""Responses simulated from generalized models. The numbers are R's, each by the call that stands above it."""

import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r

CBPP = "cbind(incidence, size - incidence) ~ "


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
