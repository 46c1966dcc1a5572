"""`rparity simulate --dask`: a scheduler and two workers, each a process of its own, as on other machines."""
from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any
from unittest import TestCase

import pytest
import typer
from distributed import Client
from distributed.comm.core import CommClosedError
from typer.testing import CliRunner

from translations.commands.simulate import register
from translations.parallel import cluster

QUIET = {**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s", "OPENBLAS_NUM_THREADS": "1"}


class Dask:
    """The processes."""

    def __init__(self, place: Path) -> None:
        told = place / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard",
                                     "--scheduler-file", str(told))
        while not (told.exists() and told.read_text().strip()):
            assert self.scheduler.poll() is None
            time.sleep(0.1)
        self.address = json.loads(told.read_text())["address"]
        self.workers = [self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                                    "--death-timeout", "60") for _ in range(2)]

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments]
        return subprocess.Popen(command, env=QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end(self) -> None:
        for one in (*self.workers, self.scheduler):
            one.kill()
            one.wait()


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    made = Dask(tmp_path_factory.mktemp("dask"))
    try:
        with Client(made.address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
        yield made
    finally:
        made.end()


def simulate(*arguments: str) -> Any:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, ["--seed", "7", "--quiet", *arguments])


def test_a_study_on_a_cluster_is_the_serial_one_to_the_byte(dask: Dask, tmp_path: Path) -> None:
    files = [tmp_path / "serial.csv", tmp_path / "cluster.csv"]
    serial = simulate("--nsim", "40", "--jobs", "1", "--out", str(files[0]))
    there = simulate("--nsim", "40", "--dask", dask.address, "--out", str(files[1]))
    assert serial.exit_code == there.exit_code == 0, there.output
    assert there.stdout == serial.stdout
    assert sorted(files[1].read_bytes().splitlines()) == sorted(files[0].read_bytes().splitlines())
    assert files[1].read_bytes() == files[0].read_bytes()


def test_another_version_of_a_worker_is_named(dask: Dask, monkeypatch: pytest.MonkeyPatch) -> None:
    version = metadata.version
    monkeypatch.setattr(cluster.metadata, "version", lambda name: "0.0" if name == "scipy" else version(name))
    monkeypatch.setattr(Client, "run", lambda self, _, name, **__: {"tcp://w": version(name)})
    done = simulate("--nsim", "4", "--dask", dask.address)
    assert done.exit_code == 2
    assert f"worker tcp://w has scipy {version('scipy')}, and here is 0.0" in done.stderr
    monkeypatch.setattr(Client, "run", lambda self, _, name, **__: {"tcp://w": metadata.PackageNotFoundError(name)})
    assert "worker tcp://w has no rparity: pip install rparity==" in simulate("--dask", dask.address).stderr


def test_no_cluster_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", "1s")
    done = simulate("--dask", "tcp://127.0.0.1:9")
    assert done.exit_code == 2 and "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
    assert "--jobs is for workers on this machine" in simulate("--dask", "tcp://127.0.0.1:9", "--jobs", "2").stderr


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:notaport", "http://127.0.0.1:80", "127.0.0.1", ""])
def test_what_is_no_address_is_told_at_once(address: str) -> None:
    done = simulate("--nsim", "4", "--dask", address)
    assert done.exit_code == 2 and f"{address!r} is no address of a Dask scheduler, such as tcp://HOST" in done.stderr


@pytest.mark.parametrize("ends", [CommClosedError("in <TCP (closed) ConnectionPool>"), ConnectionResetError()])
def test_a_scheduler_that_dies_before_the_work(dask: Dask, monkeypatch: pytest.MonkeyPatch, ends: OSError) -> None:
    def lost(*_: object, **__: object) -> None:
        raise ends

    monkeypatch.setattr(Client, "run", lost)
    done = simulate("--nsim", "4", "--dask", dask.address)
    assert done.exit_code == 2
    assert done.stderr == (f"rparity: the scheduler at {dask.address} was lost before the work began: start it and its "
                           "workers again, and ask the same once more\n")


def test_a_lost_connection_is_not_logged_beside_what_is_told() -> None:
    """Tornado logs it where it comes between two of a client's calls, which depends on the moment."""
    with pytest.raises(ConnectionError), pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "PATIENCE", "1s")
        with cluster.dask_cluster("tcp://127.0.0.1:9"):
            pass
    log = logging.getLogger("tornado.application")
    with TestCase().assertLogs(log) as logged:
        log.error("lost", exc_info=CommClosedError("peer"))
        log.error("another", exc_info=ValueError())
        log.error("without")
    assert [one.msg for one in logged.records] == ["another", "without"]


def test_when_the_scheduler_dies_resume_goes_on(dask: Dask, tmp_path: Path) -> None:
    """Last here: the scheduler does not come back."""
    out = tmp_path / "study.csv"
    command = [sys.executable, "-m", "translations.parity.cli", "simulate", "--seed", "7", "--nsim", "8000", "--out",
               str(out), "--optimizer", "newton"]
    running = subprocess.Popen([*command, "--quiet", "--dask", dask.address], env=QUIET, stderr=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    while not (out.exists() and out.stat().st_size > 1000):  # something is kept
        assert running.poll() is None, running.stderr.read()  # type: ignore[union-attr]
        time.sleep(0.02)
    dask.scheduler.kill()
    _, said = running.communicate(timeout=120)
    assert running.returncode == 2
    assert "the connection to the workers' scheduler was lost after" in said and "Traceback" not in said
    assert f"{out} holds them: start the scheduler again, and ask the same with --resume to go on from there" in said
    kept = out.read_bytes()
    again = subprocess.run([*command, "--quiet", "--resume"], env=QUIET, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    alone = tmp_path / "alone.csv"
    assert simulate("--nsim", "8000", "--optimizer", "newton", "--out", str(alone)).exit_code == 0
    assert alone.read_bytes() == out.read_bytes() != kept
