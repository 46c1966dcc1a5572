"""What degrees of freedom need of models with covariance structures: derivatives in the structures' own parameters."""

from __future__ import annotations

import numpy as np

from ..criterion.covariance_derivatives import CovarianceDerivatives, covariance_derivatives_along
from ..criterion.derivatives import template_weights
from ..criterion.pls import PLS
from .base import Floats


def placed(pls: PLS, changes: list[Floats]) -> list[tuple[int, Floats]]:
    """Changes of the terms' matrices TT', one stack (c, k, k) a term in the terms' order, as directions of the blocks:
    the number of the block and the change of its S, one after the other."""
    structure = pls.structure
    where = {}
    for number, members in enumerate(structure.members):
        first = 0
        for i in members:
            where[i] = (number, first)
            first += structure.terms[i].k
    out = []
    for i, stack in enumerate(changes):
        number, first = where[i]
        k, inside = stack.shape[1], slice(first, first + stack.shape[1])
        for change in stack:
            whole = np.zeros((pls.blocks[number].k,) * 2)
            whole[inside, inside] = change
            out.append((number, whole))
        assert k == structure.terms[i].k
    return out


def information(pls: PLS, par: Floats) -> CovarianceDerivatives:
    """The derivatives in par (npar,), each that of V / sigma²."""
    parameters = pls.structure.parameters
    along = placed(pls, [each.first(own) for each, own in parameters.split(par)])
    return covariance_derivatives_along(pls, parameters.theta(par), along, np.zeros(len(par)))


def curvature(pls: PLS, par: Floats, REML: bool, df: float) -> Floats:  # noqa: N803
    """sum over the entries of S of the criterion's derivative times the entry's second derivatives (npar, npar)."""
    parameters, structure = pls.structure.parameters, pls.structure
    out = np.zeros((len(par), len(par)))
    weights = template_weights(pls.at(parameters.theta(par)), REML, df)
    for members, F in zip(structure.members, weights, strict=True):
        first = 0
        for i in members:
            each, own = parameters.each[i], parameters.slices[i]
            inside = slice(first, first + each.k)
            out[own, own] = np.einsum("ab,ijab->ij", F[inside, inside], each.second(par[own]))
            first += each.k
    return out


def bent(pls: PLS, par: Floats, W: Floats) -> list[Floats]:
    """Half of the second derivatives of each term's TT', weighed by the parameters' covariances W (npar, npar): by how
    much the mean of an estimated TT' is off, to second order, were the parameters' own means right."""
    parameters = pls.structure.parameters
    return [0.5 * np.einsum("ij,ijab->ab", W[own, own], each.second(par[own]))
            for each, own in zip(parameters.each, parameters.slices, strict=True)]
