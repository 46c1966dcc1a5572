"""Code as a page shows it: the harness gone, helpers and prologue in front, and it prints what the case prints."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import translations
from translations.guide import content, names, python_source, r_source
from translations.guide.names import Place
from translations.parity.cases import Case, Suite, suite
from translations.parity.live import R
from translations.parity.plugin import start_r
from translations.parity.reference import load

CHAPTER = suite("chapter5")
PRINTING = [case for case in CHAPTER.cases() if case.prints]

MODULE = '''"""A case."""
import math

import numpy as np

import translations as r
from translations.cases.chapter5._shared import quartiles
from translations.parity import case
from translations.parity import tolerances as tol

HALF = 0.5
UNUSED = 2


def twice(x):
    """Twice."""
    return 2 * x


@case(tolerance=tol.EXACT)
def mine(control=None):
    # why
    m = r.lmer("y ~ 1 + (1 | g)", data(), control=control)
    print(twice(HALF))
    extra = np.zeros(3)
    return {"extra": extra}


@mine.by("numpy")
def with_numpy():
    from math import tau

    return {"q": quartiles([1, 2, tau])}


def data():
    return {"y": [1, 2], "g": ["a", "b"]}
'''


@pytest.fixture
def mine(tmp_path: Path) -> Case:
    (tmp_path / "mine.py").write_text(MODULE, encoding="utf-8")
    own = Suite("mine", tmp_path, tmp_path, tmp_path)
    return own.load(tmp_path / "mine.py")


def test_a_case_that_prints_ends_with_what_it_prints(mine: Case) -> None:
    assert python_source.case_script(mine) == (
        'import translations as r\n\nHALF = 0.5\n\ndef data():\n    return {"y": [1, 2], "g": ["a", "b"]}\n\n'
        'def twice(x):\n    """Twice."""\n    return 2 * x\n\n'
        '# why\nm = r.lmer("y ~ 1 + (1 | g)", data())\nprint(twice(HALF))\n'
    )


@pytest.mark.parametrize("place", [*names.places().values()][::12], ids=lambda place: place.name)
def test_a_page_s_code_answers_what_its_case_answers(place: Place) -> None:
    case = place.suite.load(place.file)
    page = content._ours(place, case)
    own = case.run("newton" if case.text_at == "tight" else "nloptwrap")
    assert repr(page.values) == repr(own.values)  # NaN is not equal to itself
    assert own.printed.startswith(page.printed) if case.prints else page.printed == own.printed  # messages, if anything


def test_an_answer_that_is_given_within_a_with_is_computed_by_the_case(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("""\
import contextlib

from translations.parity import case


@case()
def mine():
    with contextlib.nullcontext(3) as n:
        print(n)
        return {"n": n}
""", encoding="utf-8")
    assert python_source.case_scripts(Suite("mine", tmp_path, tmp_path, tmp_path).load(tmp_path / "mine.py"))[1] is None


def test_behind_a_script_its_answer_is_put_together(mine: Case) -> None:
    code, rest = python_source.case_scripts(mine)
    assert rest is not None and "result = " in rest and "result" not in code


def test_the_chapter_s_data_are_made_by_pandas() -> None:
    space: dict[str, Any] = {"r": translations}
    exec(python_source.SLEEP2, space)
    pd.testing.assert_frame_equal(space["sleep2"], translations.sleep2())
    for name in ("chapter5/varcorr_matrix", "chapter5/asked_lines", "chapter5/no_pooling_summary"):
        case = names.places()[name].suite.load(names.places()[name].file)
        scripts = [python_source.case_script(case), *map(python_source.library_script,
                                                         (one.function for one in case.libraries))]
        assert not [code for code in scripts if "r.sleep2()" in code]
        assert python_source.SLEEP2 in scripts[0]


def test_another_package_s_translation_brings_its_helpers(mine: Case) -> None:
    code = python_source.library_script(mine.libraries[0].function)
    assert "from math import tau\n" in code
    assert "def quartiles(" in code and "import numpy as np" in code and "UNUSED" not in code
    space: dict[str, object] = {}
    exec(code, space)
    assert list(space["result"]) == ["q"]


def test_names_that_a_case_uses_are_those_it_calls_and_its_helpers_call() -> None:
    place = names.places()["chapter5/syntax_slopes"]
    assert "lmer" in python_source.direct_uses(place.file)
    assert "getME" in python_source.uses(place.file) - python_source.direct_uses(place.file)


def test_top_level_expressions_of_r() -> None:
    text = "# a\nx <- c(1,\n  2) # )\ny <- x %>%\n  f('(')\n\nif (x) {\n  g()\n}\nlist(a = x)\n"
    assert r_source.expressions(text) == [
        "# a\nx <- c(1,\n  2) # )", "y <- x %>%\n  f('(')", "\nif (x) {\n  g()\n}", "list(a = x)",
    ]
    with pytest.raises(ValueError, match="brackets do not match"):
        r_source.expressions("f(\n")


def test_a_script_of_r_stands_by_itself() -> None:
    code = r_source.script(CHAPTER.references / "profile_ci.R", keep_answer=False)
    assert "source(" not in code and "read_fixture" not in code and "list(" not in code
    assert code.startswith("library(lme4)\n") and "sleepstudy <- lme4::sleepstudy\n" in code
    assert code.endswith("ci <- confint(pp_mod)\nprint(ci)\n")


def test_a_figure_s_scripts_end_with_the_plot() -> None:
    place = names.places()["figures/figure_5_4"]
    case = place.suite.load(place.file)
    shown = python_source.case_script(case), r_source.script(place.r_file, keep_answer=True)
    assert not [code for code in shown if "built" in code]
    assert shown[0].endswith("figure = plot()\n") and "geom_abline(" in shown[1]


def test_calls_are_calls(tmp_path: Path) -> None:
    (tmp_path / "a.R").write_text("x <- glm(t.test(x)); my.lm(2); lm <- 3", encoding="utf-8")
    assert r_source.called(tmp_path / "a.R") == {"glm", "t.test", "my.lm"}
    assert not r_source.called(tmp_path / "b.R")


# What packages say when they are attached is no part of an answer; what functions say is.
RUN = """
options(width = 80)
for (script in commandArgs(TRUE)) {
  file <- file(sub("R$", "out", script), "w")
  sink(file)
  withCallingHandlers(source(script, local = new.env(), echo = FALSE, print.eval = TRUE),
                      packageStartupMessage = function(m) invokeRestart("muffleMessage"),
                      message = function(m) { cat(conditionMessage(m)); invokeRestart("muffleMessage") })
  sink()
  close(file)
}
"""


@pytest.fixture(scope="module")
def printed_by_r(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """Every shown script of the chapter run by one R: a directory of what each printed."""
    start_r(pytestconfig)
    place = tmp_path_factory.mktemp("shown")
    for case in PRINTING:
        script = r_source.script(CHAPTER.references / f"{case.name}.R", keep_answer=False)
        (place / f"{case.name}.R").write_text(script, encoding="utf-8")
    (place / "run").write_text(RUN, encoding="utf-8")
    subprocess.run(["Rscript", "--vanilla", place / "run", *sorted(place.glob("*.R"))], check=True, cwd=place)
    return place


@pytest.mark.parametrize("name", [case.name for case in PRINTING])
def test_live_r_prints_from_the_shown_script_what_is_stored(name: str, live_r: R, printed_by_r: Path) -> None:
    printed = (printed_by_r / f"{name}.out").read_text(encoding="utf-8")
    assert printed.splitlines() == list(load(CHAPTER, name).fits["default"].printed)


def test_every_case_s_code_stands_alone() -> None:
    """It compiles without the function around it, and imports nothing by a place that a reader has not."""
    wrong = []
    for place in names.places().values():
        if place.suite.lacks:
            continue
        code = python_source.case_script(place.suite.load(place.file))
        try:
            tree = ast.parse(code)
            compile(tree, place.name, "exec")
        except SyntaxError as error:
            wrong.append(f"{place.name}: {error}")
            continue
        used = [one for one in ast.walk(tree) if isinstance(one, ast.Name)]
        its_own = {one.id for one in used if isinstance(one.ctx, ast.Store)}
        its_own |= {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}
        unbound = {one.id for one in used} & {"control", "optimizer"} - its_own
        wrong += [f"{place.name}: {name} is the harness's" for name in unbound]
        imported = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
        wrong += [f"{place.name}: imports from {one.module}" for one in imported
                  if one.level or ".cases." in f".{one.module}."]
    assert not wrong
