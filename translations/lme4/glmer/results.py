"""What is read off a fitted generalized linear mixed model, beyond what it shares with a linear one. R: methods of
class glmerMod.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.printing import NAN, Matrix, Vector, tables
from translations.printing.dispatch import as_html, render
from translations.printing.style import Style
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import require_choice, require_level
from translations.stats.distributions import pnorm

from ..bootstrap.replicates import boot_intervals
from ..control import FollowedWarning, ParityNote
from ..criterion import sdcor
from ..inference.intervals import interval_matrix, normal_quantiles
from ..inference.parameters import select
from ..results import text
from ..results.extract import AIC_table, fixed_covariance, fixef, pad
from ..results.influence import leverages
from ..results.predict import ReForm
from ..results.predict import _predict as predict_linear
from ..results.summary import CORRELATION_UP_TO, MerModSummary
from ..results.varcorr import VarCorr
from .model import GlmerMod

RESIDUALS = ("deviance", "pearson", "working", "response")


@generics.residuals.register(GlmerMod)
def _residuals(m: GlmerMod, type: str | None = None, scaled: bool = False) -> Vector:
    """Residuals (n,): "deviance" (the default), "pearson", "working" or "response"; scaled: over sigma."""
    kind = "deviance" if type is None else type
    require_choice(kind, RESIDUALS, "type of residuals")
    if kind == "deviance":
        values = np.where(m.y > m.mu, 1.0, -1.0) * np.sqrt(m.family.dev_resids(m.y, m.mu, m.weights))
    elif kind == "pearson":
        values = m.pearson
    else:
        values = m.y - m.mu
        values = values if kind == "response" else values / m.family.link.mu_eta(m.eta)
    return pad(m, values / m.sigma if scaled else values)


@generics.deviance.register(GlmerMod)
def _deviance(m: GlmerMod) -> float:
    """The sum of squared deviance residuals, given the conditional modes; -2 log-likelihood is another number."""
    return float(np.sum(m.family.dev_resids(m.y, m.mu, m.weights)))


@generics.vcov.register(GlmerMod)
def _vcov(m: GlmerMod, full: bool = False, *, use_hessian: bool | None = None, correlation: bool = True) -> Matrix:
    """(p, p), from the Hessian by differences where the fit took one, else, and where use_hessian is False, from RX."""
    if full:
        raise ValueError("full=True is for linear mixed models")
    return fixed_covariance(m.covariance(use_hessian), m.design.names, correlation)


@generics.predict.register(GlmerMod)
def _predict(
    m: GlmerMod, newdata: Any = None, re_form: ReForm = None, allow_new_levels: bool = False,
    random_only: bool = False, se_fit: bool = False, type: str | None = None,
) -> Any:
    """Predictions (rows,), as for a linear mixed model: type "link" (the default) or "response". se_fit: with their
    standard errors, given the variances and the last step's weights, by the delta method on the response's scale.

    Raises ValueError for an unknown type.
    """
    kind = "link" if type is None else type
    require_choice(kind, ("link", "response"), "type")
    if newdata is None and re_form is None and not random_only and not se_fit:
        return pad(m, m.mu if kind == "response" else m.eta)
    found = predict_linear(m, newdata, re_form, allow_new_levels, random_only, se_fit)
    link, errors = found if se_fit else (found, None)
    eta = link.to_numpy(float)
    fit = Vector(m.family.link.linkinv(eta), index=link.index) if kind == "response" else link
    if errors is None:
        return fit
    warnings.warn("se.fit computation uses an approximation to estimate the sampling distribution of the parameters",
                  stacklevel=3)
    if kind == "response" and since("1.1-37") and not since("2.1"):
        warnings.warn("lme4 1.1-37 gives standard errors of the link for those of the response: options(lme4='2.1') "
                      "has them right", FollowedWarning, stacklevel=3)
    elif kind == "response":
        errors = Vector(errors.to_numpy(float) * np.abs(m.family.link.mu_eta(eta)), index=link.index)
    return fit, errors


@generics.hatvalues.register(GlmerMod)
def _hatvalues(m: GlmerMod) -> Vector:
    """Leverages (n,) in the last step's least squares, where the fit is by "newton". lme4, and this for its optimizers,
    multiplies each by the ratio of the prior weight to the working weight: they may be above 1. R: hatvalues.merMod.
    """
    return pad(m, hat(m))


@generics.cooks_distance.register(GlmerMod)
def _cooks_distance(m: GlmerMod) -> Vector:
    """Cook's distances (n,) by Pearson residuals and `hatvalues`, NaN where that is 1. R: cooks.distance.merMod."""
    h = hat(m)
    with np.errstate(divide="ignore", invalid="ignore"):
        d = (m.pearson / (1.0 - h)) ** 2 * h / (m.sigma**2 * m.p)
    return pad(m, np.where(np.isfinite(d), d, NAN))


@generics.rstudent.register(GlmerMod)
def _rstudent(m: GlmerMod) -> Vector:
    """Studentized deviance residuals, and since lme4 2.1 Pearson residuals, (n,); NaN where there is none, as where
    `hatvalues` is 1. R: rstudent.merMod, rstudent.glmerMod.
    """
    h, d = hat(m), m.family.dev_resids(m.y, m.mu, m.weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        square = 1.0 - h if since("2.1") else d + h * m.pearson**2 / (1.0 - h)
        root = np.sqrt(square)
        s = m.pearson / root if since("2.1") else np.where(m.y > m.mu, 1.0, -1.0) * root
    if (square < 0.0).any():
        warnings.warn("NaNs produced", stacklevel=3)
    return pad(m, np.where(np.isfinite(s), s / m.sigma, NAN))


@generics.rstandard.register(GlmerMod)
def _rstandard(m: GlmerMod, type: str | None = None) -> Vector:
    """Pearson residuals (n,), or "deviance" ones, over their standard errors by `hatvalues`; NaN where there is none.
    R: rstandard.glmerMod, which came with lme4 2.1.
    """
    kind = "pearson" if type is None else type
    require_choice(kind, ("pearson", "deviance"), "type")
    if not since("2.1"):
        raise ValueError("lme4 has rstandard() of a generalized model since 2.1: options(lme4='2.1'); rstudent() is "
                         "older")
    with np.errstate(divide="ignore", invalid="ignore"):
        s = _residuals(m, kind) / (m.sigma * np.sqrt(1.0 - pad(m, hat(m))))
    return s.where(np.isfinite(s), NAN)


def hat(m: GlmerMod) -> Floats:
    """What `hatvalues` gives, (n,)."""
    warnings.warn("the hat matrix may not make sense for GLMMs", stacklevel=4)
    found = leverages(m.pls, m.theta)
    if m.optimum.optimizer == "newton":
        return found
    warnings.warn("lme4's hat values of a generalized model are leverages times prior over working weights, above 1 "
                  "for some: those of a fit by control='newton' are the leverages", FollowedWarning, stacklevel=4)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(m.weights > 0.0, found * (m.weights / m.working_weights), 0.0)


def family_line(m: GlmerMod) -> str:
    """The family as lme4 prints it."""
    return f"{m.family.name}  ( {m.family.link.name} )"


def method_title(m: GlmerMod) -> str:
    """R: lme4's methTitle."""
    how = "Laplace Approximation" if m.nAGQ == 1 else f"Adaptive Gauss-Hermite Quadrature, nAGQ = {m.nAGQ}"
    return f"Generalized linear mixed model fit by maximum likelihood ({how})"


def call_of(m: GlmerMod) -> tables.Call:
    """The call's arguments that lme4 prints."""
    return tables.Call(m.function, dict(text.call_of(m).arguments))


def model_text(m: GlmerMod) -> tables.MerModText:
    """What `print(m)` shows."""
    return tables.MerModText(
        method_title(m), "glmerMod", call_of(m), AIC_table(m), text.varcorr_table(VarCorr(m)), m.n,
        text.group_sizes(m), fixef(m), text.fit_messages(m), text.convergence_of(m), family_line(m))


@as_html.register(GlmerMod)
def _html(m: GlmerMod) -> str:
    return text.model_html(m, method=method_title(m), family=f"Family: {family_line(m)}")


@render.register(GlmerMod)
def _lines(m: GlmerMod, style: Style) -> list[str]:
    return render(model_text(m), style)


class GlmerSummary(MerModSummary):
    """The summary of a generalized linear mixed model: `coefficients` (p, 4) with z (or t) values and p-values."""

    model: GlmerMod

    @property
    def residuals(self) -> np.ndarray:
        """Pearson residuals divided by sigma, (n,)."""
        return self.model.pearson / self.model.sigma

    def _repr_html_(self) -> str:
        m = self.model
        return text.model_html(m, self.coefficients, self.method, f"Family: {family_line(m)}")

    @property
    def table(self) -> tables.MerModSummary:
        m = self.model
        shown = self.correlation and m.p <= CORRELATION_UP_TO
        return tables.MerModSummary(
            self.method, self.object_class, call_of(m), AIC_table(m), self.residuals,
            text.varcorr_table(self.varcor, variances=True), m.n, text.group_sizes(m), self.coefficients,
            text.correlation_of(self.vcov.to_numpy()) if shown else None, text.fit_messages(m),
            text.convergence_of(m), family=family_line(m))


@render.register(GlmerSummary)
def _summary_lines(s: GlmerSummary, style: Style) -> list[str]:
    return render(s.table, style)


@generics.summary.register(GlmerMod)
def _summary(m: GlmerMod, correlation: bool | None = None) -> GlmerSummary:
    """R: summary(m), with z values (t values where a dispersion is estimated) and normal p-values."""
    V = generics.vcov(m)
    se = np.sqrt(np.diagonal(V.to_numpy()))
    ratio = m.beta / se
    letter = "t" if m.has_scale else "z"
    columns = ["Estimate", "Std. Error", f"{letter} value", "Pr(>|z|)"]
    made = np.column_stack([m.beta, se, ratio, 2.0 * np.asarray(pnorm(-np.abs(ratio)))])
    coefficients = Matrix(made, index=m.design.names, columns=columns)
    return GlmerSummary(m, coefficients, V, method_title(m), "glmerMod", correlation is None or correlation)


@generics.confint.register(GlmerMod)
def _confint(m: GlmerMod, parm: Any = None, level: float = 0.95, method: str = "profile", oldNames: bool | None = None,  # noqa: N803
             signames: bool = True, quiet: bool = False, **settings: Any) -> Matrix:
    """Intervals, one row a parameter, as for a linear mixed model: method "profile", "Wald", of the fixed effects
    alone, or "boot" (nsim, seed, boot_type). Raises ValueError for another method, KeyError for an unknown parameter.
    """
    require_level(level)
    require_choice(method, ("profile", "Wald", "boot"), "confidence interval method")
    if oldNames is not None and since("2.1"):
        warnings.warn("'oldNames' is deprecated. Please use 'signames' instead.", stacklevel=3)
    signames = signames if oldNames is None else oldNames
    variances = sdcor.names(m.design.random, signames)
    names = (variances if m.has_scale else variances[:-1]) + m.design.names
    chosen = select(parm, names, len(names) - m.p)
    if method != "Wald" and not quiet:
        kind = "profile" if method == "profile" else "bootstrap"
        print(f"Computing {kind} confidence intervals ...", file=sys.stderr)
    if method == "profile":
        from ..inference.profiles.profile import profile

        return profile(m, which=chosen, signames=signames).confint(level=level)
    if method == "boot":
        if m.has_scale:
            other = "standard deviations times sigma" if since("2.1") else "standard deviations over sigma"
            warnings.warn(f"lme4's bootstrap intervals of a {m.family.name} model's random effects are of {other}, not "
                          "of what VarCorr shows; these are of what it shows", ParityNote, stacklevel=3)
        return boot_intervals(m, names, level, **settings).loc[chosen]
    bounds = np.full((len(names), 2), np.nan)
    se = np.sqrt(np.diagonal(m.covariance(None)))
    bounds[len(names) - m.p :] = m.beta[:, None] + se[:, None] * normal_quantiles(level)
    whole = interval_matrix(dict(zip(names, bounds, strict=True)), level)
    return whole.loc[chosen]
