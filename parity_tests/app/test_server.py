"""The server: alive whatever it is sent, and of constant size. Visitors speak Shiny's protocol over websockets.

RPARITY_APP_CHANGES is how many random changes 20 visitors make (60; 1,000 in a long run).
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from io import StringIO
from urllib.parse import parse_qs

import numpy as np
import pytest
from typer.testing import CliRunner

from translations.app import server
from translations.app.controls import BY_NAME, CONTROLS

from .served import DEFAULTS, SHOWN, Visitor

CHANGES = int(os.environ.get("RPARITY_APP_CHANGES", "60"))
VISITORS = 20
GROWTH = 8.0  # MB: what an allocator keeps; the leak that was once there had 12 in 1,000 changes
NONSENSE = ("", "nan", "abc", "1e999", "-1e9", "0.5.5", None, "1e308", "<script>", [1, 2], {"a": 1})


@pytest.fixture
def visitor(served):
    here = Visitor(served.url)
    yield here
    here.close()
    assert here.errors == {}


def random_change(rng, nonsense=0.1):
    control = CONTROLS[rng.integers(len(CONTROLS))]
    if rng.random() < nonsense:
        return {control.name: NONSENSE[rng.integers(len(NONSENSE))]}
    if not control.slider:
        return {control.name: str(rng.integers(2**31))}
    steps = round((control.most - control.least) / control.step)
    return {control.name: f"{control.least + control.step * rng.integers(steps + 1):.10g}"}


def test_everything_is_shown(visitor):
    assert set(visitor.shown) == set(SHOWN) and all(visitor.shown.values())
    assert parse_qs(visitor.query) == {name: [value] for name, value in DEFAULTS.items()}


@pytest.mark.parametrize("name", BY_NAME)
def test_every_control_changes_what_is_shown(visitor, name):
    before = dict(visitor.shown)
    visitor.change({name: {"missing": "0.5", "seed": "77", "rho": "-0.5"}.get(name, f"{BY_NAME[name].default + 1:g}")})
    same = {element for element in SHOWN if visitor.shown[element] == before[element]}
    # A mean moves all lines alike, the true ones too.
    assert same == {"gamma0": {"answer", "misses"}, "gamma1": {"misses"}}.get(name, set()) and visitor.problems == {}


@pytest.mark.parametrize("nonsense", NONSENSE, ids=repr)
def test_nonsense_is_told_and_what_was_shown_stays(visitor, nonsense):
    before = dict(visitor.shown)
    visitor.change({"rho": nonsense})
    assert visitor.problems["rho"].startswith("Correlation")
    assert "Not redrawn" in visitor.shown["answer"] and "<script>" not in visitor.shown["answer"]
    assert [name for name in SHOWN if visitor.shown[name] != before[name]] == ["answer"]
    visitor.change({"rho": DEFAULTS["rho"]})
    assert visitor.problems == {} and visitor.shown == before


def test_a_fit_that_is_impossible_is_told(visitor):
    visitor.change({"missing": "0.9", "days": "3", "subjects": "4"})
    assert list(visitor.problems) == ["missing"] and "Lower it, or raise Days" in visitor.problems["missing"]


def test_many_visitors_and_many_changes(served):
    """No error in any output, and memory that does not grow, once the first changes have warmed the process up."""
    rng = np.random.default_rng(7)
    visitors = [Visitor(served.url) for _ in range(VISITORS)]

    def change_all(times):
        for _ in range(times):
            for visitor in visitors:
                visitor.send(random_change(rng))
            for visitor in visitors:
                visitor.wait()

    change_all(5)
    before = served.memory()
    change_all(CHANGES // VISITORS)
    assert served.memory() - before < GROWTH
    for visitor in visitors:
        visitor.change(DEFAULTS)
    assert all(visitor.errors == {} and visitor.problems == {} for visitor in visitors)
    assert all(visitor.shown == visitors[0].shown for visitor in visitors)
    for visitor in visitors:
        visitor.close()


def test_a_fault_of_ours_does_not_end_the_session(monkeypatch):
    def fails(settings):
        raise RuntimeError("not foreseen")

    logged = StringIO()
    logger = logging.Logger("the server's")
    logger.addHandler(logging.StreamHandler(logged))
    last = server.explore(server.DEFAULTS)
    monkeypatch.setattr(server, "explore", fails)
    monkeypatch.setattr(server, "_log", logger)
    screen, shown = server.attempt(DEFAULTS, last)
    assert screen is last and "not foreseen" in shown["problems"]["seed"]
    assert "Traceback" in logged.getvalue() and "not foreseen" in logged.getvalue()
    assert list(shown["html"]) == ["answer"] and "Not redrawn" in shown["html"]["answer"]


# --- the command ----------------------------------------------------------------------------------------------------


def command(*arguments):
    from typer import Typer

    from translations.commands.app import register

    app = Typer()
    app.callback()(lambda: None)
    register(app)
    return CliRunner().invoke(app, ["app", *arguments])


def test_without_shiny_the_cure_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "shiny", None)
    done = command("--no-browser")
    assert done.exit_code == 2 and 'pip install "rparity[app]"' in done.output


def test_a_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = command("--no-browser", "--port", port)
    assert done.exit_code == 2 and f"port {port}" in done.output and "--port" in done.output


def test_processes_share_a_socket_that_sends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each answer of several parts takes 40 ms: findings/uvicorn_workers_wait_forty_milliseconds.sh."""
    shared: list[int] = []

    class Supervisor:
        def __init__(self, config: object, sockets: list[socket.socket]) -> None:
            shared.extend(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for one in sockets)
            sockets[0].close()

        def run(self) -> None: ...

    monkeypatch.setattr("uvicorn.supervisors.Multiprocess", Supervisor)
    monkeypatch.setenv("RPARITY_APP_SERVED", "")
    result = command("--workers", "2", "--port", "0", "--no-browser")
    assert result.exit_code == 0 and len(shared) == 1 and shared[0] != 0
