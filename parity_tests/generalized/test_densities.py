"""Densities against exact arithmetic."""
from __future__ import annotations

import math
from fractions import Fraction

import pytest

from translations.generalized.densities import log_binomial, log_gamma, log_poisson


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
