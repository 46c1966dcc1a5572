"""What lme4's checks say of every replicate of a bootstrap, carried as three numbers a replicate. R: checkConv,
checkHess.

Derivatives are lme4's own central differences (`Objective.derivatives`), so that the numbers in the messages are R's
too.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from .batch import Fits
from .checks import SINGULAR, UNIDENTIFIED
from .control import LmerControl
from .structure import Floats

COLUMNS = ["singular", "max_grad", "hessian"]
UNABLE = -1.0  # in max_grad
FLAT, LARGE, RATIO = 1, 2, 4  # in hessian, where -1, -2, ... count negative eigenvalues


def findings(fits: Fits, diagonal: np.ndarray, control: LmerControl) -> Floats:
    """COLUMNS of B fits (B, 3): 0 or 1; the gradient's size where it is too large, else NaN; a code of the Hessian,
    else 0."""
    singular = (fits.theta[:, diagonal] < control.check_conv_singular[1]).any(axis=1)
    found = np.column_stack([singular, np.full(len(fits), np.nan), np.zeros(len(fits))])
    checked = ~singular & ~np.isnan(fits.derivatives[:, :, -1]).any(axis=1)
    if checked.any():
        gradient, H = fits.derivatives[checked, :, -1], fits.derivatives[checked, :, :-1]
        found[checked, 1] = _gradients(H, gradient, control.check_conv_grad[1])
        found[checked, 2] = _hessians(H, control.check_conv_hess[1])
    return found


def _gradients(H: Floats, gradient: Floats, tolerance: float) -> Floats:
    """Of c Hessians (c, m, m) and gradients (c, m): the second of COLUMNS."""
    try:
        roots = np.linalg.cholesky(H)
    except np.linalg.LinAlgError:  # of one of them, which then stands alone
        if len(H) == 1:
            return np.array([UNABLE])
        each = [_gradients(H[i : i + 1], gradient[i : i + 1], tolerance) for i in range(len(H))]
        return np.concatenate(each)
    scaled = np.linalg.solve(roots.transpose(0, 2, 1), gradient[:, :, None])[:, :, 0]
    worst = np.minimum(np.abs(scaled), np.abs(gradient)).max(axis=1)
    return np.where(worst > tolerance, worst, np.nan)


def _hessians(H: Floats, tolerance: float) -> Floats:
    """Of c Hessians (c, m, m): the third of COLUMNS."""
    values = np.linalg.eigvalsh(H)
    negative = (values < -tolerance).sum(axis=1)
    flat = (np.abs(values) < tolerance).any(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        large = LARGE * (values[:, -1] * tolerance > 1) + RATIO * (values[:, 0] / values[:, -1] < tolerance)
    return np.where(negative > 0, -negative, np.where(flat, FLAT, large)).astype(float)


def sentences(found: Floats, control: LmerControl) -> dict[str, dict[str, int]]:
    """How many replicates gave which message and which warning, in R's words."""
    warned: Counter[str] = Counter()
    for worst, code in found[:, 1:].tolist():
        if worst == UNABLE:
            warned["unable to evaluate scaled gradient"] += 1
        elif worst == worst:
            tolerance = control.check_conv_grad[1]
            warned[f"Model failed to converge with max|grad| = {worst:g} (tol = {tolerance:g}, component 1)"] += 1
        if code:
            warned[_of_hessian(int(code))] += 1
    said = {SINGULAR: int(np.nansum(found[:, 0]))}
    return {"message": dict(+Counter(said)), "warning": dict(warned)}


def _of_hessian(code: int) -> str:
    if code < 0:
        return f"Model failed to converge: degenerate  Hessian with {-code} negative eigenvalues"
    if code == FLAT:
        return UNIDENTIFIED
    trouble = [(LARGE, "very large eigenvalue"), (RATIO, "large eigenvalue ratio")]
    said = [f"Model is nearly unidentifiable: {what}\n - Rescale variables?" for bit, what in trouble if code & bit]
    return ";".join(said)


def summary(said: dict[str, dict[str, int]]) -> str:
    """The lines that R adds to a printed bootstrap: of each kind how many, and the rarest. R: lme4's
    print.bootWarnings."""
    lines = ""
    for kind, counts in said.items():
        if counts:
            first = min(counts, key=lambda text: (counts[text], text))
            lines += f"{sum(counts.values())} {kind}(s): {first}{' (and others)' * (len(counts) > 1)}\n"
    return f"\n{lines}" if lines else ""
