"""Plots of profiles of generalized linear models, on the data that they draw."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r


def test_the_signed_roots_are_r_s_splines() -> None:
    # p <- profile(glm(cbind(incidence, size - incidence) ~ period, binomial, cbpp)); R 4.6.1, and MASS's of R 4.2.2:
    # with(p$period2, spline(par.vals[, "period2"], z)) -> n = 3 length(x); x and y, every seventh
    m = r.glm("cbind(incidence, size - incidence) ~ period", r.binomial, r.load("cbpp"))
    plot = r.plot(r.profile(m))
    curve, best = plot.data, plot.layers[1]._data
    assert list(curve["pnm"].cat.categories) == list(r.coef(m).index) == list(best["pnm"])
    np.testing.assert_allclose(best["value"], r.coef(m))
    own = curve[curve["pnm"] == "period2"].iloc[::7]
    in_r = [[-2.07168825, -1.74134889, -1.41100953, -1.08067017, -0.750330815, -0.419991456],
            [-2.87469223, -1.8720571, -0.809404317, 0.31113171, 1.48515522, 2.70608667]]
    np.testing.assert_allclose(own[["value", "tau"]].T, in_r, rtol=2e-8)
    with pytest.raises(ValueError, match="plot"):
        r.plot(r.coef(m))
