"""Profile intervals: the spline they are read off, and where they end."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.generalized.profile import fmm_spline


def test_the_profile_s_spline_holds_cubics() -> None:
    x = np.array([0.0, 1.0, 2.5, 3.0, 5.0])
    at = np.linspace(0, 5, 9)
    assert np.allclose(fmm_spline(x, x**3 - x, at), at**3 - at, atol=1e-12)


def test_a_profile_ends_where_the_deviance_has_risen_by_the_quantile() -> None:
    m = r.glm("cbind(incidence, size - incidence) ~ period", r.binomial, r.load("cbpp"))
    low = float(r.confint(m, "period2")["2.5 %"])
    data = r.load("cbpp").assign(shift=lambda d: low * (d.period == "2"))
    formula = 'cbind(incidence, size - incidence) ~ (period == "3") + (period == "4") + offset(shift)'
    held = r.glm(formula, r.binomial, data)
    assert r.deviance(held) - r.deviance(m) == pytest.approx(3.8415, abs=2e-3)


def test_intervals_by_standard_errors() -> None:
    # confint.default(lm(Reaction ~ Days, sleepstudy), 2, level = 0.9)
    found = r.confint_default(r.lm("Reaction ~ Days", r.sleepstudy()), 2, level=0.9)
    np.testing.assert_allclose(found, [[8.43063593272445, 12.5039359864675]], rtol=1e-9)
    assert list(found.index) == ["Days"] and list(found.columns) == ["5 %", "95 %"]
    m = r.glm("Reaction ~ Days + I(2 * Days)", r.Gamma, r.sleepstudy())
    np.testing.assert_array_equal(r.confint_default(m), r.confint(m, method="Wald"))
    assert np.isnan(r.confint_default(m).loc["I(2 * Days)"]).all()
    with pytest.raises(ValueError, match="needs a model by lm or glm"):
        r.confint_default(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy()))


def test_profiles_of_a_model_are_asked_for_by_name() -> None:
    m = r.glm("Reaction ~ Days", r.Gamma, r.sleepstudy())
    found = r.profile(m, which="Days")
    assert list(found) == ["Days"] and list(found["Days"]) == ["tau", "par.vals.(Intercept)", "par.vals.Days"]
    assert found["Days"]["par.vals.Days"].is_monotonic_increasing and "Days" in repr(found)
    for ask, error, said in ((lambda: r.profile(m, which="Hours"), KeyError, "no coefficient 'Hours'; there are"),
                             (lambda: r.profile(m, which=3), KeyError, "no coefficient 3"),
                             (lambda: found["Hours"], KeyError, "no profile of 'Hours'"),
                             (lambda: r.profile(m, alpha=2), ValueError, "alpha must lie between 0 and 1"),
                             (lambda: r.profile(m, maxsteps=0), ValueError, "maxsteps must be at least 1"),
                             (lambda: r.profile(m, test="Wald"), ValueError, "test must be one of 'LRT', 'Rao'"),
                             (lambda: r.confint(m, test="Rao"), ValueError, "came with R 4.4")):
        with pytest.raises(error, match=said):
            ask()
