"""Factors as R makes them and asks about them, on pandas' Categorical."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, overload

import numpy as np
import pandas as pd

from .evaluate import column
from .factors import Factor, make_factor


@overload
def factor(x: pd.Series, levels: Sequence[Any] | None = ...,  # type: ignore[overload-overlap]
           labels: Sequence[Any] | None = ..., ordered: bool | None = ...) -> pd.Series: ...
@overload
def factor(x: Iterable[Any], levels: Sequence[Any] | None = ..., labels: Sequence[Any] | None = ...,
           ordered: bool | None = ...) -> pd.Categorical: ...
def factor(
    x: Any, levels: Sequence[Any] | None = None, labels: Sequence[Any] | None = None, ordered: bool | None = None
) -> pd.Categorical | pd.Series:
    """Values as a factor. R: base::factor.

    x: values, (n,). levels: in their order; by default the values, sorted: text as R sorts it, a B c, or by code point
    after `options(collate="C")`. labels: other names for the levels. ordered: whether their order means something;
    None: as in `x`.

    Returns a Categorical whose categories are R's levels, as text; of a Series a Series with its index.

    Raises ValueError when `labels` do not match the levels.

    >>> list(r.factor(["b", "a", "b"]).categories)
    ['a', 'b']
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
    """Whether something is a factor. R: base::is.factor.

    x: anything.

    Returns True for a Categorical, or a Series of one.

    >>> r.is_factor(r.sleepstudy()["Subject"])
    True
    """
    return isinstance(getattr(x, "dtype", None), pd.CategoricalDtype)


def is_ordered(x: Any) -> bool:
    """Whether something is an ordered factor. R: base::is.ordered.

    x: anything.

    Returns True for an ordered Categorical, or a Series of one.

    >>> r.is_ordered(r.cake()["temperature"])
    True
    """
    return is_factor(x) and bool(x.dtype.ordered)


def levels(x: Any) -> list[str] | None:
    """The levels of a factor in their order. R: base::levels.

    x: anything.

    Returns a list of texts; None for what is no factor.

    >>> r.levels(r.cake()["recipe"])
    ['A', 'B', 'C']
    """
    return [str(level) for level in x.dtype.categories] if is_factor(x) else None
