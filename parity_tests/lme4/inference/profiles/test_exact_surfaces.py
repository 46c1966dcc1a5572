"""The searches for an interval's ends on surfaces whose profile is known in closed form."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from translations.lme4.inference.profiles.exact import LowerElsewhereError, NoProfileError, ProfiledDeviance

from ...surfaces import UNBOUNDED, parabola, profiled_of


def test_a_parabola_ends_where_its_root_is() -> None:
    v = parabola()
    direction, curvature = v._slope
    np.testing.assert_allclose(direction, [1.0, 0.3], rtol=1e-6)
    assert curvature == pytest.approx(0.25, rel=1e-6)
    for side in (-1.0, 1.0):
        assert v.end(2.0, side) == pytest.approx(40.0 * side, rel=1e-10)  # coordinate 4, where 4^2 / 4 = 2^2
        np.testing.assert_allclose(v._quadratic_start(2.0, side), [4.0 * side, 1.0 + 1.2 * side], rtol=1e-6)
        assert v._bracketed(2.0, side, side * math.inf) == pytest.approx(4.0 * side, rel=1e-10)
        assert v._newton(np.array([3.0 * side, 1.0]), 2.0, side)[0] == pytest.approx(4.0 * side, rel=1e-10)
        assert v._newton(np.array([-3.0 * side, 1.0]), 2.0, side) is None  # finds the other side's root
    f, x = v.trace_to(2.0)
    assert f == pytest.approx(101.0, rel=1e-14)
    np.testing.assert_allclose(x, [2.0, 1.6], rtol=1e-8)
    f, x = v.minimize(np.array([3.0, -2.0]))
    assert f == pytest.approx(100.0, abs=1e-12)
    np.testing.assert_allclose(x, [0.0, 1.0], atol=1e-7)
    f, x = v.minimize(np.array([3.0, -2.0]), 2.0, 1)  # s held at 2: base + (1 - 0.3 t)^2 is least at t = 0.3 / 0.34
    assert x[0] == pytest.approx(0.3 / 0.34, rel=1e-8) and x[1] == 2.0
    assert f == pytest.approx(100.0 + 0.25 / 0.34, rel=1e-14)


def test_a_root_beyond_a_bound_is_the_bound() -> None:
    v = parabola((-1.0, 3.0))
    assert (v.end(2.0, -1.0), v.end(2.0, 1.0)) == (-10.0, 30.0)
    assert v._bracketed(2.0, 1.0, 3.0) == 3.0 and v._bracketed(2.0, -1.0, -1.0) == -1.0
    assert v._quadratic_start(2.0, 1.0)[0] == 1.5 and v._quadratic_start(2.0, -1.0)[0] == -0.5
    assert v._newton(np.array([1.5, 1.0]), 2.0, 1.0) is None
    assert parabola((0.0, 9.0)).end(2.0, -1.0) == 0.0
    assert parabola((-9.0, 9.0)).end(2.0, 1.0) == pytest.approx(40.0, rel=1e-10)


def test_profiles_without_curvature_at_the_minimum() -> None:
    v = profiled_of(lambda t: t**4, lambda t: 4.0 * t**3)
    assert math.isnan(v._slope[1]) and v._quadratic_start(2.0, 1.0) is None
    assert v.end(2.0, 1.0) == pytest.approx(10.0 * math.sqrt(2.0), rel=1e-9)
    assert v.end(1.0, -1.0) == pytest.approx(-10.0, rel=1e-9)


def test_profiles_that_have_no_end() -> None:
    def rising(bounds: Any) -> ProfiledDeviance:
        return profiled_of(lambda t: 1.0 - math.exp(-t * t), lambda t: 2.0 * t * math.exp(-t * t), bounds, 0.0)

    with pytest.raises(NoProfileError, match="flat"):
        rising(UNBOUNDED).end(2.0, 1.0)
    assert rising((-5.0, 6.0)).end(2.0, 1.0) == 60.0 and rising((-5.0, 6.0)).end(2.0, -1.0) == -50.0
    assert rising(UNBOUNDED).end(0.5, 1.0) == pytest.approx(10.0 * math.sqrt(-math.log(0.75)), rel=1e-9)
    falling = profiled_of(lambda t: t * t - t**3, lambda t: 2.0 * t - 3.0 * t * t)  # below the minimum from t = 1 on
    falling.coords.theta = np.asarray  # type: ignore[method-assign,assignment]
    with pytest.raises(LowerElsewhereError) as found:
        falling.end(2.0, 1.0)
    assert found.value.theta[0] > 1.0
    assert falling.end(2.0, -1.0) == pytest.approx(-10.0 * np.roots([1.0, 1.0, 0.0, -4.0]).real.max(), rel=1e-9)


def test_a_profile_that_turns_back_ends_where_it_first_reaches_zeta() -> None:
    """t² / 4 with a hill of height 2 about t = 2: zeta falls behind the hill, and reaches 2 beyond it or on it."""

    def hill(height: float) -> ProfiledDeviance:
        return profiled_of(lambda t: t * t / 4.0 + height * math.exp(-4.0 * (t - 2.0) ** 2),
                      lambda t: t / 2.0 - 8.0 * height * (t - 2.0) * math.exp(-4.0 * (t - 2.0) ** 2))

    low, high = hill(2.0), hill(6.0)
    assert low.coords.base(2.0) > low.coords.base(2.8)
    assert low.end(2.0, 1.0) == pytest.approx(40.0, rel=1e-6)
    root = high._bracketed(2.0, 1.0, math.inf)
    assert root < 2.0 and high.coords.base(root) == pytest.approx(4.0, rel=1e-9)
    turning = profiled_of(lambda t: 2.0 * t * t * math.exp(-t * t),
                          lambda t: 4.0 * (t - t**3) * math.exp(-t * t), (-5, 5))
    assert turning._bracketed(2.0, -1.0, -5.0) == -5.0


def test_newton_comes_from_beyond_the_root_as_well() -> None:
    v = parabola()
    for start in (4.5, 6.0, 9.0):
        root = v._newton(np.array([start, -1.0]), 2.0, 1.0)
        assert root is not None and root[0] == pytest.approx(4.0, rel=1e-10)
    assert v._newton(np.array([60.0, 1.0]), 2.0, 1.0) is None  # a step of more than ten units is none to be trusted
