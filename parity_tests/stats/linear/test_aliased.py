"""Aliases, effects and the coefficients of all levels, beyond the case `glm/coefficients`."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.stats.linear.aliased import fraction


def test_fractions_are_r_s() -> None:
    # MASS::fractions(c(0.5, -0.3333333333, 2.75, pi, 1e5 / 3, -4))
    given = (0.5, -0.3333333333, 2.75, np.pi, 1e5 / 3, -4)
    assert [fraction(x) for x in given] == ["1/2", "-1/3", "11/4", "4272943/1360120", "1e+05/3", "-4"]


def test_levels_of_interactions_with_numbers_and_truth_values() -> None:
    # dummy.coef(lm(breaks ~ log(x):wool + lg, w))
    w = r.load("warpbreaks").assign(x=np.arange(1, 55) / 10, lg=lambda d: d["x"] > 2)
    found = r.dummy_coef(r.lm("breaks ~ log(x):wool + lg", w))
    assert found["lg"].index.tolist() == ["lg"] and found["log(x):wool"].index.tolist() == ["A", "B"]
    np.testing.assert_allclose([*found["lg"], *found["log(x):wool"]], [-3.319211, -5.476228, -3.163524], rtol=1e-6)


def test_a_matrix_among_the_variables_leaves_the_others_their_own() -> None:
    w = r.load("warpbreaks").assign(x=np.arange(1, 55) / 10)
    m = r.lm("breaks ~ poly(x, 2) + wool", w)
    with pytest.warns(UserWarning, match=r"R's dummy.coef takes poly\(x, 2\) for one column"):
        found = r.dummy_coef(m)
    assert found["wool"]["B"] == r.coef(m)["woolB"] and np.isnan(found["poly(x, 2)"].iloc[0])


def test_effects_hold_the_response_s_length() -> None:
    m = r.lm("breaks ~ wool * tension", r.load("warpbreaks"))
    found = r.effects(m).to_numpy()
    assert np.sum(found[6:] ** 2) == pytest.approx(r.deviance(m), rel=1e-12)
    assert np.sum(found**2) == pytest.approx(np.sum(r.load("warpbreaks")["breaks"] ** 2), rel=1e-12)


def test_correlations_of_covariances() -> None:
    with pytest.warns(UserWarning, match="diag"):
        assert str(r.cov2cor(np.array([[1.0, 0.0], [0.0, 0.0]]))).split("\n")[1] == "[1,]    1  NaN"
    for V in ([1.0, 2.0], np.ones((2, 3)), "V"):  # noqa: N806
        with pytest.raises(ValueError, match="V"):
            r.cov2cor(V)
    for ask in (r.alias, r.effects, r.dummy_coef):
        with pytest.raises(ValueError, match="no applicable method"):
            ask(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy()))
