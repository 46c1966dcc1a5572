"""Batches of work run by joblib: on the cores here, or on any engine that the user's `joblib.parallel_config` names.

A batch says by itself what is to be done (its number, how many replicates, where in the stream its draws begin), so
that it may run anywhere, twice, or after an interruption: results do not depend on the number of workers, to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

import numpy as np

from translations.arrays import Floats
from translations.settings import options

from .checkpoint import Checkpoint
from .progress import Progress, bar
from .workers import ending_with_this

LOSSES = 3  # a batch that kills this many workers in a row is taken to be at fault itself


class SchedulerLost(ConnectionError):
    """The scheduler of Dask's workers is gone: `done` of `nsim` replicates had come, and are in the file `kept`."""

    def __init__(self, done: int, nsim: int, kept: str | None) -> None:
        self.done, self.nsim, self.kept = done, nsim, kept
        super().__init__(f"{self.said}. {self.cure('out=FILE', 'resume=True')}")

    @property
    def said(self) -> str:
        return f"the connection to the workers' scheduler was lost after {self.done} of {self.nsim} replicates"

    def cure(self, out: str, resume: str) -> str:
        """What is to be done, in a program's words or a command's."""
        if self.kept is None:
            return f"Nothing of them is kept: with {out} they would be, and {resume} would go on from there"
        return f"{self.kept} holds them: start the scheduler again, and ask the same with {resume} to go on from there"


class Numbered(Protocol):
    """What `run` needs to know of a batch, a dataclass: its first replicate and how many there are; one with a smaller
    count is its beginning."""

    @property
    def start(self) -> int: ...

    @property
    def count(self) -> int: ...


def run(
    task: Callable[[Any], Floats],
    batches: Iterable[Numbered],
    nsim: int,
    width: int,
    n_jobs: int | None = None,
    progress: Progress = None,
    checkpoint: Checkpoint | None = None,
) -> Floats:
    """task(batch) -> (batch.count, width) for every batch, put together (nsim, width).

    n_jobs: as joblib takes it; None means what `joblib.parallel_config` says, and without it one, but all cores for a
    task whose `unlocked` says that it leaves Python's lock to others: threads do for that. Under loky the
    batches of a lost worker run again (Dask sees to that itself). progress: a bar, see
    `progress.bar`.
    checkpoint: each batch's result is in the file before the next is waited for, and batches that it holds already are
    not run; but of the first, the middle and the last of these the first replicate is, and must come out as it was.
    Workers on this machine end with this process, however it ends.

    Raises what the task raises, ValueError when the checkpoint answers another question, `SchedulerLost`, and joblib's
    TerminatedWorkerError when workers die three times in a row.
    """
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    results = np.full((nsim, width), np.nan)
    waiting, kept = {}, []
    for batch in batches:
        if checkpoint is not None and batch.start in checkpoint.done:
            results[batch.start : batch.start + batch.count] = checkpoint.done[batch.start]
            kept.append(batch)
        else:
            waiting[batch.start] = batch
    if checkpoint is not None:
        _confirm(task, kept, checkpoint)
    losses, threads, task = 0, threads_for(task, n_jobs), Under(task, dict(options()))
    with bar(progress, nsim) as advance:
        advance(nsim - sum(batch.count for batch in waiting.values()))
        while waiting:
            try:
                for start, values in _results(task, list(waiting.values()), n_jobs, threads):
                    if checkpoint is not None:
                        checkpoint.append(start, values)
                    results[start : start + len(values)] = values
                    advance(waiting.pop(start).count)
                    losses = 0
            except CancelledError:
                come = nsim - sum(batch.count for batch in waiting.values())
                raise SchedulerLost(come, nsim, None if checkpoint is None else str(checkpoint.path)) from None
            except TerminatedWorkerError:
                losses += 1
                if losses == LOSSES:
                    raise
    if checkpoint is not None:
        checkpoint.finish()
    return results


def _results(task: Under, batches: list[Any], n_jobs: int | None, threads: int) -> Iterator[tuple[int, Floats]]:
    """The numbers and results of the batches, as they come."""
    from joblib import Parallel, delayed

    if threads > 1 and len(batches) > 1:
        return _in_threads(task, batches, threads)
    together = Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1, **ending_with_this())
    return together(delayed(_numbered)(task, batch) for batch in batches)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Under:
    """A task under the options of who asks for it, in whatever thread or process it runs."""

    task: Callable[[Any], Floats]
    settings: dict[str, Any]

    def __call__(self, batch: Any) -> Floats:
        with options(self.settings):
            return self.task(batch)


def _confirm(task: Callable[[Any], Floats], kept: list[Any], checkpoint: Checkpoint) -> None:
    """Compute a replicate of some of the checkpoint's batches again."""
    for i in sorted({0, len(kept) // 2, len(kept) - 1}) if kept else ():
        checkpoint.confirm(*_numbered(task, replace(kept[i], count=1)))


def threads_for(task: Any, n_jobs: int | None) -> int:
    """On how many threads a task's batches run; 0 where joblib sees to them."""
    if n_jobs is not None or elsewhere() or workers(None) > 1 or not getattr(task, "unlocked", False):
        return 0
    from joblib import cpu_count

    return int(cpu_count())


def _in_threads(task: Callable[[Any], Floats], batches: list[Any], threads: int) -> Iterator[tuple[int, Floats]]:
    """The numbers and results of the batches, as they come; when this is left, none is begun any more."""
    pool = ThreadPoolExecutor(threads)
    try:
        with _threads().limit(limits=1):  # once for all: the limit is the process's
            futures = {pool.submit(task, batch): batch.start for batch in batches}
            for future in as_completed(futures):
                yield futures[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def elsewhere() -> bool:
    """Whether `joblib.parallel_config` names an engine that is not joblib's own, such as Dask."""
    from joblib.parallel import get_active_backend

    return not type(get_active_backend()[0]).__module__.startswith("joblib._parallel_backends")


def workers(n_jobs: int | None) -> int:
    """How many workers `n_jobs` means, under what `joblib.parallel_config` says."""
    from joblib import effective_n_jobs

    return int(effective_n_jobs(n_jobs))


def _numbered(task: Callable[[Any], Floats], batch: Numbered) -> tuple[int, Floats]:
    """The batch's number and result.

    BLAS keeps to one thread: others cost more than they do on matrices so small, and how many there are may show in a
    last bit.
    """
    with _threads().limit(limits=1):
        return batch.start, task(batch)


@cache
def _threads() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
