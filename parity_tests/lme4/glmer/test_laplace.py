"""Laplace's criterion and the quadrature against arithmetic of their own."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, special

import translations as r
from translations.generalized.families import Family
from translations.generalized.fit import begin_of
from translations.lme4.control import LmerControl
from translations.lme4.design import Design, build_design
from translations.lme4.formula import split
from translations.lme4.glmer.control import as_glmer_control
from translations.lme4.glmer.fit import first_predictor, kernel_of
from translations.lme4.glmer.laplace import Laplace
from translations.lme4.glmer.optimize import evaluated
from translations.lme4.glmer.state import Problem, hermite_rule, new_laplace

CBPP = "cbind(incidence, size - incidence) ~ period + (1 | herd)"


def kernel(formula: str, data: Any, family: Family, tolerance: float = 1e-14, refresh: bool = True
           ) -> tuple[Laplace, Design, Any]:
    """A criterion whose iteration goes to the last digits, ready for theta and beta."""
    built = build_design(split(formula), data, LmerControl(), generalized=True)
    begun = begin_of(built.frame, family)
    problem = Problem.of(built.X_fitted, built.random, built.frame.offset)
    made = new_laplace(problem, begun, family, tolerance, refresh, False, 1.0)
    made.begin(family.link.linkfun(begun.mustart))
    made.iterate(built.random.start, True)
    made.keep_predictor()
    return made, built, begun


@pytest.mark.parametrize(("bars", "theta", "lead"), [
    ("(1 | BROOD) + (1 | LOCATION)", [0.7, 0.4], 118),
    ("(1 | BROOD) + (1 | INDEX) + (1 | LOCATION)", [0.5, 0.7, 0.4], 403),
    ("(1 | pair) + (1 | place)", [0.7, 0.4], 0),  # a pair's two places meet in no row
    ("(1 | BROOD) + (1 | place)", [0.7, 0.4], 118)])  # most broods meet all places: every entry is there
def test_laplace_by_dense_algebra(bars: str, theta: list[float], lead: int) -> None:
    """lead: so many columns of the factor are taken off the system at once."""
    ticks = r.load("grouseticks").assign(pair=lambda d: np.arange(len(d)) // 2, place=lambda d: np.arange(len(d)) % 5)
    made, built, begun = kernel(f"TICKS ~ YEAR + {bars}", ticks, r.poisson())
    assert made.lead == lead
    beta = np.array([0.5, 1.1, -0.9])
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


def test_the_iteration_begins_from_the_family_s_means_and_the_offset() -> None:
    # d <- sleepstudy; d$y <- d$Reaction / 100; d$o <- (seq_len(180) %% 7 - 3) / 10
    # p <- glFormula(y ~ Days + (1 | Subject) + offset(o), d, gaussian(link = "inverse"))
    # first <- do.call(mkGlmerDevfun, c(p, list(nAGQ = 0L))); c(first(1), first(0.05)); lme4 1.1-31, whose criterion has
    # several minima here: from the means without the offset it is 1379.56 and 1390.60
    d = r.sleepstudy().assign(y=lambda d: d["Reaction"] / 100.0, o=(np.arange(1, 181) % 7 - 3) / 10.0)
    family = r.gaussian(link="inverse")
    built = build_design(split("y ~ Days + (1 | Subject) + offset(o)"), d, LmerControl(), generalized=True)
    begun = begin_of(built.frame, family)
    problem = Problem.of(built.X_fitted, built.random, built.frame.offset)
    made = kernel_of(problem, built, begun, family, as_glmer_control(None))
    made.begin(first_predictor(begun, family, {}, problem.offset))
    made.iterate(built.random.start, True)
    made.keep_predictor()
    found = [evaluated(made, built.random.parameters, 0, np.array([theta])) for theta in (1.0, 0.05)]
    np.testing.assert_allclose(found, [1305.80081813, 1290.09130277], rtol=1e-10)
