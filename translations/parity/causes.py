"""Guesses at why two answers differ, from how they differ. A hint for whoever reads a failure, never a judgement."""
from __future__ import annotations

import math
from collections.abc import Sequence

from translations.parity.compare import Difference, is_number
from translations.parity.flatten import Values


def likely_cause(short: Sequence[Difference], got: Values, expected: Values, against: str) -> str:
    """One sentence on the likely cause of the differences `short` between two answers; "" when there are none."""
    if not short:
        return ""
    if got.keys() != expected.keys():
        return _of_labels(got, expected)
    if _of_small_sigma([one.label for one in short], expected):
        return "lmerTest's numerical derivatives: its steps of 1e-4 are larger than sigma, and its df wrong"
    pairs = [(float(one.got), float(one.expected)) for one in short
             if is_number(one.got) and is_number(one.expected)]
    if len(pairs) < len(short):
        return "text, a boolean or a missing value: the order of factor levels, or how missing values are treated"
    errors = [abs(a - b) / abs(b) if b else abs(a) for a, b in pairs]
    if max(errors) > 1e-3 and _multiset(got) == _multiset(expected):
        return "the same values under other labels: the order of factor levels"
    if all(math.isclose(a, -b, rel_tol=1e-6) for a, b in pairs):
        return "signs are flipped: contrasts, or the order of factor levels"
    if all(_rounds_to(a, b) for a, b in pairs):
        return "one side is the other rounded: print rounding"
    if max(errors) < 1e-4:
        return "optimizer noise" if "tight" not in against else "an optimizer that stopped early"
    if max(errors) < 0.2 and len({a > b for a, b in pairs}) == 1:
        return "ML against REML, or a divisor n against n - p"
    return "contrasts, or another model than R's"


def _of_small_sigma(labels: Sequence[str], expected: Values) -> bool:
    """Whether degrees of freedom and their p-values are all that differs, and the answer has a sigma as small as
    `translations.lme4.satterthwaite` warns of.
    """
    sigmas = [value for label, value in expected.items() if label.split("$")[-1] in ("sigma", "x[sigma]")]
    small = any(is_number(value) and 0.0 < float(value) < 1.8e-5 for value in sigmas)
    return small and all(any(mark in label for mark in ("df", "DenDF", "Pr(>")) for label in labels)


def _of_labels(got: Values, expected: Values) -> str:
    absent = [label for label in expected if label not in got]
    extra = [label for label in got if label not in expected]
    if absent and extra:
        return f"labels differ ({extra[0]} here, {absent[0]} there): contrasts, or the order of factor levels"
    return f"only one side has {(absent or extra)[0]}: version drift, or an incomplete answer"


def _multiset(values: Values) -> list[str]:
    return sorted(f"{value:.6g}" if isinstance(value, float) else str(value) for value in values.values())


def _rounds_to(a: float, b: float) -> bool:
    """Whether one is the other at 2 to 8 significant digits."""
    return any(float(f"{a:.{digits}g}") == b or float(f"{b:.{digits}g}") == a for digits in range(2, 9))
