"""Data frames as dplyr and base R summarize them: `count()`, and `summary()` of frames and vectors."""
from __future__ import annotations

from typing import Any

import pandas as pd

from .arguments import as_labels
from .formulas.frame import as_frame
from .language.collation import collated
from .language.interchange import given_back


def count(data: pd.DataFrame, *columns: str, sort: bool = False, name: str = "n") -> pd.DataFrame:
    """How many rows there are of each combination of columns that occurs. R: dplyr::count.

    data: a frame. columns: their names. sort: the largest counts first, else in the combinations' order. name: the new
    column.

    Returns a frame of the same library (polars, ...), a row a combination; missing values are a group of their own, the
    last.

    Raises KeyError for a column that is not there, ValueError when `name` is one of `columns`.

    >>> r.count(r.cake(), "recipe")
      recipe   n
    0      A  90
    1      B  90
    2      C  90
    """
    given, data = data, as_frame(data)
    as_labels(columns, "columns")
    twice = [column for column in columns if (data.columns == column).sum() > 1]
    if twice:
        raise ValueError(f"the data has several columns called {', '.join(map(repr, twice))}")
    absent = [column for column in columns if column not in data.columns]
    if absent:
        raise KeyError(f"no column {', '.join(map(repr, absent))}; there are {', '.join(map(str, data.columns))}")
    if name in columns:
        raise ValueError(f"the counts cannot be called {name!r}, which is a column counted by: give another name")
    if not columns:
        return given_back(pd.DataFrame({name: [len(data)]}), given)
    keys = {column: _in_order(data[column]) for column in columns}
    groups = data.assign(**keys).groupby(list(columns), observed=True, dropna=False, sort=True)
    counts: pd.DataFrame = groups.size().reset_index(name=name)
    for column in columns:
        if keys[column] is not data[column]:
            counts[column] = counts[column].astype(data[column].dtype)
    if sort:
        counts = counts.sort_values(name, ascending=False, kind="stable", ignore_index=True)
    return given_back(counts, given)


def _in_order(column: pd.Series) -> pd.Series:
    """`column`, as a Categorical in R's order where it is text."""
    if isinstance(column.dtype, pd.CategoricalDtype) or pd.api.types.infer_dtype(column, skipna=True) != "string":
        return column
    return column.astype(pd.CategoricalDtype(collated(column.dropna().unique())))


def summary_of_frame(df: pd.DataFrame, maxsum: int = 7, digits: int = 4) -> Any:
    """Quartiles of each numeric column, of dates and of times, counts of each factor's levels; `str()` is R's text (R:
    summary.data.frame). Raises ValueError for times of a zone whose clocks may change.
    """
    from translations.printing.frames import summary_frame

    names = df.columns if df.columns.is_unique else ()
    dates = {name: _times(f"column {name!r}", df[name]) for name in names if df[name].dtype.kind in "OM"}
    times = df.copy(deep=False)
    for name, column in dates.items():
        times[name] = column
    return summary_frame(times, maxsum, digits)


def _times(what: str, x: pd.Series) -> pd.Series:
    """`x`, Python's own dates as pandas' times. Raises ValueError for a time zone other than UTC."""
    if (zone := str(getattr(x.dtype, "tz", None) or "UTC")) != "UTC":
        raise ValueError(f"{what} has the time zone {zone}: summarize it in UTC, by dt.tz_convert('UTC')")
    return pd.to_datetime(x) if x.dtype.kind == "O" and pd.api.types.infer_dtype(x, skipna=True) == "date" else x


def summary_of_series(x: pd.Series) -> Any:
    """Quartiles, extremes and mean of numbers, dates and times, or counts of a factor's levels and of truth values (R:
    summary.default, .Date, .POSIXct, .factor, .logical). Raises ValueError for times of a zone whose clocks may change.
    """
    if isinstance(x.dtype, pd.CategoricalDtype):
        from translations.printing import Vector
        from translations.printing.style import wording

        missing = int(x.isna().sum())
        counts = x.value_counts(sort=False)
        return Vector([*counts, missing], index=[*counts.index, wording().missing]) if missing else Vector(counts)
    from translations.printing.frames import summary_of

    return summary_of(_times("the series", x))
