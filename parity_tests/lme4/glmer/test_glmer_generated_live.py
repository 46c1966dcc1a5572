"""Generated generalized linear mixed models: lme4's criterion at random parameters against ours, or both refuse.

The criterion, not the fit: where an optimizer stops is decided by rounding, which lme4 does not share with itself when
its rows come in another order. RPARITY_GENERATED models, eight by default.
"""
from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.generalized.families import Family
from translations.generalized.fit import begin_of
from translations.lme4.control import LmerControl
from translations.lme4.design import build_design
from translations.lme4.formula import split
from translations.lme4.glmer.optimize import evaluated
from translations.lme4.glmer.state import Problem, hermite_rule, new_laplace
from translations.parity.records import RError

from ...generated.session import Session

COUNT = int(os.environ.get("RPARITY_GENERATED", "8"))
BARS = ("(1 | g)", "(x | g)", "(1 | g) + (1 | h)", "(x || g) + (1 | h)", "(1 | g) + (1 | g:h)")
FAMILIES: tuple[tuple[str, Family, str], ...] = (
    ("binomial", r.binomial(), "b"), ('binomial(link = "probit")', r.binomial(link="probit"), "b"),
    ('binomial(link = "cloglog")', r.binomial(link="cloglog"), "cbind(k, t - k)"),
    ("binomial", r.binomial(), "cbind(k, t - k)"),
    ("poisson", r.poisson(), "c"), ('poisson(link = "sqrt")', r.poisson(link="sqrt"), "c"),
    ('Gamma(link = "log")', r.Gamma(link="log"), "s"),
    ('inverse.gaussian(link = "log")', r.inverse_gaussian(link="log"), "s"),
    ('gaussian(link = "log")', r.gaussian(link="log"), "s"),
    ("MASS::negative.binomial(1.7)", r.negative_binomial(1.7), "c"),
)


def generated(seed: int) -> tuple[pd.DataFrame, str, str, Family, np.random.Generator]:
    """Data of 40 to 200 rows, a formula, and a family in R's words and ours."""
    rng = np.random.default_rng(seed)
    n, levels = int(rng.integers(40, 200)), int(rng.integers(4, 12))
    data = pd.DataFrame({"x": np.round(rng.normal(size=n), 2), "g": rng.integers(0, levels, n).astype(str),
                         "h": rng.integers(0, 4, n).astype(str), "t": rng.integers(1, 9, n).astype(float)})
    eta = 0.3 + 0.5 * data["x"] + rng.normal(0, rng.uniform(0, 1.2), levels)[data["g"].astype(int)]
    mu = 1.0 / (1.0 + np.exp(-eta))
    data["b"], data["k"] = rng.binomial(1, mu).astype(float), rng.binomial(data["t"].astype(int), mu).astype(float)
    data["c"], data["s"] = rng.poisson(np.exp(eta)).astype(float), np.round(rng.gamma(5.0, np.exp(eta) / 5.0), 3) + 0.01
    words, family, response = FAMILIES[int(rng.integers(len(FAMILIES)))]
    bar = BARS[int(rng.integers(len(BARS)))]
    data["o"] = np.round(rng.normal(0, 0.3, n), 2)
    return data, f"{response} ~ x + {'offset(o) + ' * bool(rng.random() < 0.4)}{bar}", words, family, rng


def ours(data: pd.DataFrame, formula: str, family: Family, theta: np.ndarray, beta: np.ndarray, nodes: int
         ) -> dict[str, float]:
    built = build_design(split(formula), data, LmerControl(), generalized=True)
    begun = begin_of(built.frame, family)
    problem = Problem.of(built.X_fitted, built.random, built.frame.offset)
    kernel = new_laplace(problem, begun, family, 1e-7, False, False, 1.0)
    kernel.begin(family.link.linkfun(begun.mustart) + problem.offset)
    if np.isnan(kernel.iterate(built.random.start, True)):
        raise ValueError("no start")
    kernel.keep_predictor()
    parameters = problem.random.parameters
    first = evaluated(kernel, parameters, 0, theta)
    kernel.keep_predictor()
    kernel.set_nodes(hermite_rule(nodes))
    return {"first": first, "second": evaluated(kernel, parameters, min(nodes, 2), np.concatenate([theta, beta]))}


@pytest.mark.parametrize("seed", range(COUNT))
def test_the_criterion_is_lme4_s(live_r: Any, asked: Session, seed: int) -> None:
    data, formula, words, family, rng = generated(seed)
    built = build_design(split(formula), data, LmerControl(), generalized=True)
    theta = np.round(np.where(built.random.lower == 0.0, rng.uniform(0.0, 1.5, built.random.n_theta),
                              rng.normal(0, 0.4, built.random.n_theta)), 3)
    beta, nodes = np.round(rng.normal(0.2, 0.5, 2), 3), 7 if formula.endswith("(1 | g)") else 1
    columns = ", ".join(
        f"{name} = c({', '.join(repr(str(v)) if name in 'gh' else repr(float(v)) for v in column)})"
        for name, column in data.items())
    numbers = ", ".join(map(repr, map(float, theta))), ", ".join(map(repr, map(float, beta)))
    code = f"""suppressPackageStartupMessages(library(lme4))
d <- data.frame({columns}); theta <- c({numbers[0]}); beta <- c({numbers[1]})
parts <- suppressWarnings(glFormula({formula}, d, {words}))
first <- do.call(mkGlmerDevfun, c(parts, list(nAGQ = 0L)))
one <- first(theta)
list(first = one, second = updateGlmerDevfun(first, parts$reTrms, nAGQ = {nodes}L)(c(theta, beta)))"""
    try:
        theirs = {label: float(value) for label, value in asked.values(code).items()}
    except RError as refused:
        with pytest.raises(ValueError):
            print(refused, ours(data, formula, family, theta, beta, nodes))
        return
    found = ours(data, formula, family, theta, beta, nodes)
    for label, value in theirs.items():
        assert found[label] == pytest.approx(value, rel=1e-9, abs=1e-7), (label, formula, words)
