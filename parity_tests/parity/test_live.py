"""Live R's session: how it starts where something is wrong, and how values cross, first to an R that is made up."""
from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from translations.parity import doctor, live
from translations.parity.installed import NoLiveR
from translations.parity.live import SETTINGS, R
from translations.parity.paths import R_SIDE
from translations.parity.records import RError
from translations.parity.reference import RAnswer

from .made_up import hand_out


class RRuntimeError(Exception):
    """R's error, as rpy2 raises it."""


def kind(name: str) -> Callable[[list[Any]], Any]:
    """A vector of R's as what it is and what it holds."""
    class Vector(tuple):
        slots: dict[str, Any]

        def do_slot_assign(self, name: str, value: Any) -> None:
            self.slots = {name: value}

    return lambda items: Vector((name, *items))


def raises(*_: Any) -> None:
    raise RRuntimeError(" Error in f() : no such thing\n")


@pytest.fixture
def r(monkeypatch: pytest.MonkeyPatch) -> R:
    """A session of an R that notes what it is asked: `r.asked`."""
    records = ["default", "default", "x[1]", "x[2]", "number", "number", "1", "0.5"]   # column by column
    machine = {
        "console_text": lambda given: ("first", f"second of {given[1]}"), "value_records": lambda given: records,
        "run_script": lambda *given: given,
        "answer_records": lambda run: records if run == (("text", "a.R"), ("bool", False)) else [],
        "fresh_session": lambda: asked.append(1)}
    asked: list[int] = []
    base = {"as.environment": lambda given: machine if given == ("text", "rparity") else None,
            "data.frame": lambda **columns: columns, "class<-": lambda codes, name: (codes, codes.slots, name)}
    interface = SimpleNamespace(
        baseenv=base, globalenv={}, NA_Integer="NA", NA_Character="NA_character_", StrSexpVector=kind("text"),
        BoolSexpVector=kind("bool"), IntSexpVector=kind("integer"), FloatSexpVector=kind("double"),
        embedded=SimpleNamespace(RRuntimeError=RRuntimeError),
        evalr=lambda code: SimpleNamespace(memoryview=lambda: memoryview(np.array([1.5, float(code.count("\n"))]))))
    monkeypatch.setattr(R, "_interface", interface)
    session = R()
    session.asked, session.machine = asked, machine  # type: ignore[attr-defined]
    return session


def test_what_is_asked_comes_back(r: R) -> None:
    assert r.eval("1") == "first\nsecond of 1"
    assert r.values("x") == {"x[1]": 1, "x[2]": 0.5}
    assert r.numbers("x").tolist() == [1.5, 1.0] and r.numbers("x").dtype == float
    assert r.script(Path("a.R"), tight=False) == {"default": RAnswer({"x[1]": 1, "x[2]": 0.5}, (), ())}
    r.reset()
    assert r.asked == [1]  # type: ignore[attr-defined]


def test_versions_are_asked_of_r(r: R, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(r, "values", lambda code: told.append(code) or {"x": "1.2.3"})
    assert (r.version(), r.version("MASS")) == ("1.2.3", "1.2.3")
    assert told == ["as.character(getRversion())", "as.character(packageVersion('MASS'))"]


@pytest.mark.parametrize("asked", [lambda r: r.eval("f()"), lambda r: r.values("f()"), lambda r: r.script(Path("f.R")),
                                   lambda r: r.reset()])
def test_an_error_of_r_is_raised_in_its_words(asked: Callable[[R], Any], r: R) -> None:
    r.machine.update(dict.fromkeys(r.machine, raises))  # type: ignore[attr-defined]
    with pytest.raises(RError) as error:
        asked(r)
    assert str(error.value) == "Error in f() : no such thing" and error.value.__cause__ is None
    assert error.value.__suppress_context__


CROSSING = [
    ("u", ("text", "u")), (True, ("bool", True)), (3, ("integer", 3)), (0.5, ("double", 0.5)),
    (np.float64(2), ("double", 2.0)), (np.array(2), ("integer", 2)),
    ([True, False], ("bool", True, False)), (["a", None], ("text", "a", "NA_character_")), ([], ("double",)),
    ([1, 2**31 - 1, 1 - 2**31], ("integer", 1, 2**31 - 1, 1 - 2**31)), ([1, 2**31], ("double", 1.0, 2.0**31)),
    ([-(2**31)], ("double", -(2.0**31))), ([1, 0.5], ("double", 1.0, 0.5)), ([True, 0.5], ("double", 1.0, 0.5)),
    (np.array([1, 2]), ("integer", 1, 2)), (np.array([True]), ("bool", True)), (range(2), ("integer", 0, 1)),
    ((x for x in (1.5,)), ("double", 1.5)), (pd.Series(["a"]), ("text", "a"))]


@pytest.mark.parametrize(("value", "crossed"), CROSSING)
def test_values_cross(value: Any, crossed: tuple[Any, ...], r: R) -> None:
    r.assign("x", value)
    assert r._r.globalenv == {"x": crossed}
    assert [type(one) for one in r._r.globalenv["x"]] == [type(one) for one in crossed]


def test_factors_frames_and_mappings_cross(r: R) -> None:
    factor = pd.Series(pd.Categorical(["v", None, "u"], categories=["v", "u"]))
    levels = ("text", "v", "u")
    crossed = (("integer", 1, "NA", 2), {"levels": levels}, ("text", "factor"))
    assert r._vector(factor) == crossed
    asis = {"check.names": ("bool", False)}
    assert r._vector(pd.DataFrame({"g": factor, 2: [1, 2, 3]})) == {"g": crossed, "2": ("integer", 1, 2, 3)} | asis
    assert r._vector({"a b": [0.5]}) == {"a b": ("double", 0.5)} | asis


def test_there_is_one_session_and_every_r_is_a_view_of_it(r: R, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    interface = R._interface
    monkeypatch.setattr(live, "_start", lambda: started.append(1) or interface)
    R()
    assert started == []
    monkeypatch.setattr(R, "_interface", None)
    assert R()._r is R()._r is interface and started == [1]
    assert live.available() is None


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with an R 9.8.7 and its Rscript on it, an environment that is put back, and no session begun."""
    bin = hand_out(tmp_path / "bin", monkeypatch)
    (bin / "R").write_text("#!/bin/sh\n[ \"$*\" = RHOME ] && echo /home/of/R\n")
    (bin / "R").chmod(0o755)
    for name in (*SETTINGS, "RPARITY_R", "R_HOME"):
        monkeypatch.setenv(name, "before")
    monkeypatch.setattr(R, "_interface", None)
    return bin


def rpy2(monkeypatch: pytest.MonkeyPatch, **interface: Any) -> ModuleType:
    """Put a made-up rpy2 in the place of the real one."""
    names = ("rpy2", "rpy2.rinterface", "rpy2.rinterface_lib", "rpy2.rinterface_lib.callbacks")
    modules = {name: ModuleType(name) for name in names}
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
        if "." in name:
            setattr(modules[name.rpartition(".")[0]], name.rpartition(".")[2], module)
    vars(modules["rpy2.rinterface"]).update(interface)
    return modules["rpy2.rinterface"]


def test_r_is_started_as_the_generator_s_is(outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    base = {"sys.source": lambda runner, where: told.append((runner, where)), "new.env": lambda: "a new environment"}
    monkeypatch.delenv("R_HOME")
    interface = rpy2(monkeypatch, initr=lambda: told.append("begun"), StrSexpVector=kind("text"), baseenv=base)
    assert live._start() is interface
    assert told == ["begun", (("text", str(R_SIDE / "runner.R")), "a new environment")]
    assert {name: os.environ[name] for name in SETTINGS} == SETTINGS
    assert (os.environ["RPARITY_R"], os.environ["R_HOME"]) == (str(R_SIDE), "/home/of/R")
    callbacks = sys.modules["rpy2.rinterface_lib.callbacks"]
    assert callbacks.consolewrite_warnerror("noise") is callbacks.consolewrite_print("noise") is None
    monkeypatch.setenv("R_HOME", "mine")
    live._start()
    assert os.environ["R_HOME"] == "mine"


def test_what_keeps_r_from_starting_is_said_with_its_cure(outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rpy2.rinterface", None)
    newer = 'pip install "rpy2-rinterface>=3.6.6"'
    assert live.available() == (
        f"rpy2 is not here (import of rpy2.rinterface halted; None in sys.modules); install it with: {newer}")

    def fails() -> None:
        raise ValueError("another R")

    rpy2(monkeypatch, initr=fails)
    unfit = "rpy2 does not fit this R (ValueError: another R); mend it with: "
    assert live.available() == unfit + newer
    (outside / "Rscript").unlink()                              # whose version is then taken to be the pinned one
    assert live.available() == f'{unfit}pip install "rpy2-rinterface<=3.6.5"'
    with pytest.raises(NoLiveR) as refused:
        R()
    assert isinstance(refused.value.__cause__, ValueError)
    (outside / "R").unlink()
    assert live.available() == ("R is not on the PATH; on Debian or Ubuntu: sudo apt-get install r-base-core "
                                "r-cran-lme4")
    monkeypatch.setattr(doctor, "_installed", lambda name: f"{name} 1")
    assert doctor._rpy2("4.2.2").found.startswith("rpy2-rinterface 1: R is not on the PATH;")


def test_real_r_is_asked_and_answers(live_r: R, tmp_path: Path) -> None:
    assert live_r.eval("x <- 2; x; invisible(3); cat('a\\n'); message('b'); NULL") == "[1] 2\na\nb\nNULL"
    assert live_r.values("c(a = 1L, b = NA)") == {"x[a]": 1, "x[b]": "NA"}
    assert live_r.values("list(u = TRUE, v = 'w')") == {"u": True, "v": "w"}
    assert live_r.numbers("y <- 1:2\ny / 3").tolist() == [1 / 3, 2 / 3]
    (tmp_path / "a.R").write_text("print(1)\nwarning('careful')\nlist(x = 0.5)\n")
    assert live_r.script(tmp_path / "a.R") == {"default": RAnswer({"x": 0.5}, ("[1] 1",), ("careful",))}
    assert live_r.version("base") == live_r.version()
    live_r.eval("options(digits = 3); set.seed(1, kind = 'Wichmann-Hill'); library(splines)")
    live_r.reset()
    assert live_r.eval("exists('x'); pi; RNGkind()[1]; 'package:splines' %in% search()").split() == [
        "[1]", "FALSE", "[1]", "3.141593", "[1]", '"Mersenne-Twister"', "[1]", "FALSE"]
    for asked in (live_r.eval, live_r.values, live_r.numbers, live_r.version):
        with pytest.raises(RError):
            asked("stop('no such thing')")
    with pytest.raises(RError, match="no such thing"):
        live_r.numbers("stop('no such thing')")


def test_values_cross_to_real_r(live_r: R) -> None:
    expected = {"text": "character", "bool": "logical", "integer": "integer", "double": "double"}
    for value, (name, *_) in CROSSING:
        if not hasattr(value, "gi_frame"):                          # a generator is spent by the test above
            live_r.assign("x", value)
            assert live_r.values("list(kind = typeof(x))") == {"kind": expected[name]}
    live_r.assign("d", pd.DataFrame({"g h": pd.Categorical(["v", None, "u"], categories=["v", "u"]), "n": [1.5, 2, 3]}))
    assert live_r.values("list(class = class(d), names = names(d), g = d[[1]], levels = levels(d[[1]]), n = d$n)") == {
        "class": "data.frame", "names[1]": "g h", "names[2]": "n", "g[1]": "v", "g[2]": "NA", "g[3]": "u",
        "levels[1]": "v", "levels[2]": "u", "n[1]": 1.5, "n[2]": 2, "n[3]": 3}
    assert live_r.values("is.factor(d[[1]]) && nrow(model.matrix(~ `g h`, d)) == 2") == {"x": True}


def test_live_r_without_r_names_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(R, "_interface", None)
    with pytest.raises(NoLiveR, match="apt-get install r-base-core r-cran-lme4"):
        R()
