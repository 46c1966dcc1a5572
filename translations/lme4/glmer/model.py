"""A fitted generalized linear mixed model."""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.generalized.begin import Start
from translations.generalized.families import Family
from translations.settings import since

from ..control import FollowedWarning
from ..convergence import Diagnosis
from ..criterion.pls import PLS, Criterion, Solution
from ..design import Design
from ..model import LmerMod
from .control import GlmerControl
from .optimize import Fitted, unscaled
from .state import Problem


class GlmerMod(LmerMod):
    """A fitted generalized linear mixed model. R: class glmerMod.

    What an `LmerMod` has means the same here on the scale of the linear predictor: design, theta, beta, u, b,
    templates, optimum. y (n,) is the response as the family has it, proportions for counts of successes; `weights` the
    prior weights, times the trials. family, nAGQ, control;  found: where the fit stopped;  problem, begun: what it
    began from;  data, data_name, family_text, arguments: of the call.
    """

    control: GlmerControl
    family: Family
    nAGQ: int  # noqa: N815
    found: Fitted
    problem: Problem
    begun: Start
    family_text: str
    function: str

    def __init__(self, design: Design, family: Family, nAGQ: int, control: GlmerControl, found: Fitted,  # noqa: N803
                 problem: Problem, begun: Start, diagnosis: Diagnosis, data_name: str, data: Any,
                 family_text: str, arguments: dict[str, Any], function: str = "glmer") -> None:
        self.__dict__.update(
            design=design, family=family, nAGQ=nAGQ, control=control, found=found, problem=problem, begun=begun,
            diagnosis=diagnosis, data_name=data_name, data=data, family_text=family_text, arguments=arguments,
            function=function, y=begun.y, REML=False, optimum=found.optimum, criterion_df=None,
        )

    def changed(self, **parts: Any) -> GlmerMod:
        """The same model but for these parts."""
        names = ("design", "family", "nAGQ", "control", "found", "problem", "begun", "diagnosis", "data_name", "data",
                 "family_text", "arguments", "function")
        return GlmerMod(**{name: parts.get(name, self.__dict__[name]) for name in names})

    @property
    def theta(self) -> Floats:
        return self.found.theta

    @property
    def par(self) -> Floats:
        return self.found.par

    @property
    def beta(self) -> Floats:
        return self.found.beta

    @property
    def n(self) -> int:
        return len(self.y)

    @property
    def p(self) -> int:
        return len(self.found.beta)

    @property
    def weights(self) -> Floats:
        """Prior weights (n,), for binomial counts the trials."""
        return self.begun.weights

    @property
    def working_weights(self) -> Floats:
        """Those of the last step of the iteration (n,)."""
        return self.found.W

    @property
    def has_scale(self) -> bool:
        """Whether the family has a dispersion that is estimated."""
        return self.family.dispersion is None and self.family.theta is None

    @property
    def generalized(self) -> bool:
        return True

    @property
    def n_scale(self) -> int:
        """How many dispersions are estimated, a negative binomial's theta among them."""
        return int(self.has_scale or self.family.theta is not None)

    @property
    def effects_scale(self) -> float:
        """What theta is relative to: before lme4 2.1 sigma, where there is one."""
        return 1.0 if self.moment else self.sigma

    def modes_scale(self) -> float:
        """As lme4, which since 2.1 has sigma in them twice: with a `FollowedWarning`. Once where the fit is by
        "newton"."""
        if not self.moment or self.optimum.optimizer == "newton":
            return self.effects_scale
        warnings.warn("lme4 2.1 multiplies the standard errors of conditional modes and of predictions by sigma, which "
                      "is in them already: control=\"newton\" has it in once", FollowedWarning, stacklevel=3)
        return self.sigma

    @property
    def shows_residual(self) -> bool:
        return self.has_scale and not self.found.refresh

    @property
    def moment(self) -> bool:
        """Whether the dispersion is in the iteration, as since lme4 2.1."""
        return self.has_scale and self.found.moment

    @cached_property
    def sigma(self) -> float:
        """Root of the dispersion; 1 where there is none. Before lme4 2.1 from Pearson's and the modes' squares."""
        if not self.has_scale:
            return 1.0
        if self.moment:
            return float(np.sqrt(self.found.phi))
        return float(np.sqrt((np.sum(self.pearson**2) + self.found.sqrL) / self.n))

    @cached_property
    def pearson(self) -> Floats:
        """Pearson residuals (n,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return (self.y - self.mu) * np.sqrt(self.weights / self.variance)

    @property
    def variance(self) -> Floats:
        """The variance function at the means (n,); of probabilities not below a double's precision, as in lme4."""
        found = self.family.variance(self.mu)
        return np.maximum(found, np.finfo(float).eps) if self.family.name == "binomial" else found

    @property
    def eta(self) -> Floats:
        """Linear predictors (n,)."""
        return self.found.eta

    @property
    def mu(self) -> Floats:
        """Fitted means (n,), the conditional modes included."""
        return self.found.mu

    @cached_property
    def u(self) -> list[Floats]:
        parts, start = [], 0
        for term in self.design.random.terms:
            parts.append(self.found.u[start : start + term.size].reshape(-1, term.k))
            start += term.size
        return parts

    @cached_property
    def b(self) -> list[Floats]:
        return [u @ T.T for u, T in zip(self.u, self.templates, strict=True)]

    @cached_property
    def pls(self) -> PLS:
        """The last step's weighted least squares: its factor is the one behind conditional variances and leverages."""
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = self.family.link.mu_eta(self.eta)
            z = self.eta + (self.y - self.mu) / slope
        W = self.found.W  # noqa: N806
        z = np.where(W > 0.0, z, self.eta)  # rows of weight 0 have no part in it
        return PLS.of(self.design.random, self.design.X_fitted, z, W, self.design.frame.offset)

    @cached_property
    def solution(self) -> Solution:
        """RX and the criterion's parts at the end of the fit."""
        parts = Criterion(self.found.ldL2, self.found.ldRX2, float(np.sum(self.pearson**2)) + self.found.sqrL)
        return Solution(parts, self.beta, self.found.RX, self._by_block())

    def _by_block(self) -> tuple[Floats, ...]:
        return tuple(np.hstack([self.u[i] for i in indices]) for indices in self.design.random.members)

    @property
    def refined(self) -> None:
        return None

    @cached_property
    def unscaled_vcov(self) -> Floats:
        """Covariance matrix of beta over sigma², (p, p): from the Hessian by differences where there is one."""
        return self.covariance(None) / self.sigma**2

    def covariance(self, use_hessian: bool | None) -> Floats:
        """Covariance matrix of beta (p, p), from the criterion's Hessian or from RX. R: vcov.merMod.

        Warns as R where the Hessian is not positive definite, and where the two differ by more than 1e-4.
        """
        by_RX = self.sigma**2 * unscaled(self.found.RX)  # noqa: N806
        by_hessian = self._by_hessian
        if use_hessian and self.found.derivs is None:
            raise ValueError("use_hessian=True specified, but Hessian is unavailable")
        if self.found.derivs is None:
            return by_RX
        if use_hessian is False:
            if by_hessian is not None and (np.abs(by_RX - by_hessian) > 1e-4 * by_hessian).any():
                warnings.warn("variance-covariance matrix computed from finite-difference Hessian\nand from RX differ "
                              "by >1e-04: consider 'use.hessian=TRUE'", stacklevel=4)
            return by_RX
        if by_hessian is None:
            warnings.warn("variance-covariance matrix computed from finite-difference Hessian is\nnot positive "
                          "definite or contains NA values: falling back to var-cov estimated from RX", stacklevel=4)
            return by_RX
        return by_hessian

    @cached_property
    def _by_hessian(self) -> Floats | None:
        if self.found.derivs is None:
            return None
        H, m = self.found.derivs[:, :-1], len(self.par)
        try:
            inverse = np.linalg.inv(H)[m:, m:]
        except np.linalg.LinAlgError:
            return None
        V = inverse + inverse.T
        return V if np.isfinite(V).all() and (not len(V) or np.linalg.eigvalsh(V)[0] > 0.0) else None

    def criterion(self, REML: bool) -> float:  # noqa: N803
        if REML:
            raise ValueError("can't compute REML deviance for a non-LMM")
        return self.optimum.value

    def __repr__(self) -> str:
        return f"<GlmerMod {self.design.formula.text!r}, {self.family.name}, {self.n} observations>"


def moment(control: GlmerControl) -> bool:
    """Whether a dispersion is in the iteration: since lme4 2.1, by its default, and always for "newton"."""
    return (since("2.1") or "newton" in control.optimizers) and control.disp_method == "moment"
