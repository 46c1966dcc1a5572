"""What a formula may allocate: each way to ask for more than a machine holds is refused in words, at once."""
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.stats.language.limits import require_size

DATA = pd.DataFrame({"y": np.arange(12.0) ** 2, "x": np.arange(12.0), "g": np.tile([1, 2, 3], 4)})
MANY = pd.DataFrame({"y": np.arange(40_000.0), "id": [f"s{i}" for i in range(40_000)], "half": np.arange(40_000) // 2})


@pytest.mark.parametrize(("term", "what"), [
    ("cut(x, 1e9)", r"cut\(\) into 1,000,000,000 intervals would have 1,000,000,000 elements, more than the 5,000,000"),
    ("cut(x, 1e300)", r"cut\(\) into"),
    ("poly(x, 1e9, raw = TRUE)", r"poly\(\) of degree 1,000,000,000 would have 12,000,000,012 elements"),
    ("poly(x, g, degree = 1e6)", "poly"), ("bs(x, df = 1e9)", "a spline of"), ("ns(x, df = 1e9)", "a spline of"),
    ("I(x + sum(1:1e12))", "1:1000000000000 would have"), ("I(x + sum(1e12:1))", "would have"),
    ("I(x + sum(seq(0, 1, 1e-12)))", "seq"), ("I(x + sum(seq_len(1e12)))", "seq"),
    ("I(x + sum(rep(1, 1e12)))", "rep"), ("I(x + sum(rep(1, length.out = 1e12)))", "rep"),
    ("I(x + sum(rep(1:12, each = 1e12)))", "rep"),
])
def test_one_call(term: str, what: str) -> None:
    for fit, formula in ((r.lm, f"y ~ {term}"), (r.lmer, f"y ~ {term} + (1 | g)")):
        with pytest.raises(ValueError, match=what):
            fit(formula, DATA)


@pytest.mark.parametrize(("formula", "what"), [
    ("y ~ id", "the contrasts of id, with 40,000 levels, would have 1,600,000,000 elements"),
    ("y ~ interaction(id, half)", "interaction"), ("y ~ factor(half):id", "the contrasts of"), ("y ~ 0 + id", "id"),
    ("y ~ dummy(id)", "dummy"),
])
def test_levels_of_a_long_column(formula: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        r.lm(formula, MANY)


def test_many_levels_are_welcome_as_groups() -> None:
    frame = r.lmer("y ~ 1 + (1 | half)", MANY, control=r.lmerControl(calc_derivs=False, optCtrl={"maxeval": 2}))
    assert r.ngrps(frame)["half"] == 20_000


def test_size_is_a_number_of_elements() -> None:
    require_size(10, "it", most=10)
    with pytest.raises(ValueError, match="it would have 11 elements, more than the 10 that a formula may make"):
        require_size(11, "it", most=10)
    with pytest.raises(ValueError, match="nan elements"):
        require_size(float("nan"), "it")
