"""Indices of how well models fit: what they are by their definitions, and what is asked wrongly."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r

SLEEP = r.sleepstudy()
LINE = r.lm("Reaction ~ Days", SLEEP)
SLOPES = r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP)


@pytest.mark.parametrize(("formula", "density"), [
    ("log({})", lambda y, t: 1 / y), ("log2({})", lambda y, t: 1 / (y * np.log(2))), ("sqrt({})", lambda y, t: 0.5 / t),
    ("log10({})", lambda y, t: 1 / (y * np.log(10))), ("log1p({})", lambda y, t: 1 / (1 + y)),
    ("exp({})", lambda y, t: np.exp(y)),
])  # fmt: skip
def test_the_likelihood_is_that_of_the_variable_itself(formula: str, density: Any) -> None:
    data = SLEEP.assign(y=SLEEP["Reaction"] / 100)
    m = r.lm(f"{formula.format('y')} ~ Days", data)
    t = np.asarray(m.frame.response)
    loglik = float(r.logLik(m)) + np.log(density(data["y"].to_numpy(), t)).sum()
    assert r.model_performance(m)["AIC"].item() == pytest.approx(-2 * loglik + 6, rel=1e-12)


def test_the_ranking_is_a_mean_of_scaled_indices() -> None:
    models = {"none": r.lm("Reaction ~ 1", SLEEP), "line": LINE, "slopes": r.lm("Reaction ~ Days * Subject", SLEEP)}
    table = r.compare_performance(*models.values(), rank=True, names=list(models), metrics=["R2", "RMSE"])
    assert list(table["Name"]) == ["slopes", "line", "none"]
    spread = models["none"], models["slopes"]
    rmse = [np.sqrt(np.mean(np.asarray(r.residuals(m)) ** 2)) for m in (LINE, *spread)]
    squared = [r.summary(m).r_squared for m in (LINE, *spread)]
    score = ((squared[0] - squared[1]) / (squared[2] - squared[1]) + (rmse[1] - rmse[0]) / (rmse[1] - rmse[2])) / 2
    assert table["Performance_Score"].to_numpy() == pytest.approx([1.0, score, 0.0], abs=1e-12)


def test_models_of_other_data_are_said_to_be() -> None:
    with pytest.warns(UserWarning, match="not all models were fit"):
        r.compare_performance(LINE, r.lm("Reaction ~ Days", SLEEP.iloc[1:]), names=["all", "some"])


def test_a_column_of_ones_kind_is_missing_in_the_others() -> None:
    table = r.compare_performance(LINE, SLOPES, names=["a", "b"])
    assert np.isnan(table["R2_marginal"].iloc[0]) and np.isnan(table["R2"].iloc[1])
    assert list(table["Name"]) == ["a", "b"]
    assert "Performance 2 x" in repr(table)
    assert str(table[["Name", "RMSE"]]).splitlines()[2].startswith("Name |")


def test_names_are_the_callers() -> None:
    assert list(r.compare_performance(LINE, SLOPES)["Name"]) == ["LINE", "SLOPES"]


@pytest.mark.parametrize(("ask", "said"), [
    (lambda: r.model_performance(LINE, metrics="AIC2"), "no metric 'AIC2'; there are AIC, AICc"),
    (lambda: r.model_performance(LINE, estimator="ml"), "estimator"),
    (lambda: r.model_performance([LINE]), "by lm, glm, lmer or glmer, not list"),
    (lambda: r.model_performance(r.glm("c ~ Days", family="quasipoisson", data=SLEEP.assign(c=1))), "quasipoisson"),
    (lambda: r.model_performance(r.lm("log(Reaction + 1) ~ Days", SLEEP)), r"log\(Reaction \+ 1\) is not known here"),
    (lambda: r.compare_performance(), "at least one model"),
    (lambda: r.compare_performance(LINE, SLOPES, names=["a"]), "names are 1 and the models 2"),
])  # fmt: skip
def test_bad_input_is_named(ask: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ask()


def test_scores_of_yes_no_answers_are_those_of_one_success_in_as_many_trials_as_successes() -> None:
    from scipy import stats

    m = r.glm("low ~ lwt", "binomial", r.load("birthwt"))
    y, mu = np.asarray(m.fit.y), np.asarray(m.fit.mu)
    p = stats.binom.pmf(y, y.sum(), mu)
    found = r.model_performance(m, metrics=["Score", "PCP", "Log_loss"])
    assert list(found) == ["Log_loss", "Score_log", "Score_spherical", "PCP"]
    assert found["Score_log"].item() == pytest.approx(np.log(p).mean(), rel=1e-12)
    assert found["Score_spherical"].item() == pytest.approx((p / np.sqrt((p**2).sum())).mean(), rel=1e-12)
    assert found["PCP"].item() == pytest.approx(np.where(y == 1.0, mu, 1.0 - mu).mean(), rel=1e-12)
    assert found["Log_loss"].item() == pytest.approx(-float(r.logLik(m)) / len(y), rel=1e-12)


def test_counts_out_of_several_trials_have_no_score() -> None:
    herds = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), "binomial")
    found = r.model_performance(herds)
    assert "Score_log" not in found and np.isnan(found["Log_loss"].item())
