"""Hypothesis matrices and restrictions; directions of a Hessian that are left out."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.control import ConvergenceWarning
from translations.lme4.inference.hypotheses import containment, doolittle, hypotheses
from translations.lme4.inference.restrictions import full_rank, restriction_matrix
from translations.lme4.inference.satterthwaite import Satterthwaite, _report, denominator_df
from translations.lme4.model import LmerMod

from ..df_models import MODELS, Model, cake_uneven
from ..small_models import model

SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"


def test_hypotheses_of_nothing_and_of_everything(slopes: LmerMod) -> None:
    assert hypotheses(r.lmer("Reaction ~ 1 + (1 | Subject)", r.sleep2())) == {}
    row = r.contestMD(slopes, np.zeros((1, 2)))
    assert row["NumDF"].tolist() == [0] and row.drop(columns="NumDF").isna().all(axis=None)
    assert list(r.contestMD(slopes, [0, 1]).index) == ["1"]
    one = r.contest1D(slopes, [0, 1])
    assert "lower" not in one and list(r.contest(slopes, [0, 1], joint=False).columns)[4:6] == ["lower", "upper"]


def test_a_restriction_takes_the_large_model_to_the_small_one() -> None:
    X = model("sums").design.X_fitted
    for X2 in (X[:, :3], X[:, [0, 2, 5]], X @ np.random.default_rng(1).normal(size=(X.shape[1], 4)), X[:, :0]):
        L = restriction_matrix(X, X2)
        assert L.shape == (X.shape[1] - X2.shape[1], X.shape[1])
        np.testing.assert_allclose(L @ np.linalg.lstsq(X, X2, rcond=None)[0], 0.0, atol=1e-6)
        np.testing.assert_allclose(L @ L.T, np.eye(len(L)), atol=1e-6)
    rows = np.array([[1.0, 0, 0], [0, 1, 0], [2, 3, 0]])
    basis = full_rank(rows)
    np.testing.assert_allclose(basis @ basis.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(basis[:, 2], 0.0, atol=1e-15)
    assert full_rank(rows[:2]) is not None and np.array_equal(full_rank(rows[:2]), rows[:2])


@pytest.mark.parametrize(("values", "said"), [
    ([-2e-3, 5.0], ["1 negative eigenvalue: -2.0e-03"]),
    ([-2e-3, -1e-3, 5.0], ["2 negative eigenvalues: -1.0e-03 -2.0e-03"]),
    ([0.0, 5.0], ["1 eigenvalue close to zero: 0.0e+00"]),
    ([-1.0, -9e-9, 9e-9, 5.0], ["1 negative eigenvalue: -1.0e+00", "2 eigenvalues close to zero: 9.0e-09 -9.0e-09"]),
    ([1.1e-8, 5.0], [])])
def test_eigenvalues_of_the_hessian_are_told_of(values: list[float], said: list[str]) -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        _report(np.array(values))
    assert [words in str(w.message) for words, w in zip(said, heard, strict=True)] == [True] * len(said)
    assert all(w.category is ConvergenceWarning for w in heard)


def test_directions_without_variance_are_left_out() -> None:
    V = np.diag([4.0, 1.0, 0.0])
    method = Satterthwaite(np.array([2.0, 3.0, 5.0]), V, np.ones((1, 3, 3)), np.eye(1), np.eye(1))
    F, q, _ = method.f_test(np.eye(3), np.zeros(3))
    assert (q, F) == (2, pytest.approx((2.0**2 / 4.0 + 3.0**2 / 1.0) / 2.0))
    assert denominator_df(np.array([7.0, 7.0 + 9e-9])) == pytest.approx(7.0, abs=1e-8)
    assert denominator_df(np.array([2.0, 30.0])) == 2.0


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("model", [m for m in MODELS if m.name in ("ham uneven", "cake covariate", "oats")],
                         ids=lambda m: m.name)
def test_hypotheses_of_type_three(model: Model, live_r: Any) -> None:
    m = model.both(live_r)
    for label, L in hypotheses(m, 3).items():
        theirs = live_r.numbers(f"attr(anova(m), 'hypotheses')[['{label}']]").reshape(m.p, -1).T
        np.testing.assert_allclose(L, theirs, atol=2e-7)  # both are rounded to seven digits


def test_containment_heeds_numeric_variables() -> None:
    m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake_uneven())
    assert containment(m) == {"recipe": [], "temp": ["recipe:temp"], "recipe:temp": []}


def test_doolittle_is_the_factor_of_a_positive_definite_matrix() -> None:
    X = np.random.default_rng(1).normal(size=(20, 5))
    upper = doolittle(X.T @ X)
    factor = np.linalg.cholesky(X.T @ X).T
    np.testing.assert_allclose(upper, factor / np.diag(factor)[:, None], rtol=1e-12)
