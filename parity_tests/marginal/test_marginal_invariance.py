"""What must not change an answer: the order of rows and of levels, the coding of factors, how a contrast is written."""
from __future__ import annotations

import numpy as np
import pandas as pd

import translations as r


def cakes() -> pd.DataFrame:
    data = r.cake()
    return data[(data.index + 1) % 7 != 0].assign(temperature=lambda d: pd.Categorical(d.temperature, ordered=False))


NUMBERS = ["emmean", "SE", "df"]
FORMULA = "angle ~ recipe * temperature + (1 | recipe:replicate)"


def means(data: pd.DataFrame, **options: object) -> pd.DataFrame:
    frame = r.emmeans(r.lmer(FORMULA, data, control="newton", **options), "~ temperature | recipe").as_data_frame()
    return frame.set_index(["recipe", "temperature"]).sort_index()


def test_rows_levels_and_coding() -> None:
    data = cakes()
    known = means(data)
    turned = data.assign(recipe=pd.Categorical(data.recipe, ["C", "A", "B"])).sample(frac=1.0, random_state=3)
    coded = means(data, contrasts={"recipe": "contr.sum", "temperature": "contr.helmert"})
    for other in (means(turned), coded):
        by_cell = {tuple(map(str, cell)): row for cell, row in other.iterrows()}
        for cell, row in known.iterrows():
            same = by_cell[tuple(map(str, cell))]
            assert np.allclose(row[NUMBERS].astype(float), same[NUMBERS].astype(float), rtol=1e-7)


def test_units_of_the_response() -> None:
    data = cakes()
    in_seconds = means(data.assign(angle=data.angle * 1e4))
    known = means(data)
    assert np.allclose(in_seconds["emmean"], 1e4 * known["emmean"], rtol=1e-8)
    assert np.allclose(in_seconds["df"], known["df"], rtol=1e-6)


def test_a_family_is_its_weights_by_hand() -> None:
    e = r.emmeans(r.lm("angle ~ recipe + temperature", cakes()), "recipe")
    family = r.contrast(e, "pairwise", adjust="none").as_data_frame()
    by_hand = r.contrast(e, {"A - B": [1, -1, 0], "A - C": [1, 0, -1], "B - C": [0, 1, -1]}).as_data_frame()
    pd.testing.assert_frame_equal(family, by_hand)


def test_limits_are_the_estimate_and_its_error() -> None:
    frame = r.emmeans(r.lm("angle ~ recipe + temperature", cakes()), "recipe", level=0.9).as_data_frame()
    half = r.qt(0.95, frame.df.to_numpy()) * frame.SE
    assert np.allclose(frame["upper.CL"] - frame.emmean, half)
    assert np.allclose(frame.emmean - frame["lower.CL"], half)


def test_a_grid_is_the_model_s_predictions() -> None:
    model = r.lm("log(angle) ~ recipe * poly(temp, 2)", cakes())
    grid = r.ref_grid(model, at={"temp": [180, 200]}).as_data_frame()
    assert np.allclose(grid.prediction, r.predict(model, grid[["recipe", "temp"]]))
    back = r.emmeans(model, "~ recipe | temp", at={"temp": [180, 200]}, type="response").as_data_frame()
    assert np.allclose(back.response, np.exp(grid.prediction))
