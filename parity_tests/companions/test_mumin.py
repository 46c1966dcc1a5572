"""Ranked models: their weights, and which submodels there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import translations as r

SLEEP = r.sleepstudy()


def test_weights_of_ranked_models_sum_to_one() -> None:
    fits = {x: r.lmer(f"Reaction ~ {x} + (1 | Subject)", SLEEP, REML=False) for x in ("1", "Days", "poly(Days, 2)")}
    table = r.aictab(fits)
    assert table["AICcWt"].sum() == pytest.approx(1.0)
    assert list(table["AICc"]) == sorted(table["AICc"])
    assert table.set_index("Modnames").loc["Days", "AICc"] == pytest.approx(r.AICc(fits["Days"]), rel=1e-14)
    named = r.aictab(list(fits.values()), ["none", "Days", "curve"])
    assert set(named["Modnames"]) == {"none", "Days", "curve"} and list(named["AICc"]) == list(table["AICc"])
    with pytest.raises(ValueError, match="one a model"):
        r.aictab(fits, modnames=["a", "b"])
    assert r.AICc(r.lm("y ~ x", {"x": [1.0, 2, 3, 5], "y": [1.0, 3, 2, 4]})) == np.inf


def test_a_submodel_keeps_its_margins() -> None:
    table = r.dredge(r.lm("angle ~ recipe * temp", r.cake()))
    with_interaction = table[table["recipe:temp"] == "+"]
    assert len(table) == 5 and list(with_interaction["recipe"]) == ["+"]


def test_interactions_are_named_and_fixed_in_either_order() -> None:
    m = r.lm("bwt ~ smoke * ht + lwt", r.load("birthwt"))
    table = r.dredge(m, fixed=["smoke:ht", "ht", "smoke"])
    assert list(table.columns[:5]) == ["(Intercept)", "ht", "lwt", "smoke", "ht:smoke"]
    assert list(table.index) == [2, 1]
    assert table["ht:smoke"].iloc[0] == pytest.approx(r.coef(m)["smoke:ht"], rel=1e-12)


def test_chosen_columns_print_as_a_frame_and_weights_sum_to_one() -> None:
    table = r.dredge(r.glm("low ~ lwt + smoke", r.binomial(), r.load("birthwt")))
    assert str(table).startswith("Global model call: glm(")
    assert "Global" not in str(table[["df", "weight"]])
    assert table["weight"].sum() == pytest.approx(1.0)


@pytest.mark.filterwarnings("ignore::translations.SingularFitWarning")
def test_r_squared_of_equal_models_is_the_same_with_and_without_random_effects() -> None:
    """A variance between groups of 0 leaves the generalized linear model."""
    warpbreaks = r.load("warpbreaks")
    warpbreaks["group"] = r.factor([i % 6 for i in range(len(warpbreaks))])
    mixed = r.glmer("tension ~ breaks + (1 | group)", warpbreaks.assign(tension=warpbreaks["tension"] == "L"),
                    family=r.binomial())
    assert r.isSingular(mixed)
    plain = r.glm("tension ~ breaks", r.binomial(), warpbreaks.assign(tension=warpbreaks["tension"] == "L"))
    found, expected = r.r_squaredGLMM(mixed).to_numpy(), r.r_squaredGLMM(plain).to_numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: r.r_squaredGLMM(3), "linear, generalized or mixed model, not int"),
        (lambda: r.r_squaredGLMM(r.glm("Reaction ~ Days", r.Gamma(), SLEEP)), "not of Gamma models with link inverse"),
        (lambda: r.dredge("model"), "linear, generalized or mixed model, not str"),
        (lambda: r.dredge(r.lm("Reaction ~ Days", SLEEP), rank="DIC"), "AICc.*AIC.*BIC"),
        (lambda: r.dredge(r.lm("Reaction ~ Days", SLEEP), fixed="Nights"), "no term of the model: Nights; .* Days"),
    ],
)
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()
