"""The command line, `rparity`."""
from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(name="rparity", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="R's mixed-model chapter in Python, with the digits that it shares with R.")

SuiteOption = Annotated[str, typer.Option("--suite", help="chapter5, lme4, all, or a directory of your own cases")]

@app.callback()
def root() -> None:
    """Commands are named, though there be only one."""


@app.command()
def regenerate(
    names: Annotated[list[str] | None, typer.Argument(help="cases (all of the suite's when none is named)")] = None,
    suite: SuiteOption = "all",
    check: Annotated[bool, typer.Option("--check", help="report drift and change nothing")] = False,
    any_version: Annotated[bool, typer.Option("--any-version", help="accept an R or lme4 that is not the pinned one")] = False,
) -> None:
    """Make the references from R."""
    from translations.parity import cases
    from translations.parity import regenerate as machine
    from translations.parity.records import RError

    chosen = cases.suites() if suite == "all" else [cases.suite(suite)]
    if names:
        chosen = [one for one in chosen if {script.stem for script in one.scripts()} & set(names)]
        if not chosen:
            raise typer.BadParameter(f"no R script named {' or '.join(names)}")
    try:
        for one in chosen:
            if check:
                found = machine.drift(one, names or (), any_version)
                print("\n".join(found) if found else f"{one.name}: no drift")
                if found:
                    raise typer.Exit(1)
            else:
                written = machine.regenerate(one, names or (), any_version)
                print(f"{one.name}: {len(written)} written" + "".join(f"\n  {path.name}" for path in written))
    except (RError, machine.WrongVersion, KeyError, FileNotFoundError) as error:
        typer.echo(f"rparity: {error}", err=True)
        raise typer.Exit(1) from None


def main() -> None:
    """Entry point of the `rparity` command."""
    app()


if __name__ == "__main__":
    main()
