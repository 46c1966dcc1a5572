"""Which columns of a design are linear combinations of earlier ones, by R's own rule; an orthonormal basis of them."""
from __future__ import annotations

import numpy as np

TALL = 200_000  # rows from which LAPACK's copies of X cost more than its arithmetic


def drop_aliased(X: np.ndarray, tol: float = 1e-7) -> np.ndarray:
    """Positions, ascending, of the columns that R keeps of X (n, p): `lm` gives them a coefficient, lme4 does not
    drop them.

    Householder QR in the given order; a column whose part orthogonal to the columns kept so far is shorter than `tol`
    times its own length is set aside. The shortened lengths are updated, not recomputed, until little is left of
    them, because that decides close cases as R's routine does.  Source: dqrdc2, R's variant of LINPACK's dqrdc
    (Dongarra et al. 1979, 9).
    """
    if _clearly_independent(X):
        return np.arange(X.shape[1])
    work = np.array(X, dtype=float, order="F")
    n, p = work.shape
    full = np.sqrt(np.einsum("ij,ij->j", work, work))
    left = full.copy()
    full[full == 0] = 1.0
    kept: list[int] = []
    for j in range(p):
        row = len(kept)
        if row == n or left[j] < full[j] * tol:
            continue
        kept.append(j)
        # The reflection that maps v on to the axis: I - u uᵀ / u[0], with u = v / ±|v| + e.
        v, rest = work[row:, j], work[row:, j + 1:]
        u = v / np.copysign(np.sqrt(v @ v), v[0])
        u[0] += 1.0
        rest -= np.outer(u, (u @ rest) / u[0])
        left[j + 1:] = _shortened(left[j + 1:], rest)
    return np.array(kept, dtype=np.int64)


def _shortened(left: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """The lengths `left` of columns without what their first entries in `rest` take away for good."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 1.0 - (rest[0] / left) ** 2
        updated = left * np.sqrt(share)
    return np.where(share >= 1e-6, updated, np.sqrt(np.einsum("ij,ij->j", rest[1:], rest[1:])))


def _clearly_independent(X: np.ndarray) -> bool:
    """Whether every column keeps a thousandth of its length once the columns before it are taken out.

    The diagonal of the Cholesky factor of XᵀX over the columns' lengths holds those shares to about 1e-8.
    """
    products = X.T @ X
    try:
        left = np.diagonal(np.linalg.cholesky(products))
    except np.linalg.LinAlgError:
        return False
    return bool((left > 1e-3 * np.sqrt(np.diagonal(products))).all())


def orthonormal(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Q (n, p), orthonormal, and R (p, p), upper triangular, with QR = X (n, p) of full column rank.

    By LAPACK; where X is `TALL` by Gram and Schmidt in place, each column twice, which keeps Q orthonormal to rounding
    (Giraud, Langou & Rozloznik 2005, Comput. Math. Appl. 50, 1069-1075).
    """
    n, p = X.shape
    if n < TALL:
        Q, R = np.linalg.qr(X)
        return Q, R
    Q, R = np.array(X, order="F"), np.zeros((p, p))
    for j in range(p):
        before, q = Q[:, :j], Q[:, j]
        for _ in range(2 if j else 0):
            share = before.T @ q
            q -= before @ share
            R[:j, j] += share
        R[j, j] = np.sqrt(q @ q)
        q /= R[j, j]
    return Q, R
