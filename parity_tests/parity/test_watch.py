"""Watching tells which case changed."""
from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

from translations.parity.cases import Suite
from translations.parity.watch import changes


def test_watching_tells_which_case_changed(suite: Suite) -> None:
    seen = changes(suite)
    assert next(seen) == []

    def write(name: str) -> None:
        time.sleep(0.05)
        with contextlib.suppress(OSError):
            (suite.code / name).write_text((suite.code / name).read_text() + "\n" if "." in name else "")

    for name, expected in (("one.py", ["one"]), ("spare.R", ["spare"])):
        other = threading.Thread(target=write, args=(name,))
        other.start()
        assert next(seen) == expected
        other.join()
    (suite.code / "_helper.R").write_text("x <- 1\n")
    assert next(seen) == []


def test_the_command_checks_again_what_changes_and_ends_with_ctrl_c(suite: Suite) -> None:
    """Right at first, then wrong, then right again: each time the table of the case that changed."""
    command = [sys.executable, "-m", "translations.parity.cli", "check", "--suite", ".", "--watch"]
    running = subprocess.Popen(command, cwd=suite.code, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               env={**os.environ, "PYTHONUNBUFFERED": "1"})
    seen: list[str] = []

    def until(word: str, times: int) -> str:
        while sum(word in line for line in seen) < times:
            line = running.stdout.readline() if running.stdout else ""
            assert line, "".join(seen)
            seen.append(line)
        return "".join(seen)

    try:
        assert "2 of 2 cases" in until("watching; Ctrl+C", 1)
        right = (suite.code / "one.py").read_text()
        wrong = right.replace("len(x)", "4")
        for times, (code, said) in enumerate([(wrong, "0 of 1 cases"), (right, "1 of 1 cases")], 1):
            (suite.code / "one.py").write_text(code)
            assert said in until("of 1 cases", times)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0
    finally:
        running.kill()
