"""R's generic functions: one `functools.singledispatch` function a generic.

The module that defines a class registers its methods (`@coef.register`), so that importing a generic imports no model
code. Every generic dispatches on its first argument and raises `ValueError` naming the class that has no method, and
those that have.
"""
from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import Any


def generic(name: str, doc: str) -> Any:
    """A dispatching function called `name` whose default method raises `ValueError`."""

    def default(x: Any, *args: Any, **kwargs: Any) -> Any:
        if (frame := _taken_over(x)) is not None and type(frame) in function.registry:  # type: ignore[attr-defined]
            return function(frame, *args, **kwargs)
        known = [kind.__name__ for kind in function.registry if kind is not object]  # type: ignore[attr-defined]
        takes = f"; it takes {', '.join(dict.fromkeys(known))}" if known else ""
        raise ValueError(
            f"no applicable method for '{name}' applied to an object of class {type(x).__name__!r}{takes}"
        )

    default.__name__ = default.__qualname__ = name
    default.__doc__ = doc
    default.__module__ = __name__
    function: Callable[..., Any] = singledispatch(default)
    return function


def _taken_over(x: Any) -> Any:
    """A frame or column of another library as pandas' own; None for anything else."""
    from .interchange import to_pandas

    return to_pandas(x, column=True)


coef = generic("coef", "Coefficients: a Series (lm), or frames by grouping factor (lmer). R: stats::coef.")
summary = generic("summary", "Summary of a model or data frame; `str()` of it is R's printed text. R: base::summary.")
anova = generic("anova", "Analysis-of-variance or likelihood-ratio table. R: stats::anova.")
predict = generic("predict", "Predictions, one a row of (new) data, in the response's units. R: stats::predict.")
fitted = generic("fitted", "Fitted values, shape (n,), in the response's units. R: stats::fitted.")
residuals = generic("residuals", "Residuals, shape (n,). R: stats::residuals.")
confint = generic("confint", "Confidence intervals, one row a parameter, two columns. R: stats::confint.")
vcov = generic("vcov", "Covariance matrix of the coefficients, shape (p, p). R: stats::vcov.")
sigma = generic("sigma", "Residual standard deviation, in the response's units. R: stats::sigma.")
logLik = generic("logLik", "Log-likelihood with its df and nobs. R: stats::logLik.")
deviance = generic("deviance", "Deviance. R: stats::deviance.")
AIC = generic("AIC", "Akaike's information criterion. R: stats::AIC.")
BIC = generic("BIC", "Schwarz's information criterion. R: stats::BIC.")
nobs = generic("nobs", "Number of observations. R: stats::nobs.")
df_residual = generic("df_residual", "Residual degrees of freedom. R: stats::df.residual.")
formula = generic("formula", "The model's formula as text. R: stats::formula.")
update = generic("update", "The model refitted with some arguments changed. R: stats::update.")
simulate = generic("simulate", "Simulated responses, shape (n, nsim). R: stats::simulate.")
drop1 = generic("drop1", "Single-term deletions. R: stats::drop1.")
model_matrix = generic("model_matrix", "Design matrix, shape (n, p), with R's column names. R: stats::model.matrix.")
hatvalues = generic("hatvalues", "Leverages, shape (n,). R: stats::hatvalues.")
rstandard = generic("rstandard", "Residuals over their standard errors, shape (n,). R: stats::rstandard.")
rstudent = generic("rstudent", "Studentized residuals, shape (n,). R: stats::rstudent.")
influence = generic("influence", "Estimates without each observation or group. R: stats::influence.")
dfbeta = generic("dfbeta", "Changes of the coefficients by each deletion, shape (n, p). R: stats::dfbeta.")
dfbetas = generic("dfbetas", "Changes of the coefficients in standard errors, shape (n, p). R: stats::dfbetas.")
extractAIC = generic("extractAIC", "Number of parameters and AIC as step() takes it, shape (2,). R: stats::extractAIC.")
cooks_distance = generic("cooks_distance", "Cook's distances, shape (n,). R: stats::cooks.distance.")

# Frames and Series have no module of ours that makes them, so what registers their methods is imported here.
from . import data_frames as _data_frames  # noqa: E402, F401


@model_matrix.register(str)
def _model_matrix_of(formula: str, data: Any = None, contrasts_arg: Any = None) -> Any:
    """A formula has no module of ours that makes it either; the import puts the method itself in this one's place."""
    from . import lm_extract as _lm_extract  # noqa: F401

    return model_matrix(formula, data, contrasts_arg)
