"""`rparity check --watch`: the cases whose files changed are checked again, in a process of their own."""
from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from .cases import Suite

INTERVAL = 0.5  # seconds between two looks
_WATCHED = {".py", ".R", ".json", ".txt", ".csv", ".toml"}


def watch(suite: Suite, options: Sequence[str], stop_after: int | None = None) -> None:
    """Check the suite, then what changes of it, until Ctrl+C; `stop_after` that many checks."""
    names: list[str] = []
    for number, names in enumerate(changes(suite), 1):
        print(f"\n{time.strftime('%H:%M:%S')}  {', '.join(names) or f'all of {suite.name}'}", flush=True)
        command = [sys.executable, "-m", "translations.parity.cli", "check", *names, "--suite", suite.handle, *options]
        subprocess.run(command, check=False)
        if number == stop_after:
            return
        print("watching; Ctrl+C ends it", flush=True)


def changes(suite: Suite) -> Iterator[list[str]]:
    """The cases to check: first all ([]), then those of whose files one changed; all where it was a helper's."""
    before = _stamps(suite)
    yield []
    while True:
        time.sleep(INTERVAL)
        after = _stamps(suite)
        changed = {file for file in before.keys() | after.keys() if before.get(file) != after.get(file)}
        if not changed:
            continue
        before = after
        cases = {file.stem for file in suite.files()} | set(suite.incomplete())
        names = {file.stem for file in changed}
        yield sorted(names) if names <= cases else []


def _stamps(suite: Suite) -> dict[Path, int]:
    places = {suite.code, suite.references, suite.certified}
    files = (file for place in places if place.is_dir() for file in place.iterdir() if file.suffix in _WATCHED)
    found = {}
    for file in files:
        try:
            found[file] = file.stat().st_mtime_ns
        except OSError:  # an editor replaces files: one may be gone between two calls
            continue
    return found
