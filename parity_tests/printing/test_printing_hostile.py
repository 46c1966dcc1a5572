"""Odd characters, NaN among NA, all digits and widths, and what prints are made of, as R answered: hostile.json."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from translations.printing import Style, console, summary_frame, summary_vector, tables, tibble
from translations.printing.coefmat import format_pval, symnum
from translations.printing.deparse import Node, deparse, parse
from translations.printing.frames import quantiles
from translations.printing.layout import matrix, vector
from translations.printing.numbers import format_c, format_numbers
from translations.printing.rounding import round_half_even, signif, zapsmall
from translations.printing.text import abbreviate, encode, fill, strwrap
from translations.printing.values import as_values

from . import test_models as models
from . import test_objects as objects
from .stored import corpus
from .test_models import array
from .test_printing_widths_and_digits import sum_of


def column(x: dict) -> Any:
    if x["kind"] == "double":
        return array(x["values"])
    if x["kind"] in ("Date", "POSIXct"):
        return pd.Series(pd.to_datetime(x["values"]))
    return objects.column(x)


def style(x: dict) -> Style:
    return Style(**x["options"])


def vector_text(x: dict) -> str:
    values = column(x["column"])
    if x["names"] is None:
        return console(values, **x["options"])
    return "\n".join(vector(as_values(values), style(x), x["names"], objects.quote(values)))


def matrix_text(x: dict) -> str:
    columns = [as_values(column(c)) for c in x["columns"]]
    mark = objects.quote(columns[0]) if columns else ""
    return "\n".join(matrix(columns, style(x), x["rows"], x["heads"], mark, nrow=x["n"]))


def frame(x: dict) -> pd.DataFrame:
    columns = dict(enumerate(column(c) for c in x["columns"]))
    result = pd.DataFrame(columns).set_axis(x["heads"], axis=1)
    return result if x.get("rows") is None else result.set_axis(x["rows"], axis=0)


def at_every_width(x: dict) -> str:
    shown = tibble(frame(x))
    return sum_of([console(shown, width=width) for width in range(20, 121)])


def coefficients(x: dict) -> str:
    chosen = {name: tuple(x[name]) for name in ("tests", "estimates", "zaps") if name in x}
    if "digits" not in x:
        return console(tables.CoefTable(models.frame(x["table"])), **x["options"])
    table = tables.CoefTable(models.frame(x["table"]), x.get("has_p"), chosen.get("tests"), chosen.get("estimates"),
                             chosen.get("zaps", ()), x["digits"], x["na"], x["stars"], x["legend"])
    return console(table, **x["options"])


def symbols(x: dict) -> str:
    names = x["names"]
    correlation = pd.DataFrame(array(x["x"], (len(names), len(names))), names, names)
    return console(symnum(correlation, x["cutpoints"], x["symbols"]), **x["options"])


def moments(x: dict) -> list[float]:
    values = array(x["x"])
    return [*quantiles(values), summary_vector(values).values["Mean"]]


def tree(node: Node | None) -> str:
    """A tree without precedences, as the generator writes R's."""
    if node is None:
        return ""
    if node.kind == "atom":
        return node.text
    children = [tree(child) for child in node.children]
    return f"({' '.join(children if node.text == '(' and node.kind != 'paren' else [node.text, *children])})"


ANSWERS = {
    "vector": vector_text, "matrix": matrix_text,
    "frame": lambda x: console(frame(x), **x["options"]),
    "summary": lambda x: console(summary_frame(frame(x), x["maxsum"], x["summary_digits"]), **x["options"]),
    "factor": lambda x: console(column(x), **x["options"]),
    "tibble": lambda x: console(tibble(frame(x), x["groups"]), **x["options"]),
    "widths": at_every_width,
    "summary_vector": lambda x: console(summary_vector(array(x["x"])), **x["options"]),
    "format": lambda x: format_numbers(array(x["x"]), x["digits"], x["nsmall"], x["scipen"]),
    "format_c": lambda x: [format_c(v, x["digits"]) for v in array(x["x"]).tolist()],
    "format_pval": lambda x: format_pval(array(x["p"]), x["digits"]),
    "encode": lambda x: [encode(text, x["quote"]) for text in x["texts"]],
    "abbreviate": lambda x: abbreviate(x["names"], x["n"]),
    "strwrap": lambda x: strwrap(x["text"], x["width"], x["prefix"], x["exdent"]),
    "fill": lambda x: "\n".join(fill(x["pieces"], x["width"], x["sep"])),
    "deparse": lambda x: "\n".join(deparse(x["text"], x["cutoff"])),
    "trees": lambda x: [tree(parse(text)) for text in x["texts"]],
    "coefficients": coefficients, "symnum": symbols,
    **{kind: lambda x: console(models.BUILD[x["kind"]](x), **x["options"]) for kind in ("anova", "htest", "varcorr")},
}
NUMBERS = {
    "moments": moments,
    "rounding": lambda x: [*round_half_even(array(x["x"]), x["digits"]), *signif(array(x["x"]), x["digits"])],
    "zapsmall": lambda x: zapsmall(array(x["x"]), x["digits"]),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_answers_as_r_did(kind):
    entries = [entry for entry in corpus("hostile") if entry["kind"] == kind]
    assert entries
    for entry in entries:
        assert ANSWERS[kind](entry) == entry["answer"], entry


@pytest.mark.parametrize("kind", NUMBERS)
def test_computes_to_the_last_bit_what_r_did(kind):
    entries = [entry for entry in corpus("hostile") if entry["kind"] == kind]
    assert entries
    for entry in entries:
        assert np.array_equal(NUMBERS[kind](entry), array(entry["answer"]), equal_nan=True), entry


def test_every_kind_is_asked():
    assert {entry["kind"] for entry in corpus("hostile")} == {*ANSWERS, *NUMBERS}
