"""The table in a terminal and as a page: its columns, colours and titles, and what is left out for want of width."""
from __future__ import annotations

import io

import pytest
from rich.console import Console

from translations.parity.check import Outcome
from translations.parity.compare import Difference
from translations.parity.report import MEANING, _style, as_html, closing, plain, rich_table, totals

SHORT = (Difference("b", 1.5, 1.0, 0.3, 9.0),)
FOUND = [
    Outcome("s", "one", "R", 2, 15.0, passed=True), Outcome("s", "one", "chapter", 3, 4.0, passed=True),
    Outcome("s", "one", "certified", 1, 12.0, passed=True), Outcome("s", "one", "scipy", 1, 8.0, passed=True),
    Outcome("s", "longer", "R", 10, 3.0, short=SHORT), Outcome("s", "longer", "live R", 9, 14.0, passed=True)]
HEAD = ["case", "values", "chapter", "R", "certified", "others", "live R"]
WIDTH = 67                                      # the plain table's: 8 columns of texts and 2 blanks between them


def in_terminal(found: list[Outcome], width: int, styles: bool = False, **given: object) -> str:
    console = Console(width=max(width, 120), record=True, file=io.StringIO(), force_terminal=True)
    console.print(rich_table(found, 1.0, width, **given))  # type: ignore[arg-type]
    return console.export_text(styles=styles)


def test_a_wide_terminal_shows_what_a_pipe_gets() -> None:
    piped = plain(FOUND, 1.0, {"figures": "no"}).splitlines()
    assert max(map(len, piped[:3])) == WIDTH and piped[0].split() == [*HEAD[:-1], "live", "R"]
    lines = [line.rstrip() for line in in_terminal(FOUND, WIDTH, unchecked={"figures": "no"}).splitlines()]
    assert lines == piped


@pytest.mark.parametrize(("width", "left_out"), [
    (WIDTH, []), (WIDTH - 1, ["live R"]), (59, ["live R"]), (58, ["live R", "others"]),
    (48, ["live R", "others"]), (47, ["live R", "others", "certified"]), (37, ["live R", "others", "certified"]),
    (36, ["live R", "others", "certified", "chapter"]), (28, ["live R", "others", "certified", "chapter"]),
    (1, ["live R", "others", "certified", "chapter"])])
def test_what_does_not_fit_is_left_out_and_said_to_be(width: int, left_out: list[str]) -> None:
    text = in_terminal(FOUND, width)
    kept = [name for name in HEAD if name not in left_out]
    assert text.splitlines()[0].split() == " ".join(kept).split()
    told = f"\n  {kept[-1]}: {MEANING[kept[-1]]}\n  a wider terminal shows: {', '.join(left_out)}\n"
    assert (told.replace("\n", "") in text.replace("\n", "")) == bool(left_out)
    assert ("a wider terminal" in text) == bool(left_out)


def test_without_failures_there_are_no_columns_for_them() -> None:
    lines = [line.rstrip() for line in in_terminal(FOUND[:4], 80).splitlines()]
    assert lines == plain(FOUND[:4], 1.0).splitlines()
    assert lines[-2:] == ["", "1 of 1 cases, 4 of 4 comparisons of 7 values, 1 of 1 printed outputs in 1.0 s"]


@pytest.mark.parametrize(("text", "style"), [
    ("9.0!", "red"), ("error!", "red"), ("FAIL", "red"), ("pass", "green"), ("-", "dim"), ("9.0", ""), ("passes", "")])
def test_colours(text: str, style: str) -> None:
    assert _style(text) == style


def test_where_the_colours_are() -> None:
    text = in_terminal(FOUND, WIDTH, styles=True)
    head, _, row, *rest = text.splitlines()
    assert head.startswith("\x1b[1mcase") and "\x1b[31m3.0!\x1b[0m" in row and "\x1b[2m      -\x1b[0m" in row
    assert "\x1b[31mFAIL" in row and "\x1b[32mpass" in text
    assert [line[:4] for line in rest if "digits of 9" in line or "chapter: " in line or " cases, " in line] == [
        "\x1b[2m", "\x1b[31", "\x1b[1m"]


def test_every_column_says_what_it_counts() -> None:
    assert {name: meaning.split(",")[0] for name, meaning in MEANING.items()} == {
        "chapter": "numbers that the chapter prints", "R's text": "the same for the text that R itself prints",
        "R": "fewest digits shared with R", "R tight": "fewest digits shared with R at the optimum of its criterion",
        "certified": "fewest digits shared with a closed form or 50-digit arithmetic",
        "others": "what other Python packages reach (+ where they cannot compute all of it)",
        "live R": "fewest digits shared with the R on this machine"}


def test_a_page_has_the_same_cells() -> None:
    page = as_html(FOUND, 1.0, {"figures": "<no>"})
    heads = [f'<th scope="col" title="{MEANING.get(name, "").replace(chr(39), "&#x27;")}">{name}</th>'
             for name in [*HEAD, ""]]
    assert f"<table><thead><tr>{''.join(heads)}</tr></thead><tbody>\n" in page
    assert ('<tr class="pass"><th scope="row">s/one</th><td>2</td><td>all 3</td><td>15.0</td><td>12.0</td>'
            '<td>scipy 8.0</td><td>-</td><td>pass</td></tr>\n'
            '<tr class="fail"><th scope="row">s/longer</th><td>10</td><td>-</td><td>3.0!</td><td>-</td><td>-</td>'
            '<td>14.0</td><td>FAIL</td></tr>\n</tbody></table>') in page
    legend = "".join(f"<li>{name}: {MEANING[name]}</li>" for name in HEAD[2:]).replace("'", "&#x27;")
    failed = "<pre>s/longer against R:\n  b: 1.5 where 1 is expected (0.3 digits of 9)</pre>"
    assert page.endswith(f"</tbody></table><ul>{legend}</ul>{failed}</body></html>\n")
    assert f"</ul>{failed}{failed}</body>" in as_html([FOUND[4]] * 2, 1.0)
    assert "<p>1 of 2 cases, 5 of 6 comparisons of 26 values, 1 of 1 printed outputs in 1.0 s\n" \
           "suite figures was not checked: &lt;no&gt;</p>" in page


def test_counts_with_nothing_in_them() -> None:
    assert closing([], 0.26) == "0 of 0 cases, 0 of 0 comparisons of 0 values in 0.3 s"
    assert totals(FOUND)["live comparisons"] == 1 and list(totals([])) == [
        "cases", "cases passed", "comparisons", "comparisons passed", "values", "chapter outputs",
        "chapter outputs equal", "live comparisons"]
    only_text = Outcome("s", "c", "chapter", 7, passed=True)
    assert plain([only_text], 1.0).splitlines()[1].split() == ["s/c", "0", "all", "7", "pass"]
