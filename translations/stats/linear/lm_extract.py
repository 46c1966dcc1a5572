"""What is read off a fitted linear model: R's extractor functions for class lm."""
from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from translations.printing import NAN, Matrix, Vector

from .. import coefficient_generics, generics, model_generics
from ..arguments import as_count, require_choice
from ..likelihood import has_criteria
from ..log_likelihood import LogLik
from .aliased import Aliased, Effects, aliased, dummy_coefficients, effect_names, rotated
from .linear_model import Lm
from .model_parts import Terms, frame_of, terms_of
from .term_predictions import by_term, partial_residuals

if TYPE_CHECKING:
    from translations.random import RStream

RESIDUALS = {"response": False, "working": False, "pearson": True, "deviance": True, "partial": False}


@generics.coef.register(Lm)
def _coef(m: Lm, complete: bool | None = None) -> Vector:
    """Coefficients (p,), NaN for aliased columns unless `complete` is False."""
    if complete is None or complete:
        return Vector(m.coefficients, index=m.X.names)
    return Vector(m.coefficients[m.kept], index=[m.X.names[j] for j in m.kept])


@generics.fitted.register(Lm)
def _fitted(m: Lm) -> Vector:
    return m.padded(m.fitted)


@generics.residuals.register(Lm)
def _residuals(m: Lm, type: str | None = None) -> Vector | Matrix:
    """Residuals (n,); "pearson" and "deviance" are times the square roots of the weights; "partial" (n, terms), plus
    what each term adds.
    """
    kind = "response" if type is None else type
    require_choice(kind, RESIDUALS, "type of residuals")
    if kind == "partial":
        return partial_residuals(by_term(m, None, None, m.sigma)[0], m.padded(m.residuals))
    return m.padded(m.weighted_residuals if RESIDUALS[kind] else m.residuals)


@generics.vcov.register(Lm)
def _vcov(m: Lm, complete: bool | None = None) -> Matrix:
    """(p, p); rows and columns of aliased coefficients are NaN, or left out when `complete` is False."""
    names = np.array(m.X.names, dtype=object)
    kept = Matrix(m.sigma**2 * m.unscaled, index=names[m.kept], columns=names[m.kept])
    return kept.reindex(index=names, columns=names) if (complete is None or complete) and m.rank < len(names) else kept


@generics.sigma.register(Lm)
def _sigma(m: Lm) -> float:
    return m.sigma


@generics.deviance.register(Lm)
def _deviance(m: Lm) -> float:
    return m.rss


@generics.nobs.register(Lm)
def _nobs(m: Lm) -> int:
    return int(m.used.sum())


@generics.df_residual.register(Lm)
def _df_residual(m: Lm) -> int:
    return m.df_residual


@generics.formula.register(Lm)
def _formula(m: Lm) -> str:
    return m.frame.formula.text


@generics.logLik.register(Lm)
def _logLik(m: Lm, REML: bool | None = None) -> LogLik:  # noqa: N803
    """At the maximum, or with REML=True restricted. R: logLik.lm."""
    rows, lost = int(m.used.sum()), m.rank if REML else 0
    n = rows - lost
    weights = 0.0 if m.weights is None else float(np.log(m.weights[m.used]).sum())
    with np.errstate(divide="ignore"):  # infinite where nothing is left
        value = 0.5 * (weights - n * (np.log(2.0 * np.pi) + 1.0 - np.log(n) + np.log(m.rss)))
    return LogLik(value - (float(np.log(np.abs(np.diagonal(m.R))).sum()) if REML else 0.0), m.rank + 1, n)


has_criteria(Lm)


@generics.model_matrix.register(Lm)
def _model_matrix(m: Lm) -> Matrix:
    return Matrix(m.X.values, index=m.labels, columns=m.X.names)


@generics.simulate.register(Lm)
def _simulate(m: Lm, nsim: int = 1, seed: Any = None) -> pd.DataFrame:
    """Responses (n, nsim) on R's stream, columns sim_1, ...; rows that na.exclude left out are NaN (R: simulate.lm).

    seed: a number, an `RStream` to be drawn on from where it is, or None. Raises ValueError for nsim below 1, or where
    no residual degree of freedom is left. A row of weight 0, whose variance is infinite, is NaN too, with a warning.
    """
    from translations.random import RStream

    nsim = as_count(nsim, "nsim")
    if not m.df_residual:
        raise ValueError("simulating needs residual degrees of freedom")
    fitted = m.padded(m.fitted)
    with np.errstate(divide="ignore"):
        sd = m.sigma / np.sqrt(1.0 if m.weights is None else m.weights)
    stream = seed if isinstance(seed, RStream) else RStream(seed)
    # R recycles the standard deviations over all draws, rows left out included.
    draws = deviations(stream, np.resize(sd, len(fitted) * nsim))
    values = fitted.to_numpy()[:, None] + draws.reshape(nsim, len(fitted)).T
    return pd.DataFrame(values, index=fitted.index, columns=[f"sim_{i}" for i in range(1, nsim + 1)])


def deviations(stream: RStream, sd: np.ndarray) -> np.ndarray:
    """Normal draws about 0, (n,), NaN with a warning where the standard deviation is infinite, that of a weight of 0:
    as in R, these take nothing off the stream.
    """
    known = np.isfinite(sd)
    if not known.all():
        warnings.warn("NAs produced", stacklevel=5)
    out = np.full(len(sd), np.nan)
    out[known] = stream.rnorm(int(known.sum()), 0.0, sd[known])
    return out


@generics.hatvalues.register(Lm)
def _hatvalues(m: Lm) -> Vector:
    """Leverages, the diagonal of the hat matrix; rows of zero weight have none, rows left out by na.exclude have 0."""
    return Vector(_of_used(m, m.leverages).fillna(0.0))


@generics.cooks_distance.register(Lm)
def _cooks_distance(m: Lm) -> Vector:
    """Cook's distances, NaN where the leverage is 1; observations of zero weight have none.

    Source: Cook & Weisberg (1982), 3.2.
    """
    h = np.where(m.leverages > 1.0 - 10 * np.finfo(float).eps, 1.0, m.leverages)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = (m.weighted_residuals / (1.0 - h)) ** 2 * h / (m.sigma**2 * m.rank)
    return _of_used(m, np.where(np.isfinite(distance), distance, NAN))


def _of_used(m: Lm, values: np.ndarray) -> Vector:
    """`values` (n,) by row, without the rows of zero weight."""
    full = m.padded(values)
    return Vector(full[~full.index.isin(m.labels[~m.used])])


@model_generics.model_frame.register(Lm)
def _model_frame(m: Lm) -> pd.DataFrame:
    return frame_of(m.frame, m.arguments["offset"] is not None)


@model_generics.terms.register(Lm)
def _terms(m: Lm) -> Terms:
    return terms_of(m.frame.formula)


@model_generics.weights.register(Lm)
def _weights(m: Lm, type: str = "prior") -> Vector | None:
    """The weights that the fit was given, NaN where na.exclude left rows out; None where there were none."""
    require_choice(type, ("prior",), "type of a linear model's weights")
    return None if m.weights is None else m.padded(m.weights)


@coefficient_generics.alias.register(Lm)
def _alias(m: Lm, complete: bool = True, partial: bool = False) -> Aliased:
    return aliased(m, m.weights, complete, partial)


@coefficient_generics.effects.register(Lm)
def _effects(m: Lm, set_sign: bool = False) -> Effects:
    root = np.ones(m.frame.n) if m.weights is None else np.sqrt(m.weights)
    y = m.frame.response - (0.0 if m.frame.offset is None else m.frame.offset)
    columns = m.X.values[:, m.kept] * root[:, None]
    values = rotated(columns[m.used], (y * root)[m.used])
    if set_sign:
        values[: m.rank] = np.sign(m.coefficients[m.kept]) * np.abs(values[: m.rank])
    out = Effects(values, index=effect_names(m, len(values)))
    out.assign = m.X.assign
    return out


@coefficient_generics.dummy_coef.register(Lm)
def _dummy_coef(m: Lm, use_na: bool = False) -> dict[str, Any]:
    return dummy_coefficients(m, use_na)
