"""Covariance parameters as standard deviations and correlations: the scale on which profiles and intervals live.

x (m + 1,): for each term, in theta's order (the lower triangle column by column), standard deviations on the diagonal
and correlations below it; last sigma.  R: lme4's Cv_to_Sv, Sv_to_Cv, profnames.

Of models with covariance structures x is that of `covariance/scales.py`, and par (npar,) stands for theta.
"""
from __future__ import annotations

from enum import IntEnum

import numpy as np

from translations.arrays import Floats, Ints
from translations.settings import since

from ..covariance import scales as structured
from ..structure import RandomStructure, lower_triangle
from . import scales


class Way(IntEnum):
    """How theta and x become each other, see `scales.theta_of`: as in lme4 before 2.0, as there but exact where
    correlations are those of no positive definite matrix, and as in lme4 since 2.0."""

    EXACT = 0
    PIVOTED = 1
    BY_CORRELATIONS = 2


def from_theta(structure: RandomStructure, theta: Floats, sigma: float, way: int = Way.PIVOTED) -> Floats:
    """x (m + 1,) of theta (m,) and sigma; the correlation with an effect whose variance is 0 is 0."""
    if structure.parameters.structured:
        return structured.of_par(structure.parameters, theta, sigma)
    x = np.empty(len(theta) + 1)
    scales.sdcor_of(theta, sigma, structure.sizes, x, _work(structure.sizes), way)
    return x


def to_theta(structure: RandomStructure, x: Floats, way: int = Way.PIVOTED) -> Floats:
    """theta (m,) of x (m + 1,); where the correlations are those of no matrix, NaN, or what lme4 puts in its place
    (`scales._pivoted`)."""
    if structure.parameters.structured:
        return structured.to_par(structure.parameters, np.asarray(x, dtype=float))
    theta = np.empty(len(x) - 1)
    scales.theta_of(np.asarray(x, dtype=float), structure.sizes, theta, way, _work(structure.sizes))
    return theta


def _work(sizes: Ints) -> Floats:
    return np.empty((4, sizes.max(), sizes.max()))


def bounds(structure: RandomStructure) -> tuple[Floats, Floats]:
    """Lower and upper bounds (m + 1,): 0 and infinity for standard deviations, -1 and 1 for correlations."""
    if structure.parameters.structured:
        return structured.bounds(structure.parameters)
    diagonal = np.append(structure.diagonal, True)
    return np.where(diagonal, 0.0, -1.0), np.where(diagonal, np.inf, 1.0)


def order(structure: RandomStructure) -> Ints:
    """Where the parameters of profiles and intervals stand in x, (m + 1,): as they are, or, since lme4 2.0, in each
    term all standard deviations before all correlations."""
    if structure.parameters.structured or not since("2.1"):
        return np.arange(structure.parameters.size + 1)
    entries = (lower_triangle(term.k) for term in structure.terms)
    within = [np.argsort(rows != columns, kind="stable") for rows, columns in entries]
    starts = np.cumsum([0, *(len(places) for places in within)])
    return np.concatenate([*(start + places for start, places in zip(starts[:-1], within, strict=True)), starts[-1:]])


def number(structure: RandomStructure, at: int) -> int:
    """The number in x, then the fixed effects, of parameter number `at` in its `order`."""
    places = order(structure)
    return int(places[at]) if at < len(places) else at


def names(structure: RandomStructure, old: bool = True) -> list[str]:
    """lme4's names of the parameters in their `order`: `.sig01`, ..., `.sigma`, or, by meaning,
    `sd_(Intercept)|Subject`, `cor_x.(Intercept)|Subject`, `sigma`."""
    if old:
        return [f".sig{i + 1:02d}" for i in range(structure.parameters.size)] + [".sigma"]
    if structure.parameters.structured:
        return structured.names(structure.parameters)
    out = []
    for term in structure.terms:
        for row, col in zip(*lower_triangle(term.k), strict=True):
            a, b = term.names[row], term.names[col]
            out.append(f"sd_{a}|{term.group}" if row == col else f"cor_{a}.{b}|{term.group}")
    return [[*out, "sigma"][at] for at in order(structure)]
