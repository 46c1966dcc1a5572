"""Bootstrap intervals, comparisons and warnings, as R answered them (fixtures/lme4/_infer_parts.R)."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.bootstrap.replicates import order_statistics

from ..stored_parts import COMPARED, STORED, floats, model

LINALG = 1e-12


@pytest.mark.parametrize("one", STORED["order_statistics"], ids=lambda one: f"{one['n']} {one['alpha'][1]:.4g}")
def test_order_statistics(one: dict[str, Any]) -> None:
    t, alpha = floats(STORED["t"])[: one["n"]], floats(one["alpha"])
    rank = (one["n"] + 1) * alpha
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        ends = order_statistics(np.append(t, [np.nan, np.inf]), alpha)
    np.testing.assert_allclose(ends, floats(one["ends"]), rtol=LINALG)
    extreme = bool(rank[0] <= 1 or rank[1] >= one["n"])
    assert ["extreme order statistics" in str(w.message) for w in said] == [True] * extreme


def test_bootstrap_replicates_messages_and_intervals() -> None:
    m, theirs = model("slopes"), COMPARED["boots"]
    boots = r.bootMer(m, r.fixef, nsim=150, seed=3)
    assert np.array_equal(boots.t.to_numpy()[147:], floats(theirs["t"]))
    assert boots.messages == {kind: dict(theirs["said"][f"factory-{kind}"]) for kind in ("message", "warning")}
    table = theirs["printed"].split("Bootstrap Statistics")[1]
    assert table.strip() in str(boots)
    assert str(boots).endswith("\n6 message(s): boundary (singular) fit: see help('isSingular')\n")
    assert "bootMer(x = m, FUN = fixef, nsim = 150, seed = 3)" in str(boots)
    assert boots.R == 150 and boots.failed == 0 and list(boots.as_data_frame().columns) == m.design.names
    assert np.array_equal(boots.as_data_frame().to_numpy(), boots.t.to_numpy())
    for one in theirs["ends"]:
        ends = r.confint(boots, level=one["level"], type=one["type"])
        np.testing.assert_allclose(ends, floats(one["ends"]), rtol=LINALG)
    slope = floats(theirs["ends"][0]["ends"])[1]
    np.testing.assert_allclose(r.confint(boots, parm=2).to_numpy()[0], slope, rtol=LINALG)


def test_bootstrap_comparison_and_how_it_prints() -> None:
    theirs = COMPARED["PBmodcomp"]
    test = r.PBmodcomp(model("slopes"), ". ~ . - days_deprived", nsim=20, seed=7)
    np.testing.assert_allclose(test.ref, floats(theirs["ref"]), atol=1e-10)
    assert re.sub(r"time: [0-9.]+ sec", "time: - sec", str(test)).rstrip() == theirs["printed"].rstrip()
    assert re.sub(r"time: [0-9.]+ sec", "time: - sec", str(test.summary())).rstrip() == theirs["summary"].rstrip()
    assert 0 < test.ctime < 60


def test_warnings_of_replicates_bear_rs_numbers() -> None:
    boots, theirs = r.bootMer(model("slopes"), "sigma", nsim=400, seed=3), COMPARED["noisy"]
    assert boots.messages == {kind: dict(theirs["said"][f"factory-{kind}"]) for kind in ("message", "warning")}
    assert boots.messages["warning"] and boots.t.iloc[399, 0] == theirs["last"]
