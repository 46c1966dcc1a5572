"""Cases whose R is not in every release: under which they run, where they are left out, and that this is said."""
from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import rparity
from translations import settings
from translations.commands import drift
from translations.guide import names, python_source
from translations.guide.content import case_page
from translations.parity import cli, session
from translations.parity.cases import Case, Suite, directory_suite
from translations.parity.check import NotInRelease, compare, left_out, outcomes
from translations.parity.drift import moves
from translations.parity.layers import RAnswer
from translations.parity.piped import PipedR
from translations.parity.reference import Reference, parse_all, render, stored_releases
from translations.parity.regenerate import regenerate, would_change
from translations.parity.sources import sources
from translations.releases import nearest, releases

from .made_up import ALONE, hand_out

pytest_plugins = ["pytester"]
CODE = """\
import translations as r
from translations.parity import case
from translations.settings import option


@case(releases={releases!r}, because="it came with lme4 2.0")
def {name}():
    print(option("lme4"))
    return {{"x": {{"1.1-31": 1.0, "1.1-37": 2.0, "2.1": 3.0}}[option("lme4")]}}
"""
VERSION = {one.name: one.versions["R"] for one in releases()}
X = {"4.2": 1.0, "4.5": 2.0, "4.6": 3.0}
OPTION = {one.name: one.option for one in releases()}
WHY = "it came with lme4 2.0"


def write(suite: Suite, name: str, *which: str) -> None:
    """A case of some releases, with their answers stored, which follow its R."""
    (suite.code / f"{name}.py").write_text(CODE.format(name=name, releases=which))
    (suite.code / f"{name}.R").write_text("print(1)\nlist(x = 1)\n")
    store(suite, name, *which)


def store(suite: Suite, name: str, *which: str) -> None:
    made_from = {"sources": sources(suite.references / f"{name}.R")}
    first, *further = [Reference({"default": RAnswer({"x": X[one]}, (OPTION[one],), ())}, (),
                                 {"R": VERSION[one]} | made_from) for one in which]
    text = render(first.fits, [], first.provenance, dict(zip(which[1:], further, strict=True)))
    (suite.references / f"{name}.json").write_text(text)


@pytest.fixture
def mine(tmp_path: Path) -> Suite:
    """`new`, of release 4.6 alone, and `gone`, which 4.5 lacks."""
    place = tmp_path / "mine"
    place.mkdir()
    suite = directory_suite(place)
    write(suite, "new", "4.6")
    write(suite, "gone", "4.2", "4.6")
    return suite


def told(suite: Suite, **given: Any) -> list[tuple[str, str, str, bool]]:
    return [(one.case, one.against, one.release, one.passed) for one in outcomes(suite, **given)]


def test_a_case_runs_under_the_nearest_release_that_has_its_r(mine: Suite) -> None:
    gone, new = mine.cases()
    assert new.run().values == {"x": 3.0} and gone.run().values == {"x": 1.0}
    with settings.options(lme4="1.1-37"):
        assert gone.option == new.option == "2.1"                   # of two as near, the newer
    assert settings.option("lme4") == "1.1-31" and rparity.options()["lme4"] == "1.1-31"
    assert [nearest(name, ("4.2", "4.6")) for name in X] == ["4.2", "4.6", "4.6"]


def test_the_default_check_compares_it_and_says_the_release(mine: Suite) -> None:
    rows = [("gone", "R", "", True), ("gone", "R's text", "", True),
            ("new", "R", "4.6", True), ("new", "R's text", "4.6", True)]
    assert told(mine) == rows and left_out(mine) == {}
    (mine.code / "rparity.toml").write_text('release = "4.5"\n')
    assert told(mine) == [(*row[:2], "4.6", True) for row in rows]


def test_a_release_without_it_leaves_it_out_and_says_so(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine.code)
    assert [row[0] for row in told(mine, release="4.2")] == ["gone", "gone"]
    assert told(mine, release="4.5") == []
    assert [row[:3] for row in told(mine, release="all") if row[1] == "R"] == [
        ("gone", "R", ""), ("gone", "R", "4.6"), ("new", "R", "4.6")]
    for release, line in (("4.2", "1 case of mine (new) not checked: not in 4.2: it came with lme4 2.0"),
                          ("4.5", "2 cases of mine (gone, new) not checked: not in 4.5: it came with lme4 2.0"),
                          ("all", "1 case of mine (new) not checked: not in 4.2: it came with lme4 2.0")):
        ran = CliRunner().invoke(cli.app, ["check", "--suite", ".", "--release", release])
        assert ran.exit_code == 0 and line in ran.stdout.splitlines()
    with pytest.raises(NotInRelease, match=f"^not in 4.2: {WHY}$"):
        compare(mine, mine.cases()[1], "R", "4.2")
    ran = CliRunner().invoke(cli.app, ["check", "--suite", ".", "--release", "4.5", "--json", "-"])
    assert json.loads(ran.stdout)["not checked"] == {"2 cases of mine (gone, new)": f"not in 4.5: {WHY}"}


def test_an_answer_of_a_release_that_lacks_it_fails(mine: Suite) -> None:
    store(mine, "new", "4.5", "4.6")
    wrong = [one for one in outcomes(mine, release="4.6") if one.case == "new"]
    assert len(wrong) == 2 and not any(one.passed for one in wrong)
    assert wrong[0].error.startswith("ValueError: new.json has an answer of R 4.5, and the case is not in 4.5: it came")


class MadeUpR:
    """A live R of some version that answers 3."""

    def __init__(self, version: str) -> None:
        self._version = version

    def script(self, script: Path, tight: bool = True) -> dict[str, RAnswer]:
        return {"default": RAnswer({"x": 3.0}, ("2.1",), ())}

    def version(self, package: str | None = None) -> str:
        return self._version


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    session._version.cache_clear()
    yield
    session._version.cache_clear()


@pytest.mark.usefixtures("at_hand")
def test_a_live_r_without_it_is_said_and_no_failure(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_started", lambda given: MadeUpR("4.5.0"))
    assert [row[1] for row in told(mine, live=True)] == ["R", "R's text"] * 2 and all(row[3] for row in told(mine))
    assert left_out(mine, live=True) == {f"live, not in 4.5: {WHY}": ["gone", "new"]}
    with pytest.raises(NotInRelease, match=r"^the R at hand is 4\.5; not in 4\.5: it came"):
        compare(mine, mine.cases()[1], "live R")


@pytest.mark.usefixtures("at_hand")
def test_a_live_r_with_it_is_compared(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_started", lambda given: MadeUpR("4.6.1"))
    assert {row[1:] for row in told(mine, live=True) if row[0] == "new"} == {
        (against, "4.6", True) for against in ("R", "R's text", "live R", "live R's text", "live R = stored")}
    assert left_out(mine, live=True) == {}


def test_pytest_skips_it_with_the_reason(mine: Suite, pytester: pytest.Pytester) -> None:
    ran = pytester.runpytest_inprocess(*ALONE, "-rs", "-m", "not live", "--release=4.2", str(mine.code))
    ran.assert_outcomes(passed=2, skipped=2, deselected=6)
    ran.stdout.fnmatch_lines(["*mine/new: not in 4.2: it came with lme4 2.0"])


def test_another_release_is_not_asked_for_it(mine: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bin = hand_out(tmp_path / "bin", monkeypatch)
    (bin / "packages").write_text("\tx\ttext\t1.1.37\n")                  # what it says of R and of lme4
    with PipedR() as r:
        done = regenerate(mine, r)
        assert done.left_out == {f"not in 4.5: {WHY}": ["gone", "new"]} and not (done.written or done.failed)
        assert would_change(mine, r).moved == [] and not (bin / "asked").exists()
        assert cli._told("mine", done, False)[-1] == f"2 cases of mine (gone, new) not asked: not in 4.5: {WHY}"
        (bin / "packages").write_text("\tx\ttext\t2.1.0\n")
        store(mine, "new", "4.5", "4.6")
        (mine.references / "new.rec").write_text("default\tx\tnumber\t3\ndefault printed\t1\ttext\t2.1\n"
                                                 "provenance\tR\ttext\t4.6.1\n")
        assert regenerate(mine, r, ["new"]).written == [mine.references / "new.json"]
        assert [*parse_all((mine.references / "new.json").read_text())] == ["4.6"] == [*stored_releases(mine, "new")]


def test_drift_names_what_is_in_one_release_only(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine.code)
    with pytest.raises(NotInRelease, match=f"not in 4.2: {WHY}"):
        [*moves(mine, "new", "4.2", "4.6")]
    app = typer.Typer()
    app.callback()(lambda: None)
    drift.register(app)
    ran = CliRunner().invoke(app, ["drift", "--suite", ".", "4.5", "4.6"])
    assert ran.exit_code == 0
    assert f"not compared: 2 cases of mine (gone, new): not in 4.5: {WHY}" in ran.stdout.splitlines()


def test_what_is_declared_wrong_is_refused() -> None:
    def some() -> None: ...

    for given, why in (({"releases": ("4.6",)}, "go together"), ({"because": WHY}, "go together"),
                       ({"releases": ("4.6", "4.2"), "because": WHY}, "in their order"),
                       ({"releases": ["4.6"], "because": WHY}, "in their order")):
        with pytest.raises(ValueError, match=why):
            Case(some, **given)                                     # type: ignore[arg-type]
    with pytest.raises(KeyError, match="no release '4.3'"):
        Case(some, releases=("4.3",), because=WHY)


def test_the_guide_shows_it_under_its_release(mine: Suite) -> None:
    new = mine.cases()[1]
    assert python_source.case_script(new).splitlines()[0] == "import translations as r"
    assert 'r.options(lme4="2.1")' in python_source.case_script(new)
    page = case_page(names.Place(mine, mine.code / "new.py"))
    assert page.ours.printed == "2.1\n" and page.only == f"4.6 only: {WHY}" and settings.option("lme4") == "1.1-31"
