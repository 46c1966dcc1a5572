"""R's generic functions about single observations, and the criterion that steps through models: declared as in
`generics`."""
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .dispatch import generic

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from translations.printing import Matrix, Vector

    from .linear.deletion_measures import InfluenceMeasures


@generic
def hatvalues(object: Any, /) -> Vector:
    """Leverages: the diagonal of the matrix that turns the response into fitted values. R: stats::hatvalues.

    object: a model of n rows; a mixed one's conditional modes are part of its fitted values.

    Returns a Vector (n,) of numbers from 0 to 1.

    Raises ValueError for an object that is no model.

    >>> print(r.hatvalues(r.lm("Reaction ~ Days", r.sleepstudy())).head(3))
             1          2          3
    0.01919192 0.01380471 0.00976431
    """


@generic
def cooks_distance(object: Any, /) -> Vector:
    """Cook's distances: how far the estimates move when a row is left out. R: stats::cooks.distance. Source: Cook &
    Weisberg (1982), 3.2.

    object: a model of n rows, or the `influence` of a mixed model on its d deletions.

    Returns a Vector (n,) or (d,), without units; NaN where the leverage is 1.

    Raises ValueError for an object that is neither.

    >>> print(r.cooks_distance(r.lm("Reaction ~ Days", r.sleepstudy())).head(3))
               1            2            3
    1.491618e-05 3.127897e-05 1.014574e-03
    """


@generic
def rstandard(object: Any, /, type: str | None = None) -> Vector:
    """Residuals over their standard errors. R: stats::rstandard.

    object: a linear or generalized linear model of n rows. type: of the latter "deviance" (None) or "pearson", of a
    generalized mixed model, under options(lme4="2.1"), "pearson" (None) or "deviance".

    Returns a Vector (n,), without units; NaN where the leverage is 1.

    Raises ValueError for an object that is no such model, or another type.

    >>> print(r.rstandard(r.lm("Reaction ~ Days", r.sleepstudy())).head(3))
              1           2           3
    -0.03904601 -0.06685116 -0.45363381
    """


@generic
def rstudent(object: Any, /) -> Vector:
    """Studentized residuals: over their standard errors, for linear models from the fit without the row. R:
    stats::rstudent.

    object: a model of n rows.

    Returns a Vector (n,), without units; NaN where the leverage is 1.

    Raises ValueError for an object that is no model.

    >>> print(r.rstudent(r.lm("Reaction ~ Days", r.sleepstudy())).head(3))
              1           2           3
    -0.03893634 -0.06666395 -0.45261948
    """


@generic
def influence(object: Any, /, groups: str | None = None, progress: bool | str | None = None) -> Any:
    """Estimates without each observation, or without each group. R: stats::influence.

    object: a model of n rows. groups: of a mixed model, the variable whose levels are left out; None: single rows.
    progress: of a mixed model, a bar, as in `bootMer`.

    Returns of a linear model {"hat", "coefficients", "sigma", "wt.res"}, each of n rows; of a mixed model, refitted
    for each deletion, what `cooks_distance`, `dfbeta` and `dfbetas` take.

    Raises KeyError for an unknown variable, ValueError for an object that is no model.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> print(r.cooks_distance(r.influence(model, groups="Subject")).head(3))
          308       309       310
    0.3392146 0.2903091 0.1306126
    """


@generic
def dfbeta(object: Any, /, which: str = "fixed") -> Matrix:
    """Changes of the coefficients when each observation, or group, is left out. R: stats::dfbeta.

    object: a linear model of n rows, or the `influence` of a mixed model on its d deletions. which: of the latter
    "fixed" effects or "var.cov", variances and covariances.

    Returns a Matrix (n, p) or (d, p) in the coefficients' units.

    Raises ValueError for a mixed model itself, or another which.

    >>> print(r.dfbeta(r.lm("Reaction ~ Days", r.sleepstudy())).head(3))
      (Intercept)        Days
    1 -0.03610401 0.005700633
    2 -0.05191163 0.007570446
    3 -0.28562530 0.036618628
    """


@generic
def dfbetas(object: Any, /) -> Matrix:
    """Changes of the coefficients, as `dfbeta`, in standard errors without the row or group. R: stats::dfbetas.

    object: a linear model of n rows, or the `influence` of a mixed model on its d deletions.

    Returns a Matrix (n, p) or (d, p), without units.

    Raises ValueError for a mixed model itself.

    >>> print(r.dfbetas(r.lm("Reaction ~ Days", r.sleepstudy())).head(3))
       (Intercept)        Days
    1 -0.005446561 0.004591054
    2 -0.007831323 0.006096975
    3 -0.043113463 0.029508065
    """


@generic
def dffits(object: Any, /) -> Vector:
    """Changes of the fitted values when each observation is left out, in their standard errors. R: stats::dffits.
    Source: Belsley, Kuh & Welsch (1980), 2.

    object: a linear or generalized linear model of n rows.

    Returns a Vector (n,), NaN where the leverage is 1.

    Raises ValueError for an object that is no such model.

    >>> print(r.dffits(r.lm("Reaction ~ Days", r.sleepstudy())).head(3))
               1            2            3
    -0.005446561 -0.007887208 -0.044945346
    """


@generic
def covratio(object: Any, /) -> Vector:
    """Determinants of the coefficients' covariance matrix when each observation is left out, over that with all. R:
    stats::covratio. Source: Belsley, Kuh & Welsch (1980), 2.

    object: a linear or generalized linear model of n rows.

    Returns a Vector (n,), NaN where the leverage is 1.

    Raises ValueError for an object that is no such model.

    >>> print(r.covratio(r.lm("Reaction ~ Days", r.sleepstudy())).head(3))
           1        2        3
    1.031103 1.025436 1.018944
    """


@generic
def influence_measures(object: Any, /) -> InfluenceMeasures:
    """What leaving out each observation does, in one table: `dfbetas`, `dffits`, the ratio of covariances, Cook's
    distance and leverage, with a star where one of them is large. R: stats::influence.measures.

    object: a linear or generalized linear model of n rows and p coefficients.

    Returns an object with `.infmat` and `.is_inf`, Matrices (n, p + 4): `str()` is R's text.

    Raises ValueError for an object that is no such model, or where fewer rows than coefficients have a leverage.

    >>> print(r.influence_measures(r.lm("Reaction ~ Days", r.sleepstudy().head(10))).infmat.iloc[:2, 2:])
            dffit    cov.r      cook.d       hat
    1  0.09447104 1.985859 0.005087582 0.3454545
    2 -0.09436366 1.724689 0.005068785 0.2484848
    """


@generic
def extractAIC(object: Any, /, *, scale: float = 0.0, k: float = 2.0) -> np.ndarray:  # noqa: N802
    """Number of parameters and AIC as steps through models take it. R: stats::extractAIC.

    object: a model. scale: a linear model's residual variance where that is known: Mallows' Cp. k: what a degree of
    freedom costs.

    Returns an array (2,); of a linear model n log(RSS / n) + k rank, of a mixed one -2 log-likelihood + k df by maximum
    likelihood.

    Raises ValueError for an object that is no model, or a k that is no number.

    >>> print(r.console(r.extractAIC(r.lm("Reaction ~ Days", r.sleepstudy()))))
    [1]    2.000 1393.475
    """


@generic
def add1(object: Any, /, scope: Sequence[str] | str, test: str | None = None, *, scale: float = 0.0,
         k: float = 2.0) -> pd.DataFrame:
    """The model with each of some further terms in turn. R: stats::add1.

    object: a linear or generalized linear model. scope: a formula of the largest model, whose `.` stands for the
    model's own side ("~ . + x + z"), or labels of the terms. test: None, "F", "Chisq", of a glm also "LRT", "Rao".
    scale: a linear model's residual variance where that is known. k: what a degree of freedom costs.

    Returns a frame, a row a term; `str()` is R's text.

    Raises ValueError where nothing can be added, the scope lacks a term of the model, or for an unknown test.

    >>> print(r.add1(r.lm("Reaction ~ 1", r.sleepstudy()), "~ . + Days", test="F"))
    Single term additions
    <BLANKLINE>
    Model:
    Reaction ~ 1
           Df Sum of Sq    RSS    AIC F value    Pr(>F)
    <none>              567954 1452.2
    Days    1    162703 405252 1393.5  71.464 9.894e-15 ***
    ---
    Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1
    """
