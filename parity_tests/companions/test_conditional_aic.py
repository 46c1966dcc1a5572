"""The conditional AIC: exact degrees of freedom are the derivative that they stand for; what is asked wrongly."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r

SLEEP = r.sleepstudy()
DYESTUFF = r.load("Dyestuff")
PENICILLIN = r.load("Penicillin").head(48)
NEWTON = r.lmerControl(optimizer="newton")
MODELS = {
    "slopes": lambda: r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP.head(60), control=NEWTON),
    "ml": lambda: r.lmer("Yield ~ 1 + (1 | Batch)", DYESTUFF, REML=False, control=NEWTON),
    "weights": lambda: r.lmer("Yield ~ 1 + (1 | Batch)", DYESTUFF, weights=np.tile([1.0, 2, 3], 10), control=NEWTON),
    "offset": lambda: r.lmer("Yield ~ 1 + (1 | Batch)", DYESTUFF, offset=np.tile([0.0, 50, 90], 10), control=NEWTON),
    "crossed": lambda: r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", PENICILLIN, control=NEWTON),
}


@pytest.mark.parametrize("name", MODELS)
def test_exact_degrees_of_freedom_are_the_derivative_of_the_fitted_values(name: str) -> None:
    m = MODELS[name]()
    h = 1e-3 * m.sigma

    def moved(i: int, by: float) -> float:
        y = m.y.copy()
        y[i] += by
        return float(np.asarray(r.fitted(r.refit(m, y)))[i])

    slope = sum((moved(i, h) - moved(i, -h)) / (2.0 * h) for i in range(m.n))
    assert r.cAIC(m, exact=True).df == pytest.approx(1.0 + slope, rel=2e-7)  # the differences' own error, h² / sigma²
    assert abs(r.cAIC(m).df / (1.0 + slope) - 1.0) > 1e-4  # R's formula is not


def test_responses_in_another_unit_take_up_as_much() -> None:
    fits = [r.lmer("y ~ Days + (Days | Subject)", SLEEP.assign(y=unit * SLEEP["Reaction"])) for unit in (1.0, 1e-3)]
    one, other = (r.cAIC(m, exact=True).df for m in fits)
    assert one == pytest.approx(other, rel=1e-6)


def test_a_random_effect_that_does_not_vary_is_taken_out() -> None:
    rails = r.load("Rail").assign(half=r.factor(np.tile([1, 2], 9)))
    with pytest.warns(r.SingularFitWarning):
        m = r.lmer("travel ~ 1 + (1 | Rail) + (1 | half)", rails)
    found = r.cAIC(m)
    assert found.new and r.formula(found.reducedModel) == "travel ~ (1 | Rail)"
    assert "Refitted model:  travel ~ (1 | Rail)" in str(found)
    assert r.anocAIC(m).index.tolist() == ["travel ~ (1 | Rail)"]


CBPP: Any = r.load("cbpp")
COUNTS = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", CBPP, r.binomial())
ONE: Any = "one"
LINE: Any = r.lm("Reaction ~ Days", SLEEP)


@pytest.mark.parametrize(("wrong", "words"), [
    (lambda: r.cAIC(COUNTS), "several trials"),
    (lambda: r.cAIC(r.glm("Reaction ~ Days", r.Gamma("log"), SLEEP)), "family Gamma"),
    (lambda: r.cAIC(MODELS["ml"](), method="bootstrap"), "conditionalBootstrap"),
    (lambda: r.cAIC(MODELS["ml"](), sigma_penalty=ONE), "sigma_penalty"),
    (lambda: r.cAIC(MODELS["ml"](), method="conditionalBootstrap", B=0), "B"),
    (lambda: r.anocAIC(LINE), "anocAIC"),
    (lambda: r.cAIC(3), "cAIC"),
])
def test_what_is_asked_wrongly_is_named(wrong: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wrong()
