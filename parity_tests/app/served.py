"""The app in a process of its own, and visitors that speak Shiny's protocol without a browser."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from translations.app.controls import CONTROLS
from translations.app.server import FIGURES_AND_TABLES, WRITTEN

SHOWN = ("answer", *FIGURES_AND_TABLES, *WRITTEN)
DEFAULTS = {control.name: f"{control.default:g}" for control in CONTROLS}


@dataclass
class Served:
    """`rparity app` as a user starts it, on a free port. A context manager; `url` is where it listens, `said` the lines
    that it has written since.
    """

    url: str = ""
    said: list[str] = field(default_factory=list)
    workers: int = 1

    def __enter__(self) -> Served:
        command = [sys.executable, "-m", "translations.parity.cli", "app", "--no-browser", "--port", "0",
                   "--workers", str(self.workers)]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                         env=environment)
        line = self._process.stdout.readline()
        self.url = line.split()[0] if line.startswith("http") else ""
        if not self.url:
            raise RuntimeError(f"rparity app did not start: {line}{self._process.stdout.read()}")
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._wait()
        return self

    def _listen(self) -> None:
        for line in self._process.stdout:
            self.said.append(line.rstrip("\n"))

    def _wait(self) -> None:
        """Until the server listens: it says where before it does."""
        address = urlsplit(self.url)
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection((address.hostname, address.port), timeout=5).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def __exit__(self, *what: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)
        self._listener.join(timeout=30)

    def memory(self) -> float:
        """The server's resident memory in MB."""
        shown = subprocess.run(["ps", "-o", "rss=", "-p", str(self._process.pid)], capture_output=True, text=True)
        return int(shown.stdout) / 1024

    def cpu(self) -> float:
        """CPU seconds that the server has used (to 10 ms; Linux)."""
        with open(f"/proc/{self._process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Visitor:
    """One session over a plain websocket: what the page shows by element, `problems` by control, errors, and `query`,
    the settings in the files' addresses.
    """

    def __init__(self, url: str) -> None:
        from websockets.sync.client import connect

        address = url.replace("http", "ws", 1) + "/websocket/"
        self._left = ExitStack()
        self._socket = self._left.enter_context(connect(address, max_size=None, ping_interval=None, close_timeout=1))
        self.shown: dict[str, str] = {}
        self.query = ""
        self.errors: dict[str, Any] = {}
        self.problems: dict[str, str] = {}
        self._send("init", {**DEFAULTS, ".clientdata_pixelratio": 1})
        self._receive()

    def change(self, given: Mapping[str, object]) -> None:
        """Set controls, and wait until the answer has come."""
        self._send("update", given)
        self._receive()

    def send(self, given: Mapping[str, object]) -> None:
        """Set controls without waiting: `wait` does."""
        self._send("update", given)

    def wait(self) -> None:
        """Wait for the answer to one `send`."""
        self._receive()

    def close(self) -> None:
        """Leave."""
        self._left.close()

    def _send(self, method: str, data: Mapping[str, object]) -> None:
        self._socket.send(json.dumps({"method": method, "data": data}))

    def _receive(self) -> None:
        """Read messages up to the one that ends the work on a change."""
        answered = False
        while True:
            message = json.loads(self._socket.recv(timeout=60))
            if show := message.get("custom", {}).get("show"):
                self.shown |= show["html"] | show["text"]
                self.problems, self.query, answered = show["problems"], show["query"], True
            self.errors.update(message.get("errors") or {})
            if answered and "values" in message:
                return
