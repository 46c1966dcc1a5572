"""A profile's steps, rows and ends, one by one."""

from __future__ import annotations

import math
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from translations.lme4.inference.intervals import ProfileWarning
from translations.lme4.inference.profiles.objective import Minimum
from translations.lme4.inference.profiles.parameter_profile import ParameterProfile
from translations.lme4.inference.profiles.profile import Walk, assemble, row

from ...surfaces import INFINITE_ZETA


@pytest.mark.parametrize(("before", "last", "following", "said"), [
    ((0.0, 1.0), (0.1, 1.2), 2.0, None),  # 0.4 of zeta at 0.2 for 0.1
    ((0.0, 1.0), (0.001, 1.2), 3.2, None),  # at most ten times the step before
    ((0.0, 1.0), (-0.1, 0.8), 0.0, None), ((0.0, 1.0), (-0.001, 0.8), -0.5, None),  # down to the bound
    ((0.0, 1.0), (0.1, 2.5), 4.0, None),  # up to the bound
    ((0.1, 1.0), (0.1, 1.2), 1.2 + 1e-6, "identical or NA"), ((0.1, 1.0), (np.nan, 1.2), 1.2 + 1e-6, "identical or NA"),
    ((0.2, 1.0), (0.1, 1.2), 1.2 + 1e-6, "unexpected decrease"), ((0.0, 1.0), (0.1, 0.9), 0.9 - 1e-6, "unexpected"),
])
def test_the_next_value_of_a_profile(before: Any, last: Any, following: float, said: str | None) -> None:
    walk = Walk(cutoff=3.0, delta=0.4)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        found = walk.next_value(np.array(before), np.array(last), 1, -0.5, 4.0)
    assert found == pytest.approx(following, rel=1e-12, abs=1e-15)
    assert [str(w.message) for w in heard if said is None or said not in str(w.message)] == []
    assert bool(heard) == (said is not None)


def test_a_walk_ends_past_the_cutoff_at_a_bound_or_after_a_hundred_rows() -> None:
    def straight(value: float, previous: np.ndarray) -> np.ndarray:
        return np.array([value, value])

    walk = Walk(cutoff=3.0, delta=0.5)
    rows = walk.go(np.array([0.0, 0.0]), np.array([0.25, 0.25]), 1, -9.0, 9.0, straight)
    assert [each[0] for each in rows] == [0.0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25]
    rows = walk.go(np.array([0.0, 0.0]), np.array([0.25, 0.25]), 1, -9.0, 1.0, straight)
    assert [each[1] for each in rows] == [0.0, 0.25, 0.75, 1.0]
    rows = walk.go(np.array([0.0, 0.0]), np.array([3.0, 3.0]), 1, -9.0, 9.0, straight)
    assert [each[1] for each in rows] == [0.0, 3.0, 3.5]
    short = Walk(cutoff=1e9, delta=1e-3)
    assert len(short.go(np.array([0.0, 0.0]), np.array([1e-3, 1e-3]), 1, -9.0, 9.0, straight)) == 100


def test_rows_of_a_profile() -> None:
    base: Any = SimpleNamespace(deviance=100.0, since_2_1=False)
    parameters = np.array([3.0, 4.0])
    for deviance, direction, zeta in ((104, 1.0, 2.0), (104, -0.1, -2.0), (104, 0.0, 0.0), (100 - 5e-10, 1.0, 0.0)):
        assert row(base, Minimum(deviance, parameters), direction).tolist() == [zeta, 3.0, 4.0]
    with pytest.warns(ProfileWarning, match="NAs detected"):
        assert math.isnan(row(base, Minimum(math.inf, parameters), 1.0)[0])
    with pytest.raises(ValueError, match=r"new, lower deviance \(by 2e-09\)"):
        row(base, Minimum(100.0 - 2e-9, parameters), 1.0)


def straight_profile(lower: float, upper: float) -> ParameterProfile:
    rows = [np.array([0.7 * (x - 2.0), x]) for x in (3.0, 0.0, 1.0, 2.0, 4.0, 2.0)]
    return assemble("p", 1, rows, lower, upper)


def test_an_end_before_the_quantile_is_the_bound_only_where_the_profile_is_there() -> None:
    p = straight_profile(0.0, 4.0)
    assert p.points[:, 1].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert p.interval(INFINITE_ZETA).tolist() == [0.0, 4.0]
        np.testing.assert_allclose(p.interval(np.array([-1.05, 0.35])), [0.5, 2.5], rtol=1e-12)
    for lower, upper, expected in ((-0.1, 4.0, [math.nan, 4.0]), (0.0, 4.1, [0.0, math.nan])):
        with pytest.warns(ProfileWarning, match="the profile for p ends before zeta = -1.6 or 1.6"):
            found = straight_profile(lower, upper).interval(INFINITE_ZETA)
        np.testing.assert_array_equal(found, expected)


def test_densities() -> None:
    x, density = straight_profile(0.0, 4.0).density(5, 0.8)
    z = 0.8416212335729143  # the normal quantile of 0.8
    np.testing.assert_allclose(x[[0, -1]], [2.0 - z / 0.7, 2.0 + z / 0.7], rtol=1e-12)
    np.testing.assert_allclose(density, 0.7 * np.exp(-0.5 * (0.7 * (x - 2)) ** 2) / math.sqrt(2 * math.pi), rtol=1e-12)
    x, _ = straight_profile(0.0, 4.0).density(7, 0.999)  # from 0, to the highest quantile within the points
    assert x[0] == 0.0 and 3.5 < x[-1] < 4.0 and len(x) == 7
    level = 1.0 - 10.0 ** np.linspace(-4.0, -1.0, 21)
    from scipy.special import ndtri

    assert x[-1] == pytest.approx(2.0 + ndtri(level[ndtri(level) <= 1.4].max()) / 0.7, rel=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ProfileWarning)
        bent = assemble("p", 1, [np.array([z, t]) for t, z in enumerate([0.0, 1.0, 0.5, 2.0])], 0.0, 9.0)
    with pytest.raises(ValueError, match="unreliable profile for p"):
        bent.density()
    narrow = assemble("p", 1, [np.array([0.1 * z, z]) for z in (-2.0, -1.0, 0.0, 1.0, 2.0)], 0.0, 9.0)
    with pytest.raises(ValueError, match="upper bound for the profile of p"):
        narrow.density()


def test_a_point_without_zeta_is_left_out_of_the_splines() -> None:
    rows = [np.array([zeta, x, 7.0]) for x, zeta in enumerate([-1.4, -0.7, np.nan, 0.7, 1.4])]
    p = assemble("p", 1, rows, 0.0, 4.0)
    assert len(p.points) == 5 and p.forward is not None and p.forward.knots.tolist() == [0.0, 1.0, 3.0, 4.0]
    np.testing.assert_allclose(p.interval(np.array([-1.05, 0.35])), [0.5, 2.5], rtol=1e-12)
