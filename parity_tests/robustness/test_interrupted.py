"""Runs that are killed: a study goes on to the same bytes, references are as they were or new, never in between."""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from translations.parallel.lock import Lock
from translations.parity import reference

from .. import warm

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
    ran = warm.run("rparity", *STUDY, "--out", path, "--resume", after=warm.STUDIES, check=True)
    assert f"rparity: {path}: the batch of replicates 451 to 600 is damaged: it is computed again\n" in ran.stderr
    assert path.read_bytes() == whole


def test_a_resumed_study_that_is_not_the_same(undisturbed: Path, tmp_path: Path) -> None:
    path = shutil.copytree(undisturbed, tmp_path / "study") / "study.csv"
    for other, differ in ((("--seed", "2"), "stream"), (("--nsim", "601"), "nsim (600 there, 601 here)"),
                          (("--ml",), "REML (true there, false here)"), (("--rho", "0.3"), "rho (0.2 there, 0.3 here)"),
                          (("--optimizer", "newton"), "control.optimizer")):
        ran = warm.run("rparity", *STUDY, "--out", path, "--resume", *other, after=warm.STUDIES)
        assert ran.returncode == 2 and f"{path} holds another study; they differ in {differ}" in ran.stderr
    assert path.read_bytes() == (undisturbed / path.name).read_bytes()


# --- two at once -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [(), ("--resume",)], ids=["anew", "resumed"])
def test_of_studies_begun_at_once_one_has_the_file(more: tuple[str, ...], undisturbed: Path, tmp_path: Path) -> None:
    """The others are told by whom, or that it is there; what the one writes is what it would have written alone."""
    path = tmp_path / "study.csv"
    runs = [warm.start("rparity", *STUDY, "--out", path, *more, after=warm.STUDIES) for _ in range(3)]
    codes = [one.wait() for one in runs]
    assert path.read_bytes() == (undisturbed / path.name).read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["study.csv", "study.csv.json"]
    assert codes.count(0) >= 1 and (more or codes.count(0) == 1)
    for code, one in zip(codes, runs, strict=True):
        if code:  # with --resume one that comes late reads what the first has finished
            told = f"{path} is being written by another run" in one.stderr or f"{path} is there already" in one.stderr
            assert code == 2 and told, one.stderr


def test_a_study_that_is_under_way_is_left_alone(undisturbed: Path, tmp_path: Path) -> None:
    path = tmp_path / "study.csv"
    first = warm.start("rparity", *STUDY, "--out", path, after=warm.STUDIES)
    while not path.exists():
        time.sleep(0.002)
    os.kill(first.pid, signal.SIGSTOP)
    try:
        for more in ((), ("--resume",)):
            ran = warm.run("rparity", *STUDY, "--out", path, *more, after=warm.STUDIES)
            assert ran.returncode == 2
            assert f"{path} is being written by another run (process {first.pid} on " in ran.stderr
    finally:
        os.kill(first.pid, signal.SIGCONT)
    assert first.wait() == 0
    assert path.read_bytes() == (undisturbed / path.name).read_bytes()


# --- workers ----------------------------------------------------------------------------------------------------------

# A batch that goes on until it is stopped, and two workers: one has nothing to do.
ENDLESS = """
import time
from dataclasses import dataclass
from translations.parallel import jobs
@dataclass(frozen=True)
class Part:
    start: int
    count: int = 1
def endless(part):
    while True:
        time.sleep(60)
jobs.run(endless, [Part(0)], 1, 1, n_jobs=2)
"""
# What the command does around its work.
IN_ORDER = "from translations.parity.cli import ending_in_order\nwith ending_in_order():\n"


def workers_of(process: int) -> list[psutil.Process]:
    return [one for one in psutil.Process(process).children(recursive=True) if "LokyProcess" in " ".join(one.cmdline())]


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended; in a container nobody may ask after the orphans that have."""
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def all_end(processes: list[psutil.Process]) -> bool:
    deadline = time.monotonic() + 60
    while (left := alive(processes)) and time.monotonic() < deadline:
        time.sleep(0.02)
    for one in left:
        one.kill()
    return not left


@pytest.mark.parametrize(("how", "script"), [
    (signal.SIGTERM, ENDLESS), (signal.SIGHUP, ENDLESS), (signal.SIGKILL, ENDLESS),
    (signal.SIGTERM, IN_ORDER + textwrap.indent(ENDLESS, "    ")),
], ids=["SIGTERM", "SIGHUP", "SIGKILL", "SIGTERM to the command"])
def test_no_worker_outlives_its_run(how: signal.Signals, script: str) -> None:
    """The signal goes to the run alone, and reaches no worker."""
    run = warm.start("-c", script, after="import joblib, translations.parallel.jobs")
    deadline = time.monotonic() + 60
    while len(workers_of(run.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    family = psutil.Process(run.pid).children(recursive=True)  # joblib's own helpers too
    assert len(workers_of(run.pid)) == 2 and len(alive(family)) >= 2
    os.kill(run.pid, how)
    assert all_end(family)
    assert run.wait() == (143 if script != ENDLESS else -how)


def test_a_clean_up_that_fails_does_not_hide_the_signal(tmp_path: Path) -> None:
    """joblib's does, where the signal comes while it starts its threads."""
    script = IN_ORDER + f"""
    import time
    from pathlib import Path
    try:
        Path({str(tmp_path / "begun")!r}).touch()
        time.sleep(60)
    finally:
        raise RuntimeError("clean-up failed")
"""
    run = warm.start("-c", script)
    while not (tmp_path / "begun").exists() and run.poll() is None:
        time.sleep(0.002)
    os.kill(run.pid, signal.SIGTERM)
    assert run.wait() == 143 and run.stderr == ""


def test_no_worker_outlives_a_killed_study(tmp_path: Path) -> None:
    """Of the command; the file is the next run's at once."""
    path = tmp_path / "study.csv"
    command = ["simulate", "--nsim", "4000", "--seed", "1", "--quiet", "--jobs", "2", "--out", str(path)]
    study = warm.start("rparity", *command, after=warm.STUDIES)
    while study.poll() is None and (not path.exists() or path.read_bytes().count(b"\n") < 2):
        time.sleep(0.02)
    family = psutil.Process(study.pid).children(recursive=True)
    assert len(workers_of(study.pid)) == 2
    os.kill(study.pid, signal.SIGKILL)
    study.wait()
    with Lock(path):
        assert all_end(family)
    assert not list(Path("/dev/shm").glob(f"*{study.pid}*"))  # what joblib shares between processes


# --- references -------------------------------------------------------------------------------------------------------

SLOW = "Sys.sleep(0.3)\nlist(x = {value})\n"
CASE = "from translations.parity import case\n\n\n@case()\ndef {name}():\n    return {{'x': 1}}\n"


@pytest.mark.parametrize("signal_name", ["SIGTERM", "SIGHUP"])
def test_a_command_that_is_told_to_end_leaves_nothing(live_r: Any, signal_name: str, tmp_path: Path) -> None:
    """No process of R, no temporary file; what was there is as it was."""
    suite, scratch = tmp_path / "suite", tmp_path / "scratch"
    suite.mkdir()
    scratch.mkdir()
    (suite / "one.py").write_text(CASE.format(name="one"))
    (suite / "one.R").write_text("Sys.sleep(60)\nlist(x = 1)\n")
    process = warm.start("rparity", "regenerate", "--suite", suite, after="import translations.parity.regenerate",
                         TMPDIR=str(scratch))
    deadline = time.monotonic() + 60
    while not (family := psutil.Process(process.pid).children(recursive=True)) and time.monotonic() < deadline:
        time.sleep(0.02)
    how = signal.Signals[signal_name]
    os.kill(process.pid, how)
    assert all_end(family) and process.wait() == 128 + how
    assert sorted(one.name for one in suite.iterdir()) == ["one.R", "one.py"]
    assert not [one for one in scratch.iterdir() if not one.name.startswith("Rtmp")]  # R's own, which was killed


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
