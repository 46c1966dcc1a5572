"""Work shared out: shares, losses, what is not run again."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from translations.parallel import jobs
from translations.parallel.checkpoint import Checkpoint


def squares(batch: Any) -> np.ndarray:
    return np.arange(batch.start, batch.start + batch.count, dtype=float)[:, None] ** 2


def lost(batch: Any) -> np.ndarray:
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    CALLED.append(batch.start)
    if batch.start == 2 and len([start for start in CALLED if start == 2]) <= LOSE:
        raise TerminatedWorkerError("gone")
    return squares(batch)


@dataclass(frozen=True)
class Part:
    start: int
    count: int


CALLED: list[int] = []
LOSE = 2
PARTS = [Part(start, 2) for start in (0, 2, 4)]


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


def test_batches_of_the_checkpoint_are_not_run_again_and_move_the_bar(tmp_path: Path, capsys: Any) -> None:
    asked: list[tuple[int, int]] = []

    def noting(batch: Any) -> np.ndarray:
        asked.append((batch.start, batch.count))
        return np.hstack([squares(batch), squares(batch)])

    with Checkpoint(tmp_path / "s.csv", ["a", "b"], 6, {}, False) as log:
        log.append(2, np.array([[4.0, 4.0], [9.0, 9.0]]))
        found = jobs.run(noting, PARTS, 6, 2, 1, "turning", log)
        assert asked == [(2, 1), (0, 2), (4, 2)] and found[:, 0].tolist() == [0, 1, 4, 9, 16, 25]
        assert sorted(log.done) == [0, 2, 4]
    shown = capsys.readouterr().err
    assert "turning" in shown and "6/6" in shown
    jobs.run(squares, PARTS, 6, 1, 1, True)
    assert "replicates" in capsys.readouterr().err
    jobs.run(squares, PARTS, 6, 1, 1)
    assert capsys.readouterr().err == ""


def twice(batch: Any) -> np.ndarray:
    return np.hstack([squares(batch), squares(batch)])


def test_a_replicate_that_comes_out_otherwise_is_refused(tmp_path: Path) -> None:
    """Of the first, the middle or the last batch, by a last bit or a zero's sign."""
    path, record = tmp_path / "s.csv", tmp_path / "s.csv.json"
    with Checkpoint(path, ["a", "b"], 6, {}) as log:
        jobs.run(twice, PARTS, 6, 2, 1, checkpoint=log)
    for at, there, here in ((0, "0", "-0"), (2, "4", "4.0000000000000009"), (4, "16", "16.000000000000004")):
        def otherwise(batch: Any, at: int = at, here: str = here) -> np.ndarray:
            found = twice(batch)
            found[0, 1] = float(here) if batch.start == at else found[0, 1]
            return found

        with Checkpoint(path, ["a", "b"], 6, {}, True) as log, pytest.raises(ValueError) as refused:
            jobs.run(otherwise, PARTS, 6, 2, 1, checkpoint=log)
        assert str(refused.value) == (
            f"{path}: b of replicate {at + 1} is {there} there, and {here} when it is computed again: the file answers "
            "another question, or one whose answer changes from run to run. Choose another file, or remove "
            f"{path} and s.csv.json to start anew")
    record.write_text(record.read_text().replace(f'"numpy": "{np.__version__}"', '"numpy": "1.2.3"'))
    with Checkpoint(path, ["a", "b"], 6, {}, True) as log:
        with pytest.raises(ValueError, match=f"again .with numpy 1.2.3 then, numpy {np.__version__} now.: the file"):
            jobs.run(lambda batch: twice(batch) + 1.0, PARTS, 6, 2, 1, checkpoint=log)
        assert np.array_equal(jobs.run(twice, PARTS, 6, 2, 1, checkpoint=log)[:, 1], np.arange(6.0) ** 2)


def test_a_worker_keeps_blas_to_one_thread() -> None:
    from threadpoolctl import threadpool_info

    def threads(batch: Any) -> np.ndarray:
        return np.array([[max(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")]] * 2)

    assert (jobs.run(threads, PARTS[:1], 2, 1, n_jobs=1) == 1).all()
    assert jobs.workers(3) == 3 and jobs.workers(None) == 1
