"""Curves of quantiles: their parts against closed forms and other searches."""
from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from translations.companions.quantile_curves import beyond_chi_squares, thin_plate
from translations.companions.sinh_arcsinh import _minus_log, _sinh_arcsinh


@pytest.mark.parametrize(("q", "ones", "weight"), [(3.0, 0, 1.0), (5.0, 1, 1.0), (9.0, 4, 1.0), (0.1, 6, 1.0)])
def test_equal_weights_are_a_chi_square(q, ones, weight) -> None:
    assert beyond_chi_squares(q, ones, weight, weight) == pytest.approx(stats.chi2.sf(q, ones + 2), rel=1e-9)


@pytest.mark.parametrize("ones", [0, 1, 3])
def test_a_weight_of_nothing_is_a_degree_less(ones) -> None:
    assert beyond_chi_squares(4.0, ones, 1.0, 1e-12) == pytest.approx(stats.chi2.sf(4.0, ones + 1), rel=2e-3)


def test_the_basis_holds_straight_lines_without_penalty() -> None:
    x = np.array([0.0, 1.0, 1.0, 2.0, 5.0, 7.0, 8.0, 11.0])
    basis = thin_plate(x, 5)
    np.testing.assert_allclose(basis.X.T @ basis.X, np.diag([8.0, 1.0, 1.0, 1.0, 1.0]), atol=1e-10)
    assert basis.penalty[0] == basis.penalty[-1] == 0.0 and (basis.penalty[1:-1] > 0.0).all()
    straight = basis.X[:, [0, -1]]
    fitted = straight @ np.linalg.lstsq(straight, 3.0 - 2.0 * x, rcond=None)[0]
    np.testing.assert_allclose(fitted, 3.0 - 2.0 * x, atol=1e-9)


def test_a_shape_s_gradient_is_its_value_s_and_its_fit_is_a_minimum() -> None:
    x = np.random.default_rng(2).gamma(3.0, size=300)
    at = np.array([1.0, 0.2, 0.3, -0.1])
    slope = optimize.approx_fprime(at, lambda p: _minus_log(p, x)[0], 1e-7)
    np.testing.assert_allclose(_minus_log(at, x)[1], slope, rtol=1e-4)
    found = _sinh_arcsinh(x)
    assert np.abs(_minus_log(found, x)[1]).max() < 0.1
    other = optimize.minimize(lambda p: _minus_log(p, x)[0], found, method="Nelder-Mead").fun
    assert _minus_log(found, x)[0] == pytest.approx(other, rel=1e-5)
