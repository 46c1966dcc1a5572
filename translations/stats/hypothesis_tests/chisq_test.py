"""Pearson's chi-squared tests of counts: R's `chisq.test`."""
from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import NA, Matrix, Vector
from translations.printing.numbers import format_number
from translations.random import RStream
from translations.random.tables import random_tables

from ..arguments import as_count, as_numbers
from ..calls import called
from ..distributions import pchisq
from ..language.factors import Factor
from .htest import HTest, as_factor, vector


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ChisqTest(HTest):
    """A chi-squared test. `str()` is R's printed text.

    observed, expected: counts;  residuals: Pearson's, (observed - expected) / sqrt(expected);  stdres: standardized;
                        each a Matrix (rows, columns) or, for given probabilities, a Vector (k,)
    """

    observed: Matrix | Vector
    expected: Matrix | Vector
    residuals: Matrix | Vector
    stdres: Matrix | Vector


def chisq_test(x: Any, y: Any = None, correct: bool = True, p: Any = None, rescale_p: bool = False,
               simulate_p_value: bool = False, B: int = 2000, seed: int | RStream | None = None) -> ChisqTest:  # noqa: N803
    """Chi-squared test of independence, or of given probabilities. R: stats::chisq.test.

    x:         counts: a table (rows, columns), or (k,) to be compared with `p`; or a factor (n,) beside y
    y:         a factor (n,): the counts are then of the pairs of x and y that are not missing
    correct:   whether a table of 2 by 2 is corrected for continuity (Yates)
    p:         probabilities (k,), by default all the same;  rescale_p: whether they are divided by their sum
    simulate_p_value: whether the p-value is the share of `B` random tables with the same margins, or of samples of the
               probabilities, that are as far from what is expected; the table itself counts as one more
    seed:      of R's stream, a number or an `RStream`, where it is simulated

    Returns the test, with `.expected`, `.residuals`, `.stdres`: `str()` is R's text.

    Raises ValueError for counts below 0 or all 0, fewer than two of them or fewer than two levels, probabilities that
    do not sum to 1, B below 1. Source: Pearson (1900), Yates (1934); of simulated p-values Hope (1968), Patefield
    (1981).

    >>> counts = [[12, 5], [7, 9]]
    >>> print(r.chisq_test(counts))
    <BLANKLINE>
        Pearson's Chi-squared test with Yates' continuity correction
    <BLANKLINE>
    data:  counts
    X-squared = 1.456, df = 1, p-value = 0.2276
    <BLANKLINE>
    """
    name = called(x, "x", "chisq_test", 0, "x")
    if y is not None and np.ndim(x) < 2:
        name = f"{name} and {called(y, 'y', 'chisq_test', 1, 'y')}"
        counts: Any = _crossed(as_factor(x), as_factor(y))
    else:
        counts = x
    observed = as_numbers(counts, "x")
    if observed.ndim > 2:
        raise ValueError(f"x must be a table of rows and columns, not of {observed.ndim} dimensions")
    if not (observed >= 0).all() or np.isinf(observed).any():
        raise ValueError("all entries of x must be nonnegative and finite")
    if not observed.sum():
        raise ValueError("at least one entry of x must be positive")
    replicates = as_count(B, "B") if simulate_p_value else 0
    if observed.ndim == 2 and min(observed.shape) > 1:
        test = _independence(observed, counts, correct and not replicates, name, replicates)
    else:
        test = _given(observed.ravel(), counts, p, rescale_p, name, replicates)
    return _simulated(test, replicates, seed) if replicates else test


def _simulated(test: ChisqTest, replicates: int, seed: int | RStream | None) -> ChisqTest:
    """The same test, its p-value by simulation."""
    stream = seed if isinstance(seed, RStream) else RStream(seed)
    observed, expected = test.observed.to_numpy(float), test.expected.to_numpy(float)
    if observed.ndim == 2:
        rows, columns = (observed.sum(axis=axis) for axis in (1, 0))
        if not (rows.all() and columns.all()):
            warnings.warn("cannot compute simulated p-value with zero marginals", stacklevel=3)
            return test
        drawn = random_tables(replicates, rows.astype(int).tolist(), columns.astype(int).tolist(), stream)
    else:
        n, k = int(observed.sum()), len(observed)
        cells = stream.sample_int(k, replicates * n, replace=True, prob=expected / n) - 1
        drawn = np.array([np.bincount(one, minlength=k) for one in cells.reshape(replicates, n)])
    far = ((drawn - expected) ** 2 / expected).reshape(replicates, -1).sum(axis=1)
    x2 = float(((observed - expected) ** 2 / expected).sum())
    as_far = int((far >= (1.0 - 64.0 * np.finfo(float).eps) * x2).sum())
    return replace(test, p_value=(1.0 + as_far) / (replicates + 1.0), parameter=vector(["df"], [NA]), method=(
        f"{test.method} with simulated p-value\n\t (based on {format_number(replicates)} replicates)"))


def _crossed(x: Factor, y: Factor) -> Matrix:
    """How often each pair of levels occurs."""
    if len(x) != len(y):
        raise ValueError(f"x and y must have the same length, not {len(x)} and {len(y)}")
    known = (x.codes >= 0) & (y.codes >= 0)
    x, y = (one.take(known).drop_unused() for one in (x, y))
    if min(len(x.levels), len(y.levels)) < 2:
        raise ValueError("x and y must have at least 2 levels")
    counts = np.zeros((len(x.levels), len(y.levels)))
    np.add.at(counts, (x.codes, y.codes), 1)
    return Matrix(counts, index=x.levels, columns=y.levels)


def _independence(observed: np.ndarray, labels: Any, correct: bool, name: str, replicates: int) -> ChisqTest:
    n, rows, columns = observed.sum(), observed.sum(axis=1), observed.sum(axis=0)
    expected = np.outer(rows, columns) / n
    variance = np.outer(rows * (n - rows), columns * (n - columns)) / n**3
    yates, method = 0.0, "Pearson's Chi-squared test"
    if correct and observed.shape == (2, 2):
        yates = min(0.5, float(np.abs(observed - expected).min()))
        method += " with Yates' continuity correction" * (yates > 0)
    df = (len(rows) - 1) * (len(columns) - 1)

    def labelled(values: np.ndarray) -> Matrix:
        frame = isinstance(labels, pd.DataFrame)
        return Matrix(values, index=labels.index, columns=labels.columns) if frame else Matrix(values)

    approximate = not (replicates and rows.all() and columns.all())
    return _result(observed, expected, variance, yates, df, method, name, labelled, approximate)


def _given(observed: np.ndarray, labels: Any, p: Any, rescale: bool, name: str, replicates: int) -> ChisqTest:
    k = len(observed)
    if k < 2:
        raise ValueError("x must at least have 2 elements")
    share = np.full(k, 1.0 / k) if p is None else as_numbers(p, "p").ravel()
    if len(share) != k:
        raise ValueError(f"x and p must have the same number of elements, not {k} and {len(share)}")
    if not (share >= 0).all():
        raise ValueError("probabilities must be non-negative")
    if abs(share.sum() - 1.0) > np.sqrt(np.finfo(float).eps):
        if not rescale:
            raise ValueError(f"probabilities must sum to 1, not {share.sum():g}: rescale_p=True divides them by it")
        share = share / share.sum()
    n = observed.sum()
    index = labels.index if isinstance(labels, pd.Series) else pd.RangeIndex(k)
    return _result(observed, n * share, n * share * (1 - share), 0.0, k - 1,
                   "Chi-squared test for given probabilities", name, lambda values: Vector(values, index=index),
                   not replicates)


def _result(observed: np.ndarray, expected: np.ndarray, variance: np.ndarray, yates: float, df: int, method: str,
            name: str, labelled: Any, approximate: bool) -> ChisqTest:
    difference = observed - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        x2 = float(((np.abs(difference) - yates) ** 2 / expected).sum())
        residuals, stdres = difference / np.sqrt(expected), difference / np.sqrt(variance)
    if approximate and (expected < 5).any():
        warnings.warn("Chi-squared approximation may be incorrect", stacklevel=4)
    return ChisqTest(
        statistic=vector(["X-squared"], [x2]), parameter=vector(["df"], [df]),
        p_value=float(pchisq(x2, df, lower_tail=False)), method=method, data_name=name, observed=labelled(observed),
        expected=labelled(expected), residuals=labelled(residuals), stdres=labelled(stdres),
    )
