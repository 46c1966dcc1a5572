"""What a plot draws, read from its built form, under the labels that `fixtures/figures/_setup.R` gives ggplot2's."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from plotnine import ggplot

AESTHETICS = (
    "x", "y", "xmin", "xmax", "ymin", "ymax", "xend", "yend", "intercept", "slope", "xintercept", "yintercept", "label",
)  # fmt: skip
_LAYOUT = {"PANEL", "ROW", "COL", "SCALE_X", "SCALE_Y", "AXIS_X", "AXIS_Y"}


def built(plot: ggplot) -> dict[str, Any]:
    """The built data of a plot, in the units of its axes.

    panels: each panel's strip, in order; row, column: where it stands; titles: of the axes; x, y: by panel, the range
    of the axis, its breaks and their labels; then each layer under its geom's name: by panel, what it draws, an array
    an aesthetic, in drawing order. R: ggplot_build, layer_data.
    """
    plot = deepcopy(plot)
    given = {axis: getattr(plot.labels, axis, None) for axis in ("x", "y")}
    plot._build()
    build = plot._build_objs
    layout = build.layout.layout
    strips = [column for column in layout.columns if column not in _LAYOUT]
    panels = [", ".join(map(str, row)) for row in layout[strips].itertuples(index=False)] if strips else ["all"]
    found: dict[str, Any] = {
        "panels": panels,
        "row": layout["ROW"].tolist(),
        "column": layout["COL"].tolist(),
        "titles": {axis: plot.mapping.get(axis, "") if title is None else title for axis, title in given.items()},
    }
    for axis in ("x", "y"):
        views = [getattr(panel, axis) for panel in build.layout.panel_params]
        found[axis] = {panel: _axis(view) for panel, view in zip(panels, views, strict=True)}
    seen: Counter[str] = Counter()
    for layer in build.layers:
        kind = type(layer.geom).__name__.removeprefix("geom_")
        name = f"{kind}_{seen[kind]}" if seen[kind] else kind
        seen[kind] += 1
        by_panel = {number: rows for number, rows in layer.data.groupby("PANEL", observed=True)}
        found[name] = {
            panel: {one: rows[one].to_numpy() for one in AESTHETICS if one in rows}
            for number, panel in enumerate(panels, 1)
            if (rows := by_panel.get(number)) is not None
        }
    return found


def layers(plot: ggplot) -> list[Any]:
    """What each layer of a plot draws: a frame of its aesthetics, a row a mark. R: ggplot_build(plot)$data."""
    plot = deepcopy(plot)
    plot._build()
    return [layer.data for layer in plot._build_objs.layers]


def _axis(view: Any) -> dict[str, Any]:
    breaks = np.asarray(view.breaks, dtype=float)
    return {"range": np.asarray(view.range, dtype=float), "breaks": breaks, "labels": list(view.labels)}
