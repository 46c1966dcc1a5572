"""The criterion and all effects in extended precision: after "newton" they are right to the last bits of a double.

At the optimum an error of theta enters the criterion only squared, so what separates the computed criterion from the
true one is the rounding of its own evaluation. One evaluation with the long double's 64 bits, from the data instead of
from rounded cross-products, takes that away. Where a platform's long double is a double nothing is gained or lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .pls import PLS
from .residual import exact_residual
from .structure import Block, Floats

Long = NDArray[np.longdouble]

TAIL_UP_TO = 200  # columns of Z beyond the first block; they are factored as a dense matrix, without LAPACK
ENTRIES_UP_TO = 2_000_000  # of that matrix' rows: one for each observation
TWO_PI = 2 * np.longdouble("3.14159265358979323846264338327950288")


@dataclass(frozen=True)
class Extended:
    """log|L|^2, log|RX|^2, pwrss (see `pls.Criterion`) and sum(log w), all with 64 bits; rounded: beta (p,) and u, one
    (levels, k) array a block.
    """

    ldL2: np.longdouble  # noqa: N815
    ldRX2: np.longdouble  # noqa: N815
    pwrss: np.longdouble
    log_weights: np.longdouble
    n: int
    beta: Floats
    u: tuple[Floats, ...]

    def deviance(self, REML: bool) -> float:  # noqa: N803
        """The profiled deviance (Bates et al. 2015, eq. 35) or REML criterion (eq. 42)."""
        df = self.n - len(self.beta) if REML else self.n
        value = self.ldL2 + (self.ldRX2 if REML else 0) + df * (1 + np.log(TWO_PI * self.pwrss / df)) - self.log_weights
        return float(value)


def extended(pls: PLS, y: Floats, weights: Floats | None, theta: Floats) -> Extended | None:
    """Evaluate at theta (m,) for the response y (n,) and prior weights (n,); None where the model is too large or
    fits perfectly.
    """
    first, *others = pls.structure.blocks
    q2 = sum(block.n_levels * block.k for block in others)
    if q2 > TAIL_UP_TO or pls.n * (q2 + pls.p + 1) > ENTRIES_UP_TO:
        return None
    X, R, root = _long(pls.X), _long(pls.R), np.sqrt(_long(np.ones(pls.n) if weights is None else weights))[:, None]
    residual = _long(exact_residual(y, pls.X, pls.beta0, pls.offset))
    basis = _solve(R.T, (X * root).T).T
    rows = np.concatenate([*(_indicators(block, theta) * root for block in others), basis, residual[:, None] * root], 1)

    F = _long(first.Z) @ _long(first.template(theta)) * root
    A = np.tile(np.eye(first.k, dtype=np.longdouble), (first.n_levels, 1, 1))
    D = np.zeros((first.n_levels, first.k, rows.shape[1]), np.longdouble)
    np.add.at(A, first.codes, F[:, :, None] * F[:, None, :])
    np.add.at(D, first.codes, F[:, :, None] * rows[:, None, :])
    L = _cholesky(A)
    B = _solve(L, D)
    S = rows.T @ rows - np.tensordot(B, B, ((0, 1), (0, 1)))
    S[range(q2), range(q2)] += 1
    with np.errstate(invalid="ignore", divide="ignore"):
        S = _cholesky(S)
    if not np.isfinite(S[-1, -1]) or S[-1, -1] == 0:
        return None

    tail, fixed, last = np.split(np.diagonal(S), [q2, q2 + pls.p])
    effects = _solve_transposed(S[:-1, :-1], S[-1, :-1])
    beta = _long(pls.beta0) + _solve_transposed(R.T, effects[q2:])
    ends = np.cumsum([block.n_levels * block.k for block in others])
    u = [effects[end - b.n_levels * b.k : end].reshape(b.n_levels, b.k) for b, end in zip(others, ends, strict=True)]
    u.insert(0, _solve_transposed(L, B[..., -1] - B[..., :-1] @ effects))
    ldL2 = 2 * np.log(np.diagonal(L, axis1=1, axis2=2)).sum() + 2 * np.log(tail).sum()
    ldRX2 = 2 * np.log(fixed).sum() + 2 * np.log(np.abs(np.diagonal(R))).sum()
    return Extended(ldL2, ldRX2, last[0] ** 2, 2 * np.log(root).sum(), pls.n, _short(beta), tuple(map(_short, u)))


def _long(a: Any) -> Long:
    return np.asarray(a, dtype=np.longdouble)


def _short(a: Long) -> Floats:
    return a.astype(float)


def _indicators(block: Block, theta: Floats) -> Long:
    """Z Lambda of a block as a dense matrix (n, levels k)."""
    Z = np.zeros((len(block.codes), block.n_levels, block.k), np.longdouble)
    Z[np.arange(len(Z)), block.codes] = _long(block.Z) @ _long(block.template(theta))
    return Z.reshape(len(Z), -1)


def _cholesky(S: Long) -> Long:
    """The lower factors of matrices (..., m, m)."""
    L = S.copy()
    for j in range(S.shape[-1]):
        L[..., j, j] = np.sqrt(L[..., j, j])
        below = L[..., j + 1 :, j] = L[..., j + 1 :, j] / L[..., j, j, None]
        L[..., j + 1 :, j + 1 :] -= below[..., :, None] * below[..., None, :]
    return np.tril(L)


def _solve(L: Long, B: Long) -> Long:
    """L^{-1}B for lower triangular L (..., m, m) and B (..., m, c)."""
    out = B.copy()
    for j in range(L.shape[-1]):
        out[..., j, :] /= L[..., j, j, None]
        out[..., j + 1 :, :] -= L[..., j + 1 :, j, None] * out[..., j, None, :]
    return out


def _solve_transposed(L: Long, b: Long) -> Long:
    """L'^{-1}b for lower triangular L (..., m, m) and b (..., m)."""
    out = b.copy()
    for j in reversed(range(b.shape[-1])):
        out[..., j] /= L[..., j, j]
        out[..., :j] -= L[..., j, :j] * out[..., j, None]
    return out
