"""Where nothing is unbalanced, a marginal mean is a plain average, and its degrees of freedom stand in the table of the
split-plot analysis of variance.
"""
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import translations as r


def split_plot(seed: int, blocks: int, whole: int, sub: int) -> pd.DataFrame:
    """Blocks of `whole` plots, each of `sub` subplots, with effects of everything."""
    rng = np.random.default_rng(seed)
    block, a, b = (x.ravel() for x in np.meshgrid(range(blocks), range(whole), range(sub), indexing="ij"))
    y = 3.0 * rng.normal(size=blocks * whole)[block * whole + a] + rng.normal(size=(whole, sub))[a, b]
    y = y + rng.normal(size=len(y))
    names = {"A": [f"a{i}" for i in a], "B": [f"b{i}" for i in b], "plot": [f"p{i}" for i in block * whole + a]}
    return pd.DataFrame({**names, "y": y})


@pytest.mark.parametrize("seed", range(8))
def test_a_split_plot_by_hand(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    blocks, whole, sub = (int(rng.integers(low, 6)) for low in (4, 2, 2))
    data = split_plot(seed, blocks, whole, sub)
    m = r.lmer("y ~ A * B + (1 | plot)", data, control="newton")
    with pytest.warns(r.EmmeansNote, match="involvement in interactions"):
        a, b = r.emmeans(m, "A"), r.emmeans(m, "B")
    plots = data.groupby("plot").y.mean()
    of_plot = data.groupby("plot").A.first()
    between = sub * float(((plots - plots.groupby(of_plot).transform("mean")) ** 2).sum()) / (whole * (blocks - 1))
    cells = data.groupby(["A", "B"]).y.transform("mean")
    within = data.y - data["plot"].map(plots) - cells + data.groupby("A").y.transform("mean")
    error = float((within**2).sum()) / (whole * (blocks - 1) * (sub - 1))
    frame = a.as_data_frame()
    assert np.allclose(frame.emmean, data.groupby("A").y.mean(), rtol=1e-10)
    assert np.allclose(frame.SE, np.sqrt(between / (blocks * sub)), rtol=1e-8)
    assert np.allclose(frame.df, whole * (blocks - 1), rtol=1e-7)
    assert np.allclose(b.as_data_frame().emmean, data.groupby("B").y.mean(), rtol=1e-10)
    differences = r.pairs(b).as_data_frame()
    assert np.allclose(differences.SE, np.sqrt(2.0 * error / (blocks * whole)), rtol=1e-8)
    assert np.allclose(differences.df, whole * (blocks - 1) * (sub - 1), rtol=1e-7)


def test_the_degrees_of_freedom_of_cake_are_those_of_its_table() -> None:
    """45 plots less 3 recipes are 42, not the 54 of the residuals' line without the plots."""
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", r.cake())
    tests = r.joint_tests(m)
    assert list(tests["df1"]) == [2.0, 5.0, 10.0]
    assert list(tests["df2"]) == [42.0, 210.0, 210.0]


def test_the_beginning_of_a_name_will_do() -> None:
    """R: pmatch, as in emmeans(m, "recipe", weights = "prop", type = "resp")."""
    m = r.lm("log(angle) ~ recipe + temperature", r.cake().iloc[7:])
    short, whole = (r.emmeans(m, "recipe", weights=weights, type=type)
                    for weights, type in (("prop", "resp"), ("proportional", "response")))
    assert str(short) == str(whole) != str(r.emmeans(m, "recipe", type="response"))
    for wrong in ("", "pr0p"):
        with pytest.raises(ValueError, match="weights must be one of 'equal'"):
            r.emmeans(m, "recipe", weights=wrong)
    with pytest.raises(ValueError, match="type must be one of 'link'"):
        r.emmeans(m, "recipe", type="answer")


@pytest.mark.parametrize(("number", "word"), [(-1, "<"), (1, ">"), (0, "two-sided")])
def test_a_side_is_a_number_or_a_sign(number: int, word: str) -> None:
    means = r.emmeans(r.lm("breaks ~ tension", r.load("warpbreaks")), "tension")
    asked = [r.summary(means, infer=(False, True), null=30.0, side=side) for side in (number, word)]
    assert str(asked[0]) == str(asked[1])
