"""What the guide's pages may use beside MyST: roles and directives over the cases, mathematics without a network."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from pygments.formatters import HtmlFormatter
from pygments.styles import get_style_by_name
from pygments.token import Token
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish
from sphinx.util.docutils import SphinxDirective, SphinxRole

from . import moved, names, render
from .content import case_page
from .elsewhere import Elsewhere, elsewhere

COLOURS = ("a11y-high-contrast-light", "a11y-high-contrast-dark")  # pygments' styles of both themes
_TITLED = re.compile(r"^(.*?)\s*<([^<>]+)>$", re.DOTALL)


class PageLink(SphinxRole):
    """A link to a generated page: `{case}` and `{fn}`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        titled = _TITLED.match(self.text)
        text, asked = (titled[1], titled[2]) if titled else (self.text, self.text)
        found = names.find(asked)
        if self.name == "case":
            found = names.places().get(asked, names.Unknown(asked, ()))
        if isinstance(found, names.Unknown | Elsewhere) or (self.name == "fn" and not isinstance(found, names.Name)):
            said = self.inliner.reporter.error(f"no {self.name} {asked!r}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, said)], [said]
        place = f"/functions/{found.page}" if isinstance(found, names.Name) else f"/cases/{found.name}"
        link = addnodes.pending_xref("", refdomain="std", reftype="doc", reftarget=place, refexplicit=True,
                                     refwarn=True, refdoc=self.env.docname)
        kind = nodes.inline if titled and self.name == "case" else nodes.literal
        link += kind(text, text)
        return [link], []


class Stored(SphinxRole):
    """A number that R answered: `{stored}`; the digits of a comparison: `{digits}`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        name, _, rest = self.text.partition(" ")
        name, _, fit = name.partition("@")
        label, _, significant = rest.partition(" !")
        try:
            place = names.places()[name]
            text = (render.fewest(place, rest) if self.name == "digits"
                    else render.stored(place, label, fit or "default", int(significant or 6)))
        except KeyError as error:
            said = self.inliner.reporter.error(f"{self.name}: {error.args[0]}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, said)], [said]
        return [nodes.inline(text, text, classes=["stored"])], []


class CaseView(SphinxDirective):
    """Parts of a case's page."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"show": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        show = self.options.get("show", " ".join(render.DEFAULT_VIEW)).split()
        unknown = set(show) - {*render.EVERYTHING, "digits"}
        place = names.places().get(self.arguments[0])
        if place is None or unknown:
            raise self.error(f"no case {self.arguments[0]!r}" if place is None else f"cannot show {sorted(unknown)}")
        return self.parse_text_to_nodes(render.view(case_page(place), show))


class Table(SphinxDirective):
    """The generated tables: `{lookup}`, `{parity-table} SUITE`, `{tolerances}`, `{releases}`, `{moves} OLD NEW`."""

    optional_arguments = 2

    def run(self) -> list[nodes.Node]:
        try:
            text = {"lookup": render.lookup, "tolerances": render.all_tolerances,
                    "parity-table": lambda: render.parity(self.arguments[0]), "releases": moved.table,
                    "moves": lambda: moved.step(*self.arguments)}[self.name]()
        except (ValueError, KeyError) as error:
            raise self.error(str(error.args[0])) from error
        return self.parse_text_to_nodes(text)


class Idiom(SphinxDirective):
    """Entries of the tables of words, R beside Python, each with what it answers: `{idiom} filter, mutate`."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        wanted = [one.strip() for one in self.arguments[0].split(",")]
        if unknown := [one for one in wanted if one not in elsewhere()]:
            raise self.error(f"no entry {', '.join(unknown)} in words/")
        return self.parse_text_to_nodes(render.idioms([elsewhere()[one] for one in wanted]))


class Plot(SphinxDirective):
    """A figure of `translations.figures`, with the title and description it has there: `{plot} figure_5_1`.

    What stands in the directive is the caption instead of the title.
    """

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"name": directives.unchanged}
    has_content = True

    def run(self) -> list[nodes.Node]:
        from translations.figures import FIGURES

        name = self.arguments[0]
        if name not in FIGURES:
            raise self.error(f"no figure {name!r}; there are {', '.join(FIGURES)}")
        caption = "\n".join(self.content) or FIGURES[name].title
        named = f":name: {self.options['name']}\n" if "name" in self.options else ""
        return self.parse_text_to_nodes(
            f"`````{{figure}} /figures/{name}.svg\n:alt: {FIGURES[name].alt}\n{named}\n{caption}\n`````")


class _English(SearchEnglish):
    """Sphinx's English, which remembers the stem of a word: the pages have 180,000 words, and few different ones."""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self.stem = cache(self._stem)  # type: ignore[method-assign]

    def _stem(self, word: str) -> str:
        return word if word.isdigit() else super().stem(word)


def _mathml(display: bool) -> tuple[Any, None]:
    def visit(self: Any, node: nodes.math | nodes.math_block) -> None:
        from docutils.utils.math.latex2mathml import tex2mathml

        made = tex2mathml(node.astext(), as_block=display)
        self.body.append(f'<div class="math">{made}</div>' if display else made)
        raise nodes.SkipNode

    return visit, None


def _search(app: Sphinx, page: str, *_: object) -> None:
    """The page of the search answers questions in R's words: only it loads their table."""
    if page == "search":
        app.add_js_file("words_data.js")
        app.add_js_file("words.js")


class _Coloured(HtmlFormatter[str]):
    """Code without an element around what has the colour of all text in light and in dark: names, brackets, blanks."""

    def _get_css_classes(self, ttype: Any) -> str:
        return "" if _plain(ttype) else str(super()._get_css_classes(ttype))  # type: ignore[misc]


@cache
def _plain(kind: Any) -> bool:
    return all(_look(style, kind) == _look(style, Token.Text) for style in map(get_style_by_name, COLOURS))


def _look(style: Any, kind: Any) -> Any:
    """Colour and weight of a kind of token; a lexer's own kind looks as what it is a kind of."""
    while not style.styles_token(kind):
        kind = kind.parent
    return style.style_for_token(kind)


def _remember_colours(app: Sphinx) -> None:
    """Make one formatter of coloured code, not one a block, and colour code that stands on several pages once."""
    highlighter: Any = getattr(app.builder, "highlighter", None)
    if highlighter is None:
        return
    highlighter.formatter = _Coloured
    made: dict[str, Any] = {}

    def once(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, location: Any = None, **options: Any) -> Any:
            key = f"{function.__name__} {given!r} {sorted(options.items())!r}"
            if key not in made:
                where = {} if location is None else {"location": location}
                made[key] = function(*given, **where, **options)
            return made[key]
        return called

    highlighter.get_formatter = once(highlighter.get_formatter)
    highlighter.highlight_block = once(highlighter.highlight_block)


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("builder-inited", _remember_colours)
    app.connect("html-page-context", _search)
    app.add_search_language(_English)
    for role in ("case", "fn"):
        app.add_role(role, PageLink())
    for role in ("stored", "digits"):
        app.add_role(role, Stored())
    app.add_directive("case-view", CaseView)
    for name in ("lookup", "parity-table", "tolerances", "releases", "moves"):
        app.add_directive(name, Table)
    app.add_directive("plot", Plot)
    app.add_directive("idiom", Idiom)
    app.add_html_math_renderer("mathml", _mathml(False), _mathml(True))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
