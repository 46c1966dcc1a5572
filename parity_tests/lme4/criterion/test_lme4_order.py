"""Which models are computed in lme4's order of summation, and that what is asked of a factor leaves no trace."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

import translations as r
from translations.lme4.bootstrap.refit_many import fit_many
from translations.lme4.control import LmerControl
from translations.lme4.criterion import cross_sums, lme4_order
from translations.lme4.criterion.lme4_order import Lme4Order
from translations.lme4.criterion.pls import PLS
from translations.lme4.design import build_design
from translations.lme4.formula import split
from translations.lme4.structure import RandomStructure

from ..random_designs import frame

DATA = frame(5, 12, 8, noise=1.0)
SLEEP = "Reaction ~ Days + (Days | Subject)"


def engine(formula: str, data: Any = DATA, **named: Any) -> PLS:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        control = r.lmerControl(optCtrl={"maxeval": 1}, calc_derivs=False)
        return r.lmer(formula, data, control=control, **named).pls


def test_which_models_are_computed_in_lme4s_order(monkeypatch: pytest.MonkeyPatch) -> None:
    covered = {"y ~ x + (x + z | g)": True, "y ~ x + (x || g) + (0 + z | g)": True, "y ~ x + (x * z | g)": True,
               "y ~ x + (x | g) + (1 | g:s)": True, "y ~ x + (x + z | g) + (1 | g:s)": False,
               "y ~ x + (1 | g) + (x | g:s)": False, "y ~ x + (1 | g) + (1 | h)": False,
               "y ~ x + (1 | g) + (1 | g:s) + (1 | h)": False,
               "y ~ x + diag(x * z | g)": True, "y ~ x + diag(x + z | g) + (0 + x:z | g)": False}
    for formula, expected in covered.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            control = r.lmerControl(check_nobs_vs_nRE="ignore", check_nobs_vs_nlev="ignore")
            built = build_design(split(formula), DATA, control)
        found = Lme4Order.of(built.random, built.X_fitted, built.frame.response)
        assert (found is not None) == expected, formula
    alone, nested = (build_design(split(f), DATA, LmerControl())
                     for f in ("y ~ x + (1 | g)", "y ~ x + (1 | g) + (1 | g:h)"))
    n, levels = len(DATA), 12
    assert (lme4_order.MOST_ROWS, lme4_order.DENSE_FROM) == (20_000, 1_000)
    for rows, dense, which in ((n, 1000, (True, True)), (n - 1, 1000, (False, False)), (n - 1, levels, (False, True)),
                               (n - 1, levels + 1, (False, False))):
        monkeypatch.setattr(lme4_order, "MOST_ROWS", rows)
        monkeypatch.setattr(lme4_order, "DENSE_FROM", dense)
        found = [Lme4Order.of(b.random, b.X_fitted, b.frame.response) for b in (alone, nested)]
        assert tuple(f is not None for f in found) == which


def test_another_response_leaves_the_first_as_it_was() -> None:
    for formula in ("y ~ x + (x | g)", "y ~ x + (x | g) + (1 | h)"):
        pls = engine(formula, weights="w", offset="o")
        theta = np.array([0.8, 0.2, 0.5, 0.4])[: pls.structure.n_theta]
        before = pls.gradient(theta, True)
        other = pls.with_response(DATA["z"].to_numpy())
        fresh = engine(formula.replace("y ~", "z ~"), weights="w", offset="o")
        np.testing.assert_allclose(other.gradient(theta, True)[1], fresh.gradient(theta, True)[1], rtol=1e-13)
        assert other.deviance(theta, True) == fresh.deviance(theta, True)
        again = pls.gradient(theta, True)
        assert again[0] == before[0] and again[1].tolist() == before[1].tolist()
        assert other.long_double is not pls.long_double


def test_what_is_asked_of_a_factor_does_not_depend_on_what_was_asked_before() -> None:
    """Two factors whose gradients, precisions and informations are taken in turn, and each by itself."""
    for formula, data in (("diameter ~ 1 + (1 | plate) + (1 | sample)", r.Penicillin()), (SLEEP, r.sleepstudy()),
                          ("y ~ x + (x | g) + (x | h)", DATA)):
        pls = engine(formula, data)
        one, other = (factor * (pls.structure.start + 0.1) for factor in (1.0, 2.0))
        a, b = pls.at(one), pls.at(other)
        got = [(at.gradient(True), at.information, at.deviance(True), at.solution.beta) for at in (a, b, a, b)]
        for theta, found in zip((one, other, one, other), got, strict=True):
            fresh = [pls.at(theta) for _ in range(4)]
            expected = (fresh[0].gradient(True), fresh[1].information, fresh[2].deviance(True), fresh[3].solution.beta)
            for ours, theirs in zip(found, expected, strict=True):
                assert np.array_equal(ours, theirs)
        given = a.theta
        one *= 3.0
        assert given is a.theta and not np.array_equal(a.theta, one)
    with pytest.raises(AttributeError):
        a.theta = one  # type: ignore[misc]


def test_sums_that_cancel_are_compensated() -> None:
    codes, Z = np.array([0, 1, 0, 0]), np.array([[1.0], [5.0], [1.0], [1.0]])
    W = np.array([[1e16, 2.0], [3.0, 1.0], [1.0, 0.5], [-1e16, -2.0]])
    for compensated, left in ((True, 1.0), (False, 0.0)):
        A, D = np.full((2, 1, 1), 9.0), np.full((2, 1, 3), 9.0)
        cross_sums.level_products(codes, Z, Z, A, compensated)
        assert A.ravel().tolist() == [3.0, 25.0]
        cross_sums.level_products(codes, Z, W, D[:, :, 1:], compensated)
        assert D[0, 0].tolist() == [9.0, left, 0.5] and D[1, 0].tolist() == [9.0, 15.0, 5.0]
    Z[:] = 2.0**27 + 1.0
    A = np.zeros((2, 1, 1))
    cross_sums.level_products(codes, Z, Z, A, True)
    assert A[0, 0, 0] == 3.0 * (Z[0, 0] * Z[0, 0])


def test_terms_of_one_factor_make_one_block() -> None:
    random = build_design(split("y ~ 1 + (1 | h) + (x | g) + (0 + z | g)"), DATA, LmerControl()).random
    assert [t.group for t in random.terms] == ["g", "g", "h"] and random.members == [[0, 1], [2]]
    assert random.by_factor == [[0, 1], [2]]
    first, second = random.blocks
    assert first.k == 3 and second.k == 1 and random.q == 3 * 12 + 4
    # lme4 turns round what has equally many levels.
    assert first.template(np.arange(1.0, 6.0)).tolist() == [[1, 0, 0], [0, 2, 0], [0, 3, 4]]
    parts = random.split((np.arange(36.0).reshape(12, 3), np.arange(4.0)[:, None]))
    assert [part.shape for part in parts] == [(12, 1), (12, 2), (4, 1)]
    assert parts[0].ravel().tolist() == np.arange(0.0, 36.0, 3.0).tolist()
    assert random.column_signs(np.array([-1.0, -2.0, 3.0, 4.0, 0.0])).tolist() == [-1, -1, -1, 1, 1]
    assert random.theta_names() == ["g.z", "g.(Intercept)", "g.x.(Intercept)", "g.x", "h.(Intercept)"]
    assert RandomStructure(()).diagonal.size == 0 and RandomStructure(()).q == 0


@pytest.mark.parametrize("formula", ["y ~ x + (x | g)", "y ~ x + (x | g) + (1 | h)", "y ~ x + (1 | g) + (1 | h)"])
def test_what_another_process_was_sent_may_be_read_only(tmp_path: Path, formula: str) -> None:
    """As joblib sends arrays of more than a megabyte to its workers."""
    pls = engine(formula, weights="w", offset="o")
    theta = pls.structure.start + 0.1
    pls.gradient(theta, True)  # a copy takes along what was prepared
    joblib.dump(pls, tmp_path / "pls")
    sent = joblib.load(tmp_path / "pls", mmap_mode="r")
    assert not sent.Z1tZ1.flags.writeable
    for each in (sent, sent.with_response(pls.response)):
        assert each.deviance(theta, True) == pls.deviance(theta, True)
        assert np.array_equal(each.gradient(theta, True)[1], pls.gradient(theta, True)[1])
        assert np.array_equal(each.hessian(theta, True), pls.hessian(theta, True))
        assert np.array_equal(each.at(theta).gradient(True), pls.at(theta).gradient(True))
        assert np.array_equal(each.at(theta).information, pls.at(theta).information)
        assert np.array_equal(each.at(theta).schur, pls.at(theta).schur)
    many = [fit_many(one, pls.response[:, None], True, LmerControl("newton")).theta for one in (pls, sent)]
    assert np.array_equal(*many)


@pytest.mark.parametrize("formula", ["y ~ x + (x | g)", "y ~ x + (1 | g) + (1 | h)"])  # in lme4's order, and not
def test_parts_are_asked_for_again_after_a_theta_without_criterion(formula: str) -> None:
    pls = engine(formula)
    parts, theta = pls.lme4_parts(), pls.structure.start + 0.1
    before = parts(theta)
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite at theta"):
        parts(np.full_like(theta, np.nan))
    after = parts(theta)
    assert (after.ldL2, after.ldRX2, after.pwrss) == (before.ldL2, before.ldRX2, before.pwrss)
    sums = pls.n * (1.0 + np.log(2.0 * np.pi * after.pwrss / pls.n)) + after.ldL2
    assert pls.lme4_deviance(theta, False) == pytest.approx(sums, rel=1e-14)
