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
    return np.where((worst > tolerance) | (worst == UNABLE), worst, np.nan)


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
    values: Floats = np.full(H.shape[:2], np.nan)
    values[finite] = np.linalg.eigvalsh(H[finite])
    return values


def shape_of(values: Floats, tolerance: float) -> Floats:
    """Codes (c,) of Hessians with these eigenvalues (c, m), 0 where nothing is said."""
    negative = (values < -tolerance).sum(axis=1)
    flat = (np.abs(values) < tolerance).any(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        large = LARGE * (values[:, -1] * tolerance > 1.0) + RATIO * (values[:, 0] / values[:, -1] < tolerance)
    codes = np.where(negative > 0, -negative, np.where(flat, FLAT, large))
    return np.where(np.isnan(values).any(axis=1), NOT_FINITE, codes).astype(float)


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
