"""Marginal means of an analysis of variance in strata, `aov` with Error(). R: emmeans' method for aovlist.

Each coefficient is taken from the innermost stratum that estimates it, and combinations across strata have the degrees
of freedom of Satterthwaite (1946), Biometrics Bulletin 2, 110: a mean is right where the design is balanced, and
elsewhere leaves out what the outer strata know of it.
"""
from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from translations.settings import option
from translations.stats.language.factors import Factor
from translations.stats.linear.aov import AovList, aov
from translations.stats.linear.strata import Stratum

from .basis import LIMIT, Basis, EmmeansNote, Floats, basis_of, variables_of
from .links import of_response

ORTHOGONAL = ("contr.helmert", "contr.poly", "contr.sum")
BIASED = "Warning: EMMs are biased unless design is perfectly balanced"
MEAN = "(Intercept)"


class EmmeansWarning(EmmeansNote):
    """What emmeans warns of beside its answer; the text is R's warning."""

    r_message = False


@dataclass(frozen=True)
class Part:
    """What one stratum says of the coefficients: places of those taken from it, V their covariance matrix, and the
    degrees of freedom of its residuals, -1 for none.
    """

    places: Floats
    V: Floats
    df: float


@basis_of.register(AovList)
def _of_strata(m: AovList, lmer_df: str = "kenward-roger", pbkrtest_limit: int = LIMIT,
               lmerTest_limit: int = LIMIT) -> Basis:  # noqa: N803
    m = _with_orthogonal_contrasts(m)
    names = list(m.X.names)
    if sum(int(one.coefficients.notna().sum()) for one in m.strata.values()) > len(names):
        warnings.warn("NOTE: Results are based on intra-block estimates and are biased.", EmmeansNote, stacklevel=5)
    beta = np.full(len(names), np.nan)
    parts: list[Part] = []
    for one in reversed(list(m.shown.values())):
        parts.insert(0, _taken(one, names, beta))
    if MEAN in m.strata:
        beta[0] = m.strata[MEAN].coefficients.iloc[0]
        first = parts[0]
        variance = next(iter(m.shown.values())).sigma ** 2 / m.frame.n
        V = np.zeros((len(first.places) + 1, len(first.places) + 1))
        V[0, 0], V[1:, 1:] = variance, first.V
        parts[0] = Part(np.concatenate([[0], first.places]), V, first.df)
    V = np.zeros((len(names), len(names)))
    for part in parts:
        V[np.ix_(part.places, part.places)] = part.V
    fitted = ~np.isnan(beta)

    def df(L: Floats) -> Floats:  # noqa: N803
        whole = np.zeros((len(L), len(names)))
        whole[:, fitted] = L
        own = np.array([np.einsum("ci,ij,cj->c", whole[:, part.places], part.V, whole[:, part.places])
                        for part in parts])
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(own.sum(axis=0) ** 2 / (own**2 / np.array([[part.df] for part in parts])).sum(axis=0))

    return Basis(
        m.X, beta, V[np.ix_(fitted, fitted)], None, df, "", np.nan, variables_of(m.X, m.data, m.frame, m.arguments),
        np.ones(m.frame.n), of_response(m.X.formula, m.frame), said=(BIASED,),
        check=_warn_of_correlation,
    )


def _warn_of_correlation(L: Floats) -> None:  # noqa: N803
    """R's warning where the columns of a grid's rows (c, q) do not sum to zero; the first is the intercept's."""
    if (np.round(L[:, 1:].sum(axis=0), 3) != 0.0).any():
        warnings.warn("Some predictors are correlated with the intercept - results may be very biased", EmmeansWarning,
                      stacklevel=5)


def _with_orthogonal_contrasts(m: AovList) -> AovList:
    """The analysis with contrasts that sum to zero, so that a coefficient of one stratum says nothing of another."""
    asked: Mapping[str, Any] = m.arguments.get("contrasts") or {}
    kinds = {name: asked.get(name, option("contrasts")[value.ordered])
             for name, value in m.frame.variables.items() if isinstance(value, Factor) and name in m.X.contrasts}
    other = [name for name, kind in kinds.items() if not (isinstance(kind, str) and kind in ORTHOGONAL)]
    if not other:
        return m
    warnings.warn("Note: re-fitting model with sum-to-zero contrasts", EmmeansNote, stacklevel=6)
    again = aov(m.formula, m.data, **{**m.arguments, "contrasts": {**kinds, **dict.fromkeys(other, "contr.sum")}})
    assert isinstance(again, AovList)
    return again


def _taken(one: Stratum, names: list[str], beta: Floats) -> Part:
    """The coefficients that `beta` (q,) does not have yet, put into it, with their covariance matrix."""
    estimated = one.coefficients.dropna()
    places = np.array([names.index(str(name)) for name in estimated.index], dtype=np.intp)
    new = np.isnan(beta[places])
    beta[places[new]] = estimated.to_numpy(float)[new]
    inverse = np.linalg.inv(one.R) if len(one.R) else one.R
    V = one.sigma**2 * inverse @ inverse.T
    return Part(places[new], V[np.ix_(new, new)], float(one.df_residual) if one.df_residual > 0 else -1.0)
