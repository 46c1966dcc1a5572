"""A model's design: terms at the limits of what can be fitted, and what is refused with its facts."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest

import translations as r
from translations.lme4 import checks
from translations.lme4.control import LmerControl, act
from translations.lme4.design import build_design
from translations.lme4.formula import split
from translations.lme4.structure import RandomTerm

from .random_designs import frame

DATA = frame(5, 12, 8, noise=1.0)
SLEEP = "Reaction ~ Days + (Days | Subject)"


def test_terms_at_the_limits_of_what_can_be_fitted() -> None:
    control = LmerControl()

    def term(levels: int, names: int = 1) -> RandomTerm:
        codes = np.arange(20) % levels
        return RandomTerm("e | g", "g", ["x"] * names, [f"l{i}" for i in range(levels)], codes, np.ones((20, names)))

    for good in (term(19), term(2), term(9, 2)):
        checks.check_terms((good,), 20, control)
    for bad, said in ((term(20), "g, with 20 levels for 20 observations"), (term(1), r"g has 1 \(only 'l0'\)"),
                      (term(10, 2), r"\(=20\) <= number of random effects \(=20\) for term \(e \| g\)")):
        with pytest.raises(ValueError, match=said):
            checks.check_terms((term(5), bad), 20, control)
    infinite = replace(term(5), Z=np.full((20, 1), np.inf))
    with pytest.raises(ValueError, match=r"random-effects term \(e \| g\)"):
        checks.check_terms((infinite,), 20, control)
    with pytest.warns(UserWarning, match="with 20 levels"):
        checks.check_terms((term(20),), 20, r.lmerControl(check_nobs_vs_nlev="warning", check_nobs_vs_nRE="ignore"))


def test_responses_weights_and_starts_are_refused_with_their_facts() -> None:
    y = np.arange(6.0)
    checks.check_response(y, "y")
    checks.check_response(np.zeros(0), "y")
    with pytest.raises(ValueError, match="y has 2 infinite or missing"):
        checks.check_response(np.array([1.0, np.nan, np.inf, 2.0]), "y")
    with pytest.raises(ValueError, match="y is constant"):
        checks.check_response(np.full(4, 2.0), "y")
    checks.check_weights(y + 1e-300, y)
    for weights, row, value in (([1, 0.0, -1], 2, "0"), ([np.inf, 1, 1], 1, "inf"), ([1, 1, -2.5], 3, "-2.5")):
        with pytest.raises(ValueError, match=f"row {row} of those used has {value}"):
            checks.check_weights(np.array(weights), None)
    with pytest.raises(ValueError, match="offset must be finite; row 2 of those used has nan"):
        checks.check_weights(None, np.array([0.0, np.nan, np.inf]))
    random = build_design(split(SLEEP), r.sleepstudy(), LmerControl()).random
    assert checks.check_start([0, -1.5, 0], random).tolist() == [0.0, -1.5, 0.0]
    with pytest.raises(ValueError, match=r"3 values of theta \(Subject\.\(Intercept\), .*shape \(2,\)"):
        checks.check_start([1, 0], random)
    with pytest.raises(ValueError, match="Subject.Days is -0.5; it must be finite and not negative"):
        checks.check_start([1, 0, -0.5], random)
    with pytest.raises(ValueError, match=r"Subject.Days.\(Intercept\) is inf; it must be finite$"):
        checks.check_start([1, np.inf, 0], random)


def test_what_is_done_with_columns_that_depend_on_others() -> None:
    """R's four actions: a message, a warning, nothing, or a stop."""
    data = DATA.assign(twice=2.0 * DATA["x"])
    for action in ("message+drop.cols", "warn+drop.cols"):
        with pytest.warns(r.RankDeficiencyWarning, match="dropping 1 column / coefficient$"):
            build_design(split("y ~ x + twice + (1 | g)"), data, r.lmerControl(check_rankX=action))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        built = build_design(split("y ~ x + twice + (1 | g)"), data, r.lmerControl(check_rankX="silent.drop.cols"))
    assert built.dropped == ["twice"] and built.names == ["(Intercept)", "x"]
    with pytest.raises(ValueError, match="rank deficient: twice depend"):
        build_design(split("y ~ x + twice + (1 | g)"), data, r.lmerControl(check_rankX="stop.deficient"))
    for action, count in (("ignore", 0), ("message", 1), ("warning", 1)):
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            act(action, "so", r.ScaleWarning)  # type: ignore[arg-type]
        assert [str(w.message) for w in heard] == ["so"] * count
