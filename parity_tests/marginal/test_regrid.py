"""Grids made over, joint tests and letters: what must hold of them, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest

import translations as r


def test_differences_of_regridded_means_are_differences() -> None:
    e = r.emmeans(r.lm("log(breaks) ~ wool + tension", r.load("warpbreaks")), "tension")
    means = np.exp(r.summary(e)["emmean"].to_numpy())
    found = r.summary(r.pairs(r.regrid(e)))["estimate"].to_numpy()
    np.testing.assert_allclose(found, [a - b for a, b in combinations(means, 2)], rtol=1e-12)


def test_a_grid_taken_to_a_link_and_back_is_itself() -> None:
    m = r.glm("cbind(incidence, size - incidence) ~ period", r.binomial(), r.load("cbpp"))
    e = r.emmeans(m, "period")
    there = r.summary(r.regrid(e, "logit"))
    np.testing.assert_allclose(there.iloc[:, 1:3].to_numpy(dtype=float), r.summary(e)[["emmean", "SE"]], rtol=1e-10)


@pytest.mark.filterwarnings("ignore:Invalid response predictions")
def test_what_a_link_has_no_value_for_is_not_estimated() -> None:
    e = r.emmeans(r.lm("y ~ g", {"y": [-3.0, -1, 2, 4], "g": ["a", "a", "b", "b"]}), "g")
    found = r.summary(r.regrid(e, "log"))
    assert np.isnan(found["response" if "response" in found else found.columns[1]].iloc[0])
    assert r.summary(r.pairs(r.regrid(e, "log")))["estimate"].isna().all()


M = r.lm("breaks ~ wool * tension", r.load("warpbreaks"))
E = r.emmeans(r.lm("breaks ~ tension", r.load("warpbreaks")), "tension")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: r.regrid(M), "regrid needs a reference grid"),
        (lambda: r.regrid(E, "square"), "transform must be"),
        (lambda: r.test(M), "test needs means or contrasts"),
        (lambda: r.test(E, joint=True, rows=[9]), "rows must be numbers from 1 to 3"),
        (lambda: r.test(r.pairs(E), joint=True, null=1), "linearly dependent"),
        (lambda: r.cld(M), "cld needs means"),
        (lambda: r.cld(E, letters=""), "symbols are needed"),
        (lambda: r.emmeans(M, "tension", submodel="~ tension"), "no submodel= here: fit the submodel"),
        (lambda: r.emmeans(M, "tension", nuisance="wool"), "no nuisance= here: .* rg_limit="),
        (lambda: r.emmeans(M, "tension", counterfactuals="wool"), "no counterfactuals= here: predict"),
        (lambda: r.emmeans(M, "tension", vcov_=[[1.0]]), r"a matrix \(6, 6\)"),
        (lambda: r.Anova(M, vcov_=[[1.0]]), r"a matrix \(6, 6\)"),
        (lambda: r.Anova(M, white_adjust="hc9"), "white_adjust must be"),
        (lambda: r.Anova(M, error=E), "error must be a model by lm"),
        (lambda: r.hccm(E), "hccm needs a linear model"),
    ],
)
def test_what_cannot_be_is_told(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()


def test_an_unknown_by_variable_is_named() -> None:
    for ask in (r.test, r.cld):
        with pytest.raises(KeyError, match="no by-variable 'wool'"):
            ask(E, by="wool", **({"joint": True} if ask is r.test else {}))


def test_a_grid_is_taken_to_a_scale_before_it_is_averaged() -> None:
    """Plain averages of the cells' probabilities, and of the cells' back-transformed means."""
    births = r.load("birthwt").assign(smoke=lambda d: d["smoke"] > 0)
    g = r.glm("low ~ factor(race) * smoke", family=r.binomial, data=births)
    cells = r.emmeans(g, ["race", "smoke"], type="response").as_data_frame()
    found = r.emmeans(g, "~ race", regrid="response").as_data_frame()
    np.testing.assert_allclose(found["prob"], cells.groupby("race", observed=True)["prob"].mean(), rtol=1e-12)
    with pytest.raises(ValueError, match="transform must be one of .*'log10'.*, not 'foo'"):
        r.emmeans(g, "~ race", regrid="foo")
