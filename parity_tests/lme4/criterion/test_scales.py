"""Theta as standard deviations and correlations, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.criterion import scales, sdcor
from translations.lme4.fit import variance_ratio_start

from ..small_models import d, model
from ..stored_parts import STORED, floats, listed

SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"


def test_no_ratio_of_variances_to_start_from() -> None:
    """Levels' means that are all of y leave nothing, and two terms of one factor, or slopes, have lme4's ones."""
    means = d.groupby("g", observed=True)["y"].transform("mean").to_numpy()
    random = model("intercepts").design.random
    codes = random.terms[0].codes
    between = means[[np.flatnonzero(codes == i)[0] for i in range(7)]][codes]
    assert variance_ratio_start(random, between + 1e-300) is None or not np.isfinite(
        variance_ratio_start(random, between)).all() or variance_ratio_start(random, between)[0] > 1e6
    y = d["y"].to_numpy()
    spread = np.var(means, ddof=1)
    np.testing.assert_allclose(variance_ratio_start(random, y), np.sqrt(spread / (np.var(y, ddof=1) - spread)))
    for name in ("slopes", "double bar", "only intercept"):
        assert variance_ratio_start(model(name).design.random, y) is None
    both = model("empty cell").design.random
    shares = [np.var(d.groupby(of, observed=True)["y"].transform("mean"), ddof=1) for of in ("g", "h")]
    ratios = np.array(shares) / (np.var(y, ddof=1) - sum(shares))
    np.testing.assert_allclose(variance_ratio_start(both, y), np.sqrt(ratios))


def test_covariances_of_lower_rank_have_a_factor_and_others_none() -> None:
    """theta_of(as_lme4=False): T T' is the covariance matrix where it is semidefinite, else NaN."""
    for x, rank in (([2.0, 1.0, 3.0, 1.0], 1), ([2.0, -1.0, 3.0, 1.0], 1), ([2.0, 0.5, 3.0, 2.0], 2)):
        theta = np.empty(3)
        scales.theta_of(np.array(x), np.array([2]), theta, False, np.empty((4, 2, 2)))
        T = np.array([[theta[0], 0.0], [theta[1], theta[2]]])
        S = np.array([[x[0] ** 2, x[0] * x[1] * x[2]], [x[0] * x[1] * x[2], x[2] ** 2]]) / x[3] ** 2
        np.testing.assert_allclose(T @ T.T, S, rtol=1e-12)
        assert np.linalg.matrix_rank(T, tol=1e-9) == rank and (rank == 2 or theta[2] == 0.0)
    equal, theta = np.array([1.0, 1.0, 1.0, 2.0, 1.0, 3.0, 1.0]), np.empty(6)
    scales.theta_of(equal, np.array([3]), theta, False, np.empty((4, 3, 3)))
    np.testing.assert_allclose(theta, [1, 2, 3, 0, 0, 0], atol=1e-12)
    none = np.array([1.0, 0.9, -0.9, 2.0, 0.9, 3.0, 2.0])
    scales.theta_of(none, np.array([3]), theta, False, np.empty((4, 3, 3)))
    assert np.isnan(theta[-1])


def test_bounds_of_the_scales() -> None:
    lower, upper = sdcor.bounds(model("three blocks").design.random)
    assert lower.tolist() == [0, 0, -1, 0, 0, 0] and upper.tolist() == [np.inf, np.inf, 1, np.inf, np.inf, np.inf]
    m = model("three effects")
    x = sdcor.from_theta(m.design.random, m.theta, m.sigma)
    np.testing.assert_allclose(x[[0, -1]], [r.VarCorr(m)["g"].stddev.iloc[0], m.sigma], rtol=1e-12)
    np.testing.assert_allclose(sdcor.to_theta(m.design.random, x), m.theta, atol=1e-7)


LINALG = 1e-12


@pytest.mark.parametrize("one", STORED["scales"], ids=lambda one: str(one["sizes"]))
def test_theta_as_standard_deviations_and_correlations(one: dict[str, Any]) -> None:
    theta, sizes = floats(listed(one["theta"])), np.array(listed(one["sizes"]))
    x = np.empty(len(theta) + 1)
    scales.sdcor_of(theta, float(one["sigma"]), sizes, x, np.empty((4, sizes.max(), sizes.max())), 1)
    np.testing.assert_allclose(x, floats(one["x"]), rtol=LINALG, atol=LINALG)


@pytest.mark.parametrize("one", STORED["scales"] + STORED["thetas"], ids=lambda one: str(one["x"]))
def test_standard_deviations_and_correlations_as_theta(one: dict[str, Any]) -> None:
    back = floats(listed(one["back"]))
    theta, sizes = np.empty(len(back)), np.array(listed(one["sizes"]))
    scales.theta_of(floats(one["x"]), sizes, theta, True, np.empty((4, sizes.max(), sizes.max())))
    np.testing.assert_allclose(theta, back, rtol=LINALG, atol=LINALG)
