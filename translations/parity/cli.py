"""The command line, `rparity`."""
from __future__ import annotations

import importlib
import pkgutil
import signal
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from translations import commands

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="R's mixed-model chapter in Python, with the digits that it shares with R.")

SuiteOption = Annotated[str, typer.Option("--suite", help="a suite, all of them, or a directory of your own cases")]


@app.callback()
def root() -> None:
    """Commands are named, though there be only one."""


@app.command()
def check(
    suite: SuiteOption = "chapter5",
    live: Annotated[bool, typer.Option("--live", help="compare with the R on this machine too")] = False,
    json: Annotated[Path | None, typer.Option("--json", help="write everything to a file (-: to the output)")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="write the table as a page")] = None,
) -> None:
    """Print the parity table; exit 1 when a value falls short."""
    start = time.perf_counter()
    from translations.files import replace
    from translations.parity import cases, report
    from translations.parity.check import outcomes

    try:
        chosen = cases.suites() if suite == "all" else [cases.suite(suite)]
        if live:
            _start_r()
        unchecked = {each.name: each.lacks for each in chosen if each.lacks}
        if unchecked and suite != "all":
            raise ModuleNotFoundError(f"suite {suite} was not checked: {unchecked[suite]}")
        found = [one for each in chosen if each.name not in unchecked for one in outcomes(each, live)]
    except (KeyError, FileNotFoundError, ModuleNotFoundError) as error:
        _stop(error)
    if not found:
        _stop(ValueError(f"no case in suite {suite!r}"))
    seconds = time.perf_counter() - start
    pages = {html: report.as_html(found, seconds, unchecked)} if html else {}
    if json and str(json) != "-":
        pages[json] = report.as_json(found, seconds, unchecked)
    try:
        replace(pages)
    except OSError as error:
        _stop(error)
    if json and str(json) == "-":
        print(report.as_json(found, seconds, unchecked), end="")
    elif sys.stdout.isatty():
        from rich.console import Console

        console = Console()
        console.print(report.rich_table(found, seconds, console.width, unchecked))
    else:
        print(report.plain(found, seconds, unchecked))
    raise typer.Exit(0 if all(one.passed for one in found) else 1)


@app.command()
def regenerate(
    names: Annotated[list[str] | None, typer.Argument(help="cases (all of the suite's when none is named)")] = None,
    suite: SuiteOption = "all",
    check: Annotated[bool, typer.Option("--check", help="report drift and change nothing")] = False,
    any_version: Annotated[bool, typer.Option("--any-version", help="accept another R or lme4 than pinned")] = False,
) -> None:
    """Make the references from R."""
    from translations.parity import cases
    from translations.parity import regenerate as machine
    from translations.parity.records import RError
    from translations.parity.regenerate import WrongVersion

    try:
        chosen = cases.suites() if suite == "all" else [cases.suite(suite)]
        if names:
            chosen = [one for one in chosen if {script.stem for script in one.scripts()} & set(names)]
            if not chosen:
                raise KeyError(f"no R script named {' or '.join(names)}")
        for one in chosen:
            if check:
                found = machine.drift(one, names or (), any_version)
                print("\n".join(found) if found else f"{one.name}: no drift")
                if found:
                    raise typer.Exit(1)
            else:
                written = machine.regenerate(one, names or (), any_version)
                print(f"{one.name}: {len(written)} written" + "".join(f"\n  {path.name}" for path in written))
    except (RError, WrongVersion, KeyError, OSError) as error:
        _stop(error)


@app.command()
def doctor() -> None:
    """Say what of R is here, what is missing, and the command that mends it."""
    from translations.parity.doctor import report

    text, fine = report()
    print(text)
    raise typer.Exit(0 if fine else 1)


@app.command()
def new(
    case: Annotated[str, typer.Argument(help="SUITE/NAME: the suite is a directory, made if need be")],
    ci: Annotated[bool, typer.Option("--ci", help="a GitHub Actions workflow and a Dockerfile too")] = False,
) -> None:
    """Write both sides of a case: NAME.R and NAME.py."""
    from translations.parity.new import new as write
    from translations.parity.new import new_ci

    try:
        written = write(case)
        written += new_ci(str(written[1].parent)) if ci else []
    except (ValueError, OSError) as error:
        _stop(error)
    place = written[1].parent
    print("\n".join(map(str, written)))
    print(f"next: rparity regenerate --suite {place}   rparity check --suite {place}   pytest {place}")


def _start_r() -> None:
    from translations.parity.live import NoLiveR, R

    try:
        R()
    except NoLiveR as error:
        _stop(error)


def _stop(error: Exception) -> NoReturn:
    message = error.args[0] if isinstance(error, KeyError) else error
    typer.echo(f"rparity: {message}", err=True)
    raise typer.Exit(2)


def end_in_order() -> None:
    """Have a signal to end do what an error does: temporary files go, R's process and workers end."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup has it ignored
            signal.signal(number, _end)


def _end(number: int, _: object) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)  # a second one ends at once
    raise SystemExit(128 + number)


def main() -> None:
    """Entry point of the `rparity` command."""
    end_in_order()
    for module in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}."):
        importlib.import_module(module.name).register(app)
    app()


if __name__ == "__main__":
    main()
