"""Coefficients' names as a table shows them: "half [late]" for halflate, "Days [log]" for log(Days). R:
parameters::format_parameters.
"""
from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from translations.settings import since
from translations.stats.model_generics import model_frame, terms

POLYNOMIAL = {".L": "linear", ".Q": "quadratic", ".C": "cubic"}
ORDINALS = {1: "st", 2: "nd", 3: "rd"}
LOGARITHMS = re.compile(r"(log|log10|log2|log1p|exp|sqrt)\((.*)\)")


def term_labels(m: Any, names: Sequence[str]) -> dict[str, str]:
    """Each coefficient's label, by its name.

    m: a model whose `model_frame` and `terms` are known. names: its coefficients. A level stands in brackets where its
    factor is an effect of its own too; else, as in R, the name stays, but for points and underscores.
    """
    frame, asked = model_frame(m), terms(m)
    main = {label for label, order in zip(asked.term_labels, asked.order, strict=True) if order == 1}
    factors = {name: column for name, column in frame.items()
               if isinstance(column.dtype, pd.CategoricalDtype) or column.dtype.kind in "OSUb"}  # fmt: skip
    return {name: _whole(name, {str(f): column for f, column in factors.items()}, main) for name in names}


def _whole(name: str, factors: dict[str, Any], main: set[str]) -> str:
    if name == "(Intercept)":
        return name
    parts = split_interaction(name)
    known = [_factor_of(part, factors, main) for part in parts]
    labels = [_level(part, factor, factors) if factor else _number(part)
              for part, factor in zip(parts, known, strict=True)]
    crossed = all(factor or part in main or _bare(part) in main for part, factor in zip(parts, known, strict=True))
    if len(labels) > 2 and crossed:
        return f"({' × '.join(labels[:-1])}) × {labels[-1]}"
    return " × ".join(labels)


def split_interaction(name: str) -> list[str]:
    """A coefficient's name, cut at the colons that stand outside brackets and backticks."""
    parts, depth, start, quoted = [], 0, 0, False
    for i, sign in enumerate(name):
        quoted ^= sign == "`"
        depth += (sign in "([") - (sign in ")]")
        if sign == ":" and not depth and not quoted:
            parts.append(name[start:i])
            start = i + 1
    return [*parts, name[start:]]


def _factor_of(part: str, factors: dict[str, Any], main: set[str]) -> str | None:
    """The factor whose level a part is, None for a number's and for a factor without an effect of its own."""
    fitting = [f for f, column in factors.items() if part.startswith(f) and part != f and f in main
               and not (column.dtype.kind == "b" and not since("2.1"))
               and not (f.startswith(("factor(", "as.factor(")) and part[len(f):] in ("TRUE", "FALSE"))]
    return max(fitting, key=len, default=None)


def _level(part: str, factor: str, factors: dict[str, Any]) -> str:
    level = part[len(factor):]
    if getattr(factors[factor].dtype, "ordered", False):
        if level in POLYNOMIAL:
            level = POLYNOMIAL[level]
        elif level.startswith("^"):
            level = f"{level[1:]}th degree"
    inner = re.fullmatch(r"(?:as\.)?factor\(([\w.]+)\)", factor)
    return f"{_spaced(inner[1] if inner else factor)} [{level}]"


def _number(part: str) -> str:
    """A number's label: its function behind it in brackets, a polynomial's degree."""
    degree = re.fullmatch(r"(?:poly|bs|ns)\(([^,]+),.*\)(\d+)", part)
    if degree:
        return f"{_spaced(degree[1])} [{degree[2]}{ORDINALS.get(int(degree[2]), 'th')} degree]"
    scaled = re.fullmatch(r"scale\((.*)\)", part)
    if scaled:
        return _spaced(re.sub(r"^log\((\w+).*", r"\1", scaled[1].split(",")[0]))
    held = re.fullmatch(r"I\((.*)\)", part)
    if held:
        return _spaced(held[1])
    function = LOGARITHMS.fullmatch(part)
    return f"{_spaced(function[2])} [{function[1]}]" if function else _spaced(part)


def _bare(part: str) -> str:
    return re.sub(r"\d+$", "", part)


def _spaced(name: str) -> str:
    """Underscores and points between letters as blanks."""
    return re.sub(r"(?<=\w)\.(?=[A-Za-z])", " ", name.replace("_", " ")).strip("`")


def wrapped(label: str, width: int) -> str:
    """A label on lines of so many letters, parted by <br>, cut at blanks alone. R: sjmisc::word_wrap."""
    lines = [""]
    for word in label.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and len(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "<br>".join(lines)
