"""What the figures' cases share: tolerances by what a plot is made of."""

from __future__ import annotations

from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance, Tolerances


def drawn(axes: Tolerance = tol.LINALG, **layers: Tolerance) -> Tolerances:
    """A built plot's tolerances: panels and titles exactly, axes as their ends are computed, layers as named."""
    frame = dict.fromkeys(("panels", "row", "column", "titles"), tol.EXACT)
    return {**frame, "x": tol.LINALG, "y": axes, **layers}
