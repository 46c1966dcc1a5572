"""The columns that remain once block 1 is eliminated, and the sparse cross-products they are made of.

Notation as in `pls.py`: the trailing block holds the random effects of blocks 2, 3, ... (q2 columns), the p columns of
X and y.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from translations.arrays import Floats, Ints
from translations.later import sparse

from ..structure import Block
from . import cross_sums, loops

# Observations: beyond, sums of crossed models are taken in the order of the rows. Their last bits decide where BOBYQA
# stops on InstEval; compensated it stops 9.8 digits from lme4's default fit, which shares 9.9 with itself over three
# orders of rows.
COMPENSATED_UP_TO = 10_000

LAPACK_FROM = 48  # columns of the trailing block from which LAPACK beats loops and small products


@dataclass(frozen=True)
class TrailingBlock:
    """Where the columns of blocks 2, 3, ... lie in the dense trailing block: first column and size of every
    level-block, block by block.
    """

    blocks: tuple[Block, ...]
    starts: tuple[int, ...]
    q: int
    level_start: Ints
    level_size: Ints

    @classmethod
    def of(cls, blocks: tuple[Block, ...]) -> TrailingBlock:
        starts = np.cumsum([0, *(b.n_levels * b.k for b in blocks)])
        sizes = np.repeat([b.k for b in blocks], [b.n_levels for b in blocks]).astype(np.int64)
        return cls(blocks, tuple(starts[:-1].tolist()), int(starts[-1]), np.cumsum(sizes) - sizes, sizes)

    def compensated(self, n: int) -> bool:
        """Whether sums over n rows carry their rounding errors along."""
        return n <= COMPENSATED_UP_TO or not self.q

    def products(self, v: Floats) -> Floats:
        """Z2'v (q2,) for v (n,), its sums compensated up to `COMPENSATED_UP_TO` rows."""
        out = np.empty(self.q)
        for b, s in zip(self.blocks, self.starts, strict=True):
            part = np.empty((b.n_levels, b.k, 1))
            if self.compensated(len(v)):
                cross_sums.level_products(b.codes, b.Z, v[:, None], part, True)
            else:
                for a in range(b.k):
                    part[:, a, 0] = np.bincount(b.codes, b.Z[:, a] * v, b.n_levels)
            out[s : s + part.size] = part.ravel()
        return out

    @property
    def columns(self) -> Ints:
        """The columns (n, K) in which each row of Z2 has its effects."""
        placed = zip(self.starts, self.blocks, strict=True)
        return np.hstack([start + b.k * b.codes[:, None] + np.arange(b.k) for start, b in placed])

    @property
    def Z2(self) -> Floats:  # noqa: N802
        """What stands there (n, K)."""
        return np.hstack([b.Z for b in self.blocks])

    def products_with(self, codes: Ints, Z: Floats, levels: int) -> tuple[Ints, NDArray[np.uint32], Floats]:
        """The products Z_g'z of levels g with the columns z that share rows with them: where each level's begin
        (levels + 1,), the columns (nnz,) and the products (nnz, k). codes (n r,), Z (n r, k): r for each row of Z2.
        """
        columns = self.columns
        r = len(codes) // len(columns)
        met = np.sort(codes[:, None] * self.q + np.repeat(columns, r, axis=0), None)
        met = met[np.diff(met, prepend=-1) > 0]
        ptr, idx = np.searchsorted(met, self.q * np.arange(levels + 1)), (met % self.q).astype(np.uint32)
        products = np.zeros((len(met), Z.shape[1]))
        for b, start in zip(self.blocks, self.starts, strict=True):
            own = np.repeat(b.codes, r), np.repeat(b.Z, r, axis=0)
            cross_sums.sparse_products(codes, Z, *own, start, ptr, idx, products)
        return ptr, idx, products

    def templates(self, theta: Floats) -> Floats:
        """The template of every level-block, (c, kmax, kmax)."""
        kmax = max((b.k for b in self.blocks), default=1)
        T = np.zeros((len(self.level_start), kmax, kmax))
        first = 0
        for b in self.blocks:
            T[first : first + b.n_levels, : b.k, : b.k] = b.template(theta)
            first += b.n_levels
        return T

    def times_lambda(self, M: Floats, theta: Floats, transpose: bool = False) -> Floats:
        """Lambda2 M (or Lambda2' M), M (q2, c)."""
        out = np.empty_like(M)
        for b, s in zip(self.blocks, self.starts, strict=True):
            rows = slice(s, s + b.n_levels * b.k)
            T = b.template(theta)
            if b.k == 1:
                np.multiply(M[rows], T[0, 0], out=out[rows])
                continue
            part = M[rows].reshape(b.n_levels, b.k, -1)
            out[rows] = np.matmul(T.T if transpose else T, part).reshape(-1, M.shape[1])
        return out

    def by_level(self, M: Floats) -> list[Floats]:
        """M (q2, c) as one (levels, k, c) array a block."""
        return [
            M[s : s + b.n_levels * b.k].reshape(b.n_levels, b.k, -1)
            for b, s in zip(self.blocks, self.starts, strict=True)
        ]

    def level_blocks(self, M: Floats) -> list[Floats]:
        """The diagonal level-blocks of a symmetric M (q2, q2), lower triangle valid: one (levels, k, k) array a
        block.
        """
        out = []
        for b, s in zip(self.blocks, self.starts, strict=True):
            rows, cols = np.tril_indices(b.k)
            at = s + b.k * np.arange(b.n_levels)[:, None]
            blocks = np.empty((b.n_levels, b.k, b.k))
            blocks[:, rows, cols] = blocks[:, cols, rows] = M[at + rows, at + cols]
            out.append(blocks)
        return out


@dataclass(frozen=True)
class OffDiagonalBlocks:
    """Cross-products of block 1's levels with the trailing block's random columns, and of these with one another.

    Z1tZ2 (nnz, k): a row holds Z_g'z for a level g and the trailing column idx[row]; level g's rows are
    ptr[g]:ptr[g + 1], by column. of_columns: Z2'Z2 (q2, q2) column by column: where each begins, rows, values.
    """

    ptr: Ints
    idx: NDArray[np.uint32]
    Z1tZ2: Floats
    of_columns: tuple[NDArray[np.int32], NDArray[np.int32], Floats]

    @classmethod
    def of(cls, first: Block, trailing: TrailingBlock) -> OffDiagonalBlocks:
        if not trailing.q:
            none = np.zeros(1, np.int32), np.zeros(0, np.int32), np.zeros(0)
            return cls(np.zeros(first.n_levels + 1, np.int64), np.zeros(0, np.uint32), np.zeros((0, first.k)), none)
        begins, rows, values = trailing.products_with(trailing.columns.ravel(), trailing.Z2.reshape(-1, 1), trailing.q)
        own = begins.astype(np.int32), rows.view(np.int32), values[:, 0]
        return cls(*trailing.products_with(first.codes, first.Z, first.n_levels), own)

    @cached_property
    def Z2tZ2(self) -> sparse.csc_matrix:
        """Z2'Z2 (q2, q2)."""
        begins, rows, values = self.of_columns
        return sparse.csc_matrix((values, rows, begins), (len(begins) - 1,) * 2)

    @cached_property
    def by_columns(self) -> tuple[Ints, NDArray[np.int32], NDArray[np.int32], NDArray[np.uint32]]:
        """The list in the order of the columns: where their parts begin (q2 + 1,), and (nnz,) the rows, where the rows
        of their levels end, and idx.
        """
        q2 = len(self.of_columns[0]) - 1
        order = by_value(self.idx, q2)
        begins = np.searchsorted(self.idx[order], np.arange(q2 + 1, dtype=np.uint32))
        return begins, order, np.repeat(self.ptr[1:], np.diff(self.ptr)).astype(np.int32)[order], self.idx

    @cached_property
    def owner(self) -> NDArray[np.int32]:
        """The level of each row of the list, in the order of the columns."""
        return np.repeat(np.arange(len(self.ptr) - 1, dtype=np.int32), np.diff(self.ptr))[self.by_columns[1]]

    def reordered(self, order: Ints) -> OffDiagonalBlocks:
        """With the trailing columns in another order (q2,)."""
        idx = np.argsort(order).astype(np.uint32)[self.idx]
        level, by_column = np.repeat(np.arange(len(self.ptr) - 1), np.diff(self.ptr)), by_value(idx, len(order))
        by_level = by_column[by_value(level[by_column], len(self.ptr))]
        Z2tZ2 = self.Z2tZ2[:, order][order].tocsc()
        own = Z2tZ2.indptr, Z2tZ2.indices, Z2tZ2.data
        return OffDiagonalBlocks(self.ptr, idx[by_level], self.Z1tZ2[by_level], own)

    def random_columns(self, L21: Floats, S: Floats) -> None:  # noqa: N803
        """Fill the random part of S (m, m), see `loops.random_columns`."""
        loops.random_columns(*self.of_columns, *self.by_columns, L21, S)

    def quadratic(self, B: Floats, Omega: Floats) -> Floats:
        """B_g' Omega B_g of every level, (levels, k, k), for B (nnz, k), Omega with a valid lower triangle, by rows."""
        out = np.zeros((len(self.ptr) - 1, B.shape[1], B.shape[1]))
        begins, order, _, idx = self.by_columns
        loops.level_quadratic(begins, order, self.owner, self.ptr, idx, B, Omega, out)
        return out

    def times_lambda(self, B: Floats, trailing: TrailingBlock, theta: Floats) -> Floats:
        """Lambda2'B of every level, for B (nnz, k)."""
        T = trailing.templates(theta)
        if T.shape[1:] == (1, 1):
            return B * T[self.idx, 0]
        out = np.empty_like(B)
        for b, s in zip(trailing.blocks, trailing.starts, strict=True):
            own = (self.idx >= s) & (self.idx < s + b.n_levels * b.k)
            out[own] = (b.template(theta).T @ B[own].reshape(-1, b.k, B.shape[1])).reshape(-1, B.shape[1])
        return out


def by_value(x: NDArray[Any], most: int) -> NDArray[np.int32]:
    """What sorts the integers x, from 0 to `most`, equal ones in their order."""
    small = x.astype(np.uint16) if most <= np.iinfo(np.uint16).max else x  # which are sorted by digits, in linear time
    return np.argsort(small, kind="stable").astype(np.int32)


def symmetric(M: Floats) -> Floats:
    """The full symmetric matrix of a lower triangle."""
    full = np.array(M, order="F")
    loops.transpose(full, full)
    return full
