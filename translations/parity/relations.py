"""Relations between two columns of numbers that betray a fault: factors, functions, rounding, order, contrasts."""
from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, pairwise

Column = tuple[list[str], list[float], list[float]]  # labels, ours, theirs
EXACT = 1e-9
_CHANCE = re.compile(r"\bp\b|Pr\(|p[._ -]?val", re.IGNORECASE)
_LIKELIHOOD = re.compile(r"log|dev|\bll|crit", re.IGNORECASE)

FACTORS = {
    180.0 / math.pi: "degrees against radians",
    math.log(10.0): "logarithms to base 10 against natural ones",
    1.0 / math.log(2.0): "logarithms to base 2 against natural ones",
    3600.0: "hours against seconds", 86400.0: "days against seconds", 365.25: "years against days",
    2.54: "inches against centimetres",
    0.45359237: "pounds against kilograms", 1.609344: "miles against kilometres",
    **{10.0**k: f"a unit or a decimal point: a factor of {10**k}" for k in (3, 6, 9)},
}
FUNCTIONS: dict[str, Callable[[float], float]] = {
    "squares, as of variances against standard deviations": lambda x: x * x,
    "natural logarithms on one side": math.exp, "logarithms to base 10 on one side": lambda x: 10.0**x,
    "logarithms to base 2 on one side": lambda x: 2.0**x, "reciprocals": lambda x: 1.0 / x,
    "degrees Fahrenheit against Celsius": lambda x: 1.8 * x + 32.0,
    "kelvin against degrees Celsius": lambda x: x + 273.15,
}


def close(a: float, b: float, rel: float = EXACT) -> bool:
    """Whether two numbers agree to `rel` of the larger."""
    return math.isclose(a, b, rel_tol=rel)


def relation(numbers: Sequence[tuple[str, float, float]]) -> str:
    """What turns one side's numbers into the other's, all of them; "" where none of these does."""
    pairs = [(a, b) for _, a, b in numbers]
    several = len({b for _, b in pairs}) > 1
    if all(close(a, -b) for a, b in pairs):
        return "signs are flipped"
    if _whole(pairs) and all(a != b and (a - b) % 2**32 == 0 for a, b in pairs):
        return "integer overflow: off by a multiple of 2^32"
    if several and _whole(pairs) and {a - b for a, b in pairs} in ({1.0}, {-1.0}):
        return "off by one, as by counting from 0 on one side"
    if all(_single(a, b) or _single(b, a) for a, b in pairs):
        return "single precision (32 bits) on one side"
    for ours, theirs, side in ((0, 1, "here"), (1, 0, "there")) if several else ():
        if said := _rounded([(pair[ours], pair[theirs]) for pair in pairs]):
            return f"{said} {side}"
    if several:
        return _scaled(numbers, pairs)
    return _decimal_point(*pairs[0]) if len(pairs) == 1 else ""


def _scaled(numbers: Sequence[tuple[str, float, float]], pairs: Sequence[tuple[float, float]]) -> str:
    if all(a and b for a, b in pairs) and all(close(a / b, pairs[0][0] / pairs[0][1]) for a, b in pairs):
        return _factor(pairs[0][0] / pairs[0][1], numbers)
    for said, function in FUNCTIONS.items():
        if all(_is(function, a, b) for a, b in pairs) or all(_is(function, b, a) for a, b in pairs):
            return said
    if all(0.0 <= min(pair) and max(pair) <= 1.0 and close(sum(pair), 1.0) for pair in pairs):
        return "complements to 1: the other tail, or failures against successes"
    if len(pairs) >= 3:
        steps = [a - b for a, b in pairs]
        size = max(abs(b) for _, b in pairs)
        if all(abs(step - steps[0]) < EXACT * size for step in steps) and abs(steps[0]) > 1e-6 * size:
            return "all are shifted by the same amount: centring, or another origin"
    if len(pairs) >= 4 and _on_a_line(pairs):
        return "all are rescaled alike: centring, scaling or units"
    return _root_of_counts(pairs)


def _factor(ratio: float, numbers: Sequence[tuple[str, float, float]]) -> str:
    ours, theirs = [abs(a) for _, a, _ in numbers], [abs(b) for _, _, b in numbers]
    if (close(ratio, 100.0) or close(ratio, 0.01)) and max(min(ours, theirs)) <= 1.0:
        return "percent against proportions"
    for factor, said in FACTORS.items():
        if close(ratio, factor) or close(ratio, 1.0 / factor):
            return said
    if (close(ratio, -2.0) or close(ratio, -0.5)) and all(_LIKELIHOOD.search(label) for label, _, _ in numbers):
        return "deviance against log-likelihood: a factor of -2"
    chances = all(0.0 <= b <= 1.0 and 0.0 <= a <= 1.0 for _, a, b in numbers)
    if chances and (close(ratio, 2.0) or close(ratio, 0.5)) and all(_CHANCE.search(label) for label, _, _ in numbers):
        return "one-sided against two-sided p-values"
    if _count(ratio) or _count(ratio * ratio):
        n = _count(ratio) or _count(ratio * ratio)
        return f"all differ by one factor, that of a divisor n against n - 1 for n = {n}"
    enough = len({*theirs}) > 2
    return f"all differ by one factor, {ratio:.6g}: a unit, a scale or a divisor" if enough else ""


def _count(ratio: float) -> int:
    """n, where a ratio or its reciprocal is n / (n - 1); 0 where it is not, or n is so small that many ratios are."""
    larger = max(ratio, 1.0 / ratio) if ratio > 0 else 1.0
    n = round(larger / (larger - 1.0)) if larger > 1.0 + 1e-7 else 0
    # 1.25, 0.9 and 1.0001 are such ratios too, and more often something else.
    short = close(larger, round(larger, 6), 1e-12) or close(1.0 / larger, round(1.0 / larger, 6), 1e-12)
    return n if n >= 4 and not short and close(larger, n / (n - 1.0), 1e-12) else 0


def _root_of_counts(pairs: Sequence[tuple[float, float]]) -> str:
    """Variances and standard deviations together: some differ by n / (n - 1), the others by its root."""
    if not all(a > 0 and b > 0 for a, b in pairs):
        return ""
    whole = {_count(a / b) for a, b in pairs}
    rooted = {_count((a / b) ** 2) for a, b in pairs}
    counts = {_count(a / b) or _count((a / b) ** 2) for a, b in pairs}
    if len(counts) == 1 and 0 not in counts and whole != counts and rooted != counts:
        return f"a divisor n against n - 1 for n = {counts.pop()}: population against sample variance"
    return ""


def _decimal_point(a: float, b: float) -> str:
    return next((f"a decimal point or a unit: a factor of {10**k}" for k in (1, 2, 3, 6)
                 if b and (close(a / b, 10.0**k, 1e-13) or close(a / b, 10.0**-k, 1e-13))), "")


def _is(function: Callable[[float], float], b: float, a: float) -> bool:
    try:
        return close(function(b), a) and a != b
    except (OverflowError, ZeroDivisionError, ValueError):
        return False


def _whole(pairs: Iterable[tuple[float, float]]) -> bool:
    return all(a == int(a) and b == int(b) for a, b in pairs)


def _single(a: float, b: float) -> bool:
    """Whether a is b in single precision, and no number of few digits, which is single by itself."""
    try:
        return a != b and len(f"{a:.17g}") > 10 and struct.unpack("f", struct.pack("f", b))[0] == a
    except OverflowError:
        return False


def _rounded(pairs: Sequence[tuple[float, float]]) -> str:
    """Whether the first of each pair is the second, rounded or cut, by one rule for all; it must have lost digits."""
    if any(len(f"{b:.15g}".strip("-").replace(".", "").lstrip("0")) < len(f"{a:.15g}".strip("-").replace(".", "")) + 2
           for a, b in pairs):
        return ""
    lost = max(abs(a - b) for a, b in pairs)
    for digits in range(9):
        # Of rounding some remainder is near half a unit; a small change of a short number leaves a much smaller one.
        if all(a == round(b, digits) for a, b in pairs) and lost > 0.1 * 10.0**-digits:
            return f"rounded to {digits} decimals" if digits else "rounded to whole numbers"
        if digits >= 2 and all(a == float(f"{b:.{digits}g}") for a, b in pairs):
            return f"rounded to {digits} digits"
    for digits in range(5):
        if all(close(a, math.trunc(b * 10**digits) / 10**digits, 1e-14) for a, b in pairs):
            return f"cut after {digits} decimals" if digits else "cut to whole numbers"
    return ""


def _on_a_line(pairs: Sequence[tuple[float, float]]) -> bool:
    (a, b), (c, d) = min(pairs, key=lambda p: p[1]), max(pairs, key=lambda p: p[1])
    if b == d or len({b for _, b in pairs}) < 4:
        return False
    slope = (c - a) / (d - b)
    size = max(abs(x) for x, _ in pairs)
    return slope != 0 and all(abs(x - (a + slope * (y - b))) < EXACT * size for x, y in pairs)


def order(columns: Iterable[Column]) -> str:
    """How the same values stand under other labels, in every item that differs; "" where they are not the same."""
    found = [_order(*column) for column in columns]
    return found[0] if found and all(found) else ""


def _order(labels: list[str], ours: list[float], theirs: list[float]) -> str:
    apart = [i for i, (a, b) in enumerate(zip(ours, theirs, strict=True)) if not close(a, b)]
    if len(apart) > 1 and all(close(a, b) for a, b in zip(sorted(ours), sorted(theirs), strict=True)):
        spread = max(abs(theirs[i] - theirs[j]) for i, j in pairwise(apart))
        if spread < 1e-6 * max(abs(theirs[i]) for i in apart):
            return ""
        cells = {label[label.rfind("[") + 1:-1]: at for at, label in enumerate(labels) if label.endswith("]")}
        turned = {key: ", ".join(reversed(key.split(", "))) for key in cells}
        if all(key.count(", ") == 1 and other in cells for key, other in turned.items()) and len(cells) > 2 and all(
                close(ours[cells[key]], theirs[cells[other]]) for key, other in turned.items()):
            return "a matrix is transposed"
        if len(apart) == 2:
            return f"{labels[apart[0]]} and {labels[apart[1]]} are swapped"
        orders = {"the values are in reverse order": theirs[::-1], "the values are sorted here": sorted(theirs),
                  "the values are sorted here, from the largest": sorted(theirs)[::-1]}
        for said, moved in orders.items():
            if all(close(a, b) for a, b in zip(ours, moved, strict=True)):
                return said
        return "the same values in another order: of rows, or of factor levels"
    steps = {a - b for a, b in zip(ours, theirs, strict=True)}
    if len(apart) > len(theirs) / 2 > 1.5 and len(steps) > 1:  # of one step only: they are shifted in value
        if all(close(a, b) for a, b in zip(ours[1:], theirs[:-1], strict=True)) or all(
                close(a, b) for a, b in zip(ours[:-1], theirs[1:], strict=True)):
            return "the values are shifted by one place"
        if _sums(ours, theirs) or _sums(theirs, ours):
            return "cumulated on one side"
    return ""


def _sums(a: list[float], b: list[float]) -> bool:
    return len({*b}) > 2 and all(close(x, y) for x, y in zip(a, accumulate(b), strict=True))


def coefficients(columns: Iterable[Column]) -> str:
    """Whether two sets of a factor's coefficients have the same means: another reference level, or sum contrasts."""
    for labels, ours, theirs in columns:
        intercepts = [i for i, label in enumerate(labels) if label.endswith("[(Intercept)]")]
        apart = sum(not close(a, b) for a, b in zip(ours, theirs, strict=True))
        if len(labels) >= 3 and len(intercepts) == 1 and apart >= 2:
            at = intercepts[0]
            for one, other in ((ours, theirs), (theirs, ours)):
                rest = [x for i, x in enumerate(one) if i != at]
                means = [one[at], *(one[at] + x for x in rest)]
                grand = sum(means) / len(means)
                moved = [x for i, x in enumerate(other) if i != at]
                if len({*means}) < len(means):
                    continue
                if close(other[at], grand) and all(any(close(x, m - grand, 1e-7) for m in means) for x in moved):
                    return "sum contrasts against treatment contrasts"
                if any(close(other[at], m) for m in means[1:]) and all(
                        any(close(x, m - other[at], 1e-7) for m in means) for x in moved):
                    return "another reference level of a factor"
    return ""
