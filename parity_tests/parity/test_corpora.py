"""R's answers beside the cases: each has its script, and is what that answered, by its hash."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from translations.data import fixtures_path
from translations.parity import corpora
from translations.parity.cli import app
from translations.parity.records import RError

# What is no answer of R's: what Python draws and asks, NIST's file as scipy has it, and the record itself.
ASKED = {"data/data.json", "nist/nist.json", "stats/awkward.json", "stats/designs.json", "stats/expressions.json",
         "stats/formulas.json", "stats/linear_models.json", "stats/matrices.json", "stats/texts.json", corpora.RECORD}


@pytest.fixture
def fixtures(tmp_path: Path) -> Path:
    """A folder with one corpus, which a made-up R answers by its script's own text."""
    (tmp_path / "few").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / corpora.TABLE).write_text('["few/a.json"]\nscript = "a.R"\nprinted = true\nreads = ["a.txt"]\n')
    for name, text in (("a.R", "1"), ("a.txt", "2"), ("a.json", "1")):
        (tmp_path / "few" / name).write_text(text)
    corpora.record(["few/a.json"], tmp_path)
    return tmp_path


def rscript(folder: Path, code: str) -> str:
    made = folder / "rscript"
    made.write_text(f"#!/bin/sh\n{code}\n")
    made.chmod(0o755)
    return str(made)


def test_every_corpus_is_what_its_script_answered() -> None:
    assert corpora.stale() == {}


def test_every_file_of_r_s_is_a_case_s_or_a_corpus() -> None:
    here = fixtures_path()
    files = {str(file.relative_to(here)): file for file in here.rglob("*.json") if "certified" not in file.parts}
    without = {name for name, file in files.items() if '"sources"' not in file.read_text(encoding="utf-8")}
    assert without - ASKED == {name for name in corpora.corpora() if name.endswith(".json")}


@pytest.mark.parametrize(("file", "said"), [
    ("a.R", "a.R changed since it was made"), ("a.txt", "a.txt changed since it was made"),
    ("a.json", "it is not what R answered")])
def test_what_was_changed_since_is_told(fixtures: Path, file: str, said: str) -> None:
    assert corpora.stale(fixtures) == {}
    (fixtures / "few" / file).write_text("3")
    assert corpora.stale(fixtures) == {"few/a.json": said}


def test_one_without_a_record_or_a_line_is_told(fixtures: Path) -> None:
    file = fixtures / corpora.RECORD
    file.write_text(json.dumps({"few/b.json": {}}))
    assert corpora.stale(fixtures) == {"few/a.json": "no hash of it is recorded",
                                       "few/b.json": "no corpora.toml names it"}


def test_r_is_asked_again(fixtures: Path) -> None:
    (fixtures / "few" / "a.R").write_text("5")
    r = rscript(fixtures, 'cat "$2"')
    assert corpora.regenerate([], r, fixtures=fixtures) == {"few/a.json": "renewed"}
    assert (fixtures / "few" / "a.json").read_text() == "5" and corpora.stale(fixtures) == {}
    assert corpora.regenerate(["few/a.json"], r, fixtures=fixtures) == {"few/a.json": "as stored"}
    with pytest.raises(RError, match="a.R stops: no such thing"):
        corpora.regenerate([], rscript(fixtures, "echo no such thing >&2; exit 1"), fixtures=fixtures)
    assert corpora.stale(fixtures) == {}


def test_r_s_own_noise_is_kept_unless_it_is_named(fixtures: Path) -> None:
    table = fixtures / corpora.TABLE
    table.write_text(table.read_text() + 'noise = "two orders"\n')
    r = rscript(fixtures, "echo 6")
    assert corpora.regenerate([], r, fixtures=fixtures) == {"few/a.json": "kept: two orders"}
    assert (fixtures / "few" / "a.json").read_text() == "1"
    assert corpora.regenerate(["few/a.json"], r, fixtures=fixtures) == {"few/a.json": "renewed"}


def test_unknown_ones_and_those_by_hand() -> None:
    with pytest.raises(KeyError, match="no corpus nothing; corpora.toml has console/models.json"):
        corpora.regenerate(["nothing"])
    ran = CliRunner().invoke(app, ["regenerate", "--corpora", "lme4/minqa.json", "console/releases-4.6.json"])
    assert ran.exit_code == 0 and "mended" in ran.stdout and "--release 4.6" in ran.stdout


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[str], Path]:
    """The fixtures of a folder and its data, to be written to."""
    def copy(folder: str) -> Path:
        for each in ("data", folder):
            shutil.copytree(fixtures_path() / each, tmp_path / each)
        for each in (corpora.TABLE, corpora.RECORD):
            shutil.copy(fixtures_path() / each, tmp_path)
        return tmp_path
    return copy


@pytest.mark.usefixtures("live_r")
@pytest.mark.parametrize(("name", "command"), [("console/kinds.json", "Rscript"), ("lme4/nelder_mead.json", "Rscript"),
                                               ("console/kinds.json", "env Rscript")])
def test_live_r_answers_what_is_stored(name: str, command: str, copied: Callable[[str], Path]) -> None:
    """By a program of this machine, and by an R that is sent all it reads, as one behind `ssh HOST` is."""
    assert corpora.regenerate([name], command, fixtures=copied(name.split("/")[0])) == {name: "as stored"}


@pytest.mark.usefixtures("live_r")
@pytest.mark.parametrize("release", ["4.5", "4.6"])
def test_an_r_of_another_release_is_asked_in_its_folder(
    release: str, copied: Callable[[str], Path], rscript_of: Callable[[str], str],
) -> None:
    name = f"console/releases-{release}.json"
    command = rscript_of(release.replace(".", ""))
    assert corpora.regenerate([name], command, release, copied("console")) == {name: "as stored"}


@pytest.mark.usefixtures("live_r")
def test_a_script_that_stops_behind_a_command_says_why(fixtures: Path) -> None:
    (fixtures / "few" / "a.R").write_text("cat('begun'); stop('no such thing')\n")
    with pytest.raises(RError, match="a.R stops: Error: no such thing"):
        corpora.regenerate([], "env Rscript", fixtures=fixtures)
