"""Coefficients of determination of linear mixed models, by their own residuals: R's `rsq` of the package rsq."""
from __future__ import annotations

from typing import Any

import numpy as np

from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.stats import generics
from translations.stats.linear.linear_model import Lm


def rsq(m: Any, adj: bool = False) -> dict[str, float] | float:
    """R² of a mixed model, of its fixed and of its random effects. R: rsq::rsq; Zhang (2022), Journal of Agricultural,
    Biological and Environmental Statistics 27, 674.

    m: a model by `lmer` or `lm`. adj: whether it allows for the number of coefficients.

    Returns of a mixed model "model", "fixed" and "random", their difference: shares of the squares of the response
    about its mean. The fixed effects' share is 1 less the squares of y - X beta; the model's counts what of each row's
    squares is expected to be residual, given the estimates. Of a linear model its R². Nakagawa's R² (`r2_nakagawa`)
    compares variances of the model instead, and does not use the responses.

    Raises ValueError for another model.

    >>> found = r.rsq(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))
    >>> {name: round(share, 4) for name, share in found.items()}
    {'model': 0.8004, 'fixed': 0.2865, 'random': 0.5139}
    """
    if isinstance(m, Lm):
        s = generics.summary(m)
        return float(s.adj_r_squared if adj else s.r_squared)
    if not isinstance(m, LmerMod) or isinstance(m, GlmerMod):
        raise ValueError(f"rsq is for models by lm or lmer, not {type(m).__name__}: r_squaredGLMM takes generalized "
                         "ones")
    left = (m.y - m.design.X_fitted @ m.beta) ** 2
    ratio = _relative_variance(m)
    total, per_row = float(((m.y - m.y.mean()) ** 2).sum()), (m.n - 1, m.n - m.p) if adj else (1, 1)
    expected = (ratio * m.sigma**2 + left / (1 + ratio)) / (1 + ratio)
    model, fixed = (1 - float(part.sum()) / total * per_row[0] / per_row[1] for part in (expected, left))
    return {"model": model, "fixed": fixed, "random": model - fixed}


def _relative_variance(m: LmerMod) -> np.ndarray:
    """The variance of each row's random effects over that of its residual, (n,)."""
    found = np.zeros(m.n)
    for term, template in zip(m.design.random.terms, m.templates, strict=True):
        half = term.Z @ template
        found += np.einsum("ij,ij->i", half, half)
    return found
