"""The distributions behind the adjustments, against closed forms and against each other."""
from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special, stats

import translations as r
from translations.lme4.inference.kenward_roger import kenward_roger
from translations.marginal import mvt, tukey
from translations.marginal.basis import rowwise_df


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


def test_independent_normals_multiply() -> None:
    assert np.isclose(mvt.probability(-1.7, 1.7, 0.0, np.eye(4)), (2.0 * special.ndtr(1.7) - 1.0) ** 4, atol=1e-5)


def test_all_pairs_of_equal_means_are_tukey_s() -> None:
    """Three differences of three means: a singular correlation matrix, and the studentized range."""
    df = 8.0
    C = np.array([[1.0, -1.0, 0.0], [1.0, 0.0, -1.0], [0.0, 1.0, -1.0]])
    R = C @ C.T / 2.0
    for c in (1.0, 3.0):
        assert np.isclose(mvt.probability(-c, c, df, R), tukey.ptukey(c * np.sqrt(2.0), 3.0, df)[0], atol=2e-5)


def test_a_critical_value_holds_its_level() -> None:
    R = np.array([[1.0, 0.5], [0.5, 1.0]])
    c = float(mvt.critical(0.95, np.array([20.0]), R, 0)[0])
    assert np.isclose(mvt.probability(-c, c, 20.0, R), 0.95, atol=1e-6)


def test_degrees_of_freedom_of_single_rows_are_the_general_formula_s() -> None:
    cake = r.cake()
    kr = kenward_roger(r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake[(cake.index + 1) % 7 != 0]))
    L = np.random.default_rng(4).normal(size=(12, len(kr.beta)))
    assert np.allclose(rowwise_df(kr, L), [kr.df(row[None]) for row in L], rtol=1e-9)
