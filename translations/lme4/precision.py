"""Conditional covariance blocks of the random effects, from the factor that the fit leaves behind."""

from __future__ import annotations

import numpy as np

from . import kernels
from .pls import PLS, inverse_of_factor, level_blocks
from .structure import Floats


def unscaled_conditional_blocks(pls: PLS, theta: Floats) -> list[Floats]:
    """Level-blocks (levels, k, k) of Lambda (Lambda'Z'WZ Lambda + I)^{-1} Lambda', one array a block.

    With Phi = Z'V^{-1}Z and Sigma = Lambda Lambda' this is Sigma - Sigma Phi Sigma, but subtracting would cost digits
    where the data say much about a level; the inverse of the factor does not.
    """
    pls.solve(theta)
    q2, T = pls.tail.q, pls._blocks[0].template(theta)
    Linv = np.linalg.inv(pls._L)
    first = np.einsum("gca,gcb->gab", Linv, Linv)
    out = []
    if q2:
        inverse = inverse_of_factor(pls._S[:q2, :q2])
        Omega = pls.tail.times_lambda(pls.tail.times_lambda(inverse, theta).T, theta)
        tail = np.empty_like(first)
        kernels.level_quadratic(pls.ptr, pls.idx, pls._B, Omega, tail)
        first = first + np.einsum("gca,gcd,gdb->gab", Linv, tail, Linv)
        for b, start in zip(pls.tail.blocks, pls.tail.starts, strict=True):
            Tb = b.template(theta)
            out.append(Tb @ level_blocks(inverse, start, b) @ Tb.T)
    return [T @ first @ T.T, *out]
