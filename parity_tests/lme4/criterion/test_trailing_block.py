"""The dense trailing block of crossed models against the same by n x n matrices; and where it is too large."""

import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.criterion import sparse_head
from translations.lme4.criterion.lme4_order import Lme4Order
from translations.lme4.criterion.pls import PLS
from translations.lme4.results.conditional_variances import unscaled_conditional_variances
from translations.parity.tolerances import LINALG

from ..oracle import held_to_the_paper

CROSSED = "y ~ x + (1 | big) + (x | mid) + (1 | small)"
VECTORS = "y ~ x + (x | big) + (1 | mid) + (x | small)"


def crossed_data(levels=(25, 9, 4), n=200, seed=3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"x": rng.normal(size=n), "y": rng.normal(size=n)})
    for name, count in zip(("big", "mid", "small"), levels, strict=True):
        codes = np.concatenate([np.arange(count), rng.integers(count, size=n - count)])
        data[name] = pd.Categorical([f"l{code:02d}" for code in codes])
    return data


def engine(formula: str, data: pd.DataFrame) -> PLS:
    return r.lmer(formula, data, control=r.lmerControl(optCtrl={"maxeval": 1}, calc_derivs=False)).pls


def by_hand(pls: PLS, theta: np.ndarray):
    """Z and Lambda of every block, and V, (n, n)."""
    parts, V = [], np.eye(pls.n)
    for b in pls.blocks:
        Z = np.zeros((pls.n, b.n_levels * b.k))
        for a in range(b.k):
            Z[np.arange(pls.n), b.codes * b.k + a] = b.Z[:, a]
        Lambda = np.kron(np.eye(b.n_levels), b.template(theta))
        parts.append((b, Z, Lambda))
        V += Z @ Lambda @ Lambda.T @ Z.T
    return parts, V


def levels_of(M: np.ndarray, b) -> np.ndarray:
    whole, levels = M.reshape(b.n_levels, b.k, b.n_levels, b.k), np.arange(b.n_levels)
    return whole[levels, :, levels, :]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("formula", [CROSSED, VECTORS])
def test_blocks_of_the_precision_are_those_of_the_whole_matrix(formula, zeros):
    pls = engine(formula, crossed_data())
    theta = np.random.default_rng(5).uniform(0.3, 1.5, size=pls.structure.n_theta)
    if zeros:
        theta[::2] = 0.0
    parts, V = by_hand(pls, theta)
    at = pls.at(theta)
    for (b, Z, _), found in zip(parts, at.precision, strict=True):
        np.testing.assert_allclose(found, levels_of(Z.T @ np.linalg.solve(V, Z), b), rtol=1e-10, atol=1e-11)
    for (b, Z, Lambda), found in zip(parts, unscaled_conditional_variances(at), strict=True):
        S = Lambda @ Lambda.T
        expected = levels_of(S - S @ Z.T @ np.linalg.solve(V, Z) @ S, b)
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-11)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("formula", [CROSSED, VECTORS])
def test_the_tail_before_scaling_is_what_block_1_leaves_of_the_cross_product(formula):
    pls = engine(formula, crossed_data())
    theta = np.random.default_rng(6).uniform(0.3, 1.5, size=pls.structure.n_theta)
    parts, _ = by_hand(pls, theta)
    (_, Z1, L1), Z2 = parts[0], np.hstack([Z for _, Z, _ in parts[1:]])
    V1 = np.eye(pls.n) + Z1 @ L1 @ L1.T @ Z1.T
    np.testing.assert_allclose(pls.at(theta).schur, Z2.T @ np.linalg.solve(V1, Z2), rtol=1e-10, atol=1e-11)


@pytest.mark.filterwarnings("ignore::translations.lme4.control.SingularFitWarning")
@pytest.mark.parametrize(
    "formula", ["Reaction ~ Days + (Days | Subject)", "Reaction ~ Days + (1 | Subject) + (1 | Days)"]
)
def test_the_hessian_is_the_gradients_derivative(formula):
    pls = r.lmer(formula, r.sleepstudy(), control="newton").pls
    theta = np.full(pls.structure.n_theta, 0.7)
    found, step = pls.hessian(theta, True), 1e-4
    for i in range(len(theta)):
        e = step * (np.arange(len(theta)) == i)
        slope = (pls.gradient(theta + e, True)[1] - pls.gradient(theta - e, True)[1]) / (2.0 * step)
        np.testing.assert_allclose(found[i], slope, rtol=1e-5, atol=1e-5 * np.abs(found).max())


def test_many_outer_levels_take_lme4s_own_order_and_have_the_same_criterion():
    rng = np.random.default_rng(8)
    outer = np.repeat(np.arange(1100), 20)
    inner = np.repeat(np.arange(4400), 5)
    y = rng.normal(size=1100)[outer] + rng.normal(size=4400)[inner] + rng.normal(size=len(outer))
    data = pd.DataFrame({"y": y, "a": outer.astype(str), "b": inner.astype(str)})
    m = r.lmer("y ~ 1 + (1 | a/b)", data, control=r.lmerControl(calc_derivs=False))
    assert isinstance(m.pls.lme4_order, Lme4Order)
    dense = replace(m.pls, lme4_order=None)
    for theta in (m.theta, np.array([0.4, 1.7])):
        exact = m.pls.lme4_order.criterion(theta, True)
        np.testing.assert_allclose(dense.deviance(theta, True), exact, rtol=10.0**-LINALG.certified, atol=0)


def test_a_tail_larger_than_the_machine_is_said_at_once(monkeypatch):
    sizes = {"SC_PAGE_SIZE": 1, "SC_PHYS_PAGES": 1000}
    monkeypatch.setattr(os, "sysconf", lambda name: sizes[name])
    with pytest.raises(ValueError, match=r"mid \(9 levels\) and small \(4 levels\) need a dense matrix of 25 columns"):
        r.lmer(CROSSED, crossed_data())


@pytest.mark.filterwarnings("ignore::translations.lme4.control.ConvergenceWarning")
def test_a_sparse_tail_has_the_criterion_of_the_dense(monkeypatch: pytest.MonkeyPatch) -> None:
    """And its derivatives, where columns of few neighbours are eliminated one by one, in the order of minimum degree.
    """
    monkeypatch.setattr(sparse_head, "LARGE", 100)
    rng = np.random.default_rng(2)
    data = pd.DataFrame({"x": rng.normal(size=700), "y": rng.normal(size=700)})
    for name, levels in (("big", 310), ("mid", 240), ("small", 5)):
        data[name] = np.concatenate([np.arange(levels), rng.integers(levels, size=700 - levels)])
    data["w"] = rng.uniform(0.5, 2.0, size=700)
    control = r.lmerControl(optCtrl={"maxeval": 1}, calc_derivs=False)
    for formula in ("y ~ x + (1 | big) + (1 | mid)", "y ~ x + (x | big) + (1 | mid) + (1 | small)"):
        pls = r.lmer(formula, data, weights="w", control=control).pls
        assert pls.sparse_head is not None and 0.15 * pls.trailing.q < pls.sparse_head.h < pls.trailing.q
        for theta in (pls.structure.start, 0.7 * pls.structure.start + 0.2, 0.0 * pls.structure.start):
            sparse, dense = pls.sparse_head.at(pls, theta), pls.at(theta)
            assert sparse is not None
            np.testing.assert_allclose(sparse.criterion, dense.criterion, rtol=1e-13, atol=1e-12)
            assert pls.deviance(theta, True) == pytest.approx(dense.deviance(True), rel=1e-14)
            np.testing.assert_allclose(sparse.information, dense.information, rtol=1e-11, atol=1e-12)
            for REML in (False, True):
                np.testing.assert_allclose(sparse.gradient(REML), dense.gradient(REML), rtol=1e-11, atol=1e-11)
            held_to_the_paper(pls, theta)
    monkeypatch.setattr(sparse_head, "LARGE", 10_000)
    assert r.lmer(formula, data, control=control).pls.sparse_head is None


@pytest.mark.filterwarnings("ignore::translations.lme4.control.ConvergenceWarning")
def test_a_sparse_tail_that_is_not_positive_definite_is_left_to_the_dense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparse_head, "LARGE", 100)
    level = np.arange(400)
    data = pd.DataFrame({"a": level // 2, "b": (level + 1) // 2 % 200, "y": np.sin(level)}).astype({"a": str, "b": str})
    control = r.lmerControl(optCtrl={"maxeval": 1}, calc_derivs=False)
    pls = r.lmer("y ~ 1 + (1 | a) + (1 | b)", data, control=control).pls
    assert pls.sparse_head is not None and pls.sparse_head.at(pls, pls.structure.start) is not None
    begins, rows, values = pls.sparse_head.off_diagonal.of_columns
    off_diagonal = replace(pls.sparse_head.off_diagonal, of_columns=(begins, rows, -1e3 * values))
    assert replace(pls.sparse_head, off_diagonal=off_diagonal).at(pls, pls.structure.start) is None
