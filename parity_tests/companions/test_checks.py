"""Checks of models and simulated residuals: what must hold of them, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import translations as r

LINEAR = r.lm("bwt ~ age + lwt", r.load("birthwt"))
MIXED = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
TRUTH = r.glm("low ~ age", r.binomial(), r.load("birthwt").assign(low=lambda d: (d.bwt < 2500).astype(float)))


def test_the_test_of_variances_is_breusch_s_and_pagan_s() -> None:
    """Half the explained sum of squares of squared residuals over their mean, on the fitted values: the definition."""
    m = r.lm("bwt ~ lwt", r.load("birthwt"))
    e2 = np.asarray(r.residuals(m)) ** 2
    f = np.asarray(r.fitted(m))
    slope, _ = np.polyfit(f, e2 / e2.mean(), 1)
    chi = slope**2 * ((f - f.mean()) ** 2).sum() / 2
    assert r.check_heteroscedasticity(m).p_value == pytest.approx(r.pchisq(chi, 1, lower_tail=False), rel=1e-9)


@pytest.mark.filterwarnings("ignore:of a mixed model performance")
def test_all_checks_together() -> None:
    checks = r.check_model(MIXED)
    assert list(checks.checks) == ["normality", "heteroscedasticity", "outliers", "singularity"]
    assert str(checks).count("\n") == 5 and checks["singularity"].ok
    panels = checks.panels
    assert panels["panel"].nunique() == 4 and not panels.isna().any().any()
    assert "collinearity" in r.check_model(LINEAR).checks


@pytest.mark.filterwarnings("ignore:of a mixed model performance")
@pytest.mark.parametrize("make", [lambda: r.check_model(MIXED), lambda: r.simulateResiduals(MIXED, n=20),
                                  lambda: r.effect("Days", MIXED)])
def test_what_they_give_is_plotted(make: Callable[[], Any]) -> None:
    from translations.figures.built import layers

    assert all(len(one) for one in layers(r.plot(make())))


def test_every_term_has_a_figure() -> None:
    figures = r.plot(r.allEffects(r.lm("breaks ~ wool + tension", r.load("warpbreaks"))))
    assert list(figures) == ["wool", "tension"]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: r.check_normality(TRUTH), "check_normality is for linear models"),
        (lambda: r.check_normality(LINEAR, effects="random"), "for mixed models"),
        (lambda: r.check_normality(MIXED, effects="all"), "effects must be"),
        (lambda: r.check_heteroscedasticity(TRUTH), "is for linear models"),
        (lambda: r.check_outliers(3), "needs a model"),
        (lambda: r.check_collinearity(r.lm("bwt ~ age", r.load("birthwt"))), "fewer than 2 terms"),
        (lambda: r.check_singularity(LINEAR), "needs a mixed model"),
        (lambda: r.check_overdispersion(LINEAR), "Poisson and binomial"),
        (lambda: r.check_overdispersion(TRUTH), "cannot be used for Bernoulli"),
        (lambda: r.simulateResiduals(3), "needs a model"),
        (lambda: r.simulateResiduals(MIXED, n=1), "n must be 2 or more"),
        (lambda: r.testDispersion(MIXED, alternative="more"), "alternative must be"),
    ],
)
def test_what_cannot_be_is_told(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()


def test_what_performance_gets_wrong_is_told() -> None:
    with pytest.warns(UserWarning, match="depends on the response's unit"):
        first = r.check_heteroscedasticity(MIXED).p_value
    with pytest.warns(UserWarning, match="depends on the response's unit"):
        other = r.lmer("y ~ Days + (1 | Subject)", r.sleepstudy().assign(y=lambda d: d.Reaction / 100))
        assert r.check_heteroscedasticity(other).p_value > first + 0.1


@pytest.mark.parametrize(("release", "lines"), [
    ("1.1-31", [" Term  VIF      VIF  CI Increased SE Tolerance", "    N 1.00 [1.00, 1.00]         1.00      1.00"]),
    ("2.1", [" Term VIF      VIF  CI adj. VIF Tolerance", "    N   1 [1.00, 1.00]        1         1"])])
def test_an_orthogonal_design_has_one_end_of_an_interval(release: str, lines: list[str]) -> None:
    """R's text by performance 0.10.2 and 0.18.2: empty columns are left out, the ends that stay are an interval."""
    m = r.lm("yield ~ N + P + K", r.load("npk"))
    with r.options(lme4=release):
        assert str(r.check_collinearity(m)).splitlines()[4:6] == lines
