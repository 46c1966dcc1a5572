"""Profile intervals under lme4 2.1, of the models that the suites fit, against those of R 4.6.1 with lme4 2.1-0.

Stored: fixtures/lme4/intervals_2_1.json, by scripts/profile_intervals.py; RPARITY_INTERVALS=1 asks the live R for all.
"""
from __future__ import annotations

import importlib
import json
import math
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from translations.data import fixtures_path
from translations.parity.piped import PipedR

STORED = json.loads((fixtures_path() / "lme4" / "intervals_2_1.json").read_text(encoding="utf-8"))["models"]
ANSWERED = [one for one in STORED if "intervals" in one]
QUICK = [one for one in ANSWERED if one["seconds"] < 1.9]  # CPU seconds that R took
ALL = os.environ.get("RPARITY_INTERVALS")
# How far ours is beyond all of R's answers in ten orders of the rows, of the interval's width: of crossed factors, and
# of more independent deviations than lme4's order of summation is known for, a search stops where none of R's did.
BEYOND = {
    ("lme4/profile_plateaus", 0): {".sigma": 5.4e-4},
    ("lme4/arabidopsis_log", 0): {".sig02": 1.8e-5},
    ("structured/machines_diag", 0): {".sig04": 5.5e-6},
}


@pytest.fixture(scope="session")
def script(scripts: None) -> ModuleType:
    return importlib.import_module("profile_intervals")


def name(one: dict[str, Any]) -> str:
    return f"{one['case']}-{one['place']}"


def compared(script: ModuleType, one: dict[str, Any], theirs: dict[str, list[Any]]) -> None:
    """Each end within a millionth of the width of R's; of the parameters of `BY_ORDER`, among R's own, which gives
    others where the rows stand in another order.

    lme4 forgets the weights while it holds a fixed effect (its issue 192): those intervals of its are some hundredths
    of ours, which test_profile_live.py holds to the deviance.
    """
    m = script.of_stored(one)
    assert (m.design.formula.written, m.REML) == (one["formula"], one["REML"])
    ours = script.ours(m)
    assert [*ours] == [*theirs]
    for row, gap in script.off(ours, theirs).items():
        width = theirs[row][1] - theirs[row][0] if None not in theirs[row] else math.nan
        if not script.kept(m, row):
            assert width < 0.2 * (ours[row][1] - ours[row][0]), row
        elif row in by_order(script, one):
            low, high = scatter(one, theirs, row)
            beyond = np.maximum(low - ours[row], ours[row] - high).max() / width
            assert beyond <= BEYOND.get((one["case"], one["place"]), {}).get(row, script.CLOSE), row
        else:
            assert gap <= script.CLOSE, row


def by_order(script: ModuleType, one: dict[str, Any]) -> tuple[str, ...]:
    """The parameters of which R was asked in several orders of the rows."""
    return script.BY_ORDER.get((one["case"], one["place"]), ())


def scatter(one: dict[str, Any], theirs: dict[str, list[Any]], row: str) -> np.ndarray:
    """R's lowest and highest (2, 2) of the two ends, among the orders of the rows."""
    said = np.array([theirs[row], *(again[row] for again in one["again"])])
    return np.array([said.min(axis=0), said.max(axis=0)])


def test_most_are_stored() -> None:
    assert len(ANSWERED) > 150 and max(len(one["intervals"]) for one in ANSWERED) >= 7


def test_r_s_own_answers_differ_by_the_order_of_the_rows_where_that_is_said(script: ModuleType) -> None:
    asked = {(one["case"], one["place"]): one for one in ANSWERED if "again" in one}
    assert asked.keys() == script.BY_ORDER.keys()
    for key, rows in script.BY_ORDER.items():
        for row in rows:
            low, high = scatter(asked[key], asked[key]["intervals"], row)
            assert (high - low).max() > script.CLOSE * np.diff(asked[key]["intervals"][row])[0], (key, row)


@pytest.mark.parametrize("one", ANSWERED if ALL else ANSWERED[::3], ids=name)
def test_intervals_are_those_of_2_1(script: ModuleType, one: dict[str, Any]) -> None:
    compared(script, one, one["intervals"])


@pytest.mark.live
@pytest.mark.parametrize("one", ANSWERED if ALL else QUICK, ids=name)
def test_a_live_r_of_2_1_says_the_same(
    script: ModuleType, one: dict[str, Any], rscript_of: Callable[[str], str]
) -> None:
    m = script.of_stored(one)
    with PipedR(rscript_of("46")) as live:
        told = script.asked(m, live)
    compared(script, one, told["intervals"])
