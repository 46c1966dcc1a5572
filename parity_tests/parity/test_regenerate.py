"""References are made all or not at all, from the R that they are pinned to: with an Rscript that is made up."""
from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from translations.parity import doctor, reference, regenerate
from translations.parity.cases import Suite, directory_suite, suite
from translations.parity.records import RError
from translations.parity.regenerate import PINNED, R_SIDE, WrongVersion, drift
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
    return "".join([f"{fit}\tx\tnumber\t{x!r}\n", f"{fit} printed\t1\ttext\t{printed}\n",
                    *(f"provenance\t{key}\ttext\t{value}\n" for key, value in told.items()),
                    f"error\t\ttext\t{error}\n" if error else ""])


@pytest.fixture
def bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return hand_out(tmp_path / "bin", monkeypatch)


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


def test_every_script_is_asked_and_every_answer_written(mine: Suite, bin: Path) -> None:
    (mine.references / "b.txt").write_text("[1] 1\n")
    assert regenerate.regenerate(mine) == [mine.references / "a.json", mine.references / "b.json"]
    first, second = (reference.load(mine, name) for name in "ab")
    assert first.fits["default"].values == {"x": 1.0} and first.fits["default"].printed == ("[1] 1",)
    assert first.provenance == {"R": "4.2.2", "date": "then", "sources": sources(mine.references / "a.R")}
    assert (first.beside, second.beside) == ((), ("chapter",))
    scripts = [str(mine.references / f"{name}.R") for name in "ab"]
    assert (bin / "calls").read_text().split() == ["--vanilla", str(R_SIDE / "runner.R"), *scripts]
    assert (bin / "settings").read_text().split() == ["C.UTF-8", "en", "UTC", str(R_SIDE), "1"]  # a takes no control


def test_what_has_not_changed_is_not_written(mine: Suite, say: Callable[..., None]) -> None:
    regenerate.regenerate(mine)
    before = (mine.references / "a.json").read_text()
    say("a", date="now")
    say("b", date="now", x=2.0)
    assert regenerate.regenerate(mine) == [mine.references / "b.json"]
    assert (mine.references / "a.json").read_text() == before
    assert reference.load(mine, "b").fits["default"].values == {"x": 2.0}
    say("a", platform="another")
    assert regenerate.regenerate(mine) == [mine.references / "a.json"]


def test_only_those_that_are_named(mine: Suite, bin: Path) -> None:
    assert regenerate.regenerate(mine, ["b"]) == [mine.references / "b.json"]
    assert not (mine.references / "a.json").exists()
    for named, absent in ((["b", "z", "y"], "y, z"), (["_setup"], "_setup")):
        with pytest.raises(KeyError) as unknown:
            regenerate.regenerate(mine, named)
        assert unknown.value.args == (f"no script {absent} in {mine.references}",)
    with pytest.raises(KeyError) as unknown:
        regenerate.regenerate(directory_suite(bin))
    assert unknown.value.args == (f"no script *.R in {bin}",)


def test_nothing_is_written_when_r_fails(mine: Suite, bin: Path, say: Callable[..., None]) -> None:
    (mine.references / "c.R").write_text("stop()\n")
    say("a", error="no such thing")
    say("c", error="nor that")
    with pytest.raises(RError) as failed:
        regenerate.regenerate(mine)
    assert str(failed.value) == (f"nothing was written, since R failed in\n{mine.references / 'a.R'}: no such thing\n"
                                 f"{mine.references / 'c.R'}: nor that")
    (bin / "stop").write_text("")
    with pytest.raises(RError, match="^Rscript stopped: R stops here$"):
        regenerate.regenerate(mine, ["b"])
    (bin / "Rscript").unlink()
    with pytest.raises(FileNotFoundError):
        regenerate.regenerate(mine)
    assert not list(mine.references.glob("*.json"))


def test_another_version_is_refused_unless_told_so(mine: Suite, say: Callable[..., None]) -> None:
    say("a", R="4.1.0", package_lme4="1.1.30", package_MASS="7", platform="mine")
    regenerate.regenerate(mine, ["a"])                                  # a user's first references: any version will do
    say("a", R="4.3.0", package_lme4="1.1.31", package_MASS="7", platform="yours")
    for make in (regenerate.regenerate, drift):
        with pytest.raises(WrongVersion) as wrong:
            make(mine, ["a"])
        assert str(wrong.value) == ("this is R 4.3.0 (pinned: 4.1.0), lme4 1.1.31 (pinned: 1.1.30); --any-version "
                                    "makes references from it all the same")
    assert reference.load(mine, "a").provenance["R"] == "4.1.0"
    assert regenerate.regenerate(mine, ["a"], any_version=True) == [mine.references / "a.json"]
    say("a", R="4.3.0", platform="yours")                                       # no longer uses lme4
    assert regenerate.regenerate(mine, ["a"]) == [mine.references / "a.json"]


def test_ours_are_pinned_whatever_is_stored() -> None:
    assert regenerate._pins(suite("random"), "no such case") == PINNED == {"R": "4.2.2", "package lme4": "1.1.31"}


def test_drift_is_what_would_change_beyond_the_tolerances(mine: Suite, say: Callable[..., None]) -> None:
    assert drift(mine) == ["mine/a: no stored reference", "mine/b: no stored reference"]
    regenerate.regenerate(mine)
    assert drift(mine) == drift(mine, ["a"]) == []
    say("a", x=1.0005, date="now")
    say("b", x=1.0005, date="now")
    assert drift(mine) == ["mine/b (default): x: 1.0004999999999999 where 1 is expected (3.3 digits of 15)"]
    say("a", x=1.5, printed="[1] 2", platform="mine")
    say("b", package_lme4="1.1.31")
    assert drift(mine) == [
        "mine/a (default): x: 1.5 where 1 is expected (0.3 digits of 3)", "mine/a (default): the printed text differs",
        "mine/a: platform was None, is mine", "mine/b: package lme4 was None, is 1.1.31"]
    say("a", fit="tight")
    assert drift(mine, ["a"]) == ["mine/a: the default fit is gone", "mine/a: the tight fit is new"]
    stored = reference.load(mine, "a").provenance
    (mine.references / "a.R").write_text("list(x = 1 + 0)\n")
    say("a")
    old, new = (repr({"a.R": told}) for told in (
        stored["sources"]["a.R"], sources(mine.references / "a.R")["a.R"]))
    assert drift(mine, ["a"]) == [f"mine/a: sources was {old}, is {new}"]


def test_the_tight_fit_is_held_to_its_own_digits(mine: Suite, say: Callable[..., None]) -> None:
    (mine.code / "a.py").write_text(CODE.replace("@case(tolerance=3)", "@case()"))
    for fit, found in (("default", []), ("tight", ["10.0 digits of 11"])):
        (mine.references / "a.json").unlink(missing_ok=True)
        say("a", fit=fit)
        regenerate.regenerate(mine, ["a"])
        say("a", x=1 + 1e-10, fit=fit)
        assert [one.split("(")[-1].rstrip(")") for one in drift(mine, ["a"])] == found


def test_the_versions_that_are_here_are_asked_of_r(bin: Path) -> None:
    (bin / "packages").write_text("lme4 1.1.31 \nMASS 7.3.58 \n")
    assert doctor.r_version() == "9.8.7"
    assert doctor._package_versions() == {"lme4": "1.1.31", "MASS": "7.3.58"}
    version, packages = (bin / "calls").read_text().splitlines()
    assert version == "--vanilla -e cat(as.character(getRversion()))"
    assert packages == ("--vanilla -e for (p in c('lme4', 'lmerTest', 'pbkrtest', 'dplyr', 'tidyr', 'tibble', "
                        "'ggplot2', 'MASS')) if (nzchar(system.file(package = p))) "
                        r"cat(p, as.character(packageVersion(p)), '\n')")
    (bin / "Rscript").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(subprocess.CalledProcessError):
        doctor.r_version()
    (bin / "Rscript").unlink()
    assert doctor.r_version() is None


def test_the_version_of_a_distribution() -> None:
    assert doctor._installed("pytest") == pytest.__version__ and doctor._installed("no-such-distribution") is None
