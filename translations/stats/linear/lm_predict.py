"""Predictions and intervals of linear models."""
from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from translations.printing import Matrix, Vector, console
from translations.printing.dispatch import render
from translations.printing.style import Style
from translations.settings import since

from .. import generics
from ..arguments import as_numbers, require_choice, require_level
from ..distributions import qt
from ..formulas.design import ModelMatrix
from ..formulas.frame import as_frame, vector
from .linear_model import Lm, row_names
from .term_predictions import by_term


@dataclass(frozen=True)
class Prediction:
    """Predictions with their standard errors (R: predict(se.fit = TRUE)).

    fit:    (rows,), or (rows, 3) with "fit", "lwr", "upr" when an interval was asked for;  se_fit: (rows,)
            both (rows, terms) by term
    df:     residual degrees of freedom;  residual_scale: residual standard deviation
    """

    fit: Vector | Matrix
    se_fit: Vector | Matrix
    df: int
    residual_scale: float

    def __str__(self) -> str:
        return console(self).removesuffix("\n")


@render.register(Prediction)
def _lines(p: Prediction, style: Style) -> list[str]:
    return render({"fit": p.fit, "se.fit": p.se_fit, "df": p.df, "residual.scale": p.residual_scale}, style)


class Fitted(Protocol):
    """A fit of the columns of X, of which `kept` (r,) are not aliased."""

    @property
    def X(self) -> ModelMatrix: ...  # noqa: N802

    @property
    def kept(self) -> np.ndarray: ...

    @property
    def arguments(self) -> Mapping[str, Any]: ...


@generics.predict.register(Lm)
def _predict(
    m: Lm, newdata: Any = None, se_fit: bool = False, interval: str = "none", level: float = 0.95, weights: Any = None,
    type: str | None = None, terms: Any = None,
) -> Any:
    """Predictions for the data or for `newdata`, in the response's units (R: predict.lm).

    interval: "none", "confidence" (for the mean) or "prediction" (for a new observation), at `level`
    weights:  of the new observations, for prediction intervals: a number, an array, or text; by default 1, or those of
              the fit where no newdata are given, and R's warning of either

    type, terms: "terms" for what each term (or each of `terms`) adds, centred on the fit's rows

    Where R ≥ 4.3 is followed and the fit is rank-deficient, rows of `newdata` that the data cannot predict are warned
    of and listed in the result's `attribute`.

    Returns a Vector (rows,), a Matrix (rows, 3) with an interval, or a `Prediction` when `se_fit`.
    Raises `KeyError` for a missing column, `ValueError` for a level that the fit did not see, an unknown interval, or a
    `level` outside (0, 1).
    """
    require_choice(interval, ("none", "confidence", "prediction"), "interval")
    require_level(level)
    require_choice("response" if type is None else type, ("response", "terms"), "type")
    if type == "terms":
        if interval != "none":
            raise ValueError("interval= is for type='response': terms have standard errors, se_fit=True")
        parts, errors = by_term(m, newdata, terms, m.sigma)
        return Prediction(parts, errors, m.df_residual, m.sigma) if se_fit else parts
    doubtful = np.zeros(0, int)
    if newdata is None:
        X, fit, labels = m.X.values, m.frame.pad(m.fitted), row_names(m.frame.padded_index)
    else:
        frame = as_frame(newdata)
        X, labels = m.X.for_newdata(frame).values, row_names(frame.index)
        fit = X[:, m.kept] @ m.coefficients[m.kept] + offset_for(m, frame)
        if m.rank < len(m.X.names) and not since("1.1-37"):
            warnings.warn("prediction from a rank-deficient fit may be misleading", stacklevel=3)
        elif m.rank < len(m.X.names):
            doubtful = np.flatnonzero(not_estimable(m, X))
        if len(doubtful):
            said = 'prediction from rank-deficient fit; attr(*, "non-estim") has doubtful cases'
            warnings.warn(said, stacklevel=3)
    spread = X[:, m.kept] @ _inverse_factor(m)
    variance = m.sigma**2 * np.square(spread).sum(axis=1)
    variance = m.frame.pad(variance) if newdata is None else variance
    result: Any = Vector(fit, index=labels)
    if len(doubtful):
        result.attribute = ("non-estim", Vector(doubtful + 1, index=result.index[doubtful]))
    if interval != "none":
        extra = m.sigma**2 / _weights(m, newdata, weights) if interval == "prediction" else 0.0
        half = np.sqrt(variance + extra) * qt((1.0 + level) / 2.0, m.df_residual)
        bounds = np.column_stack([fit, fit - half, fit + half])
        result = Matrix(bounds, index=labels, columns=["fit", "lwr", "upr"])
    if not se_fit:
        return result
    error = Vector(np.sqrt(variance), index=None if len(variance) == 1 else labels)  # R drops the name of one
    return Prediction(result, error, m.df_residual, m.sigma)


def not_estimable(m: Fitted, X: np.ndarray, tolerance: float = 1e-6) -> np.ndarray:
    """Which rows of X (rows, p) the fitted data cannot predict, (rows,): those with a part in the null space of the
    model matrix. R ≥ 4.3: predict.lm.
    """
    dropped = np.setdiff1d(np.arange(len(m.X.names)), m.kept)
    null = np.zeros((len(m.X.names), len(dropped)))
    null[m.kept] = -np.linalg.lstsq(m.X.values[:, m.kept], m.X.values[:, dropped], rcond=None)[0]
    null[dropped] = np.eye(len(dropped))
    basis = np.linalg.qr(null)[0]
    outside: np.ndarray = np.linalg.norm(X @ basis, axis=1) >= tolerance * np.linalg.norm(X, axis=1)
    return outside


def _inverse_factor(m: Lm) -> np.ndarray:
    from scipy.linalg import solve_triangular

    inverse: np.ndarray = solve_triangular(m.R, np.eye(m.rank))
    return inverse


def offset_for(m: Fitted, newdata: Any) -> Any:
    """What the formula's offset() terms and the argument `offset` are for new data."""
    shift = m.X.offset_for(newdata)
    given = m.arguments["offset"]
    if isinstance(given, str):
        extra = vector(given, newdata, "offset")
        return extra if shift is None else shift + extra
    if given is not None:
        raise ValueError("the fit's offset was an array: give the offset as text to predict for new data")
    return 0.0 if shift is None else shift


def _weights(m: Lm, newdata: Any, weights: Any) -> Any:
    if newdata is None:
        warnings.warn("predictions on current data refer to _future_ responses", stacklevel=4)
        if m.weights is not None and weights is None:
            warnings.warn(
                "assuming prediction variance inversely proportional to weights used for fitting", stacklevel=4
            )
            return m.frame.pad(m.weights)
    elif m.weights is not None and weights is None:
        warnings.warn("Assuming constant prediction variance even though model fit is weighted", stacklevel=4)
    if weights is None:
        return 1.0
    return vector(weights, as_frame(newdata), "weights") if isinstance(weights, str) else as_numbers(weights, "weights")


def percent_labels(level: float) -> list[str]:
    """The column labels of a confidence interval, "2.5 %" and "97.5 %" (R: stats's format_perc)."""
    return [*_percent_labels(level)]


@lru_cache
def _percent_labels(level: float) -> tuple[str, ...]:
    from translations.printing.numbers import format_numbers

    tail = (1.0 - level) / 2.0
    return tuple(f"{text.strip()} %" for text in format_numbers([100.0 * tail, 100.0 * (1.0 - tail)], 3, scipen=100))


@generics.confint.register(Lm)
def _confint(m: Lm, parm: Any = None, level: float = 0.95) -> Matrix:
    """Confidence intervals of the coefficients, or of those in `parm` (names, or numbers from 1); NaN where aliased (R:
    confint.lm). Raises `KeyError` for one that there is not, `ValueError` for a `level` outside (0, 1).
    """
    require_level(level)
    error = np.full(len(m.X.names), np.nan)
    error[m.kept] = m.sigma * np.sqrt(np.diagonal(m.unscaled))
    half = error * qt(1.0 - (1.0 - level) / 2.0, m.df_residual)  # in this order NaN stays R's
    bounds = np.column_stack([m.coefficients - half, m.coefficients + half])
    whole = Matrix(bounds, index=m.X.names, columns=percent_labels(level))
    if parm is None:
        return whole
    asked = [parm] if isinstance(parm, str) or np.ndim(parm) == 0 else list(parm)
    count = len(m.X.names)
    names = [
        m.X.names[one - 1] if isinstance(one, int | np.integer) and 1 <= one <= count else one for one in asked
    ]
    unknown = [name for name in names if not isinstance(name, str) or name not in whole.index]
    if unknown:
        raise KeyError(f"no coefficient {', '.join(map(repr, unknown))}; there are {', '.join(m.X.names)}")
    return whole.loc[names]
