"""Conditional covariance blocks of the random effects, from the factor that the fit leaves behind."""

from __future__ import annotations

import numpy as np

from translations.arrays import Floats

from ..criterion.factor import Factor


def unscaled_conditional_variances(at: Factor) -> list[Floats]:
    """Level-blocks (levels, k, k) of Lambda (Lambda'Z'WZ Lambda + I)^{-1} Lambda', one array a block.

    With Phi = Z'V^{-1}Z and Sigma = Lambda Lambda' this is Sigma - Sigma Phi Sigma, but subtracting would cost digits
    where the data say much about a level; the inverse of the factor does not.
    """
    of, T, Linv = at.products, at.template, np.linalg.inv(at.L11)
    first, others = np.einsum("gca,gcb->gab", Linv, Linv), []
    if of.trailing.q:
        added = of.off_diagonal.quadratic(of.off_diagonal.times_lambda(at.L21, of.trailing, at.theta), at.inverse)
        first = first + np.einsum("gca,gcd,gdb->gab", Linv, added, Linv)
        for b, own in zip(of.trailing.blocks, of.trailing.level_blocks(at.inverse), strict=True):
            template = b.template(at.theta)
            others.append(template @ own @ template.T)
    return [T @ first @ T.T, *others]
