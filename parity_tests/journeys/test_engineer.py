"""From R code to CI files that are green, and fifteen mistakes: the script beside this one, as its reader runs it."""
from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from parity_tests.parity.made_up import UNWANTED

pytestmark = pytest.mark.usefixtures("live_r")

# File, line where there is one, and what to do.
SAID = {
    "package": r"package\.py, line 2, .*No module named 'nopackage' .*pip install nopackage",
    "syntax": r"syntax\.py, line 8, `def syntax\(:`: SyntaxError: .*\(close the \( with \) before :\)",
    "bracket": r"bracket\.py, line 9, .*'\[' was never closed \(write the \] that closes this \[\)",
    "bare": r"bare\.py, line 7, `@case`: TypeError: write @case\(\)",
    "undefined": r"undefined\.py, line 11, .*NameError: name 'median' is not defined "
                 r"\(for R's median write .*: rparity guide median\)",
    "index": r"index\.py, line 11, .*IndexError: list index out of range "
             r"\(w has 4, w\[0\] to w\[3\]; places are counted from 0: R's x\[1\] is x\[0\] here\)",
    "otherwise": r"otherwise\.py.*must be a function named otherwise",
    "unnamed": r"unnamed\.py, line 8, .*a case returns a dict",
    "unlabelled": r"unlabelled\.py, line 8, .*median: cannot label .*return its parts",
    "value": r"line=8,.*median: 5\.\S* where 4\.3\S* is expected",
    "label": r"Median: 4\.3\S* where nothing is expected",
    "silent": r"R prints 1 line and the translation nothing: print\(\) what R prints",
    "stopped": r"stopped\.R.*rparity regenerate",
    "changed": r"changed\.R.*rparity regenerate",
    "alone": r"alone\.R",
}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each command of the day printed."""
    place = tmp_path_factory.mktemp("engineer")
    environment = {name: value for name, value in os.environ.items() if name not in UNWANTED} | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "200"}
    script = Path(__file__).parent / "engineer.py"
    ran = subprocess.run([sys.executable, str(script), str(place)], capture_output=True, text=True, env=environment)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    parts = re.split(r"^\$ (.*)\n", ran.stdout, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_suite_and_its_ci_are_green(day: dict[str, str]) -> None:
    assert "1 of 1 cases" in day["rparity check --suite mine --live"] and "passed" in day["pytest -q mine"]
    written = day["rparity new mine/ --ci"]
    assert all(file in written for file in (".github/workflows/parity.yml", ".gitlab-ci.yml", "Dockerfile"))
    assert "passed" in day["pytest mine --require-r"]
    assert "1 of 1 cases" in day["rparity check --suite mine --live --html parity.html"]


@pytest.mark.parametrize("mistake", SAID)
def test_a_mistake_names_file_and_cure(mistake: str, day: dict[str, str]) -> None:
    said = day["rparity check --suite mine --github"]
    notes = [line for line in said.splitlines() if line.startswith("::error") and f"mine/{mistake} " in line]
    assert notes and any(re.search(SAID[mistake], note) for note in notes), "\n".join(notes) or said
    assert all(re.match(rf"::error file=\S*{mistake}\.(py|R),line=\d+", note) for note in notes), notes


def test_one_mistake_hides_no_other(day: dict[str, str]) -> None:
    said = day["rparity check --suite mine --github"]
    assert "1 of 16 cases" in said and "mine/weights " not in "".join(re.findall("^::error.*$", said, re.MULTILINE))
    assert re.search(r"stopped\.R, line \d+.*mediann", day["rparity regenerate --suite mine stopped"], re.DOTALL)
