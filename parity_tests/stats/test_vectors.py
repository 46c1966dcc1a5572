"""Contrast matrices, factors, groupings, counts, tail areas and deparsed expressions against R's stored answers."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.stats import contrasts, distributions
from translations.stats.data_frames import count
from translations.stats.formula import deparse, factor_of, model_frame, read
from translations.stats.vectors import factor, is_factor, is_ordered, levels

from .designs import mixture, stored

R_SIDE = stored("vectors.json")

# contr.poly: R orthogonalises by LINPACK's QR, we by LAPACK's. 12 levels lose 3 digits on either side.
QR = {size: 1e-14 for size in range(2, 9)} | {12: 1e-11}
# Tail areas by scipy's incomplete beta and gamma functions; R's own (TOMS 708) are exact to 1e-13 in far tails.
AREA = 1e-12


def number(value: Any) -> float:
    return {"Inf": np.inf, "-Inf": -np.inf, "NA": np.nan}[value] if isinstance(value, str) else float(value)


CONTRASTS = [(name, size) for name, by_size in R_SIDE["contrasts"].items() for size in by_size]


@pytest.mark.parametrize(("name", "size"), CONTRASTS)
def test_contrasts(name: str, size: str) -> None:
    theirs, n = R_SIDE["contrasts"][name][size], int(size)
    if name == "base3":
        ours = r.contr_treatment(n, base=3)
    elif name == "scores":
        ours = r.contr_poly(n, scores=[1, 2, 4, 8])
    else:
        ours = contrasts.BY_NAME[name.replace(".", "_")](n)
    assert list(ours.columns) == (theirs["columns"] or [str(i) for i in range(1, n)])
    np.testing.assert_allclose(ours.to_numpy(), np.array(theirs["values"], float), rtol=0, atol=QR[n] * n)


def test_contrasts_errors() -> None:
    with pytest.raises(ValueError, match="not enough levels"):
        r.contr_sum(1)
    with pytest.raises(ValueError, match="baseline level 4"):
        r.contr_treatment(3, base=4)
    with pytest.raises(ValueError, match="scores"):
        r.contr_poly(3, scores=[1, 1, 2])
    assert r.contr_helmert(["a", "b"], contrasts=False).to_numpy().tolist() == [[1, 0], [0, 1]]


DATA = mixture()
FACTORS: dict[str, Any] = {
    "text": lambda: factor(DATA["s"]), "number": lambda: factor(DATA["x"]), "integer": lambda: factor(DATA["k"]),
    "dropped": lambda: factor(DATA["f"]), "logical": lambda: factor(DATA["l"]),
    "levels": lambda: factor(DATA["k"], levels=[3, 1]),
    "labels": lambda: factor(DATA["k"], labels=["zero", "one", "two", "three"]),
    "prefix": lambda: factor(DATA["k"], labels=["k"]), "ordered": lambda: factor(DATA["s"], ordered=True),
    "kept_order": lambda: factor(DATA["o"]), "missing": lambda: factor(mixture("gaps")["k"]),
    "large": lambda: factor([100000.0, 1e-5, 123456789.5, 0.1 + 0.2, 1e15, 1 / 3]),
}


@pytest.mark.parametrize("name", R_SIDE["factors"])
def test_factor(name: str) -> None:
    ours, theirs = pd.Series(FACTORS[name]()), R_SIDE["factors"][name]
    assert is_factor(ours) and is_ordered(ours) == theirs["ordered"]
    assert levels(ours) == theirs["levels"]
    assert [code + 1 if code >= 0 else "NA" for code in ours.cat.codes] == theirs["codes"]


def test_is_factor_of_other_things() -> None:
    assert not is_factor(DATA["x"]) and levels(DATA["x"]) is None and not is_factor([1, 2])
    with pytest.raises(ValueError, match="invalid labels: 2 for 4 levels"):
        factor(DATA["k"], labels=["a", "b"])


@pytest.mark.parametrize("expression", R_SIDE["groupings"])
def test_factor_of(expression: str) -> None:
    codes, names = factor_of(expression, model_frame("y ~ 1", DATA, extra=[expression]))
    theirs = R_SIDE["groupings"][expression]
    assert names == theirs["levels"]
    assert (codes + 1).tolist() == theirs["codes"]


COUNTS: dict[str, Any] = {
    "f": lambda: count(DATA, "f"), "f g": lambda: count(DATA, "f", "g"), "k l": lambda: count(DATA, "k", "l"),
    "s sorted": lambda: count(DATA, "s", sort=True), "gaps": lambda: count(mixture("gaps"), "f", "k"),
}


@pytest.mark.parametrize("name", R_SIDE["counts"])
def test_count(name: str) -> None:
    ours = COUNTS[name]().astype(object)
    assert ours.where(ours.notna(), "NA").to_numpy().tolist() == R_SIDE["counts"][name]


def test_count_errors() -> None:
    with pytest.raises(KeyError, match="'q'"):
        count(DATA, "q")
    with pytest.raises(ValueError, match="'f'"):
        count(DATA, "f", name="f")
    assert count(DATA)["n"].tolist() == [24]


def test_areas_and_quantiles() -> None:
    for one in R_SIDE["areas"]:
        value = getattr(distributions, one["name"])(*map(number, one["arguments"]), lower_tail=one["lower"])
        np.testing.assert_allclose(value, number(one["value"]), rtol=AREA, atol=1e-300, err_msg=str(one))
        if one["lower"]:
            assert value == getattr(distributions, one["name"])(*map(number, one["arguments"]))


def test_areas_of_arrays() -> None:
    both = distributions.pt(np.array([1.0, 2.0]), 5)
    assert both.tolist() == [distributions.pt(1, 5), distributions.pt(2, 5)]


@pytest.mark.parametrize("one", R_SIDE["deparsed"], ids=lambda one: one["text"])
def test_deparse(one: dict[str, str]) -> None:
    assert deparse(read(one["text"])) == one["deparsed"]


@pytest.mark.parametrize("text", ["y ~", "y ~ x +", "y ~ (x", "y ~ x)", "f(x", "y ~ x $ z", "a b"])
def test_unreadable(text: str) -> None:
    with pytest.raises(ValueError, match="unexpected|cannot read"):
        read(text)
