"""Tables of tests: F tests of one fit's terms, and the likelihoods of several fits. R: anova.gls, anova.lme."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from translations.printing.dispatch import console, render
from translations.printing.frames import data_frame
from translations.printing.numbers import format_numbers
from translations.printing.objects import ResultFrame
from translations.printing.rounding import round_half_even, zapsmall
from translations.printing.style import Style
from translations.stats import generics
from translations.stats.arguments import require_choice
from translations.stats.calls import called
from translations.stats.distributions import pchisq, pf
from translations.stats.linear.linear_model import Lm

from .gls import Gls

LIKELIHOODS = ("AIC", "BIC", "logLik", "L.Ratio")


class Tests(ResultFrame):
    """A table of tests (R: class anova.lme). `label` is printed above it."""

    _metadata = ["label"]
    label: str = ""

    def __str__(self) -> str:
        return console(self)


@render.register(Tests)
def _lines(x: Tests, style: Style) -> list[str]:
    shown = pd.DataFrame(x)
    for name in shown.columns:
        if name == "p-value":
            shown[name] = p_texts(x[name].tolist(), style.digits)
        elif name in (*LIKELIHOODS, "F-value"):
            shown[name] = _texts(x[name], style.digits)
    return [*([x.label] if x.label else []), *data_frame(shown, style)]


def p_texts(p: Sequence[float], digits: int) -> list[str]:
    """P-values to four places, those below as `<.0001`, missing ones as nothing."""
    values = np.asarray(p, float)
    there = ~np.isnan(values)
    texts = np.full(len(values), "", object)
    if there.any():
        texts[there] = format_numbers(round_half_even(values[there], 4), digits)
        texts[there & (values < 5e-5)] = "<.0001"
    return list(texts)


def _texts(column: pd.Series, digits: int) -> list[str]:
    values = column.to_numpy(float)
    gone = np.isnan(values)
    texts = np.array(format_numbers(np.where(gone, 0.0, zapsmall(np.where(gone, 0.0, values), digits)), digits), object)
    texts[gone] = ""
    return list(texts)


def f_tests(
    root: np.ndarray, beta: np.ndarray, assign: np.ndarray, labels: Sequence[str], df: Sequence[int], type: str
) -> dict[str, Any]:
    """F tests of terms that are in the model, (terms,) a column.

    root: (p, p), upper triangular: times its transpose it is the coefficients' covariance;  assign: (p,) their terms
    df: (terms,) denominators' degrees of freedom;  type: "sequential", each after those before it, or "marginal"
    """
    require_choice(type, ("sequential", "marginal"), "type")
    effects = np.linalg.solve(root, beta)
    present = np.unique(assign)
    numerator, F = [], []
    for k in present:
        at = np.flatnonzero(assign == k)
        numerator.append(len(at))
        if type == "sequential":
            of_term = effects[at]
        else:
            Q, _ = np.linalg.qr(root[at].T)
            of_term = Q.T @ effects
        F.append(float(of_term @ of_term) / len(at))
    return {
        "numDF": numerator,
        "F-value": F,
        "p-value": [pf(f, n, d, lower_tail=False) for f, n, d in zip(F, numerator, df, strict=True)],
        "rows": [labels[k] for k in present],
    }


@generics.anova.register(Gls)
def _anova(
    m: Gls, *more: Any, type: str | None = None, test: Any = "default", model_names: Sequence[str] | None = None
) -> Tests:
    """F tests of one fit's terms, `type` "sequential" (the default) or "marginal"; or several fits' likelihoods."""
    if more:
        return compare((m, *more), test, model_names)
    labels = ["(Intercept)", *(term.label for term in m.frame.formula.terms)]
    present = len(np.unique(m.X.assign))
    found = f_tests(m.root, m.solution.beta, m.X.assign, labels, [m.df_residual] * present, type or "sequential")
    made = Tests({name: found[name] for name in ("numDF", "F-value", "p-value")}, index=found["rows"])
    made.label = f"Denom. DF: {m.df_residual} "
    return made


def compare(models: Sequence[Any], test: Any, names: Sequence[str] | None) -> Tests:
    """Likelihoods of several fits, and the ratio of each to the one before. R: anova.lme.

    Raises ValueError for fits of different responses, numbers of rows or methods, or of another class.
    """
    for one in models:
        if not isinstance(one, COMPARED):
            raise ValueError(f"anova compares fits by gls, lme and lm, and {type(one).__name__} is none")
    if len({m.frame.formula.response for m in models}) > 1:
        raise ValueError("the fits have different responses")
    methods = {m.method for m in models if not isinstance(m, Lm)}
    if len(methods) > 1:
        raise ValueError("all fits must have the same estimation method: refit with method='ML' or method='REML'")
    restricted = methods == {"REML"}
    if restricted and len({_fixed(m) for m in models}) > 1:
        warnings.warn("fitted objects with different fixed effects. REML comparisons are not meaningful.", stacklevel=4)
    if len({m.frame.n for m in models}) > 1:
        raise ValueError("all fits must use the same number of observations")
    likelihoods = [generics.logLik(m, REML=restricted) for m in models]
    df = [one.df for one in likelihoods]
    values = np.array([float(one) for one in likelihoods])
    columns: dict[str, Any] = {
        "Model": range(1, len(models) + 1),
        "df": df,
        "AIC": [2.0 * one.df - 2.0 * float(one) for one in likelihoods],
        "BIC": [np.log(one.nobs) * one.df - 2.0 * float(one) for one in likelihoods],
        "logLik": values,
    }
    steps = np.diff(df)
    if test not in (False, None) and steps.any():
        ratio = np.where(steps == 0, np.nan, 2.0 * np.abs(np.diff(values)))
        p = pchisq(ratio, np.where(steps == 0, 1, np.abs(steps)), lower_tail=False)
        columns |= {
            "Test": ["", *(f"{i} vs {i + 1}" if step else "" for i, step in enumerate(steps, 1))],
            "L.Ratio": [np.nan, *ratio],
            "p-value": [np.nan, *np.atleast_1d(p)],
        }
    rows = list(names or [called(m, str(i + 1), "anova", i) for i, m in enumerate(models)])
    return Tests(columns, index=rows)


def _fixed(m: Any) -> tuple[tuple[str, ...], bool]:
    return tuple(sorted(term.label for term in m.frame.formula.terms)), m.frame.formula.intercept


COMPARED: tuple[type, ...] = (Gls, Lm)
