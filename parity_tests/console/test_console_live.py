"""Generated objects print as live R prints them, character for character: RPARITY_HYPOTHESIS_EXAMPLES of each kind."""
from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from translations.console import render, summary_frame
from translations.console.layout import matrix, vector
from translations.console.values import as_values

from . import generated
from .generated import EXAMPLES, in_r


@render.register
def _(x: generated._Named, style):
    v = as_values(x.values)
    return vector(v, style, x.names, '"' * (not v.numeric))


@render.register
def _(x: generated._Columns, style):
    items = [as_values(c) for c in x.items]
    return matrix(items, style, x.rows, x.heads, '"' * (not items[0].numeric))


@render.register
def _(x: generated._Summary, style):
    return render(summary_frame(x.frame), style)


KINDS = {"vectors": generated.vectors, "matrices": generated.matrices, "data frames": generated.data_frames,
         "tibbles": generated.tibbles, "summaries": generated.summaries}


@pytest.mark.parametrize("kind", KINDS)
def test_prints_as_live_r_does(kind, live_r):
    live_r.eval("suppressMessages(library(tibble)); options(pillar.advice = FALSE)")   # as in a script

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(KINDS[kind]())
    def check(x):
        assert x.python() == in_r(live_r, x), x.r()

    check()
