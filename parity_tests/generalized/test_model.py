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
