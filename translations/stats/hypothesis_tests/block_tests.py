"""Tests of treatments in blocks, each treatment once a block: R's `friedman.test` and `quade.test`."""
from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np

from ..calls import called
from ..distributions import pchisq, pf
from ..formulas.frame import ModelFrame, factor_of, model_frame
from ..formulas.terms import parse
from ..language.factors import Factor, make_factor
from .htest import HTest, as_factor, sample, vector
from .rank_scores import midranks, tie_sum


def friedman_test(y: Any, groups: Any = None, blocks: Any = None, data: Any = None, subset: Any = None) -> HTest:
    """Friedman's rank sum test of treatments in blocks. R: stats::friedman.test.

    y: a matrix (blocks, treatments); numbers (n,) with their `groups` and `blocks`; or a formula "response ~ treatment
    | block". Each treatment is once in each block; blocks with missing values are left out. data, subset: of a formula.

    Returns the test: `str()` is R's text.

    Raises ValueError for another design, or fewer than two treatments or blocks. Source: Friedman (1937).

    >>> print(r.friedman_test("Reaction ~ Days | Subject", data=r.sleepstudy()))
    <BLANKLINE>
        Friedman rank sum test
    <BLANKLINE>
    data:  Reaction and Days and Subject
    Friedman chi-squared = 86.085, df = 9, p-value = 9.904e-15
    <BLANKLINE>
    """
    table, name = _table(y, groups, blocks, data, subset, "friedman_test")
    n, k = table.shape
    ranks = np.array([midranks(row) for row in table])
    ties = sum(tie_sum(row) for row in ranks)
    between = float(np.square(ranks.sum(axis=0) - n * (k + 1) / 2).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        q = float(12 * np.float64(between) / (n * k * (k + 1) - ties / (k - 1)))
    return HTest(statistic=vector(["Friedman chi-squared"], [q]), parameter=vector(["df"], [k - 1]),
                 p_value=float(pchisq(q, k - 1, lower_tail=False)), method="Friedman rank sum test", data_name=name)


def quade_test(y: Any, groups: Any = None, blocks: Any = None, data: Any = None, subset: Any = None) -> HTest:
    """Quade's test of treatments in blocks, which weighs the blocks by their ranges. R: stats::quade.test.

    y, groups, blocks, data, subset: as of `friedman_test`.

    Returns the test: `str()` is R's text. Where the order is one in all blocks F has no value, and the p-value is that
    of permutations.

    Raises ValueError for another design, or fewer than two treatments or blocks. Source: Quade (1979).

    >>> print(r.quade_test("Reaction ~ Days | Subject", data=r.sleepstudy()))
    <BLANKLINE>
        Quade test
    <BLANKLINE>
    data:  Reaction and Days and Subject
    Quade F = 19.153, num df = 9, denom df = 153, p-value < 2.2e-16
    <BLANKLINE>
    """
    table, name = _table(y, groups, blocks, data, subset, "quade_test")
    b, k = table.shape
    ranks = np.array([midranks(row) for row in table])
    scores = midranks(np.ptp(table, axis=1))[:, None] * (ranks - (k + 1) / 2)
    total, between = float(np.square(scores).sum()), float(np.square(scores.sum(axis=0)).sum()) / b
    if total == between:
        f, df, p = np.nan, [np.nan, np.nan], float(factorial(k)) ** (1 - b)
    else:
        f, df = (b - 1) * between / (total - between), [float(k - 1), float((b - 1) * (k - 1))]
        p = float(pf(f, df[0], df[1], lower_tail=False))
    return HTest(statistic=vector(["Quade F"], [f]), parameter=vector(["num df", "denom df"], df), p_value=p,
                 method="Quade test", data_name=name)


def _table(y: Any, groups: Any, blocks: Any, data: Any, subset: Any, function: str) -> tuple[np.ndarray, str]:
    """What is tested, (blocks, treatments) without gaps, and R's name of it."""
    if isinstance(y, str):
        data = groups if data is None else data
        values, treatment, block, name = _by_formula(y, data, subset, function)
    elif groups is None and blocks is None:
        try:
            table = np.asarray(y, dtype=float)
        except (TypeError, ValueError):
            table = np.empty(0)
        if table.ndim != 2:
            raise ValueError(f"{function} needs groups and blocks, or y as a matrix of blocks by treatments")
        return _whole(table), called(y, "y", function, 0, "y")
    elif groups is None or blocks is None:
        raise ValueError(f"{function} needs both groups and blocks")
    else:
        written = [called(one, key, function, i, key)
                   for i, (key, one) in enumerate({"y": y, "groups": groups, "blocks": blocks}.items())]
        name = f"{written[0]}, {written[1]} and {written[2]}"
        values, treatment, block = sample(y, "y"), as_factor(groups), as_factor(blocks)
        if not len(values) == len(treatment) == len(block):
            raise ValueError(f"y, groups and blocks must have the same length, not {len(values)}, {len(treatment)} and "
                             f"{len(block)}")
        if (treatment.codes < 0).any() or (block.codes < 0).any():
            raise ValueError("missing values are not allowed in groups or blocks")
    size = (len(block.levels), len(treatment.levels))
    counts = np.zeros(size, dtype=int)
    np.add.at(counts, (block.codes, treatment.codes), 1)
    if (counts != 1).any():
        i, j = np.argwhere(counts != 1)[0]
        raise ValueError(f"not an unreplicated complete block design: block {block.levels[i]} has treatment "
                         f"{treatment.levels[j]} {counts[i, j]} times")
    table = np.empty(size)
    table[block.codes, treatment.codes] = values
    return _whole(table), name


def _by_formula(formula: str, data: Any, subset: Any, function: str
                ) -> tuple[np.ndarray, Factor, Factor, str]:
    """Response, treatments and blocks (n,) of "response ~ treatment | block", and R's name of them."""
    left, _, right = formula.partition("~")
    parts = [part.strip() for part in right.split("|")]
    if data is None:
        raise ValueError(f"{function}({formula!r}) needs data")
    if len(parts) != 2 or not all(parts) or not left.strip():
        raise ValueError(f"{formula!r} must be 'response ~ treatment | block'")
    parsed = parse(f"{left} ~ {parts[0]} + {parts[1]}")
    frame = model_frame(parsed, data, subset=subset)
    treatment, block = (_factor(part, frame) for part in parts)
    return frame.response, treatment, block, f"{parsed.response} and {parts[0]} and {parts[1]}"


def _factor(name: str, frame: ModelFrame) -> Factor:
    """The factor `name` of a model frame, with the levels that occur."""
    codes, levels = factor_of(name, frame)
    return make_factor(np.array(levels, object)[codes])


def _whole(table: np.ndarray) -> np.ndarray:
    """The blocks without gaps. Raises ValueError for fewer than two, or fewer than two treatments."""
    table = table[~np.isnan(table).any(axis=1)]
    if min(table.shape) < 2:
        raise ValueError(f"{table.shape[0]} whole blocks of {table.shape[1]} treatments: there must be 2 of each")
    return table
