"""What is read off a generalized model. The numbers are R's, each by the call that stands above it."""

import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.control import FollowedWarning

CBPP = "cbind(incidence, size - incidence) ~ "


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


# m <- glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, binomial, weights = rep(c(2, 0, 1, 1), 14))
# as.data.frame(ranef(m))[1:3, 4:5]; hatvalues(m)[1:4]
WITHOUT_WEIGHT = {
    "1.1-31": ([[0.292364999, 0.3702237339], [-0.335855515, 0.3609591594], [1.086739597, 0.3116214230]],
               [4.033416670, 0.0, 2.213546033, 1.546366356]),
    "2.1": ([[0.2927343581, 0.3702505581], [-0.3355525568, 0.3609896003], [1.0874774039, 0.3116598156]],
            [4.033929461, 0.0, 2.214105444, 1.547078223]),
}


@pytest.mark.parametrize("release", WITHOUT_WEIGHT)
def test_rows_of_no_weight_have_no_leverage_and_no_part(release):
    modes, hat = WITHOUT_WEIGHT[release]
    with r.options(lme4=release), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        m = r.glmer(CBPP + "period + (1 | herd)", r.load("cbpp"), r.binomial, weights=np.tile([2.0, 0.0, 1.0, 1.0], 14))
        found, student = r.hatvalues(m), r.rstudent(m)
        np.testing.assert_allclose(r.ranef(m).as_data_frame().iloc[:3, 3:], modes, rtol=3e-5)
    np.testing.assert_allclose(found[:4], hat, rtol=3e-5)
    assert np.isnan(student[:4]).tolist() == [True, False, True, True] and student.iloc[1] == 0.0
    assert "NaNs produced" in map(str, [one.message for one in said])
    assert not [one for one in said if issubclass(one.category, RuntimeWarning)]


def test_a_model_frame_has_the_formula_s_order_and_the_starts():
    # names(model.frame(glmer(incidence ~ 1 + (1 | herd / period) + (0 + size | herd), cbpp, poisson)))
    d = r.load("cbpp")
    nested = r.glmer("incidence ~ 1 + (1 | herd / period) + (0 + size | herd)", d, r.poisson)
    assert list(r.model_frame(nested)) == ["incidence", "herd", "period", "size"]
    began = r.glmer("incidence ~ 1 + (1 | herd)", d, r.poisson, mustart=d["incidence"] + 0.5)
    assert list(r.model_frame(began)) == ["incidence", "herd", "(mustart)"]


def test_a_double_bar_is_one_term_of_glmer_s_frame_and_update_before_2_1():
    # m <- glmer(incidence ~ period + (size || herd), cbpp, poisson)
    # names(model.frame(m)); formula(update(m, . ~ . - period))
    for release, order, text in (("1.1-31", ["size", "herd"], "(size || herd)"),
                                 ("2.1", ["herd", "size"], "(1 | herd) + (0 + size | herd)")):
        with r.options(lme4=release):
            m = r.glmer("incidence ~ period + (size || herd)", r.load("cbpp"), r.poisson)
            assert list(r.model_frame(m)) == ["incidence", "period", *order]
            assert r.formula(r.update(m, ". ~ . - period")) == f"incidence ~ {text}"
