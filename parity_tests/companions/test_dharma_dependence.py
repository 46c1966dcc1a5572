"""Residuals in time and space: exact tails, Moran's I where it is known, and what is asked wrongly."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r
from translations.companions.dharma_dependence import _above, _by_normal, _moran

SLEEP = r.sleepstudy()
LINE: Any = r.lm("Reaction ~ Days", SLEEP)


def test_the_exact_tail_of_three_residuals_is_a_closed_form() -> None:
    """Of three residuals DW = 1 + 2 sin²(a), a uniform angle: eigenvalues 1 and 3."""
    for dw in (1.1, 1.5, 2.0, 2.7):
        share = 2.0 / np.pi * np.arcsin(np.sqrt((dw - 1.0) / 2.0))
        above, below = _above(dw, 3)
        assert (above, below) == pytest.approx((1.0 - share, share), abs=1e-7)  # the integrand falls slowly there


def test_the_normal_tail_comes_near_the_exact_one() -> None:
    for dw in (1.6, 2.0, 2.3):
        assert _above(dw, 99) == pytest.approx(_by_normal(dw, 99), abs=2e-3)  # 1e-3 measured at 99 residuals


def test_moran_s_i_of_a_chessboard_is_minus_one() -> None:
    east, north = np.divmod(np.arange(36), 6)
    near = (np.abs(np.subtract.outer(east, east)) + np.abs(np.subtract.outer(north, north)) == 1).astype(float)
    assert _moran((east + north) % 2 * 1.0, near)[0] == pytest.approx(-1.0, abs=1e-12)


def test_neighbours_alike_are_found() -> None:
    m = r.lm("y ~ 1", {"y": np.arange(40.0)})
    assert r.testTemporalAutocorrelation(m, np.arange(40), "greater").p_value < 1e-6
    assert r.testSpatialAutocorrelation(m, np.arange(40), np.zeros(40), alternative="greater").p_value < 1e-6


def test_several_statistics_are_shown_side_by_side() -> None:
    m = r.lm("y ~ 1", {"y": np.arange(9.0) % 4})
    assert "observed = " in str(r.testSpatialAutocorrelation(m, np.arange(9), np.zeros(9))).replace("\n", " ")
    html = r.testSpatialAutocorrelation(m, np.arange(9), np.zeros(9))._repr_html_()
    assert all(name in html for name in ("observed", "expected", "sd"))


def test_a_larger_model_that_adds_nothing_is_no_better_than_chance() -> None:
    noise = r.lm("Reaction ~ Days + noise", SLEEP.assign(noise=np.tile([1.0, -1.0, 0.0], 60)))
    assert r.simulateLRT(LINE, noise, n=60).p_value > 0.05


TWICE = np.repeat(np.arange(90), 2)


@pytest.mark.parametrize(("wrong", "words"), [
    (lambda: r.testTemporalAutocorrelation(LINE, [1, 2]), "time has 2 values for 180 residuals"),
    (lambda: r.testTemporalAutocorrelation(LINE, TWICE), "recalculateResiduals"),
    (lambda: r.testTemporalAutocorrelation(LINE, np.arange(180), "both"), "alternative"),
    (lambda: r.testSpatialAutocorrelation(LINE), "x_coordinate and y_coordinate"),
    (lambda: r.testSpatialAutocorrelation(LINE, TWICE, TWICE), "one place"),
    (lambda: r.testSpatialAutocorrelation(LINE, [1], [1]), "1 values for 180"),
    (lambda: r.testSpatialAutocorrelation(LINE, distMat=np.ones((2, 2))), "distMat has shape"),
    (lambda: r.simulateLRT(LINE, r.lm("Reaction ~ 1", SLEEP.head(9))), "180 observations and m1 9"),
    (lambda: r.simulateLRT(r.lm("log(Reaction) ~ 1", SLEEP), r.lm("log(Reaction) ~ Days", SLEEP), n=2), "no column"),
    (lambda: r.simulateLRT(LINE, LINE, n=1), "n must be 2"),
    (lambda: r.simulateLRT(LINE, TWICE), "m1 must be a model"),
])
def test_what_is_asked_wrongly_is_named(wrong: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wrong()
