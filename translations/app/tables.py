"""The numbers behind the figures, as HTML tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from .controls import BY_NAME
from .study import Screen
from .words import DIGITS, POOLINGS, number, parameter


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column names its rows; it scrolls by itself when it is wide, by keyboard too."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for name, *cells in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def estimates(screen: Screen) -> str:
    """Truth, lmer's estimate, and the Wald interval of the means."""
    rows = []
    for one in screen.estimates:
        digits = DIGITS[one.name]
        interval = f"{number(one.lower, digits)} to {number(one.upper, digits)}" if one.lower == one.lower else ""
        shown = (number(value, digits) for value in (one.truth, one.value))
        rows.append([parameter(one.name), *shown, interval])
    return table("What lmer estimates (intervals: Wald)", ["Parameter", "Truth", "Estimate", "95% interval"], rows)


def misses(screen: Screen) -> str:
    """How far each pooling's lines are from the true ones."""
    rows = [
        [POOLINGS[name], number(float(miss[0]), 1), number(float(miss[1]), 2)] for name, miss in screen.misses.items()
    ]
    caption = "Distance of the subjects’ lines from their true lines (root mean square)"
    return table(caption, ["Pooling", "Intercept (ms)", "Slope (ms/day)"], rows)


def lines(screen: Screen) -> str:
    """Every subject's intercept and slope: true, without pooling, with partial pooling."""
    rows = [
        [str(s + 1), str(screen.observed[s])]
        + [number(float(at[s, k]), 1 + k) for k in (0, 1) for at in (screen.truth, screen.none, screen.partial)]
        for s in range(len(screen.truth))
    ]
    head = ["Subject", "Obs."] + [
        f"{what}, {how}" for what in ("Intercept", "Slope") for how in ("true", "no pooling", "partial")
    ]
    return table("Lines: each subject’s intercept (ms) and slope (ms/day)", head, rows)


def data(screen: Screen) -> str:
    """The data, a row a subject and a column a day."""
    head = ["Subject", *(f"Day {day}" for day in range(screen.settings.design.days))]
    rows = ([str(s + 1), *(number(float(value), 1) for value in y)] for s, y in enumerate(screen.y))
    return table("Reaction times (ms); a dash is a missing observation", head, rows)


def problem_list(problems: dict[str, str]) -> str:
    """What is wrong with which control, each with a link to it."""
    items = "".join(
        f'<li>{escape(words)} <a href="#{name}-number">Go to {escape(BY_NAME[name].label)}</a></li>'
        for name, words in problems.items()
    )
    said = "<strong>Not redrawn.</strong> What is shown belongs to the last settings that work."
    return f'<div class="problems"><p>{said}</p><ul>{items}</ul></div>'
