"""Contrasts by hand and the headings of F tables, against what lmerTest 3.1-3 answered in R 4.2.2.

R's model: `lmerTest::lmer(Reaction ~ Days + (Days | Subject), sleepstudy)` with the tolerances of nloptwrap at 1e-14.
"""
from __future__ import annotations

import numpy as np
import pytest

import translations as r

OPTIMUM = 2e-7  # R's degrees of freedom, 17 in truth, carry its optimizer's last 1e-7
COLUMNS = ["Estimate", "Std. Error", "df", "t value", "lower", "upper", "Pr(>|t|)"]
SLOPE = [10.467285959596424, 1.5457888928884913, 17.000000166799659, 6.7714847789060313]


@pytest.fixture(scope="module")
def model():
    return r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control="newton")


@pytest.mark.parametrize(("L", "arguments", "row"), [
    ([0, 1], {"level": 0.9}, [*SLOPE, 7.7782212059534208, 13.156350713239426, 3.2637878118332356e-06]),
    ([1, 5], {"rhs": 300}, [303.74153464646611, 9.5812419792089525, 17.000000394079212, 0.39050622608062091,
                            283.52688109943659, 323.95618819349562, 0.70101233200243973]),
])
def test_one_contrast_with_its_interval(model, L, arguments, row):
    table = r.contest1D(model, L, confint=True, **arguments)
    assert table.columns.tolist() == COLUMNS and table.index.tolist() == ["1"]
    np.testing.assert_allclose(table.to_numpy()[0], row, rtol=OPTIMUM * 10, atol=0)
    np.testing.assert_allclose(table.to_numpy()[0, [0, 1, 3, 4, 5]], np.array(row)[[0, 1, 3, 4, 5]], rtol=OPTIMUM)


def test_each_row_and_all_rows(model):
    rows = r.contest(model, np.eye(2), joint=False)
    np.testing.assert_allclose(rows.to_numpy()[1], [*SLOPE, 7.2059564757761567, 13.728615443416691,
                                                    3.2637878118332356e-06], rtol=OPTIMUM * 10)
    np.testing.assert_allclose(rows.to_numpy()[0, 4:6], [237.0065498482711916, 265.803659848696782], rtol=OPTIMUM)
    assert r.contest(model, np.eye(2), joint=False, confint=False).columns.tolist() == [*COLUMNS[:4], COLUMNS[6]]
    together = r.contest(model, np.eye(2))
    assert together.columns.tolist() == ["Sum Sq", "Mean Sq", "NumDF", "DenDF", "F value", "Pr(>F)"]
    np.testing.assert_allclose(together.to_numpy()[0], [
        982358.64045112929, 491179.32022556465, 2, 17.000000811787785, 749.95960800578052, 2.6341127744314475e-17],
        rtol=OPTIMUM * 10)


@pytest.mark.parametrize(("type", "ddf", "roman"), [
    (1, "Satterthwaite", "I"), ("2", "Satterthwaite", "II"), (3, "Satterthwaite", "III"), ("I", "Satterthwaite", "I"),
    ("II", "Satterthwaite", "II"), ("III", "Satterthwaite", "III"), (2, "Kenward-Roger", "II")])
def test_headings(model, type, ddf, roman):
    table = r.anova(model, type=type, ddf=ddf)
    assert str(table).splitlines()[0] == f"Type {roman} Analysis of Variance Table with {ddf}'s method"


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, 95])
def test_a_level_lies_between_0_and_1(model, level):
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        r.contest1D(model, [0, 1], confint=True, level=level)
