"""Generated objects print as live R prints them, character for character: RPARITY_HYPOTHESIS_EXAMPLES of each kind."""
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from translations.printing import console, render, summary_frame
from translations.printing.deparse import deparse
from translations.printing.layout import matrix, vector
from translations.printing.numbers import format_numbers
from translations.printing.rounding import round_half_even, signif, zapsmall
from translations.printing.values import as_values

from . import generated
from .generated import EXAMPLES, LONG, in_r


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


@render.register
def _(x: generated._Deparsed, style):
    return deparse(x.text)


KINDS = {"vectors": generated.vectors, "matrices": generated.matrices, "data frames": generated.data_frames,
         "tibbles": generated.tibbles, "summaries": generated.summaries, "formulas": generated.formulas,
         "factors": generated.factors, "correlations": generated.correlations,
         "coefficient tables": generated.coefficient_tables}


@pytest.mark.parametrize("kind", KINDS)
def test_prints_as_live_r_does(kind, live_r):
    live_r.eval("suppressMessages(library(tibble)); options(pillar.advice = FALSE)")   # as in a script

    @settings(max_examples=EXAMPLES, derandomize=not LONG, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))
    @given(KINDS[kind]())
    def check(x):
        assert x.python() == in_r(live_r, x), x.r()

    check()


def test_rounds_and_formats_as_live_r_does(live_r):
    """round, signif, zapsmall to the last bit, and format() with its digits and nsmall."""

    @settings(max_examples=EXAMPLES, derandomize=not LONG, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))
    @given(st.lists(generated.DOUBLE, min_size=1, max_size=6), st.integers(-3, 12), st.integers(1, 15))
    def check(x, places, digits):
        numbers, values = np.array(x), generated.combined("double", x)
        for call, mine in {f"round({values}, {places})": round_half_even(numbers, places),
                           f"signif({values}, {digits})": signif(numbers, digits),
                           f"zapsmall({values}, {digits})": zapsmall(numbers, digits)}.items():
            assert np.array_equal(live_r.numbers(call), mine, equal_nan=True), call
        call = f"cat(format({values}, digits = {digits}, nsmall = {max(0, places)}), sep = '|')"
        assert "|".join(format_numbers(numbers, digits, max(0, places))) == live_r.eval(call), call

    check()


FACTORS = {"s": 2972, "d": 1128, "studage": 4, "lectage": 6, "service": 2, "dept": 14}


def test_long_prints(live_r):
    """The summary of a frame built like lme4's InstEval, and its 73,421 numbers; scripts/benchmark.py has the cost."""
    n = 73421
    columns = [f"{name} = factor(rep_len(1:{k}, {n}))" for name, k in FACTORS.items()]
    live_r.eval(f"set.seed(1); y <- rnorm({n}); d <- data.frame({', '.join(columns)}, y = y)")
    y = live_r.numbers("y")
    frame = pd.DataFrame({name: pd.Categorical(np.arange(n) % k + 1) for name, k in FACTORS.items()} | {"y": y})
    for mine, theirs in ((lambda: console(summary_frame(frame)), "summary(d)"), (lambda: console(y), "y")):
        assert mine() == live_r.eval(f"print({theirs})")
