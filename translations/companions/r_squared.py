"""Nakagawa's R² of linear and generalized models, mixed or not: `r.squaredGLMM` of R's package MuMIn."""
from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import polygamma

from translations.arrays import Floats
from translations.generalized.families import Family
from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.nlme.lme import Lme
from translations.printing import Matrix
from translations.stats import generics
from translations.stats.distributions import qnorm
from translations.stats.linear.linear_model import Lm

from .variances import variances, without_fixed

COUNTS = ("poisson", "quasipoisson")
SHARES = ("binomial", "quasibinomial")


def r_squaredGLMM(m: Any) -> Matrix:  # noqa: N802
    """Nakagawa's R² of a model, marginal and conditional. R: MuMIn::r.squaredGLMM.

    m: a linear or generalized model, mixed or not, or one by `lme`, of whose errors it takes sigma; the two R² of one
    without random effects are the same.

    Returns a Matrix, columns R2m (fixed effects) and R2c (fixed and random). A row for each way in which the variance
    of the distribution is taken to the scale of the link: of shares "theoretical" (the latent variable's) and "delta",
    of counts and of Gamma with log link "delta", "lognormal" and "trigamma"; one without a name of linear models.

    The mean that these are taken at is the one of the model without fixed effects, fitted to the data that m has.

    Raises ValueError for another model, family or link. Source: Nakagawa & Schielzeth (2013), Johnson (2014);
    Nakagawa, Johnson & Schielzeth (2017), J. R. Soc. Interface 14, 20170213, tables 1 and 2, equation 6.8.

    >>> print(r.r_squaredGLMM(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))
               R2m       R2c
    [1,] 0.2786511 0.7992199
    >>> herds = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family="binomial")
    >>> print(r.r_squaredGLMM(herds).round(3))
                  R2m   R2c
    theoretical 0.354 0.776
    delta       0.263 0.577
    """
    if isinstance(m, LmerMod):
        parts = variances(m)
        fixed, random = parts.fixed, sum(parts.random.values())
    elif isinstance(m, Lme):
        fixed = float(np.var(m.fitted_levels[:, 0], ddof=1))
        random = sum(float(np.einsum("ni,ij,nj->", level.Z, S, level.Z)) / m.n
                     for level, S in zip(m.problem.levels, m.covariances, strict=True))
    elif isinstance(m, Lm | Glm):
        kept = m.kept
        fixed, random = float(np.var(m.X.values[:, kept] @ m.coefficients[kept], ddof=1)), 0.0
    else:
        raise ValueError(f"r_squaredGLMM needs a linear, generalized or mixed model, not {type(m).__name__}")
    family = getattr(m, "family", None)
    if family is None or family.name == "gaussian":
        return _table({"": float(generics.sigma(m)) ** 2}, fixed, random)
    return _table(_distribution(m, family), fixed, random)


def _table(residual: dict[str, float], fixed: float, random: float) -> Matrix:
    rows = [[fixed / (fixed + random + v), (fixed + random) / (fixed + random + v)] for v in residual.values()]
    return Matrix(rows, index=None if "" in residual else list(residual), columns=["R2m", "R2c"])


def _distribution(m: Any, family: Family) -> dict[str, float]:
    """The variance that the distribution adds on the scale of the link, by the way it is approximated."""
    link = family.link.name
    if family.name in SHARES and link in ("logit", "probit", "cloglog"):
        trials = float(np.mean(m.weights if isinstance(m, GlmerMod) else m.begun.weights))
        return {name: value / trials for name, value in _of_shares(link, _mean_share(m, family)).items()}
    if family.theta is not None and link == "log":
        return _of_counts(1.0 / _mean_count(m) + 1.0 / family.theta)
    if family.name in COUNTS and link == "log":
        return _of_counts(_dispersion(m, family) / _mean_count(m))
    if family.name in COUNTS and link == "sqrt":
        return {"delta": _dispersion(m, family) / 4.0}
    if family.name == "Gamma" and link == "log":
        return _of_counts(float(generics.sigma(m)) ** 2)
    raise ValueError(f"r_squaredGLMM knows the variance of binomial models (logit, probit, cloglog), of counts (log, "
                     f"sqrt) and of Gamma models (log), not of {family.name} models with link {link}")


def _dispersion(m: Any, family: Family) -> float:
    """What MuMIn multiplies a count's variance by: 1 where it is known, else the root of the dispersion."""
    return 1.0 if family.dispersion is not None else float(generics.sigma(m))


def _of_counts(ratio: float) -> dict[str, float]:
    """Of a distribution whose variance is `ratio` times its mean squared, with log link."""
    return {"delta": ratio, "lognormal": float(np.log1p(ratio)), "trigamma": float(polygamma(1, 1.0 / ratio))}


def _of_shares(link: str, p: float) -> dict[str, float]:
    """Of one trial with probability p."""
    if link == "logit":
        return {"theoretical": np.pi**2 / 3.0, "delta": 1.0 / (p * (1.0 - p))}
    if link == "probit":
        return {"theoretical": 1.0, "delta": 2.0 * np.pi * p * (1.0 - p) * float(np.exp(qnorm(p) ** 2))}
    return {"theoretical": np.pi**2 / 6.0, "delta": p / (1.0 - p) / float(np.log1p(-p)) ** 2}


def _null(m: Any) -> tuple[float, float]:
    """Intercept and random effects' variance of the model without fixed effects."""
    if isinstance(m, Glm):
        return float(generics.update(m, ". ~ 1").coefficients[0]), 0.0
    null = without_fixed(m)
    return float(null.beta[0]), sum(variances(null).random.values())


def _mean_count(m: Any) -> float:
    intercept, variance = _null(m)
    return float(np.exp(intercept + variance / 2.0))


def _mean_share(m: Any, family: Family) -> float:
    """The mean probability; of random intercepts by McCulloch and Searle's approximation."""
    intercept, variance = _null(m)
    shrunk = 0.5 * variance * np.tanh(intercept * (1.0 + 2.0 * np.exp(-0.5 * variance)) / 6.0)
    at: Floats = np.array([intercept - shrunk])
    return float(family.link.linkinv(at)[0])
