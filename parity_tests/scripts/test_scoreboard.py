"""The scoreboard: what a digit is, what counts as failed, what is kept of programs that were not run again."""
from __future__ import annotations

import importlib
import json
from types import ModuleType
from typing import Any

import pytest
from mpmath import mpf

from translations.data import fixtures_path

BOARD = json.loads((fixtures_path() / "certified" / "scoreboard.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def adapters(scripts: None) -> ModuleType:
    return importlib.import_module("scoring.adapters")


def test_the_stored_board_is_whole() -> None:
    models, programs = ({one["key"] for one in BOARD[what]} for what in ("models", "programs"))
    assert {(s["program"], s["model"]) for s in BOARD["scores"]} == {(p, m) for p in programs for m in models}
    assert programs == {"lme4", "lme4-tight", "lme4-1.1-37", "lme4-2.1", "rparity-nloptwrap", "rparity-newton",
                        "statsmodels", "mixedlm", "mixedlm-rs", "lme-python", "kamino-lme", "glmm", "interlace-lme",
                        "pymer4"}
    for program in BOARD["programs"]:
        assert program["available"] or program["reason"]
        assert all(program["versions"].values())
        assert program["date"] <= BOARD["date"]


@pytest.mark.parametrize(("got", "expected", "scale", "digits"), [
    (1.001, "1", None, 3.0), (1.0, "1", None, 15.95), (5.0, "1", None, 0.0), (1e-4, "0", None, 4.0),
    (None, "1", None, 0.0), (float("nan"), "1", None, 0.0), (1.001, "1", 100, 5.0),
])
def test_digits(scoreboard: ModuleType, got: Any, expected: str, scale: Any, digits: float) -> None:
    assert scoreboard.digits(got, mpf(expected), scale) == pytest.approx(digits, abs=1e-9)


def test_a_quantity_is_scored_by_its_worst_value_and_only_when_reported(
    scoreboard: ModuleType, models: dict[str, Any]
) -> None:
    model = models["lme4/penicillin"]
    values = {"beta": [float(model.certified["beta"][0])], "theta": [float(v) for v in model.certified["theta"]],
              "variances": [1.0]}
    values["theta"][1] *= 1 + 1e-5
    found = scoreboard.score(model, {"status": "ok", "reason": "", "values": values})["digits"]
    assert found["beta"] > 15 and found["theta"] == pytest.approx(5, abs=0.01)
    assert found["variances"] == 0.0  # one of two
    assert found["sigma"] is None and found["intervals"] is None


def test_failures_and_what_cannot_be_said_are_told_apart(adapters: ModuleType, models: dict[str, Any]) -> None:
    def broken(task: Any) -> Any:
        raise RuntimeError("no convergence\nand more")

    found = adapters.run((broken, None), models["lme4/dyestuff"].task)
    assert found == {"status": "failed", "reason": "RuntimeError: no convergence"}
    cannot = adapters.run(adapters.statsmodels(), models["lme4/sleepstudy_weights"].task)
    assert cannot == {"status": "cannot", "reason": "MixedLM has neither weights nor offsets"}


def test_templates_by_rows_and_by_columns_are_one_theta(adapters: ModuleType) -> None:
    task = {"terms": [{"columns": ["1", "x1", "x2"]}, {"columns": ["1"]}]}
    by_columns = adapters.of_theta([1, 2, 3, 4, 5, 6, 7], 2.0, task, by_rows=False)
    assert by_columns == adapters.of_theta([1, 2, 4, 3, 5, 6, 7], 2.0, task, by_rows=True)
    # T = [[1], [2, 4], [3, 5, 6]]: variances 2 TT', then covariances column by column, then the scalar's.
    assert by_columns["variances"] == [2, 40, 140, 4, 6, 52, 98]


def test_statsmodels_is_fitted_as_it_is_meant_to_be(
    scoreboard: ModuleType, adapters: ModuleType, models: dict[str, Any]
) -> None:
    """Where MixedLM converges it has four digits of every variance: the adapter gives it the right model."""
    for key in ("lme4/dyestuff", "lme4/pastes_nested", "lme4/penicillin", "chapter5/syntax_zero_covariance"):
        answer = adapters.run(adapters.statsmodels(), models[key].task)
        found = scoreboard.score(models[key], answer)["digits"]
        assert min(found["variances"], found["sigma"]) > 2.5 and found["criterion"] > 6, key


def test_what_was_not_run_again_is_kept(scoreboard: ModuleType, models: dict[str, Any],
                                        capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"model": "lme4/dyestuff", "status": "failed", "reason": "gone"}
    found = {"mixedlm": scoreboard.Answers({"mixedlm": "9.9"}, "", {"lme4/dyestuff": answer})}
    board = scoreboard.board(list(models.values()), found, BOARD)
    of = {one["program"]: one for one in board["summary"]}
    assert of["mixedlm"]["failed"] == len(models) and of["mixedlm"]["fewest"]["beta"] is None
    stored = {one["program"]: one for one in BOARD["summary"]}
    assert of["rparity-newton"]["fewest"] == stored["rparity-newton"]["fewest"]
    scoreboard.show(board)
    printed = capsys.readouterr().out
    assert "mixedlm 9.9" in printed and "pymer4" in printed and "not run: it calls R's lme4" in printed
