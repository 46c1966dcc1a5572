"""Tables of information criteria: the other packages' agree; what is asked wrongly."""
from __future__ import annotations

from typing import Any

import pytest

import translations as r

SLEEP = r.sleepstudy()
NONE = r.lmer("Reaction ~ 1 + (1 | Subject)", SLEEP, REML=False)
DAYS = r.lmer("Reaction ~ Days + (1 | Subject)", SLEEP, REML=False)
SHORT = r.lm("Reaction ~ Days", SLEEP.head(50))
THREE: Any = 3


def test_the_weights_are_those_of_aicctab_and_aictab() -> None:
    fits = {"none": NONE, "days": DAYS}
    ours, theirs = r.AICctab(fits, weights=True, base=True), r.aictab(fits)
    assert ours.index.tolist() == theirs["Modnames"].tolist()
    for one, other in (("AICc", "AICc"), ("dAICc", "Delta_AICc"), ("weight", "AICcWt"), ("df", "K")):
        assert ours[one].tolist() == pytest.approx(theirs[other].tolist(), rel=1e-12)


def test_a_dispersion_makes_the_criterion_a_quasi_one() -> None:
    with pytest.warns(UserWarning, match="type changed to qAICc"):
        found = r.ICtab(NONE, DAYS, type="AICc", dispersion=2)
    assert "dqAICc" in found


@pytest.mark.parametrize(("wrong", "words"), [
    (lambda: r.AICtab(NONE), "two models"),
    (lambda: r.AICtab(THREE, DAYS), "int"),
    (lambda: r.ICtab(NONE, DAYS, type="DIC"), "qAICc"),
    (lambda: r.AICctab(NONE, SHORT), "nobs different"),
    (lambda: r.AICctab(NONE, DAYS, mnames=["a"]), "1 names for 2 models"),
    (lambda: r.AICtab(NONE, DAYS, delta=False), "'base' or 'delta'"),
    (lambda: r.ICtab(NONE, DAYS, type="BIC", dispersion=2), "dispersion with BIC"),
    (lambda: r.AICctab(NONE, DAYS, nobs=0), "nobs"),
])
def test_what_is_asked_wrongly_is_named(wrong: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wrong()
