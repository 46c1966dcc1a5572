"""What theory says of a Newton fit of changed data, on random small designs; no R, no stored number."""
from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import translations as r
from translations.lme4.criterion.pls import PLS
from translations.lme4.model import LmerMod

from .random_designs import Problem, examples, problems

# Newton's gradient is below 1e-9: a criterion of about 100 is then known to 1e-12, what depends on theta to about 1e-7.
CRITERION, FITTED = 1e-10, 1e-6
PLAIN = ("y ~ x + (1 | g)", "y ~ x + (x | g)", "y ~ f + (1 | g/s)", "y ~ x + (1 | g) + (1 | h)")


def fitted(problem: Problem) -> LmerMod:
    """The Newton fit; designs that the checks refuse, or whose criterion has no minimum, are passed over."""
    try:
        m = problem.fit()
    except ValueError:
        assume(False)
        raise
    assume(m.optimum.code == 0 and m.design.random.q + m.p < m.n)
    return m


def same(got: LmerMod, expected: LmerMod, scale: float = 1.0, shift: float = 0.0, moved: float = 0.0) -> None:
    """Fitted values and sigma times `scale`, fitted values plus `shift`, the criterion plus `moved`."""
    criterion = expected.criterion(expected.REML) + moved
    assert got.criterion(got.REML) == pytest.approx(criterion, rel=CRITERION, abs=1e-8)
    assert got.sigma / scale == pytest.approx(expected.sigma, rel=FITTED)
    np.testing.assert_allclose(got.mu / scale, expected.mu + shift / scale, rtol=0, atol=FITTED * np.ptp(expected.y))


@settings(**examples(in_ci=25))
@given(problem=problems(PLAIN), seed=st.integers(0, 1000))
def test_order_of_rows_and_names_of_levels(problem: Problem, seed: int) -> None:
    m = fitted(problem)
    order = np.random.default_rng(seed).permutation(len(problem.data))
    shuffled = problem.data.iloc[order].copy()
    for group in ("g", "h", "s"):
        shuffled[group] = pd.Categorical(["renamed " + name[::-1] for name in shuffled[group].astype(str)])
    again = problem.fit(data=shuffled)
    assert again.criterion(problem.REML) == pytest.approx(m.criterion(problem.REML), rel=CRITERION, abs=1e-8)
    np.testing.assert_allclose(again.mu, m.mu[order], rtol=0, atol=FITTED * np.ptp(m.y))


@settings(**examples(in_ci=25))
@given(problem=problems(PLAIN), log_scale=st.floats(-6, 6), shift=st.floats(-100, 100))
def test_response_scaled_and_shifted(problem: Problem, log_scale: float, shift: float) -> None:
    problem = replace(problem, shifted=False)
    m, scale = fitted(problem), 10.0**log_scale
    again = problem.fit(data=problem.data.assign(y=scale * (problem.data["y"] + shift)))
    same(again, m, scale, scale * shift, 2.0 * m.df * np.log(scale))


SPANNING = ("y ~ x + (x | g)", "y ~ x + (1 | g)", "y ~ x + (x | g) + (1 | h)")


@settings(**examples(in_ci=25))
@given(problem=problems(SPANNING), log_scale=st.floats(-4, 4), shift=st.floats(-5, 5))
def test_covariate_scaled_and_shifted(problem: Problem, log_scale: float, shift: float) -> None:
    """(x | g) spans the same effects whatever x's unit and origin; log|X'V^-1X| alone moves, by 2 log of the scale.

    The second fit starts where theory has the optimum: small samples have several, and other starts find others.
    """
    m, scale = fitted(problem), 10.0**log_scale
    back = np.array([[1.0, -shift / scale], [0.0, 1.0 / scale]])
    start = [lower(back @ T if len(T) == 2 else T) for T in m.templates]
    again = problem.fit(data=problem.data.assign(x=scale * problem.data["x"] + shift), start=np.concatenate(start))
    same(again, m, moved=2.0 * np.log(scale) if problem.REML else 0.0)


def lower(M: np.ndarray) -> np.ndarray:
    """theta of the lower triangular T with T T' = M M' and a diagonal that is not negative, column by column."""
    T = np.linalg.qr(M.T)[1].T
    T = T * np.where(np.diagonal(T) < 0.0, -1.0, 1.0)
    return T.T[np.triu_indices(len(T))]


@settings(**examples(in_ci=25))
@given(problem=problems(PLAIN), factor=st.floats(0.01, 100))
def test_weights_times_a_constant(problem: Problem, factor: float) -> None:
    """The residual variance is sigma^2 / w: weights times a constant change sigma's meaning and not the likelihood."""
    problem = replace(problem, weighted=True)
    m = fitted(problem)
    again = problem.fit(data=problem.data.assign(w=factor * problem.data["w"]))
    assert again.criterion(problem.REML) == pytest.approx(m.criterion(problem.REML), rel=CRITERION, abs=1e-8)
    assert again.sigma / np.sqrt(factor) == pytest.approx(m.sigma, rel=FITTED)
    np.testing.assert_allclose(again.mu, m.mu, rtol=0, atol=FITTED * np.ptp(m.y))


@settings(**examples(in_ci=25))
@given(problem=problems(PLAIN), seed=st.integers(0, 1000))
def test_a_weight_split_over_two_rows(problem: Problem, seed: int) -> None:
    """A row of weight w is two rows of weights v and w - v with its response for their weighted mean.

    At any theta the two rows leave beta, |L| and |RX| as they are and add their own spread to the weighted residuals.
    """
    rng = np.random.default_rng(seed)
    m = fitted(replace(problem, weighted=True))
    n, part, apart = m.n, rng.uniform(0.1, 0.9, m.n), rng.normal(size=m.n)
    w, both = m.weights, np.r_[np.arange(n), np.arange(n)]
    weights = np.r_[part * w, (1.0 - part) * w]
    y = np.r_[m.y + (1.0 - part) * apart, m.y - part * apart]
    terms = tuple(replace(t, codes=t.codes[both], Z=t.Z[both]) for t in m.design.random.terms)
    offset = None if m.pls.offset is None else m.pls.offset[both]
    split = PLS.of(replace(m.design.random, terms=terms), m.design.X_fitted[both], y, weights, offset)
    theta = m.theta + 0.1
    whole, halves = m.pls.solve(theta), split.solve(theta)
    spread = float(w @ (part * (1.0 - part) * apart**2))
    np.testing.assert_allclose(halves.beta, whole.beta, rtol=0, atol=1e-10 * np.abs(whole.beta).max())
    assert halves.criterion.ldL2 == pytest.approx(whole.criterion.ldL2, rel=1e-12, abs=1e-12)
    assert halves.criterion.ldRX2 == pytest.approx(whole.criterion.ldRX2, rel=1e-12, abs=1e-12)
    assert halves.criterion.pwrss == pytest.approx(whole.criterion.pwrss + spread, rel=1e-11)


@settings(**examples(in_ci=25))
@given(problem=problems(PLAIN), constant=st.floats(-1000, 1000))
def test_an_offset_is_taken_from_the_response(problem: Problem, constant: float) -> None:
    problem = replace(problem, shifted=True)
    m = fitted(problem)
    again = problem.fit(data=problem.data.assign(o=problem.data["o"] + constant))
    same(again, m)
    subtracted = replace(problem, shifted=False).fit(data=problem.data.assign(y=problem.data["y"] - problem.data["o"]))
    assert subtracted.criterion(problem.REML) == pytest.approx(m.criterion(problem.REML), rel=CRITERION, abs=1e-8)
    np.testing.assert_allclose(subtracted.mu + problem.data["o"].to_numpy(), m.mu, rtol=0, atol=FITTED * np.ptp(m.y))


@settings(**examples(in_ci=25))
@given(problem=problems(("y ~ x + f + (x | g) + (1 | h)",)))
def test_order_of_terms(problem: Problem) -> None:
    g, h, f = (problem.data[name].nunique() for name in "ghf")
    assume(2 * g + h + 1 + f < len(problem.data))       # `fitted` asks for it too, after a search without an end
    m = fitted(problem)
    again = problem.fit(formula="y ~ (1 | h) + f + x + (1 + x | g)")
    same(again, m)
    by_name = dict(zip(again.design.names, again.beta, strict=True))
    np.testing.assert_allclose([by_name[name] for name in m.design.names], m.beta, rtol=0, atol=FITTED * np.ptp(m.y))


@settings(**examples(in_ci=40))
@given(problem=problems(), seed=st.integers(0, 1000))
def test_factor_and_criterion_written_out(problem: Problem, seed: int) -> None:
    """L L' = Lambda'Z'WZ Lambda + I, and the criterion from the n x n matrix V, at a theta that is no optimum."""
    m = fitted(problem)
    theta = np.abs(np.random.default_rng(seed).normal(size=len(m.theta)))
    m = replace(m, optimum=replace(m.optimum, theta=theta))
    Z, Lambda, L = (r.getME(m, name) for name in ("Z", "Lambda", "L"))
    Z, Lambda, X = Z.toarray(), Lambda.toarray(), m.design.X_fitted
    W = np.diag(m.weights)
    penalized = Lambda.T @ Z.T @ W @ Z @ Lambda + np.eye(len(Lambda))
    np.testing.assert_allclose(L @ L.T, penalized, rtol=1e-12, atol=1e-12 * np.abs(penalized).max())
    V = Z @ Lambda @ Lambda.T @ Z.T + np.diag(1.0 / m.weights)
    y = m.y if m.pls.offset is None else m.y - m.pls.offset
    beta = np.linalg.solve(X.T @ np.linalg.solve(V, X), X.T @ np.linalg.solve(V, y))
    residual = y - X @ beta
    pwrss, df = residual @ np.linalg.solve(V, residual), m.df
    expected = np.linalg.slogdet(V)[1] + df * (1.0 + np.log(2.0 * np.pi * pwrss / df))
    expected += np.linalg.slogdet(X.T @ np.linalg.solve(V, X))[1] if m.REML else 0.0
    assert m.criterion(m.REML) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(m.beta, beta, rtol=0, atol=1e-8 * np.abs(beta).max())


@settings(**examples(in_ci=40))
@given(problem=problems(), seed=st.integers(0, 1000))
def test_gradient_is_that_of_the_criterion(problem: Problem, seed: int) -> None:
    m = fitted(problem)
    theta = np.random.default_rng(seed).uniform(0.2, 1.5, len(m.theta))
    gradient, step = m.pls.gradient(theta, m.REML)[1], 1e-5
    for i, slope in enumerate(gradient):
        e = step * (np.arange(len(theta)) == i)
        difference = (m.pls.deviance(theta + e, m.REML) - m.pls.deviance(theta - e, m.REML)) / (2.0 * step)
        assert slope == pytest.approx(difference, rel=1e-6, abs=1e-6 * np.abs(gradient).max() + 1e-7)


@pytest.mark.parametrize("optimizer", ["newton", "nloptwrap"])
@settings(**examples(in_ci=40))
@given(problem=problems(groups=6, rows=4))
def test_tiny_designs_are_fitted_or_refused_by_name(optimizer: str, problem: Problem) -> None:
    """Never another exception; and a fit without a warning is a fit whose derivatives are those of a minimum."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            m = r.lmer(problem.formula, problem.data, control=optimizer, **problem.arguments())
        except (ValueError, KeyError) as refused:
            assert len(str(refused)) > 20
            return
    ours = (r.SingularFitWarning, r.ConvergenceWarning, r.RankDeficiencyWarning, r.ScaleWarning)
    assert all(issubclass(w.category, ours) for w in said), [str(w.message) for w in said]
    assert np.isfinite(m.theta).all() and np.isfinite(m.beta).all()
    if not said:
        assert np.abs(m.pls.gradient(m.theta, m.REML)[1]).max() <= (1e-8 if optimizer == "newton" else 0.1)
