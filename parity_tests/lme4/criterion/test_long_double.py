"""The evaluation in extended precision against 60-digit arithmetic on n x n matrices, which shares nothing with it."""
from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.criterion import long_double
from translations.lme4.criterion.long_double import LongDoubleProducts

N = 14
LONG = 2e-17 if np.finfo(np.longdouble).eps < 1e-18 else 1e-13  # some hundred units in the last place
DOUBLE = 2.0**-52
FORMULAS = ("y ~ x + (x | g)", "y ~ x + (x || g) + (1 | h)", "y ~ 1 + (1 | g) + (x | h) + (1 | s)",
            "y ~ 0 + x + z + (z | h)")


def data(mean: float) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    text = {"g": np.repeat(list("abcde"), [4, 3, 3, 2, 2]), "h": np.tile(list("uvwz"), 4)[:N]}
    numbers = {name: rng.normal(size=N).round(3) for name in ("y", "x", "z", "o")}
    numbers["y"] = numbers["y"] + mean
    return pd.DataFrame({**text, "s": np.tile(list("pq"), 7), **numbers, "w": rng.uniform(0.3, 3.0, N).round(3)})


def fitted(formula: str, mean: float = 0.0, **named: Any) -> tuple[Any, np.ndarray]:
    """A model, and a theta (m,) that is not its optimum."""
    control = r.lmerControl(optCtrl={"maxeval": 1}, calc_derivs=False, check_nobs_vs_nRE="ignore")
    with pytest.warns(r.ConvergenceWarning):
        m = r.lmer(formula, data(mean), control=control, **named)
    diagonal = m.design.random.diagonal
    return m, np.where(diagonal, 0.75 + 0.5 * np.arange(diagonal.size), -0.375)


def exactly(x: Any) -> mp.mpf:
    """A long double as it is."""
    high = float(x)
    return mp.mpf(high) + mp.mpf(float(x - np.longdouble(high)))


class ByHand:
    """The parts of the criterion at theta, numbers of any precision, from V = 1/w + Z S Z' in full; `fixed`: a fixed
    effect held at `value`."""

    def __init__(self, m: Any, theta: Any, fixed: int = -1, value: Any = 0) -> None:
        V, factors = mp.diag([1 / mp.mpf(w) for w in m.weights]), []
        for block in m.design.random.blocks:
            T = mp.matrix(block.k, block.k)
            for row, col, i in zip(block.rows, block.cols, block.theta, strict=True):
                T[int(row), int(col)] = theta[int(i)]
            factor = mp.matrix(N, block.n_levels * block.k)
            for i in range(N):
                for a in range(block.k):
                    entry = mp.fsum(mp.mpf(block.Z[i, b]) * T[b, a] for b in range(block.k))
                    factor[i, int(block.codes[i]) * block.k + a] = entry
            factors.append(factor)
            V += factor * factor.T
        offset = np.zeros(N) if m.pls.offset is None else m.pls.offset
        y = mp.matrix([mp.mpf(a) - mp.mpf(b) for a, b in zip(m.y, offset, strict=True)])
        X = mp.matrix(m.design.X_fitted.tolist())
        if fixed >= 0:
            y -= X[:, fixed] * value
            X = mp.matrix(np.delete(m.design.X_fitted, fixed, axis=1).tolist())
        inverse = V**-1
        self.information = X.T * inverse * X
        self.beta = mp.lu_solve(self.information, X.T * inverse * y)
        e = y - X * self.beta
        self.log_weights = mp.fsum(mp.log(w) for w in m.weights)
        self.ldL2, self.ldRX2 = mp.log(mp.det(V)) + self.log_weights, mp.log(mp.det(self.information))
        self.pwrss = (e.T * inverse * e)[0]
        self.u = [list(f.T * inverse * e) for f in factors]

    def deviance(self, REML: bool) -> mp.mpf:  # noqa: N803
        df = N - len(self.beta) if REML else N
        value = self.ldL2 + (self.ldRX2 if REML else 0) - self.log_weights
        return value + df * (1 + mp.log(2 * mp.pi * self.pwrss / df))


@pytest.mark.parametrize(("formula", "named", "mean"), [
    (FORMULAS[0], {}, 1e6), (FORMULAS[1], {"weights": "w", "offset": "o"}, 1e6), (FORMULAS[2], {"weights": "w"}, 0.0),
    (FORMULAS[3], {"offset": "o"}, 0.0)])
def test_every_part_has_the_digits_of_a_long_double(formula: str, named: dict[str, str], mean: float) -> None:
    m, theta = fitted(formula, mean, **named)
    got = m.pls.long_double.at(theta)
    with mp.workdps(60):
        by_hand = ByHand(m, theta)
        for part in ("ldL2", "ldRX2", "pwrss"):
            error = abs(exactly(getattr(got, part)) / getattr(by_hand, part) - 1)
            assert error < (DOUBLE if part == "pwrss" else LONG), (part, error)  # y's residual is rounded to a double
        assert abs(exactly(got.products.log_weights) - by_hand.log_weights) < LONG
        for value, exact in zip(got.beta, by_hand.beta, strict=True):
            assert abs(mp.mpf(value) - exact) < DOUBLE * max(1, abs(exact))
        for values, exact in zip(got.u, by_hand.u, strict=True):
            largest = max(map(abs, exact))
            assert all(abs(mp.mpf(a) - b) < DOUBLE * largest for a, b in zip(values.ravel(), exact, strict=True))
        vcov = by_hand.information**-1
        for i in range(m.p):
            for j in range(m.p):
                size = mp.sqrt(vcov[i, i] * vcov[j, j])
                assert abs(mp.mpf(got.unscaled_vcov[i, j]) - vcov[i, j]) < DOUBLE * size
                product = mp.fsum(mp.mpf(a) * mp.mpf(b) for a, b in zip(got.RX[:, i], got.RX[:, j], strict=True))
                size = mp.sqrt(by_hand.information[i, i] * by_hand.information[j, j])
                assert abs(product - by_hand.information[i, j]) < 4 * DOUBLE * size
        assert not np.tril(got.RX, -1).any()
        for REML in (True, False):  # noqa: N806
            assert abs(mp.mpf(got.deviance(REML)) / by_hand.deviance(REML) - 1) < DOUBLE


@pytest.mark.parametrize(("formula", "named"), [
    (FORMULAS[0], {}), (FORMULAS[1], {"weights": "w", "offset": "o"}), (FORMULAS[2], {})])
def test_the_gradient_is_the_derivative(formula: str, named: dict[str, str]) -> None:
    m, theta = fitted(formula, **named)
    with mp.workdps(60):
        h = mp.mpf(10) ** -20
        for i in range(len(theta)):
            sides = [ByHand(m, [mp.mpf(t) + (step if j == i else 0) for j, t in enumerate(theta)]) for step in (h, -h)]
            for REML in (True, False):  # noqa: N806
                slope = (sides[0].deviance(REML) - sides[1].deviance(REML)) / (2 * h)
                got = m.pls.long_double.at(theta).gradient(REML)[i]
                assert abs(mp.mpf(got) - slope) < 4 * DOUBLE * max(1, abs(slope)), (i, REML)


def test_the_deviance_with_sigma_and_a_fixed_effect_held() -> None:
    m, theta = fitted(FORMULAS[1], weights="w", offset="o")
    got = m.pls.long_double.at(theta)
    with mp.workdps(60):
        for fixed in (-1, 0, 1):
            rise = 0.4375 if fixed >= 0 else 0.0
            by_hand = ByHand(m, theta, fixed, mp.mpf(m.pls.beta0[fixed]) + rise)
            square = mp.mpf(1.25) ** 2
            expected = by_hand.ldL2 - by_hand.log_weights + by_hand.pwrss / square + N * mp.log(2 * mp.pi * square)
            assert abs(exactly(got.deviance_at(1.25, fixed, rise)) / expected - 1) < LONG


def test_where_it_is_not_asked_for() -> None:
    """Beyond the work that is done, and where nothing is left to explain."""
    m, theta = fitted(FORMULAS[1])
    work = N * (m.pls.trailing.q + m.p + 1) ** 2
    assert long_double.WORK_UP_TO == 5_000_000
    for limit, there in ((work, True), (work - 1, False)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(long_double, "WORK_UP_TO", limit)
            assert (LongDoubleProducts.of(m.pls) is not None) == there
    nothing = m.pls.with_response(np.zeros(N))
    assert nothing.long_double is not m.pls.long_double
    assert nothing.long_double.at(theta) is None


def test_many_equal_rows_are_summed_without_a_drift() -> None:
    """A tenth, a hundred thousand times over, in runs of different lengths."""
    tenth = np.full((100_000, 1), np.longdouble(1) / 10)
    starts = np.array([0, 1, 65, 128, 50_000])
    sums = long_double._sums(tenth, starts)
    with mp.workdps(60):
        for total, count in zip(sums[:, 0], np.diff([*starts, 100_000]), strict=True):
            assert abs(exactly(total) / int(count) / exactly(tenth[0, 0]) - 1) < LONG


def test_newtons_answer_is_its() -> None:
    """After newton everything is of this evaluation; after nloptwrap it is lme4's."""
    sleep = r.sleepstudy()
    best = r.lmer("Reaction ~ Days + (Days | Subject)", sleep, control="newton")
    found = best.pls.long_double.at(best.theta)
    assert best.criterion(True) == found.deviance(True) and best.criterion(False) == found.deviance(False)
    assert best.beta.tolist() == found.beta.tolist()
    assert best.u[0].tolist() == found.u[0].tolist()
    assert best.sigma == float(np.sqrt(float(found.pwrss) / 178))
    assert best.unscaled_vcov.tolist() == found.unscaled_vcov.tolist()
    assert np.abs(found.gradient(True)).max() < 1e-13
    assert r.lmer("Reaction ~ Days + (Days | Subject)", sleep).refined is None


def test_large_templates_cost_the_solution_no_digits() -> None:
    """Z'V^{-1}[Q, y] and its blocks are tiny where the variances are large: differences would lose ten times as much.
    """
    m, _ = fitted("y ~ x + (1 | g) + (1 | h)")
    theta = np.array([30.0, 20.0])
    solution, precision = m.pls.solve(theta), m.pls.at(theta).precision
    with mp.workdps(60):
        V, parts = mp.eye(N), []
        for block in m.design.random.blocks:
            Z = mp.matrix(N, block.n_levels)
            for i in range(N):
                Z[i, int(block.codes[i])] = 1
            V += Z * Z.T * mp.mpf(theta[int(block.theta[0])]) ** 2
            parts.append(Z)
        inverse = V**-1
        W = mp.matrix(m.pls.Q.tolist())
        for j, (Z, G) in enumerate(zip(parts, solution.ZtViXy, strict=True)):
            expected = Z.T * inverse * W
            largest = max(abs(value) for value in expected)
            assert max(abs(mp.mpf(G[g, 0, c]) - expected[g, c]) for g in range(Z.cols) for c in range(W.cols)) \
                < 1e-13 * largest
            if j:  # the blocks of the trailing block
                own = Z.T * inverse * Z
                assert all(abs(mp.mpf(precision[j][g, 0, 0]) / own[g, g] - 1) < 4e-14 for g in range(Z.cols))
