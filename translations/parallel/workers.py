"""Worker processes that end when the process that they work for does. A worker imports this first: it is light."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from typing import Any, NoReturn


def ending_with_this() -> dict[str, Any]:
    """Settings of `joblib.Parallel` that have its own worker processes end with this one, however it ends.

    Workers of other engines (Dask), and those for whom the user has named an initializer, are for these to see to.
    """
    from joblib.parallel import get_active_backend

    backend = get_active_backend()[0]
    if type(backend).__name__ != "LokyBackend" or "initializer" in backend.backend_kwargs:
        return {}
    return {"initializer": end_with, "initargs": (os.getpid(),)}


def end_with(parent: int) -> None:
    """Have this process, a worker, end when the process `parent` has ended.

    A killed process cannot tell its workers. (Linux has PR_SET_PDEATHSIG for this, but it goes by the thread that
    started the worker, and joblib keeps workers for longer than a thread may live.)
    """
    threading.Thread(target=_wait_for_the_end, args=(parent,), daemon=True).start()


def _wait_for_the_end(parent: int) -> NoReturn:
    if os.name == "nt":  # there a process keeps the number of its dead parent, but has a handle of it
        own = multiprocessing.parent_process()
        assert own is not None
        own.join()
    else:
        while os.getppid() == parent:
            time.sleep(0.5)
    os._exit(1)
