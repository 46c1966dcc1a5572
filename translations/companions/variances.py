"""The variances that a mixed model's fit is made of. Source: Nakagawa & Schielzeth (2013), Methods in Ecology and
Evolution 4, 133; Johnson (2014), the same 5, 944, for random slopes.
"""
from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from translations.lme4.control import FollowedWarning
from translations.lme4.model import LmerMod
from translations.lme4.results.varcorr import VarCorr


@dataclass(frozen=True)
class Variances:
    """Variances of the response, in its units squared.

    fixed:    of the fixed part's predictions, over the rows
    random:   of the random effects, by term, averaged over the rows;  residual: within
    """

    fixed: float
    random: dict[str, float]
    residual: float

    @property
    def total(self) -> float:
        """All three."""
        return self.fixed + sum(self.random.values()) + self.residual


def variances(m: LmerMod) -> Variances:
    """The variances of a linear mixed model. R: insight::get_variance, MuMIn::r.squaredGLMM.

    A term's is the mean over the rows of z'Σz, z the row's effects of the term.
    """
    fixed = m.design.X_fitted @ m.beta
    random = {}
    for (name, covariance), design in zip(VarCorr(m).items(), m.design.designs, strict=True):
        Z, S = design.values, covariance.to_numpy(float)
        random[name] = float(np.einsum("ni,ij,nj->", Z, S, Z) / len(Z))
    return Variances(float(np.var(fixed, ddof=1)), random, m.sigma**2)


SLOPES = ("Random slopes not present as fixed effects. This artificially inflates the\n  conditional random effect "
          "variances.\n  Solution: Respecify fixed structure! ")


def as_insight(m: LmerMod) -> Variances:
    """The variances that performance takes, R's insight::get_variance: of each grouping factor the first term alone, of
    a term the effects that are fixed ones too. Warns where that leaves something out.
    """
    whole, covariances = variances(m), VarCorr(m)
    X = pd.DataFrame(m.design.X_fitted, columns=m.design.names)
    if "(Intercept)" not in X:
        X.insert(0, "(Intercept)", 1.0)
    random: dict[str, float] = {}
    seen, lost = set(), []
    for (name, S), term in zip(covariances.items(), m.design.random.terms, strict=True):
        known = [effect for effect in S.index if effect in X]
        if term.group in seen:
            lost.append(name)
            continue
        seen.add(term.group)
        Z = X[known].to_numpy()
        random[name] = float(np.einsum("ni,ij,nj->", Z, S.loc[known, known].to_numpy(float), Z) / len(Z))
    if any(effect not in X for S in covariances.values() for effect in S.index):
        warnings.warn(SLOPES, stacklevel=4)
    total = sum(whole.random.values())
    if lost or abs(sum(random.values()) - total) > 1e-6 * total:
        warnings.warn(
            f"performance counts {sum(random.values()):.6g} of the random effects' variance, {total:.6g}: of each "
            "grouping factor its first term, of a term the effects that are fixed ones too. r_squaredGLMM counts all",
            FollowedWarning, stacklevel=4)
    return Variances(whole.fixed, random, whole.residual)
