"""The ML deviance written out with dense matrices and minimized by scipy: it shares nothing with the engine."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import minimize


class Dense:
    """The ML deviance of a model from its matrices in full, with the effects of each term in the order given (at most
    three).

    x: for each term standard deviations and correlations, column by column, but the correlation of effects 1 and 2
    given effect 0, which like the others ranges freely from -1 to 1; last sigma.
    """

    def __init__(self, m: Any, orders: list[list[int]]) -> None:
        self.X, self.y, self.w = m.design.X_fitted, m.y, m.weights
        terms = m.design.random.terms
        self.terms = [(np.equal.outer(t.codes, t.codes), t.Z[:, o]) for t, o in zip(terms, orders, strict=True)]
        cors = [row != col for t in terms for col in range(t.k) for row in range(col, t.k)]
        self.correlations = np.array([*cors, False])

    def deviance(self, x: np.ndarray, fixed: int = -1, value: float = 0.0) -> tuple[float, np.ndarray]:
        """Beta at its best, or with number `fixed` held at `value`; and its derivatives by x."""
        V, at, parts = np.diag(x[-1] ** 2 / self.w), 0, []
        for same_level, Z in self.terms:
            k = Z.shape[1]
            parts.append(x[at : at + k * (k + 1) // 2])
            at += len(parts[-1])
            V += Z @ covariance(parts[-1], k) @ Z.T * same_level
        L = np.linalg.cholesky(V)
        A = solve_triangular(L, np.column_stack([self.X, self.y, np.eye(len(V))]), lower=True)
        p = self.X.shape[1]
        X, y, inverse = A[:, :p], A[:, p], A[:, p + 1 :]
        if fixed >= 0:
            X, y = np.delete(X, fixed, axis=1), y - X[:, fixed] * value
        e = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
        height = 2.0 * float(np.log(np.diagonal(L)).sum()) + float(e @ e) + len(y) * np.log(2.0 * np.pi)
        # With V^-1 = B and B e = u the derivative by an entry of V is that of B - u u'. That of a term's covariance
        # matrix by its part of x is a complex step's imaginary part.
        slope = inverse.T @ inverse - np.outer(inverse.T @ e, inverse.T @ e)
        gradient = []
        for (same_level, Z), own in zip(self.terms, parts, strict=True):
            by_entry, step = Z.T @ (slope * same_level) @ Z, 1e-30
            for e_j in np.eye(len(own)):
                gradient.append(np.sum(by_entry * covariance(own + 1j * step * e_j, Z.shape[1]).imag) / step)
        return height, np.array([*gradient, 2.0 * x[-1] * np.sum(np.diagonal(slope) / self.w)])

    def least(self, start: np.ndarray, held: dict[int, float], fixed: int = -1, value: float = 0.0, *,
              far: bool = False) -> float:
        """The deviance minimized over x but for the entries `held`; correlations move on the arcsine scale, which has
        no ends.

        far: the start may be far away, so that standard deviations move by their roots: a negative one would turn the
        sign of a correlation that is held.
        """
        free = np.array([i not in held for i in range(len(start))])
        cors, scale = self.correlations[free], np.maximum(np.abs(start), 0.3 * start[-1])[free]

        def of(u: np.ndarray) -> tuple[float, np.ndarray]:
            x = start.copy()
            x[free] = np.where(cors, np.sin(u), scale * (u * u if far else u))
            for i, v in held.items():
                x[i] = v
            try:
                height, gradient = self.deviance(x, fixed, value)
            except np.linalg.LinAlgError:
                return 1e10, np.zeros(len(u))
            return height, gradient[free] * np.where(cors, np.cos(u), scale * (2.0 * u if far else 1.0))

        u = np.where(cors, np.arcsin(np.clip(start[free], -0.9, 0.9)), np.maximum(start[free] / scale, 0.1))
        if far:
            u = np.where(cors, u, np.sqrt(np.abs(u)))
        for _ in range(3):
            u = minimize(of, u, jac=True, method="BFGS", options={"gtol": 1e-7}).x
        return of(u)[0]


def covariance(own: np.ndarray, k: int) -> np.ndarray:
    """The covariance matrix (k, k), k at most 3, at a term's part of x."""
    R, sd = np.eye(k, dtype=own.dtype), own[[0, 2] if k == 2 else [0, 3, 5] if k == 3 else [0]]
    if k > 1:
        R[0, 1:] = R[1:, 0] = own[1:k]
    if k == 3:
        R[1, 2] = R[2, 1] = own[1] * own[2] + own[4] * np.sqrt((1 - own[1] ** 2) * (1 - own[2] ** 2))
    return R * np.outer(sd, sd)


def coordinates(S: np.ndarray) -> np.ndarray:
    """The inverse of `covariance`; correlations with a standard deviation of zero are taken as zero."""
    sd = np.sqrt(np.diagonal(S))
    with np.errstate(invalid="ignore", divide="ignore"):
        R = np.nan_to_num(S / np.outer(sd, sd))
        if len(S) == 3:
            R[2, 1] = np.nan_to_num((R[2, 1] - R[1, 0] * R[2, 0]) / np.sqrt((1 - R[1, 0] ** 2) * (1 - R[2, 0] ** 2)))
    R[np.diag_indices(len(S))] = sd
    return R.T[np.triu_indices(len(S))]
