"""Estimates pooled over imputed data sets: Rubin's rules by hand, and what is asked wrongly."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import translations as r

SLEEP = r.sleepstudy()
SETS = [SLEEP.assign(Reaction=SLEEP["Reaction"] + 3.0 * i * SLEEP["Days"]) for i in (0, 1, -1, 2)]
LINES = [r.lm("Reaction ~ Days", one) for one in SETS]
MIXED = [r.lmer("Reaction ~ Days + (1 | Subject)", one) for one in SETS]


def test_pooled_by_rubins_rules() -> None:
    x = r.testEstimates(MIXED)
    slopes = np.array([r.fixef(m)["Days"] for m in MIXED])
    within = np.mean([r.vcov(m).loc["Days", "Days"] for m in MIXED])
    between = np.sum((slopes - slopes.mean()) ** 2) / 3
    total = within + 1.25 * between
    df = 3 * (1 + within / (1.25 * between)) ** 2
    row = x.estimates.loc["Days"]
    assert row["Estimate"] == pytest.approx(slopes.mean(), rel=1e-13)
    assert row["Std.Error"] == pytest.approx(np.sqrt(total), rel=1e-12)
    assert row["df"] == pytest.approx(df, rel=1e-12)
    assert row["P(>|t|)"] == pytest.approx(2 * stats.t.sf(slopes.mean() / np.sqrt(total), df), rel=1e-9)
    low, high = r.confint(x).to_numpy(float)[1]
    assert (low + high) / 2 == pytest.approx(slopes.mean(), rel=1e-12)
    assert (high - low) / 2 == pytest.approx(stats.t.ppf(0.975, df) * np.sqrt(total), rel=1e-9)
    assert r.vcov(x).loc["Days", "Days"] == pytest.approx(total, rel=1e-12)
    assert r.coef(x)["Days"] == row["Estimate"]


def test_data_sets_that_are_alike_add_nothing() -> None:
    same = r.testEstimates([LINES[0]] * 3).estimates
    single = r.summary(LINES[0]).coefficients
    np.testing.assert_allclose(same[["Estimate", "Std.Error"]], single.iloc[:, :2], rtol=1e-13)
    assert list(same["RIV"]) == [0.0, 0.0] and list(same["df"]) == [np.inf, np.inf]
    assert "Inf" in str(r.testEstimates([LINES[0]] * 3))


def test_small_samples_have_fewer_degrees_of_freedom() -> None:
    free, bound = (r.testEstimates(LINES, df_com=df).estimates["df"] for df in (None, 178))
    assert (bound < np.minimum(free, 178)).all()


def test_variance_components_are_means() -> None:
    extra = r.testEstimates(MIXED, extra_pars=True).extra_pars
    assert extra is not None
    found = extra["Estimate"]
    assert found["Residual~~Residual"] == pytest.approx(np.mean([m.sigma**2 for m in MIXED]), rel=1e-13)
    assert list(found.index) == ["Intercept~~Intercept|Subject", "Residual~~Residual", "ICC|Subject"]
    counts = [r.glm("n ~ Days", family=r.poisson(), data=SLEEP.assign(n=i + SLEEP["Days"] % 3)) for i in (1, 2)]
    assert r.testEstimates(counts, extra_pars=True).extra_pars is None
    sites = r.load("cbpp")
    odds = [r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", sites, family=r.binomial())] * 2
    binomial = r.testEstimates(odds, extra_pars=True).extra_pars
    assert binomial is not None and list(binomial.index) == ["Intercept~~Intercept|herd"]


def test_intervals_of_some_estimates() -> None:
    x = r.testEstimates(LINES)
    assert list(r.confint(x, parm=2, level=0.9).index) == ["Days"]
    assert list(r.confint(x, parm=["Days"], level=0.9).columns) == ["5 %", "95 %"]
    with pytest.raises(KeyError, match="no estimate Weeks; there are"):
        r.confint(x, parm="Weeks")
    assert "2 coefficients of 4" in repr(x) and x._repr_html_().count("<table>") == 1


@pytest.mark.parametrize(("models", "said"), [
    (LINES[0], "must be a list of models, one of each imputed data set, not Lm"),
    (LINES[:1], "two imputed data sets or more, not 1"),
    ([LINES[0], 3], "number 2 is no model"),
    ([LINES[0], MIXED[0]], "number 2 is by lmer, and number 1 by lm"),
    ([LINES[0], r.lm("Reaction ~ 1", SLEEP)], r"number 2 has other coefficients than number 1 \(\(Intercept\);"),
    ([r.lm("Reaction ~ Days + I(2 * Days)", SLEEP)] * 2, r"I\(2 \* Days\) is determined by others"),
])  # fmt: skip
def test_bad_input_is_named(models: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        r.testEstimates(models)
