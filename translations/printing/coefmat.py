"""Coefficient matrices: p-values, significance stars, `printCoefmat`, and the analysis-of-variance tables on top."""
from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from . import layout
from .dispatch import render
from .frames import row_names
from .numbers import format_number, format_numbers, from_pandas, is_na, log10
from .rounding import round_half_even, zapsmall
from .style import Style
from .tables import AnovaTable, CoefTable, ModelComparison, Symbols
from .text import abbreviate, common, encode, fill, strwrap, width

EPSILON = float(np.finfo(float).eps)
STARS = ((0.001, "***"), (0.01, "**"), (0.05, "*"), (0.1, "."))
LEGEND = "0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1"


def format_pval(p: Sequence[float] | np.ndarray, digits: int, eps: float = EPSILON) -> list[str]:
    """p-values as text, fixed and scientific ones each in a common format, tiny ones as "<2e-16". R: format.pval."""
    p = np.asarray(p, float)
    result = np.full(len(p), "NA", object)
    tiny, shown = p < eps, p >= eps
    power = np.floor(log10(np.where(p > 0, p, 1e-50)))
    fixed = (power >= -3) | ((power == -4) & (digits > 1))
    for part in (shown & fixed, shown & ~fixed):
        if part.any():
            result[part] = format_numbers(p[part], digits)
    if tiny.any():
        digits = max(1, digits - 2)
        sep = "" if digits == 1 else " "
        if shown.any():
            columns = max(map(len, result[shown]))
            if digits > 1 and digits + 6 > columns:
                digits = max(1, columns - 7)
            sep = "" if digits == 1 and columns <= 6 else " "
        result[tiny] = "<" + sep + format_number(eps, digits)
    return result.tolist()


def stars(p: np.ndarray) -> list[str]:
    """The significance star of each p-value, "" for a missing one. R: symnum with printCoefmat's cutpoints."""
    values = np.asarray(p, float).tolist()
    return ["" if np.isnan(v) else next((star for limit, star in STARS if v <= limit), " ") for v in values]


def print_coefmat(table: pd.DataFrame, style: Style, digits: int, has_p: bool, tests: Sequence[int],
                  estimates: Sequence[int], zaps: Sequence[int], na: str, with_stars: bool = True,
                  legend: bool = True, eps: float = EPSILON) -> list[str]:
    """A coefficient matrix. R: stats::printCoefmat.

    `tests`, `estimates`, `zaps` are 0-based columns; `digits` governs estimates, min(5, digits − 1) of them the test
    statistics.
    """
    x = from_pandas(table.to_numpy(float))
    n, k = x.shape
    test_digits = max(1, min(5, digits - 1))
    cells = np.full((n, k), "", object)
    missing = np.isnan(x)
    for j in zaps:
        x[:, j] = zapsmall(x[:, j], digits)
    if len(estimates) and np.isfinite(x[:, estimates]).any():
        size = np.abs(x[:, estimates])
        size = size[np.isfinite(size) & (size > 0)]
        before_point = 1 + math.floor(math.log10(size.min())) if len(size) else 1
        cells[:, estimates] = _format(round_half_even(x[:, estimates], max(1, digits - before_point)), digits)
    if len(tests):
        cells[:, tests] = _format(round_half_even(x[:, tests], test_digits), digits)
    for j in range(k):
        if j not in estimates and j not in tests:
            cells[:, [j]] = _format(x[:, [j]], digits)
    _restore_nonzero(x, cells, np.isin(range(k), estimates) & ~missing & (cells != ""), digits)
    cells[missing] = na
    cells[missing & ~is_na(x)] = "NaN"
    heads = [str(c) for c in table.columns]
    star_column: list[str] = []
    if has_p:
        p = x[:, -1]
        known = ~np.isnan(p)
        cells[known, -1] = format_pval(p[known], test_digits, eps)
        if with_stars and known.any() and (p[known] < 0.1).any():
            star_column = common(stars(p))
            cells, heads = np.column_stack([cells, np.array(star_column, object)]), [*heads, ""]
    lines = layout.text_matrix(cells, style, row_names(table.index), heads, right_justify=True)
    return lines + (_legend(style) if star_column and legend else [])


def _format(x: np.ndarray, digits: int) -> np.ndarray:
    """The cells in one common format."""
    return np.array(format_numbers(x.T.ravel(), digits), object).reshape(x.shape[::-1]).T


def _restore_nonzero(x: np.ndarray, cells: np.ndarray, checked: np.ndarray, digits: int) -> None:
    """Formats again, in place, what is not zero but was rounded to zero. Where no estimate is finite, all are empty."""
    lost = np.zeros(x.shape, bool)
    for i, j in np.argwhere(checked):
        lost[i, j] = float(cells[i, j]) == 0 != x[i, j]
    if lost.any():
        columnwise = lost.T
        cells.T[columnwise] = format_numbers(x.T[columnwise], max(1, digits - 1))


def _legend(style: Style) -> list[str]:
    """The stars' legend. R fills by bytes, and allows for those of its quotation marks."""
    pieces = [LEGEND] if style.width >= width(LEGEND) else strwrap(LEGEND, style.width - 2, prefix="  ")
    columns = style.width + 4 + max(len(piece.encode()) - len(piece) for piece in pieces)
    return fill(["---\nSignif. codes:  ", *pieces], columns, sep="")


def has_p_value(table: pd.DataFrame) -> bool:
    """Whether the last of four or more columns is named as a p-value."""
    return table.shape[1] >= 4 and str(table.columns[-1])[:3] in ("Pr(", "p-v")


@render.register
def _(x: CoefTable, style: Style) -> list[str]:
    return coef_lines(x, style, max(3, style.digits - 2) if x.digits is None else x.digits)


def coef_lines(x: CoefTable, style: Style, digits: int) -> list[str]:
    """The lines of a coefficient table at so many digits."""
    has_p = has_p_value(x.table) if x.has_p_value is None else x.has_p_value
    k = x.table.shape[1] - has_p
    tests = (k - 1,) if x.test_columns is None else x.test_columns
    estimates = tuple(range(k - len(tests))) if x.estimate_columns is None else x.estimate_columns
    return print_coefmat(x.table, style, digits, has_p, tests, estimates, x.zap_columns, x.na_print, x.stars, x.legend,
                         x.eps)


CUTPOINTS = (0.3, 0.6, 0.8, 0.9, 0.95)
SYMBOLS = (" ", ".", ",", "+", "*", "B")


def symnum(correlation: pd.DataFrame, cutpoints: Sequence[float] = CUTPOINTS,
           symbols: Sequence[str] = SYMBOLS) -> Symbols:
    """A correlation matrix by symbols, below and on its diagonal. R: stats::symnum.

    `cutpoints` lie between 0 and 1, one fewer than `symbols`. ValueError when they are not, or a value is outside ±1.
    """
    x = np.abs(correlation.to_numpy(float))
    if len(cutpoints) + 1 != len(symbols) or not all(0 < c < 1 for c in cutpoints):
        raise ValueError("cutpoints must lie between 0 and 1 and be one fewer than symbols")
    if (x > 1 + 1e-5).any():
        raise ValueError("a correlation lies between -1 and 1")
    interval = np.where(np.isnan(x), len(symbols), np.searchsorted(sorted(cutpoints), x))
    cells = np.array([*symbols, "?"], object)[interval]
    cells[x >= 1 - 1e-5] = "1"
    cells[np.triu_indices(len(cells), 1)] = ""
    names = abbreviate([str(c) for c in correlation.columns], 1)
    limits = [format_number(c) for c in (0, *sorted(cutpoints), 1)]
    legend = " ".join(part for limit, symbol in zip(limits, symbols, strict=False) for part in (limit, f"‘{symbol}’"))
    missing = " \t    ## NA: ‘?’" if np.isnan(x).any() else ""
    return Symbols(pd.DataFrame(cells, correlation.index, names), f"{legend} {limits[-1]}{missing}")


@render.register
def _(x: Symbols, style: Style) -> list[str]:
    table = layout.text_matrix(x.cells.to_numpy(object), style, row_names(x.cells.index), list(x.cells.columns))
    return [*table, 'attr(,"legend")', f"[1] {encode(x.legend)}"]


@render.register
def _(x: AnovaTable, style: Style) -> list[str]:
    names = [str(c) for c in x.table.columns]
    has_p = names[-1].startswith(("P(", "Pr("))
    tests = [j for j, name in enumerate(names) if name[1:7] == " value"]
    tests += [j for j, name in enumerate(names) if name in ("F", "Cp", "Chisq")]
    zaps = [j for j in range(len(names) - has_p) if j not in tests and not names[j].endswith("Df")]
    lines = [part for entry in x.heading for part in entry.split("\n")]
    digits = max(style.digits - 2, 3) if x.digits is None else x.digits
    return lines + print_coefmat(x.table, style, digits, has_p, tests, (), zaps, "")


@render.register
def _(x: ModelComparison, style: Style) -> list[str]:
    k = x.table.shape[1] - 1
    estimates = tuple(range(k - len(x.test_columns)))
    lines = [part for entry in x.heading for part in entry.split("\n")]
    return lines + print_coefmat(x.table, style, max(3, style.digits - 2), True, x.test_columns, estimates, (), "")

