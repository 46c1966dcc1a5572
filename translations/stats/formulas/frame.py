"""Model frames: a formula's variables evaluated in data, after `subset` and the removal of missing values."""
from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd

from translations.printing.frames import joined

from ..language.evaluate import Variable, as_variable, column, evaluate, gaps
from ..language.expressions import Node, read
from ..language.factors import Factor, Moment, make_factor
from ..language.interchange import to_pandas
from ..language.logic import number
from ..language.poly import Columns
from .terms import Formula, leaves, parse

NA_ACTIONS = ("na.omit", "na.exclude", "na.fail", "na.pass")


@dataclass(frozen=True)
class ModelFrame:
    """The rows of the data that the model uses, n of them.

    variables: each variable of the formula (and of `extra`) by label, length n: float64 arrays, `Factor`s without
               unused levels, `Columns`
    rows:      (n,) positions of these rows in the data;  index: their labels
    omitted:   positions in the data of the rows left out for missing values
    weights, offset: (n,) float64, or None;  `offset` sums the formula's offset() terms and the argument
    units:     by column, what its dates, times or time differences are counted in
    """

    formula: Formula
    variables: dict[str, Variable]
    rows: np.ndarray
    index: pd.Index
    omitted: np.ndarray
    data_index: pd.Index
    weights: np.ndarray | None
    offset: np.ndarray | None
    na_action: str
    units: dict[str, Moment] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Rows used."""
        return len(self.rows)

    @property
    def response(self) -> np.ndarray:
        """The response, (n,) float64. Raises `ValueError` naming it when it is absent, not numeric or not finite."""
        label = self.formula.response
        if label is None:
            raise ValueError(f"the formula {self.formula.text} has no response")
        value = self.variables[label]
        if isinstance(value, Factor) and value.logical:
            return value.codes.astype(float)
        if isinstance(value, Columns) and value.values.shape[1] == 1:
            value = value.values[:, 0]
        if not isinstance(value, np.ndarray):
            kind = "a factor or text" if isinstance(value, Factor) else f"a matrix of {value.values.shape[1]} columns"
            raise ValueError(f"the response {label} must be numeric, but is {kind}")
        require_finite(value, f"the response {label}")
        return np.asarray(value)

    @property
    def padded_index(self) -> pd.Index:
        """Row labels of what `pad` returns."""
        return self.data_index[self._padded_rows] if self._pads else self.index

    def pad(self, values: np.ndarray) -> np.ndarray:
        """`values` (n,) with NaN where na.exclude left rows out, otherwise unchanged (R: naresid)."""
        if not self._pads:
            return values
        full = np.full(len(self._padded_rows), np.nan)
        full[np.isin(self._padded_rows, self.rows)] = values
        return full

    @property
    def _pads(self) -> bool:
        return self.na_action == "na.exclude"

    @property
    def _padded_rows(self) -> np.ndarray:
        return np.sort(np.concatenate([self.rows, self.omitted]))


def require_finite(values: np.ndarray, what: str) -> None:
    """Raise `ValueError` saying where in `what` an infinite value stands. NaN passes."""
    if np.isinf(values).any():
        place = int(np.flatnonzero(np.isinf(values) if values.ndim == 1 else np.isinf(values).any(axis=1))[0])
        raise ValueError(f"{what} has an infinite value (row {place + 1} of those used)")


def as_frame(data: Any) -> pd.DataFrame:
    """`data` as a DataFrame: a mapping to single values is a row; columns of several levels are called by these, joined
    by colons; frames of other libraries are taken over by `to_pandas`. Raises `ValueError` when it is not a frame or a
    mapping of columns.
    """
    if isinstance(data, pd.DataFrame):
        return data.set_axis(joined(data.columns), axis=1) if data.columns.nlevels > 1 else data
    if isinstance(data, Mapping):
        one_row = bool(data) and all(map(pd.api.types.is_scalar, data.values()))
        return pd.DataFrame([dict(data)] if one_row else dict(data))
    if (taken := to_pandas(data)) is not None:
        return taken
    raise ValueError(f"data must be a DataFrame or a mapping of columns, not {type(data).__name__}")


def vector(argument: Any, data: pd.DataFrame, what: str) -> np.ndarray | None:
    """`weights` or `offset`, given as None, an array, or text (a column or an expression), as (rows,) float64."""
    if argument is None:
        return None
    if isinstance(argument, str):
        argument = column(data, argument) if argument in data.columns else evaluate(read(argument), data)
    if np.iscomplexobj(argument):
        raise ValueError(f"{what} must be real numbers, not complex ones")
    values = np.asarray(number(argument))
    if values.shape != (len(data),):
        raise ValueError(f"{what} must have one value for each of the {len(data)} rows, not shape {values.shape}")
    return values


def _selected(subset: Any, data: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Rows that `subset` chooses, and those whose condition is missing: R chooses them, and makes them all missing."""
    unknown = np.zeros(len(data), dtype=bool)
    if subset is None:
        return ~unknown, unknown
    chosen = evaluate(read(subset), data) if isinstance(subset, str) else subset
    if isinstance(chosen, Factor) and chosen.logical:
        chosen, unknown = chosen.codes != 0, chosen.codes < 0
    chosen = np.asarray(chosen)
    if chosen.dtype.kind != "b" or chosen.shape != (len(data),):
        raise ValueError(f"subset must be a condition (True or False) for each of the {len(data)} rows")
    return chosen, unknown


@lru_cache(maxsize=512)
def _plan(formula: Formula, extra: tuple[str, ...]) -> dict[str, Node]:
    plan = dict(formula.variables)
    for piece in extra:
        plan.update(leaves(piece))
    return plan


def model_frame(
    formula: str | Formula, data: Any, *, subset: Any = None, weights: Any = None, offset: Any = None,
    na_action: str = "na.omit", extra: Iterable[str] = (), drop_unused_levels: bool = True,
) -> ModelFrame:
    """The variables of `formula` in `data`, a DataFrame or a mapping of columns (R: model.frame).

    subset:         a boolean array, or a condition as text ("Days >= 2"), applied after variables are evaluated on
                    all rows, as R does
    weights/offset: an array, a column's name, or an expression as text
    na_action:      "na.omit" and "na.exclude" drop rows with a missing variable, weight or offset; "na.fail" raises;
                    "na.pass" keeps them
    extra:          pieces of formula whose variables the frame must hold too, such as "Subject", "a:b" or "1 + x"

    Raises `KeyError` for a missing column, `ValueError` for what cannot be evaluated or when no row is left.
    """
    data = as_frame(data)
    if na_action not in NA_ACTIONS:
        raise ValueError(f"na_action must be one of {', '.join(NA_ACTIONS)}, not {na_action!r}")
    formula = parse(formula, data.columns)
    n = len(data)
    plan = _plan(formula, tuple(extra))
    units: dict[str, Moment] = {}
    values = {label: evaluate(node, data, units=units) for label, node in plan.items()}
    variables = {label: as_variable(value, n, label) for label, value in values.items()}
    weight, shift = vector(weights, data, "weights"), vector(offset, data, "offset")
    asked = {**variables, "weights": weight, "offset": shift}
    found = {label: where for label, value in asked.items() if value is not None and (where := gaps(value)) is not None}
    rows, omitted, take = np.arange(n), np.arange(0), _copy
    if subset is not None or found:
        keep, unknown = _selected(subset, data)
        missing = unknown if na_action == "na.pass" else _missing({**found, "subset": unknown}, keep, na_action)
        omitted, rows = np.flatnonzero(keep & missing), np.flatnonzero(keep & ~missing)
        take = partial(_at, rows)
    if not len(rows):
        raise ValueError("no rows are left: every row has a missing value or lies outside subset")
    variables = {label: v if take is _copy and _made(v, values[label]) else take(v) for label, v in variables.items()}
    weight, shift = (v if v is None else take(v) for v in (weight, shift))
    if drop_unused_levels:
        kept = {label: v.drop_unused() if isinstance(v, Factor) else v for label, v in variables.items()}
        for label, v in variables.items():
            if isinstance(v, Factor) and v.contrasts is not None and kept[label] is not v:
                warnings.warn(f"contrasts dropped from factor {label} due to missing levels", stacklevel=3)
        variables = kept
    return ModelFrame(
        formula, variables, rows, data.index if len(rows) == n else data.index[rows], omitted, data.index, weight,
        total_offset(formula, variables, shift), na_action, units,
    )


def _made(value: Any, given: Any) -> bool:
    """Whether `value` is memory of its own that was made of `given`: whole numbers as float64, the data's as they are.
    """
    return isinstance(value, np.ndarray) and value is not given and value.base is None


def _copy(value: Any) -> Any:
    """`value`, which no longer is the data's own memory."""
    return value.copy() if isinstance(value, np.ndarray) else value


def _at(rows: np.ndarray, value: Any) -> Any:
    """The elements of `value` at `rows`."""
    return value[rows] if isinstance(value, np.ndarray) else value.take(rows)


def _missing(found: Mapping[str, np.ndarray], keep: np.ndarray, na_action: str) -> np.ndarray:
    """Rows with a gap in anything the model uses; na.fail raises `ValueError` naming it."""
    guilty = [label for label, where in found.items() if (where & keep).any()]
    if guilty and na_action == "na.fail":
        raise ValueError(f"missing values in {', '.join(guilty)} (na_action is na.fail)")
    missing: np.ndarray = np.logical_or.reduce(list(found.values()))
    return missing


def total_offset(formula: Formula, variables: dict[str, Variable], shift: np.ndarray | None) -> np.ndarray | None:
    """The sum of the formula's offset() terms and `shift`, (n,), or None. Raises `ValueError` for a factor."""
    total = shift
    for label in formula.offsets:
        value = variables[label]
        if not isinstance(value, np.ndarray):
            raise ValueError(f"{label} must be numeric, one value a row")
        value = np.asarray(value)
        total = value if total is None else total + value
    return total


def factor_of(expression: str, frame: ModelFrame) -> tuple[np.ndarray, list[str]]:
    """The grouping factor `expression`: a variable of `frame`, or several joined by `:`, the last varying fastest.

    Returns codes (n,) int64 from 0, and the levels that occur. Numbers and text are made factors. Raises `KeyError`
    for a variable that the frame does not hold, `ValueError` for one that cannot be a factor.
    """
    crossed: Factor | None = None
    for label in leaves(expression):
        if label not in frame.variables:
            raise KeyError(f"the model frame has no variable {label}: pass it in extra")
        value = frame.variables[label]
        if isinstance(value, Columns):
            raise ValueError(f"grouping factor {expression}: {label} is a matrix")
        single = value if isinstance(value, Factor) and not value.logical else make_factor(value)
        crossed = single if crossed is None else crossed.cross_seen(single)
    if crossed is None:
        raise ValueError(f"grouping factor {expression!r} names no variable")
    crossed = crossed.drop_unused()
    return crossed.codes, crossed.levels
