"""Bars of long work: asked for, or where a person watches and it takes its time."""
from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import rparity as r
from translations.parallel import progress

DYES = r.Dyestuff().set_axis(["batch", "yield"], axis=1)


@cache
def mixed() -> Any:
    return r.lmer("yield ~ 1 + (1 | batch)", DYES, REML=False)


@cache
def counts() -> Any:
    return r.glmer("incidence ~ 1 + (1 | herd)", r.load("cbpp"), "poisson")


LONG: dict[str, tuple[Callable[[Any], object], str]] = {
    "profile": (lambda shown: r.profile(mixed(), "beta_", progress=shown), "parameters"),
    "bootMer": (lambda shown: r.bootMer(mixed(), "fixef", 4, seed=1, progress=shown), "replicates"),
    "PBmodcomp": (lambda shown: r.PBmodcomp(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), REML=False),
                                            ". ~ . - Days", 4, seed=1, progress=shown), "replicates"),
    "recovery_study": (lambda shown: r.recovery_study(4, seed=1, progress=shown), "replicates"),
    "power_study": (lambda shown: r.power_study(4, seed=1, subjects=[6, 9], progress=shown), "subjects 9"),
    "glmer's profile": (lambda shown: r.profile(counts(), "beta_", progress=shown), "parameters"),
    "glmer's bootMer": (lambda shown: r.bootMer(counts(), "fixef", 4, seed=1, progress=shown), "replicates"),
    "dredge": (lambda shown: r.dredge(r.lm("Reaction ~ Days", r.sleepstudy()), progress=shown), "models"),
    "allFit": (lambda shown: r.allFit(mixed(), ["newton", "nloptwrap.NLOPT_LN_BOBYQA"], progress=shown), "optimizers"),
    "step": (lambda shown: r.step(mixed(), progress=shown), "kinds of terms"),
    "influence": (lambda shown: r.influence(mixed(), groups="batch", progress=shown), "deletions"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("what", LONG)
def test_long_work_shows_how_far_it_is(what: str, capsys: pytest.CaptureFixture[str],
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    work, caption = LONG[what]
    work(True)
    assert caption in capsys.readouterr().err
    work(None)  # nobody watches
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    work(False)
    assert capsys.readouterr().err == ""
    work(caption)
    shown = capsys.readouterr().err
    assert f"{caption}: " in shown and shown.endswith("\n")
    last = shown.rstrip().rsplit("\r", 1)[-1].split(": ")[1].split()
    assert last[0] == last[2]  # "4 of 4"


def test_a_bar_that_nobody_asked_for_comes_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []

    class Waiting(threading.Timer):
        def start(self) -> None:
            begun.append(self)

    monkeypatch.setattr(progress.threading, "Timer", Waiting)
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress.bar(None, 10) as advance:
        advance(3)
        assert sys.stderr.getvalue() == "" and begun[0].interval == progress.PATIENCE == 2.0
        begun[0].function()  # the two seconds are over
        advance(2)
        advance(5)
        with progress.bar(True, 3) as inner:  # work within work
            inner(1)
    assert "replicates: 3 of 10" in sys.stderr.getvalue() and "10 of 10" in sys.stderr.getvalue()
    assert " of 3" not in sys.stderr.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_in_a_terminal(tmp_path: Any) -> None:
    import pty

    ours, theirs = pty.openpty()
    code = ("import time; from translations.parallel import progress; progress.PATIENCE = 0.0\n"
            "with progress.bar(None, 5, 'steps') as advance:\n"
            "    for _ in range(5): advance(1); time.sleep(0.05)\n")
    child = subprocess.Popen([sys.executable, "-c", code], stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    shown = b""
    while True:
        try:
            more = os.read(ours, 4096)
        except OSError:  # its other end is closed
            break
        if not more:
            break
        shown += more
    assert child.wait() == 0
    os.close(ours)
    assert b"steps" in shown and b"5/5" in shown
