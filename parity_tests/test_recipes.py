"""The recipes of CONTRIBUTING.md, followed as they stand there in a copy of the checkout."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
ANSWERS = CHECKOUT / "parity_tests" / "recipes"  # R's, in the folders that `rparity regenerate` writes them to
_STEP = re.compile(r"^(?:`([^`\n]+)`(?:, ([^\n`]+))?:\n\n)?```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def recipe(title: str) -> Iterator[tuple[str, str, str]]:
    """The steps under a heading: (file, how, text) or ("", "", command)."""
    text = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = re.search(rf"^### {title}\n(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL)
    assert section, f"CONTRIBUTING.md has no recipe {title!r}"
    for file, how, kind, body in _STEP.findall(section[1]):
        if kind == "console":
            yield from (("", "", line.removeprefix("$ ")) for line in body.splitlines())
        else:
            yield file, how, body


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout to change: the package, the fixtures of one suite and the tests; the rest is linked."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(CHECKOUT / "translations", tmp_path / "translations", ignore=ignored)
    (tmp_path / "fixtures").mkdir()
    for folder in (CHECKOUT / "fixtures").iterdir():
        if folder.name in ("stats", "ranks"):  # where recipes write
            shutil.copytree(folder, tmp_path / "fixtures" / folder.name)
        else:
            (tmp_path / "fixtures" / folder.name).symlink_to(folder)
    for name in ("parity_tests", "pyproject.toml", "rparity.py", "CHANGELOG.md"):
        (tmp_path / name).symlink_to(CHECKOUT / name)
    return tmp_path


def follow(title: str, copy: Path, live: bool) -> dict[str, str]:
    """Do what a recipe says; what each command printed. Without R, its stored answers stand for `regenerate`."""
    said = {}
    for file, how, _ in recipe(title):
        if file and not how:
            (copy / file).unlink(missing_ok=True)  # somebody has followed it in this checkout
    for file, how, text in recipe(title):
        path = copy / file
        if how and text in path.read_text(encoding="utf-8"):
            continue
        if how:
            path.write_text(path.read_text(encoding="utf-8") + ("\n" if how == "at its end" else "") + text, "utf-8")
        elif file:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif text.startswith("rparity regenerate") and not live:
            shutil.copytree(ANSWERS, copy / "fixtures", dirs_exist_ok=True)
        else:
            said[text] = run(text, copy)
    return said


def run(command: str, copy: Path) -> str:
    """What a command of the copy's prints. Fails unless it exits with 0."""
    program, *arguments = shlex.split(command)
    module = {"rparity": ["-m", "translations.parity.cli"], "pytest": ["-m", "pytest"], "python": []}[program]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run([sys.executable, *module, *arguments], cwd=copy, env=environment,
                          capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def holds(title: str, said: dict[str, str]) -> None:
    """Whether a recipe's commands printed what they should."""
    if title == "A public function":
        shown = list(said.values())
        assert shown[0] == "1.4826\n" and "stats::mad" in shown[1] and re.search(r"\b[3-9] passed", shown[2])
    else:
        assert re.search(r"^(\d+) of \1 cases", list(said.values())[-1], re.MULTILINE)


@pytest.mark.parametrize("title", ["A public function", "A suite"])
def test_a_recipe(title: str, copy: Path) -> None:
    holds(title, follow(title, copy, live=False))


@pytest.mark.usefixtures("live_r")
@pytest.mark.parametrize("title", ["A case", "A suite"])
def test_a_recipe_with_r(title: str, copy: Path) -> None:
    holds(title, follow(title, copy, live=True))


@pytest.mark.usefixtures("live_r")
def test_what_new_says_comes_next_works(copy: Path) -> None:
    for file in ("translations/cases/stats/mad.py", "fixtures/stats/mad.R", "fixtures/stats/mad.json"):
        (copy / file).unlink(missing_ok=True)  # somebody has followed the recipe in this checkout
    *_, after = run("rparity new stats/mad", copy).splitlines()
    ask, check, test = after.removeprefix("next: ").split("   ")
    assert run(ask, copy) == "stats: 1 written of R 4.2\n  mad.json\n"
    assert re.search(r"^stats/mad +\d+ .* pass$", run(check, copy), re.MULTILINE)
    assert re.search(r"[1-9] passed", run(test, copy))
