"""Restricted cubic splines: Harrell's knots, straight beyond them, and the same curves as natural splines."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r
from translations.stats.language.splines import rcs

D = r.sleepstudy()
Y = D["Reaction"].to_numpy()
ZEROS, HIGHS = np.zeros(20), np.full(20, 999.0)

# R 4.2: attr(rms::rcs(x, k), "parms"), rms 6.5-0, to ten digits
KNOTS: dict[str, tuple[Any, int, list[float]]] = {
    "three": (Y, 3, [234.50315, 288.6508, 369.68039]),
    "five": (Y, 5, [220.321365, 257.5714175, 288.6508, 333.0599625, 391.970935]),
    "seven": (Y, 7, [206.4296925, 245.086, 270.0376983, 288.6508, 317.4234117, 349.1957133, 423.986125]),
    "few": (Y[:50], 4, [205.2658, 247.822005, 293.68267, 371.5811]),
    "tied below": (np.r_[ZEROS, Y], 5, [194.3322, 221.55518, 271.85623, 316.93264, 392.10337]),
    "tied at both ends": (np.r_[ZEROS, Y, HIGHS], 4, [194.3322, 288.6508, 389.47057, 466.3535]),
    "one left": (np.r_[ZEROS, Y, HIGHS], 3, [194.3322, 288.6508, 466.3535]),
}


@pytest.mark.parametrize("name", KNOTS)
def test_knots_lie_where_r_has_them(name: str) -> None:
    x, k, expected = KNOTS[name]
    assert rcs(x, k).memory["knots"].tolist() == pytest.approx(expected, rel=1e-9)  # R's ten digits


def test_the_curves_are_straight_beyond_the_outer_knots_and_smooth_between() -> None:
    t = np.array([1.0, 2.0, 4.0, 7.0])
    h = 1e-3
    far = rcs(np.r_[-3.0:1.0:h, 7.0:12.0:h], t).values
    bends = np.diff(far, 2, axis=0)
    bends = np.delete(bends, [3998, 3999], axis=0)  # where the two stretches meet
    assert np.abs(bends).max() < 1e-12 * np.abs(far).max()
    for knot in t:  # second derivatives from the left and from the right
        left, right = (np.diff(rcs(knot + side * h * np.arange(3.0), t).values, 2, axis=0) / h**2 for side in (-1, 1))
        assert left == pytest.approx(right, abs=6.0 * 6.0 * h / 36.0 * 2.0)  # the third derivative's jump times h


def test_fits_are_those_of_natural_splines_with_the_same_knots() -> None:
    k = rcs(Y, 4).memory["knots"]
    natural = f"Days ~ ns(Reaction, knots=c({k[1]}, {k[2]}), Boundary.knots=c({k[0]}, {k[3]}))"
    ours = r.fitted(r.lm("Days ~ rcs(Reaction, 4)", D))
    assert np.asarray(ours) == pytest.approx(np.asarray(r.fitted(r.lm(natural, D))), rel=1e-9)


def test_new_data_are_taken_at_the_knots_of_the_fit() -> None:
    m = r.lmer("log(Reaction) ~ rcs(Days, 3) + (1 | Subject)", D)
    assert r.fixef(m).index.tolist() == ["(Intercept)", "rcs(Days, 3)Days", "rcs(Days, 3)Days'"]
    some = D.iloc[[0, 4, 9]]
    assert np.asarray(r.predict(m, newdata=some)) == pytest.approx(np.asarray(r.fitted(m))[[0, 4, 9]], rel=1e-12)


@pytest.mark.parametrize(("call", "words"), [
    ("rcs(Days, 2)", "three knots"), ("rcs(Days, c(1, 4))", "three different knots"),
])
def test_too_few_knots_are_named(call: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        r.lm(f"Reaction ~ {call}", D)
