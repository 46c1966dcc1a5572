"""Watching tells which case changed."""
from __future__ import annotations

import contextlib
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
