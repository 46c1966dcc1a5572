"""Fits of nlme as R's console prints them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from translations.printing import Matrix, Vector, layout
from translations.printing.deparse import deparse
from translations.printing.dispatch import render
from translations.printing.frames import data_frame
from translations.printing.numbers import format_number, format_numbers
from translations.printing.rounding import round_half_even, zapsmall
from translations.printing.style import Style
from translations.printing.text import abbreviate

from .correlation import Correlation, Symm
from .fit import NlmeFit, NlmeSummary
from .gls import Gls
from .gls_results import GlsSummary
from .variance import Combined, ConstPower, Single, Variance

FITTED_BY = {"REML": "REML", "ML": "maximum likelihood"}


def on_one_line(expression: str) -> str:
    """An expression as `cat(deparse(...))` prints it: all its lines in one."""
    return " ".join(deparse(expression))


def correlation_lines(
    values: np.ndarray, names: Sequence[str], style: Style, title: str = " Correlation:"
) -> list[str]:
    """Correlations below the diagonal, to three places; nothing for one alone. R: print.correlation."""
    k = len(values)
    if k < 2:
        return []
    lower = np.tril_indices(k, -1)
    cells = np.full((k, k), "", object)
    by_column = np.lexsort((lower[0], lower[1]))
    where = lower[0][by_column], lower[1][by_column]
    cells[where] = format_numbers(round_half_even(values[where], 3), style.digits)
    heads = abbreviate(list(names[:-1]), 6)
    return [*f"{title} ".split("\n"), *layout.text_matrix(cells[1:, :-1], style, list(names[1:]), heads)]


def structure_lines(x: Correlation, parameters: np.ndarray, style: Style) -> list[str]:
    """The estimates of a correlation structure. R: print.summary.corStruct."""
    lines = [f"Correlation Structure: {x.title}", f" Formula: {x.form.written} ", " Parameter estimate(s):"]
    if isinstance(x, Symm):
        return [*lines, *correlation_lines(x.whole(parameters), [str(i + 1) for i in range(x.occasions)], style)]
    return [*lines, *render(Vector(parameters, index=x.names), style)]


def variance_lines(x: Variance, parameters: np.ndarray, style: Style) -> list[str]:
    """The estimates of a variance function. R: print.summary.varFunc."""
    pieces = list(x.pieces(parameters))
    if isinstance(x, Combined):  # a fixed function has its head all the same
        parts = [["Variance function:"] * (one.kind == "varFixed") + _function(one, own, style) for one, own in pieces]
        return ["Combination of variance functions: ", *(line for part in parts for line in part)]
    return ["Variance function:", *(line for one, own in pieces for line in _function(one, own, style))]


def _function(x: Single, parameters: np.ndarray, style: Style) -> list[str]:
    lines = [f" Structure: {x.title}", f" Formula: {x.form.written} "]
    if x.kind == "varFixed":
        return lines
    shown: Vector | Matrix
    if isinstance(x, ConstPower) and x.strata:
        shown = Matrix(parameters.reshape(2, -1), index=["const", "power"], columns=list(x.strata))
    elif x.kind == "varIdent":
        shown = Vector([1.0, *parameters], index=list(x.strata))
    else:
        shown = Vector(parameters, index=x.names)
    return [*lines, " Parameter estimates:", *render(shown, style)]


def structures_lines(m: NlmeFit, style: Style) -> list[str]:
    """Both structures' estimates, those that there are."""
    problem, free = m.errors
    correlations, variances = problem.natural(free)
    lines = [] if problem.correlation is None else structure_lines(problem.correlation, correlations, style)
    return lines + ([] if problem.variance is None else variance_lines(problem.variance, variances, style))


def head_lines(m: NlmeFit, model: Sequence[str] = ()) -> list[str]:
    """What was fitted, and to what; `model`: lines between."""
    lines = [f"{m.TITLE} fit by {FITTED_BY[m.method]}", *model, f"  Data: {on_one_line(m.data_name)} "]
    subset = m.arguments["subset"]
    if subset is not None:
        lines.append(f"  Subset: {on_one_line(subset) if isinstance(subset, str) else 'subset'} ")
    return lines


def likelihood_line(m: NlmeFit, style: Style) -> str:
    """The logarithm of what was maximized."""
    return f"  Log-{'restricted-' * m.restricted}likelihood: {format_number(m.solution.log_likelihood, style.digits)}"


def _head(m: Gls) -> list[str]:
    return head_lines(m, [f"  Model: {on_one_line(m.frame.formula.written)} "])


def t_table_lines(table: pd.DataFrame, style: Style) -> list[str]:
    """Coefficients and their tests: each column in one format, p-values to four places. R: print.summary.gls."""
    shown = pd.DataFrame(index=table.index)
    for name in table.columns:
        values = table[name].to_numpy(float)
        shown[name] = format_numbers(
            round_half_even(values, 4) if name == "p-value" else zapsmall(values, style.digits), style.digits
        )
    return data_frame(shown, style)


def criteria_lines(s: NlmeSummary, style: Style) -> list[str]:
    """The three criteria of a fit."""
    values = {"AIC": [s.AIC], "BIC": [s.BIC], "logLik": [s.model.solution.log_likelihood]}
    return data_frame(pd.DataFrame(values, index=[" "]), style)


@render.register(Gls)
def _gls(m: Gls, style: Style) -> list[str]:
    return [
        *_head(m), likelihood_line(m, style), "",
        "Coefficients:", *render(m.coefficients, style), "",
        *structures_lines(m, style),
        f"Degrees of freedom: {m.n} total; {m.df_residual} residual",
        f"Residual standard error: {format_number(m.sigma, style.digits)} ",
    ]


@render.register(GlsSummary)
def _summary(s: GlsSummary, style: Style) -> list[str]:
    m = s.model
    structures = structures_lines(m, style)
    return [
        *_head(m), *criteria_lines(s, style), *(["", *structures] if structures else []), "",
        "Coefficients:", *t_table_lines(s.coefficients, style),
        *correlation_lines(s.correlation.to_numpy(), m.X.names, style, "\n Correlation:"), "",
        "Standardized residuals:", *render(s.residuals, style), "",
        f"Residual standard error: {format_number(m.sigma, style.digits)} ",
        f"Degrees of freedom: {m.n} total; {m.df_residual} residual",
    ]
