"""Runs that are killed: a study goes on to the same bytes, references are as they were or new, never in between."""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from translations.parity import reference

from .. import warm

pytestmark = pytest.mark.xdist_group("warm")

RPARITY = str(Path(sys.executable).with_name("rparity"))
BATCH = 150
STUDY = ["simulate", "--nsim", str(4 * BATCH), "--seed", "20261124", "--quiet", "--jobs", "1"]


def run(*arguments: str | Path) -> None:
    """A command that must succeed."""
    subprocess.run([RPARITY, *map(str, arguments)], check=True, capture_output=True, env=_environment())


def _environment() -> dict[str, str]:
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


def started(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """A command in a process group of its own."""
    return subprocess.Popen([RPARITY, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            start_new_session=True, env=_environment())


def killed(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Send the signal to the command and its children, and wait."""
    os.killpg(process.pid, how)
    process.communicate(timeout=60)


def go_on(path: Path) -> None:
    """Go on with the study to its end."""
    warm.run("rparity", *STUDY, "--out", path, "--resume", after=warm.STUDIES, check=True)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a study that nobody disturbed."""
    place = tmp_path_factory.mktemp("whole")
    warm.run("rparity", *STUDY, "--out", place / "study.csv", after=warm.STUDIES, check=True)
    return place


def killed_after(batches: int, how: signal.Signals, path: Path, fresh: bool) -> None:
    """A study that gets the signal when so many batches are on the disk; fresh: by the true command line."""
    command = [*STUDY, "--out", path]
    process = started(*command) if fresh else warm.start("rparity", *command, after=warm.STUDIES)
    wanted = 1 + BATCH * batches
    while process.poll() is None and (not path.exists() or path.read_bytes().count(b"\n") < wanted):
        time.sleep(0.002)
    assert process.returncode is None, "the study was over before it could be killed"
    if isinstance(process, warm.Child):
        process.kill(how)
        process.wait()
    else:
        killed(process, how)
    assert path.read_bytes().count(b"\n") >= wanted


@pytest.mark.parametrize(("how", "batches"), [(signal.SIGKILL, 1), (signal.SIGKILL, 3), (signal.SIGTERM, 1),
                                              (signal.SIGINT, 3)], ids=lambda one: getattr(one, "name", one))
def test_a_killed_study_goes_on_to_the_same_bytes(
    how: signal.Signals, batches: int, undisturbed: Path, tmp_path: Path,
) -> None:
    path = tmp_path / "study.csv"
    killed_after(batches, how, path, fresh=(how, batches) == (signal.SIGKILL, 1))
    go_on(path)
    assert path.read_bytes() == (undisturbed / path.name).read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["study.csv", "study.csv.json"]


@pytest.mark.parametrize("cut", [1, 2, 40, 5000])
def test_a_file_that_ends_in_the_middle_of_a_line(cut: int, undisturbed: Path, tmp_path: Path) -> None:
    path = shutil.copytree(undisturbed, tmp_path / "study") / "study.csv"
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    go_on(path)
    assert path.read_bytes() == whole


SLOW = "Sys.sleep(0.3)\nlist(x = {value})\n"
CASE = "from translations.parity import case\n\n\n@case()\ndef {name}():\n    return {{'x': 1}}\n"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=lambda how: how.name)
@pytest.mark.parametrize("after", [0.3, 2.0])
def test_killed_regeneration_leaves_whole_references(
    live_r: Any, how: signal.Signals, after: float, tmp_path: Path,
) -> None:
    """Whenever it is killed, each reference is the old one or the new one, and a next run makes all of them new."""
    suite = tmp_path / "suite"
    suite.mkdir()
    names = [f"case{i}" for i in range(4)]
    for name in names:
        (suite / f"{name}.py").write_text(CASE.format(name=name))
        (suite / f"{name}.R").write_text(SLOW.format(value=1))
    run("regenerate", "--suite", suite)
    for name in names:
        (suite / f"{name}.R").write_text(SLOW.format(value=2))
    process = started("regenerate", "--suite", suite)
    time.sleep(after)
    killed(process, how)

    def values() -> list[Any]:
        texts = [(suite / f"{name}.json").read_text(encoding="utf-8") for name in names]
        return [reference.parse(text).fits["default"].values["x"] for text in texts]

    assert set(values()) <= {1, 2}
    run("regenerate", "--suite", suite)
    assert values() == [2] * 4
