"""Information and Hessians of the criterion against dense matrices."""

from __future__ import annotations

import numpy as np
import pytest

from translations.lme4.criterion.pls import PLS

from ..random_designs import ALONE, CROSSED, engine


def dense(pls: PLS, theta: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Z of each block, and V, (n, n), rows weighted."""
    V, parts = np.eye(pls.n), []
    for b in pls.blocks:
        Z = np.zeros((pls.n, b.n_levels * b.k))
        for a in range(b.k):
            Z[np.arange(pls.n), b.codes * b.k + a] = b.Z[:, a]
        factor = Z @ np.kron(np.eye(b.n_levels), b.template(theta))
        V += factor @ factor.T
        parts.append(Z)
    return parts, V


@pytest.mark.parametrize("formula", [ALONE, CROSSED, "y ~ 1 + (x + z | g)", "y ~ x + (x || g) + (0 + z | h)"])
def test_the_information_is_the_expected_second_derivative(formula: str) -> None:
    """tr(Phi S_i Phi S_j) of a block's own levels, less what profiling sigma takes."""
    pls = engine(formula, weights="w")
    diagonal = pls.structure.diagonal
    theta = np.where(diagonal, 0.6 + 0.3 * np.arange(diagonal.size), -0.4)
    parts, V = dense(pls, theta)
    products, traces = {}, np.zeros(len(theta))
    H = np.zeros((len(theta), len(theta)))
    for b, Z in zip(pls.blocks, parts, strict=True):
        Phi = Z.T @ np.linalg.solve(V, Z)
        own = [Phi[g * b.k : (g + 1) * b.k, g * b.k : (g + 1) * b.k] for g in range(b.n_levels)]
        for row, col, i in zip(b.rows, b.cols, b.theta, strict=True):
            E = np.zeros((b.k, b.k))
            E[row, col] = 1.0
            S = E @ b.template(theta).T + b.template(theta) @ E.T
            products[i] = [P @ S for P in own]
            traces[i] = sum(np.trace(P) for P in products[i])
        for i in b.theta:
            for j in b.theta:
                H[i, j] = sum(np.trace(P @ Q) for P, Q in zip(products[i], products[j], strict=True))
    expected = H - np.outer(traces, traces) / pls.n
    np.testing.assert_allclose(pls.at(theta).information, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("REML", [True, False])
@pytest.mark.parametrize("formula", [ALONE, CROSSED])
def test_hessians_by_central_and_by_forward_differences(formula: str, REML: bool) -> None:  # noqa: N803
    pls = engine(formula)
    theta = np.where(pls.structure.diagonal, 2.5, -0.4)  # a step goes with theta where that is more than 1

    def slope(t: np.ndarray) -> np.ndarray:
        return pls.gradient(t, REML)[1]

    m, h = len(theta), 1e-3
    expected = np.empty((m, m))
    for i in range(m):
        e = h * (np.arange(m) == i)
        expected[i] = (8 * (slope(theta + e) - slope(theta - e)) - slope(theta + 2 * e) + slope(theta - 2 * e)) / 12 / h
    size = np.abs(expected).max()
    np.testing.assert_allclose(pls.hessian(theta, REML), expected, rtol=0, atol=2e-9 * size)
    np.testing.assert_allclose(pls.hessian(theta, REML), pls.hessian(theta, REML).T, rtol=0, atol=0)
    if pls.trailing.q:
        at = slope(theta)
        np.testing.assert_allclose(pls.hessian(theta, REML, at=at), expected, rtol=0, atol=3e-5 * size)
        with pytest.raises(AssertionError):
            np.testing.assert_allclose(pls.hessian(theta, REML, at=at + size), expected, rtol=0, atol=size)
    value, gradient = pls.gradient(theta, REML, 40)
    assert value == pytest.approx(pls.deviance(theta, REML, 40), rel=1e-14)
    twice = pls.hessian(theta, REML, 40)
    e = 1e-4 * (np.arange(m) == 0)
    np.testing.assert_allclose(twice[0], (pls.gradient(theta + e, REML, 40)[1] - pls.gradient(theta - e, REML, 40)[1])
                               / 2e-4, rtol=0, atol=1e-6 * np.abs(twice).max())
