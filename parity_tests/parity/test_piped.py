"""R behind a command: the same answers as R in this process, and what happens when R dies, hangs or prints garbage."""
from __future__ import annotations

import contextlib
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from translations.parity import paths, piped
from translations.parity.literals import r_literal
from translations.parity.piped import PipedR, RDied
from translations.parity.r_cures import cure
from translations.parity.records import RError, ScriptError


@pytest.fixture(scope="module", params=["", "45", "46"], ids=["at hand", "4.5", "4.6"])
def command(request: pytest.FixtureRequest, rscript_of: Callable[[str], str]) -> str:
    """The R at hand and, by their commands, those of other releases."""
    return rscript_of(request.param) if request.param else "Rscript"


@pytest.fixture(scope="module")
def piped_r(command: str) -> Iterator[PipedR]:
    """One process for all tests of this file."""
    with PipedR(command) as r:
        yield r


@pytest.fixture(scope="module")
def piped_r_at_hand() -> Iterator[PipedR]:
    """The same R as `live_r`."""
    with PipedR("Rscript") as r:
        yield r


def bits(x: Any) -> list[int]:
    return np.asarray(x, dtype=float).view(np.uint64).tolist()


NUMBERS = "c(pi, 1/3, -0.0, NA, NaN, Inf, -Inf, .Machine$double.xmin / 2, 1e308, 2^53 + 1, rnorm(20))"


def test_numbers_keep_every_bit(live_r: Any, piped_r: PipedR) -> None:
    live_r.eval("set.seed(7)")
    piped_r.eval("set.seed(7)")
    theirs, ours = live_r.numbers(NUMBERS), piped_r.numbers(NUMBERS)
    assert np.isnan(ours[[3, 4]]).all()
    one = [i for i in range(len(ours)) if i != 4]  # which NaN is R's NaN differs by processor; its NA does not
    assert bits(ours[one]) == bits(theirs[one])


@pytest.mark.parametrize("case", ["chapter5/lmer_summary", "chapter5/ranef", "random/seeded_draws", "stats/contrasts",
                                  "lme4/dyestuff", "lme4/cake_sum_contrasts"])
def test_cases_answer_to_the_bit(live_r: Any, piped_r_at_hand: PipedR, case: str) -> None:
    script = paths.fixtures() / f"{case}.R"
    assert piped_r_at_hand.script(script, tight=False) == live_r.script(script, tight=False)


def test_what_is_assigned_arrives(live_r: Any, piped_r: PipedR) -> None:
    d = {"x": [0.1, 1 / 3, -0.0], "n": [1, 2, 2**31 - 1], "t": ["a\"b\\", "é", "NA"],
         "f": pd.Series(pd.Categorical(["u", None, "v"], categories=["w", "v", "u"])), "l": [True, False, True]}
    for r in (live_r, piped_r):
        r.assign("d", d)
        r.assign("gaps", ["x", None])
    for code in ("str(d)", "levels(d$f)", "d$t == c('a\"b\\\\', '\\u00e9', 'NA')", "is.na(gaps)", "1 / d$x[3]"):
        assert piped_r.eval(code) == live_r.eval(code), code


def test_literals_are_exact() -> None:
    assert r_literal([1.0, math.nan, -math.inf]) == "c(0x1.0000000000000p+0, NaN, -Inf)"
    assert r_literal([1, 2**40]) == "c(0x1.0000000000000p+0, 0x1.0000000000000p+40)"
    assert r_literal(None) == "NA"
    assert r_literal([]) == "numeric()"
    with pytest.raises(TypeError, match="complex"):
        r_literal(1j)


def test_state_stays_until_reset(live_r: Any, piped_r: PipedR) -> None:
    piped_r.eval("kept <- 5")
    assert piped_r.values("kept + 1") == {"x": 6}
    piped_r.reset()
    assert piped_r.eval("exists('kept')") == "[1] FALSE"


def test_a_script_s_options_end_with_it(live_r: Any, piped_r: PipedR, tmp_path: Path) -> None:
    """One script of ours sets na.action to na.fail: those that came after it stopped at their missing values."""
    (tmp_path / "mine").mkdir()
    script = tmp_path / "mine" / "a.R"
    script.write_text('options(na.action = "na.fail", digits = 3, warn = 2)\nlist(x = 1)\n')
    code = 'unlist(options("na.action", "digits", "warn"))'
    for r in (live_r, piped_r):
        before = r.eval(code)
        r.script(script, tight=False)
        assert r.eval(code) == before
        r.eval('options(na.action = "na.fail")')
        r.reset()
        assert r.eval(code) == before


def test_rs_errors_are_raised_in_rs_words(live_r: Any, piped_r: PipedR) -> None:
    with pytest.raises(RError, match="no such luck"):
        piped_r.eval("stop('no such luck')")
    with pytest.raises(RError, match="there is no package called"):
        piped_r.version("noSuchPackage")
    assert piped_r.eval("1 + 1") == "[1] 2"


def test_a_script_that_stops_says_where(live_r: Any, piped_r: PipedR, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    script = tmp_path / "mine" / "a.R"
    script.write_text("x <- try(stop('caught'), silent = TRUE)\n\nf <- function() stop('no such luck')\nf()\n")
    for r in (live_r, piped_r):
        with pytest.raises(ScriptError, match=r"^a.R, line 4: Error in f\(\) : no such luck$"):
            r.script(script)
    with pytest.raises(ScriptError) as stopped:
        piped_r.script(script)
    assert stopped.value.provenance["R"] == piped_r.version()


def test_what_others_print_is_skipped(live_r: Any, piped_r: PipedR) -> None:
    assert piped_r.eval('system("echo rparity; printf ok"); invisible()') == ""
    assert piped_r.eval('cat("to stderr\\n", file = stderr()); 7') == "[1] 7"


def test_an_r_that_ends_is_started_anew(live_r: Any, command: str) -> None:
    with PipedR(command) as r:
        with pytest.raises(RDied, match="ended with code 9"):
            r.eval("quit(status = 9)")
        assert r.eval("2") == "[1] 2"


def test_an_r_that_is_started_anew_gets_its_files_again(
    live_r: Any, piped_r_at_hand: PipedR, tmp_path: Path
) -> None:
    """It had none of them, and could not change to their directory."""
    (tmp_path / "mine").mkdir()
    script = tmp_path / "mine" / "a.R"
    script.write_text("list(x = 1)\n")
    before = piped_r_at_hand.script(script)
    with pytest.raises(RDied):
        piped_r_at_hand.eval("quit()")
    assert piped_r_at_hand.script(script) == before


def test_an_r_that_is_killed_says_what_does_that(live_r: Any, piped_r_at_hand: PipedR) -> None:
    for code, cause in (("9", "memory ran out"), ("11", "compiled code"), ("6", "compiled code")):
        with pytest.raises(RDied) as ended:
            piped_r_at_hand.eval(f"tools::pskill(Sys.getpid(), {code}); Sys.sleep(5)")
        assert cause in cure(str(ended.value))
    assert "quit" in cure("Rscript ended with code 0 (script 'mine/a.R')")


@pytest.mark.parametrize("given", ["soon", "-3", "0", "nan"])
def test_a_limit_that_is_none_is_named(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RPARITY_R_TIMEOUT", given)
    with pytest.raises(ValueError, match=f"RPARITY_R_TIMEOUT must be seconds, more than 0, not '{given}'"):
        PipedR("sleep 0")


def test_the_limit_gives_a_start_longer_too(live_r: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the message says: an image may have to be fetched first."""
    monkeypatch.setattr(piped, "START_LIMIT", 0.1)
    with pytest.raises(RDied, match=r"start R.*RPARITY_R_TIMEOUT"):
        PipedR("sh -c 'sleep 0.5; exec Rscript \"$@\"' sh")
    monkeypatch.setenv("RPARITY_R_TIMEOUT", "60")
    with PipedR("sh -c 'sleep 0.5; exec Rscript \"$@\"' sh") as r:
        assert r.eval("1") == "[1] 1"


def test_an_r_that_hangs_is_ended(live_r: Any, command: str) -> None:
    with PipedR(command, limit=0.5) as r:
        with pytest.raises(RDied, match="did not answer in time.*RPARITY_R_TIMEOUT"):
            r.eval("Sys.sleep(60)")
        assert r.eval("2") == "[1] 2"


@pytest.mark.parametrize("command, says", [
    ("no-such-program-here x", "no program"), ("", "no program"), ("sh -c 'exec sleep 60'", "did not answer in time"),
    ("sh -c 'echo what is this; exit 3'", "ended with code 3.*\n.*what is this"),
    ("sh -c 'echo no R here >&2'", "no R here"),
])
def test_commands_that_are_no_r(command: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piped, "START_LIMIT", 0.5)
    with pytest.raises((RDied, FileNotFoundError), match=says):
        PipedR(command)


def test_files_travel_and_are_renewed(live_r: Any, piped_r: PipedR, tmp_path: Path) -> None:
    suite, data = tmp_path / "mine", tmp_path / "data"
    suite.mkdir()
    data.mkdir()
    (suite / "_read.R").write_text('d <- read.csv(file.path("..", "data", "few.csv"))\n')
    script = suite / "total.R"
    script.write_text('source("_read.R")\nprint(sum(d$x))\nlist(total = sum(d$x))\n')
    for values, total in (("1\n2\n", 3), ("1\n2\n40\n", 43)):
        (data / "few.csv").write_text("x\n" + values)
        answer = piped_r.script(script)["default"]
        assert (answer.values, answer.printed) == ({"total": total}, (f"[1] {total}",))


@pytest.mark.skipif(os.name != "posix", reason="a shell watches: on Windows R ends at its next answer")
def test_r_does_not_outlive_a_process_that_is_killed(tmp_path: Path) -> None:
    """By a made-up R that calculates for a minute."""
    slow = tmp_path / "Rscript"
    slow.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid.new; mv {tmp_path}/pid.new {tmp_path}/pid\nexec sleep 60\n")
    slow.chmod(0o755)
    code = f"from translations.parity.piped import PipedR\nPipedR('{slow}')"
    asking = subprocess.Popen([sys.executable, "-c", code])
    made = wait_for(lambda: (tmp_path / "pid").read_text())
    asking.kill()
    asking.wait()
    assert made and wait_for(lambda: not lives(int(made)))


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(found: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What `found` finds once it finds something, or None."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if there := found():
                return there
        time.sleep(0.02)
    return None
