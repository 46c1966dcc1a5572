"""How far long work is: a bar on standard error."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Progress = bool | str | None

PATIENCE = 2.0  # seconds of work before a bar that nobody asked for
_one = threading.Lock()  # held by the bar that is there: work within other work has none of its own


@contextmanager
def bar(progress: Progress, total: int, caption: str = "replicates") -> Iterator[Callable[[int], None]]:
    """A function that moves a bar on by a count, until `total`.

    progress: True, or the bar's caption: a bar at once, wherever standard error goes. False: none. None: one where a
    person watches, in a terminal or a notebook, when the work has taken two seconds.
    """
    if progress is False or (progress is None and not watched()) or not _one.acquire(blocking=False):
        yield lambda count: None
        return
    shown = _Bar(progress if isinstance(progress, str) else caption, total)
    timer = threading.Timer(0.0 if progress else PATIENCE, shown.start)
    timer.daemon = True
    try:
        if progress:
            shown.start()
        else:
            timer.start()
        yield shown.advance
    finally:
        timer.cancel()
        shown.stop()
        _one.release()


def watched() -> bool:
    """Whether a person sees standard error: a terminal, or a notebook."""
    return in_notebook() or bool(getattr(sys.stderr, "isatty", bool)())


def in_notebook() -> bool:
    """Whether this runs in Jupyter's kernel."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"


class _Bar:
    """A bar that begins to be shown at `start`, by rich, or in a notebook as a line that is written over."""

    def __init__(self, caption: str, total: int) -> None:
        self._caption, self._total, self._done = caption, total, 0
        self._lock = threading.Lock()
        self._begun = time.monotonic()
        self._shown: Any = None
        self._ended = False

    def start(self) -> None:
        with self._lock:
            if not self._ended:
                self._shown = _Line(self._begun) if in_notebook() else _rich(self._caption, self._total)
                self._show(self._done)

    def advance(self, count: int) -> None:
        """Move on by `count`."""
        with self._lock:
            self._done += count
            if self._shown is not None:
                self._show(count)

    def stop(self) -> None:
        with self._lock:
            self._ended = True
            if self._shown is not None:
                self._shown.stop()

    def _show(self, count: int) -> None:
        if isinstance(self._shown, _Line):
            self._shown.show(self._caption, self._done, self._total)
        else:
            self._shown.advance(self._shown.task_ids[0], count)


def _rich(caption: str, total: int) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    shown = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                     console=Console(stderr=True))
    shown.add_task(caption, total=total)
    shown.start()
    return shown


class _Line:
    """A line of a notebook's standard error: rich's bars would need ipywidgets there."""

    def __init__(self, begun: float) -> None:
        self._begun, self._last = begun, -1.0

    def show(self, caption: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < 0.2 and done < total:
            return
        self._last = now
        left = (now - self._begun) * (total - done) / done if done else None
        tail = "" if left is None or done >= total else f", about {left:.0f} s left"
        sys.stderr.write(f"\r{caption}: {done} of {total}{tail}".ljust(70))
        sys.stderr.flush()

    def stop(self) -> None:
        sys.stderr.write("\n")
        sys.stderr.flush()
