"""`newton` keeps the lowest of several minima: over generated designs it never ends above where `nloptwrap` does, from
lme4's start or from one with the terms' scales exchanged."""
from __future__ import annotations

import os
import warnings
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.control import LmerControl
from translations.lme4.criterion import optimize
from translations.lme4.criterion.optimize import nloptwrap
from translations.lme4.model import LmerMod

DESIGNS = int(os.environ.get("RPARITY_NEWTON_DESIGNS", "36"))
SHARES = 6
NOT_ABOVE = 1e-8  # of the criterion
FORMULAS = (
    "y ~ 0 + x + (1 | a) + (1 | b)", "y ~ 0 + (1 | a) + (1 | b)", "y ~ x + (1 | a) + (1 | b)",
    "y ~ 0 + x + (1 | a/c)", "y ~ x + (1 | a/c)", "y ~ 0 + x + (x | a)", "y ~ x + (x | a)", "y ~ 1 + (x | a) + (1 | b)",
    "y ~ 0 + x + (1 | a) + (0 + x | b)", "y ~ 0 + x + (1 | a) + (1 | b) + (1 | e)",
    "y ~ x + (1 | a) + (1 | b) + (1 | e)",
    "y ~ 0 + x + (x || a) + (1 | b)", "y ~ 0 + f + (1 | a) + (1 | b)", "y ~ 0 + x + (x | a) + (x | b)",
    "y ~ 0 + x + (1 | a) + (1 | a:b)", "y ~ x + f + (1 | a) + (x | b)",
)


def design(seed: int) -> tuple[str, pd.DataFrame, dict[str, Any]]:
    """Formula, data and arguments: factors crossed and nested, with a mean that fixed effects hold or do not."""
    rng = np.random.default_rng([20261130, seed])
    levels = rng.integers(3, 12, 3)
    formula, n = FORMULAS[seed % len(FORMULAS)], int(rng.integers(30, 120))
    if "a:b" in formula:
        n += int(levels[0] * levels[1])  # lme4 refuses a factor with as many levels as observations
    a, b, e = (rng.integers(0, k, n) for k in levels)
    if rng.random() < 0.5:  # balanced
        a, b = (np.resize(np.repeat(np.arange(levels[0]), 3), n), np.arange(n) % levels[1])
    c, f, x = rng.integers(0, 3, n), rng.integers(0, 3, n), rng.normal(rng.choice([0.0, 1.0, 4.0]), 1.0, n).round(3)
    if rng.random() < 0.3:
        x = np.resize(np.arange(1.0, 8.0), n)
    mean, sd = rng.choice([0.0, 3.0, 30.0]), rng.choice([0.0, 0.3, 1.0, 5.0], 5)
    y = mean + rng.choice([0.0, 1.0]) * x + sd[0] * rng.normal(size=12)[a] + sd[1] * rng.normal(size=12)[b]
    y += sd[2] * rng.normal(size=(12, 3))[a, c] + sd[3] * rng.normal(size=12)[a] * x + sd[4] * rng.normal(size=12)[e]
    y = (y + rng.normal(size=n)).round(4)
    text = {"a": [f"a{i:02d}" for i in a], "b": [f"b{i:02d}" for i in b], "c": [f"c{i}" for i in c],
            "e": [f"e{i:02d}" for i in e], "f": [f"f{i}" for i in f]}
    arguments: dict[str, Any] = {"REML": bool(rng.random() < 0.6)}
    if rng.random() < 0.3:
        arguments["offset"] = "o"
    if rng.random() < 0.3:
        arguments["weights"] = "w"
    data = {"y": y, "x": x, "o": rng.normal(size=n).round(3), "w": rng.uniform(0.3, 3, n).round(3), **text}
    return formula, pd.DataFrame(data), arguments


def fit(formula: str, data: pd.DataFrame, **arguments: Any) -> LmerMod:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return r.lmer(formula, data, **arguments)


def exchanged(m: LmerMod) -> list[np.ndarray]:
    """Starts with the scales of the terms at the model's theta in every order."""
    terms = m.design.random.terms
    place = np.concatenate([np.full(term.n_theta, i) for i, term in enumerate(terms)])
    own = [max(0.1, float(np.linalg.norm(m.theta[place == i]))) for i in range(len(terms))]
    return [np.where(m.design.random.diagonal, np.array(order)[place], 0.0) for order in permutations(own)]


def rivals(m: LmerMod) -> list[float]:
    """The criterion where `nloptwrap` ends from lme4's start and from exchanged scales."""
    criterion, control = m.pls.lme4_criterion(m.REML), LmerControl()
    starts = [m.pls.structure.start, *exchanged(m)]
    return [nloptwrap(criterion, start, m.pls.structure.lower, control).value for start in starts]


@pytest.mark.parametrize("share", range(SHARES))
def test_newton_is_never_above(share: int) -> None:
    for seed in range(share, DESIGNS, SHARES):
        formula, data, arguments = design(seed)
        m = fit(formula, data, control="newton", **arguments)
        lowest, ours = min(rivals(m)), m.criterion(m.REML)
        assert ours <= lowest + NOT_ABOVE * max(1.0, abs(lowest)), f"design {seed}, {formula}: {ours} > {lowest}"


def test_a_mean_for_which_two_factors_compete() -> None:
    """cake with a covariate and no intercept: either factor can take the mean. lme4 1.1-31 finds 1761.9636652744105."""
    cake = r.cake()
    data = cake.assign(x=np.resize(np.arange(1.0, 8.0), len(cake)))
    formula = "angle ~ 0 + x + (1 | replicate) + (1 | recipe)"
    m = fit(formula, data, control="newton")
    assert m.criterion(True) == pytest.approx(1761.96366527, rel=1e-8) and m.criterion(True) < 1761.9636652744106
    assert m.optimum.minima == 2
    assert m.optimum.message == "gradient below tolerance; the lowest of 2 local minima met"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimize, "_elsewhere", lambda *_: ())
        alone = fit(formula, data, control="newton").optimum
    assert (alone.code, alone.minima) == (0, 1) and alone.value == pytest.approx(1791.8412, abs=1e-4)


def test_one_minimum_is_not_searched_for_others() -> None:
    """Whose fixed effects hold the means of all random effects, each of which has many levels."""
    data = pd.DataFrame({"g": np.repeat(np.arange(40), 5), "x": np.tile(np.arange(5.0), 40)})
    rng = np.random.default_rng(4)
    effects = rng.normal(size=(40, 2))[data["g"]]
    data["y"] = 2.0 + data["x"] + effects[:, 0] + effects[:, 1] * data["x"] + rng.normal(size=200)
    for formula, centred in (("y ~ x + (x | g)", True), ("y ~ 1 + (x | g)", False), ("y ~ 0 + x + (1 | g)", False),
                             ("y ~ factor(x) + (x | g)", True), ("y ~ 0 + x + (0 + x | g)", True)):
        m = fit(formula, data, control="newton", weights=np.linspace(1.0, 2.0, 200))
        assert optimize.centred(m.pls) == centred, formula
        assert m.optimum.minima == 1 and m.optimum.message == "gradient below tolerance"


def test_starts_with_exchanged_scales() -> None:
    m = fit("y ~ 0 + x + (x | a) + (1 | b)", design(13)[1], control="newton")
    x = np.array([3.0, 0.5, 4.0, 0.0])  # scales sqrt(25.25 / 2) and, at the least, 0.1
    large = np.sqrt(25.25 / 2)
    found = sorted(tuple(start.round(12)) for start in optimize.exchanged(m.pls, x))
    assert found == [(0.1, 0.0, 0.1, round(large, 12))]
    other = sorted(tuple(start) for start in optimize.exchanged(m.pls, np.array([0.2, 0.0, 0.2, 0.3])))
    np.testing.assert_allclose(other, [(0.1, 0, 0.1, 1.0), (0.3, 0, 0.3, 0.2), (1.0, 0, 1.0, 0.1)], rtol=1e-12)
    four = [0.5, 1.0, 2.0, 3.0]
    assert sorted(tuple(each) for each in optimize._swaps(np.array(four)))[0] == (0.5, 1.0, 3.0, 2.0)
    assert len(list(optimize._swaps(np.array(four)))) == 6


def test_what_lies_within_rounding_is_one_minimum() -> None:
    assert optimize._distinct([100.0]) == optimize._distinct([100.0, 100.0 + 5e-8]) == 1
    assert optimize._distinct([100.0, 100.1, 100.0, 90.0]) == 3
