"""General linear hypotheses: bad input, letters of levels that are no means in order, and one p-value by itself."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r

REFUSED = [
    (lambda a: r.glht(a, r.mcp(tensio="Tukey")), "tensio.*wool, tension"),
    (lambda a: r.glht(a, r.mcp(tension="Everything")), "'Dunnett', 'Tukey'"),
    (lambda a: r.glht(a, "tensionM - tensionX = 0"), "tensionX not found.*woolB"),
    (lambda a: r.glht(a, ["tensionM = 0", "tensionH >= 0"]), "mix of alternatives"),
    (lambda a: r.glht(a, "tensionM * tensionH = 0"), "no linear combination"),
    (lambda a: r.glht(a, "tensionM"), "no hypothesis"),
    (lambda a: r.glht(a, [[1, 0]]), "4 coefficients"),
    (lambda a: r.glht(a, r.mcp(tension={"q": [1, -1]})), "L, M, H"),
    (lambda a: r.glht(3), "model by lm"),
    (lambda a: r.mcp(), "names factors"),
    (lambda a: r.adjusted("Westfall"), "'single-step'"),
    (lambda a: r.summary(r.glht(a), test=3), "univariate"),
    (lambda a: r.confint(r.glht(a), calpha="own"), "calpha"),
    (lambda a: r.cld(r.glht(a, r.mcp(tension="Dunnett"))), "all pairs"),
]


@pytest.fixture(scope="module")
def a():
    return r.aov("breaks ~ wool + tension", r.load("warpbreaks"))


@pytest.mark.parametrize(("call", "said"), REFUSED)
def test_bad_input_is_named(a, call, said):
    with pytest.raises(ValueError, match=said):
        call(a)


def test_letters_follow_the_levels_and_not_their_means():
    """R 4.2.2, multcomp 1.4-22: cld(summary(glht(aov(y ~ f), mcp(f = "Tukey")), test = univariate()))."""
    means = {"e": 0.18, "c": 2.95, "a": 0.89, "d": 4.05, "b": 1.59}
    noise = np.tile([-1.0, -0.6, -0.2, 0.2, 0.6, 1.0], 5)
    f = np.repeat(list(means), 6)
    data = {"f": r.factor(f, levels=list(means)), "y": np.repeat(list(means.values()), 6) + noise}
    found = r.summary(r.glht(r.aov("y ~ f", data), r.mcp(f="Tukey")), test=r.univariate())
    assert dict(r.cld(found)) == {"e": "a", "c": "b", "a": "ac", "d": "d", "b": "c"}
    assert dict(r.cld(found, decreasing=True)) == {"e": "d", "c": "c", "a": "bd", "d": "a", "b": "b"}


def test_one_hypothesis_needs_no_family(a):
    one = r.summary(r.glht(a, "tensionM = 0"))
    assert one.p[0] == pytest.approx(r.summary(r.glht(a, "tensionM = 0"), test=r.univariate()).p[0], rel=1e-12)


def test_an_interaction_is_warned_of():
    b = r.aov("breaks ~ wool * tension", r.load("warpbreaks"))
    with pytest.warns(UserWarning, match="covariate interactions found"):
        g = r.glht(b, r.mcp(tension="Tukey"))
    assert r.coef(g).round(4).tolist() == [-20.5556, -20.0, 0.5556]


def test_a_factor_without_a_main_effect_is_refused() -> None:
    m = r.lm("breaks ~ wool:tension", r.load("warpbreaks"))
    with pytest.raises(ValueError, match="no main effect of wool"):
        r.glht(m, r.mcp(wool="Tukey"))
