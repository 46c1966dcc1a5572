"""The studentized range, against closed forms and quadrature."""
from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special, stats

from translations.marginal import tukey


@pytest.mark.parametrize(("df", "error"), [(2.0, 2e-4), (4.0, 2e-6), (10.0, 2e-10), (210.0, 1e-12)])
def test_the_range_of_two_means_is_a_t(df: float, error: float) -> None:
    """The panels are R's own, and coarse where few degrees of freedom leave the density steep: R's errors are these."""
    q = np.array([0.3, 1.0, 3.0, 5.0, 9.0])
    assert np.allclose(tukey.ptukey(q, 2.0, df), 2.0 * stats.t.cdf(q / np.sqrt(2.0), df) - 1.0, atol=error)


@pytest.mark.parametrize("k", [3, 5, 12])
def test_the_range_of_normals_by_quadrature(k: int) -> None:
    """With infinite degrees of freedom: k times the integral of the density and of the others' being within range."""
    q = 3.3

    def density(z: float) -> float:
        return float(k * stats.norm.pdf(z) * (special.ndtr(z) - special.ndtr(z - q)) ** (k - 1))

    area = integrate.quad(density, -9.0, 9.0 + q, epsabs=1e-13, epsrel=1e-13)[0]
    assert np.isclose(tukey.ptukey(q, float(k), np.inf)[0], area, atol=1e-10)


def test_a_quantile_is_within_its_iteration_s_last_step() -> None:
    for k, df in ((3.0, 42.0), (6.0, 210.0), (18.0, 7.5)):
        q = tukey.qtukey(0.95, k, df)
        assert abs(float(tukey.ptukey(q, k, df)[0]) - 0.95) < 1e-5


def test_what_cannot_be_is_nan() -> None:
    assert np.isnan(tukey.ptukey(1.0, 3.0, 1.5)).all()
    assert np.isnan(tukey.ptukey(np.nan, 3.0, 10.0)).all()
    assert np.isnan(tukey.qtukey(0.95, 1.0, 10.0)).all()
    assert tukey.ptukey(-1.0, 3.0, 10.0)[0] == 0.0
    assert tukey.ptukey(np.inf, 3.0, 10.0)[0] == 1.0
