"""Levels of a grouping factor that are alike, and sums over them: what `level_sums.py` needs at any theta."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from translations.arrays import Floats, Ints

if TYPE_CHECKING:
    from ..cross_products import CrossProducts

MOST = 2  # sums a level, beyond which they are no gain
LARGE = 100_000  # outer levels times kinds of inner ones, beyond which none are looked for


class Kinds(NamedTuple):
    """Kinds of inner levels, of which there are C, and H levels; both are 0 without an inner factor.

    products (C, 1 + k): z'z, and z's products with the outer level's k effects; kind, owner (H,): the kind of each
    inner level, and the outer level it lies in.
    """

    products: Floats
    kind: Ints
    owner: Ints


class Pattern(NamedTuple):
    """Outer levels that are alike.

    ZtZ (k, k): of each; counts (C,): how many inner levels of each kind are in each; rows (b, levels, w): the k rows of
    D, their products of Z with [Q, y], then for each kind that is there the sum of the inner levels' d.
    """

    ZtZ: Floats
    counts: Floats
    rows: Floats


@dataclass(frozen=True)
class Alike:
    """The inner levels' kinds and the outer ones' patterns, with the sums over each, of one design and response.

    sums (C + pairs, w (w + 1) / 2): each kind's sum of dd'; then, pattern by pattern, the sums over its levels of rows
    i times rows j <= i, and with these j times i where they differ; lower triangles, row by row.
    """

    kinds: Kinds
    patterns: Sequence[Pattern]
    sums: Floats

    @classmethod
    def of(cls, products: CrossProducts) -> Alike | None:
        """None where factors are crossed, or the inner one has several effects, and where too few levels are alike."""
        kinds = _kinds(products)
        if kinds is None or len(kinds.products) * products.blocks[-1].n_levels > LARGE:
            return None
        patterns = _patterns(products, kinds)
        pairs = sum(len(one.rows) * (len(one.rows) + 1) // 2 for one in patterns)
        if len(kinds.products) + pairs > MOST * sum(block.n_levels for block in products.blocks):
            return None
        inner = [_summed(products.Z1tXy[kinds.kind == c, :, :].transpose(1, 0, 2)) for c in range(len(kinds.products))]
        return cls(kinds, patterns, np.concatenate([*inner, *(_summed(one.rows) for one in patterns)]))


def _kinds(products: CrossProducts) -> Kinds | None:
    k, off, none = products.blocks[-1].k, products.off_diagonal, np.zeros(0, np.intp)
    if not products.trailing.q:
        return Kinds(np.zeros((0, 1 + k)), none, none)
    if len(products.blocks) > 2 or products.blocks[0].k > 1 or (np.diff(off.ptr) != k).any():
        return None
    each = np.hstack([products.Z1tZ1[:, :, 0], off.Z1tZ2.reshape(-1, k)])
    kinds, kind = np.unique(each, axis=0, return_inverse=True)
    return Kinds(kinds, kind.ravel(), off.idx[::k].astype(np.intp) // k)


def _patterns(products: CrossProducts, kinds: Kinds) -> list[Pattern]:
    outer, C, w = products.blocks[-1], len(kinds.products), products.p + 1
    (G, k), q = (outer.n_levels, outer.k), products.trailing.q
    ZtZ, D, counts, sums = products.Z1tZ1, products.Z1tXy, np.zeros((G, C)), np.zeros((G, C, w))
    if q:
        np.add.at(counts, (kinds.owner, kinds.kind), 1.0)
        np.add.at(sums, (kinds.owner, kinds.kind), products.Z1tXy[:, 0, :])
        columns = np.arange(q).reshape(G, k)
        ZtZ = products.off_diagonal.Z2tZ2.toarray()[columns[:, :, None], columns[:, None, :]]
        D = products.XytZ2[:, :q].T.reshape(G, k, w)
    alike, which = np.unique(np.hstack([ZtZ.reshape(G, k * k), counts]), axis=0, return_inverse=True)
    found = []
    for number, row in enumerate(alike):
        own, there = which.ravel() == number, row[k * k :] > 0.0
        rows = np.concatenate([D[own], sums[own][:, there]], axis=1).transpose(1, 0, 2)
        found.append(Pattern(row[: k * k].reshape(k, k), row[k * k :], rows))
    return found


def _summed(rows: Floats) -> Floats:
    """The sums of products of rows (b, levels, w) with one another, as `Alike` has them."""
    b, _, w = rows.shape
    both = np.tensordot(rows, rows, axes=(1, 1)).transpose(0, 2, 1, 3)
    i, j = np.tril_indices(b)
    found = both[i, j]
    found[i != j] += both[j, i][i != j]
    return np.ascontiguousarray(found[(slice(None), *np.tril_indices(w))])
