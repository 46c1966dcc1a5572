"""One long-running R beside this process, which may die of a question: it is then started anew.

R in this very process (rpy2) would take the tests with it, and lme4 1.1-31 does crash on some designs.
"""
from __future__ import annotations

import os
import select
import subprocess
import tempfile
from pathlib import Path

from translations.parity import records
from translations.parity.flatten import Values
from translations.parity.live import SETTINGS
from translations.parity.paths import R_SIDE

LIMIT = 60.0  # seconds that a question may take


class RDied(records.RError):
    """R crashed, or did not answer in time."""


class Session:
    """R code in, labelled values or the console's text out; every question starts with an empty workspace."""

    def __init__(self) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="rparity-session-")
        self._process: subprocess.Popen[bytes] | None = None

    def values(self, code: str) -> Values:
        """The last expression's labelled values. Raises RError in R's words, RDied."""
        rows = records.rows(self._ask("question", code))
        if rows and rows[0][0] == "error":
            raise records.RError(rows[0][3])
        return records.values(rows)

    def eval(self, code: str) -> str:
        """What R's console shows. Raises RDied."""
        return self._ask("question.print", code).rstrip("\n")

    def close(self) -> None:
        """End R."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _ask(self, name: str, code: str) -> str:
        path = Path(self._place.name) / name
        path.write_text(code + "\n", encoding="utf-8")
        if self._process is None:
            self._process = self._start()
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{path}\n".encode())
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], LIMIT)
        if not ready or self._process.stdout.readline() != b"done\n":
            self.close()
            raise RDied("R crashed" if ready else f"R did not answer in {LIMIT:.0f} s")
        return Path(f"{path}.out").read_text(encoding="utf-8")

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        environment = {**os.environ, **SETTINGS, "RPARITY_R": str(R_SIDE)}
        script = str(Path(__file__).with_name("session.R"))
        return subprocess.Popen(["Rscript", "--vanilla", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, env=environment)
