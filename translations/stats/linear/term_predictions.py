"""What each term adds to a linear predictor. R: predict(type = "terms") of class lm, which glm has too."""
from __future__ import annotations

import warnings
from typing import Any, Protocol

import numpy as np

from translations.printing import Matrix, Style, Vector, render
from translations.printing.objects import Whole
from translations.settings import since

from ..arguments import as_labels
from ..formulas.design import ModelMatrix
from ..formulas.frame import ModelFrame, as_frame
from .linear_model import row_names


class TermPredictions(Whole, Matrix):
    """A Matrix (rows, terms), with the `constant` that is added to the sum of its rows; it prints below."""

    _metadata = [*Matrix._metadata, "constant"]
    constant: float = 0.0


@render.register(TermPredictions)
def _lines(x: TermPredictions, style: Style) -> list[str]:
    return [*render(Matrix(x), style), 'attr(,"constant")', *render(x.constant, style)]


class Solved(Protocol):
    """A fit of the columns of X, of which `kept` (r,) are not aliased, with their triangular factor R (r, r)."""

    @property
    def X(self) -> ModelMatrix: ...  # noqa: N802

    @property
    def kept(self) -> np.ndarray: ...

    @property
    def frame(self) -> ModelFrame: ...

    @property
    def coefficients(self) -> np.ndarray: ...

    @property
    def labels(self) -> Any: ...

    @property
    def rank(self) -> int: ...

    @property
    def R(self) -> np.ndarray: ...  # noqa: N802


def by_term(m: Solved, newdata: Any, asked: Any, scale: float) -> tuple[TermPredictions, Matrix]:
    """Each term's part, centred on the fit's rows, and its standard errors, each (rows, terms).

    asked: labels of the terms wanted, by default all. scale: the residual standard deviation, or the root of the
    dispersion. Raises `ValueError` for a term that the model lacks.
    """
    from scipy.linalg import solve_triangular

    if newdata is None:
        X, labels = m.X.values, m.labels
    else:
        frame = as_frame(newdata)
        X, labels = m.X.for_newdata(frame).values, row_names(frame.index)
        if m.rank < len(m.X.names) and not since("1.1-37"):
            warnings.warn("prediction from a rank-deficient fit may be misleading", stacklevel=4)
    names = [term.label for term in m.frame.formula.terms]
    wanted = names if asked is None else as_labels(asked, "terms")
    if unknown := [one for one in wanted if one not in names]:
        raise ValueError(f"no term {', '.join(map(repr, unknown))} in the model; there are {', '.join(names)}")
    centre = m.X.values.mean(axis=0) if m.frame.formula.intercept else np.zeros(len(m.X.names))
    beta, assign = m.coefficients[m.kept], m.X.assign[m.kept]
    parts = (X - centre)[:, m.kept] * beta
    inverse = solve_triangular(m.R, np.eye(m.rank))
    fit, error = np.zeros((2, len(X), len(wanted)))
    for j, name in enumerate(wanted):
        own = assign == names.index(name) + 1
        fit[:, j] = parts[:, own].sum(axis=1)
        error[:, j] = scale * np.sqrt(np.square((X - centre)[:, m.kept[own]] @ inverse[own]).sum(axis=1))
    if newdata is None:
        labels = row_names(m.frame.padded_index)
        fit, error = (np.column_stack([m.frame.pad(column) for column in one.T]) if wanted else one
                      for one in (fit, error))
    result = TermPredictions(fit, index=labels, columns=wanted)
    result.constant = float(centre[m.kept] @ beta) if m.frame.formula.intercept else 0.0
    return result, Matrix(error, index=labels, columns=wanted)


def partial_residuals(parts: TermPredictions, working: Vector) -> TermPredictions:
    """Residuals (n,) on the scale of the linear predictor plus each term's part, (n, terms)."""
    result = TermPredictions(parts.to_numpy() + working.to_numpy()[:, None], index=parts.index, columns=parts.columns)
    result.constant = parts.constant
    return result
