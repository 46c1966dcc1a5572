"""The data-generating process: R's data sets, and what its parameters may be."""

from __future__ import annotations

import numpy as np
import pytest

import translations as r

from .in_r import IN_R, SETTINGS, call


@pytest.mark.parametrize("setting", SETTINGS)
def test_data_sets_are_rs(live_r, setting):
    """mvrnorm's eigenvectors are LAPACK's, whose last bits differ from one library to another."""
    live_r.eval(IN_R)
    live_r.eval(f"set.seed(99); d <- {call(setting)}; e <- {call(setting)}")
    rng = r.set_seed(99)
    first, second = (r.simulate_multilevel(**setting, seed=rng) for _ in range(2))
    for ours, name in ((first, "d"), (second, "e")):
        np.testing.assert_allclose(ours["Reaction"], live_r.numbers(f"{name}$Reaction"), rtol=1e-13)
        assert list(ours["days_deprived"]) == list(live_r.numbers(f"{name}$days_deprived"))
        assert [int(s) for s in ours["Subject"]] == list(live_r.numbers(f"{name}$Subject"))
    assert rng.runif(1)[0] == live_r.numbers("runif(1)")[0]


def test_settings_follow_each_other_on_one_stream():
    both = r.power_study(20, 3, subjects=[6, 9], gamma1=4.0)
    rng = r.set_seed(3)
    studies = [r.recovery_study(20, rng, subjects=n, gamma1=4.0) for n in (6, 9)]
    assert list(both["subjects"]) == [6, 9]
    assert list(both["power"]) == [study.power() for study in studies]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"rho": 1.5}, "rho"),
        ({"sigma": -1}, "sigma"),
        ({"subjects": 1}, "subjects"),
        ({"days": 2.5}, "days"),
        ({"missing": 1.0}, "missing"),
        ({"gamma0": float("nan")}, "gamma0"),
    ],
)
def test_bad_parameters_are_named(wrong, words):
    with pytest.raises(ValueError, match=f"{words} must"):
        r.simulate_multilevel(**wrong, seed=1)


def test_unknown_parameters_are_named():
    with pytest.raises(ValueError, match="slope"):
        r.recovery_study(5, 1, slope=3)
    with pytest.raises(ValueError, match="nsim"):
        r.recovery_study(0, 1)


# --- the command ---------------------------------------------------------------------------------------------------
