"""Differences of means in standard deviations. R: emmeans::eff_size."""
from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np

from translations.lme4.control import FollowedWarning
from translations.printing.rounding import signif
from translations.stats.arguments import as_number
from translations.stats.language.expressions import number_text

from .basis import EmmeansNote
from .contrasts import contrast, require_grid
from .grid import EmmGrid, EmmList
from .regrid import regrid


def eff_size(object: EmmGrid | EmmList, sigma: float, edf: float, method: Any = "pairwise", **settings: Any) -> EmmGrid:
    """Contrasts of means over a standard deviation, whose own error counts: Cohen's d. R: emmeans::eff_size.

    object: means; or contrasts with method="identity"; of a list of means and contrasts these contrasts. sigma: the
    standard deviation, in the means' units on the scale of the model. edf: its degrees of freedom; np.inf takes it as
    known. method, settings: as `contrast` has them.

    Returns an EmmGrid whose estimates, effect.size, have no unit. The error of log(sigma) is sqrt(1 / (2 edf)).

    Raises ValueError for a sigma or edf that is not positive. Warns with `FollowedWarning` where means have different
    signs: emmeans counts sigma's error by their absolute values, so that errors of differences are too small.

    >>> m = r.lm("breaks ~ tension", r.load("warpbreaks"))
    >>> print(r.eff_size(r.emmeans(m, "tension"), sigma=r.sigma(m), edf=51))
     contrast effect.size    SE df lower.CL upper.CL
     L - M          0.842 0.344 51    0.152     1.53
     L - H          1.239 0.355 51    0.526     1.95
     M - H          0.397 0.336 51   -0.276     1.07
    <BLANKLINE>
    sigma used for effect sizes: 11.88
    Confidence level used: 0.95
    """
    if isinstance(object, EmmList) and "contrasts" in object:
        warnings.warn("Since 'object' is a list, we are using the contrasts already present.", EmmeansNote,
                      stacklevel=2)
        object, method = object["contrasts"], "identity"
    grid = require_grid(object, "eff_size")
    scale, df = as_number(sigma, "sigma"), as_number(edf, "edf")
    for name, one in (("sigma", scale), ("edf", df)):
        if not one > 0.0:
            raise ValueError(f"{name} must be above 0, not {one:g}")
    means = regrid(replace(grid, transformation=None))
    b = means.basis.bhat
    known = ~np.isnan(b)
    if (b[known] > 0).any() and (b[known] < 0).any() and np.isfinite(df):
        warnings.warn("emmeans takes absolute values of means of different signs when it counts the error of sigma: "
                      "standard errors of their differences are too small", FollowedWarning, stacklevel=2)
    size = np.where(np.abs(b[known]) < 1e-15, 1.0, np.abs(b[known]))
    V = (means.basis.V + np.outer(size, size) / (2.0 * df)) / scale**2
    bhat = np.where(np.abs(b) < 1e-15, 0.0, b) / scale
    sized = replace(means, basis=replace(means.basis, bhat=bhat, V=V))
    found = contrast(sized, method, adjust="none", **settings)
    note = f"sigma used for effect sizes: {number_text(float(signif(scale, 4)))}"
    return replace(found, estimate="effect.size", infer=(True, False), said=(*found.said, note))
