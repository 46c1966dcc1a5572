"""The figures there are, and what each says that it shows."""
from __future__ import annotations

import re

import pytest

import translations as r
from translations.figures import FIGURES, catalogue, draw
from translations.figures.built import built

NAMES = [*(f"figure_5_{number}" for number in range(1, 8)), "shrinkage", "caterpillar", "profile_zeta",
         "profile_density", "profile_pairs"]  # fmt: skip


def test_the_figures_there_are():
    assert list(FIGURES) == NAMES
    assert len({one.title for one in FIGURES.values()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_says_what_it_shows(name):
    """Not its title again, whole sentences, no longer than a screen reader's patience."""
    figure = FIGURES[name]
    assert 120 < len(figure.alt) < 420 and figure.alt.endswith(".") and figure.title not in figure.alt


def test_what_it_says_is_what_it_shows():
    """Every number that the descriptions of the data and models name."""
    data = r.sleepstudy().query('Subject == "308"')["Reaction"].round().to_list()
    said = FIGURES["figure_5_1"].alt
    assert str(int(max(data))) in said and data[9] == max(data) and f"{data[7]:.0f} on day 7" in said
    intercept, slope = r.coef(r.lm("Reaction ~ days_deprived", r.sleep2()))
    assert f"{intercept:.0f} at baseline and {slope:.1f} more a day" in FIGURES["figure_5_4"].alt
    assert f"{intercept:.0f} and {slope:.1f}" in FIGURES["shrinkage"].alt
    lines = {name: {key: float(value[0]) for key, value in panel.items()}
             for name, panel in built(draw("figure_5_5"))["abline"].items()}  # fmt: skip
    values = []
    for key in ("intercept", "slope"):
        in_order = sorted(lines, key=lambda name: lines[name][key])
        values += [(f"{lines[name][key]:.0f}", name) for name in (in_order[0], in_order[-1])]
    assert re.findall(r"(-?\d+)(?: a day)? \((\d+)\)", FIGURES["figure_5_5"].alt) == values
    beyond = built(draw("figure_5_7"))["line"]
    steepest = max(beyond, key=lambda name: beyond[name]["y"].max())
    assert f"{steepest} reaches {beyond[steepest]['y'].max():.0f}" in FIGURES["figure_5_7"].alt
    modes = r.ranef(catalogue.chapter_model())["Subject"]
    said = FIGURES["caterpillar"].alt
    for name, low, high in (("(Intercept)", "309", "352"), ("days_deprived", "335", "337")):
        assert (modes[name].idxmin(), modes[name].idxmax()) == (low, high)
        assert f"{modes[name].min():.0f}" in said and f"{modes[name].max():.0f}" in said
    ends = built(draw("caterpillar"))["segment"]["(Intercept)"]
    assert 0.6 < ((ends["x"] < 0) & (ends["xend"] > 0)).mean() < 0.72 and "two thirds" in said
