"""nlme's generic functions, as they are called: declared as those of `stats.generics`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from translations.printing import Matrix
from translations.stats.dispatch import generic


@generic
def intervals(object: Any, /, level: float = 0.95, which: str = "all") -> Mapping[str, Any]:
    """Approximate intervals of the coefficients and of the parameters of correlation and variance. R: nlme::intervals.
    Source: Pinheiro & Bates (2000), section 2.4.3.

    object: a fit by `gls` or `lme`. level: between 0 and 1. which: "coef" (of `lme` "fixed"), "var-cov" or "all".

    Returns a mapping of "coef", "corStruct", "varStruct" and "sigma", those that there are, to a Matrix (parameters, 3)
    with columns lower, est. and upper; `str()` is R's text. Those of the coefficients are by the t distribution; the
    others by the normal one on a scale without bounds, with the curvature of the likelihood there. R takes that from
    differences at steps of 6e-6, which leaves it four digits and more.

    Raises ValueError for an object that has none, or where the likelihood has no maximum at the estimates.

    >>> m = r.gls("distance ~ age", r.load("Orthodont"), r.corCompSymm(form="~ 1 | Subject"))
    >>> print(r.intervals(m, which="coef"))
    Approximate 95% confidence intervals
    <BLANKLINE>
     Coefficients:
                     lower       est.      upper
    (Intercept) 15.1702845 16.7611111 18.3519377
    age          0.5380455  0.6601852  0.7823249
    """


@generic
def getVarCov(obj: Any, /, individuals: Any = None, type: str | None = None, *,  # noqa: N802
              individual: Any = None) -> Matrix | Mapping[str, Matrix]:
    """Covariances of the random effects, or of the observations of a group. R: nlme::getVarCov. Source: Pinheiro &
    Bates (2000), section 5.1.

    obj: a fit by `gls`, or by `lme` of one level of grouping. individuals: of `lme` groups' labels, or numbers from 1
    in the order of the data; None for the first. individual: of `gls` one group, by its label or its number among the
    levels. type: of `lme` "random.effects", those between groups' effects, (q, q); "conditional", of a group's
    observations given its effects, or "marginal", both, (m, m) for m rows.

    Returns a Matrix, of `lme`'s groups a mapping of label to Matrix; `str()` is R's text.

    Raises ValueError for errors of `gls` without groups and for several levels of grouping; KeyError for a group that
    the fit did not see.

    >>> print(r.getVarCov(r.gls("distance ~ age", r.load("Orthodont"), r.corCompSymm(form="~ 1 | Subject"))))
    Marginal variance covariance matrix
           [,1]   [,2]   [,3]   [,4]
    [1,] 6.5215 4.4721 4.4721 4.4721
    [2,] 4.4721 6.5215 4.4721 4.4721
    [3,] 4.4721 4.4721 6.5215 4.4721
    [4,] 4.4721 4.4721 4.4721 6.5215
      Standard Deviations: 2.5537 2.5537 2.5537 2.5537
    """


@generic
def ACF(object: Any, /, maxLag: int | None = None, resType: str = "pearson", form: str = "~ 1") -> pd.DataFrame:  # noqa: N802, N803
    """Autocorrelations of the residuals of rows that are 0, 1, 2, ... apart in a group. R: nlme::ACF. Source: Pinheiro
    & Bates (2000), section 5.3.3.

    object: a fit by `gls` or `lme`. maxLag: the largest distance; None for ten times the logarithm to 10 of the longest
    group's length. resType: "pearson", "response" or "normalized" residuals. form: of `gls` whose correlation has no
    groups, "~ 1 | g": groups in which rows are in order; else all rows are one.

    Returns a frame with a row a distance: lag and ACF. `.attrs["n_used"]` says of how many pairs each.

    Raises ValueError for an object that has none, an unknown resType, or a maxLag that is no whole number.

    >>> m = r.lme("follicles ~ sin(2*pi*Time) + cos(2*pi*Time)", r.load("Ovary"), "~ 1 | Mare")
    >>> print(r.ACF(m, maxLag=2))
      lag       ACF
    1   0 1.0000000
    2   1 0.5027311
    3   2 0.3288761
    """
