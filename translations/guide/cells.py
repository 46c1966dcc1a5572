"""The code cells of written pages, run before Sphinx reads these: what they showed is left where myst-nb looks for it.

A kernel for each page would load the same libraries thirty times, some two seconds each. Here a page's cells run in
IPython's own kernel inside a process that is forked from one which has the libraries loaded: nothing that a page sets
is there for the next one. Where processes cannot be forked (Windows), myst-nb runs the cells as it always does.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import multiprocessing
import os
import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from nbformat import NotebookNode

SHOWN = {"stream", "display_data", "execute_result", "error"}
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3", "mimetype": "text/x-python", "file_extension": ".py"}
MIME = "module://matplotlib_inline.backend_inline"
# What each process and page would load for itself, two seconds and half a second: loaded before the fork.
WARM = ("matplotlib.pyplot", "matplotlib_inline.backend_inline", "plotnine", "ipykernel.inprocess.ipkernel",
        "ipykernel.debugger", "nbformat.v4", "narwhals", "statsmodels.api", "statsmodels.formula.api", "rparity",
        "translations.lme4.lmer", "translations.printing")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FILE = re.compile(r"\S*/ipykernel_\d+/\d+\.py")  # a warning names a file of this process, that nobody has
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class FailedCell(ValueError):
    """A cell raised what it was not said to raise; the message is its traceback."""


def can_fork() -> bool:
    """Whether processes can be forked here."""
    return "fork" in multiprocessing.get_all_start_methods()


def read(page: Path) -> NotebookNode:
    """A page as the notebook that myst-nb makes of it."""
    from myst_nb.core.read import read_myst_markdown_notebook

    return read_myst_markdown_notebook(page.read_text(encoding="utf-8"))


def run_page(page: Path) -> NotebookNode | str:
    """The page's notebook with what its cells showed, or what is wrong with one of them."""
    try:
        return run(read(page))
    except FailedCell as error:
        return f"{page.name}: Executing notebook failed\n{error}"


def warm() -> None:
    """Load what processes that are forked from here would load each for itself."""
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    for module in WARM:
        importlib.import_module(module)


def run(notebook: NotebookNode) -> NotebookNode:
    """Run a notebook's cells in a forked process, in an empty folder. Raises FailedCell."""
    warm()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_in_child, args=(notebook, there))
    gc.freeze()  # IPython collects at its end: without this a child would touch, so copy, all that it shares
    process.start()
    gc.unfreeze()
    there.close()
    try:
        done = here.recv()
    except EOFError:
        done = FailedCell("the process that ran the cells ended early")
    process.join()
    if isinstance(done, FailedCell):
        raise done
    done.metadata.setdefault("language_info", LANGUAGE)
    return done


def _in_child(notebook: NotebookNode, there: Connection) -> None:
    """Run the cells, and send the notebook or the FailedCell."""
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as own, contextlib.chdir(place):
        os.environ |= {"MPLBACKEND": MIME, "IPYTHONDIR": own}
        try:
            _run_cells(notebook)
            there.send(notebook)
        except FailedCell as error:
            there.send(error)
        end_workers()
        atexit._run_exitfuncs()  # joblib's folders: a forked process ends without these
    there.close()


def end_workers() -> None:
    """End joblib's workers, which would be waited for until they have been idle for five minutes."""
    if "joblib.externals.loky" in sys.modules:
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _run_cells(notebook: NotebookNode) -> None:
    import matplotlib
    from ipykernel.inprocess.manager import InProcessKernelManager
    from traitlets.config import Config

    matplotlib.use(MIME)
    manager = InProcessKernelManager(config=Config({"HistoryManager": {"enabled": False}}))
    manager.start_kernel()
    kernel, client = manager.kernel, manager.client()
    assert kernel is not None
    client.start_channels()
    for count, cell in enumerate((one for one in notebook.cells if one.cell_type == "code"), 1):
        client.execute(cell.source)
        kernel.stdout.flush()
        kernel.stderr.flush()
        cell.outputs, cell.execution_count = _outputs(client.iopub_channel.get_msgs()), count
        _stop_at_an_error(cell)


def _outputs(messages: Iterable[dict[str, Any]]) -> list[NotebookNode]:
    """What a cell showed, streams in one piece where they follow each other, without what another run would show
    otherwise: names of this process's files, and where in memory an object lay.
    """
    from nbformat.v4 import output_from_msg

    found: list[NotebookNode] = []
    for one in (output_from_msg(message) for message in messages if message["msg_type"] in SHOWN):
        if found and one.output_type == found[-1].output_type == "stream" and one.name == found[-1].name:
            found[-1].text += one.text
        else:
            found.append(one)
    for one in found:
        if one.output_type == "stream":
            one.text = _FILE.sub("cell", one.text)
        elif "data" in one and "text/plain" in one.data:
            one.data["text/plain"] = _ADDRESS.sub("", one.data["text/plain"])
    return found


def _stop_at_an_error(cell: NotebookNode) -> None:
    if "raises-exception" in cell.metadata.get("tags", ()):
        return
    for one in cell.outputs:
        if one.output_type == "error":
            raise FailedCell(_COLOUR.sub("", f"{cell.source}\n\n" + "\n".join(one.traceback)))


def keep(notebooks: Iterable[tuple[Path, NotebookNode]], place: Path) -> None:
    """Put run pages into the folder `place`, a Jupyter cache, from which myst-nb takes them."""
    from jupyter_cache import get_cache
    from jupyter_cache.base import CacheBundleIn

    cache = get_cache(str(place))
    for page, notebook in notebooks:
        cache.cache_notebook_bundle(CacheBundleIn(notebook, str(page)), check_validity=False, overwrite=True)
