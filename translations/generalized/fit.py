"""R's `glm`. The iterations are in `irls`; what is read off a fit in `extract`, `tables`, `predict` and `confint`.

These register their methods with the generics.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from translations.stats import generics
from translations.stats.arguments import as_numbers
from translations.stats.calls import called, data_called
from translations.stats.formulas.design import design
from translations.stats.formulas.frame import ModelFrame, model_frame
from translations.stats.formulas.terms import update_formula
from translations.stats.language.expressions import Name, read
from translations.stats.language.factors import Factor

from . import confint, extract, influence, irls, parts, predict, tables
from .begin import Start, starts_of
from .families import Family, as_family
from .model import Glm

__all__ = ["Glm", "begin_of", "confint", "extract", "glm", "influence", "parts", "predict", "tables"]


def glm(
    formula: str, family: Any = None, data: Any = None, weights: Any = None, subset: Any = None,
    na_action: str = "na.omit", start: Any = None, etastart: Any = None, mustart: Any = None, offset: Any = None,
    control: Mapping[str, Any] | None = None, contrasts: Mapping[str, Any] | None = None,
) -> Glm:
    """Fit a generalized linear model by iteratively reweighted least squares. R: stats::glm.

    formula:         R's, as text: "cbind(incidence, size - incidence) ~ period"
    family:          `binomial`, `poisson`, `Gamma(link="log")`, ... or a name; gaussian by default
    data:            a DataFrame or a mapping of columns, n rows
    weights, offset: an array (n,), a column's name, or an expression as text; for proportions, weights are trials
    subset:          a boolean array (n,), or a condition as text
    na_action:       "na.omit", "na.exclude" or "na.fail"
    start, etastart, mustart: where to begin: coefficients (p,), linear predictors or means: an array, one a row of the
                     data or a row used, a column's name, or an expression as text
    control:         {"epsilon": 1e-8, "maxit": 25}: the deviance's relative change at which to stop, and most steps
    contrasts:       by factor, a name ("contr.sum"), a `contr_*` function or a matrix

    Returns the model: `str()` is R's text; `summary`, `coef`, `anova`, `predict`, `confint`, ... take it.

    Raises KeyError for a missing column; ValueError for an unknown family or link, or a response outside the family's
    range. Warns as R does where the fit does not converge, or probabilities of 0 or 1 are fitted.

    >>> print(r.coef(r.glm("cbind(incidence, size - incidence) ~ period", r.binomial, r.load("cbpp"))))
    (Intercept)     period2     period3     period4
      -1.269023   -1.170763   -1.301405   -1.782279
    """
    if na_action == "na.pass":
        raise ValueError("glm cannot use rows with missing values: choose 'na.omit', 'na.exclude' or 'na.fail'")
    if data is None:
        raise ValueError("data is missing: give a DataFrame or a mapping of columns")
    chosen, family_text = as_family("gaussian" if family is None else family)
    frame = model_frame(formula, data, subset=subset, weights=weights, offset=offset, na_action=na_action)
    arguments = {
        "weights": weights, "subset": subset, "na_action": na_action, "start": start, "etastart": etastart,
        "mustart": mustart, "offset": offset, "control": control, "contrasts": contrasts,
    }  # in the order of R's glm, as R prints a call
    name = data_called(data, "glm", 2)
    X = design(frame.formula, frame, contrasts)
    begun = begin_of(frame, chosen)
    limits = irls.Control.of(control)
    beta = None if start is None else as_numbers(start, "start")
    fit = irls.fit(X.values, begun, chosen, frame.offset, limits, intercept=frame.formula.intercept, coefficients=beta,
                   **starts_of(arguments, frame, data))
    if frame.offset is not None and frame.formula.intercept:
        null = irls.fit(np.ones((frame.n, 1)), begun, chosen, frame.offset, limits, mustart=fit.mu)
        if not null.converged:
            irls.warn("fitting to calculate the null deviance did not converge -- increase 'maxit'?")
        fit = replace(fit, null_deviance=null.deviance)
    return Glm(frame, X, chosen, fit, begun, limits, data, name, None if family is None else family_text, arguments)


def begin_of(frame: ModelFrame, family: Family) -> Start:
    """The response and prior weights of a frame, as a family's fit begins from them.

    Raises ValueError for negative weights, or a response that is text or outside the family's range.
    """
    label = frame.formula.response
    if label is None:
        raise ValueError(f"the formula {frame.formula.text} has no response")
    weights = np.ones(frame.n) if frame.weights is None else frame.weights.astype(float)
    if not ((weights >= 0.0) & np.isfinite(weights)).all():
        row = int(np.argmin((weights >= 0.0) & np.isfinite(weights)))
        raise ValueError(f"negative weights not allowed: row {row + 1} of those used has {weights[row]:g}")
    response = frame.variables[label]
    if (isinstance(response, Factor) and response.sorted_text and isinstance(read(label), Name)
            and family.name in ("binomial", "quasibinomial")):
        raise ValueError(f"the response {label} is text, which R refuses: write factor({label}), or make it a pandas "
                         f"Categorical, for {response.levels[0]!r} to be failure")
    return family.initialize(response, weights, label, family.link.name)


@generics.update.register(Glm)
def _update(m: Glm, formula: str | None = None, data: Any = None, **changes: Any) -> Glm:
    """The model refitted with `formula` (whose `.` is the old side) or other arguments of `glm` changed."""
    old = m.frame.formula
    text = old.written if formula is None else update_formula(old.text, formula)
    family = None if m.family_text is None else m.family
    again = glm(text, **{"data": m.data if data is None else data, "family": family, **m.arguments, **changes})
    same = again.data is m.data
    name = m.data_name if same else called(again.data, again.data_name, "update", 9, "data")
    return replace(again, data_name=name, family_text=again.family_text if "family" in changes else m.family_text)
