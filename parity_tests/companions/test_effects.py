"""Predicted effects: what they are on a balanced design, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import translations as r

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
    assert list(r.ggpredict(model, ["recipe [C, A]", "temperature [185]"])["group"]) == ["185", "185"]


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda m: r.effect("days", m), KeyError, "'days' in the model; there are recipe, temperature"),
        (lambda m: r.ggpredict(m, "day"), KeyError, "'day' in the model; there are recipe, temperature"),
        (lambda m: r.ggpredict(m, "recipe [Z]"), ValueError, "recipe has no level Z; there are A, B, C"),
        (lambda m: r.ggpredict(m, ["recipe"] * 3), ValueError, "one or two predictors, not 3"),
        (lambda m: r.ggpredict(r.lm("y ~ x", {"x": np.arange(40.0), "y": np.arange(40.0) ** 2}), "x"), ValueError,
         "x has 40 values"),
        (lambda m: r.allEffects(3), ValueError, "a linear, a generalized or a mixed model, not int"),
        (lambda m: r.Effect("recipe", m, confidence_level=95), ValueError, "confidence_level"),
    ],
)
def test_errors(model: Any, ask: Callable[[Any], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ask(model)
