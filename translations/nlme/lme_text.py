"""Mixed models of nlme as R's console prints them, and their variances."""

from __future__ import annotations

import numpy as np

from translations.printing import Matrix, Vector, layout
from translations.printing.dispatch import render
from translations.printing.numbers import format_numbers
from translations.printing.rounding import round_half_even
from translations.printing.style import Style
from translations.printing.text import abbreviate

from .covariances import CompSymm
from .levels import Level
from .lme import Lme
from .lme_results import LmeSummary
from .text import (
    correlation_lines,
    criteria_lines,
    head_lines,
    likelihood_line,
    on_one_line,
    structures_lines,
    t_table_lines,
)
from .variances import VarCorrLme


def _correlations(S: np.ndarray) -> np.ndarray:
    sd = np.sqrt(np.diagonal(S))
    return np.asarray(S / np.outer(sd, sd))


def _corr_cells(level: Level, S: np.ndarray, style: Style) -> np.ndarray:
    """Correlations below the names that they belong to, (q, q - 1)."""
    lower = np.tril_indices(level.q, -1)
    by_column = np.lexsort((lower[0], lower[1]))
    where = lower[0][by_column], lower[1][by_column]
    cells = np.full((level.q, level.q), "", object)
    cells[where] = format_numbers(round_half_even(_correlations(S)[where], 3), style.digits)
    if not isinstance(level.pd, CompSymm):  # whose correlations are all one
        cells[0] = abbreviate(level.effects, 6)
    return cells[:, :-1]


def random_lines(m: Lme, style: Style) -> list[str]:
    """The random effects' standard deviations and correlations by level. R: print.reStruct."""
    lines = ["Random effects:"]
    names: list[str] = []
    for at, (level, S) in enumerate(zip(m.problem.levels, m.covariances, strict=True)):
        names.insert(0, level.name)
        lines.append(f" Formula: {on_one_line(level.pd.form)} | {' %in% '.join(names)}")
        sd = np.sqrt(np.diagonal(S))
        last = at == m.Q - 1
        shown, labels = ([*sd, m.sigma], [*level.effects, "Residual"]) if last else (list(sd), level.effects)
        if level.q > 1:
            lines.append(f" Structure: {level.pd.words}")
        if not level.correlations:
            lines += render(Matrix([shown], index=["StdDev:"], columns=labels), style)
        else:
            cells = np.full((len(shown), level.q), "", object)
            cells[:, 0] = format_numbers(shown, style.digits)
            cells[: level.q, 1:] = _corr_cells(level, S, style)
            heads = ["StdDev", "Corr", *[""] * (level.q - 2)]
            lines += layout.text_matrix(cells, style, labels, heads)
        lines.append("")
    return lines


def _counts(m: Lme, style: Style) -> list[str]:
    lines = [f"Number of Observations: {m.n}"]
    counts = [len(level.groups) for level in m.problem.levels]
    if m.Q == 1:
        return [*lines, f"Number of Groups: {counts[0]} "]
    names = [" %in% ".join(reversed(m.form.groups[: k + 1])) for k in range(m.Q)]
    return [*lines, "Number of Groups: ", *render(Vector(counts, index=names), style)]


@render.register(Lme)
def _lme(m: Lme, style: Style) -> list[str]:
    return [
        *head_lines(m), likelihood_line(m, style),
        f"  Fixed: {on_one_line(m.frame.formula.written)} ", *render(m.fixed_effects(), style), "",
        *random_lines(m, style), *structures_lines(m, style), *_counts(m, style),
    ]


@render.register(LmeSummary)
def _summary(s: LmeSummary, style: Style) -> list[str]:
    m = s.model
    return [
        *head_lines(m), *criteria_lines(s, style), "", *random_lines(m, style), *structures_lines(m, style),
        f"Fixed effects:  {on_one_line(m.frame.formula.written)} ", *t_table_lines(s.coefficients, style),
        *correlation_lines(s.correlation.to_numpy(), m.X.names, style), "",
        "Standardized Within-Group Residuals:", *render(s.residuals, style), "", *_counts(m, style),
    ]


@render.register(VarCorrLme)
def _var_corr(x: VarCorrLme, style: Style) -> list[str]:
    widest = max(level.q if level.correlations else 1 for level in x.levels)
    numbers = [format_numbers(x.table[name].to_numpy(), style.digits) for name in ("Variance", "StdDev")]
    rows, labels, at = [], [], 0
    for level, S in zip(x.levels, x.covariances, strict=True):
        if len(x) > 1:
            rows.append([level.pd.title, *[""] * widest])
            labels.append(f"{level.name} =")
        corr = _corr_cells(level, S, style) if level.correlations else np.empty((level.q, 0), object)
        for i, effect in enumerate(level.effects):
            rows.append([numbers[0][at], numbers[1][at], *corr[i], *[""] * (widest - 1 - corr.shape[1])])
            labels.append(effect)
            at += 1
    rows.append([numbers[0][-1], numbers[1][-1], *[""] * (widest - 1)])
    labels.append("Residual")
    heads = ["Variance", "StdDev", *(["Corr", *[""] * (widest - 2)] if widest > 1 else [])]
    cells = np.array([row[: len(heads)] for row in rows], object)
    title = [f"{x.levels[0].name} = {x.levels[0].pd.title} "] if len(x) == 1 else []
    return [*title, *layout.text_matrix(cells, style, labels, heads)]
