"""Results as HTML tables, for notebooks: what Jupyter asks a result for, `_repr_html_`."""
from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

MOST_ROWS = 60
_STYLE = "text-align:right;padding:.15em .7em;white-space:nowrap"
_SCROLLS = "overflow-x:auto"  # what is wider than its cell, by itself and not with the page


def page(title: str, parts: Iterable[str], notes: Sequence[str] = ()) -> str:
    """A result: its title, its tables, and what is to be said under them."""
    under = "".join(f'<p style="margin:.3em 0">{escape(note)}</p>' for note in notes if note)
    head = f'<p style="margin:.3em 0"><strong>{escape(title)}</strong></p>' if title else ""
    return f'<div>{head}{"".join(parts)}{under}</div>'


def table(frame: pd.DataFrame, caption: str = "", rows: bool = True) -> str:
    """A frame as a table with R's labels: numbers at four significant digits, p-values as R shows small ones; `rows`:
    with the rows' names. Of a long frame the first MOST_ROWS.
    """
    head = [*([""] if rows else []), *map(str, frame.columns)]
    lines = ["".join(f'<th scope="col" style="{_STYLE}">{escape(name)}</th>' for name in head)]
    for name, values in zip(frame.index[:MOST_ROWS], frame.head(MOST_ROWS).itertuples(index=False), strict=True):
        first = f'<th scope="row" style="{_STYLE}">{escape(str(name))}</th>' if rows else ""
        cells = (cell(value, str(column)) for value, column in zip(values, frame.columns, strict=True))
        lines.append(first + "".join(f'<td style="{_STYLE}">{escape(one)}</td>' for one in cells))
    more = len(frame) - MOST_ROWS
    said = f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else ""
    body = "".join(f"<tr>{line}</tr>" for line in lines[1:])
    left = f'<tr><td colspan="{len(head)}">and {more} rows more</td></tr>' if more > 0 else ""
    made = f"<table>{said}<thead><tr>{lines[0]}</tr></thead><tbody>{body}{left}</tbody></table>"
    return f'<div style="{_SCROLLS}">{made}</div>'


def headed(heading: Iterable[str], frame: pd.DataFrame) -> str:
    """A table under R's lines: the first says what it is, the others stand below."""
    title, *others = [*filter(None, "\n".join(heading).splitlines())] or [""]
    return page(title, [table(frame)], others)


def cell(value: Any, column: str = "") -> str:
    """A value as a reader wants it: "" for what is missing."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if not isinstance(value, float):
        return str(value)
    if column.startswith(("Pr(", "p value", "p.value", "p adj")):
        return "< 2e-16" if value < 2.2e-16 else f"{value:.3g}"
    whole = value.is_integer() and abs(value) < 1e6
    return f"{value:.0f}" if whole else f"{value:.4g}" if abs(value) < 1e3 else f"{value:.1f}"


def plain(text: str) -> str:
    """Text as it stands."""
    return f'<pre style="{_SCROLLS}">{escape(text)}</pre>'


def test(told: Any) -> str:
    """A hypothesis test (`tables.HTest`): one row of its numbers, its alternative under it."""
    parts = [pair for given in (told.statistic, told.parameter)
             for pair in ([given] if isinstance(given, tuple) else given or [])]
    found: dict[str, Any] = {name: value for name, value in parts}
    if told.p_value is not None:
        found["p value"] = told.p_value
    if told.conf_int is not None:
        low, high = told.conf_int
        found[f"{100 * told.conf_level:g} % interval"] = f"{cell(float(low))} to {cell(float(high))}"
    for name, value in () if told.estimate is None else told.estimate.items():
        found[str(name)] = float(value)
    null = told.null_value
    other = {"two.sided": "not equal to", "less": "less than", "greater": "greater than"}.get(told.alternative or "")
    note = f"alternative: true {null[0]} is {other} {cell(float(null[1]))}" if null and other else ""
    return page(told.method.strip(), [table(pd.DataFrame([found]), f"data: {told.data_name}", rows=False)], [note])


def components(told: Any) -> str:
    """The random effects' variances (`tables.VarCorrTable`), a row each."""
    rows: list[list[Any]] = []
    for name, matrix in told.groups:
        correlations = pd.DataFrame(matrix.correlation).to_numpy()
        for i, (effect, sd) in enumerate(pd.Series(matrix.stddev).items()):
            corr = " ".join(f"{value:.2f}" for value in correlations[i, :i])
            rows.append([name if i == 0 else "", str(effect), float(sd) ** 2, float(sd), corr])
    if told.residual is not None:
        rows.append(["Residual", "", told.residual**2, told.residual, ""])
    return table(pd.DataFrame(rows, columns=["Groups", "Name", "Variance", "Std.Dev.", "Corr"]), "Random effects",
                 rows=False)


def frames(title: str, of: Mapping[str, pd.DataFrame], notes: Sequence[str] = ()) -> str:
    """Frames under their names."""
    return page(title, [table(pd.DataFrame(frame), name) for name, frame in of.items()], notes)


def comparison(title: str, test: pd.DataFrame, large: str, small: str, *notes: str) -> str:
    """A test of a `large` against a `small` model, of which there is a formula or none."""
    models = [f"large: {large}", *([f"small: {small}"] if small else [])]
    return page(title, [table(pd.DataFrame(test))], [*models, *notes])
