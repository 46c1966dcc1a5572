"""What intervals of all kinds share: their frame, quantiles, the choice of parameters, the warning of a bad profile."""

from __future__ import annotations

import numpy as np

from translations.arrays import Floats
from translations.printing import Matrix
from translations.stats.linear.lm_predict import percent_labels

LOWER_DEVIANCE = 1e-9  # a profile that finds a deviance lower by more than this shows that the fit was not optimal


class ProfileWarning(UserWarning):
    """A profile that cannot be used as it is; the text is R's and names the parameter."""


def normal_quantiles(level: float) -> Floats:
    """The two standard normal quantiles between which lies `level`."""
    from scipy.special import ndtri

    a = (1.0 - level) / 2.0
    return ndtri(np.array([a, 1.0 - a]))


def interval_matrix(intervals: dict[str, Floats], level: float) -> Matrix:
    """Rows of intervals with R's column names (R: format.perc)."""
    ends = np.array(list(intervals.values())).reshape(-1, 2)
    return Matrix(ends, index=list(intervals), columns=percent_labels(level))
