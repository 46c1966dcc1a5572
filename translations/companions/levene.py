"""Levene's test. R: car::leveneTest."""
from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from translations.stats.arguments import as_number, as_numbers, require_choice
from translations.stats.distributions import pf
from translations.stats.formulas.frame import ModelFrame, model_frame
from translations.stats.language.factors import Factor, make_factor
from translations.stats.linear.linear_model import Lm
from translations.stats.linear.lm_tables import Table, table

Floats = np.ndarray


def leveneTest(y: Any, group: Any = None, center: str | Callable[[Floats], float] = "median", data: Any = None, *,  # noqa: N802
               trim: float | None = None) -> Table:
    """Levene's test of equal variances in several groups: an analysis of variance of the distances from the groups'
    centers. R: car::leveneTest. Source: Levene (1960); medians: Brown & Forsythe (1974), JASA 69.

    y: numbers (n,), with their groups (n,); or a formula of factors, "y ~ a" or "y ~ a * b", with data; or a linear
    model of such a formula. center: "median", "mean", or a function of a group's numbers. trim: of the mean, the share
    that is left out at each end.

    Returns a frame of two rows; `str()` is R's text. Rows with missing values are left out.

    Raises ValueError for a formula with numbers among its predictors, or one that is not fully crossed, for fewer than
    two groups, and for another center.

    >>> print(r.leveneTest("Reaction ~ Subject", data=r.sleepstudy()))
    Levene's Test for Homogeneity of Variance (center = median)
           Df F value    Pr(>F)
    group  17   4.159 6.451e-07 ***
          162
    ---
    Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1
    """
    if isinstance(y, str) and data is None and isinstance(group, pd.DataFrame):  # as R: leveneTest(y ~ g, data)
        group, data = None, group
    named: dict[Any, Callable[[Floats], Any]] = {"median": np.median, "mean": np.mean}
    if not callable(center):
        require_choice(center, named, "center")
    if trim is not None and center != "mean":
        raise ValueError("trim is of the mean: leveneTest(..., center='mean', trim=0.1)")
    if isinstance(y, Lm):
        values, codes = _of_frame(y.frame)
    elif isinstance(y, str):
        values, codes = _of_frame(model_frame(y, data))
    else:
        values, codes = _of_vectors(y, group)
    of = _trimmed(as_number(trim, "trim")) if trim is not None else center if callable(center) else named[center]
    found, places = np.unique(codes, return_inverse=True)
    if len(found) < 2:
        raise ValueError("leveneTest() needs two groups or more")
    distances = np.abs(values - np.array([of(values[places == k]) for k in range(len(found))])[places])
    means = np.array([distances[places == k].mean() for k in range(len(found))])
    between = float(np.sum((means[places] - distances.mean()) ** 2))
    within, k, rest = float(np.sum((distances - means[places]) ** 2)), len(found) - 1, len(values) - len(found)
    F = between / k / (within / rest) if rest else np.nan
    name = center if isinstance(center, str) else getattr(center, "__name__", "function")
    heading = f"Levene's Test for Homogeneity of Variance (center = {name}{'' if trim is None else f': {trim:g}'})"
    return table({"Df": [k, rest], "F value": [F, np.nan], "Pr(>F)": [float(pf(F, k, rest, lower_tail=False)), np.nan]},
                 ["group", " "], heading)


def _trimmed(share: float) -> Callable[[Floats], float]:
    if not 0.0 <= share <= 0.5:
        raise ValueError(f"trim must be between 0 and 0.5, not {share:g}")

    def mean(x: Floats) -> float:
        out = int(np.floor(len(x) * share))
        return float(np.median(x) if share == 0.5 else np.sort(x)[out : len(x) - out].mean())

    return mean


def _of_frame(frame: ModelFrame) -> tuple[Floats, Floats]:
    """Responses, and the groups' numbers, of a model frame's rows."""
    response = frame.formula.response
    names = [label for label in frame.variables if label != response]
    factors = {}
    for label in names:
        value = frame.variables[label]
        if not isinstance(value, Factor) and np.asarray(getattr(value, "values", value)).dtype.kind in "fiu":
            raise ValueError(f"Levene's test is not appropriate with quantitative explanatory variables: {label}; "
                             f"factor({label}) makes groups of it")
        factors[label] = value if isinstance(value, Factor) else make_factor(value)
    if not factors:
        raise ValueError("leveneTest() needs groups: 'y ~ group'")
    crossed = 2 ** len(factors) - 1
    if len(factors) > 1 and (len(frame.formula.terms) != crossed or ":" in frame.formula.text.replace(" ", "")):
        raise ValueError("Model must be completely crossed formula only: write a * b")
    codes = np.zeros(frame.n, dtype=int)
    for one in factors.values():
        codes = codes * len(one.levels) + one.codes
    return np.asarray(frame.response, dtype=float), codes


def _of_vectors(y: Any, group: Any) -> tuple[Floats, Floats]:
    if group is None:
        raise ValueError("leveneTest() needs the groups beside the numbers, or a formula with data")
    values = np.atleast_1d(as_numbers(y, "y")).ravel()
    if not isinstance(getattr(group, "dtype", None), pd.CategoricalDtype):
        warnings.warn("group coerced to factor.", stacklevel=3)
    made = pd.Categorical(group)
    if len(made) != len(values):
        raise ValueError(f"group must have {len(values)} values, one a number, not {len(made)}")
    kept = np.isfinite(values) & (made.codes >= 0)
    return values[kept], np.asarray(made.codes)[kept]
