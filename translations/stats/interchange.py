"""Data frames of other libraries (Polars, Arrow, and whatever narwhals knows) as pandas' own, column by column."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def to_pandas(data: Any, column: bool = False) -> Any:
    """`data` as a DataFrame with rows 0, 1, ..., with `column` also a column as a Series; None where narwhals does not
    know it as such.

    A missing number is NaN. A Categorical has no order of its own and is text, whose levels are in R's order when a
    model makes a factor of it; an Enum keeps its categories in their order. Dates and times stay such.
    Raises `ValueError` for a frame that is not computed yet, or naming a column of lists or records.
    """
    import narwhals as nw

    frame = nw.from_native(data, pass_through=True, allow_series=True)
    if column and isinstance(frame, nw.Series):
        return pd.Series(_column(frame, frame.name), name=frame.name or None)
    if isinstance(frame, nw.LazyFrame):
        raise ValueError("data must be computed before it is modelled: collect() the lazy frame")
    if not isinstance(frame, nw.DataFrame):
        return None
    return pd.DataFrame({name: _column(frame[name], name) for name in frame.columns}, index=range(len(frame)))


def _column(column: Any, name: str) -> Any:
    import narwhals as nw

    dtype = column.dtype
    if isinstance(dtype, nw.List | nw.Array | nw.Struct | nw.Object | nw.Binary):
        raise ValueError(f"column {name!r} has type {dtype}: make it a number, text, or a factor")
    values = column.to_list()
    if dtype.is_numeric():
        whole = dtype.is_integer() and None not in values
        return np.array(values if whole else [np.nan if one is None else float(one) for one in values],
                        dtype=np.int64 if whole else float)
    if isinstance(dtype, nw.Enum):
        return pd.Categorical(values, categories=list(dtype.categories))
    if isinstance(dtype, nw.Datetime):
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object)))
    if isinstance(dtype, nw.Duration):
        return pd.Series(pd.to_timedelta(pd.Series(values, dtype=object)))
    return pd.Series(values, dtype=object)  # text, logicals, dates
