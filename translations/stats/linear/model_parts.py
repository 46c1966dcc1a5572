"""What linear models were made of: frame, terms, weights, family. R: model.frame, terms, weights, family."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Matrix, Style, render
from translations.printing.objects import Textual

from ..formulas.frame import ModelFrame
from ..formulas.frame import model_frame as built_frame
from ..formulas.terms import Formula
from ..language.evaluate import Variable
from ..language.factors import Factor
from ..language.poly import Columns
from .linear_model import row_names


def frame_of(frame: ModelFrame, offset: bool = False, starts: Mapping[str, np.ndarray] | None = None) -> pd.DataFrame:
    """A model frame as pandas has it: factors as Categoricals. offset: whether one was given beside the formula;
    starts: (n,) each, by name, where a fit was told to begin from them.
    """
    columns: dict[str, Any] = {}
    for label, value in frame.variables.items():
        columns |= _columns(label, value)
    if frame.weights is not None:
        columns["(weights)"] = frame.weights
    columns |= {f"({name})": values for name, values in (starts or {}).items()}
    if offset and frame.offset is not None:
        inside = sum((np.asarray(frame.variables[label]) for label in frame.formula.offsets), np.zeros(frame.n))
        columns["(offset)"] = frame.offset - inside
    return pd.DataFrame(columns, index=row_names(frame.index))


def _columns(label: str, value: Variable) -> dict[str, Any]:
    if isinstance(value, Factor):
        if value.logical:
            return {label: pd.array([None if code < 0 else bool(code) for code in value.codes], dtype="boolean")}
        return {label: pd.Categorical.from_codes(value.codes, pd.Index(value.levels, dtype=object), value.ordered)}
    if isinstance(value, Columns):
        alone = value.values.shape[1] == 1
        return {label if alone else f"{label}.{suffix or f'V{j}'}": column
                for j, (suffix, column) in enumerate(zip(value.labels, value.values.T, strict=True), 1)}
    return {label: value}


@dataclass(frozen=True, eq=False, repr=False)
class Terms(Textual):
    """The terms of a formula (R: class terms). `str()` is R's text.

    formula: as R writes it;  variables: labels, the response first;  term_labels, order: a label and the number of
    variables a term;  factors: (variables, terms), 1 where a variable is coded by contrasts, 2 where by dummies
    intercept, response: 1 or 0;  offset: positions of the offset() terms among the variables, from 1
    """

    formula: str
    variables: list[str]
    factors: Matrix
    term_labels: list[str]
    order: list[int]
    intercept: int
    response: int
    offset: list[int]

    def __repr__(self) -> str:
        return f"<Terms of {self.formula}>"


def terms_of(parsed: Formula) -> Terms:
    """The terms of a formula."""
    names = list(parsed.variables)
    labels = [one.label for one in parsed.terms]
    codes = np.zeros((len(names), len(labels)), dtype=int)
    for j, term in enumerate(parsed.terms):
        for variable, by_contrasts in zip(term.variables, term.coding, strict=True):
            codes[names.index(variable), j] = 1 if by_contrasts else 2
    return Terms(
        parsed.text, names, Matrix(codes, index=names, columns=labels), labels,
        [len(one.variables) for one in parsed.terms], int(parsed.intercept), int(parsed.response is not None),
        [names.index(one) + 1 for one in parsed.offsets],
    )


@render.register(Terms)
def _lines(x: Terms, style: Style) -> list[str]:
    from translations.printing.deparse import deparse

    parts = {
        "variables": deparse(f"list({', '.join(x.variables)})"),
        "offset": render(x.offset, style) if x.offset else [],
        "factors": render(x.factors, style) if x.term_labels else ["integer(0)"],
        "term.labels": render(x.term_labels, style) if x.term_labels else ["character(0)"],
        "order": render(x.order, style) if x.order else ["integer(0)"],
        "intercept": [f"[1] {x.intercept}"], "response": [f"[1] {x.response}"],
        ".Environment": ["<environment: R_GlobalEnv>"],
    }
    lines = deparse(x.formula)
    for name, text in parts.items():
        lines += [f'attr(,"{name}")', *text] if text else []
    return lines


def frame_of_text(formula: str, data: Any) -> pd.DataFrame:
    """The variables of a formula in data. Raises ValueError without data."""
    if data is None:
        raise ValueError(f"model_frame({formula!r}) needs data")
    return frame_of(built_frame(formula, data, drop_unused_levels=False))
