"""Interaction plots: what tells lines apart in grey, and what the bars are."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import translations as r

if TYPE_CHECKING:
    import pandas as pd


def points(figure: Any) -> pd.DataFrame:
    figure._build()
    return figure._build_objs.layers[1].data


def test_lines_differ_by_shape_as_by_colour() -> None:
    figure = r.emmip(r.lm("angle ~ recipe * temperature", r.cake()), "recipe ~ temperature", CIs=True)
    assert figure.labels.shape == figure.labels.color == "recipe"
    assert figure.labels.caption == "Bars: 95 % confidence intervals."
    drawn = points(figure)
    assert drawn["shape"].nunique() == drawn["color"].nunique() == 3


@pytest.mark.parametrize("formula", ["replicate ~ recipe", "~ replicate | recipe"])
def test_many_lines_and_one_have_one_shape(formula: str) -> None:
    figure = r.emmip(r.lm("angle ~ replicate + recipe", r.cake()), formula)
    assert figure.labels.caption is None
    assert points(figure)["shape"].nunique() == 1
