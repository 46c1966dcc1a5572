"""The page: controls beside (on a phone: above) the outputs. Everything it loads comes from this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shiny import ui

from . import plots
from .controls import CONTROLS, DEFAULTS, Control
from .files import FILES, MEDIA, query
from .svg import path
from .words import POOLINGS

TAKEN = ("Data (CSV)", "R script", "Python script")
ASSETS = Path(__file__).parent / "assets"
_tags = ui.tags
_OWN = {"data-shiny-no-bind-input": ""}  # the page's own affair, or part of a control: nothing for Shiny to send
_SHINY = "<!-- what Shiny loads -->"


def page() -> Any:
    """The whole document, as `shiny.App` takes it."""
    return ui.page_html(f"<!DOCTYPE html>\n{_document()}", deps_replace_pattern=_SHINY)


def _document() -> ui.Tag:
    return _tags.html(
        _tags.head(
            _tags.meta(charset="utf-8"),
            ui.HTML(_SHINY),
            _tags.title("Three poolings of one data set"),
            _tags.meta(name="viewport", content="width=device-width, initial-scale=1"),
            _tags.link(rel="icon", href="data:,"),
            _tags.link(rel="stylesheet", href="assets/app.css"),
            _tags.script(src="assets/app.js", defer=""),
            ui.busy_indicators.use(spinners=False, pulse=False, fade=False),
        ),
        _tags.body(
            _tags.a("Skip to the results", href="#results", class_="skip"),
            _tags.header(
                _tags.h1("Three poolings of one data set"),
                _tags.p(
                    "Reaction times of subjects who sleep too little, simulated. You set what is true; the figures "
                    "show the data that come of it, and what complete, no and partial pooling make of them."
                ),
            ),
            _tags.div(_controls(), _results(), class_="columns"),
        ),
        lang="en",
    )


def _controls() -> ui.Tag:
    groups = dict.fromkeys(control.group for control in CONTROLS)
    return _tags.form(
        *(
            _tags.fieldset(_tags.legend(group), *(_control(one) for one in CONTROLS if one.group == group))
            for group in groups
        ),
        _tags.div(
            _tags.button("Draw again", type="button", id="draw"),
            _tags.button("Reset", type="button", id="reset"),
            _tags.button("Copy link", type="button", id="link", aria_live="off"),
            class_="buttons",
        ),
        id="controls",
        aria_label="What is true",
        autocomplete="off",
        novalidate="",
    )


def _control(control: Control) -> ui.Tag:
    limits: dict[str, Any] = {
        "min": f"{control.least:.10g}", "max": f"{control.most:.10g}", "step": f"{control.step:g}",
        "value": f"{control.default:g}",
    }  # fmt: skip
    number, problem = f"{control.name}-number", f"{control.name}-problem"
    whole = " ".join(part for part in (control.symbol, control.unit) if part)
    slider = _tags.input(type="range", aria_label=f"{control.label} slider", **limits) if control.slider else None
    return _tags.div(
        _tags.label(control.label, " ", _tags.span(whole, class_="unit") if whole else None, for_=number),
        _tags.input(type="number", id=number, aria_describedby=problem, inputmode="decimal", **limits, **_OWN),
        slider,
        _tags.p(id=problem, class_="problem"),
        id=control.name,
        class_="control",
    )


def _results() -> ui.Tag:
    return _tags.main(
        _tags.div(id="answer", role="status", aria_live="polite", aria_atomic="true"),
        _tags.section(
            _tags.h2("Data and the three poolings"),
            _legend(),
            _place("panels"),
            _tags.p("Reaction time (ms) against days of deprivation, one panel a subject.", class_="caption"),
        ),
        _tags.div(
            _tags.section(
                _tags.h2("Shrinkage"),
                _place("shrinkage"),
                _tags.p(
                    "Each subject’s line as a point. Partial pooling moves it from where its own data put it (ring) "
                    "towards the population’s line (cross); the fewer its data, the further. A small dot is the truth, "
                    "when shown.",
                    class_="caption",
                ),
            ),
            _tags.section(_tags.h2("Estimates and truth"), _place("estimates"), _place("misses")),
            class_="pair",
        ),
        _tags.section(
            _tags.h2("Numbers"),
            _fold("Lines of every subject", _place("lines")),
            _fold("The data", _place("data")),
            _fold("R’s summary of the partial pooling", _code("summary", "R’s summary")),
        ),
        _tags.section(
            _tags.h2("Take it with you"),
            _tags.p("The scripts give these data and these fits, in R too: the random numbers are R’s own."),
            _tags.div(
                *(_link(name, label) for name, label in zip(FILES, TAKEN, strict=True)),
                class_="buttons",
            ),
            _figure_file(),
            _fold("Show the R script", _code("r_code", "R script")),
            _fold("Show the Python script", _code("python_code", "Python script")),
        ),
        id="results",
        tabindex="-1",
    )


def _link(name: str, label: str, **more: str) -> ui.Tag:
    """A file of what is shown; the page's script keeps its address up to date."""
    return _tags.a(label, href=f"files/{name}?{query(DEFAULTS)}", download="", data_file=name, **more)


def _figure_file() -> ui.Tag:
    """The figures for print: what `rparity figures` takes as options."""
    def choice(name: str, label: str, values: dict[str, str]) -> ui.Tag:
        return _tags.label(label, _tags.select(*(_tags.option(text, value=value) for value, text in values.items()),
                                               id=f"figure-{name}", **_OWN))

    def number(name: str, label: str, step: str) -> ui.Tag:
        low, high = plots.LIMITS[name]
        return _tags.label(label, _tags.input(type="number", id=f"figure-{name}", min=f"{low:g}", max=f"{high:g}",
                                              step=step, value=f"{plots.USUAL[name]:g}", **_OWN))

    return _tags.fieldset(
        _tags.legend("A figure for print, with the lines that are shown"),
        choice("name", "Figure", plots.NAMES),
        choice("format", "Format", {one: one.upper() for one in MEDIA}),
        number("width", "Width (inches)", "0.5"),
        number("dpi", "Dots an inch (PNG)", "1"),
        _link("panels.png", "Figure", id="figure"),
        class_="figure-file",
    )


def _legend() -> ui.Tag:
    shown = {**POOLINGS, "truth": "True line"}

    def line(name: str) -> str:
        return path(f"line {name}", "M0 4H28")

    return _tags.fieldset(
        _tags.legend("Show"),
        *(
            _tags.label(
                _tags.input(type="checkbox", id=f"show-{name}", checked=None if name == "truth" else "", **_OWN),
                ui.HTML(f'<svg class="sample" viewBox="0 0 28 8" aria-hidden="true">{line(name)}</svg>'),
                label,
            )
            for name, label in shown.items()
        ),
        class_="layers",
    )


def _place(name: str) -> ui.Tag:
    """What a figure or a table is put into. Only `answer` is read out at every change."""
    return _tags.div(id=name, class_="result")


def _code(name: str, label: str) -> ui.Tag:
    return _tags.pre(id=name, tabindex="0", role="region", aria_label=label)


def _fold(title: str, *inside: ui.Tag) -> ui.Tag:
    return _tags.details(_tags.summary(title), *inside)
