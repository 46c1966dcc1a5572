"""Factors as R makes them and asks about them, on pandas' Categorical."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from .evaluate import column
from .factors import Factor, make_factor


def factor(
    x: Any, levels: Sequence[Any] | None = None, labels: Sequence[Any] | None = None, ordered: bool | None = None
) -> Any:
    """`x` as a factor: a Categorical whose categories are R's levels, sorted unless `levels` gives them (R: factor).

    A Series comes back as a Series with its index. Levels are text, as R's are; those of text sort as R sorts them, a B
    c, or by code point after `options(collate="C")`.
    Raises `ValueError` when `labels` do not match the levels.
    """
    made = make_factor(as_vector(x), levels, labels, ordered)
    values = pd.Categorical.from_codes(made.codes, pd.Index(made.levels, dtype=object), made.ordered)
    return pd.Series(values, index=x.index, name=x.name) if isinstance(x, pd.Series) else values


def as_vector(x: Any) -> np.ndarray | Factor:
    """`x`, a Series, Categorical, array or list, as formulas see a column."""
    series = x if isinstance(x, pd.Series) else pd.Series(x)
    value: np.ndarray | Factor = column(pd.DataFrame({"x": series}), "x")
    return value


def is_factor(x: Any) -> bool:
    """Whether `x` is a factor (R: is.factor)."""
    return isinstance(getattr(x, "dtype", None), pd.CategoricalDtype)


def is_ordered(x: Any) -> bool:
    """Whether `x` is an ordered factor (R: is.ordered)."""
    return is_factor(x) and bool(x.dtype.ordered)


def levels(x: Any) -> list[str] | None:
    """The levels of a factor in their order, None for anything else (R: levels)."""
    return [str(level) for level in x.dtype.categories] if is_factor(x) else None
