"""What lme4 says of the derivatives of the criterion where fits ended, of one or of many. R: checkConv, checkHess.

c fits of m thetas; a number for what is said of each gradient, a code for what is said of each Hessian, and R's words
for either.
"""

from __future__ import annotations

import numpy as np

from translations.arrays import Floats
from translations.settings import since

UNIDENTIFIED = " Hessian is numerically singular: parameters are not uniquely determined"
UNABLE = -1.0  # of a gradient
FLAT, LARGE, RATIO, NOT_FINITE = 1, 2, 4, 8  # of a Hessian, where -1, -2, ... count negative eigenvalues


def of_gradients(H: Floats, gradient: Floats, tolerance: float) -> Floats:
    """(c,) for Hessians (c, m, m) and gradients (c, m): `worst_of` where that is above the tolerance, else NaN."""
    return too_large(worst_of(H, gradient), tolerance)


def too_large(worst: Floats, tolerance: float) -> Floats:
    """`worst_of` (c,) where that is above the tolerance or UNABLE, else NaN."""
    return np.array([one if one > tolerance or one == UNABLE else np.nan for one in worst.tolist()])


def worst_of(H: Floats, gradient: Floats) -> Floats:
    """(c,) for Hessians (c, m, m) and gradients (c, m): the lesser of the gradient and of its Newton step in the
    Hessian's metric; UNABLE where there is no such step.
    """
    try:
        roots = np.linalg.cholesky(H)
        scaled = np.linalg.solve(roots.transpose(0, 2, 1), gradient[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:  # of one of them, which then stands alone
        if len(H) == 1:
            return np.array([UNABLE])
        return np.concatenate([worst_of(H[i : i + 1], gradient[i : i + 1]) for i in range(len(H))])
    worst = np.minimum(np.abs(scaled), np.abs(gradient)).max(axis=1)
    return np.where(np.isnan(worst), UNABLE, worst)


def of_hessians(H: Floats, tolerance: float) -> Floats:
    """(c,) for Hessians (c, m, m): codes, 0 where nothing is said."""
    return shape_of(eigenvalues(H), tolerance)


def eigenvalues(H: Floats) -> Floats:
    """Those of Hessians (c, m, m), ascending (c, m); NaN where one is not finite."""
    finite = np.isfinite(H).all(axis=(1, 2))
    if finite.all():
        return np.linalg.eigvalsh(H)
    values: Floats = np.full(H.shape[:2], np.nan)
    values[finite] = np.linalg.eigvalsh(H[finite])
    return values


def shape_of(values: Floats, tolerance: float) -> Floats:
    """Codes (c,) of Hessians with these eigenvalues (c, m), ascending, 0 where nothing is said."""
    return np.array([_shape_of_one(one, tolerance) for one in values.tolist()], dtype=float)


def _shape_of_one(values: list[float], tolerance: float) -> int:
    if any(value != value for value in values):
        return NOT_FINITE
    if negative := sum(value < -tolerance for value in values):
        return -negative
    if any(abs(value) < tolerance for value in values):
        return FLAT
    lowest, highest = values[0], values[-1]
    ratio = highest != 0.0 and lowest / highest < tolerance
    return LARGE * (highest * tolerance > 1.0) + RATIO * ratio


def _help() -> str:
    """Where lme4 ≥ 2.0 sends the reader of a warning of failed convergence."""
    return "\n  See ?lme4::convergence and ?lme4::troubleshooting." if since("2.1") else ""


def gradient_words(worst: float, tolerance: float) -> list[str]:
    """R's message for a number of `of_gradients`, if any."""
    if worst == UNABLE:
        return ["unable to evaluate scaled gradient"]
    if np.isnan(worst):
        return []
    return [f"Model failed to converge with max|grad| = {worst:g} (tol = {tolerance:g}, component 1){_help()}"]


def hessian_words(code: int) -> list[str]:
    """R's messages for a code of `of_hessians`, which it gives in one warning, if any."""
    if code < 0:
        return [f"Model failed to converge: degenerate  Hessian with {-code} negative eigenvalues{_help()}"]
    if code == NOT_FINITE:
        return ["Problem with Hessian check (infinite or missing values?)"]
    if code == FLAT:
        return [UNIDENTIFIED]
    trouble = [(LARGE, "very large eigenvalue"), (RATIO, "large eigenvalue ratio")]
    return [f"Model is nearly unidentifiable: {what}\n - Rescale variables?" for bit, what in trouble if code & bit]
