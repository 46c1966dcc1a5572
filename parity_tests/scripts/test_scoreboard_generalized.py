"""The scoreboard's other half: generalized models, fitted by the programs that have them."""
from __future__ import annotations

import importlib
import json
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from translations.data import fixtures_path

BOARD = json.loads((fixtures_path() / "certified" / "scoreboard_generalized.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tasks(scripts: None) -> dict[str, Any]:
    return {one.key: one for one in importlib.import_module("scoring.generalized_tasks").all_models()}


@pytest.fixture
def adapters(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(fixtures_path().parent / "scripts" / "scoring"))
    return importlib.import_module("generalized")


def test_the_stored_board_is_whole(tasks: dict[str, Any]) -> None:
    models, programs = ({one["key"] for one in BOARD[what]} for what in ("models", "programs"))
    assert models == set(tasks) and len(models) == 26
    assert {(s["program"], s["model"]) for s in BOARD["scores"]} == {(p, m) for p in programs for m in models}
    assert programs >= {"lme4", "lme4-2.1", "glmmTMB", "rparity", "rparity-newton", "statsmodels", "mixedlm", "glmm",
                        "interlace-lme", "lme-python", "pymer4"}
    assert all(program["available"] or program["reason"] for program in BOARD["programs"])


def test_newton_has_ten_digits_of_every_estimate() -> None:
    fewest = {one["program"]: one["fewest"] for one in BOARD["summary"]}
    own = fewest["rparity-newton"]
    assert min(own[q] for q in ("beta", "SE", "theta", "variances", "criterion")) >= 10
    for program, theirs in fewest.items():
        assert all(theirs[q] is None or theirs[q] <= own[q] for q in ("beta", "SE", "theta", "variances")), program


def test_a_program_is_given_the_certified_model(
    scoreboard: ModuleType, adapters: ModuleType, tasks: dict[str, Any]
) -> None:
    """One with trials, one with an offset, one with correlated effects."""
    for key in ("glmer/cbpp", "glmer/cbpp_counts", "glmer/epil_slopes"):
        answer = adapters.run(adapters.ours("newton"), tasks[key].task)
        found = scoreboard.score(tasks[key], answer)["digits"]
        assert answer["status"] == "ok" and min(found[q] for q in ("beta", "theta", "variances")) > 9, key


def test_time_and_digits_stand_side_by_side(scoreboard: ModuleType) -> None:
    printed = scoreboard.beside(BOARD, ["rparity-newton", "glmm"]).splitlines()
    kept = {one["program"]: one for one in BOARD["scores"] if one["model"] == "glmer/cbpp"}["glmm"]
    digits = min(kept["digits"][q] for q in ("beta", "SE", "variances"))
    assert len(printed) == 1 + len(BOARD["models"]) + 2
    assert printed[0].split() == ["model", "rparity-newton", "glmm"] and printed[1].split()[0] == "glmer/cbpp"
    assert printed[1].split()[-3:] == [f"{1000 * kept['seconds']:.1f}", "ms", f"{digits:.1f}"]


def test_what_is_stored_of_models_that_were_not_asked_stays(scoreboard: ModuleType, tasks: dict[str, Any]) -> None:
    """One program answers one model anew."""
    answer = {"model": "glmer/cbpp", "status": "failed", "reason": "for the test"}
    told = scoreboard.Answers({"glmm": "0"}, "", {"glmer/cbpp": answer})
    programs = [scoreboard.Program(one["key"], one["name"], one["kind"]) for one in BOARD["programs"]]
    anew = scoreboard.board(list(tasks.values()), {"glmm": told}, BOARD, programs, [tasks["glmer/cbpp"]])
    before, after = ({(s["program"], s["model"]): s for s in found["scores"]} for found in (BOARD, anew))
    changed = {key for key in before if before[key] != after[key]}
    assert before.keys() == after.keys() and changed == {("glmm", "glmer/cbpp")}


def test_glmm_is_restarted_until_it_stays(adapters: ModuleType) -> None:
    """From its own fixed effects and theta, column by column; a model of a variance of 0 has no theta to start from."""
    starts: list[Any] = []

    def fit(start: Any = None, variances: Any = ((4.0, 2.0, 2.0),)) -> Any:
        starts.append(start)
        return SimpleNamespace(beta=np.array([1.0 + 1e-9 * (len(starts) == 1)]), varcorr=variances)

    adapters.restarted(fit)
    assert len(starts) == 3 and starts[0] is None
    assert starts[1]["theta"].tolist() == [2.0, 1.0, 1.0] and starts[2]["beta"].tolist() == [1.0]
    starts.clear()
    adapters.restarted(lambda start=None: fit(start, ((0.0,),)))
    assert starts == [None]


def test_a_short_fit_is_timed_more_than_three_times(adapters: ModuleType) -> None:
    fits: list[int] = []
    answer = adapters.run((lambda task: lambda: fits.append(sum(range(10_000))), lambda m, task: {}), {})
    assert answer["status"] == "ok" and len(fits) > 3
