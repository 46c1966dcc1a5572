"""Exact intervals against a likelihood written out with dense matrices and minimized by scipy, which shares nothing
with the engine."""
from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.criterion import sdcor
from translations.lme4.inference.intervals import ProfileWarning
from translations.lme4.inference.profiles.exact import exact_zeta
from translations.lme4.inference.profiles.objective import ProfileObjective

from ...dense import Dense, coordinates

QUANTILE = 1.959963984540054
CERTIFIED = {  # 60-digit arithmetic, issue 4
    ".sig01": (19.0978510606, 46.3367369612),
    ".sig02": (-0.404992513542, 0.806374839965),
    ".sig03": (4.00780759041, 10.2487636157),
    ".sigma": (22.4665890546, 29.3494541813),
    "(Intercept)": (251.344332877, 284.590505086),
    "days_deprived": (7.72452324826, 15.1463341592),
}
MINIMIZER = 2e-6  # of zeta: scipy's minimizers stop within about 1e-9 of the dense likelihood's least value


def singular_slopes() -> pd.DataFrame:
    """Twelve groups whose slopes are a multiple of their intercepts: the correlation's estimate is 1."""
    rng = np.random.default_rng(5)
    g, x = np.repeat(np.arange(12), 6), np.tile(np.arange(6.0), 12)
    b = rng.normal(size=12)
    y = 10 + 2 * b[g] + (1 + 0.8 * b[g]) * x + 1.5 * rng.normal(size=72)
    weights, alike = rng.uniform(0.5, 2.0, 72), np.tile([1.0, 4.0, 2.0, 5.0, 3.0, 6.0], 12)
    return pd.DataFrame({"y": y, "x": x, "g": pd.Categorical(g.astype(str)), "w": weights, "alike": alike,
                         "no_slopes": y - 0.8 * b[g] * x})


MODELS: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "one variance": ("Yield ~ 1 + (1 | Batch)", r.Dyestuff, {}),
    "variance of zero": ("Yield ~ 1 + (1 | Batch)", r.Dyestuff2, {}),
    "crossed": ("diameter ~ 1 + (1 | plate) + (1 | sample)", lambda: r.Penicillin().head(72), {}),
    "nested": ("strength ~ 1 + (1 | batch/cask)", r.Pastes, {}),
    "double bar": ("Reaction ~ Days + (Days || Subject)", lambda: r.sleepstudy().head(80), {}),
    "three by three": ("score ~ Machine + (Machine | Worker)", lambda: r.load("Machines"), {}),
    "correlation of one": ("y ~ x + (x | g)", singular_slopes, {}),
    "weights, ML": ("y ~ x + (x | g)", singular_slopes, {"weights": "w", "REML": False}),
    "hardly any slopes": ("no_slopes ~ x + (x | g)", singular_slopes, {}),
}


each_model = pytest.mark.parametrize("name", MODELS)


@cache
def fitted(name: str) -> tuple[Any, pd.DataFrame]:
    """The model and its exact intervals."""
    formula, data, arguments = MODELS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer(formula, data(), control="newton", **arguments)
    return m, r.confint(m, exact=True, quiet=True)


def maximum(m: Any) -> Any:
    """The fit by maximum likelihood, the optimizer's warnings kept to itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return r.refitML(m)


def test_the_chapters_ends_are_the_certified_ones() -> None:
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2())
    ci = r.confint(m, exact=True, quiet=True)
    for name, ends in CERTIFIED.items():
        np.testing.assert_allclose(ci.loc[name], ends, rtol=4e-12)  # twelve digits were printed


@each_model
def test_zeta_at_both_ends_is_the_quantile_or_the_end_is_the_bound(name: str) -> None:
    m, ci = fitted(name)
    ml = maximum(m)
    estimate = np.concatenate([sdcor.from_theta(m.design.random, ml.theta, ml.sigma), ml.beta])
    low, high = sdcor.bounds(m.design.random)
    low, high = np.append(low, [-np.inf] * m.p), np.append(high, [np.inf] * m.p)
    for i, parameter in enumerate(ci.index):
        for end, bound, side in zip(ci.iloc[i], (low[i], high[i]), (-1.0, 1.0), strict=True):
            zeta = exact_zeta(m, parameter, end)
            if end == bound:
                assert abs(zeta) <= QUANTILE
            else:
                assert abs(zeta - side * QUANTILE) <= 1e-8
                assert side * (end - estimate[i]) > 0.0


@each_model
def test_the_dense_likelihood_agrees(name: str) -> None:
    m, ci = fitted(name)
    ml, terms = maximum(m), m.design.random.terms
    matrices = [ml.sigma**2 * T @ T.T for T in ml.templates]

    def seen(orders: list[list[int]]) -> tuple[Dense, np.ndarray, float]:
        """The model with its effects in these orders, x at its maximum likelihood, and the least deviance."""
        dense = Dense(m, orders)
        parts = [coordinates(S[np.ix_(o, o)]) for S, o in zip(matrices, orders, strict=True)]
        start = np.concatenate([*parts, [ml.sigma]])
        return dense, start, dense.least(start, {})

    plain = seen([list(range(t.k)) for t in terms])
    for i, parameter in enumerate(ci.index):
        # Effects 1 and 2 are turned to the front for their own correlation, number five of a three by three matrix.
        turn = name == "three by three" and i == 4
        (dense, start, minimum), at = (seen([[1, 2, 0]]), 1) if turn else (plain, i)
        for end in ci.iloc[i]:
            height = dense.least(start, {at: end}) if i < len(start) else dense.least(start, {}, i - len(start), end)
            zeta = np.sqrt(max(0.0, height - minimum))
            on_bound = i < len(start) and (end == 0.0 or (dense.correlations[at] and abs(end) == 1.0))
            assert zeta <= QUANTILE + MINIMIZER if on_bound else abs(zeta - QUANTILE) <= MINIMIZER, (parameter, end)


def test_a_correlation_without_a_variance_may_be_anything() -> None:
    """Every value fits equally well, so that the set of those that fit well enough is all of them."""
    with pytest.warns(r.SingularFitWarning):
        m = r.lmer("alike ~ x + (x | g)", singular_slopes())
    with pytest.warns(ProfileWarning, match=r"^flat profile for \.sig02: .* every correlation fits equally well$"):
        ci = r.confint(m, exact=True, quiet=True)
    assert ci.loc[".sig02"].tolist() == [-1.0, 1.0]
    assert ci.notna().all(axis=None)
    with pytest.raises(ValueError, match=r"flat profile for \.sig02"):
        exact_zeta(m, ".sig02", 0.5)


def test_no_profile_of_a_correlation_rises_above_the_model_without_slopes() -> None:
    """Where the slopes' variance is zero every correlation will do. lme4 misses that profiled (issue 193)."""
    rng = np.random.default_rng(1)
    g, x = np.repeat(np.arange(30), 4), np.tile(np.arange(1.0, 5.0), 30)
    kept, b = rng.random(120) < 0.7, 5.0 * rng.normal(size=30)
    y = 20 + b[g] - x + 4.0 * rng.normal(size=120) + 0.8 * rng.normal(size=30)[g] * x
    d = pd.DataFrame({"y": y, "x": x, "g": pd.Categorical(g.astype(str))})[kept]
    m, without = (r.lmer(f"y ~ x + {term}", d, REML=False, control="newton") for term in ("(x | g)", "(1 | g)"))
    highest = np.sqrt(r.deviance(without) - r.deviance(m))
    assert 1.6 < highest < QUANTILE
    zeta = np.array([exact_zeta(m, ".sig02", value) for value in np.linspace(-1.0, 1.0, 17)])
    assert np.abs(zeta).max() <= highest + 1e-8
    assert (np.diff(zeta) >= -1e-8).all()
    assert r.confint(m, parm=".sig02", exact=True, quiet=True).to_numpy().tolist() == [[-1.0, 1.0]]


def test_two_terms_that_cannot_be_told_apart_reach_down_to_zero() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer("Yield ~ 1 + (1 | Batch) + (1 | Batch)", r.Dyestuff())
    both = r.confint(m, exact=True, quiet=True)
    one = r.confint(r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff()), exact=True, quiet=True)
    assert both.iloc[0, 0] == both.iloc[1, 0] == 0.0
    # Either may carry all of the variance: its upper end is where the other's is zero, that of the model with one term.
    np.testing.assert_allclose(both.iloc[:2, 1], one.iloc[0, 1], rtol=1e-8)
    np.testing.assert_allclose(both.iloc[2:], one.iloc[1:], rtol=1e-8)


def test_units_turn_with_the_data() -> None:
    plain = r.confint(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()), exact=True, quiet=True)
    data = r.sleepstudy().assign(Days=lambda d: d["Days"] * 1e4, Reaction=lambda d: d["Reaction"] * 1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scaled = r.confint(r.lmer("Reaction ~ Days + (Days | Subject)", data, control="newton"), exact=True, quiet=True)
    units = np.array([1e-6, 1.0, 1e-10, 1e-6, 1e-6, 1e-10])[:, None]
    np.testing.assert_allclose(scaled / units, plain, rtol=1e-9)


def test_levels_and_selection() -> None:
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    wide, narrow = (r.confint(m, parm=".sigma", level=level, exact=True, quiet=True) for level in (0.99, 0.5))
    assert list(wide.index) == [".sigma"] and list(wide.columns) == ["0.5 %", "99.5 %"]
    assert wide.iloc[0, 0] < narrow.iloc[0, 0] < narrow.iloc[0, 1] < wide.iloc[0, 1]
    assert abs(exact_zeta(m, "sigma", wide.iloc[0, 1]) - 2.5758293035489004) <= 1e-8


def test_what_cannot_be_asked_is_named() -> None:
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    with pytest.raises(KeyError, match=r"\.sig02"):
        exact_zeta(m, ".sig02", 1.0)
    with pytest.raises(ValueError, match="-1.0 is no value for a standard deviation"):
        exact_zeta(m, ".sig01", -1.0)


@pytest.mark.parametrize(("which", "control", "lme4_s"), [
    ("one variance", "nloptwrap", True), ("one variance", "newton", False), ("correlation of one", "nloptwrap", False)])
def test_whose_way_a_profile_goes(which: str, control: str, lme4_s: bool) -> None:
    """lme4's, but for Newton's fits and where a correlation is 1."""
    formula, data, given = MODELS[which]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer(formula, data(), control=control, **given)
    assert ProfileObjective.of(m).as_lme4 is lme4_s
