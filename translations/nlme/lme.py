"""R's `lme`: a linear mixed model of nested groups, whose errors may be correlated or of unequal variance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Vector
from translations.stats import generics
from translations.stats.arguments import require_choice
from translations.stats.calls import data_called
from translations.stats.formulas.design import ModelMatrix, design
from translations.stats.formulas.frame import ModelFrame, factor_of, model_frame
from translations.stats.formulas.terms import parse
from translations.stats.linear.linear_model import row_names
from translations.stats.mixed import MixedFit

from . import em
from .correlation import Correlation
from .covariances import Pd
from .criterion import Problem
from .fit import NlmeFit, updated
from .gls import problem_of, require_rank
from .levels import Level, stacks_of
from .mixed import MixedProblem
from .random import random_of
from .rows import Form, form_of
from .search import Control, as_control, ended, lmeControl, settled
from .structures import as_variance, require_correlation
from .variance import Variance
from .variances import VarCorrLme


@dataclass(frozen=True, eq=False, repr=False)
class Lme(NlmeFit, MixedFit):
    """A mixed model fitted by `lme`, with n observations and p fixed effects (R: class lme).

    problem: random effects and errors, in the order of the groups
    random:  each level's random effects' design
    form:    the groups' formula, read
    """

    problem: MixedProblem
    random: list[ModelMatrix]
    form: Form

    TITLE = "Linear mixed-effects model"

    @property
    def errors(self) -> tuple[Problem, np.ndarray]:
        """What is left without the random effects, and the parameters behind theirs."""
        return self.problem.base, self.free[self.problem.split :]

    @property
    def Q(self) -> int:  # noqa: N802
        """Levels of grouping."""
        return len(self.problem.levels)

    @cached_property
    def root(self) -> np.ndarray:
        """(p, p), upper triangular: this times its transpose is the fixed effects' covariance."""
        return np.asarray(self.solution.root * self.sigma)

    @property
    def adjusted(self) -> float:
        """What summary and anova multiply standard errors by: of maximum likelihood the root of n / (n - p)."""
        return 1.0 if self.restricted else float(np.sqrt(self.n / (self.n - self.p)))

    def fixed_effects(self) -> Vector:
        """(p,)."""
        return Vector(self.solution.beta, index=self.X.names)

    @cached_property
    def modes(self) -> list[np.ndarray]:
        """Each level's random effects, (groups, q)."""
        return self.problem.modes(self.free, self.solution.beta)

    @cached_property
    def covariances(self) -> list[np.ndarray]:
        """Each level's covariance matrix, (q, q)."""
        return [self.sigma**2 * L @ L.T for L in self.problem.factors(self.free)]

    @cached_property
    def fitted_levels(self) -> np.ndarray:
        """Fitted values (n, Q + 1) by the fixed effects, and with each level's random effects too, in data order."""
        parts = [self.problem.base.X @ self.solution.beta, *self.problem.parts(self.modes)]
        return np.column_stack([self.in_data_order(column) for column in np.cumsum(parts, axis=0)])

    def group_labels(self, level: int) -> list[str]:
        """Each row's group at a level of grouping, from 1, in data order."""
        one = self.problem.levels[level - 1]
        return list(np.array(one.groups, object)[self.in_data_order(one.codes)])

    def by_rows(self, values: np.ndarray, labels: list[str]) -> Vector:
        """`values` (n,) labelled by group; rows that na.exclude left out are NaN, under their own names."""
        if self.frame.na_action != "na.exclude":
            return Vector(values, index=labels)
        return Vector(self.frame.pad(values), index=row_names(self.frame.padded_index))

    def random_effects(self) -> Any:
        """{factor: frame (groups, effects)}, the outermost first."""
        return {level.name: pd.DataFrame(b, index=level.groups, columns=level.effects)
                for level, b in zip(self.problem.levels, self.modes, strict=True)}

    def variances(self) -> Any:
        """R's VarCorr: variances, standard deviations and correlations by level."""
        return VarCorrLme(self.problem.levels, self.covariances, self.sigma)

    @cached_property
    def denominators(self) -> tuple[np.ndarray, list[int]]:
        """Degrees of freedom of the fixed effects, (p,), and of the terms: those of the innermost level within whose
        groups they change. Source: Pinheiro & Bates (2000), section 2.4.2.
        """
        groups = [len(level.groups) for level in self.problem.levels]
        left = np.array([*groups, self.n]) - np.array([0, *groups])
        X, assign = self.problem.base.X, self.X.assign
        constant = np.all(np.abs(X / np.where(X[0] == 0.0, 1.0, X[0]) - (X[0] != 0.0)) < 1.5e-8, axis=0)
        stratum = np.zeros(self.p, int)
        for k, level in enumerate(self.problem.levels, 1):
            first = np.array([X[np.argmax(level.codes == one)] for one in range(len(level.groups))])
            stratum[np.any(X != first[level.codes], axis=0)] = k
        terms = np.unique(assign)
        of_term = np.array([stratum[assign == k].max() for k in terms])
        inner = np.array([not constant[assign == k].all() for k in terms])
        found = []
        for strata, sizes, varies in ((stratum, np.ones(self.p, int), ~constant),
                                      (of_term, np.array([(assign == k).sum() for k in terms]), inner)):
            df = left.copy()
            np.subtract.at(df, strata[varies], sizes[varies])
            if varies.all():
                df[1:] += 1
            else:
                df[0] -= 1
            found.append(np.where(varies, df[strata], df.max()))
        return found[0], [int(one) for one in found[1]]


def lme(
    fixed: str, data: Any, random: str | Mapping[str, str | Pd], correlation: Correlation | None = None,
    weights: Variance | str | None = None, subset: Any = None, method: str = "REML", na_action: str = "na.fail",
    control: Control | Mapping[str, Any] | None = None, contrasts: Mapping[str, Any] | None = None,
) -> Lme:
    """Fit a linear mixed model of nested groups, whose errors may be correlated or of unequal variance. R: nlme::lme.
    Source: Pinheiro & Bates (2000), chapters 2 and 5.

    fixed:       R's formula of the fixed effects, as text: "distance ~ age * Sex"
    data:        a DataFrame or a mapping of columns, n rows
    random:      "~ Days | Subject", the effects and the groups; "~ 1 | Block/Variety" for groups within groups; or
                 effects and structures by the groups' names, the outermost first: {"Subject": pdDiag("~ Days")}
    correlation: of the errors within the innermost groups: `corAR1`, `corCAR1`, `corCompSymm`, ...
    weights:     how the errors' standard deviation changes: `varIdent`, `varPower`, `varExp`, `varFixed`
    subset:      a boolean array (n,), or a condition as text
    method:      "REML" or "ML"
    na_action:   "na.fail", as R has it, "na.omit" or "na.exclude"
    control:     `lmeControl(...)`, or a mapping of its settings
    contrasts:   how factors are coded, of fixed and random effects: {"Sex": "contr.sum"}

    Returns the model: `str()` is R's text; `summary`, `anova`, `intervals`, `VarCorr`, `ranef`, `fixef`, `coef`,
    `predict`, ... take it. The parameters are those at which R's search stops, with five to seven digits of the
    maximum's; `lmeControl("newton")` goes there.

    Raises KeyError for a missing column; ValueError for missing values, a structure that there is none of, groups of
    the correlation that are not the random effects', or columns that depend on others.

    >>> orthodont = r.load("Orthodont")
    >>> m = r.lme("distance ~ age * Sex", orthodont, "~ 1 | Subject", weights=r.varIdent(form="~ 1 | Sex"))
    >>> print(r.anova(m))
                numDF denDF  F-value p-value
    (Intercept)     1    79 3999.532  <.0001
    age             1    79  145.399  <.0001
    Sex             1    25    9.271  0.0054
    age:Sex         1    79    8.088  0.0057
    """
    require_choice(method, ("REML", "ML"), "method")
    require_choice(na_action, ("na.fail", "na.omit", "na.exclude"), "na_action")
    require_correlation(correlation)
    variance = as_variance(weights)
    form, structures = random_of(random)
    correlation = _within(correlation, form)
    extra = [*form.groups, *dict.fromkeys(one.form for one in structures)]
    extra += [piece for one in (correlation, variance) if one is not None for piece in one.variables]
    frame = model_frame(fixed, data, subset=subset, na_action=na_action, extra=extra)
    if frame.offset is not None:
        raise ValueError("lme takes no offset() in its formula: subtract it from the response")
    X, designs = design(frame.formula, frame, contrasts), [_coded(one.form, frame, contrasts) for one in structures]
    require_rank(X)
    singles = [factor_of(one, frame) for one in form.groups]
    order = np.lexsort([codes for codes, _ in reversed(singles)])
    levels: list[Level] = []
    path = np.array([""] * frame.n, object)
    for name, (codes, labels), Z, pd_ in zip(form.groups, singles, designs, structures, strict=True):
        path = (path + "/" if levels else path) + np.array(labels, object)[codes]
        groups = list(dict.fromkeys(path[order]))
        where = {label: at for at, label in enumerate(groups)}
        of_row = np.array([where[one] for one in path[order]])
        ordered = np.ascontiguousarray(Z.values[order])
        levels.append(Level(name, ordered, of_row, groups, Z.names, pd_))
    order, base = problem_of(frame, X, correlation, variance, method == "REML", order, levels[-1].codes)
    settings = as_control(control, lmeControl)
    problem = MixedProblem(base, levels, stacks_of(levels), precise=settings.opt != "newton")
    free, problem, _ = settled(problem, em.start(problem, int(settings.niterEM)), ended, settings)
    arguments = {"random": random, "correlation": correlation, "weights": weights, "subset": subset, "method": method,
                 "na_action": na_action, "control": control, "contrasts": contrasts}
    data_name = data_called(data, "lme")
    return Lme(frame, X, order, free, problem.at(free), data, data_name, arguments, problem, designs, form)


def _coded(form: str, frame: ModelFrame, contrasts: Mapping[str, Any] | None) -> ModelMatrix:
    """The effects of a term of random effects, whose own factors have these contrasts."""
    own = parse(form).variables
    return design(form, frame, {name: one for name, one in (contrasts or {}).items() if name in own} or None)


def _within(correlation: Correlation | None, form: Form) -> Correlation | None:
    """The correlation within the random effects' innermost groups."""
    if correlation is None or correlation.form.groups == form.groups:
        return correlation
    if correlation.form.groups:
        raise ValueError(f"the groups of the correlation, {'/'.join(correlation.form.groups)}, must be those of "
                         f"random, {'/'.join(form.groups)}")
    groups = "/".join(form.groups)
    return replace(correlation, form=form_of(f"{correlation.form.written} | {groups}", correlation.name))


@generics.update.register(Lme)
def _update(m: Lme, formula: str | None = None, data: Any = None, **changes: Any) -> Lme:
    """The model refitted with `formula` (whose `.` is the old side) or other arguments of `lme` changed."""
    return updated(m, lme, formula, data, changes)
