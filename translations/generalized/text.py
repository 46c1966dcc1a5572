"""Generalized linear models as R prints them. R: print.glm, print.summary.glm."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from translations.printing import layout
from translations.printing.coefmat import coef_lines
from translations.printing.dispatch import render
from translations.printing.frames import quantiles
from translations.printing.models import FIVE, call_lines, correlation_lines, texts
from translations.printing.numbers import format_number, format_numbers
from translations.printing.objects import Printed
from translations.printing.rounding import signif, zapsmall
from translations.printing.style import Style
from translations.printing.tables import Call, CoefTable
from translations.printing.values import as_values
from translations.settings import since


@dataclass(frozen=True, repr=False)
class GlmText(Printed):
    """A fitted generalized linear model as print shows it.

    coefficients: NaN where aliased;  n_missing: rows that na.omit or na.exclude dropped;  codings: by factor, shown
    where all contrasts were given by name
    """

    call: Call
    coefficients: pd.Series
    df_null: int
    df_residual: int
    null_deviance: float
    deviance: float
    aic: float
    n_missing: int
    codings: Mapping[str, str]


@dataclass(frozen=True, repr=False)
class GlmSummaryText(Printed):
    """The summary of a generalized linear model.

    residuals: deviance residuals (n,);  coefficients: (p, 4), a row of NaN for each aliased column
    """

    call: Call
    residuals: pd.Series
    coefficients: pd.DataFrame
    family: str
    dispersion: float
    df_null: int
    df_residual: int
    null_deviance: float
    deviance: float
    aic: float
    steps: int
    n_missing: int
    correlation: pd.DataFrame | None


def _missing(n: int) -> list[str]:
    return [f"  ({n} observation{'s' * (n != 1)} deleted due to missingness)"] * (n > 0)


@render.register
def _(x: GlmText, style: Style) -> list[str]:
    digits = max(3, style.digits - 3)
    first, *rest = call_lines(x.call)
    lines = ["", f"Call:  {first}", *rest, ""]
    if len(x.coefficients):
        cells = format_numbers(as_values(x.coefficients).data, digits)
        names = [str(i) for i in x.coefficients.index]
        codings = "  [contrasts:  " + " ".join(f"{k}={v}" for k, v in x.codings.items()) + " ]" if x.codings else ""
        lines += [f"Coefficients{codings}:", *layout.vector(texts(cells), style, names, gap=2)]
    else:
        lines += ["No coefficients", ""]
    null, deviance, aic = (format_number(float(signif(value, digits)), style.digits)
                           for value in (x.null_deviance, x.deviance, x.aic))
    return [*lines, "", f"Degrees of Freedom: {x.df_null} Total (i.e. Null);  {x.df_residual} Residual",
            *_missing(x.n_missing), f"Null Deviance:\t    {null} ", f"Residual Deviance: {deviance} \tAIC: {aic}"]


@render.register
def _(x: GlmSummaryText, style: Style) -> list[str]:
    digits = max(3, style.digits - 3)
    lines = ["", "Call:", *call_lines(x.call), ""]
    if not since("1.1-37"):  # R 4.3 left them out
        lines += ["Deviance Residuals: ", *_residual_lines(x, style, digits), ""]
    table = x.coefficients
    if len(table):
        dropped = int(table.iloc[:, 0].isna().sum())
        note = f" ({dropped} not defined because of singularities)" if dropped else ""
        lines += [f"Coefficients:{note}", *coef_lines(CoefTable(table), style, digits)]
    else:
        lines += ["No Coefficients"]
    shown = format_numbers([x.null_deviance, x.deviance], max(5, digits + 1))
    df = format_numbers([float(x.df_null), float(x.df_residual)], style.digits)
    lines += ["", f"(Dispersion parameter for {x.family} family taken to be "
              f"{format_number(x.dispersion, style.digits)})", ""]
    lines += [f"{name} deviance: {value}  on {d}  degrees of freedom"
              for name, value, d in zip(("    Null", "Residual"), shown, df, strict=True)]
    aic = format_number(x.aic, max(4, digits + 1))
    lines += [*_missing(x.n_missing), f"AIC: {aic}", "", f"Number of Fisher Scoring iterations: {x.steps}"]
    if x.correlation is not None and len(x.correlation) > 1:
        lines += ["", "Correlation of Coefficients:", *correlation_lines(x.correlation, style, digits)]
    return [*lines, ""]


def _residual_lines(x: GlmSummaryText, style: Style, digits: int) -> list[str]:
    """Five numbers, or all residuals where few degrees of freedom are left."""
    residuals = x.residuals
    if x.df_residual > 5:
        values = np.asarray(residuals, float)
        residuals = pd.Series(quantiles(values[~np.isnan(values)]), FIVE)
    shown = pd.Series(zapsmall(residuals.to_numpy(float), digits + 1), residuals.index)
    return layout.vector(as_values(shown), _gap(style, digits), [str(i) for i in shown.index], gap=2)


def _gap(style: Style, digits: int) -> Style:
    from dataclasses import replace

    return replace(style, digits=digits)
