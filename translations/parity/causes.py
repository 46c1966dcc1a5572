"""Why two answers differ, from how they differ: a hint for whoever reads a failure, never a judgement.

A cause is named only where the numbers bear its mark: a relation that holds in all of what differs, to nine digits, and
that chance would hardly make. Where there is none, nothing is said. `parity_tests/parity/test_causes.py`
measures it with a table of faults.
"""
from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import correlation, fmean, stdev

from .compare import Difference, is_number
from .flatten import Scalar, Values, item_of
from .relations import Column, close, coefficients, order, relation

_VARIANCE = re.compile(r"sd|sigma|var|theta|vcov|\bse\b|Std|sig\d|crit|logLik|deviance|AIC|BIC|cond", re.IGNORECASE)
_DEPENDS = re.compile("crit|logLik|deviance|AIC|BIC|Std|t value|Pr|df")
_DF = re.compile(r"\bdf\b|DenDF|Pr\(>")
_RESIDUAL = re.compile("sigma|.*Residual")
_FIXED = re.compile(r"^(fixef|coef|beta|estimate)", re.IGNORECASE)
_DRAWS = re.compile(
    r"\b(set\.seed|r(norm|unif|exp|binom|pois|gamma|beta|t|chisq)|sample(\.int)?|simulate|bootMer|mvrnorm)\b")
NOISE = 1e-3  # what optimizers leave in the worst of several values: beyond it, it is not noise


def draws(script: Path) -> bool:
    """Whether an R script draws random numbers."""
    return script.is_file() and _DRAWS.search(script.read_text(encoding="utf-8", errors="replace")) is not None


def unseeded(script: Path) -> bool:
    """Whether it does so and nothing in it, or in a script that it sources, may set the seed."""
    text = script.read_text(encoding="utf-8", errors="replace") if draws(script) else "set.seed"
    return not re.search(r"set\.seed|\bseed\s*=|\bsource\(", text)


def likely_cause(short: Sequence[Difference], got: Values, expected: Values, against: str, fitted: bool = False,
                 random: bool = False, seedless: bool = False) -> str:
    """One sentence on the likely cause of the differences `short` between two answers; "" where none bears its mark.

    fitted: an optimizer made the values; random: they are, or are made of, random numbers; seedless: of no seed.
    """
    if not short:
        return ""
    if got.keys() != expected.keys():
        return _of_labels(got, expected)
    pairs = [(one.label, got[one.label], expected[one.label]) for one in short]
    numbers = [(label, float(a), float(b)) for label, a, b in pairs if is_number(a) and is_number(b)]
    if len(numbers) < len(pairs):
        return _of_words([(a, b) for _, a, b in pairs]) if not numbers else ""
    finders: tuple[Callable[[], str], ...] = (
        lambda: _of_small_sigma(numbers, expected),
        lambda: order(_columns(short, got, expected)),
        lambda: relation(numbers),
        lambda: coefficients(_columns(short, got, expected)),
        lambda: _alone(numbers, expected),
        lambda: _of_fits(numbers, got, expected, against) if fitted else "",
        lambda: "R draws random numbers, others each time: begin the script with set.seed(1)" if seedless else "",
        lambda: _of_draws(numbers, expected) if random else "",
    )
    return next((said for find in finders if (said := find())), "")


def _of_small_sigma(numbers: Sequence[tuple[str, float, float]], expected: Values) -> str:
    """Where degrees of freedom, and the p-values of them, are all that differs, and the answer has a sigma as small as
    `translations.lme4.inference.satterthwaite` warns of.
    """
    sigmas = [float(value) for label, value in expected.items()
              if re.split(r"[$.]", label)[-1] == "sigma" and is_number(value)]
    if any(0.0 < sigma < 1.8e-5 for sigma in sigmas) and all(_DF.search(label) for label, _, _ in numbers):
        return "lmerTest's numerical derivatives: its steps of 1e-4 are larger than sigma, and its df wrong"
    return ""


def _columns(short: Sequence[Difference], got: Values, expected: Values) -> Iterator[Column]:
    """The labels and numbers of each item that differs somewhere, in R's order."""
    for item in dict.fromkeys(item_of(one.label) for one in short):
        labels = [label for label in expected if item_of(label) == item
                  and is_number(got[label]) and is_number(expected[label])]
        yield labels, [float(got[label]) for label in labels], [float(expected[label]) for label in labels]


def _alone(numbers: Sequence[tuple[str, float, float]], expected: Values) -> str:
    if len(numbers) == 1 and len(expected) > 2:
        return (f"{numbers[0][0]} alone differs, the other {len(expected) - 1} values agree: a slip in it, or in what "
                "it alone depends on")
    return ""


def _of_fits(numbers: Sequence[tuple[str, float, float]], got: Values, expected: Values, against: str) -> str:
    errors = {label: abs(a - b) / abs(b) if b else abs(a) for label, a, b in numbers}
    real = [label for label, value in expected.items() if isinstance(value, float)]
    if max(errors.values()) < NOISE:
        many = len(numbers) >= 3 and len(numbers) * 3 >= len(real)
        return ("an optimizer that stopped early" if "tight" in against else "optimizer noise") if many else ""

    def held(pattern: re.Pattern[str], digits: float) -> bool:
        """Whether values of such labels are there, and agree."""
        found = [label for label in real if pattern.match(label) and not _DEPENDS.search(label)]
        return bool(found) and all(close(float(got[label]), float(expected[label]), digits) for label in found)

    moved = [(label, a, b) for label, a, b in numbers if errors[label] > NOISE and not _DEPENDS.search(label)]
    smaller = sum(abs(a) < abs(b) for _, a, b in moved)
    if (len(moved) >= 3 and max(smaller, len(moved) - smaller) >= 0.75 * len(moved)
            and all(_VARIANCE.search(label) and errors[label] < 0.3 for label, _, _ in moved)
            and held(_FIXED, 1e-6) and held(_RESIDUAL, 0.01)):
        return ("fixed effects and residual agree, and the other variances are smaller on one side: maximum likelihood "
                "against REML")
    return ""


def _of_draws(numbers: Sequence[tuple[str, float, float]], expected: Values) -> str:
    items = {item_of(label) for label, _, _ in numbers}
    held = [label for label, value in expected.items() if item_of(label) in items and is_number(value)]
    if len(numbers) >= 5 and len(numbers) >= 0.8 * len(held) and _unrelated([(a, b) for _, a, b in numbers]):
        return "other random numbers: another seed, generator or number of draws before"
    return ""


def _unrelated(pairs: Sequence[tuple[float, float]]) -> bool:
    """Whether two columns are alike in place and spread, and not correlated: draws from one distribution."""
    ours, theirs = zip(*pairs, strict=True)
    spread = stdev(ours), stdev(theirs)
    if not all(spread) or not 0.3 < spread[0] / spread[1] < 3.0:
        return False
    return abs(correlation(ours, theirs)) < 0.7 and abs(fmean(ours) - fmean(theirs)) < max(spread)


def _of_words(pairs: Sequence[tuple[Scalar, Scalar]]) -> str:
    """What sets text, booleans and missing values apart."""
    if {*pairs} <= {("NA", "NaN"), ("NaN", "NA")}:
        return "what is missing (NA) against what is no number (NaN)"
    if all(b == "NA" and isinstance(a, int) and not isinstance(a, bool) and abs(a) >= 2**31 for a, b in pairs):
        return "integer overflow: beyond 2147483647 R's integers are NA"
    if all(b == "NA" and is_number(a) and a == 0 for a, b in pairs):
        return "missing values are taken as 0 here"
    if all(a == "NA" and is_number(b) and b == 0 for a, b in pairs):
        return "missing values are taken as 0 there"
    if all(is_number(a) and isinstance(b, bool) or isinstance(a, bool) and is_number(b) for a, b in pairs):
        return "a boolean on one side, 0 or 1 on the other" if all(int(a) == int(b) for a, b in pairs) else ""
    if all(isinstance(a, bool) and isinstance(b, bool) for a, b in pairs):
        return "every boolean is the other: a condition is negated" if len(pairs) > 1 else ""
    if all(_is_text(a) and is_number(b) and _reads_as(str(a), float(b)) or
           is_number(a) and _is_text(b) and _reads_as(str(b), float(a)) for a, b in pairs):
        return "a number on one side is text on the other"
    if all(isinstance(a, int) and _is_text(b) for a, b in pairs):
        codes = {a: b for a, b in pairs}
        whole = {*codes} in ({*range(len(codes))}, {*range(1, len(codes) + 1)})
        one_to_one = all(codes[a] == b for a, b in pairs) and len({*codes.values()}) == len(codes)
        return "a factor's codes instead of its levels" if whole and one_to_one and len(pairs) > 1 else ""
    if not all(_is_text(a) and _is_text(b) for a, b in pairs):
        return ""
    return _of_text([(str(a), str(b)) for a, b in pairs])


def _of_text(pairs: Sequence[tuple[str, str]]) -> str:
    tests: dict[str, Callable[[str, str], bool]] = {
        "blanks at the ends of text": lambda a, b: a.strip() == b.strip(),
        "upper and lower case": lambda a, b: a.casefold() == b.casefold(),
        "UTF-8 text read in another encoding": lambda a, b: _garbled(a) == b or _garbled(b) == a,
        "text is cut short here": lambda a, b: len(a) >= 2 and b.startswith(a),
        "text is cut short there": lambda a, b: len(b) >= 2 and a.startswith(b),
    }
    for said, test in tests.items():
        if all(test(a, b) for a, b in pairs):
            return said
    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    if sorted(ours) == sorted(theirs):
        if len(pairs) == 2:
            return f"{theirs[0]!r} and {theirs[1]!r} are swapped"
        return "the same texts in another order: of rows, or of factor levels"
    return ""


def _is_text(value: Scalar) -> bool:
    return isinstance(value, str) and value not in ("NA", "NaN", "Inf", "-Inf", "NULL", "empty")


def _reads_as(text: str, number: float) -> bool:
    try:
        return math.isclose(float(text), number, rel_tol=1e-6)
    except ValueError:
        return False


def _garbled(text: str) -> str:
    """A text as it looks when its UTF-8 is read as Latin-1, if that is another."""
    garbled = text.encode().decode("latin-1")
    return garbled if garbled != text else ""


def _of_labels(got: Values, expected: Values) -> str:
    """What sets the labels apart."""
    absent = [label for label in expected if label not in got]
    extra = [label for label in got if label not in expected]
    if absent and extra:
        turned = {label: _turned(label) for label in extra}
        if all(turned[label] in expected and _same(got[label], expected[turned[label]]) for label in extra):
            return f"{item_of(extra[0])} is transposed"
        if len(absent) == len(extra) and all(_same(got[a], expected[b]) for a, b in zip(extra, absent, strict=True)):
            return f"another name for the same value: {extra[0]} here, {absent[0]} there"
        return ""
    side, values, fewer = ("here", expected, got) if absent else ("there", got, expected)
    lost = absent or extra
    items = {item_of(label) for label in lost}
    for item in sorted(items):
        if not any(item_of(label) == item for label in fewer):
            return f"{item} is missing {side}"
    item = next(iter(items))
    whole = [value for label, value in values.items() if item_of(label) == item]
    part = [value for label, value in fewer.items() if item_of(label) == item]
    left = _left_out(whole, part)
    if len(items) > 1 or left is None:
        return ""
    if all(value == "NA" for value in left):
        return f"missing values are left out {side}"
    if part == whole[:len(part)]:
        return f"{item} ends early {side}: {len(part)} of {len(whole)} values"
    return f"{len(left)} of {len(whole)} values of {item} are left out {side}"


def _turned(label: str) -> str:
    found = re.fullmatch(r"(.*\[)(.+), ([^,]+)\]", label)
    return f"{found[1]}{found[3]}, {found[2]}]" if found else label


def _same(a: Scalar, b: Scalar) -> bool:
    return close(float(a), float(b), 1e-9) if is_number(a) and is_number(b) else a == b


def _left_out(whole: Sequence[Scalar], part: Sequence[Scalar]) -> list[Scalar] | None:
    """What must be left out of `whole` to leave `part`, in order; None where that is not all."""
    left, at = [], 0
    for value in whole:
        if at < len(part) and _same(value, part[at]):
            at += 1
        else:
            left.append(value)
    return left if at == len(part) else None
