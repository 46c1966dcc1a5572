"""What lme4's checks say of every replicate of a bootstrap, carried as three numbers a replicate. R: checkConv,
checkHess.

Derivatives are lme4's own central differences (`Objective.derivatives`), so that the numbers in the messages are R's
too.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from translations.arrays import Floats

from ..control import LmerControl
from ..convergence import SINGULAR, gradient_words, hessian_words, of_gradients, of_hessians
from .refit_many import Fits

COLUMNS = ["singular", "max_grad", "hessian"]


def findings(fits: Fits, diagonal: np.ndarray, control: LmerControl, near: Floats | None = None) -> Floats:
    """COLUMNS of B fits (B, 3): 0 or 1; what `convergence` has of the gradient, NaN for nothing, and of the
    Hessian, 0 for nothing. near (B, c): how far parameters are from their bounds, where that is not theta's diagonal.
    """
    near = fits.theta[:, diagonal] if near is None else near
    action, tolerance = control.check_conv_singular
    singular = (near < tolerance).any(axis=1) & (action != "ignore")
    found = np.column_stack([singular, np.full(len(fits), np.nan), np.zeros(len(fits))])
    checked = ~singular & ~np.isnan(fits.derivatives[:, :, -1]).any(axis=1)
    if checked.any():
        gradient, H = fits.derivatives[checked, :, -1], fits.derivatives[checked, :, :-1]
        found[checked, 1] = of_gradients(H, gradient, control.check_conv_grad[1])
        found[checked, 2] = of_hessians(H, control.check_conv_hess[1])
    return found


def sentences(found: Floats, control: LmerControl) -> dict[str, dict[str, int]]:
    """How many replicates gave which message and which warning, in R's words."""
    warned: Counter[str] = Counter()
    for worst, code in found[:, 1:].tolist():
        for action, words in ((control.check_conv_grad[0], gradient_words(worst, control.check_conv_grad[1])),
                              (control.check_conv_hess[0], hessian_words(int(code)))):
            if words and action != "ignore":
                warned[";".join(words)] += 1
    said = {SINGULAR: int(np.nansum(found[:, 0]))}
    return {"message": dict(+Counter(said)), "warning": dict(warned)}


def summary(said: dict[str, dict[str, int]]) -> str:
    """The lines that R adds to a printed bootstrap: of each kind how many, and the rarest. R: lme4's
    print.bootWarnings."""
    lines = ""
    for kind, counts in said.items():
        if counts:
            first = min(counts, key=lambda text: (counts[text], text))
            lines += f"{sum(counts.values())} {kind}(s): {first}{' (and others)' * (len(counts) > 1)}\n"
    return f"\n{lines}" if lines else ""
