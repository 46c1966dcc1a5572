"""References are made from the R at hand, for its release and no other: with an Rscript that is made up."""
from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from translations.parity import doctor, reference
from translations.parity.cases import Suite, directory_suite, suite
from translations.parity.piped import PipedR
from translations.parity.regenerate import Renewed, WrongVersion, regenerate, would_change
from translations.parity.sources import sources

from .made_up import hand_out

CODE = """\
from translations.parity import case


@case(tolerance=3)
def a():
    return {"x": 1.0}
"""


def records(x: float = 1.0, printed: str = "[1] 1", fit: str = "default", error: str = "", **provenance: str) -> str:
    """What R's side writes of a script."""
    told = {"R": "4.2.2", "date": "then"} | {key.replace("_", " "): value for key, value in provenance.items()}
    answer = f"{fit}\tx\tnumber\t{x!r}\n{fit} printed\t1\ttext\t{printed}\n"
    return "".join([f"error\t\ttext\t{error}\n" if error else answer,
                    *(f"provenance\t{key}\ttext\t{value}\n" for key, value in told.items())])


@pytest.fixture
def bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return hand_out(tmp_path / "bin", monkeypatch)


@pytest.fixture
def r(bin: Path) -> Iterator[PipedR]:
    with PipedR() as started:
        yield started


@pytest.fixture
def mine(tmp_path: Path, bin: Path) -> Suite:
    """A directory with two scripts, of which one is translated, and a helper."""
    place = tmp_path / "mine"
    place.mkdir()
    for name in ("a", "b", "_setup"):
        (place / f"{name}.R").write_text("list(x = 1)\n")
        (place / f"{name}.rec").write_text(records())
    (place / "a.py").write_text(CODE)
    return directory_suite(place)


@pytest.fixture
def say(mine: Suite) -> Callable[..., None]:
    """Let R answer otherwise about a script."""
    return lambda name, **given: (mine.references / f"{name}.rec").write_text(records(**given))


def written(done: Renewed) -> list[str]:
    assert not (done.failed or done.moved)
    return [path.name for path in done.written]


def test_every_script_is_asked_and_every_answer_written(mine: Suite, bin: Path, r: PipedR) -> None:
    (mine.references / "b.txt").write_text("[1] 1\n")
    done = regenerate(mine, r)
    assert written(done) == ["a.json", "b.json"] and str(done.taken) == "R 4.2"
    first, second = (reference.load(mine, name) for name in "ab")
    assert first.fits["default"].values == {"x": 1.0} and first.fits["default"].printed == ("[1] 1",)
    assert first.provenance == {"R": "4.2.2", "date": "then", "sources": sources(mine.references / "a.R")}
    assert (first.beside, second.beside) == ((), ("chapter",))
    assert (bin / "calls").read_text() == "--vanilla -\n"                       # one process for all
    assert (bin / "asked").read_text() == "mine/a.R FALSE\nmine/b.R TRUE\n"     # a takes no control


def test_what_has_not_changed_is_not_written(mine: Suite, say: Callable[..., None], r: PipedR) -> None:
    regenerate(mine, r)
    before = (mine.references / "a.json").read_text()
    say("a", date="now", x=1.00001)                                             # noise: five digits of three
    say("b", date="now", x=2.0)
    assert written(regenerate(mine, r)) == ["b.json"]
    assert (mine.references / "a.json").read_text() == before
    assert reference.load(mine, "b").fits["default"].values == {"x": 2.0}
    say("a", x=1.00001, platform="another")
    assert written(regenerate(mine, r)) == ["a.json"]
    assert reference.load(mine, "a").fits["default"].values == {"x": 1.0}


def test_another_release_is_added_and_touches_none(mine: Suite, say: Callable[..., None], r: PipedR) -> None:
    regenerate(mine, r, ["a"])
    say("a", x=2.0, R="4.6.1", date="later")
    assert str(regenerate(mine, r, ["a"]).taken) == "R 4.6"
    say("a", x=1.0, R="4.5.0", date="later still")
    assert written(regenerate(mine, r, ["a"])) == ["a.json"]
    path = mine.references / "a.json"
    every = reference.parse_all(path.read_text())
    assert [*every] == ["4.2", "4.5", "4.6"]
    assert [one.fits["default"].values["x"] for one in every.values()] == [1, 1, 2]
    say("a", x=3.0, date="at last")                                             # the first is renewed
    regenerate(mine, r, ["a"])
    now = reference.parse_all(path.read_text())
    assert now["4.2"].fits["default"].values["x"] == 3 and (now["4.5"], now["4.6"]) == (every["4.5"], every["4.6"])
    assert regenerate(mine, r, ["a"]).written == []


def test_a_script_that_stops_is_an_answer_where_another_release_has_one(
    mine: Suite, say: Callable[..., None], r: PipedR,
) -> None:
    say("a", error="a.R, line 1: Error: no such thing", R="4.6.1")
    done = would_change(mine, r)
    assert done.failed == {"a": "a.R, line 1: Error: no such thing"} and done.moved == ["mine/b: no stored reference"]
    done = regenerate(mine, r)
    assert done.failed == {"a": "a.R, line 1: Error: no such thing"}
    assert [path.name for path in done.written] == ["b.json"]
    say("a")
    regenerate(mine, r)
    say("a", error="a.R, line 1: Error: no such thing", R="4.6.1")
    done = regenerate(mine, r, ["a"])
    assert done.stops == {"a": "a.R, line 1: Error: no such thing"} and written(done) == ["a.json"]
    assert reference.load(mine, "a", "4.6").error == "a.R, line 1: Error: no such thing"
    assert would_change(mine, r, ["a"]).moved == []
    say("a", error="a.R, line 1: Error in library(x) : there is no package called ‘x’", R="4.5.0")
    assert [*regenerate(mine, r, ["a"]).failed] == ["a"] and "4.5" not in reference.stored_releases(mine, "a")
    say("a", R="4.6.1")
    assert would_change(mine, r, ["a"]).moved == ["mine/a: it no longer stops", "mine/a: the default fit is new"]


def test_only_those_that_are_named(mine: Suite, bin: Path, r: PipedR) -> None:
    assert written(regenerate(mine, r, ["b"])) == ["b.json"]
    assert not (mine.references / "a.json").exists()
    for named, absent in ((["b", "z", "y"], "y, z"), (["_setup"], "_setup")):
        with pytest.raises(KeyError) as unknown:
            regenerate(mine, r, named)
        assert unknown.value.args == (f"no script {absent} in {mine.references}",)
    with pytest.raises(KeyError) as unknown:
        regenerate(directory_suite(bin), r)
    assert unknown.value.args == (f"no script *.R in {bin}",)


def test_one_that_fails_does_not_hold_back_the_others(
    mine: Suite, bin: Path, say: Callable[..., None], r: PipedR,
) -> None:
    (mine.references / "c.R").write_text("stop()\n")
    say("a", error="no such thing")
    say("c", error="nor that")
    done = regenerate(mine, r)
    assert done.failed == {"a": "no such thing", "c": "nor that"}
    assert [path.name for path in mine.references.glob("*.json")] == ["b.json"]
    (bin / "dies").write_text("")
    done = regenerate(mine, r, ["b"])
    assert "ended with code 9" in done.failed["b"] and not done.written
    (bin / "dies").unlink()
    assert written(regenerate(mine, r, ["b"])) == []


def test_another_version_is_refused_unless_told_so(mine: Suite, say: Callable[..., None], r: PipedR) -> None:
    say("a", R="4.3.0", package_lme4="1.1.30", package_MASS="7", platform="mine")
    assert str(regenerate(mine, r, ["a"]).taken) == (                   # a user's first references: any version will do
        "R 4.2, the nearest to R 4.3.0 (4.2 has 4.2.2), lme4 1.1.30 (4.2 has 1.1.31)")
    say("a", R="4.2.2", package_lme4="1.1.31", package_MASS="7", platform="yours")
    for make in (regenerate, would_change):
        with pytest.raises(WrongVersion) as wrong:
            make(mine, r, ["a"])
        assert str(wrong.value) == ("this is R 4.2.2 (stored: 4.3.0), lme4 1.1.31 (stored: 1.1.30); --nearest renews "
                                    "the answers of R 4.2 from it all the same")
    assert reference.load(mine, "a").provenance["R"] == "4.3.0"
    assert written(regenerate(mine, r, ["a"], nearest=True)) == ["a.json"]
    say("a", R="4.2.2", platform="theirs")                              # no longer uses lme4
    assert written(regenerate(mine, r, ["a"])) == ["a.json"]
    with pytest.raises(WrongVersion, match=r"^this is R 4.2, not 4.6$"):
        regenerate(mine, r, ["a"], wanted="4.6")


def test_ours_are_pinned_whatever_is_stored(mine: Suite, say: Callable[..., None], r: PipedR) -> None:
    class Ours(Suite):
        built_in = True                                                 # type: ignore[assignment]

    ours: Any = Ours("mine", mine.code, mine.references, mine.certified)
    say("a", package_lme4="1.1.30")
    with pytest.raises(WrongVersion, match=r"lme4 1.1.30 \(4.2 has 1.1.31\); --nearest makes references"):
        would_change(ours, r, ["a"])
    assert suite("random").built_in and not mine.built_in


def test_drift_is_what_would_change_beyond_the_tolerances(
    mine: Suite, say: Callable[..., None], r: PipedR,
) -> None:
    def moved(*only: str) -> list[str]:
        return would_change(mine, r, only).moved

    assert moved() == ["mine/a: no stored reference", "mine/b: no stored reference"]
    regenerate(mine, r)
    assert moved() == moved("a") == []
    say("a", x=1.0005, date="now")
    say("b", x=1.0005, date="now")
    assert moved() == ["mine/b (default): x: 1.0004999999999999 where 1 is expected (3.3 digits of 15)"]
    say("a", x=1.5, printed="[1] 2", platform="mine")
    say("b", package_lme4="1.1.31")
    assert moved() == [
        "mine/a (default): x: 1.5 where 1 is expected (0.3 digits of 3)", "mine/a (default): the printed text differs",
        "mine/a: platform was None, is mine", "mine/b: package lme4 was None, is 1.1.31"]
    say("a", fit="tight")
    assert moved("a") == ["mine/a: the default fit is gone", "mine/a: the tight fit is new"]
    say("a", R="4.5.0")
    assert moved("a") == ["mine/a: no stored reference of R 4.5"]
    stored = reference.load(mine, "a").provenance
    (mine.references / "a.R").write_text("list(x = 1 + 0)\n")
    say("a")
    old, new = (repr({"a.R": told}) for told in (
        stored["sources"]["a.R"], sources(mine.references / "a.R")["a.R"]))
    assert moved("a") == [f"mine/a: sources was {old}, is {new}"]


def test_the_tight_fit_is_held_to_its_own_digits(mine: Suite, say: Callable[..., None], r: PipedR) -> None:
    (mine.code / "a.py").write_text(CODE.replace("@case(tolerance=3)", "@case()"))
    for fit, found in (("default", []), ("tight", ["7.5 digits of 8"])):
        (mine.references / "a.json").unlink(missing_ok=True)
        say("a", fit=fit)
        regenerate(mine, r, ["a"])
        say("a", x=1 + 10**-7.5, fit=fit)
        assert [one.split("(")[-1].rstrip(")") for one in would_change(mine, r, ["a"]).moved] == found


def test_the_versions_that_are_here_are_asked_of_r(bin: Path) -> None:
    (bin / "packages").write_text("\tv[R]\ttext\t4.2.2\n\tv[lme4]\ttext\t1.1.31\n\tv[MASS]\ttext\t7.3.58\n")
    assert doctor.r_version() == "9.8.7"
    assert doctor._versions() == {"R": "4.2.2", "lme4": "1.1.31", "MASS": "7.3.58"}
    assert (bin / "calls").read_text().splitlines() == [
        "--vanilla -e cat(as.character(getRversion()))", "--vanilla -"]
    (bin / "Rscript").write_text("#!/bin/sh\nexit 1\n")
    for ask in (doctor.r_version, doctor._versions):
        with pytest.raises((subprocess.CalledProcessError, RuntimeError)):
            ask()
    (bin / "Rscript").unlink()
    assert doctor.r_version() is None
    with pytest.raises(RuntimeError, match="not on the PATH"):
        doctor._versions()


def test_the_version_of_a_distribution() -> None:
    assert doctor._installed("pytest") == pytest.__version__ and doctor._installed("no-such-distribution") is None
