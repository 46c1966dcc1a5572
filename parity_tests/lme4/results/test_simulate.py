"""`simulate` against live R: the same stream, the same terms, the same rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.results.simulate import Simulator, as_stream, batches, draw, simulator_of, skip_normals

MODEL = "Reaction ~ days_deprived + (days_deprived | Subject)"
R_MODEL = f"m <- lme4::lmer({MODEL}, sleep2)"


@pytest.fixture
def r_session(live_r):
    live_r.assign("sleep2", r.sleep2())
    live_r.eval("suppressPackageStartupMessages(library(lme4))")
    return live_r


def simulated_by_r(session, code):
    rows = int(session.numbers(f"nrow(s <- {code})")[0])
    return session.numbers("as.matrix(s)").reshape(-1, rows).T


def test_simulations_are_rs_to_the_last_bit(r_session):
    r_session.eval(R_MODEL)
    simulated = r.simulate(r.lmer(MODEL, r.sleep2()), 20, seed=101)
    assert list(simulated.columns[:2]) == ["sim_1", "sim_2"]
    assert np.array_equal(simulated.to_numpy(), simulated_by_r(r_session, "simulate(m, 20, seed = 101)"))


def test_a_stream_is_drawn_on_from_where_it_is(r_session):
    r_session.eval(R_MODEL)
    rng = r.set_seed(6)
    m = r.lmer(MODEL, r.sleep2())
    ours = np.hstack([r.simulate(m, 2, seed=rng).to_numpy(), r.simulate(m, 1, seed=rng).to_numpy()])
    theirs = simulated_by_r(r_session, "{set.seed(6); a <- simulate(m, 2); cbind(a, simulate(m, 1))}")
    assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("formula", "data", "re_form"),
    [
        ("strength ~ 1 + (1 | batch) + (1 | sample)", "Pastes", "~0"),
        ("strength ~ 1 + (1 | batch) + (1 | sample)", "Pastes", "~ (1 | batch)"),
        ("diameter ~ 1 + (1 | plate) + (1 | sample)", "Penicillin", "~0"),
        ("diameter ~ 1 + (1 | plate) + (1 | sample)", "Penicillin", None),
    ],
)
def test_terms_are_drawn_in_rs_order(live_r, formula, data, re_form):
    frame = r.load(data)
    m = r.lmer(formula, frame)
    live_r.assign("d", frame)
    given = {"~0": "NA", None: "NULL"}.get(re_form, re_form)
    live_r.eval(f"library(lme4); m <- lmer({formula}, d)")
    theirs = simulated_by_r(live_r, f"simulate(m, 3, seed = 4, re.form = {given})")
    # crossed models stop up to 1e-8 apart (tolerances.THETA), and simulations follow their estimates
    np.testing.assert_allclose(r.simulate(m, 3, seed=4, re_form=re_form).to_numpy(), theirs, rtol=1e-7, atol=0)


def test_conditioning_on_some_terms_leaves_the_others_their_own_variances(live_r):
    """lme4 1.1-31 gives the terms that it draws the first thetas, be they theirs or not; here each keeps its own."""
    frame = r.load("Pastes")
    m = r.lmer("strength ~ 1 + (1 | batch) + (1 | sample)", frame)
    live_r.assign("d", frame)
    live_r.eval("library(lme4); m <- lmer(strength ~ 1 + (1 | batch) + (1 | sample), d)")
    theirs = simulated_by_r(live_r, "simulate(m, 3, seed = 4, re.form = ~ (1 | sample))")
    simulator = simulator_of(m, "~ (1 | sample)")
    (own,) = simulator.effects
    sample, batch = m.theta
    assert np.allclose(own.ZT, batch)
    as_r_has_it = replace(simulator, effects=(replace(own, ZT=own.ZT * (sample / batch)),))
    (whole,) = batches(as_r_has_it, as_stream(4), 3, 3)
    np.testing.assert_allclose(draw(as_r_has_it, whole).T, theirs, rtol=1e-7, atol=0)


def test_rows_left_out_are_left_out(r_session):
    holed = r.sleep2()
    holed.loc[[3, 77], "Reaction"] = np.nan
    r_session.assign("holed", holed)
    for na_action, rows in (("na.omit", 142), ("na.exclude", 144)):
        m = r.lmer(MODEL, holed, na_action=na_action)
        ours = r.simulate(m, 2, seed=3)
        r_session.eval(f"m <- lmer({MODEL}, holed, na.action = {na_action})")
        theirs = r_session.values("s <- simulate(m, 2, seed = 3); list(nrow(s), rownames(s)[4], sum(is.na(s)))")
        assert [len(ours), ours.index[3], int(ours.isna().sum().sum())] == list(theirs.values())
        assert len(ours) == rows
        assert np.array_equal(
            ours.dropna().to_numpy().T.ravel(), r_session.numbers("unlist(na.omit(as.data.frame(s)))")
        )


def test_batches_are_the_whole_in_parts():
    simulator = simulator_of(r.lmer(MODEL, r.sleep2()))
    first, second = as_stream(8), as_stream(8)
    (whole,) = batches(simulator, first, 23, 23)
    parts = [draw(simulator, part) for part in batches(simulator, second, 23, 5)]
    assert [len(part) for part in parts] == [5, 5, 5, 5, 3]
    assert np.array_equal(np.vstack(parts), draw(simulator, whole))
    assert np.array_equal(first.random_seed, second.random_seed)


@pytest.mark.parametrize("count", [0, 1, 311, 312, 313, 100_003])
def test_skipping_normals_is_drawing_them(count):
    stream, skipped = r.set_seed(12), r.set_seed(12)
    stream.runif(7), skipped.runif(7)
    stream.rnorm(count)
    skip_normals(skipped, count)
    assert np.array_equal(stream.runif(5), skipped.runif(5))


def test_weights_and_offset_enter_as_in_r(r_session):
    data = r.sleep2().assign(w=np.tile([1.0, 2.0, 0.5, 4.0], 36), o=np.linspace(0, 50, 144))
    r_session.assign("d", data)
    m = r.lmer(MODEL, data, weights="w", offset="o")
    r_session.eval(f"m <- lmer({MODEL}, d, weights = w, offset = o)")
    theirs = simulated_by_r(r_session, "simulate(m, 3, seed = 4)")
    np.testing.assert_allclose(r.simulate(m, 3, seed=4).to_numpy(), theirs, rtol=1e-13, atol=0)


def test_bad_input():
    m = r.lmer(MODEL, r.sleep2())
    with pytest.raises(ValueError, match="nsim"):
        r.simulate(m, 0)
    with pytest.raises(ValueError, match=r"1 \| batch"):
        r.simulate(m, re_form="~ (1 | batch)")
    with pytest.raises(ValueError, match="999"):
        r.simulate(m, newdata=pd.DataFrame({"days_deprived": [1.0], "Subject": ["999"]}))


def test_effects_of_new_groups_are_drawn_in_the_order_in_which_they_occur(live_r):
    """Behind those of the fit, where the groups are a factor or text; numbers in their own order; a and b of a:b each.
    Rows of no group have no effect."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"y": rng.normal(size=60), "a": pd.Categorical(rng.choice(["p", "q", "r"], 60)),
                          "b": pd.Categorical(rng.choice(["s", "t", "u", "v"], 60)), "k": rng.integers(1, 7, 60) * 2.0})
    new = pd.DataFrame({"a": ["z", "q", "p", "x", "q", "z"], "b": ["t", "w", "s", "s", "v", "w"],
                        "k": [4.0, 3.0, 12.0, 1.0, 3.0, 4.0]})
    live_r.assign("d", frame)
    live_r.assign("new", new)
    live_r.eval("library(lme4)")
    for group in ("a", "k", "a:b"):
        m = r.lmer(f"y ~ 1 + (1 | {group})", frame)
        live_r.eval(f"m <- suppressMessages(lmer(y ~ 1 + (1 | {group}), d)); "
                    f"m@theta <- 0.7; m@pp$setTheta(0.7)")
        moved = simulator_of(m, newdata=new, allow_new_levels=True)
        (own,) = moved.effects
        sigma, mean = m.sigma, r.fixef(m).iloc[0]
        known = Simulator(np.full(6, mean), (replace(own, ZT=np.full((6, 1), 0.7)),), sigma)
        (whole,) = batches(known, as_stream(4), 2, 2)
        theirs = simulated_by_r(live_r, "simulate(m, 2, seed = 4, newdata = new, allow.new.levels = TRUE)")
        np.testing.assert_allclose(draw(known, whole).T, theirs, rtol=1e-6, atol=1e-8)
    with pytest.raises(ValueError, match="new levels detected in newdata: a has 'x', 'z'"):
        r.simulate(r.lmer("y ~ 1 + (1 | a)", frame), newdata=new)


def test_rows_of_no_group_have_no_effect():
    m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    new = pd.DataFrame({"Days": [0, 1], "Subject": ["308", None]})
    simulator = simulator_of(m, newdata=new, allow_new_levels=True)
    assert simulator.q == 2 and (simulator.effects[0].ZT[1] == 0.0).all() and (simulator.effects[0].ZT[0] != 0.0).any()


D = pd.DataFrame({"x": [0, 1, 2, 3] * 5, "g": np.repeat(list("abcde"), 4)})
BY = {"beta": [1.0, 0.5], "theta": [0.8], "sigma": 1.0}


@pytest.mark.parametrize("call, message", [
    (lambda: r.simulate("~ x + (1 | g)", newdata=D), "newdata and newparams: both are needed"),
    (lambda: r.simulate("~ x + (1 | g)", newparams=BY), "newdata and newparams: both are needed"),
    (lambda: r.simulate("~ x + (1 | q)", newdata=D, newparams=BY), "no column 'q'; it has x, g"),
    (lambda: r.simulate("y ~ x + (1 | g)", newdata=D, newparams=BY), "no column 'y'; it has x, g"),
    (lambda: r.simulate("~ x", newdata=D, newparams=BY), "No random effects terms"),
    (lambda: r.simulate("~ x + (1 | g)", newdata=D, newparams=BY | {"tau": 1}), "beta, theta, par, sigma, not .*'tau'"),
    (lambda: r.simulate("~ x + (1 | g)", newdata=D, newparams=[1, 2]), "a mapping with elements from .*, not list"),
    (lambda: r.simulate("~ x + (1 | g)", newdata=D, newparams=BY, family=r.binomial), "theta, par, not .*'sigma'"),
    (lambda: r.simulate("~ x + (1 | g)", newdata=D, newparams={"beta": [1, 2], "theta": 1}), "newparams has no sigma"),
    (lambda: r.simulate("~ x + (1 | g)", newdata=D, newparams=BY | {"beta": [1]}),
     r"length mismatch in beta \(1 != 2\): \(Intercept\), x"),
    (lambda: r.simulate("~ x + (1 | g)", newdata=D, newparams=BY | {"beta": {"x": 1, "z": 2}}),
     r"'beta' parameter vector names, x, z, and internal names \(\(Intercept\), x\)"),
    (lambda: r.simulate("~ x + (1 | g)", newdata=D, newparams=BY | {"theta": ["a"]}), "theta must be numbers"),
    (lambda: r.simulate("~ x + (1 | g)", newdata=D, newparams=BY | {"par": [1]}), "exactly one of 'theta' and 'par'"),
    (lambda: r.simulate("~ x + (1 | g)", nsim=0, newdata=D, newparams=BY), "nsim must be at least 1"),
    (lambda: r.simulate("~ x + (1 | g)", newdata=D, newparams=BY, family="student"), "student"),
    (lambda: r.simulate(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy()), newparams=BY, re_form=None),
     "newparams: conditional modes belong to the fit's own parameters"),
])
def test_what_a_formula_is_simulated_of_is_asked_for_by_name(call: Any, message: str) -> None:
    with pytest.raises((ValueError, KeyError), match=message):
        call()


def test_parameters_that_are_not_given_are_the_fits() -> None:
    """setParams of lme4 warns where beta or theta is missing."""
    m = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    with pytest.warns(UserWarning, match=r"some parameters not specified in setParams\(\)"):
        narrow = r.simulate(m, seed=1, newparams={"sigma": m.sigma})
    pd.testing.assert_frame_equal(narrow, r.simulate(m, seed=1))


def test_structures_are_simulated_by_their_own_parameters() -> None:
    """par of lme4 2.1: two standard deviations and a correlation of cs(); theta is the same matrix."""
    form = "~ x + cs(1 + x | g)"
    by_par = r.simulate(form, seed=1, newdata=D, newparams=BY | {"theta": None, "par": [0.8, 0.5, 0.25]})
    T = np.linalg.cholesky([[0.64, 0.1], [0.1, 0.25]])
    by_theta = r.simulate(form, seed=1, newdata=D, newparams=BY | {"theta": [T[0, 0], T[1, 0], T[1, 1]]})
    np.testing.assert_allclose(by_par, by_theta, rtol=1e-12)
