"""Covariance parameters as standard deviations and correlations: the scale on which profiles and intervals live.

x (m + 1,): for each term, in theta's order (the lower triangle column by column), standard deviations on the diagonal
and correlations below it; last sigma.  R: lme4's Cv_to_Sv, Sv_to_Cv, profnames.
"""
from __future__ import annotations

import numpy as np

from .criterion import scales
from .structure import Floats, Ints, RandomStructure, lower_triangle


def from_theta(structure: RandomStructure, theta: Floats, sigma: float) -> Floats:
    """x (m + 1,) of theta (m,) and sigma; the correlation with an effect whose variance is 0 is 0."""
    x = np.empty(len(theta) + 1)
    sizes = _sizes(structure)
    scales.sdcor_of(theta, sigma, sizes, x, _room(sizes))
    return x


def to_theta(structure: RandomStructure, x: Floats, as_lme4: bool = True) -> Floats:
    """theta (m,) of x (m + 1,); where the correlations are those of no matrix, what lme4 puts in its place
    (`scales._pivoted`), or NaN."""
    theta = np.empty(len(x) - 1)
    sizes = _sizes(structure)
    scales.theta_of(np.asarray(x, dtype=float), sizes, theta, as_lme4, _room(sizes))
    return theta


def _sizes(structure: RandomStructure) -> Ints:
    """The number of effects of each term, (terms,)."""
    return np.array([term.k for term in structure.terms])


def _room(sizes: Ints) -> Floats:
    return np.empty((4, sizes.max(), sizes.max()))


def bounds(structure: RandomStructure) -> tuple[Floats, Floats]:
    """Lower and upper bounds (m + 1,): 0 and infinity for standard deviations, -1 and 1 for correlations."""
    diagonal = np.append(structure.diagonal, True)
    return np.where(diagonal, 0.0, -1.0), np.where(diagonal, np.inf, 1.0)


def names(structure: RandomStructure, old: bool = True) -> list[str]:
    """lme4's names of x: `.sig01`, ..., `.sigma`, or, by meaning, `sd_(Intercept)|Subject`,
    `cor_x.(Intercept)|Subject`, `sigma`."""
    if old:
        return [f".sig{i + 1:02d}" for i in range(structure.n_theta)] + [".sigma"]
    out = []
    for term in structure.terms:
        for row, col in zip(*lower_triangle(term.k), strict=True):
            a, b = term.names[row], term.names[col]
            out.append(f"sd_{a}|{term.group}" if row == col else f"cor_{a}.{b}|{term.group}")
    return [*out, "sigma"]
