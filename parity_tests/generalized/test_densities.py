"""Densities against exact arithmetic."""
from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from translations.generalized.densities import (
    log_binomial,
    log_binomial_at_most,
    log_gamma,
    log_poisson,
    log_poisson_at_most,
)


def test_densities_in_exact_arithmetic() -> None:
    for n, k, p in ((10, 3, Fraction(1, 7)), (1000, 501, Fraction(1, 2)), (5, 0, Fraction(1, 100)),
                    (40, 40, Fraction(9, 10))):
        exact = math.comb(n, k) * p**k * (1 - p) ** (n - k)
        logarithm = math.log(exact.numerator) - math.log(exact.denominator)
        assert float(log_binomial(k, n, float(p))) == pytest.approx(logarithm, rel=1e-12)
    for k, mean in ((0, 3.0), (4, 3.0), (400, 380.0)):
        assert float(log_poisson(k, mean)) == pytest.approx(k * math.log(mean) - mean - math.lgamma(k + 1), rel=1e-11)
    for x, shape, scale in ((2.0, 0.4, 3.0), (2.0, 30.0, 0.1)):
        plain = (shape - 1) * math.log(x) - x / scale - math.lgamma(shape) - shape * math.log(scale)
        assert float(log_gamma(x, shape, scale)) == pytest.approx(plain, rel=1e-12)


def test_the_likeliest_chance_and_mean_leave_no_deviance() -> None:
    """To the same bits as where the deviances are computed, which then are squares of rounding."""
    n = np.repeat(np.arange(1.0, 300.0, 7.0), 5)
    x = np.floor(n * np.tile([0.0, 0.2, 0.5, 0.9, 1.0], len(n) // 5))
    np.testing.assert_array_equal(log_binomial_at_most(x, n), log_binomial(x, n, x / n))
    np.testing.assert_array_equal(log_poisson_at_most(x), log_poisson(x, x))
    np.testing.assert_array_equal(log_binomial_at_most(np.array([0.0, 1.0]), np.ones(2)), [0.0, 0.0])
