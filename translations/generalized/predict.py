"""Predictions of generalized linear models. R: predict.glm."""
from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from translations.printing import Matrix, Vector
from translations.printing.dispatch import render
from translations.printing.objects import Textual
from translations.printing.style import Style
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import require_choice
from translations.stats.formulas.frame import as_frame
from translations.stats.linear.linear_model import row_names
from translations.stats.linear.lm_predict import not_estimable, offset_for
from translations.stats.linear.term_predictions import by_term

from .model import Glm


@dataclass(frozen=True)
class GlmPrediction(Textual):
    """Predictions with their standard errors, each (rows,), by term (rows, terms); residual_scale: the root of the
    dispersion.
    """

    fit: Vector | Matrix
    se_fit: Vector | Matrix
    residual_scale: float


@render.register(GlmPrediction)
def _lines(p: GlmPrediction, style: Style) -> list[str]:
    return render({"fit": p.fit, "se.fit": p.se_fit, "residual.scale": p.residual_scale}, style)


@generics.predict.register(Glm)
def _predict(m: Glm, newdata: Any = None, se_fit: bool = False, type: str | None = None, terms: Any = None) -> Any:
    """Predictions for the data or for `newdata`: type "link" (the default), "response", or "terms", what each term (or
    each of `terms`) adds to the linear predictor, centred on the fit's rows.

    Returns a Vector (rows,), by term a Matrix (rows, terms) with its `.constant`, or a `GlmPrediction` when `se_fit`.
    Raises `KeyError` for a missing column, `ValueError` for a level that the fit did not see, an unknown type or term.
    """
    kind = "link" if type is None else type
    require_choice(kind, ("link", "response", "terms"), "type")
    if kind == "terms":
        scale = float(np.sqrt(m.dispersion))
        parts, errors = by_term(m, newdata, terms, scale)
        return GlmPrediction(parts, errors, scale) if se_fit else parts
    X = m.X.values
    doubtful = np.zeros(0, int)
    if newdata is None:
        eta, labels = m.fit.eta, m.labels
    else:
        data = as_frame(newdata)
        X, labels = m.X.for_newdata(data).values, row_names(data.index)
        eta = X[:, m.kept] @ m.coefficients[m.kept] + offset_for(m, data)
        doubtful = _doubtful(m, X)
    link = m.family.link
    values = eta if kind == "link" else m.fit.mu if newdata is None else link.linkinv(eta)
    result = _labelled(m, values, labels, newdata is None)
    if len(doubtful):
        result.attribute = ("non-estim", Vector(doubtful + 1, index=result.index[doubtful]))
    if not se_fit:
        return result
    from scipy.linalg import solve_triangular

    # Unchecked: a row of newdata that lacks a value has no error, and the others have theirs.
    spread = (solve_triangular(m.R, X[:, m.kept].T, trans="T", check_finite=False) if m.rank
              else np.zeros((0, len(X))))
    error = np.sqrt(m.dispersion) * np.sqrt(np.square(spread).sum(axis=0))
    if kind == "response":
        error = error * np.abs(link.mu_eta(eta))
    alone = newdata is not None and len(X) == 1  # R then drops the name
    spread_of = Vector(error) if alone else _labelled(m, error, labels, newdata is None)
    return GlmPrediction(result, spread_of, float(np.sqrt(m.dispersion)))


def _labelled(m: Glm, values: np.ndarray, labels: Any, of_the_fit: bool) -> Vector:
    return m.padded(values) if of_the_fit else Vector(values, index=labels)


def _doubtful(m: Glm, X: np.ndarray) -> np.ndarray:
    """Rows of X that a rank-deficient fit cannot predict, where R ≥ 4.3 is followed; warns in R's words."""
    if m.rank == len(m.X.names):
        return np.zeros(0, int)
    if not since("1.1-37"):
        warnings.warn("prediction from a rank-deficient fit may be misleading", stacklevel=4)
        return np.zeros(0, int)
    found = np.flatnonzero(not_estimable(m, X))
    if len(found):
        warnings.warn('prediction from rank-deficient fit; attr(*, "non-estim") has doubtful cases', stacklevel=4)
    return found
