"""The coordinates in which exact intervals are searched for, against a likelihood of dense matrices that shares nothing
with the engine, and the search's slower ways against its quick one."""
from __future__ import annotations

import math
import warnings
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.criterion import sdcor
from translations.lme4.inference.profiles.exact import LowerElsewhereError, ProfiledDeviance, ml_theta
from translations.lme4.inference.profiles.reparametrization import Reparametrization

from ...random_designs import frame

DATA = frame(7, 9, 6, noise=1.0)
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "correlated": ("y ~ x + (x | g)", {"weights": "w", "offset": "o"}),
    "three": ("y ~ 1 + (x + z | g)", {}),
    "independent": ("y ~ x + z + (x || g)", {"weights": "w"}),
    "crossed": ("y ~ x + (x | g) + (1 | h)", {"offset": "o"}),
    "crossed slopes": ("y ~ 0 + x + (1 | g) + (z | h)", {"REML": False, "weights": "w"}),
}


@cache
def model(name: str, converged: bool = False) -> Any:
    formula, more = MODELS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return r.lmer(formula, DATA, control="newton" if converged else r.lmerControl(optCtrl={"maxeval": 1}), **more)


def somewhere(m: Any) -> np.ndarray:
    """A theta (m,) with all variances positive and correlations of either sign."""
    diagonal = m.design.random.diagonal
    return np.where(diagonal, 0.5 + 0.2 * np.arange(diagonal.size), 0.3 * (-1.0) ** np.arange(diagonal.size))


def dense(m: Any, covariances: list[np.ndarray], sigma: float, fixed: int = -1, value: float = 0.0) -> float:
    """The ML deviance at the terms' covariance matrices, beta at its best or with number `fixed` held at `value`."""
    V = np.diag(sigma**2 / m.weights)
    for term, S in zip(m.design.random.terms, covariances, strict=True):
        V += term.Z @ S @ term.Z.T * np.equal.outer(term.codes, term.codes)
    X, y = m.design.X_fitted, m.y - (0.0 if m.pls.offset is None else m.pls.offset)
    if fixed >= 0:
        y, X = y - X[:, fixed] * value, np.delete(X, fixed, axis=1)
    W = np.linalg.inv(V)
    e = y - X @ np.linalg.solve(X.T @ W @ X, X.T @ W @ y)
    return float(np.linalg.slogdet(V)[1] + e @ W @ e + len(y) * math.log(2.0 * math.pi))


CASES = [(name, number) for name in MODELS for number in range(9)]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_the_chart_is_the_deviance_with_its_parameter_as_a_coordinate(name: str, number: int) -> None:
    m = model(name)
    structure = m.design.random
    if number >= structure.n_theta + 1 + m.p:
        return
    theta = somewhere(m)
    coords, origin = Reparametrization.of(m.pls, structure, theta, number)
    value, _ = coords(origin)
    assert value == pytest.approx(m.pls.deviance(theta, False), rel=1e-13)
    solution = m.pls.solve(theta)
    sigma = math.sqrt(solution.criterion.pwrss / m.n)
    estimates = np.concatenate([sdcor.from_theta(structure, theta, sigma), solution.beta])
    assert coords.value(origin[coords.at]) == pytest.approx(estimates[number], rel=1e-13)
    assert coords.coordinate(estimates[number]) == pytest.approx(origin[coords.at], rel=1e-12, abs=1e-14)

    rng = np.random.default_rng(number)
    for _ in range(1):
        x = origin + rng.uniform(-0.2, 0.2, len(origin))
        value, gradient = coords(x)
        at = coords.value(x[coords.at])
        covariances = []
        for C, order in zip(coords._factors(x), coords.orders, strict=True):
            back = np.argsort(order)
            covariances.append((C @ C.T)[np.ix_(back, back)])
        held = coords.sigma * math.exp(x[structure.n_theta])
        fixed = number - structure.n_theta - 1
        assert value == pytest.approx(dense(m, covariances, held, fixed, at) if fixed >= 0
                                      else dense(m, covariances, held), rel=1e-11)
        if fixed < 0:
            templates = [np.linalg.cholesky(S) / held for S in covariances]
            entries = [T[np.triu_indices(len(T))[::-1]] for T in templates]
            assert sdcor.from_theta(structure, np.concatenate(entries), held)[number] == pytest.approx(at, rel=1e-11)
        for i in range(len(x)):
            h = 1e-4 * (np.arange(len(x)) == i)
            slope = (8 * (coords(x + h)[0] - coords(x - h)[0]) - coords(x + 2 * h)[0] + coords(x - 2 * h)[0]) / 12e-4
            assert gradient[i] == pytest.approx(slope, rel=1e-7, abs=1e-6)


@pytest.mark.parametrize("number", [0, 2, 5])
def test_brackets_and_walks_find_what_newton_finds(number: int) -> None:
    m = model("correlated", converged=True)
    profiled = ProfiledDeviance.of(m, ml_theta(m), number)
    assert profiled.t0 not in profiled.coords.bounds
    for side in (-1.0, 1.0):
        bound = profiled.coords.bounds[int(side > 0)]
        end = profiled.end(1.0, side)
        if end == profiled.coords.value(bound):
            continue
        t = profiled.coords.coordinate(end)
        assert profiled._bracketed(1.0, side, bound) == pytest.approx(t, abs=1e-8)
        assert profiled.zeta(profiled.trace_to(t)) == pytest.approx(1.0, abs=1e-7)
        start = profiled._quadratic_start(1.0, side)
        root = profiled._newton(start, 1.0, side)
        if root is not None:
            assert root[profiled.coords.at] == pytest.approx(t, abs=1e-8)


@pytest.mark.parametrize("name", ["correlated", "independent"])
def test_the_slope_of_a_profile_at_its_minimum(name: str) -> None:
    """Half the profile's second derivative, and the direction in which the others go along."""
    m = model(name, converged=True)
    for number in (m.design.random.n_theta, m.design.random.n_theta + 1):
        profiled = ProfiledDeviance.of(m, ml_theta(m), number)
        direction, curvature = profiled._slope
        h = 1e-3
        (up, above), (down, below) = (profiled.minimize(profiled.origin, profiled.t0 + s) for s in (h, -h))
        assert (up + down - 2.0 * profiled.deviance) / (2.0 * h * h) == pytest.approx(curvature, rel=1e-4)
        np.testing.assert_allclose((above - below) / (2.0 * h), direction, rtol=1e-3, atol=1e-3)


def test_bounds_of_the_coordinates() -> None:
    m = model("correlated")
    kinds = [Reparametrization.of(m.pls, m.design.random, somewhere(m), number)[0] for number in range(6)]
    assert [coords.kind for coords in kinds] == ["sd", "cor", "sd", "sigma", "beta", "beta"]
    assert [coords.at for coords in kinds] == [0, 1, 0, 3, 4, 4]
    half = math.pi / 2.0
    infinite = (-math.inf, math.inf)
    assert [c.bounds for c in kinds] == [(0.0, math.inf), (-half, half), (0.0, math.inf), infinite, infinite, infinite]
    assert [c.deviations for c in kinds] == [(), (0, 2), (), (), (), ()]
    assert kinds[0].coordinate(0.0) == 0.0 and kinds[1].coordinate(-1.0) == -half and kinds[1].coordinate(1.0) == half
    for coords, wrong, what in ((kinds[0], -1e-9, "standard deviation"), (kinds[1], 1.001, "correlation"),
                               (kinds[1], -1.001, "correlation"), (kinds[3], -1.0, "standard deviation")):
        with pytest.raises(ValueError, match=what):
            coords.coordinate(wrong)
    x = np.ones(4)
    assert not kinds[1].is_degenerate(x) and not kinds[0].is_degenerate(np.zeros(4))
    for at in (0, 2):
        assert kinds[1].is_degenerate(np.where(np.arange(4) == at, -0.9e-4, x))
        assert not kinds[1].is_degenerate(np.where(np.arange(4) == at, 1.1e-4, x))
    assert kinds[4].coordinate(kinds[4].estimate - 3.0) == pytest.approx(-3.0 / kinds[4].stderr, rel=1e-12)
    assert kinds[3].coordinate(2.0 * kinds[3].sigma) == pytest.approx(math.log(2.0), rel=1e-14)


def test_a_minimum_that_is_none_is_said() -> None:
    """zeta at a deviance below the minimum's by more than rounding."""
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff(), control="newton")
    profiled = ProfiledDeviance.of(m, ml_theta(m), 0)
    assert profiled.zeta((profiled.deviance - 0.5e-9, profiled.origin)) == 0.0
    assert profiled.zeta((profiled.deviance + 4.0, profiled.origin)) == pytest.approx(2.0, rel=1e-12)
    with pytest.raises(LowerElsewhereError, match="new, lower deviance detected") as found:
        profiled.zeta((profiled.deviance - 2e-9, profiled.origin))
    np.testing.assert_allclose(found.value.theta, ml_theta(m), rtol=1e-8)


def test_a_covariate_of_zeros_has_a_unit_all_the_same() -> None:
    x = np.tile([0, 0, 0, 1e-3], 6)
    d = pd.DataFrame({"y": np.sin(np.arange(24.0)), "g": np.repeat(list("abcdef"), 4), "x": x})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer("y ~ 1 + (0 + x | g)", d, control="newton")
    coords, origin = Reparametrization.of(m.pls, m.design.random, np.array([100.0]), 0)
    assert coords.units[0][0] == pytest.approx(coords.sigma / 5e-4, rel=1e-12)
    assert origin[0] * coords.units[0][0] == pytest.approx(100.0 * coords.sigma, rel=1e-12)
