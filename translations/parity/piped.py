"""R behind a command, without rpy2: `Rscript`, `chroot DIR Rscript`, `ssh HOST Rscript`, `docker run -i IMAGE Rscript`.

    with PipedR("chroot /srv/r-4.6 Rscript") as r:
        r.eval("1:3")                     the console's text: '[1] 1 2 3'
        r.script(Path("suite/case.R"))    a case's answers, as `rparity regenerate` stores them

One process answers many questions. Its program, the scripts and the data that these name go through its standard
input, so the command may lead to another machine. It runs the same R code as `live.R` does, and answers to the bit
as that does.
"""
from __future__ import annotations

import math
import os
import secrets
import selectors
import shlex
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from .flatten import Values
from .layers import RAnswer
from .literals import r_literal
from .paths import R_SIDE
from .records import RError, answers, rows, values
from .sources import files_of

LIMIT = 1800.0  # seconds that one question may take unless RPARITY_R_TIMEOUT says otherwise
# R's NA is the NaN with 1954 in its lower half.
_SPECIAL = {"NA": float(np.uint64(0x7FF00000000007A2).view(np.float64)), "NaN": math.nan}
START_LIMIT = 60.0  # seconds until R must have said that it is there, or that variable's where they are more
# A shell stands between where there is one: when this process ends, in whatever way, its end of a pipe closes, and
# R does not run on.
_WATCHED = """exec 8<&0 9</dev/fd/PIPE
"$@" <&8 8<&- 9<&- & r=$!
{ read line <&9; kill -9 $r; } >/dev/null 2>&1 8<&- & watch=$!
exec 8<&- 9<&-
wait $r; code=$?
kill $watch
exit $code
"""


NO_R = ("R is not on the PATH; on Debian or Ubuntu: sudo apt-get install r-base-core r-cran-lme4; for an R elsewhere: "
        "--rscript COMMAND")


class RDied(RError):
    """R ended, or did not answer in time. The next question starts it anew, with an empty workspace."""


class PipedR:
    """One R behind a command. Raises FileNotFoundError where the command's program is not there, RDied where R does not
    start.
    """

    def __init__(self, command: str = "Rscript", limit: float | None = None) -> None:
        """command: as a shell would read it; `--vanilla -` is appended. limit: seconds that one question may take."""
        self._command = shlex.split(command)
        if not self._command or shutil.which(self._command[0]) is None:
            raise FileNotFoundError(NO_R if command == "Rscript" else f"--rscript {command!r}: there is no program "
                                    f"{' '.join(self._command[:1]) or 'named'}; {NO_R}")
        given = limit or _limit_given()
        self._limit, self._start_limit = given or LIMIT, max(given or 0.0, START_LIMIT)
        self._process: subprocess.Popen[bytes] | None = None
        self._lives: int | None = None  # this end of the pipe by which a shell knows that this process lives
        self._errors: IO[bytes] | None = None  # what R says on standard error
        self._sent: dict[str, bytes] = {}
        self._buffer = b""
        self._mark = b""
        self._start()

    def __enter__(self) -> PipedR:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def eval(self, code: str) -> str:
        """The text that R's console shows for `code`, lines joined by newlines, none at the end. Raises RError."""
        return self._ask("eval", code)

    def values(self, code: str) -> Values:
        """The last expression's labelled values: a named list by its names, anything else under x. Raises RError."""
        return values(rows(self._ask("values", code)))

    def numbers(self, code: str) -> NDArray[np.float64]:
        """The last expression as a vector of doubles, shape (length,), every bit as R has it. Raises RError."""
        lines = self._ask("numbers", code).splitlines()
        return np.array([_SPECIAL[line] if line in _SPECIAL else float.fromhex(line) for line in lines])

    def assign(self, name: str, value: object) -> None:
        """Give R's global `name` a number, text, boolean, a sequence of them, or a frame or mapping of columns."""
        self._ask("numbers", f"`{name}` <- {r_literal(value)}; double()")

    def script(self, script: Path, tight: bool = True) -> dict[str, RAnswer]:
        """A case's script as `rparity regenerate` runs it: its answer by fit, "default" and, if wanted, "tight".

        Raises RError.
        """
        return self.case(script, tight)[0]

    def case(self, script: Path, tight: bool = True) -> tuple[dict[str, RAnswer], dict[str, str]]:
        """The same, and the provenance. The script and the files that it names are sent first. Raises RError."""
        root = script.resolve().parent.parent
        for file in files_of(script.resolve(), "*"):
            if file.is_relative_to(root):
                self.send(file, file.relative_to(root).as_posix())
        return answers(rows(self._ask("script", script.resolve().relative_to(root).as_posix(), str(tight).upper())))

    def send(self, file: Path, path: str) -> None:
        """A file, where the R there does not have it as it is; R finds it at `path` beside its RPARITY_R."""
        content = file.read_bytes()
        if self._sent.get(path) != content:
            self._ask("file", path, content)
            self._sent[path] = content

    def reset(self) -> None:
        """Forget everything defined and attached, and put options and random generator back."""
        self._ask("reset")

    def version(self, package: str | None = None) -> str:
        """R's version, or a package's. Raises RError when the package is not installed."""
        code = "as.character(getRversion())" if package is None else f"as.character(packageVersion('{package}'))"
        return str(self.values(code)["x"])

    def close(self) -> None:
        """End R."""
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            if self._lives is None:
                self._process.kill()
            else:
                os.close(self._lives)
            self._process.wait()
            self._process = self._lives = None
            self._sent = {}  # the next R has none of it
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def _start(self) -> None:
        self._errors = tempfile.TemporaryFile()
        self._mark, self._buffer, self._sent = f"\x1erparity-{secrets.token_hex(8)}".encode(), b"", {}
        environment = {name: text for name, text in os.environ.items() if name != "R_HOME"}
        command, ends = [*self._command, "--vanilla", "-"], tuple[int, ...]()
        if os.name == "posix":
            ends = os.pipe()
            command = ["/bin/sh", "-c", _WATCHED.replace("PIPE", str(ends[0])), "sh", *command]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, stdout=subprocess.PIPE,
                                         stderr=self._errors, bufsize=0, pass_fds=ends[:1])
        if ends:
            os.close(ends[0])
            self._lives = ends[1]
        program = (R_SIDE / "serve.R").read_bytes().replace(b"@@MARK@@", self._mark.replace(b"\x1e", b"\\036"))
        self._write(program)
        self._answer("start R", self._start_limit)
        for file in sorted(R_SIDE.glob("*.R")):
            self.send(file, f"rparity/{file.name}")
        self._ask("start", "rparity")

    def _ask(self, function: str, *arguments: str | bytes) -> str:
        if self._process is None:
            self._start()
        parts = [part if isinstance(part, bytes) else part.encode() for part in arguments]
        shown = " ".join(repr(part[:60].decode("utf-8", "replace")) for part in parts[:1])
        self._write(" ".join([function, *(str(len(part)) for part in parts)]).encode() + b"\n" + b"".join(parts))
        return self._answer(f"{function} {shown}", self._limit)

    def _write(self, message: bytes) -> None:
        assert self._process is not None and self._process.stdin is not None
        try:
            view = memoryview(message)
            while view:
                view = view[self._process.stdin.write(view):]
        except BrokenPipeError:
            pass  # R is gone: what it left unanswered says so

    def _answer(self, what: str, limit: float) -> str:
        """The next answer; everything before its mark is skipped. Raises RError in R's words, RDied."""
        end = time.monotonic() + limit
        head = self._mark + b" "
        while (at := self._buffer.find(head)) < 0 or b"\n" not in self._buffer[at:]:
            if at < 0:
                self._buffer = self._buffer[-len(head):] if len(self._buffer) > 2**20 else self._buffer
            self._read(what, end)
        line, _, rest = self._buffer[at + len(head):].partition(b"\n")
        status, length = line.split()
        self._buffer = rest
        while len(self._buffer) < int(length):
            self._read(what, end)
        text, self._buffer = self._buffer[:int(length)].decode(), self._buffer[int(length):]
        if status == b"error":
            raise RError(text)
        return text

    def _read(self, what: str, end: float) -> None:
        assert self._process is not None and self._process.stdout is not None
        with selectors.DefaultSelector() as ready:
            ready.register(self._process.stdout, selectors.EVENT_READ)
            if not ready.select(max(0.0, end - time.monotonic())):
                words = self._last_words()
                self.close()
                raise RDied(f"{shlex.join(self._command)} did not answer in time ({what}); RPARITY_R_TIMEOUT=SECONDS "
                            f"gives it longer{words}")
        if not (more := os.read(self._process.stdout.fileno(), 2**16)):
            code, words = self._process.wait(), self._last_words()
            self.close()
            raise RDied(f"{shlex.join(self._command)} ended with code {code} ({what}){words}")
        self._buffer += more

    def _last_words(self) -> str:
        assert self._errors is not None
        self._errors.seek(0)
        said = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        heard = self._buffer.decode("utf-8", "replace").strip().splitlines()
        words = [line for line in [*said[-5:], *heard[-3:]] if line.strip()]
        return ":\n  " + "\n  ".join(words) if words else ""


def _limit_given() -> float | None:
    """The seconds that RPARITY_R_TIMEOUT gives a question, if it is set. Raises ValueError."""
    given = os.environ.get("RPARITY_R_TIMEOUT")
    if not given:
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not seconds > 0.0:
        raise ValueError(f"RPARITY_R_TIMEOUT must be seconds, more than 0, not {given!r}")
    return seconds
