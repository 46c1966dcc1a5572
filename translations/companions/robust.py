"""Covariance matrices of coefficients that a user brings, or that allow for unequal variances. R: car::hccm."""
from __future__ import annotations

from typing import Any

import numpy as np

from translations.printing import Matrix
from translations.stats import generics
from translations.stats.arguments import require_choice
from translations.stats.linear.linear_model import Lm

Floats = np.ndarray
KINDS = ("hc3", "hc0", "hc1", "hc2", "hc4")


def hccm(m: Lm, type: str = "hc3") -> Matrix:
    """Covariance matrix of a linear model's coefficients that holds where variances are unequal. R: car::hccm.

    m: a linear model. type: "hc0" (White 1980), "hc1" (times n over the residual degrees of freedom), "hc2", "hc3"
    (residuals over 1 - h, and over its square) or "hc4" (Cribari-Neto 2004), h the hat values.

    Returns a Matrix (p, p), labelled, in products of the coefficients' units.

    Raises ValueError for another model, an unknown type, and where a row decides a coefficient by itself (h = 1).
    Source: Long & Ervin (2000), Am. Stat. 54, 217.

    >>> print(r.hccm(r.lm("Reaction ~ Days", r.sleepstudy())))
                (Intercept)      Days
    (Intercept)   26.865336 -5.258697
    Days          -5.258697  1.642541
    """
    if not isinstance(m, Lm):
        raise ValueError(f"hccm needs a linear model, not {m!r:.60}")
    require_choice(type, KINDS, "type")
    X = m.X.values[:, m.kept]
    n, p = X.shape
    e = np.asarray(generics.residuals(m), dtype=float) * (1.0 if m.weights is None else m.weights)
    h = np.asarray(generics.hatvalues(m), dtype=float)
    if (h > 1.0 - np.sqrt(np.finfo(float).eps)).any() and type in ("hc2", "hc3", "hc4"):
        raise ValueError("hccm estimator is singular: some rows decide a coefficient by themselves (hat value 1)")
    factor = {"hc0": np.ones(n), "hc1": np.full(n, (n - p) / n), "hc2": 1.0 - h, "hc3": (1.0 - h) ** 2,
              "hc4": (1.0 - h) ** np.minimum(4.0, n * h / p)}[type]
    half = m.unscaled @ X.T
    names = [m.X.names[at] for at in m.kept]
    return Matrix((half * (e**2 / factor)) @ half.T, index=names, columns=names)


def given(vcov_: Any, m: Any, p: int) -> Floats:
    """The covariance matrix (p, p) that `vcov_` is, or that it answers for a model. Raises ValueError for another."""
    try:
        V = np.asarray(vcov_(m) if callable(vcov_) else vcov_, dtype=float)
    except TypeError:
        raise ValueError(f"vcov_ must be a matrix or a function of the model, not {vcov_!r:.60}") from None
    if V.shape != (p, p):
        raise ValueError(f"vcov_ must be a matrix ({p}, {p}), one row a coefficient, not {V.shape}")
    return V
