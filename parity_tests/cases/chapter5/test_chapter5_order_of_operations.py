"""lme4's path, step by step: where the criterion is computed in lme4's order of operations, results are equal (==)."""
from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.data import fixtures_path
from translations.lme4.control import as_control
from translations.lme4.criterion.lme4_order import Lme4Order
from translations.lme4.design import build_design
from translations.lme4.formula import split

SYNTAX = {
    "syntax_intercepts": "Reaction ~ days_deprived + (1 | Subject)",
    "syntax_intercepts_slopes": "Reaction ~ days_deprived + (1 + days_deprived | Subject)",
    "syntax_implicit_intercept": "Reaction ~ days_deprived + (days_deprived | Subject)",
    "syntax_slopes": "Reaction ~ days_deprived + (0 + days_deprived | Subject)",
    "syntax_zero_covariance": "Reaction ~ days_deprived + (days_deprived || Subject)",
}
COVERED = [
    *((formula, "sleep2") for formula in SYNTAX.values()),
    ("Reaction ~ days_deprived + (days_deprived | Subject)", "gaps"),
    ("Reaction ~ days_deprived + I(days_deprived^2) + (days_deprived + I(days_deprived^2) | Subject)", "gaps"),
    ("Reaction ~ days_deprived + (days_deprived + I(days_deprived^2) || Subject)", "gaps"),
    ("score ~ Machine + (Machine | Worker)", "Machines"),
    ("Yield ~ 1 + (1 | Batch)", "Dyestuff"),
    ("distance ~ age * Sex + (age | Subject)", "Orthodont"),
    ("height ~ age + I(age^2) + (age | Subject)", "Oxboys"),
    ("strength ~ 1 + (1 | batch/cask)", "Pastes"),
    ("pixel ~ day + I(day^2) + (day | Dog) + (1 | Dog:Side)", "Pixel"),
    ("yield ~ nitro * Variety + (1 | Block/Variety)", "Oats"),
    ("Reaction ~ days_deprived + (1 | Subject/half)", "gaps"),
    ("Reaction ~ days_deprived + (days_deprived | Subject) + (1 | Subject:half)", "gaps"),
]
# `gaps` also with weights and offset.
DESIGNS = [(f, name, extras) for f, name in COVERED for extras in (False, True) if name == "gaps" or not extras]


def data(name):
    """The data set; `gaps` is sleep2 without 43 of its rows, with weights and an offset."""
    if name != "gaps":
        return r.sleep2() if name == "sleep2" else r.load(name)
    rows = np.sort(np.random.default_rng(7).permutation(144)[:101])
    frame = r.sleep2().iloc[rows].reset_index(drop=True)
    half = pd.Categorical(np.where(frame["days_deprived"] > 3, "second", "first"))
    return frame.assign(half=half, w=1.0 + (frame.index % 7) / 3.0, off=np.sin(frame.index.to_numpy()) * 5.0)


def thetas(random, count=12):
    rng = np.random.default_rng(11)
    draws = rng.normal(size=(count, random.n_theta))
    return np.where(random.lower == 0.0, np.abs(draws), draws)


@pytest.mark.parametrize("syntax", SYNTAX)
def test_default_fit_stops_at_the_theta_of_lme4(syntax):
    values = json.loads((fixtures_path() / "chapter5" / f"{syntax}.json").read_text())["default"]["values"]
    stored = [value for label, value in values.items() if label.startswith("theta")]
    sleep2 = r.sleep2()
    assert r.getME(r.lmer(SYNTAX[syntax], sleep2), "theta").tolist() == stored


@pytest.mark.parametrize(("formula", "name", "extras"), DESIGNS)
def test_both_orders_of_operations_compute_one_criterion(formula, name, extras):
    """The engine's factorization and the sequential one share nothing but the data."""
    built, weights, offset = design(formula, name, extras)
    m = r.lmer(formula, data(name), **({"weights": "w", "offset": "off"} if extras else {}), control="newton")
    one = Lme4Order.of(built.random, built.X_fitted, built.frame.response, weights, offset)
    for theta in thetas(built.random):
        for REML in (True, False):
            assert one.criterion(theta, REML) == pytest.approx(m.pls.deviance(theta, REML), rel=1e-12, abs=0)


@pytest.mark.parametrize(("formula", "name", "extras"), DESIGNS)
def test_criterion_equals_that_of_live_lme4(formula, name, extras, live_r):
    built, weights, offset = design(formula, name, extras)
    one = Lme4Order.of(built.random, built.X_fitted, built.frame.response, weights, offset)
    points = thetas(built.random)
    ours = {f"{kind}[{i}]": one.criterion(theta, kind == "REML")
            for kind in ("REML", "ML") for i, theta in enumerate(points, 1)}
    matrix = ", ".join(f"{value:.17g}" for value in points.ravel())
    arguments = ", weights = w, offset = off" if extras else ""
    theirs = live_r.values(f"""local({{
        suppressPackageStartupMessages(library(lme4))
        {r_frame(data(name))}
        points <- matrix(c({matrix}), ncol = {points.shape[1]}, byrow = TRUE)
        at <- function(REML) apply(points, 1, lmer({formula}, d{arguments}, REML = REML, devFunOnly = TRUE))
        list(REML = at(TRUE), ML = at(FALSE)) }})""")
    assert ours == theirs


def design(formula, name, extras):
    given = ("w", "off") if extras else (None, None)
    built = build_design(split(formula), data(name), as_control(None), weights=given[0], offset=given[1])
    return built, built.frame.weights, built.frame.offset


def r_frame(frame: pd.DataFrame) -> str:
    """R code that makes `frame`, every number to its last bit."""
    columns = []
    for name, column in frame.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            levels = ", ".join(f'"{level}"' for level in column.cat.categories)
            codes = ", ".join(str(code + 1) for code in column.cat.codes)
            columns.append(f"{name} = factor(c({levels})[c({codes})], levels = c({levels}))")
        else:
            columns.append(f"{name} = c({', '.join(f'{float(value):.17g}' for value in column)})")
    return f"d <- data.frame({', '.join(columns)})"
