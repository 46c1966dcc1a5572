"""The guide as a static site: pages from cases, names and `pages/`, built by Sphinx, then checked link by link."""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from translations import __version__
from translations.guide import links, names, render
from translations.guide.content import case_page, name_page

HERE = Path(__file__).parent
PAGES = HERE / "pages"
STEP = 25  # cases, from one word on how far it is to the next
FRONT_MATTER = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n"
_UNRUN = re.compile(r"^[ \t]*(?:`{3,}|:{3,})\s*\{?(?:code-block\}\s*)?(?:python|py|r|R|pycon)\s*$", re.MULTILINE)
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
    with tempfile.TemporaryDirectory(prefix=".guide-", dir=out.parent.resolve()) as place:
        source, built = Path(place) / "source", Path(place) / "html"
        write_sources(source, live, pages, say)
        say("building the pages, and running their code")
        run_sphinx(source, built, Path(place) / "doctrees", render.substitutions())
        say("checking links")
        _stop_at(links.check(built))
        if out.exists():
            out.rename(Path(place) / "before")
        built.rename(out)
    return out / "index.html"


def write_sources(source: Path, live: bool, pages: Path, say: Callable[[str], None]) -> None:
    """Write all pages as Markdown, and draw the figures. Raises BrokenGuide."""
    source.mkdir(parents=True)
    problems = [_copy(file, source / file.name) for file in sorted(pages.glob("*.md"))]
    problems += [] if (pages / "index.md").is_file() else [f"{pages / 'index.md'} is missing"]
    try:
        names.exported()
    except ValueError as error:
        problems.append(str(error))
    _stop_at(problems)
    made, every = [], list(names.places().values())
    for done, place in enumerate(every):
        if done % STEP == 0:
            say(f"running the cases: {done} of {len(every)}")
        try:
            made.append(case_page(place, live))
        except Exception as error:  # any translation's own error: the list of all of them is the message
            problems.append(f"{place.name}: {type(error).__name__}: {error}")
    _stop_at(problems)
    say("drawing the figures")
    figures = _draw(source / "figures")
    for page in made:
        figure = page.place.file.stem if page.place.file.stem in figures else ""
        _write(source / "cases" / f"{page.place.name}.md", render.case(page, figure))
    _write(source / "cases" / "index.md", render.cases(made))
    say(f"writing {len(names.lookup_table())} functions' pages")
    for name in names.lookup_table():
        _write(source / "functions" / f"{name.page}.md", render.function(name_page(name)))
    _write(source / "functions" / "index.md", render.functions())
    write_words(source)


def write_words(source: Path) -> None:
    """Write the pages of R's names and words, and what the search asks of them."""
    for topic in render.topics():
        _write(source / "words" / f"{render.page_of(topic)}.md", render.words(topic))
    _write(source / "words" / "index.md", render.words_index())
    _write(source / "made" / "words_data.js", render.words_data())


def run_sphinx(source: Path, out: Path, doctrees: Path, substitutions: Mapping[str, Any]) -> None:
    """Build the HTML. Raises BrokenGuide with Sphinx's warnings, of which there must be none."""
    from sphinx.application import Sphinx

    warnings = io.StringIO()
    written = [file.stem for file in source.glob("*.md") if file.stem != "index"]
    configuration = settings(written) | {"myst_substitutions": dict(substitutions)}
    _write(doctrees / "ipython/profile_default/ipython_kernel_config.py", "c.IPKernelApp.log_level = 'ERROR'\n")
    with mock.patch.dict(os.environ, IPYTHONDIR=str(doctrees / "ipython")):  # the user's own settings don't count
        app = Sphinx(source, None, out, doctrees, "html", confoverrides=configuration, status=None, warning=warnings)
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
        "nitpicky": True,
        "suppress_warnings": ["misc.highlighting_failure"],  # of cells that hold another language by a magic
        "smartquotes": False,  # quotes in these pages are code's
        "myst_enable_extensions": ["colon_fence", "deflist", "dollarmath", "fieldlist", "attrs_inline", "attrs_block",
                                   "substitution", "tasklist"],
        "myst_heading_anchors": 3,
        "nb_execution_mode": "force",
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
            "pygments_light_style": "a11y-high-contrast-light",
            "pygments_dark_style": "a11y-high-contrast-dark",
        },
    }


def _copy(page: Path, to: Path) -> str:
    """Copy a written page, its code cells made runnable; what is wrong with it, or ""."""
    text = page.read_text(encoding="utf-8")
    if found := _UNRUN.search(text):
        line = text[: found.start()].count("\n") + 1
        return f"{page.name}:{line}: code that would not be run; use {{code-cell}} or {{case-view}}"
    _write(to, (FRONT_MATTER if "{code-cell}" in text else "") + text)
    return ""


def _stop_at(problems: Iterable[str]) -> None:
    """Raises BrokenGuide when there is a problem."""
    if found := "\n".join(filter(None, problems)):
        raise BrokenGuide(found)


def _draw(place: Path) -> set[str]:
    """Draw every figure; their names."""
    from translations.figures import FIGURES, save

    save(FIGURES, place, ["svg"])
    return set(FIGURES)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
