"""car's tables of tests: what they are by their definition, and what they refuse."""
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import translations as r


def cakes() -> pd.DataFrame:
    data = r.cake()
    return data[(data.index + 1) % 7 != 0]


def test_type_two_is_a_comparison_of_models() -> None:
    """Each term's sum of squares is what it adds to the model without it and without its relatives."""
    data = cakes()
    table = r.Anova(r.lm("angle ~ recipe * temp", data))
    for term, large, small in [("recipe", "recipe + temp", "temp"), ("temp", "recipe + temp", "recipe"),
                               ("recipe:temp", "recipe * temp", "recipe + temp")]:
        gap = r.deviance(r.lm(f"angle ~ {small}", data)) - r.deviance(r.lm(f"angle ~ {large}", data))
        assert np.isclose(table.loc[term, "Sum Sq"], gap, rtol=1e-9)


def test_aliased_columns_change_no_test() -> None:
    data = cakes().assign(twice=lambda d: 2.0 * d.temp)
    with pytest.warns(r.CarNote, match="aliased"):
        aliased = r.Anova(r.lm("angle ~ recipe + temp + twice", data))
    whole = r.Anova(r.lm("angle ~ recipe + temp", data))
    assert np.isclose(aliased.loc["recipe", "Sum Sq"], whole.loc["recipe", "Sum Sq"])
    assert aliased.loc["twice", "Df"] == 0


def test_of_one_column_f_is_the_square_of_t() -> None:
    m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    t = r.summary(m, ddf="Kenward-Roger").coefficients
    assert np.isclose(r.Anova(m, test_statistic="F").loc["Days", "F"], t.loc["Days", "t value"] ** 2, rtol=1e-9)
    plain = r.summary(m).coefficients
    assert np.isclose(r.Anova(m).loc["Days", "Chisq"], plain.loc["Days", "t value"] ** 2, rtol=1e-12)


def test_inflation_is_that_of_the_regression_on_the_others() -> None:
    data = cakes().assign(rep=lambda d: d.replicate.astype(int))
    inflation = r.vif(r.lm("angle ~ temp + I(temp^2) + rep", data))
    share = r.summary(r.lm("rep ~ temp + I(temp^2)", data)).r_squared
    assert np.isclose(inflation["rep"], 1.0 / (1.0 - share), rtol=1e-8)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: r.Anova(r.lm("angle ~ temp", r.cake()), type=4), "type must be one of '2'"),
    (lambda: r.Anova(r.lm("angle ~ temp", r.cake()), test_statistic="Chisq"), "'F'"),
    (lambda: r.Anova(r.lmer("angle ~ temp + (1 | recipe)", r.cake()), test_statistic="LR"), "'Chisq', 'F'"),
    (lambda: r.Anova(r.lmer("angle ~ temp + (1 | replicate)", r.cake(), REML=False), test_statistic="F"), "REML=True"),
    (lambda: r.Anova(3), "by lm, glm, lmer, glmer, gls or lme"),
    (lambda: r.Anova(r.lm("angle ~ temp + I(2 * temp)", r.cake()), type=3), "aliased"),
    (lambda: r.vif(r.lm("angle ~ temp", r.cake())), "fewer than 2 terms"),
    (lambda: r.vif(r.lm("angle ~ temp + I(2 * temp)", r.cake())), "aliased"),
    (lambda: r.vif(3), "by lm, glm, lmer, glmer, gls or lme"),
])
def test_refusals_say_what_there_is(call: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()  # type: ignore[operator]


def test_the_test_may_be_asked_for_by_r_s_short_name() -> None:
    mixed = r.lmer("angle ~ temp + (1 | replicate)", r.cake())
    assert r.Anova(mixed, test="F").equals(r.Anova(mixed, test_statistic="F"))
    counts = r.glm("TICKS ~ YEAR", r.poisson(), r.load("grouseticks"))
    assert r.Anova(counts, test="Wald").equals(r.Anova(counts, test_statistic="Wald"))
    with pytest.raises(ValueError, match="test is short for test_statistic"):
        r.Anova(mixed, test="F", test_statistic="Chisq")
    with pytest.raises(ValueError, match="'Chisq', 'F'"):
        r.Anova(mixed, test="LR")


def test_the_residuals_of_another_model_may_be_the_error() -> None:
    data = r.load("warpbreaks")
    small, large = (r.lm(f"breaks ~ {terms}", data) for terms in ("wool + tension", "wool * tension"))
    table = r.Anova(small, error=large)
    # R 4.2.2, car 3.1-1: Anova(small, error = large)
    assert table["F value"].tolist()[:2] == pytest.approx([3.76528836112, 8.49804664836], rel=1e-11)
    assert table["Df"].tolist() == [1, 2, 48]
    with pytest.raises(ValueError, match="error must be a model by lm"):
        r.Anova(small, error=r.glm("breaks ~ wool", r.poisson, data))


def test_vif_of_a_glm_says_that_it_has_interactions() -> None:
    data = {"y": [1.0, 3, 2, 4, 6, 2, 9, 3], "x": np.arange(8.0), "a": list("pqpqqpqp")}
    with pytest.warns(UserWarning, match="there are higher-order terms .interactions. in this model"):
        r.vif(r.glm("y ~ x * a", r.poisson, data))
