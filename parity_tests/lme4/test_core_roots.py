"""The searches for an interval's ends on surfaces whose profile is known in closed form, and a profile's steps."""
from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.criterion import optimize
from translations.lme4.criterion.minimizers import Optimum
from translations.lme4.criterion.objective import Objective
from translations.lme4.criterion.optimize import Stop, _optimum, bobyqa
from translations.lme4.inference.conditional import Minimum
from translations.lme4.inference.exact import LowerElsewhereError, NoProfileError, Valley
from translations.lme4.inference.intervals import ProfileWarning
from translations.lme4.inference.profile import ParameterProfile, Walk, assemble, row

UNBOUNDED = (-math.inf, math.inf)
INFINITE_ZETA = np.array([-1.6, 1.6])


class Surface:
    """f(t, s) = 100 + base(t) + (s - 1 - lean t)^2: a chart whose profile over s is base, least at s = 1 + lean t."""

    at, deviations, diagonal = 0, (), np.array([False, True])

    def __init__(self, base: Callable[[float], float], slope: Callable[[float], float], bounds: Any,
                 lean: float) -> None:
        self.base, self.slope, self.bounds, self.lean = base, slope, bounds, lean

    def __call__(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        off = x[1] - 1.0 - self.lean * x[0]
        return 100.0 + self.base(x[0]) + off**2, np.array([self.slope(x[0]) - 2.0 * self.lean * off, 2.0 * off])

    def value(self, coordinate: float) -> float:
        return 10.0 * coordinate

    def extended_deviance(self, x: np.ndarray) -> None:
        return None


def valley(base: Any, slope: Any, bounds: Any = UNBOUNDED, lean: float = 0.3) -> Valley:
    return Valley(Surface(base, slope, bounds, lean), np.array([0.0, 1.0]), 100.0)  # type: ignore[arg-type]


def parabola(bounds: Any = UNBOUNDED) -> Valley:
    return valley(lambda t: t * t / 4.0, lambda t: t / 2.0, bounds)


def test_a_parabola_ends_where_its_root_is() -> None:
    v = parabola()
    direction, curvature = v._slope
    np.testing.assert_allclose(direction, [1.0, 0.3], rtol=1e-6)
    assert curvature == pytest.approx(0.25, rel=1e-6)
    for side in (-1.0, 1.0):
        assert v.end(2.0, side) == pytest.approx(40.0 * side, rel=1e-10)  # coordinate 4, where 4^2 / 4 = 2^2
        np.testing.assert_allclose(v._quadratic_start(2.0, side), [4.0 * side, 1.0 + 1.2 * side], rtol=1e-6)
        assert v._bracketed(2.0, side, side * math.inf) == pytest.approx(4.0 * side, rel=1e-10)
        assert v._newton(np.array([3.0 * side, 1.0]), 2.0, side)[0] == pytest.approx(4.0 * side, rel=1e-10)
        assert v._newton(np.array([-3.0 * side, 1.0]), 2.0, side) is None  # finds the other side's root
    f, x = v.walk_to(2.0)
    assert f == pytest.approx(101.0, rel=1e-14)
    np.testing.assert_allclose(x, [2.0, 1.6], rtol=1e-8)
    f, x = v.settle(np.array([3.0, -2.0]))
    assert f == pytest.approx(100.0, abs=1e-12)
    np.testing.assert_allclose(x, [0.0, 1.0], atol=1e-7)
    f, x = v.settle(np.array([3.0, -2.0]), 2.0, 1)  # s held at 2: base + (1 - 0.3 t)^2 is least at t = 0.3 / 0.34
    assert x[0] == pytest.approx(0.3 / 0.34, rel=1e-8) and x[1] == 2.0
    assert f == pytest.approx(100.0 + 0.25 / 0.34, rel=1e-14)


def test_a_root_beyond_a_bound_is_the_bound() -> None:
    v = parabola((-1.0, 3.0))
    assert (v.end(2.0, -1.0), v.end(2.0, 1.0)) == (-10.0, 30.0)
    assert v._bracketed(2.0, 1.0, 3.0) == 3.0 and v._bracketed(2.0, -1.0, -1.0) == -1.0
    assert v._quadratic_start(2.0, 1.0)[0] == 1.5 and v._quadratic_start(2.0, -1.0)[0] == -0.5
    assert v._newton(np.array([1.5, 1.0]), 2.0, 1.0) is None
    assert parabola((0.0, 9.0)).end(2.0, -1.0) == 0.0
    assert parabola((-9.0, 9.0)).end(2.0, 1.0) == pytest.approx(40.0, rel=1e-10)


def test_profiles_without_curvature_at_the_minimum() -> None:
    v = valley(lambda t: t**4, lambda t: 4.0 * t**3)
    assert math.isnan(v._slope[1]) and v._quadratic_start(2.0, 1.0) is None
    assert v.end(2.0, 1.0) == pytest.approx(10.0 * math.sqrt(2.0), rel=1e-9)
    assert v.end(1.0, -1.0) == pytest.approx(-10.0, rel=1e-9)


def test_profiles_that_have_no_end() -> None:
    def rising(bounds: Any) -> Valley:
        return valley(lambda t: 1.0 - math.exp(-t * t), lambda t: 2.0 * t * math.exp(-t * t), bounds, 0.0)

    with pytest.raises(NoProfileError, match="flat"):
        rising(UNBOUNDED).end(2.0, 1.0)
    assert rising((-5.0, 6.0)).end(2.0, 1.0) == 60.0 and rising((-5.0, 6.0)).end(2.0, -1.0) == -50.0
    assert rising(UNBOUNDED).end(0.5, 1.0) == pytest.approx(10.0 * math.sqrt(-math.log(0.75)), rel=1e-9)
    falling = valley(lambda t: t * t - t**3, lambda t: 2.0 * t - 3.0 * t * t)  # below the minimum from t = 1 on
    falling.chart.theta = np.asarray  # type: ignore[method-assign,assignment]
    with pytest.raises(LowerElsewhereError) as found:
        falling.end(2.0, 1.0)
    assert found.value.theta[0] > 1.0
    assert falling.end(2.0, -1.0) == pytest.approx(-10.0 * np.roots([1.0, 1.0, 0.0, -4.0]).real.max(), rel=1e-9)


def test_a_profile_that_turns_back_ends_where_it_first_reaches_zeta() -> None:
    """t² / 4 with a hill of height 2 about t = 2: zeta falls behind the hill, and reaches 2 beyond it or on it."""

    def hill(height: float) -> Valley:
        return valley(lambda t: t * t / 4.0 + height * math.exp(-4.0 * (t - 2.0) ** 2),
                      lambda t: t / 2.0 - 8.0 * height * (t - 2.0) * math.exp(-4.0 * (t - 2.0) ** 2))

    low, high = hill(2.0), hill(6.0)
    assert low.chart.base(2.0) > low.chart.base(2.8)
    assert low.end(2.0, 1.0) == pytest.approx(40.0, rel=1e-6)
    root = high._bracketed(2.0, 1.0, math.inf)
    assert root < 2.0 and high.chart.base(root) == pytest.approx(4.0, rel=1e-9)
    turning = valley(lambda t: 2.0 * t * t * math.exp(-t * t), lambda t: 4.0 * (t - t**3) * math.exp(-t * t), (-5, 5))
    assert turning._bracketed(2.0, -1.0, -5.0) == -5.0


@pytest.mark.parametrize(("before", "last", "following", "said"), [
    ((0.0, 1.0), (0.1, 1.2), 2.0, None),  # 0.4 of zeta at 0.2 for 0.1
    ((0.0, 1.0), (0.001, 1.2), 3.2, None),  # at most ten times the step before
    ((0.0, 1.0), (-0.1, 0.8), 0.0, None), ((0.0, 1.0), (-0.001, 0.8), -0.5, None),  # down to the bound
    ((0.0, 1.0), (0.1, 2.5), 4.0, None),  # up to the bound
    ((0.1, 1.0), (0.1, 1.2), 1.2 + 1e-6, "identical or NA"), ((0.1, 1.0), (np.nan, 1.2), 1.2 + 1e-6, "identical or NA"),
    ((0.2, 1.0), (0.1, 1.2), 1.2 + 1e-6, "unexpected decrease"), ((0.0, 1.0), (0.1, 0.9), 0.9 - 1e-6, "unexpected"),
])
def test_the_next_value_of_a_profile(before: Any, last: Any, following: float, said: str | None) -> None:
    walk = Walk(cutoff=3.0, delta=0.4)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        found = walk.next_value(np.array(before), np.array(last), 1, -0.5, 4.0)
    assert found == pytest.approx(following, rel=1e-12, abs=1e-15)
    assert [str(w.message) for w in heard if said is None or said not in str(w.message)] == []
    assert bool(heard) == (said is not None)


def test_a_walk_ends_past_the_cutoff_at_a_bound_or_after_a_hundred_rows() -> None:
    def straight(value: float, previous: np.ndarray) -> np.ndarray:
        return np.array([value, value])

    walk = Walk(cutoff=3.0, delta=0.5)
    rows = walk.go(np.array([0.0, 0.0]), np.array([0.25, 0.25]), 1, -9.0, 9.0, straight)
    assert [each[0] for each in rows] == [0.0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25]
    rows = walk.go(np.array([0.0, 0.0]), np.array([0.25, 0.25]), 1, -9.0, 1.0, straight)
    assert [each[1] for each in rows] == [0.0, 0.25, 0.75, 1.0]
    rows = walk.go(np.array([0.0, 0.0]), np.array([3.0, 3.0]), 1, -9.0, 9.0, straight)
    assert [each[1] for each in rows] == [0.0, 3.0, 3.5]
    short = Walk(cutoff=1e9, delta=1e-3)
    assert len(short.go(np.array([0.0, 0.0]), np.array([1e-3, 1e-3]), 1, -9.0, 9.0, straight)) == 100


def test_rows_of_a_profile() -> None:
    base: Any = SimpleNamespace(deviance=100.0, since_2_1=False)
    parameters = np.array([3.0, 4.0])
    for deviance, direction, zeta in ((104, 1.0, 2.0), (104, -0.1, -2.0), (104, 0.0, 0.0), (100 - 5e-10, 1.0, 0.0)):
        assert row(base, Minimum(deviance, parameters), direction).tolist() == [zeta, 3.0, 4.0]
    with pytest.warns(ProfileWarning, match="NAs detected"):
        assert math.isnan(row(base, Minimum(math.inf, parameters), 1.0)[0])
    with pytest.raises(ValueError, match=r"new, lower deviance \(by 2e-09\)"):
        row(base, Minimum(100.0 - 2e-9, parameters), 1.0)


def straight_profile(lower: float, upper: float) -> ParameterProfile:
    rows = [np.array([0.7 * (x - 2.0), x]) for x in (3.0, 0.0, 1.0, 2.0, 4.0, 2.0)]
    return assemble("p", 1, rows, lower, upper)


def test_an_end_before_the_quantile_is_the_bound_only_where_the_profile_is_there() -> None:
    p = straight_profile(0.0, 4.0)
    assert p.points[:, 1].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert p.interval(INFINITE_ZETA).tolist() == [0.0, 4.0]
        np.testing.assert_allclose(p.interval(np.array([-1.05, 0.35])), [0.5, 2.5], rtol=1e-12)
    for lower, upper, expected in ((-0.1, 4.0, [math.nan, 4.0]), (0.0, 4.1, [0.0, math.nan])):
        with pytest.warns(ProfileWarning, match="the profile for p ends before zeta = -1.6 or 1.6"):
            found = straight_profile(lower, upper).interval(INFINITE_ZETA)
        np.testing.assert_array_equal(found, expected)


def test_densities() -> None:
    x, density = straight_profile(0.0, 4.0).density(5, 0.8)
    z = 0.8416212335729143  # the normal quantile of 0.8
    np.testing.assert_allclose(x[[0, -1]], [2.0 - z / 0.7, 2.0 + z / 0.7], rtol=1e-12)
    np.testing.assert_allclose(density, 0.7 * np.exp(-0.5 * (0.7 * (x - 2)) ** 2) / math.sqrt(2 * math.pi), rtol=1e-12)
    x, _ = straight_profile(0.0, 4.0).density(7, 0.999)  # from 0, to the highest quantile within the points
    assert x[0] == 0.0 and 3.5 < x[-1] < 4.0 and len(x) == 7
    level = 1.0 - 10.0 ** np.linspace(-4.0, -1.0, 21)
    from scipy.special import ndtri

    assert x[-1] == pytest.approx(2.0 + ndtri(level[ndtri(level) <= 1.4].max()) / 0.7, rel=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ProfileWarning)
        bent = assemble("p", 1, [np.array([z, t]) for t, z in enumerate([0.0, 1.0, 0.5, 2.0])], 0.0, 9.0)
    with pytest.raises(ValueError, match="unreliable profile for p"):
        bent.density()
    narrow = assemble("p", 1, [np.array([0.1 * z, z]) for z in (-2.0, -1.0, 0.0, 1.0, 2.0)], 0.0, 9.0)
    with pytest.raises(ValueError, match="upper bound for the profile of p"):
        narrow.density()


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
    v.__dict__["chart"] = lambda at: (1e6 + rise, np.array([-99.0, slope * g[1]]))
    found = v._descend(x, 1e6, g, np.array([0.0, 0.25]), np.array([1]))
    assert (found is not None) == taken
    if found is not None:
        assert found[0].tolist() == [1.0, 2.25] and found[1] == 1e6 + rise


def test_newton_comes_from_beyond_the_root_as_well() -> None:
    v = parabola()
    for start in (4.5, 6.0, 9.0):
        root = v._newton(np.array([start, -1.0]), 2.0, 1.0)
        assert root is not None and root[0] == pytest.approx(4.0, rel=1e-10)
    assert v._newton(np.array([60.0, 1.0]), 2.0, 1.0) is None  # a step of more than ten units is none to be trusted


def test_a_point_without_zeta_is_left_out_of_the_splines() -> None:
    rows = [np.array([zeta, x, 7.0]) for x, zeta in enumerate([-1.4, -0.7, np.nan, 0.7, 1.4])]
    p = assemble("p", 1, rows, 0.0, 4.0)
    assert len(p.points) == 5 and p.forward is not None and p.forward.knots.tolist() == [0.0, 1.0, 3.0, 4.0]
    np.testing.assert_allclose(p.interval(np.array([-1.05, 0.35])), [0.5, 2.5], rtol=1e-12)


@pytest.mark.parametrize(("status", "code"), [(-5, -5), (-4, -4), (-1, -1), (1, 0), (2, 0), (3, 0), (4, 0), (5, 5)])
def test_statuses_of_nlopt_as_codes_of_lme4(status: int, code: int) -> None:
    found = _optimum(Stop(np.ones(1), 2.0, status, 3))
    assert (found.code, found.value, found.evaluations, found.theta.tolist()) == (code, 2.0, 3, [1.0])
    assert found.message == str(status) or found.message.startswith("NLOPT_")


def test_one_factor_or_one_within_another_is_minimized_without_python_in_between() -> None:
    alone = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff()).pls
    crossed = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", r.Penicillin()).pls
    nested = r.lmer("strength ~ 1 + (1 | batch/cask)", r.Pastes()).pls
    assert isinstance(alone.lme4_criterion(True), Objective)
    assert isinstance(nested.lme4_criterion(True), Objective)
    assert not isinstance(crossed.lme4_criterion(True), Objective)
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
