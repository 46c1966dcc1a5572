"""Which columns of a design are linear combinations of earlier ones, by R's own rule."""
from __future__ import annotations

import numpy as np


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
    waiting = list(range(p))
    kept: list[int] = []
    while waiting:
        j = waiting.pop(0)
        row = len(kept)
        if row >= n or left[j] < full[j] * tol:
            continue
        kept.append(j)
        v = work[row:, j]
        length = np.sqrt(v @ v)
        if row == n - 1 or length == 0.0 or not waiting:
            continue
        # The reflection that maps v on to the axis: I - u uᵀ / u[0], with u = v / ±|v| + e.
        u = v / (length if v[0] >= 0 else -length)
        u[0] += 1.0
        rest = work[row:, waiting]
        rest -= np.outer(u, (u @ rest) / u[0])
        work[row:, waiting] = rest
        _shorten(left, work, row, waiting)
    return np.array(kept, dtype=np.int64)


def _shorten(left: np.ndarray, work: np.ndarray, row: int, waiting: list[int]) -> None:
    """Update the lengths `left` of the waiting columns, whose component along `row` is now fixed."""
    columns = np.array(waiting)
    columns = columns[left[columns] != 0]
    share = np.maximum(1.0 - (np.abs(work[row, columns]) / left[columns]) ** 2, 0.0)
    small = share < 1e-6
    left[columns[~small]] *= np.sqrt(share[~small])
    below = work[row + 1 :, columns[small]]
    left[columns[small]] = np.sqrt(np.einsum("ij,ij->j", below, below))


def _clearly_independent(X: np.ndarray) -> bool:
    """Whether every column keeps a thousandth of its length once the columns before it are taken out.

    The diagonal of the Cholesky factor of XᵀX, its columns scaled to length 1, holds those shares to about 1e-8.
    """
    products = X.T @ X
    lengths = np.sqrt(np.diagonal(products))
    if X.shape[0] < X.shape[1] or not lengths.all():
        return False
    try:
        shares = np.diagonal(np.linalg.cholesky(products / np.outer(lengths, lengths)))
    except np.linalg.LinAlgError:
        return False
    return bool((shares > 1e-3).all())
