"""Which of several means were not shown to differ, as few sets as will do."""
from __future__ import annotations

import numpy as np

from .basis import Floats


def sets(differ: Floats, k: int) -> list[Floats]:
    """Sets of means, (k,) each, of which none differ: the fewest that have all pairs that do not; differ: of the
    pairs (2, 1), (3, 1), (3, 2), (4, 1), ..., (k (k - 1) / 2,). Source: Piepho (2004), J. Comput. Graph. Stat. 13, 456.
    """
    pairs = [(i, j) for j in range(1, k) for i in range(j)]
    columns = [np.ones(k, dtype=bool)]
    for (i, j), apart in zip(pairs, differ, strict=True):
        if apart:
            columns = _split(columns, i, j)
    return _swept(columns)


def _split(columns: list[Floats], i: int, j: int) -> list[Floats]:
    """Each column that holds both i and j becomes two, one without either; those within others are left out."""
    out: list[Floats] = []
    for own in columns:
        if own[i] and own[j]:
            for gone in (i, j):
                less = own.copy()
                less[gone] = False
                out.append(less)
        else:
            out.append(own)
    kept: list[Floats] = []
    for own in sorted(out, key=lambda one: -int(one.sum())):
        if not any((own <= other).all() for other in kept):
            kept.append(own)
    return kept


def _swept(columns: list[Floats]) -> list[Floats]:
    """Marks taken out that tell nothing which another column does not tell too. Source: Piepho (2004), sweeping."""
    columns = sorted((own.copy() for own in columns), key=lambda own: int(own.sum()))
    for at, own in enumerate(columns):
        for row in np.flatnonzero(own):
            others = [other for there, other in enumerate(columns) if there != at and other[row]]
            mates = [mate for mate in np.flatnonzero(own) if mate != row]
            if others and all(any(other[mate] for other in others) for mate in mates):
                own[row] = False
    return [own for own in columns if own.any()]
