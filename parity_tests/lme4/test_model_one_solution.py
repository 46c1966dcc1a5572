"""All that is said of a fit comes from one solution, however much larger than the residuals the random effects are:
by definition over generated designs, and against lme4 stored (`fixtures/lme4/_one_solution.R`) and live."""
from __future__ import annotations

import json
import os
import re
import warnings
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.data import fixtures_path
from translations.lme4.control import ConvergenceWarning, SingularFitWarning
from translations.lme4.convergence import derivatives
from translations.lme4.model import LmerMod
from translations.lme4.results.getme import getME
from translations.lme4.results.simulate import simulator_of

STORED = json.loads((fixtures_path() / "lme4" / "one_solution.json").read_text())
MODELS = STORED["models"]
SIX_DIGITS = 1e-6  # of sigma
ROUNDING = 1e-12  # of the largest summand
SEEDS = range(int(os.environ.get("RPARITY_LARGE_THETAS", "1")))
FORMULAS = {
    "intercepts": "y ~ x + s + (1 | g)", "slopes": "y ~ x + s + (x | g)", "independent": "y ~ x + (x || g)",
    "nested": "y ~ x + s + (1 | g/k)", "crossed": "y ~ x + (1 | g) + (1 | h)", "both": "y ~ x + (x | g) + (1 | h)",
    "weighted": "y ~ x + s + (1 | g)", "shifted": "y ~ x + (x | g)", "nothing fixed": "y ~ 0 + (1 | g)",
}
RATIOS = [0.0, 0.5, 87.0, 9e3, 1e6]


def design(kind: str, ratio: float, seed: int) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Data whose random effects' standard deviation is `ratio` times the residuals', and the fit's arguments."""
    rng = np.random.default_rng([list(FORMULAS).index(kind), RATIOS.index(ratio), seed])
    groups = int(rng.integers(8, 22))
    g = np.repeat(np.arange(groups), rng.integers(3, 8, groups))
    n = len(g)
    h, k, s, x = rng.integers(0, 6, n), rng.integers(0, 2, n), g % 2, rng.normal(size=n).round(3)
    w, o = rng.uniform(0.3, 3.0, n).round(3), rng.normal(size=n).round(3)
    noise, size = (1.0, ratio) if ratio <= 1 else (1.0 / ratio, 1.0)
    y = 3.0 + x - 0.5 * s + size * rng.normal(size=groups)[g] + noise * rng.normal(size=n) / np.sqrt(w)
    if kind in ("slopes", "independent", "both", "shifted"):
        y += size * rng.normal(size=groups)[g] * x
    if kind in ("crossed", "both"):
        y += size * rng.normal(size=6)[h]
    if kind == "nested":
        y += size * rng.normal(size=(groups, 2))[g, k]
    arguments: dict[str, Any] = {"REML": bool(seed % 3 != 1)}
    if kind == "weighted":
        arguments["weights"] = "w"
    if kind == "shifted":
        y, arguments["offset"] = y + o, "o"
    text = {"g": [f"g{i:02d}" for i in g], "h": [f"h{i}" for i in h], "k": [f"k{i}" for i in k]}
    return pd.DataFrame({"y": y, "x": x, "s": s.astype(float), "w": w, "o": o, **text}), arguments


def heard(formula: str, data: pd.DataFrame, **arguments: Any) -> tuple[LmerMod, list[str]]:
    """The model, and what its checks said."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        m = r.lmer(formula, data, **arguments)
    return m, [str(w.message).strip() for w in said if issubclass(w.category, ConvergenceWarning | SingularFitWarning)]


def assert_one_solution(m: LmerMod) -> None:
    """Residuals, fitted values, effects and sigma fit together, and solve Henderson's equations."""
    X, Z, Lambda, weights = m.design.X_fitted, getME(m, "Z"), getME(m, "Lambda"), m.weights
    fixed, random = X @ m.beta + getME(m, "offset"), Z @ getME(m, "b")
    residuals, u = r.residuals(m).to_numpy(), getME(m, "u")
    np.testing.assert_array_equal(m.y - r.fitted(m).to_numpy(), residuals)
    largest = max(np.abs(fixed).max(), np.abs(random).max())
    np.testing.assert_allclose(r.fitted(m), fixed + random, rtol=0, atol=ROUNDING * largest)
    np.testing.assert_allclose(getME(m, "b"), Lambda @ u, rtol=0, atol=ROUNDING * (np.abs(random).max() + 1e-300))
    # X'V^{-1}(y - X beta) = X'W(y - X beta - Z b), and Lambda'Z'W(y - X beta - Z b) = u.
    parts = weights * (np.abs(m.y) + np.abs(fixed) + np.abs(random))
    assert np.all(np.abs(X.T @ (weights * residuals)) <= ROUNDING * (np.abs(X).T @ parts))
    half = (Z @ Lambda).T
    assert np.all(np.abs(half @ (weights * residuals) - u) <= ROUNDING * (abs(half) @ parts))
    pwrss = float(weights @ residuals**2 + u @ u)
    assert m.sigma**2 * m.df == pytest.approx(pwrss, rel=SIX_DIGITS)
    if m.pls.offset is None:  # as in R, predictions for new data leave out what the argument `offset` was for the fit
        np.testing.assert_allclose(r.predict(m, m.data), r.fitted(m), rtol=0, atol=ROUNDING * largest)


@pytest.mark.parametrize("control", ["nloptwrap", "newton"])
@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("kind", FORMULAS)
def test_one_fit_gives_one_answer(kind: str, ratio: float, control: str) -> None:
    for seed in SEEDS:
        data, arguments = design(kind, ratio, seed)
        m, _ = heard(FORMULAS[kind], data, control=control, **arguments)
        assert_one_solution(m)


def test_so_do_refits_simulations_and_replicates() -> None:
    data, _ = design("slopes", 9e3, 5)
    m, _ = heard(FORMULAS["slopes"], data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for other in (r.refit(m, m.y[::-1]), r.refitML(m), r.refitML(r.refit(m, m.y + 1.0))):
            assert_one_solution(other)
        replicates = r.bootMer(m, lambda b: [float(r.logLik(b)), *np.abs(b.y - b.mu - r.residuals(b).to_numpy())[:2]],
                               nsim=2, seed=1)
        responses = r.simulate(m, 2, seed=1).to_numpy().T
        fits = [r.refit(m, y) for y in responses]
    np.testing.assert_array_equal(replicates.t.to_numpy()[:, 0], [float(r.logLik(fit)) for fit in fits])
    np.testing.assert_array_equal(replicates.t.to_numpy()[:, 1:], 0.0)
    kept, anew = simulator_of(m, None), simulator_of(m, "~0")
    np.testing.assert_array_equal(kept.eta, m.mu)
    assert kept.sigma == anew.sigma == m.sigma
    np.testing.assert_allclose(anew.eta, m.design.X_fitted @ m.beta, rtol=1e-14)


# --- lme4's answers ----------------------------------------------------------------------------------------------


@cache
def stored_fit(number: int) -> tuple[LmerMod, list[str]]:
    one = MODELS[number]
    data = pd.DataFrame({**STORED["data"], "y": one["y"]})
    arguments = {name: column for name, column in (("weights", "w"), ("offset", "o")) if one[name][0]}
    return heard(one["formula"][0], data, REML=one["REML"][0], **arguments)


def kinds(said: list[str]) -> list[str]:
    """R's messages without the digits of a gradient, which in a large criterion are noise."""
    return [re.sub("= .*", "", message) for message in said]


def split(said: list[str]) -> list[str]:
    """R's warnings as it keeps them: what it says of one Hessian in one warning are several messages."""
    return [message for warning in said for message in re.split(";(?=Model)", warning)]


@pytest.mark.parametrize("number", range(len(MODELS)), ids=lambda i: f"{i + 1} {MODELS[i]['formula'][0]}")
def test_residuals_and_modes_are_lme4s_to_six_digits_of_sigma(number: int) -> None:
    m, said = stored_fit(number)
    theirs, sigma = MODELS[number], MODELS[number]["sigma"][0]
    modes = np.concatenate([frame.to_numpy().ravel(order="F") for frame in r.ranef(m).values()])
    if m.pls.lme4_order is not None:  # lme4's operations in lme4's order: all its digits, and its messages' too
        assert m.theta.tolist() == theirs["theta"] and m.beta.tolist() == theirs["fixef"] and m.sigma == sigma
        assert m.mu.tolist() == theirs["fitted"] and r.residuals(m).tolist() == theirs["residuals"]
        assert getME(m, "u").tolist() == theirs["u"] and m.criterion(m.REML) == theirs["criterion"][0]
        assert split(said) == theirs["said"] == list(m.diagnosis.messages)
        np.testing.assert_allclose(modes, theirs["modes"], rtol=0, atol=SIX_DIGITS * sigma)
        return
    for item, ours in (("residuals", r.residuals(m)), ("sigma", [m.sigma])):
        allowed = max(SIX_DIGITS * sigma, 3 * theirs["noise"][item][0])  # lme4's own, the rows in other orders
        np.testing.assert_allclose(ours, theirs[item], rtol=0, atol=allowed, err_msg=item)
    if theirs["steady"][0]:
        assert kinds(split(said)) == kinds(theirs["said"])


@pytest.mark.parametrize("number", [i for i, one in enumerate(MODELS) if "h)" not in one["formula"][0]])
def test_so_is_a_refit(number: int) -> None:
    m, _ = stored_fit(number)
    theirs = MODELS[number]["refit"]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        again = r.refit(m, m.y[::-1])
    assert again.theta.tolist() == theirs["theta"] and again.sigma == theirs["sigma"][0]
    assert r.residuals(again).tolist() == theirs["residuals"]
    assert again.criterion(again.REML) == theirs["criterion"][0]  # of n - 1 degrees of freedom, as refit has it
    # What this release's refit does to the criterion is said by us alone.
    assert split([str(w.message).strip() for w in said if not getattr(w.category, "ours", False)]) == theirs["said"]


def test_the_shown_example() -> None:
    g = np.repeat(np.arange(1, 21), 4)
    noise = 1e-4 * np.tile([-1.0, 0.3, 0.9, -0.5, 0.2], 16)
    data = pd.DataFrame({"g": g, "s": (g % 2).astype(float), "y": (g**2 % 17) + noise})
    m, said = heard("y ~ s + (1 | g)", data)
    theirs = STORED["shown"]
    sigma = theirs["sigma"][0]
    assert m.beta.tolist() == theirs["fixef"] and m.sigma == sigma and split(said) == theirs["said"]
    np.testing.assert_allclose(r.residuals(m), theirs["residuals"], rtol=0, atol=SIX_DIGITS * sigma)
    np.testing.assert_allclose(r.fitted(m), theirs["fitted"], rtol=0, atol=SIX_DIGITS * sigma)
    np.testing.assert_allclose(r.ranef(m)["g"]["(Intercept)"], theirs["modes"], rtol=0, atol=SIX_DIGITS * sigma)


def test_derivatives_are_lme4s_differences() -> None:
    """Of a quadratic and its mixed term they are right but for rounding; where it cannot be computed they are NaN."""
    A = np.array([[3.0, 0.5, -0.2], [0.5, 2.0, 0.1], [-0.2, 0.1, 1.0]])

    def quadratic(theta: np.ndarray) -> float:
        if theta[0] > 5.0:
            raise np.linalg.LinAlgError("not positive definite")
        return float(theta @ A @ theta / 2.0)

    theta = np.array([1.0, -2.0, 0.5])
    gradient, H = derivatives(quadratic, theta, quadratic(theta))
    np.testing.assert_allclose(gradient, A @ theta, rtol=0, atol=1e-10)
    np.testing.assert_allclose(H, A, rtol=0, atol=1e-6)
    beyond = derivatives(quadratic, np.array([5.0, 0.0, 0.0]), 37.5)
    assert np.isnan(beyond[0]).any() and np.isnan(beyond[1]).any()


# --- live --------------------------------------------------------------------------------------------------------

LIBRARY = """
suppressPackageStartupMessages(library(lme4))
heard <- function(expression) {
  said <- character()
  keep <- function(condition) said <<- c(said, trimws(conditionMessage(condition)))
  m <- withCallingHandlers(expression, warning = function(w) { keep(w); invokeRestart("muffleWarning") },
                           message = function(w) { keep(w); invokeRestart("muffleMessage") })
  list(m = m, said = sub("= .*", "", said))
}
asked <- function(fit, d, orders) {
  d$row <- seq_len(nrow(d))
  answer <- function(d) {
    f <- fit(d)
    list(residuals = residuals(f$m)[order(d$row)], sigma = sigma(f$m), modes = unlist(ranef(f$m, condVar = FALSE)),
         said = f$said)
  }
  own <- answer(d)
  set.seed(1)
  others <- replicate(orders, answer(d[sample(nrow(d)), ]), simplify = FALSE)
  each <- sapply(c("residuals", "sigma", "modes"), function(i) matrix(sapply(others, `[[`, i), ncol = orders))
  middle <- lapply(each, apply, 1, median)
  list(own = own, middle = middle, noise = mapply(function(all, one) max(abs(all - one)), each, own[names(each)]),
       there = mapply(function(all, one) sum(apply(abs(all - one) <= 1e-6 * middle$sigma, 2, all)), each, middle))
}
"""

# BOBYQA ends early now and then, whoever asks: of "crossed" with theta at 1e6, R's criterion ended at -857.06 in 1 of
# 300 orders of the rows, at 1.0e-5 of sigma from the residuals at -911.88; ours at -857.71 in 1 of 301; and even one in
# extended precision at -896.06 in 2 of 40. Where one order ends elsewhere than R in few, both are asked for many, and
# what R's have in common to six digits ours must have as often, but for a few that chance may take.
FEW, MANY, CHANCE = 6, 40, 2


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("kind", FORMULAS)
def test_live_lme4_agrees_where_it_agrees_with_itself(live_r: Any, kind: str, ratio: float) -> None:
    live_r.eval(LIBRARY)
    for seed in SEEDS:
        data, arguments = design(kind, ratio, seed)
        live_r.assign("d", data)
        given = "".join(f", {name} = {'TRUE' if value is True else 'FALSE' if value is False else value}"
                        for name, value in arguments.items())
        call = f"answer <- asked(function(d) heard(lmer({FORMULAS[kind]}, d{given})), d, "
        live_r.eval(f"{call}{FEW})")
        m, said = heard(FORMULAS[kind], data, **arguments)
        ours, theirs = estimates(m), {item: live_r.numbers(f"answer$own${item}") for item in ITEMS}
        noise = {item: live_r.numbers(f"answer$noise[['{item}']]")[0] for item in ITEMS}
        if m.pls.lme4_order is not None:
            words = live_r.values("answer$own$said") if live_r.numbers("length(answer$own$said)")[0] else {}
            assert kinds(said) == list(words.values())
        if all(differ(ours[item], theirs[item]) <= max(SIX_DIGITS * theirs["sigma"][0], 3 * noise[item])
               for item in ITEMS):
            continue
        assert m.pls.lme4_order is None, f"seed {seed}: another answer, of lme4's own operations"
        live_r.eval(f"{call}{MANY})")
        middle = {item: live_r.numbers(f"answer$middle${item}") for item in ITEMS}
        there = dict.fromkeys(ITEMS, 0)
        for order in range(MANY):
            rows = np.random.default_rng(order).permutation(len(data))
            again = estimates(heard(FORMULAS[kind], data.iloc[rows].reset_index(drop=True), **arguments)[0])
            again["residuals"] = again["residuals"][np.argsort(rows)]
            for item in ITEMS:
                there[item] += differ(again[item], middle[item]) <= SIX_DIGITS * middle["sigma"][0]
        for item in ITEMS:
            theirs_there = live_r.numbers(f"answer$there[['{item}']]")[0]
            counted = f"{item}: of {MANY} orders, R's middle is in {theirs_there:g} of R, {there[item]} of ours"
            print(f"{kind} {ratio:g}, seed {seed}, {counted}")
            assert there[item] >= theirs_there - CHANCE, f"seed {seed}, {counted}"


ITEMS = ("residuals", "sigma", "modes")


def estimates(m: LmerMod) -> dict[str, np.ndarray]:
    """The model's ITEMS."""
    modes = np.concatenate([frame.to_numpy().ravel(order="F") for frame in r.ranef(m).values()])
    return {"residuals": r.residuals(m).to_numpy(), "sigma": np.array([m.sigma]), "modes": modes}


def differ(a: np.ndarray, b: np.ndarray) -> float:
    """The largest difference."""
    return float(np.abs(a - b).max())
