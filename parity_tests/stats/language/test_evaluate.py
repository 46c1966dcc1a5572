"""Expressions evaluated: what is refused, and of which kind columns are."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from translations.stats.formulas.frame import model_frame
from translations.stats.language.evaluate import column, evaluate
from translations.stats.language.expressions import read

from ..designs import hostile, mixture

D, H = mixture(), hostile()


@pytest.mark.parametrize(("text", "error", "message"), [
    ("aa", KeyError, r"no column 'aa'; did you mean 'a'\?"),
    ("bb + 1", KeyError, r"no column 'bb'; did you mean 'b'\?"),
    ("zebra", KeyError, "no column 'zebra'; it has a, b, n, c, p, t, q, r, u"),
    ("logg(a)", ValueError, r"unknown function logg\(\) in a formula; did you mean log"),
    ("cosi(a)", ValueError, r"did you mean cos or cosh or \w+\?"),
    ("qqqq(a)", ValueError, r"unknown function qqqq\(\) in a formula: compute the column beforehand"),
    ("log(q)", ValueError, r"cannot evaluate log\(q\): arithmetic is not meaningful for factors"),
    ("1 + log(t)", ValueError, r"cannot evaluate log\(t\): non-numeric argument"),
    ("I(q:b)", ValueError, "cannot evaluate q:b"),
    ("I(b:q)", ValueError, "cannot evaluate b:q"),
    ("poly(b, 2, 3)", ValueError, "a degree: of several columns by its name"),
    ("poly(b, c, 2)", ValueError, "a degree: of several columns by its name"),
    ("poly(a, 2)", ValueError, "missing values are not allowed"),
    ("poly(b, 8)", ValueError, "less than the 7 distinct points"),
    ("poly(b, 7)", ValueError, "less than the 7 distinct points"),
    ("poly(b, 0)", ValueError, "at least 1"),
    ("factor(u, labels = c('a', 'b', 'c'))", ValueError, "invalid labels: 3 for 2 levels"),
    ("q == u", ValueError, "different levels"),
    ("contr.sum(1e12)", ValueError, "contrasts of 1000000000000.0 levels would have"),
    ("contr.sum(Inf)", ValueError, "contrasts of inf levels would have"),
    ("diff(b, Inf)", ValueError, "cannot evaluate"),
])
def test_evaluation(text: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        evaluate(read(text), H)


@pytest.mark.parametrize("text", ["q + 1", "u > u", "q < 'v1'", "q > 'v1'", "!q", "q & p", "-q", "mean(q)", "r + 1"])
def test_arithmetic_on_factors_is_refused_where_r_warns_and_answers_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="factor"):
        evaluate(read(text), H)


@pytest.mark.parametrize(("values", "message"), [
    (pd.array([1 + 2j, 3j]), "type complex128: make it a number, text, or a factor"),
    (pd.Series([1, "a"], dtype=object), "column 'v' mixes types"),
    (pd.Series([1 + 2j, 3j]), "column 'v' has type complex"),
    (pd.Series(pd.period_range("2020", periods=2, freq="M")), r"column 'v' has values of a type \(period\)"),
])
def test_columns_of_other_types(values: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        column(pd.DataFrame({"v": values}), "v")


@pytest.mark.parametrize(("values", "kind"), [
    (pd.Series(["a", None], dtype="string"), "O"), (pd.Series(["a", "b"], dtype="category"), "factor"),
    (pd.Series([None, None], dtype=object), "O"), (pd.Series([1.5, None], dtype="Float64"), "f"),
    (pd.Series([1, 2], dtype="uint8"), "u"), (pd.Series([True, False]), "b"), (pd.Series([1, 2.5], dtype=object), "f"),
    (pd.Series([1, None], dtype=object), "f"), (pd.Series([True, None], dtype=object), "factor"),
    (pd.Series([True, None], dtype="boolean"), "factor"), (pd.Series([1, 2], dtype="Int32"), "i"),
])
def test_kinds_of_columns(values: pd.Series, kind: str) -> None:
    found = column(pd.DataFrame({"v": values}), "v")
    assert (found.dtype.kind if isinstance(found, np.ndarray) else "factor") == kind


@pytest.mark.parametrize("text", [
    "factor(2)", "as.factor(-Inf)", "any(a > 0)", "all(NA, 1)", "is.na(1)", "interaction(1, 2)",
])
def test_single_values_are_no_variables(text: str) -> None:
    with pytest.raises(ValueError, match=r"variable lengths differ"):
        model_frame(f"b ~ {text}", hostile())
