"""Steps by AIC."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r


@pytest.fixture
def births():
    return r.load("birthwt")


def test_the_model_found_is_no_worse_than_any_neighbour(births) -> None:
    whole = r.lm("bwt ~ age + lwt + smoke + ht + ui + ptl", births)
    found = r.step(whole, scope="~ .", trace=False)
    best = r.extractAIC(found)[1]
    assert best == found.anova["AIC"].iloc[-1] < r.extractAIC(whole)[1]
    neighbours = [r.drop1(found), r.add1(found, "~ . + age + lwt + smoke + ht + ui + ptl")]
    assert all((table["AIC"].iloc[1:] > best).all() for table in neighbours)


def test_no_step_prints_without_trace(births, capsys) -> None:
    assert r.step(r.glm("low ~ smoke", r.binomial, births), direction="forward", trace=False).anova.shape == (1, 6)
    assert capsys.readouterr().out == ""


def test_a_change_of_rows_is_said_with_the_term() -> None:
    d = r.load("airquality")
    with pytest.raises(ValueError, match="from 111 to (116|146) with (Solar.R|Ozone)"):
        r.step(r.lm("Temp ~ Wind + Solar.R + Ozone + Month", d), k=1e4, trace=False)


@pytest.mark.parametrize(("arguments", "words"), [
    ({"direction": "up"}, "direction"),
    ({"scope": {"upper": "~ .", "largest": "~ ."}}, "lower and upper, not largest"),
    ({"scope": "smoke"}, "must be a formula"),
    ({"scope": "~ lwt"}, "upper scope lacks age"),
    ({"scope": {"lower": "~ smoke", "upper": "~ . + smoke"}}, "lower scope has smoke"),
    ({"ddf": "Kenward-Roger"}, "ddf: for steps of a mixed model"),
    ({"keep": "age"}, "keep: for steps of a mixed model"),
])  # fmt: skip
def test_what_does_not_fit_is_named(births, arguments, words) -> None:
    with pytest.raises(ValueError, match=words):
        r.step(r.lm("bwt ~ age + lwt", births), trace=False, **arguments)


def test_steps_of_a_mixed_model_take_no_scope() -> None:
    m = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    with pytest.raises(ValueError, match="scope, k: for steps by AIC"):
        r.step(m, scope="~ .", k=3.0)
    with pytest.raises(ValueError, match="no terms in scope"):
        r.add1(r.lm("Reaction ~ Days", r.sleepstudy()), "~ .")


def test_a_perfect_fit_has_no_aic() -> None:
    with pytest.raises(ValueError, match="minus infinity"):
        r.step(r.lm("y ~ x", {"x": [0.0, 1.0, 2.0], "y": [0.0, 0.0, 0.0]}), trace=False)
    m = r.glm("y ~ x", r.quasipoisson, {"x": [0.0, 1.0, 2.0, 3.0], "y": [1, 0, 2, 3]})
    assert np.isnan(r.extractAIC(m)[1])
    with pytest.raises(ValueError, match="not defined"):
        r.step(m, trace=False)
