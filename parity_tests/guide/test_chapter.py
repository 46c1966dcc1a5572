"""The chapter in one piece: both notebooks have the same cells and print what R printed, and the page is the pages."""

from __future__ import annotations

import contextlib
import io
import subprocess
from pathlib import Path
from typing import Any

import pytest

from translations.guide import chapter, names
from translations.guide.site import PAGES
from translations.parity import text


@pytest.fixture(scope="module")
def steps() -> list[chapter.Step]:
    return chapter.steps()


def code_of(language: str) -> list[Any]:
    return [cell for cell in chapter.notebook(language).cells if cell.cell_type == "code"]


def test_every_computation_of_the_chapter_is_in_both(steps: list[chapter.Step]) -> None:
    here = [one.place.name for one in steps]
    of_the_chapter = [place.name for place in names.places().values() if place.suite.name == "chapter5"]
    assert not set(of_the_chapter) - set(here) and {f"figures/figure_5_{one}" for one in range(1, 8)} <= set(here)
    assert len(code_of("python")) == len(code_of("r")) == len(here)
    assert [one.case.section.split(".") for one in steps] == sorted(one.case.section.split(".") for one in steps)


def test_python_s_cells_run_one_after_another_and_print_what_r_printed(steps: list[chapter.Step]) -> None:
    names: dict[str, Any] = {"__name__": "notebook"}
    for step, cell in zip(steps, code_of("python"), strict=True):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(compile(cell.source, step.place.name, "exec"), names)
        assert "sleep2()" not in cell.source
        if step.case.prints:
            expected = step.printed.removeprefix("Computing profile confidence intervals ...\n")  # R's message
            assert text.as_chapter(said.getvalue()) == text.as_chapter(expected), step.place.name


@pytest.mark.usefixtures("live_r")
def test_r_s_cells_run_one_after_another_in_one_session(steps: list[chapter.Step], tmp_path: Path) -> None:
    cells = code_of("r")
    script = "\n".join(f'cat("\\n@@ {at}\\n")\n{cell.source}' for at, cell in enumerate(cells))
    (tmp_path / "chapter.R").write_text(f"options(width = 80)\n{script}\n", encoding="utf-8")
    done = subprocess.run(["Rscript", "chapter.R"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    printed = done.stdout.split("\n@@ ")[1:]
    assert len(printed) == len(steps)
    for step, said in zip(steps, printed, strict=True):
        if step.case.prints and step.place.suite.name == "chapter5" and "Computing" not in step.printed:
            assert said.partition("\n")[2].strip() == step.printed.strip(), step.place.name


def test_statements_that_change_something_are_said_again() -> None:
    seen: dict[str, str] = {}
    assert chapter.fresh_python("import math\nx = 1\nx_y = x\n", seen) == "import math\n\nx = 1\nx_y = x"
    assert chapter.fresh_python("import math\nx = 1\nprint(x)\n", seen) == "print(x)"
    assert chapter.fresh_python("x = 2", seen) == "x = 2"
    assert chapter.fresh_python("x = 1\nx['a'] = 3", seen) == "x = 1\nx['a'] = 3"
    assert chapter.fresh_python("x = 1\nx['a'] = 3\n# why\ny = x", seen) == "# why\ny = x"
    assert chapter.fresh_r("library(lme4)\nm <- 1\nprint(m)", r := {}) == "library(lme4)\nm <- 1\nprint(m)"
    assert chapter.fresh_r("library(lme4)\nm <- 1\nprint(m)", r) == "print(m)"


def test_the_one_page_has_every_heading_of_the_pages_a_level_down() -> None:
    whole = chapter.one_page(PAGES).splitlines()
    for name in chapter.PARTS:
        page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
        assert f"#{page.splitlines()[0]}" in whole
    assert sum(line.startswith("# ") for line in whole) == 1
    assert sum(line == "import translations as r" for line in whole) == 1
