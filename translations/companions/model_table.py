"""Models side by side: what a table of them holds, its page, in the HTML of R's package sjPlot, and its plain text."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from translations.printing.dispatch import as_html
from translations.printing.numbers import format_number
from translations.printing.objects import Printed

EMPTY = "&nbsp;"
SUMMARY = "tdata summary summarydata"
STARS = "* p&lt;{}&nbsp;&nbsp;&nbsp;** p&lt;{}&nbsp;&nbsp;&nbsp;*** p&lt;{}"
CSS = """table { border-collapse:collapse; border:none; }
caption { font-weight: bold; text-align:left; }
td, th { padding:0.2cm; }
.thead { border-top: double; text-align:center; font-style:normal; font-weight:bold; }
.depvarhead, .depvarheadnodv { text-align:center; border-bottom:1px solid; font-style:italic; }
.firsttablecol, .leftalign { text-align:left; }
.centeralign { text-align:center; }
.summary { padding-top:0.1cm; padding-bottom:0.1cm; }
.summarydata { text-align:left; }
.firstsumrow { border-top:1px solid; }
.randomparts { font-weight:bold; text-align:left; padding-top:.8em; }
.footnote { font-style:italic; border-top:double black; text-align:right; }"""


class Named(NamedTuple):
    """A number and what it is of: a grouping factor, or "" where R names none."""

    name: str
    value: float


@dataclass(frozen=True)
class RandomPart:
    """Variances of the random effects and correlations of slopes with intercepts, each named by its grouping factor."""

    residual: float
    intercepts: list[Named]
    slopes: list[Named]
    correlations: list[Named]


@dataclass(frozen=True)
class OneModel:
    """What the table says of one model below its coefficients; "" where nothing."""

    random: RandomPart | None
    icc: list[Named]
    groups: list[Named]


@dataclass(frozen=True, repr=False)
class ModelTable(Printed):
    """A table of models. `page_content` is R's HTML, `page_complete` a page of it; `as_data_frame()` its cells.

    frame: text, a row a coefficient; of_model: of each column but the first, the model, from 0
    statistics: the closing rows, each a name and a cell a model
    """

    frame: pd.DataFrame
    headings: list[str]
    of_model: list[int]
    responses: list[str]
    models: list[OneModel]
    statistics: list[tuple[str, list[str]]]
    title: str | None
    show_variances: bool
    digits_re: int
    thresholds: tuple[float, ...] | None = field(default=None)

    @property
    def page_content(self) -> str:
        """The table in HTML, as R's `$page.content`."""
        return content(self)

    @property
    def page_complete(self) -> str:
        """A whole page: what `file` is given."""
        return (f'<html>\n<head>\n<meta http-equiv="Content-type" content="text/html;charset=UTF-8">\n<style>\n{CSS}\n'
                f"</style>\n</head>\n<body>\n{self.page_content}</body>\n</html>\n")

    def as_data_frame(self) -> pd.DataFrame:
        """The coefficients' rows as plain text, the columns by R's headings, and of several models their numbers."""
        names = [name if len(self.models) == 1 or not i else f"{name} {self.of_model[i - 1] + 1}"
                 for i, name in enumerate(self.headings)]
        return self.frame.set_axis(names, axis=1).map(_plain)

    def __str__(self) -> str:
        return _text(self)


@as_html.register(ModelTable)
def _html(x: ModelTable) -> str:
    return x.page_content


def _plain(cell: str) -> str:
    """A cell without its tags."""
    text = re.sub(r"<[^>]+>", "", cell.replace("<br>", " "))
    for entity, sign in (("&nbsp;", " "), ("&ndash;", "–"), ("&#45;", "-"), ("&lt;", "<"), ("&sigma;", "σ"),
                         ("&tau;", "τ"), ("&rho;", "ρ")):
        text = text.replace(entity, sign)
    return text


def _text(x: ModelTable) -> str:
    """The table as plain text: R shows a page in its viewer instead."""
    lines = [re.findall(r"<t[dh]([^>]*)>(.*?)</t[dh]>", row, re.S) for row in x.page_content.split("<tr>")[1:]]
    rows = []
    for line in lines:
        cells: list[str] = []
        for attributes, cell in line:
            span = re.search(r'colspan="(\d+)"', attributes)
            cells += [_plain(cell), *[""] * (int(span[1]) - 1 if span else 0)]
        rows.append(cells)
    count = len(x.frame.columns)
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    table = [[*row, *[""] * count][:count] for row in rows]
    widths = [max(len(row[i]) for row in table if len(row[i]) and (i == 0 or sum(map(bool, row)) > 1)) if any(
        row[i] for row in table) else 0 for i in range(count)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                     for row in table)


def _row(cells: Sequence[str]) -> list[str]:
    return ["<tr>", *cells, "</tr>"]


def _spans(x: ModelTable) -> list[int]:
    return [len(x.frame.columns) - 1] if len(x.models) == 1 else [
        sum(of == i for of in x.of_model) for i in range(len(x.models))]  # fmt: skip


def content(x: ModelTable) -> str:
    """The table alone. R: page.content."""
    spans = _spans(x)
    lines = ["<table>", *([f"<caption>{x.title}</caption>"] if x.title is not None else [])]
    labelled = list(x.responses) != [""]
    if labelled:
        lines += _row([f'<th class="thead firsttablerow firsttablecol col1">{EMPTY}</th>',
                       *(f'<th colspan="{sum(of == i for of in x.of_model)}" class="thead firsttablerow">{label}</th>'
                         for i, label in enumerate(x.responses))])  # fmt: skip
    head = "depvarhead" if labelled else "depvarheadnodv"
    lines += _row([f'<td class="{head} firsttablerow{" firsttablecol" if not i else ""} col{i + 1}">{name}</td>'
                   for i, name in enumerate(x.headings)])
    for _, row in x.frame.iterrows():
        first, *rest = row
        lines += _row([f'<td class="tdata firsttablecol col1">{first}</td>',
                       *(f'<td class="tdata centeralign modelcolumn{of + 1} col{i}">{cell}</td>'
                         for i, (cell, of) in enumerate(zip(rest, x.of_model, strict=True), start=2))])
    lines += _random_part(x, spans)
    first = True
    for name, cells in x.statistics:
        mark = " firstsumrow" if first else ""
        lines += _row([f'<td class="tdata leftalign summary{mark}">{name}</td>',
                       *(_cell(cell, span, mark) for cell, span in zip(cells, spans, strict=True))])
        first = False
    if x.thresholds is not None:
        note = STARS.format(*map(format_number, x.thresholds))
        lines += _row([f'<td colspan="{len(x.frame.columns)}" class="footnote">{note}</td>'])
    return "\n".join([*lines, "", "</table>", ""])


def _cell(text: str, span: int, mark: str = "") -> str:
    return f'<td class="{SUMMARY}{mark}" colspan="{span}">{text}</td>'


def _random_part(x: ModelTable, spans: list[int]) -> list[str]:
    """The lines on random effects: R leaves the closing tags of their rows away, but for the first."""
    lines: list[str] = []
    effects = [m.random for m in x.models]
    if x.show_variances and any(effects):
        lines += _row([f'<td colspan="{len(x.frame.columns)}" class="randomparts">Random Effects</td>'])
        lines += ["", *_row(['<td class="tdata leftalign summary">&sigma;<sup>2</sup></td>', *(
            _cell(f"{one.residual:.{x.digits_re}f}" if one else EMPTY, span)
            for one, span in zip(effects, spans, strict=True))])]  # fmt: skip
        lines += _several(x, spans, "&tau;<sub>00</sub>", [one.intercepts if one else [] for one in effects])
        if any(one.slopes for one in effects if one):
            lines += _several(x, spans, "&tau;<sub>11</sub>", [one.slopes if one else [] for one in effects])
            lines += _several(x, spans, "&rho;<sub>01</sub>", [one.correlations if one else [] for one in effects])
    if any(m.icc for m in x.models):
        lines += _several(x, spans, "ICC", [m.icc for m in x.models])
    if any(m.groups for m in x.models):
        lines += _several(x, spans, "N", [m.groups for m in x.models])
    return lines


def _several(x: ModelTable, spans: list[int], label: str, values: list[list[Named]]) -> list[str]:
    """Values of random effects, a row each, named in the first column where there is one model, in each cell else.

    Where no model has any, R counts from 1 down to 0 and writes two empty rows.
    """
    alone = len(x.models) == 1
    many = max(map(len, values))
    lines = []
    for i in range(many) if many else (0, 0):
        first = values[0][i].name if i < len(values[0]) else ""
        head = f"{label} <sub>{first}</sub>" if alone and first else label if i == 0 else ""
        lines += ["", "<tr>", f'<td class="tdata leftalign summary">{head}</td>']
        for one, span in zip(values, spans, strict=True):
            cell = EMPTY
            if i < len(one) and not np.isnan(one[i].value):
                value = one[i].value
                cell = str(value) if isinstance(value, int) else f"{value:.{x.digits_re}f}"
                cell += f" <sub>{one[i].name}</sub>" if one[i].name and not alone else ""
            lines.append(_cell(cell, span))
    return lines
