"""Somebody else's directory with its references: pytest and `rparity check` on it, where no R is needed."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from translations.parity import reference
from translations.parity.cases import directory_suite
from translations.parity.check import R_DEFAULT, compare, comparisons
from translations.parity.reference import RAnswer, render
from translations.parity.sources import sources

from .made_up import ALONE, own_pytest, rparity

PY = '''\
"""Three quarters."""
from translations.parity import case


@case(tolerance=12)
def {name}():
    print("[1] 0.75")
    return {{"q": {value}, "n": [1, 2]}}
'''
MARK_R = 'print(0.75)\nlist(q = 0.75, n = 1:2)\n'


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Two cases, one wrong in the tenth digit, one script that nobody translated, and a test that is no case."""
    place = tmp_path / "mine"
    place.mkdir()
    for name, value in (("good", "0.75"), ("bad", "0.7500000001")):
        (place / f"{name}.R").write_text(MARK_R)
        (place / f"{name}.py").write_text(PY.format(name=name, value=value))
        fits = {"default": RAnswer({"q": 0.75, "n[1]": 1, "n[2]": 2}, ("[1] 0.75",), ())}
        made_from = {"R": "4.2.2", "sources": sources(place / f"{name}.R")}
        (place / f"{name}.json").write_text(render(fits, (), made_from))
    (place / "test_other.py").write_text("def test_other(): pass\n")
    (place / "good_helper.py").write_text("raise RuntimeError('no script beside it: not collected')\n")
    return place


def fresh(module: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=cwd, capture_output=True, text=True)


def test_each_comparison_is_a_test_and_a_failure_says_what_and_why(suite: Path) -> None:
    # Not ALONE: once with every plugin that is installed.
    ran = fresh("pytest", "-v", "-ra", "-p", "no:cacheprovider", "--parity-report=table.json", ".", cwd=suite)
    assert ran.returncode == 1 and "1 failed, 4 passed, 6 skipped" in ran.stdout, ran.stdout
    for name in ("good.py::good[R] PASSED", "good.py::good[R's text] PASSED", "bad.py::bad[R] FAILED",
                 "bad.py::bad[R's text] PASSED", "test_other.py::test_other PASSED",
                 "good.py::good[live R] SKIPPED", "good.py::good[live R = stored] SKIPPED"):
        assert name in ran.stdout
    assert ("mine/bad against R:\n  q: 0.75000000010000001 where 0.75 is expected (9.9 digits of 12)\n"
            "  likely cause: q alone differs, the other 2 values agree") in ran.stdout
    assert "Traceback" not in ran.stdout and "check.py" not in ran.stdout
    assert "live R was not asked for: --live-r" in ran.stdout and "ran against live R" not in ran.stdout
    assert "parity of 4 comparisons written to table.json" in ran.stdout
    table = json.loads((suite / "table.json").read_text())
    assert {(one["case"], one["against"]): one["passed"] for one in table["outcomes"]} == {
        ("good", "R"): True, ("good", "R's text"): True, ("bad", "R"): False, ("bad", "R's text"): True}
    assert table["totals"]["comparisons"] == 4 and table["totals"]["cases passed"] == 1


def test_the_workers_reports_arrive_and_suites_are_kept_apart(suite: Path) -> None:
    ran = own_pytest("-q", "-n1", "--dist=worksteal", *ALONE, "--suite=mine", "-m", "not live",
                     "--parity-report=table.html", ".", cwd=suite)
    assert "1 failed, 4 passed" in ran.stdout and "parity of 4 comparisons written to table.html" in ran.stdout
    assert "<html" in (suite / "table.html").read_text() and "mine/bad" in (suite / "table.html").read_text()
    other = own_pytest("-q", *ALONE, "--suite=another", ".", cwd=suite)
    assert other.returncode == 0 and "1 passed, 10 deselected" in other.stdout


def test_a_translation_that_raises_shows_where(suite: Path) -> None:
    (suite / "bad.py").write_text(PY.format(name="bad", value="1 / 0"))
    ran = own_pytest("-q", *ALONE, "-m", "not live", "bad.py", cwd=suite)
    assert "2 failed" in ran.stdout and "ZeroDivisionError" in ran.stdout and 'return {"q": 1 / 0' in ran.stdout


def test_check_says_the_same_and_exits_with_1(suite: Path) -> None:
    (suite / "lonely.R").write_text("list(x = 1)\n")
    ran = rparity("check", "--suite", ".", "--json", "table.json", cwd=suite)
    lines = ran.stdout.splitlines()
    assert ran.returncode == 1 and not ran.stderr
    assert [line.split() for line in lines[1:4]] == [
        ["mine/bad", "3", "all", "1", "9.9!", "FAIL"], ["mine/good", "3", "all", "1", "16.0", "pass"],
        ["mine/lonely", "0", "-", "error!", "FAIL"]], ran.stdout
    assert "no lonely.py is here: nothing translates lonely.R" in ran.stdout and "1 of 3 cases" in lines[-1]
    assert json.loads((suite / "table.json").read_text())["totals"]["cases"] == 3
    for path in (suite / "lonely.R", suite / "bad.py", suite / "bad.R", suite / "bad.json"):
        path.unlink()
    ran = rparity("check", "--suite", ".", cwd=suite)
    assert ran.returncode == 0 and "1 of 1 cases, 2 of 2 comparisons" in ran.stdout


def test_a_directory_without_cases_is_said_to_be_one(tmp_path: Path) -> None:
    ran = rparity("check", "--suite", str(tmp_path), cwd=tmp_path)
    assert ran.returncode == 2 and "rparity: no case in suite" in ran.stderr and not ran.stdout


def test_a_file_whose_case_bears_another_name_is_refused(suite: Path) -> None:
    (suite / "bad.py").write_text(PY.format(name="worse", value="1"))
    with pytest.raises(ValueError, match="bad.py: the case must be a function named bad"):
        directory_suite(suite).cases()


def test_a_directory_is_a_suite(suite: Path) -> None:
    mine = directory_suite(suite)
    assert (mine.name, mine.built_in, mine.handle, mine.lacks) == ("mine", False, str(suite), "")
    assert [case.name for case in mine.cases()] == ["bad", "good"] and mine.incomplete() == {}
    good = mine.cases()[1]
    assert comparisons(mine, good) == ["R", "R's text"]
    assert comparisons(mine, good, live=True) == ["R", "R's text", "live R", "live R's text", "live R = stored"]
    found = compare(mine, good, R_DEFAULT)
    assert (found.values, found.passed, found.short, found.cause) == (3, True, (), "")
    (suite / "good.json").unlink()
    with pytest.raises(reference.MissingReference, match="good.json.*rparity regenerate"):
        compare(mine, good, R_DEFAULT)


def test_a_file_that_cannot_be_imported_is_a_row_and_the_others_go_on(suite: Path) -> None:
    (suite / "bad.py").write_text(PY.format(name="bad", value="1") + "raise RuntimeError('half written')\n")
    ran = fresh("translations.parity.cli", "check", "--suite", ".", cwd=suite)
    assert ran.returncode == 1 and not ran.stderr
    assert "mine/good       3     all 1    16.0  pass\n" in ran.stdout
    assert "`raise RuntimeError('half written')`: RuntimeError: half written\n" in ran.stdout


def test_json_and_page_go_where_they_are_told(suite: Path) -> None:
    told = rparity("check", "--suite", ".", "--json", "-", "--html", "page.html", cwd=suite)
    assert told.returncode == 1 and json.loads(told.stdout)["totals"]["cases passed"] == 1
    assert "mine/bad" in (suite / "page.html").read_text() and not (suite / "-").exists()
    plain = rparity("check", "--suite", ".", "--json", "table.json", cwd=suite)
    assert json.loads((suite / "table.json").read_text())["outcomes"] == json.loads(told.stdout)["outcomes"]
    assert "mine/bad against R:" in plain.stdout and "{" not in plain.stdout
