"""The parity table cell by cell, in a pipe, as JSON and as a page."""
from __future__ import annotations

import json

import pytest

from translations.parity.check import Outcome
from translations.parity.compare import Difference
from translations.parity.report import as_html, as_json, cell, closing, column_of, plain, rows, totals


def outcome(against: str, *, passed: bool = True, case: str = "one", **given: object) -> Outcome:
    return Outcome("s", case, against, passed=passed, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("one", "text"), [
    (outcome("R", digits=9.96), "10.0"), (outcome("R", digits=9.0, passed=False), "9.0!"),
    (outcome("R", digits=9.0, error="no", passed=False), "error!"), (outcome("chapter", values=4), "all 4"),
    (outcome("R's text", values=0), "same"), (outcome("R's text", values=3, passed=False), "differs!"),
    (outcome("statsmodels", digits=5.04), "statsmodels 5.0"),
    (outcome("scipy", digits=5, note="cannot: all", passed=False), "scipy 5.0+!"),
    (outcome("live R", digits=12.5), "12.5"), (outcome("live R tight", digits=12.5, passed=False), "12.5!")])
def test_a_comparison_in_a_word(one: Outcome, text: str) -> None:
    assert cell(one) == text


@pytest.mark.parametrize(("against", "column"), [
    ("R", "R"), ("R tight", "R tight"), ("chapter", "chapter"), ("certified", "certified"), ("R's text", "R's text"),
    ("live R", "live R"), ("live R tight", "live R"), ("live R = stored", "live R"), ("pandas", "others")])
def test_where_a_comparison_stands(against: str, column: str) -> None:
    assert column_of(against) == column


FOUND = [
    outcome("R", values=2, digits=15.0), outcome("chapter", values=3, digits=4.0),
    outcome("live R", values=2, digits=14.0), outcome("pandas", values=1, digits=9.0),
    outcome("scipy", values=1, digits=8.0),
    outcome("R", values=6, digits=3.0, passed=False, case="two", cause="noise",
            short=tuple(Difference(f"b[{i}]", 1.5, 1.0, 0.3, 9.0) for i in range(7))),
    outcome("chapter", values=5, passed=False, case="two", note="line 1: this where that is printed")]


def test_rows_and_totals() -> None:
    first, second = rows(FOUND)
    assert (first.case, first.passed, first.values) == ("one", True, 2)
    assert (second.case, second.passed, second.values) == ("two", False, 6)
    assert first.cells(["R", "certified", "others", "live R"]) == ["15.0", "-", "pandas 9.0 scipy 8.0", "14.0"]
    assert totals(FOUND) == {
        "cases": 2, "cases passed": 1, "comparisons": 7, "comparisons passed": 5, "values": 20, "chapter outputs": 2,
        "chapter outputs equal": 1, "live comparisons": 1}


def test_the_table_in_a_pipe_is_aligned() -> None:
    lines = plain(FOUND, 1.25, {"figures": "plotnine is not installed"}).splitlines()
    assert lines[0] == "case   values   chapter     R                others  live R"
    assert lines[1] == "s/one       2     all 3  15.0  pandas 9.0 scipy 8.0    14.0  pass"
    assert lines[2] == "s/two       6  differs!  3.0!                     -       -  FAIL"
    assert lines[3] == ""
    assert [line.split(":")[0] for line in lines[4:8]] == ["  chapter", "  R", "  others", "  live R"]
    assert lines[8:15] == ["", "s/two against R:", *[f"  b[{i}]: 1.5 where 1 is expected (0.3 digits of 9)"
                                                    for i in range(5)]]
    assert lines[15:20] == ["  and 2 more of 6", "  likely cause: noise", "s/two against chapter:",
                            "  line 1: this where that is printed", ""]
    assert lines[20:] == ["1 of 2 cases, 5 of 7 comparisons of 20 values, 1 of 2 printed outputs in 1.2 s",
                          "suite figures was not checked: plotnine is not installed"]


def test_no_transcripts_are_not_counted() -> None:
    assert closing(FOUND[:1], 0.04) == "1 of 1 cases, 1 of 1 comparisons of 2 values in 0.0 s"


def test_for_programs() -> None:
    told = json.loads(as_json(FOUND, 1.23456, {"figures": "why"}))
    assert (told["seconds"], told["not checked"], told["totals"]) == (1.235, {"figures": "why"}, totals(FOUND))
    assert told["outcomes"][0] == {
        "suite": "s", "case": "one", "against": "R", "values": 2, "digits": 15.0, "worst": "", "short": [], "note": "",
        "cause": "", "error": "", "warned": [], "release": "", "passed": True, "diff": []}
    assert told["outcomes"][5]["short"][6] == "b[6]: 1.5 where 1 is expected (0.3 digits of 9)"


def test_for_people() -> None:
    page = as_html(FOUND, 1.0)
    assert page.count('<tr class="pass">') == page.count('<tr class="fail">') == 1
    assert '<th scope="row">s/one</th><td>2</td><td>all 3</td><td>15.0</td>' in page
    assert "<td>pass</td></tr>" in page and "<td>FAIL</td></tr>" in page and page.count("<pre>") == 2
    assert 'title="numbers that the chapter prints, all equal to ours in its own text">chapter</th>' in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_page_escapes_what_it_shows() -> None:
    page = as_html([Outcome("s", "<b>", "R", error="a < b")], 1.0)
    assert "&lt;b&gt;" in page and "a &lt; b" in page and "<b>" not in page
