"""What models' coefficients cannot tell apart, their effects, and the coefficients of all levels. R: alias.lm,
effects.lm, dummy.coef.lm, which serve generalized models too.
"""
from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol

import numpy as np

from translations.arrays import Floats
from translations.printing import NA, Matrix, Style, Vector, layout, render
from translations.printing.deparse import deparse
from translations.printing.numbers import format_number, format_numbers, from_pandas
from translations.printing.objects import Printed, Textual
from translations.printing.values import as_values

from ..formulas import contrasts
from ..formulas.design import ModelMatrix
from ..formulas.frame import ModelFrame
from ..language.factors import Factor
from ..language.poly import Columns

NOTHING = 1e-6  # R: smaller shares and correlations are 0
MOST_TERMS, DENOMINATOR = 10, 2000  # of a continued fraction


class Fitted(Protocol):
    """What is asked of a model: its frame, its design, the positions of the columns kept, and their coefficients."""

    @property
    def frame(self) -> ModelFrame: ...
    @property
    def X(self) -> ModelMatrix: ...  # noqa: N802
    @property
    def kept(self) -> np.ndarray: ...
    @property
    def coefficients(self) -> Floats: ...
    @property
    def unscaled(self) -> Floats: ...


@dataclass(frozen=True, repr=False)
class Aliased(Printed):
    """Model: its formula;  Complete: (aliased, others) or None;  Partial: (r, r) or None. R: what alias.lm returns."""

    Model: str
    Complete: Matrix | None
    Partial: Matrix | None


def aliased(m: Fitted, weights: Floats | None, complete: bool, partial: bool) -> Aliased:
    """weights: (n,) of the least squares, None for none."""
    names = np.array(m.X.names, dtype=object)
    gone = [j for j in range(len(names)) if j not in m.kept]
    shares = correlations = None
    if complete and gone:
        root = np.ones(m.frame.n) if weights is None else np.sqrt(weights)
        columns = m.X.values * root[:, None]
        found = np.linalg.lstsq(columns[:, m.kept], columns[:, gone], rcond=None)[0].T
        shares = Matrix(np.where(np.abs(found) < NOTHING, 0.0, found), index=names[gone], columns=names[m.kept])
    if partial:
        error = np.sqrt(np.diagonal(m.unscaled))
        R = np.triu(m.unscaled / error[:, None] / error, 1)
        R[np.abs(R) < NOTHING] = 0.0
        if R.any():
            correlations = Matrix(R, index=names[m.kept], columns=names[m.kept])
    return Aliased(m.frame.formula.text, shares, correlations)


@render.register(Aliased)
def _aliased_lines(x: Aliased, style: Style) -> list[str]:
    lines = ["Model :", *deparse(x.Model), ""]
    if x.Complete is not None:
        texts = [[fraction(value) for value in row] for row in x.Complete.to_numpy()]
        most = max(len(text) for row in texts for text in row)
        columns = [as_values([text.rjust(most) for text in column]) for column in zip(*texts, strict=True)]
        lines += ["Complete :", *layout.matrix(columns, style, list(x.Complete.index), list(x.Complete.columns)), ""]
    if x.Partial is not None:
        lines += ["Partial :", *render(x.Partial, style), ""]
    return lines


def fraction(x: float) -> str:
    """A number as R's `MASS::fractions` writes it: the first of its continued fraction's terms. Source: Venables &
    Ripley (2002), 8.
    """
    whole = np.floor(x)
    terms, rest = [int(whole)], x - whole
    while rest > 1.0 / DENOMINATOR and len(terms) <= MOST_TERMS:
        rest = 1.0 / rest
        terms.append(int(rest))
        rest -= terms[-1]
    above, below = terms[-1], 1
    for term in reversed(terms[:-1]):
        above, below = term * above + below, above
    parts = (above,) if below == 1 else (above, below)
    return "/".join(format_number(float(part), 15) for part in parts)


class Effects(Vector):
    """A linear model's effects, with `assign` (p,), the number of each column's term. R: class coef."""

    assign: np.ndarray


@render.register(Effects)
def _effects_lines(x: Effects, style: Style) -> list[str]:
    return [*render(Vector(x.to_numpy(), index=x.index), style), 'attr(,"assign")', *render(x.assign, style),
            'attr(,"class")', '[1] "coef"']


def rotated(columns: Floats, y: Floats) -> Floats:
    """Q'y (n,), Q (n, n) of the Householder QR of columns (n, r): as LINPACK's, whose reflections are the same."""
    from scipy.linalg import lapack, qr

    (reflections, tau), _ = qr(columns, mode="raw")
    work = lapack.dormqr("L", "T", reflections, tau, y[:, None], -1)[1]
    turned: Floats = lapack.dormqr("L", "T", reflections, tau, y[:, None], int(work[0]))[0][:, 0]
    return turned


def effect_names(m: Fitted, n: int) -> list[str]:
    """The kept columns' names, and of the other observations of n none."""
    return [m.X.names[j] for j in m.kept] + [""] * (n - len(m.kept))


class DummyCoefficients(Textual, dict[str, Any]):
    """By term the coefficients of its levels. R: class dummy_coef."""


def dummy_coefficients(m: Fitted, use_na: bool) -> dict[str, Any]:
    """As `dummy_coef`. Of a term the first factor's levels vary fastest; numeric variables are at 1.

    Warns where one is a matrix: R takes it for one column, and so the coefficients behind it for others'.
    """
    if not {*m.X.xlevels} - {*m.X.logical}:
        return {name: NA if np.isnan(b) else float(b) for name, b in zip(m.X.names, m.coefficients, strict=True)}
    wide = [label for label, value in m.frame.variables.items() if label in m.X.formula.predictors
            and isinstance(value, Columns) and value.values.shape[1] > 1]
    if wide:
        warnings.warn(f"R's dummy.coef takes {wide[0]} for one column, and the coefficients from its second on for "
                      "those of later terms: these are each term's own", stacklevel=4)
    beta = m.coefficients if use_na else np.nan_to_num(m.coefficients)
    found = DummyCoefficients()
    if m.X.formula.intercept:
        found["(Intercept)"] = float(beta[0])
    for number, (term, coded) in enumerate(zip(m.X.formula.terms, m.X.codings(m.frame.variables), strict=True), 1):
        rows, names = np.ones((1, 1)), [""]
        for label, by_contrasts in zip(term.variables, coded, strict=True):
            matrix, levels = _levels(m, label, by_contrasts)
            rows = np.einsum("ai,bj->baji", rows, matrix).reshape(len(matrix) * len(rows), -1)
            names = [":".join(filter(None, (one, level))) for level, one in product(levels, names)]
        own = beta[m.X.assign == number]
        with np.errstate(invalid="ignore"):
            values = np.where((rows != 0.0) & np.isnan(own), NA, rows * np.nan_to_num(own)).sum(axis=1)
        found[term.label] = Vector(values, index=[name or term.label for name in names])
    return found


def _levels(m: Fitted, label: str, by_contrasts: bool) -> tuple[Floats, Sequence[str]]:
    """The columns (levels, k) of a variable in a term and its levels; of one that is no factor ones, NA where it is a
    matrix, and no level.
    """
    variable = m.frame.variables[label]
    if isinstance(variable, Columns) and variable.values.shape[1] > 1:
        return np.full((1, variable.values.shape[1]), NA), [""]
    if not isinstance(variable, Factor) or variable.logical:
        return np.ones((1, 1)), [""]
    own = m.X.contrasts[label] if by_contrasts else contrasts.dummies(variable.levels)
    return np.asarray(own[0]), variable.levels


@render.register(DummyCoefficients)
def _dummy_lines(x: DummyCoefficients, style: Style) -> list[str]:
    most = max(np.size(values) for values in x.values())
    labels: list[str | None] = []
    rows = []
    for term, values in x.items():
        cells = format_numbers(from_pandas(np.atleast_1d(np.asarray(values, float))), style.digits)
        labels.append(f"{term}:   ")
        if len(cells) > 1:
            rows.append(list(values.index))
            labels.append("")
        rows.append(cells)
    columns = [as_values([row[j] if j < len(row) else "" for row in rows]) for j in range(most)]
    return ["Full coefficients are ", *layout.matrix(columns, style, labels, [""] * most, right_justify=True)]
