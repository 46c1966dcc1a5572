"""Splines and their inverses against those of R's package splines."""

from __future__ import annotations

import json

import numpy as np
import pytest

from translations.data import fixtures_path
from translations.lme4.inference.profiles.splines import back_spline, natural_spline

STORED = json.loads((fixtures_path() / "lme4" / "core_parts.json").read_text())


@pytest.mark.parametrize("number", range(len(STORED["curves"])))
def test_a_spline_and_its_inverse(number: int) -> None:
    stored = STORED["curves"][number]
    x, y = np.array(stored["x"]), np.array(stored["y"])
    forward = natural_spline(x, y)
    at = np.array(stored["at"])
    for derivative, name in enumerate(("forward", "slope", "bend")):
        scale = np.abs(stored[name]).max()
        found = forward(at, derivative=derivative)
        np.testing.assert_allclose(found, stored[name], rtol=0, atol=1e-13 * scale)
    back = back_spline(forward)
    order = np.argsort(stored["knots"])
    np.testing.assert_allclose(back.knots, np.array(stored["knots"])[order], rtol=1e-14, atol=1e-14)
    theirs = np.array(stored["coefficients"], dtype=float)[order][:-1]
    np.testing.assert_allclose(back.coefficients, theirs, rtol=1e-10, atol=1e-10 * np.abs(theirs).max())
    np.testing.assert_allclose(back(np.array(stored["levels"])), stored["back"], rtol=1e-11, atol=1e-12)
    assert np.isnan(back([back.knots[0] - 1e-9, back.knots[-1] + 1e-9])).all()


def test_a_spline_that_falls_or_turns_or_has_three_knots_is_refused() -> None:
    x = np.arange(5.0)
    with pytest.raises(ValueError, match="increase"):
        back_spline(natural_spline(x, -x))
    for y in ([0.0, 1.0, 1.0, 2.0, 3.0], [0.0, -1.0, -1.0, -2.0, -3.0], [0.0, 1.0, 0.5, 2.0, 3.0]):
        with pytest.raises(ValueError, match="monotone"):
            back_spline(natural_spline(x, np.array(y)))
    for wrong in (x[:3], np.array([0.0, 1.0, 1.0, 2.0])):
        with pytest.raises(ValueError, match="four distinct points"):
            natural_spline(wrong, wrong)
