"""The page "Your own case", done as it says: from nothing to a green, live-checked test."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..page_commands import PAGES, steps

ANSWERS = PAGES / "outside"
INSTALLS = ("python3 -m venv", ". .venv", "pip install", "rparity doctor")  # done: the environment that runs this test


def in_shell(command: str, cwd: Path) -> str:
    """What a command prints. Fails unless it exits with 0."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTEST_ADDOPTS": "-p no:cacheprovider"}
    for name in ("RPARITY_REQUIRE_R", "LD_LIBRARY_PATH", "R_HOME"):  # the last two: an R in this process sets them
        environment.pop(name, None)
    done = subprocess.run(command, shell=True, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def write_examples(place: Path) -> None:
    """The page's worked examples, with the answers beside it."""
    for what, text in steps("your_own_case.md"):
        if what.startswith("write mysuite/") and "test_" not in what:
            write(place / what.split()[1], text)
    for stored in ANSWERS.iterdir():
        shutil.copy(stored, place / "mysuite")


def test_the_page_begins_with_an_environment_and_ends_in_ci() -> None:
    commands = [text for what, text in steps("your_own_case.md") if what == "run"]
    assert [one.startswith(INSTALLS) for one in commands] == [True] * 4 + [False] * (len(commands) - 4)
    assert commands[4] == "rparity new mysuite/mycase" and commands[-1].endswith("--ci")


def test_the_worked_examples_agree_with_the_answers_beside_the_page(tmp_path: Path) -> None:
    write_examples(tmp_path)
    assert "2 of 2 cases" in in_shell("rparity check --suite mysuite", tmp_path)


@pytest.mark.usefixtures("live_r")
def test_from_nothing_to_green_as_the_page_says(tmp_path: Path) -> None:
    said = {}
    for what, text in steps("your_own_case.md"):
        if what != "run":
            write(tmp_path / what.split()[1], text)
        elif not text.startswith(INSTALLS):
            said[text] = in_shell(text, tmp_path)
    assert "3 passed" in said["pytest mysuite --live-r"]
    assert "3 of 3 cases" in said["rparity check --suite mysuite"]
    report = said["pytest mysuite --live-r --parity-report=parity.html"]
    assert " passed" in report and "failed" not in report and "skipped" not in report
    assert "no drift" in in_shell("rparity regenerate --check --suite mysuite mycase logistic wilcoxon", tmp_path)
    assert (tmp_path / "parity.html").is_file() and (tmp_path / "Dockerfile").is_file()


@pytest.mark.usefixtures("live_r")
def test_the_answers_beside_the_page_are_rs(tmp_path: Path) -> None:
    write_examples(tmp_path)
    assert "no drift" in in_shell("rparity regenerate --check --suite mysuite", tmp_path)
