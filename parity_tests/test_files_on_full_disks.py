"""Full and read-only disks: a sentence that names the path, exit code 2, and nothing half-written."""
from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from translations.files import replace
from translations.parallel.checkpoint import Checkpoint
from translations.parity.reference import RAnswer, render

from . import warm

RPARITY = str(Path(sys.executable).with_name("rparity"))


def rparity(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command, run in `cwd`; the one that imports least by the true command line."""
    if arguments[0] == "new" and "--ci" not in arguments:
        return subprocess.run([RPARITY, *arguments], cwd=cwd, capture_output=True, text=True)
    return warm.run("rparity", *arguments, after=warm.STUDIES, cwd=cwd)


def mount(place: Path, options: str) -> bool:
    """Mount a file system of its own on `place`, where this user may."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    return subprocess.run(command, capture_output=True).returncode == 0


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A directory in which nothing more can be written: a file system of 16 kB, all taken, or a directory that may not
    be written to where this user cannot mount one."""
    yield from _spoilt(tmp_path, "size=16k", fill=True)


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A directory that cannot be written to, not even by root where root may mount."""
    yield from _spoilt(tmp_path, "ro", fill=False)


def _spoilt(tmp_path: Path, options: str, fill: bool) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = os.geteuid() == 0 and mount(place, options)
    if not mounted:
        assert os.geteuid() != 0, "root that may not mount cannot be kept from writing"
        place.chmod(0o555)
    elif fill:
        with pytest.raises(OSError), (place / "fill").open("wb") as file:
            file.write(bytes(1 << 20))
    yield place
    if mounted:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
    place.chmod(0o755)


COMMANDS = {
    "simulate": (["simulate", "--nsim", "8", "--seed", "1", "--quiet", "--jobs", "1", "--out", "{}/study.csv"],
                 "study.csv"),
    "check --json": (["check", "--suite", "{}/../suite", "--json", "{}/out.json"], "out.json"),
    "check --html": (["check", "--suite", "{}/../suite", "--html", "{}/out.html"], "out.html"),
    "new": (["new", "{}/mysuite/mycase"], "mycase.R"),
    "new --ci": (["new", "--ci", "suite/"], "packages.R"),
    "figures": (["figures", "figure_5_1", "--out", "{}/figures", "--format", "png"], "disk/figures"),
}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of one case, small enough to be checked in a moment; what its CI installs lies on the disk."""
    place = tmp_path / "suite"
    place.mkdir()
    case = "from translations.parity import case\n\n\n@case()\ndef one():\n    return {'x': 1}\n"
    (place / "one.py").write_text(case)
    (place / "one.R").write_text("list(x = 1)\n")
    (place / "one.json").write_text(render({"default": RAnswer({"x": 1}, (), ())}, (), {"R": "4.2.2", "date": "then"}))
    (place / "ci").symlink_to(tmp_path / "disk")
    return place


@pytest.mark.parametrize("spoilt", ["full", "read_only"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_cannot_write(
    command: str, spoilt: str, suite: Path, tmp_path: Path, request: pytest.FixtureRequest,
) -> None:
    place: Path = request.getfixturevalue(spoilt)
    before = {path: path.stat().st_size for path in place.rglob("*")}
    arguments, named = COMMANDS[command]
    ran = rparity(*(text.format(place) for text in arguments), cwd=tmp_path)
    assert ran.returncode == 2 and "Traceback" not in ran.stderr
    assert "cannot write" in ran.stderr and named in ran.stderr
    left = {path: path.stat().st_size for path in place.rglob("*") if path.is_file()}
    assert left == before


def test_a_study_whose_disk_fills_goes_on_when_there_is_space(tmp_path: Path) -> None:
    """What a full disk has taken of a batch is cut off again; finished batches stay, and the end is the same bytes."""
    rows = [[i / 7.0, i / 11.0] for i in range(40)]
    whole = Checkpoint(tmp_path / "whole.csv", ["a", "b"], 40, {"seed": 1})
    cut = Checkpoint(tmp_path / "cut.csv", ["a", "b"], 40, {"seed": 1})
    for start in range(0, 40, 10):
        whole.append(start, np.array(rows[start:start + 10]))
    whole.finish()
    cut.append(0, np.array(rows[:10]))
    cut.close()
    script = (
        "import resource, signal, sys, numpy as np\n"
        "from translations.parallel.checkpoint import Checkpoint\n"
        "checkpoint = Checkpoint(sys.argv[1], ['a', 'b'], 40, {'seed': 1}, resume=True)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "limit = checkpoint.path.stat().st_size + 50\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "try:\n    checkpoint.append(10, np.ones((10, 2)) / 3)\nexcept OSError as error:\n    print(error)\n"
    )
    ran = warm.run("-c", script, cut.path, after=warm.STUDIES, check=True)
    assert f"cannot write {cut.path}" in ran.stdout
    resumed = Checkpoint(cut.path, ["a", "b"], 40, {"seed": 1}, resume=True)
    assert sorted(resumed.done) == [0]
    for start in range(10, 40, 10):
        resumed.append(start, np.array(rows[start:start + 10]))
    resumed.finish()
    assert cut.path.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_several_files_are_replaced_all_or_none(tmp_path: Path) -> None:
    old, blocked = tmp_path / "old.txt", tmp_path / "file" / "new.txt"
    old.write_text("before")
    (tmp_path / "file").write_text("no directory")
    with pytest.raises(OSError, match=f"cannot write {blocked}"):
        replace({old: "after", blocked: "never"})
    assert old.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "old.txt"]


def test_links_and_devices_stay_what_they_are(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("before")
    link.symlink_to(target)
    replace({link: "after"})
    assert link.is_symlink() and target.read_text() == "after"
    replace({Path("/dev/null"): "nothing"})
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
