"""`rparity drift OLD NEW`: what an upgrade of R moves, by what is stored of both releases."""
from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(drift)


def drift(
    old: Annotated[str, typer.Argument(help="a release of R: 4.2, 4.5 or 4.6")],
    new: Annotated[str, typer.Argument(help="another")],
    suite: Annotated[str, typer.Option("--suite", help="a suite, all of them, or a directory of your own")] = "all",
    json: Annotated[Path | None, typer.Option("--json", help="write everything to a file (-: to the output)")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="write it as a page")] = None,
) -> None:
    """Say what moves from one release of R to another, and why; exit 1 where that is unknown or an answer missing."""
    from translations.files import replace
    from translations.parity import cases, drift_report, report
    from translations.parity.check import NotInRelease
    from translations.parity.drift import UNKNOWN, Move, moves
    from translations.releases import release

    found: list[Move] = []
    unanswered: dict[str, str] = {}
    absent: dict[str, dict[str, list[str]]] = {}
    try:
        names = [release(name).name for name in (old, new)]
        chosen = cases.suites() if suite == "all" else [cases.suite(suite)]
        scripts = [(one, script.stem) for one in chosen for script in one.scripts()]
        if not scripts:
            raise FileNotFoundError(f"no R script in suite {suite!r}")
        for one, case in scripts:
            try:
                found += moves(one, case, *names)
            except NotInRelease as error:
                absent.setdefault(one.name, {}).setdefault(str(error), []).append(case)
            except (FileNotFoundError, ValueError) as error:  # missing, stale or broken: the others are compared
                unanswered[f"{one.name}/{case}"] = str(error)
        missing = bool(unanswered)
        for name, reasons in absent.items():
            unanswered |= report.left_out(name, reasons)
        told = (found, len(scripts), old, new, unanswered)
        pages = {html: drift_report.as_html(*told)} if html else {}
        if json and str(json) != "-":
            pages[json] = drift_report.as_json(*told)
        replace(pages)
    except (KeyError, OSError) as error:
        typer.echo(f"rparity: {error.args[0] if isinstance(error, KeyError) else error}", err=True)
        raise typer.Exit(2) from None
    sys.stdout.write(drift_report.as_json(*told) if json and str(json) == "-" else drift_report.plain(*told) + "\n")
    raise typer.Exit(1 if missing or any(one.cause == UNKNOWN for one in found) else 0)
