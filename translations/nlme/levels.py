"""The random effects of nested grouping factors, and the outermost groups shared out by shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .covariances import Pd


@dataclass(frozen=True)
class Level:
    """The random effects of one grouping factor: Z (n, q), codes (n,) of the groups, these and the effects by name, and
    the structure of their covariances.
    """

    name: str
    Z: np.ndarray
    codes: np.ndarray
    groups: list[str]
    effects: list[str]
    pd: Pd

    @property
    def q(self) -> int:
        """Effects a group."""
        return len(self.effects)

    @property
    def correlations(self) -> int:
        """Correlations among the parameters."""
        return self.pd.correlations(self.q)

    @property
    def size(self) -> int:
        """Parameters."""
        return self.pd.deviations(self.q) + self.correlations


@dataclass(frozen=True)
class Stack:
    """Outermost groups of one shape: rows (G, m), and of their columns each one's place in the raw design, (q,),
    whether a row has it, (G, m, q), and the level and group that it is of, (q,) and (G, q).
    """

    rows: np.ndarray
    columns: np.ndarray
    there: np.ndarray
    level: np.ndarray
    group: np.ndarray


def stacks_of(levels: Sequence[Level]) -> list[Stack]:
    """The outermost groups, shared out by shape."""
    made: dict[tuple[int, ...], list[tuple[np.ndarray, list[np.ndarray]]]] = {}
    outer = levels[0].codes
    for one in np.unique(outer):
        rows = np.flatnonzero(outer == one)
        inner = [np.unique(level.codes[rows]) for level in levels]
        made.setdefault((len(rows), *map(len, inner)), []).append((rows, inner))
    begins = np.cumsum([0, *(level.q for level in levels)])
    stacks = []
    for (_, *counts), members in made.items():
        columns = [begins[k] + np.tile(np.arange(levels[k].q), count) for k, count in enumerate(counts)]
        level = [np.full(levels[k].q * count, k) for k, count in enumerate(counts)]
        there, group = [], []
        for rows, inner in members:
            there.append(np.hstack([np.repeat(levels[k].codes[rows, None] == codes, levels[k].q, axis=1)
                                    for k, codes in enumerate(inner)]))
            group.append(np.concatenate([np.repeat(codes, levels[k].q) for k, codes in enumerate(inner)]))
        stacks.append(Stack(np.array([rows for rows, _ in members]), np.concatenate(columns), np.array(there),
                            np.concatenate(level), np.array(group)))
    return stacks
