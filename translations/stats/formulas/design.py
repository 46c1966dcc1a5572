"""Model matrices: a formula's terms as columns with R's names, in R's order, with R's coding (R: model.matrix)."""
from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from ..language.evaluate import Variable, as_variable, evaluate
from ..language.factors import Factor, Moment, warn_of_order
from ..language.limits import require_size
from ..language.poly import Columns
from . import contrasts as contrast
from .frame import ModelFrame, as_frame, require_finite, total_offset
from .terms import Formula, parse

Block = tuple[np.ndarray, tuple[str, ...]]


@dataclass(frozen=True)
class ModelMatrix:
    """A design matrix with p columns, and what it takes to build it again for new data.

    values:    (n, p) float64, columns contiguous
    names:     p names, R's
    assign:    (p,) the term of each column, 0 for the intercept, from 1 in the order of `formula.terms`
    xlevels:   the levels of each factor;  contrasts: each factor's matrix (levels, k) and column labels
    memory:    what poly() and scale() learnt from the data, by variable
    units:     of each column that is a date, time or time difference, one without elements that has its unit
    """

    values: np.ndarray
    names: list[str]
    assign: np.ndarray
    formula: Formula
    xlevels: dict[str, list[str]]
    contrasts: dict[str, contrast.Coding]
    memory: dict[str, dict[str, np.ndarray]]
    logical: frozenset[str] = frozenset()
    units: dict[str, Moment] = field(default_factory=dict)

    def codings(self, variables: Mapping[str, Variable]) -> list[list[bool]]:
        """By term and variable whether a factor is coded by contrasts, or by dummies."""
        return _codings(self.formula, variables)

    def for_newdata(self, newdata: Any) -> ModelMatrix:
        """The same columns for the rows of `newdata`; NaN where it is missing.

        Raises `KeyError` for a missing column, `ValueError` naming a level, or a variable of another type, that the fit
        did not see.
        """
        data = as_frame(newdata)
        return self.of({label: self._again(label, data) for label in self.formula.predictors}, len(data))

    def of(self, variables: dict[str, Variable], rows: int) -> ModelMatrix:
        """The same columns of the formula's variables, `rows` values each, factors over the levels of the fit."""
        return replace(self, values=_fill(self.formula, variables, self.contrasts, rows)[0])

    def again(self, label: str, newdata: Any) -> Variable:
        """One of the formula's variables in `newdata`, as `for_newdata` takes it."""
        return self._again(label, as_frame(newdata))

    def offset_for(self, newdata: Any) -> np.ndarray | None:
        """The formula's offset() terms for the rows of `newdata`, (rows,), or None when it has none."""
        data = as_frame(newdata)
        nodes = self.formula.variables
        found = {label: evaluate(nodes[label], data, None, dict(self.units)) for label in self.formula.offsets}
        values = {label: as_variable(value, len(data), label) for label, value in found.items()}
        return total_offset(self.formula, values, None)

    def _again(self, label: str, data: pd.DataFrame) -> Variable:
        memory = self.memory.get(label)
        found = evaluate(self.formula.variables[label], data, memory, dict(self.units))
        value = as_variable(found, len(data), label)
        logical = isinstance(value, Factor) and value.logical
        if isinstance(value, Factor) is not (label in self.xlevels) or logical is not (label in self.logical):
            fitted = "logical" if label in self.logical else "a factor" if label in self.xlevels else "numeric"
            raise ValueError(f"variable {label} was fitted as {fitted}, but in newdata it is not")
        return value.relevel_to(self.xlevels[label], label) if isinstance(value, Factor) else value


def design(formula: str | Formula, frame: ModelFrame, contrasts: Mapping[str, Any] | None = None) -> ModelMatrix:
    """The model matrix of `formula`'s right-hand side over `frame` (R: model.matrix).

    formula:   text ("y ~ x", "0 + x") or parsed; its variables must be in the frame
    contrasts: for some factors, a name ("contr.sum"), a `contr_*` function or a matrix; the others take those of
               `options(contrasts=)`: contr.treatment and, for ordered factors, contr.poly

    Raises `KeyError` for a variable the frame lacks, `ValueError` for a factor with one level, an infinite value, or
    contrasts of what is no factor. Warns in R's words about contrasts of a variable that the formula does not have.
    """
    formula = parse(formula)
    if contrasts is not None and not isinstance(contrasts, Mapping):
        message = "non-list contrasts argument ignored: name the factor, contrasts={'f': 'contr.sum'}"
        warnings.warn(message, stacklevel=3)
        contrasts = None
    variables: dict[str, Variable] = {}
    for label in formula.predictors:
        if label not in frame.variables:
            raise KeyError(f"the model frame has no variable {label}: pass it in extra")
        variables[label] = frame.variables[label]
    factors = {label: v for label, v in variables.items() if isinstance(v, Factor)}
    for label in contrasts or ():
        if label not in variables:
            warnings.warn(f"variable {label!r} is absent, its contrast will be ignored", stacklevel=3)
        elif label not in factors:
            raise ValueError(f"contrasts apply only to factors, which {label} is not")
    warn_of_order(factors)
    chosen = contrasts or {}
    codings = {label: contrast.coding(f.levels, f.ordered, chosen.get(label, f.contrasts), label)
               for label, f in factors.items()}
    values, names, assign = _fill(formula, variables, codings, frame.n)
    return ModelMatrix(
        values, names, assign, formula, {label: f.levels for label, f in factors.items()}, codings,
        {label: v.memory for label, v in variables.items() if isinstance(v, Columns) and v.memory},
        frozenset(label for label, f in factors.items() if f.logical),
        frame.units,
    )


def _codings(formula: Formula, variables: Mapping[str, Variable]) -> list[list[bool]]:
    """Contrasts or dummies, by term and variable; without an intercept the first factor has dummies."""
    codes = [list(term.coding) for term in formula.terms]
    if not formula.intercept:
        for at, term in enumerate(formula.terms):
            for i, label in enumerate(term.variables):
                if isinstance(variables[label], Factor):
                    codes[at][i] = False
                    return codes
    return codes


def _block(label: str, variable: Variable, by_contrasts: bool, codings: dict[str, contrast.Coding]) -> Block:
    """The columns of one variable in one term, shape (n, k), and their names."""
    if isinstance(variable, np.ndarray):
        require_finite(variable, label)
        return variable[:, None], (label,)
    if isinstance(variable, Columns):
        require_finite(variable.values, label)
        suffixes = variable.labels if variable.values.shape[1] > 1 else ("",)
        return variable.values, tuple(label + suffix for suffix in suffixes)
    matrix, labels = codings[label] if by_contrasts else contrast.dummies(variable.levels)
    require_size(len(variable) * float(len(labels)), f"the columns of {label}")
    values = matrix[variable.codes]
    missing = variable.missing
    if missing is not None:
        values[missing] = np.nan
    return values, tuple(label + suffix for suffix in labels)


def _fill(
    formula: Formula, variables: dict[str, Variable], codings: dict[str, contrast.Coding], n: int
) -> tuple[np.ndarray, list[str], np.ndarray]:
    blocks: list[Block] = [(np.broadcast_to(1.0, (n, 1)), ("(Intercept)",))] if formula.intercept else []
    for term, codes in zip(formula.terms, _codings(formula, variables), strict=True):
        product, names = _block(term.variables[0], variables[term.variables[0]], codes[0], codings)
        for label, code in zip(term.variables[1:], codes[1:], strict=True):
            block, labels = _block(label, variables[label], code, codings)
            require_size(n * float(len(names)) * len(labels), f"the columns of {term.label}")
            # In an interaction the first variable's columns vary fastest.
            product = np.hstack([product * column[:, None] for column in block.T])
            names = tuple(f"{first}:{second}" for second in labels for first in names)
        blocks.append((product, names))
    widths = [values.shape[1] for values, _ in blocks]
    filled = np.empty((n, sum(widths)), order="F")
    start = 0
    for (values, _), width in zip(blocks, widths, strict=True):
        filled[:, start : start + width] = values
        start += width
    assign = np.array([at for at, width in enumerate(widths, not formula.intercept) for _ in range(width)], dtype=int)
    return filled, [name for _, names in blocks for name in names], assign
