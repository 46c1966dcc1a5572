"""`lm` and everything read off it against R's answers, model by model, label by label; and its printed text."""
from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

from ..designs import mixture, stored

MODELS = stored("linear_models.json")
R_SIDE = stored("linear_models_r.json")
# Halfway between two printed numbers: the last bit of the machine's least squares decides. The third quartile of these
# residuals is 1.06955, a mean of two rationals.
TIES = {("contrasts", "summary"): [(" 1.0695 ", " 1.0696 ")]}
BY_ID = {model["id"]: model for model in MODELS}

# Least squares solved by another QR routine; p-values multiply the error of a statistic by its log-slope. far_from_zero
# has a condition number of 1e6, so that many digits of the response are lost on either side.
LINALG, PVALUE, ILL = 1e-12, 1e-10, {"far_from_zero": 1e-8}


@cache
def fitted_model(name: str) -> Any:
    model = BY_ID[name]
    data = r.sleep2() if model["data"] == "sleep2" else mixture(model["data"])
    given = {key: model[key] for key in ("weights", "subset", "offset", "contrasts", "na_action") if key in model}
    m = r.lm(model["formula"], data, **given)
    object.__setattr__(m, "data_name", model["data"])  # what R was told to call it
    return m


def newdata(name: str) -> pd.DataFrame:
    data = fitted_model(name).data.iloc[[4, 8, 1, 19]]
    return data.assign(x=data["x"] + 0.5) if "x" in data else data


def number(value: Any) -> float:
    return float("nan") if value in ("NA", "NaN", None) else float(value)


def labelled(theirs: Any) -> dict[tuple[str, ...], float]:
    """R's matrix or named vector as label -> number."""
    if "values" in theirs and "columns" in theirs:
        return {(row, column): number(value) for row, values in zip(theirs["rows"], theirs["values"], strict=True)
                for column, value in zip(theirs["columns"], values, strict=True)}
    return {(name,): number(value) for name, value in theirs.items()}


def ours(x: Any) -> dict[tuple[str, ...], float]:
    if isinstance(x, pd.DataFrame):
        return {(str(i), str(c)): float(x.loc[i, c]) for i in x.index for c in x.columns}
    return {(str(i),): float(v) for i, v in x.items()}


def agree(x: Any, theirs: Mapping[str, Any], tolerance: float) -> None:
    """Every label on both sides; values to `tolerance`, relative to the value or to the largest of its kind."""
    a, b = ours(x), labelled(theirs)
    assert list(a) == list(b)
    p = {label for label in b if label[-1].startswith("Pr(")}
    floor = max((abs(v) for label, v in b.items() if label not in p and np.isfinite(v)), default=1.0)
    for label, value in b.items():
        if label in p:
            np.testing.assert_allclose(a[label], value, rtol=max(PVALUE, tolerance), atol=0, err_msg=str(label))
        else:
            np.testing.assert_allclose(a[label], value, rtol=tolerance, atol=tolerance * floor, err_msg=str(label))


WHOLE = {
    "coef": r.coef, "fitted": r.fitted, "residuals": r.residuals, "pearson": lambda m: r.residuals(m, type="pearson"),
    "summary": lambda m: r.coef(r.summary(m)), "vcov": r.vcov,
    "confint": r.confint, "confint90": lambda m: r.confint(m, level=0.9),
    "hatvalues": r.hatvalues, "cooks_distance": r.cooks_distance, "drop1": lambda m: r.drop1(m, test="F"),
    "anova": r.anova, "inside": lambda m: r.predict(m, interval="confidence"),
}
SCALAR = {
    "sigma": r.sigma, "AIC": r.AIC, "BIC": r.BIC, "deviance": r.deviance, "nobs": r.nobs,
    "df_residual": r.df_residual, "logLik": r.logLik, "logLik_df": lambda m: r.logLik(m).df,
    "r_squared": lambda m: r.summary(m).r_squared, "adj_r_squared": lambda m: r.summary(m).adj_r_squared,
}
PREDICT = {
    "predict": {}, "confidence": {"interval": "confidence", "level": 0.9}, "prediction": {"interval": "prediction"},
}


@pytest.mark.filterwarnings("ignore:prediction from a rank-deficient fit")
@pytest.mark.parametrize("name", BY_ID)
class TestModel:
    @pytest.mark.parametrize("what", WHOLE)
    def test_whole(self, name: str, what: str) -> None:
        theirs = R_SIDE["answers"][name].get(what)
        if theirs:
            agree(WHOLE[what](fitted_model(name)), theirs, ILL.get(name, LINALG))
        else:
            assert name == "nothing" or what == "drop1"

    @pytest.mark.parametrize("what", SCALAR)
    def test_scalar(self, name: str, what: str) -> None:
        theirs = R_SIDE["answers"][name].get(what)
        if theirs is None or theirs == []:
            assert name == "nothing"
            theirs = 0.0
        value = SCALAR[what](fitted_model(name))
        np.testing.assert_allclose(value, number(theirs), rtol=ILL.get(name, LINALG), atol=1e-15)

    def test_fstatistic(self, name: str) -> None:
        theirs, f = R_SIDE["answers"][name]["fstatistic"], r.summary(fitted_model(name)).fstatistic
        assert (f is None) == (not theirs)
        if f is not None:
            agree(f, theirs, ILL.get(name, LINALG))

    @pytest.mark.parametrize("what", PREDICT)
    def test_predict(self, name: str, what: str) -> None:
        found = r.predict(fitted_model(name), newdata(name), **PREDICT[what])
        if name == "nothing" and what != "predict":
            # R 4.2 answers a model without columns for the old rows, however many new ones there are.
            assert found["fit"].eq(0.0).all() and len(found) == 4
            return
        agree(found, R_SIDE["answers"][name][what], ILL.get(name, LINALG))

    def test_se_fit(self, name: str) -> None:
        found = r.predict(fitted_model(name), newdata(name), se_fit=True)
        theirs = R_SIDE["answers"][name]["se_fit"]
        # With one column or none, R's standard errors have no names.
        values = list(theirs.values()) if isinstance(theirs, dict) else theirs[: len(found.se_fit)]
        np.testing.assert_allclose(found.se_fit, [number(v) for v in values], rtol=ILL.get(name, LINALG), atol=1e-14)
        agree(found.fit, R_SIDE["answers"][name]["predict"], ILL.get(name, LINALG))

    @pytest.mark.parametrize("what", ["model", "summary", "anova", "drop1"])
    def test_printed(self, name: str, what: str) -> None:
        theirs = R_SIDE["answers"][name]["printed"].get(what)
        if not theirs or (name, what) == ("empty_cells", "drop1"):
            assert what == "drop1"  # R has none, or prints the rounding error of a sum of squares that is 0
            return
        m = fitted_model(name)
        shown = {"model": lambda m: m, "summary": r.summary, "anova": r.anova, "drop1": r.drop1}[what](m)
        text = r.console(shown)
        assert text == str(shown)
        for printed, other in TIES.get((name, what), ()):
            text, theirs = text.replace(printed, other), theirs.replace(printed, other)
        assert text.rstrip("\n") == theirs.rstrip("\n")


def test_comparisons() -> None:
    sleep2 = r.sleep2()
    pooled, parallel = r.lm("Reaction ~ days_deprived", sleep2), r.lm("Reaction ~ days_deprived + Subject", sleep2)
    unpooled = r.lm("Reaction ~ days_deprived * Subject", sleep2)
    theirs = R_SIDE["comparisons"]
    agree(r.anova(pooled, parallel, unpooled), theirs["F"], LINALG)
    agree(r.anova(pooled, unpooled, test="Chisq"), theirs["Chisq"], LINALG)
    for name, table in (("AIC", r.AIC(pooled, parallel, unpooled)), ("BIC", r.BIC(pooled, unpooled))):
        values = [[number(v) for v in row] for row in theirs[name]["values"]]
        np.testing.assert_allclose(table.to_numpy(float), values, rtol=LINALG)
    assert str(r.anova(pooled, parallel, unpooled)) == theirs["printed"]
    for wanted, formula in zip(theirs["wanted"], theirs["formulas"], strict=True):
        assert r.formula(r.update(pooled, wanted)) == re.sub(r"\s+", " ", formula)


def test_warnings_of_rank_deficient_predictions() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="rank-deficient"):
            r.predict(fitted_model("aliased"), newdata("aliased"))


SATURATED = """\
Analysis of Variance Table

Response: y
          Df  Sum Sq Mean Sq F value Pr(>F)
x          1 0.25881 0.25881     NaN    NaN
z          1 1.42119 1.42119     NaN    NaN
Residuals  0 0.00000     NaN               """


@pytest.mark.filterwarnings("ignore:ANOVA F-tests", "ignore:attempting model selection")
@pytest.mark.parametrize("weights", [None, [1.0, 2.0, 3.0]])
def test_of_a_saturated_model_nothing_is_left(weights: list[float] | None) -> None:
    data = pd.DataFrame({"y": [0.1, 1.9, 1.3], "x": [0.7, 0.3, -1.1], "z": [1 / 3, 0.2, 5.1]})
    m = r.lm("y ~ x + z", data, weights=weights)
    assert list(r.residuals(m)) == [0.0] * 3 and list(r.fitted(m)) == list(data["y"]) and r.deviance(m) == 0.0
    assert r.AIC(m) == -np.inf and np.isneginf(r.drop1(m)["AIC"].iloc[0])  # without numpy's warning
    if weights is None:
        assert str(r.anova(m)) == SATURATED


WEIGHTED = pd.DataFrame({
    "x": range(1, 9), "y": [2.1, 3.9, 6.2, 7.8, np.nan, 12.1, 13.8, 16.3], "w": [1, 2, 0, 1, 1, 2, 1, 1],
}, index=list("abcdefgh"))


@pytest.mark.parametrize("fitted", [r.lm, lambda *a, **k: r.glm(a[0], r.gaussian, *a[1:], **k)], ids=["lm", "glm"])
def test_rows_of_weight_0_are_drawn_as_absent(fitted: Any) -> None:
    """simulate(m, 1, seed = 4) in R 4.2 and 4.6: their variance is infinite."""
    with pytest.warns(UserWarning, match="NAs produced"):
        drawn = r.simulate(fitted("y ~ x", WEIGHTED, weights="w"), 1, seed=4)["sim_1"]
    np.testing.assert_allclose(drawn, [1.967624272, 3.858056964, np.nan, 8.185195942, 12.127372720, 14.418233378,
                                       16.232314912], rtol=1e-9)


@pytest.mark.parametrize("fitted", [r.lm, lambda *a, **k: r.glm(a[0], r.gaussian, *a[1:], **k)], ids=["lm", "glm"])
def test_deletion_measures_have_a_place_for_rows_that_na_exclude_left_out(fitted: Any) -> None:
    """dffits(m) and covratio(m) in R 4.2 and 4.6."""
    m = fitted("y ~ x", WEIGHTED.assign(w=[1, 2, 1, 1, 1, 2, 1, 1]), weights="w", na_action="na.exclude")
    np.testing.assert_allclose(r.dffits(m), [0.4980582451, -0.5995249285, 0.4067446084, -0.3787298245, np.nan,
                                             0.2530947244, -0.9395182495, 1.0576301250], rtol=1e-9)
    np.testing.assert_allclose(r.covratio(m), [1.8550460761, 2.2468689689, 1.1896208265, 1.0746580629, np.nan,
                                               2.2005332194, 0.7682656387, 1.1883610486], rtol=1e-9)
    assert list(r.dffits(m).index) == list("abcdefgh")


@pytest.mark.parametrize("measure", [r.hatvalues, r.rstudent, r.cooks_distance, r.dffits, r.covratio])
@pytest.mark.parametrize("fitted", [r.lm, lambda *a, **k: r.glm(a[0], r.gaussian, *a[1:], **k)], ids=["lm", "glm"])
def test_excluded_rows_change_no_other_where_a_weight_is_0(fitted: Any, measure: Any) -> None:
    """Where R moves the empty place past the next row and gives that row 0 for its Cook's distance and dffits."""
    left, kept = (fitted("y ~ x", WEIGHTED, weights="w", na_action=action) for action in ("na.exclude", "na.omit"))
    assert list(measure(left).index) == list("abdefgh")
    np.testing.assert_array_equal(measure(left).drop("e"), measure(kept))
