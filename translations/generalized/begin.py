"""Where the fit of each family begins, and which responses it takes. R: the `initialize` of stats::family's objects."""
from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from translations.stats.arguments import as_numbers
from translations.stats.formulas.frame import ModelFrame, as_frame, require_finite, vector
from translations.stats.language.factors import Factor
from translations.stats.language.poly import Columns

from .links import Floats


@dataclass(frozen=True)
class Start:
    """y: (n,) the response, proportions for binomial counts;  n: (n,) trials;  weights: (n,) prior weights, times the
    trials;  mustart: (n,) the first means.
    """

    y: Floats
    n: Floats
    weights: Floats
    mustart: Floats


def numeric(response: Floats | Factor | Columns, what: str) -> Floats:
    """The response as numbers (n,), truth values as 0 and 1. Raises ValueError naming it otherwise."""
    if isinstance(response, Factor):
        if response.logical:
            return response.codes.astype(float)
        raise ValueError(f"the response {what} must be numeric for this family, but is a factor or text")
    if isinstance(response, Columns):
        if response.values.shape[1] > 1:
            raise ValueError(f"the response {what} is a matrix of {response.values.shape[1]} columns: only binomial "
                             "families take two, cbind(successes, failures)")
        response = response.values[:, 0]
    require_finite(response, f"the response {what}")
    return np.array(response, float)


def of_rows(value: Any, name: str, frame: ModelFrame, data: Any) -> Floats | None:
    """`mustart` or `etastart`, one for each row used (n,): an array of these or of all the data's rows, a column's
    name, or an expression as text. Raises ValueError for another number of them.
    """
    if value is None:
        return None
    if isinstance(value, str):
        value = vector(value, as_frame(data), name)
    values = as_numbers(value, name)
    if values.shape == (len(frame.data_index),):
        values = values[frame.rows]
    if values.shape != (frame.n,):
        raise ValueError(f"{name} must have {frame.n} values, one an observation used; it has shape {values.shape}")
    return values


def starts_of(arguments: Mapping[str, Any], frame: ModelFrame, data: Any) -> dict[str, Floats]:
    """`etastart` and `mustart`, as `of_rows`, of a call's arguments, where they were given: columns of R's model frame.
    """
    found = {name: of_rows(arguments.get(name), name, frame, data) for name in ("etastart", "mustart")}
    return {name: values for name, values in found.items() if values is not None}


def _refuse(y: Floats, bad: Floats, what: str, said: str) -> None:
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise ValueError(f"{said}: {what} is {y[row]:g} in row {row + 1} of those used")


def _start(y: Floats, weights: Floats, mustart: Floats) -> Start:
    return Start(y, np.ones(len(y)), weights, mustart)


def binomial(response: Floats | Factor | Columns, weights: Floats, what: str, link: str, quasi: bool = False) -> Start:
    """Successes as 0 and 1, as a factor (its first level is failure), as proportions, or beside failures."""
    family = "quasibinomial" if quasi else "binomial"
    if isinstance(response, Columns) and response.values.shape[1] == 2:
        return _counts_of_two(response.values, weights, family, what)
    if isinstance(response, Columns) and response.values.shape[1] != 1:
        raise ValueError(f"for the '{family}' family, {what} must be a vector of 0 and 1's or a 2 column matrix where "
                         "col 1 is no. successes and col 2 is no. failures")
    if isinstance(response, Factor) and not response.logical:
        y = (response.codes != 0).astype(float)
    else:
        y = numeric(response, what)
    y[weights == 0.0] = 0.0
    _refuse(y, (y < 0.0) | (y > 1.0), what, "y values must be 0 <= y <= 1")
    successes = weights * y
    if not quasi and (np.abs(successes - np.round(successes)) > 0.001).any():
        warnings.warn("non-integer #successes in a binomial glm!", stacklevel=4)
    return _start(y, weights, (successes + 0.5) / (weights + 1.0))


def _counts_of_two(values: Floats, weights: Floats, family: str, what: str) -> Start:
    _refuse(values.min(axis=1), values.min(axis=1) < 0.0, what, "negative values are no counts")
    if family == "binomial" and (np.abs(values - np.round(values)) > 0.001).any():
        warnings.warn("non-integer counts in a binomial glm!", stacklevel=5)
    n = values[:, 0] + values[:, 1]
    y = np.where(n == 0.0, 0.0, values[:, 0] / np.where(n == 0.0, 1.0, n))
    return Start(y, n, weights * n, (n * y + 0.5) / (n + 1.0))


def counts(response: Floats | Factor | Columns, weights: Floats, what: str, link: str, family: str = "Poisson"
           ) -> Start:
    """Counts, none below 0."""
    y = numeric(response, what)
    _refuse(y, y < 0.0, what, f"negative values not allowed for the '{family}' family")
    return _start(y, weights, y + 0.1)


def quasi_counts(response: Floats | Factor | Columns, weights: Floats, what: str, link: str) -> Start:
    """As `counts`."""
    return counts(response, weights, what, link, "quasiPoisson")


def overdispersed_counts(response: Floats | Factor | Columns, weights: Floats, what: str, link: str) -> Start:
    """Counts, none below 0, for the negative binomial."""
    y = numeric(response, what)
    _refuse(y, y < 0.0, what, "negative values not allowed for the negative binomial family")
    return _start(y, weights, y + (y == 0.0) / 6.0)


def positive(response: Floats | Factor | Columns, weights: Floats, what: str, link: str) -> Start:
    """Numbers above 0."""
    y = numeric(response, what)
    _refuse(y, y <= 0.0, what, "positive values only are allowed for this family")
    return _start(y, weights, y)


def gaussian(response: Floats | Factor | Columns, weights: Floats, what: str, link: str) -> Start:
    """Any numbers that the link can begin from."""
    y = numeric(response, what)
    _refuse(y, (y == 0.0) if link == "inverse" else (y <= 0.0) & (link == "log"), what,
            "cannot find valid starting values: please specify some")
    return _start(y, weights, y)


def as_it_is(response: Floats | Factor | Columns, weights: Floats, what: str, link: str) -> Start:
    """The response itself."""
    y = numeric(response, what)
    return _start(y, weights, y)


def inside_unit(response: Floats | Factor | Columns, weights: Floats, what: str, link: str) -> Start:
    """The response, kept away from 0 and 1."""
    y = numeric(response, what)
    return _start(y, weights, np.clip(y, 0.001, 0.999))


def above_0(response: Floats | Factor | Columns, weights: Floats, what: str, link: str) -> Start:
    """The response, zeros moved to 0.1."""
    y = numeric(response, what)
    return _start(y, weights, y + 0.1 * (y == 0.0))
