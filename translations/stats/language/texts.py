"""Text in formulas: paste, nchar, substr, case, and what as.numeric and as.logical read."""
from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .factors import Factor
from .logic import logical, number, stored, text, textual, truth

_NUMBER = re.compile(r"\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d*)?|inf|infinity|nan|na)\s*\Z", re.I)
_HEX = re.compile(r"\s*[+-]?0x[0-9a-f]+(?:\.[0-9a-f]*)?(?:p[+-]?\d+)?\s*\Z", re.I)
_TRUE, _FALSE = ("T", "TRUE", "true", "True"), ("F", "FALSE", "false", "False")


def as_numeric(x: Any) -> Any:
    """`x` as float64: a factor's codes, the number that text spells; NaN, and a warning, for other text."""
    x = stored(x)
    if not textual(x):
        return number(x)
    words = text(x)
    values = np.array([np.nan if word is None else _read(word) for word in words], dtype=float)
    told = [word is not None and word.strip().upper() not in ("NA", "NAN") for word in words]
    if (np.isnan(values) & told).any():
        warnings.warn("NAs introduced by coercion", stacklevel=2)
    return values


def _read(word: str) -> float:
    if _HEX.match(word):
        return float.fromhex(word.strip())
    if not _NUMBER.match(word) or word.strip().upper() == "NA":
        return np.nan
    return float(re.sub(r"(?<=[\d.])e[+-]?\Z", "", word.strip(), flags=re.I))  # R reads "1e" as 1


def as_integer(x: Any) -> Any:
    """`x` truncated: an integer, with NaN, and a warning, for what 32 bits do not hold."""
    values = np.trunc(as_numeric(x))
    if (beyond := np.abs(values) >= 2**31).any():
        warnings.warn("NAs introduced by coercion to integer range", stacklevel=2)
    values = np.where(beyond, np.nan, values)
    return values if np.isnan(values).any() else values.astype(np.int64)


def as_logical(x: Any) -> Any:
    """Numbers that are not 0, and the words T, TRUE, true, True, are true; other words are missing."""
    if not textual(x):
        return logical(truth(x))
    return logical(np.array([1.0 if word in _TRUE else 0.0 if word in _FALSE else np.nan for word in text(x)]))


def pasted(*args: Any, sep: str = " ", collapse: str | None = None) -> np.ndarray:
    """The elements side by side as text, "NA" where one is missing (R: paste)."""
    words = [np.array([""]) if arg is None else text(arg) for arg in args]
    columns = [np.array(["NA" if word is None else word for word in one], dtype=object) for one in words]
    longest = max(map(len, columns), default=0)
    rows = [sep.join(words) for words in zip(*(np.resize(one, longest) for one in columns), strict=True)]
    return np.array([collapse.join(rows)] if collapse is not None else rows, dtype=object)


def _each(function: Callable[..., str]) -> Callable[..., np.ndarray]:
    def apply(x: Any, *more: Any) -> np.ndarray:
        return np.array([None if word is None else function(word, *more) for word in text(x)], dtype=object)

    return apply


def length_of_text(x: Any) -> np.ndarray:
    """The number of characters (R: nchar)."""
    if isinstance(x, Factor) and not x.logical:
        raise ValueError("'nchar()' requires a character vector: as.character(x)")
    return np.array([np.nan if word is None else float(len(word)) for word in text(x)])


def _begins(function: Callable[[str, str], bool]) -> Callable[[Any, str], Any]:
    return lambda x, what: logical(np.array([np.nan if w is None else function(w, what) for w in text(x)], dtype=float))


TEXTS: dict[str, Callable[..., Any]] = {
    "paste": pasted, "paste0": lambda *args, collapse=None: pasted(*args, sep="", collapse=collapse),
    "nchar": length_of_text, "toupper": _each(str.upper), "tolower": _each(str.lower),
    "trimws": _each(lambda word: word.strip(" \t\r\n")),
    "substr": _each(lambda word, start, stop: word[max(int(start) - 1, 0):max(int(stop), 0)]),
    "startsWith": _begins(str.startswith), "endsWith": _begins(str.endswith),
    "as.character": text, "as.numeric": as_numeric, "as_numeric": as_numeric, "as.double": as_numeric,
    "as.integer": as_integer, "as.logical": as_logical,
}
