"""ranova: which terms are taken away, and how they are written."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.inference.ranova import full_formula, reductions
from translations.lme4.model import LmerMod
from translations.lme4.results.update import update_mixed

from ..df_models import MODELS, digits

FORMULAS = [
    "y ~ A * B + (1 | g)", "y ~ A + (A + x | g) + (1 | h)", "y ~ (A * x | g)", "log(y) ~ x + (0 + x | g) + (1 | g:h)",
    "y ~ A - 1 + (x || g) + (1 | h)", "y ~ x + (x + I(x^2) | g)", "y ~ B + (1 | g/h)", "y ~ B + (0 + A + x | g)",
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_of_ranova(formula: str, live_r: Any) -> None:
    random = np.random.default_rng(4)
    n = 240
    data = pd.DataFrame({"y": random.normal(size=n) + 9, "x": random.normal(size=n)})
    for name, levels in (("A", 2), ("B", 3), ("g", 12), ("h", 5)):
        data[name] = pd.Categorical([f"{name}{i}" for i in random.integers(levels, size=n)])
    m = r.lmer(formula, data, control="newton")
    theirs = live_r.values(f"""
        f <- {formula}; rhs <- f[[3]]
        bars <- lapply(lme4::findbars(rhs), lmerTest:::deparse2)
        parts <- c(lmerTest:::deparse2(lme4::nobars(rhs)), paste0("(", bars, ")"))
        full <- update(f, paste0(". ~", paste(parts, collapse = "+")))
        forms <- unlist(lapply(bars, lmerTest:::get_newforms, full_formula = full))
        c(full = lmerTest:::deparse2(full), vapply(forms, lmerTest:::deparse2, ""))""")
    ours = {"x[full]": full_formula(m), **{f"x[{label}]": text for label, text in reductions(m).items()}}
    assert {k: " ".join(v.split()) for k, v in ours.items()} == {k: " ".join(str(v).split()) for k, v in theirs.items()}


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("y ~ x + (1 | g)", ". ~ . - x", "y ~ (1 | g)"),
    ("y ~ x * z + (x | g)", "~ . - x:z", "y ~ x + z + (x | g)"),
    ("y ~ x + (x | g)", "log(.) ~ . - (x | g) + (1 | g)", "log(y) ~ x + (1 | g)"),
])
def test_update_mixed(old: str, new: str, expected: str, live_r: Any) -> None:
    assert update_mixed(old, new) == expected
    assert live_r.values(f"deparse(update({old}, {new}))") == {"x": expected}


def test_ranova_without_reduction(slopes: LmerMod) -> None:
    table = r.ranova(slopes, reduce_terms=False)
    assert list(table.index) == ["<none>", "(days_deprived | Subject)"]
    assert table.loc["(days_deprived | Subject)", "Df"] == 3


def test_ranova_by_maximum_likelihood(live_r: Any) -> None:
    model = next(m for m in MODELS if m.name == "maximum likelihood")
    model.both(live_r)
    theirs = live_r.numbers("as.matrix(ranova(m))").reshape(6, 2).T
    assert digits(r.ranova(model.fit()), theirs) > 8.0
