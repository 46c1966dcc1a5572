"""Marginal means of fits by nlme's `gls` and `lme`, and their degrees of freedom. R: emmeans' methods for gls and lme.

Satterthwaite's degrees of freedom need the derivatives of the coefficients' covariance matrix in the parameters of the
errors and random effects. R takes them by differences where it can, and else of refits of the response with a little
noise; here they are differences always, so that R's answer for "appx-satterthwaite" scatters about this one.
"""
from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from translations.lme4.control import FollowedWarning
from translations.nlme.correlation import Symm
from translations.nlme.fit import NlmeFit
from translations.nlme.gls import Gls
from translations.nlme.lme import Lme
from translations.nlme.optimum import gradient, hessian
from translations.stats.arguments import require_choice

from .basis import LIMIT, Basis, EmmeansNote, Floats, basis_of, constant_df, variables_of
from .links import of_response

APPROXIMATE = ("appx-satterthwaite", "boot-satterthwaite")
GLS_MODES = ("auto", "df.error", "satterthwaite", *APPROXIMATE, "asymptotic")
LME_MODES = ("containment", "satterthwaite", *APPROXIMATE, "auto", "asymptotic")
HAS_NO_PART = 1e-4  # a coefficient in a combination, below which R does not count it


def _basis(m: NlmeFit, V: Floats, df: Callable[[Floats], Floats], method: str) -> Basis:
    """A grid's cells weigh what the rows do, in the order of the groups, as R has them."""
    return Basis(m.X, m.solution.beta, V, None, df, method, m.sigma, variables_of(m.X, m.data, m.frame, {}),
                 m.weights[m.order], of_response(m.X.formula, m.frame))


@basis_of.register(Gls)
def _of_gls(m: Gls, lmer_df: str = "kenward-roger", pbkrtest_limit: int = LIMIT, lmerTest_limit: int = LIMIT,
            mode: str | None = None) -> Basis:  # noqa: N803
    asked = "auto" if mode is None else mode
    require_choice(asked, GLS_MODES, "mode")
    asked = APPROXIMATE[0] if asked in APPROXIMATE else asked
    A = None if asked == "df.error" else _scatter(m)
    if A is None:
        correlation = m.problem.correlation
        held = len(m.correlation_parameters) if correlation is not None and correlation.fixed else 0
        return _basis(m, m.covariance, partial(constant_df, df=float(m.df_residual - len(m.free) - held)), "df.error")
    if asked == "asymptotic":
        return _basis(m, m.covariance, partial(constant_df, df=np.inf), asked)
    if asked != APPROXIMATE[0] and isinstance(m.problem.correlation, Symm) and m.problem.split:
        warnings.warn("Analytical Satterthwaite method not available; using appx-satterthwaite", EmmeansNote,
                      stacklevel=5)
        asked = APPROXIMATE[0]
    slopes = _slopes(m, m.problem)
    if asked != APPROXIMATE[0]:
        asked = "satterthwaite"
        if (m.order != np.arange(m.n)).any():
            right, slopes = slopes, _slopes(m, replace(m.problem, X=m.X.values, y=m.frame.response))
            if not np.allclose(right, slopes, rtol=1e-6, atol=1e-6 * np.abs(right).max()):
                warnings.warn("emmeans() takes these rows as if they stood in the order of their groups, which puts "
                              "the degrees of freedom out: sort the data by group, or give mode='appx-satterthwaite'",
                              FollowedWarning, stacklevel=5)
    return _basis(m, m.covariance, partial(_satterthwaite, m.covariance, A, slopes), asked)


@basis_of.register(Lme)
def _of_lme(m: Lme, lmer_df: str = "kenward-roger", pbkrtest_limit: int = LIMIT, lmerTest_limit: int = LIMIT,
            mode: str | None = None) -> Basis:  # noqa: N803
    asked = "containment" if mode is None else mode
    require_choice(asked, LME_MODES, "mode")
    V = m.adjusted**2 * m.covariance
    if asked == "asymptotic":
        return _basis(m, V, partial(constant_df, df=np.inf), "fixed")
    A = None if asked == "containment" else _scatter(m)
    if A is not None:
        return _basis(m, V, partial(_satterthwaite, V, A, _slopes(m, m.problem)), APPROXIMATE[0])
    own = np.array(m.denominators[0], dtype=float)
    if m.X.names[0] == "(Intercept)":
        own[0] = len(m.problem.levels[0].groups) - 1
    return _basis(m, V, partial(_least, own), "containment")


def _least(own: Floats, L: Floats) -> Floats:  # noqa: N803
    """The least of the coefficients' `own` degrees of freedom (p,) that take part in each combination of L (c, p)."""
    inside = np.abs(L) > HAS_NO_PART
    found = np.where(inside, own, np.inf).min(axis=1)
    return np.where(inside.any(axis=1), found, np.nan)


def _scatter(m: NlmeFit) -> Floats | None:
    """The covariance matrix (k + 1, k + 1) of the free parameters and the logarithm of sigma, by the curvature of the
    likelihood; None where there are no parameters or it has no maximum.
    """
    problem: Any = m.problem  # type: ignore[attr-defined]
    if not len(m.free):
        return None

    def likelihood(x: Floats) -> float:
        return float(problem.at(x[:-1]).log_likelihood_at(float(np.exp(x[-1]))))

    try:
        curvature = hessian(likelihood, np.append(m.free, np.log(m.sigma)))
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(curvature).all() or np.linalg.eigvalsh(curvature).max() >= 0.0:
        return None
    return np.asarray(np.linalg.inv(-curvature))


def _slopes(m: NlmeFit, problem: Any) -> Floats:
    """The derivatives (k + 1, p, p) of the coefficients' covariance matrix, as `problem` has it, in the free parameters
    and the logarithm of sigma.
    """

    def covariance(free: Floats) -> Floats:
        root = problem.at(free).root
        return np.asarray(m.sigma**2 * root @ root.T)

    return np.concatenate([gradient(covariance, m.free), 2.0 * m.covariance[None]])


def _satterthwaite(V: Floats, A: Floats, slopes: Floats, L: Floats) -> Floats:  # noqa: N803
    """Twice the square of a combination's variance over the variance of that, (c,) of L (c, p)."""
    variance = np.einsum("ci,ij,cj->c", L, V, L)
    g = np.einsum("ci,kij,cj->ck", L, slopes, L)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(2.0 * variance**2 / np.einsum("ck,kl,cl->c", g, A, g))
