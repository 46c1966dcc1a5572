"""Generalized linear models beyond the cases: bad input, invariants, densities against exact arithmetic."""
from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.generalized.irls import StartWarning

DATA = pd.DataFrame({"y": [0, 1, 1, 0, 1, 0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "k": [3, 0, 2, 5, 1, 4],
                     "f": list("abcabc")})


@pytest.mark.parametrize(("formula", "family", "said"), [
    ("k ~ x", "binomial", r"y values must be 0 <= y <= 1: k is 3 in row 1"),
    ("I(-k) ~ x", "poisson", r"negative values not allowed for the 'Poisson' family: I\(-k\) is -3 in row 1"),
    ("k ~ x", "Gamma", r"positive values only .*: k is 0 in row 2"),
    ("k ~ x", "inverse.gaussian", r"k is 0 in row 2"),
    ("f ~ x", "poisson", r"the response f must be numeric"),
    ("f ~ x", "binomial", r"the response f is text, which R refuses: write factor\(f\)"),
    ("f ~ x", "quasibinomial", r"the response f is text"),
    ("cbind(k, x) ~ x", "poisson", r"only binomial families take two"),
    ("cbind(k, x, y) ~ x", "binomial", r"2 column matrix"),
    ("k ~ x", "gaussien", r"family must be one of binomial, poisson"),
    ("~ x", "poisson", r"has no response"),
    ("k ~ x", r.gaussian(link="log"), r"cannot find valid starting values.*k is 0 in row 2"),
])
def test_a_response_that_the_family_cannot_have_is_named(formula: str, family: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        r.glm(formula, family, DATA)


def test_arguments_are_checked() -> None:
    for call, said in ((lambda: r.binomial(link="logistic"), "link must be one of 'logit'"),
                       (lambda: r.quasi(variance="mu^4"), "variance must be one of"),
                       (lambda: r.negative_binomial(0), "theta must be above 0"),
                       (lambda: r.glm("y ~ x", "binomial", DATA, control={"eps": 1}), "takes epsilon and maxit"),
                       (lambda: r.glm("y ~ x", "binomial", DATA, weights=[1, 1, -1, 1, 1, 1]), "row 3"),
                       (lambda: r.glm("y ~ x", "binomial"), "data is missing"),
                       (lambda: r.glm("y ~ x", "binomial", DATA, start=[1]), "length of 'start' should equal 2"),
                       (lambda: r.glm("y ~ x", "binomial", DATA, na_action="na.pass"), "na.omit")):
        with pytest.raises(ValueError, match=said):
            call()
    m = r.glm("y ~ x", "binomial", DATA)
    for ask, said in ((lambda: r.residuals(m, "partly"), "type of residuals"),
                      (lambda: r.predict(m, type="mu"), "type must"),
                      (lambda: r.anova(m, test="chi"), "test must"), (lambda: r.drop1(m, "z"), "not a subset"),
                      (lambda: r.confint(m, method="boot"), "method"), (lambda: r.simulate(m, 0), "nsim")):
        with pytest.raises(ValueError, match=said):
            ask()
    with pytest.raises(KeyError, match="no coefficient 'z'"):
        r.confint(m, "z")


def test_counts_that_are_no_whole_numbers_have_no_likelihood() -> None:
    # glm(h ~ 1, poisson): coefficient 1.973, deviance 1737, AIC Inf, "non-integer x = 0.500000" for each row
    ticks = r.load("grouseticks").head(100)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        m = r.glm("I(TICKS + 0.5) ~ 1", r.poisson, ticks)
    assert str(said[0].message) == "non-integer x = 0.500000" and len(said) == 100
    assert (round(r.coef(m).iloc[0], 3), round(r.deviance(m)), r.AIC(m)) == (1.973, 1737, np.inf)


def test_the_score_is_0_and_rows_may_be_in_any_order() -> None:
    ticks = r.load("grouseticks")
    m = r.glm("TICKS ~ YEAR + HEIGHT", r.poisson, ticks, control={"epsilon": 1e-14})
    score = m.X.values.T @ (m.fit.y - m.fit.mu)
    assert np.abs(score).max() < 1e-8 * np.abs(m.X.values.T @ m.fit.y).max()
    mixed = r.glm("TICKS ~ YEAR + HEIGHT", r.poisson, ticks.sample(frac=1, random_state=1), control={"epsilon": 1e-14})
    assert np.allclose(r.coef(m), r.coef(mixed), rtol=1e-12)


def test_text_that_is_made_a_factor_is_a_response() -> None:
    answers = [r.coef(r.glm(formula, "binomial", data)) for formula, data in (
        ("factor(f) ~ x", DATA), ("f ~ x", DATA.assign(f=DATA["f"].astype("category"))), ("(f != 'a') ~ x", DATA))]
    for answer in answers:
        np.testing.assert_array_equal(answer, answers[0])


def test_a_dispersion_that_is_given_is_known() -> None:
    # summary(glm(y ~ x, poisson, data.frame(y = c(3, 0, 2, 5, 1, 4), x = 1:6)), dispersion = 2), and of quasipoisson
    for family in ("poisson", "quasipoisson"):
        found = r.summary(r.glm("k ~ x", family, DATA), dispersion=2)
        np.testing.assert_allclose(found.coefficients.loc["x"], [0.126959035, 0.216994544, 0.585079385, 0.558494339],
                                   rtol=1e-7)
        assert list(found.coefficients.columns)[2:] == ["z value", "Pr(>|z|)"] and found.dispersion == 2.0
        assert f"(Dispersion parameter for {family} family taken to be 2)" in str(found)
    with pytest.raises(ValueError, match="dispersion must be a number, not 'two'"):
        r.summary(r.glm("k ~ x", "poisson", DATA), dispersion="two")


def test_f_tests_say_what_they_assume_in_r_s_two_ways() -> None:
    m = r.glm("k ~ 1", "poisson", DATA)
    with pytest.warns(UserWarning, match="^F test assumes quasipoisson family$"):
        r.add1(m, "~ . + x", test="F")
    with pytest.warns(UserWarning, match="^F test assumes 'quasipoisson' family$"):
        r.drop1(r.glm("k ~ x", "poisson", DATA), test="F")


def test_the_error_of_one_new_row_has_no_name() -> None:
    """R drops it, of one row alone."""
    for m in (r.glm("k ~ x", "poisson", DATA), r.lm("k ~ x", DATA)):
        one, two = (r.predict(m, DATA.head(rows), se_fit=True) for rows in (1, 2))
        assert str(one.se_fit).startswith("[1]") and list(two.se_fit.index) == [*"12"] == list(two.fit.index)


def test_simulated_successes_are_levels_where_the_response_is_a_factor() -> None:
    # str(simulate(glm(y ~ trt, binomial, bacteria), 1, seed = 1)$sim_1), and of I(y == "y")
    bacteria = r.load("bacteria")
    drawn = r.simulate(r.glm("y ~ trt", "binomial", bacteria), 1, seed=1)["sim_1"]
    assert list(drawn.cat.categories) == ["n", "y"] and list(drawn[:10]) == list("yyynynnyyy")
    truth = r.simulate(r.glm('I(y == "y") ~ trt', "binomial", bacteria), 1, seed=1)["sim_1"]
    assert truth[:10].tolist() == [1, 1, 1, 0, 1, 0, 0, 1, 1, 1]


def test_a_quasi_family_that_r_leads_to_infinity_is_said_to_be(recwarn: pytest.WarningsRecorder) -> None:
    """coef(glm(low ~ age, quasi(logit, mu(1-mu)))) in R: 5.76e14, converged; by quasibinomial 0.3845819."""
    birthwt, same = r.load("birthwt"), r.quasi(link="logit", variance="mu(1-mu)")
    with pytest.warns(StartWarning, match="family=quasibinomial begins between"):
        astray = r.glm("low ~ age", same, birthwt)
    assert astray.fit.converged and r.coef(astray).iloc[0] > 1e14
    recwarn.clear()
    begun = r.glm("low ~ age", same, birthwt, start=[0.5, -0.01])
    np.testing.assert_allclose(r.coef(begun), r.coef(r.glm("low ~ age", r.quasibinomial, birthwt)), rtol=1e-6)
    np.testing.assert_allclose(r.coef(begun), [0.3845819, -0.05115294], rtol=1e-6)
    assert not recwarn.list


def test_a_new_row_that_lacks_a_value_has_no_prediction() -> None:
    # predict(glm(incidence ~ x, poisson, d), data.frame(x = c(1, NA, 2)), se.fit = TRUE)$se.fit; R 4.2.2
    d = r.load("cbpp").assign(x=np.arange(1, 57) % 7 - 3.0).drop(index=2)
    found = r.predict(r.glm("incidence ~ x", r.poisson, d), {"x": [1.0, np.nan, 2.0]}, se_fit=True)
    np.testing.assert_allclose(found.se_fit, [0.1349163800, np.nan, 0.1738052727], rtol=1e-9)
    assert np.isnan(found.fit).tolist() == [False, True, False]


def test_starts_are_of_the_data_s_rows_and_stand_in_the_model_frame() -> None:
    # m <- glm(incidence ~ period, poisson, cbpp, mustart = incidence + 1, subset = size > 10); head(model.frame(m), 3)
    d = r.load("cbpp")
    m = r.glm("incidence ~ period", r.poisson, d, mustart="incidence + 1", subset="size > 10")
    np.testing.assert_allclose(r.coef(m), [1.522426535, -1.011600912, -1.992430165, -1.522426535], rtol=1e-8)
    assert m.iter == 5 and list(r.model_frame(m)["(mustart)"].head(3)) == [3.0, 4.0, 4.0]
    for given in (d["incidence"] + 1, (d["incidence"] + 1)[d["size"] > 10]):
        again = r.glm("incidence ~ period", r.poisson, d, mustart=given, subset="size > 10")
        np.testing.assert_array_equal(r.coef(again), r.coef(m))
    with pytest.raises(ValueError, match="etastart must have 35 values, one an observation used; it has shape"):
        r.glm("incidence ~ period", r.poisson, d, etastart=[0.0, 1.0], subset="size > 10")


def test_terms_are_added_without_the_smaller_model_s_start() -> None:
    # add1(glm(incidence ~ period, poisson, cbpp, start = c(0, 0, 0, 0)), ~ . + size, test = "Chisq")
    m = r.glm("incidence ~ period", r.poisson, r.load("cbpp"), start=[0.0, 0.0, 0.0, 0.0])
    added = r.add1(m, "~ . + size", test="Chisq")
    np.testing.assert_allclose(added.loc["size", ["Deviance", "LRT"]],
                               [97.603913, 13.44121], rtol=1e-7)


def test_a_fit_that_stopped_early_gains_nothing_on_the_wrong_side() -> None:
    # m <- glm(incidence ~ size, poisson, cbpp, control = list(maxit = 1)); add1(m, ~ . + I(size^2), test = "Chisq")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.glm("incidence ~ size", r.poisson, r.load("cbpp"), control={"maxit": 1})
        added = r.add1(m, "~ . + I(size^2)", test="Chisq")
    np.testing.assert_allclose(added["Deviance"], [174.45, 174.88], rtol=1e-4)
    assert added.iloc[1]["LRT"] == 0.0 and added.iloc[1]["Pr(>Chi)"] == 1.0


def test_a_model_of_an_intercept_or_an_offset_alone_is_a_model() -> None:
    # m <- glm(incidence ~ 0 + offset(log(size)), poisson, cbpp); influence(m)$sigma[1]; effects(m)
    d = r.load("cbpp")
    alone = r.glm("incidence ~ 1", r.poisson, d)
    np.testing.assert_allclose(r.anova(alone, test="Rao").loc["NULL", "Resid. Dev"], 167.31027, rtol=1e-7)
    empty = r.glm("incidence ~ 0 + offset(log(size))", r.poisson, d)
    for release, sigma in (("1.1-31", 4.621017296), ("2.1", 3.465323636)):
        with r.options(lme4=release):
            found = r.influence(empty)
            assert r.effects(empty) is None and ("wt.res" in found) == (release == "2.1")
            np.testing.assert_allclose(found["sigma"], np.full(56, sigma), rtol=1e-9)
    assert list(r.coef(r.summary(empty)).columns) == ["Estimate", "Std. Error", "t value", "Pr(>|t|)"]
