"""Satterthwaite's degrees of freedom: lmerTest at one theta, derivatives in 50 digits, exact F tests."""
from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_mat, ctx

import translations as r
from translations.lme4.control import ConvergenceWarning
from translations.lme4.criterion.covariance_derivatives import covariance_chain, covariance_derivatives
from translations.lme4.inference.lmertest import anova_table
from translations.lme4.inference.satterthwaite import denominator_df, hessian, satterthwaite

from ..df_models import MODELS, Model, digits

# At one theta lmerTest's Richardson extrapolation shares 6.4 digits of the df with ours (crossed slopes, whose smallest
# theta is 0.03) to 10.3 (cake). Ours are right to 9.5 or more: see the differences of the exact gradient below.
NUMERICAL_DERIVATIVES = 6.0
LINALG = 12.0


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_lmertest_at_the_same_theta(model: Model, live_r: Any) -> None:
    m = model.both(live_r)
    theirs = live_r.numbers("coef(summary(m))").reshape(5, m.p).T
    ours = r.summary(m, ddf="Satterthwaite").coefficients.to_numpy()
    scale = np.sqrt(np.abs(ours[:, 0]) ** 2 + ours[:, 1] ** 2)
    assert digits(ours[:, 0], theirs[:, 0], scale) > LINALG - 2
    assert digits(ours[:, 1], theirs[:, 1]) > LINALG
    assert digits(ours[:, 2], theirs[:, 2]) > NUMERICAL_DERIVATIVES


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("model", [m for m in MODELS if "~ 1 +" not in m.formula], ids=lambda m: m.name)
@pytest.mark.parametrize("type", [1, 2, 3])
def test_f_tests_at_the_same_theta(model: Model, type: int, live_r: Any) -> None:
    m = model.both(live_r)
    theirs = live_r.numbers(f"as.matrix(suppressMessages(anova(m, type = {type})))").reshape(6, -1).T
    table = anova_table(m, type=type)
    assert live_r.values(f"rownames(anova(m, type = {type}))") == {
        f"x[{i}]" if len(table) > 1 else "x": name for i, name in enumerate(table.index, 1)}
    ours = table.to_numpy()
    assert (ours[:, 2] == theirs[:, 2]).all()
    assert digits(ours[:, 4], theirs[:, 4]) > model.f_digits
    assert digits(ours[:, :2], theirs[:, :2]) > model.f_digits
    assert digits(ours[:, 3], theirs[:, 3]) > NUMERICAL_DERIVATIVES


def subject_criterion(varpar: list[arb], m: Any, REML: bool) -> arb:  # noqa: N803
    """The deviance in (theta, sigma) from its definition, subject by subject, in balls that hold its exact value."""
    (a, b, c), sigma = varpar[:-1], varpar[-1]
    T = arb_mat([[a, 0], [b, c]])
    A = np.column_stack([m.design.X_fitted, m.y])
    logdet, AVA = arb(0), arb_mat(3, 3)
    for g in range(18):
        Ag = A[m.design.random.terms[0].codes == g]
        ZT, identity = arb_mat(Ag[:, :2].tolist()) * T, arb_mat(np.eye(len(Ag)).tolist())
        V, Ag = ZT * ZT.transpose() + identity, arb_mat(Ag.tolist())
        logdet += V.det().log()
        AVA += Ag.transpose() * V.solve(Ag)
    XVX = arb_mat([row[:2] for row in AVA.tolist()[:2]]).det()
    rss = AVA.det() / XVX
    df = m.n - 2 if REML else m.n
    return logdet + rss / sigma**2 + df * (2 * arb.pi() * sigma**2).log() + (XVX.log() if REML else 0)


@pytest.mark.parametrize("REML", [True, False])
def test_hessian_against_differences_in_fifty_digits(REML: bool) -> None:  # noqa: N803
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), REML=REML)
    J, second = covariance_chain(m.pls, m.theta)
    ours = hessian(covariance_derivatives(m.pls, m.theta), J, second, m.sigma, REML)
    with ctx.workdps(50):
        h, at = arb(10) ** -10, [arb(float(v)) for v in (*m.theta, m.sigma)]

        def value(**steps: int) -> arb:
            return subject_criterion([x + steps.get(f"x{i}", 0) * h for i, x in enumerate(at)], m, REML)

        for i in range(4):
            for j in range(i + 1):
                if i == j:
                    exact = (value(**{f"x{i}": 1}) - 2 * value() + value(**{f"x{i}": -1})) / h**2
                else:
                    corners = [(a, b) for a in (1, -1) for b in (1, -1)]
                    exact = sum(a * b * value(**{f"x{i}": a, f"x{j}": b}) for a, b in corners) / (4 * h**2)
                # True only when it is so all over the ball: fifty digits are enough.
                assert abs(exact - ours[i, j]) < 1e-11 * np.sqrt(ours[i, i] * ours[j, j])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_hessian_against_differences_of_the_gradient(model: Model) -> None:
    """Sigma profiled out is a Schur complement; the profiled criterion's gradient is another computation."""
    m = model.fit()
    J, second = covariance_chain(m.pls, m.theta)
    H = hessian(covariance_derivatives(m.pls, m.theta), J, second, m.sigma, m.REML)
    profiled = H[:-1, :-1] - np.outer(H[:-1, -1], H[:-1, -1]) / H[-1, -1]
    # The formula is of sixth order, so that what limits it is the gradient's rounding over the step, not the step.
    steps = np.diag(4e-3 * np.maximum(np.abs(m.theta), 0.01))
    weights = {1: 45.0, 2: -9.0, 3: 1.0}
    for i, step in enumerate(steps):
        rise = sum(w * (m.pls.gradient(m.theta + k * step, m.REML)[1] - m.pls.gradient(m.theta - k * step, m.REML)[1])
                   for k, w in weights.items()) / (60.0 * step[i])
        assert np.max(np.abs(rise - profiled[i]) / np.sqrt(profiled[i, i] * np.diag(profiled))) < 10**-9.5


# In these balanced designs the t and F tests are exact, with the degrees of freedom of an analysis of variance.
EXACT = [
    ("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2, {"days_deprived": 17.0}),
    ("Reaction ~ days_deprived + (1 | Subject)", r.sleep2, {"days_deprived": 125.0}),
    ("angle ~ recipe * temperature + (1 | recipe:replicate)", r.cake,
     {"recipe": 42.0, "temperature": 210.0, "recipe:temperature": 210.0}),
    ("score ~ Machine + (1 | Worker) + (1 | Worker:Machine)", lambda: r.load("Machines"), {"Machine": 10.0}),
    ("effort ~ Type + (1 | Subject)", lambda: r.load("ergoStool"), {"Type": 24.0}),
]


@pytest.mark.parametrize(("formula", "data", "df"), EXACT, ids=[one[0] for one in EXACT])
def test_exact_in_balanced_designs(formula: str, data: Any, df: dict[str, float]) -> None:
    m = r.lmer(formula, data(), control="newton")
    for ddf in ("Satterthwaite", "Kenward-Roger"):
        np.testing.assert_allclose(anova_table(m, ddf)["DenDF"], [df[name] for name in anova_table(m).index], rtol=1e-8)


def test_variance_of_zero(live_r: Any) -> None:
    model = Model("dyestuff2", "Yield ~ 1 + (1 | Batch)", r.Dyestuff2, 'd <- read("Dyestuff2")')
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", r.SingularFitWarning)
        m = model.both(live_r)
    assert m.theta[0] == 0.0
    theirs = live_r.numbers("coef(summary(m))")
    ours = r.summary(m, ddf="Satterthwaite").coefficients.to_numpy().ravel()
    assert digits(ours, theirs) > NUMERICAL_DERIVATIVES


def test_flat_direction_is_left_out_with_a_warning() -> None:
    """Without an intercept's variance the slope's two thetas count only by the sum of their squares."""
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2())
    flat = replace(m, optimum=replace(m.optimum, theta=np.array([0.0, 0.3, 0.0])))
    with pytest.warns(ConvergenceWarning, match="eigenvalue"):
        assert np.isfinite(satterthwaite(flat).df(np.eye(2))).all()


@pytest.mark.parametrize(("nu", "expected"), [([7.0], 7.0), ([5.0, 5.0], 5.0), ([1.5, 30.0], 2.0), ([6.0, 3.0], 3.6)])
def test_denominator_df(nu: list[float], expected: float) -> None:
    """For 6 and 3: E = 6/4 + 3/1 = 4.5, and 2E / (E - 2) = 3.6."""
    assert denominator_df(np.array(nu)) == pytest.approx(expected, rel=1e-15)


SMALL = "Reaction ~ Days + (1 | Subject)"


def test_where_lmertests_steps_are_larger_than_sigma(live_r: Any) -> None:
    """The response's unit changes no degree of freedom, and here none. R's say that 1e-8 of it is another model."""
    live_r.eval("suppressPackageStartupMessages(library(lmerTest)); d <- lme4::sleepstudy")
    for scale, wrong in ((1.0, False), (6e-7, False), (1e-7, True), (1e-8, True)):
        data = r.sleepstudy().assign(Reaction=lambda d, by=scale: d["Reaction"] * by)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            ours = r.summary(r.lmer(SMALL, data), ddf="Satterthwaite").coefficients["df"].to_numpy()
        assert ours == pytest.approx([22.810199, 161.0], rel=1e-7)
        assert ["larger steps" in str(w.message) for w in said] == [True] * wrong
        live_r.eval(f"d$y <- d$Reaction * {scale}")
        theirs = live_r.numbers("coef(summary(lmer(y ~ Days + (1 | Subject), d)))[, 'df']")
        assert (np.abs(theirs / ours - 1.0).max() > 0.5) == wrong


def test_small_sigma_is_said_without_r_too() -> None:
    data = r.sleepstudy().assign(Reaction=lambda d: d["Reaction"] * 1e-8)
    m = r.lmer(SMALL, data)
    for question in (lambda: r.anova(m, ddf="Satterthwaite"), lambda: r.contestMD(m, [0.0, 1.0])):
        with pytest.warns(UserWarning, match="degrees of freedom are wrong; these are from exact derivatives"):
            assert question()["DenDF"].iloc[0] == pytest.approx(161.0, rel=1e-8)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        r.summary(m, ddf="Kenward-Roger")
