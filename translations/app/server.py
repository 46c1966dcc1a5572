"""The Shiny app: the only state is the last screen that worked."""

from __future__ import annotations

from html import escape

from shiny import App, Inputs, Outputs, Session, reactive, render, ui

from . import figures, scripts, tables, words
from .controls import CONTROLS, DEFAULTS, BadControls, read
from .page import ASSETS, page
from .study import Screen, explore


def create_app() -> App:
    """The app, warmed up: imports and compiled kernels are loaded before the first visitor comes."""
    first = explore(DEFAULTS)

    def server(input: Inputs, output: Outputs, session: Session) -> None:
        last = first

        @reactive.calc
        def tried() -> tuple[Screen, dict[str, str]]:
            """The screen, and what is wrong with the controls where it is not theirs."""
            nonlocal last
            given = {control.name: input[control.name]() for control in CONTROLS}
            try:
                last = explore(read(given))
            except BadControls as error:
                return last, error.problems
            return last, {}

        @reactive.calc
        def screen() -> Screen:
            return tried()[0]

        @reactive.effect
        async def _() -> None:
            await session.send_custom_message("problems", dict[str, object](tried()[1]))

        @render.ui
        def answer() -> ui.HTML:
            shown, problems = tried()
            said = "".join(f'<p class="note">{escape(note)}</p>' for note in words.notes(shown))
            wrong = tables.problem_list(problems) if problems else ""
            return ui.HTML(f"{wrong}<p>{escape(words.result(shown))}</p>{said}")

        @render.ui
        def panels() -> ui.HTML:
            return ui.HTML(figures.panels(screen()))

        @render.ui
        def shrinkage() -> ui.HTML:
            return ui.HTML(figures.shrinkage(screen()))

        @render.ui
        def estimates() -> ui.HTML:
            return ui.HTML(tables.estimates(screen()))

        @render.ui
        def misses() -> ui.HTML:
            return ui.HTML(tables.misses(screen()))

        @render.ui
        def lines() -> ui.HTML:
            return ui.HTML(tables.lines(screen()))

        @render.ui
        def data() -> ui.HTML:
            return ui.HTML(tables.data(screen()))

        @render.text
        def summary() -> str:
            return screen().summary

        @render.text
        def r_code() -> str:
            return scripts.r_script(screen().settings)

        @render.text
        def python_code() -> str:
            return scripts.python_script(screen().settings)

        @render.download_link(filename="three_poolings.csv")
        def csv():
            yield scripts.csv(screen().data)

        @render.download_link(filename="three_poolings.R")
        def r_file():
            yield scripts.r_script(screen().settings)

        @render.download_link(filename="three_poolings.py")
        def python_file():
            yield scripts.python_script(screen().settings)

    return App(page(), server, static_assets={"/assets": ASSETS})
