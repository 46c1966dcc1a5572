"""Tests of means and contrasts, one by one or all together. R: emmeans::test."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, overload

import numpy as np

from translations.stats.arguments import as_number

from .grid import EmmGrid, EmmList
from .joint import joint_test, with_tests
from .summary import EmmSummaries, EmmSummary, asked, summarize


@overload
def test(e: EmmGrid, null: float = ..., joint: bool = ..., rows: Sequence[int] | None = ..., by: Any = ...,
         **settings: Any) -> EmmSummary: ...
@overload
def test(e: EmmList, null: float = ..., joint: bool = ..., rows: Sequence[int] | None = ..., by: Any = ...,
         **settings: Any) -> EmmSummaries: ...
def test(e: EmmGrid | EmmList, null: float = 0.0, joint: bool = False, rows: Sequence[int] | None = None,
         by: Any = ..., **settings: Any) -> EmmSummary | EmmSummaries:
    """Tests of estimates, one by one or all together. R: emmeans::test.

    e: means or contrasts, or a list of both. null: what they are tested against, on the link's scale. joint: whether
    all of a by-group are tested at once, by Wald's F. rows: of a joint test, which estimates, numbered from 1. by:
    variables that part them, None for none. settings: adjust, side, delta and others that `summary` takes.

    Returns the table: the estimates' with tests, or `joint` df1, df2, F.ratio and p.value.

    Raises KeyError for a by-variable that there is not, ValueError for dependent rows under a null that is not zero.

    >>> m = r.lm("Reaction ~ Subject", r.sleepstudy())
    >>> print(r.test(r.pairs(r.emmeans(m, "Subject")), joint=True))
     df1 df2 F.ratio p.value note
      17 162   7.526  <.0001  d
    <BLANKLINE>
    d: df1 reduced due to linear dependence
    """
    if isinstance(e, EmmList):
        return EmmSummaries({name: test(one, null, joint, rows, by, **settings) for name, one in e.items()})
    if not isinstance(e, EmmGrid):
        raise ValueError(f"test needs means or contrasts, not {e!r:.60}")
    if not joint:
        return summarize(asked(e, (False, True), null=null, by=by, **settings))
    if settings:
        raise ValueError(f"a joint test takes no {', '.join(settings)}")
    names = list(e.within(by))
    if rows is not None:
        chosen = np.asarray(rows, dtype=int) - 1
        if ((chosen < 0) | (chosen >= len(e))).any():
            raise ValueError(f"rows must be numbers from 1 to {len(e)}")
        groups = [chosen]
    else:
        groups = e.groups(names)
    tests = [joint_test(e, own, as_number(null, "null")) for own in groups]
    columns: dict[str, Any] = {}
    for name in ([] if rows is not None else names):
        columns[name] = replace(e, codes={**e.codes, name: e.codes[name][[own[0] for own in groups]]}).column(name)
    return with_tests(columns, tests, ())
