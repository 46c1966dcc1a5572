"""Ranked models: their weights, and which submodels there are."""

from __future__ import annotations

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
    assert r.AICc(r.lm("y ~ x", {"x": [1.0, 2, 3, 5], "y": [1.0, 3, 2, 4]})) == np.inf


def test_a_submodel_keeps_its_margins() -> None:
    table = r.dredge(r.lm("angle ~ recipe * temp", r.cake()))
    with_interaction = table[table["recipe:temp"] == "+"]
    assert len(table) == 5 and list(with_interaction["recipe"]) == ["+"]
