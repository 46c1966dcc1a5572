"""The commands from within: what they print, where they write, and how they end."""
from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from typer.testing import CliRunner

import translations.cases.figures
from translations.parity import cases, cli, doctor, report, session
from translations.parity.cases import Suite, directory_suite
from translations.parity.installed import NoLiveR

from .made_up import PLAIN, answered, hand_out, store, translate


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """A directory with one case that holds, in which the commands are given."""
    place = tmp_path / "mine"
    place.mkdir()
    suite = directory_suite(place)
    translate(suite, "a", PLAIN, given="")
    store(suite, "a", default=answered(x=1.0))
    monkeypatch.chdir(place)
    return suite


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, arguments)


def spoil(suite: Suite) -> None:
    translate(suite, "b", PLAIN, given="")
    store(suite, "b", default=answered(x=1.5))


def test_check_prints_the_table_and_ends_with_1_where_a_value_falls_short(mine: Suite) -> None:
    ran = run("check", "--suite", ".")
    assert ran.exit_code == 0 and not ran.stderr
    head, row, *_, last = ran.stdout.splitlines()
    assert head.split() == ["case", "values", "R"] and row.split() == ["mine/a", "1", "16.0", "pass"]
    assert last.startswith("1 of 1 cases, 1 of 1 comparisons of 1 values in ") and "not checked" not in ran.stdout
    spoil(mine)
    ran = run("check", "--suite", ".")
    assert ran.exit_code == 1 and "mine/b against R:\n  x: 1 where 1.5 is expected" in ran.stdout


def test_check_writes_what_it_is_told_to(mine: Suite) -> None:
    ran = run("check", "--suite", ".", "--json", "-")
    told = json.loads(ran.stdout)
    assert ran.exit_code == 0 and ran.stdout.endswith("}\n") and not ran.stdout.endswith("\n\n")
    assert told["totals"]["comparisons"] == 1 and told["not checked"] == {} and told["seconds"] >= 0
    assert sorted(path.name for path in mine.code.iterdir() if path.is_file()) == ["a.R", "a.json", "a.py"]
    ran = run("check", "--suite", ".", "--json", "t.json", "--html", "t.html")
    assert ran.stdout.startswith("case ") and "<" not in ran.stdout
    assert json.loads((mine.code / "t.json").read_text())["outcomes"] == told["outcomes"]
    assert (mine.code / "t.html").read_text().startswith("<!doctype html>")
    ran = run("check", "--suite", ".", "--html", "a.py/t.html")
    assert ran.exit_code == 2 and ran.stderr.startswith("rparity: cannot write a.py/t.html: ") and not ran.stdout


@pytest.mark.parametrize(("arguments", "said"), [
    (("--suite", "nowhere"), "no suite or directory 'nowhere'; the built-in suites are ['chapter5',"),
    (("--suite", "empty"), "no case in suite 'empty'\n"),
    (("--suite", "figures"), "suite figures was not checked: no_such is not installed: pip install 'rparity[extra]'\n"),
    (("--suite", ".", "--live"), "R is elsewhere\n")])
def test_what_cannot_be_checked_is_said_in_one_line(arguments: tuple[str, ...], said: str, mine: Suite,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise NoLiveR("R is elsewhere")

    (mine.code / "empty").mkdir()
    monkeypatch.setattr(session, "_started", lambda given: absent())
    monkeypatch.setattr(translations.cases.figures, "NEEDS", {"no_such": "extra"})
    ran = run("check", *arguments)
    assert ran.exit_code == 2 and ran.stderr.startswith(f"rparity: {said}") and not ran.stdout


def test_check_with_the_r_that_is_here(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    class MadeUpR:
        def version(self, package: str | None = None) -> str:
            return "4.4.1" if package is None else "1.1.37"

        def script(self, script: Path, tight: bool = True) -> dict[str, Any]:
            return {"default": answered(x=1.0)}

    monkeypatch.setattr(session, "_started", lambda given: MadeUpR())
    session._version.cache_clear()
    store(mine, "a", provenance={"R": "4.5.0"}, default=answered(x=1.0))
    ran = run("check", "--suite", ".", "--live")
    assert "3 of 3 comparisons" in ran.stdout
    assert ran.stderr == "rparity: compared with R 4.5, the nearest to R 4.4.1 (4.5 has 4.5.0)\n"
    session._version.cache_clear()
    assert "1 of 1 comparisons" in run("check", "--suite", ".").stdout


def test_all_suites_but_those_that_lack_something(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = cases.suite("figures")
    monkeypatch.setattr(translations.cases.figures, "NEEDS", {"no_such": "extra"})
    monkeypatch.setattr(cases, "suites", lambda: [figures, mine])
    lacking = "suite figures was not checked: no_such is not installed: pip install 'rparity[extra]'"
    ran = run("check", "--suite", "all", "--json", "t.json", "--html", "t.html")
    assert ran.exit_code == 0 and ran.stdout.endswith(f"\n{lacking}\n")
    assert "1 of 1 comparisons" in ran.stdout and "suite figures" in (mine.code / "t.html").read_text()
    not_checked = {"figures": "no_such is not installed: pip install 'rparity[extra]'"}
    assert json.loads((mine.code / "t.json").read_text())["not checked"] == not_checked
    assert json.loads(run("check", "--suite", "all", "--json", "-").stdout)["not checked"] == not_checked


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_has_colours(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    told, terminal = [], Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    table = report.rich_table
    monkeypatch.setattr(report, "rich_table", lambda *given: told.append(given) or table(*given))
    with pytest.raises(typer.Exit) as ended:
        cli.check(suite=".")
    assert ended.value.exit_code == 0 and "\x1b[32mpass" in terminal.getvalue()
    ((found, seconds, width, unchecked),) = told
    assert (len(found), width, unchecked) == (1, 100, {}) and seconds > 0


def test_the_chapter_is_what_is_checked_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(cases, "suite", lambda name: asked.append(name) or (_ for _ in ()).throw(KeyError("none")))
    assert run("check").stderr == "rparity: none\n" and asked == ["chapter5"]


RECORD = "default\tx\tnumber\t{}\ndefault printed\t1\ttext\t1\nprovenance\tR\ttext\t{}\nprovenance\tdate\ttext\tthen\n"


def test_regenerate_says_what_it_wrote_and_what_drifted(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_out(mine.code.parent / "bin", monkeypatch)
    (mine.references / "b.R").write_text("list(x = 1)\n")
    (mine.references / "a.json").unlink()
    for name in "ab":
        (mine.references / f"{name}.rec").write_text(RECORD.format(1, "4.2.2"))
    assert run("regenerate", "a", "--suite", ".").stdout == "mine: 1 written of R 4.2\n  a.json\n"
    assert run("regenerate", "--suite", ".").stdout == "mine: 1 written of R 4.2\n  b.json\n"
    ran = run("regenerate", "--check", "--suite", ".")
    assert (ran.exit_code, ran.stdout) == (0, "mine: no drift of R 4.2\n")
    (mine.references / "a.rec").write_text(RECORD.format(2, "4.2.2"))
    assert run("regenerate", "b", "--check", "--suite", ".").stdout == "mine: no drift of R 4.2\n"
    ran = run("regenerate", "--check", "--suite", ".")
    short = "mine/a (default): x: 2 where 1 is expected (0.0 digits of 7)\n"
    assert (ran.exit_code, ran.stdout) == (1, short)
    (mine.references / "a.rec").write_text(RECORD.format(2, "4.3.0"))
    for check in ((), ("--check",)):
        ran = run("regenerate", "--suite", ".", *check)
        assert ran.exit_code == 2 and ran.stderr.startswith("rparity: this is R 4.3.0 (stored: 4.2.2); --nearest")
    ran = run("regenerate", "--suite", ".", "--nearest", "--check")
    assert ran.stdout == f"{short}mine/a: R was 4.2.2, is 4.3.0\n" and ran.exit_code == 1
    nearest = "R 4.2, the nearest to R 4.3.0 (4.2 has 4.2.2)"
    assert run("regenerate", "a", "--suite", ".", "--nearest").stdout == f"mine: 1 written of {nearest}\n  a.json\n"
    ran = run("regenerate", "c", "d", "--suite", ".")
    assert (ran.exit_code, ran.stderr) == (2, "rparity: no R script named c or d\n")
    (mine.references / "b.rec").write_text("error\t\ttext\tno such thing\nprovenance\tR\ttext\t4.2.2\n")
    (mine.references / "a.rec").write_text(RECORD.format(3, "4.3.0"))
    ran = run("regenerate", "--suite", ".")
    assert ran.exit_code == 1
    assert ran.stdout == "mine: 1 written of R 4.2\n  a.json\nmine/b failed: no such thing\n"


def test_another_release_is_added_by_its_own_r(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    bin = hand_out(mine.code.parent / "bin", monkeypatch)
    (mine.references / "a.json").unlink()
    (mine.references / "a.rec").write_text(RECORD.format(1, "4.2.2"))
    ran = run("regenerate", "--suite", ".", "--release", "4.6")
    assert (ran.exit_code, ran.stderr) == (2, "rparity: this is R 4.2, not 4.6\n")
    assert run("regenerate", "--suite", ".", "--release", "4.2").exit_code == 0
    (mine.references / "a.rec").write_text("error\t\ttext\ta.R, line 1: no\nprovenance\tR\ttext\t4.6.1\n")
    ran = run("regenerate", "--suite", ".", "--rscript", f"{bin}/Rscript")
    assert (ran.exit_code, ran.stdout) == (0, "mine: 1 written of R 4.6\n  a.json\n  a stops: a.R, line 1: no\n")
    monkeypatch.setenv("RPARITY_RSCRIPT", "")
    assert "R stops, and this does not: a.R, line 1: no" in run("check", "--suite", ".", "--release", "4.6").stdout
    for wrong in (("regenerate", "--suite", "."), ("check",)):
        ran = run(*wrong, "--release", "4.3")
        assert (ran.exit_code, ran.stderr) == (2, "rparity: no release '4.3'; there are 4.2, 4.5, 4.6\n")
    ran = run("regenerate", "--suite", ".", "--rscript", "no-such-program Rscript")
    assert ran.exit_code == 2 and "no program no-such-program" in ran.stderr
    monkeypatch.setenv("PATH", str(mine.references))
    ran = run("regenerate", "--suite", ".", "--rscript", "Rscript")
    assert (ran.exit_code, ran.stderr[:60]) == (2, "rparity: R is not on the PATH; on Debian or Ubuntu: sudo apt")


def test_all_suites_are_regenerated_unless_told_otherwise(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_out(mine.code.parent / "bin", monkeypatch)
    yours = directory_suite(mine.code.parent / "yours")
    yours.code.mkdir()
    for suite, name in ((mine, "a"), (yours, "c")):
        (suite.references / f"{name}.R").write_text("list(x = 1)\n")
        (suite.references / f"{name}.rec").write_text(RECORD.format(1, "4.2.2"))
    monkeypatch.setattr(cases, "suites", lambda: [mine, yours])
    assert run("regenerate", "c").stdout == "yours: 1 written of R 4.2\n  c.json\n"
    assert run("regenerate").stdout == "mine: 1 written of R 4.2\n  a.json\nyours: 0 written of R 4.2\n"
    told = "mine: no drift of R 4.2\nyours: no drift of R 4.2\n"
    assert run("regenerate", "--check", "--suite", "all").stdout == told


def test_what_rparity_comes_with_is_renewed_only_when_told_so() -> None:
    ran = run("regenerate", "--suite", "random")
    assert ran.exit_code == 2
    assert ran.stderr == ("rparity: random: rparity's own references; --built-in renews them, --suite PLACE those of a "
                          "suite of yours\n")


def test_an_unknown_suite_is_not_renewed() -> None:
    ran = run("regenerate", "--suite", "nowhere")
    assert ran.exit_code == 2 and "nowhere" in ran.stderr and "chapter5" in ran.stderr and not ran.stdout


@pytest.mark.parametrize("fine", [True, False])
def test_the_doctor_ends_with_1_where_the_package_itself_lacks_something(
    fine: bool, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "report", lambda: ("all that was found", fine))
    ran = run("doctor")
    assert (ran.exit_code, ran.stdout) == (0 if fine else 1, "all that was found\n")


def test_new_names_what_it_wrote_and_what_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("new", "mine/first")
    assert (ran.exit_code, ran.stdout) == (0, (
        "mine/first.R\nmine/first.py\n"
        "next: rparity regenerate --suite mine   rparity check --suite mine   pytest mine\n"))
    for refused, said in (("mine/first", "mine/first.R is there already"), ("mine/2nd", "'2nd' cannot name a case: ")):
        ran = run("new", refused)
        assert ran.exit_code == 2 and ran.stderr.startswith(f"rparity: {said}") and not ran.stdout


def test_the_program_and_its_commands() -> None:
    ran = subprocess.run([sys.executable, "-m", "translations.parity.cli"], capture_output=True, text=True)
    shown = click.unstyle(ran.stdout + ran.stderr)
    assert ran.returncode == 2 and "completion" not in shown and "Usage: " in shown
    assert "R's mixed-model chapter in Python, with the digits that it shares with R." in shown
    for command in ("check", "regenerate", "doctor", "new", "app", "figures", "guide", "simulate"):
        assert f"│ {command} " in shown
