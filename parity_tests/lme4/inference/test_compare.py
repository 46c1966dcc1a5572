"""Tests between models, updates and optimizers: names, refusals, and what must be equal whatever R says; random
designs with R."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

RATIO = 1e-8  # issue 4: eight digits of every likelihood ratio


@pytest.fixture(scope="module")
def sleep() -> pd.DataFrame:
    return r.sleepstudy()


@pytest.fixture(scope="module")
def slopes(sleep: pd.DataFrame) -> Any:
    return r.lmer("Reaction ~ Days + (Days | Subject)", sleep, control="newton")


def test_models_are_sorted_and_called_as_the_caller_calls_them(sleep: pd.DataFrame, capsys: Any) -> None:
    large = r.lmer("Reaction ~ Days + (Days | Subject)", sleep)
    small = r.lmer("Reaction ~ Days + (1 | Subject)", sleep)
    table = r.anova(large, small)
    assert list(table.index) == ["small", "large"]
    assert capsys.readouterr().err == "refitting model(s) with ML (instead of REML)\n"
    assert table.attrs["heading"][-1] == "large: Reaction ~ Days + (Days | Subject)"
    assert table.loc["large", "Chisq"] == pytest.approx(r.deviance(r.refitML(small)) - r.deviance(r.refitML(large)))


def test_models_without_a_name_are_numbered_and_names_can_be_given(sleep: pd.DataFrame, slopes: Any) -> None:
    models = [slopes, r.lmer("Reaction ~ 1 + (1 | Subject)", sleep)]
    for ask in (lambda: r.anova(*models), lambda: r.anova(slopes, r.lmer(  # of more than 200 letters
                formula="Reaction ~ 1 + (1 | Subject)", data=sleep, REML=True, control=None, start=None, subset=None,
                weights=None, na_action="na.omit", offset=None, contrasts=None if models[0] is slopes else {}))):
        with pytest.warns(UserWarning, match="failed to find model names"):
            table = ask()
        assert list(table.index) == ["MODEL2", "MODEL1"]
    assert list(r.anova(slopes, slopes, model_names=["a", "b"]).index) == ["a", "b"]
    with pytest.raises(ValueError, match="different lengths: 1 and 2"):
        r.anova(slopes, slopes, model_names=["a"])


def test_models_of_equal_size_have_no_p_value(slopes: Any) -> None:
    table = r.anova(slopes, slopes, model_names=["a", "b"])
    assert table.loc["b", "Df"] == 0 and np.isnan(table.loc["b", "Pr(>Chisq)"])


def test_models_of_different_data_cannot_be_compared(sleep: pd.DataFrame, slopes: Any) -> None:
    fewer = sleep[sleep["Days"] > 0]
    other = r.lmer("Reaction ~ Days + (1 | Subject)", fewer)
    with pytest.raises(ValueError, match="same size of dataset.* to 180, .* to 162"):
        r.anova(slopes, other)
    copy = sleep.copy()
    with pytest.raises(ValueError, match="same data object"):
        r.anova(slopes, r.lmer("Reaction ~ Days + (1 | Subject)", copy))
    first = r.lmer("Reaction ~ Days + (1 | Subject)", sleep, subset="Days > 0")
    second = r.lmer("Reaction ~ 1 + (1 | Subject)", sleep, subset="Days < 9")
    with pytest.raises(ValueError, match="same subset"):
        r.anova(first, second)


def test_mixing_criteria_is_warned_about(sleep: pd.DataFrame, slopes: Any) -> None:
    by_ml = r.lmer("Reaction ~ Days + (1 | Subject)", sleep, REML=False)
    with pytest.warns(UserWarning, match="some models fit with REML = TRUE, some not"):
        r.anova(slopes, by_ml, refit=False)


def test_ddf_asks_for_lmertests_table(slopes: Any) -> None:
    assert list(r.anova(slopes, ddf="Satterthwaite").columns)[-1] == "Pr(>F)"
    assert list(r.anova(slopes).columns) == ["npar", "Sum Sq", "Mean Sq", "F value"]


def test_a_model_of_an_intercept_has_no_terms_to_test() -> None:
    assert len(r.anova(r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff()))) == 0


def test_deletions_are_likelihood_ratios(sleep: pd.DataFrame, slopes: Any) -> None:
    without = r.lmer("Reaction ~ 1 + (Days | Subject)", sleep, control="newton")
    table, both = r.drop1(slopes, test="Chisq"), r.anova(slopes, without)
    assert list(table.index) == ["<none>", "Days"]
    ratio = both.loc["slopes", ["Chisq", "Pr(>Chisq)"]]
    np.testing.assert_allclose(table.loc["Days", ["LRT", "Pr(Chi)"]], ratio, rtol=RATIO)
    np.testing.assert_allclose(table["AIC"], both["AIC"][::-1], rtol=1e-12)
    np.testing.assert_allclose(r.extractAIC(slopes, k=3.0)[1] - r.extractAIC(slopes)[1], 6.0, rtol=1e-9)


def test_scope_chooses_the_terms() -> None:
    cake = r.cake()
    m = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", cake)
    assert list(r.drop1(m, scope="~ temp").index) == ["<none>", "temp"]
    assert list(r.drop1(m, scope=["recipe"]).index) == ["<none>", "recipe"]
    with pytest.raises(ValueError, match="not a subset of the terms recipe, temp: flour"):
        r.drop1(m, scope=["flour"])
    with pytest.raises(ValueError, match="test must be"):
        r.drop1(m, test="F")


def test_rows_that_come_back_stop_a_deletion(sleep: pd.DataFrame) -> None:
    holes = sleep.assign(x=np.where(np.arange(180) % 50 == 0, np.nan, np.arange(180.0) % 7))
    m = r.lmer("Reaction ~ Days + x + (1 | Subject)", holes)
    with pytest.raises(ValueError, match="number of rows in use has changed"):
        r.drop1(m)


def test_update_keeps_what_it_is_not_told_to_change(sleep: pd.DataFrame) -> None:
    m = r.lmer("Reaction ~ Days + (1 | Subject)", sleep, REML=False, subset="Days > 1", control="newton")
    again = r.update(m, ". ~ . + (0 + Days | Subject)")
    assert (again.REML, again.n, again.control, again.data_name) == (False, m.n, m.control, m.data_name)
    assert [t.label for t in again.design.random.terms] == ["1 | Subject", "0 + Days | Subject"]
    later = sleep[sleep["Days"] > 4]
    assert r.update(m, data=later, subset=None).data_name == "later"


def test_update_says_what_it_cannot_do(slopes: Any) -> None:
    with pytest.raises(ValueError, match="no argument family"):
        r.update(slopes, family="poisson")
    with pytest.raises(ValueError, match="No random effects terms"):
        r.update(slopes, ". ~ . - (Days | Subject)")


def test_all_optimizers_agree(slopes: Any) -> None:
    fits = r.allFit(slopes)
    s = r.summary(fits)
    assert s.which_OK.all() and not fits.failed
    np.testing.assert_allclose(s.llik, float(r.logLik(slopes)), rtol=1e-8)
    np.testing.assert_allclose(s.fixef.loc["L-BFGS-B"], s.fixef.loc["newton"], rtol=1e-9)
    with pytest.raises(ValueError, match="unknown optimizers simplex"):
        r.allFit(slopes, ["simplex"])


@pytest.mark.parametrize("seed", range(4))
def test_random_designs_agree_with_r(live_r: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 90
    d = pd.DataFrame({"x": rng.normal(size=n), "f": rng.choice(list("abc"), n), "g": rng.choice(list("ABCDEFGH"), n),
                      "h": rng.choice(list("uvwxyz"), n), "w": rng.uniform(0.5, 2.0, n)})
    effect = pd.Series(rng.normal(size=8), index=list("ABCDEFGH"))
    d["y"] = 1.0 + d["x"] * (1.0 + effect[d["g"]].to_numpy()) + 2.0 * (d["f"] == "b") + rng.normal(size=n)
    for name in d:
        live_r.assign(name, d[name].tolist())
    formulas = "y ~ x * f + (1 | g) + (1 | h)", "y ~ x + f + (1 | g)", "y ~ x + (0 + x | g)"
    live_r.eval("library(lme4); d <- data.frame(x, f, g, h, w, y, stringsAsFactors = TRUE)")
    fits = ", ".join(f"lmer({formula}, d, weights = w)" for formula in formulas)
    live_r.eval(f"ms <- suppressMessages(list({fits}))")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models = [r.lmer(formula, d, weights="w") for formula in formulas]
        ours = r.anova(*models, model_names=["a", "b", "c"])
    asked = "anova(ms[[1]], ms[[2]], ms[[3]], model.names = c('a', 'b', 'c'))"
    theirs = live_r.numbers(f"unlist(suppressMessages({asked}))")
    np.testing.assert_allclose(ours.to_numpy().ravel(order="F"), theirs, rtol=RATIO, atol=1e-9)
    theirs = live_r.numbers("unlist(anova(ms[[1]]))")
    np.testing.assert_allclose(r.anova(models[0]).to_numpy().ravel(order="F"), theirs, rtol=1e-6)
    theirs = live_r.numbers("unlist(suppressMessages(drop1(ms[[2]], test = 'Chisq')))")
    np.testing.assert_allclose(r.drop1(models[1], test="Chisq").to_numpy().ravel(order="F"), theirs, rtol=RATIO)


def test_test_has_no_effect_as_in_r(recwarn: pytest.WarningsRecorder) -> None:
    """R: anova(m0, m1, test = "F") is silent; anova(m1, test = "F") warns: additional arguments ignored: 'test'."""
    small, large = (r.lmer(f"Reaction ~ {fixed} + (1 | Subject)", r.sleepstudy()) for fixed in ("1", "Days"))
    assert str(r.anova(small, large, test="F")) == str(r.anova(small, large))
    assert not recwarn.list
    with pytest.warns(UserWarning, match="additional arguments ignored: 'test'"):
        alone = r.anova(large, test="F")
    assert str(alone) == str(r.anova(large))
