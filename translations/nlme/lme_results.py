"""What an `lme` fit is asked for: R's extractor functions, its summary and tests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Matrix, Vector
from translations.stats import generics
from translations.stats.arguments import as_count, require_choice
from translations.stats.distributions import pt
from translations.stats.formulas.frame import as_frame, factor_of, model_frame
from translations.stats.linear.linear_model import row_names

from . import comparison
from .comparison import Tests, f_tests
from .fit import NlmeSummary
from .gls_results import TYPES
from .lme import Lme

NO_LEVEL = 0.95  # predict's declared level is that of intervals, which lme has none of: then the innermost


def _level(m: Lme, level: Any) -> int:
    if level is None or level == NO_LEVEL:
        return m.Q
    number = as_count(level, "level", 0)
    if number > m.Q:
        raise ValueError(f"level must be at most {m.Q}, the innermost groups; 0 is the fixed effects alone")
    return number


@generics.coef.register(Lme)
def _coef(m: Lme) -> pd.DataFrame:
    """Fixed plus random effects of each innermost group, (groups, effects)."""
    inner = m.problem.levels[-1]
    names = list(dict.fromkeys([*m.X.names, *(e for level in m.problem.levels for e in level.effects)]))
    made = pd.DataFrame(0.0, index=inner.groups, columns=names)
    made[m.X.names] = m.solution.beta
    for level, b in zip(m.problem.levels, m.modes, strict=True):
        of_inner = [int(level.codes[np.argmax(inner.codes == one)]) for one in range(len(inner.groups))]
        made[level.effects] += b[of_inner]
    return made


@generics.fitted.register(Lme)
def _fitted(m: Lme, level: Any = None) -> Vector:
    """Fitted values (n,) with the random effects of the outer `level` levels; None: all. Labelled by group."""
    k = _level(m, level)
    return m.by_rows(m.fitted_levels[:, k], m.group_labels(max(k, 1)))


@generics.residuals.register(Lme)
def _residuals(m: Lme, type: str | None = None, level: Any = None) -> Vector:
    """Residuals (n,): "response"; "pearson", over their standard deviations; "normalized", without correlation too."""
    kind = "response" if type is None else type
    require_choice(kind, TYPES, "type of residuals")
    k = _level(m, level)
    left = m.frame.response - m.fitted_levels[:, k]
    if kind != "response":
        left = left * m.weights / m.sigma
    return m.by_rows(m.whitened(left) if kind == "normalized" else left, m.group_labels(max(k, 1)))


@generics.predict.register(Lme)
def _predict(m: Lme, newdata: Any = None, level: Any = NO_LEVEL) -> Vector:
    """Predictions (rows,) with the random effects of the outer `level` levels, 0 for the fixed effects alone; NaN for
    groups that the fit did not see. Labelled by group. R: predict.lme.
    """
    k = _level(m, level)
    if newdata is None:
        return _fitted(m, k)
    frame = as_frame(newdata)
    value = m.X.for_newdata(frame).values @ m.solution.beta
    if not k:
        return Vector(value, index=row_names(frame.index))
    found = model_frame("~ 1", frame, extra=m.form.groups[:k], na_action="na.pass")
    path = np.array([""] * len(frame), object)
    for at, (name, b) in enumerate(zip(m.form.groups[:k], m.modes, strict=False)):
        codes, labels = factor_of(name, found)
        path = (path + "/" if at else path) + np.array(labels, object)[codes]
        effects = pd.DataFrame(b, index=m.problem.levels[at].groups).reindex(path).to_numpy()
        value = value + (m.random[at].for_newdata(frame).values * effects).sum(axis=1)
    return Vector(value, index=path)


class LmeSummary(NlmeSummary):
    """The summary of a mixed model by `lme` (R: class summary.lme). `str()` is R's printed text."""

    @cached_property
    def coefficients(self) -> Matrix:
        """Value, Std.Error, DF, t-value, p-value, (p, 5). R: tTable."""
        m = self.model
        error = m.adjusted * np.sqrt(np.diagonal(m.covariance))
        df, t = m.denominators[0], m.solution.beta / error
        p = [2.0 * float(pt(-abs(one), float(d))) for one, d in zip(t, df, strict=True)]
        heads = ["Value", "Std.Error", "DF", "t-value", "p-value"]
        return Matrix(np.column_stack([m.solution.beta, error, df, t, p]), index=m.X.names, columns=heads)


@generics.summary.register(Lme)
def _summary(m: Lme) -> LmeSummary:
    return LmeSummary(m)


@generics.anova.register(Lme)
def _anova(m: Lme, *more: Any, type: str | None = None, test: Any = "default",
           model_names: Sequence[str] | None = None) -> Tests:
    """F tests of one fit's terms, `type` "sequential" (the default) or "marginal"; or several fits' likelihoods."""
    if more:
        return comparison.compare((m, *more), test, model_names)
    labels = ["(Intercept)", *(term.label for term in m.frame.formula.terms)]
    df = m.denominators[1]
    found = f_tests(m.adjusted * m.root, m.solution.beta, m.X.assign, labels, df, type or "sequential")
    columns = {"numDF": found["numDF"], "denDF": df, "F-value": found["F-value"], "p-value": found["p-value"]}
    return Tests(columns, index=found["rows"])


comparison.COMPARED = (*comparison.COMPARED, Lme)
