"""Least-squares means: which cannot be estimated."""
from __future__ import annotations

from typing import Any

import pytest

import translations as r

from ..df_models import HOLE, Model, cake_hole, digits


@pytest.mark.filterwarnings("ignore")
def test_least_squares_means_that_cannot_be_estimated(live_r: Any) -> None:
    model = Model("hole", "angle ~ recipe * temperature + (1 | recipe:replicate)", cake_hole, HOLE)
    m = model.both(live_r)
    ours = r.ls_means(m)
    theirs = live_r.numbers("as.matrix(suppressMessages(ls_means(m)))").reshape(7, -1).T
    assert list(ours.index[ours["Estimate"].isna()]) == ["recipeC", "temperature225", "recipeC:temperature225"]
    assert digits(ours.to_numpy()[:, :6], theirs[:, :6]) > 6.5


def test_a_model_without_factors_has_no_least_squares_means() -> None:
    """lmerTest prints an empty table."""
    m = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    assert r.ls_means(m).shape == (0, 7) == r.difflsmeans(m).shape


def test_least_squares_means_refuse_what_has_no_levels() -> None:
    m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", r.cake())
    assert list(r.ls_means(m).index) == ["recipeA", "recipeB", "recipeC"]
    with pytest.raises(ValueError, match="'recipe:temp' has numeric variables"):
        r.ls_means(m, "recipe:temp")
    with pytest.raises(KeyError, match="no term 'oven'; there are recipe, temp, recipe:temp"):
        r.ls_means(m, "oven")
    with pytest.raises(ValueError, match="has several columns"):
        r.ls_means(r.lmer("angle ~ recipe + poly(temp, 2) + (1 | recipe:replicate)", r.cake()))
