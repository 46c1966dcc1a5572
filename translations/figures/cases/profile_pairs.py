"""Pairs of parameters: lme4's splom of a profile.

Two traces, along each of which one parameter is held while all others are optimized, and contours of the joint
confidence regions, interpolated from where they meet the traces. Above the diagonal in the parameters' units; below it
as zetas, which stand at places along the axes of the parameters, undone here. R draws the axes into the diagonal,
plotnine along the outer sides.
"""

from itertools import combinations
from typing import Any

import pandas as pd

from translations.figures import draw
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=13, tolerance=tol.CURVE)
def profile_pairs(control=None):
    return pairs_values(draw("profile_pairs", control=control))


def pairs_values(plot: Any, every: int = 10) -> dict[str, Any]:
    """The limits of the parameters' axes, and by panel ("row, column") and axis what is drawn below the diagonal, as
    zetas, and above it: the traces and half as many points of the contours, thinned, and the strokes below.
    """
    from translations.figures.profile_curves import CONF, CONTOUR_POINTS, TRACE_POINTS, quantiles
    from translations.figures.profile_plots import PAIRS_PADDING

    drawn = built(plot)
    last = drawn["panels"][0].split(", ")[0]
    names = [panel.split(", ")[1] for panel in drawn["panels"] if panel.startswith(f"{last}, ")]
    limits = {name: drawn["x"][f"{last}, {name}"]["range"] for name in names}
    reach = PAIRS_PADDING * quantiles(CONF, 2)[-1]

    def thinned(panel: str, axis: str) -> dict[str, Any]:
        traces = drawn["path"][panel][axis].reshape(-1, TRACE_POINTS)[:, every // 2 :: every]
        regions = drawn["path_1"][panel][axis].reshape(-1, CONTOUR_POINTS)[:, :: 2 * every]
        return {"traces": traces.ravel(), "regions": regions.ravel()}

    found: dict[str, Any] = {"limits": pd.DataFrame(limits)}
    for first, second in combinations(names, 2):
        below, above = f"{first}, {second}", f"{second}, {first}"
        for axis, name in (("x", second), ("y", first)):
            strokes = {"start": drawn["segment"][below][axis], "end": drawn["segment"][below][f"{axis}end"]}
            low, high = limits[name]
            found[f"below {below} {axis}"] = {
                part: (places - low) / (high - low) * 2.0 * reach - reach
                for part, places in (thinned(below, axis) | strokes).items()
            }
            found[f"above {above} {axis}"] = thinned(above, axis)
    return found
