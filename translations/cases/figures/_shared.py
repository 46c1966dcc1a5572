"""What the figures' cases share: tolerances by what a plot is made of, and parts of what it draws."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from translations.figures.profile_curves import CONF, CONTOUR_POINTS, PAIRS_PADDING, TRACE_POINTS, quantiles
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance, Tolerances
from translations.printing import NA


def layer_tolerances(axes: Tolerance = tol.LINALG, **layers: Tolerance) -> Tolerances:
    """A built plot's tolerances: panels and titles exactly, axes as their ends are computed, layers as named."""
    frame = dict.fromkeys(("panels", "row", "column", "titles"), tol.EXACT)
    return {**frame, "x": tol.LINALG, "y": axes, **layers}


def thinned(panels: dict[str, Any], every: int) -> dict[str, Any]:
    """Every so-manieth value of what is plotted in each panel, from the first."""
    return {name: {axis: values[::every] for axis, values in panel.items()} for name, panel in panels.items()}


def pairs_values(figure: dict[str, Any], every: int = 10) -> dict[str, Any]:
    """Of pairs of parameters: the limits of their axes, and by panel ("row, column") and axis what is plotted below the
    diagonal, as zetas, and above it: traces and half as many points of the contours, thinned, and the strokes below.
    """
    last = figure["panels"][0].split(", ")[0]
    names = [panel.split(", ")[1] for panel in figure["panels"] if panel.startswith(f"{last}, ")]
    limits = {name: figure["x"][f"{last}, {name}"]["range"] for name in names}
    reach = PAIRS_PADDING * quantiles(CONF, 2)[-1]

    def lines(panel: str, axis: str) -> dict[str, Any]:
        traces = figure["path"][panel][axis].reshape(-1, TRACE_POINTS)[:, every // 2 :: every]
        regions = figure["path_1"][panel][axis].reshape(-1, CONTOUR_POINTS)[:, :: 2 * every]
        # NaN is where a line is interrupted: R's NA.
        return {name: np.where(np.isnan(x), NA, x).ravel() for name, x in (("traces", traces), ("regions", regions))}

    found: dict[str, Any] = {"limits": pd.DataFrame(limits)}
    for first, second in combinations(names, 2):
        below, above = f"{first}, {second}", f"{second}, {first}"
        for axis, name in (("x", second), ("y", first)):
            strokes = {"start": figure["segment"][below][axis], "end": figure["segment"][below][f"{axis}end"]}
            low, high = limits[name]
            found[f"below {below} {axis}"] = {
                part: (places - low) / (high - low) * 2.0 * reach - reach
                for part, places in (lines(below, axis) | strokes).items()
            }
            found[f"above {above} {axis}"] = lines(above, axis)
    return found
