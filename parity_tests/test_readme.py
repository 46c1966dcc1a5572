"""The README: the first result comes first, and every command and option in it is there."""

from __future__ import annotations

import contextlib
import importlib
import io
import pkgutil
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from translations import commands
from translations.guide.elsewhere import elsewhere
from translations.parity.cli import app

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?:^    .*\n|^\n(?=    ))+", TEXT, re.MULTILINE)
LINES = [line.strip() for block in BLOCKS for line in block.splitlines() if line.strip()]
RUN = [line for line in LINES if line.startswith((".venv/bin/rparity ", "make "))]


def test_the_first_result_comes_before_anything_else() -> None:
    found = [TEXT.index(one) for one in ("docs/table.svg", "import rparity", "docs/partial_pooling.png", "## Begin")]
    assert found == sorted(found)
    assert all((ROOT / one).is_file() for one in re.findall(r"(?:\]\(|src=\")((?:docs/)?[\w.]+\.\w+)", TEXT))
    assert len(TEXT.splitlines()) <= 60  # with the two pictures two screens


def test_the_example_runs_and_prints_what_r_prints() -> None:
    example = next(block for block in BLOCKS if "import rparity" in block)
    code = "\n".join(line.removeprefix("    ") for line in example.splitlines())
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert "Linear mixed model fit by REML ['lmerMod']" in said.getvalue() and "days_deprived" in said.getvalue()


@pytest.mark.parametrize("line", RUN)
def test_each_command_and_option_is_there(line: str) -> None:
    command, _, comment = line.partition("#")
    if command.startswith("make "):
        assert re.search(rf"^{command.split()[1]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        return
    for module in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}."):
        importlib.import_module(module.name).register(app)
    known: Any = typer.main.get_command(app)
    _, name, *given = shlex.split(command)
    found = known.commands[name]
    found.make_context(name, given)  # raises for an option or argument that it does not take
    options = {option for one in found.params for option in one.opts}
    assert not set(re.findall(r"--[a-z]+", comment)) - options


@pytest.mark.parametrize("line", [line for line in RUN if line.split()[1] in ("guide", "drift")])
def test_a_command_runs_as_it_is_written(line: str) -> None:
    """Those that are quick; the others are run by the journeys, the stages of `.ci/run`, and the tests of the app."""
    for module in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}."):
        importlib.import_module(module.name).register(app)
    ran = CliRunner().invoke(app, shlex.split(line.partition("#")[0])[1:])
    not_asked = "has no answer of R" in ran.output  # of a case just written: what a newcomer without that R has
    assert ran.exit_code == 0 or not_asked and "of 0 the cause is unknown" in ran.output, ran.output
    assert len(ran.stdout.splitlines()) > 5


def test_it_says_how_many_answers_there_are() -> None:
    (said,) = re.findall(r"some (\d+) are answered", TEXT)
    assert abs(int(said) - len(elsewhere())) <= 10
