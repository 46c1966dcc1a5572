"""Letters for means: two that share one were not shown to differ. R: emmeans' cld."""
from __future__ import annotations

import string
from dataclasses import replace
from typing import Any

import numpy as np

from translations.stats.arguments import require_level

from .basis import Floats
from .contrasts import contrast
from .grid import EmmGrid
from .regrid import test
from .summary import EmmSummary, asked, estimates, summarize

LETTERS = "1234567890" + string.ascii_uppercase + string.ascii_lowercase
SHARED = ("NOTE: If two or more means share the same grouping symbol,\n"
          "      then we cannot show them to be different.\n"
          "      But we also did not show them to be the same.")


def cld(e: EmmGrid, by: Any = ..., alpha: float = 0.05, letters: str = LETTERS,
        sort: bool = True, reversed: bool = False, **settings: Any) -> EmmSummary:
    """Means with symbols for groups: those that share one do not differ significantly. R:
    multcomp::cld, emmeans' method.

    e: means. by: variables within whose levels they are compared, None for none. alpha: below which a p-value tells two
    apart. letters: the symbols. sort: whether means stand in ascending order; reversed: in descending order. settings:
    adjust, type, level and others that `summary` takes.

    Returns the table of the means and a column ".group".

    Raises KeyError for a by-variable that there is not, ValueError for too few symbols. Sharing a symbol is no evidence
    of equality, which the table says. Source: Piepho (2004), J. Comput. Graph. Stat. 13, 456.

    >>> print(r.cld(r.emmeans(r.lm("breaks ~ tension", r.load("warpbreaks")), "tension")))
     tension emmean  SE df lower.CL upper.CL .group
     H         21.7 2.8 51     16.0     27.3  1
     M         26.4 2.8 51     20.8     32.0  1
     L         36.4 2.8 51     30.8     42.0   2
    <BLANKLINE>
    Confidence level used: 0.95
    P value adjustment: tukey method for comparing a family of 3 estimates
    significance level used: alpha = 0.05
    NOTE: If two or more means share the same grouping symbol,
          then we cannot show them to be different.
          But we also did not show them to be the same.
    """
    if not isinstance(e, EmmGrid):
        raise ValueError(f"cld needs means, not {e!r:.60}")
    require_level(alpha, "alpha")
    names = list(e.within(by))
    if e.display is not None:
        e = e.take(e.shown, drop=False)
    e = replace(e, by=tuple(names))
    size = estimates(e)[0]
    if sort:
        order = np.lexsort([size, *(e.codes[name] for name in names[::-1])])
        kept = e.by, e.primary, e.what, e.family
        e = e.take(order, drop=False)
        e, size = replace(e, by=kept[0], primary=kept[1], what=kept[2], family=kept[3]), size[order]
    table = summarize(asked(e, **settings))
    tests = {name: value for name, value in settings.items() if name in ("adjust", "delta")}
    apart = contrast(e, "revpairwise", by=names)
    pairs = test(apart, **tests)
    differ = np.nan_to_num(pairs["p.value"].to_numpy(dtype=float), nan=1.0) < alpha
    marks = np.full(len(e), "", dtype=object)
    for rows, compared in zip(e.groups(names), apart.groups(names), strict=True):
        texts = display(differ[compared], len(rows), letters, reversed)
        marks[rows] = [" " + text for text in texts]
    marks[np.isnan(size)] = ""
    out = EmmSummary(table.assign(**{".group": marks}))
    if sort and reversed:
        rows = np.concatenate([own[::-1] for own in e.groups(names)])
        out = EmmSummary(out.iloc[rows].reset_index(drop=True))
    out.estimate, out.by = table.estimate, tuple(names)
    notes = [*table.notes, *pairs.notes, f"significance level used: alpha = {alpha:.15g}", SHARED]
    out.notes = tuple(dict.fromkeys(notes))
    return out


def display(differ: Floats, k: int, letters: str = LETTERS, reversed: bool = False) -> list[str]:
    """The symbols of k means, blanks where they have not one that others have.

    differ: of the pairs (2, 1), (3, 1), (3, 2), (4, 1), ...: whether they differ, (k (k - 1) / 2,).
    """
    pairs = [(i, j) for j in range(1, k) for i in range(j)]
    columns = [np.ones(k, dtype=bool)]
    for (i, j), apart in zip(pairs, differ, strict=True):
        if apart:
            columns = _split(columns, i, j)
    columns = _swept(columns)
    columns.sort(key=lambda own: int(np.argmax(own)))
    if len(columns) > len(letters):
        raise ValueError(f"{len(columns)} symbols are needed, and letters has {len(letters)}")
    named = list(zip(letters[:len(columns)], columns[::-1] if reversed else columns, strict=True))
    return ["".join(letter if own[row] else " " for letter, own in named) for row in range(k)]


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
