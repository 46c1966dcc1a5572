"""The power of a response."""
from __future__ import annotations

import numpy as np

import translations as r


def test_a_response_s_power_is_where_the_likelihood_of_a_power_is_largest() -> None:
    """The square root of a response that is normal: near 2 it is best squared again."""
    rng = np.random.default_rng(1)
    x = np.linspace(0, 5, 300)
    data = {"x": x, "y": np.sqrt(20 + 4 * x + rng.normal(0, 1, 300))}
    f = r.boxcox("y ~ x", data=data)
    assert abs(float(f.x[f.y.idxmax()]) - 2) < 0.35
