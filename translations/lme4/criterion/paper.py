"""The profiled criterion as the paper writes it: what the engine is held to, and where to start reading.

Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1). Everything is dense and nothing is reused, so this is for
small models; the engine (`pls.py`) computes the same numbers for large ones. W is diag(w), o the offset.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag

from translations.arrays import Floats

from ..structure import Block


class PenalizedLeastSquares(NamedTuple):
    """At one theta: L (q, q) and RX (p, p) as in eq. 18, u (q,), beta (p,), r2 the penalized weighted residual sum of
    squares.
    """

    L: NDArray[Any]
    RX: NDArray[Any]
    u: NDArray[Any]
    beta: NDArray[Any]
    r2: float


def solve(Z: Floats, Lambda: Floats, X: Floats, y: Floats, o: Floats, w: Floats) -> PenalizedLeastSquares:  # noqa: N803
    """Z (n, q), Lambda (q, q), X (n, p), y, o, w (n,). Raises `numpy.linalg.LinAlgError` for X not of full rank."""
    root = np.sqrt(w)
    ZL, X, y = root[:, None] * Z @ Lambda, root[:, None] * X, root * (y - o)  # eq. 16
    L = np.linalg.cholesky(ZL.T @ ZL + np.eye(len(Lambda)))  # eq. 18
    cu = np.linalg.solve(L, ZL.T @ y)  # eq. 49
    RZX = np.linalg.solve(L, ZL.T @ X)  # eq. 50
    RX = np.linalg.cholesky(X.T @ X - RZX.T @ RZX).T  # eq. 51
    beta = np.linalg.solve(RX.T @ RX, X.T @ y - RZX.T @ cu)  # eq. 52
    u = np.linalg.solve(L.T, cu - RZX @ beta)  # eq. 53
    r2 = float(np.sum((y - ZL @ u - X @ beta) ** 2) + u @ u)  # eqs. 14, 15
    return PenalizedLeastSquares(L, RX, u, beta, r2)


def criterion(at: PenalizedLeastSquares, w: Floats, REML: bool) -> float:  # noqa: N803
    """The profiled deviance, or the profiled REML criterion, of the solution `at` one theta."""
    n, p = len(w), len(at.beta)
    log_det = 2.0 * np.log(np.diag(at.L)).sum() - np.log(w).sum()
    if not REML:
        return float(log_det + n * (1.0 + np.log(2.0 * np.pi * at.r2 / n)))  # eq. 35
    log_det += 2.0 * np.log(np.diag(at.RX)).sum()
    return float(log_det + (n - p) * (1.0 + np.log(2.0 * np.pi * at.r2 / (n - p))))  # eq. 42


def dense(blocks: tuple[Block, ...], theta: Floats) -> tuple[Floats, Floats]:
    """Z (n, q) and Lambda (q, q) at theta (m,), blocks side by side: eq. 7 and section 2.2."""
    parts = [np.zeros((len(b.codes), b.n_levels, b.k)) for b in blocks]
    for b, Z in zip(blocks, parts, strict=True):
        Z[np.arange(len(Z)), b.codes] = b.Z
    Lambda = block_diag(*(b.template(theta) for b in blocks for _ in range(b.n_levels)))
    return np.hstack([Z.reshape(len(Z), -1) for Z in parts]), Lambda
