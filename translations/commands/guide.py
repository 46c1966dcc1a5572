"""`rparity guide`: a page of the guide in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(guide)


def guide(
    name: Annotated[str | None, typer.Argument(help="R's name (t.test), Python's (t_test) or a case's")] = None,
) -> None:
    """Print an R function's translation, or a case: R, Python, what both print, the digits that agree, what differs.

    Without a name: the table of all functions.
    """
    from translations.guide import names, terminal

    if name is None:
        terminal.show(terminal.table())
        return
    found = names.find(name)
    if isinstance(found, names.Unknown):
        close = f"; did you mean {', '.join(found.close)}?" if found.close else "; `rparity guide` lists them"
        typer.echo(f"rparity: no function or case {name!r}{close}", err=True)
        raise typer.Exit(1)
    try:
        terminal.show(terminal.page(found))
    except ImportError as error:
        cure = "; install it with: pip install 'rparity[figures]'" if error.name == "plotnine" else ""
        typer.echo(f"rparity: {error}{cure}", err=True)
        raise typer.Exit(2) from error
