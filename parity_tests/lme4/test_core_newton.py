"""What Newton's method is made of, by definition: information and Hessians by dense matrices, its ways where a gradient
is dear, where nothing curves, and where another minimum is lower."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.criterion import optimize
from translations.lme4.criterion.extended import Products
from translations.lme4.criterion.pls import PLS
from translations.lme4.criterion.tail import symmetric
from translations.lme4.inference import chart
from translations.lme4.inference.batch import refit_many
from translations.lme4.inference.newton_batch import NewtonBatch

from .random_designs import frame

ALONE, CROSSED = "y ~ x + (x | g)", "y ~ x + (z | g) + (1 | h)"


def engine(formula: str, seed: int = 3, **named: Any) -> PLS:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        control = r.lmerControl(optCtrl={"maxeval": 1}, calc_derivs=False)
        return r.lmer(formula, frame(seed, 10, 8, noise=1.0), control=control, **named).pls


def dense(pls: PLS, theta: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Z of each block, and V, (n, n), rows weighted."""
    V, parts = np.eye(pls.n), []
    for b in pls.blocks:
        Z = np.zeros((pls.n, b.n_levels * b.k))
        for a in range(b.k):
            Z[np.arange(pls.n), b.codes * b.k + a] = b.Z[:, a]
        factor = Z @ np.kron(np.eye(b.n_levels), b.template(theta))
        V += factor @ factor.T
        parts.append(Z)
    return parts, V


@pytest.mark.parametrize("formula", [ALONE, CROSSED, "y ~ 1 + (x + z | g)", "y ~ x + (x || g) + (0 + z | h)"])
def test_the_information_is_the_expected_second_derivative(formula: str) -> None:
    """tr(Phi S_i Phi S_j) of a block's own levels, less what profiling sigma takes."""
    pls = engine(formula, weights="w")
    diagonal = pls.structure.diagonal
    theta = np.where(diagonal, 0.6 + 0.3 * np.arange(diagonal.size), -0.4)
    parts, V = dense(pls, theta)
    products, traces = {}, np.zeros(len(theta))
    H = np.zeros((len(theta), len(theta)))
    for b, Z in zip(pls.blocks, parts, strict=True):
        Phi = Z.T @ np.linalg.solve(V, Z)
        own = [Phi[g * b.k : (g + 1) * b.k, g * b.k : (g + 1) * b.k] for g in range(b.n_levels)]
        for row, col, i in zip(b.rows, b.cols, b.theta, strict=True):
            E = np.zeros((b.k, b.k))
            E[row, col] = 1.0
            S = E @ b.template(theta).T + b.template(theta) @ E.T
            products[i] = [P @ S for P in own]
            traces[i] = sum(np.trace(P) for P in products[i])
        for i in b.theta:
            for j in b.theta:
                H[i, j] = sum(np.trace(P @ Q) for P, Q in zip(products[i], products[j], strict=True))
    expected = H - np.outer(traces, traces) / pls.n
    np.testing.assert_allclose(pls.at(theta).information, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("REML", [True, False])
@pytest.mark.parametrize("formula", [ALONE, CROSSED])
def test_hessians_by_central_and_by_forward_differences(formula: str, REML: bool) -> None:  # noqa: N803
    pls = engine(formula)
    theta = np.where(pls.structure.diagonal, 2.5, -0.4)  # a step goes with theta where that is more than 1

    def slope(t: np.ndarray) -> np.ndarray:
        return pls.gradient(t, REML)[1]

    m, h = len(theta), 1e-3
    expected = np.empty((m, m))
    for i in range(m):
        e = h * (np.arange(m) == i)
        expected[i] = (8 * (slope(theta + e) - slope(theta - e)) - slope(theta + 2 * e) + slope(theta - 2 * e)) / 12 / h
    size = np.abs(expected).max()
    np.testing.assert_allclose(pls.hessian(theta, REML), expected, rtol=0, atol=2e-9 * size)
    np.testing.assert_allclose(pls.hessian(theta, REML), pls.hessian(theta, REML).T, rtol=0, atol=0)
    if pls.tail.q:
        at = slope(theta)
        np.testing.assert_allclose(pls.hessian(theta, REML, at=at), expected, rtol=0, atol=3e-5 * size)
        with pytest.raises(AssertionError):
            np.testing.assert_allclose(pls.hessian(theta, REML, at=at + size), expected, rtol=0, atol=size)
    value, gradient = pls.gradient(theta, REML, 40)
    assert value == pytest.approx(pls.deviance(theta, REML, 40), rel=1e-14)
    twice = pls.hessian(theta, REML, 40)
    e = 1e-4 * (np.arange(m) == 0)
    np.testing.assert_allclose(twice[0], (pls.gradient(theta + e, REML, 40)[1] - pls.gradient(theta - e, REML, 40)[1])
                               / 2e-4, rtol=0, atol=1e-6 * np.abs(twice).max())


@pytest.mark.parametrize("dear_from", [1, 10_000])
def test_where_a_gradient_is_dear_the_information_steers(monkeypatch: pytest.MonkeyPatch, dear_from: int) -> None:
    """It is asked for only where the gradient was last taken, whose factor serves: one factor a gradient."""
    factored, steered = [], []
    at, information = PLS.at, optimize._Scaled.information

    def taken(self: PLS, theta: np.ndarray) -> Any:
        factored.append(theta)
        return at(self, theta)

    def given(self: optimize._Scaled, x: np.ndarray) -> np.ndarray:
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
    monkeypatch.setattr(optimize, "DEAR_FROM", dear_from)
    monkeypatch.setattr(optimize, "_elsewhere", lambda *_: ())
    found = optimize.newton(m.pls, True, m.pls.structure.start)
    assert found.code == 0 and found.value == pytest.approx(best.value, rel=1e-12)
    np.testing.assert_allclose(found.theta, best.theta, rtol=1e-6, atol=1e-8)
    assert len(steered) >= 1 + (dear_from == 1) and found.evaluations <= 60


def test_where_nothing_curves_the_way_is_down_the_gradient() -> None:
    steps = list(optimize._descents(np.zeros((2, 2)), np.zeros(2), np.array([3.0, -4.0]), np.array([False, True])))
    assert all(np.isfinite(step).all() and step @ [3.0, -4.0] < 0.0 for step in steps)
    np.testing.assert_allclose(steps[-1], [-0.75, 1.0], rtol=1e-14)


def test_the_last_step_is_kept_where_it_makes_the_gradient_smaller() -> None:
    pls = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control="newton").pls
    theta = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control="newton").theta
    size = [np.abs(pls.products.at(t).gradient(True)).max() for t in (theta, theta + 1e-10)]
    assert size[0] < 1e-12 < size[1]
    moved = optimize._last_bits(pls, True, theta + 1e-10)
    np.testing.assert_allclose(moved, theta, rtol=0, atol=1e-14)
    assert optimize._last_bits(pls, True, np.zeros(3)).tolist() == [0.0, 0.0, 0.0]
    held = optimize._last_bits(pls, True, np.array([1.0, 0.0, 0.2]))
    assert held[1] == 0.0 and held[0] != 1.0  # what is 0 stays so
    hessian = PLS.hessian
    for factor in (0.1, 0.0):  # a step ten times too long leads away, and there is none where nothing curves
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(PLS, "hessian", lambda self, *more, factor=factor: factor * hessian(self, *more))
            assert optimize._last_bits(pls, True, theta + 1e-10).tolist() == (theta + 1e-10).tolist()


def test_without_extended_precision_the_last_step_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    pls = engine(ALONE)
    theta = np.array([0.7, 0.1, 0.4])
    monkeypatch.setattr(Products, "of", classmethod(lambda cls, pls: None))
    pls.__dict__.pop("products", None)
    assert optimize._last_bits(pls, True, theta).tolist() == theta.tolist()


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
    assert optimize.PROBES_UP_TO == 10_000 and optimize.DEAR_FROM == 500


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
    S = np.tril(at.S)
    L = S[:levels, :levels]
    found = np.tril(at.inverse[:levels, :levels])
    np.testing.assert_allclose(found, np.tril(np.linalg.inv(L @ L.T)), rtol=0, atol=1e-13)
    np.testing.assert_allclose(symmetric(found), np.linalg.inv(L @ L.T), rtol=0, atol=1e-13)
    assert np.array_equal(np.tril(at.S), S)


def test_a_factor_whose_effects_are_in_order_stays_as_it_is() -> None:
    C = np.tril(np.arange(1.0, 10.0).reshape(3, 3))
    assert chart._back(C, (0, 1, 2)) is C
    back = chart._back(C, (2, 0, 1))
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


def test_a_decrease_that_rounding_hides_is_told_by_the_gradient() -> None:
    """Of a criterion of 10^6 the last seven digits behind the point are noise."""
    x, g = np.array([1.0, 2.0]), np.array([3.0, -4.0])

    def level(rise: float, slope: float) -> Any:
        return lambda at: (1e6 + rise, slope * g)

    step = np.array([0.5, 0.25])
    for rise, slope, taken in ((5e-8, 0.9, True), (2e-7, 0.9, False), (5e-8, 1.1, False), (-5e-8, 1.1, False),
                               (-2e-7, 1.1, True)):
        found, value, _ = optimize._search(level(rise, slope), x, 1e6, g, step, 3)
        assert (found.tolist() == (x + step).tolist()) == taken and (found is x) == (not taken)
        assert value == (1e6 + rise if taken else 1e6)


BATCHES = {
    "slopes": "y ~ x + (x | g)", "intercepts": "y ~ x + (1 | g)", "independent": "y ~ x + (x || g)",
    "ML": "y ~ 1 + (1 | g)", "means compete": "y ~ 1 + (x | g)",
    "no fixed effects": "y ~ 0 + (1 | g)", "three": "y ~ x + z + (x + z | g)",
}


@pytest.mark.parametrize("name", BATCHES)
def test_many_responses_by_compiled_steps_have_newtons_own_fits(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Weights, offsets, effects on the boundary and minima elsewhere included; few are left to `newton` itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        named = {"REML": name != "ML", "weights": "w", "offset": "o", "control": "newton"}
        m = r.lmer(BATCHES[name], frame(4, 14, 6, noise=1.5), **named)
    rng = np.random.default_rng(8)
    noise = rng.normal(size=(m.n, 12)) * rng.uniform(0.3, 3.0, size=12)
    Y = m.mu[:, None] + noise / np.sqrt(m.weights)[:, None]
    left: list[int] = []
    fit = NewtonBatch.fit

    def watched(self: NewtonBatch, *given: Any) -> Any:
        found = fit(self, *given)
        left.append(found is None)
        return found

    monkeypatch.setattr(NewtonBatch, "fit", watched)
    many = refit_many(m, Y)
    assert len(left) == 12 and sum(left) <= 4
    monkeypatch.setattr(NewtonBatch, "fit", lambda *_: None)
    single = refit_many(m, Y)
    # What depends on theta is as far from newton's last step in extended precision as a double's gradient leaves it.
    for attribute, digits in (("value", 1e-11), ("theta", 1e-6), ("beta", 1e-7), ("se", 1e-7), ("sigma", 1e-7)):
        ours, theirs = getattr(many, attribute), getattr(single, attribute)
        np.testing.assert_allclose(ours, theirs, rtol=digits, atol=digits)
    assert (many.evaluations > 0).all()
