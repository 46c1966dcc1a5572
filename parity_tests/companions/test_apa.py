"""The table that a paper prints: its numbers are those of `tidy`, its form the manual's."""
from __future__ import annotations

import pytest

import translations as r


def test_numbers_are_those_of_the_model() -> None:
    m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    table = r.apa_table(m, ddf="Kenward-Roger")
    assert list(table) == ["Term", "b", "SE", "95% CI", "t", "df", "p"]
    found = r.tidy(m, effects="fixed", conf_int=True, ddf="Kenward-Roger").set_index("term").loc["Days"]
    assert table.iloc[1].tolist()[1:3] == [f"{found['estimate']:.2f}", f"{found['std.error']:.2f}"]
    assert table["95% CI"][1] == f"[{found['conf.low']:.2f}, {found['conf.high']:.2f}]" and table["p"][1] == "< .001"


def test_known_dispersions_have_z_and_no_df() -> None:
    m = r.glm("low ~ age", r.binomial(), r.load("birthwt").assign(low=lambda d: (d.bwt < 2500).astype(float)))
    table = r.apa_table(m, conf_level=0.9, digits=3)
    assert list(table) == ["Term", "b", "SE", "90% CI", "z", "p"]
    assert table["p"][1].startswith(".") and len(table["b"][1].split(".")[1]) == 3
    free = r.glm("TICKS ~ YEAR", r.quasipoisson(), r.load("grouseticks"))
    assert r.apa_table(free)["df"].tolist() == ["400"] * 3


def test_another_object_is_told() -> None:
    with pytest.raises(ValueError, match="needs a model by lm, glm, lmer or glmer, not DataFrame"):
        r.apa_table(r.sleepstudy())
