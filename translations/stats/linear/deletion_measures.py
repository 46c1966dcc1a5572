"""Measures of what one observation does to a fit, from its error, its leverage and the error variance without it.

Source: Belsley, Kuh & Welsch (1980), Regression Diagnostics, chapter 2; R: dffits, covratio, influence.measures.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from re import sub

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing import NAN, Matrix, Style, render, tables
from translations.printing.deparse import deparse_call
from translations.printing.objects import Printed
from translations.printing.text import abbreviate

from ..distributions import pf


@dataclass(frozen=True)
class Deletions:
    """n observations of a fit of rank p with df residual degrees of freedom.

    e: (n,) errors;  h: (n,) leverages;  sigma: (n,) root of the error variance without each;  labels: (n,)
    dfbetas: (n, p) changes of the coefficients over sigma and the roots of (X'WX)^-1's diagonal;  cook: (n,)
    """

    e: Floats
    h: Floats
    sigma: Floats
    labels: pd.Index
    dfbetas: Floats
    cook: Floats
    names: Sequence[str]
    df: int

    @property
    def p(self) -> int:
        return len(self.names)

    def dffits(self, sigma: Floats | float | None = None) -> Floats:
        """Changes of the fitted values in their standard errors, (n,), NaN where the leverage is 1."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return known(self.e * np.sqrt(self.h) / ((self.sigma if sigma is None else sigma) * (1.0 - self.h)))

    def covratio(self, sigma: Floats | float | None = None) -> Floats:
        """Ratios of the determinants of the coefficients' covariance matrices, without each and with all, (n,)."""
        n, p, rest = len(self.e), self.p, 1.0 - self.h
        with np.errstate(divide="ignore", invalid="ignore"):
            own = known(self.e / ((self.sigma if sigma is None else sigma) * np.sqrt(rest)))
            return known(1.0 / (rest * ((n - p - 1 + own**2) / (n - p)) ** p))

    def all(self) -> Floats:
        """(n, p + 4): dfbetas, dffits, the ratio by sigma alone, Cook's distances, leverages."""
        s = np.sqrt(np.nansum(self.e**2) / self.df)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = (self.sigma / s) ** (2 * self.p) / (1.0 - self.h)
        return known(np.column_stack([self.dfbetas, self.dffits(), ratio, self.cook, self.h]))


def known(values: Floats) -> Floats:
    """Infinite numbers, and those that there are not, as R's NaN."""
    return np.where(np.isfinite(values), values, NAN)


@dataclass(frozen=True, repr=False)
class InfluenceMeasures(Printed):
    """infmat: (n, p + 4);  is_inf: (n, p + 4) whether each is large;  call: of the model. R: class infl."""

    infmat: Matrix
    is_inf: Matrix
    call: tables.Call


def measures(x: Deletions, call: tables.Call) -> InfluenceMeasures:
    """All of them, and which are large. Source of the bounds: Belsley, Kuh & Welsch (1980), chapter 2."""
    short = abbreviate(["1_" if name == "(Intercept)" else name for name in x.names])
    heads = [*(f"dfb.{name}" for name in short), "dffit", "cov.r", "cook.d", "hat"]
    values, p, n = x.all(), x.p, int((x.h > 0.0).sum())
    if n <= p:
        raise ValueError(f"too few observations with a leverage above 0: {n} of {p} coefficients")
    with np.errstate(invalid="ignore"):
        large = np.column_stack([
            np.abs(values[:, :p]) > 1.0, np.abs(values[:, p]) > 3.0 * np.sqrt(p / (n - p)),
            np.abs(1.0 - values[:, p + 1]) > 3.0 * p / (n - p), pf(values[:, p + 2], p, n - p) > 0.5,
            values[:, p + 3] > 3.0 * p / n,
        ])
    return InfluenceMeasures(Matrix(values, index=x.labels, columns=heads),
                             Matrix(large, index=x.labels, columns=heads), call)


@render.register(InfluenceMeasures)
def _lines(x: InfluenceMeasures, style: Style) -> list[str]:
    frame = pd.DataFrame(x.infmat).rename(columns=lambda name: sub(r"[^\w.]", ".", name))
    frame["inf"] = np.where(x.is_inf.to_numpy().any(axis=1), "*", " ")
    fewer = replace(style, digits=max(3, style.digits - 4))
    call = " ".join(deparse_call(x.call.function, x.call.arguments))
    return ["Influence measures of", f"\t {call} :", "", *render(frame, fewer)]
