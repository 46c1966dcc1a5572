"""What R warns of when a linear model is summarized, compared or asked for predictions."""
from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

import translations as r

DATA = r.sleepstudy()
DATA["w"] = [1.0, 2.0] * 90
DATA["perfect"] = 2.0 * DATA["Days"] + 1.0
DATA["tripled"] = 3.0 * DATA["Days"]
NEW = DATA.head(2)


def of(formula: str, **more: Any) -> Any:
    return r.lm(formula, DATA, **more)


# The call in Python and in R, and what R 4.2.2 says of it.
SAID: dict[str, tuple[Callable[[], Any], str, list[str]]] = {
    "a perfect summary": (
        lambda: r.summary(of("perfect ~ Days")), "summary(lm(perfect ~ Days, d))",
        ["essentially perfect fit: summary may be unreliable"]),
    "perfect with many columns": (
        lambda: r.summary(of("perfect ~ Days * Subject")), "summary(lm(perfect ~ Days * Subject, d))",
        ["essentially perfect fit: summary may be unreliable"]),
    "perfect anova": (
        lambda: r.anova(of("perfect ~ Days")), "anova(lm(perfect ~ Days, d))",
        ["ANOVA F-tests on an essentially perfect fit are unreliable"]),
    "perfect deletions": (
        lambda: r.drop1(of("perfect ~ Days")), "drop1(lm(perfect ~ Days, d))",
        ["attempting model selection on an essentially perfect fit is nonsense"]),
    "future": (
        lambda: r.predict(of("Reaction ~ Days"), interval="prediction"),
        "predict(lm(Reaction ~ Days, d), interval = 'prediction')",
        ["predictions on current data refer to _future_ responses"]),
    "future, weighted": (
        lambda: r.predict(of("Reaction ~ Days", weights="w"), interval="prediction"),
        "predict(lm(Reaction ~ Days, d, weights = w), interval = 'prediction')",
        ["predictions on current data refer to _future_ responses",
         "assuming prediction variance inversely proportional to weights used for fitting"]),
    "new, weighted": (
        lambda: r.predict(of("Reaction ~ Days", weights="w"), NEW, interval="prediction"),
        "predict(lm(Reaction ~ Days, d, weights = w), d[1:2, ], interval = 'prediction')",
        ["Assuming constant prediction variance even though model fit is weighted"]),
    "new weights": (
        lambda: r.predict(of("Reaction ~ Days", weights="w"), NEW, interval="prediction", weights=2.0),
        "predict(lm(Reaction ~ Days, d, weights = w), d[1:2, ], interval = 'prediction', weights = 2)", []),
    "rank deficient": (
        lambda: r.predict(of("Reaction ~ Days + tripled"), NEW), "predict(lm(Reaction ~ Days + tripled, d), d[1:2, ])",
        ["prediction from a rank-deficient fit may be misleading"]),
    "rank deficient, its own data": (
        lambda: r.predict(of("Reaction ~ Days + tripled")), "predict(lm(Reaction ~ Days + tripled, d))", []),
    "nothing": (lambda: r.summary(of("Reaction ~ Days")), "summary(lm(Reaction ~ Days, d))", []),
}


def heard(question: Callable[[], Any]) -> list[str]:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        question()
    return [str(w.message) for w in said]


@pytest.mark.parametrize("why", SAID)
def test_r_s_words(why: str) -> None:
    question, _, texts = SAID[why]
    assert heard(question) == texts


@pytest.mark.parametrize("why", SAID)
def test_live(live_r: Any, why: str) -> None:
    question, code, _ = SAID[why]
    live_r.assign("d", DATA)
    live_r.eval("said <- character(); keep <- function(w) { said <<- c(said, trimws(conditionMessage(w))); "
                f"invokeRestart('muffleWarning') }}; answer <- withCallingHandlers({code}, warning = keep)")
    assert "\n".join(heard(question)) == live_r.eval("cat(said, sep = '\\n')")


def test_coefficients_by_number() -> None:
    m = of("Reaction ~ Days + Subject")
    assert r.confint(m, parm=[2, 1]).equals(r.confint(m).iloc[[1, 0]])
    assert r.confint(m, parm=2).equals(r.confint(m, parm="Days"))
    for wrong in (0, 99, "nowhere"):
        with pytest.raises(KeyError, match="no coefficient"):
            r.confint(m, parm=wrong)
    for level in (0.0, 1.5, "high", None):
        with pytest.raises(ValueError, match="level must (lie between 0 and 1|be a number)"):
            r.confint(m, level=level)
