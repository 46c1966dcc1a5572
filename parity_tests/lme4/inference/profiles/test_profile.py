"""Profiles where R has nothing to compare with: bounds, failures, and two ways in which the same points are computed.
"""
from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

import translations as r
from translations.data import fixtures_path
from translations.lme4.control import ParityNote, SingularFitWarning
from translations.lme4.criterion import sdcor
from translations.lme4.inference.intervals import ProfileWarning
from translations.lme4.inference.profiles import objective
from translations.lme4.inference.profiles.parameter_profile import ParameterProfile
from translations.lme4.inference.profiles.profile import CREEPING, assemble
from translations.lme4.inference.profiles.splines import back_spline, natural_spline
from translations.optim.bobyqa import bobyqa

CHAPTER = "Reaction ~ days_deprived + (days_deprived | Subject)"
QUANTILE = 1.959963984540054
PRINTED = {  # the chapter's section 5.5.1
    ".sig01": (19.0979934, 46.3366599),
    ".sig02": (-0.4051073, 0.8058951),
    ".sig03": (4.0079284, 10.2487351),
    ".sigma": (22.4666029, 29.3494509),
    "(Intercept)": (251.3443396, 284.5904989),
    "days_deprived": (7.7245247, 15.1463328),
}


@pytest.fixture(scope="module")
def chapter():
    return r.lmer(CHAPTER, r.sleep2())


@pytest.fixture(scope="module")
def chapter_profile(chapter):
    return r.profile(chapter)


def correlation_of_one(sign: float) -> pd.DataFrame:
    """Twelve groups whose slopes are a multiple of their intercepts."""
    rng = np.random.default_rng(5)
    g, x = np.repeat(np.arange(12), 6), np.tile(np.arange(6.0), 12)
    b = rng.normal(size=12)
    y = 10 + 2 * b[g] + (1 + sign * 0.8 * b[g]) * x + 1.5 * rng.normal(size=72)
    return pd.DataFrame({"y": y, "x": x, "g": pd.Categorical(g.astype(str))})


@pytest.mark.parametrize("name", PRINTED)
def test_the_chapters_ends_to_every_printed_decimal(chapter_profile, name):
    found = chapter_profile.confint().loc[name]
    assert [f"{value:.7f}" for value in found] == [f"{value:.7f}" for value in PRINTED[name]]


def test_a_profile_gives_the_chapters_intervals(chapter_profile):
    intervals = r.confint(chapter_profile)
    printed = pd.DataFrame(PRINTED, index=intervals.columns).T
    pd.testing.assert_frame_equal(pd.DataFrame(intervals).round(7), printed, check_exact=True)
    assert list(r.confint(chapter_profile, parm=".sigma").index) == [".sigma"]


def test_zeta_is_zero_at_the_estimate_and_rises(chapter, chapter_profile):
    estimates = objective.ProfileObjective.of(chapter).optimum
    for p in chapter_profile.parameters.values():
        zeta, values = p.points[:, 0], p.points[:, p.column]
        assert values[zeta == 0.0] == [estimates[p.column - 1]]
        assert (np.diff(zeta) > 0).all() and (np.diff(values) > 0).all()
        lower, upper = p.interval(np.array([-1.96, 1.96]))
        assert lower < estimates[p.column - 1] < upper
        np.testing.assert_allclose(p.forward([lower, upper]), [-1.96, 1.96], rtol=0, atol=0.02)  # two different splines


@pytest.mark.parametrize("weights", [None, "w"])
def test_the_engine_for_any_model_finds_the_same_intervals(weights):
    data = r.sleep2().assign(w=np.tile([1.0, 2.0, 1.5], 48), shift=np.tile([0.0, 5.0], 72))
    m = r.lmer("Reaction ~ days_deprived + (days_deprived || Subject)", data, weights=weights, offset="shift",
               control="newton")
    general = replace(m, pls=replace(m.pls, lme4_order=None))
    expected = r.confint(m, quiet=True).to_numpy()
    # Both converge at every step: what is left is the noise in zeta, 1e-12 of a deviance of 1500 over 2 zeta.
    np.testing.assert_allclose(r.confint(general, quiet=True).to_numpy(), expected, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_correlation_estimated_at_its_bound_has_an_interval_all_the_same(sign):
    """lme4 steps over the bound, finds no way back, and answers [-1, 1] (its issues 139 and 193)."""
    m = r.lmer("y ~ x + (x | g)", correlation_of_one(sign))
    found = r.confint(m, parm=".sig02", quiet=True).to_numpy()[0]
    exact = r.confint(m, parm=".sig02", quiet=True, exact=True).to_numpy()[0]
    assert sign * found[int(sign > 0)] == 1.0
    assert found[0] < found[1]
    np.testing.assert_allclose(found, exact, rtol=0, atol=2e-3)  # a spline through steps of half a unit of zeta


def test_where_a_profile_turns_back_the_deviance_has_the_end_and_a_warning_says_whose():
    """lme4 puts the bound in its place: [-1, 0.447]. `test_exact` has the end from the dense likelihood too."""
    m = r.lmer("score ~ Machine + (Machine | Worker)", r.load("Machines"))
    said = r"^non-monotonic profile for cor_MachineC\.\(Intercept\)\|Worker: lower end from the deviance itself$"
    with pytest.warns(ProfileWarning, match=said):
        ci = r.confint(m, parm="cor_MachineC.(Intercept)|Worker", oldNames=False, quiet=True).to_numpy()[0]
    assert r.exact_zeta(m, ".sig03", ci[0]) == pytest.approx(-QUANTILE, abs=1e-8)
    assert 0.44 < ci[1] < 0.45


def test_a_quantile_beyond_the_profile_is_no_bound(chapter, chapter_profile):
    """lme4 answers 0 and Inf for a standard deviation here."""
    said = "the profile for {} ends before zeta = -4.892 or 4.892: {} from the deviance itself"
    for name, which in ((".sig01", "both ends"), ("days_deprived", "both ends")):
        with pytest.warns(ProfileWarning, match=said.format(name, which)):
            ci = chapter_profile.confint(parm=name, level=1 - 1e-6).to_numpy()[0]
        for end, zeta in zip(ci, (-4.891638475698593, 4.891638475698593), strict=True):
            reached = r.exact_zeta(chapter, name, end)
            assert reached == pytest.approx(zeta, abs=1e-8) or (end == 0.0 and zeta < reached)


def test_other_scales_have_their_ends_from_the_deviance_too():
    """The square and the logarithm of the ends that a profile in disorder does not tell."""
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    level = 1 - 1e-6
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ProfileWarning)
        p = r.profile(m, which=".sigma")
        ends = p.confint(level=level).to_numpy()
        np.testing.assert_allclose(r.varianceProf(p).confint(level=level), ends**2, rtol=1e-12)
        np.testing.assert_allclose(r.logProf(p).confint(level=level), np.log(ends), rtol=1e-12)


CROSSED = "Y ~ cond + (cond | subj) + (1 | item)"


@pytest.mark.parametrize(("number", "which"), [(2, "upper end"), (4, "lower end")])
def test_a_profile_creeps_along_a_plateau_as_lme4s_and_its_end_is_the_bound(number, which):
    """By steps of 1e-6 no bound is reached in 100 points. Rounding decides whether the profile of crossed_2 is called
    non-monotonic: it is in four of seven orders of its rows.
    """
    m = r.lmer(CROSSED, pd.read_csv(fixtures_path() / "lme4" / f"crossed_{number}.csv"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ProfileWarning)
        p = r.profile(m, which=2)
    steps = np.diff(p.parameters[".sig02"].points[:, 2])
    assert (steps < 2e-6).sum() > CREEPING
    ends = f"profile for .sig02 ends before .*: {which}|non-monotonic profile for .sig02: both ends"
    with pytest.warns(ProfileWarning, match=f"({ends}) from the deviance itself"):
        assert p.confint().to_numpy().tolist() == [[-1.0, 1.0]]


def test_a_correlation_of_1_is_said_to_be_where_lme4_strays():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SingularFitWarning)
        m = r.lmer(CROSSED, pd.read_csv(fixtures_path() / "lme4" / "crossed_6.csv"))
    with pytest.warns(ProfileWarning, match=r"^\.sig02 is estimated at 1 or -1, where lme4's profiles stop"):
        ci = r.confint(m, parm=2, quiet=True).to_numpy()[0]
    np.testing.assert_allclose(ci, [0.13378084748, 1.0], rtol=1e-9)  # R's own deviance: the case profile_plateaus


# lme4 2.1-0 on crossed_6, its rows from first to last, and from last to first: there its search for the maximum
# likelihood stops 1e-8 from the correlation of 1, and those of the profile, with a first step as small, at their start.
FORWARDS = {".sig01": (73.16456205848023, 155.21828735406237), ".sig02": (4.872344430523111, 104.29796778743932),
            ".sig04": (37.953844111399, 113.8378548506386), ".sigma": (133.07423878349815, 163.7744315211335)}
BACKWARDS = {".sig01": (74.0080319529375, 152.8695656361), ".sig02": (5.1678645879236, 94.8585512182),
             ".sig04": (38.2483855119918, 113.7963553880), ".sigma": (133.1042862083603, 163.7026651531)}


@pytest.mark.filterwarnings("ignore::translations.lme4.control.SingularFitWarning", "ignore::UserWarning")
@pytest.mark.parametrize("backwards", [False, True])
def test_where_a_correlation_is_1_lme4_2_1_has_two_answers_and_this_the_right_one(backwards):
    """Ends of 1e-4 of the width or nearer to R's of one order and to the exact ones, whatever the order and BLAS."""
    data = pd.read_csv(fixtures_path() / "lme4" / "crossed_6.csv")
    m = r.lmer(CROSSED, data.iloc[::-1].reset_index(drop=True) if backwards else data)
    with r.options(lme4="2.1"):
        ci = r.confint(m, parm=[1, 2, 4, 5], quiet=True).loc[[*FORWARDS]].to_numpy()
    ends = np.array([*FORWARDS.values()])
    width = ends[:, 1:] - ends[:, :1]
    exact = r.confint(m, parm=[1, 3, 4, 5], exact=True).to_numpy()
    assert (np.abs(ci - ends) < 1e-4 * width).all() and (np.abs(ci - exact) < 1e-4 * width).all()
    assert (np.abs([*BACKWARDS.values()] - exact).max(axis=1) > 1e-3 * width[:, 0]).all()


@pytest.mark.parametrize("release", ["1.1-31", "2.1"])
def test_a_fixed_effect_of_a_weighted_model_is_not_lme4s_and_this_is_said(release):
    """R 4.6 answers 11.3263 to 11.3574, R 4.2 11.3282 to 11.4084; R's own deviance says what stands here (the case
    profile_weights)."""
    data = r.sleep2().assign(w=[1.0, 1.5, 2.0, 1.0] * 36, shift=[0.0, 3.0, 1.0] * 48)
    m = r.lmer("Reaction ~ days_deprived + (1 | Subject)", data, weights="w", offset="shift")
    with r.options(lme4=release), pytest.warns(ParityNote, match="its interval of days_deprived is wrong"):
        ci = r.confint(m, parm="days_deprived", quiet=True).to_numpy()[0]
    np.testing.assert_allclose(ci, [9.20903, 13.45302], rtol=2e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ParityNote)
        r.confint(m, parm="theta_", quiet=True)


def flat(zeta) -> ParameterProfile:
    rows = [np.array([z, x]) for x, z in enumerate(zeta)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ProfileWarning)
        return assemble("p", 1, rows, 0.0, np.inf)


@pytest.mark.parametrize(("zeta", "message"), [
    ([np.nan] * 5, "^bad profile for p$"),
    ([-2.0, -0.5, -1.5, 0.0, 0.2, 0.1], "^non-monotonic profile for p$"),
])
def test_no_interval_from_a_profile_in_disorder(zeta, message):
    with pytest.warns(ProfileWarning, match=message):
        assert np.isnan(flat(zeta).interval(np.array([-1.6, 1.0]))).all()


def test_a_turn_beyond_the_quantile_does_no_harm():
    with pytest.warns(ProfileWarning, match="bad spline fit for p: falling back to linear interpolation"):
        found = flat([-2.5, -3.0, -2.0, -1.0, 0.0, 2.0]).interval(np.array([-1.5, 1.0]))
    np.testing.assert_allclose(found, [2.5, 4.5], rtol=1e-14)


def test_a_wobble_of_the_optimizer_is_interpolated_linearly_as_in_lme4():
    with pytest.warns(ProfileWarning, match="bad spline fit for p: falling back to linear interpolation"):
        found = flat([-2.0, -1.0, -1.001, 0.0, 2.0]).interval(np.array([-1.5, 1.0]))
    # Points in the order of zeta, as R's approxfun takes them.
    np.testing.assert_allclose(found, [2 * 0.5 / 0.999, 3.5], rtol=1e-14)


def test_a_lower_deviance_than_the_fits_is_an_error(chapter):
    ml = r.refitML(chapter)
    off = replace(ml, optimum=replace(ml.optimum, theta=ml.theta * 1.1))
    with pytest.raises(ValueError, match="profiling detected new, lower deviance"):
        r.profile(off, which=".sigma")


@pytest.mark.parametrize("REML", [True, False])
def test_a_slightly_lower_deviance_than_the_fits_is_where_the_profile_starts_anew(chapter, monkeypatch, REML):  # noqa: N803
    """lme4 stops with "profiling detected new, lower deviance" from 1e-9 on. Off by 1e-3 here; by REML, by more."""
    ml = r.refitML(chapter)
    off = replace(ml, optimum=replace(ml.optimum, theta=ml.theta * (1.1 if REML else 1.01)))
    monkeypatch.setattr(objective, "refitML", lambda m: off)
    with pytest.warns(ProfileWarning, match=r"profiling detected a deviance lower by .*: profiled anew from there"):
        ci = r.profile(chapter if REML else off, which=".sig02").confint().to_numpy()[0]
    np.testing.assert_allclose(ci, PRINTED[".sig02"], rtol=0, atol=1e-4)  # a spline through other points


@pytest.mark.parametrize("parm", ["sig01", 7, 0, ["(Intercept)", "Days"], 1.5])
def test_unknown_parameters_are_named(chapter, parm):
    wrong = parm[-1] if isinstance(parm, list) else parm
    with pytest.raises(KeyError, match=f"no parameter {wrong!r} to profile; there are .sig01"):
        r.confint(chapter, parm=parm, quiet=True)


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_levels_outside_0_and_1_are_refused(chapter, level):
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        r.confint(chapter, level=level)


def test_sdcor_and_back(chapter):
    structure, theta = chapter.design.random, np.array([1.2, -0.3, 0.4])
    np.testing.assert_allclose(sdcor.to_theta(structure, sdcor.from_theta(structure, theta, 2.5)), theta, rtol=1e-14)


def test_back_spline_goes_through_the_knots():
    x = np.array([0.0, 1.0, 2.5, 3.0, 4.5])
    forward = natural_spline(x, np.array([-2.0, -1.0, 0.3, 1.0, 2.2]))
    backward = back_spline(forward)
    np.testing.assert_allclose(backward(forward.knots * 0 + forward(x)), x, rtol=0, atol=1e-14)
    assert np.isnan(backward([-2.1, 2.3])).all()
    with pytest.raises(ValueError, match="monotone"):
        back_spline(natural_spline(x, np.array([0.0, 1.0, 0.5, 2.0, 3.0])))


def rosenbrock(x):
    return float(sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)) + float((x[0] - 0.3) ** 2)


def test_bobyqa_ends_within_bounds_and_says_when_it_ran_out():
    lower, upper = np.array([-1.0, -1.0]), np.array([0.5, 0.2])
    best = bobyqa(rosenbrock, np.array([-0.5, 0.1]), lower, upper)
    assert best.code == 0
    along_the_bound = minimize_scalar(lambda x: rosenbrock(np.array([x, 0.2])), bounds=(0, 0.5),
                                      options={"xatol": 1e-10})
    np.testing.assert_allclose(best.x, [along_the_bound.x, 0.2], rtol=0, atol=1e-6)
    assert (best.x >= lower).all() and (best.x <= upper).all()
    short = bobyqa(rosenbrock, np.array([-0.5, 0.1]), lower, upper, maxfun=9)
    assert (short.code, short.evaluations) == (1, 9) and "maximum number" in short.message
    with pytest.raises(ValueError, match="violates the bounds"):
        bobyqa(rosenbrock, np.array([2.0, 0.0]), lower, upper)
    with pytest.raises(ValueError, match="radii"):
        bobyqa(rosenbrock, np.zeros(2), lower, upper)


@pytest.mark.parametrize(("optimizer", "ends"), [  # R 4.2.2, lme4 1.1-31: confint(m, parm = 1)
    ("bobyqa", (14.381582175594842, 37.715996258441855)),
    ("Nelder_Mead", (14.381419345426535, 37.715996260418315)),
    ("nloptwrap", (14.381418160773187, 37.715995318286623)),
])
def test_the_optimizer_of_the_fit_minimizes_in_its_profile(optimizer, ends):
    m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control=r.lmerControl(optimizer))
    np.testing.assert_allclose(r.confint(m, parm=1, quiet=True).to_numpy()[0], ends, rtol=1e-12)


def test_settings_of_the_simplex_are_not_those_of_a_profile():
    """lme4 drops xst and xt: a first simplex of theta's size would be wrong for standard deviations."""
    fits = [r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff(), control=r.lmerControl("Nelder_Mead", optCtrl=asked))
            for asked in ({}, {"xst": [0.02], "xt": [1e-5]})]
    first, second = (r.profile(m, which=1).parameters[".sig01"].points for m in fits)
    np.testing.assert_array_equal(first, second)
