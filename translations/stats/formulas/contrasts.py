"""R's contrast matrices: rows are levels, columns carry R's labels.

Each `contr_*` takes a number of levels or the levels themselves and returns a frame of shape (levels, levels - 1), or
(levels, levels) when `contrasts=False`. Columns that R leaves unlabelled (`contr_sum`, `contr_helmert`) are labelled
"1", "2", ... as in R's coefficient names.  Source: R's stats::contrasts and contr.*; Chambers & Hastie (1992),
section 2.3.2.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from translations.settings import option

from ..arguments import as_numbers
from ..language.limits import require_size

Levels = int | Sequence[Any]
Coding = tuple[np.ndarray, tuple[str, ...]]


def _levels(n: Levels) -> list[str]:
    if not isinstance(n, int) and not hasattr(n, "__iter__"):
        raise ValueError(f"contrasts need a number of levels or the levels, not {type(n).__name__}")
    names = [str(i + 1) for i in range(int(n))] if isinstance(n, (int, float)) else [str(level) for level in n]
    if len(names) < 2:
        raise ValueError(f"not enough levels to define contrasts: {names}")
    return names


def _frame(names: list[str], values: np.ndarray, columns: Sequence[str], contrasts: bool) -> pd.DataFrame:
    if not contrasts:
        return pd.DataFrame(np.eye(len(names)), index=names, columns=names)
    return pd.DataFrame(values, index=names, columns=list(columns))


def contr_treatment(n: Levels, base: int = 1, contrasts: bool = True) -> pd.DataFrame:
    """Contrasts of each level with a reference level. R: stats::contr.treatment.

    n: a number of levels, or the levels. base: the number of the reference, from 1. contrasts: False for an indicator
    of every level.

    Returns a frame (levels, levels - 1).

    Raises ValueError for fewer than two levels, or where there is no level of that number.

    >>> r.contr_treatment(["a", "b", "c"]).columns.tolist()
    ['b', 'c']
    """
    names = _levels(n)
    base = int(base)
    if not 1 <= base <= len(names):
        raise ValueError(f"baseline level {base} is not among the {len(names)} levels")
    values = np.delete(np.eye(len(names)), base - 1, axis=1)
    return _frame(names, values, names[: base - 1] + names[base:], contrasts)


def contr_SAS(n: Levels, contrasts: bool = True) -> pd.DataFrame:
    """Contrasts of each level with the last. R: stats::contr.SAS.

    n: a number of levels, or the levels. contrasts: False for an indicator of every level.

    Returns a frame (levels, levels - 1).

    Raises ValueError for fewer than two levels.

    >>> r.contr_SAS(3).to_numpy().tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    """
    return contr_treatment(n, base=len(_levels(n)), contrasts=contrasts)


def contr_sum(n: Levels, contrasts: bool = True) -> pd.DataFrame:
    """Contrasts of each level but the last with the mean of all. R: stats::contr.sum.

    n: a number of levels, or the levels. contrasts: False for an indicator of every level.

    Returns a frame (levels, levels - 1).

    Raises ValueError for fewer than two levels.

    >>> r.contr_sum(3).to_numpy().tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]
    """
    names = _levels(n)
    k = len(names)
    return _frame(names, np.vstack([np.eye(k - 1), -np.ones((1, k - 1))]), [str(i) for i in range(1, k)], contrasts)


def contr_helmert(n: Levels, contrasts: bool = True) -> pd.DataFrame:
    """Contrasts of each level from the second with the mean of those before it. R: stats::contr.helmert.

    n: a number of levels, or the levels. contrasts: False for an indicator of every level.

    Returns a frame (levels, levels - 1).

    Raises ValueError for fewer than two levels.

    >>> r.contr_helmert(3).to_numpy().tolist()
    [[-1.0, -1.0], [1.0, -1.0], [0.0, 2.0]]
    """
    names = _levels(n)
    k = len(names)
    values = (np.diag(np.arange(1.0, k), -1) - np.triu(np.ones((k, k))))[:, :-1]
    return _frame(names, values, [str(i) for i in range(1, k)], contrasts)


def contr_poly(n: Levels, scores: Sequence[float] | None = None, contrasts: bool = True) -> pd.DataFrame:
    """Orthonormal polynomials over the levels' scores. R: stats::contr.poly.

    n: a number of levels, or the levels. scores: (levels,), 1, 2, ... unless given. contrasts: False for all degrees,
    the constant included.

    Returns a frame (levels, levels - 1), columns `.L`, `.Q`, `.C`, `^4`, ...

    Raises ValueError when there are not as many distinct scores as levels.

    >>> r.contr_poly(3)[".Q"].round(4).tolist()
    [0.4082, -0.8165, 0.4082]
    """
    names = _levels(n)
    x = np.arange(1.0, len(names) + 1) if scores is None else np.asarray(scores, float)
    if len(np.unique(x)) != len(names):
        raise ValueError(f"'scores' must be {len(names)} distinct numbers, one a level")
    powers = np.vander(x - x.mean(), increasing=True)
    q, r = np.linalg.qr(powers)
    columns = [".L", ".Q", ".C", *(f"^{power}" for power in range(4, len(names)))][: len(names) - 1]
    return _frame(names, (q * np.sign(np.diag(r)))[:, 1:], columns, contrasts)


BY_NAME: dict[str, Callable[..., pd.DataFrame]] = {
    "contr_treatment": contr_treatment, "contr_sum": contr_sum, "contr_helmert": contr_helmert,
    "contr_poly": contr_poly, "contr_SAS": contr_SAS,
}


@dataclass(frozen=True)
class Chosen:
    """What `C(f, contr, how_many, ...)` chose for a factor: `more` is for the function that makes the matrix."""

    contr: Any
    how_many: int | None
    more: dict[str, Any]


def _chosen(chosen: Chosen, levels: Sequence[str], ordered: bool, name: str) -> str | pd.DataFrame:
    """A name, or a matrix (levels, k): completed by orthogonal columns where it has too few (R: `contrasts<-`)."""
    contr: Any = chosen.contr if chosen.contr is not None else option("contrasts")[ordered]
    if isinstance(contr, str) and chosen.how_many is None and not chosen.more:
        return contr
    if isinstance(contr, str):
        contr = BY_NAME.get(contr.replace(".", "_"), contr)
    matrix: Any = contr(len(levels), **chosen.more) if callable(contr) else contr
    values = np.asarray(matrix, float)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or len(values) != len(levels):
        raise ValueError(f"contrasts for {name} need one row a level: {len(levels)}, not {values.shape}")
    asked, k = chosen.how_many or len(levels) - 1, values.shape[1]
    named = isinstance(matrix, pd.DataFrame) and not isinstance(matrix.columns, pd.RangeIndex)
    labels = [str(one) for one in matrix.columns] if named else None
    if k < asked:
        q, r = np.linalg.qr(np.column_stack([np.ones(len(levels)), values]), mode="complete")
        if np.abs(np.diag(r)).min() < 1e-7 * np.abs(np.diag(r)).max():
            raise ValueError(f"the contrast matrix for {name} is singular")
        values = np.column_stack([values, q[:, k + 1:asked + 1]])
        labels = [*labels, *[""] * (asked - k)] if labels is not None else None
    return pd.DataFrame(values, columns=labels).iloc[:, :asked]


def dummies(levels: Sequence[str]) -> Coding:
    """One indicator a level: the coding of a factor whose margin is not in the model. Shape (levels, levels)."""
    return np.eye(len(levels)), tuple(levels)


def coding(levels: Sequence[str], ordered: bool, choice: Any = None, name: str = "the factor") -> Coding:
    """The contrast matrix, shape (levels, k), and its column labels for one factor.

    `choice` is None (what `options(contrasts=)` has for ordered factors and for others), a name ("contr.sum"), a
    function of the number of levels, or a matrix, whose columns are used as they are.
    Raises `ValueError` naming the factor.
    """
    if len(levels) < 2:
        raise ValueError(f"contrasts can be applied only to factors with 2 or more levels: {name} has {list(levels)}")
    require_size(float(len(levels)) ** 2, f"the contrasts of {name}, with {len(levels):,} levels,")
    if isinstance(choice, Chosen):
        choice = _chosen(choice, levels, ordered, name)
    if choice is None:
        choice = option("contrasts")[ordered]
    if isinstance(choice, str):
        return _by_name(tuple(levels), choice.replace(".", "_"), name)
    try:
        matrix = choice(len(levels)) if callable(choice) else choice
    except TypeError as error:
        raise ValueError(f"contrasts for {name} cannot be made of {len(levels)} levels: {error}") from None
    values = as_numbers(matrix, f"contrasts for {name}")
    if values.ndim != 2 or len(values) != len(levels):
        raise ValueError(f"contrasts for {name} need one row a level: shape ({len(levels)}, k), not {values.shape}")
    if not isinstance(matrix, pd.DataFrame) or isinstance(matrix.columns, pd.RangeIndex):
        return values, tuple(str(i + 1) for i in range(values.shape[1]))
    return values, tuple(str(column) for column in matrix.columns)


@lru_cache(maxsize=256)
def _by_name(levels: tuple[str, ...], choice: str, name: str) -> Coding:
    if choice not in BY_NAME:
        raise ValueError(f"unknown contrasts {choice!r} for {name}: use one of {', '.join(BY_NAME)}")
    matrix = BY_NAME[choice](levels)
    return matrix.to_numpy(), tuple(matrix.columns)
