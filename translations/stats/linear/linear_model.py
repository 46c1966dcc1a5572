"""The fitted linear model, and the fit: R's least squares over statsmodels'.

statsmodels factors and solves; which columns enter, how they are named and what is reported is R's way. Its QR method
is asked for, not the default pseudo-inverse, because the triangular factor gives standard errors and sequential sums of
squares without forming XᵀX.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import NAN, Matrix, Vector, html, tables
from translations.printing.dispatch import render
from translations.printing.fits import Fit
from translations.printing.frames import joined
from translations.printing.style import Style

from ..formulas.design import ModelMatrix, design
from ..formulas.frame import ModelFrame, as_frame, model_frame
from ..formulas.rank import drop_aliased
from ..formulas.terms import parse

ROUNDING = 1e-24  # of the response's squares: residuals below are rounding


@dataclass(frozen=True, eq=False, repr=False)
class Lm(Fit):
    """A fitted linear model with n observations, p columns of which r are not aliased (R: class lm).

    coefficients: (p,), NaN for aliased columns;  kept: (r,) positions of the others
    fitted:       (n,) with the offset;  residuals: (n,)  in the response's units
    R:            (r, r) upper triangular factor of the weighted design;  effects: (r,) the response along its columns
    leverages:    (n,) diagonal of the hat matrix
    statsmodels:  statsmodels' own results, None for a model without columns
    data, arguments: what `lm` was called with, for `update`
    anova:        the path to the model, where `step` found it
    """

    frame: ModelFrame
    X: ModelMatrix
    kept: np.ndarray
    coefficients: np.ndarray
    fitted: np.ndarray
    residuals: np.ndarray
    R: np.ndarray
    effects: np.ndarray
    leverages: np.ndarray
    statsmodels: Any
    data: Any
    data_name: str
    arguments: Mapping[str, Any]
    anova: pd.DataFrame | None = None

    @property
    def weights(self) -> np.ndarray | None:
        """Prior weights (n,), or None."""
        return self.frame.weights

    @property
    def rank(self) -> int:
        """Number of columns that are not aliased."""
        return len(self.kept)

    @cached_property
    def weighted_residuals(self) -> np.ndarray:
        """Residuals times the square roots of the weights, (n,)."""
        return self.residuals if self.weights is None else self.residuals * np.sqrt(self.weights)

    @property
    def used(self) -> np.ndarray:
        """Mask (n,) of the observations with a weight that is not zero."""
        return np.ones(self.frame.n, dtype=bool) if self.weights is None else self.weights != 0

    @property
    def df_residual(self) -> int:
        """Observations of non-zero weight less the rank."""
        return int(self.used.sum()) - self.rank

    @cached_property
    def rss(self) -> float:
        """Weighted residual sum of squares."""
        return float(self.weighted_residuals @ self.weighted_residuals)

    @property
    def sigma(self) -> float:
        """Residual standard deviation; NaN without residual degrees of freedom: R's, so that all it goes into is."""
        return float(np.sqrt(self.rss / self.df_residual)) if self.df_residual else NAN

    @cached_property
    def unscaled(self) -> np.ndarray:
        """(XᵀWX)⁻¹ of the kept columns, (r, r), from the triangular factor so that no digits are squared away."""
        from scipy.linalg import solve_triangular

        inverse = solve_triangular(self.R, np.eye(self.rank))
        covariance: np.ndarray = inverse @ inverse.T
        return covariance

    @property
    def labels(self) -> pd.Index:
        """R's row names of the observations used."""
        return row_names(self.frame.index)

    def padded(self, values: np.ndarray) -> Vector:
        """`values` (n,) labelled by row, with NaN for the rows that na.exclude left out."""
        return Vector(self.frame.pad(values), index=row_names(self.frame.padded_index))

    @property
    def call(self) -> tables.Call:
        """The call, as R would deparse it."""
        shown = {"formula": self.frame.formula.written, "data": self.data_name}
        for name, value in self.arguments.items():
            if value is not None and (name, value) != ("na_action", "na.omit"):
                shown[name.replace("_", ".")] = argument_text(name, value)
        return tables.Call("lm", shown)

    @property
    def text(self) -> tables.LmText:
        """What R prints for the model."""
        return tables.LmText(self.call, pd.Series(self.coefficients, index=self.X.names))

    def __str__(self) -> str:
        return str(self.text)

    def _repr_html_(self) -> str:
        estimates = pd.DataFrame({"Estimate": self.coefficients}, index=self.X.names)
        return html.page(f"Linear model {self.frame.formula.text}", [html.table(estimates)])

    def __repr__(self) -> str:
        return f"<Lm {self.frame.formula.text}, n={self.frame.n}>"


@render.register(Lm)
def _lines(m: Lm, style: Style) -> list[str]:
    return render(m.text, style)


def argument_text(name: str, value: Any) -> str:
    """An argument as R would deparse it; an array goes by the argument's own name."""
    if isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values()):
        return f"list({', '.join(f'{key} = {one!r}' for key, one in value.items())})".replace("'", '"')
    return value if isinstance(value, str) else name


def row_names(index: pd.Index) -> pd.Index:
    """R's row names: pandas' positions from 0 become R's from 1, other labels stay, those of several levels joined by
    colons.
    """
    return pd.Index([str(i + 1) for i in index] if pd.api.types.is_integer_dtype(index) else joined(index))


def _refined(params: np.ndarray, X: np.ndarray, y: np.ndarray, Q: np.ndarray, R: np.ndarray) -> np.ndarray:
    """The solution (r,), one step better where nothing but rounding is left: R's residuals are as small there as a
    double lets them be, and its warnings of a perfect fit depend on it.
    """
    from scipy.linalg import solve_triangular

    left = y - X @ params
    if left @ left >= ROUNDING * (y @ y):
        return params
    better: np.ndarray = params + solve_triangular(R, Q.T @ left)
    return better


def fit(frame: ModelFrame, X: ModelMatrix, data: Any, data_name: str, arguments: Mapping[str, Any]) -> Lm:
    """The least-squares fit of `frame`'s response to the columns of X. Raises `ValueError` for weights that are
    negative or infinite.
    """
    w = frame.weights
    if w is not None and not ((w >= 0) & np.isfinite(w)).all():
        row = int(np.argmin((w >= 0) & np.isfinite(w)))
        raise ValueError(f"weights must be finite and not negative; row {row + 1} of those used has {w[row]:g}")
    root = np.ones(frame.n) if w is None else np.sqrt(w)
    used = root != 0
    shift = np.zeros(frame.n) if frame.offset is None else frame.offset
    y = frame.response
    kept = drop_aliased((X.values * root[:, None])[used])
    r = len(kept)
    coefficients, leverages = np.full(len(X.names), np.nan), np.zeros(frame.n)
    if not r:
        solved, R, effects, fitted = None, np.empty((0, 0)), np.empty(0), shift
    else:
        from statsmodels.regression.linear_model import OLS, WLS

        columns = X.values[:, kept]
        target = y[used] - shift[used]
        model = OLS(target, columns[used]) if w is None else WLS(target, columns[used], weights=w[used])
        solved = model.fit(method="qr")
        Q, R = np.linalg.qr(model.wexog)  # statsmodels factors the same matrix but keeps only the effects, Qᵀy
        coefficients[kept] = params = _refined(solved.params, model.wexog, model.wendog, Q, R)
        effects = model.effects
        leverages[used] = np.einsum("ij,ij->i", Q, Q)
        fitted = columns @ params + shift
        if r == used.sum():  # nothing is left, not even rounding: R's residuals are what its QR has beyond the rank
            fitted[used] = y[used]
    return Lm(
        frame, X, kept, coefficients, fitted, y - fitted, R, effects, leverages, solved, data, data_name, arguments
    )


def matrix_of(formula: str, data: Any = None, contrasts_arg: Mapping[str, Any] | None = None) -> Matrix:
    """The design of a formula over data, without fitting; unused levels keep their columns, as in R."""
    data = as_frame(data)
    right = parse(formula, data.columns)
    frame = model_frame(right, data, drop_unused_levels=False)
    X = design(right, frame, contrasts_arg)
    return Matrix(X.values, index=row_names(frame.index), columns=X.names)
