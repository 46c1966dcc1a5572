"""The guide's pages in a terminal, with rich."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.markdown import Markdown
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Column, Table
from rich.text import Text

from translations.parity import paths

from . import both_sides, names, prose
from .content import CasePage, NamePage, Way, case_page, name_page
from .elsewhere import Elsewhere
from .names import Name, Place

PIPED = 100  # columns of a pipe or file
COLOURS = "ansi_dark"
_ROLE = re.compile(r"\{\w+\}`([^`<]*?)(?:\s*<[^>`]*>)?`")  # the site's links are names here


def page(found: Name | Place | Elsewhere) -> Group:
    """The page of an exported name, of a case, or of what is not here."""
    if isinstance(found, Elsewhere):
        return _elsewhere(found)
    return _name(name_page(found)) if isinstance(found, Name) else _case(case_page(found))


def table() -> Table:
    """All exported names: R, Python, differs because."""
    return _names(names.lookup_table())


def show(what: RenderableType) -> None:
    """Print on standard output, as wide as the terminal; where there is none as wide as the longest line of code, which
    is never cut, and text and tables in 100 columns.
    """
    console = Console(highlight=False)
    if console.is_terminal:
        console.print(what)
        return
    for part in _parts(what):
        needs = part.width if isinstance(part, Lines) else PIPED
        piped = Console(highlight=False, width=max(PIPED, needs), force_terminal=False)
        piped.print(part)


@dataclass(frozen=True)
class Lines:
    """Code or printed text, which is shown line by line as it is."""

    shown: RenderableType
    width: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.shown


def _parts(what: RenderableType) -> Iterator[RenderableType]:
    """What stands below each other, one by one."""
    if isinstance(what, Group):
        for part in what.renderables:
            yield from _parts(part)
    else:
        yield what


def _name(page: NamePage) -> Group:
    parts: list[RenderableType] = [_names([page.name]), Text("")]
    parts += [_code(page.signature, "python")] if page.signature else []
    parts += [Markdown(page.doc)]
    for kind, called, doc in page.methods:
        parts += [Text(""), Text(kind, "bold"), _code(called, "python"), Markdown(doc)]
    if page.example:
        parts += [Text(""), *_both(case_page(page.example)), Text(""), _digits(case_page(page.example))]
    used = [one for one in page.cases if one != page.example]
    if used:
        parts += [Text(""), Text("Cases that use it", "bold"), _places(used)]
    if page.in_r:
        parts += [Text(""), Text("Its R in cases where Python has another way", "bold"), _places(page.in_r)]
    return Group(*parts, Text(""), Text("Files", "bold"), *map(_file, (*page.files, *_reference(page.example))))


def _reference(case: Place | None) -> tuple[Path, ...]:
    """A case's translation, its R script and what R answered."""
    return (case.file, case.r_file, case.r_file.with_suffix(".json")) if case else ()


def _file(path: Path) -> Text:
    """A file, from the checkout or where the package is installed."""
    root = paths.PACKAGE.parent
    return Text(path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path), no_wrap=True)


def also(found: list[Elsewhere]) -> Group:
    """Further entries that answer a question: their names and what they are for."""
    made = Table(box=None, show_header=False)
    for one in found:
        made.add_row(Text(f"rparity guide {shlex.quote(one.title)}"),
                     Text(one.words[0] if one.words else one.r, "dim"))
    return Group(Text(""), Text("See also", "bold"), made)


def _elsewhere(entry: Elsewhere) -> Group:
    head = entry.title if entry.title in entry.r else f"{entry.title}  ({entry.r})"
    parts: list[RenderableType] = [Text(head if "(" in head else entry.r, "bold"), Text("")]
    if entry.in_r:
        parts += [Rule("R", align="left"), _code(entry.in_r, "r")]
    parts += [Rule("Python", align="left"), _code(entry.use, "python")]
    parts += [Text(""), Text(entry.bites)] if entry.bites else []
    said = both_sides.agreement(entry)
    given = both_sides.given(entry)
    return Group(*parts, *([Text(""), Text(said, "dim")] if said else []), *([Text(given, "dim")] if given else []))


def _case(page: CasePage) -> Group:
    parts: list[RenderableType] = [Markdown(f"# {page.title}"), Text(page.place.name, "dim"), Markdown(page.body)]
    parts += [Text(""), *_both(page), Text(""), _digits(page)]
    why = "\n".join(f"- **{one.tolerance.name}** {', '.join(one.items)}: {prose.inline(one.tolerance.why)}"
                    for one in page.causes)
    parts += [Text(""), Text("Why no more is asked", "bold"), Markdown(why)]
    if page.calls:
        parts += [Text(""), _names(page.calls)]
    return Group(*parts)


def _both(page: CasePage) -> list[RenderableType]:
    """R and each Python way: code, and what it printed."""
    parts: list[RenderableType] = [Rule(f"R  {page.place.name}.R", align="left"), _code(page.r_code, "r")]
    parts += [_printed(page.r_printed)] if page.r_printed.strip() else []
    for way in page.ours_first:
        parts += [Rule(f"Python  {way.by}", align="left"), *_way(way)]
    return parts


def _way(way: Way) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(f"cannot {way.cannot}", "italic")] if way.cannot else []
    return [*parts, _code(way.code, "python"), *([_printed(way.printed)] if way.printed.strip() else [])]


def _digits(page: CasePage) -> Table:
    heads = "compared with", "values", "fewest digits shared", "asked", "weakest value"
    found = Table(*heads, box=None, header_style="bold")
    for row in page.agreements:
        style = "" if row.passed else "red"
        found.add_row(*(Text(one, style) for one in (row.against, str(row.values), row.fewest, row.asked or "all",
                                                     f"{row.where} {row.note}".strip())))
    return found


def _names(found: list[Name] | tuple[Name, ...]) -> Table:
    made = Table(*(Column(head, overflow="fold") for head in ("R", "Python", "differs because")), box=None,
                 header_style="bold")
    for one in found:
        made.add_row(Text(one.r or "none"), Text(f"r.{one.python}"), Markdown(_ROLE.sub(r"`\1`", one.differs)))
    return made


def _places(found: list[Place] | tuple[Place, ...]) -> Table:
    made = Table(box=None, show_header=False)
    for one in found:
        title, _ = prose.split(one.text)
        made.add_row(Text(one.name), Markdown(prose.inline(title)))
    return made


def _code(code: str, language: str) -> Lines:
    """Code, wrapped where a terminal is too narrow."""
    code = code.rstrip("\n")
    shown = Syntax(code, language, theme=COLOURS, background_color="default", word_wrap=True)
    return Lines(shown, _longest(code) + 2)


def _printed(text: str) -> Lines:
    text = text.rstrip("\n")
    return Lines(Padding(Text(text, "dim"), (1, 0, 1, 2)), _longest(text) + 4)


def _longest(text: str) -> int:
    return max(map(cell_len, text.expandtabs().splitlines()), default=0)
