"""Vectors and matrices as R lays them out. Every function returns the lines that R would print.

Source of the layout: src/main/printvector.c and src/main/printarray.c.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .style import Style
from .text import encode, left, right, width
from .values import Values, encode_values

Names = Sequence[str | None]

_EMPTY = {"double": "numeric(0)", "integer": "integer(0)", "logical": "logical(0)"}


def vector(v: Values, style: Style, names: Names | None = None, quote: str = "", gap: int = 1) -> list[str]:
    """A vector: with [1], [k] at the lines' beginnings, or under its names."""
    n = len(v)
    if not n:
        return [("named " if names is not None else "") + _EMPTY.get(v.kind, "character(0)")]
    shown = n if n <= style.max_print + 1 else style.max_print
    cells = encode_values(v[:shown], style.digits, style.scipen, quote)
    lines = _indexed(cells, v.numeric, style.width, gap) if names is None else \
        _named(cells, [encode(name) for name in names[:shown]], style.width, gap)
    if omitted := n - shown:
        lines.append(f" [ reached {style.wording.omitted} -- omitted {omitted} entries ]")
    return lines


def _indexed(cells: list[str], numeric: bool, columns: int, gap: int) -> list[str]:
    n, widths = len(cells), [width(c) for c in cells]
    cell, label = max(widths) + gap, len(str(n)) + 2
    per_line = max(1, (columns - label) // cell)
    blanks = " " * gap
    if numeric:
        padded = [" " * (cell - w) + c for c, w in zip(cells, widths, strict=True)]
    else:
        padded = [blanks + c + " " * (cell - gap - w) for c, w in zip(cells, widths, strict=True)]
    return [f"[{i + 1}]".rjust(label) + "".join(padded[i:i + per_line]) for i in range(0, n, per_line)]


def _named(cells: list[str], names: list[str], columns: int, gap: int) -> list[str]:
    cell = max(max(map(width, cells)), max(map(width, names)))
    per_line = max(1, columns // (cell + gap))
    blanks = " " * gap
    lines = []
    for i in range(0, len(cells), per_line):
        for row in (names, cells):
            lines.append("".join(right(text, cell) + blanks for text in row[i:i + per_line]))
    return lines


def matrix(columns: Sequence[Values], style: Style, rows: Names | None, heads: Names | None, quote: str = "",
           right_justify: bool = False, nrow: int = 0) -> list[str]:
    """A matrix given by its columns, under `heads` and beside `rows` (None: [,1] and [1,]), wrapped by columns.

    Numbers are formatted column by column. Text is left-justified under left-justified heads unless `right_justify`.
    `nrow` counts the rows where there is no column. ValueError when there are not as many heads as columns.
    """
    r, c = len(columns[0]) if columns else nrow, len(columns)
    if not r and not c:
        return ["<0 x 0 matrix>"]
    shown = min(r, style.max_print // c) if c else r
    rows = rows if rows or not c else None  # without rows R leaves the width of numbers
    text = bool(columns) and not columns[0].numeric
    labels = [f"[{i + 1},]" for i in range(r)] if rows is None else [encode(name) for name in rows]
    label_width = len(str(r + 1)) + 3 if rows is None else max(map(width, labels), default=0)
    place: Callable[[str, int], str] = right if rows is None else left
    titles = [f"[,{j + 1}]" for j in range(c)] if heads is None else [encode(name) for name in heads]
    at_right = not text or right_justify
    blocks = []
    for values, title in zip(columns, titles, strict=True):
        cells = encode_values(values, style.digits, style.scipen, quote)
        extent = max(map(width, [title, *cells]))
        justify = right if at_right else left
        head = left(title, extent) if text and heads is None else justify(title, extent)
        blocks.append([head, *(justify(cell, extent) for cell in cells)])
    labels = [place(label, label_width) for label in labels[:shown]]
    lines = []
    for first, last in _wrapped([width(b[0]) + 1 for b in blocks], label_width, style.width):
        for i, label in enumerate([" " * label_width, *labels]):
            lines.append(label + "".join(" " + block[i] for block in blocks[first:last]))
    if not c:
        lines = [" " * label_width, *labels]
    if omitted := r - shown:
        lines.append(f" [ reached {style.wording.omitted} -- omitted {omitted} row{'s' * (omitted > 1)} ]")
    return lines


def _wrapped(widths: list[int], label: int, columns: int) -> list[tuple[int, int]]:
    """Ranges of the columns that fit beside the row labels, at least one a block."""
    blocks, first, used = [], 0, label
    for j, w in enumerate(widths):
        if j > first and used + w >= columns:
            blocks.append((first, j))
            first, used = j, label
        used += w
    return [*blocks, (first, len(widths))] if widths else []


def text_matrix(cells: np.ndarray, style: Style, rows: Names | None, heads: Names | None,
                right_justify: bool = False) -> list[str]:
    """A matrix of ready texts, shape (r, c)."""
    r, c = cells.shape
    columns = [Values("character", cells[:, j].astype(object), np.zeros(r, bool)) for j in range(c)]
    return matrix(columns, style, rows, heads, right_justify=right_justify, nrow=r)
