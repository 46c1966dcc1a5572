"""The guide as a static site: pages from cases, names and `pages/`, built by Sphinx, then checked link by link."""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import multiprocessing
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any
from unittest import mock

from translations import __version__
from translations.parallel.workers import end_with

from . import cells, chapter, links, names, render
from .content import CasePage, keep, make, name_page
from .names import Place
from .sphinx_extension import COLOURS

HERE = Path(__file__).parent
PAGES = HERE / "pages"
COLLECTED = (200_000, 20, 50)  # how often Python looks for garbage: what is made here stays until it is written
CELLS = "cells"  # the folder, beside Sphinx's own, of what cells showed
FRONT_MATTER = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n"
_UNRUN = re.compile(r"^[ \t]*(?:`{3,}|:{3,})\s*\{?(?:code-block\}\s*)?(?:python|py|r|R|pycon)\s*$", re.MULTILINE)
_PART = re.compile(r"\s*(\w+ \w+)\.\.\. \[ *(\d+)%\]")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class BrokenGuide(ValueError):
    """The site could not be built whole; the message lists every problem."""


def build(out: Path, live: bool = False, pages: Path = PAGES, say: Callable[[str], None] = lambda _: None) -> Path:
    """Build the site into the directory `out`, and return its index.html. What was there before gives way at the end.

    live: compare with the R of this machine too. pages: the written pages. say: is told what is being done.
    Raises BrokenGuide listing what failed: a case's code, a code cell, a link, a page that is not there;
    FileExistsError when `out` holds something else than a site of ours.
    """
    if out.exists() and any(out.iterdir()) and not (out / "searchindex.js").is_file():
        raise FileExistsError(f"{out} is not empty, and no site of ours")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".guide-", dir=out.parent.resolve()) as place, _few_collections():
        source, built = Path(place) / "source", Path(place) / "html"
        write_sources(source, live, pages, say, Path(place) / "doctrees" / CELLS)
        say("building the pages")
        run_sphinx(source, built, Path(place) / "doctrees", render.substitutions(), say)
        for file in built.rglob("*.map"):  # for whoever mends the theme's style sheets
            file.unlink()
        say("checking links")
        _stop_at(links.check(built))
        if out.exists():
            out.rename(Path(place) / "before")
        built.rename(out)
    return out / "index.html"


def write_sources(source: Path, live: bool, pages: Path, say: Callable[[str], None], shown: Path) -> None:
    """Write all pages as Markdown, draw the figures, and leave in `shown` what the pages' cells showed.

    Raises BrokenGuide.
    """
    source.mkdir(parents=True)
    problems = [_copy(file, source / file.name) for file in sorted(pages.glob("*.md"))]
    problems += [] if (pages / "index.md").is_file() else [f"{pages / 'index.md'} is missing"]
    try:
        names.exported()
    except ValueError as error:
        problems.append(str(error))
    _stop_at(problems)
    whole = all((pages / f"{name}.md").is_file() for name in chapter.PARTS)
    if whole:
        _write(source / "chapter_whole.md", FRONT_MATTER + chapter.one_page(pages))
    made, figures = _run_everything(source, live, whole, say, shown)
    keep(made)
    for page in made:
        figure = page.place.file.stem if page.place.file.stem in figures else ""
        _write(source / "cases" / f"{page.place.name}.md", render.case(page, figure))
    _write(source / "cases" / "index.md", render.cases(made))
    say(f"writing {len(names.lookup_table())} functions' pages")
    for name in names.lookup_table():
        _write(source / "functions" / f"{name.page}.md", render.function(name_page(name)))
    _write(source / "functions" / "index.md", render.functions())
    write_words(source)


def _run_everything(
    source: Path, live: bool, whole: bool, say: Callable[[str], None], shown: Path,
) -> tuple[list[CasePage], set[str]]:
    """Run all cases and the pages' cells, draw all figures and, of the `whole` chapter, write the notebooks: a process
    a core.

    Returns the pages of the cases, and the names of the figures. Raises BrokenGuide with what each that fails says.
    """
    from translations.figures import FIGURES, save

    places, found = list(names.places().values()), dict[Place | Path, Any]()
    run = [page for page in sorted(source.glob("*.md")) if "{code-cell}" in page.read_text(encoding="utf-8")]
    if forked := cells.can_fork():
        cells.warm()
        gc.freeze()  # what a process collects it would touch, so copy
    context = multiprocessing.get_context("fork" if forked else "spawn")
    with ProcessPoolExecutor(_processes(), context, _begin, (os.getpid(),)) as pool:
        tasks: dict[Future[Any], Place | Path | None] = {  # the longest first: at the end no core waits for another
            pool.submit(chapter.write_notebook, name, source / "notebooks" / f"chapter_{name}.ipynb"): None
            for name in chapter.KERNELS if whole}
        tasks |= {pool.submit(cells.run_page, page): page for page in run if forked}
        tasks |= {pool.submit(save, [name], source / "figures", ["svg"]): None for name in FIGURES}
        tasks |= {pool.submit(_made, place, live): place for place in places}
        say(f"running {len(places)} cases and the code of {len(run)} pages, drawing {len(FIGURES)} figures, "
            f"{_processes()} at a time")
        for task in _told(tasks, say):
            made = task.result()
            if of := tasks[task]:
                found[of] = made
    _stop_at(one for one in found.values() if isinstance(one, str))
    cells.keep([(page, found[page]) for page in run if page in found], shown)
    return [found[place] for place in places], set(FIGURES)


def _told(tasks: dict[Future[Any], Place | Path | None], say: Callable[[str], None]) -> Iterator[Future[Any]]:
    """The tasks as they are done, with a word on how far it is: a page or a figure takes as long as five cases."""
    work = {task: 1 if isinstance(of, Place) else 5 for task, of in tasks.items()}
    start, done, told = time.perf_counter(), 0, 0
    for task in as_completed(tasks):
        yield task
        done += work[task]
        share = done / sum(work.values())
        if (tenth := int(10 * share)) > told:
            told = tenth
            say(f"{share:.0%}, some {(time.perf_counter() - start) * (1 / share - 1):.0f} s left")


def _begin(parent: int) -> None:
    """In each process, first of all."""
    atexit._clear()  # what the parent leaves to its end, such as the removal of its folders, is not a worker's to do
    end_with(parent)
    gc.set_threshold(*COLLECTED)


def _processes() -> int:
    from joblib import cpu_count

    return int(cpu_count())


def _made(place: Place, live: bool) -> CasePage | str:
    """A case's page, or what its translation raised."""
    try:
        return make(place, live)
    except Exception as error:  # any translation's own error: the list of all of them is the message
        return f"{place.name}: {type(error).__name__}: {error}"


def write_words(source: Path) -> None:
    """Write the pages of R's names and words, and what the search asks of them."""
    for topic in render.topics():
        _write(source / "words" / f"{render.page_of(topic)}.md", render.words(topic))
    _write(source / "words" / "index.md", render.words_index())
    _write(source / "made" / "words_data.js", render.words_data())


class _Progress(io.StringIO):
    """What Sphinx says of its progress, passed on at every quarter."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self.say, self.told = say, ""

    def write(self, text: str, /) -> int:
        found = _PART.match(_COLOUR.sub("", text))
        if found and (told := f"{found[1]}: {int(found[2]) // 25 * 25} %") != self.told:
            self.told = told
            self.say(told)
        return len(text)


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Python looks for garbage less often: a page is tens of thousands of nodes, which all stay until it is written."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*COLLECTED)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def run_sphinx(source: Path, out: Path, doctrees: Path, substitutions: Mapping[str, Any],
               say: Callable[[str], None] = lambda _: None) -> None:
    """Build the HTML. Raises BrokenGuide with Sphinx's warnings, of which there must be none."""
    from sphinx.application import Sphinx

    warnings = io.StringIO()
    written = [file.stem for file in source.glob("*.md") if file.stem != "index"]
    configuration = settings(written) | {"myst_substitutions": dict(substitutions),
                                         "nb_execution_cache_path": str(doctrees / CELLS)}
    _write(doctrees / "ipython/profile_default/ipython_kernel_config.py", "c.IPKernelApp.log_level = 'ERROR'\n")
    with mock.patch.dict(os.environ, IPYTHONDIR=str(doctrees / "ipython")):  # the user's own settings don't count
        app = Sphinx(source, None, out, doctrees, "html", confoverrides=configuration, status=_Progress(say),
                     warning=warnings, parallel=_processes())
        with _few_collections():
            app.build(force_all=True)
    said = _COLOUR.sub("", warnings.getvalue()).replace(f"{source}/", "").strip()
    if said or app.statuscode:
        raise BrokenGuide(said or "Sphinx failed")


def settings(written: list[str]) -> dict[str, Any]:
    """Sphinx's configuration; `written`: the pages beside which their headings stand."""
    return {
        "project": "rparity",
        "author": "the rparity authors",
        "version": __version__,
        "release": __version__,
        "extensions": ["myst_nb", "sphinx_design", "translations.guide.sphinx_extension"],
        "exclude_patterns": ["notebooks"],
        "nitpicky": True,
        "suppress_warnings": ["misc.highlighting_failure"],  # of cells that hold another language by a magic
        "smartquotes": False,  # quotes in these pages are code's
        "myst_enable_extensions": ["colon_fence", "deflist", "dollarmath", "fieldlist", "attrs_inline", "attrs_block",
                                   "substitution", "tasklist"],
        "myst_heading_anchors": 3,
        "nb_execution_mode": "cache",  # what `cells` left there; a page that it did not run is run
        "nb_execution_raise_on_error": False,
        "nb_execution_in_temp": True,
        "nb_execution_timeout": 120,
        "nb_execution_show_tb": True,
        "nb_merge_streams": True,
        "nb_ipywidgets_js": {},
        "html_context": {"default_mode": "auto"},
        "html_theme": "pydata_sphinx_theme",
        "html_title": "rparity",
        "html_math_renderer": "mathml",
        "html_static_path": [str(HERE / "static"), "made"],
        "html_css_files": ["guide.css"],
        "html_copy_source": False,
        "html_use_index": False,
        "html_show_sourcelink": False,
        "html_show_search_summary": False,  # summaries are fetched, which a browser refuses to pages opened from disk
        "html_sidebars": {"**": []},
        "html_theme_options": {
            "navigation_with_keys": False,
            "secondary_sidebar_items": dict.fromkeys(written, ["page-toc"]),
            "navbar_align": "left",
            "header_links_before_dropdown": 9,
            "footer_start": ["copyright"],
            "footer_end": [],
            "show_prev_next": False,
            "pygments_light_style": COLOURS[0],
            "pygments_dark_style": COLOURS[1],
        },
    }


def _copy(page: Path, to: Path) -> str:
    """Copy a written page, its code cells made runnable; what is wrong with it, or "".

    Code that this Python cannot run, R's or of packages that are not here, stands under a comment that names what runs
    it: `% run by parity_tests/guide/pages/test_python_tools.py`.
    """
    text = page.read_text(encoding="utf-8")
    for found in _UNRUN.finditer(text):
        before = text[: found.start()].splitlines()
        runner = before[-1].removeprefix("% run by ") if before and before[-1].startswith("% run by ") else ""
        if not (runner and (HERE.parents[1] / runner).is_file()):
            return f"{page.name}:{len(before) + 1}: code that would not be run; use {{code-cell}} or {{case-view}}"
    _write(to, (FRONT_MATTER if "{code-cell}" in text else "") + text)
    return ""


def _stop_at(problems: Iterable[str]) -> None:
    """Raises BrokenGuide when there is a problem."""
    if found := "\n".join(filter(None, problems)):
        raise BrokenGuide(found)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
