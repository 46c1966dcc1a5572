"""Python values as R code: numbers by every bit, text escaped, factors with their levels."""
from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any


def r_literal(value: object) -> str:
    """R code whose value is a number, text, boolean, None (NA), a sequence of them, or a frame or mapping of columns.

    Whole Python numbers that R's integers can hold are integers there; doubles are written in hexadecimal, so that
    none of their bits is lost. Raises TypeError naming the type of what R has no literal for.
    """
    if isinstance(value, Mapping) or hasattr(value, "columns"):
        columns = ", ".join(f"`{key}` = {r_literal(value[key])}" for key in value)  # type: ignore[index, attr-defined]
        return f"data.frame({columns}, check.names = FALSE)"
    if hasattr(value, "cat"):
        codes = ", ".join("NA" if code < 0 else str(int(code) + 1) for code in value.cat.codes)
        levels = ", ".join(text(str(level)) for level in value.cat.categories)
        return f'structure(as.integer(c({codes})), levels = c({levels}), class = "factor")'
    single = isinstance(value, str) or not isinstance(value, Iterable) or getattr(value, "ndim", 1) == 0
    given: Iterable[Any] = [value] if single else value  # type: ignore[assignment]
    items = [item.item() if hasattr(item, "item") else item for item in given]
    whole = all(isinstance(item, int) and not isinstance(item, bool) and abs(item) < 2**31 for item in items)
    parts = [_one(item, whole) for item in items]
    return parts[0] if single else f"c({', '.join(parts)})" if parts else "numeric()"


def text(value: str) -> str:
    """R's literal of a text."""
    return json.dumps(value, ensure_ascii=False)


def _one(item: object, whole: bool) -> str:
    if item is None:
        return "NA"
    if isinstance(item, bool):
        return str(item).upper()
    if isinstance(item, str):
        return text(item)
    if isinstance(item, int) and whole:
        return f"{item}L"
    if isinstance(item, (int, float)):
        number = float(item)
        if math.isnan(number):
            return "NaN"
        return ("Inf" if number > 0 else "-Inf") if math.isinf(number) else number.hex()
    raise TypeError(f"R has no literal for a {type(item).__name__}")
