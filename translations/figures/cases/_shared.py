"""What the figures' cases share: tolerances by what a plot is made of."""

from __future__ import annotations

from typing import Any

from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance, Tolerances


def drawn(axes: Tolerance = tol.LINALG, **layers: Tolerance) -> Tolerances:
    """A built plot's tolerances: panels and titles exactly, axes as their ends are computed, layers as named."""
    frame = dict.fromkeys(("panels", "row", "column", "titles"), tol.EXACT)
    return {**frame, "x": tol.LINALG, "y": axes, **layers}


def thinned(panels: dict[str, Any], every: int) -> dict[str, Any]:
    """Every so-manieth value of what is drawn in each panel, from the first."""
    return {name: {axis: values[::every] for axis, values in panel.items()} for name, panel in panels.items()}
