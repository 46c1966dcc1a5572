"""Conditional covariance blocks of the random effects, from the factor that the fit leaves behind."""

from __future__ import annotations

import numpy as np

from .pls import PLS
from .structure import Floats
from .tail import inverse_of_factor


def unscaled_conditional_blocks(pls: PLS, theta: Floats) -> list[Floats]:
    """Level-blocks (levels, k, k) of Lambda (Lambda'Z'WZ Lambda + I)^{-1} Lambda', one array a block.

    With Phi = Z'V^{-1}Z and Sigma = Lambda Lambda' this is Sigma - Sigma Phi Sigma, but subtracting would cost digits
    where the data say much about a level; the inverse of the factor does not.
    """
    pls.solve(theta)
    tail, T = pls.tail, pls.blocks[0].template(theta)
    Linv = np.linalg.inv(pls._L)
    first, others = np.einsum("gca,gcb->gab", Linv, Linv), []
    if tail.q:
        inverse = inverse_of_factor(pls._S[: tail.q, : tail.q])
        added = pls.cross.quadratic(pls.cross.times_lambda(pls._B, tail, theta), inverse)
        first = first + np.einsum("gca,gcd,gdb->gab", Linv, added, Linv)
        for b, own in zip(tail.blocks, tail.level_blocks(inverse), strict=True):
            others.append(b.template(theta) @ own @ b.template(theta).T)
    return [T @ first @ T.T, *others]
