"""nlme's generic functions, as they are called: declared as those of `stats.generics`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
