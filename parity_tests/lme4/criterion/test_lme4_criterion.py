"""Small generated designs as lme4 answered them, to the last bit (`fixtures/lme4/_core.R`): one factor, nested,
crossed, several terms of one factor, weights, offsets, REML and ML, a level with many rows, singular fits, far and
tiny units.

What `lme4_order.py` covers is lme4's bit for bit: where its optimizer stops, after how many criteria, and the criterion
anywhere. CHOLMOD takes the columns of a nested factor together in ways that are followed for one outer effect only.
"""
from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.data import fixtures_path
from translations.lme4.bootstrap.refit_many import refit_many

from ..oracle import held_to_the_paper

STORED = json.loads((fixtures_path() / "lme4" / "core.json").read_text())
DATA = {name: pd.DataFrame(columns) for name, columns in STORED["data"].items()}
CASES = {f"{i} {fit['formula']}, {fit['data']}": fit for i, fit in enumerate(STORED["fits"])}
FLAT = ("tiny", "smooth", "far")  # criteria so flat, or of so large terms, that rounding moves where one stops
ORDERS = 21  # of nine, five are worse once in twenty designs of which a quarter of the orders are
EPS = float(np.finfo(float).eps)


def array(x: Any) -> np.ndarray:
    """A stored vector: a number by itself is one of length 1, null is NA."""
    return np.atleast_1d(np.array(x, dtype=float))


def fitted(asked: dict[str, Any], order: int = 0, **more: Any) -> Any:
    """The model; `order`: of the rows, 0 the given one."""
    data = DATA[asked["data"]]
    if order:
        data = data.iloc[np.random.default_rng(order).permutation(len(data))].reset_index(drop=True)
    named = {"weights": "prior" if asked["weights"] else None, "offset": "shift" if asked["offset"] else None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return r.lmer(asked["formula"], data, **{"REML": asked.get("REML", True), **named, **more})


def is_exact(m: Any) -> bool:
    """Whether every step of the optimizer is lme4's: one factor, or one nested in another with one effect.

    (lme4 leaves out what is 0 in a nested factor's covariate, which moves the order of a sum.)
    """
    exact = m.pls.lme4_order
    return exact is not None and (len(exact.inner.down) == 0 or exact.outer.k == 1 and bool(exact.inner.z.all()))


def optima(m: Any, stored: dict[str, Any], rounding: float = 16 * EPS) -> None:
    """The same optimum to the bit; sigma and standard errors are the root and the inverse of what is."""
    assert m.theta.tolist() == array(stored["theta"]).tolist()
    assert m.optimum.value == stored["criterion"]
    assert (m.optimum.evaluations, m.optimum.code) == (stored["feval"], stored["code"])
    np.testing.assert_allclose(m.sigma, stored["sigma"], rtol=rounding, atol=0)
    np.testing.assert_allclose(np.sqrt(np.diag(r.vcov(m))), array(stored["se"]), rtol=rounding, atol=0)


@pytest.mark.parametrize("case", CASES)
def test_a_design(case: str) -> None:
    stored = CASES[case]
    m = fitted(stored)
    default_fit(m, stored)
    elsewhere(m, stored)
    if stored["formula"].count("(") == 1:
        another_response(m, stored)
    if stored["ml"] and m.theta.size < 6:
        maximum_likelihood(m, stored)


def ends_there(theirs: float, fit: Callable[[int], Any], rel: float) -> None:
    """The optimizer ends at lme4's criterion, or else does so in most orders of the rows: lme4's own ends more than
    1e-8 above in 12 of 40 orders of one of these designs (refitML of "y ~ x + (x || g) + (z | h), tiny").
    """
    if fit(0).optimum.value != pytest.approx(theirs, rel=rel):
        assert np.median([fit(order).optimum.value for order in range(ORDERS)]) == pytest.approx(theirs, rel=rel)


def default_fit(m: Any, stored: dict[str, Any]) -> None:
    flat = stored["data"] in FLAT
    if is_exact(m):
        optima(m, stored)
        assert m.beta.tolist() == array(stored["fixef"]).tolist()
        assert r.isSingular(m) == stored["singular"]
        if not flat:
            said = [message.partition("=")[0] for message in m.diagnosis.messages]  # R's gradients are differences
            assert said == [message.partition("=")[0] for message in stored["messages"]]
        return
    assert m.optimum.code == stored["code"]
    rel = 1e-7 if m.theta.size > 5 or flat else 1e-9
    ends_there(stored["criterion"], lambda order: fitted(stored, order) if order else m, rel)
    if m.theta.size < 4 and not flat:
        np.testing.assert_allclose(m.theta, array(stored["theta"]), rtol=0, atol=2e-6)
        np.testing.assert_allclose(m.beta, array(stored["fixef"]), rtol=1e-7, atol=1e-7)
        np.testing.assert_allclose(np.sqrt(np.diag(r.vcov(m))), array(stored["se"]), rtol=1e-6, atol=0)


def elsewhere(m: Any, stored: dict[str, Any]) -> None:
    """The criterion and its slope off the optimum, with correlations and with a variance of zero."""
    digits = 1e-11 if stored["data"] in FLAT else 1e-13  # lme4's own criterion may have 1e6 to subtract
    for place in stored["elsewhere"]:
        theta = array(place["theta"])
        if m.pls.lme4_order is not None:
            own = m.pls.lme4_deviance(theta, stored["REML"])
            assert own == place["value"] if is_exact(m) else own == pytest.approx(place["value"], rel=4 * EPS)
            assert m.pls.lme4_criterion(stored["REML"])(theta) == own
        value, gradient = m.pls.gradient(theta, stored["REML"])
        assert value == pytest.approx(place["value"], rel=digits)
        assert m.pls.deviance(theta, stored["REML"]) == pytest.approx(value, rel=1e-14)
        if stored["data"] not in ("far", "tiny"):  # data in units in which the paper's own arithmetic loses digits
            held_to_the_paper(m.pls, theta)
        # R's slopes are differences of five values a thousandth apart.
        error = 1e-6 if stored["data"] in FLAT else 1e-8
        np.testing.assert_allclose(gradient, array(place["slope"]), rtol=0, atol=error * max(1, np.abs(gradient).max()))


def another_response(m: Any, stored: dict[str, Any]) -> None:
    """`refit` by itself and among many at once, with what lme4's checks find."""
    other = DATA[stored["data"]]["other"].to_numpy(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        again = r.refit(m, other)
    if is_exact(m):
        optima(again, stored["refit"])
    many = refit_many(m, np.column_stack([m.y, other]), checked=True)
    assert (many.theta[1].tolist(), many.value[1]) == (again.theta.tolist(), again.optimum.value)
    np.testing.assert_allclose(many.se[1], np.sqrt(np.diag(r.vcov(again))), rtol=1e-14 if is_exact(m) else 1e-9, atol=0)
    if is_exact(m) and len(m.pls.blocks) == 1:
        theirs = np.column_stack([np.reshape(stored["refit"]["Hessian"], (m.theta.size, -1)),
                                  array(stored["refit"]["gradient"])])
        assert many.derivatives[1].tolist() == theirs.tolist()
    np.testing.assert_allclose(many.sigma[1], again.sigma, rtol=1e-14 if is_exact(m) else 1e-9, atol=0)


def maximum_likelihood(m: Any, asked: dict[str, Any]) -> None:
    ml, stored = r.refitML(m), asked["ml"]
    if is_exact(m):
        optima(ml, stored, 1e-11)
    assert ml.optimum.code == stored["code"]
    ends_there(stored["criterion"], lambda order: r.refitML(fitted(asked, order)) if order else ml, rel=1e-9)


@pytest.mark.parametrize("case", [case for i, case in enumerate(CASES) if i % 6 == 0])
def test_newton_is_at_least_as_low(case: str) -> None:
    stored = CASES[case]
    best = fitted(stored, control="newton")
    value = stored["criterion"]
    assert best.criterion(stored["REML"]) <= value + 1e-10 * abs(value)
    assert best.optimum.code == 0
    assert best.optimum.evaluations < 400  # at most 274, the search for other minima included
    assert np.abs(best.pls.gradient(best.theta, stored["REML"])[1] / best.pls.structure.theta_scale).max() <= 1e-8


@pytest.mark.parametrize("number", range(len(STORED["profiles"])))
def test_every_point_of_a_profile(number: int) -> None:
    stored = STORED["profiles"][number]
    m = fitted(stored)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = r.profile(m, which="theta_" if stored["weights"] else None, signames=False).as_data_frame()
    order = list(dict.fromkeys(stored["par"]))
    found = found.sort_values([".par", ".focal"], key=lambda c: c.map(order.index) if c.name == ".par" else c)
    assert found[".par"].tolist() == stored["par"]
    theirs = np.array([array(point) for point in stored["points"]])
    ours = found[stored["columns"]].to_numpy()
    if is_exact(m):
        assert ours.tolist() == theirs.tolist()
    else:
        scale = np.abs(theirs).max(axis=0)
        np.testing.assert_allclose(ours / scale, theirs / scale, rtol=0, atol=3e-3)


def test_two_outer_effects_in_the_order_of_most_processes() -> None:
    """R 4.2.2, lme4 1.1-31, in a process where CHOLMOD's permutation begins 4 3 2 0 1 (others: findings/),
    at theta 0.9 0.1 0.3 0.8: the REML criterion, log|L|^2, log|RX|^2, the squares of residuals and of u, beta.
    """
    i = np.arange(1, 61)
    g = (i - 1) // 4 + 1
    x = (7.0 * i) % 11 + 1
    d = pd.DataFrame({"g": pd.Categorical(g), "s": pd.Categorical((g - 1) // 5), "x": x, "y": (13 * i) % 17 + x})
    theta = np.array([0.9, 0.1, 0.3, 0.8])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact = r.lmer("y ~ x + (x | s) + (1 | g)", d).pls.lme4_order
    parts = exact.parts(theta)
    assert [exact.criterion(theta, True, None), parts.ldL2, parts.ldRX2, parts.wrss, parts.sqrL, *parts.beta] == [
        389.78163878441484, 38.43088731610343, 3.3645977705640444, 1354.6647870687289, 15.0080904649424,
        8.6514814448219948, 0.90020648620404908]
