"""R's generic functions about what coefficients stand for, declared as in `generics`; correlations of covariances."""
from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from translations.printing import NAN, Matrix

from .arguments import as_numbers
from .dispatch import generic

if TYPE_CHECKING:
    from translations.printing import Vector

    from .linear.aliased import Aliased


@generic
def alias(object: Any, /, complete: bool = True, partial: bool = False) -> Aliased:
    """Which coefficients cannot be told from others: those that are combinations of the others. R: stats::alias.

    object: a linear or generalized linear model. complete: whether these are looked for. partial: also the correlations
    of the others' estimates.

    Returns an object with `.Model`, `.Complete`, a Matrix (aliased coefficients, others), None where there are none,
    and `.Partial`, a Matrix above whose diagonal the correlations stand: `str()` is R's text.

    Raises ValueError for an object that is no such model.

    >>> print(r.alias(r.lm("Reaction ~ Days + I(2 * Days)", r.sleepstudy())))
    Model :
    Reaction ~ Days + I(2 * Days)
    <BLANKLINE>
    Complete :
                (Intercept) Days
    I(2 * Days) 0           2
    <BLANKLINE>
    """


@generic
def effects(object: Any, /, set_sign: bool = False) -> Vector:
    """The response along the orthogonal columns that a least-squares fit makes of its design. R: stats::effects.

    object: a linear model, or a generalized one, whose effects are of the last step's weighted working response.
    set_sign: of a linear model, whether a coefficient's effect gets the coefficient's sign.

    Returns a Vector (n,) of observations with a weight, the first named by coefficients, the rest by nothing: their
    squares sum to the residual sum of squares.

    Raises ValueError for an object that is no such model.

    >>> print(r.effects(r.lm("Reaction ~ Days", r.sleepstudy())).head(3))
    (Intercept)        Days
     -4004.9036    403.3642    -21.2517
    """


@generic
def dummy_coef(object: Any, /, use_na: bool = False) -> dict[str, Any]:
    """The coefficients of all levels, whatever the contrasts: those of the terms' cells. R: stats::dummy.coef.

    object: a linear or generalized linear model. use_na: whether what aliased coefficients would add is missing, not 0.

    Returns {"(Intercept)": number, term: Vector of its levels}: `str()` is R's text. Of a model without factors its
    coefficients by name.

    Raises ValueError for an object that is no such model.

    >>> print(r.dummy_coef(r.lm("weight ~ group", r.load("PlantGrowth"))))
    Full coefficients are
    <BLANKLINE>
    (Intercept):     5.032
    group:            ctrl   trt1   trt2
                     0.000 -0.371  0.494
    """


def cov2cor(V: Any) -> Matrix:  # noqa: N803
    """The correlations of a covariance matrix. R: stats::cov2cor.

    V: a matrix (k, k), such as `vcov`'s.

    Returns a Matrix (k, k) with V's labels, its diagonal 1.

    Raises ValueError for what is no square matrix of numbers. Warns where a variance is missing or not above 0.

    >>> print(r.cov2cor(r.vcov(r.lm("Reaction ~ Days", r.sleepstudy()))))
                (Intercept)       Days
    (Intercept)   1.0000000 -0.8429272
    Days         -0.8429272  1.0000000
    """
    values = as_numbers(V, "V")
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise ValueError(f"'V' is not a square numeric matrix: its shape is {values.shape}")
    variances = np.diagonal(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(1.0 / variances)
        if not (np.isfinite(root) & (variances > 0.0)).all():
            warnings.warn("diag(.) had 0 or NA entries; non-finite result is doubtful", stacklevel=2)
        R = root[:, None] * values * root
    R[np.isnan(R)] = NAN  # 0 / 0, which to R is no missing value
    np.fill_diagonal(R, 1.0)
    labelled = isinstance(V, pd.DataFrame)
    return Matrix(R, index=V.index if labelled else None, columns=V.columns if labelled else None)
