"""The plugin from within: what it collects, marks, keeps, compares and reports, in sessions of pytest of its own."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from translations.parity import session as live
from translations.parity.cases import directory_suite
from translations.parity.check import outcomes
from translations.parity.installed import NoLiveR
from translations.parity.plugin import CaseFile, ComparisonItem

from .made_up import ALONE, PLAIN, answered, store, translate

pytest_plugins = ["pytester"]


class MadeUpR:
    """A live R that answers 1 to everything."""

    resets = 0

    def script(self, script: Path, tight: bool = True) -> dict[str, Any]:
        return {"default": answered(x=1.0)}

    def version(self, package: str | None = None) -> str:
        return "4.2.2"

    def reset(self) -> None:
        MadeUpR.resets += 1

    def values(self, code: str) -> dict[str, float]:
        return {"x": 1.0}


def absent() -> None:
    raise NoLiveR("R is elsewhere")


@pytest.fixture
def mine(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A directory with two cases, the second of which falls short, and files of other kinds; a live R is here."""
    monkeypatch.setattr(live, "_started", lambda given: MadeUpR())
    live._version.cache_clear()
    monkeypatch.setattr(MadeUpR, "resets", 0)
    monkeypatch.delenv("RPARITY_REQUIRE_R", raising=False)
    (pytester.path / "mine").mkdir()
    suite = directory_suite(pytester.path / "mine")
    for name, value in (("a", 1.0), ("b", 1.5)):
        translate(suite, name, PLAIN, given="tolerance=9")
        store(suite, name, default=answered(x=value))
    (suite.code / "alone.py").write_text("raise SystemError('not collected: it has no script')\n")
    (suite.code / "note.txt").write_text("@case\n")
    (suite.code / "_helper.R").write_text("1\n")
    (pytester.path / "scripts").mkdir()                             # R beside Python, and nothing of ours
    for name in ("plain.py", "plain.R", "only.R", "only.json", "case.py"):
        (pytester.path / "scripts" / name).write_text("1\n")
    (pytester.path / "scripts" / "case.py").write_text("from pytest_cases import case\n@case\ndef case(): pass\n")
    return pytester


def session(pytester: pytest.Pytester, *options: str, where: str = "mine") -> Any:
    return pytester.runpytest_inprocess(*ALONE, "-v", "-ra", *options, where)


def test_each_comparison_is_a_test(mine: pytest.Pytester) -> None:
    ran = session(mine)
    ran.assert_outcomes(passed=1, failed=1, skipped=4)
    text = ran.stdout.str()
    assert "mine/b against R:\n  x: 1 where 1.5 is expected (0.5 digits of 9)\n" in text
    assert "live R was not asked for: --live-r" in text and "Traceback" not in text
    assert "ran against live R" not in text and "written to" not in text


def test_a_test_knows_its_place_and_stands_with_its_case_s(mine: pytest.Pytester) -> None:
    items, _ = mine.inline_genitems("mine", *ALONE)
    first = items[0]
    assert [item.name for item in items] == [f"{case}[{against}]" for case in "ab"
                                             for against in ("R", "live R", "live R = stored")]
    assert isinstance(first, ComparisonItem) and isinstance(first.parent, CaseFile)
    assert first.reportinfo() == (mine.path / "mine" / "a.py", 3, "a[R]")
    assert [item.get_closest_marker("live") is not None for item in items] == [False, True, True] * 2


def test_live_r_where_it_is_asked_for(mine: pytest.Pytester) -> None:
    ran = session(mine, "--live-r")
    ran.assert_outcomes(passed=4, failed=2)
    ran.stdout.fnmatch_lines(["4 tests ran against live R"])
    assert "  x: 1 where 1.5 is expected" in ran.stdout.str()
    ran = session(mine, "--require-r", "-m", "live")
    ran.assert_outcomes(passed=3, failed=1, deselected=2)
    ran.stdout.fnmatch_lines(["4 tests ran against live R"])


@pytest.mark.parametrize(("told", "options", "outcome"), [
    ("", ["--live-r"], "skipped"), ("", ["--require-r"], "failed"), ("1", [], "failed"), ("0", ["--live-r"], "skipped"),
    ("0", [], "unasked"), ("", [], "unasked"), ("yes", ["--live-r"], "failed")])
def test_where_r_is_absent(told: str, options: list[str], outcome: str, mine: pytest.Pytester,
                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_started", lambda given: absent())
    monkeypatch.setenv("RPARITY_REQUIRE_R", told)
    ran = session(mine, *options, "-m", "live", where="mine/a.py")
    ran.assert_outcomes(**{"skipped" if outcome == "unasked" else outcome: 2}, deselected=1)
    text = ran.stdout.str()
    assert ("R is elsewhere" in text) == (outcome != "unasked") and "Traceback" not in text
    assert ("0 tests ran against live R" in text) == (outcome != "unasked")


def test_the_fixtures_for_hand_written_tests(mine: pytest.Pytester) -> None:
    (mine.path / "test_it.py").write_text(
        "def test_equal(parity): parity.equal({'x': [1, 2 + 1e-12]}, {'x': [1, 2]}, 11)\n"
        "def test_short(parity): parity.equal({'x': [1, 2 + 1e-8]}, {'x': [1, 2]}, 11)\n"
        "def test_kind(parity):\n"
        "    from translations.parity import tolerances as tol\n"
        "    parity.equal({'x': 1 + 1e-5}, {'x': 1.0}, tol.OPTIMISER, 'library')\n"
        "def test_live(parity, live_r): parity.equal(live_r.values('1'), {'x': 1}, 15)\n"
        "def test_case(parity):\n"
        "    from pathlib import Path\n"
        "    from translations.parity.cases import directory_suite\n"
        "    suite = directory_suite(Path('mine').resolve())\n"
        "    parity.case(suite, suite.cases()[0], 'R')\n")
    ran = session(mine, "--parity-report=told.json", where="test_it.py")
    ran.assert_outcomes(passed=3, failed=1, skipped=1)
    assert "x[2]: 2.0000000099999999 where 2 is expected (8.3 digits of 11)" in ran.stdout.str()
    assert [one["case"] for one in json.loads((mine.path / "told.json").read_text())["outcomes"]] == ["a"]
    assert MadeUpR.resets == 0
    ran = session(mine, "--live-r", "-m", "live", where="test_it.py")
    ran.assert_outcomes(passed=1, deselected=4)
    ran.stdout.fnmatch_lines(["1 tests ran against live R"])
    assert MadeUpR.resets == 1


def test_the_cases_of_one_suite_are_kept_and_tests_that_are_no_case(mine: pytest.Pytester) -> None:
    other = directory_suite(mine.path / "other")
    other.code.mkdir()
    translate(other, "c", PLAIN, given="")
    store(other, "c", default=answered(x=1.0))
    (mine.path / "test_it.py").write_text(
        "import pytest\nfrom pathlib import Path\nfrom translations.parity.cases import directory_suite\n"
        "@pytest.mark.parametrize('suite', [directory_suite(Path(n).resolve()) for n in ('mine', 'other')])\n"
        "def test_suite(suite): pass\n"
        "@pytest.mark.parametrize(('suite', 'case', 'against'), [('a', [1], {2: 3})])\n"
        "def test_names(suite, case, against): pass\n"
        "@pytest.mark.parametrize('against', ['live R'])\n"
        "def test_against(against): pass\n")
    always = ["test_names[a-case0-against0]", "test_against[live R]"]
    kept = {None: "abc", "all": "abc", "other": "c", "./mine": "ab", "none": ""}
    for wanted, names in kept.items():
        ran = session(mine, "-q", "-q", "--collect-only", *([f"--suite={wanted}"] if wanted else []), where=".")
        found = [line.partition("::")[2] for line in ran.outlines if "::" in line]
        parameters = [f"test_suite[suite{i}]" for i, name in enumerate("ac") if name in names]
        assert found == [*(f"{name}[{against}]" for name in names for against in ("R", "live R", "live R = stored")),
                         *parameters, *always]
        dropped = 13 - len(found)
        assert (f"/13 tests collected ({dropped} deselected)" in ran.stdout.str()) == (dropped > 0)


def spoilt(gone: tuple[str, ...] = (), plain: tuple[str, ...] = ()) -> None:
    for name in gone:
        Path("mine", name).unlink()
    for name in plain:
        Path("mine", name).write_text(Path("mine", name).read_text().replace("@case", "# @case"))


@pytest.mark.parametrize(("gone", "plain", "file", "said"), [
    (("b.py",), (), "b.R", "no b.py is here: nothing translates b.R and b.json"),
    (("b.py", "b.json"), (), "b.R", "no b.py is here: nothing translates b.R"),
    (("b.py", "b.R"), (), "b.json", "no b.py is here: nothing translates b.json"),
    ((), ("b.py",), "b.py", "b.py declares no case: nothing translates b.R and b.json"),
    (("b.json",), ("b.py",), "b.py", "b.py declares no case: nothing translates b.R"),
    (("b.R",), ("b.py",), "b.py", "b.py declares no case: nothing translates b.json"),
    (("a.py", "b.py"), (), "b.R", "no b.py is here: nothing translates b.R and b.json"),
    (("b.R",), (), "b.py", "b.R is missing, of which b.json is the answer; git checkout has it"),
    (("b.R", "b.json"), (), "b.py", "b.json is missing; make it with: rparity regenerate --suite")])
def test_what_is_left_of_a_case_fails(gone: tuple[str, ...], plain: tuple[str, ...], file: str, said: str,
                                      mine: pytest.Pytester) -> None:
    spoilt(gone, plain)
    for where in ("mine", f"mine/{file}"):
        text = session(mine, "-m", "not live", where=where).stdout.str()
        assert f"mine/{file}::b[R] FAILED" in text and said in text
    found = [one for one in outcomes(directory_suite(mine.path / "mine")) if one.case == "b"]
    assert len(found) == 1 and not found[0].passed and said in found[0].error


@pytest.mark.parametrize("name", ["a.R", "_helper.R", "d.csv", "more/e.rds"])
def test_what_a_reference_was_made_from_may_not_change(name: str, mine: pytest.Pytester) -> None:
    place = mine.path / "mine"
    (place / "more").mkdir()
    (place / "a.R").write_text('source("_helper.R")\nd <- read.csv("d.csv")\nlist(x = readRDS("more/e.rds"))\n')
    for data in ("d.csv", "more/e.rds"):
        (place / data).write_text("x\n1\n")
    store(directory_suite(place), "a", default=answered(x=1.0))
    file = place / name
    told_after = {file.read_text().replace("\n", "\r\n"): "", file.read_text() + "#\n": "changed", None: "is gone"}
    for text, said in told_after.items():
        file.write_bytes(text.encode()) if text else file.unlink()
        ran = session(mine, "-m", "not live", where="mine/a.py")
        ran.assert_outcomes(**{"failed" if said else "passed": 1}, deselected=2)
        missing = f"{file} is missing"
        told = f"{file.name} {said} since a.json was made: rparity regenerate --suite {place} a"
        assert not said or (missing if text is None and name == "a.R" else told) in ran.stdout.str()
        assert [one.passed for one in outcomes(directory_suite(place)) if one.case == "a"] == [not said]


@pytest.mark.parametrize("suffix", ["json", "html"])
def test_the_table_is_written_where_it_is_told(suffix: str, mine: pytest.Pytester) -> None:
    target = f"deep/table.{suffix}"
    ran = session(mine, "--live-r", f"--parity-report={target}", "--junitxml=junit.xml")
    ran.stdout.fnmatch_lines([f"parity of 6 comparisons written to {target}"])
    text = (mine.path / target).read_text()
    kept = {one.get("name") for one in ElementTree.parse(mine.path / "junit.xml").iter("property")}
    assert kept == {"rparity live", "rparity outcome"}
    if suffix == "html":
        assert text.startswith("<!doctype html>") and "4 of 6 comparisons of 6 values in" in text
    else:
        told = json.loads(text)
        assert told["seconds"] > 0 and told["totals"]["live comparisons"] == 4
        assert [(one["case"], one["against"], one["passed"]) for one in told["outcomes"]] == [
            (case, against, case == "a" or against == "live R") for case in "ab"
            for against in ("R", "live R", "live R = stored")]


def test_what_a_translation_raises_is_shown_where_it_was_raised(mine: pytest.Pytester) -> None:
    (mine.path / "mine" / "b.py").write_text(PLAIN.format(name="b", given="").replace("1.0", "1 / 0"))
    ran = session(mine, "-k", "not live", "--parity-report=told.json", where="mine/b.py")
    ran.assert_outcomes(failed=1, deselected=2)
    assert 'return {"x": 1 / 0}' in ran.stdout.str() and "ZeroDivisionError" in ran.stdout.str()
    assert json.loads((mine.path / "told.json").read_text())["outcomes"] == []


def test_options_and_the_marker_are_listed(mine: pytest.Pytester) -> None:
    text = mine.runpytest_inprocess(*ALONE, "--help").stdout.str()
    assert "\nparity with R:\n" in text and all(option in text for option in (
        "  --live-r ", "  --require-r ", "  --rscript=COMMAND ", "  --release=NAME ", "  --suite=NAME ",
        "  --parity-report=FILE "))
    markers = mine.runpytest_inprocess(*ALONE, "--markers").outlines
    assert "@pytest.mark.live: compares with the R at hand" in markers


@pytest.mark.parametrize(("options", "closing"), [(["--live-r"], "1 skipped"), (["--require-r"], "1 error")])
def test_absent_r_is_a_skip_or_a_failure(options: list[str], closing: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(live_r):\n    assert live_r.eval('1') == '[1] 1'\n")
    ran = subprocess.run([sys.executable, "-m", "pytest", *ALONE, "-ra", *options, str(tmp_path)],
                         capture_output=True, text=True, env={"PATH": str(tmp_path)}, cwd=tmp_path)
    assert closing in ran.stdout and "R is not on the PATH" in ran.stdout
