"""Mixed models as lme4 and lmerTest print them."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from . import frames, layout
from .coefmat import coef_lines
from .deparse import as_written
from .dispatch import render
from .models import five_numbers, texts
from .numbers import format_number, format_numbers
from .objects import Matrix, Vector
from .rounding import round_half_even
from .style import Style
from .tables import Call, CoefTable, Convergence, FrameList, MerModSummary, MerModText, VarCorrMatrix, VarCorrTable
from .text import abbreviate, fill, quoted, strwrap


def _title(method: str, object_class: str, columns: int) -> list[str]:
    if len(method) + 5 + len(object_class) <= columns:
        return [f"{method} ['{object_class}']"]
    return fill([*strwrap(method, columns - 2, exdent=2), " [", object_class, "]"], columns, sep="")


def _family(family: str | None) -> list[str]:
    return [] if family is None else [f" Family: {family}"]


def _call(call: Call, style: Style, long: bool) -> list[str]:
    shown = {"formula": "Formula:", "data": "   Data:", "weights": "Weights:", "offset": " Offset:",
             "control": "Control:", "subset": " Subset:"}
    lines = []
    for argument, title in shown.items():
        if argument not in call.arguments or (argument == "control" and not long):
            continue
        text = as_written(call.arguments[argument])
        if argument == "control" and text in (["lmerControl()"], ["glmerControl()"]):
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
    return layout.vector(texts(cells), style, [str(name) for name in criteria.index])


def _below_diagonal(matrix: np.ndarray, decimals: int) -> np.ndarray:
    """The lower triangle as text, everything else empty."""
    flat = format_numbers(round_half_even(matrix, decimals).T.ravel(), nsmall=decimals)
    cells = np.array(flat, object).reshape(matrix.shape[::-1]).T
    cells[np.triu_indices(len(cells))] = ""
    return cells


# What reformulas prints of covariance structures: one standard deviation, one correlation with its tag, none.
ONE_SD = frozenset({"homcs", "ar1", "homdiag"})
ONE_RHO = {"cs": "cs", "homcs": "cs", "ar1": "ar1", "hetar1": "ar1"}
NO_RHO = frozenset({"diag", "homdiag"})


def _rho(group: VarCorrMatrix, decimals: int) -> list[str]:
    """The cells beside a structure's first row. Of one effect lme4 2.1 shows the correlation with itself."""
    if group.structure in NO_RHO:
        return []
    correlation = group.correlation.to_numpy(float)
    rho = format_numbers(round_half_even(correlation[min(1, len(correlation) - 1), :1], decimals), nsmall=decimals)
    return [f"{rho[0]} ({ONE_RHO[group.structure]})"]


def _varcorr(x: VarCorrTable, style: Style, digits: int) -> list[str]:
    """R: lme4:::formatVC and its print; since lme4 2.0 reformulas::formatVC, which shows ten rows of a term at most."""
    blocks = style.wording.blocks or any(group.structured for _, group in x.groups)
    covariances = style.wording.covariances and not blocks and "Std.Dev." not in x.components
    most = 10 if blocks else None
    stddev = [group.stddev.to_numpy(float)[: 1 if group.structure in ONE_SD else None] for _, group in x.groups]
    flat = np.concatenate([np.zeros(0), *stddev, [] if x.residual is None else [x.residual]])
    shown = [format_numbers(flat ** 2 if part == "Variance" else flat, digits) for part in x.components]
    numbers = iter(zip(*shown, strict=True))
    rows: list[list[str]] = []
    beside: list[list[str]] = []
    for (name, group), sds in zip(x.groups, stddev, strict=True):
        own = [["" if i else name, str(term), *next(numbers)]
               for i, term in enumerate(group.stddev.index[: len(sds)])]
        if group.structure in ONE_RHO or group.structure in NO_RHO:
            own = own if len(own) <= 10 else [*own[:10], ["", "...", *["..."] * len(shown)]]
            rows, beside = rows + own, [*beside, _rho(group, max(2, digits - 2)), *[list[str]()] * (len(own) - 1)]
            continue
        matrix = (group.covariance if covariances else group.correlation).to_numpy(float)[:most, :most]
        cells = _below_diagonal(matrix, max(2, digits - 2)).tolist()
        if len(cells) < len(own):
            own, cells = [*own[:most], ["", "...", *["..."] * len(shown)]], [*cells, ["..."] * len(cells)]
        rows, beside = rows + own, beside + cells
    if x.residual is not None:
        rows, beside = [*rows, ["Residual", "", *next(numbers)]], [*beside, []]
    heads = ["Groups", "Name", *x.components]
    widest = max(map(len, beside), default=0) - (not blocks)  # the last column is empty; 2.x prints it
    if any(any(cells) for cells in beside):
        rows = [row + (cells + [""] * widest)[:widest] for row, cells in zip(rows, beside, strict=True)]
        heads += ["Cov" if covariances else "Corr", *[""] * (widest - 1)]
    return layout.text_matrix(np.array(rows, object).reshape(len(rows), len(heads)), style, [""] * len(rows), heads)


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
    lines = [*_title(x.method, x.object_class, style.width), *_family(x.family), *_call(x.call, style, long=False),
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
    lines = [*_title(x.method, x.object_class, style.width), *_family(x.family), *_call(x.call, style, long=True), "",
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
    cells = _below_diagonal(np.asarray(x.correlation, float), 3)
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

    of_class = []
    if style.wording.matrix_class or x.structured:
        classes = [f'"{text}"' for text in (f"vcmat_{x.structure}", "matrix", "array")]
        of_class = ['attr(,"class")', f"[1] {' '.join(text.ljust(max(map(len, classes))) for text in classes)}"]
    return [*square(x.covariance), *of_class, 'attr(,"stddev")', *render(Vector(x.stddev), style),
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

