"""How fast the app answers many visitors at a time: `app_load.py --sessions 30 --workers 2 --seconds 20`.

Each session sets a control, as somebody who drags a slider does now and then, and waits for the answer; the time is
from message to answer, over this machine's own network. At most 100 sessions and 120 seconds.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from parity_tests.app.served import Served, Visitor

THINKS = 1.0  # seconds between a session's changes, on average


def session(url: str, seed: int, until: float, times: list[float]) -> None:
    """One visitor's changes until the time `until`; how long each answer took goes into `times`, in ms."""
    rng = np.random.default_rng(seed)
    visitor = Visitor(url)
    while time.monotonic() < until:
        time.sleep(rng.uniform(0.5, 1.5) * THINKS)
        start = time.perf_counter()
        visitor.change({"gamma1": f"{rng.uniform(-20, 20):.1f}"})
        times.append(1000 * (time.perf_counter() - start))
    assert visitor.errors == {} and visitor.problems == {}
    visitor.close()


def load(sessions: int, workers: int, seconds: float) -> list[float]:
    """The times of all answers, in ms."""
    times: list[float] = []
    with Served(workers=workers) as running:
        Visitor(running.url).close()
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=session, args=(running.url, at, until, times)) for at in range(sessions)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    return times


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    times = load(min(given.sessions, 100), given.workers, min(given.seconds, 120))
    p50, p95 = np.percentile(times, [50, 95])
    busy = os.getloadavg()[0]
    print(f"{given.sessions} sessions, {given.workers} workers, {len(times)} answers: median {p50:.0f} ms, "
          f"p95 {p95:.0f} ms (load of the machine {busy:.1f})")


if __name__ == "__main__":
    main()
