"""The parity table: in a terminal, in a pipe, as JSON and as HTML."""
from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .check import CERTIFIED, CHAPTER, LIVE, LIVE_PRINTED, PRINTED, R_DEFAULT, R_TIGHT, Outcome

NOTHING: Mapping[str, str] = {}
COLUMNS = (CHAPTER, PRINTED, R_DEFAULT, R_TIGHT, CERTIFIED)
MEANING = {
    CHAPTER: "numbers that the chapter prints, all equal to ours in its own text",
    PRINTED: "the same for the text that R itself prints",
    R_DEFAULT: "fewest digits shared with R, its default optimizer against the same one here; warnings too",
    R_TIGHT: "fewest digits shared with R at the optimum of its criterion, against newton here",
    CERTIFIED: "fewest digits shared with a closed form or 50-digit arithmetic",
    "others": "what other Python packages reach (+ where they cannot compute all of it)",
    "live R": "fewest digits shared with the R on this machine, its text's, and that R's with what is stored",
}


@dataclass(frozen=True)
class Row:
    """A case's line: its outcomes by what they compare with, under one release of R."""

    suite: str
    case: str
    outcomes: tuple[Outcome, ...]
    release: str = ""

    @property
    def name(self) -> str:
        """What the line is headed by."""
        return f"{self.suite}/{self.case}" + (f" ({self.release})" if self.release else "")

    @property
    def passed(self) -> bool:
        """Whether every comparison of the case passed."""
        return all(one.passed for one in self.outcomes)

    @property
    def values(self) -> int:
        """Labelled values of the case."""
        texts = (CHAPTER, PRINTED, LIVE_PRINTED)
        return max((one.values for one in self.outcomes if one.against not in texts), default=0)

    def cells(self, columns: Sequence[str]) -> list[str]:
        """The text of each column."""
        by_column: dict[str, list[str]] = {}
        for one in self.outcomes:
            by_column.setdefault(column_of(one.against), []).append(cell(one))
        return [" ".join(by_column.get(column, ["-"])) for column in columns]


def column_of(against: str) -> str:
    """The column in which a comparison stands."""
    return against if against in COLUMNS else "live R" if against in LIVE else "others"


def cell(one: Outcome) -> str:
    """A comparison in one word: digits, `all 12` for text, marked with ! when it falls short."""
    mark = "" if one.passed else "!"
    if one.error:
        return "error!"
    if one.against in (CHAPTER, PRINTED, LIVE_PRINTED):
        return (f"all {one.values}" if one.values else "same") if one.passed else "differs!"
    label = "" if column_of(one.against) != "others" else f"{one.against} "
    return f"{label}{one.digits:.1f}{'+' if one.note.startswith('cannot') else ''}{mark}"


def rows(found: Sequence[Outcome]) -> list[Row]:
    """One row a case and release, in order."""
    by_row: dict[tuple[str, str, str], list[Outcome]] = {}
    for one in found:
        by_row.setdefault((one.suite, one.case, one.release), []).append(one)
    return [Row(suite, case, tuple(own), release) for (suite, case, release), own in by_row.items()]


def totals(found: Sequence[Outcome]) -> dict[str, Any]:
    """What the last line says: cases, comparisons and values, and how many of them hold."""
    table = rows(found)
    texts = [one for one in found if one.against == CHAPTER]
    return {
        "cases": len(table), "cases passed": sum(row.passed for row in table),
        "comparisons": len(found), "comparisons passed": sum(one.passed for one in found),
        "values": sum(one.values for one in found),
        "chapter outputs": len(texts), "chapter outputs equal": sum(one.passed for one in texts),
        "live comparisons": sum(one.against in LIVE for one in found),
    }


def plain(found: Sequence[Outcome], seconds: float, unchecked: Mapping[str, str] = NOTHING) -> str:
    """The table as aligned text, with what fell short under it."""
    columns = _columns(found)
    lines = _cells(found, columns)
    widths = _widths(lines)
    table = ["  ".join(text.ljust(width) if column in (0, len(line) - 1) else text.rjust(width)
                       for column, (text, width) in enumerate(zip(line, widths, strict=True))).rstrip()
             for line in lines]
    return "\n".join([*table, "", *_legend(columns), *_failures(found), "", closing(found, seconds, unchecked)])


def rich_table(found: Sequence[Outcome], seconds: float, width: int, unchecked: Mapping[str, str] = NOTHING) -> Any:
    """The table for a terminal of `width` columns; what does not fit is left out, and said to be."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    columns, left_out = _columns(found), []
    while sum(_widths(_cells(found, columns))) + 2 * (len(columns) + 2) > width and len(columns) > 1:
        left_out.append(columns.pop(-2 if columns[-1] == R_DEFAULT else -1))
    head, *body = _cells(found, columns)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in head:
        table.add_column(name, justify="left" if name in (head[0], "") else "right", no_wrap=True)
    for line in body:
        table.add_row(*(Text(text, _style(text)) for text in line))
    note = [f"  a wider terminal shows: {', '.join(left_out)}"] if left_out else []
    under = Text("\n".join([*_legend(columns), *note]), style="dim")
    failures = Text("\n".join(_failures(found)), style="red")
    last = Text(closing(found, seconds, unchecked), style="bold")
    return Group(table, Text(""), under, *([failures] if failures.plain else []), Text(""), last)


def closing(found: Sequence[Outcome], seconds: float, unchecked: Mapping[str, str] = NOTHING) -> str:
    """The last line; under it, the suites and cases that were not checked, each with the reason."""
    count = totals(found)
    outputs = f", {count['chapter outputs equal']} of {count['chapter outputs']} printed outputs"
    return (f"{count['cases passed']} of {count['cases']} cases, "
            f"{count['comparisons passed']} of {count['comparisons']} comparisons of {count['values']} values"
            f"{outputs if count['chapter outputs'] else ''} in {seconds:.1f} s"
            + "".join(f"\n{what if ' ' in what else f'suite {what} was'} not checked: {why}"
                      for what, why in unchecked.items()))


def left_out(suite: str, told: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What to say of a suite's cases that are not in a release, told by the reason: how many and which, and why."""
    said: dict[str, str] = {}
    for why, names in told.items():
        which = ", ".join(names) if len(names) < 4 else f"{', '.join(names[:2])} and {len(names) - 2} more"
        what = f"{len(names)} case{'s' if len(names) > 1 else ''} of {suite} ({which})"
        said[what] = f"{said[what]}; {why}" if what in said else why
    return said


def as_json(found: Sequence[Outcome], seconds: float, unchecked: Mapping[str, str] = NOTHING) -> str:
    """Everything, for programs."""
    document = {"seconds": round(seconds, 3), "totals": totals(found), "not checked": dict(unchecked),
                "outcomes": [one.as_dict() for one in found]}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def as_html(found: Sequence[Outcome], seconds: float, unchecked: Mapping[str, str] = NOTHING) -> str:
    """The table as a page of its own, readable without network."""
    columns = _columns(found)
    head = "".join(f'<th scope="col" title="{html.escape(MEANING.get(name, ""))}">{html.escape(name)}</th>'
                   for name in ["case", "values", *columns, ""])
    body = "".join(
        f'<tr class="{"pass" if row.passed else "fail"}"><th scope="row">{html.escape(row.name)}</th>'
        f"<td>{row.values}</td>{''.join(f'<td>{html.escape(text)}</td>' for text in row.cells(columns))}"
        f"<td>{'pass' if row.passed else 'FAIL'}</td></tr>\n" for row in rows(found))
    short = "".join(f"<pre>{html.escape(replace(one, diff=()).explain())}</pre>{_beside(one)}" for one in found
                    if not one.passed)
    legend = "".join(f"<li>{html.escape(line.strip())}</li>" for line in _legend(columns))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Parity with R</title>
<style>body{{font:15px/1.4 system-ui,sans-serif;margin:2rem;max-width:80rem}}table{{border-collapse:collapse}}
th,td{{padding:.15rem .7rem;text-align:right}}th[scope=row],th:first-child{{text-align:left;font-weight:400}}
tr:nth-child(even){{background:#f4f4f4}}.fail td:last-child{{color:#b00;font-weight:700}}
pre{{white-space:pre-wrap}}.texts td{{font-family:monospace;white-space:pre;text-align:left}}
.texts .other td{{background:#fde8e8;border-left:3px solid #b00}}</style></head>
<body><h1>Parity with R</h1><p>{html.escape(closing(found, seconds, unchecked))}</p>
<table><thead><tr>{head}</tr></thead><tbody>
{body}</tbody></table><ul>{legend}</ul>{short}</body></html>
"""


def _beside(one: Outcome) -> str:
    """Texts that part, side by side, as a table."""
    if not one.diff:
        return ""
    lines = "".join(f'<tr{" class=other" if mark else ""}><td>{html.escape(left)}</td>'
                    f"<td>{html.escape(right)}</td></tr>" for left, mark, right in one.diff)
    return (f"<table class=texts><caption>{html.escape(f'{one.suite}/{one.case}: the texts, R and Python')}</caption>"
            f'<thead><tr><th scope="col">R</th><th scope="col">Python</th></tr></thead><tbody>{lines}</tbody></table>')


def _cells(found: Sequence[Outcome], columns: Sequence[str]) -> list[list[str]]:
    """The table's head and body."""
    return [["case", "values", *columns, ""],
            *([row.name, str(row.values), *row.cells(columns), "pass" if row.passed else "FAIL"]
              for row in rows(found))]


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*lines, strict=True)]


def _style(text: str) -> str:
    if "!" in text or text == "FAIL":
        return "red"
    return "green" if text == "pass" else "dim" if text == "-" else ""


def _columns(found: Sequence[Outcome]) -> list[str]:
    present = {column_of(one.against) for one in found}
    return [name for name in (*COLUMNS, "others", "live R") if name in present]


def _legend(columns: Sequence[str]) -> list[str]:
    return [f"  {name}: {MEANING[name]}" for name in columns]


def _failures(found: Sequence[Outcome]) -> list[str]:
    short = [one.explain() for one in found if not one.passed]
    return ["", *short] if short else []
