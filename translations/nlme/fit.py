"""What fits by `gls` and by `lme` have in common: coefficients, their covariance, and the errors' structures.

Source: Pinheiro & Bates (2000), chapter 5; R: the methods that nlme has twice, for class gls and class lme.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, TypeVar

import numpy as np
import pandas as pd

from translations.printing import Matrix, Vector
from translations.printing.fits import Fit
from translations.printing.frames import quantiles
from translations.printing.objects import Textual
from translations.stats import generics
from translations.stats.calls import called
from translations.stats.formulas.design import ModelMatrix
from translations.stats.formulas.frame import ModelFrame
from translations.stats.formulas.terms import update_formula
from translations.stats.likelihood import has_criteria
from translations.stats.linear.linear_model import row_names
from translations.stats.log_likelihood import LogLik

from .criterion import Problem, Solution

FIVE = ("Min", "Q1", "Med", "Q3", "Max")
F = TypeVar("F", bound="NlmeFit")


@dataclass(frozen=True, eq=False, repr=False)
class NlmeFit(Textual, Fit, ABC):
    """A fit with n observations and p coefficients.

    order:    (n,) the rows of the frame in the order of their groups, in which the errors' problem has them
    free:     (k,) parameters of all structures, without bounds
    solution: the least-squares fit at these
    data, arguments: what the fit was called with, for `update`
    """

    frame: ModelFrame
    X: ModelMatrix
    order: np.ndarray
    free: np.ndarray
    solution: Solution
    data: Any
    data_name: str
    arguments: Mapping[str, Any]

    TITLE: ClassVar[str]

    @property
    @abstractmethod
    def errors(self) -> tuple[Problem, np.ndarray]:
        """The problem of the errors, and its parameters among the free ones."""

    @property
    @abstractmethod
    def root(self) -> np.ndarray:
        """(p, p), upper triangular: this times its transpose is `covariance`."""

    @property
    def restricted(self) -> bool:
        """Whether the restricted likelihood was maximized."""
        return self.errors[0].REML

    @property
    def method(self) -> str:
        """ "REML" or "ML"."""
        return "REML" if self.restricted else "ML"

    @property
    def n(self) -> int:
        """Observations."""
        return self.frame.n

    @property
    def p(self) -> int:
        """Coefficients."""
        return len(self.X.names)

    @property
    def sigma(self) -> float:
        """Standard error of the residuals, of `lme` within groups."""
        return self.solution.sigma

    @property
    def covariance(self) -> np.ndarray:
        """Of the coefficients, (p, p)."""
        return np.asarray(self.root @ self.root.T)

    def in_data_order(self, values: np.ndarray) -> np.ndarray:
        """Values (n,) of the ordered rows as the data have them."""
        made = np.empty_like(values)
        made[self.order] = values
        return made

    @cached_property
    def weights(self) -> np.ndarray:
        """Sigma over each row's standard deviation, (n,), in data order."""
        problem, free = self.errors
        if problem.variance is None:
            return np.ones(self.n)
        return self.in_data_order(problem.variance.weights(problem.natural(free)[1], problem.fitted))

    @cached_property
    def correlation_parameters(self) -> np.ndarray:
        """R's parameters of the errors' correlations."""
        problem, free = self.errors
        return problem.natural(free)[0]

    def whitened(self, residuals: np.ndarray) -> np.ndarray:
        """Standardized residuals (n,), in data order, without their correlation."""
        problem, _ = self.errors
        if problem.correlation is None:
            return residuals
        ordered = residuals[self.order, None]
        made, _ = problem.correlation.whiten(self.correlation_parameters, problem.blocks, ordered)
        return self.in_data_order(made[:, 0])

    def _repr_html_(self) -> str:
        from translations.printing import html

        estimates = pd.DataFrame({"Value": self.solution.beta}, index=self.X.names)
        return html.page(f"{self.TITLE} {self.frame.formula.text}", [html.table(estimates)])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.frame.formula.text}, n={self.n}>"


def updated(m: F, fit: Callable[..., F], formula: str | None, data: Any, changes: Mapping[str, Any]) -> F:
    """The model refitted by `fit` with `formula` (whose `.` is the old side) or other arguments changed."""
    text = m.frame.formula.written if formula is None else update_formula(m.frame.formula.text, formula)
    again = fit(text, m.data if data is None else data, **{**m.arguments, **changes})
    same = again.data is m.data
    return replace(again, data_name=m.data_name if same else called(again.data, again.data_name, "update", 9, "data"))


@generics.vcov.register(NlmeFit)
def _vcov(m: NlmeFit) -> Matrix:
    return Matrix(m.covariance, index=m.X.names, columns=m.X.names)


@generics.sigma.register(NlmeFit)
def _sigma(m: NlmeFit) -> float:
    return m.sigma


@generics.nobs.register(NlmeFit)
def _nobs(m: NlmeFit) -> int:
    return m.n


@generics.formula.register(NlmeFit)
def _formula(m: NlmeFit) -> str:
    return m.frame.formula.text


@generics.logLik.register(NlmeFit)
def _logLik(m: NlmeFit, REML: bool | None = None) -> LogLik:  # noqa: N803
    """At the estimates, restricted or not; None: whichever was maximized. R: logLik.gls, logLik.lme."""
    restricted = m.restricted if REML is None else REML
    value, n, p = m.solution.log_likelihood, m.n, m.p
    if restricted is not m.restricted:
        volume = 2.0 * float(np.log(np.abs(np.diagonal(m.root))).sum())
        scaled = (n - p) * np.log(1.0 - p / n) if restricted else n * np.log(1.0 - p / n)
        value += (0.5 if restricted else -0.5) * (p * (np.log(2.0 * np.pi) + 1.0) + scaled + volume)
    return LogLik(value, p + len(m.free) + 1, n - p * restricted)


has_criteria(NlmeFit)


@generics.model_matrix.register(NlmeFit)
def _model_matrix(m: NlmeFit) -> Matrix:
    return Matrix(m.X.values, index=row_names(m.frame.index), columns=m.X.names)


@dataclass(frozen=True, eq=False, repr=False)
class NlmeSummary(Textual, ABC):
    """The summary of a fit (R: class summary.gls, summary.lme). `str()` is R's printed text."""

    model: Any

    @property
    @abstractmethod
    def coefficients(self) -> Matrix:
        """Value, Std.Error, t-value, p-value, of `lme` DF too: (p, 4 or 5). R: tTable."""

    @property
    def tTable(self) -> Matrix:  # noqa: N802
        """`coefficients`, by R's name."""
        return self.coefficients

    @cached_property
    def correlation(self) -> Matrix:
        """Of the coefficients, (p, p)."""
        error, names = np.sqrt(np.diagonal(self.model.covariance)), self.model.X.names
        return Matrix(self.model.covariance / np.outer(error, error), index=names, columns=names)

    @property
    def sigma(self) -> float:
        """The model's."""
        return float(self.model.sigma)

    @cached_property
    def residuals(self) -> Vector:
        """Quartiles and extremes of the standardized residuals, (5,); all of up to five."""
        each = np.asarray(generics.residuals(self.model, "pearson"), float)
        each = each[~np.isnan(each)]
        return Vector(quantiles(each), index=FIVE) if len(each) > 5 else Vector(each)

    @property
    def AIC(self) -> float:  # noqa: N802
        """Akaike's criterion."""
        value: Any = generics.AIC(self.model)
        return float(value)

    @property
    def BIC(self) -> float:  # noqa: N802
        """Schwarz's criterion."""
        value: Any = generics.BIC(self.model)
        return float(value)

    def _repr_html_(self) -> str:
        from translations.printing import html

        title = f"{self.model.TITLE} {self.model.frame.formula.text}"
        return html.page(title, [html.table(self.coefficients)], [f"Residual standard error {html.cell(self.sigma)}"])

    def __repr__(self) -> str:
        return f"<summary of {self.model!r}>"


@generics.coef.register(NlmeSummary)
def _coefficients(s: NlmeSummary) -> Matrix:
    return s.coefficients


@generics.sigma.register(NlmeSummary)
def _sigma_of_summary(s: NlmeSummary) -> float:
    return s.sigma
