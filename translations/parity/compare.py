"""How many digits two values share."""
from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from .flatten import Scalar, Values, item_of
from .tolerances import Tolerance, Tolerances, tolerance_for

# R's names of p-values and of standard errors, at the end of a label: a column's, or an item's of its own. Neither is a
# difference of larger numbers, as what stands beside it in a table may be.
P_VALUE = re.compile(r"(?:Pr\([^)]*\)|p[._]value|pval|p adj)(?:\[[^,\]]*\]|\])?$")
ERROR = re.compile(r"(?:Std\. Error|std\.error|\bSE)(?:\[[^,\]]*\]|\])?$")
DOUBLE = -math.log10(2.0**-53)      # 15.95: what two doubles can share at most


def digits(got: Scalar | None, expected: Scalar | None, scale: float | None = None) -> float:
    """Matching decimal digits of two numbers: the log relative error, absolute where `expected` is 0, from 0 to 15.95.

    Text, booleans and missing values match whole (15.95) or not at all (0). `scale` replaces |expected| as what the
    error is relative to.
    """
    if is_number(got) and is_number(expected):
        if got == expected:
            return DOUBLE
        error = abs(float(got) - float(expected)) / (scale or abs(float(expected)) or 1.0)
        return min(max(0.0, -math.log10(error)), DOUBLE) if error else DOUBLE
    return DOUBLE if type(got) is type(expected) and got == expected else 0.0


@dataclass(frozen=True)
class Difference:
    """One value that two sides give differently (or not at all: None)."""

    label: str
    got: Scalar | None
    expected: Scalar | None
    digits: float
    demanded: float

    def __str__(self) -> str:
        return (f"{self.label}: {show(self.got)} where {show(self.expected)} is expected "
                f"({self.digits:.1f} digits of {self.demanded:g})")


@dataclass(frozen=True)
class Match:
    """What came of comparing two sets of labelled values.

    compared   how many labels
    fewest     the fewest digits that any of them shares
    worst      the label that has the fewest
    short      those that fall short of their tolerance
    """

    compared: int
    fewest: float
    worst: str
    short: tuple[Difference, ...]


def match(got: Values, expected: Values, tolerance: Tolerances, reference: str, subset: bool = False,
          demanded: float | None = None) -> Match:
    """Compare by label. `subset`: `got` need not have every label. `demanded` overrides the tolerance's digits.

    A label that `expected` does not have is a difference, and so is, unless `subset`, one that `got` does not have.
    """
    got, expected = one_label(got), one_label(expected)
    sizes = scales(expected)
    compared: list[tuple[float, str]] = []
    short: list[Difference] = []
    for label in [*expected, *(label for label in got if label not in expected)]:
        if subset and label not in got:
            continue
        allowed = tolerance_for(label, tolerance)
        need = allowed.digits(reference) if demanded is None else demanded
        scale, need = held_to(label, expected.get(label), allowed, need, sizes)
        shared = digits(got.get(label), expected.get(label), scale)
        compared.append((shared, label))
        if shared < need or label not in got or label not in expected:
            short.append(Difference(label, got.get(label), expected.get(label), shared, need))
    fewest, worst = min(compared, default=(0.0, ""))
    return Match(len(compared), fewest, worst, tuple(sorted(short, key=lambda one: one.digits)))


def held_to(label: str, expected: Scalar | None, allowed: Tolerance, need: float, sizes: Mapping[str, float]
            ) -> tuple[float | None, float]:
    """What a value's error is relative to (None: the value), and the digits demanded. sizes: `scales` of its answer."""
    if allowed.relative_to != "item" or expected is None:
        return None, need
    if ERROR.search(label):
        return None, need
    if not (P_VALUE.search(label) and is_number(expected)):
        return sizes[item_of(label)], need
    by_itself, after_point = need - lost_in_tail(expected), allowed.p_after_point
    if after_point is not None and abs(float(expected)) * 10.0**-by_itself < 10.0**-after_point:
        return 1.0, after_point
    return None, by_itself


def lost_in_tail(p: Scalar) -> float:
    """The digits that a p-value has less than its statistic, where that is known relative to the item: the logarithm of
    a normal's or a chi-squared tail falls by up to twice its size for each part of the statistic.
    """
    return math.log10(1.0 - 2.0 * math.log(float(p))) if is_number(p) and 0.0 < p < 1.0 else 0.0


def one_label(values: Values) -> Values:
    """The values with lme4's criterion under one label: "deviance" is "-2*log(L)" since lme4 1.1-37."""
    return {label.replace("-2*log(L)", "deviance"): value for label, value in values.items()}


def show(value: Scalar | None) -> str:
    """A value with all its digits; a label that is absent says so."""
    if value is None:
        return "nothing"
    return f"{value:.17g}" if isinstance(value, float) else repr(value)


def scales(values: Mapping[str, Scalar]) -> dict[str, float]:
    """The largest absolute number of each item, 0 where it has none."""
    largest: dict[str, float] = {}
    for label, value in values.items():
        item, size = item_of(label), abs(float(value)) if is_number(value) else 0.0
        largest[item] = max(largest.get(item, 0.0), size)
    return largest


def is_number(value: Scalar | None) -> TypeGuard[float]:
    """Whether a value is a number; a boolean is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
