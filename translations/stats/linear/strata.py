"""One stratum of an analysis of variance: its sequential sums of squares."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from translations.printing import Vector

from ..formulas.rank import drop_aliased

Columns = dict[str, tuple[list[str], np.ndarray]]


@dataclass(frozen=True, eq=False)
class Stratum:
    """The fit within one stratum.

    labels:  of the terms that have a part in it, in order;  df (k,), ss (k,): their degrees of freedom and sums of
             squares;  rss, df_residual: of what they leave
    coefficients: (p,), NaN where aliased;  R: (r, r) triangular factor of its design
    columns: of each of these terms its columns' names and the response along them
    n_missing: rows that were left out, where R reports them here
    """

    labels: list[str]
    df: np.ndarray
    ss: np.ndarray
    rss: float
    df_residual: int
    coefficients: Vector
    R: np.ndarray
    columns: Columns
    intercept: bool = False
    n_missing: int = 0

    @property
    def sigma(self) -> float:
        """Residual standard error."""
        return float(np.sqrt(self.rss / self.df_residual)) if self.df_residual else float("nan")

    @property
    def balanced(self) -> bool:
        """Whether the effects are estimated independently: the triangular factor is diagonal."""
        size = np.abs(self.R)
        whole = np.trace(size)
        return bool(not whole or (size.sum() - whole) / whole <= np.sqrt(np.finfo(float).eps))


def stratum_of(X: np.ndarray, y: np.ndarray, names: list[str], assign: np.ndarray, terms: list[str], df: int,
               n_missing: int = 0) -> Stratum:
    """Sequential sums of squares of y (n,) by the terms whose columns X (n, p) holds; `df` is the stratum's own."""
    from scipy.linalg import solve_triangular

    kept = drop_aliased(X)
    Q, R = np.linalg.qr(X[:, kept])
    effects = Q.T @ y
    coefficients = np.full(len(names), np.nan)
    coefficients[kept] = solve_triangular(R, effects) if len(kept) else []
    left = y - Q @ effects
    held = assign[kept]
    shown = [k for k in dict.fromkeys(held.tolist()) if k]
    kept_names = np.array([names[j] for j in kept], dtype=object)
    columns = {terms[k - 1]: (kept_names[held == k].tolist(), effects[held == k]) for k in shown}
    return Stratum(
        [terms[k - 1] for k in shown], np.array([int((held == k).sum()) for k in shown], dtype=float),
        np.array([float(np.square(effects[held == k]).sum()) for k in shown]), float(left @ left), df - len(kept),
        Vector(coefficients, index=names), R, columns, bool((held == 0).any()), n_missing,
    )
