"""R expressions over columns with gaps: read, written back and evaluated as R does, written and generated ones."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from translations.stats.language.evaluate import evaluate
from translations.stats.language.expressions import deparse, read, symbols
from translations.stats.language.factors import Factor
from translations.stats.language.poly import Columns

from ..designs import hostile, mixture, stored

ANSWERS = stored("expressions_r.json")
DATA = hostile()

# Elementary functions of two libraries, and orthogonal polynomials by two QR routines.
ROUNDING = 1e-13


def number(value: Any) -> float:
    return {"Inf": np.inf, "-Inf": -np.inf, "NaN": np.nan, "NA": np.nan, None: np.nan}.get(value, value)


def close(ours: Any, theirs: list[Any]) -> None:
    theirs = np.array([number(value) for value in theirs], dtype=float)
    size = np.abs(theirs[np.isfinite(theirs)]).max(initial=0.0)
    np.testing.assert_allclose(np.asarray(ours, float), theirs, rtol=ROUNDING, atol=ROUNDING * size)


def value_of(text: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return evaluate(read(text), DATA)


@pytest.mark.parametrize("one", ANSWERS["evaluated"] + ANSWERS["spelled"], ids=lambda one: one["text"])
def test_text_and_variables(one: dict[str, Any]) -> None:
    node = read(one["text"])
    assert deparse(node) == one["deparsed"]
    assert list(dict.fromkeys(symbols(node))) == one["variables"]


@pytest.mark.parametrize("one", ANSWERS["evaluated"], ids=lambda one: one["text"])
def test_value(one: dict[str, Any]) -> None:
    theirs = one["value"]
    if theirs["kind"] == "error":
        with pytest.raises((ValueError, KeyError)):
            value_of(one["text"])
        return
    ours = value_of(one["text"])
    if theirs["kind"] == "factor":
        assert isinstance(ours, Factor) and not ours.logical and ours.ordered == theirs["ordered"]
        assert ours.levels == theirs["levels"] and ours.codes.min() >= -1 and ours.codes.dtype == np.int64
        assert [code + 1 if code >= 0 else "NA" for code in ours.codes.tolist()] == theirs["codes"]
    elif theirs["kind"] == "matrix":
        if isinstance(ours, Columns):
            assert list(ours.labels) == (theirs["columns"] if len(ours.labels) > 1 else [""])
            ours = ours.values
        close(ours.ravel(order="F"), theirs["values"])
    elif theirs["kind"] == "logical":
        assert not isinstance(ours, Factor) or ours.codes.min() >= -1
        truth = (ours.codes if isinstance(ours, Factor) else np.atleast_1d(ours).astype(int)).ravel(order="F").tolist()
        assert (ours.logical and ours.levels == ["FALSE", "TRUE"] if isinstance(ours, Factor) else
                np.asarray(ours).dtype == bool)
        assert truth == [-1 if value == "NA" else int(value) for value in theirs["values"]]
    elif theirs["kind"] == "text":
        assert [None if pd.isna(value) else value for value in np.atleast_1d(ours).tolist()] == [
            None if value == "NA" else value for value in theirs["values"]]
    else:
        close(np.atleast_1d(ours), theirs["values"])


D, H = mixture(), hostile()


@pytest.mark.parametrize(("text", "token"), [
    ("y ~", "end"), ("y ~ x +", "end"), ("y ~ (x", "end"), ("y ~ (x z", "'z'"), ("y ~ x)", r"'\)'"), ("f(x", "end"),
    ("a b", "'b'"), ("y ~ )", r"'\)'"), ("* x", r"'\*'"), ("f(x y)", "'y'"), ("f(x = )", r"'\)'"), ("x + * y", r"'\*'"),
    ("(", "end"), ("a == = b", "'='"), ("f(, x)", "','"), ("a, b", "','"), ("1 2", "'2'"), ("'a' 'b'", '"\'b\'"'),
    ("x %in%", "end"), ("!", "end"), ("-", "end"), ("~", "end"), ("", "end"),
])
def test_the_token_that_does_not_fit_is_named(text: str, token: str) -> None:
    with pytest.raises(ValueError, match=f"unexpected {token} in ") as refused:
        read(text)
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize(("text", "rest"), [("y ~ x $ z", "$ z"), ("'open", "'open"), ("x @", "@")])
def test_what_cannot_be_read_is_shown(text: str, rest: str) -> None:
    with pytest.raises(ValueError) as refused:
        read(text)
    assert f"cannot read {rest!r} in {text!r}" == str(refused.value)


def test_comments_are_skipped_as_r_skips_them() -> None:
    assert deparse(read("y ~ x +  # the dose\n  `a # b` # and no more")) == "y ~ x + `a # b`"


def test_python_s_words_are_r_s() -> None:
    np.testing.assert_array_equal(evaluate(read("as_numeric(q)"), H), evaluate(read("as.numeric(q)"), H))
    assert [deparse(read(word)) for word in ("True", "False", "None", "NA")] == ["TRUE", "FALSE", "NULL", "NA"]


@pytest.mark.parametrize("text", ["(" * 3000 + "x" + ")" * 3000, "+".join(["x"] * 4000)])
def test_nested_too_deeply(text: str) -> None:
    with pytest.raises(ValueError, match="nested too deeply") as refused:
        read(text)
    assert len(str(refused.value)) < 150
