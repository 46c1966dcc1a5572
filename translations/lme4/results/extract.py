"""What is read off a fitted mixed model: R's extractor functions for class merMod."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing import Matrix, Vector
from translations.printing.style import wording
from translations.stats import generics
from translations.stats.arguments import as_number, require_choice
from translations.stats.coefficient_generics import cov2cor
from translations.stats.likelihood import has_criteria
from translations.stats.linear.linear_model import row_names
from translations.stats.log_likelihood import LogLik
from translations.stats.mixed import MixedFit

from ..arguments import require_mixed
from ..model import LmerMod
from .matrices import Z, joint_covariance


def fixef(m: LmerMod, add_dropped: bool = False) -> Vector:
    """Fixed effects. R: lme4::fixef.

    m: a mixed model. add_dropped: whether the columns dropped for rank deficiency are there too, as NaN.

    Returns a Vector (p,), labelled, in units of the response a unit of the predictor.

    Raises ValueError for an object that is no mixed model.

    >>> print(r.fixef(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))
    (Intercept)        Days
      251.40510    10.46729
    """
    if isinstance(m, MixedFit):
        return m.fixed_effects()
    require_mixed(m, "fixef")
    if not add_dropped or not m.design.dropped:
        return Vector(m.beta, index=m.design.names)
    full = np.full(len(m.design.X.names), np.nan)
    full[m.design.kept] = m.beta
    return Vector(full, index=m.design.X.names)


class FixedCovariance(Matrix):
    """The covariance matrix of the fixed effects (p, p). has_correlation: whether `correlation` was asked for."""

    _metadata = ["r_class", "has_correlation"]
    has_correlation: bool = False

    @property
    def correlation(self) -> Matrix | None:
        """The correlations (p, p), R's `@factors$correlation`; None where they were not asked for."""
        if not self.has_correlation:
            return None
        found = cov2cor(Matrix(self))
        found.r_class = "corMatrix"
        return found


def fixed_covariance(values: Floats, names: list[str], correlation: bool) -> FixedCovariance:
    """`values` (p, p) as R's Matrix package prints them. R: vcov.merMod."""
    V = FixedCovariance(values, index=names, columns=names)
    V.r_class, V.has_correlation = "dpoMatrix", correlation
    return V


@generics.vcov.register(LmerMod)
def _vcov(m: LmerMod, full: bool = False, *, correlation: bool = True) -> Matrix:
    if full:
        C, q = joint_covariance(m), m.design.random.q
        last = np.concatenate([np.arange(m.p, m.p + q), np.arange(m.p)])
        names = [f"{term.group}.{level}.{effect}" for term in m.design.random.terms for level in term.levels
                 for effect in term.names] + m.design.names
        V = Matrix(C[np.ix_(last, last)], index=names, columns=names)
        V.r_class = "dsCMatrix"
        return V
    return fixed_covariance(m.sigma**2 * m.unscaled_vcov, m.design.names, correlation)


@generics.sigma.register(LmerMod)
def _sigma(m: LmerMod) -> float:
    return m.sigma


@generics.nobs.register(LmerMod)
def _nobs(m: LmerMod) -> int:
    return m.n


@generics.formula.register(LmerMod)
def _formula(m: LmerMod, *, fixed_only: bool = False, random_only: bool = False) -> str:
    """R: formula.merMod."""
    if fixed_only and random_only:
        raise ValueError("can't specify 'only fixed' and 'only random' terms")
    if random_only:
        left = m.design.frame.formula.response
        return f"{left} ~ {' + '.join(f'({bar.label})' for bar in m.design.formula.bars)}"
    return m.design.formula.fixed if fixed_only else m.design.formula.text


@generics.fitted.register(LmerMod)
def _fitted(m: LmerMod) -> pd.Series:
    """R: fitted.merMod, conditional modes included."""
    return pad(m, m.mu)


@generics.residuals.register(LmerMod)
def _residuals(m: LmerMod, type: str | None = None, scaled: bool = False) -> pd.Series:
    """R: residuals.merMod; `type` "response", "working", "deviance" (all y - mu) or "pearson" (times the weights'
    square roots).
    """
    type = "response" if type is None else type
    require_choice(type, ("response", "working", "pearson", "deviance"), "type of residuals")
    r = m.y - m.mu
    if type in ("pearson", "deviance"):
        r = r * np.sqrt(m.weights)
    return pad(m, r / m.sigma if scaled else r)


def pad(m: LmerMod, values: Floats) -> Vector:
    """`values` (n,) labelled as R labels rows, with NaN for the rows that na.exclude left out."""
    frame = m.design.frame
    return Vector(frame.pad(values), index=row_names(frame.padded_index))


def REMLcrit(m: LmerMod) -> float:  # noqa: N802
    """The REML criterion at the fitted theta. R: lme4::REMLcrit; Bates et al. (2015), eq. 40.

    m: a mixed model.

    Returns a number, -2 restricted log-likelihood.

    Raises ValueError for an object that is no mixed model.

    >>> print(r.console(r.REMLcrit(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))))
    [1] 1743.628
    """
    require_mixed(m, "REMLcrit")
    return m.criterion(REML=True)


@generics.deviance.register(LmerMod)
def _deviance(m: LmerMod, REML: bool | None = None) -> float:  # noqa: N803
    """-2 log-likelihood at the fitted theta (REML: the criterion). Default: whichever was minimized. R:
    deviance.merMod.
    """
    return m.criterion(m.REML if REML is None else REML)


def npar(m: LmerMod) -> int:
    """Number of parameters: beta, theta and a dispersion. R: lme4's npar.merMod."""
    return m.p + len(m.par) + m.n_scale


@generics.logLik.register(LmerMod)
def _logLik(m: LmerMod, REML: bool | None = None) -> LogLik:  # noqa: N802, N803
    return LogLik(-m.criterion(m.REML if REML is None else REML) / 2.0, npar(m), m.n)


has_criteria(LmerMod)


@generics.df_residual.register(LmerMod)
def _df_residual(m: LmerMod) -> int:
    return m.n - npar(m)


@generics.model_matrix.register(LmerMod)
def _model_matrix(m: LmerMod, type: str = "fixed") -> Any:
    """(n, p) with R's names ("fixed"), or Z (n, q) sparse ("random")."""
    if type == "fixed":
        return Matrix(m.design.X_fitted, index=row_names(m.design.frame.index), columns=m.design.names)
    if type == "random":
        return Z(m)
    raise ValueError(f"type must be 'fixed' or 'random', not {type!r}")


def AIC_table(m: LmerMod) -> pd.Series:  # noqa: N802
    """The criteria that R's summary prints: REML, or AIC, BIC, logLik, deviance and df.resid. R: lme4's llikAIC."""
    if m.REML:
        return pd.Series({"REML": REMLcrit(m)})
    return pd.Series(
        {
            "AIC": generics.AIC(m),
            "BIC": generics.BIC(m),
            "logLik": float(_logLik(m)),
            wording().objective: m.criterion(REML=False),
            "df.resid": float(_df_residual(m)),
        }
    )


def isREML(m: LmerMod) -> bool:  # noqa: N802
    """Whether the fit minimized the REML criterion. R: lme4::isREML.

    m: a mixed model.

    Returns True or False.

    Raises ValueError for an object that is no mixed model.

    >>> r.isREML(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))
    True
    """
    require_mixed(m, "isREML")
    return m.REML


def isLMM(m: LmerMod) -> bool:  # noqa: N802
    """Whether a mixed model is a linear one, by `lmer`. R: lme4::isLMM.

    m: a mixed model.

    Returns True or False.

    Raises ValueError for an object that is no mixed model.

    >>> r.isLMM(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))
    True
    """
    require_mixed(m, "isLMM")
    return not m.generalized


def isGLMM(m: LmerMod) -> bool:  # noqa: N802
    """Whether a mixed model is a generalized one, by `glmer`. R: lme4::isGLMM.

    m: a mixed model.

    Returns True or False.

    Raises ValueError for an object that is no mixed model.

    >>> r.isGLMM(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))
    False
    """
    require_mixed(m, "isGLMM")
    return m.generalized


def isNLMM(m: LmerMod) -> bool:  # noqa: N802
    """Whether a mixed model is a nonlinear one, by R's `nlmer`: none of ours is. R: lme4::isNLMM.

    m: a mixed model.

    Returns False.

    Raises ValueError for an object that is no mixed model.

    >>> r.isNLMM(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))
    False
    """
    require_mixed(m, "isNLMM")
    return False


def isSingular(m: LmerMod, tol: float = 1e-4) -> bool:  # noqa: N802
    """Whether a covariance matrix of random effects is singular. R: lme4::isSingular.

    m: a mixed model. tol: singular is a fit with a diagonal entry of a relative covariance factor below this, or a
    parameter of a covariance structure so near its bound.

    Returns True or False.

    Raises ValueError for an object that is no mixed model.

    >>> r.isSingular(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))
    False
    """
    require_mixed(m, "isSingular")
    return m.design.random.parameters.singular(m.par, as_number(tol, "tol"))


def ngrps(m: LmerMod) -> Vector:
    """Number of levels of each grouping factor. R: lme4::ngrps.

    m: a mixed model.

    Returns a Vector, labelled by grouping factor.

    Raises ValueError for an object that is no mixed model.

    >>> print(r.ngrps(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))
    Subject
         18
    """
    require_mixed(m, "ngrps")
    return Vector({t.group: len(t.levels) for t in m.design.random.terms})
