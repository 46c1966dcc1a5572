"""Linear hypotheses: what is asked wrongly, and how a hypothesis may be written."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import translations as r

DAYS = r.lm("Reaction ~ Days + I(Days^2)", r.sleepstudy())
MIXED = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), REML=False)
TWICE = r.lm("Reaction ~ Days + I(2 * Days)", r.sleepstudy())


@pytest.mark.parametrize("call, message", [
    (lambda: r.linearHypothesis(DAYS, "Day = 0"), r"'Day = 0' is not well formed at 'Day'.*\(Intercept\), Days, I"),
    (lambda: r.linearHypothesis(DAYS, "Days = 1 = 2"), "more than one = sign"),
    (lambda: r.linearHypothesis(DAYS, "Days = 1", rhs=2), "a = sign although rhs was specified"),
    (lambda: r.linearHypothesis(DAYS, "Days I(Days^2)"), r"not well formed at 'I\(Days\^2\)'"),
    (lambda: r.linearHypothesis(DAYS, ""), "not well formed at ''"),
    (lambda: r.linearHypothesis(DAYS, []), "needs a hypothesis"),
    (lambda: r.linearHypothesis(DAYS, [[0, 1]]), r"must have 3 columns, one a coefficient .* not 2"),
    (lambda: r.linearHypothesis(DAYS, [[0, 1, 0]], rhs=[1, 2]), "rhs must have 1 values, .* not 2"),
    (lambda: r.linearHypothesis(DAYS, "Days", test="LR"), "'F', 'Chisq', not 'LR'"),
    (lambda: r.linearHypothesis(DAYS, "Days", vcov_=np.eye(2)), r"vcov_ must be a matrix \(3, 3\)"),
    (lambda: r.linearHypothesis(MIXED, "Days", white_adjust=True), "white_adjust is for linear models"),
    (lambda: r.linearHypothesis(MIXED, "Days", test="F"), "only for linear mixed model fit by REML"),
    (lambda: r.linearHypothesis(TWICE, "Days"), r"aliased coefficients.* others are \(Intercept\), Days"),
    (lambda: r.linearHypothesis(3, "Days"), "needs a model by lm, glm, lmer, glmer, gls or lme, not 3"),
])
def test_what_is_asked_wrongly_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("text", ["2*Days - I(Days^2) = 3", "2 Days - I(Days^2) = 3", "2Days = 3 + I(Days^2)",
                                  "-3 = -2*Days+I(Days^2)", "2*Days - I(Days^2) - 3"])
def test_one_hypothesis_is_written_in_several_ways(text: str) -> None:
    """Its matrix is (0, 2, -1), its value 3."""
    by_matrix = r.linearHypothesis(DAYS, [[0, 2, -1]], rhs=3)
    np.testing.assert_allclose(r.linearHypothesis(DAYS, text).iloc[1].tolist(), by_matrix.iloc[1].tolist(), rtol=1e-12)


def test_values_beside_texts_are_recycled() -> None:
    both = r.linearHypothesis(DAYS, ["Days", "I(Days^2)"], rhs=1)
    np.testing.assert_allclose(both["F"], r.linearHypothesis(DAYS, [[0, 1, 0], [0, 0, 1]], rhs=[1, 1])["F"])


def test_kenward_roger_tests_against_0() -> None:
    """car warns so, and does."""
    m = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    with pytest.warns(UserWarning, match="rhs of hypothesis ignored, set to 0"):
        at_10 = r.linearHypothesis(m, "Days = 10", test="F")
    assert at_10["F"].tolist()[1] == r.linearHypothesis(m, "Days", test="F")["F"].tolist()[1]


def test_residual_degrees_of_freedom_of_gls_are_not_known() -> None:
    """car's message."""
    with pytest.warns(r.CarNote, match="residual df unavailable, test set to 'Chisq'"):
        assert "Chisq" in r.linearHypothesis(r.gls("distance ~ age", r.load("Orthodont")), "age", test="F")


def test_aliased_coefficients_are_left_out_when_asked() -> None:
    once = r.lm("Reaction ~ Days", r.sleepstudy())
    with_it = r.linearHypothesis(TWICE, "Days = 3", singular_ok=True)
    np.testing.assert_allclose(with_it["F"], r.linearHypothesis(once, "Days = 3")["F"])
