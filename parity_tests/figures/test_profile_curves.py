"""What plots of profiles draw, by what theory says of it; and what is asked for and cannot be."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import translations as r
from translations.figures import profile_curves as curves
from translations.figures.built import built
from translations.lme4.inference.intervals import ProfileWarning
from translations.lme4.inference.profiles.splines import natural_spline

GRID = np.linspace(-4.0, 4.0, 17)


@pytest.fixture(scope="module")
def profile():
    return r.profile(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy()))


@pytest.mark.parametrize("rho", [-0.95, -0.5, 0.0, 0.3, 0.9])
@pytest.mark.parametrize("level", [0.5, 3.0])
def test_straight_traces_have_ellipses(rho, level):
    """Of two normal variables with correlation rho each trace is the line rho z, and the contour their ellipse."""
    trace = natural_spline(GRID, rho * GRID)
    first, second = curves.region(trace, trace, level).T
    np.testing.assert_allclose((first**2 - 2 * rho * first * second + second**2) / (1 - rho**2), level**2, rtol=1e-12)
    np.testing.assert_allclose([first[-1], second[-1]], [first[0], second[0]], atol=1e-12)


def test_contours_touch_their_traces(profile):
    """At the level itself, where one parameter's zeta is largest, the other's is the trace's."""
    levels = curves.quantiles(curves.CONF, 2)
    for pair in curves.pairs(profile, list(profile.parameters), levels):
        for level, region in zip(levels, pair.regions, strict=True):
            ends = [pair.at_first[np.isclose(abs(pair.at_first[:, 0]), level)],
                    pair.at_second[np.isclose(abs(pair.at_second[:, 1]), level)]]  # fmt: skip
            for end in np.concatenate(ends):
                assert np.hypot(*(region - end).T).min() < 2 * np.pi * level / 101
            assert abs(region).max() < level * 1.01


def test_verticals_end_at_the_intervals(profile):
    layers = built(r.xyplot(profile, conf=[0.95]))["segment"]
    intervals = profile.confint()
    for name, panel in layers.items():
        np.testing.assert_allclose(panel["x"][[0, 2]], intervals.loc[name].to_numpy(dtype=float), rtol=1e-9)


def profile_model():
    return r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())


def test_densities_integrate_to_what_they_cover(profile):
    for name, panel in built(r.densityplot(profile))["line"].items():
        assert np.trapezoid(panel["y"], panel["x"]) == pytest.approx(0.998, abs=2e-3), name


def test_absolute_values_are_joined(profile):
    plain, layers = built(r.xyplot(profile)), built(r.xyplot(profile, absVal=True))
    for name in plain["panels"]:
        np.testing.assert_array_equal(layers["line"][name]["y"], abs(plain["line"][name]["y"]))
        brackets, ends = layers["segment_1"][name], plain["segment"][name]["x"]
        assert len(brackets["x"]) == 10
        np.testing.assert_array_equal(brackets["x"], np.delete(ends, 5))
        np.testing.assert_array_equal(brackets["xend"], np.delete(ends, 5)[::-1])


def test_a_level_that_is_not_reached_has_no_bracket():
    """lme4 joins the other end with the profile's first point."""
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    layers = built(r.xyplot(r.profile(m), absVal=True))
    lost = int((layers["segment"][".sig01"]["y"] == 0).sum()) - 1
    assert lost > 0 and len(layers["segment_1"][".sig01"]["x"]) == 10 - 2 * lost
    assert len(layers["segment_1"][".sigma"]["x"]) == 10


def test_a_profile_without_a_spline_is_plotted_through_its_points(profile):
    whole = profile.parameters[".sigma"]
    bare = curves.zeta_panel(type(whole)(**vars(whole) | {"forward": None, "backward": None}), np.array([1.96]))
    np.testing.assert_array_equal(bare.curve, whole.points[:, [whole.column, 0]])
    np.testing.assert_allclose(bare.levels[[0, 2], 0], whole.interval(np.array([-1.96, 1.96])), rtol=2e-3)


def test_parameters_are_chosen(profile):
    assert built(r.xyplot(profile, which="beta_"))["panels"] == ["(Intercept)", "Days"]
    assert built(r.xyplot(profile, which=[2]))["panels"] == [".sigma"]
    assert len(built(r.splom(profile, which=["Days", ".sigma"]))["panels"]) == 4


@pytest.mark.parametrize(("call", "error", "said"), [
    (lambda p: r.xyplot(p, conf=[0.5, 1.0]), ValueError, "strictly between 0 and 1"),
    (lambda p: r.splom(p, conf=[0.0]), ValueError, "strictly between 0 and 1"),
    (lambda p: r.xyplot(p, which="slope"), KeyError, "'slope'"),
    (lambda p: r.splom(p, which=".sigma"), ValueError, "two parameters"),
    (lambda p: r.xyplot(3), ValueError, "no applicable method for 'xyplot'"),
    (lambda p: r.dotplot(r.ranef(profile_model()), scales="sliced"), ValueError, "scales='sliced'"),
])  # fmt: skip
def test_what_cannot_be_is_said(call, error, said, profile):
    with pytest.raises(error, match=said):
        call(profile)


def test_pairs_without_a_spline_name_the_parameter(profile):
    broken = type(profile)(profile.names, dict(profile.parameters))
    whole = profile.parameters[".sigma"]
    broken.parameters[".sigma"] = type(whole)(**vars(whole) | {"forward": None, "backward": None})
    with pytest.raises(ValueError, match="unreliable profile for .sigma"):
        r.splom(broken)


def test_pairs_of_a_singular_fit():
    """lme4 warns of them; without the point at zero it has too few points, and so have we."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        singular = r.profile(r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff2()))
    with pytest.warns(ProfileWarning, match="splom is unreliable for singular fits"):
        assert len(built(r.splom(singular))["panels"]) == 9
    with pytest.raises(ValueError, match="no pair of .lsig01 and .lsigma: .* four distinct points"):
        r.splom(r.logProf(singular))


def test_a_parameter_that_reaches_no_level_is_plotted(profile):
    whole = profile.parameters[".sigma"]
    panel = curves.zeta_panel(type(whole)(**vars(whole) | {"backward": None}), np.array([1.96]))
    np.testing.assert_array_equal(panel.levels, [[whole.forward.knots[0], 0.0]] * 3)
    np.testing.assert_allclose(panel.limits, whole.forward.knots[0] + np.array([-0.5, 0.5]))
    beyond = curves.zeta_panel(type(whole)(**vars(whole) | {"forward": None, "backward": None}), np.array([30.0]))
    assert np.isnan(beyond.levels[[0, 2], 0]).all() and beyond.limits.mean() == pytest.approx(beyond.levels[1, 0])
    lost = type(whole)(**vars(whole) | {"forward": None, "backward": None, "points": whole.points[:3]})
    assert curves.zeta_panel(lost, np.array([30.0])).limits[0] < whole.points[0, whole.column]


def test_drawing_warns_of_nothing(profile, tmp_path):
    """Also where a profile ends at a bound, and lines have no value beyond it."""
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    ended = r.profile(m)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for plot in (r.xyplot(ended), r.splom(ended), r.densityplot(profile), r.plot(m), r.qqmath(m)):
            plot.save(tmp_path / "plot.png", width=3, height=3, dpi=40, verbose=False)
