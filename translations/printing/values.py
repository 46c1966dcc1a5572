"""What R would hold for a Python value: its type, its elements, its missing ones."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .numbers import encode_real, format_real
from .numbers import from_pandas as missing_is_na
from .text import encode


@dataclass(frozen=True)
class Values:
    """An R vector. `kind` is "logical", "integer", "double", "character", "factor", "Date" or "POSIXct".

    data     (n,) float64 for double (missing = `NA`, other NaN is R's NaN), int64 for integer, int codes for factor
             (0-based, -1 missing), bool for logical, otherwise str objects
    missing  (n,) bool
    levels   of a factor
    """
    kind: str
    data: np.ndarray
    missing: np.ndarray
    levels: tuple[str, ...] = ()
    ordered: bool = False

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, which: slice) -> Values:
        return Values(self.kind, self.data[which], self.missing[which], self.levels, self.ordered)

    @property
    def texts(self) -> np.ndarray:
        """The elements of text, date or factor as str objects, shape (n,); "" where missing."""
        return np.array([*self.levels, ""], object)[self.data] if self.kind == "factor" else self.data

    @property
    def numeric(self) -> bool:
        """Whether R right-justifies the values as numbers."""
        return self.kind in ("logical", "integer", "double")


def _strings(items: Sequence[Any], missing: np.ndarray) -> np.ndarray:
    out = np.empty(len(items), object)
    out[:] = ["" if gone else str(item) for item, gone in zip(items, missing.tolist(), strict=True)]
    return out


def _typed(series: pd.Series) -> pd.Series:
    """A column of Python objects as what they are: truth values, whole numbers, numbers, or as it is (text)."""
    known = series.dropna()
    choices = (((bool, np.bool_), "boolean"), ((int, np.integer), "Int64"), ((int, float, np.number), "float"))
    for kinds, dtype in choices:
        if len(known) and all(isinstance(v, kinds) for v in known):
            return series.astype(dtype)  # type: ignore[call-overload, no-any-return]
    return series


def as_values(x: Any) -> Values:
    """`x` (scalar, sequence, array, Series, Index) as R would hold it.

    A NaN in a pandas object is pandas' own missing value and becomes NA; in an array or a list it stays NaN, unless it
    is `NA`. None is NA: of text in a pandas object that holds nothing else, logical in a list of it.
    """
    if isinstance(x, Values):
        return x
    if isinstance(x, (pd.Series, pd.Index, pd.api.extensions.ExtensionArray)):
        series = pd.Series(x)
    else:
        if not isinstance(x, np.ndarray):
            x = [x] if np.isscalar(x) or x is None or x is pd.NA else list(x)
            if x and all(v is None or v is pd.NA for v in x):
                return Values("logical", np.zeros(len(x), bool), np.ones(len(x), bool))
            x = np.asarray(x, object if any(isinstance(v, str) for v in x) else None)
        x = np.atleast_1d(x)
        if x.dtype.kind == "f":
            return Values("double", x.astype(float), np.isnan(x))
        series = pd.Series(x)
    if series.dtype == object:
        series = _typed(series)
    dtype, missing = series.dtype, series.isna().to_numpy(bool)
    if isinstance(dtype, pd.CategoricalDtype):
        levels = tuple(map(str, dtype.categories))
        return Values("factor", series.cat.codes.to_numpy(int), missing, levels, bool(dtype.ordered))
    if pd.api.types.is_bool_dtype(dtype):
        return Values("logical", series.to_numpy(bool, na_value=False), missing)
    if pd.api.types.is_integer_dtype(dtype):
        return Values("integer", series.to_numpy(np.int64, na_value=0), missing)
    if pd.api.types.is_float_dtype(dtype):
        return Values("double", missing_is_na(series.to_numpy(float, na_value=np.nan)), missing)
    if pd.api.types.is_datetime64_any_dtype(dtype):
        days = (series.dropna() == series.dropna().dt.normalize()).all() and getattr(dtype, "tz", None) is None
        texts = series.dt.strftime("%Y-%m-%d" if days else "%Y-%m-%d %H:%M:%S").tolist()
        return Values("Date" if days else "POSIXct", _strings(texts, missing), missing)
    return Values("character", _strings(series.tolist(), missing), missing)


def format_values(v: Values, digits: int, scipen: int) -> list[str] | list[str | None]:
    """The elements as R's `format` gives them: numbers in one format, text as it is, None where it is missing."""
    if v.kind == "double":
        return encode_real(v.data, format_real(v.data, digits, 0, scipen))
    if v.kind in ("logical", "integer"):
        words = np.where(v.data, "TRUE", "FALSE") if v.kind == "logical" else v.data.astype(str)
        texts = ["NA" if gone else word for word, gone in zip(words.tolist(), v.missing.tolist(), strict=True)]
        columns = max(map(len, texts), default=0)
        return [t.rjust(columns) for t in texts]
    return [None if gone else text for text, gone in zip(v.texts.tolist(), v.missing.tolist(), strict=True)]


def encode_values(v: Values, digits: int, scipen: int, quote: str) -> list[str]:
    """The elements as R prints them: numbers formatted in common, text escaped, between `quote`s."""
    texts = format_values(v, digits, scipen)
    return [str(text) for text in texts] if v.numeric else [encode(text, quote) for text in texts]
