"""The two figures as files, drawn by plotnine, for print: `python -m translations.app.plots` in a process of its own.

What the page shows is drawn by `figures`, in milliseconds; a drawing here takes seconds, during which the process
that serves the visitors must go on.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from translations.figures.catalogue import Figure, require_plotnine
from translations.figures.files import FORMATS, picture

from . import words
from .controls import Settings, read
from .figures import LAYERS
from .study import Screen, explore

if TYPE_CHECKING:
    from plotnine import ggplot

# Print is larger than a page's panels, and what a server draws for a visitor smaller than what `rparity figures` may.
LIMITS = {"width": (2.0, 16.0), "dpi": (72, 600)}
USUAL = {"width": 8.0, "dpi": 300}
NAMES = {"panels": "Data and the three poolings", "shrinkage": "Shrinkage"}
SHOWN = {**words.POOLINGS, "truth": "True line"}
SAID = {"panels": "Points: observations.", "shrinkage": "Points: subjects. Cross: the population's line. Arrows: from "
        "each subject's own line (no pooling) to the mixed model's (partial pooling)."}
LETTERS = 14  # of a caption, an inch
LINES = {"complete": "dashed", "none": "dashdot", "partial": "solid", "truth": "dotted"}


def options(given: dict[str, str]) -> tuple[float, int, tuple[str, ...]]:
    """Width in inches, dots an inch and layers, of what an address says. Raises ValueError, in words for the user."""
    values = {}
    for name, (low, high) in LIMITS.items():
        try:
            values[name] = float(given.get(name, USUAL[name]))
        except ValueError:
            values[name] = np.nan
        if not low <= values[name] <= high or (name == "dpi" and values[name] % 1):
            kind = "a whole number" if name == "dpi" else "a number"
            raise ValueError(f"{name} must be {kind} from {low:g} to {high:g}, not {given[name][:20]}")
    layers = tuple(one for one in given.get("show", "complete,none,partial").split(",") if one)
    if unknown := [one for one in layers if one not in LAYERS]:
        raise ValueError(f"show must be some of {', '.join(LAYERS)}, not {unknown[0][:20]!r}")
    return values["width"], int(values["dpi"]), tuple(one for one in LAYERS if one in layers)


def drawn(name: str, settings: Settings, kind: str, width: float, dpi: int, layers: Sequence[str]) -> bytes:
    """A figure of NAMES as a file of a kind of FORMATS."""
    screen = explore(settings)
    require_plotnine()
    from plotnine import labs

    plot, alt = {"panels": (panels, words.panels), "shrinkage": (shrinkage, words.shrinkage)}[name]
    rows = -(-settings.design.subjects // columns(settings)) if name == "panels" else 3.2
    about = Figure(name, NAMES[name], alt(screen), 8.0, 1.4 + 1.35 * rows)
    told = textwrap.fill(_caption(screen, SAID[name]), int(LETTERS * width))
    return picture(plot(screen, layers) + labs(caption=told), about, kind, dpi, width)


def columns(settings: Settings) -> int:
    """How many panels stand side by side."""
    return min(settings.design.subjects, 6)


def panels(screen: Screen, layers: Sequence[str]) -> ggplot:
    """One panel a subject: observations, and the lines of `layers`."""
    from plotnine import (
        aes,
        element_text,
        facet_wrap,
        geom_abline,
        geom_point,
        ggplot,
        labs,
        scale_color_manual,
        scale_linetype_manual,
    )

    from translations.figures.style import DATA, own_theme

    order = [f"Subject {one + 1}" for one in range(screen.settings.design.subjects)]
    lines = {"complete": np.broadcast_to(screen.complete, screen.truth.shape), "none": screen.none,
             "partial": screen.partial, "truth": screen.truth}
    data = screen.data.dropna(subset=["Reaction"])
    seen = pd.DataFrame({"subject": _factor([f"Subject {one}" for one in data["Subject"]], order),
                         "day": data["days_deprived"], "reaction": data["Reaction"]})
    whole = pd.concat([pd.DataFrame({"subject": _factor(order, order), "line": SHOWN[one],
                                     "intercept": lines[one][:, 0], "slope": lines[one][:, 1]}) for one in layers]
                      or [pd.DataFrame({"subject": [], "line": [], "intercept": [], "slope": []})]).dropna()
    named = [SHOWN[one] for one in SHOWN if one in layers]
    plot = (
        ggplot(seen, aes("day", "reaction")) + geom_point(color=DATA, size=1.3)
        + facet_wrap("subject", ncol=columns(screen.settings))
        + labs(x="Days of deprivation", y="Reaction time (ms)")
        + own_theme(legend_title=element_text(text=""))
    )
    if not len(whole):
        return plot
    whole["line"] = _factor(whole["line"], named)
    return (
        plot + geom_abline(aes(intercept="intercept", slope="slope", color="line", linetype="line"), whole, size=0.8)
        + scale_color_manual(values=_values(_colours(), named), name=" ")
        + scale_linetype_manual(values=_values(LINES, named), name=" ")
    )


def shrinkage(screen: Screen, layers: Sequence[str]) -> ggplot:
    """Each subject's intercept and slope by the poolings of `layers`, joined where two of them are shown."""
    from plotnine import (
        aes,
        arrow,
        element_text,
        geom_point,
        geom_segment,
        ggplot,
        labs,
        scale_color_manual,
        scale_shape_manual,
    )

    from translations.figures.style import DATA, QUIET, own_theme

    of = {"none": screen.none, "partial": screen.partial, "truth": screen.truth}
    shown = [one for one in of if one in layers]
    named = [SHOWN[one] for one in shown] + ["Population"]
    points = pd.concat([pd.DataFrame({"line": SHOWN[one], "intercept": of[one][:, 0], "slope": of[one][:, 1]})
                        for one in shown] + [pd.DataFrame({"line": ["Population"], "intercept": screen.average[:1],
                                                           "slope": screen.average[1:]})]).dropna()
    points["line"] = _factor(points["line"], named)
    plot = ggplot(points, aes("intercept", "slope"))
    if {"none", "partial"} <= set(shown):
        moves = pd.DataFrame(np.hstack([screen.none, screen.partial]), columns=["x", "y", "xend", "yend"]).dropna()
        plot += geom_segment(aes("x", "y", xend="xend", yend="yend"), moves, color=QUIET,
                             arrow=arrow(length=0.05, type="closed"), inherit_aes=False)
    colours = {**_colours(), "average": DATA}
    marks = {"none": "o", "partial": "s", "truth": ".", "average": "P"}
    keys = [*shown, "average"]
    return (
        plot + geom_point(aes(color="line", shape="line"), size=2.4)
        + scale_color_manual(values=[colours[one] for one in keys], name=" ")
        + scale_shape_manual(values=[marks[one] for one in keys], name=" ")
        + labs(x="Intercept (ms)", y="Slope (ms/day)")
        + own_theme(legend_title=element_text(text=""))
    )


def _colours() -> dict[str, str]:
    from translations.figures.style import DATA, MODEL, OTHER

    return {"complete": "#5b626b", "none": OTHER, "partial": MODEL, "truth": DATA}


def _values(of: dict[str, str], named: Sequence[str]) -> list[str]:
    return [of[one] for one in SHOWN if SHOWN[one] in named]


def _factor(values: Any, levels: Sequence[str]) -> Any:
    return pd.Categorical(list(values), list(levels))


def _caption(screen: Screen, said: str) -> str:
    """What the marks are, and the settings: the figure can be drawn again by them."""
    design = screen.settings.design
    return f"{said} Simulated: {design.subjects} subjects, {design.days} days, seed {screen.settings.seed}."


def main() -> None:
    """Draw what the standard input asks for, as JSON, to the standard output."""
    asked = json.load(sys.stdin)
    assert asked["kind"] in FORMATS
    sys.stdout.buffer.write(drawn(asked["name"], read(asked["controls"]), asked["kind"], asked["width"],
                                  asked["dpi"], asked["layers"]))


if __name__ == "__main__":
    main()
