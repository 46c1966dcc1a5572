"""Where the trailing block is large and sparse: its columns of few neighbours are eliminated first, one by one.

Crossed factors leave, once the first is eliminated, a trailing block in which every column that is eliminated joins
those it has to do with. In the order of minimum degree (Tinney & Walker 1967, Proc. IEEE 55, 1801-1809) a good part of
the columns costs next to nothing; what remains is dense and left to LAPACK. Of the 1,156 columns of InstEval's
lecturers and departments 800 remain, a third of the work; of two factors of 5,000 levels and 30,000 rows 3,480.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from translations.arrays import Floats, Ints
from translations.later import blas, lapack

from . import columns, derivatives, loops
from .cross_products import CrossProducts
from .factor import LOST, Evaluated, Factor
from .trailing_block import OffDiagonalBlocks, TrailingBlock, by_value

LARGE = 1_000  # columns of the trailing block: below, LAPACK needs a hundredth of a second at most
WORTH = 0.6  # of LAPACK's work: where more remains, everything is left to it
SPARSE = 0.3  # of the remaining columns as neighbours: from there on LAPACK is faster
PANEL = 4  # columns that are taken together, as long as the last has not
MORE = 2.0  # times the rows of the first


@dataclass(frozen=True)
class SparseHead:
    """The order of elimination of the trailing block's q columns, its first h one by one, and the cross-products in it.

    order (q,): the columns; off_diagonal: their cross-products with block 1. The sparse columns' panels are
    start[p] : start[p + 1], with rows[ptr[p] : ptr[p + 1]] below (`columns.py`); by_row (m + 1,), row_order and
    row_ends (nnz,) are the same, row by row.
    """

    order: Ints
    off_diagonal: OffDiagonalBlocks
    start: NDArray[np.int32]
    ptr: NDArray[np.int32]
    rows: NDArray[np.int32]
    by_row: NDArray[np.int32]
    row_order: NDArray[np.int32]
    row_ends: NDArray[np.int32]

    @classmethod
    def of(cls, trailing: TrailingBlock, off_diagonal: OffDiagonalBlocks, w: int) -> SparseHead | None:
        """For a trailing block with w columns of [X, y]; None where LAPACK had better do all."""
        q = trailing.q
        if q < LARGE or any(b.k > 1 for b in trailing.blocks):
            return None
        joined = np.zeros((q, q), dtype=np.int8)
        columns.join(joined, off_diagonal.ptr, off_diagonal.idx)
        pairs = off_diagonal.Z2tZ2.tocoo()
        joined[pairs.row, pairs.col] = 1
        first, met = _minimum_degree(joined)
        if (q - len(first)) ** 3 > WORTH * q**3:
            return None
        panels = _panels(first, met, q)
        sparse = np.concatenate([first[t] for t in panels])
        order = np.concatenate([sparse, np.setdiff1d(np.arange(q), sparse)])
        place = np.argsort(order)
        each = [np.concatenate([np.sort(place[met[t[-1]]]), np.arange(q, q + w)]) for t in panels]
        start = np.cumsum([0, *map(len, panels)]).astype(np.int32)
        ptr = np.cumsum([0, *(len(one) for one in each)]).astype(np.int32)
        rows = np.concatenate(each).astype(np.int32)
        row_order = by_value(rows, q + w)
        by_row = np.searchsorted(rows[row_order], np.arange(q + w + 1)).astype(np.int32)
        row_ends = np.repeat(ptr[1:], np.diff(ptr))[row_order]
        return cls(order, off_diagonal.reordered(order), start, ptr, rows, by_row, row_order, row_ends)

    @property
    def h(self) -> int:
        """Columns that are eliminated one by one."""
        return int(self.start[-1])

    def at(self, products: CrossProducts, theta: Floats) -> SparseFactor | None:
        """The factor at theta (m,); None where `Factor` had better look closer."""
        (levels, k, w), m, Z1tZ2 = products.Z1tXy.shape, products.XytZ2.shape[1], self.off_diagonal
        T, templates = products.blocks[0].template(theta), self.templates(products.trailing, theta)
        L11, L21, RZXy = np.zeros((levels, k, k)), np.empty_like(Z1tZ2.Z1tZ2), np.empty((levels, k, w))
        rows = np.asfortranarray(products.XytZ2[:, np.append(self.order, np.arange(m - w, m))])
        ldL2 = loops.eliminate(
            T, products.Z1tZ1, products.Z1tXy, Z1tZ2.ptr, Z1tZ2.idx, Z1tZ2.Z1tZ2, rows, L11, L21, RZXy)
        panels, tops = np.zeros((len(self.rows), PANEL)), np.zeros((len(self.ptr) - 1, PANEL, PANEL))
        core = np.empty((m - self.h, m - self.h), order="F")
        ldL2 += columns.factor_columns(
            *Z1tZ2.of_columns, rows, *Z1tZ2.by_columns, L21, templates, self.start, self.ptr, self.rows, self.by_row,
            self.row_order, self.row_ends, panels, tops, core, np.zeros(m))
        if not ldL2 < np.inf or lapack.dpotrf(core, lower=1, overwrite_a=1, clean=0)[1]:
            return None
        if core[-1, -1] ** 2 < LOST * products.XytZ2[-1, -1]:
            return None
        return SparseFactor(products, np.array(theta, dtype=float), self, T, L11, ldL2, panels, tops, core)

    def templates(self, trailing: TrailingBlock, theta: Floats) -> Floats:
        """The template of each of the trailing block's columns (q,), in order."""
        return trailing.templates(theta)[self.order, 0, 0]


@dataclass(frozen=True)
class SparseFactor(Evaluated):
    """The factor at theta (m,) where the trailing block is sparse: template and L11 as in `Factor`; panels (nnz, 4) and
    tops (panels, 4, 4): `columns.py`'s V and top; L22 (m - h, m - h): the core's factor, lower triangle valid;
    ldL2_first: log|L|^2 but for the core's.
    """

    products: CrossProducts
    theta: Floats
    head: SparseHead
    template: Floats
    L11: Floats
    ldL2_first: float
    panels: Floats
    tops: Floats
    L22: Floats

    @cached_property
    def _by_levels(self) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
        of, head, w = self.products, self.head, self.products.p + 1
        U2 = np.empty((of.trailing.q + w, w))
        rest = np.vstack([np.zeros((len(self.L22) - w, w)), -self.corner.T])
        U2[head.h :] = blas.dtrsm(1.0, self.L22, rest, lower=1, trans_a=1)
        columns.solve_columns(head.start, head.ptr, head.rows, self.panels, self.tops, U2)
        U2 = U2[:-w]
        V2 = U2 * head.templates(of.trailing, self.theta)[:, None]
        G2 = np.ascontiguousarray(of.XytZ2[:, head.order].T - head.off_diagonal.Z2tZ2 @ V2)
        U1, G1 = derivatives.back_substituted(self, head.off_diagonal, V2, G2)
        U, G = np.empty_like(U2), np.empty_like(U2)
        U[head.order], G[head.order] = U2, G2
        return (U1, *of.trailing.by_level(U)), (G1, *of.trailing.by_level(G))

    @cached_property
    def precision(self) -> list[Floats]:
        """As in `Factor`."""
        of, head, q, Omega = self.products, self.head, self.products.trailing.q, np.empty(self.products.trailing.q)
        T = head.templates(of.trailing, self.theta)
        if np.abs(T).min() <= derivatives.CLEAR:
            return Factor.of(of, self.theta).precision
        P, K = derivatives.level_precision(self, head.off_diagonal)
        K *= T[head.off_diagonal.idx, None]
        core = np.array(self.L22[: q - head.h, : q - head.h], order="F")
        columns.invert_columns(
            *head.off_diagonal.by_columns, head.off_diagonal.owner, K, head.start, head.ptr, head.rows, self.panels,
            self.tops, lapack.dpotri(core, lower=1, overwrite_c=1)[0], np.empty((head.h, q)), np.empty(q),
            np.empty((q, PANEL)), Omega, P)
        diagonal = np.empty(q)
        diagonal[head.order] = (1.0 - Omega) / T**2
        return [P, *of.trailing.by_level(diagonal[:, None])]


def _minimum_degree(joined: NDArray[np.int8]) -> tuple[Ints, list[Ints]]:
    """Columns in the order of their elimination, and with which of the remaining each is joined then, as long as these
    are few; `joined` (q, q), symmetric with its diagonal set, is used up.
    """
    left, own = len(joined), np.empty(len(joined), dtype=np.int64)
    degree = joined.sum(axis=1, dtype=np.int64)
    first: list[int] = []
    met: list[Ints] = []
    while left:
        v = int(np.argmin(degree))
        if degree[v] > SPARSE * left:
            break
        n = columns.eliminate_next(joined, degree, own, v)
        first.append(v)
        met.append(own[:n].copy())
        left -= 1
    return np.array(first, dtype=np.int64), met


def _panels(first: Ints, met: list[Ints], q: int) -> list[list[int]]:
    """Positions in `first` (of q columns), by panels. Each column is followed by that of its rows which is eliminated
    first, where it can be: its rows are the other's too, and where the other has not many more, the two share a panel
    (Ashcraft & Grimes 1989, ACM Trans. Math. Softw. 15, 291-309).
    """
    place = np.full(q, len(first))
    place[first] = np.arange(len(first))
    before: list[list[int]] = [[] for _ in range(len(first) + 1)]
    for t, rows in enumerate(met):
        before[place[rows].min(initial=len(first))].append(t)
    order: list[int] = []
    todo = before[-1]
    while todo:  # parents first, then turned round
        t = todo.pop()
        order.append(t)
        todo += sorted(before[t], key=lambda one: len(met[one]))
    panels: list[list[int]] = []
    for t in reversed(order):
        last = panels[-1] if panels else []
        if last and len(last) < PANEL and last[-1] in before[t] and len(met[t]) < MORE * len(met[last[0]]):
            last.append(t)
        else:
            panels.append([t])
    return panels
