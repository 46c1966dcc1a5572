"""The models whose criterion is computed in lme4's own order of operations: one factor, or one nested in another.

BOBYQA stops where the rounding of the criterion tells it to: two programs that compute the same criterion to 16
digits, but sum in another order, stop at thetas that share 9 digits, and at profile points that share 4. lme4 is
compiled without vector instructions and adds one product after the other, or, in cross-products, in an order that
hangs on the release's Eigen (`gram.py`), so its order can be kept: then every value, hence every step of the
optimizer, is lme4's to the last bit (`lme4_criterion.py`, which unlike `pls.py` passes over the data each time).

Covered are terms on one factor, with 40 effects in all at most (of more, CHOLMOD takes dense blocks), and terms with at
most two effects on a factor in which another is nested that has one. CHOLMOD then orders the columns outer level by
outer level, the levels nested in it before it, last first. Other models are computed by `pls.py`, and so are more than
three effects where a term of several independent ones stands beside another, whose columns it orders otherwise. Shapes:
k outer effects; m inner levels, none where there is one factor.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from translations.arrays import Floats, Ints, bounds, pieces
from translations.settings import option

from ..structure import Block, RandomStructure
from .lme4_criterion import Lme4Criterion
from .triangles import columns_together

MOST_EFFECTS, MOST_OUTER_EFFECTS = 40, 2
ALWAYS = 3  # effects, whose columns CHOLMOD orders alike whatever the terms
ONE_BY_ONE = 4  # of CHOLMOD's columns are the first ones, on the way back (`triangles`)
MOST_ROWS = 20_000  # a pass over the data each time costs much where `pls.py` needs none,
DENSE_FROM = 1_000  # but less than factoring a dense matrix of so many columns


class Parts(NamedTuple):
    """log|L|^2, log|RX|^2, the weighted residual sum of squares, |u|^2, beta (p,), the upper factor RX (p, p), and the
    spherical effects u of that beta, one (levels, k) array a block.
    """

    ldL2: float  # noqa: N815
    ldRX2: float  # noqa: N815
    wrss: float
    sqrL: float  # noqa: N815
    beta: Floats
    RX: Floats
    u: tuple[Floats, ...]

    @property
    def pwrss(self) -> float:
        """The penalized weighted residual sum of squares."""
        return self.wrss + self.sqrL


@dataclass(frozen=True)
class Inner:
    """Levels nested in those of the outer factor: codes (n,), z (n,), theta's position.

    Those of outer level g stand at ptr[g]:ptr[g + 1] of `down` (m,), last first, as columns are eliminated, and of
    `met` (k, m), in the order in which CHOLMOD meets them when it computes the row of an outer effect.
    """

    codes: Ints
    z: Floats
    theta: int
    ptr: Ints
    down: Ints
    met: Ints

    @classmethod
    def none(cls, n: int, n_levels: int, k: int) -> Inner:
        return cls(np.zeros(n, dtype=np.int64), np.zeros(n), 0, np.zeros(n_levels + 1, dtype=np.int64),
                   np.zeros(0, dtype=np.int64), np.zeros((k, 0), dtype=np.int64))

    @classmethod
    def of(cls, inner: Block, outer: Block) -> Inner | None:
        """None where the one factor is not nested in the other or has more than one effect."""
        if inner.k > 1 or outer.k > MOST_OUTER_EFFECTS:
            return None
        parent = np.full(inner.n_levels, -1)
        parent[inner.codes] = outer.codes
        if (parent[inner.codes] != outer.codes).any():
            return None
        down = np.lexsort((-np.arange(inner.n_levels), parent))
        ptr = np.concatenate([[0], np.cumsum(np.bincount(parent, minlength=outer.n_levels))])
        if outer.k > 1:
            # The last two of three or more change places, in two of three processes of R 4.2 (CHOLMOD of Matrix 1.5-3
            # orders the rest otherwise from process to process) and in all seen of R 4.5 and 4.6.
            for end in ptr[1:][np.diff(ptr) > 2]:
                down[end - 2 : end] = down[end - 2 : end][::-1].copy()
        met = []
        for z in outer.Z.T:
            # A row's entries are found observation by observation where z is not 0; those found last come first.
            first = np.full(inner.n_levels, len(z))
            rows = np.flatnonzero(z)[::-1]
            first[inner.codes[rows]] = rows
            met.append(np.lexsort((-first, parent)))
        return cls(inner.codes, np.ascontiguousarray(inner.Z[:, 0]), int(inner.theta[0]), ptr, down, np.array(met))


@dataclass(frozen=True)
class Layout:
    """What the criterion of one design is made of: `arrays` by the names that `Lme4Criterion` describes, how many
    effects each term has, sum of the logarithms of the weights, length m of theta, the place of the inner factor's
    entry in it, and whether Eigen sums by halves (`gram`).
    """

    arrays: dict[str, Any] = field(repr=False)
    sizes: list[int]
    log_weights: float
    m: int
    inner_theta: int
    halves: bool


@dataclass(frozen=True)
class Lme4Order:
    """One design and response, as given: X (n, p), y (n,), square roots of the weights (n,), offset (n,).

    first (terms + 1,): the outer columns at which the terms start.
    """

    structure: RandomStructure
    outer: Block
    inner: Inner
    first: Ints
    X: Floats
    y: Floats
    root: Floats
    offset: Floats
    log_weights: float

    @classmethod
    def of(cls, structure: RandomStructure, X: Floats, y: Floats, weights: Floats | None = None,
           offset: Floats | None = None) -> Lme4Order | None:
        """None for a model that is not covered."""
        n, blocks = len(X), structure.blocks
        outer = blocks[-1]
        dense = len(blocks) == 2 and outer.k * outer.n_levels >= DENSE_FROM
        work = n * max(1.0, (outer.k / ALWAYS) ** 2 / 5.0)
        if len(blocks) > 2 or outer.k > MOST_EFFECTS or (work > MOST_ROWS and not dense):
            return None
        terms = [structure.terms[i] for i in structure.members[-1]]
        if outer.k > ALWAYS and len(terms) > 1 and any(t.k > 1 and not t.covariance.FULL for t in terms):
            return None
        inner = Inner.none(n, outer.n_levels, outer.k) if len(blocks) == 1 else Inner.of(blocks[0], outer)
        if inner is None:
            return None
        first = bounds(term.k for term in terms)
        root, log_weights = np.ones(n), 0.0
        if weights is not None:
            root = np.sqrt(weights)
            for weight in weights:
                log_weights += math.log(weight) if weight > 0.0 else -math.inf
        offset = np.zeros(n) if offset is None else offset
        return cls(structure, outer, inner, first, np.ascontiguousarray(X), y, root, offset, log_weights)

    def with_response(self, y: Floats) -> Lme4Order:
        """The same design with another response y (n,)."""
        other = replace(self, y=y)
        other.__dict__["layout"] = self.layout
        return other

    @cached_property
    def layout(self) -> Layout:
        """The arrays of the criterion."""
        outer, inner, (by_level, level), (which, first) = self.outer, self.inner, self.levels, self.designs()
        rows_used = np.concatenate(first)
        root, Z, X = self.root[rows_used], outer.Z[rows_used], self.X[rows_used]
        filled = Z != 0.0
        arrays = {
            "rows": outer.rows, "cols": outer.cols, "place": outer.theta, "first": self.first,
            "codes": outer.codes,
            "by_level": by_level, "level": level, "which": which,
            "start": bounds(map(len, first)), "columns": columns_together(self._filled(Z, first)),
            "root": self.root, "offset": self.offset,
            "begin": filled.argmax(axis=1), "end": outer.k - filled[:, ::-1].argmax(axis=1), "runs": self._runs(which),
            "Z": Z, "Zw": Z * root[:, None], "XT": X.T, "Xw": X * root[:, None],
            "inner_codes": inner.codes[rows_used], "inner_z": inner.z[rows_used], "inner_zw": inner.z[rows_used] * root,
            "ptr": inner.ptr, "down": inner.down, "met": inner.met, "order": self._order(which, len(first)),
        }
        own = {name: _own(each) for name, each in arrays.items()}
        halves = self.structure.parameters.written or option("lme4") != "1.1-31"  # whose Eigen is 3.3
        sizes = [term.k for term in self.structure.terms]
        return Layout(own, sizes, self.log_weights, self.structure.n_theta, inner.theta, halves)

    def _runs(self, which: Ints) -> Ints:
        """Where runs of levels of one design begin, then the number of levels; the first columns stand alone."""
        new = np.ones(len(which) + 1, dtype=bool)
        new[1:-1] = (np.diff(which) != 0) | (self.outer.k * np.arange(len(which) - 1) < ONE_BY_ONE)
        return np.flatnonzero(new)

    def _order(self, which: Ints, designs: int) -> Ints:
        """The rows of RZX in lme4's order (levels k + inner levels,), among those of the designs, then the inner ones:
        each level after those nested in it."""
        k, inner = self.outer.k, self.inner
        own = which[:, None] * k + np.arange(k)
        if not len(inner.down):
            return own.ravel()
        nested = pieces(designs * k + inner.down, inner.ptr)
        return np.concatenate([part for pair in zip(nested, own, strict=True) for part in pair])

    def _filled(self, Z: Floats, first: list[Ints]) -> NDArray[np.bool_]:
        """Which columns of a level are filled below the diagonal of L (designs, k): in each term, those up to the last
        one that is not 0 in a row of the design."""
        starts = bounds(map(len, first[:-1]))
        if self.outer.k <= ALWAYS:
            return np.ones((len(first), self.outer.k), dtype=bool)
        any_row = np.logical_or.reduceat(Z != 0.0, starts)
        each = np.split(any_row, self.first[1:-1], axis=1)
        return np.hstack([np.logical_or.accumulate(one[:, ::-1], axis=1)[:, ::-1] for one in each])

    @cached_property
    def levels(self) -> tuple[Ints, Ints]:
        """The rows level by level (n,), and where each level's begin and end among them (levels + 1,)."""
        sizes = np.bincount(self.outer.codes, minlength=self.outer.n_levels)
        return np.argsort(self.outer.codes, kind="stable"), np.concatenate([[0], np.cumsum(sizes)])

    def designs(self) -> tuple[Ints, list[Ints]]:
        """The design of each level (levels,), numbered from 0, and the rows of each design's first level. With a factor
        nested, no two levels share one.
        """
        order, level = self.levels
        if len(self.inner.down):
            return np.arange(self.outer.n_levels), pieces(order, level)
        table = np.concatenate([self.outer.Z, self.X, self.root[:, None]], axis=1)[order]
        rows, row = table.tobytes(), table.itemsize * table.shape[1]
        found: dict[bytes, int] = {}
        which, first = list[int](), list[Ints]()
        for start, end in pairwise(level.tolist()):
            which.append(found.setdefault(rows[start * row : end * row], len(found)))
            if which[-1] == len(first):
                first.append(order[start:end])
        return np.array(which), first

    def objective(self, REML: bool, df: int | None = None) -> Lme4Criterion:  # noqa: N803
        """The criterion with its own workspace, which an optimizer may call again and again. `df`: not n - p or n."""
        n, p = self.X.shape
        return Lme4Criterion(self.layout, REML, df or (n - p if REML else n)).load(self.y)

    def parts(self, theta: Floats, again: Lme4Criterion | None = None) -> Parts:
        """The criterion's parts at theta (m,); again: one of `objective`, for many calls.

        Raises `numpy.linalg.LinAlgError` where the downdated X'X is not positive definite.
        """
        criterion = self.objective(False) if again is None else again
        _defined(criterion, theta)
        ldL2, ldRX2, wrss, sqrL, u, inner_u = criterion.parts()
        beta, RX = criterion.coefficients()
        return Parts(ldL2, ldRX2, wrss, sqrL, beta, RX, (inner_u[:, None], u) if len(inner_u) else (u,))

    def criterion(self, theta: Floats, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """The REML criterion or the deviance at theta (m,): Bates et al. (2015), eqs. 42, 35. `df`: not n - p or n.

        Raises as `parts` does.
        """
        return _defined(self.objective(REML, df), theta)

    def without(self, j: int) -> Lme4Order:
        """The model without column j of X."""
        return replace(self, X=np.ascontiguousarray(np.delete(self.X, j, axis=1)))

    def beside(self, j: int) -> Lme4Criterion:
        """The deviance with fixed effect j held where `hold_effect` says: its column moves into the offset."""
        return self.without(j).objective(False).beside(j, np.ascontiguousarray(self.X[:, j]))


def _defined(criterion: Lme4Criterion, theta: Floats) -> float:
    """The criterion at theta (m,), where there is one."""
    value = float(criterion(np.asarray(theta, dtype=float)))
    if not value < math.inf:
        raise np.linalg.LinAlgError(f"the downdated X'X is not positive definite at theta {theta}")
    return value


def _own(each: Any) -> Any:
    """An array of integers or doubles in C's order."""
    array = np.asarray(each)
    return np.ascontiguousarray(array, np.float64 if array.dtype == float else np.int64)
