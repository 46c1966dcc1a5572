"""Standardized coefficients: R's `standardize_parameters`, of the packages effectsize and parameters."""
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import require_choice, require_level
from translations.stats.distributions import qnorm, qt
from translations.stats.language.expressions import Call, Name, Node, deparse, read
from translations.stats.linear.linear_model import Lm

from .easystats import EffectSizes, effect_sizes

Floats = np.ndarray
# What may be made of a standardized variable. Of others, such as log(), the standardized one may have no value.
OF_STANDARDIZED = ("+", "-", "*", "^", ":", "%in%", "(", "~", "I", "poly", "scale")
AS_THEY_ARE = ("factor", "as.factor", "offset")


def standardize_parameters(model: Any, method: str = "refit", ci: float | None = 0.95, two_sd: bool = False
                           ) -> EffectSizes:
    """Coefficients of a model in standard deviations. R: effectsize::standardize_parameters.

    model: a linear or generalized model, mixed or not. method: "refit", the model fitted again to standardized data:
    numeric variables less their mean, over their standard deviation, factors, truth values and grouping factors as they
    are; "basic", each coefficient times the standard deviation of its column of the design, dummies and products too.
    Both are over that of the response, but of generalized models, whose response stays as it is. ci: the intervals'
    level, None for none. two_sd: predictors over two standard deviations instead (Gelman, 2008).

    Intervals are t's with residual degrees of freedom of linear models, mixed ones too, profile intervals of
    generalized models, Wald's of generalized mixed ones, as R's.

    Returns a frame: Parameter, Std_Coefficient, CI, CI_low, CI_high; `str()` is R's text.

    Raises ValueError for another model or method, or a "refit" of a formula that takes a function such as log() of a
    variable: standardize the columns that it should have instead. Source: Neter, Wasserman & Kutner (1989); Gelman
    (2008), Statistics in Medicine 27, 2865.

    >>> print(r.standardize_parameters(r.lm("angle ~ recipe + temp", r.cake())))
    # Standardization method: refit
    <BLANKLINE>
    Parameter   | Std. Coef. |        95% CI
    ----------------------------------------
    (Intercept) |       0.12 | [-0.07, 0.32]
    recipeB     |      -0.18 | [-0.46, 0.10]
    recipeC     |      -0.19 | [-0.46, 0.09]
    temp        |       0.33 | [ 0.22, 0.44]
    """
    if not isinstance(model, Lm | Glm | LmerMod):
        raise ValueError(f"standardize_parameters needs a linear, generalized or mixed model, not "
                         f"{type(model).__name__}")
    require_choice(method, ("refit", "basic"), "method")
    m = _refitted(model, two_sd) if method == "refit" else model
    names = list(m.design.names if isinstance(m, LmerMod) else m.X.names)
    estimates = np.asarray(m.beta if isinstance(m, LmerMod) else m.coefficients, dtype=float)
    factors = np.ones(len(names)) if method == "refit" else _basic(m, two_sd)
    table = pd.DataFrame({"Parameter": names, "Std_Coefficient": estimates * factors})
    if ci is not None:
        require_level(ci, "ci")
        ends = _ends(m, estimates, ci) * factors[:, None]
        table = table.assign(CI=ci, CI_low=ends[:, 0], CI_high=ends[:, 1])
    footers = [*["Response is unstandardized."] * _generalized(m), *["Scaled by two SDs from the mean."] * two_sd]
    return effect_sizes(table, "Std. Coef.", f"Standardization method: {method}", footers,
                        _pretty(m, names) if since("2.1") else None)


def _generalized(m: Any) -> bool:
    return isinstance(m, Glm | GlmerMod)


def _weights(m: Any) -> Floats | None:
    """The weights (n,) of a linear model, by which its deviations are weighted too."""
    frame = m.design.frame if isinstance(m, LmerMod) else m.frame
    weights: Floats | None = None if _generalized(m) else frame.weights
    return weights


def _spread(x: Floats, weights: Floats | None) -> tuple[float, float]:
    """Mean and standard deviation."""
    if weights is None:
        return float(x.mean()), float(x.std(ddof=1))
    return float(np.average(x, weights=weights)), float(np.sqrt(np.cov(x, aweights=weights)))


def _basic(m: Any, two_sd: bool) -> Floats:
    """What each coefficient is multiplied by; nothing is said of the intercept."""
    X = m.design.X_fitted if isinstance(m, LmerMod) else m.X.values
    names = m.design.names if isinstance(m, LmerMod) else m.X.names
    weights = _weights(m)
    of_response = 1.0 if _generalized(m) else _spread(np.asarray(m.y if isinstance(m, LmerMod) else m.frame.response),
                                                      weights)[1]
    factors = np.array([_spread(column, weights)[1] for column in X.T]) * (2.0 if two_sd else 1.0) / of_response
    intercept = np.nan if isinstance(m, Glm) and since("2.1") else 0.0
    return np.where(np.array(names) == "(Intercept)", intercept, factors)


def _ends(m: Any, estimates: Floats, level: float) -> Floats:
    """Ends (p, 2) of the coefficients' intervals."""
    if isinstance(m, Glm):
        return np.atleast_2d(generics.confint(m, level=level).to_numpy(float))
    if isinstance(m, GlmerMod):
        quantile = float(qnorm((1.0 + level) / 2.0))
    else:
        df = m.n - generics.logLik(m).df if isinstance(m, LmerMod) else generics.df_residual(m)
        quantile = float(qt((1.0 + level) / 2.0, df))
    se = np.sqrt(np.diag(generics.vcov(m).to_numpy(float)))
    return estimates[:, None] + np.outer(se, [-quantile, quantile])


def _refitted(m: Any, two_sd: bool) -> Any:
    """The model fitted to standardized data."""
    frame = m.design.frame if isinstance(m, LmerMod) else m.frame
    parts = [m.design.X.formula.text, *(f"~ {bar.effects}" for bar in m.design.formula.bars)] \
        if isinstance(m, LmerMod) else [m.X.formula.text]
    response = frame.formula.response
    data = pd.DataFrame(m.data)
    named = {name for part in parts for name in _variables(read(part), response if _generalized(m) else None)}
    if not _generalized(m) and response not in data:
        raise ValueError(f"the response is {response}: fit again with it as a column, which can be standardized")
    data = data.copy()
    for name in named & set(data.columns):
        column = data[name]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            mean, sd = _spread(column.to_numpy(float)[frame.rows], _weights(m))
            data[name] = (column - mean) / (sd * (2.0 if two_sd and name != response else 1.0))
    return generics.update(m, data=data)


def _variables(node: Node, beside: str | None) -> Iterator[str]:
    """Names of the variables that a formula has, but for one `beside`. ValueError where a function is taken of one."""
    if deparse(node) == beside:
        return
    if isinstance(node, Name):
        yield node.id
    elif isinstance(node, Call):
        if node.function in AS_THEY_ARE:
            return
        if node.function not in OF_STANDARDIZED:
            raise ValueError(f"{deparse(node)} cannot be taken of standardized data: make it a column, or take "
                             "method='basic'")
        for one in node.args:
            yield from _variables(one, beside)


def _pretty(m: Any, names: list[str]) -> list[str]:
    """Coefficients as parameters 0.29 prints them: levels in brackets, powers of poly() in words."""
    frame = m.design.frame if isinstance(m, LmerMod) else m.frame
    levels = {f"{label}{level}": f"{_bare(label)} [{level}]" for label, variable in frame.variables.items()
              for level in getattr(variable, "levels", ())}
    degrees = re.compile(r"poly\((\w+), .*\)(\d)$")
    ordinal = {"1": "1st", "2": "2nd", "3": "3rd"}

    def part(name: str) -> str:
        if found := degrees.match(name):
            return f"{found[1]} [{ordinal.get(found[2], found[2] + 'th')} degree]"
        return levels.get(name, _bare(name))

    return [" × ".join(part(one) for one in name.split(":")) for name in names]


def _bare(label: str) -> str:
    found = re.fullmatch(r"(?:I|factor|as\.factor)\((.*)\)", label)
    return found[1] if found else label
