"""Newton's method: where a gradient costs much, where nothing curves, several minima, the last step."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4 import convergence
from translations.lme4.criterion import optimize
from translations.lme4.criterion.long_double import LongDoubleProducts
from translations.lme4.criterion.pls import PLS
from translations.lme4.criterion.trailing_block import symmetric
from translations.lme4.inference.profiles import reparametrization

from ..random_designs import ALONE, CROSSED, engine, frame


def test_beyond_ten_thousand_rows_newton_does_not_ask_whether_the_criterion_curves(
    monkeypatch: pytest.MonkeyPatch) -> None:
    """Two equal terms have one variance between them: newton says so, but for data where it would take long."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer("Yield ~ 1 + (1 | Batch) + (1 | Batch)", r.Dyestuff(), control="newton")
        at = replace(m.optimum, theta=np.array([0.5, 0.5]))
        assert convergence.HESSIAN_UP_TO == 10_000
        assert convergence.diagnose(m.pls, at, True, m.control, True).messages == (convergence.UNIDENTIFIED,)
        monkeypatch.setattr(convergence, "HESSIAN_UP_TO", m.n - 1)
        assert convergence.diagnose(m.pls, at, True, m.control, True).messages == ()


@pytest.mark.parametrize("costly_from", [1, 10_000])
def test_where_a_gradient_is_dear_the_information_steers(monkeypatch: pytest.MonkeyPatch, costly_from: int) -> None:
    """It is asked for only where the gradient was last taken, whose factor serves: one factor a gradient."""
    factored, steered = [], []
    at, information = PLS.at, optimize._Scaled.information

    def taken(self: PLS, theta: np.ndarray) -> Any:
        factored.append(theta)
        return at(self, theta)

    def given(self: optimize._Scaled, x: np.ndarray) -> bool:
        steered.append(x)
        before, found = len(factored), information(self, x)
        assert len(factored) == before
        return found

    data = frame(3, 10, 8, noise=1.0)
    data["z"] *= 50.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer(CROSSED, data, control=r.lmerControl(optCtrl={"maxeval": 1}, calc_derivs=False))
    best = optimize.newton(m.pls, True, m.pls.structure.start)
    monkeypatch.setattr(PLS, "at", taken)
    monkeypatch.setattr(optimize._Scaled, "information", given)
    monkeypatch.setattr(optimize, "COSTLY_FROM", costly_from)
    monkeypatch.setattr(optimize, "_elsewhere", lambda *_: ())
    found = optimize.newton(m.pls, True, m.pls.structure.start)
    assert found.code == 0 and found.value == pytest.approx(best.value, rel=1e-12)
    np.testing.assert_allclose(found.theta, best.theta, rtol=1e-6, atol=1e-8)
    assert len(steered) >= 1 + (costly_from == 1) and found.evaluations <= 60


def test_the_last_step_is_kept_where_it_makes_the_gradient_smaller() -> None:
    pls = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control="newton").pls
    theta = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control="newton").theta
    size = [np.abs(pls.long_double.at(t).gradient(True)).max() for t in (theta, theta + 1e-10)]
    assert size[0] < 1e-12 < size[1]
    moved = optimize._refined(pls, True, theta + 1e-10)
    np.testing.assert_allclose(moved, theta, rtol=0, atol=1e-14)
    assert optimize._refined(pls, True, np.zeros(3)).tolist() == [0.0, 0.0, 0.0]
    held = optimize._refined(pls, True, np.array([1.0, 0.0, 0.2]))
    assert held[1] == 0.0 and held[0] != 1.0  # what is 0 stays so
    hessian = PLS.hessian
    for factor in (0.1, 0.0):  # a step ten times too long leads away, and there is none where nothing curves
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(PLS, "hessian", lambda self, *more, factor=factor: factor * hessian(self, *more))
            assert optimize._refined(pls, True, theta + 1e-10).tolist() == (theta + 1e-10).tolist()


def test_without_extended_precision_the_last_step_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    pls = engine(ALONE)
    theta = np.array([0.7, 0.1, 0.4])
    monkeypatch.setattr(LongDoubleProducts, "of", classmethod(lambda cls, pls: None))
    pls.__dict__.pop("products", None)
    assert optimize._refined(pls, True, theta).tolist() == theta.tolist()


def test_a_lower_minimum_elsewhere_is_found() -> None:
    """Six groups whose criterion has a local minimum, but is lowest without any random effect."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pls = r.lmer(ALONE, frame(25, 6, 5, noise=2.0), control=r.lmerControl(optCtrl={"maxeval": 1})).pls
    start, nothing = pls.structure.start, pls.deviance(np.zeros(3), True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimize, "PROBES_UP_TO", pls.n - 1)
        local = optimize.newton(pls, True, start)
        patch.setattr(optimize, "PROBES_UP_TO", pls.n)
        assert optimize.newton(pls, True, start).theta.tolist() == [0.0, 0.0, 0.0]
    assert local.code == 0 and local.value > nothing + 0.1
    best = optimize.newton(pls, True, start)
    assert best.code == 0 and best.theta.tolist() == [0.0, 0.0, 0.0]
    assert best.value == pytest.approx(nothing, rel=1e-14)
    assert best.evaluations > local.evaluations
    assert optimize.PROBES_UP_TO == 10_000 and optimize.COSTLY_FROM == 500


def test_a_start_with_the_signs_of_a_templates_columns_exchanged_is_the_same_start() -> None:
    """TT' does not know them, and BOBYQA, which newton asks too, refuses a start beyond its bounds."""
    pls = engine(ALONE, seed=25)
    ends = [optimize.newton(pls, True, np.array(start)) for start in ([0.8, 0.1, 0.3], [-0.8, -0.1, -0.3])]
    assert ends[0].value == pytest.approx(ends[1].value, rel=1e-13) and ends[0].code == ends[1].code == 0


@pytest.mark.parametrize("levels", [5, 47, 48, 60])
def test_the_inverse_of_a_factor(levels: int) -> None:
    """Of few columns by small products, of more by LAPACK in the room above the factor, which stays as it is."""
    rng = np.random.default_rng(levels)
    data = pd.DataFrame({"y": rng.normal(size=300), "g": np.arange(300) % (levels + 1), "h": np.arange(300) % levels})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        control = r.lmerControl(optCtrl={"maxeval": 1}, calc_derivs=False)
        at = r.lmer("y ~ 1 + (1 | g) + (1 | h)", data, control=control).pls.at(np.array([0.7, 1.2]))
    S = np.tril(at.L22)
    L = S[:levels, :levels]
    found = np.tril(at.inverse[:levels, :levels])
    np.testing.assert_allclose(found, np.tril(np.linalg.inv(L @ L.T)), rtol=0, atol=1e-13)
    np.testing.assert_allclose(symmetric(found), np.linalg.inv(L @ L.T), rtol=0, atol=1e-13)
    assert np.array_equal(np.tril(at.L22), S)


def test_a_factor_whose_effects_are_in_order_stays_as_it_is() -> None:
    C = np.tril(np.arange(1.0, 10.0).reshape(3, 3))
    assert reparametrization._back(C, (0, 1, 2)) is C
    back = reparametrization._back(C, (2, 0, 1))
    np.testing.assert_allclose((back @ back.T)[np.ix_([2, 0, 1], [2, 0, 1])], C @ C.T, rtol=1e-13)
    assert not np.triu(back, 1).any() and (np.diagonal(back) > 0).all()


def test_newton_that_ran_out_says_so() -> None:
    pls = engine(ALONE)
    short = optimize.newton(pls, True, pls.structure.start, max_iterations=1)
    assert (short.code, short.optimizer) == (1, "newton")
    assert short.message.startswith("no convergence in 1 iterations; max|grad| = ")
    whole = optimize.newton(pls, True, pls.structure.start)
    assert (whole.code, whole.optimizer, whole.message) == (0, "newton", "gradient below tolerance")
    assert whole.value < short.value and short.evaluations < whole.evaluations
