"""Where exact derivatives decide otherwise than lme4's differences, it is said once, beside R's own warnings."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4 import convergence
from translations.parity.cases import case

DATA = r.sleepstudy()
DATA["z"] = DATA["Days"] * 1e-4
SLOPES = "Reaction ~ z + (0 + z | Subject)"
# R 4.2.2, lme4 1.1-31: summary(lmer(Reaction ~ z + (0 + z | Subject), within(sleepstudy, z <- Days * 1e-4)))
R_SAYS = ["Some predictor variables are on very different scales: consider rescaling",
          "unable to evaluate scaled gradient",
          " Hessian is numerically singular: parameters are not uniquely determined"]
NOTE = "lme4 takes derivatives by differences of 1e-4; by exact ones: nothing is wrong here"


def heard(formula: str, data: Any, **more: Any) -> tuple[Any, list[warnings.WarningMessage]]:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        return r.lmer(formula, data, **more), said


def curvature(m: Any) -> float:
    """The criterion's second derivative, by its values alone, over a step that outgrows their rounding."""
    theta = float(m.optimum.theta[0])
    step = theta / 10
    low, here, high = (m.pls.deviance(np.array([t]), True) for t in (theta - step, theta, theta + step))
    return float((low - 2 * here + high) / step**2)


def test_a_wrong_alarm_is_called_one() -> None:
    """Differences of 1e-4 of a theta near 250 are rounding; the criterion curves, if little."""
    m, said = heard(SLOPES, DATA)
    assert [str(w.message) for w in said if w.category is not r.ParityNote] == R_SAYS
    assert [str(w.message) for w in said if w.category is r.ParityNote] == [NOTE]
    assert curvature(m) > 1e-6
    assert list(m.diagnosis.messages) == R_SAYS[1:] and NOTE not in str(r.summary(m))


@pytest.mark.usefixtures("live_r")
def test_live(live_r: Any) -> None:
    live_r.assign("frame", DATA.to_csv(index=False, float_format="%.17g"))
    live_r.eval("d <- read.csv(text = frame); d$Subject <- factor(d$Subject); said <- character()")
    live_r.eval("m <- withCallingHandlers(lme4::lmer(Reaction ~ z + (0 + z | Subject), d), warning = function(w) { "
                "said <<- c(said, conditionMessage(w)); invokeRestart('muffleWarning') })")
    assert live_r.eval("cat(said, sep = '\\n')") == "\n".join(R_SAYS)


def test_a_minimum_that_no_difference_misses_is_called_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where differences pass within a factor of ten of a bound that the exact ones overstep, that is said too."""
    d = DATA.assign(z=DATA["Days"] * 10.0)
    usual = convergence.derivatives

    def half(*given: Any) -> Any:
        gradient, H = usual(*given)
        return gradient / 5.0, H

    _, said = heard("Reaction ~ z + (z | Subject)", d)
    assert [w.category for w in said] == [r.ConvergenceWarning] and "max|grad| = 0.0086" in str(said[0].message)
    monkeypatch.setattr(convergence, "derivatives", half)
    _, said = heard("Reaction ~ z + (z | Subject)", d)
    assert [w.category for w in said] == [r.ParityNote] and "Model failed to converge with max|grad| = 0.009" in str(
        said[0].message)


@pytest.mark.parametrize("control", ["newton", r.lmerControl(calc_derivs=False),
                                     r.lmerControl(check_conv_hess="ignore", check_conv_grad="ignore")])
def test_nothing_is_said_where_nothing_was_asked(control: Any) -> None:
    assert not [w for w in heard(SLOPES, DATA, control=control)[1] if w.category is r.ParityNote]


def test_it_is_no_part_of_what_is_compared_with_r() -> None:
    def fitted() -> dict[str, float]:
        return {"sigma": float(r.sigma(r.lmer(SLOPES, DATA)))}

    assert list(case()(fitted).run().warnings) == R_SAYS


def test_an_action_alone_keeps_the_tolerance() -> None:
    """R takes check.conv.grad = "ignore", and list("ignore", 0.002) for it."""
    d = DATA.assign(z=DATA["Days"] * 10.0)
    alone = r.lmerControl(check_conv_grad="ignore", check_conv_hess="warning", check_conv_singular="ignore")
    assert (alone.check_conv_grad, alone.check_conv_hess, alone.check_conv_singular) == (
        ("ignore", 2e-3), ("warning", 1e-6), ("ignore", 1e-4))
    assert not heard("Reaction ~ z + (z | Subject)", d, control=alone)[1]
    with pytest.raises(ValueError, match="max|grad| = 0.0086"):
        r.lmer("Reaction ~ z + (z | Subject)", d, control=r.lmerControl(check_conv_grad="stop"))
    with pytest.raises(ValueError, match="check_conv_grad must be an action and a tolerance"):
        r.lmerControl(check_conv_grad="shout")


@pytest.mark.parametrize("stopped_early", [False, True])
def test_large_models_are_told_by_exact_derivatives_what_differences_would_say(
    monkeypatch: pytest.MonkeyPatch, stopped_early: bool
) -> None:
    """As if 20 crossed models were large: the same words, and no differences where nothing is to be said."""
    asked: list[int] = []
    counted = convergence.derivatives
    monkeypatch.setattr(convergence, "derivatives", lambda *given: asked.append(1) or counted(*given))
    control = r.lmerControl(optCtrl={"maxeval": 15} if stopped_early else {})
    said = {}
    for bound in (1, 10**9):
        monkeypatch.setattr(convergence, "COSTLY_FROM", bound)
        found = []
        for seed in range(20):
            stream = r.set_seed(seed)
            g, h = stream.sample_int(30, 300, True), stream.sample_int(20, 300, True)
            y = stream.rnorm(30)[g - 1] + 0.1 * seed * stream.rnorm(20)[h - 1] + stream.rnorm(300)
            data = {"y": y, "x": stream.rnorm(300), "g": g, "h": h}
            words = heard("y ~ x + (1 | g) + (1 | h)", data, control=control)[1]
            found.append([str(word.message) for word in words])
        said[bound] = found, len(asked)
        asked.clear()
    assert said[1][0] == said[10**9][0]
    assert any(any("failed to converge" in word for word in words) for words in said[1][0]) == stopped_early
    assert said[1][1] == 20 if stopped_early else said[1][1] < said[10**9][1]
