"""Mixed models as lme4 and lmerTest print them."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from . import frames, layout
from .coefmat import coef_lines
from .deparse import deparse
from .models import five_numbers, texts
from .numbers import format_number, format_numbers
from .objects import Matrix, Vector
from .render import render
from .rounding import round_half_even
from .style import Style
from .tables import Call, CoefTable, Convergence, FrameList, MerModSummary, MerModText, VarCorrMatrix, VarCorrTable
from .text import abbreviate, fill, quoted, strwrap


def _title(method: str, object_class: str, columns: int) -> list[str]:
    if len(method) + 5 + len(object_class) <= columns:
        return [f"{method} ['{object_class}']"]
    return fill([*strwrap(method, columns - 2, exdent=2), " [", object_class, "]"], columns, sep="")


def _call(call: Call, style: Style, long: bool) -> list[str]:
    shown = {"formula": "Formula:", "data": "   Data:", "weights": "Weights:", "offset": " Offset:",
             "control": "Control:", "subset": " Subset:"}
    lines = []
    for argument, title in shown.items():
        if argument not in call.arguments or (argument == "control" and not long):
            continue
        text = deparse(call.arguments[argument])
        if argument == "control" and text == ["lmerControl()"]:
            continue
        lines += fill([title, *text], style.width)
    return lines


def _criteria(criteria: pd.Series, style: Style, digits: int) -> list[str]:
    """The REML criterion, or the table of information criteria, rounded to `digits` decimals."""
    rounded = round_half_even(criteria.to_numpy(float), digits)
    if list(criteria.index) == ["REML"]:
        return fill(["REML criterion at convergence:", format_number(rounded[0], style.digits)], style.width)
    cells = format_numbers(rounded, style.digits)
    cells[-1] = format_number(rounded[-1], style.digits)           # the residual degrees of freedom
    names = [style.dialect.objective if name == "deviance" else str(name) for name in criteria.index]
    return layout.vector(texts(cells), style, names)


def _correlation_cells(correlation: np.ndarray, decimals: int) -> np.ndarray:
    """The lower triangle as text, everything else empty."""
    flat = format_numbers(round_half_even(correlation, decimals).T.ravel(), nsmall=decimals)
    cells = np.array(flat, object).reshape(correlation.shape[::-1]).T
    cells[np.triu_indices(len(cells))] = ""
    return cells


def _varcorr(x: VarCorrTable, style: Style, digits: int) -> list[str]:
    """R: lme4:::formatVC and its print."""
    deviations = [group.stddev.to_numpy(float) for _, group in x.groups]
    names = [name for name, _ in x.groups]
    terms = [str(t) for _, group in x.groups for t in group.stddev.index]
    if x.residual is not None:
        deviations, names, terms = [*deviations, np.array([x.residual])], [*names, "Residual"], [*terms, ""]
    sizes = [len(d) for d in deviations]
    owners = [text for name, size in zip(names, sizes, strict=True) for text in [name, *[""] * (size - 1)]]
    flat = np.concatenate([np.zeros(0), *deviations])
    columns, heads = [owners, terms], ["Groups", "Name"]
    for component in x.components:
        columns.append(format_numbers(flat ** 2 if component == "Variance" else flat, digits))
        heads.append(component)
    table = np.array(columns, object).T
    widest = max(sizes, default=0)
    if widest > 1:
        corr = np.full((len(table), widest - 1), "", object)
        row = 0
        for _, group in x.groups:
            k = len(group.stddev)
            cells = _correlation_cells(group.correlation.to_numpy(float), max(2, digits - 2))
            corr[row:row + k, :min(k, widest - 1)] = cells[:, :widest - 1]
            row += k
        table, heads = np.column_stack([table, corr]), [*heads, "Corr", *[""] * (widest - 2)]
    return layout.text_matrix(table, style, [""] * len(table), heads)


def _groups(n_obs: int, groups: dict[str, int], columns: int) -> list[str]:
    return fill([f"Number of obs: {n_obs}, groups: ", "; ".join(f"{name}, {n}" for name, n in groups.items())], columns)


def _warnings(c: Convergence, summary: bool) -> list[str]:
    if not (c.code > 0 or c.messages or c.warnings):
        return []
    outcome = "(OK)" if c.code == 0 else f"({c.message})" if c.message is not None else ""
    line = f"optimizer ({c.optimizer}) convergence code: {c.code} {outcome}"
    if summary:
        return [f"{line} ; {len(c.warnings)} optimizer warnings; {len(c.messages)} lme4 warnings "]
    return [*(part for text in (line, *c.messages, *c.warnings) for part in text.split("\n")), ""]


def _fit_messages(messages: list[str]) -> list[str]:
    return ["fit warnings:", *messages] if any(messages) else []


@render.register
def _(x: MerModText, style: Style) -> list[str]:
    digits = max(3, style.digits - 3)
    lines = [*_title(x.method, x.object_class, style.width), *_call(x.call, style, long=False),
             *_criteria(x.criteria, style, 4),
             "Random effects:", *_varcorr(replace(x.varcorr, components=("Std.Dev.",)), style, digits),
             *_groups(x.n_obs, dict(x.groups), style.width)]
    if len(x.fixef):
        cells = format_numbers(x.fixef.to_numpy(float), digits)
        lines += ["Fixed Effects:", *layout.vector(texts(cells), style, [str(i) for i in x.fixef.index], gap=2)]
    else:
        lines.append("No fixed effect coefficients")
    return [*lines, *_fit_messages(list(x.fit_messages)), *_warnings(x.convergence, summary=True)]


@render.register
def _(x: MerModSummary, style: Style) -> list[str]:
    digits = max(3, style.digits - 3)
    lines = [*_title(x.method, x.object_class, style.width), *_call(x.call, style, long=True), "",
             *_criteria(x.criteria, style, 1), "",
             "Scaled residuals: ", *five_numbers(x.residuals, style, digits), "",
             "Random effects:", *_varcorr(replace(x.varcorr, components=("Variance", "Std.Dev.")), style, digits),
             *_groups(x.n_obs, dict(x.groups), style.width)]
    if len(x.coefficients):
        lines += ["", "Fixed effects:", *coef_lines(CoefTable(x.coefficients), style, digits)]
    if x.correlation is not None and 1 < len(x.coefficients) <= x.cor_max:
        lines += ["", "Correlation of Fixed Effects:", *_fixed_correlation(x, style)]
    return [*lines, *_fit_messages(list(x.fit_messages)), *_warnings(x.convergence, summary=False)]


def _fixed_correlation(x: MerModSummary, style: Style) -> list[str]:
    """The correlations below the diagonal, without first row and last column, under abbreviated names."""
    names = [str(i) for i in x.coefficients.index]
    cells = _correlation_cells(np.asarray(x.correlation, float), 3)
    return layout.text_matrix(cells[1:, :-1], style, abbreviate(names, 11)[1:], abbreviate(names, 6)[:-1])


def suppressed(x: MerModSummary, name: str = "x") -> str | None:
    """What R says on stderr instead of a correlation matrix of more than `cor_max` columns; None if there is one."""
    p = len(x.coefficients)
    if p <= x.cor_max:
        return None
    return (f"\nCorrelation matrix not shown by default, as p = {p} > {x.cor_max}.\n"
            f"Use print({name}, correlation=TRUE)  or\n"
            f"    vcov({name})        if you need it\n\n")


@render.register
def _(x: VarCorrTable, style: Style) -> list[str]:
    return _varcorr(x, style, max(3, style.digits - 2))


@render.register
def _(x: VarCorrMatrix, style: Style) -> list[str]:
    def square(frame: pd.DataFrame) -> list[str]:
        return render(Matrix(frame), style)

    return [*square(x.covariance), 'attr(,"stddev")', *render(Vector(x.stddev), style),
            'attr(,"correlation")', *square(x.correlation)]


@render.register
def _(x: FrameList, style: Style) -> list[str]:
    lines = []
    for name, frame in x.frames.items():
        lines += [f"${quoted(name)}", *frames.data_frame(frame, style), ""]
    if x.conditional:
        lines += [f"with conditional variances for {' '.join(f'“{name}”' for name in x.conditional)} "]
    if x.r_class:
        lines += ['attr(,"class")', f'[1] "{x.r_class}"']
    return lines

