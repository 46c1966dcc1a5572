"""Generated vectors, matrices and data frames: as Python objects, and as the R code that makes the same ones."""
from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from translations.printing import NA, console, tibble
from translations.printing.coefmat import symnum
from translations.printing.tables import CoefTable

LONG = "RPARITY_HYPOTHESIS_EXAMPLES" in os.environ    # a long run looks elsewhere each time, CI at the same examples
EXAMPLES = int(os.environ.get("RPARITY_HYPOTHESIS_EXAMPLES", "200"))


@dataclass(frozen=True)
class Printed:
    """One object to print: its R code, and R's options for it."""
    code: str
    value: Any
    digits: int
    width: int
    scipen: int = 0

    def python(self) -> str:
        return console(self.value, self.digits, self.width, scipen=self.scipen)

    def r(self) -> str:
        shown = self.code if self.code.startswith("invisible(") else f"print({self.code})"
        return f"options(digits = {self.digits}, width = {self.width}, scipen = {self.scipen}); {shown}"


def in_r(live_r: Any, x: Printed) -> str:
    """What R prints for the object."""
    return live_r.eval(x.r())


def _ascii(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    return c if " " <= c <= "~" else f"\\u{{{ord(c):x}}}"


def literal(x: Any) -> str:
    """The R literal of a number, text, boolean or missing value."""
    if x is None:
        return "NA"
    if isinstance(x, str):
        return '"' + "".join(map(_ascii, x)) + '"'
    if isinstance(x, bool):
        return "TRUE" if x else "FALSE"
    if isinstance(x, int):
        return f"{x}L"
    if math.isnan(x):
        return "NA" if np.float64(x).view(np.uint64) & 0xFFFFFFFF == 1954 else "NaN"
    if math.isinf(x):
        return "Inf" if x > 0 else "-Inf"
    return x.hex()


def combined(kind: str, items: Sequence[Any]) -> str:
    """The R vector of `items`, of the type `kind` even when all are missing or there are none."""
    cast = {"double": "as.double", "integer": "as.integer", "logical": "as.logical", "character": "as.character"}[kind]
    return f"{cast}(c({', '.join(map(literal, items))}))"


ODD = 'abcdefghijklmnopqrstuvwxyzABCDE0123456789 ._-:()$%"\'\\`\t\néüßñ日本—'
TEXT = st.text(st.sampled_from(ODD), max_size=12) | st.sampled_from(
    ["", "NA", "(Intercept)", "x", "days_deprived", "a longer name than most"])
LABEL = st.text(st.sampled_from(ODD), min_size=1, max_size=14)
LABEL_OR_NONE = LABEL | st.none()


@st.composite
def decimals(draw: st.DrawFn) -> float:
    """A short decimal, at any magnitude: ties and carries live here."""
    return float(f"{draw(st.integers(-10**7, 10**7))}e{draw(st.integers(-14, 12))}")


@st.composite
def beside_powers(draw: st.DrawFn) -> float:
    """Just below or above a power of ten."""
    return draw(st.sampled_from([1, -1])) * (10.0 ** draw(st.integers(-8, 16)) * (1 + draw(st.sampled_from(
        [0, -1e-7, -5e-8, -4.9e-8, -1e-3, 5e-4, -5e-4, 1e-7, -2.0 ** -53, 2.0 ** -52]))))


SPECIAL = [0.0, -0.0, NA, math.nan, math.inf, -math.inf, 1e-300, 5e-324, 1.7e308, 1e5, 1e15, 123456.5]
DOUBLE = st.one_of(decimals(), beside_powers(), st.floats(-1e6, 1e6), st.floats(allow_nan=False), st.floats(0, 1),
                   st.integers(-10**9, 10**9).map(float), st.sampled_from(SPECIAL))
INTEGER = st.none() | st.integers(-2**31 + 1, 2**31 - 1) | st.integers(-99, 99)
ELEMENTS = {"double": DOUBLE, "integer": INTEGER, "logical": st.none() | st.booleans(), "character": st.none() | TEXT}
KINDS = st.sampled_from(["double", "double", "double", "integer", "logical", "character"])
DIGITS = st.sampled_from([7, 7, 7, 7, 3, 4, 5, 10, 15, 1, 16])
WIDTHS = st.sampled_from([80, 80, 80, 60, 40, 100, 20])


def array(kind: str, items: Sequence[Any]) -> Any:
    """What a Python user would hold: an array when nothing is missing, pandas' nullable types otherwise."""
    if kind == "double":
        return np.array(items, float)
    if kind == "character":
        return pd.array(list(items), dtype=object)
    return pd.array(list(items), dtype={"integer": "Int64", "logical": "boolean"}[kind])


# A strategy made while drawing is checked and analysed by Hypothesis each time, which costs more than its draws: hence
# plain functions of `draw`, and strategies that are made once.
def several(draw: st.DrawFn, strategy: st.SearchStrategy[Any], size: int) -> list[Any]:
    return [draw(strategy) for _ in range(size)]


MEASURED = st.floats(-100, 1000)


def same_scale(draw: st.DrawFn, size: int) -> list[float]:
    """Numbers of one magnitude, as data are."""
    scale = 10.0 ** draw(st.integers(-6, 6))
    places = draw(st.integers(0, 8))
    return [round(x, places) * scale for x in several(draw, MEASURED, size)]


def columns(draw: st.DrawFn, kind: str, size: int) -> list[Any]:
    if kind == "double" and draw(st.booleans()):
        return same_scale(draw, size)
    return several(draw, ELEMENTS[kind], size)


def of_levels(draw: st.DrawFn, levels: list[str], size: int) -> list[str | None]:
    """Items of a factor, some missing."""
    return [(None, *levels)[i] for i in several(draw, st.integers(0, len(levels)), size)]


@st.composite
def vectors(draw: st.DrawFn) -> Printed:
    """Named and unnamed vectors."""
    kind, size = draw(KINDS), draw(st.integers(0, 30))
    items = columns(draw, kind, size)
    code, value = combined(kind, items), array(kind, items)
    if size and draw(st.booleans()):
        names = several(draw, LABEL_OR_NONE, size)
        code = f"structure({code}, names = {combined('character', names)})"
        value = _Named(value, names)
    return Printed(code, value, draw(DIGITS), draw(WIDTHS), draw(st.sampled_from([0, 0, 0, -3, 4, 100])))


class _Named:
    """A named vector whose NaN stays apart from NA, which pandas' own missing value would not."""

    def __init__(self, values: Any, names: list[str | None]) -> None:
        self.values, self.names = values, names


@st.composite
def matrices(draw: st.DrawFn) -> Printed:
    """Matrices with and without dimnames."""
    kind = draw(KINDS)
    rows, cols = draw(st.integers(1, 8)), draw(st.integers(1, 12))
    items = [columns(draw, kind, rows) for _ in range(cols)]
    code = f"matrix({combined(kind, [x for column in items for x in column])}, {rows})"
    names = [several(draw, LABEL, n) if draw(st.booleans()) else None for n in (rows, cols)]
    if any(names):
        both = ", ".join("NULL" if n is None else combined("character", n) for n in names)
        code = f"structure({code}, dimnames = list({both}))"
    value = _Columns([array(kind, c) for c in items], *names)
    return Printed(code, value, draw(DIGITS), draw(WIDTHS), draw(st.sampled_from([0, 0, 0, 5])))


class _Columns:
    """A matrix by columns."""

    def __init__(self, items: list[Any], rows: list[str] | None, heads: list[str] | None) -> None:
        self.items, self.rows, self.heads = items, rows, heads


def frames(draw: st.DrawFn, least: int = 0) -> tuple[str, pd.DataFrame]:
    """Data frames of every kind of column: (R code, frame). A NaN is NA on both sides, as pandas has it."""
    rows, cols = draw(st.integers(least, 25)), draw(st.integers(1, 8))
    names = draw(st.lists(LABEL, min_size=cols, max_size=cols, unique=True))
    parts, data = [], {}
    for name in names:
        kind = draw(st.sampled_from(["double", "double", "integer", "logical", "character", "factor"]))
        if kind == "factor":
            levels = draw(st.lists(LABEL, min_size=1, max_size=9, unique=True))
            items = of_levels(draw, levels, rows)
            ordered = draw(st.booleans())
            texts, known = combined("character", items), combined("character", levels)
            parts.append(f"factor({texts}, levels = {known}, ordered = {literal(ordered)})")
            data[name] = pd.Categorical(items, levels, ordered=ordered)
        else:
            items = columns(draw, kind, rows)
            if kind == "double":
                items = [NA if math.isnan(x) else x for x in items]
            parts.append(combined(kind, items))
            data[name] = array(kind, items)
    labelled = "structure(list({}), names = {}, row.names = {}, class = 'data.frame')"
    code = labelled.format(", ".join(parts), combined("character", names), f"c(NA_integer_, -{rows}L)")
    return code, pd.DataFrame(data)


@st.composite
def data_frames(draw: st.DrawFn) -> Printed:
    code, frame = frames(draw)
    if len(frame) and draw(st.booleans()):
        labels = draw(st.lists(LABEL, min_size=len(frame), max_size=len(frame), unique=True))
        code = f"structure({code}, row.names = {combined('character', labels)})"
        frame.index = pd.Index(labels)
    return Printed(code, frame, draw(DIGITS), draw(WIDTHS))


@st.composite
def tibbles(draw: st.DrawFn) -> Printed:
    code, frame = frames(draw)
    if len(frame) and draw(st.booleans()):
        reps = draw(st.integers(1, 4))
        code = f"{{x <- {code}; x[rep(seq_len(nrow(x)), {reps}), , drop = FALSE]}}"
        frame = pd.concat([frame] * reps, ignore_index=True)
    code = f"tibble::new_tibble(as.list({code}), nrow = {len(frame)}L)"
    return Printed(code, tibble(frame), 7, draw(st.sampled_from([80, 80, 60, 100, 40])))


@st.composite
def summaries(draw: st.DrawFn) -> Printed:
    code, frame = frames(draw, least=1)
    return Printed(f"summary({code})", _Summary(frame), 7, draw(WIDTHS))


SIZE = st.floats(-1e4, 1e4) | decimals() | st.just(0.0)
P_VALUE = st.floats(0, 1) | st.integers(1, 30).map(lambda k: 10.0 ** -k) | st.sampled_from([NA, 0.05, 1e-17, 0.0])
COEFFICIENTS = SIZE, SIZE.map(abs), SIZE, P_VALUE


@st.composite
def coefficient_tables(draw: st.DrawFn) -> Printed:
    """Coefficient matrices with a p-value column: estimates, errors, statistics and p-values of any size."""
    rows = draw(st.integers(1, 8))
    rows_of = [several(draw, strategy, rows) for strategy in COEFFICIENTS]
    names = several(draw, LABEL, rows)
    heads = ["Estimate", "Std. Error", "t value", "Pr(>|t|)"]
    values = combined("double", [x for column in rows_of for x in column])
    both = f"list({combined('character', names)}, {combined('character', heads)})"
    frame = pd.DataFrame(dict(zip(heads, rows_of, strict=True))).set_axis(names, axis=0)
    width, digits = draw(WIDTHS), draw(st.sampled_from([7, 7, 5, 10]))
    code = f"(function(m) printCoefmat(m))(matrix({values}, {rows}, dimnames = {both}))"
    return Printed(f"invisible({code})", CoefTable(frame), digits, width)


VARIABLE = st.text(st.sampled_from(ODD[:30]), min_size=1, max_size=9)
CORRELATION = st.floats(-1, 1) | st.sampled_from([0.3, 0.6, -0.8, 0.9, 0.95, 1.0, 0.0])


@st.composite
def correlations(draw: st.DrawFn) -> Printed:
    """Correlation matrices as symbols."""
    k = draw(st.integers(2, 7))
    names = draw(st.lists(VARIABLE, min_size=k, max_size=k, unique=True))
    x = np.eye(k)
    for i, j in zip(*np.tril_indices(k, -1), strict=True):
        x[i, j] = x[j, i] = draw(CORRELATION)
    label = combined("character", names)
    code = f"symnum(matrix({combined('double', x.ravel().tolist())}, {k}, dimnames = list({label}, {label})))"
    return Printed(code, symnum(pd.DataFrame(x, names, names)), 7, 80)


@st.composite
def factors(draw: st.DrawFn) -> Printed:
    """Factors, ordered and not, with levels that do not fit the line."""
    levels = draw(st.lists(LABEL, min_size=1, max_size=30, unique=True))
    items = of_levels(draw, levels, draw(st.integers(0, 30)))
    ordered = draw(st.booleans())
    texts, known = combined("character", items), combined("character", levels)
    code = f"factor({texts}, levels = {known}, ordered = {literal(ordered)})"
    return Printed(code, pd.Categorical(items, levels, ordered=ordered), 7, draw(WIDTHS))


ATOM = st.sampled_from(["x", "y", "days_deprived", "Subject", "a.very.long.variable.name", "I(x^2)", "log(y+1)", "1",
                        "0", "poly(x,2)", "`odd name`", "scale(x,center=TRUE)", "1e5", "'text'", "2L", "g1/g2"])
OPERATOR = st.sampled_from(["+", "+", "+", "-", "*", "/", ":", "^", "%in%"])
TERMS = st.recursive(ATOM, lambda inner: st.one_of(
    st.tuples(inner, inner).map("+".join),
    st.tuples(inner, OPERATOR, inner).map("({0[0]}){0[1]}({0[2]})".format),
    inner.map(lambda t: f"-{t}"), st.tuples(inner, ATOM).map(lambda t: f"({t[0]}|{t[1]})"),
    st.tuples(inner, inner, inner).map(lambda t: f"f({t[0]},b={t[1]},{t[2]})")), max_leaves=25)


@st.composite
def formulas(draw: st.DrawFn) -> Printed:
    """Calls and formulas as text, to be deparsed."""
    text = f"y~{draw(TERMS)}"
    if draw(st.booleans()):
        text = f"lmer(formula={text},data=sleep2,weights={draw(TERMS)},REML=FALSE)"
    code = f"invisible(writeLines(deparse(parse(text = {literal(text)}, keep.source = FALSE)[[1]])))"
    return Printed(code, _Deparsed(text), 7, 80)


class _Deparsed:
    def __init__(self, text: str) -> None:
        self.text = text


class _Summary:
    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

