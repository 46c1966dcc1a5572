"""The entries of the tables of words, run in Python and in R, and the digits that both answers share.

What R answered is kept in `words/answers.json`; `scripts/guide_answers.py` asks it again.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import json
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from translations.parity.compare import digits
from translations.parity.flatten import Scalar, flatten, scalar
from translations.parity.session import LiveR

from .elsewhere import WORDS, Elsewhere

STORED = WORDS / "answers.json"
PYTHON_HEAD = """\
import numpy as np, pandas as pd, statsmodels.api as sm, statsmodels.formula.api as smf
import rparity as r
from plotnine import *
from scipy import stats

df = r.sleepstudy()                       # Reaction, Days, Subject
model = r.lmer("Reaction ~ Days + (Days | Subject)", df)
x = np.array([5.1, 3.8, 6.4, 4.7, 7.2, 5.9, 4.3, 6.8])
y = np.array([4.2, 5.5, 3.1, 4.9, 6.0, 3.6, 2.8, 5.2])
g = ["a", "b"] * 4
few = pd.DataFrame({"id": range(1, 7), "g": ["b", "a", "b", "a", "c", None], "v": [3, None, 1, 5, 2, 4],
                    "when": pd.date_range("2024-01-30", periods=6),
                    "code": ["a-10", "b-2", "a-3", "c-41", "b-5", "d-6"]})
"""
R_HEAD = """\
library(lme4); library(tidyr); library(dplyr, warn.conflicts = FALSE); library(ggplot2)

df <- sleepstudy                          # Reaction, Days, Subject
model <- lmer(Reaction ~ Days + (Days | Subject), df)
x <- c(5.1, 3.8, 6.4, 4.7, 7.2, 5.9, 4.3, 6.8)
y <- c(4.2, 5.5, 3.1, 4.9, 6.0, 3.6, 2.8, 5.2)
g <- rep(c("a", "b"), 4)
few <- data.frame(id = 1:6, g = c("b", "a", "b", "a", "c", NA), v = c(3, NA, 1, 5, 2, 4),
                  when = as.Date("2024-01-30") + 0:5,
                  code = c("a-10", "b-2", "a-3", "c-41", "b-5", "d-6"))
"""
_BY_THEMSELVES = {"", "base", "stats", "utils", "graphics"}


@cache
def stored() -> dict[str, Any]:
    """R's answers: {"R": version, "answers": {entry: {"asked": hash, "values": [...], "digits": shared}}}."""
    return dict(json.loads(STORED.read_text(encoding="utf-8"))) if STORED.is_file() else {"answers": {}}


def asked(entry: Elsewhere) -> str:
    """What stands for the question put to R: an answer to another one is out of date."""
    return hashlib.sha256("\n".join((R_HEAD, *_r_question(entry))).encode()).hexdigest()[:16]


def shared(entry: Elsewhere) -> int | None:
    """The whole digits that both answers share on any machine; None where R was not asked.

    One fewer than `scripts/guide_answers.py` measured on one: the last hangs on the kernels that BLAS takes.
    """
    answer = stored()["answers"].get(entry.python, {})
    digits = answer.get("digits") if answer.get("asked") == asked(entry) else None
    return None if digits is None else math.floor(digits - 1.0)


def agreement(entry: Elsewhere) -> str:
    """How far both answers agree, in words; "" where nothing was asked."""
    if not entry.in_r or not entry.digits:
        return ""
    digits = shared(entry)
    if digits is None:
        return ""
    release = stored()["R"]
    return f"R {release} gives the same." if digits >= 14 else f"R {release} gives the same to {digits} digits."


_GIVEN = {"df": "df is r.sleepstudy()", "model": 'model is r.lmer("Reaction ~ Days + (Days | Subject)", df)',
          "few": "few a small frame with missing values", "x": "x and y are vectors", "g": "g labels of two groups"}


def given(entry: Elsewhere) -> str:
    """What the names are that an entry's Python uses without saying so."""
    nodes = list(ast.walk(ast.parse(entry.use)))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    made = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    made |= {one.arg for node in nodes if isinstance(node, ast.arguments) for one in node.args}
    used = (used | ({"df"} if "model" in used else set())) - made
    said = [text for name, text in _GIVEN.items() if name in used or (name == "x" and "y" in used)]
    return f"Here {', '.join(said)}." if said else ""


# Python


def namespace(place: Path) -> dict[str, Any]:
    """The names that every entry may use, after the files that some read were written into `place`."""
    found: dict[str, Any] = {"__name__": "guide"}
    exec(PYTHON_HEAD, found)
    df = found["df"]
    df.to_csv(place / "file.csv", index=False)
    df.to_csv(place / "file.txt", index=False, sep=" ")
    df.to_csv(place / "semicolon.csv", index=False, sep=";", decimal=",")
    found["few"].drop(columns="when").to_stata(place / "data.dta", write_index=False)
    df.to_excel(place / "book.xlsx", index=False)
    found["layer_data"] = layer_data
    return found


def in_python(entry: Elsewhere, names: Mapping[str, Any]) -> list[Scalar]:
    """Run an entry's Python; what it answers, as scalars: a frame's by columns."""
    inside = dict(names)
    *first, last = ast.parse(entry.use).body
    exec(compile(ast.Module(first, []), entry.python, "exec"), inside)
    if isinstance(last, ast.Expr):
        inside["answer"] = eval(compile(ast.Expression(last.value), entry.python, "eval"), inside)
    else:
        exec(compile(ast.Module([last], []), entry.python, "exec"), inside)
        inside["answer"] = None
    if entry.both:
        inside["answer"] = eval(entry.both[1], inside)
    return list(in_order(inside["answer"])) if entry.digits else []


def answered(entries: Sequence[Elsewhere], most: int = 9) -> list[tuple[Elsewhere, str, str]]:
    """Entries with what R printed when it was asked, and what Python shows now, at most so many lines of each."""
    found = []
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        names = namespace(Path(place))
        for entry in entries:
            printed = stored()["answers"].get(entry.python, {}).get("printed", "")
            inside = dict(names)
            tree = ast.parse(entry.use)
            last = tree.body.pop()
            with contextlib.redirect_stdout(io.StringIO()) as said:
                exec(compile(tree, entry.python, "exec"), inside)
                value = (eval(compile(ast.Expression(last.value), entry.python, "eval"), inside)
                         if isinstance(last, ast.Expr) else None)
            found.append((entry, printed, first_lines(said.getvalue() or shown(value), most)))
    return found


def shown(value: Any) -> str:
    """A value as a notebook without HTML shows it."""
    import pandas as pd

    if value is None or type(value).__name__ == "ggplot":
        return ""
    if isinstance(value, pd.DataFrame):
        return str(pd.DataFrame(value).to_string(max_rows=6))
    return str(pd.Series(value).to_string(max_rows=6)) if isinstance(value, pd.Series) else str(value)


def first_lines(text: str, most: int = 9) -> str:
    """The first lines of a text, and "..." where there are more."""
    lines = text.rstrip().splitlines()
    return "\n".join(lines if len(lines) <= most else [*lines[: most - 1], "..."])


def in_order(answer: Any) -> Iterator[Scalar]:
    """An answer's scalars: a frame's or an array's column by column, as R keeps them; a plot's x and y."""
    if type(answer).__name__ == "ggplot":
        data = layer_data(answer)
        answer = data[[name for name in ("x", "y") if name in data]]
    if hasattr(answer, "columns"):
        for at in range(answer.shape[1]):
            yield from in_order(answer.iloc[:, at])
    elif getattr(answer, "ndim", 0) == 2:
        yield from in_order(answer.ravel(order="F"))
    elif isinstance(answer, list | tuple) and any(hasattr(one, "shape") for one in answer):
        for one in answer:
            yield from in_order(one)
    elif isinstance(answer, float | int | str | bool):
        yield scalar(answer)
    else:
        plain = answer.reset_index(drop=True) if hasattr(answer, "reset_index") else answer
        yield from flatten({"x": plain}).values()


def layer_data(plot: Any) -> Any:
    """What a plot's first layer draws, a frame of its aesthetics, all panels."""
    from copy import deepcopy

    plot = deepcopy(plot)
    plot._build()
    return plot._build_objs.layers[0].data


# R


def in_r(entry: Elsewhere, r: LiveR) -> list[Scalar]:
    """R's answer to an entry, by a session to which `prepare` was given. Raises RError."""
    return list(r.values("\n".join(_r_question(entry))).values()) if entry.digits else [str(r.eval("TRUE"))]


def printed_by_r(entry: Elsewhere, r: LiveR) -> str:
    """The first lines of what R's console shows for an entry. Raises RError."""
    beside, _ = _r_question(entry)
    shown = f"local({{ .it <- withVisible({{\n{entry.in_r}\n}}); if (.it$visible) print(.it$value) }}, .there)"
    return first_lines(r.eval(f"{beside}\n{shown}"))


def prepare(r: LiveR, place: Path) -> None:
    """Give R the head, the files in `place` as its working directory, and what `in_r` uses."""
    r.eval("options(device = function(...) grDevices::pdf(NULL))")
    r.eval(f'setwd("{place}")')
    r.eval(R_HEAD)
    r.eval("""
        .beside <- function(package) {
            list2env(if (nzchar(package) && requireNamespace(package, quietly = TRUE))
                         mget(getNamespaceExports(package), asNamespace(package), inherits = TRUE) else list(),
                     parent = globalenv())
        }
        .compared <- function(answer) {
            if (!inherits(answer, "ggplot")) return(if (is.data.frame(answer)) as.data.frame(answer) else answer)
            data <- layer_data(answer)
            lapply(data[intersect(c("x", "y"), names(data))], as.vector)
        }""")


def _r_question(entry: Elsewhere) -> tuple[str, str]:
    """The R that answers an entry: its line beside its package's names, and what is compared of it."""
    package = "" if entry.package in _BY_THEMSELVES else entry.package
    what = entry.both[0] if entry.both else "answer"
    return (f'.there <- .beside("{package}")',
            f"eval(quote({{ answer <- {{\n{entry.in_r}\n}}\n.compared({what}) }}), .there)")


def fewest(got: list[Scalar], expected: list[Scalar]) -> float:
    """The fewest digits that two answers share, value by value in their order; 0 where they are not as many.

    A whole number is one, whatever its type is called; missing values and NaN are told apart by neither.
    """
    if len(got) != len(expected):
        return 0.0
    return min((digits(_same_type(a), _same_type(b)) for a, b in zip(got, expected, strict=True)), default=0.0)


def _same_type(value: Scalar) -> Scalar:
    if isinstance(value, bool):
        return value
    if value in ("NA", "NaN"):
        return "NA"
    return float(value) if isinstance(value, int | float) else value
