"""lmerTest's tables: what they refuse, what they leave out, formulas with terms taken away, and five ways."""
from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.control import MissingCellsWarning
from translations.lme4.inference.hypotheses import containment, doolittle, hypotheses
from translations.lme4.inference.lmertest import anova_table
from translations.lme4.inference.ranova import full_formula, reductions
from translations.lme4.results.update import update_mixed

from ..df_models import CAKE, MODELS, Model, cake_uneven, digits


def chapter(**arguments: Any) -> Any:
    return r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), **arguments)


def cake_hole() -> pd.DataFrame:
    data = r.cake()
    return data[~((data["recipe"] == "C") & (data["temp"] == 225))]


HOLE = 'd <- read("cake"); d <- d[!(d$recipe == "C" & d$temp == 225), ]'


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


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("model", [m for m in MODELS if m.name in ("ham uneven", "cake covariate", "oats")],
                         ids=lambda m: m.name)
def test_hypotheses_of_type_three(model: Model, live_r: Any) -> None:
    m = model.both(live_r)
    for label, L in hypotheses(m, 3).items():
        theirs = live_r.numbers(f"attr(anova(m), 'hypotheses')[['{label}']]").reshape(m.p, -1).T
        np.testing.assert_allclose(L, theirs, atol=2e-7)  # both are rounded to seven digits


def test_containment_heeds_numeric_variables() -> None:
    m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake_uneven())
    assert containment(m) == {"recipe": [], "temp": ["recipe:temp"], "recipe:temp": []}


def test_doolittle_is_the_factor_of_a_positive_definite_matrix() -> None:
    X = np.random.default_rng(1).normal(size=(20, 5))
    upper = doolittle(X.T @ X)
    factor = np.linalg.cholesky(X.T @ X).T
    np.testing.assert_allclose(upper, factor / np.diag(factor)[:, None], rtol=1e-12)


FORMULAS = [
    "y ~ A * B + (1 | g)", "y ~ A + (A + x | g) + (1 | h)", "y ~ (A * x | g)", "log(y) ~ x + (0 + x | g) + (1 | g:h)",
    "y ~ A - 1 + (x || g) + (1 | h)", "y ~ x + (x + I(x^2) | g)", "y ~ B + (1 | g/h)", "y ~ B + (0 + A + x | g)",
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_of_ranova(formula: str, live_r: Any) -> None:
    random = np.random.default_rng(4)
    n = 240
    data = pd.DataFrame({"y": random.normal(size=n) + 9, "x": random.normal(size=n)})
    for name, levels in (("A", 2), ("B", 3), ("g", 12), ("h", 5)):
        data[name] = pd.Categorical([f"{name}{i}" for i in random.integers(levels, size=n)])
    m = r.lmer(formula, data, control="newton")
    theirs = live_r.values(f"""
        f <- {formula}; rhs <- f[[3]]
        bars <- lapply(lme4::findbars(rhs), lmerTest:::deparse2)
        parts <- c(lmerTest:::deparse2(lme4::nobars(rhs)), paste0("(", bars, ")"))
        full <- update(f, paste0(". ~", paste(parts, collapse = "+")))
        forms <- unlist(lapply(bars, lmerTest:::get_newforms, full_formula = full))
        c(full = lmerTest:::deparse2(full), vapply(forms, lmerTest:::deparse2, ""))""")
    ours = {"x[full]": full_formula(m), **{f"x[{label}]": text for label, text in reductions(m).items()}}
    assert {k: " ".join(v.split()) for k, v in ours.items()} == {k: " ".join(str(v).split()) for k, v in theirs.items()}


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("y ~ x + (1 | g)", ". ~ . - x", "y ~ (1 | g)"),
    ("y ~ x * z + (x | g)", "~ . - x:z", "y ~ x + z + (x | g)"),
    ("y ~ x + (x | g)", "log(.) ~ . - (x | g) + (1 | g)", "log(y) ~ x + (1 | g)"),
])
def test_update_mixed(old: str, new: str, expected: str, live_r: Any) -> None:
    assert update_mixed(old, new) == expected
    assert live_r.values(f"deparse(update({old}, {new}))") == {"x": expected}


def test_ranova_without_reduction() -> None:
    table = r.ranova(chapter(), reduce_terms=False)
    assert list(table.index) == ["<none>", "(days_deprived | Subject)"]
    assert table.loc["(days_deprived | Subject)", "Df"] == 3


def test_ranova_by_maximum_likelihood(live_r: Any) -> None:
    model = next(m for m in MODELS if m.name == "maximum likelihood")
    model.both(live_r)
    theirs = live_r.numbers("as.matrix(ranova(m))").reshape(6, 2).T
    assert digits(r.ranova(model.fit()), theirs) > 8.0


def test_contest_names_rows_and_bounds() -> None:
    m = chapter()
    L = pd.DataFrame([[0, 1], [1, 7]], index=["slope", "day 7"])
    table = r.contest(m, L, joint=False, level=0.9)
    assert list(table.index) == ["slope", "day 7"]
    assert list(table.columns) == ["Estimate", "Std. Error", "df", "t value", "lower", "upper", "Pr(>|t|)"]
    day = r.fixef(m)["(Intercept)"] + 7 * r.fixef(m)["days_deprived"]
    assert table.loc["day 7", "Estimate"] == pytest.approx(day, rel=1e-14)
    assert (table["lower"] < table["Estimate"]).all() and (table["Estimate"] < table["upper"]).all()
    alone = r.contest1D(m, [0, 1])
    assert r.contestMD(m, [[0, 1]])["F value"].iloc[0] == pytest.approx(alone["t value"].iloc[0] ** 2, rel=1e-12)


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


def test_tables_are_frames() -> None:
    m = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", r.cake())
    tables = [anova_table(m, type=type) for type in (1, 2)]
    assert [L.shape for L in tables[0].hypotheses.values()] == [(2, 4), (1, 4)]
    assert pd.concat(tables, keys=["I", "II"]).shape == (4, 6)
    assert pd.concat([r.ls_means(m), r.difflsmeans(m)]).shape == (6, 7)
    assert str(tables[0].loc[["recipe"]]).startswith("Type I Analysis of Variance Table")


def test_bad_input() -> None:
    m = chapter()
    with pytest.raises(ValueError, match="ddf must be one of 'Satterthwaite', 'Kenward-Roger', not 'exact'"):
        r.summary(m, ddf="exact")
    with pytest.raises(ValueError, match="type must be 1, 2, 3"):
        anova_table(m, type=4)
    with pytest.raises(ValueError, match=r"needs 2 values, one a fixed effect \(\(Intercept\), days_deprived\)"):
        r.contest(m, [0, 0, 1])
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        r.contest(m, [0, 1], joint=False, level=95)
    with pytest.raises(ValueError, match="only available for REML"):
        anova_table(chapter(REML=False), "Kenward-Roger")


def test_five_ways_refuses_what_has_no_small_model() -> None:
    with pytest.raises(KeyError, match="no fixed effect 'Days'; there are"):
        r.five_ways(chapter(), "Days", nsim=0)
    with pytest.raises(ValueError, match="not a term of"):
        r.five_ways(chapter(), "(Intercept)", nsim=0)


def test_four_ways_take_a_model_fitted_either_way() -> None:
    reml, ml = (r.five_ways(chapter(REML=REML, control="newton"), "days_deprived", nsim=0) for REML in (True, False))
    ways = ["likelihood ratio", "Satterthwaite", "Kenward-Roger"]
    numbers = ["statistic", "df", "p.value", "lower", "upper"]
    np.testing.assert_allclose(reml.loc[ways, numbers], ml.loc[ways, numbers], rtol=1e-6)
    assert (reml["lower"] < reml["estimate"]).all() and (reml["estimate"] < reml["upper"]).all()


def test_the_summary_prints_as_lmertest_prints(live_r: Any) -> None:
    model = Model("cake", "angle ~ recipe + temp + (1 | recipe:replicate)", cake_uneven, CAKE)
    theirs = model.both(live_r)
    d = cake_uneven()
    m = replace(r.lmer(model.formula, d), optimum=theirs.optimum)
    text = live_r.eval("print(summary(m, ddf = 'Kenward-Roger'))")  # (Satterthwaite's df is printed to 8 digits here)
    assert str(r.summary(m, ddf="Kenward-Roger")).rstrip() == text.rstrip()
