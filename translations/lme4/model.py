"""A fitted linear mixed model: a frozen value."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.printing.fits import Fit
from translations.printing.objects import Textual

from .control import LmerControl
from .convergence import Diagnosis
from .covariance import fit as fit_structured
from .criterion.lme4_order import Lme4Order
from .criterion.long_double import LongDoubleFactor
from .criterion.minimizers import Optimum
from .criterion.pls import PLS, Criterion, Solution
from .design import Design


@dataclass(frozen=True, eq=False)
class LmerMod(Fit, Textual):
    """A fitted linear mixed model. R: class lmerMod.

    design, y (n,), REML, control; pls: its cross-products; optimum: where the optimizer stopped; diagnosis: what
    lme4's checks found; data_name: how the data were called; arguments: the call's other arguments, for `update`;
    criterion_df: the degrees of freedom of the criterion that was minimized, where they are those of lme4's refit.
    """

    design: Design
    y: Floats
    REML: bool
    control: LmerControl
    pls: PLS = field(repr=False)
    optimum: Optimum
    diagnosis: Diagnosis
    data_name: str
    data: Any = field(repr=False)
    arguments: dict[str, Any] = field(repr=False)
    criterion_df: int | None = None

    @property
    def theta(self) -> Floats:
        """Covariance parameters (m,): the lower triangles of the relative covariance factors, column by column."""
        return self.optimum.theta

    @property
    def par(self) -> Floats:
        """What the optimizer moved (npar,): theta, or the parameters of the terms' covariance structures."""
        return self.theta if self.optimum.par is None else self.optimum.par

    @cached_property
    def refined(self) -> LongDoubleFactor | None:
        """The criterion and beta in extended precision: after "newton", where the model is not too large."""
        products = self.pls.long_double if self.optimum.optimizer == "newton" else None
        return None if products is None else products.at(self.theta)

    @cached_property
    def solution(self) -> Solution:
        """The one solution of penalized least squares at theta from which all that is said of the fit is taken: lme4's
        own to the bit where `lme4_order.py` covers the model, after "newton" right to the last bit.
        """
        if (last := self.refined) is not None:
            parts = Criterion(float(last.ldL2), float(last.ldRX2), float(last.pwrss))
            return Solution(parts, last.beta, last.RX, last.u)
        if (exact := self._as_lme4) is not None:
            found = exact.parts(self.theta)
            parts = Criterion(found.ldL2, found.ldRX2, found.pwrss)
            return Solution(parts, found.beta, found.RX, found.u)
        chain = fit_structured.chain_of(self.pls) if self.design.random.parameters.structured else None
        return self.pls.solve(self.theta) if chain is None else chain.solve(self.par)

    @property
    def _as_lme4(self) -> Lme4Order | None:
        """lme4's own order of operations, unless the model is not covered or Newton's method fitted it."""
        return None if self.optimum.optimizer == "newton" else self.pls.lme4_order

    @property
    def n(self) -> int:
        return self.pls.n

    @property
    def p(self) -> int:
        return self.pls.p

    @property
    def beta(self) -> Floats:
        """Fixed effects (p,)."""
        return self.solution.beta

    @property
    def df(self) -> int:
        """The denominator of sigma²: n - p for REML, n for ML."""
        return self.n - self.p if self.REML else self.n

    @cached_property
    def sigma(self) -> float:
        """Residual standard deviation, in the response's units; divided in R's order."""
        return math.sqrt(self.solution.criterion.pwrss / self.n * (self.n / self.df))

    @cached_property
    def unscaled_vcov(self) -> Floats:
        """(X'V^{-1}X)^{-1}, (p, p); times sigma² it is the covariance matrix of beta."""
        if self.refined is not None:
            return self.refined.unscaled_vcov
        inverse = np.linalg.inv(self.solution.RX) if self.p else np.zeros((0, 0))
        found = inverse @ inverse.T
        return found if self.design.scaling is None else self.design.scaling.back(found)

    @cached_property
    def templates(self) -> list[Floats]:
        """The relative covariance factor (k, k) of each term."""
        return self.design.random.templates(self.theta)

    @cached_property
    def u(self) -> list[Floats]:
        """Spherical conditional modes, one (levels, k) array a term, in lme4's order of terms."""
        return self.design.random.split(self.solution.u)

    @cached_property
    def b(self) -> list[Floats]:
        """Conditional modes on the response's scale, one (levels, k) array a term."""
        return [np.column_stack([_in_order(u, row) for row in T]) for u, T in zip(self.u, self.templates, strict=True)]

    @cached_property
    def mu(self) -> Floats:
        """Fitted values (n,), the conditional modes included: offset + (X beta + Z b), the sums in lme4's order. R:
        lmResp's updateMu.
        """
        random = np.zeros(self.n)
        for term, b in zip(self.design.random.terms, self.b, strict=True):
            for z, own in zip(term.Z.T, b.T, strict=True):
                random = random + z * own[term.codes]
        mu = _in_order(self.design.X_fitted, self.beta) + random
        return mu if self.pls.offset is None else self.pls.offset + mu

    @property
    def weights(self) -> Floats:
        """Prior weights (n,)."""
        return np.ones(self.n) if self.design.frame.weights is None else self.design.frame.weights

    @property
    def eta(self) -> Floats:
        """Linear predictors (n,), the conditional modes included."""
        return self.mu

    @property
    def generalized(self) -> bool:
        """Whether this is a generalized linear mixed model."""
        return False

    @property
    def n_scale(self) -> int:
        """How many parameters there are beside theta and beta."""
        return 1

    @property
    def shows_residual(self) -> bool:
        """Whether tables of variances show the residual's."""
        return True

    @property
    def working_weights(self) -> Floats:
        """Weights (n,) of the least squares that have the estimates."""
        return self.weights

    @property
    def effects_scale(self) -> float:
        """What theta is relative to."""
        return self.sigma

    def modes_scale(self) -> float:
        """What standard errors of the conditional modes and of predictions are multiplied by."""
        return self.sigma

    def criterion(self, REML: bool) -> float:  # noqa: N803
        """The REML criterion or the deviance at theta, whichever was minimized."""
        if self.refined is not None:
            return self.refined.deviance(REML)
        df = self.criterion_df if REML == self.REML else None
        if (exact := self._as_lme4) is not None:
            return exact.criterion(self.theta, REML, df)
        return self.pls.value(self.solution.criterion, REML, df)

    def __repr__(self) -> str:
        fit = "REML" if self.REML else "ML"
        return f"<LmerMod {self.design.formula.text!r} by {fit}, {self.n} observations, {self.control.optimizer}>"


def _in_order(M: Floats, weights: Floats) -> Floats:
    """M weights (rows,), column after column as lme4 adds them, where a BLAS may add in another order."""
    total = np.zeros(len(M))
    for column, weight in zip(M.T, weights, strict=True):
        total = total + column * weight
    return total
