"""The pattern of the modes' linear system, found once a model: which entries U'WU has, and its Cholesky factor.

Source: Davis (2006), Direct Methods for Sparse Linear Systems, chapter 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import sparse

from translations.arrays import Ints

from ..structure import RandomStructure

DENSE = 10**7  # products of a table of what the leading columns leave
TABLE = 2 * 10**6  # entries of a system: up to here they are numbered by a table of all, beyond by sorting
FEW = 3  # rows below the diagonal
CROSSED = 0.5  # the share of the entries below the leading columns from which all are taken to be there
MUCH_FILL = 3.0  # times the system's own entries: from here an order that fills less is looked for


@dataclass(frozen=True)
class Pattern:
    """q random effects, n observations with `width` effects each.

    order:  (q,) which random effect stands where;  place: (n, width) where the effects of each observation stand
    Ap, Ai: the system's upper triangle by columns, the diagonal last;  pairs: (n, width (width + 1) / 2) where in it
            the products of an observation's effects go
    Lp, Li: rows of L's columns, the diagonal first
    lead:   so many first columns touch no earlier one and few rows below; these are in `source`, where the system has
            their entries of L, and `target`, where the products of each two below the diagonal of a column go
    complete: whether all that touch no earlier one, `lead` then, touch all rows that are left; there is no `target`
    Rp, Ri: columns of L's rows from `lead` on, without the diagonal, ascending;  rest: the system's rows' first
    """

    order: Ints
    place: Ints
    pairs: Ints
    Ap: Ints
    Ai: Ints
    Lp: Ints
    Li: Ints
    lead: int
    source: Ints
    target: Ints
    Rp: Ints
    Ri: Ints
    rest: Ints
    complete: bool = False


@cache
def _pairs(width: int) -> tuple[Ints, Ints]:
    """Rows and columns of a lower triangle, row by row; not to be written to."""
    rows, columns = np.tril_indices(width)
    return rows, columns


def positions(random: RandomStructure) -> Ints:
    """(n, width): the random effect, in the order of b, of each observation in each column of the terms."""
    starts = np.concatenate([[0], np.cumsum([t.size for t in random.terms])])
    columns = [start + t.codes[:, None] * t.k + np.arange(t.k) for start, t in zip(starts, random.terms, strict=False)]
    return np.hstack(columns).astype(np.intp)


def pattern_of(random: RandomStructure) -> Pattern:
    """The pattern in the terms' own order, or in one that fills less."""
    where, q = positions(random), random.q
    if where.shape[1] == 1:
        return _diagonal(where, q)
    own = np.arange(q, dtype=np.intp)
    found = _in_order(where, own)
    if len(found.Li) > MUCH_FILL * len(found.Ai):
        other = _in_order(where, _less_fill(found, q))
        found = other if len(other.Li) < len(found.Li) else found
    return found


def _less_fill(found: Pattern, q: int) -> Ints:
    """A minimum-degree order (q,). Source: SuperLU's, which scipy brings."""
    from scipy.sparse.linalg import splu

    upper = sparse.csc_matrix((np.full(len(found.Ai), -1.0), found.Ai, found.Ap), shape=(q, q))
    system = (upper + upper.T + sparse.diags(np.full(q, 4.0 * len(found.Ai)))).tocsc()
    solved = splu(system, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    order: Ints = np.argsort(solved.perm_c).astype(np.intp)
    return order


def _diagonal(where: Ints, q: int) -> Pattern:
    """That of one effect an observation, (n, 1): nothing stands beside the diagonal."""
    own, none = np.arange(q + 1, dtype=np.intp), np.zeros(0, dtype=np.intp)
    at = own[:-1]
    return Pattern(at, where, where, own, at, own, at, q, np.zeros(q, dtype=np.intp), none,
                   np.zeros(q + 1, dtype=np.intp), none, own[1:])


def _in_order(where: Ints, order: Ints) -> Pattern:
    n, width = where.shape
    q = len(order)
    at = np.empty(q, dtype=np.intp)
    at[order] = np.arange(q)
    place = np.ascontiguousarray(at[where])
    a, b = _pairs(width)
    low, high = np.minimum(place[:, a], place[:, b]), np.maximum(place[:, a], place[:, b])
    keys = (high * q + low).ravel()
    known, inverse = _numbered(np.concatenate([keys, np.arange(q) * (q + 1)]), q * q)
    lead, every = _crossed(known, q)
    if complete := len(every) > 0:
        known, inverse = _numbered(np.concatenate([keys, np.arange(q) * (q + 1), every]), q * q)
    pairs = np.ascontiguousarray(inverse[: len(keys)].reshape(n, len(a)))
    Ai = (known % q).astype(np.intp)
    Ap = np.searchsorted(known // q, np.arange(q + 1)).astype(np.intp)
    Rp, Ri = _rows_of_factor(Ap, Ai, q)
    counts = 1 + np.bincount(Ri, minlength=q)
    Lp = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    Li = np.empty(Lp[-1], dtype=np.intp)
    Li[Lp[:-1]] = np.arange(q)
    by_column = np.argsort(Ri, kind="stable")
    rows = np.repeat(np.arange(q), np.diff(Rp))[by_column]
    inside = np.ones(len(Li), dtype=bool)
    inside[Lp[:-1]] = False
    Li[inside] = rows
    if complete:
        source, target = np.searchsorted(known, Li * q + np.repeat(np.arange(q), counts)), np.zeros(0, dtype=np.intp)
    else:
        lead, source, target = _leading(known, Rp, Lp, Li, q)
    later = Ri >= lead
    Rp = np.concatenate([[0], np.cumsum(later)])[Rp].astype(np.intp)
    rest = np.searchsorted(known, np.arange(q) * q + lead).astype(np.intp)
    return Pattern(order, place, pairs, Ap, Ai, Lp, Li, lead, source, target, Rp, Ri[later], rest, complete)


def _crossed(known: Ints, q: int) -> tuple[int, Ints]:
    """How many first columns touch no earlier one, and the entries of all of these with the rows that are left: none
    where these are few, or where many would be put in. known: as `_leading` has it.
    """
    rows, columns = known // q, known % q
    lead = int(rows[columns < rows].min(initial=q))
    size = q - lead
    if size <= FEW or np.count_nonzero((columns < lead) & (rows >= lead)) < CROSSED * lead * size:
        return lead, np.zeros(0, dtype=np.intp)
    return lead, (np.arange(lead, q)[:, None] * q + np.arange(lead)).ravel()


def _numbered(keys: Ints, most: int) -> tuple[Ints, Ints]:
    """The keys that occur, ascending, and the place of each among them; all are below `most`."""
    if most > TABLE:
        known, inverse = np.unique(keys, return_inverse=True)
        return known, inverse.astype(np.intp)
    seen = np.zeros(most, dtype=bool)
    seen[keys] = True
    known = np.flatnonzero(seen)
    place = np.empty(most, dtype=np.intp)
    place[known] = np.arange(len(known))
    return known, place[keys]


def _are_among(some: Ints, keys: Ints) -> bool:
    """Whether all of `some` are `keys`, which ascend."""
    at = np.minimum(np.searchsorted(keys, some), len(keys) - 1)
    return bool((keys[at] == some).all()) if len(keys) else not len(some)


def _leading(known: Ints, Rp: Ints, Lp: Ints, Li: Ints, q: int) -> tuple[int, Ints, Ints]:
    """lead, source and target of a pattern; known: the system's entries, row times q plus column, ascending."""
    below = np.diff(Lp) - 1
    lead = int(np.argmax(np.append((np.diff(Rp) > 0) | (below > FEW), True)))
    columns, starts = np.arange(lead), Lp[:lead] + 1
    first = np.concatenate([[0], np.cumsum(below * (below + 1) // 2)])
    source, target = np.zeros(Lp[lead], dtype=np.intp), np.zeros(first[lead], dtype=np.intp)
    whole = np.ones(len(columns), dtype=bool)
    for count in range(1, FEW + 1):
        those = columns[below[:lead] == count]
        rows = Li[starts[those, None] + np.arange(count)]
        source[starts[those, None] + np.arange(count)] = np.searchsorted(known, rows * q + those[:, None])
        a, b = _pairs(count)
        keys = rows[:, a] * q + rows[:, b]
        found = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        target[first[those, None] + np.arange(len(a))] = found
        whole[those] = (known[found] == keys).all(axis=1)  # else a product goes where the system has nothing
    lead = int(np.argmin(np.append(whole, False)))
    return lead, source[: Lp[lead]], target[: first[lead]]


def _rows_of_factor(Ap: Ints, Ai: Ints, q: int) -> tuple[Ints, Ints]:
    """The columns of each of L's rows: those of the system's where nothing fills, else by the elimination tree."""
    rows = np.repeat(np.arange(q), np.diff(Ap))
    below = Ai < rows
    rows, columns = rows[below], Ai[below]
    first = np.zeros(q, dtype=np.intp)
    first[columns[::-1]] = rows[::-1]  # the first row below the diagonal, to which a column hands on its others
    keys = rows * q + columns
    handed = (rows * q + first[columns])[rows != first[columns]]
    if _are_among(handed, keys):
        return np.searchsorted(rows, np.arange(q + 1)).astype(np.intp), columns.astype(np.intp)
    lead = int(rows.min())  # the columns before touch none of each other
    if lead * (q - lead) ** 2 <= DENSE:
        return _by_a_dense_rest(rows, columns, lead, q)
    return _by_elimination_tree(Ap, Ai, q)


def _by_a_dense_rest(rows: Ints, columns: Ints, lead: int, q: int) -> tuple[Ints, Ints]:
    """From the entries below the diagonal, of which the first `lead` columns have none above, by a table of the rest.
    """
    size = q - lead
    crossed, rest = np.zeros((lead, size)), np.zeros((size, size), dtype=bool)
    early = columns < lead
    crossed[columns[early], rows[early] - lead] = 1.0
    rest[rows[~early] - lead, columns[~early] - lead] = True
    rest |= crossed.T @ crossed > 0.0
    for j in range(size):
        below = j + 1 + np.flatnonzero(rest[j + 1 :, j])
        rest[np.ix_(below, below)] = True
    row, column = np.nonzero(np.hstack([crossed.T > 0.0, np.tril(rest, -1)]))
    return np.searchsorted(row + lead, np.arange(q + 1)).astype(np.intp), column.astype(np.intp)


def _by_elimination_tree(Ap: Ints, Ai: Ints, q: int) -> tuple[Ints, Ints]:
    parent, ancestor = [-1] * q, [-1] * q
    columns, starts = Ai.tolist(), Ap.tolist()
    for k in range(q):
        for i in columns[starts[k] : starts[k + 1] - 1]:
            while i != -1 and i < k:
                above = ancestor[i]
                ancestor[i] = k
                if above == -1:
                    parent[i] = k
                i = above
    rows: list[list[int]] = []
    seen = [-1] * q
    for k in range(q):
        seen[k] = k
        row = []
        for i in columns[starts[k] : starts[k + 1] - 1]:
            while seen[i] != k:
                seen[i] = k
                row.append(i)
                i = parent[i]
        rows.append(sorted(row))
    Rp = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.intp)
    Ri = np.array([i for row in rows for i in row], dtype=np.intp)
    return Rp, Ri
