"""Arrays whose dimensions have names, as R's console prints them. R: print.default of an array with named dimnames."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from . import layout
from .dispatch import render
from .objects import Vector
from .style import Style
from .text import width
from .values import as_values

LEAST = 2  # blanks before the names of rows, whose dimension's name is no longer than they are


def array_lines(values: np.ndarray, names: Mapping[str, Sequence[str]], style: Style) -> list[str]:
    """An array of numbers with one or more dimensions; names: of each dimension, by its own, those of its positions."""
    (first, rows), *rest = names.items()
    if not rest:
        return [first, *render(Vector(values, index=list(rows)), style)]
    if len(rest) == 1:
        return _matrix_lines(values, first, list(rows), rest[0][0], list(rest[0][1]), style)
    (second, columns), *outer = rest
    lines: list[str] = []
    for at in np.ndindex(*(len(own) for _, own in reversed(outer))):
        place = at[::-1]
        shown = ", ".join(f"{name} = {own[where]}" for (name, own), where in zip(outer, place, strict=True))
        part = values[(slice(None), slice(None), *place)]
        inner = _matrix_lines(part, first, list(rows), second, list(columns), style)
        lines += [f", , {shown}", "", *inner, ""]
    return lines


def _matrix_lines(values: np.ndarray, first: str, rows: list[str], second: str, columns: list[str], style: Style
                  ) -> list[str]:
    widest = max(map(width, rows), default=0)
    before = LEAST if width(first) < widest + LEAST else width(first) - widest
    labels = [" " * before + one.ljust(widest) for one in rows]
    label = before + widest
    cells = [as_values(pd.Series(column)) for column in values.T]
    lines = layout.matrix(cells, style, labels, columns)
    out: list[str] = []
    for at in range(0, len(lines), len(rows) + 1):
        head, *body = lines[at : at + len(rows) + 1]
        out += [" " * label + second, first.ljust(label) + head[label:], *body]
    return out
