"""The variances that a mixed model's fit is made of. Source: Nakagawa & Schielzeth (2013), Methods in Ecology and
Evolution 4, 133; Johnson (2014), the same 5, 944, for random slopes.
"""
from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from translations.lme4.control import FollowedWarning
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.lme4.results.varcorr import VarCorr
from translations.settings import since
from translations.stats.language.poly import Columns


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


def variances(m: LmerMod, distribution: bool = False) -> Variances:
    """The variances of a linear mixed model. R: insight::get_variance, MuMIn::r.squaredGLMM.

    A term's is the mean over the rows of z'Σz, z the row's effects of the term.
    """
    fixed = m.design.X_fitted @ m.beta
    random = {}
    for (name, covariance), design in zip(VarCorr(m).items(), m.design.designs, strict=True):
        Z, S = design.values, covariance.to_numpy(float)
        random[name] = float(np.einsum("ni,ij,nj->", Z, S, Z) / len(Z))
    residual = of_distribution(m) if isinstance(m, GlmerMod) and distribution else float(m.sigma**2)
    # From the first value: of an intercept alone it is 0, where a rounded mean leaves 1e-30.
    return Variances(float(np.var(fixed - fixed[0], ddof=1)), random, residual)


LATENT = {"logit": np.pi**2 / 3.0, "probit": 1.0, "cloglog": np.pi**2 / 6.0}
SLOPES = ("Random slopes not present as fixed effects. This artificially inflates the\n  conditional random effect "
          "variances.\n  Solution: Respecify fixed structure! ")


def as_insight(m: LmerMod) -> Variances:
    """The variances that performance takes, R's insight::get_variance: of each grouping factor the first term alone, of
    a term the effects that are fixed ones too. Warns where that leaves something out.
    """
    whole, covariances = variances(m, distribution=True), VarCorr(m)
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


def of_distribution(m: GlmerMod) -> float:
    """The variance that the family's distribution adds on the scale of the link, as performance takes it. R:
    insight:::.compute_variance_distribution.

    Binomial: of the link's own distribution, from performance 0.12 on over the mean number of trials. Poisson with log
    link: log(1 + 1 / mu) at the mean mu of the model without fixed effects, from then on with its random effects'.
    Raises ValueError for another family or link. Source: Nakagawa, Johnson & Schielzeth (2017), J. R. Soc. Interface
    14, 20170213.
    """
    link = m.family.link.name
    if m.family.name == "binomial" and link in LATENT:
        label = m.design.frame.formula.response
        counts = label is not None and isinstance(m.design.frame.variables.get(label), Columns)
        trials = float(np.mean(m.weights)) if counts else 1.0
        if trials > 1.0 and not since("2.1"):
            warnings.warn(
                f"performance before 0.12 takes the {link} binomial's variance as {LATENT[link]:.4g}, whatever the "
                f"number of trials; since then over their mean, {trials:.4g}: options(lme4='2.1')", FollowedWarning,
                stacklevel=5)
        return LATENT[link] / (trials if since("2.1") else 1.0)
    if m.family.name == "poisson" and link == "log":
        null = without_fixed(m)
        extra = sum(variances(null).random.values()) / 2.0 if since("2.1") else 0.0
        mu = float(np.exp(null.beta[0] + extra))
        if mu < 6 and not since("2.1"):
            said = f"mu of {mu:.1f} is too close to zero, estimate of random effect variances may\n  be unreliable. "
            warnings.warn(said, stacklevel=5)
        return float(np.log1p(1.0 / mu))
    raise ValueError(f"the distribution's variance is known for binomial models and Poisson models with log link, not "
                     f"for {m.family.name} with link {link}")


def without_fixed(m: GlmerMod) -> LmerMod:
    """The same model with an intercept alone beside its random effects."""
    from translations.lme4.glmer.fit import glmer

    random = " + ".join(f"({bar.label})" for bar in m.design.formula.bars)
    given = {name: m.arguments[name] for name in ("weights", "subset", "na_action", "offset")
             if m.arguments.get(name) is not None}
    return glmer(f"{m.design.frame.formula.response} ~ 1 + {random}", m.data, family=m.family, nAGQ=m.nAGQ,
                 control=m.control, **given)
