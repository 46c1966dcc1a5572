"""Journals keep every finished batch to the bit, whatever ends a run; workers that die lose theirs."""
from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from translations.lme4 import jobs, journal
from translations.lme4.journal import Journal, batch_size

# --- journals -------------------------------------------------------------------------------------------------------

COLUMNS = ["a", 'say "b"']
ROWS = {0: np.array([[1.0, 0.1], [2.0, np.nan]]), 2: np.array([[3.0, 1e-300], [np.pi, -0.0]]),
        4: np.array([[5.0, 6.0]])}


def kept(path: Path, resume: bool = False, **question: Any) -> Journal:
    return Journal(path, COLUMNS, 5, {"seed": 1, **question}, resume)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_journal_gives_back_every_bit(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "deep" / "er" / f"study.{kind}"
    first = kept(path)
    for start in (4, 0):
        first.append(start, ROWS[start])
    again = kept(path, resume=True)
    assert sorted(again.done) == [0, 4]
    again.append(2, ROWS[2])
    again.finish()
    whole = kept(path, resume=True).done
    assert all(np.array_equal(whole[start], ROWS[start], equal_nan=True) for start in ROWS) and len(whole) == 3
    assert np.signbit(whole[2][1, 1])
    if kind == "csv":
        lines = path.read_text().splitlines()
        assert lines[0] == 'replicate,a,"say ""b"""' and lines[2] == "2,2,NaN"
        assert [line.partition(",")[0] for line in lines[1:]] == ["1", "2", "3", "4", "5"]
        about = json.loads((path.parent / "study.csv.json").read_text())
    else:
        import pyarrow.parquet as pq

        parts = sorted(path.glob("part-*.parquet"))
        assert [part.name for part in parts] == [f"part-00000000{start}.parquet" for start in (0, 2, 4)]
        assert pq.read_table(parts[1])["replicate"].to_pylist() == [3, 4]
        about = json.loads((path / "_study.json").read_text())
    assert about == {"seed": 1, "nsim": 5, "columns": COLUMNS}


def test_a_line_or_a_batch_cut_in_two_is_done_again(tmp_path: Path) -> None:
    path = tmp_path / "study.csv"
    first = kept(path)
    first.append(0, ROWS[0])
    first.append(2, ROWS[2])
    whole = path.read_bytes()
    path.write_bytes(whole[:-4])
    assert sorted(kept(path, resume=True).done) == [0]
    assert path.read_bytes() == whole[: whole.index(b"3,3,")]
    path.write_bytes(b"replicate,a")
    assert kept(path, resume=True).done == {}


def test_what_differs_between_two_studies_is_named(tmp_path: Path) -> None:
    path = tmp_path / "study.csv"
    kept(path)
    with pytest.raises(FileExistsError, match="study.csv is there already: resume it"):
        kept(path)
    with pytest.raises(ValueError, match="study.csv holds another study; they differ in more, seed$"):
        kept(path, resume=True, seed=2, more=3)
    (tmp_path / "study.csv.json").unlink()
    with pytest.raises(ValueError, match="differ in columns, nsim, seed"):
        kept(path, resume=True)
    with pytest.raises(ValueError, match="a .csv file or a .parquet directory, not study.xlsx"):
        kept(tmp_path / "study.xlsx")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["study.csv"]


def test_a_full_disk_leaves_whole_lines(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "study.csv"
    first = kept(path)
    first.append(0, ROWS[0])
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(journal.os, "fsync", full)
        with pytest.raises(OSError, match="cannot write .*study.csv: No space left"):
            first.append(2, ROWS[2])
    assert path.read_bytes() == before


def test_a_batch_is_on_the_disk_when_append_returns(tmp_path: Path, monkeypatch: Any) -> None:
    synced: list[tuple[bool, int]] = []
    real = os.fsync

    def noting(descriptor: int) -> None:
        found = os.fstat(descriptor)
        synced.append((stat.S_ISDIR(found.st_mode), found.st_size))
        real(descriptor)

    monkeypatch.setattr(journal.os, "fsync", noting)
    path = tmp_path / "study.csv"
    first = kept(path)
    assert [is_directory for is_directory, _ in synced] == [False, True, False, True]
    synced.clear()
    first.append(0, ROWS[0])
    assert synced == [(False, path.stat().st_size)]


@pytest.mark.parametrize(("nsim", "workers", "size"), [(1, 4, 1), (5, 4, 2), (8, 4, 2), (1999, 4, 500), (2001, 4, 500),
                                                       (10, 1, 10), (501, 1, 500), (7, 2, 4), (3, 8, 1), (9, 0, 9)])
def test_batches_are_shares_of_a_worker(nsim: int, workers: int, size: int) -> None:
    assert batch_size(nsim, workers) == size
    assert batch_size(nsim) == max(1, min(500, int(np.ceil(nsim / 4))))


# --- workers --------------------------------------------------------------------------------------------------------


def squares(batch: Any) -> np.ndarray:
    return np.arange(batch.start, batch.start + batch.count, dtype=float)[:, None] ** 2


def lost(batch: Any) -> np.ndarray:
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    CALLED.append(batch.start)
    if batch.start == 2 and len([start for start in CALLED if start == 2]) <= LOSE:
        raise TerminatedWorkerError("gone")
    return squares(batch)


CALLED: list[int] = []
LOSE = 2
PARTS = [SimpleNamespace(start=start, count=2) for start in (0, 2, 4)]


def test_a_batch_is_lost_three_times_at_most(monkeypatch: Any) -> None:
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    CALLED.clear()
    assert np.array_equal(jobs.run(lost, PARTS, 6, 1, n_jobs=1)[:, 0], np.arange(6.0) ** 2)
    assert CALLED.count(2) == 3 and CALLED.count(0) == 1
    CALLED.clear()
    monkeypatch.setitem(globals(), "LOSE", 3)
    with pytest.raises(TerminatedWorkerError):
        jobs.run(lost, PARTS, 6, 1, n_jobs=1)
    assert CALLED.count(2) == 3


def test_batches_of_the_journal_are_not_run_again_and_move_the_bar(tmp_path: Path, capsys: Any) -> None:
    asked: list[int] = []

    def noting(batch: Any) -> np.ndarray:
        asked.append(batch.start)
        return np.hstack([squares(batch), squares(batch)])

    log = Journal(tmp_path / "s.csv", ["a", "b"], 6, {}, False)
    log.append(2, np.full((2, 2), 7.0))
    found = jobs.run(noting, PARTS, 6, 2, 1, "turning", log)
    assert asked == [0, 4] and found[:, 0].tolist() == [0, 1, 7, 7, 16, 25] and sorted(log.done) == [0, 2, 4]
    shown = capsys.readouterr().err
    assert "turning" in shown and "6/6" in shown
    jobs.run(squares, PARTS, 6, 1, 1, True)
    assert "replicates" in capsys.readouterr().err
    jobs.run(squares, PARTS, 6, 1, 1)
    assert capsys.readouterr().err == ""


def test_a_worker_keeps_blas_to_one_thread() -> None:
    from threadpoolctl import threadpool_info

    def threads(batch: Any) -> np.ndarray:
        return np.array([[max(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")]] * 2)

    assert (jobs.run(threads, PARTS[:1], 2, 1, n_jobs=1) == 1).all()
    assert jobs.workers(3) == 3 and jobs.workers(None) == 1
