"""Formulas and CSV files that make no sense: a clear error or an answer, never a crash and never a hang."""
from __future__ import annotations

import io
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

import translations as r
from translations.printing import console

from ..generated.question import examples

SECONDS = 20
CLEAR = (ValueError, KeyError)


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise TimeoutError after this many seconds."""
    def stop(*_: Any) -> None:
        raise TimeoutError(f"no answer in {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def answered_or_refused(question: Callable[[], Any]) -> str:
    """What is said of the question: its error's text, or "" when it was answered; any other error is raised."""
    with limited(SECONDS), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            str(question())
        except CLEAR as error:
            text = str(error.args[0]) if error.args else ""
            assert len(text) > 3, f"{type(error).__name__} says nothing: {text!r}"
            return text
    return ""


RNG = np.random.default_rng(20261124)
DATA = pd.DataFrame({
    "y": RNG.normal(size=48), "x": RNG.normal(size=48), "z": RNG.uniform(1, 3, 48),
    "f": pd.Categorical(RNG.choice(["a", "b", "c"], 48)), "g": pd.Categorical(np.repeat(list("pqrstu"), 8)),
    "h": RNG.choice(["u", "v"], 48), "l": RNG.choice([True, False], 48), "k": RNG.integers(0, 4, 48),
    "odd name": RNG.normal(size=48), "t": pd.date_range("2026-01-01", periods=48), "nothing": np.nan, "one": 1.0,
})
TOKENS = [
    'y', 'x', 'z', 'f', 'g', 'h', 'l', 'k', '`odd name`', 't', 'nothing', 'one', 'nowhere', '~', '~', '+', '+', '-',
    '*', ':', '/', '^', '%in%', '|', '||', '|', '(', ')', '(', ')', '1', '0', '2', '-1', '1e400', 'I(x^2)',
    'log(x)', 'log(z)', 'poly(x, 2)', 'poly(x, 99)', 'poly(f, 2)', 'scale(x)', 'factor(k)', 'offset(z)',
    'offset(f)', '.', 'cut(x, 3)', 'cut(x, 0)', 'C(f)', 'bs(x)', 'exp(1000 * x)', 'x > 0', 'x[1]', "'text'", '"',
    '`', ',', '=', 'NA', 'NULL', 'TRUE', 'é', '日', '\n', '\t', ' ', '#', '$', '@', '\\', '%', '{', '}', ';', '<-',
    'function(x) x', 'I()', 'log()', 'log(x, y, z)', '(1 | g)', '(x | g)', '(1 | f/g)', '(x || g)', '(1 | nowhere)',
    '(f | g)',
]
texts = st.lists(st.sampled_from(TOKENS), min_size=0, max_size=14).map(" ".join)
formulas = st.one_of(texts, texts.map(lambda t: f"y ~ x + {t}"), texts.map(lambda t: f"y ~ {t} + (1 | g)"),
                     st.text(max_size=30), st.text("()~|+y1g ", max_size=40))


@settings(**examples(200))
@given(formulas)
@example("y ~ " + "(" * 500 + "x" + ")" * 500)
@example("y ~ " + " + ".join(["x"] * 3000))
@example("y ~ (x + z + f + g + h + l + k)^7 + (1 | g)")
@example("y ~ x + (1 | g/f/h/l/k/x)")
@example("y ~ " + "-" * 3000 + "x")
@example("")
def test_formulas(formula: str) -> None:
    for question in (lambda: r.lmer(formula, DATA, control="newton"), lambda: r.lmer(formula, DATA),
                     lambda: r.lm(formula, DATA), lambda: r.model_matrix(formula, DATA),
                     lambda: r.t_test(formula, data=DATA), lambda: r.count(DATA, formula)):
        answered_or_refused(question)


MODELS = [r.lm("y ~ x * f + poly(z, 2)", DATA), r.lmer("y ~ x + f + (x | g)", DATA, control="newton")]


@settings(**examples(100))
@given(formulas)
def test_formulas_given_to_a_model(formula: str) -> None:
    lm, lmer = MODELS
    for question in (lambda: r.update(lm, formula), lambda: r.update(lmer, formula),
                     lambda: r.predict(lmer, re_form=formula), lambda: r.predict(lmer, DATA, re_form=f"~ {formula}"),
                     lambda: r.simulate(lmer, 1, seed=1, re_form=formula), lambda: r.drop1(lmer, formula),
                     lambda: r.lm("y ~ x", DATA, subset=formula), lambda: r.lm("y ~ x", DATA, weights=formula),
                     lambda: r.confint(lmer, parm=formula, method="Wald")):
        answered_or_refused(question)


ODD = ["1", "2.5", "-3e300", "1e-300", "", "NA", "nan", "inf", "-Inf", "a", "B", "é", "TRUE", "0x1F", "1,5", '"q"',
       "1_000", " 7 ", "2026-01-01", "'", "\x00"]
CELLS = st.one_of(st.sampled_from(ODD), st.text(max_size=6))


@st.composite
def files(draw: st.DrawFn) -> str:
    """A CSV file of columns y, x, f, g that was not looked after: odd cells, ragged lines, other line ends, a mark."""
    n = draw(st.integers(0, 30))
    sane = draw(st.booleans())
    number = st.integers(-50, 50).map(str)
    rows = [[draw(number), draw(number), draw(st.sampled_from("abc")), draw(st.sampled_from("pqrs"))] for _ in range(n)]
    for _ in range(draw(st.integers(0, 2 if sane else 12)) if n else 0):
        rows[draw(st.integers(0, n - 1))][draw(st.integers(0, 3))] = draw(CELLS)
    odd = [["y", "y", "f", "g"], ["Y", "x", "f", ""], ["y", "x", "f", "g g"]]
    head = draw(st.sampled_from([["y", "x", "f", "g"]] * 4 + odd))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    lines = [draw(st.sampled_from([",", ",", ",", ";", "\t"])).join(row) for row in [head, *rows]]
    return draw(st.sampled_from(["", "\ufeff"])) + end.join(lines) + draw(st.sampled_from(["", end, end * 3]))


@settings(**examples(100))
@given(files())
@example("")
@example("y,x,f,g\n")
@example("y,x,f,g\n1,2,a,p\n")
def test_csv_files(text: str) -> None:
    try:
        data = pd.read_csv(io.StringIO(text))
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError):
        return  # pandas' own refusal
    for question in (lambda: r.lmer("y ~ x + (1 | g)", data), lambda: r.lmer("y ~ f + (x | g)", data, control="newton"),
                     lambda: r.lm("y ~ x * f", data), lambda: r.lm("y ~ .", data), lambda: r.t_test("y ~ f", data=data),
                     lambda: r.t_test(data.iloc[:, 0]), lambda: r.summary(data), lambda: console(data),
                     lambda: r.count(data, "g"), lambda: r.factor(data.iloc[:, -1])):
        answered_or_refused(question)
