"""Parts of the samplers by their definitions: a wrong digit in one of them would move one draw in a million."""
from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from numpy.polynomial import hermite_e

from translations.random import counts, variates

MEANS = (10.0, 12.5, 40.0, 1e4)


def test_constants_are_what_they_stand_for() -> None:
    with mpmath.workdps(40):
        steps = [mpmath.log(2) ** k / mpmath.factorial(k) for k in range(1, 17)]
        series = [float(sum(steps[:k])) for k in range(1, 17)]
        density = float(1 / mpmath.sqrt(2 * mpmath.pi))
    np.testing.assert_allclose(variates.LOG2_SERIES, series, rtol=2.3e-16, atol=0)  # the published table's last bit
    assert counts.FACTORIAL.tolist() == [math.factorial(k) for k in range(10)]
    assert counts.INV_SQRT_2PI == density


@pytest.mark.parametrize("p", [1e-300, 1e-30, 1.4e-11, 1e-5, 0.0749, 0.0751, 0.3, 0.5, 0.6, 0.9249, 0.9251, 1 - 1e-12])
def test_normal_quantiles_invert_the_distribution(p: float) -> None:
    """AS 241 promises 1 part in 10^16; its polynomials and their quotient are rounded, to 3 units at the most."""
    with mpmath.workdps(60):
        start = mpmath.mpf(float(variates.normal_quantile(p)))
        exact = start - (mpmath.ncdf(start) - mpmath.mpf(p)) / mpmath.npdf(start)
    assert abs(variates.normal_quantile(p) - float(exact)) <= 6.7e-16 * max(abs(float(exact)), 1e-3)


@pytest.mark.parametrize("x", [1.0, 1.5, 3.0, 30.0])
def test_stirling_s_correction_is_its_first_five_terms(x: float) -> None:
    """B(2k) / (2k (2k - 1) x^(2k - 1))."""
    terms = [Fraction(*map(int, mpmath.bernfrac(2 * k))) / (2 * k * (2 * k - 1) * Fraction(x) ** (2 * k - 1))
             for k in range(1, 6)]
    assert counts.stirling(x) == pytest.approx(float(sum(terms)), rel=1e-14, abs=0)


@pytest.mark.parametrize("mu", MEANS)
def test_the_discrete_normal_is_an_expansion_in_hermite_polynomials(mu: float) -> None:
    """1 + b1 He2(x) + b2 He4(x) + c3 He6(x), x the standardized k + 1/2 (Ahrens & Dieter 1982, procedure F)."""
    s, b1 = math.sqrt(mu), 1 / (24 * mu)
    b2 = 0.3 * b1**2
    coefficients = [1, 0, b1, 0, b2, 0, b1 * b2 / 7]
    for k in np.floor(mu + s * np.linspace(-3, 4, 29)):
        *_, fx, fy = counts.poisson_densities(k, mu, s)
        x = (k + 0.5 - mu) / s
        assert fx == pytest.approx(-x * x / 2, rel=1e-13)
        expanded = hermite_e.hermeval(x, coefficients) / (s * math.sqrt(2 * math.pi))
        assert fy == pytest.approx(expanded, rel=1e-13, abs=0)


@pytest.mark.parametrize("mu", MEANS)
def test_poisson_probabilities(mu: float) -> None:
    """The method's series for log(1 + v) holds seven digits, its correction for k! nine at k = 10."""
    s = math.sqrt(mu)
    for k in np.unique(np.floor(np.abs(mu + s * np.linspace(-4, 8, 49)))):
        px, py, *_ = counts.poisson_densities(k, mu, s)
        exact = float(mpmath.exp(k * mpmath.log(mu) - mu - mpmath.loggamma(k + 1)))
        assert py * math.exp(px) == pytest.approx(exact, rel=3e-6, abs=0)


@pytest.mark.parametrize(("n", "p"), [(300, 0.3), (150, 0.47), (2000, 0.1)])
def test_btpe_takes_the_density_itself_near_the_mode_and_far_away(n: int, p: float) -> None:
    """Up to 20 from the mode, and from n p q / 2 - 1 on. Between, R's logarithm of the density adds all four
    corrections, of which two should be taken off: that shows in the third digit.
    """
    q, share = 1 - p, Fraction(p) / (1 - Fraction(p))
    mode, npq = int(n * p + p), n * p * (1 - p)
    centre = math.comb(n, mode)

    def accepts(k: int, height: float) -> bool:
        return bool(counts.binomial_accepts(k, height, n, p, q, mode))

    far = math.ceil(npq / 2 - 1)
    for away in (1, 2, 19, 20, far, far + 1):
        for k in (mode - away, mode + away):
            density = float(Fraction(math.comb(n, k), centre) * share ** (k - mode))
            assert accepts(k, density * (1 - 1e-9)) and not accepts(k, density * (1 + 1e-9))
    for away in range(21, far):
        k = mode + away
        parts = [mode + 1, n - mode + 1, k + 1, n - k + 1]
        wrong = math.exp(2 * sum(float(counts.stirling(float(x))) for x in parts[2:]))
        density = float(Fraction(math.comb(n, k), centre) * share ** (k - mode))
        assert accepts(k, density * wrong * (1 - 1e-4)) and not accepts(k, density * wrong * (1 + 1e-4)), away
