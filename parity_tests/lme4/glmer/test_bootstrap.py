"""Bootstraps of generalized models."""
from __future__ import annotations

import numpy as np

import translations as r

CBPP = "cbind(incidence, size - incidence) ~ period + (1 | herd)"


def test_a_bootstrap_does_not_depend_on_what_is_asked() -> None:
    m = r.glmer(CBPP, r.load("cbpp"), r.binomial)
    by_name = r.bootMer(m, "fixef", 3, seed=2).t.to_numpy()
    whole = r.bootMer(m, "parameters", 3, seed=2).t.to_numpy()
    own = r.bootMer(m, lambda one: r.fixef(one), 3, seed=2).t.to_numpy()
    assert np.array_equal(by_name, whole[:, 1:]) and np.array_equal(by_name, own)
