"""How optimizers of the criterion stop, what they say then, and how they are timed and named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.criterion import optimize
from translations.lme4.criterion.minimizers import Optimum
from translations.lme4.criterion.objective import Objective
from translations.lme4.criterion.optimize import Stop, _optimum, bobyqa
from translations.lme4.criterion.trailing_block import COMPENSATED_UP_TO, TrailingBlock
from translations.lme4.structure import Block

from ..surfaces import parabola

FULL = "Reaction ~ Days + (Days | Subject)"


def test_sums_are_compensated_up_to_ten_thousand_rows() -> None:
    codes, one = np.zeros(3, dtype=np.int64), np.zeros(1, dtype=np.int64)
    trailing = TrailingBlock.of((Block(codes, np.ones((3, 1)), 1, one, one, one),))
    assert COMPENSATED_UP_TO == 10_000
    assert [trailing.compensated(n) for n in (9_999, 10_000, 10_001)] == [True, True, False]
    assert TrailingBlock.of(()).compensated(10**9)


def test_a_criterion_called_through_python_gives_the_same_thetas() -> None:
    """The optimizer by Python's callbacks stops where it stops by C's, within bounds above too."""
    pls = r.lmer(FULL, r.sleepstudy()).pls
    lower, start = pls.structure.lower, pls.structure.start
    control = r.lmerControl(optCtrl={"maxeval": 20})
    for upper in (None, np.array([0.9, 0.01, 0.2])):
        for given in (None, control):
            begin = start if upper is None else np.array([0.8, 0.0, 0.1])
            compiled = bobyqa(pls.lme4_criterion(True), begin, lower, upper, given)
            criterion = pls.lme4_criterion(True)
            called = bobyqa(lambda theta, of=criterion: float(of(theta)), begin, lower, upper, given)
            assert compiled.theta.tolist() == called.theta.tolist()
            assert (compiled.value, compiled.evaluations) == (called.value, called.evaluations)
            assert (compiled.code, compiled.message) == (called.code, called.message)
            assert upper is None or (called.theta <= upper).all()
            assert (called.code, called.evaluations) == (5, 20) if given else called.code == 0


def test_every_optimizer_is_timed_and_named_as_in_r() -> None:
    """R's names for those that R has."""
    fits = r.allFit(r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff()))
    in_r = ["bobyqa", "Nelder_Mead", "nlminbwrap", "nloptwrap.NLOPT_LN_NELDERMEAD", "nloptwrap.NLOPT_LN_BOBYQA"]
    assert list(fits)[:5] == in_r and not fits.failed and len(fits) == len(list(fits))
    assert set(in_r) < set(fits.times) and fits[in_r[0]].optimum.optimizer == in_r[0]
    assert all(0.0 < seconds for seconds in fits.times.values())
    text = str(fits).splitlines()
    assert text[0] == "original model:" and text[1] == "Yield ~ 1 + (1 | Batch) "
    assert text[3] == f"optimizers ({len(fits)}): {', '.join(fits)}"
    deviances = np.array([float(r.logLik(fit)) for fit in fits.values()])
    assert text[5] == f"max= {np.ptp(deviances):.3g} ; std dev= {np.std(deviances, ddof=1):.3g} "
    with pytest.raises(ValueError, match="unknown optimizers Nelder, L; there are bobyqa"):
        r.allFit(fits.original, ["bobyqa", "Nelder", "L"])


@pytest.mark.parametrize(("formula", "data", "theta", "feval"), [
    ("Yield ~ 1 + (1 | Batch)", r.Dyestuff, [0.84832382740742285], 99),
    ("Reaction ~ Days + (Days | Subject)", r.sleepstudy,
     [0.96673289359054138, 0.015169067546048834, 0.23090959201810426], 310)])
def test_an_optimizer_that_nothing_stops_but_rounding(
    formula: str, data: Any, theta: list[float], feval: int
) -> None:
    """As lme4 1.1-31 with xtol_abs = xtol_rel = ftol_abs = 0 and maxeval = 2000: code -4, and the best point so far."""
    control = r.lmerControl(optCtrl={"xtol_abs": 0.0, "xtol_rel": 0.0, "ftol_abs": 0.0, "maxeval": 2000})
    with pytest.warns(r.ConvergenceWarning, match="code -4 from nloptwrap: NLOPT_ROUNDOFF_LIMITED: Roundoff"):
        m = r.lmer(formula, data(), control=control)
    assert m.theta.tolist() == theta and (m.optimum.evaluations, m.optimum.code) == (feval, -4)


def test_what_the_optimizer_says_when_it_stops() -> None:
    for given, code, said in ((None, 0, "NLOPT_XTOL_REACHED"), ({"maxeval": 3}, 5, "NLOPT_MAXEVAL_REACHED"),
                              ({"ftol_abs": 5.0}, 0, "NLOPT_FTOL_REACHED")):
        control = None if given is None else r.lmerControl(optCtrl=given)
        found = bobyqa(lambda x: float((x - 0.3) @ (x - 0.3)), np.ones(2), np.zeros(2), control=control)
        assert found.code == code and found.message.startswith(said + ": Optimization stopped because")
        assert found.optimizer == "nloptwrap" and found.value == float((found.theta - 0.3) @ (found.theta - 0.3))


@pytest.mark.parametrize(("rise", "slope", "taken"), [
    (5e-8, 0.9, True), (1e-7, 0.9, True), (2e-7, 0.9, False), (5e-8, 1.1, False), (-5e-8, 1.1, False),
    (-1e-7, 1.1, False), (-2e-7, 1.1, True)])
def test_a_decrease_that_rounding_hides_is_told_by_the_gradient(rise: float, slope: float, taken: bool) -> None:
    """Of a deviance of 10^6 the last seven digits behind the point are noise; of the gradient only what is free counts.
    """
    v, x, g = parabola(), np.array([1.0, 2.0]), np.array([3.0, -4.0])
    v.__dict__["coords"] = lambda at: (1e6 + rise, np.array([-99.0, slope * g[1]]))
    found = v._descend(x, 1e6, g, np.array([0.0, 0.25]), np.array([1]))
    assert (found is not None) == taken
    if found is not None:
        assert found[0].tolist() == [1.0, 2.25] and found[1] == 1e6 + rise


@pytest.mark.parametrize(("status", "code"), [(-5, -5), (-4, -4), (-1, -1), (1, 0), (2, 0), (3, 0), (4, 0), (5, 5)])
def test_statuses_of_nlopt_as_codes_of_lme4(status: int, code: int) -> None:
    found = _optimum(Stop(np.ones(1), 2.0, status, 3))
    assert (found.code, found.value, found.evaluations, found.theta.tolist()) == (code, 2.0, 3, [1.0])
    assert found.message == str(status) or found.message.startswith("NLOPT_")


def test_small_models_are_minimized_without_python_in_between() -> None:
    alone = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff()).pls
    crossed = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", r.Penicillin()).pls
    nested = r.lmer("strength ~ 1 + (1 | batch/cask)", r.Pastes()).pls
    for pls in (alone, crossed, nested):
        assert isinstance(pls.lme4_criterion(True), Objective)
    for pls in (crossed, nested):
        criterion = pls.lme4_criterion(False)
        assert criterion(np.array([0.5, 0.7])) == pls.lme4_deviance(np.array([0.5, 0.7]), False)


@pytest.mark.parametrize(("slopes", "restart", "runs"), [
    ((-1.0, 1.0), True, 2), ((1.0, -1.0), True, 1), ((1.0, 1.0), True, 1), ((0.0, 0.0), True, 1),
    ((-1.0, 1.0), False, 1)])
def test_a_fit_on_the_edge_starts_again_where_the_criterion_falls_inward(
    monkeypatch: pytest.MonkeyPatch, slopes: tuple[float, float], restart: bool, runs: int
) -> None:
    """lme4's optimizeLmer with restart_edge: a difference of 1e-5 for each theta that is on its bound."""
    asked, started = [], []

    def criterion(theta: np.ndarray) -> float:
        asked.append(theta.tolist())
        return 50.0 + slopes[0] * theta[0] + slopes[1] * (theta[1] - 0.5)

    def stops(_: Any, start: np.ndarray, *more: Any, **named: Any) -> Optimum:
        started.append(start.tolist())
        return Optimum(np.array([0.0, 0.5]), 50.0, 10 * len(started), 0, "", "nloptwrap")

    monkeypatch.setattr(optimize, "bobyqa", stops)
    control = r.lmerControl(restart_edge=restart)
    found = optimize.nloptwrap(criterion, np.ones(2), np.zeros(2), control)
    assert started == [[1.0, 1.0], [0.0, 0.5]][:runs] and found.evaluations == 10 * runs
    assert asked == ([[1e-5, 0.5]] if restart else [])
