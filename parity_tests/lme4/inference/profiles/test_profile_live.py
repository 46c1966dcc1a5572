"""Profiles against the R on this machine, part by part: minqa, scales, splines, points, and where lme4 errs."""
from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.control import SingularFitWarning
from translations.lme4.criterion import scales
from translations.lme4.criterion.sdcor import Way
from translations.lme4.inference.intervals import ProfileWarning
from translations.lme4.inference.profiles.splines import back_spline, natural_spline
from translations.optim.bobyqa import bobyqa

SPLINE = 1e-12  # the same tridiagonal system, solved by other code

BANANA = "function(x) 100 * (x[2] - x[1]^2)^2 + (1 - x[1])^2"
PATHS = {  # R function, start, lower, upper, npt
    "one variable": ("function(x) (x - 0.3)^4 + exp(x)", [1.0], [-2.0], [3.0], None),
    "two, free": (BANANA, [-1.2, 1.0], [-9, -9], [9, 9], None),
    "two, bounded": (BANANA, [-0.5, 0.1], [-1, -1], [0.5, 0.2], None),
    "start on a bound": ("function(x) sum((x - c(0.2, -1, 2))^4) + prod(x + 3)", [0.0, 0.5, 1], [0] * 3, [9] * 3, None),
    "four, 2n + 1 points": ("function(x) sum(exp(x), (x - 1:4)^2 * 4:1)", [0.1, 0.2, 0.3, 0.9], [-5] * 4, [2] * 4, 9),
    "three, all points": ("function(x) sum(cos(x)) + sum(x^2) + x[1] * x[3]", [1.0, 2.0, 0.5], [-4] * 3, [4] * 3, 10),
    "six": ("function(x) sum(100 * (x[-1] - x[-6]^2)^2 + (1 - x[-6])^2)", [0.5] * 6, [-2] * 6, [0.9] * 6, None),
}


@pytest.mark.parametrize("name", PATHS)
def test_bobyqa_goes_minqas_way(live_r, name):
    """Given R's values of the objective, the points at which it is asked for are R's."""
    function, start, lower, upper, npt = PATHS[name]
    for label, value in (("start", start), ("lower", lower), ("upper", upper)):
        live_r.assign(label, [float(v) for v in value])
    control = "list()" if npt is None else f"list(npt = {npt}L)"
    flat = live_r.numbers(f"""
        f <- {function}
        way <- NULL
        g <- function(x) {{ v <- f(x); way <<- c(way, x, v); v }}
        best <- minqa::bobyqa(start, g, lower, upper, control = {control})
        c(best$ierr, best$par, way)
    """)
    n = len(start)
    way = flat[1 + n :].reshape(-1, n + 1)[1:-1]  # minqa tries the start before and the result after BOBYQA
    asked: list[np.ndarray] = []

    def replayed(x):
        asked.append(x)
        return way[min(len(asked), len(way)) - 1, n]

    best = bobyqa(replayed, np.array(start), np.array(lower, float), np.array(upper, float), npt)
    assert best.evaluations == len(way)
    np.testing.assert_allclose(np.array(asked), way[:, :n], rtol=0, atol=1e-9)
    np.testing.assert_allclose(best.x, flat[1 : 1 + n], rtol=0, atol=1e-9)


def test_scales_of_covariance_parameters_are_lme4s_to_the_bit(live_r):
    """Standard deviations and correlations to theta and back, also where the correlations are those of no matrix."""
    rng = np.random.default_rng(3)
    for case in range(60):
        correlations = rng.uniform(-1, 1, 3) if case < 40 else rng.choice([-1.0, 1.0, 0.0, 0.5], 3)
        a, b, c = rng.uniform(1, 10, 3) * (case % 7 > 0)
        x = np.array([a, correlations[0], correlations[1], b, correlations[2], c, rng.uniform(20, 30)])
        live_r.assign("x", x.tolist())
        theta, back, sizes, work = np.empty(6), np.empty(7), np.array([3]), np.empty((4, 3, 3))
        scales.theta_of(x, sizes, theta, Way.PIVOTED, work)
        assert np.array_equal(theta, live_r.numbers("lme4:::Sv_to_Cv(x, 3, s = x[7])"))
        scales.sdcor_of(x[:6], x[6], sizes, back, work, Way.PIVOTED)
        assert np.array_equal(back, live_r.numbers("suppressWarnings(lme4:::Cv_to_Sv(x[1:6], 3, s = x[7]))"))


def test_splines_are_rs(live_r):
    rng = np.random.default_rng(8)
    for k in (4, 5, 9, 17):
        x, y = np.cumsum(rng.uniform(0.1, 2, k)), np.cumsum(rng.uniform(0.1, 2, k))
        at, zeta = np.linspace(x[0], x[-1], 33), np.linspace(y[0] - 0.1, y[-1] + 0.1, 33)
        for label, value in (("x", x), ("y", y), ("at", at), ("zeta", zeta)):
            live_r.assign(label, value.tolist())
        forward = natural_spline(x, y)
        backward = back_spline(forward)
        code = "library(splines); s <- interpSpline(x, y); b <- backSpline(s); predict({}, {})$y"
        np.testing.assert_allclose(forward(at), live_r.numbers(code.format("s", "at")), rtol=0, atol=SPLINE)
        np.testing.assert_allclose(backward(zeta), live_r.numbers(code.format("b", "zeta")), rtol=0, atol=SPLINE)


POINTS = {  # formula, data, digits: 9 where every operation keeps lme4's order
    "chapter": ("Reaction ~ Days + (Days | Subject)", "sleepstudy"),
    "double bar": ("Reaction ~ Days + (Days || Subject)", "sleepstudy"),
    "nested": ("strength ~ 1 + (1 | batch/cask)", "Pastes"),
    "singular": ("Yield ~ 1 + (1 | Batch)", "Dyestuff2"),
}


@pytest.mark.parametrize("name", POINTS)
def test_every_point_of_the_profile(live_r, name):
    formula, data = POINTS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = r.profile(r.lmer(formula, r.load(data))).as_data_frame()
    live_r.eval(f"library(lme4); points <- as.data.frame(profile(suppressMessages(lmer({formula}, {data}))))")
    columns = [c for c in found.columns if c != ".par"]
    expected = live_r.numbers("unlist(points[names(points) != '.par'])").reshape(len(columns), -1).T
    assert expected.shape == (len(found), len(columns))
    scale = np.abs(expected).max(axis=0)
    np.testing.assert_allclose(found[columns].to_numpy() / scale, expected / scale, rtol=0, atol=1e-9)


@pytest.mark.parametrize(("seed", "way_back"), [(3, False), (9, True), (17, True), (33, False)])
def test_where_a_correlation_is_estimated_at_1(live_r, seed, way_back):
    """The interval of [-1, 1] that users reported: one bit of the estimate decides; other ends are lost with it."""
    live_r.eval(f"""
        library(lme4)
        set.seed({seed})
        x <- rep(0:5, 12)
        g <- gl(12, 6)
        b <- rnorm(12)
        y <- round(10 + 2 * b[g] + (1 + 0.8 * b[g]) * x + 1.5 * rnorm(72), 2)
        m <- suppressMessages(lmer(y ~ x + (x | g)))
    """)
    lme4s = live_r.numbers("suppressWarnings(confint(m, parm = 'theta_', quiet = TRUE))").reshape(2, 4).T
    groups = pd.Categorical(live_r.numbers("g").astype(int))
    data = pd.DataFrame({"y": live_r.numbers("y"), "x": live_r.numbers("x"), "g": groups})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SingularFitWarning)
        m = r.lmer("y ~ x + (x | g)", data)
    ours = r.confint(m, parm="theta_", quiet=True).to_numpy()
    exact = r.confint(m, parm="theta_", quiet=True, exact=True).to_numpy()
    alone = live_r.numbers("suppressWarnings(confint(m, parm = 2, quiet = TRUE))")
    assert (list(alone) == [-1.0, 1.0]) is not way_back
    assert not np.abs(lme4s / exact - 1).max() < 0.005  # NaN among them, or off
    np.testing.assert_allclose(ours, exact, rtol=0.01)  # what a spline that ends at a bound costs


@pytest.mark.parametrize("seed", [57, 125, 196])
def test_where_a_correlation_is_estimated_within_a_hundredth_of_1(live_r, seed):
    """lme4's first step, to 1.01 times the estimate, leads beyond 1, and the interval's end lies there (issue 834)."""
    live_r.eval(f"""
        library(lme4)
        set.seed({seed})
        g <- gl(12, 20)
        x <- round(rnorm(240), 2)
        b <- rnorm(12)
        s <- 0.8 * b + 0.6 * rnorm(12)
        y <- round(0.5 * b[g] + (1 + 0.7 * s[g]) * x + rnorm(240), 2)
        m <- lmer(y ~ x + (x | g))
    """)
    lme4s = live_r.numbers("suppressWarnings(confint(m, parm = 2, quiet = TRUE))")
    groups = pd.Categorical(live_r.numbers("g").astype(int))
    m = r.lmer("y ~ x + (x | g)", pd.DataFrame({"y": live_r.numbers("y"), "x": live_r.numbers("x"), "g": groups}))
    ours = r.confint(m, parm=".sig02", quiet=True).to_numpy()[0]
    exact = r.confint(m, parm=".sig02", quiet=True, exact=True).to_numpy()[0]
    assert lme4s[1] > 1.0 and ours[1] == exact[1] == 1.0
    np.testing.assert_allclose(ours[0], exact[0], rtol=0, atol=1e-4)


def test_where_lme4_takes_a_bound_for_the_end_of_a_profile_that_turns_back(live_r):
    live_r.eval("library(lme4); Machines <- nlme::Machines; m <- lmer(score ~ Machine + (Machine | Worker), Machines)")
    lme4s = live_r.numbers("suppressWarnings(confint(m, parm = '.sig03', quiet = TRUE))")
    m = r.lmer("score ~ Machine + (Machine | Worker)", r.load("Machines"))
    with pytest.warns(ProfileWarning, match="non-monotonic profile for .sig03: lower end from the deviance itself"):
        ours = r.confint(m, parm=".sig03", quiet=True).to_numpy()[0]
    assert lme4s[0] == -1.0 and -0.848 < ours[0] < -0.847
    np.testing.assert_allclose(ours[1], lme4s[1], rtol=1e-6)


def test_where_lme4_forgets_the_weights(live_r):
    """Its profile of a fixed effect of a weighted model leaps off the estimate (its issue 192)."""
    live_r.eval("""
        library(lme4)
        sleepstudy$w <- rep(c(1, 2, 1.5), 60)
        m <- lmer(Reaction ~ Days + (1 | Subject), sleepstudy, weights = w)
        p <- suppressWarnings(profile(m, which = "beta_"))
    """)
    leap = live_r.numbers("z <- p[p$.par == 'Days', '.zeta']; min(abs(z[z != 0]))")[0]
    data = r.sleepstudy().assign(w=np.tile([1.0, 2.0, 1.5], 60))
    m = r.lmer("Reaction ~ Days + (1 | Subject)", data, weights="w")
    zeta = r.profile(m, which="Days").as_data_frame()[".zeta"]
    assert leap > 5.0 and zeta[zeta != 0].abs().min() < 0.6
