"""Generalized linear mixed models beyond the cases: bad input, and the criterion against arithmetic of its own."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import integrate, special

import translations as r
from translations.glm.families import Family
from translations.glm.fit import begin_of
from translations.lme4.control import LmerControl
from translations.lme4.design import Design, build_design
from translations.lme4.glmer.laplace import Laplace
from translations.lme4.glmer.negative_binomial import brent
from translations.lme4.glmer.state import Problem, hermite_rule, new_laplace

CBPP = "cbind(incidence, size - incidence) ~ period + (1 | herd)"


def kernel(formula: str, data: Any, family: Family, tolerance: float = 1e-14, refresh: bool = True
           ) -> tuple[Laplace, Design, Any]:
    """A criterion whose iteration goes to the last digits, ready for theta and beta."""
    built = build_design(formula, data, LmerControl(), generalized=True)
    begun = begin_of(built.frame, family)
    problem = Problem.of(built.X_fitted, built.random, built.frame.offset)
    made = new_laplace(problem, begun, family, tolerance, refresh, False, 1.0)
    made.begin(family.link.linkfun(begun.mustart))
    made.iterate(built.random.start, True)
    made.keep_predictor()
    return made, built, begun


def test_laplace_by_dense_algebra() -> None:
    ticks = r.load("grouseticks")
    made, built, begun = kernel("TICKS ~ YEAR + (1 | BROOD) + (1 | LOCATION)", ticks, r.poisson())
    theta, beta = np.array([0.7, 0.4]), np.array([0.5, 1.1, -0.9])
    value = made.at_stage(1)(np.concatenate([theta, beta]))
    U = np.hstack([np.eye(len(t.levels))[t.codes] * s for t, s in zip(built.random.terms, theta, strict=True)])
    u, eta0 = np.zeros(U.shape[1]), built.X_fitted @ beta
    for _ in range(60):
        mu = np.exp(eta0 + U @ u)
        H = U.T @ (mu[:, None] * U) + np.eye(len(u))
        u = u + np.linalg.solve(H, U.T @ (begun.y - mu) - u)
    mu = np.exp(eta0 + U @ u)
    H = U.T @ (mu[:, None] * U) + np.eye(len(u))
    density = begun.y * np.log(mu) - mu - special.gammaln(begun.y + 1)
    assert value == pytest.approx(np.linalg.slogdet(H)[1] + u @ u - 2 * density.sum(), rel=1e-12)


@pytest.mark.parametrize("family", [r.binomial(), r.binomial(link="probit"), r.binomial(link="cloglog"),
                                    r.binomial(link="cauchit")])
def test_quadrature_approaches_the_integral(family: Family) -> None:
    made, built, begun = kernel(CBPP, r.load("cbpp"), family)
    theta, beta = 0.8, np.array([-1.2, -0.5, -0.6, -0.8])
    made.set_nodes(hermite_rule(60))
    value = made.at_stage(2)(np.concatenate([[theta], beta]))
    total, codes = 0.0, built.random.terms[0].codes
    eta, n = built.X_fitted @ beta, begun.weights

    def integrand(z: float, own: np.ndarray) -> float:
        mu = family.link.linkinv(eta[own] + theta * z)
        k = begun.y[own] * n[own]
        log_choose = special.gammaln(n[own] + 1) - special.gammaln(k + 1) - special.gammaln(n[own] - k + 1)
        logs = log_choose + special.xlogy(k, mu) + special.xlogy(n[own] - k, 1 - mu)
        return float(np.exp(np.sum(logs) - z * z / 2) / np.sqrt(2 * np.pi))

    for level in range(built.random.q):
        total += np.log(integrate.quad(integrand, -9, 9, args=(codes == level,), epsabs=0, epsrel=1e-11, limit=200)[0])
    assert value == pytest.approx(-2 * total, rel=1e-9)


def test_the_criterion_forgets_where_it_was_asked() -> None:
    made, _, _ = kernel(CBPP, r.load("cbpp"), r.binomial(), tolerance=1e-7, refresh=False)
    here, there = np.array([0.6, -1.4, -1.0, -1.1, -1.5]), np.array([2.0, 0.4, 1.0, -2.1, 0.5])
    first = made.at_stage(1)(here)
    made.at_stage(1)(there)
    assert made.at_stage(1)(here) == first


@pytest.mark.parametrize(("call", "error", "said"), [
    (lambda: r.glmer("size ~ period + (1 | herd)", r.load("cbpp"), r.binomial), ValueError, "y values must be 0 <= y"),
    (lambda: r.glmer("I(size / 2) ~ (1 | herd)", r.load("cbpp"), r.poisson), ValueError, "needs whole numbers"),
    (lambda: r.glmer("I(size - 5) ~ (1 | herd)", r.load("cbpp"), r.poisson), ValueError, "negative values not allowed"),
    (lambda: r.glmer("TICKS ~ (1 | BROOD) + (1 | INDEX)", r.load("grouseticks"), r.poisson, nAGQ=5), ValueError,
     r"nAGQ > 1 is only available .*\(1 \| INDEX\)"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, nAGQ=101), ValueError, "nAGQ must be at most 100"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, nAGQ=1.5), ValueError, "nAGQ must be a whole number"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), "quasibinomial"), ValueError, '"quasi" families cannot be used in glmer'),
    (lambda: r.glmer(CBPP, r.load("cbpp"), "binomal"), ValueError, "family must be one of binomial"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, control=r.lmerControl()), ValueError, "use glmerControl"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, control="adam"), ValueError, "optimizer must be one or two"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, start={"beta": [1]}), ValueError, "bad name"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, start={"fixef": [1]}), ValueError, "incorrect number of fixef"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, start={"fixef": [1] * 4}, nAGQ=0), ValueError, "nAGQ == 0"),
    (lambda: r.glmer("size ~ (1 | hurd)", r.load("cbpp"), r.binomial), KeyError, "did you mean 'herd'"),
    (lambda: r.glmer(CBPP, None, r.binomial), ValueError, "data is missing"),
    (lambda: r.glmer("one ~ (1 | herd)", r.load("cbpp").assign(one=1), r.poisson), ValueError, "Response is constant"),
    (lambda: r.glmerControl(disp_method="new"), ValueError, "disp_method must be one of"),
    (lambda: r.glmerControl(tolPwrss=0), ValueError, "tolPwrss must be above 0"),
])
def test_bad_input_is_named(call: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        call()


@pytest.mark.parametrize("test", [r.ranova, r.vcovAdj, r.ls_means])
def test_what_rests_on_normal_errors_is_refused(test: Any) -> None:
    with pytest.raises(ValueError, match="not one by glmer: it rests on normal errors"):
        test(r.glmer(CBPP, r.load("cbpp"), r.binomial))


def test_gaussian_with_an_identity_link_is_lmer() -> None:
    with pytest.warns(UserWarning, match="please call lmer"):
        m = r.glmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    assert r.fixef(m).tolist() == r.fixef(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())).tolist()


def test_what_a_release_gets_wrong_is_warned_of() -> None:
    data, family = r.sleepstudy(), r.Gamma(link="log")
    with pytest.warns(UserWarning, match="dispersion of Gamma models for 1"):
        old = r.glmer("Reaction ~ Days + (1 | Subject)", data, family)
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("error")
        new = r.glmer("Reaction ~ Days + (1 | Subject)", data, family)
        assert r.VarCorr(new).sc is None
    assert float(r.VarCorr(old)["Subject"].stddev.iloc[0]) == pytest.approx(0.0759, abs=1e-4)
    assert float(r.VarCorr(new)["Subject"].stddev.iloc[0]) == pytest.approx(0.1246, abs=1e-4)


def test_predictions_of_new_rows_are_on_either_scale() -> None:
    m = r.glmer(CBPP, r.load("cbpp"), r.binomial)
    new = {"period": ["1", "4"], "herd": ["3", "1"]}
    eta = r.predict(m, new)
    assert eta.iloc[0] == pytest.approx(m.beta[0] + float(r.ranef(m)["herd"].loc["3"].iloc[0]), rel=1e-12)
    assert np.allclose(r.predict(m, new, type="response"), special.expit(eta), rtol=1e-12)
    assert np.allclose(r.predict(m, new, re_form="~0"), [m.beta[0], m.beta[0] + m.beta[3]], rtol=1e-12)
    with pytest.raises(ValueError, match="new levels"):
        r.predict(m, {"period": ["1"], "herd": ["99"]})


def test_another_response_is_checked() -> None:
    m = r.glmer(CBPP, r.load("cbpp"), r.binomial)
    with pytest.raises(ValueError, match="newresp must have 56 values"):
        r.refit(m, [1, 2, 3])
    with pytest.raises(ValueError, match="negative values are no counts: newresp is -85 in row 1"):
        r.refit(m, np.full(56, 99.0))
    with r.options(lme4="2.1"):  # before, the criterion depends on where its evaluations begin, as lme4's does
        new = r.glmer(CBPP, r.load("cbpp"), r.binomial)
        own = r.refit(new, r.load("cbpp")["incidence"])
    assert np.allclose(own.beta, new.beta, rtol=1e-4)
    assert own.optimum.value == pytest.approx(new.optimum.value, rel=1e-8)
    with pytest.raises(ValueError, match="glmer has no argument REML"):
        r.update(m, REML=False)
    with pytest.raises(ValueError, match="no semiparametric bootstrap"):
        r.bootMer(m, "fixef", 2, use_u=True, type="semiparametric")
    with pytest.raises(ValueError, match="unknown statistic 'beta'"):
        r.bootMer(m, "beta", 2)


def test_a_bootstrap_does_not_depend_on_what_is_asked() -> None:
    m = r.glmer(CBPP, r.load("cbpp"), r.binomial)
    by_name = r.bootMer(m, "fixef", 3, seed=2).t.to_numpy()
    whole = r.bootMer(m, "parameters", 3, seed=2).t.to_numpy()
    own = r.bootMer(m, lambda one: r.fixef(one), 3, seed=2).t.to_numpy()
    assert np.array_equal(by_name, whole[:, 1:]) and np.array_equal(by_name, own)


def test_a_minimum_is_found_by_brent_s_method() -> None:
    found = brent(lambda x: (x - 0.3) ** 2 + abs(x) ** 3, -2.0, 3.0, 1e-9)
    assert found == pytest.approx(11.2**0.5 / 6 - 1 / 3, abs=1e-6)
    assert brent(lambda x: -x, 0.0, 1.0, 1e-6) == pytest.approx(1.0, abs=1e-5)
