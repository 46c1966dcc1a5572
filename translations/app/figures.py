"""The two figures, as SVG text: every subject's data under three poolings, and shrinkage.

Text put together by hand, because a change of a slider must be seen within 150 ms: for 18 panels matplotlib takes
310 ms (83 ms when it reuses the figure, ticks and all), plotnine 780 ms, and this 2 ms.
"""

from __future__ import annotations

from html import escape

import numpy as np

from . import words
from .study import Floats, Screen
from .svg import Scale, axes, dots, path, segments, text

# A panel's size and the rectangle of its data, in the figure's own pixels.
_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _FOOT = 150, 122, 30, 146, 20, 104
# The order is the order of drawing: what matters most lies on top.
LAYERS = ("complete", "truth", "none", "partial")


def panel_scales(screen: Screen) -> tuple[Scale, Scale]:
    """The scales of every panel: days across, reaction time up."""
    days = screen.settings.design.days
    return Scale(-0.35, days - 0.65, _LEFT, _RIGHT), Scale.around(screen.y, _FOOT, _TOP)


def panels(screen: Screen) -> str:
    """One panel a subject: observations and the lines of the three poolings, and the true one."""
    across, up = panel_scales(screen)
    days = np.arange(float(screen.settings.design.days))
    x_ticks = [tick for tick in across.ticks(4) if tick == int(tick)]
    shared = axes(across, up, x_ticks, up.ticks(4))
    lines = {
        "complete": np.broadcast_to(screen.complete, screen.truth.shape),
        "truth": screen.truth,
        "none": screen.none,
        "partial": screen.partial,
    }
    grid = f'<svg class="defs" width="0" height="0" aria-hidden="true"><g id="panel-axes">{shared}</g></svg>'
    pieces = []
    for s, y in enumerate(screen.y):
        seen = ~np.isnan(y)
        inner = "".join(path(f"line {name}", _line(lines[name][s], across, up)) for name in LAYERS)
        pieces.append(
            f'<svg class="panel" viewBox="0 0 {_WIDE} {_HIGH}" data-subject="{s + 1}" aria-hidden="true">'
            f'{text(_LEFT, 13, f"Subject {s + 1}", "strip", "start")}<use href="#panel-axes"/>'
            f'<svg x="{_LEFT}" y="{_TOP}" width="{_RIGHT - _LEFT}" height="{_FOOT - _TOP}" '
            f'viewBox="{_LEFT} {_TOP} {_RIGHT - _LEFT} {_FOOT - _TOP}">{inner}'
            f"{path('dot', dots(across(days[seen]), up(y[seen])))}</svg></svg>"
        )
    return f'{grid}<div class="panels" role="img" aria-label="{escape(words.panels(screen))}">{"".join(pieces)}</div>'


def _line(line: Floats, across: Scale, up: Scale) -> str:
    if np.isnan(line).any():
        return ""
    ends = np.array([across.low, across.high])
    (x0, x1), (y0, y1) = across(ends), up(line[0] + line[1] * ends)
    return f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"


def shrinkage_scales(screen: Screen) -> tuple[Scale, Scale]:
    """The scales of the shrinkage plot: intercepts across, slopes up."""
    every = np.vstack([screen.none, screen.partial, screen.truth, screen.complete])
    return Scale.around(every[:, 0], 40, 334), Scale.around(every[:, 1], 262, 8)


def shrinkage(screen: Screen) -> str:
    """Where partial pooling moves each subject's own intercept and slope, towards the population's line."""
    across, up = shrinkage_scales(screen)
    (x0, x1, xt), (y0, y1, yt) = (
        [scale(lines[:, k]) for lines in (screen.none, screen.partial, screen.truth)]
        for k, scale in enumerate((across, up))
    )
    alone = ~np.isnan(x0)
    cx, cy = float(across(screen.average[0])), float(up(screen.average[1]))
    parts = [
        axes(across, up, across.ticks(5), up.ticks(5)),
        path("move", segments(x0[alone], y0[alone], x1[alone], y1[alone])),
        path("point truth", dots(xt, yt)),
        path("point none", dots(x0[alone], y0[alone])),
        path("point hollow", dots(x0[alone], y0[alone])),
        path("point partial", dots(x1, y1)),
        path("average", f"M{cx - 7:.1f} {cy:.1f}h14M{cx:.1f} {cy - 7:.1f}v14"),
        text(187, 294, "Intercept (ms)", "axis"),
        '<text class="axis" transform="translate(10 135) rotate(-90)" text-anchor="middle">Slope (ms/day)</text>',
    ]
    label = escape(words.shrinkage(screen))
    return f'<svg class="shrinkage" viewBox="0 0 340 300" role="img" aria-label="{label}">{"".join(parts)}</svg>'
