"""The criterion alone, where the tail is large and sparse: its columns of few neighbours are eliminated one by one.

Two crossed factors of thousands of levels leave, once the first is eliminated, a sparse tail, in which every column
that is eliminated joins those it has to do with. In the order of minimum degree (Tinney & Walker 1967, Proc. IEEE 55,
1801-1809) a good part of the columns costs next to nothing; what remains is dense and left to LAPACK. Of two factors of
5,000 levels and 30,000 observations 3,480 columns remain, a third of the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from translations.arrays import Floats, Ints
from translations.later import Later

from . import loops
from .factor import LOST, Criterion, eliminated
from .tail import Cross, Tail

if TYPE_CHECKING:
    from scipy.linalg import lapack

    from .pls import PLS
else:
    lapack = Later("scipy.linalg.lapack")

LARGE = 1_500  # columns of the tail: below, LAPACK needs a tenth of a second at most
WORTH = 0.6  # of LAPACK's work: where more remains, everything is left to it
HALF = 0.5  # of the remaining columns as neighbours: from there on nothing is sparse


@dataclass(frozen=True)
class SparseHead:
    """The order of elimination: `columns` (r,), first to last; the remaining columns that column t has to do with are
    rows[ptr[t] : ptr[t + 1]], ascending; `core` (c,): what then remains, ascending.
    """

    columns: Ints
    ptr: Ints
    rows: Ints
    core: Ints

    @classmethod
    def of(cls, tail: Tail, cross: Cross) -> SparseHead | None:
        """None where LAPACK had better do all."""
        q = tail.q
        if q < LARGE or any(b.k > 1 for b in tail.blocks) or len(cross.idx) ** 2 / (len(cross.ptr) - 1) > q * q / 4:
            return None
        joined = np.zeros((q, q), dtype=bool)
        for start, end in zip(cross.ptr, cross.ptr[1:], strict=False):
            joined[np.ix_(cross.idx[start:end], cross.idx[start:end])] = True
        ones = cross.ZZ.tocoo()
        joined[ones.row, ones.col] = True
        columns, rows = _minimum_degree(joined)
        core = np.setdiff1d(np.arange(q), columns)
        if len(core) ** 3 > WORTH * q**3:
            return None
        ptr = np.cumsum([0, *(len(each) for each in rows)])
        return cls(np.array(columns, dtype=np.int64), ptr.astype(np.int64), np.concatenate(rows).astype(np.int64), core)

    def criterion(self, products: PLS, theta: Floats) -> Criterion | None:
        """The criterion's parts at theta (m,); None where `Factor` had better look closer."""
        (levels, k, w), m, c = products.D.shape, products.bottom.shape[1], len(self.core)
        L, B, BD = np.zeros((levels, k, k)), np.empty_like(products.cross.C), np.empty((levels, k, w))
        flat = np.empty(m * m)
        S = flat.reshape((m, m), order="F")
        ldL2 = eliminated(products, theta, products.blocks[0].template(theta), S, L, B, BD)
        log_det = loops.eliminate_columns(S, products.tail.q, self.columns, self.ptr, self.rows, np.empty(m))
        if not log_det < np.inf:
            return None
        kept, size = np.append(self.core, np.arange(m - w, m)), c + w
        for j, column in enumerate(kept):  # in its own place: the core alone is the largest array of a fit
            flat[j * size : (j + 1) * size] = flat[column * m + kept]
        core = flat[: size * size].reshape((size, size), order="F")
        if lapack.dpotrf(core, lower=1, overwrite_a=1, clean=0)[1]:
            return None
        d = np.diagonal(core)
        pwrss = float(d[-1]) ** 2
        if pwrss < LOST * products.bottom[-1, -1]:
            return None
        ldRX2 = 2.0 * float(np.log(d[c:-1]).sum()) + products.log_det_R
        return Criterion(ldL2 + log_det + 2.0 * float(np.log(d[:c]).sum()), ldRX2, pwrss)


def _minimum_degree(joined: NDArray[np.bool_]) -> tuple[list[int], list[Ints]]:
    """Columns in the order of their elimination, and with which of the remaining each is joined then, as long as these
    are few; `joined` (q, q), symmetric, is used up.
    """
    left, gone = len(joined), 2 * len(joined)
    degree = joined.sum(axis=1)
    columns: list[int] = []
    rows: list[Ints] = []
    while left:
        v = int(np.argmin(degree))
        if degree[v] > HALF * left:
            break
        own = np.flatnonzero(joined[v])
        own = own[own != v]
        joined[np.ix_(own, own)] = True
        joined[own, v] = False
        degree[v], left = gone, left - 1
        degree[own] = joined[own].sum(axis=1)
        columns.append(v)
        rows.append(own)
    return columns, rows
