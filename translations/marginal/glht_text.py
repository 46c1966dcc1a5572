"""R's text of general linear hypotheses, their tests and intervals. R: multcomp's print methods."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.glmer.results import call_of as glmer_call
from translations.lme4.model import LmerMod
from translations.lme4.results.text import call_of as lmer_call
from translations.nlme.lme import Lme
from translations.printing import Matrix, tables
from translations.printing.coefmat import EPSILON, coef_lines
from translations.printing.dispatch import render
from translations.printing.frames import data_frame
from translations.printing.layout import text_matrix
from translations.printing.models import call_lines
from translations.printing.numbers import format_number, format_numbers
from translations.printing.rounding import round_half_even
from translations.printing.style import Style
from translations.stats.linear.linear_model import Lm

from .glht import Glht, GlhtGlobal, GlhtIntervals, GlhtSummary

SAID = {"univariate": "(Univariate p values reported)"}
ERROR = {True: 1e-3, False: 1e-4}  # what the error of R's p-values comes to, in three and more dimensions and in two


def _head(g: Glht, title: str) -> list[str]:
    kind = [f"Multiple Comparisons of Means: {g.type} Contrasts", "", ""] if g.type else []
    return ["", f"\t {title}", "", *kind]


def _fit(m: Any) -> list[str]:
    """The line of the model's call, none where there is no call to show."""
    if isinstance(m, GlmerMod):
        call = glmer_call(m)
    elif isinstance(m, LmerMod):
        call = lmer_call(m)
    elif isinstance(m, Lm | Glm):
        call = m.call
    else:
        random = {"random": m.arguments["random"]} if isinstance(m, Lme) else {}
        shown = {"fixed" if random else "model": m.frame.formula.text, "data": m.data_name} | random
        call = tables.Call("lme.formula" if random else "gls", shown)
    first, *rest = call_lines(call)
    return [f"Fit: {first}", *rest, ""]


def _estimates(g: Glht, style: Style) -> list[str]:
    digits = max(3, style.digits - 3)
    cells = np.array(format_numbers(g.estimate, digits), object)[:, None]
    return ["Linear Hypotheses:", *text_matrix(cells, style, g.labels, ["Estimate"], right_justify=True), ""]


@render.register(Glht)
def _lines(g: Glht, style: Style) -> list[str]:
    return [*_head(g, "General Linear Hypotheses"), *_estimates(g, style)]


@render.register(GlhtSummary)
def _summary_lines(g: GlhtSummary, style: Style) -> list[str]:
    dimensions = np.linalg.matrix_rank(g.correlation) if g.kind == "single-step" and len(g.names) > 2 else 0
    eps = ERROR[bool(dimensions > 2)] if dimensions else EPSILON
    table = tables.CoefTable(pd.DataFrame(g.table), has_p_value=True, eps=eps)
    said = SAID.get(g.kind, f"(Adjusted p values reported -- {g.kind} method)")
    return [*_head(g, "Simultaneous Tests for General Linear Hypotheses"), *_fit(g.model), "Linear Hypotheses:",
            *coef_lines(table, style, max(3, style.digits - 3)), said, ""]


@render.register(GlhtGlobal)
def _global_lines(g: GlhtGlobal, style: Style) -> list[str]:
    digits = max(3, style.digits - 3)
    shown = pd.DataFrame({name: [format_number(value, digits)] for name, value in g.numbers.items()}, index=["1"])
    return [*_head(g, "General Linear Hypotheses"), *_estimates(g, style), "Global Test:", *data_frame(shown, style)]


@render.register(GlhtIntervals)
def _interval_lines(g: GlhtIntervals, style: Style) -> list[str]:
    digits = max(3, style.digits - 3)
    level = f"{100.0 * g.level:.15g}% {'family-wise ' if g.together else ''}confidence level"
    quantile = format_number(float(round_half_even(np.array([g.quantile]), digits)[0]), style.digits)
    table = Matrix(g.table)
    texts = format_numbers(table.to_numpy().T.ravel(), digits, nsmall=digits)
    cells = np.array(texts, object).reshape(3, -1).T
    return [*_head(g, "Simultaneous Confidence Intervals"), *_fit(g.model), f"Quantile = {quantile}", level, " ", "",
            "Linear Hypotheses:", *text_matrix(cells, style, g.labels, list(table.columns)), ""]
