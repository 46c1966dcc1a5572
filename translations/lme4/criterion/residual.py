"""The response's residual on the fixed effects, rounded once however large the mean is."""

from __future__ import annotations

import numpy as np

from translations.arrays import Floats

from . import cross_sums

CANCELS = 100.0  # a response so many times its residual loses two digits to y - QQ'y


def exact_residual(y: Floats, X: Floats, beta: Floats, offset: Floats | None = None) -> Floats:
    """y - offset - X beta (n,) for y (n,), X (n, p), beta (p,): as if in twice the precision, then rounded."""
    out = np.empty(len(y))
    given = np.empty(0) if offset is None else np.asarray(offset, dtype=float)
    cross_sums.residuals(y.astype(float), X, beta, given, out)
    return out
