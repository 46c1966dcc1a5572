"""lmerTest's default, deletions, elimination, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import translations as r

CAKE = r.cake()


@pytest.fixture(scope="module")
def model() -> Any:
    return r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", CAKE)


def test_the_option_is_what_ddf_asks_for(model: Any) -> None:
    said = {"summary": str(r.summary(model, ddf="Satterthwaite")), "anova": str(r.anova(model, ddf="Satterthwaite")),
            "drop1": str(r.drop1(model, ddf="Satterthwaite"))}
    plain = str(r.summary(model)), str(r.anova(model)), str(r.drop1(model))
    with r.options(lmerTest=True):
        assert {"summary": str(r.summary(model)), "anova": str(r.anova(model)), "drop1": str(r.drop1(model))} == said
        again = (str(r.summary(model, ddf="lme4")), str(r.anova(model, ddf="lme4")), str(r.drop1(model, ddf="lme4")))
        assert again == plain
        assert "['lmerModLmerTest']" in str(model)
    assert "['lmerMod']" in str(model)


def test_models_are_compared_by_likelihood_all_the_same(model: Any) -> None:
    small = r.lmer("angle ~ temp + (1 | recipe:replicate)", CAKE)
    with r.options(lmerTest=True):
        assert list(r.anova(model, small).columns)[:2] == ["npar", "AIC"]


def test_of_one_hypothesis_f_is_the_square_of_t(model: Any) -> None:
    table, t = r.drop1(model, ddf="Satterthwaite"), r.summary(model, ddf="Satterthwaite").coefficients
    assert table.loc["temp", "F value"] == pytest.approx(t.loc["temp", "t value"] ** 2, rel=1e-10)
    assert r.SATmodcomp(model, [0, 0, 0, 1]).test["ddf"].iloc[0] == pytest.approx(t.loc["temp", "df"], rel=1e-10)


def test_rand_is_ranova(model: Any) -> None:
    assert str(r.rand(model)) == str(r.ranova(model))


def test_fractions() -> None:
    m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", CAKE)
    shown = r.show_tests(r.anova(m, ddf="Satterthwaite"), fractions=True)["temp"]
    assert list(shown.loc["temp"]) == ["0", "0", "0", "1", "1/3", "1/3"]
    assert isinstance(r.show_tests(r.anova(m, type=1), names=False)["temp"], np.ndarray)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda m: r.options(lmerTest="yes"), "lmerTest must be True or False, not 'yes'"),
        (lambda m: r.drop1(m, "replicate", ddf="Satterthwaite"), "marginal terms .* recipe, temp, not replicate"),
        (lambda m: r.drop1(m, ddf="Wald"), "'Satterthwaite', 'Kenward-Roger', not 'Wald'"),
        (lambda m: r.drop1(m, test="F"), "ddf='Satterthwaite'"),
        (lambda m: r.step(m, keep="days"), "keep names no term .* days; there are recipe, temp"),
        (lambda m: r.step(m, alpha_fixed=5), "alpha_fixed must lie between 0 and 1, not 5"),
        (lambda m: r.step(3), "step"),
        (lambda m: r.get_model(m), "what step.. returned, not LmerMod"),
        (lambda m: r.show_tests(r.drop1(m)), "has no hypotheses"),
        (lambda m: r.SATmodcomp(m, [0, 0, 0, 0]), "nothing but zeros"),
        (lambda m: r.SATmodcomp(m, m), "same, or not nested"),
    ],
)
def test_errors(model: Any, ask: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask(model)
