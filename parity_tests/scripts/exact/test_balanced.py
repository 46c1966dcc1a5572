"""The chapter's closed forms: the criterion is the likelihood, the ends of the intervals are roots."""
from __future__ import annotations

import importlib
import json

import numpy as np
import pytest

import translations as r
from translations.data import fixtures_path

STORED = fixtures_path() / "certified" / "chapter5"


@pytest.fixture
def balanced(scripts):
    return importlib.import_module("exact.balanced")


@pytest.mark.parametrize("sigma", [[[900, 40], [40, 45]], [[1700, 0], [0, 0]], [[0, 0], [0, 90]], [[2, 1], [1, 3]]])
def test_criterion_of_the_balanced_design_is_the_likelihood_written_out(balanced, sigma):
    """The closed form's criterion against the n x n covariance matrix, at covariance matrices that are no optimum."""
    balanced.mp.dps = 30
    d, s2, Sigma = importlib.import_module("exact.rational").read(), 640.0, np.array(sigma, dtype=float)
    exact = balanced.mp.matrix(sigma)
    closed = balanced.criterion(d, balanced.Fit(balanced.big(640), exact, 640 * balanced.matrix(d.inverse) + exact, 0))
    days, y = np.arange(8.0), r.sleep2()["Reaction"].to_numpy()
    x = np.column_stack([np.ones(8), days])
    V = np.kron(np.eye(18), s2 * np.eye(8) + x @ Sigma @ x.T)
    X = np.tile(x, (18, 1))
    W = np.linalg.solve(V, X)
    residual = y - X @ np.linalg.solve(X.T @ W, W.T @ y)
    expected = np.linalg.slogdet(V)[1] + np.linalg.slogdet(X.T @ W)[1] + residual @ np.linalg.solve(V, residual)
    assert float(closed) == pytest.approx(expected + 142 * np.log(2 * np.pi), rel=1e-13, abs=0)


def test_roots_are_roots():
    """At a stored end the ML deviance, all else at its best by another search, is 1.96 squared above its minimum."""
    from scipy.optimize import minimize

    y, x = r.sleep2()["Reaction"].to_numpy().reshape(18, 8), np.column_stack([np.ones(8), np.arange(8.0)])
    names = ["sd_(Intercept)|Subject", "cor_days_deprived.(Intercept)|Subject", "sd_days_deprived|Subject", "sigma",
             "(Intercept)", "days_deprived"]
    scale = np.array([10, 0.3, 2, 2, 8, 2])

    def deviance(v):
        a, rho, b, s, *beta = v
        V = s**2 * np.eye(8) + x @ np.array([[a * a, rho * a * b], [rho * a * b, b * b]]) @ x.T
        sign, log_det = np.linalg.slogdet(V)
        e = y - x @ beta
        return 18 * log_det + np.sum(e * np.linalg.solve(V, e.T).T) if sign > 0 and abs(rho) < 1 else np.inf

    def lowest(start, fixed):
        free = [i for i in range(6) if i != fixed]
        v = np.array(start, dtype=float)

        def f(u):
            v[free] = u * scale[free]
            return deviance(v)

        u = v[free] / scale[free]
        for _ in range(3):
            found = minimize(f, u, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-11, "maxiter": 4000})
            u = found.x
        return found.fun, found.x * scale[free]

    at_best, estimate = lowest([30, 0.2, 6.5, 25, 268, 11.4], None)
    stored = json.loads((STORED / "profile_ci_exact.json").read_text())["values"]
    for k in (1, 2):  # the correlation and the slopes' standard deviation: the least quadratic of the six
        for end in ("2.5 %", "97.5 %"):
            start = estimate.copy()
            start[k] = float(stored[f"ci[{names[k]}, {end}]"])
            assert lowest(start, k)[0] - at_best == pytest.approx(1.959963984540054**2, abs=1e-7)
