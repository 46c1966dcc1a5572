"""Effect sizes: what they are by hand, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

import translations as r
from translations.companions.noncentral import centre_of_f, centre_of_t

CAKE = r.cake()


def test_shares_of_all_the_variation_add_up() -> None:
    m = r.aov("angle ~ recipe * temperature", CAKE)
    assert r.eta_squared(m, partial=False)["Eta2"].sum() == pytest.approx(r.summary(r.lm(
        "angle ~ recipe * temperature", CAKE)).r_squared, rel=1e-10)
    squares = r.cohens_f(m, squared=True)["Cohens_f2_partial"]
    np.testing.assert_allclose(r.cohens_f(m)["Cohens_f_partial"] ** 2, squares, rtol=1e-12)


def test_d_is_t_over_the_root_of_the_sizes() -> None:
    x, y = CAKE["angle"].to_numpy()[:40], CAKE["angle"].to_numpy()[40:60]
    t = r.t_test(x, y, var_equal=True).statistic["t"]
    assert r.cohens_d(x, y)["Cohens_d"].item() == pytest.approx(t * np.sqrt(1 / 40 + 1 / 20), rel=1e-12)


def below_f(f: float, df1: float, df2: float, centre: float) -> float:
    """The distribution function as its definition has it: a mixture of betas with Poisson weights, in 30 digits."""
    with mpmath.workdps(30):
        x, half = mpmath.mpf(f) * df1 / (mpmath.mpf(f) * df1 + df2), mpmath.mpf(centre) / 2
        return float(mpmath.fsum(mpmath.exp(-half + j * mpmath.log(half) - mpmath.loggamma(j + 1))
                                 * mpmath.betainc(mpmath.mpf(df1) / 2 + j, mpmath.mpf(df2) / 2, 0, x, regularized=True)
                                 for j in range(300)))


def below_t(t: float, df: float, centre: float) -> float:
    """The distribution function as its definition has it: the normal's, over a chi, in 30 digits."""
    with mpmath.workdps(30):
        root, k = mpmath.sqrt(df), mpmath.mpf(df)

        def part(s: Any) -> Any:
            chi = (k - 1) * mpmath.log(s) - s**2 / 2 - (k / 2 - 1) * mpmath.log(2) - mpmath.loggamma(k / 2)
            return mpmath.ncdf(t * s / root - centre) * mpmath.exp(chi)

        return float(mpmath.quad(part, [0, *(root * i / 8 for i in range(1, 25)), 3 * root + 15]))


@pytest.mark.parametrize(("f", "df1", "df2"), [(7.6, 5, 252), (18.7, 9, 153), (60.0, 1, 161), (4.1, 3, 14.5)])
def test_ends_of_f_are_where_its_distribution_has_the_tails(f: float, df1: float, df2: float) -> None:
    low, high = centre_of_f(f, df1, df2, 0.9)
    assert below_f(f, df1, df2, low) == pytest.approx(0.95, abs=1e-14)
    assert below_f(f, df1, df2, high) == pytest.approx(0.05, abs=1e-14)


@pytest.mark.parametrize(("t", "df"), [(-5.38, 34), (2.0, 17), (0.0, 9), (25.0, 60.3)])
def test_ends_of_t_are_where_its_distribution_has_the_tails(t: float, df: float) -> None:
    low, high = centre_of_t(t, df, 0.95)
    assert below_t(t, df, low) == pytest.approx(0.975, abs=1e-14)
    assert below_t(t, df, high) == pytest.approx(0.025, abs=1e-14)


def test_an_interval_holds_0_where_the_test_does_not_reject() -> None:
    x, y = CAKE["angle"].to_numpy()[:40], CAKE["angle"].to_numpy()[40:60]
    p = r.t_test(x, y, var_equal=True).p_value
    for level, inside in ((1.0 - p - 1e-9, False), (1.0 - p + 1e-9, True)):
        found = r.cohens_d(x, y, ci=level)
        assert (found["CI_low"].item() < 0.0 < found["CI_high"].item()) == inside


def test_standardized_coefficients_do_not_depend_on_units() -> None:
    births = r.load("birthwt")
    other = births.assign(bwt=births["bwt"] / 453.6, lwt=births["lwt"] * 0.4536 - 50.0)
    for method, formula in (("refit", "bwt ~ lwt * smoke + I(lwt^2)"), ("basic", "bwt ~ lwt + smoke")):
        found, expected = (r.standardize_parameters(r.lm(formula, one), method=method) for one in (births, other))
        np.testing.assert_allclose(found.iloc[1:, 1:].to_numpy(float), expected.iloc[1:, 1:].to_numpy(float), rtol=1e-9)
    one = r.lm("bwt ~ lwt", births)
    z = r.standardize_parameters(one).set_index("Parameter").loc["lwt", "Std_Coefficient"]
    assert z == pytest.approx(births["bwt"].corr(births["lwt"]), rel=1e-12)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: r.eta_squared(3), "an aov, a linear model, or anova.* not int"),
        (lambda: r.eta_squared(r.aov("angle ~ recipe", CAKE), ci=95), "ci must"),
        (lambda: r.eta_squared(r.aov("angle ~ recipe", CAKE), alternative="more"), "'two.sided', 'less', 'greater'"),
        (lambda: r.standardize_parameters(3), "linear, generalized or mixed model, not int"),
        (lambda: r.standardize_parameters(r.lm("angle ~ temp", CAKE), method="smart"), "'refit', 'basic', not 'smart'"),
        (lambda: r.standardize_parameters(r.lm("log(angle) ~ temp", CAKE)), "log.angle. cannot be taken"),
        (lambda: r.standardize_parameters(r.lm("angle ~ sqrt(temp)", CAKE)), "sqrt.temp. cannot be taken"),
        (lambda: r.cohens_d([1.0], [2.0, 3.0]), "not enough observations"),
        (lambda: r.cohens_d([1.0, 2.0], [2.0, 3.0, 4.0], paired=True), "2 and 3"),
        (lambda: r.cohens_d("angle ~ recipe", data=CAKE), "2 levels, not 3: A, B, C"),
    ],
)
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()


def test_the_difference_under_the_hypothesis_is_noted_before_the_standard_deviation() -> None:
    for function in (r.cohens_d, r.hedges_g):
        lines = str(function([1.0, 2.0, 4.0], [3.0, 5.0, 9.0], mu=1)).splitlines()
        assert [line for line in lines if line.startswith("- ")] == [
            "- Deviation from a difference of 1.", "- Estimated using pooled SD."]


@pytest.mark.parametrize(("sizes", "df"), [((2, 2), 2), ((3, 4), 5), ((40, 20), 58)])
def test_the_factor_of_g_is_the_exact_one(sizes: tuple[int, int], df: int) -> None:
    x, y = (CAKE["angle"].to_numpy()[start:start + n] for start, n in zip((0, 100), sizes, strict=True))
    d, g = r.cohens_d(x, y), r.hedges_g(x, y)
    factor = g["Hedges_g"].item() / d["Cohens_d"].item()
    np.testing.assert_allclose(g[["CI_low", "CI_high"]] / d[["CI_low", "CI_high"]].to_numpy(), factor, rtol=1e-12)
    with mpmath.workdps(30):
        half = mpmath.mpf(df) / 2
        exact = mpmath.gamma(half) / mpmath.sqrt(half) / mpmath.gamma(half - mpmath.mpf(1) / 2)
    assert factor == pytest.approx(float(exact), rel=1e-12)


def test_g_of_one_degree_of_freedom_is_0_as_in_r() -> None:
    assert r.hedges_g([1.0, 2.0])[["Hedges_g", "CI_low", "CI_high"]].to_numpy().tolist() == [[0.0, 0.0, 0.0]]


def test_epsilon_of_one_factor_is_the_adjusted_r_squared() -> None:
    m = r.lm("angle ~ recipe", CAKE)
    both = r.lm("angle ~ temperature", CAKE)
    assert r.epsilon_squared(m)["Epsilon2"].item() == pytest.approx(max(r.summary(m).adj_r_squared, 0.0), rel=1e-10)
    assert r.epsilon_squared(both)["Epsilon2"].item() == pytest.approx(r.summary(both).adj_r_squared, rel=1e-10)


def test_glass_divides_by_the_second_sample() -> None:
    x, y = CAKE["angle"].to_numpy()[:40], CAKE["angle"].to_numpy()[40:60]
    plain = (x.mean() - y.mean()) / y.std(ddof=1)
    assert r.glass_delta(x, y)["Glass_delta"].item() == pytest.approx(plain, rel=1e-12)
    factor = mpmath.gamma(9.5) / (mpmath.sqrt(9.5) * mpmath.gamma(9))
    with r.options(lme4="2.1"):
        adjusted = r.glass_delta(x, y)
    assert adjusted["Glass_delta_adjusted"].item() == pytest.approx(plain * float(factor), rel=1e-12)
    assert str(adjusted).startswith("Glass' delta (adj.)")
    with pytest.raises(ValueError, match="needs two samples"):
        r.glass_delta(x)
