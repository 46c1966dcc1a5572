"""R's text of emmeans' tables and grids, as each release prints it. R: print.summary_emm, str.emmGrid."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from translations.printing import html
from translations.printing.dispatch import as_html, render
from translations.printing.layout import text_matrix
from translations.printing.numbers import format_numbers, from_pandas
from translations.printing.rounding import round_half_even, signif, zapsmall
from translations.printing.style import Style
from translations.printing.text import width
from translations.settings import option, since
from translations.stats import generics

from .grid import EmmGrid, Level, level_text
from .nesting import nests_text, union
from .table import EmmSummary

Floats = np.ndarray
STATISTICS = ("t.ratio", "z.ratio", "F.ratio", "T.square")
P_DIGITS = 4


@render.register(EmmSummary)
def _lines(table: EmmSummary, style: Style) -> list[str]:
    bare, cells, numeric = _cells(table)
    names = [name for name in cells if name not in table.by]
    heads = [name if numeric[name] else name.ljust(width(cells[name][0]) if cells[name] else 0) for name in names]
    lines: list[str] = []
    for group, rows in _groups(table, bare):
        block = np.array([[cells[name][row] for name in names] for row in rows], dtype=object).reshape(len(rows), -1)
        if table.by:
            lines.append(f"{group}:")
        lines += [*text_matrix(block, style, [""] * len(rows), heads, right_justify=True), ""]
    return [*lines, *(f"{line} " for note in table.notes for line in [note])]


@as_html.register(EmmSummary)
def table_html(table: EmmSummary) -> str:
    """What a notebook shows: the numbers as R prints them, a table for each combination of the by-variables."""
    texts = _cells(table)[0]
    frame = pd.DataFrame({name: cells for name, cells in texts.items() if name not in table.by})
    parts = [html.table(frame.iloc[rows], group, rows=False) for group, rows in _groups(table, texts)]
    return html.page("", parts, table.notes)


def _groups(table: EmmSummary, texts: dict[str, list[str]]) -> list[tuple[str, list[int]]]:
    """The printed parts of a table, each with its heading and its rows: in the order of the by-variables' levels."""
    if not table.by:
        return [("", list(range(len(table))))]
    keys = []
    for name in table.by:
        column = table[name]
        keys.append(column.cat.codes.to_numpy() if isinstance(column.dtype, pd.CategoricalDtype) else column.to_numpy())
    out: dict[tuple[Any, ...], list[int]] = {}
    for row in np.lexsort(keys).tolist():
        out.setdefault(tuple(key[row] for key in keys), []).append(row)
    return [(", ".join(f"{name} = {texts[name][rows[0]]}" for name in table.by), rows) for rows in out.values()]


def _cells(table: EmmSummary) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, bool]]:
    """Each column's texts, the same in one width with its name, and whether it holds numbers. R: print.summary_emm."""
    numeric = {str(name): pd.api.types.is_numeric_dtype(own.dtype) and not pd.api.types.is_bool_dtype(own.dtype)
               for name, own in table.items()}
    values: dict[str, Any] = {str(name): _zapped(own) if numeric[str(name)] else [_word(one) for one in own.tolist()]
                              for name, own in table.items()}
    if "df" in values:
        values["df"] = round_half_even(values["df"], 2)
    estimate = values[table.estimate]
    digits = None
    if "SE" in values:
        values["SE"] = signif(values["SE"], 3) if since("1.1-37") else values["SE"]
        spread = estimate[:, None] + values["SE"][:, None] * np.array([-2.0, 0.0, 2.0])
        digits = max((_digits(row) for row in spread), default=3)
    for name in STATISTICS:
        if name in values:
            values[name] = format_numbers(round_half_even(values[name], 3), nsmall=3, scipen=9999)
    if "p.value" in values:
        values["p.value"] = _p_texts(values["p.value"])
    if numeric[table.estimate] and not isinstance(values[table.estimate], list) and np.isnan(estimate).any():
        shown = zip(format_numbers(estimate, digits), np.isnan(estimate), strict=True)
        values[table.estimate] = ["nonEst" if gone else one for one, gone in shown]
    bare, cells = {}, {}
    for name, own in values.items():
        texts = own if isinstance(own, list) else format_numbers(own, digits)
        if pd.api.types.is_bool_dtype(table[name].dtype):
            texts = [one.rjust(max(map(width, texts))) for one in texts]
        bare[name] = texts
        wide = max(map(width, [name, *texts]))
        cells[name] = [" " * (wide - width(one)) + one if numeric[name] else one + " " * (wide - width(one))
                       for one in texts]
    return bare, cells, numeric


def _zapped(column: pd.Series) -> Floats:
    return from_pandas(zapsmall(column.to_numpy(dtype=float), option("digits")))


def _word(value: Any) -> str:
    if value is True or value is False:
        return "TRUE" if value else "FALSE"
    return "NA" if value is None or value != value else str(value)


def _p_texts(p: Floats) -> list[str]:
    texts = format_numbers(round_half_even(p, P_DIGITS), nsmall=P_DIGITS, scipen=9999)
    if since("2.1"):
        return ["NA" if np.isnan(one) else "<0.0001" if one < 10.0**-P_DIGITS else text
                for one, text in zip(p.tolist(), texts, strict=True)]
    return ["<.0001" if text == "0.0000" else text for text in texts]


def _digits(x: Floats) -> int:
    """Significant digits that tell the ends of an interval of two standard errors apart. R: emmeans:::.opt.dig."""
    if np.isnan(x).any():
        return 3
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = np.array([x.min(), x.max()]) / np.abs(x).max()
        gap = zapsmall(np.array([high - low, low, high]), 8)[0]
        needed = np.rint(1.51 - np.log10(gap))
    return 3 if not np.isfinite(needed) else max(3, int(needed))


@render.register(EmmGrid)
def _grid_lines(e: EmmGrid, style: Style) -> list[str]:
    """The variables of a reference grid and their values, or the table of estimates. R: print.emmGrid, str.emmGrid."""
    if not e.is_grid:
        return render(generics.summary(e), style)
    lines = ["'emmGrid' object with variables:"]
    for name in union(e.basis.data, e.levels):
        lines.append(f"    {name} = " + (_values(e.levels[name]) if name in e.levels else
                                         "(predicted by other variables)"))
    if e.nesting:
        lines.append(f"Nesting structure:  {nests_text(e.nesting)}")
    if e.transformation is not None:
        lines.append(f"Transformation: “{e.transformation.text}” ")
    if e.basis.null is not None:
        lines.append(f"Some things are non-estimable (null space dim = {e.basis.null.shape[1]})")
    return lines


def _values(levels: tuple[Level, ...]) -> str:
    shown = [*levels[:9], "...", levels[-1]] if len(levels) > 9 else list(levels)
    if all(isinstance(one, float) for one in shown):
        return ", ".join(text.strip() for text in format_numbers([float(one) for one in shown], 5))
    texts = [level_text(one) for one in shown]
    wide = max(map(len, texts)) if any(isinstance(one, bool) for one in shown) else 0
    return ", ".join(text.rjust(wide) for text in texts)
