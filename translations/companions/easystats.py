"""Tables as the packages of easystats print them (effectsize, parameters): R's insight::export_table."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from translations.printing import Style, render


class PerformanceNote(UserWarning):
    """What performance says beside its answer; the text is R's message."""

    r_message = True  # R says it with message()


class EffectSizes(pd.DataFrame):
    """A table of effects with their intervals. `str()` is R's text.

    heading, footers: what stands above and below;  label: of the column with the effects;  shown_as: names of the rows
    in print, where these differ
    """

    _metadata = ["heading", "footers", "label", "shown_as"]
    heading: str = ""
    footers: Sequence[str] = ()
    label: str = ""
    shown_as: Sequence[str] | None = None

    @property
    def _constructor(self) -> type[EffectSizes]:
        return EffectSizes

    def __str__(self) -> str:
        return "\n".join(render(self, Style()))

    def __repr__(self) -> str:
        return f"<EffectSizes {len(self)} x {self.shape[1]}: {', '.join(map(str, self.columns))}>"


def effect_sizes(table: pd.DataFrame, label: str, heading: str = "", footers: Sequence[str] = (),
                 shown_as: Sequence[str] | None = None) -> EffectSizes:
    """The frame as effects that print under `label`; `shown_as`: their names in print, where these differ."""
    found = EffectSizes(table)
    found.label, found.heading, found.footers, found.shown_as = label, heading, footers, shown_as
    return found


@render.register(EffectSizes)
def _lines(x: EffectSizes, style: Style) -> list[str]:
    columns: dict[str, list[str]] = {}
    for name in x.columns:
        if name in ("Group", "Parameter"):
            columns[name] = [str(one) for one in x[name]]
            if name == "Parameter" and x.shown_as is not None:
                columns[name] = list(x.shown_as)
        elif name not in ("CI", "CI_low", "CI_high"):
            columns[x.label or name] = values(x[name].to_numpy(float))
    if {"CI", "CI_low", "CI_high"} <= set(x.columns):
        ends = (x[name].to_numpy(float) for name in ("CI_low", "CI_high"))
        columns[f"{100 * x['CI'].iloc[0]:.10g}% CI"] = intervals(*ends)
    heading = [f"# {x.heading}", ""] if x.heading else []
    return [*heading, *laid_out(columns), *([""] * bool(x.footers)), *(f"- {one}" for one in x.footers)]


def laid_out(columns: dict[str, list[str]]) -> list[str]:
    """Columns between bars under a rule, the first at the left, the others at the right."""
    blocks = []
    for i, (title, cells) in enumerate(columns.items()):
        width = max(map(len, [title, *cells]))
        blocks.append([text.rjust(width) if i else text.ljust(width) for text in [title, *cells]])
    head, *rows = [" | ".join(row) for row in zip(*blocks, strict=True)]
    return [head, "-" * len(head), *rows]


def values(x: np.ndarray, digits: int = 2) -> list[str]:
    """Numbers to so many decimals, those smaller or beyond 1e5 by powers of ten. R: insight::format_value."""
    texts = []
    for one in x:
        powers = one != 0.0 and np.isfinite(one) and not 10.0**-digits <= abs(one) < 1e5
        text = "" if np.isnan(one) else f"{one:.{digits}e}" if powers else f"{one:.{digits}f}"
        text = text.replace("inf", "Inf")
        texts.append(text.lstrip("-") if not float(text or 1.0) else text)
    return texts


def intervals(low: np.ndarray, high: np.ndarray) -> list[str]:
    """Both ends, rounded, between brackets, each under its like. R: insight::format_ci."""
    ends = [values(np.round(low, 2)), values(np.round(high, 2))]
    wide = [max(map(len, one)) for one in ends]
    for side, x in enumerate((low, high)):  # R counts eight characters for what is beyond 1e5, infinity too
        wide[side] = max(wide[side], 8 if np.isinf(x).any() and not np.isinf(x).all() else 0)
    return [f"[{a.rjust(wide[0])}, {b.rjust(wide[1])}]" if a or b else "" for a, b in zip(*ends, strict=True)]


def beside_each_other(columns: dict[str, list[str]], width: int) -> list[dict[str, list[str]]]:
    """The columns in parts that fit into so many characters, the first column in each. R: insight's export_table."""
    names = list(columns)
    wide = [max(map(len, [name, *columns[name]])) for name in names]
    parts, left = [], list(range(len(names)))
    while sum(wide[i] for i in left) + 3 * (len(left) - 1) > width:
        fit = next(k for k in range(1, len(left) + 1) if sum(wide[i] for i in left[:k]) + 3 * (k - 1) >= width)
        if not 2 < fit < len(left):
            break
        parts.append(left[: fit - 1])
        left = [left[0], *left[fit - 1:]]
    return [{names[i]: columns[names[i]] for i in part} for part in [*parts, left]]
