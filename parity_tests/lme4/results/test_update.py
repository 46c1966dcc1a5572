"""Models updated: what changes, and what stays."""

from __future__ import annotations

import numpy as np

import translations as r
from translations.lme4.results.update import update_mixed

from .. import stored_parts
from ..small_models import d, model

SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"


def test_updates_keep_what_they_do_not_change() -> None:
    others = d.iloc[:40]
    m = model("slopes")
    assert r.update(m, ". ~ . - x").data_name == m.data_name == "d"
    again = r.update(m, data=others, REML=False)
    assert (again.data_name, again.n, again.REML, r.formula(again)) == ("others", 40, False, r.formula(m))
    assert again.design.frame.weights is not None and r.update(m, weights=None).design.frame.weights is None
    printed = str(r.update(m, weights=np.ones(54), offset=None, subset=np.arange(54) > 3))
    assert "Weights: weights" in printed and "Subset: subset" in printed and "Offset" not in printed


def test_updates() -> None:
    small = stored_parts.model("small")
    changes = [(small, ". ~ . - temp"), (small, "log(.) ~ ."), (stored_parts.model("large"), ". ~ . - recipe:temp")]
    assert [r.formula(r.update(m, change)) for m, change in changes] == stored_parts.COMPARED["updated"]
    assert update_mixed(r.formula(small), "~ .") == r.formula(small)
