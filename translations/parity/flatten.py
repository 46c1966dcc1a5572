"""Labelled values: one rule, the same in Python and in R (`r/flatten.R`), that turns an answer into `label -> scalar`.

    scalar x                 x                 named vector, Series     x[name]
    unnamed vector, array    x[1], x[2], ...   matrix, data frame       x[row, column]
    nested list, dict        x$name, x[[1]]    factor                   its text

A Series or frame with pandas' default index counts as unnamed, and an unnamed vector of one element is a scalar (R
knows no other). What is neither number, text nor boolean is told by a word:

    NA      missing: R's NA; pandas' NA and NaT, None among other values, and NaN in a Series or frame, where pandas has
            no other mark (`printing.NAN` is R's NaN there); `printing.NA` anywhere
    NaN     no number: R's NaN; NaN outside of pandas, and in a pandas column that has an NA of its own ("Float64")
    Inf     infinite, and -Inf
    NULL    nothing: R's NULL; None where a whole item stands
    empty   a vector, matrix, frame or list without elements

and text that reads as one of these words stands in quotes. Days are ISO text, 2020-01-31, and so are moments, in UTC,
2020-01-31T10:20:30.5Z, and spans, in seconds, PT90S; all to the microsecond. A moment at midnight is written as its
day, because pandas has one type for both; one without a time zone is taken to be in UTC.
"""
from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any

Scalar = float | int | str | bool
Values = dict[str, Scalar]


class Unlabelled(TypeError):
    """What a case returned has no labels."""


class TwiceLabelled(Unlabelled, ValueError):
    """Two values that a case returned have one label."""


class Labelled(dict[str, Scalar]):
    """Values that bear their labels already, such as R's: `flatten` leaves them as they are."""


_INSTEAD = {  # what to return for what is no labelled value; r/flatten.R says the same of R's
    "complex": 'return its parts, {"re": z.real, "im": z.imag}',
    "bytes": "return its bytes as numbers, list(x)",
    "bytearray": "return its bytes as numbers, list(x)",
    "range": "return a list of it, list(x)",
    "generator": "return a list of it, list(x)",
    "function": "return what it gives, such as f(1)",
    "set": "return it in order, sorted(x)",
    "frozenset": "return it in order, sorted(x)",
    "Period": "return its day, x.to_timestamp()",
    "Interval": "return its ends, [x.left, x.right]",
    "LinearMixedModel": "return numbers of it, such as r.fixef(model)",
}
_ENDING = {"NoneType": '; end it with return {"mean": x}', "coroutine": "; write def, not async def",
           "generator": "; write return, not yield"}
FIELDS = 'return its fields, such as {"n": x.n}'
_RESERVED = re.compile(r'"*(NA|NaN|-?Inf|NULL|empty)"*')


def flatten(answer: Mapping[str, Any]) -> Values:
    """The labelled values of a named answer, in its own order; those of `Labelled` as they are.

    Raises TypeError when `answer` is no mapping or an item cannot be labelled, ValueError when two values share a
    label.
    """
    if isinstance(answer, Labelled):
        return answer
    if not isinstance(answer, Mapping):
        kind = type(answer).__name__
        if kind == "coroutine":
            answer.close()  # type: ignore[attr-defined]  # one that is left warns of itself
        raise Unlabelled(f"a case returns a dict of labelled values, not {kind}{_ENDING.get(kind, '')}")
    values: Values = {}
    for name, item in answer.items():
        for label, value in _labelled(str(name), item):
            if label in values:
                raise TwiceLabelled(f"two values are labelled {label}")
            values[label] = value
    return values


def scalar(value: Any, missing: str = "NaN") -> Scalar:
    """`value` as a JSON scalar: numpy's types become Python's own, times ISO text, and `missing` is what NaN means.

    Raises TypeError naming the type of what is no scalar.
    """
    if type(value).__name__ in ("NAType", "NaTType") or value is None:
        return "NA"
    if getattr(getattr(value, "dtype", None), "kind", "") in ("m", "M") and not hasattr(value, "isoformat"):
        value = _times(value)
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return f'"{value}"' if _RESERVED.fullmatch(value) else value
    if isinstance(value, float):
        if math.isnan(value):
            # R marks its NA by the low word 1954 of a NaN; ours marks R's NaN in pandas objects by 2.
            low = struct.unpack("<Q", struct.pack("<d", value))[0] & 0xFFFFFFFF
            return {1954: "NA", 2: "NaN"}.get(low, missing)
        return value if math.isfinite(value) else ("Inf" if value > 0 else "-Inf")
    if isinstance(value, (date, timedelta)):
        return _time(value)
    return "NA" if value is None else _refused(value)


def _refused(value: Any) -> Scalar:
    kind = type(value).__name__
    hint = _INSTEAD.get(kind) or (_INSTEAD["function"] if callable(value) else FIELDS)
    raise Unlabelled(f"cannot label a value of type {kind}; {hint}")


def _times(value: Any) -> Any:
    """numpy's times, to the nearest microsecond, as those of Python; NaT is None."""
    import numpy as np

    kind = "timedelta64" if value.dtype.kind == "m" else "datetime64"
    fine = np.datetime_data(value.dtype)[0] in ("ns", "ps", "fs", "as")
    nearest = value + np.timedelta64(500, "ns") if fine else value
    return nearest.astype(f"{kind}[us]")


def _time(value: Any) -> str:
    """ISO text of a day, a moment or a span."""
    if hasattr(value, "nanosecond") or hasattr(value, "nanoseconds"):
        value = value.round("us")  # pandas'
    if isinstance(value, timedelta):
        micro = abs(value) // timedelta(microseconds=1)
        sign = "-" if value < timedelta(0) and micro else ""
        return f"{sign}PT{micro // 10**6}{_fraction(micro % 10**6)}S"
    if not isinstance(value, datetime):
        return str(value.isoformat())
    moment = value.astimezone(UTC) if value.tzinfo else value
    if moment.time() == time():
        return str(moment.date().isoformat())
    return f"{moment:%Y-%m-%dT%H:%M:%S}{_fraction(moment.microsecond)}Z"


def _fraction(micro: int) -> str:
    return f".{micro:06d}".rstrip("0").rstrip(".")


def item_of(label: str) -> str:
    """The item of the answer that a label belongs to: `ci` for `ci[sd_(Intercept)|Subject, 2.5 %]`."""
    item = label.split("[", 1)[0] or label
    return item.split("$", 1)[0] or item


def _labelled(name: str, item: Any) -> Iterator[tuple[str, Scalar]]:
    if item is None:
        yield name, "NULL"
        return
    if isinstance(item, Mapping):
        if not item:
            yield name, "empty"
        for key, inner in item.items():
            yield from _labelled(f"{name}${key}", inner)
        return
    axes, cells = _axes(item)
    if axes is None and isinstance(item, (list, tuple)):
        for number, element in enumerate(item, 1):
            yield from _labelled(f"{name}[[{number}]]", element)
        return
    if not cells:
        yield name, "empty"
        return
    if axes is None or (len(axes) == 1 and not axes[0][1] and len(cells) == 1):
        labels = [name]
    else:
        labels = [f"{name}[{', '.join(label)}]" for label in product(*(along for along, _ in axes))]
    for label, (cell, missing) in zip(labels, cells, strict=True):
        try:
            yield label, scalar(cell, missing)
        except TypeError as error:
            raise Unlabelled(f"{label}: {error}") from None


def _axes(item: Any) -> tuple[list[tuple[list[str], bool]] | None, list[tuple[Any, str]]]:
    """The labels along each axis with whether they were given, and the cells in row-major order, each with what NaN
    means in it; no axes for a scalar or a list of lists.
    """
    if hasattr(item, "columns"):
        rows = zip(*(_of_pandas(item.iloc[:, j]) for j in range(item.shape[1])), strict=True)
        return [_index(item.index), _index(item.columns)], [cell for row in rows for cell in row]
    if hasattr(item, "iloc"):
        return [_index(item.index)], _of_pandas(item)
    if hasattr(item, "tolist") and item.ndim > 0:
        if hasattr(item, "isna"):  # pandas' Categorical, Index and arrays
            return [_counted(len(item))], _of_pandas(item)
        item = _times(item) if item.dtype.kind in "mM" else item
        return [_counted(extent) for extent in item.shape], [(x, "NaN") for x in _ravel(item.tolist(), item.ndim)]
    if isinstance(item, (list, tuple)) and not any(_is_compound(element) for element in item):
        return [_counted(len(item))], [(element, "NaN") for element in item]
    return None, [(item, "NaN")]


def _of_pandas(column: Any) -> list[tuple[Any, str]]:
    """The elements of a Series or array of pandas, and what NaN means in it."""
    has_its_own = type(getattr(column.dtype, "na_value", None)).__name__ == "NAType"
    return [(element, "NaN" if has_its_own else "NA") for element in column.tolist()]


def _is_compound(item: Any) -> bool:
    return isinstance(item, (Mapping, list, tuple)) or getattr(item, "ndim", 0) > 0


def _counted(extent: int) -> tuple[list[str], bool]:
    return [str(number) for number in range(1, extent + 1)], False


def _index(index: Any) -> tuple[list[str], bool]:
    if type(index).__name__ == "RangeIndex" and index.start == 0 and index.step == 1:
        return _counted(len(index))
    return [":".join(map(_name, key)) if isinstance(key, tuple) else _name(key) for key in index], True


def _name(key: Any) -> str:
    return _time(key) if isinstance(key, (date, timedelta)) and key == key else str(key)


def _ravel(nested: Iterable[Any], depth: int) -> Iterator[Any]:
    for element in nested:
        if depth > 1:
            yield from _ravel(element, depth - 1)
        else:
            yield element
