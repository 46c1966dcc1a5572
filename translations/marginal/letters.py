"""Letters for means: two that share one were not shown to differ. R: emmeans' cld."""
from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from translations.printing import Vector
from translations.stats.arguments import require_level

from .alike import sets
from .basis import Floats
from .contrasts import contrast
from .glht import Glht, letters_of
from .grid import EmmGrid, first_of
from .summary import EmmSummary, asked, estimates, summarize
from .tests import test

LETTERS = "1234567890" + string.ascii_uppercase + string.ascii_lowercase
SHARED = ("NOTE: If two or more means share the same grouping symbol,\n"
          "      then we cannot show them to be different.\n"
          "      But we also did not show them to be the same.")


def cld(e: Any, by: Any = ..., alpha: float = 0.05, letters: str = LETTERS, sort: bool = True,
        reversed: bool = False, *, level: float | None = None, decreasing: bool | None = None,
        Letters: str | Sequence[str] | None = None, **settings: Any  # noqa: N803
        ) -> EmmSummary | Vector:
    """Means with symbols for groups: those that share one do not differ significantly. R:
    multcomp::cld, emmeans' method.

    e: means, or `glht`'s hypotheses about all pairs of a factor or its tests of these. by: variables within whose
    levels they are compared, None for none. alpha: below which a p-value tells two apart. letters, Letters: the
    symbols. sort: whether means stand in ascending order; reversed: in descending order. level: of the means'
    intervals; of hypotheses alpha. decreasing: whether the first letter is the last level's rather than the first's; of
    means, reversed. settings: adjust, type and others that `summary` takes.

    Returns the table of the means and a column ".group"; of hypotheses letters, a level each.

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
    if isinstance(e, Glht):
        chosen = alpha if level is None else level
        require_level(chosen, "level")
        return letters_of(e, chosen, bool(decreasing))
    e = first_of(e)
    if not isinstance(e, EmmGrid):
        raise ValueError(f"cld needs means, not {e!r:.60}")
    require_level(alpha, "alpha")
    letters = letters if Letters is None else "".join(Letters)
    reversed = reversed if decreasing is None else decreasing
    settings |= {} if level is None else {"level": level}
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
    columns = sorted(sets(differ, k), key=lambda own: int(np.argmax(own)))
    if len(columns) > len(letters):
        raise ValueError(f"{len(columns)} symbols are needed, and letters has {len(letters)}")
    named = list(zip(letters[:len(columns)], columns[::-1] if reversed else columns, strict=True))
    return ["".join(letter if own[row] else " " for letter, own in named) for row in range(k)]
