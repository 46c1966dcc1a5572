"""Every function that formulas know on awkward values: halves, signed zeros, infinities, 32-bit ends, text.

R's answers are stored in base 16, so what is exact in R is exact here.
"""
from __future__ import annotations

import re
import warnings
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from translations.stats.language.evaluate import evaluate
from translations.stats.language.expressions import read
from translations.stats.language.factors import Factor
from translations.stats.language.poly import Columns

from ..designs import stored

ASKED, ANSWERS = stored("awkward.json"), stored("awkward_r.json")["answers"]

# Relative errors: of bases from another orthogonal decomposition, or from de Boor's recurrence in another order; of
# scipy's special functions; of another library's elementary functions and sums. All else is exact.
BASIS = re.compile(r"\b(poly|bs|ns)\(")
ROUNDED = (
    (1e-12, BASIS),
    (1e-13, re.compile(r"\b(l?gamma|[pq]norm)\(")),
    (4e-15, re.compile(r"\b(log\w*|exp\w*|sqrt|sin|cos|tan|atan2?|tanh|[pq]logis|mean|var|sd|mad|(cum)?sum|(cum)?prod|"
                       r"scale|ave)\(|\^")),
)


@cache
def data() -> pd.DataFrame:
    columns = ASKED["columns"]
    frame = pd.DataFrame({
        "d": list(map(float.fromhex, columns["d"])), "e": list(map(float.fromhex, columns["e"])), "i": columns["i"],
        "j": columns["j"], "s": pd.Series(columns["s"], dtype=object), "l": pd.Series(columns["l"], dtype=object)})
    n = len(frame)
    frame["f"] = pd.Categorical(np.resize(np.array(["10", "2", None, "1.5"], object), n), ["2", "10", "unused", "1.5"])
    frame["o"] = pd.Categorical(np.resize(["low", "high", "mid"], n), ["low", "mid", "high"], ordered=True)
    frame["t"] = np.resize(np.array(["fig", "Apple", "apple", "_"], object), n)
    return frame


def of_factors(answer: dict[str, Any]) -> bool:
    """Whether R gave only NA with the warning that arithmetic has no meaning for factors: an error here."""
    return any("not meaningful for" in one for one in answer["warnings"])


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer["text"])
def test_value(answer: dict[str, Any]) -> None:
    text, theirs = answer["text"], answer["value"]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        if theirs["kind"] == "error" or of_factors(answer):
            with pytest.raises((ValueError, KeyError)):
                evaluate(read(text), data())
            return
        ours = evaluate(read(text), data())
    compare(text, ours, theirs)
    for word in ("NaNs produced", "integer overflow", "NAs introduced by coer", "not a multiple", "beyond boundary"):
        assert any(word in str(one.message) for one in told) == any(word in one for one in answer["warnings"]), word


def compare(text: str, ours: Any, theirs: dict[str, Any]) -> None:
    if theirs["kind"] == "factor":
        assert isinstance(ours, Factor) and not ours.logical and ours.ordered == theirs["ordered"]
        assert ours.levels == theirs["levels"]
        assert [code + 1 if code >= 0 else "NA" for code in ours.codes.tolist()] == theirs["codes"]
    elif theirs["kind"] == "logical":
        codes = ours.codes if isinstance(ours, Factor) else np.atleast_1d(ours)
        assert ours.logical if isinstance(ours, Factor) else codes.dtype == bool
        assert codes.ravel(order="F").tolist() == [-1 if one == "NA" else int(one) for one in theirs["values"]]
    elif theirs["kind"] == "text":
        assert [one if isinstance(one, str) else None for one in np.atleast_1d(ours).tolist()] == [
            None if one == "<NA>" else one for one in theirs["values"]]
    else:
        assert not isinstance(ours, Factor)
        if isinstance(ours, Columns):
            assert theirs["shape"] == list(ours.values.shape)
            ours = ours.values
        ours = np.atleast_1d(np.asarray(ours, float)).ravel(order="F")
        right = np.array([float.fromhex(one) for one in theirs["values"]])
        rtol = next((one for one, names in ROUNDED if names.search(text)), 0.0)
        size = np.abs(right[np.isfinite(right)]).max(initial=0.0) if BASIS.search(text) else 0.0
        np.testing.assert_allclose(ours, right, rtol=rtol, atol=rtol * size)
