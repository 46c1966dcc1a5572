"""Linear models and hypothesis tests as R prints them."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from . import layout
from .coefmat import coef_lines, format_pval
from .deparse import deparse_call
from .dispatch import render
from .frames import quantiles
from .numbers import NAN, format_c, format_number, format_numbers
from .rounding import round_half_even, signif, zapsmall
from .style import Style
from .tables import Call, CoefTable, HTest, LmSummary, LmText
from .text import strwrap
from .values import Values, as_values

FIVE = ("Min", "1Q", "Median", "3Q", "Max")


def texts(items: list[str]) -> Values:
    """Ready texts as a character vector."""
    return Values("character", np.array(items, object), np.zeros(len(items), bool))


def numbers(x: pd.Series, style: Style, digits: int) -> list[str]:
    """A named numeric vector printed with so many digits."""
    return layout.vector(as_values(x), replace(style, digits=digits), [str(i) for i in x.index])


def five_numbers(residuals: np.ndarray, style: Style, digits: int) -> list[str]:
    """The residuals' quartiles and extremes, as lm's and lmer's summaries show them."""
    x = np.asarray(residuals, float)
    return numbers(pd.Series(zapsmall(quantiles(x[~np.isnan(x)]), digits + 1), FIVE), style, digits)


def call_lines(call: Call) -> list[str]:
    """The call, deparsed at R's cutoff of 60."""
    return deparse_call(call.function, call.arguments)


@render.register
def _(x: Call, style: Style) -> list[str]:
    return call_lines(x)


@render.register
def _(x: LmText, style: Style) -> list[str]:
    lines = ["", "Call:", *call_lines(x.call), ""]
    if not len(x.coefficients):
        return [*lines, "No coefficients", ""]
    cells = format_numbers(as_values(x.coefficients).data, max(3, style.digits - 3))
    names = [str(i) for i in x.coefficients.index]
    return [*lines, "Coefficients:", *layout.vector(texts(cells), style, names, gap=2), ""]


@render.register
def _(x: LmSummary, style: Style) -> list[str]:
    digits = max(3, style.digits - 3)
    lines = ["", "Call:", *call_lines(x.call), "", "Weighted Residuals:" if x.weighted else "Residuals:"]
    rank = int(x.coefficients.notna().iloc[:, 0].sum())
    if x.df_residual > 5:
        lines += five_numbers(x.residuals.to_numpy(float), style, digits)
    elif x.df_residual > 0:
        lines += numbers(x.residuals, style, digits)
    else:
        lines.append(f"ALL {rank} residuals are 0: no residual degrees of freedom!")
    lines += ["", *_lm_coefficients(x, style, digits, rank), ""]
    sigma = format_number(float(signif(x.sigma, digits)), style.digits)
    lines.append(f"Residual standard error: {sigma} on {x.df_residual} degrees of freedom")
    if x.n_missing:
        lines.append(f"  ({x.n_missing} observation{'s' * (x.n_missing != 1)} deleted due to missingness)")
    if x.fstatistic is not None:
        f, df1, df2 = x.fstatistic
        explained, adjusted = (format_c(r, digits) for r in (x.r_squared, x.adj_r_squared))
        lines.append(f"Multiple R-squared:  {explained},\tAdjusted R-squared:  {adjusted} ")
        numerator, denominator = (format_number(df, style.digits) for df in (df1, df2))
        lines.append(f"F-statistic: {format_c(f, digits)} on {numerator} and {denominator} DF,"
                     f"  p-value: {format_pval([x.f_p_value], digits).pop()}")
    if x.correlation is not None and len(x.correlation) > 1:
        lines += ["", "Correlation of Coefficients:", *correlation_lines(x.correlation, style, digits)]
    return [*lines, ""]


def correlation_lines(correlation: pd.DataFrame, style: Style, digits: int) -> list[str]:
    """The correlations below the diagonal, without first row and last column."""
    values = round_half_even(correlation.to_numpy(float), 2)
    cells = np.array(format_numbers(values.T.ravel(), digits, nsmall=2), object).reshape(values.shape[::-1]).T
    cells[np.triu_indices(len(cells))] = ""
    rows, heads = ([str(name) for name in names] for names in (correlation.index[1:], correlation.columns[:-1]))
    return layout.text_matrix(cells[1:, :-1], style, rows, heads)


def _lm_coefficients(x: LmSummary, style: Style, digits: int, rank: int) -> list[str]:
    if not len(x.coefficients):
        return ["No Coefficients"]
    dropped = len(x.coefficients) - rank
    head = f"Coefficients: ({dropped} not defined because of singularities)" if dropped else "Coefficients:"
    table = x.coefficients.to_numpy(float)
    undefined = np.isnan(table) & ~np.isnan(table[:, :1])          # 0/0 when no degrees of freedom are left
    known = pd.DataFrame(np.where(undefined, NAN, table), x.coefficients.index, x.coefficients.columns)
    return [head, *coef_lines(CoefTable(known), style, digits)]


@render.register
def _(x: HTest, style: Style) -> list[str]:
    lines = ["", *strwrap(x.method, 0.9 * style.width, prefix="\t"), "", f"data:  {x.data_name}"]
    parts = []
    asked = [x.statistic, x.parameter]
    for pairs in [one if isinstance(one, list) else [one] for one in asked if one is not None]:
        values = format_numbers([value for _, value in pairs], max(1, style.digits - 2))     # in one common format
        parts += [f"{name} = {value}" for (name, _), value in zip(pairs, values, strict=True)]
    if x.p_value is not None:
        p = format_pval([x.p_value], max(1, style.digits - 3)).pop()
        parts.append(f"p-value {p}" if p.startswith("<") else f"p-value = {p}")
    lines += strwrap(", ".join(parts), 0.9 * style.width)
    if x.alternative is not None:
        words = {"two.sided": "not equal to", "less": "less than", "greater": "greater than"}
        claim = x.alternative
        if x.null_value is not None:
            name, value = x.null_value
            claim = f"true {name} is {words[x.alternative]} {format_number(value, style.digits)}"
        lines.append(f"alternative hypothesis: {claim}")
    if x.conf_int is not None:
        digits, scipen = (max(2, style.digits - 4), 100) if style.wording.short_level else (style.digits, None)
        lines.append(f"{format_number(100 * x.conf_level, digits, scipen=scipen)} percent confidence interval:")
        lines.append(" " + " ".join(format_numbers(list(x.conf_int), style.digits)))
    if x.estimate is not None:
        lines += ["sample estimates:", *numbers(x.estimate, style, style.digits)]
    return [*lines, ""]
