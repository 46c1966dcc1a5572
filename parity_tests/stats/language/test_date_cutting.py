"""Dates and times in intervals, against what R 4.2.2 answers (cut.Date, cut.POSIXt)."""
from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.stats.language.evaluate import evaluate
from translations.stats.language.expressions import read

DAYS = pd.Timestamp("2019-11-20") + pd.to_timedelta([0, 40, 100, 400, 401], "D")
HOURS = pd.Timestamp("2020-01-01 00:30") + pd.to_timedelta(np.arange(60) * 7 % 61, "h")
DATA = {"d": pd.DataFrame({"x": DAYS}), "back": pd.DataFrame({"x": DAYS[::-1]}), "t": pd.DataFrame({"x": HOURS}),
        "gone": pd.DataFrame({"x": [*DAYS, pd.NaT]}),
        "three": pd.DataFrame({"x": pd.to_datetime(["2019-12-01", "2020-02-01", "2020-02-02"])})}
IN_R = {"d": "as.Date('2019-11-20') + c(0, 40, 100, 400, 401)",
        "back": "as.Date('2019-11-20') + c(401, 400, 100, 40, 0)",
        "t": "as.POSIXct('2020-01-01 00:30:00', tz = 'UTC') + 3600 * ((0:59 * 7) %% 61)",
        "gone": "as.Date('2019-11-20') + c(0, 40, 100, 400, 401, NA)",
        "three": "as.Date(c('2019-12-01', '2020-02-01', '2020-02-02'))"}

# How many elements each level has, and the first and last level; what is labelled FALSE is numbers.
ASKED: dict[tuple[str, str], tuple[list[int], str, str]] = {
    ("d", "cut(x, 'month')"): ([1, 1, 0, 1, *[0] * 9, 2], "2019-11-01", "2020-12-01"),
    ("d", "cut(x, '2 months')"): ([2, 1, 0, 0, 0, 0, 2], "2019-11-01", "2020-11-01"),
    ("d", "cut(x, 'year')"): ([2, 3], "2019-01-01", "2020-01-01"),
    ("d", "cut(x, '2 years')"): ([5], "2019-01-01", "2019-01-01"),
    ("d", "cut(x, 'quarter')"): ([2, 1, 0, 0, 2], "2019-10-01", "2020-10-01"),
    ("d", "cut(x, '2 quarters')"): ([3, 0, 2], "2019-10-01", "2020-10-01"),
    ("d", "cut(x, '20 weeks')"): ([3, 0, 2], "2019-11-18", "2020-08-24"),
    ("d", "cut(x, '20 weeks', start.on.monday = FALSE)"): ([3, 0, 2], "2019-11-17", "2020-08-23"),
    ("d", "cut(x, '100 days')"): ([2, 1, 0, 0, 2], "2019-11-20", "2020-12-24"),
    ("d", "cut(x, 2)"): ([3, 2], "2019-11-20", "2020-12-24"),
    ("back", "cut(x, 2)"): ([3, 2], "2020-12-25", "2020-02-28"),
    ("gone", "cut(x, 2)"): ([3, 2], "2019-11-20", "2020-12-24"),
    ("d", "cut(x, as.Date(c('2019-01-01', '2020-01-01', '2020-06-01')))"): ([2, 1], "2019-01-01", "2020-01-01"),
    ("d", "cut(x, 3, labels = c('a', 'b', 'c'))"): ([3, 0, 2], "a", "c"),
    ("d", "cut(x, as.Date(c('2019-11-20', '2020-02-28', '2020-12-25')), right = TRUE, include.lowest = TRUE)"): (
        [3, 2], "2019-11-20", "2020-02-28"),
    ("three", "cut(x, '2 months')"): ([1, 2], "2019-12-01", "2020-02-01"),
    ("t", "cut(x, 3)"): ([20, 20, 20], "2020-01-01 00:30:00", "2020-01-02 18:30:00"),
    ("t", "cut(x, 'day')"): ([24, 24, 12], "2020-01-01", "2020-01-03"),
    ("t", "cut(x, '20 hours')"): ([20, 20, 19, 1], "2020-01-01 00:00:00", "2020-01-03 12:00:00"),
}


def made(name: str, term: str) -> Any:
    return evaluate(read(term), DATA[name])


@pytest.mark.parametrize(("name", "term"), ASKED)
def test_intervals(name: str, term: str) -> None:
    counts, first, last = ASKED[name, term]
    found = made(name, term)
    assert np.bincount(found.codes[found.codes >= 0], minlength=len(found.levels)).tolist() == counts
    assert (found.levels[0], found.levels[-1]) == (first, last)


@pytest.mark.parametrize(("name", "term"), ASKED)
def test_live(live_r: Any, name: str, term: str) -> None:
    live_r.eval(f"x <- {IN_R[name]}; f <- {term}")
    counts, first, last = ASKED[name, term]
    assert live_r.eval("cat(as.vector(table(f)), sep = ' ')").split() == list(map(str, counts))
    assert live_r.eval("cat(levels(f)[c(1, nlevels(f))], sep = '|')").split("|") == [first, last]


def test_numbers_of_intervals_and_names_of_coefficients() -> None:
    assert made("d", "cut(x, 'month', labels = FALSE)").tolist() == [1, 2, 4, 14, 14]
    assert made("d", "cut(x, 2, labels = FALSE)").tolist() == [1, 1, 1, 2, 2]
    data = pd.DataFrame({"y": [1.0, 3, 2, 5, 4], "x": DAYS})
    assert list(r.coef(r.lm("y ~ cut(x, 'year')", data)).index) == ["(Intercept)", "cut(x, \"year\")2020-01-01"]
    times = pd.DataFrame({"y": [1.0, 3, 2, 5], "x": HOURS[:4]})
    assert list(r.model_matrix("y ~ factor(x)", times).columns)[1] == "factor(x)2020-01-01 07:30:00"


@pytest.mark.parametrize(("term", "words"), [
    ("cut(x, 3)", "number of levels differs: of 3 intervals 1 are empty"),
    ("cut(x, 'bad')", "invalid specification of"),
    ("cut(x, 'hour')", "a step is one of day"), ("cut(x, c(1, 2))", "invalid specification of 'breaks': give dates"),
    ("cut(x, '0 days')", "invalid specification of"), ("cut(x, 1)", "at least 2")])
def test_what_is_refused(term: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        made("d", term)


def test_steps_that_are_too_many_are_refused_before_they_are_made() -> None:
    data = pd.DataFrame({"x": [pd.Timestamp("1700-01-01 00:00:01"), pd.Timestamp("2200-01-01")]})
    with pytest.raises(ValueError, match="cut\\(\\) by sec would have"):
        evaluate(read("cut(x, 'sec')"), data)
