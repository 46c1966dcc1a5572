"""Kenward-Roger: against pbkrtest at one theta, against the paper's formulas on n x n matrices, and its own rules."""
from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.inference.kenward_roger import kenward_roger
from translations.lme4.inference.lmertest import anova_table
from translations.lme4.inference.restrictions import restriction_matrix
from translations.lme4.results.getme import getME

from ..df_models import MODELS, Model, cake_uneven, digits

LINALG = 10.0  # measured at one theta: 11.8 to 14.6 digits over these models
REML = [m for m in MODELS if m.arguments.get("REML", True)]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("model", REML, ids=lambda m: m.name)
def test_pbkrtest_at_the_same_theta(model: Model, live_r: Any) -> None:
    m = model.both(live_r)
    V = live_r.numbers("as.matrix(V <- vcovAdj(m))").reshape(m.p, m.p)
    theirs = live_r.numbers("sapply(seq_along(fixef(m)), function(i) get_Lb_ddf(m, diag(length(fixef(m)))[i, ]))")
    k = kenward_roger(m, ignore_weights=True)
    s = np.sqrt(np.diag(V))
    assert digits(k.adjusted, V, np.outer(s, s)) > LINALG
    assert digits([k.df(row[None]) for row in np.eye(m.p)], theirs) > LINALG
    W = live_r.numbers("as.matrix(attr(V, 'W'))").reshape(k.W.shape)
    assert digits(k.W, W, np.sqrt(np.outer(np.diag(W), np.diag(W)))) > LINALG - 2


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("model", [m for m in REML if "~ 1 +" not in m.formula and m.name != "weights"],
                         ids=lambda m: m.name)
def test_f_tests_at_the_same_theta(model: Model, live_r: Any) -> None:
    m = model.both(live_r)
    theirs = live_r.numbers("as.matrix(suppressMessages(anova(m, ddf = 'Kenward-Roger')))").reshape(6, -1).T
    ours = anova_table(m, "Kenward-Roger").to_numpy()
    assert digits(ours[:, :5], theirs[:, :5]) > LINALG
    assert digits(ours[:, 5], theirs[:, 5]) > LINALG - 2


def test_two_models_and_a_formula_at_the_same_theta(live_r: Any) -> None:
    model = next(m for m in MODELS if m.name == "cake uneven")
    m = model.both(live_r)
    small = "angle ~ recipe + temperature + (1 | recipe:replicate)"
    theirs = live_r.numbers(f"as.matrix(KRmodcomp(m, lmer({small}, d))$test)").reshape(5, 2).T
    for other in (r.lmer(small, cake_uneven()), "~ . - recipe:temperature"):
        test = r.KRmodcomp(m, other).test.to_numpy()
        assert digits(test[:, :3], theirs[:, :3]) > LINALG
        assert digits(test[0, 3:], theirs[0, 3:]) > LINALG - 1


def dense(m: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """phi, the adjusted covariance matrix and W by the formulas of Kenward & Roger (1997), with n x n matrices."""
    X, Z, w = m.design.X_fitted, getME(m, "Z").toarray(), m.weights
    G, gamma, start = [], [], 0
    for term, T in zip(m.design.random.terms, m.templates, strict=True):
        S, L = m.sigma**2 * T @ T.T, len(term.levels)
        Zt = Z[:, start : start + term.size]
        for a, b in zip(*np.triu_indices(term.k), strict=True):
            E = np.zeros((term.k, term.k))
            E[a, b] = E[b, a] = 1.0
            G.append(Zt @ np.kron(np.eye(L), E) @ Zt.T)
            gamma.append(S[a, b])
        start += term.size
    G.append(np.diag(1.0 / w))
    gamma.append(m.sigma**2)
    Vi = np.linalg.inv(sum(g * s for g, s in zip(G, gamma, strict=True)))
    phi = np.linalg.inv(X.T @ Vi @ X)
    P = [-X.T @ Vi @ g @ Vi @ X for g in G]
    Q = [[X.T @ Vi @ g @ Vi @ h @ Vi @ X for h in G] for g in G]
    traces = np.array([[np.trace(Vi @ g @ Vi @ h) for h in G] for g in G])
    less = np.array([[2 * np.trace(phi @ Q[i][j]) - np.trace(phi @ P[i] @ phi @ P[j]) for j in range(len(G))]
                     for i in range(len(G))])
    W = 2 * np.linalg.inv(traces - less)
    U = sum(W[i, j] * (Q[i][j] - P[i] @ phi @ P[j]) for i in range(len(G)) for j in range(len(G)))
    return phi, phi + 2 * phi @ U @ phi, W


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("model", [m for m in REML if m.name != "carrots"], ids=lambda m: m.name)
def test_the_papers_formulas(model: Model) -> None:
    m = model.fit()
    phi, adjusted, W = dense(m)
    k = kenward_roger(m, ignore_weights=False)
    s = np.sqrt(np.diag(adjusted))
    assert digits(k.phi, phi, np.outer(s, s)) > 9.0
    assert digits(k.adjusted, adjusted, np.outer(s, s)) > 9.0
    assert digits(np.linalg.eigvalsh(k.W), np.linalg.eigvalsh(W)) > 8.0


def test_weights_are_those_of_repeated_measurements(live_r: Any) -> None:
    """Weights by scaling the data: a model without weights for which pbkrtest has the right V."""
    model = next(m for m in MODELS if m.name == "weights")
    m = model.both(live_r)
    live_r.eval("root <- sqrt(d$w)\n"
                "scaled <- with(d, data.frame(Subject, y = root * Reaction, one = root, x = root * days_deprived))\n"
                "stay <- function(fn, par, lower, upper, control)\n"
                "  list(par = par, fval = fn(par), conv = 0, message = '')\n"
                "s <- lmer(y ~ 0 + one + x + (0 + one + x | Subject), scaled, start = getME(m, 'theta'),\n"
                "          control = lmerControl(stay, calc.derivs = FALSE))")
    ours = r.vcovAdj(m, ignore_weights=False).to_numpy()
    assert digits(ours, live_r.numbers("as.matrix(vcovAdj(s))").reshape(2, 2)) > LINALG
    assert digits(r.vcovAdj(m, ignore_weights=True), live_r.numbers("as.matrix(vcovAdj(m))").reshape(2, 2)) > LINALG


def test_units_make_no_difference(live_r: Any) -> None:
    """R in milliseconds and days, ours in microseconds and seconds (there pbkrtest says 1.3 million for 16.9)."""
    model = next(m for m in MODELS if m.name == "chapter uneven")
    m = model.both(live_r)
    theirs = live_r.numbers("sapply(1:2, function(i) get_Lb_ddf(m, diag(2)[i, ]))")
    data = m.data.assign(Reaction=m.data["Reaction"] * 1000, seconds=m.data["days_deprived"] * 86400)
    other = r.lmer("Reaction ~ seconds + (seconds | Subject)", data,
                   control=r.lmerControl(check_scaleX="ignore", check_conv_grad=("ignore", 0.0)))
    other = replace(other, optimum=replace(other.optimum, theta=m.theta / [1, 86400, 86400]))
    assert digits([kenward_roger(other).df(row[None]) for row in np.eye(2)], theirs) > LINALG - 1


def test_balanced_designs_keep_their_standard_errors() -> None:
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control="newton")
    np.testing.assert_allclose(r.vcovAdj(m), r.vcov(m), rtol=1e-10)
    assert r.get_Lb_ddf(m, [0, 1]) == pytest.approx(17.0, abs=1e-9)


def test_maximum_likelihood_is_refitted() -> None:
    by_ml = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), REML=False, control="newton")
    by_reml = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control="newton")
    np.testing.assert_allclose(r.vcovAdj(by_ml), r.vcovAdj(by_reml), rtol=1e-9)
    with pytest.raises(ValueError, match="only available for REML"):
        r.summary(by_ml, ddf="Kenward-Roger")


def test_the_text_has_the_terms_that_update_wrote_out() -> None:
    """R 4.2 to 4.6, of a model by maximum likelihood, which pbkrtest updates to REML; one by REML stays as written."""
    data = r.load("npk")
    for REML, terms in ((False, "N + P + (1 | block) + N:P"), (True, "N * P + (1 | block)")):
        m = r.lmer("yield ~ N * P + (1 | block)", data, REML=REML)
        small = r.lmer("yield ~ N + P + (1 | block)", data, REML=REML)
        for asked in ((m, small), (small, m), (m, "~ . - N:P")):
            assert str(r.KRmodcomp(*asked)).splitlines()[0] == f"large : yield ~ {terms}"


def test_small_before_large() -> None:
    large = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    small = r.lmer("Reaction ~ 1 + (Days | Subject)", r.sleepstudy())
    assert r.KRmodcomp(small, large).test.equals(r.KRmodcomp(large, small).test)


@pytest.mark.parametrize("given", [
    {"weights": "w"}, {"offset": "o"}, {"subset": "Days > 1"}, {"contrasts": {"half": "contr.sum"}}],
    ids=lambda given: next(iter(given)))
def test_a_formula_stands_for_a_small_model_of_the_same_rows(given: dict) -> None:
    """Missing weights and offsets leave out rows of both models."""
    data = r.sleepstudy().assign(half=lambda d: np.where(d["Days"] < 5, "early", "late"), w=1.0, o=2.0)
    data.loc[data.index[:5], ["w", "o"]] = np.nan
    large = r.lmer("Reaction ~ Days + half + (1 | Subject)", data, **given)
    small = r.lmer("Reaction ~ Days + (1 | Subject)", data, **given)
    np.testing.assert_allclose(r.KRmodcomp(large, ". ~ . - half").test, r.KRmodcomp(large, small).test, rtol=1e-9)


def test_models_that_are_not_nested() -> None:
    data = r.sleepstudy().assign(square=lambda d: d["Days"] ** 2)
    large = r.lmer("Reaction ~ Days + (1 | Subject)", data)
    with pytest.raises(ValueError, match="not nested"):
        r.KRmodcomp(large, r.lmer("Reaction ~ square + (1 | Subject)", data))
    with pytest.raises(ValueError, match="the same"):
        r.KRmodcomp(large, large)
    with pytest.raises(ValueError, match="needs 2 values"):
        r.KRmodcomp(large, [0, 1, 2])


def test_dependent_rows_count_once() -> None:
    m = r.lmer("score ~ Machine + (1 | Worker)", r.load("Machines"))
    test = r.KRmodcomp(m, [[0, 1, 0], [0, 0, 1], [0, 1, 1]]).test
    assert test.loc["Ftest", "ndf"] == 2
    np.testing.assert_allclose(test, r.KRmodcomp(m, [[0, 1, 0], [0, 0, 1]]).test, rtol=1e-10)


def test_restriction_matrix_is_orthonormal_and_holds_on_the_small_model() -> None:
    large = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", r.cake()).design.X_fitted
    small = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", r.cake()).design.X_fitted
    L = restriction_matrix(large, small)
    beta = np.linalg.lstsq(large, small @ np.array([1.0, 2.0, -3.0, 0.5]), rcond=None)[0]
    np.testing.assert_allclose(L @ beta, 0.0, atol=1e-6)
    np.testing.assert_allclose(L @ L.T, np.eye(2), atol=1e-6)


@pytest.mark.filterwarnings("ignore:boundary", "ignore:Model", "ignore:Some pred", "ignore:unable", "ignore: Hessian")
@pytest.mark.parametrize(("scale", "beyond"), [(1e3, False), (1e5, True), (1e6, True)])
def test_where_lmertest_falls_back_to_satterthwaite(live_r: Any, scale: float, beyond: bool) -> None:
    """R's `solve` refuses an information of such units; ours does not depend on them, and says what R would say."""
    data = r.sleepstudy().assign(b=lambda d: d["Days"] * scale)
    live_r.assign("d", data)
    live_r.eval("suppressPackageStartupMessages(library(lmerTest)); said <- character(); keep <- function(w) "
                "{ said <<- c(said, conditionMessage(w)); invokeRestart('muffleWarning') }")
    live_r.eval("m <- suppressWarnings(suppressMessages(lmer(Reaction ~ Days + (b | Subject), d)))")
    live_r.eval("s <- withCallingHandlers(summary(m, ddf = 'Kenward-Roger'), warning = keep)")
    theirs = live_r.eval("cat(unique(said))")
    assert theirs == ("Unable to compute Kenward-Roger t-test: using Satterthwaite instead" if beyond else "")
    m = r.lmer("Reaction ~ Days + (b | Subject)", data)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        r.summary(m, ddf="Kenward-Roger")
    assert len(said) == beyond and all(theirs in str(w.message) for w in said)
