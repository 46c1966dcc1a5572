"""Matrices of a fitted model that several functions ask for: Z, Lambda, the joint covariance of all effects."""

from __future__ import annotations

import numpy as np

from translations.arrays import Floats
from translations.later import sparse

from ..model import LmerMod
from ..structure import RandomTerm


def Z(m: LmerMod) -> sparse.csc_matrix:  # noqa: N802
    """The random effects' model matrix (n, q), terms side by side."""
    return sparse.hstack([_Z_term(t) for t in m.design.random.terms], format="csc")


def _Z_term(t: RandomTerm) -> sparse.csr_matrix:  # noqa: N802
    n = len(t.codes)
    columns = (t.codes[:, None] * t.k + np.arange(t.k)).ravel()
    Z = sparse.csr_matrix((t.Z.flatten(), columns, np.arange(n + 1) * t.k), shape=(n, t.size))
    Z.eliminate_zeros()
    return Z


def Lambda(m: LmerMod) -> sparse.csc_matrix:  # noqa: N802
    """The relative covariance factor (q, q)."""
    parts = [
        sparse.kron(sparse.identity(len(t.levels)), T) for t, T in zip(m.design.random.terms, m.templates, strict=True)
    ]
    return sparse.block_diag(parts, format="csc")


def joint_covariance(m: LmerMod) -> Floats:
    """Covariance (p + q, p + q) of the errors of beta, then of the conditional modes, theta given.

    Henderson's equations (Bates et al. 2015, eq. 20): sigma² Gamma M^{-1} Gamma', M the penalized cross-product and
    Gamma = diag(I, Lambda). Dense. (lme4's vcov(full=TRUE) forgets the order of its sparse factor: with nested factors
    its values stand beside other effects' names.)
    """
    factor = Lambda(m).toarray()
    root = np.sqrt(m.working_weights)[:, None]
    W = np.hstack([m.design.X_fitted, Z(m).toarray() @ factor]) * root
    M = W.T @ W
    M[m.p :, m.p :] += np.eye(len(factor))
    Gamma = np.eye(len(M))
    Gamma[m.p :, m.p :] = factor
    C: Floats = m.modes_scale() ** 2 * Gamma @ np.linalg.solve(M, Gamma.T)
    return C
