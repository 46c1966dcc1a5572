"""Data frames of other libraries (Polars, Arrow, and whatever narwhals knows) as pandas' own, column by column, and the
way back.
"""
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


LABELS = ".rownames"  # R's row names, where a frame has no index; as broom calls them


def to_native(x: Any, like: Any = None) -> Any:
    """A result as a frame, or a column, of polars, pyarrow, or whatever else narwhals makes. R has no such function.

    x: a result with labels: a frame or matrix, a named vector, what has `as_data_frame()` (`ranef`, `VarCorr`,
    `emmeans`, profiles), or a mapping of such. like: a frame of that library, a model that was fitted to one, or the
    library's name, "polars", "pyarrow", "pandas".

    Returns a frame whose column ".rownames" holds the rows' labels where there are some; of one value a row of the data
    (`fitted`, `residuals`, `predict`) a column; of a mapping a dict of these. Factors become categories, NaN stays NaN.

    Raises ValueError for what is no such result, and for a library that narwhals has not or that is not installed.

    >>> import polars
    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", polars.from_pandas(r.sleepstudy()))
    >>> r.to_native(r.VarCorr(model), model).columns
    ['grp', 'var1', 'var2', 'vcov', 'sdcor']
    >>> model.data.with_columns(fit=r.to_native(r.fitted(model), model)).shape
    (180, 4)
    """
    backend = _backend(x if like is None else like)
    return _native(x, backend)


def given_back(frame: pd.DataFrame, data: Any) -> Any:
    """A frame as the library of `data` has them; as it is where that is pandas or a mapping."""
    if isinstance(data, pd.DataFrame) or not hasattr(data, "columns"):
        return frame
    return _native(frame, _backend(data))


def _backend(like: Any) -> Any:
    import narwhals as nw

    if isinstance(like, str):
        try:
            found = nw.Implementation.from_backend(like)  # type: ignore[arg-type]
            found.to_native_namespace()
        except ImportError:
            raise ValueError(f"{like} is not installed: pip install {like}") from None
        except (ValueError, TypeError, AssertionError):
            raise ValueError(f"no library {like!r}: polars, pyarrow and pandas are known") from None
        return found
    frame = nw.from_native(getattr(like, "data", like) if not hasattr(like, "columns") else like, pass_through=True,
                           allow_series=True)
    if isinstance(frame, nw.DataFrame | nw.LazyFrame | nw.Series):
        return frame.implementation
    raise ValueError(f"like must be a frame, a model of one, or a library's name, not {type(like).__name__}")


def _native(x: Any, backend: Any) -> Any:
    import narwhals as nw

    if hasattr(x, "as_data_frame"):
        x = x.as_data_frame()
    if isinstance(x, pd.Series):
        numbered = isinstance(x.index, pd.RangeIndex) or list(map(str, x.index)) == [str(i + 1) for i in range(len(x))]
        if numbered:
            return nw.new_series(str(x.name or ""), x.tolist(), backend=backend).to_native()
        x = pd.DataFrame({LABELS: list(map(str, x.index)), str(x.name or "value"): x.to_numpy()})
    if isinstance(x, pd.DataFrame):
        columns = {} if isinstance(x.index, pd.RangeIndex) else {LABELS: list(map(str, x.index))}
        columns |= {str(name): _plain_column(x.iloc[:, j]) for j, name in enumerate(x.columns)}
        return nw.from_dict(columns, backend=backend).to_native()
    if hasattr(x, "items"):
        return {name: _native(one, backend) for name, one in x.items()}
    raise ValueError(f"to_native() takes a result with labels, not {type(x).__name__}")


def _plain_column(column: pd.Series) -> list[Any]:
    """Cells as Python's own: what is missing in text, factors and times as None; a missing number stays NaN."""
    cells: list[Any] = column.tolist()
    if pd.api.types.is_float_dtype(column.dtype):
        return cells
    return [None if one is pd.NaT or one is pd.NA or one != one else
            one.to_pydatetime() if isinstance(one, pd.Timestamp) else
            one.to_pytimedelta() if isinstance(one, pd.Timedelta) else one for one in cells]
