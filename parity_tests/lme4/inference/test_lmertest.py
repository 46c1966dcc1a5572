"""lmerTest's tables: what they refuse, what they leave out, and how they print."""
from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import translations as r
from translations.lme4.control import MissingCellsWarning
from translations.lme4.inference.lmertest import anova_table
from translations.lme4.model import LmerMod

from ..df_models import CAKE, HOLE, MODELS, Model, cake_hole, cake_uneven, digits


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("type", [1, 2, 3])
def test_an_empty_cell(type: int, live_r: Any) -> None:
    """One combination was never observed: a column is dropped, and type III warns."""
    model = Model("hole", "angle ~ recipe * temperature + (1 | recipe:replicate)", cake_hole, HOLE)
    m = model.both(live_r)
    theirs = live_r.numbers(f"as.matrix(suppressMessages(anova(m, type = {type})))").reshape(6, -1).T
    assert digits(anova_table(m, type=type).to_numpy()[:, :5], theirs[:, :5]) > 6.5


def test_an_empty_cell_warns() -> None:
    with pytest.warns(r.RankDeficiencyWarning):
        m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", cake_hole())
    with pytest.warns(MissingCellsWarning, match="Missing cells for: recipeC:temperature225"):
        anova_table(m)


@pytest.mark.parametrize(("holes", "said"), [
    ([("A", 175)], "Missing cells for: recipeA:temperature175.  \nInterpret type III hypotheses with care."),
    ([("B", 175), ("C", 185)], "Missing cells for: recipeB:temperature175, recipeC:temperature185.  \n"
                               "Interpret type III hypotheses with care.")])
def test_what_is_said_of_missing_cells(holes: list[tuple[str, int]], said: str, live_r: Any) -> None:
    """R's message, word for word, of type III alone; a message there, and among the printed text here."""
    d = r.cake()
    for recipe, temperature in holes:
        d = d[~((d["recipe"] == recipe) & (d["temperature"].astype(str) == str(temperature)))]
    gone = " | ".join(f"d$recipe == '{one}' & d$temperature == '{other}'" for one, other in holes)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", d)
        for type in (3, 2, 1):
            anova_table(m, type=type)
    assert [str(w.message) for w in heard if w.category is MissingCellsWarning] == [said]
    live_r.eval(f"d <- lme4::cake; d$temperature <- factor(d$temperature, ordered = FALSE); d <- d[!({gone}), ]; "
                "heard <- character(); m <- suppressMessages(lmerTest::lmer(angle ~ recipe * temperature + "
                "(1 | recipe:replicate), d)); withCallingHandlers(for (type in 3:1) anova(m, type = type), "
                "message = function(x) { heard <<- c(heard, conditionMessage(x)); invokeRestart('muffleMessage') })")
    assert live_r.eval("cat(heard, sep = '')").strip() == said


@pytest.mark.filterwarnings("ignore")
def test_a_term_without_columns_stands_last(live_r: Any) -> None:
    model = Model("copy", "Reaction ~ twice + Days + (1 | Subject)",
                  lambda: r.sleepstudy().assign(twice=lambda d: 2 * d["Days"]),
                  'd <- read("sleepstudy"); d$twice <- 2 * d$Days')
    m = model.both(live_r)
    table = anova_table(m, type=1)
    assert list(table.index) == ["twice", "Days"]
    assert table.loc["Days"].isna().all()
    assert live_r.values("rownames(suppressMessages(anova(m, type = 1)))") == {"x[1]": "twice", "x[2]": "Days"}


def test_a_model_without_terms_has_no_rows(live_r: Any) -> None:
    model = next(m for m in MODELS if m.name == "penicillin")
    m = model.both(live_r)
    assert anova_table(m).shape == (0, 6)
    assert live_r.eval("dim(anova(m))") == "[1] 0 6"


def test_contest_names_rows_and_bounds(slopes: LmerMod) -> None:
    L = pd.DataFrame([[0, 1], [1, 7]], index=["slope", "day 7"])
    table = r.contest(slopes, L, joint=False, level=0.9)
    assert list(table.index) == ["slope", "day 7"]
    assert list(table.columns) == ["Estimate", "Std. Error", "df", "t value", "lower", "upper", "Pr(>|t|)"]
    day = r.fixef(slopes)["(Intercept)"] + 7 * r.fixef(slopes)["days_deprived"]
    assert table.loc["day 7", "Estimate"] == pytest.approx(day, rel=1e-14)
    assert (table["lower"] < table["Estimate"]).all() and (table["Estimate"] < table["upper"]).all()
    alone = r.contest1D(slopes, [0, 1])
    assert r.contestMD(slopes, [[0, 1]])["F value"].iloc[0] == pytest.approx(alone["t value"].iloc[0] ** 2, rel=1e-12)


def test_tables_are_frames() -> None:
    m = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", r.cake())
    tables = [anova_table(m, type=type) for type in (1, 2)]
    assert [L.shape for L in tables[0].hypotheses.values()] == [(2, 4), (1, 4)]
    assert pd.concat(tables, keys=["I", "II"]).shape == (4, 6)
    assert pd.concat([r.ls_means(m), r.difflsmeans(m)]).shape == (6, 7)
    assert str(tables[0].loc[["recipe"]]).startswith("Type I Analysis of Variance Table")


def test_bad_input(slopes: LmerMod) -> None:
    with pytest.raises(ValueError, match="ddf must be one of 'Satterthwaite', 'Kenward-Roger', not 'exact'"):
        r.summary(slopes, ddf="exact")
    with pytest.raises(ValueError, match="type must be 1, 2, 3"):
        anova_table(slopes, type=4)
    with pytest.raises(ValueError, match=r"needs 2 values, one a fixed effect \(\(Intercept\), days_deprived\)"):
        r.contest(slopes, [0, 0, 1])
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        r.contest(slopes, [0, 1], joint=False, level=95)
    with pytest.raises(ValueError, match="only available for REML"):
        anova_table(r.refitML(slopes), "Kenward-Roger")


def test_the_summary_prints_as_lmertest_prints(live_r: Any) -> None:
    model = Model("cake", "angle ~ recipe + temp + (1 | recipe:replicate)", cake_uneven, CAKE)
    theirs = model.both(live_r)
    d = cake_uneven()
    m = replace(r.lmer(model.formula, d), optimum=theirs.optimum)
    text = live_r.eval("print(summary(m, ddf = 'Kenward-Roger'))")  # (Satterthwaite's df is printed to 8 digits here)
    assert str(r.summary(m, ddf="Kenward-Roger")).rstrip() == text.rstrip()
