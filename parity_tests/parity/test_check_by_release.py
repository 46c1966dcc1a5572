"""Checks by release of R: which answers count, under which options the translation runs, and which R is asked live."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from translations.parity import cli, live, session
from translations.parity.cases import Suite, directory_suite, suites
from translations.parity.check import compare, comparisons, outcomes
from translations.parity.installed import NoLiveR
from translations.parity.layers import RAnswer
from translations.parity.reference import Reference, load, render, stored_releases
from translations.parity.sources import sources
from translations.releases import Taken, release, releases

from .made_up import ALONE, hand_out

pytest_plugins = ["pytester"]
FOLLOWS = '''\
from translations.parity import case
from translations.settings import option


@case(tolerance=9)
def a():
    """Answers by the release that is followed."""
    if option("lme4") == "2.1":
        raise ValueError("not any more")
    return {"x": {"1.1-31": 1.0, "1.1-37": 2.0}[option("lme4")]}
'''
VERSION = {one.name: one.versions["R"] for one in releases()}
STOPS = "a.R, line 1: Error: not any more"


@pytest.fixture
def mine(tmp_path: Path) -> Suite:
    """A case that follows its R: 1 in release 4.2, 2 in 4.5, and an error in 4.6."""
    place = tmp_path / "mine"
    place.mkdir()
    (place / "a.py").write_text(FOLLOWS)
    (place / "a.R").write_text("list(x = 1)\n")
    suite = directory_suite(place)
    store(suite, "4.2", {"4.5": 2.0, "4.6": STOPS})
    return suite


def store(suite: Suite, first: str, further: dict[str, float | str], x: float = 1.0) -> None:
    made_from = {"sources": sources(suite.references / "a.R")}

    def one(name: str, x: float | str) -> Reference:
        fits = {} if isinstance(x, str) else {"default": RAnswer({"x": x}, (), ())}
        return Reference(fits, (), {"R": VERSION[name]} | made_from, x if isinstance(x, str) else "")

    whole = one(first, x)
    text = render(whole.fits, [], whole.provenance, {name: one(name, value) for name, value in further.items()})
    (suite.references / "a.json").write_text(text)


def told(suite: Suite, **given: Any) -> list[tuple[str, bool]]:
    return [(one.release, one.passed) for one in outcomes(suite, **given)]


def test_each_release_is_compared_under_its_own_options(mine: Suite) -> None:
    assert told(mine) == [("", True)]
    assert told(mine, release="all") == [("", True), ("4.5", True), ("4.6", True)]
    assert told(mine, release="4.2") == [("", True)] and told(mine, release="4.5") == [("4.5", True)]
    (stops,) = outcomes(mine, release="4.6")
    assert stops.note == f"R stops ({STOPS}), and so does this: not any more"
    store(mine, "4.2", {"4.5": 2.5, "4.6": 3.0})
    assert told(mine, release="all") == [("", True), ("4.5", False), ("4.6", False)]
    assert comparisons(mine, mine.cases()[0], release="4.5") == ["R"]


def test_the_first_stored_release_counts_unless_the_suite_says_otherwise(mine: Suite) -> None:
    (mine.code / "rparity.toml").write_text('release = "4.5"\n')
    assert told(mine) == [("4.5", True)] and told(mine, release="4.2") == [("", True)]
    (mine.code / "rparity.toml").write_text('release = "4.3"\n')
    ((_, passed),) = told(mine)
    assert not passed
    (mine.code / "rparity.toml").write_text('relase = "4.5"\n')
    with pytest.raises(ValueError, match="rparity.toml: no setting relase; there is release"):
        mine.release  # noqa: B018
    ((_, passed),) = told(mine)
    assert not passed
    (mine.code / "rparity.toml").unlink()
    store(mine, "4.5", {}, 2.0)                                     # a user whose first R is a newer one
    assert told(mine) == [("", True)]
    ((name, passed),) = told(mine, release="4.6")
    assert (name, passed) == ("4.6", False)


class MadeUpR:
    """A live R 4.5 that answers 2."""

    def script(self, script: Path, tight: bool = True) -> dict[str, RAnswer]:
        return {"default": RAnswer({"x": 2.0}, (), ())}

    def version(self, package: str | None = None) -> str:
        return "4.5.0"


@pytest.fixture
def r45(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_started", lambda given: MadeUpR())
    session._version.cache_clear()


def test_live_r_is_compared_with_its_own_release(mine: Suite, r45: None) -> None:
    assert [(one.against, one.release, one.passed) for one in outcomes(mine, live=True)] == [
        ("R", "4.5", True), ("live R", "4.5", True), ("live R = stored", "4.5", True)]
    case = mine.cases()[0]
    assert compare(mine, case, "live R").release == "4.5" and compare(mine, case, "R").release == ""
    store(mine, "4.2", {})
    last = [*outcomes(mine, live=True)][-1]
    assert not last.passed and "a.json has no answer of R 4.5; with that R: rparity regenerate" in last.error


def test_the_table_has_a_line_for_each_release(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine.code)
    ran = CliRunner().invoke(cli.app, ["check", "--suite", ".", "--release", "all"])
    assert ran.exit_code == 0
    assert [line.split("  ")[0] for line in ran.stdout.splitlines()[1:4]] == ["mine/a", "mine/a (4.5)", "mine/a (4.6)"]
    assert ran.stdout.splitlines()[-1].startswith("3 of 3 cases, 3 of 3 comparisons")


def test_live_r_of_another_release_than_is_asked_for_is_refused(mine: Suite, r45: None,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine.code)
    monkeypatch.setattr(session, "taken", lambda versions: Taken(release("4.5"), ""))
    ran = CliRunner().invoke(cli.app, ["check", "--suite", ".", "--live", "--release", "4.6"])
    assert ran.exit_code == 2 and "this is R 4.5, not 4.6: leave out --live, or --release" in ran.stderr
    assert "4.6" not in CliRunner().invoke(cli.app, ["check", "--suite", ".", "--live", "--release", "4.5"]).stderr


def test_pytest_takes_a_release(mine: Suite, pytester: pytest.Pytester) -> None:
    store(mine, "4.2", {"4.5": 2.5})
    for name, outcome in (("4.2", {"passed": 1}), ("4.5", {"failed": 1})):
        ran = pytester.runpytest_inprocess(*ALONE, "-m", "not live", f"--release={name}", str(mine.code))
        ran.assert_outcomes(**outcome, deselected=2)
    ran = pytester.runpytest_inprocess(*ALONE, "--release=4.3", str(mine.code))
    assert "--release: no release '4.3'; there are 4.2, 4.5, 4.6" in ran.stderr.str()


def test_r_is_asked_through_the_command_or_rpy2_or_rscript(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise NoLiveR("no rpy2")

    bin = hand_out(tmp_path / "bin", monkeypatch)
    (bin / "packages").write_text("\tx\ttext\t4.5.1\n")
    monkeypatch.setattr(session, "_started", session._started.__wrapped__)
    session._version.cache_clear()
    monkeypatch.setattr(live, "R", lambda: "through rpy2")
    assert session.session() == "through rpy2"
    monkeypatch.setattr(live, "R", absent)
    assert session.session().version() == "4.5.1"
    session.with_command(f"{bin}/Rscript")
    monkeypatch.setattr(live, "R", lambda: "through rpy2")
    assert session.session().version() == "4.5.1" and session.command() == f"{bin}/Rscript"
    assert str(session.taken({"R": "", "date": ""})) == "R 4.5, the nearest to R 4.5.1 (4.5 has 4.5.0)"
    session.with_command("no-such-program Rscript")
    with pytest.raises(NoLiveR, match="no program"):
        session.session()
    session.with_command("")
    (bin / "Rscript").unlink()
    monkeypatch.setattr(live, "R", absent)
    with pytest.raises(NoLiveR, match="no rpy2"):
        session.session()
    session._version.cache_clear()


@pytest.mark.parametrize("name", [one.name for one in releases()])
def test_every_answer_of_every_release_is_whole(name: str) -> None:
    """By its hash, and of the script as it is."""
    for suite in suites():
        for case in suite.cases():
            if name in stored_releases(suite, case.name):
                found = load(suite, case.name, name)
                assert not found.error and set(found.fits) == set(load(suite, case.name).fits)


@pytest.mark.usefixtures("live_r")
def test_every_case_has_been_asked_of_every_release(rscript_of: Callable[[str], str]) -> None:
    """Demanded where those releases are: a new case begins with one. `rparity regenerate --built-in --rscript ...`"""
    assert rscript_of("45") and rscript_of("46")
    for suite in suites():
        for case in suite.cases():
            assert stored_releases(suite, case.name) == (case.releases or tuple(VERSION)), f"{suite.name}/{case.name}"
