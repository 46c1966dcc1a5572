"""Labelled values: one rule, the same in Python and in R (`r/flatten.R`), that turns an answer into `label -> scalar`.

    scalar x                 x                 named vector, Series     x[name]
    unnamed vector, array    x[1], x[2], ...   matrix, data frame       x[row, column]
    nested list, dict        x$name, x[[1]]    factor                   its text

A Series or frame with pandas' default index counts as unnamed, and an unnamed vector of one element is a scalar (R
knows no other). Missing values are the text "NA"; infinite ones "Inf" and "-Inf".
"""
from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

Scalar = float | int | str | bool
Values = dict[str, Scalar]


def flatten(answer: Mapping[str, Any]) -> Values:
    """The labelled values of a named answer, in its own order.

    Raises TypeError when `answer` is no mapping or an item cannot be labelled, ValueError when two values share a
    label.
    """
    if not isinstance(answer, Mapping):
        raise TypeError(f"a case returns a dict of labelled values, not {type(answer).__name__}")
    values: Values = {}
    for name, item in answer.items():
        for label, value in _labelled(str(name), item):
            if label in values:
                raise ValueError(f"two values are labelled {label}")
            values[label] = value
    return values


def scalar(value: Any) -> Scalar:
    """`value` as a JSON scalar: missing is "NA", not finite is text, numpy's types become Python's own."""
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if math.isnan(value):
            return "NA"
        return value if math.isfinite(value) else ("Inf" if value > 0 else "-Inf")
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return "NA"
    raise TypeError(f"cannot label a value of type {type(value).__name__}")


def item_of(label: str) -> str:
    """The item of the answer that a label belongs to: `ci` for `ci[sd_(Intercept)|Subject, 2.5 %]`."""
    item = label.split("[", 1)[0] or label
    return item.split("$", 1)[0] or item


def _labelled(name: str, item: Any) -> Iterator[tuple[str, Scalar]]:
    if isinstance(item, Mapping):
        for key, inner in item.items():
            yield from _labelled(f"{name}${key}", inner)
        return
    axes, cells = _axes(item)
    if axes is None and isinstance(item, (list, tuple)):
        for number, element in enumerate(item, 1):
            yield from _labelled(f"{name}[[{number}]]", element)
        return
    if axes is None or (len(axes) == 1 and not axes[0][1] and len(cells) == 1):
        labels = [name]
    else:
        labels = [f"{name}[{', '.join(label)}]" for label in product(*(along for along, _ in axes))]
    for label, cell in zip(labels, cells, strict=True):
        try:
            yield label, scalar(cell)
        except TypeError as error:
            raise TypeError(f"{label}: {error}") from None


def _axes(item: Any) -> tuple[list[tuple[list[str], bool]] | None, list[Any]]:
    """The labels along each axis with whether they were given, and the cells in row-major order; no axes for a scalar
    or a list of lists.
    """
    if hasattr(item, "columns"):
        rows = [list(row) for row in zip(*(item.iloc[:, j].tolist() for j in range(item.shape[1])), strict=True)]
        return [_index(item.index), _index(item.columns)], [cell for row in rows for cell in row]
    if hasattr(item, "iloc"):
        return [_index(item.index)], item.tolist()
    if hasattr(item, "tolist") and item.ndim > 0:
        return [_counted(extent) for extent in item.shape], list(_ravel(item.tolist(), item.ndim))
    if isinstance(item, (list, tuple)) and not any(_is_compound(element) for element in item):
        return [_counted(len(item))], list(item)
    return None, [item]


def _is_compound(item: Any) -> bool:
    return isinstance(item, (Mapping, list, tuple)) or getattr(item, "ndim", 0) > 0


def _counted(extent: int) -> tuple[list[str], bool]:
    return [str(number) for number in range(1, extent + 1)], False


def _index(index: Any) -> tuple[list[str], bool]:
    if type(index).__name__ == "RangeIndex" and index.start == 0 and index.step == 1:
        return _counted(len(index))
    return [":".join(map(str, key)) if isinstance(key, tuple) else str(key) for key in index], True


def _ravel(nested: Iterable[Any], depth: int) -> Iterator[Any]:
    for element in nested:
        if depth > 1:
            yield from _ravel(element, depth - 1)
        else:
            yield element
