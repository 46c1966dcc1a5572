"""BOBYQA as NLopt runs it, against NLopt itself: every point, to the last bit, on problems that are hard for it."""
from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

import nlopt
import numpy as np
import pytest

import translations as r
from translations.lme4.control import stopping
from translations.lme4.criterion.optimize import nlopt_search, searched
from translations.optim.function import Called
from translations.optim.search import Search

Floats = np.ndarray
PROBLEMS = int(os.environ.get("RPARITY_BOBYQA", "500"))
STATUS = {-41: -4, -42: -4, -43: -4}  # which NLopt does not tell apart


class Run(NamedTuple):
    """The points at which the function was asked for, as bytes; where it ended, the value there, and the status."""

    points: list[bytes]
    x: list[float] | None
    value: float | None
    status: int


def theirs(f: Callable[[Floats], float], x: Floats, lower: Floats, upper: Floats, settings: dict[str, float]) -> Run:
    points: list[bytes] = []

    def objective(at: Floats, _: Floats) -> float:
        points.append(at.tobytes())
        return f(at.copy())

    problem = nlopt.opt(nlopt.LN_BOBYQA, len(x))
    problem.set_min_objective(objective)
    problem.set_lower_bounds(lower)
    problem.set_upper_bounds(upper)
    for name, value in settings.items():
        getattr(problem, f"set_{name}")(int(value) if name == "maxeval" else value)
    try:
        end = problem.optimize(x)
    except nlopt.RoundoffLimited:  # which keeps where it ended to itself
        return Run(points, None, None, -4)
    except ValueError:
        return Run(points, None, None, -2)
    return Run(points, end.tolist(), problem.last_optimum_value(), problem.last_optimize_result())


def ours(f: Callable[[Floats], float], x: Floats, lower: Floats, upper: Floats, settings: dict[str, float]) -> Run:
    points: list[bytes] = []

    def objective(at: Floats) -> float:
        points.append(at.tobytes())
        return f(at)

    tolerances, x = dict(settings), x.copy()
    search = Search(lower, upper, 2 * len(x) + 1, int(tolerances.pop("maxeval"))).by_tolerances(**tolerances)
    status, value, evaluations = search.of(Called(objective, len(x))).minimize(x)
    assert evaluations == len(points)
    status = STATUS.get(status, status)
    return Run(points, *((None, None) if status < 0 else (x.tolist(), value)), status)


def problem(seed: int) -> tuple[Callable[[Floats], float], Floats, Floats, Floats, dict[str, float]]:
    """A function of one to seven variables (a bowl, a kink, a valley, waves, steps, a cliff), its start, often on a
    bound or near one, bounds, often none, and when to stop, often never but by rounding.
    """
    rng = np.random.default_rng(seed)
    n, kind = int(rng.integers(1, 8)), int(rng.integers(0, 6))
    A, c = rng.normal(size=(n, n)), 3.0 * rng.normal(size=n)
    lower = np.where(rng.random(n) < 0.5, -np.inf, c - rng.exponential(2.0, n))
    upper = np.where(rng.random(n) < 0.6, np.inf, c + rng.exponential(2.0, n))
    x = c + rng.normal(size=n)
    x = np.where((rng.random(n) < 0.3) & np.isfinite(lower), lower, np.clip(x, lower, upper))

    def f(z: Floats) -> float:
        d = A @ (z - c)
        if kind == 1:
            return float(np.abs(d).sum())
        if kind == 2:
            return float((100.0 * (z[1:] - z[:-1] ** 2) ** 2).sum() + ((1.0 - z) ** 2).sum())
        if kind == 3:
            return float(np.log1p(d @ d) + np.sin(3.0 * z).sum())
        if kind == 4:
            return float(np.round(d @ d, 3))
        return float("inf") if kind == 5 and z[0] > c[0] + 0.7 else float(d @ d)

    choices = {"xtol_rel": [0.0, 1e-4, 1e-8], "xtol_abs": [0.0, 1e-8], "ftol_rel": [0.0, 1e-10, 1e-4],
               "ftol_abs": [0.0, 1e-8], "maxeval": [40.0, 2000.0]}
    return f, x, lower, upper, {name: float(rng.choice(values)) for name, values in choices.items()}


def test_every_point_is_nlopts() -> None:
    ends = set()
    for seed in range(PROBLEMS):
        given = problem(seed)
        expected = theirs(*given)
        assert ours(*given) == expected, f"problem {seed}"
        ends.add(expected.status)
    assert ends >= {-4, 1, 3, 4, 5}


def noisy(seed: int) -> tuple[Callable[[Floats], float], Floats, Floats, Floats, dict[str, float]]:
    """A bowl far from the origin with fast waves on it: rounding ruins the model's inverse, which must be rescued."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    c = rng.normal(size=n) * 10.0 ** int(rng.integers(0, 9))
    A, height, direction = rng.normal(size=(n, n)), 10.0 ** int(rng.integers(-8, 2)), 1e3 * rng.normal(size=n)
    lower = np.where(rng.random(n) < 0.5, -np.inf, c - 1e-3 * rng.random(n))
    x = np.clip(c + rng.normal(size=n) * 10.0 ** int(rng.integers(-4, 2)), lower, np.inf)
    settings = {"xtol_rel": 0.0, "xtol_abs": float(rng.choice([0, 1e-12])), "ftol_abs": 0.0, "maxeval": 1500.0}

    def f(z: Floats) -> float:
        d = A @ (z - c)
        return float(d @ d) * 1e-3 + height * float(np.sin(1e4 * (z @ direction)))

    return f, x, lower, np.full(n, np.inf), settings


@pytest.mark.parametrize("seed", [32, 35, 36, 61, 113, 150, 207, 233, 241, 261, 297])
def test_rescues_are_nlopts(seed: int) -> None:
    """Up to ten rescues each, two of them (113, 261) with every old point put back."""
    assert ours(*noisy(seed)) == theirs(*noisy(seed))


@pytest.mark.parametrize(("formula", "data"), [
    ("Yield ~ 1 + (1 | Batch)", "Dyestuff"), ("Yield ~ 1 + (1 | Batch)", "Dyestuff2"),
    ("diameter ~ 1 + (1 | plate) + (1 | sample)", "Penicillin"),
    ("strength ~ 1 + (1 | batch/cask)", "Pastes"),
    ("Reaction ~ Days + (Days | Subject)", "sleepstudy"),
    ("Reaction ~ Days + (Days || Subject)", "sleepstudy"),
    ("angle ~ recipe * temperature + (1 | recipe:replicate)", "cake"),
    ("Reaction ~ days_deprived + (days_deprived | Subject)", "sleep2")])
@pytest.mark.filterwarnings("ignore:boundary")
@pytest.mark.parametrize("REML", [True, False])
def test_every_theta_of_a_fit_is_nlopts(formula: str, data: str, REML: bool) -> None:  # noqa: N803
    """lme4's criterion in its own order and the others', from lme4's start and from the optimum."""
    m = r.lmer(formula, getattr(r, data)(), control="newton")
    criterion, lower = m.pls.lme4_criterion(REML), m.pls.structure.lower
    for start in (m.pls.structure.start, m.theta):
        given: Any = (lambda at: float(criterion(at)), start, lower, np.full(len(lower), np.inf), stopping(None))
        expected = theirs(*given)
        assert ours(*given) == expected
        found = searched(nlopt_search(lower), criterion, start)  # without Python between the two
        assert (found.theta.tolist(), found.value, found.status) == (*expected[1:],)
        assert found.evaluations == len(expected.points)


def test_what_a_function_raises_ends_the_run_and_is_raised() -> None:
    asked = 0

    def function(_: Floats) -> float:
        nonlocal asked
        asked += 1
        if asked == 4:
            raise KeyboardInterrupt
        return float(asked)

    with pytest.raises(KeyboardInterrupt):
        searched(nlopt_search(np.zeros(2)), function, np.ones(2))
    assert asked == 4


def test_one_search_serves_many_functions() -> None:
    """Nothing of a run stays for the next."""
    search = Search(np.zeros(2), np.full(2, np.inf), 5, 1000).by_tolerances(xtol_abs=1e-8, xtol_rel=1e-4)
    found = []
    for target in (0.3, 2.0, 0.3):
        x = np.ones(2)
        search.of(Called(lambda at, target=target: float((at - target) @ (at - target)), 2)).minimize(x)
        found.append(x.tolist())
    assert found[0] == found[2] != found[1]
