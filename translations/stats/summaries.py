"""What formulas make of a whole variable: means, ranks, quantiles, running sums, sequences, group means."""
from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from .language.arithmetic import MISSING, OPERATORS, integer, limited, recycled
from .language.collation import ranks
from .language.factors import Factor, make_factor
from .language.limits import require_size
from .language.logic import both, either, number, text, textual, truth
from .language.poly import Columns


def summary(function: Callable[[np.ndarray], Any], of_none: float = np.nan) -> Callable[..., float]:
    """R's summary of numbers that is `function`, `of_none` for none: NaN when one is missing, unless `na_rm`."""

    def apply(*args: Any, na_rm: bool = False) -> float:
        x = np.concatenate([np.ravel(number(arg)) for arg in args])
        x = x[~np.isnan(x)] if na_rm else x
        with np.errstate(all="ignore"):
            return float(function(x)) if len(x) else of_none

    return apply


def total(*args: Any, na_rm: bool = False) -> Any:
    """The sum; NA of integers when it is too large for one (R: sum)."""
    whole = [one for one in map(integer, args) if one is not None]
    if len(whole) == len(args):
        numbers = np.concatenate([one.ravel() for one in whole])
        known = numbers[numbers != MISSING]
        missing = len(known) < len(numbers) and not na_rm
        return limited(known.sum(keepdims=True), np.array([missing]))[0]
    return summary(np.sum, 0.0)(*args, na_rm=na_rm)


def _spread(x: np.ndarray) -> float:
    return np.var(x, ddof=1) if len(x) > 1 else np.nan


def quantile(x: Any, probs: Any = (0.0, 0.25, 0.5, 0.75, 1.0), na_rm: bool = False, names: bool = True,
             type: float = 7) -> np.ndarray:
    """Quantiles between the order statistics (R: quantile, type 7; Hyndman & Fan 1996)."""
    x, probs = np.ravel(number(x)), np.atleast_1d(number(probs))
    if type != 7:
        raise ValueError("only quantiles of type 7, R's default, are known")
    if np.isnan(x).any() and not na_rm:
        raise ValueError("missing values and NaN's not allowed if 'na.rm' is FALSE")
    if ((probs < 0) | (probs > 1)).any():
        raise ValueError("'probs' outside [0,1]")
    ordered = np.sort(x[~np.isnan(x)])
    if not len(ordered):
        return np.full(len(probs), np.nan)
    place = (len(ordered) - 1) * probs
    low = np.floor(place).astype(int)
    share, below = place - low, ordered[low]
    above = ordered[np.ceil(place).astype(int)]
    with np.errstate(invalid="ignore"):
        return np.where((share == 0) | (above == below), below, (1 - share) * below + share * above)


def rank(x: Any, na_last: Any = True, ties_method: str = "average") -> np.ndarray:
    """Ranks from 1, of text in R's order (R: rank).

    What is missing comes last, or stays missing when `na_last` is "keep".
    Raises `ValueError` for a way with ties or missing values that is not known.
    """
    if ties_method not in ("average", "min", "max", "first") or na_last not in (True, "keep"):
        raise ValueError("rank() knows ties.method average, min, max and first, and na.last TRUE and keep")
    if isinstance(x, Factor):
        x = np.where(x.codes < 0, np.nan, x.codes.astype(float))
    elif textual(x):
        words = text(x)
        place = ranks(word for word in words if word is not None)
        x = np.array([np.nan if word is None else place[word] for word in words])
    found = pd.Series(number(x)).rank(method=ties_method).to_numpy(copy=True)  # type: ignore[arg-type]
    missing = np.isnan(found)
    if na_last != "keep":
        found[missing] = (~missing).sum() + 1 + np.arange(missing.sum())
    return found


def _running(function: Callable[[np.ndarray], np.ndarray], whole: bool = False) -> Callable[[Any], Any]:
    def apply(x: Any) -> Any:
        exact = integer(x) if whole else None
        with np.errstate(all="ignore"):
            if exact is None:
                return function(np.ravel(number(x)))
            missing = np.logical_or.accumulate(exact == MISSING)
            sums = limited(np.cumsum(exact), missing)
        return np.where(np.logical_or.accumulate(np.isnan(sums)), np.nan, sums)

    return apply


def parallel(function: Callable[[Any, Any], Any], passing: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """R's pmin or pmax; `passing` is the one that passes over missing values."""
    return lambda *x, na_rm=False: reduce(passing if na_rm else function, recycled(*map(number, x)))


def differences(x: Any, lag: float = 1) -> Any:
    """The differences between elements `lag` apart, (n - lag,) (R: diff)."""
    if isinstance(x, Factor) and not x.logical:
        raise ValueError("differences are not meaningful for factors")
    after, before = (x.take(rows) if isinstance(x, Factor) else np.atleast_1d(x)[rows]
                     for rows in (slice(int(lag), None), slice(None, -int(lag))))
    return OPERATORS["-"](after, before)


def colon(a: Any, b: Any) -> Any:
    """R's `a:b`: from a by 1 to b; of two factors, their combinations."""
    if isinstance(a, Factor) and isinstance(b, Factor):
        return a.cross(b)
    start, end = (float(np.ravel(number(one))[0]) for one in (a, b))
    if not np.isfinite([start, end]).all():
        raise ValueError("NA/NaN argument")
    count = np.floor(abs(end - start) + 1e-10) + 1
    require_size(count, f"{start:.15g}:{end:.15g}")
    steps = np.arange(int(count)) * (1 if end >= start else -1)
    return int(start) + steps if start == int(start) else start + steps


def sequence(start: Any = 1.0, to: Any = None, by: Any = None, length_out: Any = None) -> Any:
    """R's seq: from, to, by; or of `length_out` equal steps; of one vector, 1 to its length."""
    if to is None and by is None and length_out is None:
        return colon(1, len(start) if np.ndim(start) else start)
    first = float(number(start))
    if length_out is not None:
        count = int(np.ceil(number(length_out)))
        require_size(count, f"seq() of {count:,} elements")
        step = 1.0 if by is None else float(number(by))
        if to is not None:
            step = (float(number(to)) - first) / max(count - 1, 1)
        return first + np.arange(count) * step
    last = float(number(to)) if to is not None else 1.0
    step = float(number(by)) if by is not None else np.copysign(1.0, last - first)
    if step == 0 and last == first:
        return np.array([first])
    if not (last - first) / step >= 0 if step else True:
        raise ValueError("wrong sign in 'by' argument")
    count = np.floor((last - first) / step + 1e-10) + 1
    require_size(count, f"seq() from {first:.15g} to {last:.15g} by {step:.15g}")
    values = first + np.arange(int(count)) * step
    return np.minimum(values, last) if step > 0 else np.maximum(values, last)


def repeated(x: Any, times: Any = None, each: Any = 1, length_out: Any = None) -> Any:
    """R's rep: each element `each` times, the whole `times`, or up to `length_out` elements."""
    x = number(x) if isinstance(x, Columns) else x
    each, n = int(number(each)), len(x) if np.ndim(x) or isinstance(x, Factor) else 1
    counts = np.atleast_1d(number(1.0 if times is None else times))
    require_size(n * each * float(counts.max(initial=0)) if length_out is None else float(number(length_out)), "rep()")
    at = np.repeat(np.arange(n), each)
    if length_out is not None:
        at = np.resize(at, int(number(length_out)))
    else:
        at = np.tile(at, int(counts[0])) if len(counts) == 1 else np.repeat(at, counts.astype(int))
    return x.take(at) if isinstance(x, Factor) else np.atleast_1d(x)[at]


def group_means(x: Any, *groups: Any, FUN: Callable[..., Any] | None = None) -> np.ndarray:  # noqa: N803
    """FUN, the mean unless given, of the elements of each combination of `groups`, at each of them (R: ave)."""
    values, function = number(x).astype(float), FUN or SUMMARIES["mean"]
    crossed: Factor | None = None
    for group in groups:
        one = group if isinstance(group, Factor) else make_factor(np.asarray(group))
        crossed = one if crossed is None else crossed.cross_seen(one)
    codes = np.zeros(len(values), dtype=np.int64) if crossed is None else crossed.codes
    result = values.copy()
    for code in np.unique(codes[codes >= 0]):
        result[codes == code] = function(values[codes == code])
    return result


SUMMARIES: dict[str, Callable[..., Any]] = {
    "mean": summary(np.mean), "median": summary(np.median),
    "min": summary(np.min, np.inf), "max": summary(np.max, -np.inf),
    "sum": total, "prod": summary(np.prod, 1.0), "var": summary(_spread), "sd": summary(lambda x: np.sqrt(_spread(x))),
    "range": lambda *x, na_rm=False: np.array([SUMMARIES[one](*x, na_rm=na_rm) for one in ("min", "max")]),
    "IQR": lambda x, na_rm=False: float(np.diff(quantile(x, (0.25, 0.75), na_rm))[0]),
    "mad": summary(lambda x: 1.4826 * np.median(np.abs(x - np.median(x)))),
    "any": lambda *x: reduce(either, (reduce(either, np.atleast_1d(truth(one)), np.array([False])) for one in x)),
    "all": lambda *x: reduce(both, (reduce(both, np.atleast_1d(truth(one)), np.array([True])) for one in x)),
    "quantile": quantile, "rank": rank, "diff": differences, "ave": group_means,
    "cumsum": _running(np.cumsum, True), "cumprod": _running(np.cumprod),
    "cummax": _running(np.maximum.accumulate), "cummin": _running(np.minimum.accumulate),
    "pmin": parallel(np.minimum, np.fmin), "pmax": parallel(np.maximum, np.fmax),
    "seq": sequence, "seq_len": lambda n: sequence(1.0, length_out=n), "rep": repeated,
    "seq_along": lambda x: np.arange(1, len(x) + 1),
    "rev": lambda x: x.take(slice(None, None, -1)) if isinstance(x, Factor | Columns) else np.atleast_1d(x)[::-1],
    "length": lambda x: len(x) if np.ndim(x) or isinstance(x, Factor) else 1,
}
