"""How values of Python and pandas print: scalars, lists, arrays, Series, frames, dicts."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import frames, layout
from .dispatch import render
from .objects import Matrix, Vector
from .style import Style
from .text import quoted
from .values import Values, as_values


@render.register(object)
def _anything(x: Any, style: Style) -> list[str]:
    if x is None:
        return ["NULL"]
    if np.isscalar(x) or x is pd.NA:
        return _vector(as_values(x), style)
    if own_text(x):
        return str(x).split("\n")
    raise ValueError(f"the console cannot print an object of class {type(x).__name__!r}")


def own_text(x: Any) -> bool:
    """Whether x is of a class here whose text is its own, and that is not registered."""
    return type(x).__module__.startswith("translations.") and "__str__" in vars(type(x))


def _vector(v: Values, style: Style, names: list[str | None] | None = None) -> list[str]:
    if v.kind == "factor":
        return frames.factor(v, style)
    return layout.vector(v, style, names, '"')


@render.register(list)
@render.register(tuple)
@render.register(pd.Index)
@render.register(pd.api.extensions.ExtensionArray)
@render.register(Values)
def _(x: Any, style: Style) -> list[str]:
    return _vector(as_values(x), style)


@render.register
def _(x: np.ndarray, style: Style) -> list[str]:
    if x.ndim < 2:
        return _vector(as_values(x), style)
    if x.ndim > 2:
        raise ValueError(f"the console prints vectors and matrices, not arrays of {x.ndim} dimensions")
    return _matrix([as_values(x[:, j]) for j in range(x.shape[1])], style, None, None, x.shape[0])


def _matrix(columns: list[Values], style: Style, rows: layout.Names | None, heads: layout.Names | None,
            n: int) -> list[str]:
    return layout.matrix(columns, style, rows, heads, '"', nrow=n)


def _labels(index: pd.Index) -> list[str | None] | None:
    """The labels of an index; None for the default one, which stands for no names."""
    if isinstance(index, pd.RangeIndex):
        return None
    return frames.row_names(index)


@render.register
def _(x: pd.Series, style: Style) -> list[str]:
    return _vector(as_values(x), style, _labels(x.index))


@render.register
def _(x: Vector, style: Style) -> list[str]:
    bare = x.of_diagonal and not style.wording.named_diag
    lines = _vector(as_values(pd.Series(x)), style, None if bare else _labels(x.index))
    return lines if x.attribute is None else [*lines, f'attr(,"{x.attribute[0]}")', *render(x.attribute[1], style)]


@render.register
def _(x: pd.DataFrame, style: Style) -> list[str]:
    if own_text(x):
        return str(x).split("\n")
    return frames.data_frame(x, style)


@render.register
def _(x: Matrix, style: Style) -> list[str]:
    columns = [as_values(x.iloc[:, j]) for j in range(x.shape[1])]
    if any(v.kind == "double" for v in columns):        # a matrix has one type
        columns = [as_values(v.data.astype(float)) if v.kind == "integer" else v for v in columns]
    whole = x.r_class and x.index.equals(x.columns)              # a part of such a matrix is another class
    head = [f'{len(x)} x {len(columns)} Matrix of class "{x.r_class}"'] if whole else []
    return head + _matrix(columns, style, _labels(x.index), _labels(x.columns), len(x))


@render.register
def _(x: dict, style: Style) -> list[str]:
    return named_list(x, style)


def named_list(x: dict[str, Any], style: Style, prefix: str = "") -> list[str]:
    """A named list: $name, the element, an empty line; names that are no R names in backquotes."""
    if not x:
        return ["list()"]
    lines = []
    for name, element in x.items():
        tag = f"{prefix}${quoted(str(name))}"
        lines += [tag, *(named_list(element, style, tag) if isinstance(element, dict) else render(element, style)), ""]
    return lines


@render.register
def _(x: frames.SummaryFrame, style: Style) -> list[str]:
    return frames.summary_frame_lines(x, style)


@render.register
def _(x: frames.SummaryTexts, style: Style) -> list[str]:
    return frames.summary_texts_lines(x, style)


@render.register
def _(x: frames.SummaryVector, style: Style) -> list[str]:
    return frames.summary_vector_lines(x, style)
