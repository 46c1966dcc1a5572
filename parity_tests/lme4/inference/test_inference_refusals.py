"""What tests, intervals and bootstraps refuse, with the facts of each message."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.model import LmerMod

from ..small_models import d

SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"
REFUSED: dict[str, tuple[Any, str]] = {
    "weights of text": (lambda m: r.update(m, wieghts=1), "no argument wieghts; it has formula, data, REML"),
    "a term without a bar": (lambda m: r.update(m, ". ~ . - (days_deprived | Subject)"), "No random effects terms"),
    "a test": (lambda m: r.drop1(m, test="F"), "'none' or 'Chisq', not 'F'"),
    "a scope": (lambda m: r.drop1(m, ["oven", "age"]), "terms days_deprived: oven, age"),
    "other rows": (lambda m: r.anova(m, r.lmer(SLEEP, r.sleep2().iloc[:100])), "same size.* to 144, .* to 100"),
    "a level that is new": (lambda m: r.predict(m, pd.DataFrame({"days_deprived": [1.0, 2.0], "Subject": ["9", "x"]})),
                            "Subject has '9', 'x'"),
    "a level that is missing": (lambda m: r.predict(m, pd.DataFrame({"days_deprived": [1.0], "Subject": [None]})),
                                "missing values of the grouping factor Subject"),
    "a column": (lambda m: r.predict(m, pd.DataFrame({"Subject": ["308"]})), "days_deprived"),
    "a group": (lambda m: r.predict(m, re_form="~ (1 | item)"), "item in re_form is not in the model; it has Subject"),
    "nsim": (lambda m: r.PBmodcomp(m, m, nsim=0), "nsim must be at least 1, not 0"),
    "the same model": (lambda m: r.PBmodcomp(m, m, nsim=1), "144 and 144 observations.* 0 parameters more"),
    "simulations": (lambda m: r.simulate(m, -1), "at least 1, not -1"),
    "terms held": (lambda m: r.simulate(m, re_form="~ (1 | item)"), r"not the model's: 1 \| item; it has days_"),
    "a contrast": (lambda m: r.contest(m, np.ones((2, 3))), r"needs 2 values.*shape \(2, 3\)"),
    "nested": (lambda m: r.KRmodcomp(m, "Reaction ~ I(days_deprived^2) + (1 | Subject)"), "not nested"),
    "the fixed effects": (lambda m: r.KRmodcomp(m, m), "the same, or not nested"),
    "means": (lambda m: r.ls_means(m, "days_deprived"), "'days_deprived' has numeric variables"),
    "a level of intervals": (lambda m: r.confint(r.bootMer(m, "sigma", 3), level=1.0), "between 0 and 1, not 1.0"),
    "replicates alike": (lambda m: r.confint(r.bootMer(m, lambda m: 2.5, 3)), "all replicates of 0 are equal to 2.5"),
    "a kind of bootstrap": (lambda m: r.bootMer(m, "sigma", 2, type="wild"), "'wild' with use_u=False"),
    "a kind of response": (lambda m: r.refit(m, np.ones((144, 1))), r"144 values.*shape \(144, 1\)"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_with_its_facts(what: str, slopes: LmerMod) -> None:
    ask, words = REFUSED[what]
    with pytest.raises((KeyError, ValueError), match=f"(?s){words}"):
        ask(slopes)


def test_rows_that_a_smaller_model_would_use_are_counted() -> None:
    holed = d.assign(h=d["h"].where(d.index > 2), z=d["z"].where(d.index != 5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer("y ~ x + z + (1 | g) + (1 | h)", holed)
        with pytest.raises(ValueError, match="uses 53 rows, the model 50"):
            r.ranova(m)
        with pytest.raises(ValueError, match="number of rows in use has changed"):
            r.drop1(m)


def test_models_of_other_data_by_other_names_are_told_apart(slopes: LmerMod) -> None:
    others = r.sleep2().copy()
    other = r.lmer("Reaction ~ 1 + (1 | Subject)", others)
    with pytest.raises(ValueError, match="same data object; they were fitted to .*others"):
        r.anova(slopes, other)
    left = np.arange(144) > 7
    some, more = (r.lmer(f"Reaction ~ {x} + (1 | Subject)", others, subset=left) for x in ("days_deprived", "1"))
    table = r.anova(some, more)
    assert table.attrs["heading"][:3] == ("Data: others", "Subset: left", "Models:")
    assert list(table.index) == ["more", "some"]
    with pytest.raises(ValueError, match="same subset"):
        r.anova(some, r.lmer("Reaction ~ 1 + (1 | Subject)", others, subset=left[::-1]), model_names=["a", "b"])
