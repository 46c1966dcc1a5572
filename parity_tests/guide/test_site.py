"""The built site: a page for everything, and nothing from the network."""

from __future__ import annotations

import re
from pathlib import Path

from translations.guide import chapter, links, names
from translations.guide.site import PAGES


def test_every_case_has_a_page_that_is_linked(site: Path) -> None:
    index = (site / "cases" / "index.html").read_text(encoding="utf-8")
    for place in names.places().values():
        assert (site / "cases" / f"{place.name}.html").is_file(), place.name
        assert f'href="{place.name}.html"' in index, place.name


def test_every_exported_name_has_a_page_that_is_linked(site: Path) -> None:
    index = (site / "functions" / "index.html").read_text(encoding="utf-8")
    for name in names.exported().values():
        page = site / "functions" / f"{name.page}.html"
        assert f"r.{name.python}" in page.read_text(encoding="utf-8")
        assert f'href="{name.page}.html"' in index, name.title


def test_every_written_page_is_there(site: Path) -> None:
    assert [] == [page.stem for page in PAGES.glob("*.md") if not (site / f"{page.stem}.html").is_file()]


def test_no_link_is_dead_and_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    assert links.check(site) == []
    for style in site.rglob("*.css"):
        foreign = re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", style.read_text(encoding="utf-8"))
        assert not foreign, style


def test_a_case_s_page_has_both_sides_and_the_table(site: Path) -> None:
    text = re.sub("<[^>]+>", "", (site / "cases" / "chapter5" / "profile_ci.html").read_text(encoding="utf-8"))
    assert text.count(".sig01         19.0979934  46.3366599") == 2  # R's and ours
    for wanted in ("confint(pp_mod)", "r.confint(pp_mod)", "fewest digits shared", "PROFILE", "statsmodels cannot"):
        assert wanted in text, wanted


def test_pages_do_not_repeat_an_error_of_a_cell(site: Path) -> None:
    for page in PAGES.glob("*.md"):
        if "raises-exception" not in page.read_text(encoding="utf-8"):
            assert "Traceback" not in (site / f"{page.stem}.html").read_text(encoding="utf-8"), page.name


def test_the_whole_of_it_is_small(site: Path) -> None:
    assert sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) < 40e6


def test_the_chapter_s_notebooks_are_there_and_python_s_was_run(site: Path) -> None:
    import nbformat

    page = (site / "chapter_whole.html").read_text(encoding="utf-8")
    cells = {}
    for language in chapter.KERNELS:
        (place,) = re.findall(rf'href="(_downloads/[^"]*chapter_{language}\.ipynb)"', page)
        read = nbformat.read(site / place, as_version=4)
        nbformat.validate(read)
        cells[language] = [one for one in read.cells if one.cell_type == "code"]
    steps = chapter.steps()
    assert len(steps) == len(cells["python"]) == len(cells["r"])
    for step, cell in zip(steps, cells["python"], strict=True):
        assert cell.outputs and not [one for one in cell.outputs if one.output_type == "error"], step.place.name
        if step.place.suite.name == "figures":
            assert "image/png" in cell.outputs[-1].data
