"""Processes forked from one that has its imports behind it: they begin in milliseconds, a fresh Python in seconds.

Such a process is a command's (`rparity ...`, by `main`) or a script's. It has its own process group, directory,
environment and outputs, dies of signals, and ends as Python ends: tracebacks, exit codes, files flushed. What it cannot
show is what the start of Python and the imports do under a setting; that takes a fresh process.

This file, run as a script, is the process that forks.
"""
from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

PATIENCE = 300  # seconds that a child may take
# What the parent has done before children simulate studies: the imports.
STUDIES = "from translations.simulation.studies import recovery_study\nrecovery_study(8, 1, n_jobs=1)\n"
# The same for children that fit models.
MODELS = """
import translations as r
r.VarCorr(r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2()))
"""


class Child:
    """A forked process: `pid`, which leads its process group; `returncode`, as in subprocess, and what it wrote on
    `stdout` and `stderr` once it has ended."""

    def __init__(self, pid: int, outputs: Path) -> None:
        self.pid, self._outputs = pid, outputs
        self.returncode: int | None = None
        self.stdout = self.stderr = ""

    def poll(self) -> int | None:
        """How it ended, None while it runs."""
        if self.returncode is None:
            self.returncode = _parent().ask(ended=self.pid)
            if self.returncode is not None:
                self.stdout, self.stderr = self._read("stdout"), self._read("stderr")
                shutil.rmtree(self._outputs)
        return self.returncode

    def wait(self) -> int:
        """How it ended; one that takes too long is killed, and TimeoutError raised."""
        deadline = time.monotonic() + PATIENCE
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                self.kill(signal.SIGKILL)
                raise TimeoutError(f"no end in {PATIENCE} s; on standard error: {self._read('stderr')}")
            time.sleep(0.002)
        return code

    def kill(self, how: signal.Signals) -> None:
        """Send a signal to it and its children."""
        os.killpg(self.pid, how)

    def _read(self, name: str) -> str:
        file = self._outputs / name
        return file.read_text(encoding="utf-8") if file.exists() else ""


def start(*command: str | Path, after: str = "", cwd: Path | None = None, **environment: str) -> Child:
    """A forked process for `rparity ...` or `-c SCRIPT ...`, with these variables set.

    after: code that the parent runs before, once for all children: the imports of what these will do.
    """
    outputs = Path(tempfile.mkdtemp(prefix="rparity-child-"))
    wanted = {"command": list(map(str, command)), "cwd": str(cwd or Path.cwd()), "environment": environment,
              "outputs": str(outputs)}
    return Child(_parent().ask(after=after, start=wanted), outputs)


def run(*command: str | Path, after: str = "", cwd: Path | None = None, check: bool = False,
        **environment: str) -> subprocess.CompletedProcess[str]:
    """The same, at its end; check: raise AssertionError with its standard error unless it succeeded."""
    child = start(*command, after=after, cwd=cwd, **environment)
    code = child.wait()
    ran = subprocess.CompletedProcess(command, code, child.stdout, child.stderr)
    if check and ran.returncode:
        raise AssertionError(f"{command} ended with {ran.returncode}: {ran.stderr}")
    return ran


class _Parent:
    """The process that forks, as its client sees it: a line of JSON for each question and each answer."""

    def __init__(self) -> None:
        # R within pytest puts directories of libraries before the system's; the locale is for the children to choose.
        base = {name: value for name, value in os.environ.items()
                if not name.startswith(("LC_", "LANG")) and name != "LD_LIBRARY_PATH"}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-W", "ignore", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="utf-8", env={**base, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}, start_new_session=True)
        atexit.register(self.end)

    def end(self) -> None:
        """End it, and wait, so that its processor time is counted as this process's."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def ask(self, **question: Any) -> Any:
        """Raises RuntimeError with what went wrong in the parent itself."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the parent of the children is gone"}')
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["answer"]


@cache
def _parent() -> _Parent:
    """One for all tests of this process; should that be killed, it ends as its standard input does."""
    return _Parent()


# --- the process that forks ----------------------------------------------------------------------------------------


def serve() -> dict[str, Any] | None:
    """Answer until there are no more questions: None. In a child: what it shall do."""
    import translations.parity.cli  # noqa: F401  # what every command begins with

    # Where polars is installed formulaic imports it, and it starts a thread, which a fork would leave behind.
    sys.modules["polars"] = None  # type: ignore[assignment]
    prepared: set[str] = set()
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = None
            if after := question.get("after"):
                if after not in prepared:
                    exec(after, {"__name__": "__main__"})
                    prepared.add(after)
            if wanted := question.get("start"):
                assert not (left := _other_threads()), f"threads that a fork leaves behind: {left}"
                if (answer := os.fork()) == 0:
                    del sys.modules["polars"]
                    return dict(wanted)
                _lead(answer)
            elif pid := question.get("ended"):
                ended, status = os.waitpid(pid, os.WNOHANG)
                answer = os.waitstatus_to_exitcode(status) if ended else None
            reply = {"answer": answer}
        except Exception as error:  # the client raises it
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
    return None


def _other_threads() -> list[str]:
    """Threads beside the main one; not pyarrow's allocator's, which sees to forks itself, nor the one with which polars
    cleans up files that no child has."""
    tasks = Path("/proc/self/task")
    names = [(tasks / each / "comm").read_text().strip() for each in os.listdir(tasks) if int(each) != os.getpid()]
    return [name for name in names if name not in ("jemalloc_bg_thd", "polars-ooc-clea")]


def _lead(pid: int) -> None:
    """Make the process the leader of a group; parent and child both do, whichever comes first."""
    try:
        os.setpgid(pid, pid)
    except (PermissionError, ProcessLookupError):
        pass  # it has ended, or done so itself


def go(wanted: Mapping[str, Any]) -> None:
    """What the child does, by returning or raising as any process."""
    _lead(os.getpid())
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which is ignored where the tests were started by nohup
    for number, name in enumerate(("/dev/null", "stdout", "stderr")):
        opened = os.open(Path(wanted["outputs"]) / name, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(wanted["cwd"])
    os.environ.update(wanted["environment"])
    name, *rest = wanted["command"]
    if name == "-c":
        script, *rest = rest
        sys.argv = ["-c", *rest]
        exec(compile(script, "<script>", "exec"), {"__name__": "__main__"})
    else:
        from translations.parity.cli import main

        sys.argv = [name, *rest]
        main()


def end_as_python_does(wanted: Mapping[str, Any]) -> NoReturn:
    """Go, and end with Python's exit code; only the objects are not taken down one by one, which takes a second."""
    code, interrupted = 0, False
    try:
        go(wanted)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:
        code, interrupted = 1, isinstance(error, KeyboardInterrupt)
        traceback.print_exc()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    if interrupted:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(code)


if __name__ == "__main__":
    if (asked := serve()) is not None:
        end_as_python_does(asked)
