"""The Shiny app: the only state is the last screen that worked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from shiny import App, Inputs, Outputs, Session, reactive, render, ui
from shiny.render.renderer import Renderer

from . import figures, scripts, tables, words
from .controls import CONTROLS, DEFAULTS, BadControls, read
from .page import ASSETS, page
from .study import Screen, explore

_log = logging.getLogger(__name__)

DRAWN: dict[str, Callable[[Screen], str]] = {
    "panels": figures.panels,
    "shrinkage": figures.shrinkage,
    "estimates": tables.estimates,
    "misses": tables.misses,
    "lines": tables.lines,
    "data": tables.data,
}
WRITTEN: dict[str, Callable[[Screen], str]] = {
    "summary": lambda screen: screen.summary,
    "r_code": lambda screen: scripts.r_script(screen.settings),
    "python_code": lambda screen: scripts.python_script(screen.settings),
}
FILES: dict[str, tuple[str, Callable[[Screen], str]]] = {
    "csv": ("three_poolings.csv", lambda screen: scripts.csv(screen.data)),
    "r_file": ("three_poolings.R", WRITTEN["r_code"]),
    "python_file": ("three_poolings.py", WRITTEN["python_code"]),
}


def attempt(given: Mapping[str, object], last: Screen) -> tuple[Screen, dict[str, str]]:
    """The screen for what the controls hold, or the last one and what is wrong by control. Raises nothing: an error
    that reached Shiny would end the visitor's session.
    """
    try:
        return explore(read(given)), {}
    except BadControls as error:
        return last, error.problems
    except Exception as error:
        _log.exception("settings %s", given)
        what = f"{type(error).__name__}: {error}"
        return last, {"seed": f"Seed: with these data the app failed ({what}). Draw again, or change the others."}


def create_app() -> App:
    """The app, warmed up: imports and compiled kernels are loaded before the first visitor comes."""
    first = explore(DEFAULTS)

    def server(input: Inputs, output: Outputs, session: Session) -> None:
        last = first

        @reactive.calc
        def tried() -> tuple[Screen, dict[str, str]]:
            """The screen, and what is wrong with the controls where it is not theirs."""
            nonlocal last
            last, problems = attempt({control.name: input[control.name]() for control in CONTROLS}, last)
            return last, problems

        @reactive.calc
        def screen() -> Screen:
            return tried()[0]

        @reactive.effect
        async def _() -> None:
            await session.send_custom_message("problems", dict[str, object](tried()[1]))

        @render.ui
        def answer() -> ui.HTML:
            seen, problems = tried()
            said = "".join(f'<p class="note">{escape(note)}</p>' for note in words.notes(seen))
            wrong = tables.problem_list(problems) if problems else ""
            return ui.HTML(f"{wrong}<p>{escape(words.result(seen))}</p>{said}")

        def html(draw: Callable[[Screen], str]) -> Renderer[Any]:
            @render.ui
            def drawn() -> ui.HTML:
                return ui.HTML(draw(screen()))

            return drawn

        def text(write: Callable[[Screen], str]) -> Renderer[Any]:
            @render.text
            def written() -> str:
                return write(screen())

            return written

        def file(filename: str, write: Callable[[Screen], str]) -> Renderer[Any]:
            @render.download_link(filename=filename)
            def content() -> Iterator[str]:
                yield write(screen())

            return content

        shown: dict[str, Renderer[Any]] = {"answer": answer}
        shown |= {name: html(draw) for name, draw in DRAWN.items()}
        shown |= {name: text(write) for name, write in WRITTEN.items()}
        shown |= {name: file(filename, write) for name, (filename, write) in FILES.items()}
        for name, renderer in shown.items():
            # An output that may be suspended is asked at every change whether it is hidden, and Shiny 1.8's `isolate`
            # keeps something of each such question until the session ends: 12 MB in 1,000 changes.
            output(id=name, suspend_when_hidden=False)(renderer)

    return App(page(), server, static_assets={"/assets": ASSETS})
