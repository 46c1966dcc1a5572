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

import translations as r
from translations.data import fixtures_path
from translations.lme4.inference.intervals import normal_quantiles
from translations.lme4.inference.profiles.exact import Ends, Least
from translations.lme4.inference.profiles.objective import ProfileObjective
from translations.lme4.inference.profiles.structured_ends import READ_WRONG
from translations.parity.piped import PipedR

STORED = json.loads((fixtures_path() / "lme4" / "intervals_2_1.json").read_text(encoding="utf-8"))["models"]
ANSWERED = [one for one in STORED if "intervals" in one]
QUICK = [one for one in ANSWERED if one["seconds"] < 1.9]  # CPU seconds that R took
ALL = os.environ.get("RPARITY_INTERVALS")


@pytest.fixture(scope="session")
def script(scripts: None) -> ModuleType:
    return importlib.import_module("profile_intervals")


def name(one: dict[str, Any]) -> str:
    return f"{one['case']}-{one['place']}"


def compared(script: ModuleType, one: dict[str, Any], theirs: dict[str, list[Any]]) -> None:
    """Each end within a millionth of the width of R's; of the parameters of `BY_ORDER`, among R's own, which gives
    others where the rows stand in another order.

    Of models that are not computed in lme4's order of summation, among them crossed factors, the processor's BLAS has
    the last bit, and moves what R's order of the rows moves: those may differ as far as R's own answers, over all that
    were asked of the model.

    lme4 forgets the weights while it holds a fixed effect (its issue 192): those intervals of its are some hundredths
    of ours, which test_profile_live.py holds to the deviance.
    """
    m = script.of_stored(one)
    assert (m.design.formula.written, m.REML) == (one["formula"], one["REML"])
    ours = script.ours(m)
    assert [*ours] == [*theirs]
    allowed = script.CLOSE if m.pls.lme4_order is not None else max(script.CLOSE, widest(script, one, theirs))
    for row, gap in script.off(ours, theirs).items():
        width = theirs[row][1] - theirs[row][0] if None not in theirs[row] else math.nan
        if not script.kept(m, row):
            assert width < 0.2 * (ours[row][1] - ours[row][0]), row
        elif row in by_order(script, one):
            low, high = scatter(one, theirs, row)
            assert np.maximum(low - ours[row], ours[row] - high).max() / width <= allowed, row
        else:
            assert gap <= allowed, row


def by_order(script: ModuleType, one: dict[str, Any]) -> tuple[str, ...]:
    """The parameters of which R was asked in several orders of the rows."""
    return script.BY_ORDER.get((one["case"], one["place"]), ())


def scatter(one: dict[str, Any], theirs: dict[str, list[Any]], row: str) -> np.ndarray:
    """R's lowest and highest (2, 2) of the two ends, among the orders of the rows."""
    said = np.array([theirs[row], *(again[row] for again in one["again"])])
    return np.array([said.min(axis=0), said.max(axis=0)])


def widest(script: ModuleType, one: dict[str, Any], theirs: dict[str, list[Any]]) -> float:
    """How far R's answers differ by the order of the rows, of the width: the parameter of which they do most."""
    found = {row: scatter(one, theirs, row) for row in by_order(script, one)}
    return max(((high - low).max() / np.diff(theirs[row])[0] for row, (low, high) in found.items()), default=0.0)


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


@pytest.mark.parametrize(("named", "wrong"), [
    ("lme4/ranova_several-0", 10), ("lme4/step_terms-1", 0), ("lme4/profile_plateaus-2", 0), ("lme4/optimizers-4", 0),
    ("lme4/pixel-0", 0), ("lme4/orthodont-0", 0),
])
def test_which_ends_are_wrong_searches_tell_as_newton_s_method_does(script: ModuleType, named: str, wrong: int) -> None:
    """Of R's own ends: by searches without derivatives in any order of summation, and by the exact gradient."""
    one = next(one for one in ANSWERED if name(one) == named)
    m, zeta = script.of_stored(one), normal_quantiles(0.95)
    with r.options(lme4="2.1"):
        base, by_gradient = ProfileObjective.of(m), Ends(Least(m), zeta)
    found = list[list[bool]]()
    for w, ends in enumerate(one["intervals"].values()):
        told = [base.missed(w, x, z, READ_WRONG) for x, z in zip(ends, zeta, strict=True)]
        number = int(base.order[w]) if w < base.n_variance else w
        assert told == [*by_gradient.missed(number, np.array(ends), READ_WRONG)], w
        found.append([bool(each) for each in told])
    assert np.sum(found) == wrong


@pytest.mark.live
@pytest.mark.parametrize("one", ANSWERED if ALL else QUICK, ids=name)
def test_a_live_r_of_2_1_says_the_same(
    script: ModuleType, one: dict[str, Any], rscript_of: Callable[[str], str]
) -> None:
    m = script.of_stored(one)
    with PipedR(rscript_of("46")) as live:
        told = script.asked(m, live)
    compared(script, one, told["intervals"])
