"""Data frames, factors, and `summary()` of frames and vectors, as R prints them."""
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.settings import option

from . import layout
from .numbers import NA, format_number, format_numbers
from .objects import Printed
from .rounding import signif, zapsmall
from .style import Style, Wording, wording
from .text import common, encode, width
from .values import Values, as_values, format_values


def row_names(index: pd.Index) -> list[str | None]:
    """R's row names: 1, 2, ... for a default index, of which a slice keeps its numbers; the labels otherwise, those
    of several levels joined by colons."""
    if isinstance(index, pd.RangeIndex):
        return [str(i + 1) for i in index]
    if isinstance(index, pd.MultiIndex):
        return list(joined(index))
    return [None if gone else label_text(label) for label, gone in zip(index, index.isna(), strict=True)]


def joined(index: pd.Index) -> list[str]:
    """The labels of rows or columns as text, those of several levels joined by colons, as R joins crossed levels."""
    if isinstance(index, pd.MultiIndex):
        return [":".join(map(label_text, labels)) for labels in index]
    return [label_text(label) for label in index]


def label_text(label: Any) -> str:
    """A label as R's `as.character` has it: 0 for 0.0."""
    number = isinstance(label, float | np.floating) and np.isfinite(label)
    return format_number(float(label), 15) if number else str(label)


def data_frame(df: pd.DataFrame, style: Style) -> list[str]:
    """A data frame. R: print.data.frame."""
    n, k = df.shape
    if not k:
        return [f"data frame with 0 columns and {n} row{'s' * (n != 1)}"]
    heads = joined(df.columns)
    if not n:
        return [*layout.vector(_texts(heads), style), "<0 rows> (or 0-length row.names)"]
    shown = min(n, style.max_print // k)
    df = df.iloc[:shown]
    columns = []
    for j in range(k):
        values = as_values(df.iloc[:, j])
        texts = format_values(values, style.digits, style.scipen)
        gone = np.array([t is None for t in texts])
        columns.append(Values("character", np.array(["" if t is None else t for t in texts], object), gone))
    lines = layout.matrix(columns, style, row_names(df.index) or None, heads, right_justify=True)
    if omitted := n - shown:
        lines.append(f' [ reached \'max\' / getOption("max.print") -- omitted {omitted} rows ]')
    return lines


def factor(v: Values, style: Style) -> list[str]:
    """A factor and its levels, as many as fit. R: print.factor."""
    sep = " < " if v.ordered else " "
    if not len(v):
        lines = [("ordered" if v.ordered else "factor") + style.wording.no_levels]
    else:
        lines = layout.vector(Values("character", v.texts, v.missing), style)
    levels = [encode(level) for level in v.levels]
    n, head = len(levels), "Levels: "
    available = style.width - (len(head) + 3 + 1 + 3)
    reach = np.cumsum([width(level) + len(sep) for level in levels])
    most = n if n <= 1 or reach[-1] <= available else max(1, int(np.argmax(reach > available)))
    if n > most:
        kept = [*levels[:max(1, most - 1)], "...", *([levels[-1]] if most > 1 else [])]
        return [*lines, f"{n} {head}{sep.join(kept)}"]
    return [*lines, head + sep.join(levels)]


QUANTILES = ("Min.", "1st Qu.", "Median", "Mean", "3rd Qu.", "Max.")


def quantiles(x: np.ndarray, probabilities: Sequence[float] = (0, 0.25, 0.5, 0.75, 1)) -> np.ndarray:
    """Quantiles of the values `x` (none missing), interpolated between order statistics. R: stats::quantile, type 7."""
    x = np.asarray(x, float)
    if not len(x):
        return np.full(len(probabilities), NA)
    index = 1 + (len(x) - 1) * np.asarray(probabilities, float)
    low, high = np.floor(index).astype(int), np.ceil(index).astype(int)
    ordered = np.partition(x, np.unique(np.concatenate([low, high])) - 1)
    result, above = ordered[low - 1], ordered[high - 1]
    between = (index > low) & (above != result)
    h = (index - low)[between]
    with np.errstate(invalid="ignore"):        # Inf - Inf
        result[between] = (1 - h) * result[between] + h * above[between]
    return result


def _mean(x: np.ndarray) -> float:
    """The mean as R computes it, in long double: the sum over n, then the mean of what that leaves over."""
    if not len(x):
        return np.nan
    with np.errstate(invalid="ignore"):        # Inf - Inf
        mean = np.sum(x, dtype=np.longdouble) / len(x)
    return float(mean + np.sum(x - mean) / len(x)) if np.isfinite(mean) else float(mean)


@dataclass(frozen=True, repr=False)
class SummaryVector(Printed):
    """The summary of a numeric vector. R: summary.default.

    values   the six numbers Min., 1st Qu., Median, Mean, 3rd Qu., Max.
    missing  how many NA there were, 0 for none
    """
    values: pd.Series
    missing: int = 0


def summary_vector(x: object) -> SummaryVector:
    """Quartiles, extremes and mean of the numeric values `x`, missing ones counted apart."""
    v = as_values(x)
    if v.kind not in ("double", "integer"):
        raise ValueError(f"a numeric vector is needed, not one of kind {v.kind}")
    data = v.data.astype(float)
    gone = np.isnan(data) | v.missing
    data = data[~gone] if gone.any() else data
    five = quantiles(data)
    return SummaryVector(pd.Series([*five[:3], _mean(data), *five[3:]], QUANTILES), int(gone.sum()))


def summary_vector_lines(s: SummaryVector, style: Style) -> list[str]:
    """R: print.summaryDefault, whose digits are three fewer than print's."""
    digits = max(3, style.digits - 3)
    texts = _summary_texts(s, digits, _zap(style.wording, digits))
    return layout.vector(_texts(texts), style, [*s.values.index, *([style.wording.missing] if s.missing else [])])


@dataclass(frozen=True, repr=False)
class SummaryTexts(Printed):
    """The summary of a vector that holds no numbers. R: summary.logical, .character, .Date, .POSIXct.

    labels  what stands above each text;  quote  what R's print puts around them: dates and times stand in quotes
    """
    labels: Sequence[str]
    texts: Sequence[str]
    quote: str = ""


def summary_of(x: object) -> SummaryVector | SummaryTexts:
    """The summary of a vector of numbers, truth values, text, dates or times (UTC)."""
    v = as_values(x)
    if v.kind in ("double", "integer"):
        return summary_vector(v)
    labels, texts = _summary_column(v, 100, 0)
    return SummaryTexts(labels, [t.strip() for t in texts], '"' if v.kind in ("Date", "POSIXct") else "")


def summary_texts_lines(s: SummaryTexts, style: Style) -> list[str]:
    """R: print.summaryDefault and print.table of such a summary."""
    texts = np.array(["" if t == "NA" else t for t in s.texts], object)
    return layout.vector(Values("character", texts, np.array([t == "NA" for t in s.texts])), style, s.labels, s.quote)


def _zap(words: Wording, digits: int) -> int:
    """The digits that a summary's numbers keep beside the largest, before `digits` of them are shown."""
    return int(option("digits")) if words.zap_more is None else digits + words.zap_more


def _texts(texts: Sequence[str]) -> Values:
    return Values("character", np.array(texts, object), np.zeros(len(texts), bool))


def _summary_texts(s: SummaryVector, digits: int, zap: int) -> list[str]:
    """The six numbers in one format, then the number of missing values, which R has among them when it zaps."""
    x = np.append(s.values.to_numpy(float), [s.missing] if s.missing else [])
    finite = np.isfinite(x)
    x[finite] = zapsmall(x[finite], zap)
    return format_numbers(x[:6], digits) + [str(s.missing)] * (s.missing > 0)


@dataclass(frozen=True, repr=False)
class SummaryFrame(Printed):
    """The table that summary() of a data frame is. R: summary.data.frame.

    columns  (name, labels, values) for each column of the frame: the texts that stand left and right of each colon
    """
    columns: Sequence[tuple[str, Sequence[str], Sequence[str]]]


def summary_frame(df: pd.DataFrame, maxsum: int = 7, digits: int | None = None) -> SummaryFrame:
    """Quartiles of each numeric column, counts of each factor's `maxsum` − 1 commonest levels. R: summary.data.frame.

    `digits` are those of the option less 3, 3 at the least, unless given.
    """
    digits = max(3, int(option("digits")) - 3) if digits is None else digits
    columns = []
    for j, name in enumerate(joined(df.columns)):
        labels, texts = _summary_column(as_values(df.iloc[:, j]), maxsum, digits)
        columns.append((name, labels, texts))
    return SummaryFrame(columns)


def _summary_column(v: Values, maxsum: int, digits: int) -> tuple[list[str], list[str]]:
    words = wording()
    if v.kind == "factor":
        return _summary_factor(v, maxsum, words.missing)
    if v.kind in ("double", "integer"):
        s = summary_vector(v)
        rounded = SummaryVector(pd.Series(signif(s.values.to_numpy(float), 12), QUANTILES), s.missing)
        labels = [*QUANTILES, *([words.missing] if s.missing else [])]
        return labels, _summary_texts(rounded, digits, _zap(words, digits))
    if v.kind == "logical":
        known = v.data[~v.missing]
        counts = [(word, int((known == flag).sum())) for word, flag in (("FALSE", False), ("TRUE", True))]
        gone = [(words.missing, int(v.missing.sum()))] if v.missing.any() else []
        counts = [*((word, n) for word, n in counts if n), *gone]
        return _table([("Mode", "logical"), *((word, str(n)) for word, n in counts)])
    if v.kind == "character" and words.text_counts:
        return _summary_text(v, words.missing)
    if v.kind == "character":
        return _table([("Length", str(len(v))), ("Class", "character"), ("Mode", "character")])
    return _summary_times(v)


def _summary_times(v: Values) -> tuple[list[str], list[str]]:
    """Of dates and times, to the day or to the second, without what is beyond. R: summary.Date, summary.POSIXct."""
    seconds = v.data[~v.missing].astype("datetime64[s]").astype(float)
    five = quantiles(seconds)
    found = np.array([*five[:3], _mean(seconds), *five[3:]])
    step = "D" if v.kind == "Date" or not (found % 86400).any() else "s"
    times = np.floor(found).astype("datetime64[s]").astype(f"datetime64[{step}]")
    texts = [str(time).replace("T", " ") for time in times] if len(seconds) else ["NA", "NA", "NA", "NaN", "NA", "NA"]
    gone = [str(v.missing.sum())] if v.missing.any() else []
    columns = max(map(len, texts))
    return [*QUANTILES, *([wording().missing] if gone else [])], [text.ljust(columns) for text in texts + gone]


def _table(pairs: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    texts = [text for _, text in pairs]
    columns = max(map(len, texts))
    return [label for label, _ in pairs], [t.ljust(columns) for t in texts]


def _summary_text(v: Values, missing: str) -> tuple[list[str], list[str]]:
    """The lengths of a column of text. R ≥ 4.6: summary.default."""
    known = [str(text) for text in v.texts[~v.missing]]
    sizes = [len(text) for text in known]
    blank = sum(not text.strip(" \t\r\n") for text in known)
    counts = {"Length": len(v), "N.unique": len(set(known)), "N.blank": blank, "Min.nchar": min(sizes, default=None),
              "Max.nchar": max(sizes, default=None), **({missing: int(v.missing.sum())} if v.missing.any() else {})}
    texts = ["NA" if n is None else str(n) for n in counts.values()]
    return [*counts], [text.rjust(max(map(len, texts))) for text in texts]


def _summary_factor(v: Values, maxsum: int, na: str) -> tuple[list[str], list[str]]:
    sizes, labels = np.bincount(v.data + 1, minlength=len(v.levels) + 1), list(v.levels)
    missing, sizes = sizes[0], sizes[1:]
    most = maxsum - (missing > 0)
    if len(labels) > most:
        first = np.argsort(-sizes, kind="stable")[:most - 1]
        labels = [*(labels[i] for i in first), "(Other)"]
        sizes = np.append(sizes[first], sizes.sum() - sizes[first].sum())
    if missing:
        labels, sizes = [*labels, na], np.append(sizes, missing)
    columns = max(len(str(n)) for n in sizes.tolist())
    return labels, [str(n).rjust(columns) for n in sizes.tolist()]


def summary_frame_lines(s: SummaryFrame, style: Style) -> list[str]:
    """R: the print of a character table: one column of "label:value" texts for each column of the frame."""
    rows = max((len(labels) for _, labels, _ in s.columns), default=0)
    table, heads = np.full((rows, len(s.columns)), "", object), []
    for j, (name, labels, texts) in enumerate(s.columns):
        padded = common(labels)
        heads.append(" " * math.floor(width(padded[0]) - width(name) / 2) + name)
        table[:len(labels), j] = [f"{label}:{text}  " for label, text in zip(padded, texts, strict=True)]
    return layout.text_matrix(table, style, [""] * rows, heads)
