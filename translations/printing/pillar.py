"""Tibbles as pillar 1.8 prints them: three significant digits, types, abbreviated names, a footer for what is left."""
from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from unicodedata import category

import numpy as np
import pandas as pd

from .dispatch import render
from .numbers import is_na, log10
from .objects import Tibble
from .rounding import signif_one
from .style import Style, wording
from .text import encode, left, quoted, right, strwrap, width
from .values import Values, as_values

SIGNIFICANT = 3
WIDEST_DECIMAL = 13
LEAST = 5
TYPES = {"logical": "lgl", "integer": "int", "double": "dbl", "character": "chr", "factor": "fct", "Date": "date",
         "POSIXct": "dttm"}
SUPERSCRIPTS = "¹²³⁴⁵⁶⁷⁸⁹˟"
_NBSP = "\u00a0"
_TOLERANCE = 2 * np.finfo(float).eps


@dataclass(frozen=True)
class _Pillar:
    """One column: its title, its type's tag, and its cells for a given width."""
    title: str
    tag: str
    width: int
    least: int
    cells: Callable[[int], list[str]]
    at_right: bool

    def least_width(self, title: int) -> int:
        """The least width that leaves `title` characters of the title and two for the mark of its abbreviation."""
        return max(min(width(self.title), title + 2), self.least)


def _ten(powers: np.ndarray) -> np.ndarray:
    """Powers of ten by the C library, as R takes them: numpy's may be an ulp away."""
    return np.array([10.0 ** k if k <= 308 else math.inf for k in powers.tolist()])


def _close(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Equal to within two units in the last place, both of one binary magnitude."""
    same = np.rint(np.log2(x)) == np.rint(np.log2(y))
    return same & ((x == y) | (np.abs((x - y) * 2.0 ** -np.rint(np.log2(x))) <= _TOLERANCE))


def _exponents(x: np.ndarray, rounded: bool = True) -> np.ndarray:
    """Decimal exponents, `rounded` to three digits first; NaN for zero and what is not finite."""
    carry = math.log1p(-5 * 10.0 ** (-SIGNIFICANT - 1)) / math.log(10) if rounded else 0.0
    usable = np.isfinite(x) & (x != 0)
    result = np.full(len(x), np.nan)
    result[usable] = np.floor(log10(x[usable]) - carry)
    return result


def _decimals(x: np.ndarray, whole: bool) -> np.ndarray:
    """Digits after the point that each element of `x` ≥ 0 needs for three significant ones."""
    digits = np.zeros(len(x), int)
    known = x[~np.isnan(x)]
    if whole or (known == np.trunc(known)).all():
        return digits
    power = _exponents(x, wording().rounded_first)
    fractional = power <= SIGNIFICANT
    digits[fractional] = SIGNIFICANT - 1 - power[fractional].astype(int)
    check = digits > 0
    while check.any():
        at = np.flatnonzero(check)
        value = x[at] * _ten(digits[at] - 1)
        needless = _close(value, np.rint(value))
        digits[at[needless]] -= 1
        check[at[~needless]] = False
        check &= digits > 0
    return digits


def _split(x: np.ndarray, words: list[str], scientific: bool, whole: bool) -> list[str]:
    """The texts of a numeric column, decimal or scientific; `words` are the texts of what is not finite."""
    finite, negative = np.isfinite(x), x < 0
    mantissa, power = np.abs(x), np.full(len(x), np.nan)
    if scientific:
        power = _exponents(mantissa)
        usable = ~np.isnan(power)
        mantissa[usable] = _mantissas(mantissa[usable], power[usable])
    digits = _decimals(mantissa, whole and not scientific)
    rounded = np.array([_rounded(m) for m in mantissa.tolist()])
    whole_part = np.trunc(np.where(finite, rounded, 0))
    rest = np.where(finite, rounded - whole_part, 0)
    scale = _ten(np.where(np.isnan(power), 0, power))
    point = finite & ~((mantissa == 0) | ((rest == 0) & _close(whole_part * scale, np.abs(x))))
    most = max(0, int(digits.max(initial=0)))
    texts = []
    for i, word in enumerate(words):
        head = "-" * bool(negative[i]) + (f"{whole_part[i]:.0f}".replace("inf", "Inf") if finite[i] else word)
        tail = _tail(float(rest[i]), int(digits[i])) if point[i] else ""
        texts.append(head + ("." if point[i] else " " * bool(point.any())) + tail.ljust(most))
    return [mantissa_text + power_text for mantissa_text, power_text in zip(texts, _powers(power), strict=True)]


def _mantissas(x: np.ndarray, power: np.ndarray) -> np.ndarray:
    """x > 0 over 10^power, in pillar ≥ 1.9 by logarithms, which has other last bits."""
    if not wording().bullets:
        return x / _ten(power)
    return np.array([10.0 ** one for one in (log10(x) - power).tolist()])


def _rounded(x: float) -> float:
    """`x` ≥ 0 to three significant digits, or to a whole number when that has more."""
    return signif_one(x, max(SIGNIFICANT, math.floor(math.log10(x)) + 1)) if 0 < x < math.inf else x


def _tail(rest: float, digits: int) -> str:
    """The `digits` digits after the point of 0 ≤ rest < 1."""
    if digits <= 0 or math.isnan(rest):
        return ""
    return f"{round(rest * 10.0 ** digits)}".rjust(digits, "0")[:digits] if digits <= 308 else "0" * digits


def _powers(power: np.ndarray) -> list[str]:
    known = ~np.isnan(power)
    if not known.any():
        return [""] * len(power)
    digits = [f"{abs(int(p))}" if ok else "" for p, ok in zip(power.tolist(), known.tolist(), strict=True)]
    columns, signed = max(map(len, digits)), bool((power[known] < 0).any())
    mark = [("e-" if p < 0 else "e+" if signed else "e") if p == p else " " * (1 + signed) for p in power.tolist()]
    return [m + d.rjust(columns) for m, d in zip(mark, digits, strict=True)]


def _number_pillar(title: str, v: Values) -> _Pillar:
    x = np.where(v.missing, np.nan, v.data.astype(float)) if v.kind == "integer" else v.data
    absent = v.missing if v.kind == "integer" else is_na(x)
    words = np.where(absent, "NA", np.where(np.isnan(x), "NaN", "Inf")).tolist()
    with np.errstate(all="ignore"):         # 10^-324 is 0, and R shows what comes of dividing by it
        decimal, scientific = (_split(x, words, sci, v.kind == "integer") for sci in (False, True))
    wide, narrow = (max(map(len, texts), default=0) for texts in (decimal, scientific))
    full = wide if wide <= WIDEST_DECIMAL else narrow

    def cells(columns: int) -> list[str]:
        texts = decimal if wide <= WIDEST_DECIMAL and columns >= wide else scientific
        return [t.rjust(columns) for t in texts]

    return _Pillar(title, _tag(v), full, max(LEAST, min(narrow, full)), cells, True)


def _text_pillar(title: str, v: Values) -> _Pillar:
    pairs = zip(v.texts.tolist(), v.missing.tolist(), strict=True)
    items = [None if gone else "".join(map(_escape, str(text))) for text, gone in pairs]
    if v.kind in ("logical", "Date", "POSIXct"):
        fixed = {"logical": 5, "Date": 10, "POSIXct": 19}[v.kind]
        words = [("TRUE" if flag else "FALSE") for flag in v.data.tolist()] if v.kind == "logical" else items
        ready = ["NA" if gone else str(word) for word, gone in zip(words, v.missing.tolist(), strict=True)]
        return _Pillar(title, _tag(v), fixed, fixed, lambda columns: [_cut(t, columns) for t in ready], False)
    quoted = any(t is not None and re.search(r'^$|^ | $|\\|"', t) for t in items)
    if quoted:
        items = [None if t is None else '"' + t.replace('"', '\\"') + '"' for t in items]
    extent = max((width(t) if t is not None else 2 for t in items), default=0)
    missing = " " * (quoted and extent > 4) + "<NA>"

    def cells(columns: int) -> list[str]:
        return [missing if t is None else _cut(t, columns) for t in items]

    return _Pillar(title, _tag(v), extent, LEAST, cells, False)


def _escape(c: str) -> str:
    """One character of a cell, those that do not print by their number. R: utf8::utf8_encode."""
    if c in "\a\b\f\n\r\t\v" or category(c) not in ("Cc", "Cn", "Co", "Zl", "Zp"):
        return encode(c)
    return f"\\u{ord(c):04x}" if c <= "\uffff" else f"\\U{ord(c):08x}"


def _first(text: str, columns: int) -> str:
    """As many characters of `text` as fit into `columns`."""
    reach = np.cumsum([width(c) for c in text])
    return text[:int(np.searchsorted(reach, columns, side="right"))]


def _cut(text: str, columns: int) -> str:
    """`text`, shortened with an ellipsis when it is wider than `columns`."""
    return text if width(text) <= columns else _first(text, columns - 1) + "…"


def _pillar(title: str, v: Values) -> _Pillar:
    return (_number_pillar if v.kind in ("integer", "double") else _text_pillar)(title, v)


def _tag(v: Values) -> str:
    """The type, <dbl>."""
    return f"<{'ord' if v.ordered else TYPES[v.kind]}>"


def _body(pillars: Iterable[_Pillar], rows: int, columns: int, title: int) -> tuple[list[str], int, list[str]]:
    """The lines of the table, how many pillars fit, and the titles that had to be abbreviated."""
    label = len(str(max(rows, 1)))
    tier = columns - label - 1
    fitting, least, used = list[_Pillar](), list[int](), 0
    for p in pillars:
        if used + p.least_width(title) > tier:
            break
        fitting.append(p)
        least.append(p.least_width(title))
        used += least[-1] + 1
    blocks = [[" " * label, " " * label, *(str(i + 1).rjust(label) for i in range(rows))]]
    at, short = 0, list[str]()
    for i, p in enumerate(fitting):
        available = tier - sum(w + 1 for w in least[i + 1:]) - at
        data = p.cells(min(available, p.width))
        head = p.title
        if width(head) > available:
            head = _first(p.title.replace("`", ""), available - 2) + "…" + SUPERSCRIPTS[min(len(short), 9)]
        cells = [head, p.tag, *data]
        extent = max(map(width, cells))
        place = right if p.at_right else left
        blocks.append([place(cell, extent) for cell in cells])
        if extent < width(p.title):
            short.append(p.title)
        at += extent + 1
    lines = [" ".join(parts) for parts in zip(*blocks, strict=True)] if len(blocks) > 1 else []
    return lines, len(fitting), short


def _wrapped(words: list[str], most: int, first: str, columns: int) -> list[str]:
    """Words in at most `most` lines, the first after the mark `first`; an ellipsis for what is left over."""
    lines: list[list[str]] = [[]]
    used = 0
    for word in words:
        last = len(lines) == most
        size = min(width(word), columns - 5)
        if used + size > columns - (7 if last else 5):
            if last:
                lines[-1].append("…")
                break
            lines.append([])
            used = 0
        lines[-1].append(word)
        used += size + 1
    return [" ".join(["#", " " if i else first, *line]) for i, line in enumerate(lines)]


def _footer(rows: list[str], variables: list[str], names: list[str], columns: int, bullets: bool) -> list[str]:
    """The lines that say what was left out, each argument in words; at most seven."""
    if bullets:
        lines: list[str] = []
        for words in filter(None, (rows, names, variables)):
            most = min(len(words), 7 - len(lines))
            lines += _wrapped(words, most, "ℹ", columns) if most else []
        return lines
    parts = [words for words in (rows, variables, names) if words]
    if not parts:
        return []
    joined = ["with"]
    for i, words in enumerate(parts):
        last = i == len(parts) - 1
        joined += ["and"] * (last and i > 0) + [*words[:-1], words[-1] + "," * (not last)]
    return _wrapped(joined, min(len(joined), 7), "…", columns)


def _plural(n: int, word: str) -> str:
    return word if n == 1 else word + "s"


def _header(title: str, text: str, style: Style) -> list[str]:
    """A line of the header, wrapped between words; hard blanks align the titles."""
    lines = strwrap(f"{title} {text}", style.width - 2, exdent=2)
    return ["# " + line.replace(_NBSP, " ") for line in lines]


def tibble_lines(x: pd.DataFrame, groups: Sequence[str], style: Style) -> list[str]:
    """A tibble. R: print.tbl_df; with `groups`, print.grouped_df."""
    n, k = x.shape
    times = style.wording.times
    lines = _header("A tibble:", f"{n:,} {times} {k:,}", style)
    if groups:
        number = x.groupby(list(groups), observed=True, dropna=False).ngroups
        lines += _header(f"Groups:{_NBSP * 2}", f"{', '.join(groups)} [{number:,}]", style)
    shown = n if n <= 20 else 10
    columns = [as_values(column) for _, column in x.iloc[:shown].items()]
    titles = [quoted(str(name)) for name in x.columns]
    pillars = map(_pillar, titles, columns)         # those that do not fit are not made
    bullets = style.wording.bullets
    body, fitted, short = _body(pillars, shown, style.width, 20 if bullets else 5) if n and k else ([], 0, [])
    rows, variables, marked = list[str](), list[str](), list[str]()
    if n > shown and k:
        rows = [f"{n - shown:,}", "more", _plural(n - shown, "row")]
    if fitted < k:
        names = titles if n else [str(name) for name in x.columns]
        extra = [f"{name} {_tag(v)}" for name, v in zip(names[fitted:], columns[fitted:], strict=True)]
        listed = extra[:100] + ["…"] * (len(extra) > 100)
        count = [f"{len(extra):,}", *(["more"] if n else []), _plural(len(extra), "variable") + ":"]
        variables = [*count, *_listed(listed)]
    if short:
        marks = [f"{SUPERSCRIPTS[min(i, 9)]}\u200b{title}" for i, title in enumerate(short)]
        what = ["abbreviated", _plural(len(short), "name") + ":"] if bullets else \
            ["abbreviated", "variable", _plural(len(short), "name")]
        marked = [*what, *_listed(marks)]
    return [*lines, *body, *_footer(rows, variables, marked, style.width, bullets)]


def _listed(items: list[str]) -> list[str]:
    return [*(item + "," for item in items[:-1]), items[-1]]


@render.register
def _(x: Tibble, style: Style) -> list[str]:
    return tibble_lines(pd.DataFrame(x), x.groups, style)
