"""Live R's answers asked for ahead, by several R processes side by side: R computes while Python does.

    ask([(Path("suite/case.R"), True), ...], jobs=2)      in the order in which they will be wanted
    answer(Path("suite/case.R"), True)                    waits for it; raises what the question raised
"""
from __future__ import annotations

import queue
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path

from .layers import RAnswer
from .piped import PipedR
from .session import command, session

Question = tuple[Path, bool]  # a case's script, and whether its tight fit is wanted too

_asked: dict[Question, Future[dict[str, RAnswer]]] = {}


def ask(questions: Iterable[Question], jobs: int) -> None:
    """Have `jobs` processes of the live R answer these from now on."""
    waiting: queue.SimpleQueue[Question] = queue.SimpleQueue()
    for question in questions:
        _asked[question] = Future()
        waiting.put(question)
    for _ in range(jobs):
        # R ends with this process (`piped`); one that is not waited for need not be asked to the end.
        threading.Thread(target=_work, args=(waiting, command() or "Rscript"), daemon=True).start()


def answer(script: Path, tight: bool) -> dict[str, RAnswer]:
    """A case's answer by the live R, asked for ahead or now. Raises RError."""
    ahead = _asked.get((script, tight))
    return session().script(script, tight) if ahead is None else ahead.result()


def _work(waiting: queue.SimpleQueue[Question], command: str) -> None:
    """Answer what waits, in turn, until nothing does."""
    r: PipedR | None = None
    while True:
        try:
            question = waiting.get_nowait()
        except queue.Empty:
            break
        try:
            r = r or PipedR(command)
            _asked[question].set_result(r.script(*question))
        except Exception as error:  # in any way: who waits for the answer is told
            _asked[question].set_exception(error)
    if r is not None:
        r.close()
