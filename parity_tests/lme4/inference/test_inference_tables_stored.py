"""Tables of tests between models and of terms, as R answered them (fixtures/lme4/_infer_parts.R)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.control import FollowedWarning

from ..stored_parts import COMPARED, floats, listed, model, uneven

OPTIMISER = 1e-8  # both optimizers are NLopt's BOBYQA; models of one grouping factor stop at the same theta


def same_table(ours: pd.DataFrame, theirs: dict[str, Any], rtol: float = OPTIMISER) -> None:
    assert list(ours.columns) == list(theirs)
    for column in ours:
        np.testing.assert_allclose(ours[column], floats(listed(theirs[column])), rtol=rtol, atol=1e-9, err_msg=column)


KR = {
    "models": lambda: r.KRmodcomp(model("large"), model("small")),
    "reversed": lambda: r.KRmodcomp(model("small"), model("large")),
    "two": lambda: r.KRmodcomp(model("large"), model("tiny")),
    "formula": lambda: r.KRmodcomp(model("large"), ". ~ . - recipe:temp"),
    "matrix": lambda: r.KRmodcomp(model("slopes"), [[0, 1]]),
    "held": lambda: r.KRmodcomp(model("slopes"), [[0, 1]], betaH=[0, 5]),
    "dependent": lambda: r.KRmodcomp(model("large"), [[0, 1, 0, 0, 0, 0], [0, 2, 0, 0, 0, 0]]),
    "likelihood": lambda: r.KRmodcomp(model("a"), model("b")),
    "weighted": lambda: r.KRmodcomp(model("weighted"), [[0, 1, -1]], ignore_weights=True),
}


@pytest.mark.parametrize("name", KR)
def test_kenward_roger_comparisons(name: str) -> None:
    ours, theirs = KR[name](), COMPARED[name]
    same_table(ours.test, theirs["test"])
    assert list(ours.aux.index) == list(theirs["aux"])
    np.testing.assert_allclose(ours.aux, floats(list(theirs["aux"].values())), rtol=1e-7)
    # pbkrtest fits by REML what was not, and its update() writes the formula out.
    shown, printed = (text.rstrip().split("\n")[name == "likelihood":] for text in (str(ours), theirs["printed"]))
    assert shown == printed


def test_weights_are_left_out_as_pbkrtest_does_with_a_warning_unless_asked() -> None:
    theirs = floats(COMPARED["vcovAdj"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(r.vcovAdj(model("weighted"), ignore_weights=True), theirs, rtol=1e-7)
        r.vcovAdj(model("slopes"))
        right = r.vcovAdj(model("weighted"), ignore_weights=False)
        at_optimum = r.vcovAdj(r.update(model("weighted"), control="newton"))
    np.testing.assert_allclose(at_optimum, right, rtol=1e-4)
    assert not np.allclose(right, theirs, rtol=1e-3)
    with pytest.warns(FollowedWarning, match="prior weights.*ignore_weights=False"):
        np.testing.assert_allclose(r.vcovAdj(model("weighted")), theirs, rtol=1e-7)


def test_weights_are_heeded_as_those_of_scaled_rows() -> None:
    """R's of the same model without weights: rows times the roots of their weights, which are uneven."""
    m, theirs = model("unevenly weighted"), COMPARED["scaled"]
    adjusted = r.vcovAdj(m, ignore_weights=False)
    np.testing.assert_allclose(adjusted, floats(COMPARED["vcovAdj_scaled"]), rtol=1e-7)
    ours = r.KRmodcomp(m, [[0, 1, -1]], ignore_weights=False)
    same_table(ours.test, theirs["test"])
    np.testing.assert_allclose(ours.aux, floats(list(theirs["aux"].values())), rtol=1e-7)
    assert not np.allclose(adjusted, r.vcov(m), rtol=1e-6)


def test_likelihood_ratios_and_deletions(capsys: Any) -> None:
    a, b, part, less, small = (model(name) for name in ("a", "b", "part", "less", "small"))
    linear = r.lm("angle ~ recipe + temp", uneven)
    assert str(r.anova(a, b)) == COMPARED["anova"]["printed"]
    same_table(r.anova(a, b), COMPARED["anova"]["table"])
    assert str(r.anova(a, b, linear)) == COMPARED["with_linear"]["printed"]
    same_table(r.anova(a, linear), COMPARED["with_linear"]["table"])
    assert capsys.readouterr().err == ""  # nothing was refitted
    assert str(r.anova(part, less)) == COMPARED["subset"]["printed"]
    same_table(r.anova(part, less), COMPARED["subset"]["table"])
    assert capsys.readouterr().err.count("refitting model(s) with ML") == 2
    with pytest.warns(UserWarning, match="some models fit with REML = TRUE, some not"):
        same_table(r.anova(a, small, refit=False), COMPARED["restricted"]["table"])
    assert str(r.drop1(a, test="Chisq")) == COMPARED["dropped"]["printed"]
    same_table(r.drop1(b, test="Chisq"), COMPARED["dropped"]["table"], rtol=1e-7)
    same_table(r.drop1(a, scope="~ recipe + temp"), COMPARED["scope"]["table"], rtol=1e-7)
    same_table(r.drop1(a, "temp"), COMPARED["scope"]["one"], rtol=1e-7)
    same_table(r.drop1(a, ["temp"]), COMPARED["scope"]["one"], rtol=1e-7)


def test_random_terms_left_out() -> None:
    assert str(r.ranova(model("slopes"))) == COMPARED["ranova"]["printed"]
    same_table(r.ranova(model("slopes"), reduce_terms=False), COMPARED["ranova"]["whole"])
    same_table(r.ranova(model("small")), COMPARED["ranova"]["last"])


def test_tables_of_lmertest_as_printed() -> None:
    large, printed = model("large"), COMPARED["F"]
    assert str(r.anova(large, ddf="Satterthwaite")) == printed["printed"]
    assert str(r.anova(large, ddf="Kenward-Roger", type=2)) == printed["kr"]
    assert str(r.anova(large, ddf="lme4")) == printed["sequential"] == str(r.anova(large))
    assert str(r.ls_means(large)).rstrip() == COMPARED["means"]["printed"].rstrip()
    apart = r.difflsmeans(large, level=0.9, ddf="Kenward-Roger")
    assert str(apart).rstrip() == COMPARED["means"]["apart"].rstrip()
