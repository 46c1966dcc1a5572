"""What is refused, warned of, or answered otherwise than by numbers: the facts of each message."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.stats.formulas.contrasts import coding
from translations.stats.formulas.design import design
from translations.stats.formulas.frame import as_frame, factor_of, model_frame, require_finite, total_offset
from translations.stats.formulas.terms import parse
from translations.stats.language.evaluate import column

from .designs import hostile, mixture

D, H = mixture(), hostile()
M = r.lm("y ~ x + f", D)


@pytest.mark.parametrize(("asked", "error", "message"), [
    (lambda: as_frame([1, 2]), ValueError, "DataFrame or a mapping of columns, not list"),
    (lambda: model_frame("y ~ x", D, subset=np.ones(3, dtype=bool)), ValueError, "for each of the 24 rows"),
    (lambda: model_frame("y ~ x", D, subset=np.ones(25, dtype=bool)), ValueError, "for each of the 24 rows"),
    (lambda: model_frame("y ~ x", D, subset=np.ones(24)), ValueError, "True or False"),
    (lambda: model_frame("y ~ x", D, weights=np.ones(25)), ValueError, r"^weights must .* 24 rows, not shape \(25,\)"),
    (lambda: model_frame("y ~ x", D, offset=np.ones((24, 1))), ValueError, r"^offset must .* not shape \(24, 1\)"),
    (lambda: model_frame("y ~ x", D, offset=2.0), ValueError, r"offset must .* not shape \(\)"),
    (lambda: model_frame("y ~ length(x)", D), ValueError, r"length\(x\) has 1 value\(s\), the data 24 rows"),
    (lambda: model_frame("y ~ c(x, 1)", D), ValueError, r"c\(x, 1\) has 25 value\(s\), the data 24 rows"),
    (lambda: model_frame("y ~ x", D.iloc[:0]), ValueError, "no rows are left"),
    (lambda: model_frame("~ x", D).response, ValueError, "the formula ~x has no response"),
    (lambda: factor_of("f", model_frame("y ~ x", D)), KeyError, "no variable f: pass it in extra"),
    (lambda: factor_of("1", model_frame("y ~ x", D)), ValueError, "'1' names no variable"),
    (lambda: factor_of("poly(x, 2)", model_frame("y ~ poly(x, 2)", D)), ValueError, r"poly\(x, 2\) is a matrix"),
    (lambda: design("y ~ f", model_frame("y ~ x", D)), KeyError, "no variable f: pass it in extra"),
    (lambda: total_offset(parse("y ~ offset(f)"), {"offset(f)": model_frame("y ~ f", D).variables["f"]}, None),
     ValueError, r"offset\(f\) must be numeric"),
    (lambda: parse("y ~ (x + z)^0"), ValueError, r"\(x \+ z\)\^0: the power must be a positive whole number"),
    (lambda: parse("y ~ x^Inf"), ValueError, r"x\^Inf: the power must be"),
    (lambda: parse("y ~ x^NA"), ValueError, r"x\^NA: the power must be"),
    (lambda: parse("y ~ x^TRUE"), ValueError, r"x\^TRUE: the power must be"),
    (lambda: parse("y ~ x^f"), ValueError, r"x\^f: the power must be"),
    (lambda: parse("y ~ x + 0.5"), ValueError, "0.5 is not a term"),
    (lambda: parse("y ~ x + TRUE"), ValueError, "TRUE is not a term"),
    (lambda: parse("y ~ x + -1.5"), ValueError, "1.5 is not a term"),
    (lambda: parse("y ~ x | g"), ValueError, r"random-effects term \(x \| g\): only lmer"),
    (lambda: parse("y ~ (x || g)"), ValueError, r"random-effects term \(x \|\| g\): only lmer"),
    (lambda: r.lm("y ~ f", D.assign(f="one")), ValueError, r"2 or more levels: f has \['one'\]"),
    (lambda: coding([], False, name="g"), ValueError, r"g has \[\]"),
    (lambda: coding(["a", "b"], False, np.ones(2), "g"), ValueError, r"g need .* shape \(2, k\), not \(2,\)"),
    (lambda: coding(["a", "b"], False, np.ones((3, 1)), "g"), ValueError, r"shape \(2, k\), not \(3, 1\)"),
    (lambda: coding(["a", "b"], False, "contr.none", "g"), ValueError, "'contr_none' for g: .*contr_treatment"),
    (lambda: r.contr_treatment(3, base=0), ValueError, "baseline level 0 is not among the 3 levels"),
    (lambda: r.contr_poly(3, scores=[1, 2]), ValueError, "3 distinct numbers"),
    (lambda: r.contr_sum(["a"]), ValueError, r"not enough levels .*\['a'\]"),
    (lambda: r.residuals(M, type="raw"), ValueError, "'working', 'pearson', 'deviance', 'partial', not 'raw'"),
    (lambda: r.confint(M, ["x", "q", "w"]), KeyError, r"no coefficient 'q', 'w'; there are \(Intercept\), x, fb, fc"),
    (lambda: r.drop1(M, scope=["x", "q", "w"]), ValueError, "not a subset of the model's terms: q, w"),
    (lambda: r.drop1(M, test="t"), ValueError, "'F', 'Chisq' or None, not 't'"),
    (lambda: r.anova(M, M, test="t"), ValueError, "'F', 'Chisq' or None, not 't'"),
    (lambda: r.anova(M, r.lm("x ~ y", D)), ValueError, "different responses"),
    (lambda: r.anova(M, r.lm("y ~ x", D, subset="x > 3")), ValueError, "different numbers of rows"),
    (lambda: r.simulate(M, 0), ValueError, "nsim must be at least 1, not 0"),
    (lambda: r.simulate(r.glm("x ~ 1", r.Gamma, D, weights="(x > 3) * 1")), ValueError, "a positive weight for every"),
    (lambda: r.simulate(r.lm("y ~ x", D[:2])), ValueError, "residual degrees of freedom"),
    (lambda: r.predict(M, D, interval="both"), ValueError, "'none', 'confidence', 'prediction', not 'both'"),
    (lambda: r.predict(r.lm("y ~ x", D, offset=np.ones(24)), D), ValueError, "give the offset as text"),
    (lambda: r.t_test(D["x"], alternative="more"), ValueError, "one of 'two.sided', 'less', 'greater', not 'more'"),
    (lambda: r.t_test(D["x"], conf_level=1), ValueError, "between 0 and 1, not 1"),
    (lambda: r.t_test(D["x"], conf_level=-0.5), ValueError, "between 0 and 1, not -0.5"),
    (lambda: r.t_test(D["x"], conf_level=1.5), ValueError, "between 0 and 1, not 1.5"),
    (lambda: r.t_test(D["x"], conf_level=0), ValueError, "between 0 and 1, not 0"),
    (lambda: r.t_test(D["f"]), ValueError, "^x must be numbers"),
    (lambda: r.t_test(D["x"], D["f"]), ValueError, "^y must be numbers"),
    (lambda: r.t_test([1.0], [2.0, 3.0]), ValueError, r"not enough observations: 1 and 2 in \[1.0\] and \[2.0, 3.0\]"),
    (lambda: r.t_test([1.0, None]), ValueError, r"not enough observations: 1 in \[1.0, None\]"),
    (lambda: r.t_test("y ~ f", data=D), ValueError, "f must have exactly 2 levels, not 3"),
    (lambda: r.t_test([1.0, 2], [2.0], paired=True), ValueError, "one length, not 2 and 1"),
    (lambda: r.lm("y ~ x + z", D, na_action="na.pass"), ValueError, "'na.omit', 'na.exclude' or 'na.fail'"),
    (lambda: r.lm("y ~ x", D, na_action="drop"), ValueError, "na.omit, na.exclude, na.fail, na.pass, not 'drop'"),
    (lambda: r.lm("y ~ b", H.assign(y=[1.0, np.inf, *range(7)])), ValueError, r"^the response y has .*row 2 of"),
    (lambda: r.lm("y ~ x", D.assign(x=[1.0] * 23 + [-np.inf])), ValueError, r"^x has an infinite value \(row 24 of"),
    (lambda: r.lm("y ~ I(poly(x, 2) / 0)", D), ValueError, r"^I\(poly\(x, 2\)/0\) has an infinite value \(row 1"),
    (lambda: r.predict(M, D, interval="prediction", weights="mean(x)"), ValueError, "^weights must have one value"),
    (lambda: model_frame("y ~ x", mixture("gaps"), na_action="na.fail"), ValueError, "missing values in y, x"),
])
def test_refused(asked: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        asked()


def test_rows_that_subset_leaves_out_may_lack_values() -> None:
    assert model_frame("c ~ n", H, subset="n > 0", na_action="na.pass").n == 5
    whole = model_frame("c ~ b", H, subset=H["b"] > 0, na_action="na.fail")
    assert whole.n == 7 and model_frame("c ~ a", H, subset=H["a"] > 0, na_action="na.fail").n == 5


def test_at_most_three_columns_are_suggested() -> None:
    with pytest.raises(KeyError, match="no column 'col9'; did you mean 'col.' or 'col.' or 'col.'[?]"):
        column(pd.DataFrame({f"col{i}": [1.0] for i in range(5)}), "col9")


def noted(asked: Any) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asked()
    return [str(one.message) for one in caught]


# R 4.2.2's conditions: each once, and none where R has none.
@pytest.mark.parametrize(("asked", "words"), [
    (lambda: r.anova(r.lm("y ~ x", D.assign(y=2 * D["x"]))), ["essentially perfect fit"]),
    (lambda: r.anova(r.lm("y ~ x", D.assign(y=2 * D["x"] + 1e-3 * D["z"]))), []),
    (lambda: r.anova(M), []),
    (lambda: r.predict(M, D), []),
    (lambda: r.predict(r.lm("y ~ x + I(2 * x)", D), D), ["rank-deficient"]),
    (lambda: r.predict(r.lm("y ~ x + I(2 * x)", D)), []),
    (lambda: r.predict(M, interval="prediction"), ["_future_ responses"]),
    (lambda: r.predict(M, D, interval="prediction"), []),
    (lambda: r.predict(M, interval="confidence"), []),
    (lambda: r.predict(r.lm("y ~ x", D, weights="w"), interval="prediction"), ["_future_", "inversely proportional"]),
    (lambda: r.predict(r.lm("y ~ x", D, weights="w"), interval="prediction", weights=2), ["_future_"]),
    (lambda: r.predict(r.lm("y ~ x", D, weights="w"), interval="confidence"), []),
    (lambda: r.lm("y ~ x", D, contrasts={"g": "contr.sum"}), ["'g' is absent, its contrast will be ignored"]),
    (lambda: r.lm("y ~ g", D, contrasts={"g": "contr.sum"}), []),
])
def test_warned(asked: Any, words: list[str]) -> None:
    found = noted(asked)
    assert len(found) == len(words) and all(part in one for part, one in zip(words, found, strict=True))


def test_an_infinite_value_of_a_matrix_is_placed() -> None:
    with pytest.raises(ValueError, match=r"m has an infinite value \(row 2 of"):
        require_finite(np.array([[1.0, 2.0], [3.0, np.inf], [-np.inf, 0.0]]), "m")


def test_models_are_called_as_they_are_written() -> None:
    assert list(r.AIC(r.lm("y ~ x", D), M).index) == ['r.lm("y ~ x", D)', "M"]
    assert list(r.AIC(*[M, r.lm("y ~ z", D)]).index) == ["M", "2"]


def test_statsmodels_sees_the_rows_that_weigh() -> None:
    m = r.lm("y ~ x", D, weights="w * (x > 3)")
    assert m.statsmodels.nobs == r.nobs(m) == (D["x"] > 3).sum() and m.statsmodels.df_resid == r.df_residual(m)


def test_the_call_names_its_data_and_arguments() -> None:
    assert 'lm(formula = y ~ x, data = D.copy())' in str(r.lm("y ~ x", D.copy()))
    known = D.copy()
    known.attrs["name"] = "trees"
    assert "data = trees)" in str(r.lm(*["y ~ x", known.copy()]))
    m = r.lm("y ~ f", D, weights=np.ones(24), contrasts={"f": r.contr_sum})
    assert "lm(formula = y ~ f, data = D, weights = weights, contrasts = contrasts)" in str(m)
    assert 'contrasts = list(f = "contr.sum"))' in str(r.lm("y ~ f", D, contrasts={"f": "contr.sum"}))
    other = D[:20]
    assert "data = other)" in str(r.update(M, data=other)) and "data = D)" in str(r.update(M, "y ~ x"))
    assert r.t_test(D["x"], data_name="heights").data_name == "heights"
    assert r.t_test(D["x"], D["y"], data_name="both").data_name == "both"
