"""What the replicates of a bootstrap said, judged and summed up as lme4 does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.bootstrap.checks import findings, sentences, summary
from translations.lme4.bootstrap.refit_many import Fits

from ..stored_parts import STORED, floats, listed


@pytest.mark.parametrize("number", range(len(STORED["derivatives"])))
def test_derivatives_are_judged_as_lme4_judges_them(number: int) -> None:
    one, control = STORED["derivatives"][number], r.lmerControl()
    H, g = floats(one["H"]), floats(one["g"])
    theta, nothing = np.ones((1, len(g))), np.zeros(1)
    fits = Fits(theta, theta, theta, nothing, nothing, nothing.astype(int), np.column_stack([H, g])[None])
    said = sentences(findings(fits, np.ones(len(g), dtype=bool), control), control)
    assert said == {"message": {}, "warning": dict.fromkeys(listed(one["said"]), 1)}


@pytest.mark.parametrize("one", STORED["heard"], ids=lambda one: one["said"].strip() or "nothing")
def test_what_replicates_said_is_summed_up(one: dict[str, Any]) -> None:
    counts = dict(one["counts"])
    heard = {kind: dict(counts.get(f"factory-{kind}", {})) for kind in ("message", "warning")}
    assert summary(heard) == one["said"]


def test_a_singular_replicate_is_said_and_not_judged_further() -> None:
    control = r.lmerControl()
    theta = np.array([[1.0, 0.0, 9.9e-5], [9.9e-5, 1.0, 1.0], [1.0, 0.0, 1.1e-4]])
    bad = np.broadcast_to(np.column_stack([-np.eye(3), np.ones(3)]), (3, 3, 4))
    fits = Fits(theta, theta, theta, np.zeros(3), np.zeros(3), np.zeros(3, dtype=int), bad)
    said = sentences(findings(fits, np.array([True, False, True]), control), control)
    assert said["message"] == {"boundary (singular) fit: see help('isSingular')": 2}
    assert set(said["warning"].values()) == {1} and len(said["warning"]) == 2
