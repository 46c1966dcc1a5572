"""Random-effects terms, their covariance parameters theta, and the blocks of the penalized least squares problem.

Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1), section 2.2: the i-th term contributes a template T_i,
a lower triangular k_i x k_i matrix whose free entries, column by column, are its part of theta; Lambda_theta is block
diagonal with T_i once a level.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from translations.arrays import Floats, Ints, bounds

from .covariance.base import Covariance
from .covariance.parameters import Parameters
from .covariance.us import Unstructured


@dataclass(frozen=True)
class RandomTerm:
    """One `(expr | group)` of the formula.

    label: the text of the term, `group`: the grouping factor's name, `names`: column names of the model matrix (k,),
    `levels`: levels of the factor (L,), `codes`: level of each observation (n,), `Z`: the raw model matrix (n, k);
    `structured`: the effects' covariance structure, None for a plain bar.
    """

    label: str
    group: str
    names: list[str]
    levels: list[str]
    codes: Ints
    Z: Floats
    structured: Covariance | None = None

    @property
    def covariance(self) -> Covariance:
        return Unstructured(self.k) if self.structured is None else self.structured

    @property
    def factor(self) -> str:
        """The grouping factor as an expression: `group`, in backticks where it is a variable of no R name."""
        return self.label.rpartition(" | ")[2]

    @property
    def k(self) -> int:
        return len(self.names)

    @property
    def n_theta(self) -> int:
        return self.k * (self.k + 1) // 2

    @property
    def size(self) -> int:
        """Number of random effects, L * k."""
        return self.k * len(self.levels)


@dataclass(frozen=True)
class Block:
    """All terms of one grouping factor: the unit that the factorization works on.

    `codes` (n,), `Z` (n, k), `n_levels` L. `rows`, `cols`, `theta` (all of one length): entry (rows[j], cols[j]) of
    the block's k x k template T is theta[theta[j]]; other entries are structural zeros (terms on one factor are
    independent, as `||` makes them).
    """

    codes: Ints
    Z: Floats
    n_levels: int
    rows: Ints
    cols: Ints
    theta: Ints

    @property
    def k(self) -> int:
        return self.Z.shape[1]

    @cached_property
    def place(self) -> Ints:
        """`rows`, `cols` and `theta` as one array (3, entries), for compiled code."""
        return np.array([self.rows, self.cols, self.theta], dtype=np.int64)

    def template(self, theta: Floats) -> Floats:
        """T (k, k) at theta (m,)."""
        T = np.zeros((self.k, self.k))
        T[self.rows, self.cols] = theta[self.theta]
        return T


@dataclass(frozen=True)
class RandomStructure:
    """The random part of a model: its terms in lme4's order and the blocks made of them."""

    terms: tuple[RandomTerm, ...]

    @cached_property
    def parameters(self) -> Parameters:
        """The terms' covariance parameters."""
        return Parameters(self.terms)

    @cached_property
    def sizes(self) -> Ints:
        """The number of effects of each term, (terms,)."""
        return np.array([term.k for term in self.terms])

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """One block a grouping factor, the factor with most columns first (it is eliminated first)."""
        return tuple(self._block(indices) for indices in self.members)

    @cached_property
    def members(self) -> list[list[int]]:
        """Positions of the terms of each block, the grouping factor with most levels first."""
        found: dict[str, list[int]] = {}
        for i, term in enumerate(self.terms):
            found.setdefault(term.group, []).append(i)
        return sorted(found.values(), key=lambda indices: -len(self.terms[indices[0]].levels))

    @property
    def by_factor(self) -> list[list[int]]:
        """Positions of the terms of each grouping factor, factors in the order of first occurrence, as R lists them."""
        return sorted(self.members, key=lambda indices: indices[0])

    def split(self, blocks: tuple[Floats, ...]) -> list[Floats]:
        """Arrays (levels, k) a block as arrays a term, in the terms' order."""
        out: list[Floats] = [np.zeros((0, 0))] * len(self.terms)
        for indices, values in zip(self.members, blocks, strict=True):
            widths = np.cumsum([self.terms[i].k for i in indices])[:-1]
            for i, part in zip(indices, np.split(values, widths, axis=1), strict=True):
                out[i] = part
        return out

    def _block(self, indices: list[int]) -> Block:
        rows, cols, theta, offset = [], [], [], 0
        for i in indices:
            r, c = lower_triangle(self.terms[i].k)
            rows.append(r + offset)
            cols.append(c + offset)
            theta.append(self.theta_offsets[i] + np.arange(len(r)))
            offset += self.terms[i].k
        first = self.terms[indices[0]]
        Z = np.ascontiguousarray(first.Z if len(indices) == 1 else np.hstack([self.terms[i].Z for i in indices]))
        return Block(
            first.codes, Z, len(first.levels), np.concatenate(rows), np.concatenate(cols), np.concatenate(theta)
        )

    @cached_property
    def theta_offsets(self) -> Ints:
        return bounds(t.n_theta for t in self.terms)

    @property
    def n_theta(self) -> int:
        return int(self.theta_offsets[-1])

    @property
    def q(self) -> int:
        return sum(t.size for t in self.terms)

    @cached_property
    def diagonal(self) -> NDArray[np.bool_]:
        """Which entries of theta (m,) lie on a template's diagonal; these are bounded below by 0."""
        if not self.terms:
            return np.zeros(0, dtype=bool)
        return np.concatenate([np.equal(*lower_triangle(t.k)) for t in self.terms])

    @cached_property
    def across(self) -> Ints:
        """The place in theta of the diagonal entry of each entry's column, (m,)."""
        return np.maximum.accumulate(np.where(self.diagonal, np.arange(self.n_theta), 0))

    @property
    def start(self) -> Floats:
        """lme4's start: every template the identity."""
        return self.diagonal.astype(float)

    @property
    def lower(self) -> Floats:
        return np.where(self.diagonal, 0.0, -np.inf)

    @cached_property
    def theta_scale(self) -> Floats:
        """Root mean square of the column of Z that each theta multiplies, (m,)."""
        scale = np.ones(self.n_theta)
        for block in self.blocks:
            rms = np.sqrt(np.mean(block.Z**2, axis=0))
            scale[block.theta] = np.where(rms > 0, rms, 1.0)[block.rows]
        return scale

    def templates(self, theta: Floats) -> list[Floats]:
        """T_i (k_i, k_i) of every term at theta (m,)."""
        out = []
        for term, start in zip(self.terms, self.theta_offsets, strict=False):
            T = np.zeros((term.k, term.k))
            T[lower_triangle(term.k)] = theta[start : start + term.n_theta]
            out.append(T)
        return out

    def column_signs(self, theta: Floats) -> Floats:
        """Factors +-1 (m,) that make the diagonals of all templates nonnegative; TT' does not change with its
        columns' signs.
        """
        return np.where(theta[self.across] < 0.0, -1.0, 1.0)

    def theta_names(self) -> list[str]:
        """lme4's names of theta: `Subject.(Intercept)`, `Subject.days.(Intercept)`, ..."""
        out = []
        for term in self.terms:
            for row, col in zip(*lower_triangle(term.k), strict=True):
                name = term.names[col] if row == col else f"{term.names[row]}.{term.names[col]}"
                out.append(f"{term.group}.{name}")
        return out


@cache
def lower_triangle(k: int) -> tuple[Ints, Ints]:
    """Row and column numbers of a lower triangle, column by column (the order of theta); not to be written to."""
    cols, rows = np.triu_indices(k)
    return rows, cols


def lme4_order(terms: list[RandomTerm]) -> tuple[RandomTerm, ...]:
    """Terms as lme4's mkReTrms orders them: by decreasing number of levels, ties reversed, but untouched when already
    decreasing.
    """
    counts = [len(t.levels) for t in terms]
    if all(a >= b for a, b in zip(counts, counts[1:], strict=False)):
        return tuple(terms)
    return tuple(terms[i] for i in reversed(sorted(range(len(terms)), key=lambda i: counts[i])))
