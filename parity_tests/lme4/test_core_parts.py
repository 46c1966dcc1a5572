"""Single functions against lme4's own and those of splines, at thresholds and in rare branches
(`fixtures/lme4/_core_parts.R`)."""
from __future__ import annotations

import json
import time
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.data import fixtures_path
from translations.lme4 import checks
from translations.lme4.control import LmerControl, as_control, stopping
from translations.lme4.criterion.optimize import bobyqa
from translations.lme4.criterion.tail import COMPENSATED_UP_TO, Tail
from translations.lme4.derivative_checks import gradient_words, hessian_words, of_gradients, of_hessians
from translations.lme4.inference.profile_scales import logProf, varianceProf
from translations.lme4.inference.splines import back_spline, natural_spline
from translations.lme4.model import build_design, variance_ratio_start
from translations.lme4.structure import Block

STORED = json.loads((fixtures_path() / "lme4" / "core_parts.json").read_text())
FULL = "Reaction ~ Days + (Days | Subject)"


@pytest.mark.parametrize("stored", STORED["hessians"], ids=lambda s: str(s["values"]))
def test_what_is_said_of_a_hessian(stored: dict[str, Any]) -> None:
    H = np.diag(np.array(stored["values"], dtype=float))
    codes = of_hessians(np.stack([H, np.eye(len(H)), H]), 1e-6)
    assert hessian_words(int(codes[0])) == hessian_words(int(codes[2])) == stored["messages"]
    assert codes[1] == 0 and hessian_words(0) == []


def test_what_is_said_where_derivatives_are_not_finite() -> None:
    """R: checkHess asks for infinite or missing values before all else; without a Cholesky factor there is no Newton
    step to scale a gradient by.
    """
    H, gradient = np.stack([np.diag([np.inf, 1.0]), np.diag([2.0, -1.0]), np.eye(2)]), np.array([[0.1, 0.002]] * 3)
    assert [hessian_words(int(code)) for code in of_hessians(H[[0, 2]], 1e-6)] == [
        ["Problem with Hessian check (infinite or missing values?)"], []]
    assert gradient_words(float(of_gradients(H, gradient, 0.002)[1]), 0.002) == ["unable to evaluate scaled gradient"]
    said = "Model failed to converge with max|grad| = 0.1 (tol = 0.002, component 1)"
    assert gradient_words(float(of_gradients(H, gradient, 0.002)[2]), 0.002) == [said]
    assert gradient_words(float(of_gradients(H, gradient, 0.2)[2]), 0.2) == []


@pytest.mark.parametrize("number", range(len(STORED["scales"])))
def test_what_is_said_of_the_columns_scales(number: int) -> None:
    stored = STORED["scales"][number]
    X = np.array(stored["X"], dtype=float).T
    if not stored["warns"][0]:
        assert checks.check_scale(X, r.lmerControl(check_scaleX="stop")) is None
    else:
        with pytest.warns(r.ScaleWarning, match="very different scales"):
            assert checks.check_scale(X, LmerControl()) is not None
        with pytest.raises(ValueError, match="very different scales"):
            checks.check_scale(X, r.lmerControl(check_scaleX="stop"))
        assert checks.check_scale(X, r.lmerControl(check_scaleX="ignore")) is None
        binary = np.column_stack([X[:, 0] > 7.0, X])  # columns of zeros and ones are left out
        with pytest.warns(r.ScaleWarning):
            checks.check_scale(binary, LmerControl())


def test_columns_of_zeros_and_ones_have_no_scale() -> None:
    rare = np.zeros((2_000_000, 1))
    rare[0] = 1.0
    assert checks.check_scale(rare, r.lmerControl(check_scaleX="stop")) is None


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


@pytest.mark.parametrize("stored", STORED["orders"], ids=lambda s: s["terms"][0])
def test_the_order_of_the_terms(stored: dict[str, Any]) -> None:
    four, six, i = np.arange(4), np.arange(6), np.arange(60.0)
    factors = {"a": np.tile(four, 15), "b": np.tile(six, 10), "c": np.repeat(four, 15), "e": np.repeat(six, 10)}
    d = pd.DataFrame(factors).astype(str).assign(y=np.sin(i), x=np.cos(i))
    random = build_design("y ~ 1 + " + stored["terms"][0], d, LmerControl()).random
    assert [term.group for term in random.terms] == [name.partition(".")[0] for name in stored["names"]]
    np.testing.assert_array_equal(random.lower, stored["lower"])
    np.testing.assert_array_equal(random.start, stored["theta"])


def test_where_lme4_starts_from_a_ratio_of_variances_and_where_not() -> None:
    def start(formula: str) -> Any:
        built = build_design(formula, r.Penicillin(), LmerControl())
        return variance_ratio_start(built.random, built.frame.response)

    assert start("diameter ~ 1 + (1 | plate) + (1 | sample)") is not None
    assert start("diameter ~ 1 + (1 | plate) + (1 | plate)") is None


@pytest.fixture(scope="module")
def sleep() -> Any:
    return r.lmer("Reaction ~ Days + (Days || Subject)", r.sleepstudy(), REML=False)


@pytest.mark.parametrize(("kind", "rescaled", "level"), [
    ("variance", varianceProf, 0.95), ("log", logProf, 0.95),
    ("residual", lambda p: varianceProf(p, ranef=False), 0.95),
    ("log2", lambda p: logProf(p, base=2.0, ranef=False), 0.95), ("level", varianceProf, 0.8)])
def test_intervals_on_other_scales(sleep: Any, kind: str, rescaled: Any, level: float) -> None:
    stored = STORED["rescaled"][kind]
    ci = rescaled(r.profile(sleep)).confint(level=level)
    assert list(ci.index) == stored["names"]
    np.testing.assert_allclose(ci.to_numpy(), stored["ends"], rtol=1e-7, atol=0)


def test_names_by_meaning_on_other_scales(sleep: Any) -> None:
    p = r.profile(sleep, signames=False)
    fixed = ["(Intercept)", "Days"]
    effects = ["(Intercept)|Subject", "Days|Subject"]
    assert varianceProf(p).names == ["var_" + e for e in effects] + ["sigmasq", *fixed]
    assert logProf(p).names == ["log_sd_" + e for e in effects] + ["log_sigma", *fixed]
    assert varianceProf(p, ranef=False).names == ["sd_" + e for e in effects] + ["sigmasq", *fixed]
    assert logProf(p, ranef=False).names == ["sd_" + e for e in effects] + ["log_sigma", *fixed]
    squared, plain = varianceProf(p), p
    for name, own in zip(squared.names, plain.names, strict=True):
        a, b = squared.parameters[name].points, plain.parameters[own].points
        np.testing.assert_allclose(a[:, 1:4], b[:, 1:4] ** 2, rtol=1e-15)
        np.testing.assert_array_equal(a[:, [0, 4, 5]], b[:, [0, 4, 5]])


def test_points_at_zero_have_no_logarithm() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        p = r.profile(r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff2(), REML=False))
        logs = logProf(p)
    points, before = logs.parameters[".lsig01"].points, p.parameters[".sig01"].points
    assert (before[:, 1] == 0.0).sum() == 1 and len(points) == len(before) - 1
    np.testing.assert_allclose(np.exp(points[:, 1]), before[before[:, 1] > 0.0, 1], rtol=1e-14)
    # Other profiles lose what has no logarithm as well: there the standard deviation is 0 throughout.
    assert len(logs.parameters["(Intercept)"].points) == (p.parameters["(Intercept)"].points[:, 1] > 0.0).sum()


def test_when_the_optimizer_stops() -> None:
    assert stopping(None) == {"xtol_abs": 1e-8, "ftol_abs": 1e-8, "xtol_rel": 1e-4, "maxeval": 1e5}
    given = {"xtol_abs": 1.0, "ftol_abs": 2.0, "maxeval": 3.0, "xtol_rel": 4.0, "ftol_rel": 5.0}
    assert stopping(r.lmerControl(optCtrl=given)) == given
    assert stopping(r.lmerControl(optCtrl={"maxfun": 20, **given})) == given  # another optimizer's, as R ignores it
    assert stopping(r.lmerControl("bobyqa", optCtrl={"maxfun": 20})) == stopping(None)
    with pytest.raises(ValueError, match="maxiter"):
        stopping(r.lmerControl(optCtrl={"maxiter": 5}))


@pytest.mark.parametrize(("name", "value"), [
    ("check_conv_grad", ("warning", -1e-9)), ("check_conv_grad", ("warn", 1e-3)), ("check_conv_hess", "no"),
    ("check_conv_singular", ("ignore",)), ("check_conv_singular", ("ignore", 1e-4, 1)), ("check_scaleX", "drop"),
    ("check_rankX", "ignore"), ("check_nlev_gtr_1", ("stop", 1.0))])
def test_settings_that_are_none(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        r.lmerControl(**{name: value})


def test_settings_that_are_known() -> None:
    control = r.lmerControl(check_conv_grad=("ignore", 0.0), check_rankX="stop.deficient", check_scaleX="stop")
    assert as_control(control) is control
    assert as_control(None) == LmerControl() == as_control("nloptwrap")
    assert as_control("newton").optimizer == "newton"
    with pytest.raises(ValueError, match="control must be"):
        as_control(1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'bobby'.*'nloptwrap', 'bobyqa', 'Nelder_Mead', 'newton'"):
        r.lmerControl("bobby")
    with pytest.raises(ValueError, match="unknown optimizer"):
        r.lmerControl(["bobyqa", "Nelder_Mead"])  # type: ignore[arg-type]  # glmer's: lmer refuses it in R too
    for wrong in ({"maxeval": "ten"}, [10]):
        with pytest.raises(ValueError, match="optCtrl"):
            r.lmerControl(optCtrl=wrong)


def test_sums_are_compensated_up_to_ten_thousand_rows() -> None:
    codes, one = np.zeros(3, dtype=np.int64), np.zeros(1, dtype=np.int64)
    tail = Tail.of((Block(codes, np.ones((3, 1)), 1, one, one, one),))
    assert COMPENSATED_UP_TO == 10_000
    assert [tail.compensated(n) for n in (9_999, 10_000, 10_001)] == [True, True, False]
    assert Tail.of(()).compensated(10**9)


def test_a_criterion_called_through_python_gives_the_same_thetas() -> None:
    """The optimizer by Python's callbacks stops where it stops by C's, within bounds above too."""
    pls = r.lmer(FULL, r.sleepstudy()).pls
    lower, start = pls.structure.lower, pls.structure.start
    control = r.lmerControl(optCtrl={"maxeval": 20})
    for upper in (None, np.array([0.9, 0.01, 0.2])):
        for given in (None, control):
            begin = start if upper is None else np.array([0.8, 0.0, 0.1])
            compiled = bobyqa(pls.lme4_criterion(True), begin, lower, upper, given)
            criterion = pls.lme4_criterion(True)
            called = bobyqa(lambda theta, of=criterion: float(of(theta)), begin, lower, upper, given)
            assert compiled.theta.tolist() == called.theta.tolist()
            assert (compiled.value, compiled.evaluations) == (called.value, called.evaluations)
            assert (compiled.code, compiled.message) == (called.code, called.message)
            assert upper is None or (called.theta <= upper).all()
            assert (called.code, called.evaluations) == (5, 20) if given else called.code == 0


def test_every_optimizer_is_timed_and_named_as_in_r() -> None:
    """The seconds of each lie within those of the whole; R's names for those that R has."""
    began = time.perf_counter()
    fits = r.allFit(r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff()))
    elapsed = time.perf_counter() - began
    in_r = ["bobyqa", "Nelder_Mead", "nloptwrap.NLOPT_LN_NELDERMEAD", "nloptwrap.NLOPT_LN_BOBYQA"]
    assert list(fits)[:4] == in_r and not fits.failed and len(fits) == len(list(fits))
    assert set(in_r) < set(fits.times) and fits[in_r[0]].optimum.optimizer == in_r[0]
    assert all(0.0 < seconds for seconds in fits.times.values()) and sum(fits.times.values()) <= elapsed
    text = str(fits).splitlines()
    assert text[0] == "original model:" and text[1] == "Yield ~ 1 + (1 | Batch) "
    assert text[3] == f"optimizers ({len(fits)}): {', '.join(fits)}"
    deviances = np.array([float(r.logLik(fit)) for fit in fits.values()])
    assert text[5] == f"max= {np.ptp(deviances):.3g} ; std dev= {np.std(deviances, ddof=1):.3g} "
    with pytest.raises(ValueError, match="unknown optimizers Nelder, L; there are bobyqa"):
        r.allFit(fits.original, ["bobyqa", "Nelder", "L"])
