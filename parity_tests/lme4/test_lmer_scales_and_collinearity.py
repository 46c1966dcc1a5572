"""Huge and tiny numbers, and columns that depend on each other: as theory says without R, as R does with it."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

SCALES = [1e-12, 1e-6, 1e6, 1e12]
SLEEP = r.sleep2().assign(Subject=lambda d: d["Subject"].astype(str))


@pytest.mark.parametrize("predictor", [1.0, *SCALES])
@pytest.mark.parametrize("response", [1.0, *SCALES])
def test_lm_and_t_test_in_other_units(response: float, predictor: float) -> None:
    """t values and p-values know no units."""
    scaled = SLEEP.assign(Reaction=response * SLEEP["Reaction"], days_deprived=predictor * SLEEP["days_deprived"])
    plain, other = (r.coef(r.summary(r.lm("Reaction ~ days_deprived", data))) for data in (SLEEP, scaled))
    np.testing.assert_allclose(other.iloc[:, 2:], plain.iloc[:, 2:], rtol=1e-10)
    np.testing.assert_allclose(other.iloc[:, 0], plain.iloc[:, 0] * [response, response / predictor], rtol=1e-11)
    tests = [r.t_test(b * SLEEP["Reaction"], mu=b * 300.0) for b in (1.0, response)]
    assert tests[1].p_value == pytest.approx(tests[0].p_value, rel=1e-10)


@pytest.mark.parametrize("scale", SCALES)
def test_predictions_and_modes_in_other_units(scale: float) -> None:
    formula = "Reaction ~ days_deprived + (days_deprived | Subject)"
    plain = r.lmer(formula, SLEEP, control="newton")
    scaled = r.lmer(formula, SLEEP.assign(Reaction=scale * SLEEP["Reaction"]), control="newton")
    for read in (r.fitted, lambda m: r.predict(m, SLEEP.iloc[:9], re_form="~0"), lambda m: r.ranef(m)["Subject"]):
        np.testing.assert_allclose(np.asarray(read(scaled)) / scale, read(plain), rtol=1e-7, atol=1e-7)


# A column made of others, and by how much it is not: exactly, to rounding, just below and just above R's tolerance.
NEARLY = {"exactly": 0.0, "to rounding": 1e-16, "to a tenth of the tolerance": 1e-8, "to ten times it": 1e-6}


@pytest.mark.parametrize("share", NEARLY.values(), ids=NEARLY)
@pytest.mark.parametrize("model", ["lm", "lmer"])
def test_collinear_columns_are_dropped_as_r_drops_them(live_r: Any, model: str, share: float) -> None:
    rng = np.random.default_rng(20261124)
    n = 60
    x, z = rng.normal(size=n).round(3), rng.normal(size=n).round(3)
    data = pd.DataFrame({"x": x, "z": z, "twin": 2 * x - z + share * rng.normal(size=n), "three": 3.0,
                         "g": pd.Categorical(np.repeat(list("abcdef"), 10)),
                         "y": (x + rng.normal(size=n) + np.repeat(rng.normal(size=6), 10)).round(3)})
    formula = "y ~ x + z + twin + three" + " + (1 | g)" * (model == "lmer")
    live_r.assign("d", data)
    live_r.eval("suppressPackageStartupMessages(library(lme4))\n"
                f"m <- suppressWarnings(suppressMessages({model}({formula}, d)))")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = r.lm(formula, data) if model == "lm" else r.lmer(formula, data)
    fixed = r.coef(ours) if model == "lm" else r.fixef(ours)
    theirs = live_r.numbers("coef(m)" if model == "lm" else "fixef(m)")
    read = "coef" if model == "lm" else "fixef"
    assert "|".join(fixed.index) == live_r.values(f"list(names = paste(names({read}(m)), collapse = '|'))")["names"]
    assert np.isnan(fixed.to_numpy()).tolist() == np.isnan(theirs).tolist()
    # QR loses the condition number's digits; lme4 solves normal equations, which lose them twice.
    condition = 1.0 if share < 1e-7 else 1.0 / share
    allowed = 1e-8 + 10 * np.finfo(float).eps * condition ** (1 if model == "lm" else 2)
    np.testing.assert_allclose(r.fitted(ours), live_r.numbers("fitted(m)"), rtol=0, atol=allowed)
    np.testing.assert_allclose(fixed, theirs, rtol=allowed, equal_nan=True)


def test_newton_says_what_is_not_identified() -> None:
    """Two terms of one factor, and effects of single observations: a ridge of optima, of which one is found."""
    rng = np.random.default_rng(1)
    codes = np.repeat(np.arange(10), 6)
    data = pd.DataFrame({"g": pd.Categorical(codes), "row": pd.Categorical(np.arange(60)),
                         "y": 2 * rng.normal(size=10)[codes] + rng.normal(size=60)}).assign(twin=lambda d: d["g"])
    control = r.lmerControl("newton", check_nobs_vs_nRE="ignore", check_nobs_vs_nlev="ignore")
    for formula in ("y ~ 1 + (1 | row)", "y ~ 1 + (1 | g) + (1 | twin)", "y ~ 1 + (1 | g) + (1 | row)"):
        with pytest.warns(r.ConvergenceWarning, match="parameters are not uniquely determined"):
            m = r.lmer(formula, data, control=control)
        assert "1 lme4 warnings" in str(m)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        r.lmer("y ~ 1 + (1 | g)", data, control=control)


@pytest.mark.parametrize("wrong", [
    {"check_rankX": "foo"}, {"check_scaleX": "rescale"}, {"check_nobs_vs_nlev": "foo"}, {"check_conv_grad": "warn"},
    {"check_conv_hess": ("loud", 1e-6)}, {"optimizer": "bobyqa?"},
], ids=str)
def test_a_setting_that_there_is_not(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong)).replace("optimizer", "unknown optimizer")):
        r.lmerControl(**wrong)


def test_a_fit_that_stopped_early_says_so_though_it_is_singular() -> None:
    control = r.lmerControl(optCtrl={"maxeval": 1}, restart_edge=False)
    formula = "Reaction ~ days_deprived + (days_deprived | Subject)"
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        m = r.lmer(formula, SLEEP, start=[0.0, 0.0, 0.4], control=control)
    texts = [str(one.message) for one in said]
    assert any("convergence code 5" in text for text in texts) and any("singular" in text for text in texts)
    assert "convergence code: 5" in str(m) and "convergence code: 5" in str(r.summary(m))


CONTRASTS = {
    "absent": ({"nowhere": "contr.sum"}, UserWarning, "'nowhere' is absent"),
    "of the group": ({"Subject": "contr.sum"}, UserWarning, "'Subject' is absent"),
    "of a number": ({"days_deprived": "contr.sum"}, ValueError, "contrasts apply only to factors"),
}


@pytest.mark.parametrize("name", CONTRASTS)
def test_contrasts_of_what_is_no_factor_of_the_fixed_effects(name: str) -> None:
    contrasts, kind, text = CONTRASTS[name]
    formula = "Reaction ~ days_deprived + (1 | Subject)"
    if kind is ValueError:
        with pytest.raises(ValueError, match=text):
            r.lmer(formula, SLEEP, contrasts=contrasts)
    else:
        with pytest.warns(kind, match=text):
            r.lmer(formula, SLEEP, contrasts=contrasts)


@pytest.mark.parametrize("term, says", [
    ("bf(days_deprived, 3)", "unknown function bf"), ("C(days_deprived, contr.sum)", "not interpretable as a factor"),
])
def test_functions_that_formulas_lack_say_what_to_do(term: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        r.lm(f"Reaction ~ {term}", SLEEP)
