"""The test of the largest residuals: what it is by its definition, and what is asked wrongly."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r

SLEEP = r.sleepstudy()
LINE = r.lm("Reaction ~ Days", SLEEP)


def test_the_p_value_is_that_of_a_coefficient_for_the_row_alone() -> None:
    largest = r.outlierTest(LINE)
    row = SLEEP.index.get_loc(largest.p.index[0]) if largest.p.index[0] in SLEEP.index else int(largest.p.index[0]) - 1
    own = SLEEP.assign(own=np.arange(len(SLEEP)) == row)
    t, p = r.summary(r.lm("Reaction ~ Days + own", own)).coefficients.loc["ownTRUE", ["t value", "Pr(>|t|)"]]
    assert largest.rstudent.iloc[0] == pytest.approx(t, rel=1e-10)
    assert largest.p.iloc[0] == pytest.approx(p, rel=1e-8)
    assert largest.bonf_p.iloc[0] == pytest.approx(180 * p, rel=1e-8)


def test_a_p_value_above_one_is_shown_as_missing() -> None:
    none = r.outlierTest(r.lm("Reaction ~ Days + Subject", SLEEP.iloc[:30]), cutoff=0.0)
    assert not none.signif
    assert "Bonferroni p < 0\n" in str(none)
    flat = r.outlierTest(r.lm("dist ~ speed", {"dist": [1.0, 2.1, 2.9, 4.2, 4.9, 6.0], "speed": [1, 2, 3, 4, 5, 6]}))
    assert flat.bonf_p.iloc[0] > 0.05
    assert str(flat).endswith("NA") == (flat.bonf_p.iloc[0] > 1)


def test_labels_stand_for_the_rows_and_order_keeps_theirs() -> None:
    named = r.outlierTest(LINE, cutoff=1000, n_max=3, order=False, labels=[f"row {i}" for i in range(180)])
    assert list(named.p.index) == ["row 0", "row 1", "row 2"]
    assert "<table>" in named._repr_html_()
    assert "3 of Bonferroni" in repr(named)


@pytest.mark.parametrize(("arguments", "said"), [
    ({"m": 3}, "by lm, glm or lmer, not int"),
    ({"m": LINE, "labels": ["a", "b"]}, "labels are 2 and the residuals 180"),
    ({"m": LINE, "n_max": 0}, "n_max"),
    ({"m": LINE, "cutoff": "small"}, "cutoff"),
    ({"m": r.lm("Reaction ~ Days", SLEEP.iloc[:3])}, None),
    ({"m": r.lm("Reaction ~ Days", SLEEP.iloc[:2])}, "no residual degree of freedom"),
])  # fmt: skip
def test_bad_input_is_named(arguments: dict[str, Any], said: str | None) -> None:
    if said is None:
        pytest.raises(ValueError, r.outlierTest, **arguments)  # one degree of freedom, none once a row is left out
    else:
        with pytest.raises(ValueError, match=said):
            r.outlierTest(**arguments)


def test_a_generalized_mixed_model_is_sent_to_simulated_residuals() -> None:
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family=r.binomial())
    with pytest.raises(ValueError, match="simulateResiduals"):
        r.outlierTest(m)
