"""Predicted effects: what they are on a balanced design, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.companions.effects import EffectsNote
from translations.companions.representative import round_range

CAKE = r.cake()


@pytest.fixture(scope="module")
def model() -> Any:
    return r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", CAKE)


def test_on_a_balanced_design_effects_are_the_cells_means(model: Any) -> None:
    means = CAKE.groupby(["temperature", "recipe"], observed=True)["angle"].mean()
    np.testing.assert_allclose(r.allEffects(model)["recipe:temperature"]["fit"], means, rtol=1e-9)
    recipes = CAKE.groupby("recipe", observed=True)["angle"].mean()
    np.testing.assert_allclose(r.effect("recipe", model)["fit"], recipes, rtol=1e-9)
    first = CAKE[CAKE["temperature"] == "175"].groupby("recipe", observed=True)["angle"].mean()
    np.testing.assert_allclose(r.ggpredict(model, "recipe")["predicted"], first, rtol=1e-9)


def test_values_that_are_asked_for(model: Any) -> None:
    m = r.lm("mpg ~ wt", {"wt": np.arange(40.0), "mpg": np.arange(40.0) ** 1.1})
    assert r.ggpredict(m, "wt [meansd]")["x"].iloc[1] == pytest.approx(19.5)
    assert list(r.ggpredict(m, "wt [1, 2.5]")["x"]) == [1.0, 2.5]
    assert len(r.ggpredict(m, "wt [all]")) == 40
    assert list(r.ggpredict(m, "wt [quart2]")["x"]) == [9.8, 19.5, 29.2]  # R: values_at, one decimal of whole numbers
    assert list(r.ggpredict(model, ["recipe [C, A]", "temperature [185]"])["group"]) == ["185", "185"]


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda m: r.effect("days", m), KeyError, "'days' in the model; there are recipe, temperature"),
        (lambda m: r.ggpredict(m, "day"), KeyError, "'day' in the model; there are recipe, temperature"),
        (lambda m: r.ggpredict(m, "recipe [Z]"), ValueError, "recipe has no level Z; there are A, B, C"),
        (lambda m: r.ggpredict(m, ["recipe"] * 3), ValueError, "one or two predictors, not 3"),
        (lambda m: r.ggpredict(r.lm("y ~ x", {"x": np.arange(40.0), "y": np.arange(40.0) ** 2}), "x [sd]"), ValueError,
         "numbers, all, or one of meansd, minmax"),
        (lambda m: r.allEffects(3), ValueError, "a linear, a generalized or a mixed model, not int"),
        (lambda m: r.Effect("recipe", m, confidence_level=95), ValueError, "confidence_level"),
    ],
)
def test_errors(model: Any, ask: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ask(model)


def measured() -> pd.DataFrame:
    """Twenty-four rows: text whose levels do not come in their order, numbers with many values, whole numbers."""
    at = np.arange(24)
    x = np.round(np.sin(at) * 2.0, 3)
    return pd.DataFrame({"g": np.array(["b", "c", "b", "a"])[at % 4], "s": np.array(["u", "v"])[at // 4 % 2], "x": x,
                         "k": at % 5, "y": 10.0 + x + at % 4 + np.round(np.cos(at * at), 3)})


@pytest.mark.parametrize(
    ("terms", "x", "predicted"),
    [  # R 4.2, ggeffects 1.2.0, of data.frame(g, s, x, k, y) without factors: lm(y ~ g + s + x + k)
        ("x", [-2.0, -1.8, -1.6, -1.4, -1.2, -1.0, -0.8, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4,
          1.6, 1.8],
         [9.059588753, 9.251672988, 9.443757223, 9.635841458, 9.827925694, 10.020009929, 10.212094164, 10.404178399,
          10.596262634, 10.788346869, 10.980431105, 11.172515340, 11.364599575, 11.556683810, 11.748768045,
          11.940852281, 12.132936516, 12.325020751, 12.517104986, 12.709189221]),
        ("g", ["b", "c", "a"],
         [11.05882548, 11.70839747, 12.83219743]),
        ("k", [0, 1, 2, 3, 4],
         [11.25888021, 11.15885285, 11.05882548, 10.95879812, 10.85877075]),
        (["g", "x"], ["b", "b", "b", "c", "c", "c", "a", "a", "a"],
         [9.693466729, 11.057264799, 12.430667080, 10.343038718, 11.706836788, 13.080239069, 11.466838681,
          12.830636750, 14.204039032]),
    ],
)
def test_of_text_and_of_numbers_with_many_values_in_a_linear_model(terms: Any, x: list[Any], predicted: list[float]
                                                                   ) -> None:
    found = r.ggpredict(r.lm("y ~ g + s + x + k", measured()), terms)
    assert list(found["x"]) == x
    np.testing.assert_allclose(found["predicted"], predicted, rtol=1e-8)


def test_text_is_a_factor_in_a_mixed_model() -> None:
    """R: lme4 makes factors of text, so its levels are in order and the first is where it is held."""
    m = r.lmer("y ~ g * x + (1 | s)", measured())
    means = r.ggpredict(m, "g")
    assert list(means["x"]) == ["a", "b", "c"]
    np.testing.assert_allclose(means["predicted"], [12.92764092, 11.18373911, 11.84491866], rtol=1e-7)
    cells = r.effect("g:x", m, xlevels={"x": [0, 1]})["fit"]
    np.testing.assert_allclose(cells, [12.84791445, 11.10138743, 11.77392380, 13.82465527, 12.11029006, 12.64369243],
                               rtol=1e-7)
    assert list(r.allEffects(m)) == ["g:x"]


def test_round_numbers_over_a_range_are_r_s() -> None:
    """R: ggeffects::pretty_range(x)."""
    for x, expected in (
        ([0, 1, 2.3, 17], np.arange(0.0, 19.0, 2.0)),
        (np.linspace(0, 1, 60), np.linspace(0, 1, 11)),
        (np.arange(1.0, 301.0), np.arange(0.0, 301.0, 20.0)),
        ([210.0, 220.0, 235.0], np.arange(210.0, 237.0, 2.0)),
    ):
        np.testing.assert_allclose(round_range(np.asarray(x, dtype=float)), expected, rtol=1e-12)


TRUTHS = {"y": [1.0, 3, 2, 5, 4, 6, 2, 7, 3, 9], "x": np.arange(1.5, 11.0), "a": list("1111122222"),
          "l": [True, False, True] * 3 + [True]}


def test_logical_predictors_are_factors() -> None:
    """R's numbers of `allEffects(lm(y ~ x * l + a))`: the other factors at their shares, FALSE before TRUE."""
    found = r.allEffects(r.lm("y ~ x * l + a", TRUTHS))
    assert np.allclose(found["a"]["fit"], [4.727, 3.719], rtol=1e-9, atol=0.0)
    fit, se = found["x:l"]["fit"], found["x:l"]["se"]
    assert np.allclose(fit.iloc[[0, 4, 5, 9]], [1.577333, 8.254667, 1.200667, 6.651333], rtol=1e-6, atol=0.0)
    assert np.allclose(se.iloc[[0, 9]], [3.467669, 2.498737], rtol=1e-6, atol=0.0)
    assert list(found["x:l"]["l"].astype(str).iloc[[0, 9]]) == ["FALSE", "TRUE"]


def test_ggpredict_refuses_logical_predictors_as_r() -> None:
    with pytest.raises(ValueError, match="no logical predictors, as R's does not: make factors of l"):
        r.ggpredict(r.lm("y ~ x * l + a", TRUTHS), "a")


def test_an_empty_cell_has_no_effect() -> None:
    """R: NA for r with v and for what is averaged over it, and a note; nothing of a predictor that another decides."""
    x = np.array([0.0, 1, 2, 3, 4, 5, 9])
    data = {"y": [1.0, 3, 2, 4, 6, 2, 9], "a": list("pqrqpqq"), "b": list("uuuuvvv"), "x": x}
    cells = r.lm("y ~ a * b", data)
    with pytest.warns(EffectsNote, match="1 value in the a effect are not estimable"):
        found = r.Effect("a", cells)
    assert list(np.isnan(found["fit"])) == list(np.isnan(found["se"])) == [False, False, True]
    assert np.isnan(found["lower"].iloc[2]) and np.isfinite(found["upper"].iloc[0])
    twice = r.lm("y ~ x + x2", {**data, "x2": 2.0 * x})
    with pytest.warns(UserWarning, match="none of the values of the x effect are estimable"):
        assert np.isnan(r.Effect("x", twice)["fit"]).all()


def test_levels_of_numbers_are_written_one_by_one() -> None:
    """As R's as.character has them: 1 beside 2.5."""
    data = pd.DataFrame({"x": [0.001234, 1000.0, 12.0, 150.0, 3.0, 7.5], "y": range(1, 7)})
    shown = str(r.Effect("x", r.lm("y ~ x", data), xlevels={"x": [1, 2.5, 1e5]}))
    assert shown.split("\n")[2:4] == ["x", "          1         2.5       1e+05 "]
