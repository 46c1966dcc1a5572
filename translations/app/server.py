"""The Shiny app: the only state is the last screen that worked."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from shiny import App, Inputs, Outputs, Session, reactive

from . import figures, files, scripts, tables, words
from .controls import CONTROLS, DEFAULTS, BadControls, read
from .guard import SERVED, Guard
from .page import ASSETS, page
from .study import Screen, explore

_log = logging.getLogger(__name__)

# What fills the elements of the page, by their ids.
FIGURES_AND_TABLES: dict[str, Callable[[Screen], str]] = {
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


def attempt(given: Mapping[str, object], last: Screen) -> tuple[Screen, dict[str, Any]]:
    """The screen for what the controls hold, or the last one that worked, and what the page has to show of it.

    The latter is `html` and `text` by element, `problems` by control, and `query`, the settings as an address has
    them. Raises nothing: an error that reached Shiny would end the visitor's session.
    """
    try:
        screen = explore(read(given))
        return screen, {
            "html": {"answer": _answer(screen, {})} | {name: draw(screen) for name, draw in FIGURES_AND_TABLES.items()},
            "text": {name: write(screen) for name, write in WRITTEN.items()},
            "problems": {},
            "query": files.query(screen.settings),
        }
    except BadControls as error:
        problems = error.problems
    except Exception as error:
        _log.exception("settings %s", given)
        what = f"{type(error).__name__}: {error}"
        problems = {"seed": f"Seed: with these data the app failed ({what}). Draw again, or change the others."}
    return last, {"html": {"answer": _answer(last, problems)}, "text": {}, "problems": problems,
                  "query": files.query(last.settings)}


def _answer(screen: Screen, problems: dict[str, str]) -> str:
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in words.notes(screen))
    wrong = tables.problem_list(problems) if problems else ""
    return f"{wrong}<p>{escape(words.result(screen))}</p>{notes}"


def create_app() -> App:
    """The app, warmed up: imports and compiled kernels are loaded before the first visitor comes."""
    first = explore(DEFAULTS)

    def server(input: Inputs, output: Outputs, session: Session) -> None:
        screen = first

        # One message a change: as ten outputs of Shiny's it is 35, which a browser shows in 125 ms and this in 60.
        @reactive.effect
        async def _() -> None:
            nonlocal screen
            screen, shown = attempt({control.name: input[control.name]() for control in CONTROLS}, screen)
            await session.send_custom_message("show", shown)

    app = App(page(), server, static_assets={"/assets": ASSETS})
    app.starlette_app.router.routes.insert(0, files.ROUTE)
    return app


def guarded(host: str, names: Sequence[str] = ()) -> App:
    """The app behind its guard."""
    app = create_app()
    app.starlette_app.add_middleware(Guard, host=host, names=tuple(names))
    return app


def of_this_process() -> App:
    """The app of one of several processes, by what their parent says."""
    host, names = json.loads(os.environ[SERVED])
    return guarded(host, names)
