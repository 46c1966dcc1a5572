"""The power of a response."""
from __future__ import annotations

import numpy as np

import translations as r
from translations.figures.built import layers


def test_a_response_s_power_is_where_the_likelihood_of_a_power_is_largest() -> None:
    """The square root of a response that is normal: near 2 it is best squared again."""
    rng = np.random.default_rng(1)
    x = np.linspace(0, 5, 300)
    data = {"x": x, "y": np.sqrt(20 + 4 * x + rng.normal(0, 1, 300))}
    f = r.boxcox("y ~ x", np.arange(0.0, 5.0, 0.1), data=data)
    low, high = f.interval
    assert low < f.best < high and low < 2 < high
    assert np.isnan(r.boxcox("y ~ x", data=data, lambda_=[1.7, 1.8, 1.9, 2.0]).interval).all()


def test_the_figure_shows_the_curve_and_where_it_is_cut() -> None:
    f = r.boxcox(r.lm("Reaction ~ Days", r.sleepstudy()))
    curve, limit, ends = layers(r.plot(f))
    np.testing.assert_array_equal(curve["y"], f["y"])
    assert limit["yintercept"].iloc[0] == f.limit
    assert sorted(ends["xintercept"]) == sorted([f.best, *f.interval])
