"""R's `gls`: a linear model whose errors are correlated within groups or of unequal variance."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from translations.printing import Vector
from translations.stats import generics
from translations.stats.arguments import require_choice
from translations.stats.calls import data_called
from translations.stats.formulas.design import ModelMatrix, design
from translations.stats.formulas.frame import ModelFrame, model_frame
from translations.stats.formulas.rank import drop_aliased
from translations.stats.linear.linear_model import row_names

from .correlation import AR1, Correlation
from .criterion import Problem
from .fit import NlmeFit, updated
from .optimum import hessian, maximum
from .rows import Block, blocks_of, codes_of, numbers_of
from .search import Control, as_control, ended, glsControl, settled
from .structures import as_variance, require_correlation
from .variance import Variance

EXACT = 1e-28  # of the response's squares: what rounding leaves where there are no residuals


@dataclass(frozen=True, eq=False, repr=False)
class Gls(NlmeFit):
    """A fit by generalized least squares with n observations and p coefficients (R: class gls).

    problem:    the errors', in the order of their groups
    iterations: how often weights by `fitted(.)` were made anew
    """

    problem: Problem
    iterations: int

    TITLE = "Generalized least squares"

    @property
    def errors(self) -> tuple[Problem, np.ndarray]:
        """The problem, with all its parameters."""
        return self.problem, self.free

    @property
    def df_residual(self) -> int:
        """Observations less coefficients."""
        return self.n - self.p

    @property
    def coefficients(self) -> Vector:
        """(p,)."""
        return Vector(self.solution.beta, index=self.X.names)

    @cached_property
    def root(self) -> np.ndarray:
        """(p, p), upper triangular: this times its transpose is `covariance`. By maximum likelihood too the squares
        are divided by the residual degrees of freedom.
        """
        return np.asarray(self.solution.root * np.sqrt(self.solution.rss / self.df_residual))

    @cached_property
    def fitted(self) -> np.ndarray:
        """(n,), in data order."""
        return np.asarray(self.X.values @ self.solution.beta)

    @cached_property
    def residuals(self) -> np.ndarray:
        """(n,), in data order."""
        return self.frame.response - self.fitted

    def padded(self, values: np.ndarray) -> Vector:
        """`values` (n,) labelled by row, with NaN for the rows that na.exclude left out."""
        return Vector(self.frame.pad(values), index=row_names(self.frame.padded_index))


def gls(
    model: str, data: Any, correlation: Correlation | None = None, weights: Variance | str | None = None,
    subset: Any = None, method: str = "REML", na_action: str = "na.fail",
    control: Control | Mapping[str, Any] | None = None,
) -> Gls:
    """Fit a linear model whose errors are correlated or of unequal variance, by generalized least squares. R:
    nlme::gls. Source: Pinheiro & Bates (2000), chapter 5.

    model:       R's formula, as text: "distance ~ age * Sex"
    data:        a DataFrame or a mapping of columns, n rows
    correlation: of the errors within groups: `corAR1`, `corCAR1`, `corCompSymm`, `corSymm`, `corExp`, ...
    weights:     how the errors' standard deviation changes: `varIdent`, `varPower`, `varExp`, or for `varFixed` a
                 formula alone, "~ x"
    subset:      a boolean array (n,), or a condition as text
    method:      "REML" or "ML"
    na_action:   "na.fail", as R has it, "na.omit" or "na.exclude"
    control:     `glsControl(...)`, or a mapping of its settings

    Returns the model: `str()` is R's text; `summary`, `anova`, `intervals`, `coef`, `vcov`, `predict`, ... take it. The
    parameters are those at which R's search stops, with six to eight digits of the maximum's; `glsControl("newton")`
    goes there.

    Raises KeyError for a missing column; ValueError for missing values, a structure that there is none of, covariates
    that it cannot have, or columns that depend on others.

    >>> ovary = r.load("Ovary")
    >>> print(r.gls("follicles ~ sin(2*pi*Time) + cos(2*pi*Time)", ovary, r.corAR1(form="~ 1 | Mare")))
    Generalized least squares fit by REML
      Model: follicles ~ sin(2 * pi * Time) + cos(2 * pi * Time)
      Data: ovary
      Log-restricted-likelihood: -780.7273
    <BLANKLINE>
    Coefficients:
           (Intercept) sin(2 * pi * Time) cos(2 * pi * Time)
            12.2163982         -2.7747122         -0.8996047
    <BLANKLINE>
    Correlation Structure: AR(1)
     Formula: ~1 | Mare
     Parameter estimate(s):
          Phi
    0.7532079
    Degrees of freedom: 308 total; 305 residual
    Residual standard error: 4.616172
    """
    require_choice(method, ("REML", "ML"), "method")
    require_choice(na_action, ("na.fail", "na.omit", "na.exclude"), "na_action")
    require_correlation(correlation)
    variance = as_variance(weights)
    extra = [piece for one in (correlation, variance) if one is not None for piece in one.variables]
    frame = model_frame(model, data, subset=subset, na_action=na_action, extra=extra)
    if frame.offset is not None:
        raise ValueError("gls takes no offset() in its formula: subtract it from the response")
    X = design(frame.formula, frame)
    require_rank(X)
    order, problem = problem_of(frame, X, correlation, variance, method == "REML")
    settings = as_control(control, glsControl)
    free, problem, iterations = settled(problem, problem.start, _ended, settings)
    arguments = {"correlation": correlation, "weights": weights, "subset": subset, "method": method,
                 "na_action": na_action, "control": control}
    data_name = data_called(data, "gls")
    return Gls(frame, X, order, free, problem.at(free), data, data_name, arguments, problem, iterations)


def require_rank(X: ModelMatrix) -> None:
    """Raise ValueError naming columns that depend on others, or for none at all."""
    kept = drop_aliased(X.values)
    if not X.names:
        raise ValueError("the formula has no coefficients to fit")
    if len(kept) < len(X.names):
        left = ", ".join(X.names[j] for j in range(len(X.names)) if j not in set(kept))
        raise ValueError(
            f"the fit is singular, of rank {len(kept)}: {left} can be had from the other columns; leave "
            "out terms, or levels without data"
        )


def problem_of(
    frame: ModelFrame, X: ModelMatrix, correlation: Correlation | None, variance: Variance | None, REML: bool,  # noqa: N803
    order: np.ndarray | None = None, codes: np.ndarray | None = None,
) -> tuple[np.ndarray, Problem]:
    """The order of the rows, (n,), and the problem in which the structures know the data. `order` and `codes`, (n,) of
    the ordered rows, are for groups that are not the correlation's to choose. Raises ValueError where the coefficients
    leave no residuals.
    """
    if frame.n <= len(X.names):
        raise ValueError(f"the fit is singular: {frame.n} rows leave no residuals beside {len(X.names)} coefficients")
    blocks: list[Block] = []
    if order is None:
        groups = None if correlation is None else codes_of(correlation.form.groups, frame)
        order = np.arange(frame.n) if groups is None else np.argsort(groups, kind="stable")
        codes = None if groups is None else groups[order]
    if correlation is not None:
        blocks = blocks_of(codes, numbers_of(correlation.form.covariates, frame, correlation.name)[order])
        correlation = correlation.bound(blocks)
    bound = None if variance is None else variance.bound(frame, order)
    values = np.ascontiguousarray(X.values[order])
    plain = Problem(values, frame.response[order], blocks, None, None, REML, np.zeros(frame.n))
    first = replace(plain, correlation=correlation)
    begin = (
        first.at_natural(np.array(correlation.start), np.zeros(0)) if correlation is not None else plain.at(np.zeros(0))
    )
    if begin.rss <= EXACT * float(plain.y @ plain.y):
        raise ValueError(f"the fit is singular: {frame.formula.text} leaves no residuals")
    return order, replace(plain, correlation=correlation, variance=bound, fitted=values @ begin.beta)


def _ended(problem: Problem, start: np.ndarray, control: Control) -> np.ndarray:
    """Where one search ends. Where it begins on a level place that is no maximum, as phi = 0 is for times that are all
    an even number apart, R's stays there, and a warning says where the maximum is.
    """
    found = ended(problem, start, control)
    structure = problem.correlation
    if isinstance(structure, AR1) and problem.split and abs(found[0] - start[0]) < 1e-6:
        if hessian(problem.likelihood, found).diagonal()[0] > 0.0:
            better = maximum(problem.likelihood, start + np.eye(len(start))[0])
            found = better if control.opt == "newton" else found
            warnings.warn(
                "the likelihood of corAR1 is level at Phi = 0, the start, where R's search stays: times in a "
                f"group are even numbers of steps apart. Its maximum is at Phi = {np.tanh(0.5 * better[0]):.4g}"
                " and, all the same, at the negative of that: corCAR1, or times in steps of 1, say it plainly",
                stacklevel=4,
            )
    return found


@generics.update.register(Gls)
def _update(m: Gls, formula: str | None = None, data: Any = None, **changes: Any) -> Gls:
    """The model refitted with `formula` (whose `.` is the old side) or other arguments of `gls` changed."""
    return updated(m, gls, formula, data, changes)
