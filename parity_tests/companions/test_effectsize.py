"""Effect sizes: what they are by hand, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import translations as r

CAKE = r.cake()


def test_shares_of_all_the_variation_add_up() -> None:
    m = r.aov("angle ~ recipe * temperature", CAKE)
    assert r.eta_squared(m, partial=False)["Eta2"].sum() == pytest.approx(r.summary(r.lm(
        "angle ~ recipe * temperature", CAKE)).r_squared, rel=1e-10)
    squares = r.cohens_f(m, squared=True)["Cohens_f2_partial"]
    np.testing.assert_allclose(r.cohens_f(m)["Cohens_f_partial"] ** 2, squares, rtol=1e-12)


def test_d_is_t_over_the_root_of_the_sizes() -> None:
    x, y = CAKE["angle"].to_numpy()[:40], CAKE["angle"].to_numpy()[40:60]
    t = r.t_test(x, y, var_equal=True).statistic["t"]
    assert r.cohens_d(x, y) == pytest.approx(t * np.sqrt(1 / 40 + 1 / 20), rel=1e-12)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: r.eta_squared(3), "an aov, a linear model, or anova.* not int"),
        (lambda: r.omega_squared(r.aov("angle ~ recipe + Error(replicate)", CAKE)), "without Error"),
        (lambda: r.cohens_d([1.0], [2.0, 3.0]), "not enough observations"),
        (lambda: r.cohens_d([1.0, 2.0], [2.0, 3.0, 4.0], paired=True), "2 and 3"),
        (lambda: r.cohens_d("angle ~ recipe", data=CAKE), "2 levels, not 3: A, B, C"),
    ],
)
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()
