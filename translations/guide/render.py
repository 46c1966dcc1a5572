"""Pages as Markdown for Sphinx, by the templates in `templates/`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from translations.parity import check, report, tolerances

from . import asked, both_sides, moved, names, prose, r_names
from .content import CasePage, NamePage, case_page
from .elsewhere import Elsewhere, elsewhere

EVERYTHING = ("r", "r-output", "python", "python-output", "libraries")
DEFAULT_VIEW = EVERYTHING[:-1]


@cache
def templates() -> jinja2.Environment:
    """The templates, which may not name what is not there."""
    found = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), trim_blocks=True,
                               lstrip_blocks=True, undefined=jinja2.StrictUndefined, autoescape=False)
    found.filters |= {"inline": prose.inline, "one_line": lambda text: " ".join(text.split())}
    return found


def case(page: CasePage, figure: str = "") -> str:
    """A case's page; `figure`: the name of the figure that it draws."""
    return templates().get_template("case.md").render(page=page, show=EVERYTHING, figure=figure)


def function(page: NamePage) -> str:
    """An exported name's page."""
    example = case_page(page.example) if page.example else None
    return templates().get_template("function.md").render(
        page=page, example=example, cases=[case_page(one) for one in page.cases],
        helpers=[case_page(one) for one in page.through_helpers], in_r=[case_page(one) for one in page.in_r],
        changed=moved.of_name(page.name.python))


def functions() -> str:
    """The page of all exported names."""
    return templates().get_template("functions.md").render(names=names.lookup_table())


def topics() -> dict[str, list[Elsewhere]]:
    """The entries of the tables of words by the table's heading."""
    found: dict[str, list[Elsewhere]] = {}
    for entry in elsewhere().values():
        found.setdefault(entry.topic, []).append(entry)
    return found


def page_of(topic: str) -> str:
    """The name of a topic's page."""
    return "-".join("".join(one if one.isalnum() else " " for one in topic.lower()).split())


def words(topic: str) -> str:
    """The page of one table of words."""
    return templates().get_template("words.md").render(
        topic=topic, entries=topics()[topic], agreement=both_sides.agreement, release=both_sides.stored()["R"])


def idioms(entries: Iterable[Elsewhere]) -> str:
    """Entries with what both sides answer."""
    shown = both_sides.answered(tuple(entries))
    return templates().get_template("idioms.md").render(shown=shown, agreement=both_sides.agreement)


def words_index() -> str:
    """The page that leads to them."""
    return templates().get_template("words_index.md").render(
        topics=[(topic, page_of(topic)) for topic in topics()], total=len(elsewhere()),
        release=both_sides.stored()["R"], python_head=both_sides.PYTHON_HEAD, r_head=both_sides.R_HEAD)


def words_data() -> str:
    """The table for the site's search, as a script: see `static/words.js`."""
    found = asked.phrases()
    entries = [{"title": one.title, "page": f"words/{page_of(one.topic)}.html#words-{one.anchor}", "r": one.in_r,
                "python": one.use, "bites": one.bites, "phrases": [sorted(phrase) for phrase in phrases]}
               for one, phrases in found.entries]
    at = {one.python: place for place, (one, _) in enumerate(found.entries)}
    of_r = {name: [at[one.python] for one in own] for name, own in asked.functions().items()}
    return "const WORDS = " + json.dumps(
        {**asked.rule(), "entries": entries, "weights": found.weights, "functions": of_r,
         "known": f" {' '.join(r_names.packages())} ", "lme4": r_names.of("lme4")}) + ";\n"


def cases(pages: Iterable[CasePage]) -> str:
    """The page of all cases."""
    by_suite: dict[str, list[CasePage]] = {}
    for page in pages:
        by_suite.setdefault(page.place.suite.name, []).append(page)
    return templates().get_template("cases.md").render(suites=by_suite, total=sum(map(len, by_suite.values())))


def view(page: CasePage, show: Iterable[str]) -> str:
    """Parts of a case's page: any of EVERYTHING, and "digits"."""
    wanted = list(show)
    macros: Any = templates().get_template("macros.md").module
    parts = [macros.versus(page, wanted)] + ([macros.digits(page)] if "digits" in wanted else [])
    return "\n\n".join(parts)


def lookup() -> str:
    """The table of all exported names."""
    macros: Any = templates().get_template("macros.md").module
    return str(macros.names(names.lookup_table()))


def parity(suite: str) -> str:
    """The parity table of a suite. Raises ValueError naming the suites there are."""
    pages = [case_page(place) for place in names.places().values() if place.suite.name == suite]
    if not pages:
        raise ValueError(f"no suite {suite!r}; there are {sorted({p.suite.name for p in names.places().values()})}")
    found = [one for page in pages for one in page.outcomes]
    present = {report.column_of(one.against) for one in found}
    columns = [one for one in (*report.COLUMNS, "others", "live R") if one in present]
    return templates().get_template("parity.md").render(rows=report.rows(found), columns=columns)


def all_tolerances() -> str:
    """The table of named tolerances."""
    found = [one for one in vars(tolerances).values() if isinstance(one, tolerances.Tolerance)]
    return templates().get_template("tolerances.md").render(tolerances=found)


def stored(place: names.Place, label: str, fit: str = "default", significant: int = 6) -> str:
    """A stored value of R's. Raises KeyError naming the label or fit that is not there."""
    from translations.parity import reference

    from .content import show

    fits = reference.load(place.suite, place.file.stem).fits
    if fit not in fits or label not in fits[fit].values:
        raise KeyError(f"{place.name} has no {fit} value {label!r}")
    return show(fits[fit].values[label], significant)


def fewest(place: names.Place, against: str) -> str:
    """The fewest digits of one of a case's comparisons. Raises KeyError naming those there are."""
    found = {one.against: one for one in case_page(place).agreements}
    if against not in found:
        raise KeyError(f"{place.name} is not compared with {against!r}; it is with {', '.join(found)}")
    return found[against].fewest


def substitutions() -> dict[str, str | int]:
    """What pages may write as `{{ n_cases }}`."""
    from translations import __version__

    pages = [case_page(place) for place in names.places().values()]
    provenance = _provenance(pages)
    chapter = [one for page in pages if page.place.suite.name == "chapter5" for one in page.outcomes]
    return {
        "version": __version__,
        "r_version": provenance["R"],
        "lme4_version": provenance["package lme4"],
        "n_cases": len(pages),
        "n_functions": len(names.exported()),
        "n_values": f"{sum(one.values for page in pages for one in page.outcomes):,}",
        "n_outputs": sum(one.against == check.CHAPTER for page in pages for one in page.outcomes),
        "n_compared": len(chapter),
        "n_passed": sum(one.passed for one in chapter),
        "chapter_digits": f"{min(one.digits for one in chapter if one.against == check.R_DEFAULT):.1f}",
    }


def _provenance(pages: Iterable[CasePage]) -> dict[str, str]:
    from translations.parity import reference

    page = next(one for one in pages if one.place.name == "chapter5/lmer_summary")
    return dict(reference.load(page.place.suite, "lmer_summary").provenance)
