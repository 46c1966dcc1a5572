"""Questions to live R that are asked ahead, of several processes."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from translations.parity import ahead
from translations.parity.paths import fixtures
from translations.parity.records import RError
from translations.parity.session import VARIABLE, session

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("live_r")]
SCRIPTS = [fixtures() / "chapter5" / f"{name}.R" for name in ("fixef", "sigma", "ranef", "lmer_summary")]


@pytest.fixture
def stops(tmp_path: Path) -> Path:
    """A script that stops."""
    (tmp_path / "mine").mkdir()
    file = tmp_path / "mine" / "stops.R"
    file.write_text("x <- 1\nstop('no more')\nlist(x = x)\n", encoding="utf-8")
    return file


def test_answers_are_those_of_the_session(stops: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_asked", {})
    questions = [(SCRIPTS[0], True), (stops, True), *((script, True) for script in SCRIPTS[1:])]
    ahead.ask(questions, jobs=2)
    for script in reversed(SCRIPTS):  # in whatever order they are wanted
        assert ahead.answer(script, True) == session().script(script, True)
    with pytest.raises(RError, match="stops.R, line 2: Error: no more"):
        ahead.answer(stops, True)


def test_what_was_not_asked_ahead_is_asked_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_asked", {})
    assert ahead.answer(SCRIPTS[0], False) == session().script(SCRIPTS[0], False)


def test_a_process_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_asked", {})
    monkeypatch.setenv(VARIABLE, "false")
    ahead.ask([(SCRIPTS[0], True)], jobs=2)
    error: Any = ahead._asked[SCRIPTS[0], True].exception(timeout=60)
    assert isinstance(error, RError) and "false ended with code 1 (start R)" in str(error)
