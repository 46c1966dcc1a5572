"""Tests over imputed data sets: what they are where the data sets are alike, and what is asked wrongly."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r
from translations.companions.pooled_tests import mixed_loglik

SLEEP = r.sleepstudy()
LINE, MEAN = r.lm("Reaction ~ Days", SLEEP), r.lm("Reaction ~ 1", SLEEP)
SLOPES = r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP, REML=False)
NONE = r.lmer("Reaction ~ 1 + (Days | Subject)", SLEEP, REML=False)


@pytest.mark.parametrize(("formula", "data", "weights"), [
    ("Reaction ~ Days + (Days | Subject)", SLEEP, None), ("Reaction ~ Days + (Days || Subject)", SLEEP, None),
    ("Reaction ~ Days + (Days | Subject)", SLEEP, 1 + SLEEP["Days"]),
    ("diameter ~ 1 + (1 | plate) + (1 | sample)", r.load("Penicillin"), None),
    ("Yield ~ 1 + (1 | Batch)", r.load("Dyestuff2"), None),
])  # fmt: skip
@pytest.mark.filterwarnings("ignore::translations.SingularFitWarning", "ignore::translations.ConvergenceWarning")
def test_the_density_at_the_estimates_is_the_fits(formula: str, data: Any, weights: Any) -> None:
    m = r.lmer(formula, data, REML=False, weights=weights)
    scatter = [S.to_numpy(float) for S in r.VarCorr(m).values()]
    found = mixed_loglik(m, m.beta, scatter, m.sigma**2)
    assert found == pytest.approx(float(r.logLik(m)), rel=1e-11)
    assert mixed_loglik(m, m.beta + 0.1, scatter, m.sigma**2) < found


@pytest.mark.parametrize(("large", "small"), [(LINE, MEAN), (SLOPES, NONE)])
def test_data_sets_that_are_alike_give_the_test_of_one(large: Any, small: Any) -> None:
    ratio = 2 * (float(r.logLik(large)) - float(r.logLik(small)))
    for method, use in (("D3", "wald"), ("D2", "likelihood")):
        test = r.testModels([large] * 4, [small] * 4, method=method, use=use).test
        assert test["F.value"] == pytest.approx(ratio, rel=1e-9)
        assert test["RIV"] == pytest.approx(0.0, abs=1e-9)
    z = r.summary(large).coefficients.to_numpy(float)[1, 2]
    for method in ("D1", "D2"):
        assert r.testModels([large] * 4, [small] * 4, method=method).test["F.value"] == pytest.approx(z**2, rel=1e-9)


def test_text_says_what_was_made_over_by_ml() -> None:
    by_reml = [r.lmer(f"Reaction ~ {x} + (1 | Subject)", SLEEP.iloc[:90]) for x in ("Days", "1")]
    fits, nulls = ([m, m, m] for m in by_reml)
    assert "used as is.\n" in f"{r.testModels(fits, nulls)}\n"
    d3 = r.testModels(fits, nulls, method="D3")
    assert "were refitted using ML." in str(d3) and "testModels D3: F(1, " in repr(d3) and d3._repr_html_()
    assert "testModels(model = fits, null.model = nulls, method = \"D3\")" in str(d3)
    assert 0 < d3.p_value < 1


@pytest.mark.parametrize(("settings", "said"), [
    ({"method": "D3", "df_com": 20.0}, "degrees of freedom are not available for use with 'D3'"),
    ({"use": "likelihood"}, "'likelihood' option is not available with method 'D1'"),
    ({"ariv": "positive"}, "'positive' option is not available"),
])  # fmt: skip
def test_what_a_method_does_not_take_is_said(settings: dict[str, Any], said: str) -> None:
    with pytest.warns(UserWarning, match=said):
        r.testModels([LINE] * 6, [MEAN] * 6, **settings)
    with pytest.warns(UserWarning, match="objects of different classes"):
        r.testModels([SLOPES] * 2, [MEAN] * 2)


ALONE: Any = MEAN
COUNTS = [r.glm(f"n ~ {x}", family=r.poisson(), data=SLEEP.assign(n=SLEEP["Days"] % 3)) for x in ("Days", "1")]
WEIGHTED = [r.lm(f"Reaction ~ {x}", SLEEP, weights=1 + SLEEP["Days"]) for x in ("Days", "1")]
OFFSET = [r.lmer(f"Reaction ~ {x} + (1 | Subject)", SLEEP, offset=SLEEP["Days"], REML=False) for x in ("Days", "1")]


@pytest.mark.parametrize(("ask", "said"), [
    (lambda: r.testModels([LINE] * 2, [MEAN] * 3), "model has 2 fits and null_model 3"),
    (lambda: r.testModels([LINE] * 2, [LINE] * 2), "have the same coefficients"),
    (lambda: r.testModels([MEAN] * 2, [LINE] * 2, method="D3"), "null_model must be the smaller"),
    (lambda: r.testModels([LINE] * 2, [MEAN] * 2, method="D4"), "method"),
    (lambda: r.testModels([LINE] * 2, ALONE), "null_model must be a list"),
    (lambda: r.testModels([LINE] * 2, [MEAN] * 2, df_com=20.0), "df_com takes more than 4"),
    (lambda: r.testModels([COUNTS[0]] * 2, [COUNTS[1]] * 2, method="D3"), "not of Glm"),
    (lambda: r.testModels([WEIGHTED[0]] * 2, [WEIGHTED[1]] * 2, method="D3"), "no weights"),
    (lambda: r.testModels([OFFSET[0]] * 2, [OFFSET[1]] * 2, method="D3"), "offset"),
])  # fmt: skip
def test_bad_input_is_named(ask: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ask()


def test_pooled_p_values_do_not_depend_on_the_order_of_the_data_sets() -> None:
    sets = [SLEEP.assign(Reaction=SLEEP["Reaction"] + i * SLEEP["Days"]) for i in (0, 1, -1, 2)]
    large, small = ([r.lm(f"Reaction ~ {x}", one) for one in sets] for x in ("Days", "1"))
    for method in ("D1", "D2", "D3"):
        values = [r.testModels(large[::step], small[::step], method=method).test for step in (1, -1)]
        np.testing.assert_allclose(values[0], values[1], rtol=1e-9)
