"""Effect sizes of contrasts: their error where sigma's counts, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.control import FollowedWarning

MEANS = r.emmeans(r.lm("breaks ~ tension", r.load("warpbreaks")), "tension")


def test_the_error_of_sigma_is_that_of_the_effect() -> None:
    """By the delta method: d has the variance SE^2 / sigma^2 + d^2 / (2 edf)."""
    pairs = r.pairs(MEANS).as_data_frame()
    found = r.eff_size(MEANS, sigma=12, edf=20).as_data_frame()
    d = pairs["estimate"] / 12
    np.testing.assert_allclose(found["effect.size"], d, rtol=1e-12)
    np.testing.assert_allclose(found["SE"], np.sqrt((pairs["SE"] / 12) ** 2 + d**2 / 40), rtol=1e-12)


def test_means_of_different_signs_are_followed_with_a_warning() -> None:
    centered = r.emmeans(r.lm("scale(breaks) ~ tension", r.load("warpbreaks")), "tension")
    with pytest.warns(FollowedWarning, match="absolute values of means of different signs"):
        found = r.eff_size(centered, sigma=1, edf=5).as_data_frame()
    pairs = r.pairs(centered).as_data_frame()
    right = np.sqrt(pairs["SE"] ** 2 + pairs["estimate"] ** 2 / 10)
    assert (found["SE"][:2] < right[:2] - 0.04).all()  # L is above the mean of all, M and H are below
    np.testing.assert_allclose(found["SE"][2], right[2], rtol=1e-12)


def test_contrasts_of_a_list_are_taken_as_they_are() -> None:
    with pytest.warns(r.EmmeansNote, match="using the contrasts already present"):
        listed = r.eff_size(r.emmeans(r.lm("breaks ~ tension", r.load("warpbreaks")), "pairwise ~ tension"), 12, 20)
    by_means = r.eff_size(MEANS, 12, 20).as_data_frame()["SE"]
    np.testing.assert_allclose(listed.as_data_frame()["SE"], by_means, rtol=1e-12)


@pytest.mark.parametrize("call, message", [
    (lambda: r.eff_size(MEANS, sigma=0, edf=10), "sigma must be above 0, not 0"),
    (lambda: r.eff_size(MEANS, sigma=10, edf=-1), "edf must be above 0, not -1"),
    (lambda: r.eff_size(MEANS, sigma="a", edf=10), "sigma"),
    (lambda: r.eff_size(MEANS, sigma=10, edf=10, method="pairs"), "pairs"),
    (lambda: r.eff_size(3, sigma=10, edf=10), "takes what emmeans"),
])
def test_what_is_asked_wrongly_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
