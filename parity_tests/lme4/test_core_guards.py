"""Boundaries of what is covered, and what is refused or said at them; R's labels; sums that cancel."""
from __future__ import annotations

import math
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4 import checks
from translations.lme4.control import LmerControl
from translations.lme4.criterion import cross_sums, sequential
from translations.lme4.criterion.pls import PLS
from translations.lme4.criterion.sequential import Sequential
from translations.lme4.inference import batch
from translations.lme4.inference.batch import fit_many
from translations.lme4.inference.exact import exact_zeta
from translations.lme4.model import build_design
from translations.lme4.structure import RandomStructure, RandomTerm

from .random_designs import frame

DATA = frame(5, 12, 8, noise=1.0)
SLEEP = "Reaction ~ Days + (Days | Subject)"


def engine(formula: str, data: Any = DATA, **named: Any) -> PLS:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        control = r.lmerControl(optCtrl={"maxeval": 1}, calc_derivs=False)
        return r.lmer(formula, data, control=control, **named).pls


@pytest.mark.parametrize(("level", "labels"), [
    (0.9, ["5 %", "95 %"]), (0.99, ["0.5 %", "99.5 %"]), (0.997, ["0.15 %", "99.85 %"]), (0.999, ["0.05 %", "99.95 %"]),
    (0.9999, ["0.005 %", "99.995 %"]), (2 / 3, ["16.7 %", "83.3 %"]), (0.123, ["43.9 %", "56.1 %"])])
def test_columns_are_labelled_as_by_r(level: float, labels: list[str]) -> None:
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    assert list(r.confint(m, level=level, method="Wald").columns) == labels


def test_parameters_by_number_and_by_kind() -> None:
    m = r.lmer(SLEEP, r.sleepstudy())
    names = [".sig01", ".sig02", ".sig03", ".sigma", "(Intercept)", "Days"]
    for asked, expected in ((1, names[:1]), (6, names[5:]), ([2, "Days"], [names[1], "Days"]), ("theta_", names[:4]),
                            ("beta_", names[4:]), (np.int64(5), names[4:5]), (None, names)):
        ci = r.confint(m, parm=asked, method="Wald")
        assert list(ci.index) == expected
        assert ci.loc[[n for n in expected if n in names[4:]]].notna().all(axis=None)
        assert ci.loc[[n for n in expected if n in names[:4]]].isna().all(axis=None)
    with pytest.raises(ValueError, match="'profile', 'Wald', 'boot', not 'wald'"):
        r.confint(m, method="wald")
    assert r.confint(m, method="Wald", oldNames=False).index[1] == "cor_Days.(Intercept)|Subject"


def test_what_is_computed_is_said_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    for method, said in (("profile", "Computing profile confidence intervals ...\n"), ("Wald", "")):
        r.confint(m, parm="(Intercept)", method=method)
        assert capsys.readouterr().err == said
    r.confint(m, parm="(Intercept)", quiet=True)
    assert capsys.readouterr().err == ""


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
            built = build_design(formula, DATA, control)
        found = Sequential.of(built.random, built.X_fitted, built.frame.response)
        assert (found is not None) == expected, formula
    alone, nested = (build_design(f, DATA, LmerControl()) for f in ("y ~ x + (1 | g)", "y ~ x + (1 | g) + (1 | g:h)"))
    n, levels = len(DATA), 12
    assert (sequential.MOST_ROWS, sequential.DENSE_FROM) == (20_000, 1_000)
    for rows, dense, which in ((n, 1000, (True, True)), (n - 1, 1000, (False, False)), (n - 1, levels, (False, True)),
                               (n - 1, levels + 1, (False, False))):
        monkeypatch.setattr(sequential, "MOST_ROWS", rows)
        monkeypatch.setattr(sequential, "DENSE_FROM", dense)
        found = [Sequential.of(b.random, b.X_fitted, b.frame.response) for b in (alone, nested)]
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
        assert other.products is not pls.products


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
        cross_sums.level_products(codes, Z, W, A, D, compensated)
        assert A.ravel().tolist() == [3.0, 25.0]
        assert D[0, 0].tolist() == [left, 0.5, 0.0] and D[1, 0].tolist() == [15.0, 5.0, 0.0]
        cross_sums.response_products(codes, Z, W[:, 0].copy(), D, compensated)
        assert D[:, 0, 2].tolist() == [left, 15.0]
    Z[:] = 2.0**27 + 1.0
    A = np.zeros((2, 1, 1))
    cross_sums.level_products(codes, Z, W, A, np.zeros((2, 1, 3)), True)
    assert A[0, 0, 0] == 3.0 * (Z[0, 0] * Z[0, 0])


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
    random = build_design(SLEEP, r.sleepstudy(), LmerControl()).random
    assert checks.check_start([0, -1.5, 0], random).tolist() == [0.0, -1.5, 0.0]
    with pytest.raises(ValueError, match=r"3 values of theta \(Subject\.\(Intercept\), .*shape \(2,\)"):
        checks.check_start([1, 0], random)
    with pytest.raises(ValueError, match="Subject.Days is -0.5; it must be finite and not negative"):
        checks.check_start([1, 0, -0.5], random)
    with pytest.raises(ValueError, match=r"Subject.Days.\(Intercept\) is inf; it must be finite$"):
        checks.check_start([1, np.inf, 0], random)


def test_beyond_ten_thousand_rows_newton_does_not_ask_whether_the_criterion_curves(
    monkeypatch: pytest.MonkeyPatch) -> None:
    """Two equal terms have one variance between them: newton says so, but for data where it would take long."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer("Yield ~ 1 + (1 | Batch) + (1 | Batch)", r.Dyestuff(), control="newton")
        at = replace(m.optimum, theta=np.array([0.5, 0.5]))
        assert checks.HESSIAN_UP_TO == 10_000
        assert checks.diagnose(m.pls, at, True, m.control).messages == (checks.UNIDENTIFIED,)
        monkeypatch.setattr(checks, "HESSIAN_UP_TO", m.n - 1)
        assert checks.diagnose(m.pls, at, True, m.control).messages == ()


def test_which_thetas_lme4_looks_at_again() -> None:
    lower, control = np.array([0.0, -np.inf]), LmerControl()
    for theta, edge, near in ((0.0, True, False), (1e-9, False, True), (9.9e-6, False, True), (1.01e-5, False, False)):
        at = np.array([[theta, 0.0]])
        assert batch._at_boundary(at, lower, control).tolist() == [(edge or near)]
        assert batch._at_boundary(at, lower, replace(control, restart_edge=False)).tolist() == [near]
        assert batch._at_boundary(at, lower, replace(control, boundary_tol=0.0)).tolist() == [edge]


@pytest.mark.parametrize("data", ["Dyestuff2", "Dyestuff"])
def test_many_fits_look_again_at_the_boundary_as_one_does(data: str) -> None:
    d = getattr(r, data)()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer("Yield ~ 1 + (1 | Batch)", d)
        many = fit_many(m.pls, np.column_stack([m.y, m.y[::-1]]), True, m.control, m.pls.structure.start)
        alone = r.lmer("Yield ~ 1 + (1 | Batch)", d, start=[1.0])
    assert many.theta[0].tolist() == alone.theta.tolist() and many.value[0] == alone.optimum.value
    assert len(many) == 2 and math.isnan(many.derivatives[0, 0, 0])
    missing = np.full((30, 1), np.nan)
    for wrong, said in ((m.y, "the shape is"), (m.y[1:, None], "matrix of 30 rows"), (missing, "finite")):
        with pytest.raises(ValueError, match=said):
            fit_many(m.pls, wrong, True, m.control)


def test_terms_of_one_factor_make_one_block() -> None:
    random = build_design("y ~ 1 + (1 | h) + (x | g) + (0 + z | g)", DATA, LmerControl()).random
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


def test_a_converged_profile_of_crossed_factors_has_the_exact_zeta() -> None:
    m = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", r.Penicillin().head(60), control="newton")
    for name, own in r.profile(m).parameters.items():
        for point in own.points[[1, -2]]:
            assert exact_zeta(m, name, point[own.column]) == pytest.approx(point[0], abs=2e-5)


def test_many_rows_of_a_frame_are_one_profile() -> None:
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    p = r.profile(m)
    table = p.as_data_frame()
    assert list(table.columns) == [".zeta", ".sig01", ".sigma", "(Intercept)", ".par", ".focal"]
    assert isinstance(table, pd.DataFrame) and len(table) == sum(len(q.points) for q in p.parameters.values())
    density = p.density(npts=11, upper=0.99)
    assert density["pnm"].tolist() == [name for name in p.names for _ in range(11)]
    for name, q in p.parameters.items():
        own = density[density["pnm"] == name]
        low, high = q.backward(np.array([-2.3263478740408408, 2.3263478740408408]))
        start = 0.0 if np.isnan(low) else low
        np.testing.assert_allclose(own["pval"].iloc[[0, -1]], [start, high], rtol=1e-12, atol=1e-12)
        mode = own["pval"].iloc[int(np.argmax(own["density"].to_numpy()))]
        assert start <= mode <= high and (own["density"].dropna() >= 0.0).all()


@pytest.mark.parametrize(("level", "ends"), [
    (0.95, [[238.02914111736226, 264.78106857960768], [7.4375939298652698, 13.496977989326705]]),
    (0.8, [[242.659032269855, 260.15117742711493], [8.4862768214456459, 12.448295097746328]])])
def test_walds_intervals_are_r_s(level: float, ends: list[list[float]]) -> None:
    ci = r.confint(r.lmer(SLEEP, r.sleepstudy()), method="Wald", level=level, parm="beta_")
    np.testing.assert_allclose(ci.to_numpy(), ends, rtol=1e-13)


def test_what_is_done_with_columns_that_depend_on_others() -> None:
    """R's four actions: a message, a warning, nothing, or a stop."""
    data = DATA.assign(twice=2.0 * DATA["x"])
    for action in ("message+drop.cols", "warn+drop.cols"):
        with pytest.warns(r.RankDeficiencyWarning, match="dropping 1 column / coefficient$"):
            build_design("y ~ x + twice + (1 | g)", data, r.lmerControl(check_rankX=action))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        built = build_design("y ~ x + twice + (1 | g)", data, r.lmerControl(check_rankX="silent.drop.cols"))
    assert built.dropped == ["twice"] and built.names == ["(Intercept)", "x"]
    with pytest.raises(ValueError, match="rank deficient: twice depend"):
        build_design("y ~ x + twice + (1 | g)", data, r.lmerControl(check_rankX="stop.deficient"))
    for action, count in (("ignore", 0), ("message", 1), ("warning", 1)):
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            checks.act(action, "so", r.ScaleWarning)  # type: ignore[arg-type]
        assert [str(w.message) for w in heard] == ["so"] * count


@pytest.mark.parametrize("formula", ["y ~ x + (x | g)", "y ~ x + (x | g) + (1 | h)", "y ~ x + (1 | g) + (1 | h)"])
def test_what_another_process_was_sent_may_be_read_only(tmp_path: Path, formula: str) -> None:
    """As joblib sends arrays of more than a megabyte to its workers."""
    pls = engine(formula, weights="w", offset="o")
    theta = pls.structure.start + 0.1
    pls.gradient(theta, True)  # a copy takes along what was prepared
    joblib.dump(pls, tmp_path / "pls")
    sent = joblib.load(tmp_path / "pls", mmap_mode="r")
    assert not sent.A.flags.writeable
    for each in (sent, sent.with_response(pls.response)):
        assert each.deviance(theta, True) == pls.deviance(theta, True)
        assert np.array_equal(each.gradient(theta, True)[1], pls.gradient(theta, True)[1])
        assert np.array_equal(each.hessian(theta, True), pls.hessian(theta, True))
        assert np.array_equal(each.at(theta).gradient(True), pls.at(theta).gradient(True))
        assert np.array_equal(each.at(theta).information, pls.at(theta).information)
        assert np.array_equal(each.at(theta).schur, pls.at(theta).schur)
    many = [fit_many(one, pls.response[:, None], True, LmerControl("newton")).theta for one in (pls, sent)]
    assert np.array_equal(*many)
