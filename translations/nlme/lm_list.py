"""R's `lmList`: a linear model for each group, with a residual standard deviation that they share.

Source: Pinheiro & Bates (2000), section 4.1. R: lme4's and nlme's lmList, which give the same numbers.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from translations.lme4.control import FollowedWarning
from translations.printing import Matrix, Vector
from translations.printing.deparse import deparse_call
from translations.printing.dispatch import render
from translations.printing.fits import Fit
from translations.printing.numbers import format_number
from translations.printing.objects import Textual
from translations.printing.style import Style
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_labels, require_choice, require_level
from translations.stats.calls import data_called
from translations.stats.distributions import pt, qt
from translations.stats.formulas.frame import as_frame, factor_of, model_frame
from translations.stats.language.expressions import Call, deparse, read
from translations.stats.likelihood import has_criteria
from translations.stats.linear.linear_model import Lm, argument_text
from translations.stats.linear.lm import lm
from translations.stats.log_likelihood import LogLik
from translations.stats.mixed import MixedFit

from .generics import intervals
from .intervals import ENDS

KINDS = ("response", "pearson", "pooled.pearson")
HEADS = ("Estimate", "Std. Error", "t value", "Pr(>|t|)")


class ByCoefficient(Textual, dict[str, Matrix]):
    """A Matrix with a row a group for each coefficient: an array of R's, (groups, columns, coefficients).

    `words` stands above it.
    """

    words: tuple[str, ...] = ()


@render.register(ByCoefficient)
def _array(x: ByCoefficient, style: Style) -> list[str]:
    return [*x.words, *(line for name, one in x.items() for line in (f", , {name}", "", *render(one, style), ""))]


@dataclass(frozen=True, eq=False, repr=False)
class LmList(Textual, Fit, MixedFit):
    """Linear models by group, in the order of the groups' levels (R: class lmList4, lmList).

    models: None where there is no fit;  groups: by label the positions of their rows in the data
    """

    model: str
    grouping: str
    models: Mapping[str, Lm | None]
    groups: Mapping[str, np.ndarray]
    pool: bool
    data_name: str
    arguments: Mapping[str, Any]

    @property
    def fits(self) -> dict[str, Lm]:
        """The models that there are."""
        return {name: one for name, one in self.models.items() if one is not None}

    @cached_property
    def names(self) -> list[str]:
        """The coefficients' of all models, (p,)."""
        return list(dict.fromkeys(name for one in self.fits.values() for name in one.X.names))

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """(groups, p), NaN where a group has no such coefficient."""
        made = pd.DataFrame(np.nan, index=list(self.models), columns=self.names)
        for group, one in self.fits.items():
            made.loc[group, one.X.names] = one.coefficients
        return made

    @property
    def df_residual(self) -> int:
        """Observations less coefficients of all models, R's way: aliased coefficients count too."""
        return sum(one.frame.n - len(one.X.names) for one in self.fits.values())

    @cached_property
    def sigma(self) -> float:
        """The pooled standard deviation of the residuals, R's way: weights are left out. Where these or aliased
        coefficients are, a warning says what it should be.
        """
        squares = sum(float(one.residuals @ one.residuals) for one in self.fits.values())
        found = float(np.sqrt(squares / self.df_residual)) if self.df_residual > 0 else np.nan
        rss, df = (sum(getattr(one, name) for one in self.fits.values()) for name in ("rss", "df_residual"))
        if df and not np.isclose(found, right := float(np.sqrt(rss / df)), rtol=1e-10):
            warnings.warn(
                "R pools the residuals of lmList without their weights, over observations less all coefficients, those "
                f"that could not be estimated too: {found:.6g} on {self.df_residual} degrees of freedom. It should be "
                f"{right:.6g} on {df}", FollowedWarning, stacklevel=3)
        return found

    @property
    def n(self) -> int:
        """Observations of all models."""
        return sum(one.frame.n for one in self.fits.values())

    def by_rows(self, values: Mapping[str, np.ndarray]) -> Vector:
        """Each model's values (n,), in the order of the data, labelled by group."""
        rows = np.concatenate([self.groups[name][self.fits[name].frame.rows] for name in values])
        labels = np.repeat(np.array(list(values), object), [len(one) for one in values.values()])
        order = np.argsort(rows, kind="stable")
        return Vector(np.concatenate(list(values.values()))[order], index=labels[order])

    def fixed_effects(self) -> Vector:
        """The means of the coefficients, (p,)."""
        return Vector(self.coefficients.mean())

    def random_effects(self) -> pd.DataFrame:
        """The coefficients less their means, (groups, p)."""
        return self.coefficients - self.coefficients.mean()

    def variances(self) -> Any:
        """There are none."""
        raise ValueError("VarCorr() needs a mixed model: the models of lmList have no variance between groups; "
                         "their coefficients' is r.coef(m).cov()")

    def __repr__(self) -> str:
        return f"<LmList {self.model} | {self.grouping}: {len(self.models)} groups>"


@dataclass(frozen=True, eq=False, repr=False)
class LmListSummary(Textual):
    """The coefficients of models by group with their tests (R: class summary.lmList)."""

    model: LmList

    @cached_property
    def coefficients(self) -> ByCoefficient:
        """{coefficient: Matrix (groups, 4)}: Estimate, Std. Error, t value, Pr(>|t|)."""
        m, names = self.model, self.model.names
        made = np.full((len(names), len(m.models), 4), np.nan)
        for at, one in enumerate(m.models.values()):
            if one is None:
                continue
            s, df = (m.sigma, m.df_residual) if m.pool and one.df_residual > 0 else (one.sigma, one.df_residual)
            where = [names.index(one.X.names[j]) for j in one.kept]
            estimate, error = one.coefficients[one.kept], s * np.sqrt(np.diagonal(one.unscaled))
            t = estimate / error
            p = 2.0 * pt(np.abs(t), df, lower_tail=False) if df else t
            made[where, at] = np.column_stack([estimate, error, t, p])
        return ByCoefficient({name: Matrix(values, index=list(m.models), columns=HEADS)
                              for name, values in zip(names, made, strict=True)})

    @property
    def RSE(self) -> float:  # noqa: N802
        """The pooled residual standard error."""
        return self.model.sigma

    @property
    def df_residual(self) -> int:
        """Of all models."""
        return self.model.df_residual

    def __repr__(self) -> str:
        return f"<summary of {self.model!r}>"


def lmList(formula: str, data: Any, subset: Any = None, weights: Any = None, na_action: str = "na.omit",  # noqa: N802
           offset: Any = None, pool: bool = True) -> LmList:
    """Fit a linear model to each group's data. R: lme4::lmList, nlme::lmList. Source: Pinheiro & Bates (2000), section
    4.1.

    formula:         R's, as text, the groups behind a bar: "Reaction ~ Days | Subject"
    data:            a DataFrame or a mapping of columns, n rows
    subset:          a boolean array (n,), or a condition as text
    weights, offset: an array (n,), a column's name, or an expression as text
    na_action:       "na.omit" or "na.fail"
    pool:            whether `summary` and `intervals` take one residual standard deviation for all groups

    Returns the models: `str()` is lme4's text; `coef` is a frame with a row a group; `summary`, `intervals`, `confint`,
    `fixef` (the means), `ranef`, `sigma`, `fitted`, `residuals`, `predict`, `logLik`, `AIC` and `BIC` take them. A
    group whose factor has one level has no model, and NaN for coefficients.

    Raises KeyError for a missing column; ValueError for a formula without groups.

    >>> m = r.lmList("Reaction ~ Days | Subject", r.sleepstudy(), subset="Days > 1")
    >>> print(r.coef(m).head(2).round(3))
         (Intercept)    Days
    308      244.836  21.690
    309      191.577   4.357
    """
    require_choice(na_action, ("na.omit", "na.fail"), "na_action")
    model, grouping = split(formula)
    frame = as_frame(data)
    whole = model_frame("~ 1", frame, subset=subset, weights=weights, offset=offset, extra=(grouping,),
                        na_action="na.pass")
    codes, labels = factor_of(grouping, whole)
    groups = {label: whole.rows[codes == at] for at, label in enumerate(labels)}
    models: dict[str, Lm | None] = {}
    said = []
    for at, (label, rows) in enumerate(groups.items()):
        own = {"weights": whole.weights, "offset": whole.offset}
        given = {name: value[codes == at] for name, value in own.items() if value is not None}
        try:
            models[label] = lm(model, frame.iloc[rows], na_action=na_action, **given)
        except ValueError as error:
            if "contrasts" not in str(error):
                raise
            said.append(str(error))
            models[label] = None
    if len(said) == len(models):
        raise ValueError(f"no group has a model {model}: {said[0]}")
    if said:
        warnings.warn(f"Fitting failed for {len(said)} group(s), probably because a factor only had one level:\n  "
                      f"{said[0]}", stacklevel=2)
    arguments = {"subset": subset, "weights": weights, "na_action": None if na_action == "na.omit" else na_action,
                 "offset": offset, "pool": None if pool else "FALSE"}
    return LmList(model, grouping, models, groups, bool(pool), data_called(data, "lmList"), arguments)


def split(formula: Any) -> tuple[str, str]:
    """The model and the grouping factor of `y ~ x | g`. Raises ValueError for a formula without them."""
    node = read(formula) if isinstance(formula, str) else None
    if isinstance(node, Call) and node.function == "~" and len(node.args) == 2:
        left, right = node.args
        if isinstance(right, Call) and right.function == "|" and len(right.args) == 2:
            return deparse(Call("~", (left, right.args[0]), (None, None))), deparse(right.args[1])
    raise ValueError(f"lmList() takes a formula with the groups behind a bar, 'y ~ x | g', not {formula!r:.80}")


@render.register(LmList)
def _lines(m: LmList, style: Style) -> list[str]:
    shown = {"formula": f"{m.model} | {m.grouping}", "data": m.data_name}
    shown |= {name.replace("_", "."): argument_text(name, x) for name, x in m.arguments.items() if x is not None}
    lines = [f"Call: {' '.join(deparse_call('lmList', shown))} ", "Coefficients:", *render(m.coefficients, style)]
    if m.pool:
        lines += ["", f"Degrees of freedom: {m.n} total; {m.df_residual} residual",
                  f"Residual standard error: {format_number(m.sigma, style.digits)}"]
    return lines


@render.register(LmListSummary)
def _summary_lines(s: LmListSummary, style: Style) -> list[str]:
    m = s.model
    groups = m.grouping if since("2.1") else "NULL"  # lme4 before 2.0 forgets them
    lines = ["Call:", f"  Model: {m.model} | {groups} ", f"   Data: {m.data_name} ", "", "Coefficients:"]
    for name, table in s.coefficients.items():
        lines += [f"   {name} ", *render(table, style)]
    if m.pool:
        lines += ["", f"Residual standard error: {format_number(m.sigma, style.digits)} on {m.df_residual} degrees of "
                      "freedom"]
    return [*lines, ""]


@generics.coef.register(LmList)
def _coef(m: LmList) -> pd.DataFrame:
    return m.coefficients


@generics.coef.register(LmListSummary)
def _coef_of_summary(s: LmListSummary) -> ByCoefficient:
    return s.coefficients


@generics.summary.register(LmList)
def _summary(m: LmList) -> LmListSummary:
    return LmListSummary(m)


@generics.sigma.register(LmList)
def _sigma(m: LmList) -> float:
    return m.sigma


@generics.df_residual.register(LmList)
def _df_residual(m: LmList) -> int:
    return m.df_residual


@generics.nobs.register(LmList)
def _nobs(m: LmList) -> int:
    return m.n


@generics.fitted.register(LmList)
def _fitted(m: LmList) -> Vector:
    """Fitted values (n,) in the order of the data, labelled by group."""
    return m.by_rows({name: one.fitted for name, one in m.fits.items()})


@generics.residuals.register(LmList)
def _residuals(m: LmList, type: str | None = None) -> Vector:
    """Residuals (n,), labelled by group: "response"; "pearson", over their own group's standard deviation;
    "pooled.pearson", over the pooled one. R leaves weights out of all three.
    """
    require_choice(type or "response", KINDS, "type of residuals")

    def over(one: Lm) -> float:
        if type == "pooled.pearson":
            return m.sigma
        left = one.frame.n - len(one.X.names)
        return float(np.sqrt(one.residuals @ one.residuals / left)) if left > 0 else np.nan

    raw = type in (None, "response")
    return m.by_rows({name: one.residuals if raw else one.residuals / over(one) for name, one in m.fits.items()})


@generics.predict.register(LmList)
def _predict(m: LmList, newdata: Any = None) -> Vector:
    """Predictions (rows,) by each row's group, labelled by it."""
    if newdata is None:
        return _fitted(m)
    frame = as_frame(newdata)
    codes, labels = factor_of(m.grouping, model_frame("~ 1", frame, extra=(m.grouping,), na_action="na.pass"))
    made = np.full(len(frame), np.nan)
    for at, label in enumerate(labels):
        if label not in m.models:
            raise ValueError(f"group {label!r} is not among those of the fit: {', '.join(list(m.models)[:6])}"
                             f"{', ...' * (len(m.models) > 6)}")
        if (one := m.models[label]) is not None:
            made[codes == at] = np.asarray(generics.predict(one, frame[codes == at]), float)
    return Vector(made, index=np.array(labels, object)[codes])


@generics.logLik.register(LmList)
def _log_likelihood(m: LmList, REML: bool | None = None) -> LogLik:  # noqa: N803
    """The sum of the models'; pooled, with one residual variance for all groups."""
    if any(one is None for one in m.models.values()):
        raise ValueError("log-likelihood not available with NULL fits: some groups have no model")
    if not m.pool:
        each = [generics.logLik(one, REML=REML) for one in m.fits.values()]
        return LogLik(sum(map(float, each)), sum(one.df for one in each), sum(one.nobs for one in each))
    n = rank = 0
    rss = logs = volume = 0.0
    for one in m.fits.values():
        w = np.ones(one.frame.n) if one.weights is None else one.weights[one.used]
        n, rank, rss, logs = n + int(one.used.sum()), rank + one.rank, rss + one.rss, logs + float(np.log(w).sum())
        volume += float(np.log(np.abs(np.diagonal(one.R))).sum())
    N = n - rank * bool(REML)
    value = (logs - N * (np.log(2.0 * np.pi) + 1.0 - np.log(N) + np.log(rss))) / 2.0 - bool(REML) * volume
    return LogLik(float(value), rank + 1, N)


has_criteria(LmList)


@generics.confint.register(LmList)
def _confint(m: LmList, parm: Any = None, level: float = 0.95) -> ByCoefficient:
    """Intervals of each model by itself, as lme4's: {coefficient: Matrix (groups, 2)}."""
    require_level(level)
    asked = m.names if parm is None else as_labels(parm, "parm")
    for name in asked:
        if name not in m.names:
            raise KeyError(f"the models have no coefficient {name}; they have {', '.join(m.names)}")
    names = m.names
    made = np.full((len(names), len(m.models), 2), np.nan)
    heads = ["", ""]
    for at, one in enumerate(m.models.values()):
        if one is not None:
            ends = generics.confint(one, level=level)
            heads = list(ends.columns)
            made[[names.index(name) for name in ends.index], at] = ends.to_numpy()
    found = ByCoefficient({name: Matrix(values, index=list(m.models), columns=heads)
                           for name, values in zip(names, made, strict=True) if name in asked})
    found.words = ('An object of class "lmList4.confint"',)
    return found


@intervals.register(LmList)
def _intervals(m: LmList, level: float = 0.95) -> ByCoefficient:
    """Intervals by the pooled standard deviation, as nlme's: {coefficient: Matrix (groups, 3)}."""
    require_level(level)
    made = ByCoefficient()
    for name, table in LmListSummary(m).coefficients.items():
        df = np.array([m.df_residual if m.pool else 0 if one is None else one.df_residual for one in m.models.values()])
        tails = np.array([-float(qt((1.0 - level) / 2.0, float(one))) if one else np.nan for one in df])
        half = tails * table["Std. Error"].to_numpy()
        estimate = table["Estimate"].to_numpy()
        made[name] = Matrix(np.column_stack([estimate - half, estimate, estimate + half]), index=table.index,
                            columns=ENDS)
    return made
